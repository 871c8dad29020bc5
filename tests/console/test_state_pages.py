"""The state browser: collections, pages of objects, one object in the editor."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

STATE = "/_console/sandboxes/alice/state"


@pytest.fixture
def admin(s):
    [found] = s.state.list("users", field="email", value="admin@acme.test")
    return found


@pytest.fixture
def workspace(s):
    [found] = s.state.list("workspaces", field="name", value="Acme QA")
    return found["id"]


def editor(page):
    return page.locator("#text")


def change(page, **fields):
    """Type other values for these fields."""
    value = {**json.loads(editor(page).input_value()), **fields}
    editor(page).fill(json.dumps(value, indent=2))


def test_collections_with_their_counts(page, s):
    page.goto(f"{STATE}/")
    for kind in s.state.collections():
        row = page.get_by_role("row").filter(
            has=page.get_by_role("link", name=kind.name, exact=True)
        )
        expect(row.locator(".number")).to_have_text(str(kind.count))
    page.get_by_role("link", name="users", exact=True).click()
    expect(page.locator("#objects tbody tr")).to_have_count(9)


class TestObjects:
    def test_come_in_pages(self, page, s, workspace):
        before = len(s.state.list("defects"))
        for number in range(60):
            s.state.create("defects", title=f"bug {number:02}", _workspace_id=workspace)
        page.goto(f"{STATE}/defects/?search=bug+&order=-title")
        expect(page.locator(".what a").first).to_have_text("bug 59")
        expect(page.get_by_text(f"1 to 50 of 60 that fit; {60 + before} in all")).to_be_visible()
        page.keyboard.press("]")
        expect(page.locator(".what a")).to_have_count(10)
        expect(page.locator(".what a").last).to_have_text("bug 00")
        page.wait_for_load_state()
        page.keyboard.press("[")
        expect(page.locator(".what a")).to_have_count(50)

    def test_by_a_field(self, page, admin):
        page.goto(f"{STATE}/memberships/")
        page.get_by_label("Field").select_option("user_id")
        page.get_by_label("Its value").fill(admin["id"])
        page.get_by_role("button", name="Look").click()
        expect(page.locator(".what a")).to_have_count(1)
        page.get_by_role("link", name="workspace_id").click()
        assert "order=workspace_id" in page.url
        assert admin["id"] in page.url

    def test_whose_field_is_null(self, web, s):
        nobodys = len(s.state.list("defects", field="owner"))
        shown = web.get("/sandboxes/alice/state/defects/?field=owner").text
        assert f"of {nobodys} that fit" in shown
        assert (
            "0 objects that fit"
            in web.get("/sandboxes/alice/state/defects/?field=owner&value=").text
        )

    def test_a_field_that_is_none(self, web, s):
        answer = web.get("/sandboxes/alice/state/defects/?field=stat&value=x")
        assert answer.status_code == 400
        assert "did you mean &#39;status&#39;?" in answer.text

    def test_lead_to_what_they_refer_to(self, page, s):
        [one, *_] = s.state.list("memberships")
        page.goto(f"{STATE}/memberships/")
        page.locator(f"a[title='workspaces {one['workspace_id']}']").first.click()
        workspace = s.state.get("workspaces", one["workspace_id"])
        expect(page.locator("h1")).to_contain_text(workspace["name"])

    def test_by_keyboard(self, page, s):
        page.goto(f"{STATE}/users/")
        for key in "jj":
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text(s.state.list("users")[1]["email"])

    def test_secrets_are_no_columns(self, web, s):
        assert "scrypt" not in web.get("/sandboxes/alice/state/users/").text
        assert "***" not in web.get("/sandboxes/alice/state/users/").text

    def test_of_no_collection(self, web, s):
        answer = web.get("/sandboxes/alice/state/nothing/")
        assert answer.status_code == 404
        assert "There is no collection" in answer.text


class TestEditor:
    def test_what_is_saved_is_seen_by_the_application(self, page, s, app):
        made = app.post("/defects", json={"title": "A crash"}).json()
        page.goto(f"{STATE}/defects/object?id={made['id']}")
        change(page, title="<b>Another</b> crash", severity="LOW")
        editor(page).press("Control+Enter")
        expect(page.get_by_text("Saved <b>Another</b> crash.")).to_be_visible()
        seen = app.get(f"/defects/{made['id']}").json()
        assert (seen["title"], seen["severity"]) == ("<b>Another</b> crash", "LOW")
        assert page.locator("main h1 b").count() == 0

    def test_an_invalid_one_is_refused_at_its_lines(self, open_page, s, admin):
        page = open_page(expects="status of 422")
        page.goto(f"{STATE}/users/object?id={admin['id']}")
        change(page, is_active="perhaps", colour="red")
        typed = editor(page).input_value()
        page.get_by_role("button", name="Save").click()
        problems = page.locator("#problems")
        expect(problems).to_contain_text("is_active")
        expect(problems).to_contain_text("colour")
        assert editor(page).input_value() == typed
        page.wait_for_load_state()
        line = next(n for n, text in enumerate(typed.split("\n"), 1) if "perhaps" in text)
        expect(page.locator(".gutter .bad").filter(has_text=str(line))).to_have_count(1)
        problems.get_by_role("button", name=f"Line {line}").click()
        chosen = page.evaluate(
            "text => text.value.slice(text.selectionStart, text.selectionEnd)",
            editor(page).element_handle(),
        )
        assert chosen.strip() == '"is_active": "perhaps",'
        assert s.state.get("users", admin["id"]) == admin

    def test_what_is_no_json(self, open_page, s, admin):
        page = open_page(expects="status of 422")
        page.goto(f"{STATE}/users/object?id={admin['id']}")
        editor(page).fill('{\n  "email": "x",\n}')
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#problems")).to_contain_text("Line ")
        assert editor(page).input_value() == '{\n  "email": "x",\n}'

    @pytest.mark.parametrize("text", ["[]", "3", '{"a": NaN}', "", "[" * 2000])
    def test_what_is_no_object(self, post, admin, text):
        answer = post(f"/sandboxes/alice/state/users/object?id={admin['id']}", text=text)
        assert answer.status_code == 422
        assert "Nothing was saved." in answer.text

    def test_a_change_meanwhile_is_not_overwritten_unasked(self, open_page, s, admin):
        page = open_page(expects="status of 422")
        page.goto(f"{STATE}/users/object?id={admin['id']}")
        s.state.put("users", {**admin, "username": "meanwhile"})
        change(page, username="mine")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#problems")).to_contain_text("changed meanwhile")
        assert s.state.get("users", admin["id"])["username"] == "meanwhile"
        page.get_by_role("button", name="Save anyway").click()
        expect(page.get_by_text("Saved ")).to_be_visible()
        assert s.state.get("users", admin["id"])["username"] == "mine"

    def test_an_object_keeps_its_id(self, post, s, admin):
        text = json.dumps({**admin, "id": "another"})
        answer = post(f"/sandboxes/alice/state/users/object?id={admin['id']}", text=text)
        assert answer.status_code == 422
        assert "keeps its id" in answer.text

    def test_it_leads_to_what_refers_to_it(self, page, s, admin):
        page.goto(f"{STATE}/users/object?id={admin['id']}")
        page.get_by_role("link", name="memberships").click()
        mine = s.state.list("memberships", field="user_id", value=admin["id"])
        expect(page.locator(".what a")).to_have_count(len(mine))

    def test_it_names_what_it_refers_to(self, web, s, admin):
        [one] = s.state.list("memberships", field="user_id", value=admin["id"])
        shown = web.get(f"/sandboxes/alice/state/memberships/object?id={one['id']}").text
        assert ">admin@acme.test</a>" in shown
        assert ">Acme QA</a>" in shown

    def test_one_that_is_not_there(self, web, s):
        assert web.get("/sandboxes/alice/state/users/object?id=nobody").status_code == 404
        assert web.get("/sandboxes/alice/state/users/object").status_code == 404


class TestNew:
    def test_is_made_of_some_fields(self, page, s, workspace):
        page.goto(f"{STATE}/defects/new")
        editor(page).fill(json.dumps({"title": "By hand", "_workspace_id": workspace}))
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_text("Made By hand.")).to_be_visible()
        [made] = s.state.list("defects", search="By hand")
        assert made["status"] == "OPEN"
        assert made["id"] in page.url

    def test_is_refused_and_nothing_lost(self, open_page, s):
        page = open_page(expects="status of 422")
        page.goto(f"{STATE}/defects/new")
        editor(page).fill('{"title": 3}')
        page.get_by_role("button", name="Make it").click()
        expect(page.locator("#problems")).to_contain_text("title")
        assert editor(page).input_value() == '{"title": 3}'

    def test_a_refusal_of_the_api_s_own_rules(self, post, s):
        text = json.dumps({"email": "admin@acme.test", "password": "Passw0rd!"})
        answer = post("/sandboxes/alice/state/users/new", text=text)
        assert answer.status_code == 422
        assert "exists" in answer.text
        assert "admin@acme.test" in answer.text

    def test_begins_with_another_one(self, page, s, admin):
        page.goto(f"{STATE}/users/object?id={admin['id']}")
        page.get_by_role("link", name="Copy").click()
        fields = json.loads(editor(page).input_value())
        assert "id" not in fields
        assert "_password_hash" not in fields
        assert fields["email"] == "admin@acme.test"


class TestDelete:
    def test_asks_first(self, page, s, app):
        made = app.post("/defects", json={"title": "A crash"}).json()
        page.goto(f"{STATE}/defects/object?id={made['id']}")
        page.keyboard.press("d")
        page.get_by_role("button", name="Cancel").click()
        assert s.state.list("defects", search="A crash")
        page.keyboard.press("d")
        page.locator("#confirm-yes").click()
        expect(page.get_by_text("Deleted 1 of defects.")).to_be_visible()
        assert s.state.list("defects", search="A crash") == []

    def test_asks_what_is_to_become_of_the_others(self, open_page, s, admin):
        page = open_page(expects="status of 409")
        page.goto(f"{STATE}/users/object?id={admin['id']}")
        page.keyboard.press("d")
        page.locator("#confirm-yes").click()
        expect(page.get_by_role("heading", name="Other objects refer to it")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("memberships: 1 refers to it by user_id")
        assert s.state.get("users", admin["id"])
        page.wait_for_load_state()
        page.get_by_role("button", name="Delete it with them").click()
        page.locator("#confirm-yes").click()
        expect(page.get_by_text("Deleted 1 of users")).to_be_visible()
        assert s.state.list("users", field="email", value="admin@acme.test") == []


def test_what_is_kept_is_text(page, s, workspace):
    s.state.create("defects", title="<script>alert(1)</script>", _workspace_id=workspace)
    page.goto(f"{STATE}/defects/?search=script")
    expect(page.locator(".what a")).to_have_text("<script>alert(1)</script>")
    page.locator(".what a").click()
    assert json.loads(editor(page).input_value())["title"] == "<script>alert(1)</script>"
    assert page.locator("main script").count() == 0


def test_on_a_narrow_window(open_page, s, admin):
    page = open_page(viewport={"width": 360, "height": 740})
    for path in ("/", "/users/", f"/users/object?id={admin['id']}", "/users/new"):
        page.goto(STATE + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
