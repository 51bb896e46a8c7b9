"""The views of the explorer beside the neighborhood: path, lineage, comparison, table; permalinks; what is saved."""

from __future__ import annotations

import csv
import io
import re
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import rdflib
from explorer_browser import Visit, needs_chromium, triples

from kg.export import rdf
from kg.graph import path
from kg.model import KgError, Tables

pytestmark = needs_chromium


def test_two_charts_side_by_side_have_one_scale(visit: Visit) -> None:
    """Of two entities, what more papers name in a year has the higher bar."""
    visit.go("#compare=entity/imagenot&with=entity/deepsieve")
    bars = visit.page.locator("svg.years rect").evaluate_all(
        "all => all.map(e => [Number(e.textContent.split(': ')[1].split(' ')[0]), Number(e.getAttribute('height'))])"
    )
    one, other = max(n for n, _ in bars), min(n for n, _ in bars if n)
    assert dict(bars)[other] < 0.8 * dict(bars)[one]
    assert len(dict(bars)) == len({*map(tuple, bars)}), "as many papers are as high in either"
    both = visit.page.locator("details.part", has=visit.page.locator("h3", has_text="Both are linked to"))
    shared = int(both.locator(".count").first.inner_text()) if both.count() else 0
    assert visit.page.inner_text("#status").startswith(f"{shared} entit")


