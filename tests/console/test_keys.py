"""Shortcuts, focus and questions, as every page has them."""

from __future__ import annotations

from playwright.sync_api import expect


def test_question_mark_lists_the_shortcuts(page, s):
    page.goto(f"/_console/sandboxes/{s.name}/")
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(listed).to_be_visible()
    expect(listed).to_contain_text("Faults")
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()


def test_two_keys_lead_to_a_tab(page, s):
    page.goto(f"/_console/sandboxes/{s.name}/")
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page).to_have_url(f"{s.url}/_console/sandboxes/{s.name}/faults/")


def test_the_first_tab_stop_skips_to_the_content(page):
    page.goto("/_console/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
