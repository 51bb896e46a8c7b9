"""What one can read in the explorer's picture: contrast, the key, names of marks, what links say."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from explorer_browser import SVG, Visit, needs_chromium, settled, told
from explorer_graph import tables, undated

pytestmark = needs_chromium


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
    visit.go("#lineage=entity/graphsieve&k=5")
    some, all = re.search(r"(\d+) of (\d+) descendants", visit.page.inner_text("#status")).groups()
    part = visit.page.locator("#panel summary", has_text="What came of it")
    assert part.locator(".count").inner_text() == f"{some} of {all}"


@pytest.mark.parametrize("width", [1440, 1190, 1000])
def test_every_mark_on_a_rim_has_its_name_beside_it(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.page.wait_for_timeout(600)
    named = [label["key"] for label in visit.page.evaluate("KG.labels") if not str(label["key"]).startswith("g")]
    assert len(named) == len(visit.page.evaluate("KG.shown")) > 5


@pytest.mark.parametrize("pair", ["graphweaver&with=entity/deepsieve", "sparseforge&with=entity/promptweaver"])
def test_every_mark_of_a_comparison_has_its_name(visit: Visit, pair: str) -> None:
    """Also the paper that is told apart from what it introduces by more of its title."""
    visit.go(f"#compare=entity/{pair}")
    visit.page.wait_for_timeout(600)
    assert len(visit.page.evaluate("KG.labels")) == len(visit.page.evaluate("KG.shown")) > 5