def test_a_path_is_picked_drawn_and_told(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    page.click("#action-path")
    page.wait_for_selector("#picker[open]")
    page.keyboard.type("librewhisper")
    page.wait_for_selector("#picker-list li.kind-Dataset")
    page.keyboard.press("Enter")
    assert visit.state()["mode"] == "path"
    assert "path=entity/graphweaver&to=entity/librewhisper".replace("libre", "libri") in page.url
    assert page.locator(".way").first.locator("> li").count() >= 2
    shown = page.evaluate("KG.shown")
    assert {"entity/graphweaver", "entity/libriwhisper"} <= set(shown)


def test_paths_are_those_of_the_command(visit: Visit, graph: Tables) -> None:
    entities = graph.entities.sort_values(["papers", "id"], ascending=[False, True])["id"].head(8)
    for one, other in combinations([*entities, *graph.papers["id"].head(3)], 2):
        try:
            told = [found.nodes for found in path(graph, one, other)]
        except KgError:  # none but through what everybody names
            told = []
        assert visit.page.evaluate("ends => KG.paths(...ends)", [one, other]) == told, (one, other)


def test_lineage_runs_along_time(visit: Visit) -> None:
    page = visit.page
    visit.go("#lineage=entity/" + "graphsieve")
    assert "ancestor" in page.inner_text("#status")
    dates = [int(d) for d in page.locator("#panel .date").all_inner_texts()]
    assert dates
    assert dates == sorted(dates)
    years = page.evaluate("KG.shown.map(id => [KG.position(id).x])")
    assert len(years) == len(dates) + 1


def test_lineage_says_what_hangs_on_what(visit: Visit, graph: Tables) -> None:
    """What came of a thing builds on it or on what came of it; what it comes from is built on."""
    visit.go("#lineage=entity/graphsieve")
    names = set(graph.entities["name"]) | set(graph.papers["title"])
    sides = {"It comes from": ("has variant ", "used by "), "What came of it": ("is a kind of ", "uses ")}
    for title, words in sides.items():
        said = visit.page.locator("#panel details", has_text=title).locator(".entry-head .said").all_inner_texts()
        for text in said:
            word = next(word for word in words if text.startswith(word))
            assert any(name.startswith(text.removeprefix(word).rstrip("…")) for name in names), text
    assert visit.page.locator("#panel .entry-head .said").count() > 1
    told = {text.split(" ")[0] for text in visit.page.locator("#panel .entry-head .said").all_inner_texts()}
    assert told == {"used", "uses"}


def test_the_table_of_a_lineage_says_the_same_as_its_panel(visit: Visit) -> None:
    """Whatever descends uses, and whatever it descends from is used, at the root and beyond it."""
    visit.go("#lineage=entity/deepsieve")
    entries = visit.page.locator("#panel .entry-head").evaluate_all(
        "all => all.map(e => [e.querySelector('bdi').textContent, e.querySelector('.said').textContent])"
    )
    rows = {row["name"]: row["relation"] for row in csv.DictReader(io.StringIO(visit.page.evaluate("KG.csv()")))}
    assert rows.pop("DeepSieve") == ""
    assert len(rows) == len(entries) > 5
    for name, said in entries:
        assert said.startswith(rows[name]), (name, said)
        assert rows[name].split(" ")[0] in {"uses", "used"}


def test_compare_two(visit: Visit) -> None:
    page = visit.page
    visit.go("#compare=entity/imagenot&with=entity/squadrant")
    assert page.locator(".versus thead th").all_inner_texts() == ["ImageNot", "SQuADrant"]
    assert "in common" in page.inner_text("#status")


def test_the_table_sorts(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/imagenot")
    page.keyboard.press("Escape")
    page.click("#toggle-table")
    assert "view=table" in page.url
    rows = page.locator("#table tbody tr").count()
    assert rows == len(page.evaluate("KG.shown"))
    assert page.evaluate("document.getElementById('table').scrollWidth <= document.getElementById('table').clientWidth")
    page.click("#table th button:has-text('Name')")
    names = [text.lower() for text in page.locator("#table tbody th").all_inner_texts()]
    assert names == sorted(names)
    assert page.locator("#table thead th").first.get_attribute("aria-sort") == "ascending"
    page.click("#table th button:has-text('Name')")
    assert [text.lower() for text in page.locator("#table tbody th").all_inner_texts()] == names[::-1]


@pytest.mark.parametrize(
    "hash",
    [
        "#n=entity/graphweaver&d=2&k=40",
        "#n=entity/imagenot&hide=Metric,mentions&y=2014-2020&c=0.6&only=stated",
        "#path=entity/graphweaver&to=entity/imagenot",
        "#lineage=entity/graphsieve",
        "#compare=entity/imagenot&with=entity/squadrant",
        "#n=entity/graphweaver&view=table",
        "#group=3",
    ],
)
def test_permalinks_bring_back_the_same_view(browser: Any, file: Path, hash: str) -> None:
    one = Visit(browser, file, hash)
    assert one.page.url.endswith(hash)
    shown = one.page.evaluate("KG.shown")
    assert shown
    two = Visit(browser, file, "#" + one.page.url.split("#")[1])
    assert two.page.evaluate("KG.shown") == shown
    assert two.state() == one.state()
    one.close()
    two.close()


def test_old_ids_lead_to_the_entity_and_unknown_ones_are_said(visit: Visit) -> None:
    visit.go("#n=entity/old-weaver")
    assert visit.state()["node"] == "entity/graphweaver"
    visit.go("#n=entity/never-there")
    assert visit.state()["mode"] == "overview"
    assert "Not in this graph: entity/never-there" in visit.page.inner_text("#toast")


def test_downloads_are_what_is_shown(visit: Visit, graph: Tables, tmp_path: Path) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    files = {}
    for kind in ("png", "svg", "csv", "ttl"):
        page.click("summary[aria-label='Save or share']")
        with page.expect_download() as waiting:
            page.click(f"#save-{kind}")
        files[kind] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(files[kind])
    shown = set(page.evaluate("KG.shown"))
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    assert ElementTree.parse(files["svg"]).getroot().tag.endswith("svg")
    rows = list(csv.DictReader(io.StringIO(files["csv"].read_text(encoding="utf-8-sig"))))
    assert {row["id"] for row in rows} == shown
    parsed = rdflib.Graph().parse(files["ttl"])
    links = graph.links[graph.links["source"].isin(shown) & graph.links["target"].isin(shown)]
    base = "https://kg.example/"
    iri = {i: rdflib.URIRef(base + (quote(i) if i.startswith("entity/") else f"paper/{quote(i)}")) for i in shown}
    assert set(parsed.subjects()) == set(iri.values())
    assert {(iri[s], iri[t]) for s, t in zip(links["source"], links["target"], strict=True)} == {
        (s, o) for s, _, o in parsed if o in set(iri.values())
    }


def test_what_is_saved_as_turtle_is_part_of_the_graph_s_turtle(visit: Visit, graph: Tables, tmp_path: Path) -> None:
    rdf.write(graph, tmp_path / "graph.ttl")
    whole = triples(tmp_path / "graph.ttl")
    between = "entity/graphweaver&to=entity/imagenot"
    for hash in ("#n=entity/graphweaver&d=2", "#lineage=entity/graphsieve", f"#path={between}",
                 f"#compare={between.replace('&to', '&with')}&view=table", "#group=1", "#"):  # fmt: skip
        visit.go(hash)
        part = triples(visit.page.evaluate("KG.turtle()"))
        assert len(part) > 5, hash
        assert part <= whole, (hash, list(part - whole)[:3])
    visit.go("#lineage=entity/graphsieve")
    assert "kgo:uses" in visit.page.evaluate("KG.turtle()")


def test_a_picture_is_saved_with_all_that_is_drawn(visit: Visit, tmp_path: Path) -> None:
    page = visit.page

    def text(hash: str) -> tuple[list[str], str]:
        visit.go(hash)
        page.wait_for_timeout(400)
        drawing = page.evaluate("KG.svg()")
        root = ElementTree.fromstring(drawing)
        assert float(root.get("width", 0)) > 300
        return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")], drawing

    years, _ = text("#lineage=entity/graphsieve")
    assert [year for year in years if re.fullmatch(r"20\d\d", year)]
    captions, _ = text("#path=entity/graphweaver&to=entity/imagenot")
    assert {"introduces", "introduced by", "evaluates on", "is evaluated on"} & set(captions)
    shapes = [drawing.count("<path") for _, drawing in (text("#n=2401.00012&hide=builds_on"), text("#n=2401.00012"))]
    assert shapes[1] > shapes[0] + 1, "a link that has a direction has a head"
    text("#n=entity/graphweaver&view=table")
    page.click("summary[aria-label='Save or share']")
    with page.expect_download() as waiting:
        page.click("#save-png")
    waiting.value.save_as(tmp_path / "behind.png")
    assert (tmp_path / "behind.png").stat().st_size > 5_000


def test_the_table_by_keyboard_is_no_step_and_keeps_the_place(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    visit.go("#n=entity/imagenot")
    page.focus("#picture")
    page.keyboard.press("t")
    assert visit.state()["table"]
    assert page.evaluate("document.activeElement.id") == "table"
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.id") == "picture"
    page.keyboard.press("b")
    visit.until("KG.state.node === 'entity/graphweaver'")
    assert not visit.state()["table"]
