"""Sends requests: JSON there and back, with a timeout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from .qt import QByteArray, QNetworkAccessManager, QNetworkReply, QNetworkRequest, QObject, QUrl


class Transport(QObject):
    """The way to the API at `base_url`, such as http://127.0.0.1:8000/api/v1.

    timeout: after so many seconds in which nothing comes, a reply ends with an error.

    A reply belongs to whoever asked for it: `deleteLater()` when it was read.
    """

    def __init__(
        self, base_url: str, *, timeout: float = 30, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._base_url = base_url.rstrip("/")
        self._manager = QNetworkAccessManager(self)
        self._manager.setTransferTimeout(round(timeout * 1000))

    def get(
        self, path: str, query: Mapping[str, Any] | None = None, *, token: str | None = None
    ) -> QNetworkReply:
        """Ask for something. Qt sends it once more by itself if the connection is lost."""
        return self._manager.get(self._request(path, query, token))

    def post(
        self, path: str, body: Mapping[str, Any], *, token: str | None = None
    ) -> QNetworkReply:
        """Send something. This Qt does not repeat, since it may have arrived already."""
        request = self._request(path, None, token)
        request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
        return self._manager.post(request, QByteArray(json.dumps(body).encode()))

    def _request(
        self, path: str, query: Mapping[str, Any] | None, token: str | None
    ) -> QNetworkRequest:
        # Not QUrlQuery: it leaves a + as it is, which means a space to servers.
        address = self._base_url + path + (f"?{urlencode(query, doseq=True)}" if query else "")
        request = QNetworkRequest(QUrl(address))
        request.setRawHeader(b"Accept", b"application/json")
        if token:
            request.setRawHeader(b"Authorization", b"Bearer " + token.encode())
        return request
