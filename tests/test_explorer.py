"""The explorer as a person uses it, by keyboard and by mouse, in a real browser: search, focus, panels, filters."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from explorer_browser import Visit, needs_chromium
from explorer_graph import name_of

from kg.export.html import write
from kg.model import Tables

pytestmark = needs_chromium


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


def test_search_falls_back_to_most_of_the_words(visit: Visit) -> None:
    page = visit.page
    page.fill("#search", "graphweaver xqzzy base")
    page.wait_for_selector("#suggestions li.kind-Method")
    assert "GraphWeaver" in page.locator("#suggestions li[aria-selected=true]").inner_text()
    assert "Nothing has all of these words" in page.inner_text("#suggestions .none")
    page.keyboard.press("Enter")
    assert visit.state()["node"] == "entity/graphweaver"


@pytest.mark.parametrize(
    ("typed", "expected", "partial"),
    [
        ("what is the accuracy", ["entity/accuracy"], False),
        ("which papers use graphweaver", ["entity/graphweaver"], False),
        ("the audioforge is it", ["entity/audioforge"], False),
        ("path planning for xqzzy robots", ["entity/path-planning"], True),
        ("path planning, xqzzy speech recognition", ["entity/path-planning", "entity/speech-recognition"], True),
    ],
)  # fmt: skip
def test_a_question_in_words_finds_what_it_names(visit: Visit, typed: str, expected: list[str], partial: bool) -> None:
    hits = [hit["id"] for hit in visit.page.evaluate("query => KG.search(query).hits", typed)]
    assert sorted(hits[: len(expected)]) == sorted(expected)
    visit.page.fill("#search", typed)
    visit.page.wait_for_selector("#suggestions li.kind-Metric, #suggestions li.kind-Method, #suggestions li.kind-Task")
    assert ("Nothing has all" in visit.page.inner_text("#suggestions")) == partial


def test_search_shows_more_when_asked(visit: Visit) -> None:
    page = visit.page
    page.fill("#search", "patient study")
    page.wait_for_selector("#suggestions li.kind-Paper")
    assert page.locator("#suggestions li.kind-Paper").count() == 12
    page.keyboard.press("ArrowUp")
    active = page.get_attribute("#search", "aria-activedescendant")
    assert page.inner_text(f"#{active}") == "Show 48 more of 150"
    page.keyboard.press("Enter")
    assert page.locator("#suggestions li.kind-Paper").count() == 60
    active = page.get_attribute("#search", "aria-activedescendant")
    assert (
        page.evaluate("id => [...document.querySelector('#suggestions').children].findIndex(e => e.id === id)", active)
        == 12
    )
    page.locator("#suggestions li.more").dispatch_event("mousedown")
    assert page.locator("#suggestions li.kind-Paper").count() == 150


def test_search_says_when_there_is_nothing_and_escape_clears(visit: Visit) -> None:
    page = visit.page
    page.fill("#search", "qqqqzzzz")
    page.wait_for_selector("#suggestions .none")
    assert "titles, authors, names and ids of papers. Abstracts" in page.inner_text("#suggestions .none")
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
