"""The refusals of the Testr contract: one small class for each, with its status and code."""

from __future__ import annotations

from understudy.errors import ApiError

# Everywhere


class NotFound(ApiError):
    """The object does not exist, or it belongs to another workspace."""

    status, code, message = 404, "not_found", "There is no such object in this workspace."


# auth, workspace


class InvalidCredentials(ApiError):
    """A wrong e-mail and a wrong password look the same."""

    status, code, message = 401, "invalid_credentials", "The e-mail or the password is wrong."


class AccountInactive(ApiError):
    """The account is switched off."""

    status, code, message = 403, "account_inactive", "This account is switched off."


class InvalidRefreshToken(ApiError):
    """Expired, used up, revoked, or not a refresh token."""

    status, code = 401, "invalid_refresh_token"
    message = "The refresh token is not valid. Log in again."


class ReplayedRefreshToken(InvalidRefreshToken):
    """A used refresh token came again: whoever sent it, the session is over."""

    message = "The refresh token was used before, which ends the session. Log in again."
    keeps_changes = True


class EmailTaken(ApiError):
    """Somebody has this e-mail."""

    status, code, message = 400, "email_taken", "An account with this e-mail exists already."


class EmailNotFound(ApiError):
    """Nobody has this e-mail."""

    status, code, message = 404, "email_not_found", "No account has this e-mail."


class EmailNotVerified(ApiError):
    """A reset without a verification in the last 15 minutes."""

    status, code, message = 400, "email_not_verified", "Verify this e-mail first."


class InvalidCurrentPassword(ApiError):
    """400 and not 401, which would send the application to its log-in."""

    status, code, message = 400, "invalid_current_password", "The current password is wrong."


class SubscriptionExpired(ApiError):
    """The active workspace's subscription has passed."""

    status, code = 402, "subscription_expired"
    message = "The subscription of this workspace has expired."


class ReadOnly(ApiError):
    """A viewer tried to write."""

    status, code, message = 403, "read_only", "A viewer may read but not change this workspace."


class WorkspaceForbidden(ApiError):
    """X-Workspace-ID names somebody else's workspace."""

    status, code, message = 403, "workspace_forbidden", "That workspace is not one of yours."


# test_plans


class LimitReached(ApiError):
    """The workspace holds as many test cases as it may."""

    status, code = 403, "limit_reached"
    message = "This workspace has reached its limit of test cases."


class VariableExists(ApiError):
    """Name and scope together are unique in a workspace."""

    status, code = 400, "variable_exists"
    message = "A variable of this name and scope exists already."


# settings


class RateLimited(ApiError):
    """More updates in a minute than the sandbox allows; `Retry-After` goes with it."""

    status, code, message = 429, "rate_limited", "Too many requests"


# test_runs


class InvalidState(ApiError):
    """The run's state does not allow this."""

    status, code, message = 400, "invalid_state", "The run's state does not allow this."


class AlreadyInRun(ApiError):
    """A test case is in a run once."""

    status, code, message = 400, "already_in_run", "This test case is in the run already."


# shortcuts: of the control contract, not of this one


class NotLoggedIn(ApiError):
    """There is nothing that could be made to expire."""

    status, code, message = 409, "not_logged_in", "The user is not logged in."


class WorkspaceNotFound(ApiError):
    """No workspace has this name or id."""

    status, code, message = 404, "workspace_not_found", "No workspace has this name or id."


class AmbiguousWorkspace(ApiError):
    """Several workspaces have this name."""

    status, code, message = 409, "ambiguous_workspace", "Several workspaces have this name."


class NeverExpires(ApiError):
    """A personal workspace has no subscription."""

    status, code, message = 409, "never_expires", "A personal workspace never expires."
