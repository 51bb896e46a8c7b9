"""Whether everybody can use the explorer: axe-core on every view, and what screen readers are told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from explorer_browser import Visit, needs_chromium
from explorer_graph import tables

from kg.answers import answers
from kg.export.html import write

pytestmark = needs_chromium

AXE = [
    Path(os.environ.get("KG_AXE", "")),
    Path(__file__).resolve().parents[1] / ".venv" / "node_modules" / "axe-core" / "axe.min.js",
]

VIEWS = {
    "overview": "#",
    "group": "#group=1",
    "entity": "#n=entity/graphweaver",
    "paper": "#n=2401.00000",
    "path": "#path=entity/graphweaver&to=entity/imagenot",
    "lineage": "#lineage=entity/graphsieve",
    "compare": "#compare=entity/imagenot&with=entity/squadrant",
    "table": "#n=entity/graphweaver&view=table",
    "question": "#ask=methods-datasets",
    "table of groups": "#view=table",
    "hidden": "#n=entity/graphweaver&hide=Benchmark,Dataset,Method,Metric,Model,Paper,Task",
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "graph.html"
    write(tables(100), path, title="Invented papers", answers=answers)
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, file: Path, scheme: str) -> None:
    axe = next((path for path in AXE if path.is_file()), None)
    if axe is None:
        pytest.skip("axe-core is not installed: npm install --prefix .venv axe-core@4 (or set KG_AXE to axe.min.js)")
    visit = Visit(browser, file, color_scheme=scheme, reduced_motion="reduce")
    visit.page.evaluate(axe.read_text())
    found = []
    for name, hash in VIEWS.items():
        if name != "overview":
            visit.go(hash)
        visit.page.wait_for_timeout(300)
        asked = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
        result = visit.page.evaluate(asked)
        for violation in result["violations"]:
            if violation["impact"] in ("serious", "critical", "moderate"):
                places = [node["target"] for node in violation["nodes"][:3]]
                found.append((name, violation["id"], violation["help"], places))
    visit.close()
    assert found == []


def test_both_ends_of_the_years_can_be_taken_where_they_meet(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, "#y=2015-2015")
    page = visit.page
    slider = page.locator("#year-from").bounding_box()
    line = slider["y"] + slider["height"] / 2
    for side, name in ((-1, "year-from"), (1, "year-to")):
        found = "name => [...Array(300)].map((_, k) => k).filter(k => document.elementFromPoint(k, LINE)?.id === name)"
        at = page.evaluate(found.replace("LINE", str(line)), name)
        assert len(at) > 20, name
        middle = sum(at) / len(at)
        page.mouse.move(middle, line)
        page.mouse.down()
        page.mouse.move(middle + side * 30, line, steps=4)
        page.mouse.up()
    first, last = map(int, page.inner_text("#year-label").split(" – "))
    assert first < 2015 < last
    visit.close()


def test_what_a_screen_reader_is_told(browser: Any, file: Path) -> None:
    visit = Visit(browser, file)
    page = visit.page
    told = page.locator("body").aria_snapshot()
    for part in ("- banner", "- main", '- complementary "Filters and legend"', '- region "Details"', "- combobox"):
        assert part in told, part
    visit.go("#n=entity/graphweaver")
    page.wait_for_timeout(300)
    assert page.inner_text("#announcer").startswith("GraphWeaver. Showing ")
    assert page.get_attribute("#announcer", "aria-live") == "polite"
    assert "GraphWeaver and" in (page.get_attribute("#picture", "aria-label") or "")
    visit.close()


def test_everything_drawn_is_a_link_in_the_panel(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, "#n=entity/graphweaver&d=2")
    page = visit.page
    drawn = set(page.evaluate("KG.shown")) - {"entity/graphweaver"}
    hrefs = page.evaluate("[...document.querySelectorAll('#drawn a')].map(a => decodeURIComponent(a.hash))")
    assert {f"#n={identifier}" for identifier in drawn} == set(hrefs)
    visit.close()


@pytest.mark.parametrize("view", ["overview", "compare", "group", "lineage", "path"])
def test_every_view_lists_what_it_draws(browser: Any, file: Path, view: str) -> None:
    visit = Visit(browser, file, VIEWS[view])
    page = visit.page
    while page.locator("#panel .more:not([hidden])").count():
        page.evaluate("document.querySelectorAll('#panel .more:not([hidden])').forEach(more => more.click())")
    hrefs = page.evaluate(
        "[...document.querySelectorAll('#panel a[href^=\"#\"]')].map(a => decodeURIComponent(a.hash))"
    )
    assert {f"#n={identifier}" for identifier in page.evaluate("KG.shown")} - set(hrefs) <= {"#n=entity/graphsieve"}
    visit.close()


def test_the_marks_of_a_group_are_reached_by_keyboard(browser: Any, file: Path) -> None:
    visit = Visit(browser, file)
    page = visit.page
    page.focus("#picture")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    told = []
    for key in ("", "ArrowDown", "ArrowUp"):
        if key:
            page.keyboard.press(key)
        page.wait_for_timeout(200)
        told.append(page.inner_text("#announcer"))
    names = page.evaluate("KG.shown")
    assert all(text.partition(",")[2].strip() in {"Method", "Dataset", "Task", "Metric"} for text in told), told
    page.keyboard.press("Enter")
    assert visit.state()["mode"] == "focus"
    assert visit.state()["node"] in names
    visit.close()


def test_single_keys_are_not_pressed_by_accident_and_can_be_turned_off(browser: Any, file: Path) -> None:
    """Who speaks to a page presses letters without knowing."""
    visit = Visit(browser, file, "#n=entity/graphweaver")
    page = visit.page
    page.locator("#panel .node-link").first.focus()
    for key in "hbt":
        page.keyboard.press(key)
    assert visit.state() == {"mode": "focus", "node": "entity/graphweaver", "table": False}
    page.focus("#picture")
    page.keyboard.press("t")
    assert visit.state()["table"]
    page.keyboard.press("?")
    page.uncheck("#single-keys")
    page.keyboard.press("Escape")
    page.focus("#table")
    for key in "th/?":
        page.keyboard.press(key)
    assert visit.state()["table"]
    assert page.evaluate("document.activeElement.id") == "table"
    page.reload()
    page.wait_for_selector("body[data-ready='1']")
    assert not page.is_checked("#single-keys")
    visit.close()


def test_the_keys_are_listed_from_the_empty_search_box_which_has_the_focus_at_first(browser: Any, file: Path) -> None:
    visit = Visit(browser, file)
    page = visit.page
    page.focus("#search")
    page.keyboard.press("/")
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")
    assert page.input_value("#search") == ""
    page.focus("#search")
    page.keyboard.type("why?")
    assert page.input_value("#search") == "why?"
    visit.close()


def test_a_menu_closes_when_one_goes_on(browser: Any, file: Path) -> None:
    visit = Visit(browser, file)
    page = visit.page
    page.focus("summary[aria-label='Save or share']")
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        inside = page.evaluate("document.activeElement.closest('details.menu') !== null")
        assert page.locator("details.menu[open]").count() == int(inside)
        if not inside:
            break
    assert not inside
    visit.close()


def test_the_theme_has_a_state_and_goes_back_to_the_system_s(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, color_scheme="dark")
    page = visit.page
    seen = []
    for _ in range(4):
        seen.append((page.get_attribute("#toggle-theme", "aria-label"), page.get_attribute("html", "data-theme")))
        page.click("#toggle-theme")
    assert seen == [("Colors: as the system", None), ("Colors: light", "light"), ("Colors: dark", "dark"), seen[0]]
    visit.close()


def test_focus_is_always_visible(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, "#n=entity/graphweaver")
    page = visit.page
    page.evaluate("document.activeElement.blur()")
    seen = set()
    for _ in range(70):
        page.keyboard.press("Tab")
        name, outline, shadow, near = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e), n = e.nextElementSibling; return ["
            "e.id || e.tagName, s.outlineStyle, s.boxShadow, n ? getComputedStyle(n).outlineStyle : 'none'"
            "]; })()"
        )
        seen.add(name)
        assert outline != "none" or shadow != "none" or near != "none", name
    assert {"search", "toggle-table", "picture"} <= seen
    visit.close()


def test_the_keyboard_is_never_lost(browser: Any, file: Path) -> None:
    """After every action one is at the control that was used, or at the heading of what it opened."""
    visit = Visit(browser, file, "#n=entity/graphweaver")
    page = visit.page

    def at() -> str:
        name = "(e => e.id || e.getAttribute('aria-label') || e.tagName)(document.activeElement)"
        return str(page.evaluate(name))

    def use(selector: str) -> str:
        page.locator(selector).first.focus()
        page.keyboard.press("Enter")
        return at()

    assert use("#panel-body .node-link") == "panel-title"
    assert use("#action-lineage") == "panel-title"
    visit.go("#n=entity/imagenot&k=10")
    use("#action-path")
    page.keyboard.type("graphsieve")
    page.wait_for_selector("#picker-list li.kind-Method")
    page.keyboard.press("Enter")
    assert at() == "panel-title"
    use("summary[aria-label='Save or share']")
    assert use("#copy-link") == "Save or share"
    visit.go("#n=entity/imagenot&k=10&hide=Method")
    assert use("#show-more") == "status"
    assert use("#filter-reset") == "filters-title"
    visit.go("#n=entity/imagenot&k=20")
    page.click("#drawn > summary")
    for tool in ("Expand", "Fold what hangs on it"):
        pressed = page.locator(f"#drawn .tool[title='{tool}']").nth(1).get_attribute("aria-label")
        assert use(f"#drawn .tool[aria-label='{pressed}']") == pressed
        assert page.get_attribute("#drawn", "open") is not None
    page.locator("#panel .more:visible").first.focus()
    for _ in range(20):
        if page.evaluate("document.activeElement.className") == "more":
            page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('.entry') !== null")
    page.focus("#picture")
    for key in ("ArrowRight", "e", "c"):
        page.keyboard.press(key)
    added = page.evaluate("new URLSearchParams(location.hash.slice(1)).get('closed').split(',').length")
    assert added == 2
    assert at() == "picture"
    page.keyboard.press("Tab")
    assert at() == "zoom-in"
    visit.close()
