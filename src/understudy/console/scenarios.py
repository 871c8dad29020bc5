"""The scenarios: what each is for, what it may be told, and a click that loads it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from understudy.client import Server
from understudy.client.records import ScenarioInfo
from understudy.console import fields
from understudy.console.control import attempt, back_to, control, sandbox, say
from understudy.console.words import plural

pages = Blueprint("scenarios", __name__, url_prefix="/sandboxes/<name>/scenarios")

PREFIX = "set."
"""Of the names of parameters in a form, so that none is taken for another field."""
JSON_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean"}


def _home(name: str, **_: Any) -> str:
    return url_for("scenarios.index", name=name)


@pages.get("/")
def index(name: str) -> str:
    """All scenarios."""
    info = sandbox(name).show()
    known = [(one, _fields(one)) for one in control().scenarios()]
    return render_template("scenarios.html", name=name, info=info, known=known)


@pages.post("/load")
@attempt(_home)
def load(name: str) -> Any:
    """Have the sandbox begin anew from a scenario."""
    scenario = request.form["scenario"]
    loaded = sandbox(name).load(scenario, _parameters(control(), scenario))
    say(f"{name} begins anew from {loaded.scenario}: {plural(loaded.objects, 'object')}.")
    return back_to(url_for("sandbox.show", name=name))


@pages.post("/create")
@attempt(_home)
def create(name: str) -> Any:
    """Make another sandbox from a scenario."""
    scenario, server = request.form["scenario"], control()
    made = server.sandbox(
        scenario,
        name=request.form.get("new_name", "").strip() or None,
        parameters=_parameters(server, scenario),
    )
    say(f"Sandbox {made.name} is made from {scenario}.")
    return back_to(url_for("sandbox.show", name=made.name))


def _parameters(server: Server, scenario: str) -> dict[str, Any]:
    """The parameters of a form that are not as the scenario has them anyway."""
    asked = _fields(server.scenario(scenario))
    given = fields.read(asked, request.form)
    usual = fields.read(asked, {one.name: one.given for one in asked})
    return {
        name.removeprefix(PREFIX): value
        for name, value in given.items()
        if value != usual.get(name)
    }


def _fields(scenario: ScenarioInfo) -> list[fields.Field]:
    properties = {
        PREFIX + one.name: {
            "type": JSON_TYPES.get(one.type, "string"),
            "default": one.default,
            "description": one.about,
            "minimum": one.minimum,
            "maximum": one.maximum,
            **({"enum": one.choices} if one.choices else {}),
        }
        for one in scenario.parameters
    }
    return fields.fields_of({"properties": properties}, {})
