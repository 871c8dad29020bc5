"""The parts that pages are made of: intervals, charts, JSON with places, columns."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from understudy.client.states import CollectionInfo
from understudy.console import charts, columns, jsontext, measuring
from understudy.console.charts import Series

BEGIN = datetime(2026, 1, 26, 9, 0, 0, 250_000, tzinfo=UTC)


def exchange(seconds, status=200, milliseconds=1.0):
    moment = BEGIN + timedelta(seconds=seconds)
    return SimpleNamespace(received_at=moment, status=status, milliseconds=milliseconds)


class TestIntervals:
    def test_of_nothing(self):
        assert measuring.intervals([]) == ([], 1)

    def test_all_exchanges_are_in_them(self):
        asked = [exchange(0), exchange(0.5, 404), exchange(3, 0), exchange(3.2, 503)]
        found, length = measuring.intervals(asked)
        assert length == 1
        assert [one.label for one in found] == ["09:00:00", "09:00:01", "09:00:02", "09:00:03"]
        assert [one.total for one in found] == [2, 0, 0, 2]
        assert found[0].counts == {"2xx": 1, "3xx": 0, "4xx": 1, "5xx": 0, "none": 0}
        assert found[3].counts == {"2xx": 0, "3xx": 0, "4xx": 0, "5xx": 1, "none": 1}
        assert found[1].p50 is found[1].most is None

    @pytest.mark.parametrize(
        ("seconds", "length"),
        [(0, 1), (57, 1), (59, 2), (600, 15), (86_400, 1800), (40 * 86_400, 86_400)],
    )
    def test_their_length_fits_the_time(self, seconds, length):
        found, chosen = measuring.intervals([exchange(0), exchange(seconds)])
        assert chosen == length
        assert len(found) <= measuring.MOST + 1
        assert sum(one.total for one in found) == 2

    def test_a_year_has_days_of_many(self):
        found, length = measuring.intervals([exchange(0), exchange(365 * 86_400)])
        assert length % 86_400 == 0
        assert len(found) <= measuring.MOST + 1

    def test_percentiles(self):
        values = [*range(1, 101)]
        assert [measuring.percentile(values, share) for share in (0.5, 0.95, 1)] == [50, 95, 100]
        assert measuring.percentile([7], 0.5) == 7
        assert measuring.percentile([], 0.5) is None

    @pytest.mark.parametrize(
        ("status", "name"), [(0, "none"), (101, "2xx"), (204, "2xx"), (301, "3xx"), (599, "5xx")]
    )
    def test_classes(self, status, name):
        assert measuring.status_class(status) == name


class TestCharts:
    def drawn(self, svg):
        return ElementTree.fromstring(str(svg))

    def test_bars_are_as_high_as_their_values(self):
        up, down = Series("2xx", "s2xx", [8, 0, 4]), Series("5xx", "s5xx", [0, 0, 4])
        svg = self.drawn(charts.bars("T", "D", ["a", "b", "c"], [up, down]))
        heights = [float(one.get("height")) for one in svg.iter("rect")]
        assert heights == [charts.PLOT_HEIGHT, charts.PLOT_HEIGHT / 2, charts.PLOT_HEIGHT / 2]
        assert [one.get("class") for one in svg.iter("rect")] == ["s2xx", "s2xx", "s5xx"]
        assert svg.find("title").text == "T"
        assert svg.find("desc").text == "D"

    def test_lines_are_interrupted_where_there_is_nothing(self):
        line = Series("median", "p50", [1, None, 100, 1000])
        svg = self.drawn(charts.lines("T", "D", ["a", "b", "c", "d"], [line]))
        assert svg.find("path").get("d").count("M") == 2
        heights = [float(one.get("cy")) for one in svg.iter("circle")]
        assert heights[0] == charts.TOP + charts.PLOT_HEIGHT
        assert heights[2] == charts.TOP

    def test_nothing_at_all(self):
        assert self.drawn(charts.bars("T", "D", [], [])) is not None
        assert self.drawn(charts.lines("T", "D", ["a"], [Series("x", "x", [None])])) is not None

    def test_texts_are_text(self):
        svg = charts.bars("<script>", '"', ["<b>"], [Series("<i>", "s", [1])])
        assert "<script>" not in svg
        assert next(one.text for one in self.drawn(svg).iter("title")) == "<script>"

    @pytest.mark.parametrize(
        ("most", "top"), [(0, 4), (3, 4), (5, 6), (9, 10), (11, 20), (61, 80), (1000, 1000)]
    )
    def test_the_scale_has_room(self, most, top):
        assert charts.nice_top(most) == top


class TestJson:
    def test_places(self):
        value = {"a": 1, "b": [{"c": 'x,}"{'}, {"c": []}], "": {"d": {}}}
        text = jsontext.pretty(value)
        found = jsontext.places(text)
        lines = text.split("\n")
        assert lines[found["b.1.c"] - 1].strip() == '"c": []'
        assert lines[found["b.0.c"] - 1].strip().startswith('"c": "x')
        assert lines[found[".d"] - 1].strip() == '"d": {}'
        assert jsontext.places(json.dumps(value)).keys() == found.keys()
        assert {*jsontext.places(json.dumps(value)).values()} == {1}

    @pytest.mark.parametrize("text", ["1", '"a"', "[]", "{}", "null", "[1, [2, 3], {}]"])
    def test_places_of_little(self, text):
        assert jsontext.places(text)[""] == 1

    def test_the_nearest_line_above(self):
        found = jsontext.places('{\n"a": {\n"b": 1}}')
        assert jsontext.line_of(found, "a.b") == 3
        assert jsontext.line_of(found, "a.c.d") == 2
        assert jsontext.line_of(found, "x") == 1

    def test_marked_lines(self):
        shown = jsontext.shown({"a": "<b>", "c": 1}, {"a": "not documented", "zz": "nowhere"})
        assert "<b>" not in shown
        assert shown.count("<mark>") == 1
        assert "← not documented" in shown

    def test_a_text_is_shown_as_it_is(self):
        assert jsontext.shown("<p>\n") == "&lt;p&gt;\n"

    @pytest.mark.parametrize("text", ["{", "NaN", "[1,]", '{"a": -Infinity}', "[" * 100_000])
    def test_what_is_no_json(self, text):
        with pytest.raises(json.JSONDecodeError):
            jsontext.parsed(text)

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ('{"a": "\\ud83d\\ude00",\n"b": "\\ud83d"}', 2),
            ('{"a": "\\ud83d\\ude00",\n\n"b": "\\ude00"}', 3),
            ('{\n"a": ' + "9" * 5000 + "}", 2),
        ],
    )
    def test_what_cannot_be_sent(self, text, line):
        with pytest.raises(json.JSONDecodeError) as error:
            jsontext.parsed(text)
        assert error.value.lineno == line

    def test_a_pair_of_escapes_is_one_character(self):
        assert jsontext.parsed('"\\ud83d\\ude00"') == "\U0001f600"


class TestColumns:
    KIND = CollectionInfo(
        name="things",
        description=None,
        count=2,
        fields=("id", "name", "secret", "text", "size", "empty", "made_at", "parts", "_own"),
        references={"parts.thing_id": "things", "owner_id": "users"},
        secrets=("secret",),
        raw={},
    )

    def thing(self, **fields):
        return {
            "id": "1",
            "name": "n",
            "secret": "***",
            "text": "t" * 500,
            "size": 3,
            "empty": None,
            "made_at": "2026-01-26T09:00:00.000Z",
            "parts": [],
            "_own": 1,
            **fields,
        }

    def test_short_values_that_tell_something(self):
        assert columns.columns(self.KIND, [self.thing()]) == ["size", "made_at"]

    def test_own_fields_where_there_is_little_else(self):
        assert columns.columns(self.KIND, [self.thing(size=None)]) == ["made_at", "_own"]

    def test_of_nothing(self):
        assert columns.columns(self.KIND, []) == []

    def test_titles(self):
        assert columns.title_of({"id": "1", "title": " ", "email": "a@b"}) == "a@b"
        assert columns.title_of({"id": "1", "plan_name": "P"}) == "P"
        assert columns.title_of({"id": "1"}) == "1"

    def test_references_however_deep(self):
        one = self.thing(parts=[{"thing_id": "7"}, {"thing_id": None}, {}], owner_id="9")
        assert columns.references(self.KIND, one) == [
            ("parts.thing_id", "things", "7"),
            ("owner_id", "users", "9"),
        ]

    def test_cells(self):
        shown = [columns.cell(value) for value in (None, True, 3, ["a", "b"], "x")]
        assert shown == ["", "yes", "3", "a, b", "x"]
