"""The answer of each operation to its sample, asked for once in a run."""

from __future__ import annotations

from understudy.verify import Answer, Broken, OperationSpec, Persona, Suite

from . import samples


def answer_of(suite: Suite, persona: Persona, operation: OperationSpec) -> Answer:
    """The answer to a valid request of an operation."""
    id = operation.operation_id
    if id not in suite.answers:
        suite.answers[id] = persona.call(id, **samples.request(suite, persona, id))
    return suite.answers[id]


def all_answers(suite: Suite, persona: Persona) -> list[Answer]:
    """The answers of all operations that can be asked; each is judged as it comes."""
    found = []
    for operation in suite.operations:
        try:
            found.append(answer_of(suite, persona, operation))
        except Broken:
            continue  # what has to be there first could not be made: other rules tell of it
    return found
