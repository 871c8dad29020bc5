"""The journal: the last exchanges of a sandbox.

`Journal` takes them down on the request path, which must cost next to nothing: it only keeps
references, and never more than a number of bytes. Everything else happens when somebody reads, in
an `Exchange` that a `Reader` makes of what was kept.
"""

from understudy.journal.entry import Entry
from understudy.journal.ring import Journal

__all__ = ["Entry", "Journal"]
