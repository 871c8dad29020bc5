"""The refusals of the control contract: one small class for each, with its status and code."""

from __future__ import annotations

from understudy.errors import ApiError

# Everywhere


class Conflict(ApiError):
    """A rule of state is broken; subclasses say which."""

    status = 409


# sandboxes


class TooManySandboxes(Conflict):
    """The server holds as many as it may."""

    code = "too_many_sandboxes"


class UnknownScenario(Conflict):
    """The server does not know any more what the sandbox was filled from."""

    code = "unknown_scenario"


# scenarios


class NoSuchScenario(ApiError):
    """The server knows no scenario of this name, or it does not take these parameters."""

    status, code, message = 404, "no_such_scenario", "There is no such scenario."


# shortcuts


class NoSuchShortcut(ApiError):
    """The served API's contract offers no shortcut of this name."""

    status, code, message = 404, "no_such_shortcut", "There is no such shortcut."


# state


class NoSuchCollection(ApiError):
    """The served contract has no collection of this name."""

    status, code, message = 404, "no_such_collection", "There is no such collection."


class NoSuchObject(ApiError):
    """The collection has no object with this id."""

    status, code, message = 404, "no_such_object", "There is no such object."


class NoSuchSnapshot(ApiError):
    """The sandbox has no snapshot of this name."""

    status, code, message = 404, "no_such_snapshot", "There is no such snapshot."


# faults


class NoSuchFault(ApiError):
    """The sandbox has no rule of this id."""

    status, code, message = 404, "no_such_fault", "There is no such rule."


class NoSuchPlan(ApiError):
    """There is no ready-made plan of this name."""

    status, code, message = 404, "no_such_plan", "There is no such plan."


class FaultExists(Conflict):
    """A rule has this id already."""

    code, message = "fault_exists", "There is a rule with this id already."


class TooManyFaults(Conflict):
    """The sandbox has as many rules as it may."""

    code = "too_many_faults"
    message = "A sandbox has at most 100 rules; remove some that have ended."


# journal


class NoSuchExchange(ApiError):
    """There never was such an exchange, or the journal keeps it no longer."""

    status, code, message = 404, "no_such_exchange", "There is no such exchange."


# bundles


class BadBundle(ApiError):
    """The file cannot be opened; its code and its message say why."""

    status = 422

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
