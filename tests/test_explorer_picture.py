"""What the explorer's picture does under the hand, and what it shows: drags, swipes, steady places, dates, contrast."""

from __future__ import annotations

import dataclasses
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from explorer_browser import Visit, needs_chromium
from explorer_graph import tables

from kg.answers import answers
from kg.export.html import write
from kg.graph import descent

pytestmark = needs_chromium

PLACES = "Object.fromEntries(KG.shown.map((id) => [id, KG.position(id)]))"
SVG = "{http://www.w3.org/2000/svg}"


def settled(visit: Visit) -> dict[str, dict[str, float]]:
    visit.page.wait_for_timeout(700)
    return dict(visit.page.evaluate(PLACES))


def told(visit: Visit) -> list[str]:
    """What is written in the picture."""
    root = ElementTree.fromstring(visit.page.evaluate("KG.svg()"))
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def moved(one: dict[str, Any], other: dict[str, Any]) -> float:
    both = one.keys() & other.keys()
    assert len(both) > 3
    return float(max(abs(one[i][c] - other[i][c]) for i in both for c in "xy"))


def undated(keep: str = "") -> Any:
    """The invented papers without a date, except for those whose id begins with ``keep``."""
    graph = tables(60)
    gone = ~graph.papers["id"].str.startswith(keep) if keep else pd.Series(True, index=graph.papers.index)
    papers = graph.papers.assign(
        date=graph.papers["date"].mask(gone, None), year=graph.papers["year"].mask(gone, pd.NA)
    )
    return dataclasses.replace(graph, papers=papers)


@pytest.fixture
def page_of(browser: Any, tmp_path: Path) -> Iterator[Any]:
    opened = []

    def make(graph: Any, hash: str = "", **options: Any) -> Visit:
        write(graph, tmp_path / "own.html", title="Invented papers", descent=descent)
        opened.append(Visit(browser, tmp_path / "own.html", hash, **options))
        return opened[-1]

    yield make
    for visit in opened:
        visit.close()


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


# ---- seen -----------------------------------------------------------------------------------------------------------


def luminance(color: tuple[float, ...]) -> float:
    parts = [c / 255 / 12.92 if c / 255 <= 0.03928 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def rgb(text: str) -> tuple[float, ...]:
    return tuple(int(text[k : k + 2], 16) for k in (1, 3, 5))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_links_are_told_from_the_ground(browser: Any, file: Path, scheme: str) -> None:
    visit = Visit(browser, file, "#n=entity/imagenot&k=120", color_scheme=scheme)
    visit.page.wait_for_timeout(500)
    value = "name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()"
    paper = rgb(visit.page.evaluate(value, "paper"))
    root = ElementTree.fromstring(visit.page.evaluate("KG.svg()"))
    seen = 0
    for path in root.iter(f"{SVG}path"):
        if path.get("fill") == "none":
            if path.get("stroke") == visit.page.evaluate(value, "paper"):
                continue  # the rim of a mark
            share = float(path.get("stroke-opacity", 1))
            color = tuple(c * share + p * (1 - share) for c, p in zip(rgb(path.get("stroke", "")), paper, strict=True))
        else:
            share = float(path.get("fill-opacity", 1))
            if share < 0.5:
                continue  # the halo of the focus
            color = tuple(c * share + p * (1 - share) for c, p in zip(rgb(path.get("fill", "")), paper, strict=True))
        seen += 1
        assert contrast(color, paper) >= 3, path.attrib
    assert seen > 60
    visit.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_written_in_discs_can_be_read(browser: Any, file: Path, scheme: str) -> None:
    visit = Visit(browser, file, "", color_scheme=scheme)
    visit.page.wait_for_timeout(500)
    colors = visit.page.evaluate(
        """() => {
          const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
          const solid = (color) => {
            pen.fillStyle = color;
            pen.fillRect(0, 0, 1, 1);
            return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const root = new DOMParser().parseFromString(KG.svg(), 'image/svg+xml');
          const fills = (all) => all.map((e) => e.getAttribute('fill'));
          const discs = fills([...root.querySelectorAll('path')]).filter((fill) => fill.startsWith('hsl'));
          const words = fills([...root.querySelectorAll('text')].filter((e) => /papers?$/.test(e.textContent)));
          return [discs.map(solid), words.map(solid)];
        }"""
    )
    discs, words = colors
    assert len(discs) >= 8
    assert len(words) >= 6
    assert min(contrast(tuple(d), tuple(w)) for d in discs for w in words) >= 4.5
    visit.close()


def test_the_focus_keeps_its_color(visit: Visit) -> None:
    """However old a paper is, in its own view it is what one sees first."""
    old = "2401.00000"
    visit.go(f"#n={old}")
    visit.page.wait_for_timeout(500)
    color = visit.page.evaluate(
        """id => {
          const canvas = document.querySelector('#picture canvas'), box = canvas.getBoundingClientRect();
          const ratio = canvas.width / box.width, at = KG.position(id), pen = canvas.getContext('2d');
          const [x, y] = [(at.x - box.left) * ratio, (at.y - box.top) * ratio];
          return [...pen.getImageData(x, y, 1, 1).data].slice(0, 3);
        }""",
        old,
    )
    value = "getComputedStyle(document.documentElement).getPropertyValue('--kind-paper').trim()"
    assert tuple(color) == rgb(visit.page.evaluate(value))


def test_papers_without_a_date_are_hollow_and_the_key_says_so(page_of: Any) -> None:
    visit = page_of(undated("2401"), "#n=entity/imagenot", viewport={"width": 1024, "height": 700})
    visit.page.wait_for_timeout(500)
    assert "Paper without a date" in visit.page.locator("#key li").all_inner_texts()
    assert visit.page.is_visible("#key")
    assert visit.page.locator("#filters .hollow").count() == 1


def test_the_legend_has_lines_as_they_are_drawn(page_of: Any) -> None:
    graph = tables(60)
    links = graph.links.assign(extraction=graph.links["extraction"].mask(graph.links["relation"] == "uses", "inferred"))
    visit = page_of(dataclasses.replace(graph, links=links))
    line = "document.querySelector(`.row:has([data-filter=${name}]) .line-mark path`)"
    dash = f"name => {line}.getAttribute('stroke-dasharray')"
    assert visit.page.evaluate(dash, "uses") != "none"
    assert visit.page.evaluate(dash, "introduces") == "none"
    assert visit.page.locator(".row:has([data-filter=builds_on]) .line-mark .head").count() == 1


def test_only_one_kind_is_one_filter(visit: Visit) -> None:
    visit.page.locator(".row", has=visit.page.locator("[data-filter=Method]")).hover()
    visit.page.click("[aria-label='Only Methods']")
    assert visit.page.inner_text("#filter-count") == "1"


def test_what_a_link_says_is_written_at_the_mark_one_points_at(visit: Visit) -> None:
    visit.go("#n=entity/graphweaver")
    places = settled(visit)
    visit.page.mouse.move(places["entity/graphweaver"]["x"], places["entity/graphweaver"]["y"])
    visit.until("KG.captions.length >= 3")
    assert "introduced by" in visit.page.evaluate("KG.captions")
    visit.page.mouse.move(5, 5)
    visit.until("KG.captions.length === 0")


@pytest.mark.parametrize("width", [1440, 390])
def test_every_step_of_the_best_way_says_what_it_is(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 880})
    visit.go("#path=entity/graphweaver&to=entity/libriwhisper")
    visit.page.wait_for_timeout(500)
    steps = visit.page.locator("#panel details.part").first.locator(".way-step .said").all_inner_texts()
    assert steps
    words = told(visit)
    for step in set(steps):
        assert words.count(step) >= steps.count(step), (step, words)


