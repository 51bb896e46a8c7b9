"""Authors and further ids of papers: the explorer's search knows them, and the panel leads from one to the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from explorer_browser import Visit, needs_chromium
from explorer_graph import tables

from kg.export.html import render, write
from kg.model import Tables

pytestmark = needs_chromium

BYLINES = [
    ["Ada Løvelace", "Grace Hopper-Murray"],
    ["Wei Zhang", "Bo Li"],
    ["Wei Li", "Bo Zhang"],
    ["Grace Kelly", "Ada Løvelace"],
    [r"Paul Erd\H{o}s", "Ping Xu"],
    ["Graph Weaver"],
]


@pytest.fixture(scope="module")
def graph() -> Tables:
    """A field whose first papers are by these people, and one known by other ids than its own."""
    plain = tables(60)
    papers = plain.papers.sort_values("id").reset_index(drop=True)
    authors = [*BYLINES, *([["Zoe Other"]] * (len(papers) - len(BYLINES)))]
    papers = papers.assign(authors=authors, doi=None).astype({"doi": object, "arxiv_id": object})
    papers.loc[3, ["year", "date"]] = [2021, "2021-06-01"]
    papers.loc[1, ["arxiv_id", "doi"]] = ["2317.04242", "10.1000/J.Example.77"]
    return dataclasses.replace(plain, papers=papers)


@pytest.fixture(scope="module")
def ids(graph: Tables) -> list[str]:
    return list(graph.papers["id"])


@pytest.fixture
def visit(browser: Any, graph: Tables, tmp_path: Path) -> Iterator[Visit]:
    write(graph, tmp_path / "graph.html")
    opened = Visit(browser, tmp_path / "graph.html")
    yield opened
    opened.close()


def found(visit: Visit, query: str) -> list[str]:
    return [str(id) for id in visit.page.evaluate("query => KG.search(query).hits.map(hit => hit.id)", query)]


def test_papers_are_found_by_who_wrote_them(visit: Visit, ids: list[str]) -> None:
    assert set(found(visit, "lovelace")) == set(found(visit, "Løvelace")) == {ids[0], ids[3]}
    assert set(found(visit, "hopper")) == set(found(visit, "hoppermurray")) == {ids[0]}
    assert set(found(visit, "Ada Grace")) == {ids[0], ids[3]}
    assert found(visit, "lovlace")[0] in (ids[0], ids[3])  # a typing error
    assert found(visit, "erdős") == found(visit, "erdos") == [ids[4]]
    assert found(visit, "xu") == [ids[4]]
    assert found(visit, "wei zhang") == [ids[1], ids[2]]  # who is called so, then who shares the words
    assert found(visit, "wei li") == [ids[2], ids[1]]
    assert len(found(visit, "zoe")) == 12


def test_what_a_paper_is_about_goes_before_who_wrote_it(visit: Visit, ids: list[str]) -> None:
    assert found(visit, "graph weaver")[0] == "entity/graphweaver"
    assert ids[5] in found(visit, "graph weaver")
    title = visit.page.evaluate("id => KG.search(id).hits[0].name", ids[1]).split(":")[0]
    assert found(visit, f"{title} zhang")[0] == ids[1]
    visit.page.fill("#search", "lovelace")
    visit.page.wait_for_selector("#suggestions li")
    assert all("by Ada Løvelace" in said for said in visit.page.locator("#suggestions li").all_inner_texts())
    visit.page.fill("#search", title)
    visit.until("() => !document.querySelector('#suggestions').textContent.includes('Løvelace')")
    assert "by " not in visit.page.inner_text("#suggestions")


def test_a_year_beside_other_words_is_when(visit: Visit, ids: list[str]) -> None:
    assert found(visit, "lovelace et al. 2021") == found(visit, "Løvelace (2021)") == [ids[3]]
    assert found(visit, "lovelace 2012") == [ids[0]]
    visit.page.fill("#search", "lovelace et al. 2021")
    visit.page.wait_for_selector("#suggestions li.kind-Paper")
    assert "Nothing has" not in visit.page.inner_text("#suggestions")
    assert "by Ada Løvelace" in visit.page.inner_text("#suggestions")


def test_a_year_counts_before_how_well_papers_are_linked(browser: Any, tmp_path: Path) -> None:
    many = tables(600)
    papers = many.papers.assign(authors=[["Zoe Other"]] * 600)
    write(dataclasses.replace(many, papers=papers), tmp_path / "many.html")
    opened = Visit(browser, tmp_path / "many.html")
    for year in ("2012", "2018", "2024"):
        hits = found(opened, f"zoe {year}")
        assert len(hits) == 12
        assert set(papers.set_index("id")["year"][hits]) == {int(year)}
    opened.close()


def test_where_papers_cannot_be_picked_that_is_said(visit: Visit) -> None:
    visit.go("#n=entity/graphweaver")
    visit.page.click("#action-compare")
    visit.page.fill("#picker-input", "lovelace")
    visit.page.wait_for_selector("#picker-list .none")
    assert visit.page.inner_text("#picker-list .none") == "Only papers are called so, and they cannot be picked here."
    visit.page.fill("#picker-input", "qqqqq")
    visit.until("document.querySelector('#picker-list').textContent.startsWith('Nothing like this')")


def test_papers_are_found_by_each_of_their_ids(visit: Visit, ids: list[str]) -> None:
    for query in ("2317.04242", "arXiv:2317.04242v2", "10.1000/j.example.77", "https://doi.org/10.1000/J.Example.77"):
        assert found(visit, query) == [ids[1]], query
    assert found(visit, ids[1]) == [ids[1]]
    assert found(visit, "2317.04243") == found(visit, "2416.00009") == []  # another number is another paper
    visit.page.fill("#search", "2317.04242")
    visit.page.wait_for_selector("#suggestions li")
    assert "2317.04242" in visit.page.inner_text("#suggestions li")


def test_an_author_in_the_panel_leads_to_the_others_papers(visit: Visit, ids: list[str]) -> None:
    page = visit.page
    visit.go(f"#n={ids[0]}")
    page.wait_for_selector(".authors")
    assert page.inner_text(".authors") == "Ada Løvelace, Grace Hopper-Murray"
    page.get_by_role("button", name="Ada Løvelace").click()
    page.wait_for_selector("#suggestions li")
    assert page.locator("#suggestions li").count() == 2
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert visit.state()["node"] in (ids[0], ids[3])


def test_the_search_says_whether_it_knows_authors(browser: Any, graph: Tables, visit: Visit, tmp_path: Path) -> None:
    assert ", authors and " in (visit.page.get_attribute("#search", "placeholder") or "")
    visit.page.fill("#search", "qqqqq")
    visit.page.wait_for_selector("#suggestions li")
    assert "titles, authors, names" in visit.page.inner_text("#suggestions")
    unsigned = dataclasses.replace(graph, papers=graph.papers.assign(authors=[[]] * len(graph.papers)))
    write(unsigned, tmp_path / "unsigned.html")
    opened = Visit(browser, tmp_path / "unsigned.html")
    assert "authors" not in (opened.page.get_attribute("#search", "placeholder") or "")
    opened.page.fill("#search", "qqqqq")
    opened.page.wait_for_selector("#suggestions li")
    assert "Authors and abstracts are not searched." in opened.page.inner_text("#suggestions")
    opened.close()


@pytest.mark.parametrize(
    ("lean", "room", "said"), [(False, 400_000, "the first 2 and the last"), (True, 0, "It carries no authors.")]
)
def test_a_small_file_keeps_the_authors_that_fit(
    browser: Any, tmp_path: Path, lean: bool, room: int, said: str
) -> None:
    plain, chance = tables(400), Random(1)
    crowd = [[f"Author {chance.getrandbits(64):x}" for _ in range(30)] for _ in range(400)]
    papers = plain.papers.sort_values("id").assign(authors=crowd)
    crowded = dataclasses.replace(plain, papers=papers)
    limit = len(render(crowded, lean=True, limit=1).encode()) + room
    page = render(crowded, lean=lean, limit=limit)
    assert len(page.encode()) <= limit
    (tmp_path / "small.html").write_text(page, newline="\n")
    opened = Visit(browser, tmp_path / "small.html", f"#n={papers['id'].iloc[0]}")
    opened.page.wait_for_selector(".paper-details .note, #abstract")
    first, second, *_, last = crowd[0]
    shown = opened.page.locator(".authors").all_inner_texts()
    assert shown == ([] if lean else [f"{first}, {second} … {last} (30 authors)"])
    opened.go("#")
    assert said in opened.page.inner_text("#about-file")
    opened.close()


def test_a_phone_says_by_whom_a_paper_with_a_long_title_is(browser: Any, graph: Tables, tmp_path: Path) -> None:
    long = graph.papers["title"].where(graph.papers["id"] != graph.papers["id"].iloc[0], "A word and another " * 12)
    write(dataclasses.replace(graph, papers=graph.papers.assign(title=long)), tmp_path / "long.html")
    opened = Visit(browser, tmp_path / "long.html", viewport={"width": 390, "height": 844})
    opened.page.fill("#search", "lovelace")
    opened.page.wait_for_selector("#suggestions li")
    for option in opened.page.locator("#suggestions li").all():
        box = option.get_by_text("by Ada").bounding_box()
        at = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert "Lovelace" in opened.page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).textContent.replace('ø', 'o')", at
        )
        assert box["height"] < 30
    opened.close()
