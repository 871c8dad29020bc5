"""Accounts: e-mails, passwords, and the window in which a forgotten password may be reset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.errors import ValidationFailed
from understudy.keyring import hash_password, password_matches

from .. import errors
from . import sessions, workspaces

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store

VERIFICATION_MILLIS = 15 * 60 * 1000


def normalised_email(address: str) -> str:
    """E-mails are trimmed and compare case-insensitively."""
    return address.strip().lower()


def by_email(store: Store, address: str) -> Record | None:
    """The account that has this address."""
    return store["users"].first({"email": normalised_email(address)})


def named(sandbox: Sandbox, address: str) -> Record:
    """The account of an address as somebody outside the API gives it: `admin+NAME@acme.test` is
    admin@acme.test in sandbox NAME, unless an account has such an address.

    Raises EmailNotFound.
    """
    local, _, domain = address.rpartition("@")
    plain = f"{local.strip().removesuffix(f'+{sandbox.name}')}@{domain}"
    user = by_email(sandbox.store, address) or by_email(sandbox.store, plain)
    if user is None:
        raise errors.EmailNotFound(f"No account has the e-mail {address}.")
    return user


def create_user(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store an account of `email` and `password`, with its personal workspace.

    Raises EmailTaken, and ValidationFailed for a first log-in without an organization.
    """
    email = normalised_email(fields["email"])
    if by_email(sandbox.store, email):
        raise errors.EmailTaken
    if fields.get("must_change_password") and not fields.get("organization_name"):
        raise ValidationFailed(
            details={"organization_name": ["is required where must_change_password is true"]}
        )
    salt = bytes.fromhex(sandbox.ids.named("salt", email).replace("-", ""))
    user = sandbox.store["users"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "email": email,
            "username": fields.get("username") or email.partition("@")[0],
            "is_active": fields.get("is_active", True),
            "must_change_password": fields.get("must_change_password", False),
            "organization_name": fields.get("organization_name"),
            "created_at": fields.get("created_at") or sandbox.clock.now(),
            "_password_hash": fields.get("_password_hash")
            or hash_password(fields["password"], salt),
        }
    )
    workspaces.create_workspace(sandbox, {"owner_id": user["id"]})
    return user


def has_password(user: Record, password: str) -> bool:
    """Whether this is the user's password."""
    return password_matches(password, user["_password_hash"])


def set_password(sandbox: Sandbox, user: Record, password: str) -> None:
    """Store a new password, under a new salt; the user need not change it any more."""
    salt = bytes.fromhex(sandbox.ids.new().replace("-", ""))
    sandbox.store["users"].change(
        user["id"], must_change_password=False, _password_hash=hash_password(password, salt)
    )


def create_verification(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Open the window of a user for resetting the password; an earlier one is closed."""
    use_verification(sandbox, fields["user_id"])
    return sandbox.store["email_verifications"].insert(
        {
            "id": fields.get("id") or sandbox.ids.new(),
            "user_id": fields["user_id"],
            "verified_at": fields.get("verified_at") or sandbox.clock.now(),
        }
    )


def is_verified(sandbox: Sandbox, user: Record) -> bool:
    """Whether the user's e-mail was verified in the last 15 minutes."""
    found = sandbox.store["email_verifications"].first({"user_id": user["id"]})
    return found is not None and (
        sandbox.clock.millis() - times.parse(found["verified_at"]) <= VERIFICATION_MILLIS
    )


def use_verification(sandbox: Sandbox, user_id: str) -> None:
    """Close the user's window."""
    verifications = sandbox.store["email_verifications"]
    for found in verifications.select({"user_id": user_id}).items:
        verifications.remove(found["id"])


def reset_password(sandbox: Sandbox, user: Record, password: str) -> None:
    """Set the password, end all sessions, use the verification up."""
    set_password(sandbox, user, password)
    sessions.end_all(sandbox, user["id"])
    use_verification(sandbox, user["id"])