def test_lineages_say_how_much_of_them_is_drawn(visit: Visit) -> None:
    visit.go("#lineage=entity/graphsieve")
    assert re.search(r"ancestors?( known)?, .*descendants?", visit.page.inner_text("#status"))


def test_the_overview_names_every_mark_it_draws_or_nearly(visit: Visit) -> None:
    visit.page.wait_for_timeout(500)
    drawn = visit.page.evaluate("KG.shown.length")
    named = [label for label in visit.page.evaluate("KG.labels") if not str(label["key"]).startswith("g")]
    assert 0 < drawn <= 40
    assert len(named) >= 0.5 * drawn


# ---- taken away -----------------------------------------------------------------------------------------------------


def test_a_saved_picture_is_large_and_says_what_it_is(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    page.wait_for_timeout(500)
    words = told(visit)
    assert "GraphWeaver" in words
    assert "Method" in words, "the key to the marks"
    assert {"introduces", "uses", "evaluates on", "builds on"} & set(words)
    page.click("summary[aria-label='Save or share']")
    with page.expect_download() as waiting:
        page.click("#save-png")
    waiting.value.save_as(tmp_path / "picture.png")
    width, height = struct.unpack(">II", (tmp_path / "picture.png").read_bytes()[16:24])
    assert width == 2 * page.evaluate("document.getElementById('picture').clientWidth")
    assert height > 2 * page.evaluate("document.getElementById('picture').clientHeight")


def test_a_saved_overview_keeps_its_letters(visit: Visit) -> None:
    visit.page.wait_for_timeout(500)
    root = ElementTree.fromstring(visit.page.evaluate("KG.svg()"))
    counts = [e for e in root.iter(f"{SVG}text") if re.fullmatch(r"\d+ papers?", "".join(e.itertext()))]
    names = [e for e in root.iter(f"{SVG}text") if "Serif" in (e.get("font-family") or "")]
    assert counts
    assert names
    assert all(e.get("font-family") is None and float(e.get("font-size", 99)) < 12 for e in counts)


def test_print_has_address_key_and_heads(browser: Any, tmp_path: Path) -> None:
    write(tables(100), tmp_path / "graph.html", title="Invented papers", answers=answers)
    visit = Visit(browser, tmp_path / "graph.html", "#n=entity/graphweaver")
    page = visit.page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert "#n=entity/graphweaver" in page.inner_text("#printed")
    assert page.is_visible("#key")
    assert page.is_hidden("#drawn")
    page.emulate_media(media="screen")
    visit.go("#n=entity/imagenot&k=300&view=table")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('#table th button')).display") == "contents"
    page.emulate_media(media="screen")
    visit.go("#ask=leaders")
    page.emulate_media(media="print")
    pages = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(format="A4", prefer_css_page_size=True))
    assert any(float(width) > float(height) for width, height in pages), "answers lie across"
    visit.close()


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
