"""The explorer's tables, and what is saved of them."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorer_browser import Visit, needs_chromium
from explorer_graph import tables

from kg.model import Tables

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def graph() -> Tables:
    """A hub of 600 papers, of which every fifth has no date."""
    plain = tables(1200)
    undated = plain.papers.index % 5 == 0
    papers = plain.papers.assign(
        date=plain.papers["date"].where(~undated, None), year=plain.papers["year"].where(~undated)
    )
    return dataclasses.replace(plain, papers=papers)


@pytest.fixture(scope="module")
def visit(browser: Any, file: Path) -> Iterator[Visit]:
    opened = Visit(browser, file)
    yield opened
    opened.close()


def column(visit: Visit, number: int) -> list[str]:
    return [text.strip() for text in visit.page.locator(f"#table tbody tr > :nth-child({number})").all_inner_texts()]


def sort(visit: Visit, name: str) -> None:
    visit.page.click(f"#table thead button:has-text('{name}')")


def rows(visit: Visit, what: str = "csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(visit.page.evaluate(f"KG.{what}()"))))


def test_dates_come_newest_first_and_blanks_last_either_way(visit: Visit) -> None:
    visit.go("#n=entity/imagenot&view=table")
    assert "" in column(visit, 3)
    for direction, newest in (("descending", True), ("ascending", False)):
        sort(visit, "Date")
        assert visit.page.locator("#table th[aria-sort]:not([aria-sort=none])").get_attribute("aria-sort") == direction
        dates = column(visit, 3)
        first = dates.index("") if "" in dates else len(dates)
        assert first
        assert not any(dates[first:])
        assert dates[:first] == sorted(dates[:first], reverse=newest)


def test_the_table_of_a_hub_has_all_of_it_on_demand(visit: Visit, graph: Tables) -> None:
    page = visit.page
    visit.go("#n=entity/imagenot&view=table")
    near = graph.links[(graph.links["source"] == "entity/imagenot") | (graph.links["target"] == "entity/imagenot")]
    total = len({*near["source"], *near["target"]})
    assert total > 220
    assert page.inner_text("#status") == f"{total - 1} neighbors"
    assert page.is_hidden("#show-more")
    first = page.locator("#table tbody tr").count()
    assert first < total
    assert page.inner_text("#table .rest") == f"{first} of {total} rows. Show {min(200, total - first)} more"
    sort(visit, "Date")
    years = graph.papers.set_index("id").loc[[i for i in near["source"] if i in set(graph.papers["id"])], "date"]
    assert column(visit, 3)[0] == years.dropna().max(), "all are sorted, not those that are drawn"
    page.click("#table .rest button")
    assert page.locator("#table tbody tr").count() == min(total, first + 200)
    assert page.evaluate("document.activeElement.closest('#table tbody') !== null")
    assert len(rows(visit)) == total
    visit.go("#n=entity/imagenot&d=2&view=table")
    assert page.inner_text("#status").startswith("Showing 60 of ")
    assert page.is_visible("#show-more")


def test_how_a_table_is_sorted_is_in_its_address(visit: Visit) -> None:
    visit.go("#n=entity/imagenot&view=table")
    sort(visit, "Name")
    assert visit.page.url.endswith("view=table&sort=name")
    sort(visit, "Name")
    assert visit.page.url.endswith("view=table&sort=-name")
    names = column(visit, 1)
    visit.go("#n=entity/squadrant&view=table")
    visit.go("#n=entity/imagenot&view=table&sort=-name")
    assert column(visit, 1) == names
    visit.go("#n=entity/imagenot&view=table&sort=nothing")
    assert visit.page.locator("#table th[aria-sort]:not([aria-sort=none])").count() == 0


def test_the_overview_s_table_has_the_groups(visit: Visit, graph: Tables) -> None:
    visit.go("#view=table")
    heads = [text.strip() for text in visit.page.locator("#table thead th").all_inner_texts()]
    assert heads == ["Group", "Papers", "Entities", "Years", "Named most"]
    counts = graph.communities.set_index("name")["papers"]
    assert dict(zip(column(visit, 1), map(int, column(visit, 2)), strict=True)) == counts.to_dict()
    assert all(years.startswith("20") for years in column(visit, 4))
    sort(visit, "Papers")
    assert [int(n) for n in column(visit, 2)] == sorted(counts, reverse=True)
    found = rows(visit)
    assert [row["group"] for row in found] == column(visit, 1)
    assert {row["id"] for row in found} == set(map(str, graph.communities["id"]))
    visit.page.locator("#table tbody a").first.click()
    assert visit.state()["mode"] == "group"


def test_figures_are_right_aligned(visit: Visit) -> None:
    visit.go("#n=entity/imagenot&view=table")
    style = "e => getComputedStyle(e).textAlign"
    assert visit.page.locator("#table tbody tr:nth-child(2) td:last-child").evaluate(style) == "right"
    assert visit.page.locator("#table thead th:last-child button").evaluate(style) == "right"
    assert visit.page.locator("#table tbody tr:nth-child(2) td:nth-child(2)").evaluate(style) == "left"


def test_csv_is_whole(visit: Visit, graph: Tables, tmp_path: Path) -> None:
    """The other end has an id and its whole name; spreadsheets read the file as what it is."""
    page = visit.page
    title = dict(zip(graph.papers["id"], graph.papers["title"], strict=True))
    name = dict(zip(graph.entities["id"], graph.entities["name"], strict=True))
    visit.go("#path=entity/graphweaver&to=entity/libriwhisper")
    told = rows(visit)
    assert all(row["relation"] for row in told)
    for row in told:
        assert row["other_name"] == (title | name)[row["other_id"]]
    links = rows(visit, "linksCsv")
    shown = set(page.evaluate("KG.shown"))
    assert len(links) >= len(shown) - 1
    known = {*zip(graph.links["source"], graph.links["relation"], graph.links["target"], strict=True)}
    for row in links:
        assert (row["source_id"], row["relation"], row["target_id"]) in known
        assert {row["source_id"], row["target_id"]} <= shown
    for kind in ("csv", "links"):
        page.click("summary[aria-label='Save or share']")
        with page.expect_download() as waiting:
            page.click(f"#save-{kind}")
        waiting.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(b"\xef\xbb\xbf")
    visit.go("#")
    assert page.is_disabled("#save-links")
