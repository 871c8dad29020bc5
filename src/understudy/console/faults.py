"""The rules that break a sandbox's network and its answers: listed, switched, added, removed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from understudy.client import ControlError
from understudy.client.connection import TOKEN_REQUIRED
from understudy.client.lines import counted, fault_parts
from understudy.console import fault_form
from understudy.console.control import attempt, back_to, control, sandbox, say, wording

pages = Blueprint("faults", __name__, url_prefix="/sandboxes/<name>/faults")


def _home(name: str, **_: Any) -> str:
    return url_for("faults.index", name=name)


@pages.get("/")
def index(name: str) -> str:
    """The rules, the plans, and a form for another rule."""
    return _shown(name, {}, "")


@pages.get("/rules")
def rules(name: str) -> str:
    """The rules, anew."""
    return render_template("faults_rules.html", name=name, rules=_rules(name))


@pages.post("/")
def add(name: str) -> Any:
    """Add a rule."""
    inside = sandbox(name)
    try:
        made = inside.faults.add(**fault_form.rule_of(request.form))
    except (ControlError, ValueError, TypeError) as error:
        if getattr(error, "code", "") == TOKEN_REQUIRED:
            raise
        return _shown(name, request.form, wording(error)), 422
    say(f"Rule {made.id} is there, and counts from the next call on.")
    return back_to(_home(name))


@pages.post("/<fault>/switch")
@attempt(_home)
def switch(name: str, fault: str) -> Any:
    """Switch a rule on or off."""
    is_on = request.form.get("is_enabled") == "true"
    sandbox(name).faults.change(fault, is_enabled=is_on)
    say(f"Rule {fault} is switched {'on' if is_on else 'off'}.")
    return back_to(_home(name))


@pages.post("/<fault>/delete")
@attempt(_home)
def delete(name: str, fault: str) -> Any:
    """Remove a rule."""
    sandbox(name).faults.remove(fault)
    say(f"Rule {fault} is gone.")
    return back_to(_home(name))


@pages.post("/clear")
@attempt(_home)
def clear(name: str) -> Any:
    """Remove all rules."""
    sandbox(name).faults.clear()
    say("The network is whole again.")
    return back_to(_home(name))


@pages.post("/plans/<plan>")
@attempt(_home)
def apply(name: str, plan: str) -> Any:
    """Add the rules of a ready-made plan."""
    added = sandbox(name).faults.apply(plan)
    say(f"Plan {plan}: {counted(len(added), 'rule')}.")
    return back_to(_home(name))


def _rules(name: str) -> list[dict[str, Any]]:
    found = sandbox(name).faults.list()
    return [{"fault": one, "words": fault_parts(one)} for one in found]


def _shown(name: str, given: Any, wrong: str) -> str:
    return render_template(
        "faults.html",
        name=name,
        rules=_rules(name),
        operations=[one.operation for one in sandbox(name).journal.coverage().operations],
        plans=control().fault_plans(),
        effects=fault_form.EFFECTS,
        kinds=fault_form.KINDS,
        breakdowns=fault_form.BREAKDOWNS,
        methods=fault_form.METHODS,
        given=given,
        wrong=wrong,
    )
