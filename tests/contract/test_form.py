"""A file that has not the form of a contract is refused with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from understudy.contract import load
from understudy.errors import UsageError


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("- 1\n", 1, "must be an object"),
        ("paths: []\n", 1, "/paths must be an object"),
        ("paths:\n  /a: null\n", 2, "/paths/~1a must not be null"),
        ("paths:\n  /a:\n    get: 1\n", 3, "/paths/~1a/get must be an object"),
        ("paths:\n  /a:\n    get: {responses: {'200': {}}}\n", 3, "get needs 'operationId'"),
        ("paths:\n  /a:\n    get: {operationId: a.b}\n", 3, "get needs 'responses'"),
        (
            "paths:\n  /a:\n    get:\n      operationId: a.b\n      responses: {}\n",
            5,
            "must have at least 1 field",
        ),
        (
            "paths:\n  /a:\n    parameters:\n      - {name: a}\n",
            4,
            "/paths/~1a/parameters/0 needs name and in, or a $ref",
        ),
        (
            "paths:\n  /a:\n    parameters:\n      - {name: a, in: bag}\n",
            4,
            "must be one of query, path, header, cookie",
        ),
        ("paths: {}\ncomponents: []\n", 2, "/components must be an object"),
        ("paths: {}\ncomponents:\n  schemas:\n    A: []\n", 4, "A must be an object"),
        ("paths: {}\ncomponents:\n  schemas:\n    A: {type: text}\n", 4, "A/type must be one of"),
        ("paths: {}\ncomponents:\n  schemas:\n    A: {items: [1]}\n", 4, "must be an object"),
        ("paths: {}\ncomponents:\n  schemas:\n    A: {enum: []}\n", 4, "must not be empty"),
        (
            "paths: {}\ncomponents:\n  schemas:\n    A: {x-secret: closed}\n",
            4,
            "A/x-secret must be one of true, sealed, hash",
        ),
        ("paths: {}\nx-collections:\n  a: {factory: b.c}\n", 3, "/x-collections/a needs 'schema'"),
        ("paths: {}\nx-shortcuts: []\n", 2, "/x-shortcuts must be an object"),
        ("paths: {}\nx-shortcuts:\n  a: {function: b.c}\n", 3, "/a needs 'summary'"),
        ("paths: {}\nx-shortcuts:\n  a: {summary: Do}\n", 3, "/a needs 'function'"),
        (
            "paths: {}\nx-shortcuts:\n  a: {function: b.c, summary: Do, parameters: []}\n",
            3,
            "/x-shortcuts/a/parameters must be an object",
        ),
        ("paths: {}\nservers: [{}]\n", 2, "/servers/0 needs 'url'"),
        ("paths: {}\nsecurity: {bearer: []}\n", 2, "/security must be a list"),
        ("paths: {}\nx-understudy: 1\n", 2, "/x-understudy must be an object"),
    ],
)
def test_a_wrong_form(
    write: Callable[[dict[str, str]], Path], text: str, line: int, message: str
) -> None:
    root = write({"openapi.yaml": text})
    with pytest.raises(UsageError) as caught:
        load(root)
    assert str(caught.value).startswith(f"{root}:{line}: ")
    assert message in str(caught.value)


def test_a_property_may_be_called_like_a_keyword(write: Callable[[dict[str, str]], Path]) -> None:
    root = write(
        {
            "openapi.yaml": "paths: {}\ncomponents:\n  schemas:\n    A:\n      properties:\n"
            "        items: {type: string}\n        type: {type: string}\n"
            "        $ref: {type: string}\n"
        }
    )
    assert [*load(root).document["components"]["schemas"]["A"]["properties"]] == [
        "items",
        "type",
        "$ref",
    ]
