"""What of Testr the generated requests have to mind: what a contract's schemas cannot say."""

from __future__ import annotations

from typing import Any

from understudy.verify import Answer, OperationSpec, Persona
from understudy.verify.generated import Variation
from understudy.verify.judge import Request

INVALID_STATE = (400, "invalid_state")

ALLOWED: dict[str, tuple[tuple[int, str], ...]] = {
    "test_plans.create_variable": ((400, "variable_exists"),),
    "test_runs.update_run": (INVALID_STATE,),
    "test_runs.add_item": (INVALID_STATE, (400, "already_in_run")),
}
"""Refusals of requests that any schema allows: a rule of state forbids them."""

NEEDS_A_STRANGER = frozenset(
    {
        *("auth.login", "auth.register", "auth.refresh", "auth.logout", "auth.change_password"),
        *("auth.verify_email", "auth.reset_password"),
    }
)
"""Operations whose fields have to be those of an account: no other value is right."""

OF_A_KIND = frozenset({"settings.test_integration"})
"""Operations where the kind of a thing says which fields are needed."""

SECRETS = ("ai_api_key", "jira_api_token", "azure_pat")

ONCE = frozenset(
    {
        *("test_runs.start_run", "test_runs.stop_run", "test_runs.cancel_run"),
        *("test_runs.update_run", "test_runs.add_item", "test_runs.add_items"),
        *("test_plans.delete_plan", "test_runs.delete_run", "defects.delete_defects"),
        *("test_plans.create_variable", "defects.update_defects"),
    }
)
"""Operations that take a request only once."""


SETTINGS = frozenset(
    {
        *("settings.get_settings", "settings.update_settings"),
        *("settings.reset_settings", "settings.test_integration"),
    }
)
"""Operations that refuse in a form of their own."""

STORES = (
    "test_plans.create_plan", "test_plans.update_plan", "test_plans.create_folder",
    "test_plans.create_case", "test_plans.create_recording", "test_plans.create_script",
    "test_plans.create_variable", "test_runs.create_run", "test_runs.update_run",
    "test_runs.start_run", "test_runs.add_item", "test_runs.create_result",
    "test_runs.create_schedule", "defects.create_defect", "defects.create_folder",
    "defects.create_filter", "reports.create_suite_run", "settings.update_settings",
    "test_run_tree.create_folder", "test_run_tree.organize_run",
)  # fmt: skip
"""Operations that keep what their body holds."""


def is_generated(operation: OperationSpec) -> bool:
    """Whether values of its request may be made up."""
    return operation.operation_id not in NEEDS_A_STRANGER


def is_open(operation: OperationSpec) -> bool:
    """Whether a whole request of it may be made up."""
    takes = has_body(operation) or has("query", operation)
    return takes and is_generated(operation) and operation.operation_id not in OF_A_KIND


def fits(operation_id: str, one: Variation) -> bool:
    """Whether a value that the schema allows may stand in a request that is otherwise the same."""
    if operation_id in OF_A_KIND:
        is_alone = one.place == ("body",) or one.place[-1] == "integration_type"
        return not is_alone and one.value not in (None, "")
    return True


def has_body(operation: OperationSpec) -> bool:
    """Whether it takes a body."""
    return operation.request_schema is not None


def has(where: str, operation: OperationSpec) -> bool:
    """Whether it takes parameters in the `query` or the `path`."""
    return any(one["in"] == where for one in operation.parameters)


def reading(persona: Persona, operation_id: str, request: Request, answer: Answer) -> Any:
    """What a request that succeeded has left: its answer, or what is read afterwards."""
    if operation_id == "settings.update_settings":
        token = request["token"]
        return persona.call("settings.get_settings", token=token).expect(200)["data"]
    return answer.body


def stored(operation_id: str, name: str, body: dict[str, Any]) -> Any:
    """What a field of a request is given back as; None where that is not said."""
    value = body[name]
    if operation_id == "settings.update_settings":
        if name in SECRETS:
            return None
        return value.lower() if name == "checkpoint_line_color" else value
    if operation_id == "test_plans.create_variable" and name == "value":
        return None if body.get("is_encrypted") else value
    return value
