"""The explorer under fingers and on small screens, and what a pointer does to links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorer_browser import Visit, needs_chromium
from explorer_graph import name_of

pytestmark = needs_chromium


@pytest.fixture
def phone(browser: Any, file: Path) -> Iterator[Visit]:
    options = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    opened = Visit(browser, file, "#n=entity/imagenot", **options)
    yield opened
    opened.close()


def middle_of_a_link(visit: Visit, one: str, other: str) -> tuple[float, float]:
    """Where the line between two nodes is: it bends a little to one side."""
    visit.page.wait_for_timeout(500)
    a, b = (visit.page.evaluate("id => KG.position(id)", node) for node in (one, other))
    along = (b["x"] - a["x"], b["y"] - a["y"])
    for aside in range(-10, 11):
        x, y = a["x"] + along[0] / 2 - along[1] * aside / 100, a["y"] + along[1] / 2 + along[0] * aside / 100
        visit.page.mouse.move(x, y)
        if visit.page.is_visible("#tip") and "introduces" in visit.page.inner_text("#tip"):
            return x, y
    raise AssertionError("no link is there")


@pytest.mark.parametrize("way", ["search", "link", "back"])
def test_on_a_phone_a_new_place_begins_at_its_top(phone: Visit, way: str) -> None:
    page = phone.page
    page.evaluate("scrollTo(0, 1500)")
    if way == "search":
        page.fill("#search", "graphweaver")
        page.wait_for_selector("#suggestions li.kind-Method")
        page.tap("#suggestions li.kind-Method")
    elif way == "link":
        page.locator("#panel .node-link:visible").nth(4).tap()
    else:
        page.locator("#panel .node-link:visible").nth(4).tap()
        page.evaluate("scrollTo(0, 1500)")
        page.tap("#back")
    phone.until("() => scrollY === 0")
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == 0
    title = page.locator("#panel-title").bounding_box()
    assert 0 < title["y"] < 844


def test_on_a_phone_more_of_the_same_keeps_the_place(phone: Visit) -> None:
    page = phone.page
    page.evaluate("scrollTo(0, 900)")
    page.locator("#panel .more:visible").first.tap()
    assert page.evaluate("scrollY") > 600


def test_the_drawer_of_filters_can_be_closed_and_takes_the_tap_beside_it(phone: Visit) -> None:
    page = phone.page
    page.tap("#toggle-filters")
    page.wait_for_selector("#filters", state="visible")
    assert page.evaluate("document.activeElement.id") == "filters-title"
    page.wait_for_timeout(300)
    page.touchscreen.tap(380, 30)  # where Help is
    page.wait_for_selector("#filters", state="hidden")
    page.wait_for_timeout(200)
    assert page.locator("dialog[open]").count() == 0
    page.tap("#toggle-filters")
    page.tap("#close-filters")
    page.wait_for_selector("#filters", state="hidden")
    assert page.evaluate("document.activeElement.id") == "toggle-filters"


def test_the_drawer_by_keyboard(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, viewport={"width": 1024, "height": 700})
    page = visit.page
    assert page.get_by_role("button", name="Legend and filters").count() == 1
    page.focus("#toggle-filters")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "filters-title"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#filters') !== null")
    page.keyboard.press("Escape")
    page.wait_for_selector("#filters", state="hidden")
    assert page.evaluate("document.activeElement.id") == "toggle-filters"
    visit.close()


def test_a_tap_on_a_node_leaves_no_card_over_the_next_view(phone: Visit) -> None:
    page = phone.page
    page.wait_for_timeout(500)
    for _ in range(3):
        focus = phone.state()["node"]
        box = page.locator("#picture").bounding_box()
        other = next(
            i for i in page.evaluate("KG.shown")
            if i != focus and (at := page.evaluate("id => KG.position(id)", i))
            and box["x"] + 20 < at["x"] < box["x"] + 300 and box["y"] + 30 < at["y"] < box["y"] + box["height"] - 60
        )  # fmt: skip
        at = page.evaluate("id => KG.position(id)", other)
        page.touchscreen.tap(at["x"], at["y"])
        phone.until("id => KG.state.node !== id", focus)
        page.wait_for_timeout(700)
        assert page.is_hidden("#tip")
        assert page.is_hidden("#card")


def test_a_click_on_a_link_pins_its_card(visit: Visit, graph: Any) -> None:
    page = visit.page
    paper = graph.papers["id"].iloc[0]
    named = f"entity/{name_of(0).lower()}"
    visit.go(f"#n={paper}&hide=Paper")
    x, y = middle_of_a_link(visit, paper, named)
    page.mouse.click(x, y)
    page.wait_for_selector("#card")
    visit.until("() => document.querySelector('#card .evidence')?.textContent.length > 10")
    page.mouse.move(5, 500)
    page.wait_for_timeout(100)
    assert page.is_visible("#card"), "it stays when the pointer goes"
    ends = page.locator("#card .claim a").evaluate_all("all => all.map(a => a.dataset.node)")
    assert len(ends) == 2
    assert page.locator("#card .evidence a.mark").count()
    assert page.evaluate("document.activeElement.closest('#card') !== null")
    page.keyboard.press("Escape")
    assert page.is_hidden("#card")
    assert page.evaluate("document.activeElement.id") == "picture"
    page.mouse.click(x, y)
    page.click("#card button")
    assert page.is_hidden("#card")
    page.mouse.move(x + 1, y)
    page.mouse.click(x, y)
    page.locator("#card .claim a").last.click()
    visit.until("id => KG.state.node === id", named)
    assert page.is_hidden("#card")


def test_a_tap_on_a_link_pins_its_card(browser: Any, file: Path, graph: Any) -> None:
    paper, named = graph.papers["id"].iloc[0], f"entity/{name_of(0).lower()}"
    visit = Visit(browser, file, f"#n={paper}&hide=Paper", has_touch=True)
    x, y = middle_of_a_link(visit, paper, named)
    visit.page.mouse.move(5, 5)
    visit.page.touchscreen.tap(x, y)
    visit.page.wait_for_selector("#card")
    assert "introduces" in visit.page.inner_text("#card")
    visit.close()


def test_a_long_press_expands(phone: Visit) -> None:
    page = phone.page
    phone.go("#n=entity/graphweaver&k=8")
    page.wait_for_timeout(500)
    other = next(i for i in page.evaluate("KG.shown") if i != "entity/graphweaver")
    at = page.evaluate("id => KG.position(id)", other)
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": at["x"], "y": at["y"]}]})
    page.wait_for_timeout(800)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.until("() => location.hash.includes('open=')")
    assert phone.state()["node"] == "entity/graphweaver"
    page.tap("#open-help")
    assert "Press longer" in page.inner_text("#help")
    assert "Shift" not in page.inner_text("#help")
