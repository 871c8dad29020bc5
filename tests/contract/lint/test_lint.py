"""The lint as a whole: nothing to find, all to find, and what one API may decide for itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from understudy.contract import load
from understudy.contract.lint import lint

Write = Callable[[dict[str, str]], Path]
Broken = Callable[[Path], list[str]]


def test_the_contract_breaks_no_rule(root: Path) -> None:
    assert lint(load(root)) == []


def test_findings_come_by_file_and_line(texts: dict[str, str], write: Write) -> None:
    things = texts["things.yaml"].replace("summary: List things", "summary: list")
    things = things.replace("indexes: [size]", "indexes: [sise]")
    common = texts["common.yaml"].replace("      description: A refusal.\n", "")
    findings = lint(load(write({**texts, "things.yaml": things, "common.yaml": common})))
    assert [finding.file.name for finding in findings] == ["common.yaml", *["things.yaml"] * 2]
    assert findings[1].line < findings[2].line


def test_schemas_that_are_none_come_alone(texts: dict[str, str], write: Write) -> None:
    things = texts["things.yaml"].replace(
        "count: {type: integer, minimum: 1, maximum: 99}", "count: {type: string, pattern: '('}"
    )
    things = things.replace("summary: List things", "summary: list")
    [finding] = lint(load(write({**texts, "things.yaml": things})))
    line = finding.file.read_text(encoding="utf-8").splitlines()[finding.line - 1]
    assert "pattern: '('" in line
    assert finding.message.startswith("not a valid schema: ")


def test_what_x_lint_excepts(broken: Broken, texts: dict[str, str], write: Write) -> None:
    line = "      description: What changes of a thing.\n      properties:\n"
    things = texts["things.yaml"].replace(
        line,
        f"      additionalProperties: false\n{line}        on: {{type: boolean, default: true}}\n",
    )
    found = broken(write({**texts, "things.yaml": things}))
    assert found == ["object_is_open", "update_has_no_default"]
    root = texts["openapi.yaml"].replace(
        "  compositions: [Moment]\n",
        "  compositions: [Moment]\n  closed: [ThingUpdate]\n  replaces: [things.update_thing]\n",
    )
    assert broken(write({**texts, "things.yaml": things, "openapi.yaml": root})) == []


def test_without_x_lint_only_the_general_rules_hold(
    broken: Broken, texts: dict[str, str], write: Write
) -> None:
    before, _, rest = texts["openapi.yaml"].partition("x-lint:")
    root = f"{before}paths:{rest.partition('paths:')[2]}"
    things = texts["things.yaml"].replace(
        "        '422': {$ref: common", "        '500': {$ref: common"
    )
    found = broken(write({**texts, "openapi.yaml": root, "things.yaml": things}))
    assert found == ["schema_is_plain"]


def test_a_contract_in_one_file(write: Write) -> None:
    root = write(
        {
            "openapi.yaml": "openapi: 3.0.3\ninfo: {title: One, version: '1'}\n"
            "tags: [{name: a, description: All.}]\npaths:\n  /a:\n    get:\n"
            "      operationId: a.get_a\n      tags: [a]\n      summary: Get a\n"
            "      description: Always the same.\n      responses:\n        '200':\n"
            "          description: It.\n          content:\n            application/json:\n"
            "              schema: {type: boolean}\n              example: true\n"
        }
    )
    assert lint(load(root)) == []
