"""A small client of the Testr API on Qt's own network classes, as a desktop application has it.

`Transport` sends requests, `Session` holds the log-in and renews its tokens, `Api` has a method for
each thing that a window asks for, and gives a `Call`. What goes wrong is a `Failure`.
"""

from .api import Api
from .call import Call
from .errors import Failure, Kind
from .session import Session
from .transport import Transport

__all__ = ["Api", "Call", "Failure", "Kind", "Session", "Transport"]
