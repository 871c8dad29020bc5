"""What can be wrong with a file that ought to be a bundle."""

from __future__ import annotations

from understudy.errors import UsageError

NO_BUNDLE = "not_a_bundle"
DAMAGED = "damaged_bundle"
TOO_NEW = "bundle_too_new"
OTHER_CONTRACT = "other_contract"


class BundleError(UsageError):
    """The file cannot be opened. `code`: why, for programs; the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def damaged(what: str) -> BundleError:
    """The file is not as it was saved."""
    remedy = "save it again, or fetch the file again"
    return BundleError(DAMAGED, f"The bundle is damaged: {what}; {remedy}.")
