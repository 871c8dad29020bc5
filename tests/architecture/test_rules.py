"""The rules of the layout: the leaf rule, and a core that knows no API by name."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from understudy import contract

ROOT = Path(__file__).parents[2]
CORE = sorted((ROOT / "src/understudy").rglob("*.py"))
LEAVES = sorted(
    file for name in ("handlers", "conformance") for file in (ROOT / name).rglob("*.py")
)
# The control contract is no API: it is about the core itself.
APIS = {folder.parent.name for folder in (ROOT / "openapi").glob("*/openapi.yaml")} - {"control"}
NAMED = re.compile(rf"(?<![a-z])({'|'.join(sorted(APIS))})(?![a-z])")


def imports(file):
    """What a module imports: (dots, name)."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_the_core_imports_no_handler_and_names_no_api(file):
    for _, name in imports(file):
        assert not re.match(r"understudy\.(handlers|fixtures|conformance|openapi)\b", name)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docs = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    code = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docs
    ]
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    for word in [*code, *names]:
        assert not NAMED.search(word.lower()), word


@pytest.mark.parametrize("file", LEAVES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_leaves_import_the_core_absolutely_and_siblings_relatively(file):
    for dots, name in imports(file):
        if dots == 0:
            assert not re.match(r"understudy\.(handlers|conformance)\b", name)
            assert name.split(".")[0] not in {"handlers", "openapi", "fixtures", "conformance"}


def test_only_the_clock_asks_the_machine_for_the_time():
    asking = re.compile(
        r"\btime\.(time|time_ns|monotonic|perf_counter|localtime|strftime)\(|\.(utc)?now\(\)|\.today\("
    )
    for file in [*CORE, *LEAVES]:
        if file.name != "clock.py":
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                found = asking.search(line)
                assert not found or re.search(r"(ctx|clock|sandbox\.clock)\.now\(\)", line), (
                    f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
                )


def test_handlers_refuse_another_name(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    with pytest.raises(ImportError, match=r"understudy\.handlers"):
        importlib.import_module("handlers")


@pytest.mark.parametrize("api", sorted(APIS))
def test_one_name_leads_through(api):
    """Tag → contract → handlers → rules."""
    for tag in {one.tag for one in contract.load(api).operations}:
        for place in (f"openapi/{api}/{tag}.yaml", f"handlers/{api}/{tag}.py"):
            assert (ROOT / place).is_file(), place
        assert (ROOT / f"conformance/{api}/test_{tag}.py").is_file(), tag
