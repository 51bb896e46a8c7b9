"""Tables whose columns are not named as we know them: never read as a page of text, and said so."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from kg.model import KgError
from kg.read import read

ROWS = [
    ("FooNet: A Network for Images", "We propose FooNet, a network. It is fast, and it is small."),
    ("BarNet: A Network for Sounds", "We propose BarNet, another network. It is not fast, but good."),
]


def table(*header: str, delimiter: str = ",", quote: str = '"', rows: list[tuple[str, ...]] | None = None) -> str:
    lines = [delimiter.join(header)]
    lines += [delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in (ROWS if rows is None else rows)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "content", "missing"),
    [
        ("h.csv", table("heading", "text"), "title or abstract (columns: heading, text)"),
        ("h.tsv", table("Paper", "Description", delimiter="\t", quote=""), "title or abstract (columns: Paper, Desc"),
        ("h.csv.gz", table("Paper", "Description", delimiter=";"), "title or abstract (columns: Paper, Description)"),
        ("t.csv", table("title", "text"), "abstract (columns: title, text)"),
        ("a.csv", table("heading", "abstract"), "title (columns: heading, abstract)"),
        ("one.csv", "a,b\nc,d\n", "title or abstract (columns: a, b)"),
        ("loose.csv", table("Paper", "Text", quote=""), "title or abstract (columns: Paper, Text)"),
        ("none.csv", table(*ROWS[0], rows=ROWS[1:]), "title or abstract (columns: FooNet: A Network"),
        ("h.txt", table("heading", "text"), "title or abstract (columns: heading, text)"),  # by its content
        ("h", table("heading", "text", delimiter="\t"), "title or abstract (columns: heading, text)"),
    ],
)
def test_unknown_columns_are_named(tmp_path: Path, name: str, content: str, missing: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(KgError) as said:
        read(path)
    assert str(said.value).startswith(f"{path}:1: no column is named {missing}")
    assert str(said.value).endswith("; name the columns in the first line")


def test_unknown_columns_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(table("heading", "text").encode())))
    with pytest.raises(KgError, match="standard input:1: no column is named title or abstract"):
        read("-")


@pytest.mark.parametrize("name", ["page.txt", "page"])
def test_a_page_of_text_with_as_many_commas_in_each_line_is_a_page(tmp_path: Path, name: str) -> None:
    page = "Fast, Small Networks\nWe propose FooNet, a network of its own kind.\n"
    page += "Slow, Large Networks\nWe propose BarNet, which is for those who wait.\n"
    (tmp_path / name).write_text(page)
    assert [paper.title for paper in read(tmp_path / name).papers] == ["Fast, Small Networks", "Slow, Large Networks"]


def test_what_is_no_table_may_be_called_one(tmp_path: Path) -> None:
    (tmp_path / "papers.csv").write_text(json.dumps({"title": "A", "abstract": "B."}) + "\n")
    assert [paper.title for paper in read(tmp_path / "papers.csv").papers] == ["A"]


def test_a_page_called_csv_is_still_a_page_where_no_line_has_a_delimiter(tmp_path: Path) -> None:
    (tmp_path / "page.csv").write_text("A Network of Ours\n\nWe propose a network. It is fast and it is small.\n")
    assert [paper.title for paper in read(tmp_path / "page.csv").papers] == ["A Network of Ours"]


def test_a_file_without_a_whole_record_says_so_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"title": "A"}\n')
    with pytest.raises(KgError, match=r"one\.jsonl:1: no paper: its only record is without an abstract: A$"):
        read(tmp_path / "one.jsonl")
    (tmp_path / "two.jsonl").write_text('{"title": "A"}\n{"abstract": "B"}\n')
    with pytest.raises(KgError, match=r"two\.jsonl:1: no paper: none of 2 records is whole; this one is without an"):
        read(tmp_path / "two.jsonl")
