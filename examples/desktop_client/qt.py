"""Everything this client takes from Qt, imported in this one place.

With PyQt6, put these lines in place of the two imports; nothing else changes:

    from PyQt6.QtCore import QByteArray, QCoreApplication, QObject, QTimer, QUrl
    from PyQt6.QtCore import pyqtSignal as Signal
    from PyQt6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest
"""

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QTimer, QUrl, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

__all__ = [
    "QByteArray",
    "QCoreApplication",
    "QNetworkAccessManager",
    "QNetworkReply",
    "QNetworkRequest",
    "QObject",
    "QTimer",
    "QUrl",
    "Signal",
]
