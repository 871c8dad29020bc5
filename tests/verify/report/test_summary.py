"""The report on the screen."""

from __future__ import annotations

import click

from understudy.verify.report import overview, summary
from understudy.verify.report.model import Report


def last_screen(report: Report) -> list[str]:
    """The sums and the verdict."""
    lines = summary.screen(report).splitlines()
    return lines[lines.index(overview.lines(report)[0]) :]


def test_a_failure_tells_everything(report):
    shown = summary.screen(report).split("\n\n")[0]
    assert shown.splitlines() == [
        "RUN-07  must  A PENDING run is RUNNING after start.",
        "  clause    “Start sets `started_at`”",
        "  found     POST /test-runs/5f1c/start answered with another started_at"
        "  (3 times; also test_runs.resume_run)",
        '  sent      POST /test-runs/5f1c/start?dry=no {"note": "verify-1a2b-RUN-07-run-1"}',
        '  answered  200 {"id":"5f1c","status":"RUNNING","started_at":null}',
        "  got       {'started_at': None}",
        "  right     {'started_at': anything but null}",
        "  curl -i -X POST http://127.0.0.1:8000/api/v1/test-runs/5f1c/start"
        ' -H "Authorization: Bearer $TOKEN"',
        "  repeat    understudy verify http://127.0.0.1:8000/api/v1 --seed 5 --effort quick"
        " -k RUN-07",
    ]


def test_what_another_rule_has_told_is_not_told_again(report, make_exchange):
    message = "POST /test-runs/77aa/start answered with another started_at"
    exchange = make_exchange(url="http://127.0.0.1:8000/api/v1/test-runs/77aa/start")
    report["findings"][1].update(message=message, exchange=exchange)
    assert summary.screen(report).split("\n\n")[1].splitlines() == [
        "RUN-09  must  What RUN-09 promises.",
        "  clause    “Start sets `started_at`”",
        f"  found     {message}  (as in RUN-07)",
        "  repeat    understudy verify http://127.0.0.1:8000/api/v1 --seed 5 --effort quick"
        " -k RUN-09",
    ]
    report["findings"][1]["got"] = "something else"
    assert "as in" not in summary.screen(report)


def test_the_worst_come_first(report):
    lines = summary.screen(report).splitlines()
    found = [line.split()[0] for line in lines if line.startswith("RUN-")]
    assert found == ["RUN-07", "RUN-09", "RUN-08"]


def test_the_rest_is_told(report):
    shown = summary.screen(report)
    assert "   1  KeyError: 'items' (paging.py:12): PAGE-01" in shown
    assert "   2  the persona expired is missing: SUB-01, SUB-02" in shown
    assert "test_plans.create_plan verify-1a2b-plan (77): 500" in shown


def test_a_long_reason_leaves_room_for_the_rules(report):
    report["rules"][5]["reason"] = "why " * 25 + "and more"
    assert "why…: SUB-01\n" in summary.screen(report)


def test_a_waived_failure_is_not_among_the_failures(report):
    assert "DEF-02  must" not in summary.screen(report)


def test_twenty_groups_are_shown_and_the_others_named(many):
    shown = summary.screen(many(60, 25), where="report.html")
    assert shown.count("\n  repeat ") == 20
    assert "5 more rules failed: RA-20, RA-21, RA-22, RA-23, RA-24" in shown
    assert "all in: report.html" in shown


def test_where_no_file_was_written_it_says_how_to_get_one(many):
    assert "all in: --html FILE or --json FILE" in summary.screen(many(60, 21))


def test_three_findings_of_a_rule_are_shown(make_report, make_rule, make_finding):
    findings = [make_finding("RUN-07", message=f"number {at}") for at in range(5)]
    shown = summary.screen(make_report([make_rule("RUN-07", "failed")], findings))
    assert "number 2" in shown
    assert "number 3" not in shown
    assert "  and 2 other findings\n" in shown


def test_a_command_that_is_too_long_is_left_out(make_report, make_rule, make_finding):
    finding = make_finding("RUN-07", curl="curl " + "x" * 3000)
    shown = summary.screen(make_report([make_rule("RUN-07", "failed")], [finding]))
    assert "xxx" not in shown
    assert "curl      too long for a screen" in shown


def test_the_end_fits_one_screen(report):
    lines = last_screen(report)
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert lines[-1] == (
        "Broken: 3 of 8 rules failed (2 must, 1 should); 1 error of the suite itself."
    )


def test_it_fits_whatever_things_are_called(with_text):
    lines = last_screen(with_text("long words " * 40))
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_the_end_says(report):
    assert last_screen(report)[:-2] == [
        "testr 1.0.0 at http://127.0.0.1:8000/api/v1, our own server",
        "  rules       1 passed, 3 failed, 1 waived",
        "              2 not demonstrated, 1 disabled, 1 suite error",
        "  profile     full: must wholly shown",
        "  lowered by  persona expired",
        "  unused      waivers AUTH-01",
        "  operations  1 of 3 answered with a 2xx",
        "  statuses    2 of 4 documented ones shown, 5xx aside",
        "              1 undocumented: defects.list_defects 418",
        "  slowest     test_runs.start_run: 95 % within 22 ms, longest 80 ms",
        "  guest       1204 requests; 310 made, 308 removed, 1 leaked",
        "              stay, as nothing removes them: 4 defects.create_folder",
        "              waited 2 s, 1 more log-in, 1 token expired early",
        "  run         verify-1a2b: seed 5, effort quick, 12.3 s, 2 workers",
        "  digests     contract c0ffeec0ffee, suite 5eed5eed5eed",
        "  quality     98 of 100 broken servers noticed, 0 false alarms",
    ]


def test_expired_waivers_are_named(report):
    report["waivers"][1].update(is_expired=True)
    assert "  expired     waivers AUTH-01 (2026-11-30)" in last_screen(report)


def test_figures_of_an_older_suite_are_told_as_such(report):
    report["suite"]["quality"]["measured_at_digest"] = "other"
    assert last_screen(report)[-3].endswith("0 false alarms; older suite")


def test_a_kept_contract_needs_no_list(kept):
    lines = summary.screen(kept).splitlines()
    assert lines == last_screen(kept)
    assert lines[-1] == "Kept: 2 rules shown."


def test_it_is_coloured_only_if_asked(report):
    plain, coloured = summary.screen(report), summary.screen(report, is_coloured=True)
    assert "\x1b" not in plain
    assert click.style("RUN-07  must", fg="red", bold=True) in coloured
    assert click.unstyle(coloured) == plain


def test_answers_cannot_move_the_cursor(with_text):
    shown = summary.screen(with_text("\x1b[2J\x07\r\u202e"))
    assert not {"\x1b", "\x07", "\r", "\u202e"} & {*shown}
    assert "\\u001b[2J" in shown
