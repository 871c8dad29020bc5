"""One sandbox: its clock, its accounts on a time line, and what sets its scene in one step."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

ADMIN = "admin@acme.test"


@pytest.fixture
def login(s):
    """Logs in as an account of the scenario."""

    def log_in(email=ADMIN):
        with s.http() as client:
            body = {"email": email, "password": "Passw0rd!"}
            assert client.post("/auth/login", json=body).status_code == 200

    return log_in


@pytest.fixture
def home(page, s):
    page.clock.install()
    page.goto(f"/_console/sandboxes/{s.name}/")
    return page


def clock(page):
    return page.locator("[data-clock]")


def account(page, address):
    return page.locator(".accounts > li").filter(has_text=address)


def group(page, name):
    return page.locator(".groups > li").filter(has=page.get_by_text(name, exact=True))


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("+1 min", "2026-01-26 09:01:00"),
        ("+1 h", "2026-01-26 10:00:00"),
        ("+1 day", "2026-01-27 09:00:00"),
    ],
)
def test_a_button_lets_time_pass(home, s, label, shown):
    home.get_by_role("button", name=label).click()
    expect(clock(home)).to_have_text(shown)
    expect(home.locator("#toasts")).to_have_text(f"It is {shown} now.")
    assert s.clock.show().is_frozen


def test_keys_let_time_pass_too(home):
    home.keyboard.press("h")
    expect(clock(home)).to_have_text("2026-01-26 10:00:00")
    home.keyboard.press("d")
    expect(clock(home)).to_have_text("2026-01-27 10:00:00")


def test_to_the_next_expiry(home, s, login):
    login()
    home.get_by_role("button", name="To the next expiry").click()
    expect(clock(home)).to_have_text("2026-01-26 10:00:00")
    [session] = next(one for one in s.accounts().accounts if one.name == ADMIN).sessions
    assert [one.kind for one in session.tokens] == ["refresh"]


def test_of_many_sessions_the_newest_are_drawn(s, login, page):
    for _ in range(52):
        login()
    page.goto(f"/_console/sandboxes/{s.name}/")
    expect(account(page, ADMIN).locator(".life")).to_have_count(50)
    expect(account(page, ADMIN)).to_contain_text("The newest 50 of 52 sessions")


def test_run_and_freeze(home, s):
    home.get_by_label("Times as fast as real time").fill("3600")
    home.get_by_role("button", name="Run", exact=True).click()
    expect(home.get_by_text("runs 3600 times as fast", exact=True)).to_be_visible()
    expect(clock(home)).not_to_have_text("2026-01-26 09:00:00")
    home.get_by_role("button", name="Freeze").click()
    expect(home.locator(".now").get_by_text("stands")).to_be_visible()
    assert s.clock.show().is_frozen
    shown = s.clock.show().text[:19].replace("T", " ")
    expect(clock(home)).to_have_text(shown)


def test_a_running_clock_ticks_between_two_looks_at_the_server(home, s):
    s.clock.run(3600)
    home.clock.fast_forward("00:03")
    expect(home.get_by_text("runs 3600 times as fast")).to_be_visible()
    home.route("**/clock", lambda route: route.abort())
    before = clock(home).text_content()
    expect(clock(home)).not_to_have_text(before)
    home.unroute_all(behavior="wait")


def test_set_the_clock(home, s):
    home.get_by_label("Set to").fill("2026-03-01T12:00:00Z")
    home.get_by_role("button", name="Set", exact=True).click()
    expect(clock(home)).to_have_text("2026-03-01 12:00:00")


def test_what_is_no_time_is_told(open_page, s):
    page = open_page(expects="status of 422")
    page.goto(f"/_console/sandboxes/{s.name}/")
    page.get_by_label("Set to").fill("tomorrow")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("to: is neither `real` nor a time")


def test_an_account_says_how_to_log_in(home):
    line = account(home, "admin+alice@acme.test")
    expect(line).to_contain_text("Passw0rd!")
    expect(line).to_contain_text("ADMIN of team Acme QA")
    expect(line).to_contain_text("not logged in")


def test_a_log_in_appears_on_the_time_line_and_runs_out(home, s, login):
    login()
    home.clock.fast_forward("00:03")
    line = account(home, "admin+alice@acme.test")
    expect(line).to_contain_text("access 1 h")
    expect(line).to_contain_text("refresh 8 h")
    expect(line.locator("rect.access")).to_have_attribute("width", "12.5%")
    s.clock.advance("45m")
    home.clock.fast_forward("00:03")
    expect(line).to_contain_text("access 15 min")
    s.clock.advance("1h")
    home.clock.fast_forward("00:03")
    expect(line.locator(".lives")).not_to_contain_text("access")
    expect(line).to_contain_text("refresh 6 h 15 min")


def test_a_session_that_will_end_is_marked(home, s, login):
    login()
    s.shortcuts.run("expire-session", user=ADMIN, after="30m")
    line = account(home, "admin+alice@acme.test")
    expect(line).to_contain_text("session ends 2026-01-26 09:30:00")


def test_a_shortcut_of_an_account_is_one_click(home, s, login):
    login()
    home.clock.fast_forward("00:03")
    line = account(home, "admin+alice@acme.test")
    line.get_by_text("Shortcuts").click()
    line.get_by_role("button", name="Log a user out everywhere").click()
    expect(home.locator("#toasts")).to_have_text(f"Ended: 1 session of {ADMIN}.")
    expect(line).to_contain_text("not logged in")


def test_a_shortcut_of_a_team_is_one_click(home):
    line = group(home, "Acme QA")
    expect(line).to_contain_text("subscription runs")
    line.get_by_text("Shortcuts").click()
    line.get_by_role("button", name="Expire a subscription").click()
    expect(line).to_contain_text("subscription ended")
    line.get_by_role("button", name="Fill the quota of test cases").click()
    expect(line.get_by_role("meter")).to_be_visible()


def test_any_shortcut_is_a_form(home, s):
    form = home.locator("#shortcut-switch-account")
    form.get_by_text("Switch an account on or off").first.click()
    form.get_by_label("User", exact=True).fill(ADMIN)
    form.get_by_label("Is active").select_option("false")
    form.get_by_role("button").click()
    expect(home.locator("#toasts")).to_have_text(f"{ADMIN} is switched off.")
    expect(account(home, "admin+alice@acme.test")).to_contain_text("switched off")


def test_a_number_of_a_shortcut_is_sent_as_one(home, s):
    form = home.locator("#shortcut-fill-quota")
    form.locator("summary").click()
    form.get_by_label("User", exact=True).fill(ADMIN)
    form.get_by_label("Leaving").fill("3")
    form.get_by_role("button").click()
    expect(home.locator("#toasts")).to_contain_text("test cases")
    quota = next(one for one in s.accounts().groups if one.name == "Acme QA").quotas[0]
    assert quota.limit - quota.used == 3


def test_what_a_shortcut_refuses_is_told(open_page, s):
    page = open_page(expects="status of 422")
    page.goto(f"/_console/sandboxes/{s.name}/")
    form = page.locator("#shortcut-expire-access-token")
    form.locator("summary").click()
    form.get_by_label("User", exact=True).fill("nobody@acme.test")
    form.get_by_role("button").click()
    expect(page.locator("#toasts")).to_have_text("No account has the e-mail nobody@acme.test.")


def hide(page, *, is_hidden):
    page.evaluate(
        "is_hidden => {"
        "  Object.defineProperty(document, 'hidden', {value: is_hidden, configurable: true});"
        "  document.dispatchEvent(new Event('visibilitychange'));"
        "}",
        is_hidden,
    )


def test_nothing_is_fetched_while_nobody_looks(home):
    with home.expect_response("**/accounts"), home.expect_response("**/clock"):
        home.clock.fast_forward("00:03")
    hide(home, is_hidden=True)
    asked = []
    home.on("request", lambda request: asked.append(request.url))
    home.clock.run_for("00:30")
    assert asked == []
    with home.expect_response("**/accounts"), home.expect_response("**/clock"):
        hide(home, is_hidden=False)


def test_what_is_typed_and_opened_stays_while_parts_are_fetched(home, s):
    line = account(home, "admin+alice@acme.test")
    line.get_by_text("Shortcuts").click()
    s.shortcuts.run("switch-account", user="member@acme.test", is_active=False)
    home.clock.fast_forward("00:03")
    expect(account(home, "member+alice@acme.test")).to_contain_text("switched off")
    expect(line.get_by_role("button", name="Log a user out everywhere")).to_be_visible()


def test_copy(chromium, home):
    home.context.grant_permissions(["clipboard-read", "clipboard-write"])
    line = account(home, "admin+alice@acme.test")
    line.get_by_role("button", name="Copy the address").click()
    expect(line.get_by_role("button", name="Copied")).to_be_visible()
    assert home.evaluate("navigator.clipboard.readText()") == "admin+alice@acme.test"
