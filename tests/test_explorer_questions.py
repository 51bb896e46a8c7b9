"""The questions to the whole graph: what the page says is what the functions and commands say."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorer_browser import Visit, chromium, lineage_said, lineage_told, needs_chromium
from explorer_graph import hostile, tables

from kg import graph
from kg.answers import answers
from kg.export.html import write
from kg.model import Tables

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def asked() -> Tables:
    """Papers of which those that try ImageNot are old, and those that try LibriWhisper new."""
    plain = tables(150)
    old, new = (plain.papers["abstract"].str.contains(name) for name in ("ImageNot", "LibriWhisper"))
    year = plain.papers["year"].where(~old, 2012 + (plain.papers["year"] - 2012) // 3)
    year = year.where(~new, 2024 - (2024 - year) // 3)
    date = year.astype("str") + plain.papers["date"].str[4:]
    return dataclasses.replace(plain, papers=plain.papers.assign(year=year, date=date))


@pytest.fixture(scope="module")
def visit(asked: Tables, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    path = tmp_path_factory.mktemp("questions") / "graph.html"
    write(asked, path, answers=answers, descent=graph.descent)
    with chromium() as browser:
        opened = Visit(browser, path)
        yield opened
        opened.close()


def cells(visit: Visit, column: int) -> list[str]:
    return list(visit.page.locator(f"#table tbody tr > :nth-child({column})").all_inner_texts())


def test_the_menu_leads_to_an_answer_and_its_rows_to_nodes(visit: Visit, asked: Tables) -> None:
    page = visit.page
    page.click("summary[aria-label=Questions]")
    page.click("#questions >> text=What does other work rest on?")
    assert page.inner_text("#panel-title") == "What does other work rest on?"
    expected = graph.leaders(asked, n=60)
    assert cells(visit, 1) == list(expected["name"])
    assert cells(visit, 4) == [f"{n:,}" for n in expected["papers"]]
    assert page.is_hidden("#picture")
    assert page.inner_text("#status") == f"{len(expected)} rows"
    page.locator("#table tbody a").first.click()
    assert visit.state()["node"] == expected["id"].iloc[0]
    assert page.is_visible("#picture")
    page.click("#back")
    assert page.inner_text("#panel-title") == "What does other work rest on?"


def test_rising_and_falling_are_those_of_the_trends(visit: Visit, asked: Tables) -> None:
    expected = graph.trends(asked, n=60)
    for key, trend in (("rising", "rising"), ("falling", "falling")):
        visit.go(f"#ask={key}")
        assert cells(visit, 1)
        assert sorted(cells(visit, 1)) == sorted(expected.loc[expected["trend"] == trend, "name"])


def test_the_thirds_of_rising_are_told_by_their_dates_and_shares_have_as_many_digits(
    visit: Visit, asked: Tables
) -> None:
    visit.go("#ask=rising")
    expected = graph.trends(asked, n=60)
    (first, _), (_, last) = expected.attrs["thirds"]
    assert (first, last) == tuple(expected.attrs["periods"])
    for ends in expected.attrs["thirds"]:
        assert f"of those of {' to '.join(ends)}" in visit.page.inner_text("#panel .lead")
    assert len({len(text.partition(".")[2]) for text in cells(visit, 4)}) == 1
    burst = visit.page.locator("#table tbody td", has_text=" – ").first  # a span of time is not broken within a date
    assert burst.evaluate("cell => cell.firstElementChild.getClientRects().length") == 1


def test_what_an_answer_can_be_saved_as(visit: Visit, asked: Tables) -> None:
    for key, known in (("leaders", "skos:prefLabel"), ("groups", "a kgo:Community")):
        visit.go(f"#ask={key}")
        assert visit.page.is_disabled("#save-png")
        assert visit.page.is_disabled("#save-svg")
        assert visit.page.evaluate("KG.turtle()").count(known) == visit.page.locator("#table tbody tr").count()
    visit.go("#ask=methods-datasets")
    assert "kgo:evaluatedOn" in visit.page.evaluate("KG.turtle()")
    visit.go("#")
    assert visit.page.is_enabled("#save-png")


@pytest.mark.parametrize("name", ["GraphWeaver", "GraphSieve", "DeepSieve", "AudioForge"])
def test_a_lineage_is_that_of_the_command(visit: Visit, asked: Tables, name: str) -> None:
    found = graph.lineage(asked, name)
    assert lineage_told(visit, f"#lineage=entity/{name.lower()}") == lineage_said(found)


def test_answers_are_sorted_by_a_click_on_a_heading(visit: Visit) -> None:
    visit.go("#ask=leaders")
    visit.page.click("#table thead button >> text=Papers")
    counts = [int(text.replace(",", "")) for text in cells(visit, 4)]
    assert counts == sorted(counts, reverse=True)
    assert visit.page.locator("#table th[aria-sort=descending]").inner_text().startswith("Papers")


def test_a_count_in_the_table_of_evaluations_leads_to_the_papers(visit: Visit, asked: Tables) -> None:
    visit.go("#ask=methods-datasets")
    expected = graph.table(asked, rows="Method", columns="Dataset", n=30, m=10)
    assert cells(visit, 1) == list(expected["Method"])
    heads = visit.page.locator("#table thead th").all_inner_texts()
    assert [head.strip() for head in heads[1:]] == list(expected.columns[1:])
    link = visit.page.locator("#table tbody td a").first
    link.click()
    assert visit.state()["mode"] == "path"
    assert visit.page.locator("#panel .way").count() >= 1


def test_what_needs_a_choice_asks_for_it(visit: Visit) -> None:
    page = visit.page
    visit.go("#")
    page.click("summary[aria-label=Questions]")
    page.click("#questions >> text=How do two things compare?")
    page.wait_for_selector("#picker[open]")
    page.keyboard.type("graphweaver")
    page.wait_for_selector("#picker-list li")
    page.keyboard.press("Enter")
    page.wait_for_selector("#picker[open]")
    page.fill("#picker-input", "deepsieve")
    page.wait_for_selector("#picker-list li >> text=DeepSieve")
    page.keyboard.press("Enter")
    visit.until("() => KG.state.mode === 'compare'")


def test_the_answer_is_saved_as_csv(visit: Visit) -> None:
    visit.go("#ask=groups")
    table = "document.getElementById('table')"
    assert visit.page.evaluate(f"{table}.scrollWidth <= {table}.clientWidth")
    lines = str(visit.page.evaluate("KG.csv()")).splitlines()
    assert lines[0] == '"id","group","papers","entities","years","named most"'
    assert len(lines) == 9


def test_an_unknown_question_is_said(visit: Visit) -> None:
    visit.go("#ask=nothing")
    assert visit.state()["mode"] == "overview"
    assert "nothing" in visit.page.inner_text("#toast")


def test_hostile_names_are_text_in_answers_too(visit: Visit, tmp_path: Path) -> None:
    write(hostile(60), tmp_path / "graph.html", answers=answers)
    opened = Visit(visit.context.browser, tmp_path / "graph.html")
    keys: list[Any] = opened.page.evaluate("[...document.querySelectorAll('#questions a')].map(a => a.hash)")
    assert keys
    for key in keys:
        opened.go(key)
        assert opened.page.locator("#table tbody tr").count()
    assert opened.page.evaluate("window.__xss") is None
    opened.close()


def test_undated_papers_are_counted_and_a_thing_is_as_old_as_the_paper_that_introduces_it(
    visit: Visit, asked: Tables, tmp_path: Path
) -> None:
    undated = asked.papers.index % 5 == 0
    papers = asked.papers.assign(
        date=asked.papers["date"].where(~undated, None), year=asked.papers["year"].where(~undated, None)
    )
    unclaimed = asked.entities[asked.entities["introduced_by"].isna() & asked.entities["year"].notna()]
    names = asked.entities["name"].where(asked.entities["id"] != unclaimed["id"].iloc[0], r"UniD$^3$-$\alpha_{2}$")
    entities = asked.entities.assign(name=names)
    write(dataclasses.replace(asked, papers=papers, entities=entities), tmp_path / "graph.html")
    opened = Visit(visit.context.browser, tmp_path / "graph.html")
    page = opened.page
    assert page.inner_text("#year-note") == f"{undated.sum()} papers of 150 without a date, not in the chart"
    page.focus("#year-from")
    page.keyboard.press("ArrowRight")
    first = papers["year"].min()
    other = int((papers["year"] == first).sum())
    assert page.inner_text("#year-note").startswith(f"Hidden: {other} paper")
    assert page.inner_text("#year-note").endswith(f"{undated.sum()} without a date")
    opened.go(f"#n={unclaimed['id'].iloc[0]}")
    assert "introduced" not in page.inner_text("#panel .corpus")
    assert page.locator("#crumbs li").last.inner_text() == "UniD³-α₂"
    opened.go("#group=1")
    some = int((undated & (papers["community"] == 1)).sum())
    assert page.inner_text("#panel figcaption") == f"Papers a year, without {some} that have no date"
    dated = asked.entities[asked.entities["introduced_by"].isin(papers.loc[~undated, "id"])].iloc[0]
    opened.go(f"#n={dated['id']}")
    year = papers.set_index("id")["year"][dated["introduced_by"]]
    assert page.inner_text("#panel .corpus").endswith(f"introduced {int(year)}")
    opened.close()


@pytest.mark.parametrize("width", [360, 414, 680])  # phones, and 200 % of a small screen
def test_the_menu_and_the_answers_fit_narrow_screens(visit: Visit, asked: Tables, tmp_path: Path, width: int) -> None:
    write(asked, tmp_path / "graph.html", answers=answers)
    narrow = {"viewport": {"width": width, "height": 740}, "has_touch": True, "is_mobile": True}
    opened = Visit(visit.context.browser, tmp_path / "graph.html", **narrow)
    page = opened.page
    assert page.evaluate("getComputedStyle(document.querySelector('.only')).opacity") == "1"  # no hovering there
    page.tap("summary[aria-label=Questions]")
    box = page.locator("#questions").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.tap("#questions a >> nth=2")
    page.wait_for_selector("#table tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    opened.close()


def test_filters_that_do_not_apply_say_so(visit: Visit) -> None:
    """An answer is made in the build: its filters are at rest, and say why, instead of claiming what is hidden."""
    page = visit.page
    visit.go("#n=entity/graphweaver&hide=Model&y=2022-2024")
    assert page.is_visible("#year-note")
    visit.go("#ask=leaders&hide=Model&y=2022-2024")
    page.wait_for_timeout(200)
    assert "filters do not apply" in page.inner_text("#filter-why")
    assert "filters do not apply" in page.inner_text("#announcer")
    assert page.is_hidden("#year-note")
    assert page.is_disabled("[data-filter=Model]")
    assert page.is_disabled("#filter-reset")
    visit.go("#n=entity/graphweaver&hide=Model")
    assert page.is_enabled("[data-filter=Model]")
    assert page.is_hidden("#filter-why")


def test_the_overview_and_its_groups_count_what_filters_leave(visit: Visit, asked: Tables) -> None:
    page = visit.page
    visit.go("#y=2022-2024&hide=Method,reports")
    years = asked.papers.set_index("id")["year"]
    recent = years[years >= 2022]
    assert page.inner_text("#corpus-line").startswith(f"{len(recent)} of 150 papers")
    titles = page.locator("#panel h3").all_inner_texts()
    assert "Methods" not in titles
    near = asked.links[asked.links["source"].isin(recent.index) & (asked.links["relation"] != "reports")]
    near = near.drop_duplicates(["source", "target"])
    first = page.locator("details.part", has=page.locator("h3", has_text="Datasets")).locator("li").first
    identifier = str(first.locator("a").get_attribute("href")).removeprefix("#n=").partition("&")[0]
    assert int(first.locator(".count").inner_text()) == (near["target"] == identifier).sum()
    counts = 0
    for link in page.locator(".group-link").all():
        link.click()
        some, of, all_ = page.inner_text("#panel .corpus").split()[:3]
        assert of == "of"
        counts += int(some)
        shown = [i for i in page.evaluate("KG.shown") if not i.startswith("entity/")]
        listed = page.evaluate(
            "[...document.querySelectorAll('#panel-body a[href^=\"#n=2\"]')].map(a => a.hash.slice(3).split('&')[0])"
        )
        assert all(years[i] >= 2022 for i in {*shown, *listed} if i in years)
        page.go_back()
        visit.until("KG.state.mode === 'overview'")
        assert 0 < int(some) <= int(all_)
    assert counts == len(recent)
    page.click("#filter-reset")
