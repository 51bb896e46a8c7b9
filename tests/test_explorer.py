"""The explorer as a person uses it, by keyboard and by mouse, in a real browser."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import rdflib
from explorer_browser import Visit, chromium, needs_chromium, triples
from explorer_graph import HOSTILE, hostile, name_of, tables

from kg.export import rdf
from kg.export.html import inline, render, write
from kg.graph import descent
from kg.model import Tables

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def graph() -> Tables:
    return tables(150)


@pytest.fixture(scope="module")
def file(graph: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "graph.html"
    write(graph, path, title="Invented papers", descent=descent)
    return path


@pytest.fixture
def visit(browser: Any, file: Path) -> Iterator[Visit]:
    opened = Visit(browser, file)
    yield opened
    opened.close()


def test_it_starts_with_an_overview_and_the_cursor_in_the_search_box(visit: Visit, graph: Tables) -> None:
    page = visit.page
    assert page.inner_text("#corpus-line") == f"150 papers · {len(graph.entities)} entities · 2012–2024"
    assert page.evaluate("document.activeElement.id") == "search"
    assert page.inner_text("#status") == "8 groups of related papers"
    assert "may have none" in page.inner_text("#panel .lead"), "not every link has a sentence"
    assert len(page.evaluate("KG.shown")) <= 300
    assert page.locator(".group-link").count() == 8


def test_search_by_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    page.keyboard.type("graphwea")
    page.wait_for_selector("#suggestions li")
    assert page.get_attribute("#search", "aria-expanded") == "true"
    first = page.locator("#suggestions li").first
    assert "GraphWeaver" in first.inner_text()
    assert page.get_attribute("#search", "aria-activedescendant") == first.get_attribute("id")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert visit.state()["node"] == "entity/graphweaver"
    assert page.inner_text("#panel-title") == "GraphWeaver"
    assert page.evaluate("document.activeElement.id") == "panel-title"
    assert page.get_attribute("#search", "aria-expanded") == "false"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("GraphWeaver", "entity/graphweaver"),
        ("graphwaever", "entity/graphweaver"),
        ("deep siev", "entity/deepsieve"),
        ("deepsieve", "entity/deepsieve"),
        ("woven graph", "entity/graphweaver"),
        ("imagenot", "entity/imagenot"),
        ("speach recogntion", "entity/speech-recognition"),
        ("patient study part 77", "paper"),
        ("π0", "entity/graphweaver"),
        ("pi0", "entity/graphweaver"),
        ("entity/deepsieve", "entity/deepsieve"),
        ("2406.00077", "2406.00077"),
        ("2406.0007", "2406.00077"),
        ("arXiv:2406.00077v2", "2406.00077"),
        ("https://arxiv.org/abs/2406.00077", "2406.00077"),
        ("10.48550/arXiv.2406.00077", "2406.00077"),
    ],
)
def test_search_forgives_and_ranks(visit: Visit, typed: str, expected: str) -> None:
    hits = visit.page.evaluate("query => KG.search(query).hits", typed)
    assert hits, typed
    if expected == "paper":
        assert not hits[0]["id"].startswith("entity/")
    else:
        assert hits[0]["id"] == expected


def test_search_says_when_there_is_nothing_and_escape_clears(visit: Visit) -> None:
    page = visit.page
    page.fill("#search", "qqqqzzzz")
    page.wait_for_selector("#suggestions .none")
    assert "titles, names and ids of papers. Authors" in page.inner_text("#suggestions .none")
    page.keyboard.press("Escape")
    assert page.input_value("#search") == ""
    assert page.is_hidden("#suggestions")


def test_focus_by_mouse_says_how_much_is_shown(visit: Visit, graph: Tables) -> None:
    page = visit.page
    visit.go("#n=entity/imagenot")
    shown, total = map(int, re.findall(r"\d+", page.inner_text("#status")))
    near = graph.links[(graph.links["source"] == "entity/imagenot") | (graph.links["target"] == "entity/imagenot")]
    ends = set(near["source"]) | set(near["target"])
    assert total == len(ends - {"entity/imagenot"})
    assert shown == min(60, total) == len(page.evaluate("KG.shown")) - 1
    other = next(i for i in page.evaluate("KG.shown") if i != "entity/imagenot")
    at = page.evaluate("id => KG.position(id)", other)
    page.wait_for_timeout(450)
    at = page.evaluate("id => KG.position(id)", other)
    page.mouse.click(at["x"], at["y"])
    visit.until("id => KG.state.node === id", other)


def test_more_depth_and_limits(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/accuracy&k=10")
    assert page.inner_text("#status").startswith("Showing 10 of ")
    page.click("#show-more")
    assert page.inner_text("#status").startswith("Showing 5") or page.inner_text("#status").startswith("Showing 7")
    page.check("input[name=depth][value='2']", force=True)
    assert "d=2" in page.url
    assert len(page.evaluate("KG.shown")) <= 301


def test_expand_and_fold(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver&k=8")
    before = set(page.evaluate("KG.shown"))
    page.click("#drawn > summary")
    page.locator("#drawn .tool[title='Expand']").first.click()
    more = set(page.evaluate("KG.shown"))
    assert before < more
    assert "open=" in page.url
    page.click("#drawn > summary") if not page.locator("#drawn .tool").first.is_visible() else None
    page.locator("#drawn .tool[aria-pressed='true']").first.click()
    assert set(page.evaluate("KG.shown")) == before


def test_back_forward_and_crumbs(visit: Visit) -> None:
    page = visit.page
    for name in ("graphweaver", "imagenot"):
        visit.go(f"#n=entity/{name}")
    page.click("#back")
    visit.until("KG.state.node === 'entity/graphweaver'")
    page.click("#forward")
    visit.until("KG.state.node === 'entity/imagenot'")
    page.go_back()
    visit.until("KG.state.node === 'entity/graphweaver'")
    assert page.locator("#crumbs li").last.inner_text() == "GraphWeaver"
    page.locator("#crumbs a", has_text="Overview").first.click()
    assert visit.state()["mode"] == "overview"


@pytest.mark.parametrize("width", [1360, 1000, 390])
def test_crumbs_without_room_go_away_whole(visit: Visit, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 860})
    for hash in ("#n=entity/graphweaver", "#n=entity/imagenot", "#path=entity/graphweaver&to=entity/imagenot"):
        visit.go(hash)
    visit.go("#compare=entity/imagenot&with=entity/squadrant")
    cut = "li => li.scrollWidth > li.clientWidth + 1 || li.offsetTop > li.parentNode.offsetTop + 10"
    assert not page.evaluate(f"[...document.querySelectorAll('#crumbs li:not([aria-current])')].some({cut})")
    assert page.locator("#crumbs li").last.inner_text() == "ImageNot and SQuADrant"
    if width == 1360:
        assert page.locator("#crumbs li").count() > 2


def test_what_several_papers_say_to_introduce_nobody_introduces(browser: Any, graph: Tables, tmp_path: Path) -> None:
    """The panel, its facts and the comparison say the same."""
    unknown = graph.entities["introduced_by"].where(graph.entities["id"] != "entity/graphweaver", None)
    write(dataclasses.replace(graph, entities=graph.entities.assign(introduced_by=unknown)), tmp_path / "graph.html")
    visit = Visit(browser, tmp_path / "graph.html", "#n=entity/graphweaver")
    titles = visit.page.locator("#panel h3").all_inner_texts()
    assert "Introduced by" not in titles
    assert "Papers that say they introduce it" in titles
    assert "introduced" not in visit.page.inner_text("#panel .corpus")
    visit.go("#compare=entity/graphweaver&with=entity/deepsieve")
    row = visit.page.locator(".versus tr", has_text="Introduced by").locator("td")
    assert row.first.inner_text() == "–"
    drawn = "#n=2401.00000"  # the paper is not called as what it introduces
    visit.go(drawn)
    words = [word.strip() for word in re.findall(r">([^<>]+)</text>", visit.page.evaluate("KG.svg()"))]
    assert words.count("GraphWeaver") == 1
    visit.close()


def test_the_paper_panel_marks_and_links_every_mention(visit: Visit, graph: Tables) -> None:
    page = visit.page
    paper = graph.papers.iloc[40]
    visit.go(f"#n={paper['id']}")
    page.wait_for_selector("#abstract")
    assert page.inner_text("#abstract") == paper["abstract"]
    inside = graph.mentions[(graph.mentions["paper"] == paper["id"]) & (graph.mentions["start"] > len(paper["title"]))]
    marks = page.locator("#abstract a.mark")
    assert marks.count() == len(inside.drop_duplicates("start"))
    assert marks.all_inner_texts() == inside.drop_duplicates("start")["text"].tolist()
    assert "Ada Invented" in page.inner_text(".authors")
    arxiv = page.locator(".outside a", has_text="arXiv")
    assert arxiv.get_attribute("href") == f"https://arxiv.org/abs/{paper['arxiv_id']}"
    assert "noopener" in (arxiv.get_attribute("rel") or "")
    marks.first.click()
    assert visit.state()["node"].startswith("entity/")


def test_the_entity_panel_tells_with_evidence(visit: Visit, graph: Tables) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    assert "Woven Graph Machine" in page.inner_text(".aka")
    titles = page.locator("#panel h3").all_inner_texts()
    assert "Introduced by" in titles
    assert "Builds on it" in titles
    assert page.locator("svg.years").get_attribute("aria-label").startswith("Papers a year.")
    part = page.locator("details.part", has=page.locator("h3", has_text="Introduced by")).first
    quote_ = part.locator("blockquote").first
    visit.until("() => document.querySelector('#panel blockquote.evidence')?.textContent.length > 10")
    assert quote_.inner_text() == "We propose GraphWeaver, a method for image classification."
    assert "stated" in part.locator(".confidence").first.inner_text()


def test_filters_are_the_legend_and_count(visit: Visit, graph: Tables) -> None:
    page = visit.page
    assert page.inner_text("[data-facet=Paper]") == "150"
    assert "Larger marks: in more papers" in page.inner_text("#filters")
    visit.go("#n=entity/graphweaver")
    page.uncheck("[data-filter=Paper]")
    assert not [i for i in page.evaluate("KG.shown") if not i.startswith("entity/")]
    assert "hide=Paper" in page.url
    page.click("#filter-reset")
    assert "hide" not in page.url
    page.check("input[name=extraction][value=inferred]", force=True)
    kinds = graph.links[graph.links["extraction"] == "inferred"]
    near = kinds[(kinds["source"] == "entity/graphweaver") | (kinds["target"] == "entity/graphweaver")]
    assert len(page.evaluate("KG.shown")) - 1 == len(near)
    page.click("#filter-reset")
    page.focus("#year-from")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert "y=2022-2024" in page.url
    dates = graph.papers.set_index("id")["year"]
    assert all(dates[i] >= 2022 for i in page.evaluate("KG.shown") if not i.startswith("entity/"))


def test_a_view_that_is_fitted_while_nodes_glide_is_fitted_to_where_they_come_to_rest(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/librispeech")
    page.evaluate(
        """async () => {
            const renders = KG.renders;
            location.hash = '#n=entity/graphweaver';
            while (KG.renders === renders) await new Promise(requestAnimationFrame);
            document.getElementById('zoom-fit').click();
        }"""
    )
    page.wait_for_timeout(1200)
    before = page.evaluate("KG.position('entity/graphweaver')")
    page.click("#zoom-fit")
    page.wait_for_timeout(800)
    after = page.evaluate("KG.position('entity/graphweaver')")
    assert abs(before["x"] - after["x"]) < 2
    assert abs(before["y"] - after["y"]) < 2


def counts(visit: Visit) -> dict[str, int]:
    """What the legend counts."""
    shown = visit.page.evaluate(
        "[...document.querySelectorAll('[data-facet]')].map(e => [e.dataset.facet, e.textContent])"
    )
    return {name: int(text.replace(",", "")) for name, text in shown}


def test_the_legend_counts_what_is_said_to_be_there(visit: Visit, graph: Tables) -> None:
    page, links = visit.page, graph.links
    kinds = ["Paper", "Model", "Method", "Dataset", "Benchmark", "Task", "Metric"]
    visit.go("#group=1")
    group = {*graph.papers.loc[graph.papers["community"] == 1, "id"]}
    group |= {*graph.entities.loc[graph.entities["community"] == 1, "id"]}
    inside = links[links["source"].isin(group) & links["target"].isin(group)]
    assert sum(counts(visit)[kind] for kind in kinds) == len(group)
    assert counts(visit)["introduces"] == (inside["relation"] == "introduces").sum()
    named = (
        links[links["source"].isin(group) & (links["target_kind"] == "entity")].groupby("target")["source"].nunique()
    )
    bars = page.locator("#panel .bars li").evaluate_all(
        "all => all.map(e => [e.querySelector('bdi').textContent, Number(e.querySelector('.count').textContent)])"
    )
    name = graph.entities.set_index("id")["name"]
    assert bars
    for what, number in bars:
        assert number == next(n for entity, n in named.items() if name[entity] == what and entity in group)
    for hash in ("#n=entity/deepsieve&d=2", "#n=entity/deepsieve&open=entity/imagenot&k=300", "#n=entity/deepsieve"):
        visit.go(hash)
        total = int(re.findall(r"[\d,]+", page.inner_text("#status"))[1].replace(",", ""))
        assert total == sum(counts(visit)[kind] for kind in kinds), hash


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


def test_lineage_runs_along_time(visit: Visit) -> None:
    page = visit.page
    visit.go("#lineage=entity/" + "graphsieve")
    assert "before" in page.inner_text("#status")
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
    rows = list(csv.DictReader(io.StringIO(files["csv"].read_text())))
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


def test_labels_never_overlap(visit: Visit) -> None:
    for hash in ("#n=entity/accuracy&k=120", "#group=1", "#path=entity/graphweaver&to=entity/imagenot", "#"):
        visit.go(hash)
        visit.page.wait_for_timeout(500)
        boxes = [label["box"] for label in visit.page.evaluate("KG.labels")]
        assert len(boxes) >= 2
        for at, one in enumerate(boxes):
            for other in boxes[:at]:
                assert not (one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1])


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


def test_escape_closes_a_menu(visit: Visit) -> None:
    page = visit.page
    page.focus("summary[aria-label='Questions']")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#questions') !== null")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Questions"


def test_no_label_is_under_the_buttons(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.go("#n=entity/accuracy&k=120")
    visit.page.wait_for_timeout(500)
    box = visit.page.evaluate(
        "(z => [z.offsetLeft, z.offsetTop, z.offsetLeft + z.offsetWidth, z.offsetTop + z.offsetHeight])"
        "(document.getElementById('zoom'))"
    )
    for label in visit.page.evaluate("KG.labels"):
        one = label["box"]
        assert not (one[0] < box[2] and one[2] > box[0] and one[1] < box[3] and one[3] > box[1]), label


def test_the_dots_of_a_disc_lie_on_it(visit: Visit) -> None:
    """Half of each dot is inside its disc: it is drawn in its own color there, too."""
    page = visit.page
    page.wait_for_timeout(500)
    inside = page.evaluate(
        """() => {
          const canvas = document.querySelector('#picture canvas'), box = canvas.getBoundingClientRect();
          const ratio = canvas.width / box.width, pen = canvas.getContext('2d');
          const ids = KG.shown.filter((id) => KG.position(id));
          return ids.map((id) => KG.position(id)).filter((p) => p.x > box.left && p.y > box.top)
            .map((p) => [...pen.getImageData((p.x - box.left) * ratio, (p.y - box.top) * ratio, 1, 1).data]);
        }"""
    )
    assert len(inside) > 10
    strong = [max(color[:3]) - min(color[:3]) > 60 for color in inside]  # discs are pale, dots are not
    assert sum(strong) > 0.9 * len(strong)


def test_the_picture_by_keyboard(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    page.focus("#picture")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.inner_text("#announcer")
    page.keyboard.press("Enter")
    assert visit.state()["node"] != "entity/graphweaver"
    page.keyboard.press("h")
    assert visit.state()["mode"] == "overview"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_pointing_at_a_link_quotes_its_sentence(visit: Visit, graph: Tables) -> None:
    page = visit.page
    paper = graph.papers["id"].iloc[0]
    visit.go(f"#n={paper}&hide=Paper")
    page.wait_for_timeout(500)
    one, other = (page.evaluate("id => KG.position(id)", i) for i in (paper, f"entity/{name_of(0).lower()}"))
    along = (other["x"] - one["x"], other["y"] - one["y"])
    for aside in range(-10, 11):  # the line bends a little to one side
        x, y = (one[axis] + along[at] * 0.5 for at, axis in enumerate("xy"))
        page.mouse.move(x - along[1] * aside / 100, y + along[0] * aside / 100)
        if page.is_visible("#tip") and "introduces" in page.inner_text("#tip"):
            break
    page.wait_for_timeout(300)
    assert "introduces" in page.text_content("#tip")


def test_two_hundred_hostile_papers_are_text(browser: Any, tmp_path: Path) -> None:
    graph = hostile(200)
    write(graph, tmp_path / "hostile.html", title="<script>window.__xss=1</script>")
    visit = Visit(browser, tmp_path / "hostile.html")
    page = visit.page
    for paper in graph.papers.itertuples(index=False):
        visit.go(f"#n={quote(paper.id)}")
        title = str(paper.title).replace("\0", "\ufffd").strip() or "(no title)"
        assert (
            page.text_content("#panel-title") == title.replace("\r\n", "\n")
            or page.text_content("#panel-title") == title
        )
    page.wait_for_selector("#abstract")
    assert page.text_content("#abstract").strip()
    for text in HOSTILE:
        page.evaluate("query => KG.search(query)", text)
        page.fill("#search", text[:200])
        page.wait_for_timeout(20)
    page.fill("#search", "")
    rdf.write(graph, tmp_path / "graph.ttl")
    whole = triples(tmp_path / "graph.ttl")
    for view in ("#group=0", f"#n={quote(graph.entities['id'].iloc[5])}&view=table", "#"):
        visit.go(view)
        page.evaluate("[KG.turtle(), KG.csv(), KG.svg()]")
        ElementTree.fromstring(page.evaluate("KG.svg()"))
        assert triples(page.evaluate("KG.turtle()")) <= whole
    assert page.evaluate("window.__xss") is None
    assert page.locator("script").count() == len(page.query_selector_all("script"))
    assert page.evaluate("document.querySelectorAll('#panel script, #panel img, #panel iframe').length") == 0
    assert not [
        a for a in page.evaluate("[...document.querySelectorAll('a')].map(a => a.href)") if a.startswith("javascript:")
    ]
    visit.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_nothing_sticks_out(browser: Any, file: Path, scheme: str, width: int) -> None:
    visit = Visit(browser, file, "#n=entity/graphweaver", color_scheme=scheme, viewport={"width": width, "height": 800})
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(19, 21, 25)" if scheme == "dark" else "rgb(248, 247, 243)"
    )
    if width < 700:
        visit.page.click("#toggle-filters")
        visit.page.wait_for_selector("#filters", state="visible")
        visit.page.keyboard.press("Escape")
        visit.page.wait_for_selector("#filters", state="hidden")
    visit.close()


def test_reduced_motion_moves_nothing(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, "#n=entity/graphweaver", reduced_motion="reduce")
    visit.go("#n=entity/imagenot")
    one = visit.page.evaluate("KG.shown.map(id => KG.position(id))")
    visit.page.wait_for_timeout(150)
    assert visit.page.evaluate("KG.shown.map(id => KG.position(id))") == one
    visit.close()


def test_print_leaves_the_controls_out(visit: Visit) -> None:
    visit.go("#n=entity/graphweaver")
    visit.page.emulate_media(media="print")
    assert visit.page.is_hidden(".top")
    assert visit.page.is_hidden("#filters")
    assert visit.page.is_visible("#panel-title")
    assert visit.page.evaluate("document.querySelector('#picture canvas').getBoundingClientRect().height") > 300
    assert len(visit.page.pdf()) > 1000


def test_a_printed_table_starts_on_the_first_page(visit: Visit) -> None:
    visit.go("#n=entity/graphweaver&view=table")
    visit.page.emulate_media(media="print")
    style = "getComputedStyle(document.getElementById('stage'))"
    assert visit.page.evaluate(f"{style}.breakInside") == "auto"


def test_it_works_inside_a_notebook_cell(browser: Any, graph: Tables, tmp_path: Path) -> None:
    (tmp_path / "cell.html").write_text(
        f"<!doctype html><meta charset=utf-8><body>{inline(graph, height=600)}</body>", encoding="utf-8"
    )
    page = browser.new_page()
    bad: list[str] = []
    page.on("pageerror", lambda error: bad.append(str(error)))
    page.goto((tmp_path / "cell.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("body[data-searchable='1']").wait_for(timeout=30_000)
    frame.locator("#search").fill("GraphWeaver")
    frame.locator("#suggestions li").first.wait_for()
    frame.locator("#search").press("Enter")
    assert frame.locator("#panel-title").inner_text() == "GraphWeaver"
    frame.locator("#panel .node-link").first.click()
    frame.locator("#back").click()
    assert frame.locator("#panel-title").inner_text() == "GraphWeaver"
    assert bad == []
    page.close()


def test_what_a_small_file_leaves_out_is_said(browser: Any, graph: Tables, tmp_path: Path) -> None:
    longer = graph.papers["abstract"] + [
        f" Nothing of note: {hashlib.sha256(p.encode()).hexdigest() * 4}" for p in graph.papers["id"]
    ]
    big = dataclasses.replace(graph, papers=graph.papers.assign(abstract=longer))
    whole, nothing = len(render(big)), len(render(big, limit=1))
    pages = (render(big, limit=whole + more) for more in range(0, 80_000, 2_000))
    small = next(page for page in pages if nothing < len(page) < whole)  # some abstracts whole, some cut
    (tmp_path / "small.html").write_text(small, encoding="utf-8", newline="\n")
    visit = Visit(browser, tmp_path / "small.html")
    page = visit.page
    cut = 0
    for paper in graph.papers["id"]:
        visit.go(f"#n={paper}")
        page.wait_for_selector("#abstract, .note")
        if page.locator("#abstract .gap").count():
            cut += 1
            told = page.inner_text("#abstract").split("[…]")[0].strip()
            assert told.startswith("We propose ")
            assert "Nothing of note" not in page.inner_text("#abstract")
            assert "Only the telling sentences" in page.inner_text("#panel")
            assert page.locator("#abstract a.mark").first.inner_text() in told
        if cut == 3:
            break
    assert cut == 3
    visit.close()
