"""What the explorer says of what is not there: hidden by filters, folded, not drawn, or not in the graph at all."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from explorer_browser import Visit, needs_chromium
from explorer_graph import tables

from kg.export.html import write
from kg.model import Tables

pytestmark = needs_chromium

ALONE = "2499.99999"


@pytest.fixture(scope="module")
def graph() -> Tables:
    """150 papers, and one that nothing is linked to."""
    plain = tables(150)
    alone = plain.papers.iloc[[0]].assign(id=ALONE, title="Alone", abstract="It names nothing.", arxiv_id=None)
    papers = pd.concat([plain.papers, alone], ignore_index=True).astype({"year": "Int64"})
    return dataclasses.replace(plain, papers=papers)


def near(graph: Tables, node: str, relations: set[str] | None = None) -> pd.DataFrame:
    links = graph.links[(graph.links["source"] == node) | (graph.links["target"] == node)]
    return links if relations is None else links[links["relation"].isin(relations)]


def test_filters_that_hide_all_neighbors_are_named_and_can_be_left(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/imagenot&c=1&hide=Paper")
    said = page.inner_text("#nothing")
    assert re.match(r"All \d+ neighbors are hidden by 2 filters\.", said)
    page.click("#nothing button")
    assert page.is_hidden("#nothing")
    assert "hide" not in page.url
    assert len(page.evaluate("KG.shown")) > 10
    visit.go("#group=1&y=2012-2012&hide=Benchmark,Dataset,Method,Metric,Model,Task,Paper")
    assert "hidden by" in page.inner_text("#nothing")


def test_a_paper_without_links_says_so(visit: Visit) -> None:
    visit.go(f"#n={ALONE}")
    assert visit.page.inner_text("#status") == "No links"
    assert visit.page.inner_text("#nothing") == "Nothing in this graph is linked to it."


def test_what_is_not_connected_is_not_blamed_on_filters(visit: Visit) -> None:
    page = visit.page
    visit.go(f"#path=entity/imagenot&to={ALONE}")
    assert page.inner_text("#status") == "Not connected but through what everybody names"
    assert "not connected in this graph" in page.inner_text("#panel .empty")
    assert page.locator("#panel .empty button").count() == 0
    visit.go("#path=entity/imagenot&to=entity/graphweaver&c=1&only=inferred")
    assert page.inner_text("#status").endswith("under these filters")
    page.click("#panel .empty button")
    assert page.locator("#panel .way").count()


def test_filters_are_named_where_they_change_a_lineage(visit: Visit) -> None:
    page = visit.page
    visit.go("#lineage=entity/graphsieve")
    assert "filter" not in page.inner_text("#status")
    visit.go("#lineage=entity/graphsieve&hide=Method")
    assert page.inner_text("#status").endswith(", 1 filter on")
    assert "A filter may hide" in page.inner_text("#panel .empty")


def test_the_status_tells_what_is_hidden_folded_and_too_much(visit: Visit, graph: Tables) -> None:
    page = visit.page
    visit.go("#n=2401.00000&k=300")
    total = len(page.evaluate("KG.shown")) - 1
    visit.go("#n=2401.00000&k=300&hide=Task")
    left = len(page.evaluate("KG.shown")) - 1
    assert left < total
    assert page.inner_text("#status") == f"Showing {left} of {total}, {total - left} hidden by filters"
    visit.go("#n=2401.00000&k=300")
    visit.go("#n=2401.00000&k=300&closed=2401.00000")
    folded = total - (len(page.evaluate("KG.shown")) - 1)
    assert folded
    assert page.inner_text("#status") == f"Showing {total - folded} of {total}, {folded} folded"


def test_two_steps_fill_the_picture_and_what_is_opened_grows(visit: Visit) -> None:
    page = visit.page

    def numbers() -> list[int]:
        return [int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", page.inner_text("#status"))]

    visit.go("#n=2401.00000&d=2&k=60")
    assert numbers()[0] == 60
    visit.go("#n=2401.00000&d=2&k=300")
    shown, total = numbers()[:2]
    assert shown == min(300, total)
    visit.go("#n=2405.00100&open=entity/imagenot")
    shown, total = numbers()[:2]
    assert shown < total
    while page.is_visible("#show-more"):
        page.click("#show-more")
    assert numbers()[0] == total


def test_a_comparison_follows_the_filters_in_all_its_parts(visit: Visit, graph: Tables) -> None:
    page = visit.page
    one, other = "entity/imagenot", "entity/graphweaver"
    for hash, left in (("", {"evaluates_on"}), ("&hide=evaluates_on,uses", set()), ("&hide=Paper", {"evaluates_on"})):
        visit.go(f"#compare={one}&with={other}{hash}")
        papers = near(graph, one, left)
        papers = papers[papers["source_kind"] == "paper"]
        row = page.locator(".versus tr", has_text="Papers that evaluate on it").locator("td").first
        assert int(row.inner_text()) == papers["source"].nunique()
        named = page.locator(".versus tbody tr").nth(1).locator("td").first
        assert int(named.inner_text()) == papers["source"].nunique()
    visit.go(f"#compare={one}&with={other}&hide=evaluates_on")
    both = page.locator("details.part", has=page.locator("h3", has_text="Papers that name both"))
    assert "under these filters" in both.locator(".empty").inner_text()


def test_a_comparison_without_dates_has_no_empty_charts(browser: Any, graph: Tables, tmp_path: Path) -> None:
    undated = graph.papers.assign(date=None, year=pd.array([None] * len(graph.papers), dtype="Int64"))
    write(dataclasses.replace(graph, papers=undated), tmp_path / "graph.html")
    visit = Visit(browser, tmp_path / "graph.html", "#compare=entity/imagenot&with=entity/graphweaver")
    assert "Papers a year" not in visit.page.locator("#panel h3").all_inner_texts()
    visit.close()


def test_years_say_where_nothing_is_dated(browser: Any, graph: Tables, tmp_path: Path) -> None:
    old = near(graph, "entity/coconut")
    ids = {*old["source"], *old["target"]}
    undated = graph.papers["id"].isin(ids)
    papers = graph.papers.assign(
        date=graph.papers["date"].where(~undated, None), year=graph.papers["year"].where(~undated)
    )
    write(dataclasses.replace(graph, papers=papers), tmp_path / "graph.html")
    visit = Visit(browser, tmp_path / "graph.html")
    chart = visit.page.locator("#year-chart")
    assert re.search(r"2012: \d+ papers?", chart.get_attribute("aria-label") or "")
    assert re.search(r"Highest bar: 20\d\d, \d+ papers", visit.page.inner_text("#year-most"))
    visit.go("#n=entity/coconut")
    assert visit.page.inner_text("#year-most") == "None of the papers around this is dated."
    assert visit.page.locator(".range").evaluate("e => e.clientHeight") >= 24
    visit.close()


def test_years_say_where_no_other_paper_is(browser: Any, graph: Tables, tmp_path: Path) -> None:
    between = set(graph.papers["id"])
    alone = graph.links[~(graph.links["source"].isin(between) & graph.links["target"].isin(between))]
    write(dataclasses.replace(graph, links=alone), tmp_path / "graph.html")
    visit = Visit(browser, tmp_path / "graph.html", f"#n={graph.papers['id'].iloc[0]}")
    assert visit.page.inner_text("#year-most") == "No other paper is linked to this."
    visit.close()


def test_a_page_of_what_is_near_is_drawn(browser: Any, graph: Tables, tmp_path: Path) -> None:
    """Groups whose papers are all left out are no circles: one without papers has no size."""
    write(graph, tmp_path / "graph.html", around="GraphWeaver", papers=3)
    visit = Visit(browser, tmp_path / "graph.html")
    assert "of related papers" in visit.page.inner_text("main")
    visit.close()


def test_one_paper_is_one_paper(browser: Any, tmp_path: Path) -> None:
    one = tables(1)
    write(dataclasses.replace(one, communities=one.communities[one.communities["papers"] > 0]), tmp_path / "graph.html")
    visit = Visit(browser, tmp_path / "graph.html")
    assert str(visit.page.get_attribute("#search", "placeholder")).startswith("Search 1 paper, ")
    visit.close()
