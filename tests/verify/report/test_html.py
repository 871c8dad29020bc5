"""The page: what it holds, and that no answer can do anything in it."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from understudy.verify.report import html
from understudy.verify.report.model import Report

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ATTACK = (
    "</pre></script></style></title></textarea><script>document.title='owned'</script>"
    "<img src=x onerror=\"document.title='owned'\"><svg onload=document.title='owned'>"
    "\" onmouseover='document.title=1' x='{{ 7*7 }}<!--"
)
VOID = {"meta", "input", "link", "img", "br", "hr"}


class Page(HTMLParser):
    """Its elements, as (tag, attributes), and the text in each kind of them."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html.text(report))
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.texts.append((self.open[-1] if self.open else "", text))

    def all(self, tag, **wanted):
        found = [attributes for name, attributes in self.elements if name == tag]
        return [one for one in found if wanted.items() <= one.items()]

    @property
    def text(self) -> str:
        return " ".join(" ".join(text for _, text in self.texts).split())


@pytest.fixture
def in_chromium(tmp_path):
    """The document that Chromium makes of a page."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")

    def load(page: str, fragment: str = "") -> str:
        file = tmp_path / "page.html"
        file.write_text(page, encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000"]
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        address = f"{file.as_uri()}{fragment}"
        command = [CHROMIUM, *flags, profile, "--dump-dom", address]
        ran = subprocess.run(command, capture_output=True, timeout=60, check=True)
        return ran.stdout.decode()

    return load


def acting(page: str, script: str) -> str:
    """The page, and a script of the test's own that runs at its end; what it returns becomes the
    title.
    """
    page = re.sub(r"<meta http-equiv=.*?>", "", page, count=1)
    return page.replace(
        "</body>", f"<script>document.title = (() => {{{script}}})()</script></body>"
    )


def title(document: str) -> str:
    found = re.search(r"<title>(.*?)</title>", document)
    assert found
    return found[1]


def test_every_element_is_closed_and_no_id_is_there_twice(report):
    page = Page(report)
    assert page.open == []
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert max(ids.values()) == 1


def test_it_loads_nothing_from_elsewhere(report):
    page = Page(report)
    for tag, attributes in page.elements:
        assert tag not in {"link", "img", "iframe", "object", "base"}
        assert not {"src", "srcset", "style", "onclick", "onload"} & {*attributes}
        assert (attributes.get("href") or "#").startswith("#")
    own = "".join(html._own(name) for name in ("style.css", "script.js"))
    assert not re.search(r"url\(|@import|https?:|fetch|XMLHttp|innerHTML", own)


@pytest.mark.parametrize("kind", ["style", "script"])
def test_the_policy_lets_nothing_in_but_its_own_style_and_script(report, kind):
    page = Page(report)
    [policy] = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    own = "".join(text for tag, text in page.texts if tag == kind)
    digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
    parts = policy["content"].split("; ")
    assert parts[:3] == ["default-src 'none'", "base-uri 'none'", "form-action 'none'"]
    assert f"{kind}-src 'sha256-{digest}'" in parts[3:]


def test_every_link_leads_somewhere(report):
    page = Page(report)
    ids = {attributes.get("id") for _, attributes in page.elements}
    links = [attributes["href"][1:] for attributes in page.all("a")]
    assert links
    assert {*links} <= ids


def test_every_rule_is_there_with_its_verdict(report):
    found = Page(report).all("details", **{"class": "rule"})
    assert [one["id"] for one in found][:3] == ["RUN-07", "RUN-09", "RUN-08"]
    told = {(one["id"], one["data-verdict"], one["data-level"]) for one in found}
    assert told == {(rule["id"], rule["verdict"], rule["level"]) for rule in report["rules"]}
    assert [one["id"] for one in found if "open" in one] == ["RUN-07", "RUN-09", "RUN-08"]


def test_a_rule_tells_what_it_is_made_of(report):
    told = "test_test_runs, 1 test, 0.25 s · personas: active · asked: test_runs.start_run"
    assert told in Page(report).text


def test_the_verdict_stands_on_top(report):
    text = Page(report).text
    assert text.index("Broken: 3 of 8 rules failed") < text.index("Personas")


def test_a_failure_shows_request_answer_and_command(report):
    page = Page(report)
    blocks = [text.strip() for tag, text in page.texts if tag == "pre"]
    assert '{\n  "note": "verify-1a2b-RUN-07-run-1"\n}' in blocks
    assert '{\n  "id": "5f1c",\n  "status": "RUNNING",\n  "started_at": null\n}' in blocks
    assert report["findings"][1]["curl"] in blocks
    assert "Authorization: ***\nContent-Type: application/json" in blocks
    assert "anything but null" in page.text
    assert "3\N{MULTIPLICATION SIGN}" in page.text
    assert "What led to it: 1 exchange" in page.text


def test_the_matrix_tells_shown_from_not_shown(report):
    page = html.text(report)
    matrix = page[page.index('class="matrix"') : page.index('id="parameters"')]
    rows = {
        name: re.findall(r"<td(?: class=\"(\w+)\")?>(\d*)</td>", cells)
        for name, cells in re.findall(r'scope="row"[^>]*>([\w.]+)</th>(.*?)</tr>', matrix, re.S)
    }
    # 200, 401, 404, 418, 500
    assert rows["test_runs.start_run"] == [
        ("shown", "12"), ("shown", "3"), ("unshown", "0"), ("", ""), ("", "0"),
    ]  # fmt: skip
    assert rows["defects.list_defects"] == [
        ("unshown", "0"), ("", ""), ("", ""), ("undocumented", "2"), ("", ""),
    ]  # fmt: skip
    assert rows["auth.logout"] == [("", "")] * 5


def test_an_error_of_the_server_is_no_good_status(report):
    report["operations"][0]["statuses"]["500"]["shown"] = 4
    assert '<td class="undocumented">4</td>' in html.text(report)


def test_parameters_timings_waivers_and_what_was_left_behind(report):
    text = Page(report).text
    for told in (
        "query.limit 4 2 0",
        "test_runs.start_run 15 4.0 21.5 80.2",
        "expired ADMIN whose subscription ran out missing",
        "DEF-02 test_runs.start_run ticket 12 2026-12-31 1\N{MULTIPLICATION SIGN}",
        "AUTH-01 none ticket 12 2026-11-30 unused",
        "test_plans.create_plan 77 verify-1a2b-plan 500",
        "defects.create_folder 4 the API has no way",
        "98 of 100 broken servers noticed, 0 false alarms",
    ):
        assert told in text


def test_it_tells_how_to_check_it_again(report):
    text = Page(report).text
    assert report["contract"]["digest"] in text
    assert report["suite"]["digest"] in text
    assert "--seed 5 --effort quick --profile full --level may --workers 2" in text
    assert "--replay report.json" in text
    assert "schemathesis 4.32.5" in text


def test_a_body_is_shown_up_to_a_limit(report, make_exchange):
    report["findings"][1]["exchange"] = make_exchange(response_body="y" * 50_000)
    report["findings"][1]["before"] = [make_exchange(response_body="z" * 50_000)]
    page = html.text(report)
    assert page.count("y") < html.BODY + 2000
    assert "… 30,000 more characters" in page
    assert page.count("z") < html.BEFORE + 500


def test_no_text_becomes_an_element(with_text, report):
    plain = Counter(tag for tag, _ in Page(with_text("x")).elements)
    hostile = Page(with_text(ATTACK))
    assert Counter(tag for tag, _ in hostile.elements) == plain
    assert hostile.open == []
    assert plain["script"] == 1
    assert "{{ 7*7 }}" in hostile.text
    names = {name for _, attributes in hostile.elements for name in attributes}
    assert not [name for name in names if name.startswith("on")]


def test_control_characters_are_written_out(with_text):
    page = html.text(with_text("a\x00\x1b\u202e\ud800b"))
    assert "a\\u0000\\u001b\\u202e\\ud800b" in page
    assert not {"\x00", "\x1b", "\u202e", "\ud800"} & {*page}


def test_answers_do_nothing_in_a_browser(in_chromium, with_text):
    document = in_chromium(html.text(with_text(ATTACK)))
    assert title(document) == "testr contract: broken"
    assert document.count("<script") == 1
    assert not re.search(r"<(img|svg on|textarea)", document)


def test_answers_do_nothing_in_a_browser_without_the_policy_either(in_chromium, with_text):
    page = acting(html.text(with_text(ATTACK)), "return document.title + '!'")
    assert title(in_chromium(page)) == "testr contract: broken!"


def test_the_policy_stops_a_script_that_is_not_the_pages_own(in_chromium, report):
    page = html.text(report).replace("</body>", "<script>document.title='owned'</script></body>")
    assert title(in_chromium(page)) == "testr contract: broken"


def test_the_pages_own_script_and_style_run(in_chromium, report):
    document = in_chromium(html.text(report), "#SUB-01")
    rule = re.search(r'<details class="rule" id="SUB-01"[^>]*>', document)
    assert rule
    assert " open" in rule[0]


ALL = "RUN-07,RUN-09,RUN-08,PAGE-01,DEF-02,SUB-01,SUB-02,SET-04,AUTH-01"
FILTERS = {
    "chip('waived')": "DEF-02",
    "chip('passed'), chip('disabled')": "SET-04,AUTH-01",
    "choose('level', 'should')": "RUN-08",
    "choose('tag', 'auth')": "AUTH-01",
    "choose('search', 'pending RUNNING')": "RUN-07",
    "choose('search', 'sorted'), chip('failed')": "RUN-08",
    "choose('search', 'no such rule')": "",
    "choose('level', 'may'), document.getElementById('reset').click()": ALL,
}
ACTING = """
const named = (id) => document.getElementById(id);
const chip = (verdict) => document.querySelector(`.chip[data-verdict=${verdict}]`).click();
const choose = (id, value) => {
  named(id).value = value;
  named(id).dispatchEvent(new Event("input", { bubbles: true }));
};
const shown = () => [...document.querySelectorAll(".rule")].filter((rule) => rule.offsetParent);
const after = (act) => {
  named("reset").click();
  act();
  return shown().map((rule) => rule.id).join();
};
"""


def test_filters(in_chromium, report):
    acts = ", ".join(f"() => {{ {act} }}" for act in FILTERS)
    page = acting(html.text(report), f"{ACTING} return [{acts}].map(after).join('|')")
    assert title(in_chromium(page)).split("|") == [*FILTERS.values()]


def test_a_large_report_stays_a_page(many):
    page = html.text(many(300, 200))
    assert page.count('class="rule"') == 300
    assert page.count("<article>") == 200
    assert len(page) < 4_000_000


def test_the_pieces_are_packaged():
    folder = Path(html.__file__).parent / "page"
    assert {file.suffix for file in folder.iterdir()} == {".html", ".css", ".js"}
