"""The second judge: openapi-core on the same contract, which shares no line with the first one."""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from understudy.contract import Contract

if TYPE_CHECKING:
    from understudy.verify.exchange import Exchange


class SecondJudge:
    """Judges answers by a contract."""

    def __init__(self, contract: Contract) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # A second of imports, for one rule.
            from jsonschema_path import SchemaPath
            from openapi_core import V30ResponseValidator

        document = copy.deepcopy(contract.public_document())
        document["servers"] = [{"url": contract.base_path}]
        self._base_path = contract.base_path
        self._validator = V30ResponseValidator(SchemaPath.from_dict(document))

    def problems(self, exchange: Exchange) -> list[str]:
        """What is wrong with an answer; nothing where it is as the contract says."""
        from openapi_core.exceptions import OpenAPIError
        from openapi_core.testing import MockRequest, MockResponse

        parts = urlsplit(exchange.url)
        path = self._base_path + urlsplit(exchange.path).path
        request = MockRequest(f"{parts.scheme}://{parts.netloc}", exchange.method.lower(), path)
        headers = exchange.response_headers
        media = next((v for k, v in headers.items() if k.lower() == "content-type"), "")
        answer = MockResponse(exchange.response_content, exchange.status or 0, headers, media)
        try:
            self._validator.validate(request, answer)
        except OpenAPIError as error:
            cause: Any = error.__cause__ or error
            return [one.message for one in getattr(cause, "schema_errors", [])] or [_told(cause)]
        return []


def _told(error: Exception) -> str:
    try:
        return str(error)
    except UnicodeDecodeError:  # its message quotes the body
        return "the body is not UTF-8"


_judges: dict[str, SecondJudge] = {}


def second_judge(contract: Contract) -> SecondJudge:
    """The one second judge of a contract in this process."""
    if contract.digest not in _judges:
        _judges[contract.digest] = SecondJudge(contract)
    return _judges[contract.digest]
