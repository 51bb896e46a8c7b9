"""Files that are odd, damaged or made to do harm: each is read in little time and memory, or is one clear line."""

from __future__ import annotations

import gzip
import json
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.model import KgError
from kg.read import read

GOOD = json.dumps({"title": "A Title", "abstract": "Some text."}) + "\n"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<!DOCTYPE html>\n<meta name=citation_title content='A Title'><h2>Abstract</h2><p>Some text.", "A Title"),
        ("<rss><item><title>A Title</title><description>Some text.</description></item></rss>", "A Title"),
    ],
)
def test_a_thousand_comments_before_a_page_cost_nothing(tmp_path: Path, page: str, title: str) -> None:
    (tmp_path / "in").write_text('<?xml version="1.0"?>\n' + "<!-- by hand -->\n<?keep it?>\n" * 1000 + page)
    begun = time.process_time()
    assert [paper.title for paper in read(tmp_path / "in").papers] == [title]
    assert time.process_time() - begun < 5
    (tmp_path / "in").write_text('<?xml version="1.0"?>\n' + "<!-- by hand -->\n" * 1000 + "<unknown/>")
    with pytest.raises(KgError, match="XML of an unknown kind"):
        read(tmp_path / "in")
    assert time.process_time() - begun < 5


# -- zip archives -----------------------------------------------------------------------------------------------------


def _set(archive: bytes, place_of_each: dict[bytes, int], value: int) -> bytes:
    """The archive with this byte in each header of the kinds named by their first four bytes."""
    changed = bytearray(archive)
    for magic, place in place_of_each.items():
        at = changed.find(magic)
        while at >= 0:
            changed[at + place] = value
            at = changed.find(magic, at + 4)
    return bytes(changed)


_LOCAL, _CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda a: _set(a, {_LOCAL: 6, _CENTRAL: 8}, 1), "one.jsonl: encrypted; unpack the archive with its password"),
        (lambda a: _set(a, {_LOCAL: 8, _CENTRAL: 10}, 9), "one.jsonl: packed in a way that is not read; unpack the"),
        (lambda a: _set(a, {_CENTRAL: 16}, 77), "one.jsonl:1: the archive is damaged or cut off here"),
        (lambda a: _set(a, {_LOCAL: 60}, 255), "one.jsonl:1: the archive is damaged or cut off here"),
        (lambda a: _set(a, {_LOCAL: 0}, 0), "one.jsonl:1: the archive is damaged or cut off here"),
        (lambda a: a[: len(a) // 2], "in.zip: a zip archive or an office document"),
    ],
    ids=["encrypted", "Deflate64", "checksum", "data", "header", "cut"],
)
def test_a_zip_archive_that_cannot_be_read(tmp_path: Path, spoil: Callable[[bytes], bytes], what: str) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("one.jsonl", "two.jsonl"):
            archive.writestr(name, GOOD)
    (tmp_path / "in.zip").write_bytes(spoil((tmp_path / "in.zip").read_bytes()))
    with pytest.raises(KgError) as said:
        read(tmp_path / "in.zip")
    assert what in str(said.value)
    assert "\n" not in str(said.value)


def test_one_spoilt_file_of_an_archive_is_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.jsonl", GOOD)
        archive.writestr("two.jsonl", GOOD.replace("A Title", "Another"))
    whole = bytearray((tmp_path / "in.zip").read_bytes())
    whole[whole.find(_CENTRAL) + 8] |= 1
    (tmp_path / "in.zip").write_bytes(whole)
    reading = read(tmp_path / "in.zip", keep_going=True)
    assert [paper.title for paper in reading.papers] == ["Another"]
    assert ["encrypted" in problem.what for problem in reading.problems] == [True]


# -- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["Unix", "Windows", "Mac"])
@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1e"], ids=ascii)
def test_only_line_ends_end_lines(tmp_path: Path, end: str, odd: str) -> None:
    text = json.dumps({"title": "A Title", "abstract": f"One{odd}two."}, ensure_ascii=False)
    (tmp_path / "in.jsonl").write_bytes(f'{text}{end}{{"title": "Alone"}}{end}'.encode())
    reading = read(tmp_path / "in.jsonl")
    assert [paper.abstract for paper in reading.papers] == ["One two."]
    assert [problem.line for problem in reading.incomplete] == [2]
    (tmp_path / "in.csv").write_bytes(f'title,abstract{end}A Title,"One{odd}two."{end}Alone,{end}'.encode())
    reading = read(tmp_path / "in.csv")
    assert [paper.abstract for paper in reading.papers] == ["One two."]
    assert [problem.line for problem in reading.incomplete] == [3]


def test_a_table_of_unknown_columns_is_one_whatever_its_cells_hold(tmp_path: Path) -> None:
    rows = "".join(f"Some thing {n},Its text\u2028on two lines\n" for n in range(3))
    (tmp_path / "in").write_text(f"heading,text\n{rows}")
    with pytest.raises(KgError, match="no column is named title or abstract"):
        read(tmp_path / "in")


