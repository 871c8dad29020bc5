"""Rules about operations: their ids, tags and texts, and what they must document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from understudy.contract.lint.subject import Problem, Rule, Subject
from understudy.contract.lint.texts import description_problem, summary_problem


def id_is_tag_and_function(subject: Subject) -> Iterator[Problem]:
    """`<tag>.<function>`, which leads to the handler."""
    for pointer, operation in subject.operations():
        pattern = rf"{re.escape(operation.tag)}\.[a-z][a-z0-9_]*"
        if not re.fullmatch(pattern, operation.operation_id):
            message = f"the operationId must be {operation.tag}.<function>, in lower_case"
            yield (*pointer, "operationId"), message


def tag_is_declared(subject: Subject) -> Iterator[Problem]:
    """One tag, which the root describes."""
    declared = {tag["name"] for tag in subject.document.get("tags", ()) if tag.get("description")}
    for pointer, operation in subject.operations():
        if len(operation.raw.get("tags", ())) != 1:
            yield pointer, "an operation has exactly one tag"
        elif operation.tag not in declared:
            message = f"the tag {operation.tag!r} is not among the root's tags with a description"
            yield (*pointer, "tags"), message


def tag_is_file(subject: Subject) -> Iterator[Problem]:
    """An operation outside the root is in the file of its tag."""
    root = subject.contract.files[0]
    for pointer, operation in subject.operations():
        file = subject.place(pointer)[0]
        if file not in (root, root.parent / f"{operation.tag}.yaml"):
            yield (*pointer, "tags"), f"an operation of {operation.tag} is in {operation.tag}.yaml"


def path_is_listed(subject: Subject) -> Iterator[Problem]:
    """The root lists each path, under the name that it has in its own file."""
    root = subject.contract.files[0]
    listed = {(subject.place(("paths", path))[0], path) for path in subject.document["paths"]}
    for file, data in subject.sources.items():
        for path in data.get("paths", {}):
            if file != root and (file, path) not in listed:
                yield ("paths",), f"{path} of {file.name} is not listed under its own name"


def summary_is_short(subject: Subject) -> Iterator[Problem]:
    """An imperative of few words."""
    for pointer, operation in subject.operations():
        message = summary_problem(operation.raw.get("summary", ""))
        if message:
            yield (*pointer, "summary"), message


def description_is_sentences(subject: Subject) -> Iterator[Problem]:
    """Full sentences."""
    for pointer, operation in subject.operations():
        message = description_problem(operation.raw.get("description", ""))
        if message:
            yield (*pointer, "description"), message


def path_parameters_agree(subject: Subject) -> Iterator[Problem]:
    """The path template and the path parameters name the same."""
    for pointer, operation in subject.operations():
        named = set(re.findall(r"\{(\w+)\}", operation.path))
        given = {found["name"] for found in operation.parameters if found["in"] == "path"}
        for name in sorted(named ^ given):
            yield pointer, f"the path parameter {name!r} is not in both the path and the parameters"


def status_is_listed(subject: Subject) -> Iterator[Problem]:
    """The statuses are a closed list."""
    conventions = subject.conventions
    for pointer, operation in subject.operations():
        if conventions.statuses is None:
            continue
        allowed = conventions.statuses | {*conventions.statuses_of.get(operation.tag, ())}
        for status in operation.responses.keys() - allowed:
            yield (*pointer, "responses", status), f"{status} is not in the list of statuses"


def success_is_documented(subject: Subject) -> Iterator[Problem]:
    """An operation can succeed."""
    for pointer, operation in subject.operations():
        if not any(status.startswith("2") for status in operation.responses):
            yield (*pointer, "responses"), "no answer tells of success"


def statuses_are_documented(subject: Subject) -> Iterator[Problem]:
    """Whatever an operation of its kind answers is documented, and nothing that it cannot."""
    for pointer, operation in subject.operations():
        wanted = subject.conventions.must_document(operation, "statuses")
        for status in sorted(wanted - operation.responses.keys()):
            yield (*pointer, "responses"), f"{status} is not documented"
        if operation.security == "required" and "x-requires" in operation.raw:
            excluded = subject.conventions.only_for_requirements(operation)
            for status in sorted(excluded & operation.responses.keys()):
                message = f"{status} is documented, but x-requires does not lead to it"
                yield (*pointer, "responses", status), message


def parameters_are_documented(subject: Subject) -> Iterator[Problem]:
    """The parameters that every operation of its kind takes."""
    for pointer, operation in subject.operations():
        wanted = subject.conventions.must_document(operation, "parameters")
        for name in sorted(wanted - {parameter["name"] for parameter in operation.parameters}):
            yield pointer, f"the parameter {name!r} is not documented"


def requirements_are_declared(subject: Subject) -> Iterator[Problem]:
    """`x-requires` is what the API's conventions make of the tag and the method."""
    for pointer, operation in subject.operations():
        wanted = subject.conventions.required_of(operation)
        given = operation.requires if "x-requires" in operation.raw else None
        if wanted is not None and wanted != given:
            message = f"x-requires must be [{', '.join(sorted(wanted))}]"
            yield (*pointer, "x-requires"), message


RULES: tuple[Rule, ...] = (
    id_is_tag_and_function,
    tag_is_declared,
    tag_is_file,
    path_is_listed,
    summary_is_short,
    description_is_sentences,
    path_parameters_agree,
    status_is_listed,
    success_is_documented,
    statuses_are_documented,
    parameters_are_documented,
    requirements_are_declared,
)
