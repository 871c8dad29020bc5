"""What the suite has to know of Testr beyond the contract: who logs in, and what can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.verify.answer import Answer
from understudy.verify.persona import Persona
from understudy.verify.spec import Account, ApiSpec, Creation, PersonaSpec, Session

from . import samples

PERSONAS = {
    "active": PersonaSpec(
        "an ADMIN of a team with a running subscription and no quota",
        Account("admin@acme.test", "Passw0rd!"),
        is_needed=True,
    ),
    "colleague": PersonaSpec("a MEMBER of the same team", Account("member@acme.test", "Passw0rd!")),
    "viewer": PersonaSpec("a VIEWER of the same team", Account("viewer@acme.test", "Passw0rd!")),
    "other_tenant": PersonaSpec(
        "an ADMIN of another team", Account("admin@other.test", "Passw0rd!")
    ),
    "expired": PersonaSpec(
        "an ADMIN of a team whose subscription has expired",
        Account("admin@expired.test", "Passw0rd!"),
    ),
    "at_quota": PersonaSpec(
        "an ADMIN of a team whose quota of test cases is used up",
        Account("admin@full.test", "Passw0rd!"),
    ),
    "first_login": PersonaSpec(
        "somebody who has to change the password at the first log-in",
        Account("admin@firstlogin.test", "Temp0rary1"),
    ),
    "personal": PersonaSpec(
        "somebody without a team, in personal mode", Account("solo@personal.test", "Passw0rd!")
    ),
    "inactive": PersonaSpec(
        "somebody whose account is switched off", Account("inactive@acme.test", "Passw0rd!")
    ),
}

PROFILES = {
    # What the desktop needs to log in, plan, run and report defects.
    "core": frozenset({"auth", "workspace", "test_plans", "test_runs", "defects"}),
}

CREATIONS = {
    "test_plans.create_plan": Creation("name", ("test_plans.delete_plan", "plan_id")),
    "test_plans.create_folder": Creation("name", parent="test_plan_id"),
    "test_plans.create_case": Creation("name", parent="test_plan_id"),
    "test_plans.create_recording": Creation(parent="test_case_id"),
    "test_plans.create_script": Creation(parent="test_case_id"),
    "test_plans.create_variable": Creation("name"),
    "test_runs.create_run": Creation("run_name", ("test_runs.delete_run", "run_id")),
    "test_runs.add_item": Creation(parent="run_id"),
    "test_runs.add_items": Creation(parent="run_id", listed="items"),
    "test_runs.create_result": Creation(parent="test_run_id"),
    "test_runs.create_schedule": Creation("schedule_name", parent="test_plan_id"),
    "defects.create_defect": Creation("title", ("defects.delete_defects", ".defect_ids")),
    "defects.create_folder": Creation("name"),
    "defects.create_filter": Creation("name"),
    "reports.create_suite_run": Creation("suite_name"),
    "test_run_tree.create_folder": Creation("name"),
    "auth.register": Creation("email"),
}

FREE_WRITES = frozenset(
    {
        *("auth.login", "auth.refresh", "auth.logout", "auth.change_password"),
        *("auth.verify_email", "auth.reset_password"),
        *("settings.update_settings", "settings.reset_settings", "settings.test_integration"),
    }
)


def log_in_body(account: Account) -> dict[str, Any]:
    """What `POST /auth/login` takes."""
    return {"email": account.email, "password": account.password}


def read_session(answer: Mapping[str, Any]) -> Session:
    """What `POST /auth/login` gave."""
    workspaces = answer["workspaces"]
    return Session(
        access=answer["access_token"],
        refresh=answer["refresh_token"],
        expires_in=answer["expires_in"],
        workspace=workspaces[0]["id"] if workspaces else None,
        answer=answer,
    )


def register(anonymous: Persona, account: Account) -> Answer:
    """Make an account, in personal mode."""
    return anonymous.call("auth.register", body=log_in_body(account), token=None)


SPEC = ApiSpec(
    contract="testr",
    scenario="default",
    personas=PERSONAS,
    profiles=PROFILES,
    log_in="auth.login",
    log_in_body=log_in_body,
    read_session=read_session,
    creations=CREATIONS,
    free_writes=FREE_WRITES,
    watchers={
        "status": "ANS-01",
        "schema": "ANS-02",
        "media": "ANS-03",
        "error": "ANS-04",
        "secret": "ANS-05",
    },
    early_expiry="TOK-08",
    log_in_rule="AUTH-01",
    sample=samples.request,
    register=register,
)