ENDLESS = "x" * 300_000
MANY = "An even line.\n" * 30_000


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (GOOD + ENDLESS, "in:2: a line of 0 MB or more; write a record a line"),
        ("[" + "1," * 200_000, "in:1: a line of 0 MB or more"),
        (MANY, r"in:\d{4,5}: more than 0 MB, which this format holds at once"),
        ("@misc{a, title={A}, abstract={" + MANY, r"in:\d{4,5}: more than 0 MB"),
        ("<!DOCTYPE html><html>\n" + MANY, r"in:\d{4,5}: more than 0 MB"),
        ("[\n" + "1,\n" * 100_000, r"in:\d{4,5}: more than 0 MB"),
        ("title\tabstract\n" + "A\tB\n" * 100_000, "more than 1 MB"),
        ("<rss>\n<channel>\n<item>\n" + MANY, r"in:\d{4,5}: more than 0 MB without a record's end"),
    ],
    ids=["line", "JSON on a line", "page", "BibTeX", "HTML", "JSON", "TSV", "XML"],
)
def test_what_no_memory_could_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, what: str) -> None:
    monkeypatch.setattr("kg.read.unpack.LONGEST", 1 << 18)
    for packed in (content.encode(), gzip.compress(content.encode())):
        (tmp_path / "in").write_bytes(packed)
        with pytest.raises(KgError, match=what):
            read(tmp_path / "in")


def test_what_is_read_as_a_stream_may_be_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.read.unpack.LONGEST", 1 << 18)
    item = "<item><title>A Title</title><description>Some text.</description></item>\n"
    for content in (GOOD * 20_000, "title,abstract\n" + "A Title,Some text.\n" * 20_000, f"<rss>{item * 5000}</rss>"):
        (tmp_path / "in").write_bytes(gzip.compress(content.encode()))
        assert len(read(tmp_path / "in").papers) == 1


@pytest.mark.parametrize("form", ['{"papers": [%s], "total": 9}', "[%s]"], ids=["documents", "arrays"])
def test_every_line_of_many_papers_is_read(tmp_path: Path, form: str) -> None:
    """As answers of a service come that were written one after the other."""
    one, two, three = (json.dumps({"title": f"Title {n}", "abstract": "Text."}) for n in range(3))
    (tmp_path / "in").write_text(f"{form % one}\n\n{form % f'{two}, {three}'}\n17\n{{\n")
    reading = read(tmp_path / "in", keep_going=True)
    assert sorted(paper.title for paper in reading.papers) == ["Title 0", "Title 1", "Title 2"]
    assert [problem.line for problem in reading.problems] == [4, 5]


@pytest.mark.parametrize(
    "text",
    ["é" + " " * 60_000 + "x", "é" + " \u3000" * 30_000 + "x", "- [a](" * 10_000, "**a " * 15_000, "*_ [" * 15_000],
    ids=["blanks", "wide blanks", "links", "bold", "marks"],
)
def test_time_grows_with_a_text_and_no_faster(tmp_path: Path, text: str) -> None:
    begun = time.process_time()
    (tmp_path / "in.jsonl").write_text(json.dumps({"title": "A Title", "abstract": text}))
    (tmp_path / "in.md").write_text(f"# Notes\n\n## A Title\n\n{text}\n")
    assert read([tmp_path / "in.jsonl", tmp_path / "in.md"], keep_going=True).papers
    assert time.process_time() - begun < 15


# -- fields -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "authors", "date"),
    [
        ({"authors": "[{[]: 1}]"}, ("[{[]: 1}]",), None),
        ({"authors": [None, "X Y", "", float("nan")]}, ("X Y",), None),
        ({"authors": [{"literal": "Birds, Inc."}, {"name": "Wren, Ben"}]}, ("Birds, Inc.", "Ben Wren"), None),
        ({"date": 1623888000000}, (), "2021-06-17"),  # milliseconds
        ({"date": 1623888000000000}, (), "2021-06-17"),  # microseconds
        ({"date": 1623888000000000000}, (), "2021-06-17"),  # nanoseconds
        ({"date": 1623888000000.0}, (), "2021-06-17"),
        ({"date": 10**300}, (), None),
    ],
)
def test_odd_values(tmp_path: Path, fields: dict[str, object], authors: tuple[str, ...], date: str | None) -> None:
    (tmp_path / "in").write_text(json.dumps({"title": "A Title", "abstract": ["Some", None, "text."], **fields}))
    (paper,) = read(tmp_path / "in").papers
    assert (paper.abstract, paper.authors, paper.date) == ("Some text.", authors, date)


def test_the_home_of_nobody(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="~nobody-of-this-name/in: no such file or folder; check the name"):
        read("~nobody-of-this-name/in")


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Lark, Ada and others", ("Ada Lark",)),
        ("{Bird Watch, Inc.} and Lark, Ada", ("Bird Watch, Inc.", "Ada Lark")),
        ("{Barnes and Noble}", ("Barnes and Noble",)),
        (r"van Wren, Jr., Ben AND M{\"u}ller, J{\"o}rg", ("Ben van Wren Jr.", "Jörg Müller")),
        ("Ada~B. Lark\n  and\tBen Wren", ("Ada B. Lark", "Ben Wren")),
        ("Lark, A., Wren, B., Owl, C.", ("Lark, A., Wren, B., Owl, C.",)),  # no BibTeX: left as it stands
        ("", ()),
    ],
)
def test_authors_in_bibtex(tmp_path: Path, authors: str, names: tuple[str, ...]) -> None:
    (tmp_path / "in.bib").write_text(f"@misc{{a, title={{A Title}}, abstract={{Text.}}, author={{{authors}}}}}\n")
    (paper,) = read(tmp_path / "in.bib").papers
    assert paper.authors == names


def test_a_web_address_without_the_library_for_it_says_how_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.http", raising=False)
    with pytest.raises(KgError, match=r"or: curl -L 'https://papers\.example/list\?n=9' \| kg build -"):
        read(["https://papers.example/list?n=9"])
