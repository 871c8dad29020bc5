"""A bundle is saved from a sandbox's page and opened from the overview."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
from playwright.sync_api import expect


def test_a_sandbox_is_handed_on_as_a_file(page, s, app, stage, tmp_path):
    app.post("/defects", json={"title": "It closes"})
    page.goto("/_console/sandboxes/alice/")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as a bundle").click()
    assert saving.value.suggested_filename == "alice.understudy"
    file = tmp_path / "alice.understudy"
    saving.value.save_as(file)
    page.goto("/_console/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Call it").fill("handed-on")
    page.get_by_role("button", name="Open it as a new sandbox").click()
    expect(page.get_by_role("heading", level=1, name="handed-on")).to_be_visible()
    opened = stage.attach("handed-on")
    assert opened.state.page("defects", field="title", value="It closes").total == 1
    opened.delete()


def test_it_is_a_file_of_its_own(web, s):
    answer = web.get("/sandboxes/alice/bundle")
    assert answer.headers["content-disposition"] == "attachment; filename=alice.understudy"
    assert "manifest.json" in zipfile.ZipFile(BytesIO(answer.content)).namelist()


@pytest.mark.parametrize("content", [b"", b"no zip"])
def test_what_is_none_is_refused(web, stage, content):
    token = re.search(r'data-form-token="([^"]+)"', web.get("/").text).group(1)
    before = len(stage.list_sandboxes())
    sent = web.post(
        "/bundles",
        data={"form_token": token},
        files={"bundle": ("x.understudy", content)},
        follow_redirects=True,
    )
    assert "refused" in sent.text
    assert len(stage.list_sandboxes()) == before


def test_the_page_tells_what_the_scene_is_for_and_whom_it_is_about(web, stage):
    with stage.sandbox("quota-nearly-full", name="bob"):
        shown = web.get("/sandboxes/bob/").text
    assert "Log in as admin+bob@full.test" in shown
    assert re.search(r"<dt>Log in with</dt>\s*<dd><code>admin\+bob@full.test</code>", shown)
