"""Text pages: the three layouts, what surrounds the papers, dates, and pages that are not quite like these."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.read import Reading, page, read
from kg.read.record import Row

SHARED = Path(__file__).resolve().parents[2] / "shared" / "papers"

LOREM = (
    "We study how a network learns from few examples and present a method that needs fewer still. "
    "It is trained on two corpora and compared with three baselines. On every benchmark it is at least as good."
)
HEADER = ["Get trending papers in your email inbox once a day!", "Get trending papers in your email inbox!"]


def save(folder: Path, text: str, name: str = "page.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def papers(folder: Path, text: str, **options: int) -> list[tuple[str, str, str | None]]:
    reading = read(save(folder, text), **options)
    return sorted((p.title, p.abstract, p.date) for p in reading.papers)


def titles(reading: Reading) -> set[str]:
    return {paper.title for paper in reading.papers}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the pages are not beside the checkout")
class TestRealPages:
    @pytest.mark.parametrize(("prefix", "records"), [("001", 260), ("002", 170), ("003", 23)])
    def test_records_of_each_page(self, prefix: str, records: int) -> None:
        reading = read(str(SHARED / f"{prefix}*.txt"))
        assert (reading.records, reading.incomplete, reading.problems) == (records, (), ())
        for paper in reading.papers:
            assert 20 <= len(paper.title) < 200 < len(paper.abstract)
            assert "authors" not in paper.title
            assert not paper.abstract.endswith(("\n", " ", "·"))

    def test_all_together(self) -> None:
        reading = read(SHARED)
        assert (reading.files, reading.records, len(reading.papers), reading.duplicates) == (3, 453, 448, 5)
        assert sum(len(paper.sources) > 1 for paper in reading.papers) == 5

    def test_text_is_the_files_own(self) -> None:
        for path in SHARED.glob("*.txt"):
            lines = {line.strip() for line in path.read_text("utf-8").splitlines()}
            odd = [p.title for p in read(path).papers if p.title not in lines or p.abstract not in lines]
            # one title has the newsletter's button glued to it
            assert len(odd) == ("001" in path.name)
            assert all("Subscribe" + title in lines for title in odd)

    def test_furniture_is_gone(self) -> None:
        reading = read(SHARED)
        assert "DiffClass: Diffusion-Based Class Incremental Learning" in titles(reading)
        assert not {"Dec 26", "Daily Papers", "Qwen Qwen", "netflix Netflix", "·"} & titles(reading)

    def test_dates(self) -> None:
        page003 = str(SHARED / "003*.txt")
        dated = {p.title: p.date for p in read(page003).papers}
        assert dated["Wide Attention Is The Way Forward For Transformers?"] == "2022-10-02"
        assert dated["Soft Adaptive Policy Optimization"] is None  # "Nov 25 6": the page does not say of which year
        assert sum(date is None for date in dated.values()) == len(read(page003).undated) == 8
        dated = {p.title: p.date for p in read(page003, year=2025).papers}
        assert dated["Soft Adaptive Policy Optimization"] == "2025-11-25"
        assert dated["Wide Attention Is The Way Forward For Transformers?"] == "2022-10-02"
        assert None not in dated.values()


def test_alternating_lines_with_newsletter(tmp_path: Path) -> None:
    text = "\n".join([*HEADER, "SubscribeOne Title", LOREM, "Another Title", LOREM])
    assert papers(tmp_path, text) == [("Another Title", LOREM, None), ("One Title", LOREM, None)]


def test_subscribe_stays_in_a_title_that_means_it(tmp_path: Path) -> None:
    text = "\n".join(["Subscribe and Conquer", LOREM, "SubscribeNet: Churn as a Signal", LOREM])
    assert {title for title, _, _ in papers(tmp_path, text)} == {
        "Subscribe and Conquer",
        "SubscribeNet: Churn as a Signal",
    }


METADATA = "\n\n".join(
    [
        *["new", HEADER[1], "Subscribe", "Daily Papers", "byAK and the research community", "Dec 26, 2025"],
        *["First Title", LOREM, "  • 13 authors\n·\nOct 25 1"],
        *["Second Title", LOREM, "Qwen Qwen\n·\nDec 11, 2024"],
        *["Third Title", LOREM],
        *["Fourth Title", LOREM, "  • 1 authors\n·\nNov 5, 2023 12"],
        *["Fifth Title Alone", "  • 2 authors\n·\nDec 28"],
    ]
)


def test_metadata_may_be_missing(tmp_path: Path) -> None:
    reading = read(save(tmp_path, METADATA))
    assert [(p.title, p.date) for p in sorted(reading.papers, key=lambda p: p.title)] == [
        ("First Title", "2025-10-25"),  # the header tells the page's year
        ("Fourth Title", "2023-11-05"),
        ("Second Title", "2024-12-11"),
        ("Third Title", None),
    ]
    assert reading.records == 5
    assert [(p.line, p.what) for p in reading.incomplete] == [
        (METADATA[: METADATA.index("Fifth")].count("\n") + 1, "record without an abstract: Fifth Title Alone")
    ]
    assert {p.abstract for p in reading.papers} == {LOREM}


def test_a_date_after_the_pages_own_is_of_the_year_before(tmp_path: Path) -> None:
    text = METADATA.replace("Dec 26, 2025", "Jan 3, 2026")
    assert ("First Title", LOREM, "2025-10-25") in papers(tmp_path, text)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="Windows"),
        pytest.param(lambda text: text.replace("\n", "\r"), id="old Mac"),
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\n\n"), id="more blank lines"),
        pytest.param(lambda text: "\n\n\n" + text.replace("\n\n", "\n\n\n\n") + "\n\n", id="blank lines around"),
        pytest.param(lambda text: text.replace("\n", " \n\t"), id="blanks around lines"),
        pytest.param(lambda text: text.replace("\n·\n", " · "), id="metadata on one line"),
        pytest.param(lambda text: text + "\n\nPrevious\n\n1\n\n2\n\nNext\n", id="a footer"),
        pytest.param(lambda text: text.replace("Daily Papers", "Trending\n\nToday's Papers"), id="another header"),
    ],
)
def test_other_pages_of_the_kind(tmp_path: Path, change: object) -> None:
    assert callable(change)
    assert papers(tmp_path, change(METADATA)) == papers(tmp_path, METADATA)


def test_dates_that_cannot_be_told_are_reported(tmp_path: Path) -> None:
    blocks = ["One", LOREM, "  • 2 authors\n·\nNov 25 31", "Two", LOREM, "  • 2 authors\n·\nFeb 30, 2024 6"]
    reading = read(save(tmp_path, "\n\n".join(blocks)))
    assert [problem.what for problem in reading.undated] == [
        "a date without a year: Nov 25",
        "there is no such day: Feb 30, 2024 6",
    ]
    assert [paper.date for paper in reading.papers] == [None, None]


def test_title_without_abstract_does_not_shift_the_rest(tmp_path: Path) -> None:
    text = "\n".join(["One", LOREM, "A Title Alone", "Two", LOREM, LOREM + " Untitled.", "Three", LOREM])
    reading = read(save(tmp_path, text))
    assert titles(reading) == {"One", "Two", "Three"}
    assert [(p.line, p.what.partition(":")[0]) for p in reading.incomplete] == [
        (3, "record without an abstract"),
        (6, "record without a title"),
    ]
    assert reading.records == 5


@pytest.mark.skipif(not SHARED.is_dir(), reason="the pages are not beside the checkout")
@pytest.mark.parametrize("prefix", ["002", "003"])
@pytest.mark.parametrize("width", [72, 80, 100, 120])
def test_real_pages_with_broken_lines(tmp_path: Path, prefix: str, width: int) -> None:
    (path,) = SHARED.glob(f"{prefix}*")
    wrapped = "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in path.read_text("utf-8").splitlines()
    )
    reading = read(save(tmp_path, wrapped))
    assert {(p.title, p.abstract, p.date) for p in reading.papers} == {
        (p.title, p.abstract, p.date) for p in read(path).papers
    }


def test_broken_lines_are_joined(tmp_path: Path) -> None:
    text = "\n\n".join(["A Title", textwrap.fill(LOREM, 70), "Another\nTitle", textwrap.fill(LOREM, 70)])
    assert papers(tmp_path, text) == [("A Title", LOREM, None), ("Another Title", LOREM, None)]


def test_titles_in_other_scripts(tmp_path: Path) -> None:
    names = [
        "Überblick über Wissensgraphen",
        "深度学习用于知识图谱",
        "Обучение с подкреплением",
        "$\\alpha$-Mixing → ∞",
    ]
    text = "\n\n".join(part for name in names for part in (name, LOREM))
    assert {title for title, _, _ in papers(tmp_path, text)} == set(names)


words = st.text("aeknt-GPT4é…λдк学", min_size=2, max_size=9)
some_title = st.lists(words, min_size=3, max_size=10).map(lambda parts: "On " + " ".join(parts))
some_abstract = st.lists(words, min_size=9, max_size=20).map(lambda parts: "We " + " ".join(parts * 5) + ". It works.")
record = st.tuples(some_title, some_abstract, st.sampled_from(["", "Oct 25 1", "Nov 5, 2023", "Jan 7, 2024 120"]))


@settings(deadline=None)
@given(st.lists(record, min_size=1, max_size=8), st.sampled_from([1, 2, 3]), st.booleans())
def test_what_is_written_in_a_layout_is_read_back(
    records: list[tuple[str, str, str]], layout: int, header: bool
) -> None:
    blocks = [*HEADER, "Subscribe", "Dec 26"] if header else []
    for title, abstract, date in records:
        blocks += [title, abstract]
        if layout == 3 and date:
            blocks.append(f"  • 3 authors\n·\n{date}")
    text = ("\n" if layout == 1 else "\n\n").join(blocks)
    rows = list(page.records(iter(text.splitlines(keepends=True))))
    assert all(isinstance(row, Row) for row in rows)
    found = [(row.fields["title"], row.fields["abstract"], row.fields.get("date", "")) for row in rows]  # type: ignore[union-attr]
    dates = {"": "", "Oct 25 1": "", "Nov 5, 2023": "2023-11-05", "Jan 7, 2024 120": "2024-01-07"}
    assert found == [(title, abstract, dates[date] if layout == 3 else "") for title, abstract, date in records]
