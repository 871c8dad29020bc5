"""The answer of each operation to its sample, asked for once in a process."""

from __future__ import annotations

from understudy.verify import Answer, Broken, OperationSpec, Persona, Suite

from . import samples

_answers: dict[tuple[str, str], Answer] = {}


def answer_of(suite: Suite, persona: Persona, operation: OperationSpec) -> Answer:
    """The answer to a valid request of an operation."""
    key = suite.prefix, operation.operation_id
    if key not in _answers:
        request = samples.request(suite, persona, operation.operation_id)
        _answers[key] = persona.call(operation.operation_id, **request)
    return _answers[key]


def all_answers(suite: Suite, persona: Persona) -> list[Answer]:
    """The answers of all operations that can be asked; each is judged as it comes."""
    found = []
    for operation in suite.operations:
        try:
            found.append(answer_of(suite, persona, operation))
        except Broken:
            continue  # what has to be there first could not be made: other rules tell of it
    return found
