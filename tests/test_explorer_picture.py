"""Where things stand in the explorer's picture: on the years, under the hand, and where they were before."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from explorer_browser import PLACES, Visit, needs_chromium, settled, told
from explorer_graph import undated

pytestmark = needs_chromium


def moved(one: dict[str, Any], other: dict[str, Any]) -> float:
    both = one.keys() & other.keys()
    assert len(both) > 3
    return float(max(abs(one[i][c] - other[i][c]) for i in both for c in "xy"))


# ---- dates ----------------------------------------------------------------------------------------------------------


def test_a_lineage_without_dates_has_no_years(page_of: Any) -> None:
    visit = page_of(undated(), "#lineage=entity/graphsieve")
    places = settled(visit)
    assert len(places) > 3
    words = told(visit)
    assert not [word for word in words if re.search(r"\b(19|20)\d\d\b|Jan|Jul", word)]
    assert any(word.endswith("dates unknown") for word in words)
    columns = {round(place["x"]) for place in places.values()}
    assert len(columns) <= 7, "one for each generation"


def test_what_has_no_date_stands_beside_the_years(page_of: Any) -> None:
    graph = undated()
    dated = {"2401.00012": "2021-03-01", "2412.00035": "2022-05-01"}  # GraphSieve's paper has none: of two it has
    assert set(dated) & set(graph.papers["id"])
    visit = page_of(
        dataclasses.replace(
            graph,
            papers=graph.papers.assign(
                date=[dated.get(i) for i in graph.papers["id"]],
                year=pd.array([int(dated[i][:4]) if i in dated else None for i in graph.papers["id"]], dtype="Int64"),
            ),
        ),
        "#lineage=2401.00012",
    )
    places = settled(visit)
    words = told(visit)
    assert "2021" in words
    assert any("date unknown" in word or word == "no date" for word in words)
    root = places["2401.00012"]["x"]
    later = [place["x"] for i, place in places.items() if i not in dated]
    assert later
    assert all(abs(x - root) > 30 for x in later), "nowhere on the axis"


# ---- under the hand -------------------------------------------------------------------------------------------------


def test_a_dragged_mark_takes_its_links_along_and_stays(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    places = settled(visit)
    key = next(i for i in places if i.startswith("entity/") and i != "entity/graphweaver")
    at = places[key]
    page.mouse.move(at["x"], at["y"])
    page.mouse.down()
    page.mouse.move(at["x"] + 40, at["y"] + 30)
    page.mouse.move(at["x"] + 90, at["y"] + 70)
    page.mouse.up()
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    now = page.evaluate("id => KG.position(id)", key)
    assert abs(now["x"] - at["x"] - 90) < 8
    assert abs(now["y"] - at["y"] - 70) < 8
    before = page.evaluate(PLACES)
    page.click("#toggle-theme")
    page.uncheck("[data-filter=Metric]")
    assert moved(before, settled(visit)) < 2


def test_a_swipe_over_the_picture_scrolls_the_page(browser: Any, file: Path) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    visit = Visit(browser, file, "#n=entity/graphweaver", **phone)
    before = settled(visit)
    box = visit.page.locator("#picture").bounding_box()
    session = visit.context.new_cdp_session(visit.page)
    for k in range(11):
        finger = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] - 60 - 25 * k}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if k else "touchStart", "touchPoints": [finger]})
        visit.page.wait_for_timeout(16)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    visit.page.wait_for_timeout(300)
    scrolled = visit.page.evaluate("scrollY")
    assert scrolled > 100
    after = visit.page.evaluate(PLACES)
    assert moved(before, {i: {"x": p["x"], "y": p["y"] + scrolled} for i, p in after.items()}) < 3
    visit.close()


def test_the_picture_cannot_be_lost(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    settled(visit)
    box = page.locator("#picture").bounding_box()
    for _ in range(3):
        page.mouse.move(box["x"] + 12, box["y"] + box["height"] - 12)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 200, steps=4)
        page.mouse.move(box["x"] + box["width"] - 90, box["y"] + 20, steps=4)
        page.mouse.up()
        page.wait_for_timeout(400)
    inside = [
        p
        for p in page.evaluate(PLACES).values()
        if box["x"] <= p["x"] <= box["x"] + box["width"] and box["y"] <= p["y"] <= box["y"] + box["height"]
    ]
    assert len(inside) >= 3


def test_arrow_keys_bring_what_they_mark_into_view(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    settled(visit)
    page.focus("#picture")
    for key in ["+"] * 8 + ["ArrowRight"] * 4:
        page.keyboard.press(key)
    marked = page.inner_text("#tip strong")
    box = page.locator("#picture").bounding_box()
    nodes = page.evaluate("[...document.querySelectorAll('#drawn a')].map((a) => [a.textContent, a.hash])")
    hash = next(hash for name, hash in nodes if name == marked)
    at = page.evaluate("hash => KG.position(decodeURIComponent(hash.slice(3)))", hash)
    assert box["x"] <= at["x"] <= box["x"] + box["width"]
    assert box["y"] <= at["y"] <= box["y"] + box["height"]


# ---- steady ---------------------------------------------------------------------------------------------------------


def test_a_filter_and_more_leave_what_stays_where_it_is(visit: Visit) -> None:
    page = visit.page
    for hash in ("#n=entity/imagenot&k=30", "#group=1&k=30", "#n=2401.00012"):
        visit.go(hash)
        before = settled(visit)
        page.uncheck("[data-filter=Metric]")
        fewer = settled(visit)
        assert moved(before, fewer) < 2, hash
        page.check("[data-filter=Metric]")
        assert moved(before, settled(visit)) < 2, hash
    visit.go("#n=entity/imagenot&k=30")
    before = settled(visit)
    middle = before["entity/imagenot"]
    page.click("#show-more")
    after = settled(visit)
    assert len(after) > len(before)
    center = after["entity/imagenot"]
    scale = [
        (after[i]["x"] - center["x"]) / (before[i]["x"] - middle["x"])
        for i in before
        if abs(before[i]["x"] - middle["x"]) > 40
    ]
    assert max(scale) - min(scale) < 0.1, "only the camera steps back"


def test_a_filter_leaves_the_camera_alone(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/imagenot")
    settled(visit)
    page.click("#zoom-in")
    page.click("#zoom-in")
    before = settled(visit)
    page.uncheck("[data-filter=Metric]")
    assert moved(before, settled(visit)) < 2


def test_a_window_of_another_form_is_filled_anew(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/imagenot")
    settled(visit)
    page.set_viewport_size({"width": 1000, "height": 860})
    page.wait_for_timeout(300)
    page.set_viewport_size({"width": 390, "height": 844})
    after = settled(visit)
    page.reload()
    page.wait_for_selector("body[data-ready='1']")
    assert moved(after, settled(visit)) < 3


@pytest.mark.parametrize(("width", "height"), [(844, 390), (720, 450)])
def test_short_windows_show_all_of_the_stage(browser: Any, file: Path, width: int, height: int) -> None:
    visit = Visit(browser, file, "", viewport={"width": width, "height": height})
    page = visit.page
    page.wait_for_timeout(400)
    fit = page.locator("#zoom-fit").bounding_box()
    if width > 760:
        assert fit["y"] + fit["height"] <= height
    else:
        assert page.evaluate("document.getElementById('stage').clientHeight") >= 330
        assert len(page.evaluate("KG.labels")) >= 6
    visit.close()
