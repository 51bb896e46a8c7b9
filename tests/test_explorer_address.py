"""The explorer's addresses and its history: what an address asks for that cannot be, and what outlives a reload."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from explorer_browser import Visit, needs_chromium

pytestmark = needs_chromium


def crumbs(visit: Visit) -> list[str]:
    return list(visit.page.locator("#crumbs li").all_inner_texts())


def test_the_skip_links_lead_to_the_details_and_the_picture_of_the_same_view(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver&hide=Task")
    address = page.url
    page.evaluate("document.activeElement.blur()")
    for target in ("panel-title", "picture"):
        page.locator(f".skip[href='#{target}']").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == target
        assert page.url == address
        assert page.inner_text("#panel-title") == "GraphWeaver"
    page.keyboard.press("t")
    page.locator(".skip[href='#picture']").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "table", "where there is no picture"


@pytest.mark.parametrize(
    ("hash", "node", "said"),
    [
        ("#compare=entity/imagenot&with=entity/imagenot", "entity/imagenot", "two different"),
        ("#compare=entity/imagenot&with=2401.00000", "entity/imagenot", "Only entities"),
        ("#compare=2401.00000&with=entity/imagenot", "2401.00000", "Only entities"),
        ("#path=entity/imagenot&to=entity/imagenot", "entity/imagenot", "two different"),
        ("#path=entity/imagenot", "entity/imagenot", "two different"),
        ("#path=entity/imagenot&to=entity/gone", "entity/imagenot", "Not in this graph: entity/gone"),
        ("#compare=entity/gone&with=entity/imagenot", None, "Not in this graph: entity/gone"),
        ("#zzz", None, "no view of this page: zzz"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_what_can_is(
    browser: Any, file: Path, hash: str, node: str | None, said: str
) -> None:
    visit = Visit(browser, file, hash)
    assert visit.state() == {"mode": "focus" if node else "overview", "node": node, "table": False}
    assert said in visit.page.inner_text("#toast")
    visit.go("#n=entity/graphweaver")
    visit.go(hash)
    assert visit.state()["node"] == node
    assert visit.page.inner_text("#panel-title") != "GraphWeaver"
    visit.close()


def test_a_view_that_fails_gives_way_to_the_overview(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    page.evaluate(
        "() => { const set = vis.DataSet.prototype, add = set.add;"
        " set.add = () => { set.add = add; throw new Error('broken'); }; }"
    )
    visit.go("#n=entity/imagenot")
    assert visit.state()["mode"] == "overview"
    assert "could not be drawn" in page.inner_text("#toast")
    assert page.locator("#panel .group-link").count() == 8
    assert "broken" in visit.bad.pop()


@pytest.mark.parametrize(
    ("years", "label", "kept"),
    [
        ("1900-1901", "2012 – 2024", ""),
        ("9999-0000", "2012 – 2024", ""),
        ("2020-2015", "2015 – 2020", "y=2015-2020"),
        ("2020-2999", "2020 – 2024", "y=2020-2024"),
    ],
)
def test_years_of_an_address_are_those_of_the_corpus(visit: Visit, years: str, label: str, kept: str) -> None:
    visit.go(f"#n=entity/imagenot&y={years}")
    assert visit.page.inner_text("#year-label") == label
    assert visit.page.url.partition("&")[2] == kept
    assert visit.page.inner_text("#filter-count") == ("1" if kept else "")


def test_links_of_the_panel_keep_the_filters_in_a_new_tab(visit: Visit) -> None:
    visit.go("#n=entity/imagenot&hide=Task")
    link = visit.page.locator("#panel .node-link").first
    with visit.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    assert "hide=Task" in opened.value.url
    opened.value.close()


def test_a_reload_keeps_the_way_back_and_forward(visit: Visit) -> None:
    page = visit.page
    for name in ("graphweaver", "imagenot", "deepsieve"):
        visit.go(f"#n=entity/{name}")
    page.uncheck("[data-filter=Task]")
    before = crumbs(visit)
    page.reload()
    page.wait_for_selector("body[data-searchable='1']")
    assert crumbs(visit) == before
    assert page.is_enabled("#back")
    page.go_back()
    visit.until("KG.state.node === 'entity/imagenot'")
    assert "hide=Task" in page.url
    assert crumbs(visit)[-1] == "ImageNot"
    assert page.is_enabled("#forward")
    page.click("#back")
    visit.until("KG.state.node === 'entity/graphweaver'")
    page.reload()
    page.wait_for_selector("body[data-searchable='1']")
    page.click("#forward")
    visit.until("KG.state.node === 'entity/imagenot'")
    assert crumbs(visit)[-2:] == ["GraphWeaver", "ImageNot"]


def test_back_reaches_what_was_visited_before_the_trail_was_lost(visit: Visit) -> None:
    """Where a browser keeps nothing for a page, its own history still does."""
    page = visit.page
    for name in ("graphweaver", "imagenot"):
        visit.go(f"#n=entity/{name}")
    page.evaluate("sessionStorage.clear()")
    page.reload()
    page.wait_for_selector("body[data-searchable='1']")
    page.click("#back")
    visit.until("KG.state.node === 'entity/graphweaver'")
    assert crumbs(visit)[-1] == "GraphWeaver"
    page.click("#forward")
    visit.until("KG.state.node === 'entity/imagenot'")
