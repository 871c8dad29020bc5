"""A sandbox's faults: rules, and ready-made plans of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.errors import ValidationFailed
from understudy.faults import LIMIT, PLANS
from understudy.faults.checking import change_problems, problems, whole_path
from understudy.scenarios.problems import hint

from . import errors

if TYPE_CHECKING:
    from understudy.context import Answer, Body, ServerContext
    from understudy.faults import Faults, Rule


def list_faults(ctx: ServerContext, sandbox: str) -> Answer:
    """Give all rules."""
    faults = ctx.sandbox(sandbox).faults
    return {"faults": faults.shown(faults.rules.values())}


def add_fault(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Add a rule."""
    found = ctx.sandbox(sandbox)
    faults = found.faults
    wrong = problems(body, ctx.app.contract)
    if wrong:
        raise ValidationFailed(details=wrong)
    if body.get("id") in faults.rules:
        raise errors.FaultExists(f"There is a rule {body['id']!r} already.")
    _require_room(faults, 1)
    match = dict(body.get("match") or {})
    if match.get("path"):
        match["path"] = whole_path(match["path"], ctx.app.contract)
    if match.get("user"):
        match["user"] = found.plain(match["user"])
    if match:
        body = {**body, "match": match}
    rule = faults.add(body)
    found.remember()
    return _shown(faults, rule), 201


def clear_faults(ctx: ServerContext, sandbox: str) -> Answer:
    """Remove all rules."""
    found = ctx.sandbox(sandbox)
    found.faults.clear()
    found.remember()
    return {"success": True}


def get_fault(ctx: ServerContext, sandbox: str, fault: str) -> Answer:
    """Give one rule."""
    faults = ctx.sandbox(sandbox).faults
    return _shown(faults, _rule(faults, fault))


def update_fault(ctx: ServerContext, sandbox: str, fault: str, body: Body) -> Answer:
    """Change when a rule strikes, or switch it off and on."""
    found = ctx.sandbox(sandbox)
    wrong = change_problems(body)
    if wrong:
        raise ValidationFailed(details=wrong)
    _rule(found.faults, fault)
    rule = found.faults.update(fault, body)
    found.remember()
    return _shown(found.faults, rule)


def delete_fault(ctx: ServerContext, sandbox: str, fault: str) -> Answer:
    """Remove a rule."""
    found = ctx.sandbox(sandbox)
    _rule(found.faults, fault)
    found.faults.remove(fault)
    found.remember()
    return {"success": True}


def list_plans(ctx: ServerContext) -> Answer:
    """Give the ready-made plans."""
    return {"plans": [plan.shown() for plan in PLANS.values()]}


def apply_plan(ctx: ServerContext, sandbox: str, plan: str) -> Answer:
    """Add the rules of a plan, in place of those of an earlier time."""
    found = ctx.sandbox(sandbox)
    chosen = PLANS.get(plan)
    if chosen is None:
        known = ", ".join(PLANS)
        raise errors.NoSuchPlan(f"There is no plan {plan!r}; the plans are {known}.")
    _require_room(found.faults, len({*chosen.ids()} - found.faults.rules.keys()))
    rules = found.faults.apply(chosen)
    found.remember()
    return {"faults": found.faults.shown(rules)}


def _rule(faults: Faults, rule_id: str) -> Rule:
    rule = faults.get(rule_id)
    if rule is None:
        raise errors.NoSuchFault(f"There is no rule {rule_id!r}; {hint(rule_id, faults.rules)}")
    return rule


def _require_room(faults: Faults, count: int) -> None:
    if len(faults.rules) + count > LIMIT:
        raise errors.TooManyFaults


def _shown(faults: Faults, rule: Rule) -> dict[str, Any]:
    return faults.shown([rule])[0]
