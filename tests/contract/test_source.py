"""Reading one file: JSON's types only, and a line for every place."""

from __future__ import annotations

from pathlib import Path

import pytest

from understudy.contract.source import join_pointer, read, shown, split_pointer
from understudy.errors import UsageError


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "some.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_times_stay_text_and_keys_are_text(tmp_path: Path) -> None:
    text = "at: 2026-01-25T09:00:00Z\nday: 2026-01-25\n200: [1, 1.5, true, null, '7', x]\n"
    assert read(written(tmp_path, text)).data == {
        "at": "2026-01-25T09:00:00Z",
        "day": "2026-01-25",
        "200": [1, 1.5, True, None, "7", "x"],
    }


def test_an_alias_is_a_copy(tmp_path: Path) -> None:
    data = read(written(tmp_path, "a: &x {b: 1}\nc: *x\n")).data
    assert data == {"a": {"b": 1}, "c": {"b": 1}}
    assert data["a"] is not data["c"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "not valid YAML"),
        ("a: 1\nb: 2\n\na: 3\n", 4, "the key 'a' occurs twice"),
        ("'200': 1\n200: 2\n", 2, "the key '200' occurs twice"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", 3, "merge keys are not supported"),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "is not a type that JSON has"),
        ("a: 1\nb: !!binary aGVsbG8=\n", 2, "!!binary is not a type that JSON has"),
        ("a: 1\nb: !!int x\n", 2, "'x' does not fit its tag"),
        ("b: 1\na: &x\n  - 1\n  - *x\n", 2, "this value holds itself"),
        ("a: 1\n? [b, c]\n: 1\n", 2, "a key must be text"),
        ("", 1, "the file is empty"),
        ("# nothing\n", 1, "the file is empty"),
        (b"a: \xff\xfe\n", 1, "not valid YAML"),
        ("a: 1\n--- \nb: 2\n", 2, "not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, text: str | bytes, line: int, message: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert message in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.yaml")


def test_references_are_noted_with_their_lines(tmp_path: Path) -> None:
    source = read(written(tmp_path, "a:\n  $ref: x.yaml#/y\nb: {$ref: '#/a'}\nc: {$ref: [1]}\n"))
    found = [(reference.text, reference.line) for reference in source.references]
    assert found == [("x.yaml#/y", 2), ("#/a", 3)]
    assert source.references[0].holder is source.data["a"]


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ((), 1),
        (("a",), 2),
        (("a", "b"), 3),
        (("a", "b", 1), 5),
        (("a", "b", "1"), 5),
        (("a", "b", 9), 3),
        (("a", "none", "deeper"), 2),
        (("a", "c", "d"), 6),
    ],
)
def test_the_line_of_a_place_or_of_what_is_around_it(
    tmp_path: Path, pointer: tuple[str | int, ...], line: int
) -> None:
    text = "# a comment\na:\n  b:\n    - 1\n    - 2\n  c: {d: 3}\n"
    expected = max(line, 2)  # the document itself begins after the comment
    assert read(written(tmp_path, text)).line(pointer) == expected


def test_pointers() -> None:
    assert split_pointer("/paths/~1a~0b") == ["paths", "/a~b"]
    assert join_pointer(["paths", "/a~b", 1]) == "/paths/~1a~0b/1"


def test_a_path_is_shown_relative_to_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "a" / "b.yaml") == Path("a/b.yaml")
    assert shown(tmp_path.parent / "b.yaml") == tmp_path.parent / "b.yaml"
