"""What a sandbox's state does not allow."""

from __future__ import annotations

from understudy.errors import ApiError


class ObjectExists(ApiError):
    """The id of a new object is another one's."""

    status, code, message = 409, "object_exists", "There is an object with this id already."


class StillReferenced(ApiError):
    """Other objects refer to the one that is to go; `details` counts them by collection."""

    status, code = 409, "still_referenced"
    message = "Other objects refer to this one; delete them first, or delete it with cascade=true."


class Refused(ApiError):
    """The rules of the served API refuse a new object, with a code of their own."""

    status = 409

    def __init__(self, reason: ApiError) -> None:
        self.code = reason.code
        super().__init__(reason.message)


class CannotBeMade(ApiError):
    """A factory fails with fields that are valid one by one; the log has the traceback."""

    status, code = 409, "cannot_be_made"
    message = "No object can be made of these fields."


class SnapshotExists(ApiError):
    """A name is given once."""

    status, code, message = 409, "snapshot_exists", "There is a snapshot of this name already."


class TooManySnapshots(ApiError):
    """The sandbox has as many snapshots as it may."""

    status, code = 409, "too_many_snapshots"
    message = "The sandbox has as many snapshots as it may; delete one."
