"""Reading files of every format, naming inputs, and what goes wrong."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from pathlib import Path

import pytest

from kg.model import LONGEST_TEXT, KgError, Paper
from kg.read import Account, Problem, formats, read, stream
from kg.read.record import Row

SHARED = Path(__file__).resolve().parents[2] / "shared"

ABSTRACT = "We study “knowledge graphs”: 5% better, naïve & fast.  Two blanks stay. See (Müller, 2020)."
WHOLE = {
    "id": "2106.09685",
    "title": "LoRA: Low-Rank Adaptation",
    "abstract": ABSTRACT,
    "date": "2021-06-17",
    "authors": ["Edward J. Hu", "Yelong Shen"],
    "categories": ["cs.CL", "cs.LG"],
    "url": "https://arxiv.org/abs/2106.09685",
}
PAPER = Paper(
    id="2106.09685",
    title="LoRA: Low-Rank Adaptation",
    abstract=ABSTRACT,
    date="2021-06-17",
    authors=("Edward J. Hu", "Yelong Shen"),
    categories=("cs.CL", "cs.LG"),
    arxiv_id="2106.09685",
    url="https://arxiv.org/abs/2106.09685",
    sources=("in",),
)


def one(folder: Path, content: str | bytes, name: str = "in", **options: int) -> Paper:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (paper,) = read(path, **options).papers
    return paper


def lines(*records: dict[str, object]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


FORMS = {
    "JSON Lines": lines(WHOLE),
    "JSON Lines without an end": lines(WHOLE).rstrip("\n"),
    "JSON Lines with blank lines": "\n\n" + lines(WHOLE) + "\n\n",
    "JSON Lines of PowerShell": lines(WHOLE).replace("\n", "\r\n"),
    "JSON Lines of Windows": "\ufeff" + lines(WHOLE).replace("\n", "\r\n"),
    "JSON array": json.dumps([WHOLE]),
    "JSON array over lines": json.dumps([WHOLE], indent=2),
    "JSON object": json.dumps(WHOLE, indent=2),
    "JSON document": json.dumps({"total": 1, "papers": [WHOLE]}, indent=1),
    "JSON document on a line": json.dumps({"total": 1, "data": [WHOLE]}),
    "JSON of a daily list": json.dumps([{"paper": WHOLE, "numComments": 3}]),
    "CSV": 'id,title,abstract,date,authors,categories,url\n2106.09685,LoRA: Low-Rank Adaptation,"'
    + ABSTRACT
    + '",2021-06-17,"Edward J. Hu, Yelong Shen",cs.CL cs.LG,https://arxiv.org/abs/2106.09685\n',
    "CSV as people name columns": "ArXiv ID;Title;Summary;Published Date;Authors;Subjects;Link\r\n"
    f"arXiv:2106.09685v2;LoRA: Low-Rank Adaptation;{ABSTRACT};17 June 2021;"
    "\"Hu, Edward J.; Shen, Yelong\";\"['cs.CL', 'cs.LG']\";https://arxiv.org/abs/2106.09685\r\n",
    "TSV": "id\ttitle\tabstract\tpublished\tauthors\tcategory\turl\n2106.09685\tLoRA: Low-Rank Adaptation\t"
    + ABSTRACT
    + "\t2021-06-17T00:00:00Z\tEdward J. Hu and Yelong Shen\tcs.CL; cs.LG\thttps://arxiv.org/abs/2106.09685\n",
    "RIS": "TY  - JOUR\nTI  - LoRA: Low-Rank Adaptation\nAU  - Hu, Edward J.\nAU  - Shen, Yelong\nDA  - 2021/06/17/\n"
    f"AB  - {ABSTRACT}\nKW  - cs.CL\nKW  - cs.LG\nUR  - https://arxiv.org/abs/2106.09685\nER  - \n",
    "Atom": f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title>
  <entry><id>https://arxiv.org/abs/2106.09685</id><updated>2021-10-16T18:40:34Z</updated>
    <published>2021-06-17T17:37:18Z</published><title>LoRA: Low-Rank
  Adaptation</title>
    <summary>  {ABSTRACT.replace("&", "&amp;")}
</summary><author><name>Edward J. Hu</name></author><author><name>Yelong Shen</name></author>
    <category term="cs.CL"/><category term="cs.LG"/></entry>
</feed>""",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_each_format(tmp_path: Path, form: str, packed: bool) -> None:
    content = FORMS[form].encode("utf-16" if "PowerShell" in form else "utf-8")
    assert one(tmp_path, gzip.compress(content) if packed else content) == PAPER


def test_bibtex(tmp_path: Path) -> None:
    paper = one(
        tmp_path,
        r"""% my papers
@string{iclr = "International Conference on Learning Representations"}
@inproceedings{hu2021lora,
  title = {{LoRA}: Low-Rank {Adaptation}},
  author = {Hu, Edward J. and Shen, Yelong and {Some Lab} and M{\"u}ller, J{\"o}rg},
  year = 2021, month = jun,
  booktitle = iclr,
  eprint = {2106.09685}, archivePrefix = {arXiv}, doi = {10.48550/ARXIV.2106.09685},
  keywords = {adaptation, language models},
  abstract = {We use {BERT}, 5% less of $\alpha$,
    a na\"ive \emph{baseline} \& more.}
}""",
    )
    assert paper == Paper(
        id="2106.09685",
        title="LoRA: Low-Rank Adaptation",
        abstract="We use BERT, 5% less of α, a naïve baseline & more.",
        date="2021-06",
        authors=("Edward J. Hu", "Yelong Shen", "Some Lab", "Jörg Müller"),
        categories=("adaptation", "language models"),
        arxiv_id="2106.09685",
        doi="10.48550/arxiv.2106.09685",
        sources=("in",),
    )


def test_bibtex_keys_may_repeat(tmp_path: Path) -> None:
    path = tmp_path / "x.bib"
    path.write_text("@misc{a, title={One}, abstract={First.}}\n@misc{a, title={Two}, abstract={Second.}}\n")
    assert {p.title for p in read(path).papers} == {"One", "Two"}


def test_arxiv_snapshot_line(tmp_path: Path) -> None:
    paper = one(
        tmp_path,
        lines(
            {
                "id": "0704.0001",
                "submitter": "Ada Lovelace",
                "authors": "A. Lovelace, C. Babbage",
                "title": "Calculation of prompt\n  diphoton production",
                "comments": "37 pages",
                "doi": "10.1103/PhysRevD.76.013009",
                "categories": "hep-ph cs.LG",
                "abstract": "  A fully differential calculation\nis presented. \n  It works.\n",
                "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v2"}],
                "update_date": "2008-11-26",
                "authors_parsed": [["Lovelace", "Ada", ""], ["Babbage", "Charles", "Jr."]],
            }
        ),
    )
    assert paper.text == (
        "Calculation of prompt diphoton production\nA fully differential calculation is presented. It works."
    )
    assert (paper.id, paper.arxiv_id, paper.date) == ("0704.0001", "0704.0001", "2007-04-02")
    assert paper.authors == ("Ada Lovelace", "Charles Babbage Jr.")
    assert (paper.categories, paper.doi) == (("hep-ph", "cs.LG"), "10.1103/physrevd.76.013009")


MAIL = r"""------------------------------------------------------------------------------
Submissions to:
Computation and Language
 received from  Thu 17 Jun 21 18:00:00 GMT  to  Fri 18 Jun 21 18:00:00 GMT
------------------------------------------------------------------------------
\\
arXiv:2106.09685 (*cross-listing*)
Date: Thu, 17 Jun 2021 17:37:18 GMT   (897kb,D)

Title: LoRA: Low-Rank
  Adaptation
Authors: Edward J. Hu and
  Yelong Shen
Categories: cs.CL cs.LG
Comments: Title: not this one
\\
  We present a method. It has two
Title: and more in its text.

  And a second paragraph.
\\ ( https://arxiv.org/abs/2106.09685 ,  897kb)
%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--
------------------------------------------------------------------------------
\\
arXiv:2001.00001
replaced with revised version Wed, 16 Jun 2021 01:00:00 GMT   (10kb)

Title: An Old One
Authors: Ada Lovelace
Categories: cs.LG
\\ ( https://arxiv.org/abs/2001.00001 ,  10kb)
"""

NEW_SUBMISSIONS = """Showing new listings for Friday, 18 June 2021

Total of 2 entries

[1] arXiv:2106.09685 (cross-list from cs.LG) [pdf, html, other]
Title: LoRA: Low-Rank Adaptation
Edward J. Hu, Yelong Shen
Comments: 12 pages
Subjects: Computation and Language (cs.CL); Machine Learning (cs.LG)

We present a method. It has two parts.

[2] arXiv:2106.09999 [pdf, html, other]
Title: Another
Ada Lovelace
Subjects: Machine Learning (cs.LG)
We present another.
"""


def test_arxiv_mail(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_text(MAIL)
    reading = read(path)
    (paper,) = reading.papers
    assert paper.title == "LoRA: Low-Rank Adaptation"
    assert paper.abstract == "We present a method. It has two Title: and more in its text. And a second paragraph."
    assert (paper.id, paper.date, paper.categories) == ("2106.09685", "2021-06-17", ("cs.CL", "cs.LG"))
    assert paper.authors == ("Edward J. Hu", "Yelong Shen")
    assert [problem.what for problem in reading.incomplete] == ["record without an abstract: An Old One"]


def test_arxiv_page_of_new_submissions(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(NEW_SUBMISSIONS)
    first, second = read(path).papers
    assert (first.id, first.text) == ("2106.09685", "LoRA: Low-Rank Adaptation\nWe present a method. It has two parts.")
    assert (first.authors, first.categories) == (("Edward J. Hu", "Yelong Shen"), ("cs.CL", "cs.LG"))
    assert (second.id, second.abstract, second.date) == ("2106.09999", "We present another.", "2021-06")


def test_scholar_record(tmp_path: Path) -> None:
    record = {
        "paperId": "649def34",
        "externalIds": {"ArXiv": "1706.03762", "DOI": "10.5555/3295222"},
        "title": "Attention",
        "abstract": "All you need.",
        "year": 2017,
        "publicationDate": None,
        "authors": [{"authorId": "1", "name": "Ashish Vaswani"}],
    }
    paper = one(tmp_path, lines(record))
    assert (paper.id, paper.arxiv_id, paper.doi, paper.date) == ("649def34", "1706.03762", "10.5555/3295222", "2017")
    assert paper.authors == ("Ashish Vaswani",)


@pytest.mark.parametrize(
    "header",
    [
        "Key,Item Type,Publication Year,Author,Title,DOI,Url,Abstract Note",  # Zotero
        "EID,Document Type,Year,Author full names,Title,DOI,Link,Abstract",  # Scopus
        "UT,Publication Type,Publication Year,Author Full Names,Article Title,DOI,DOI Link,Abstract",  # Web of Science
        "No,Kind,Publication Year,Authors,Document Title,DOI,PDF Link,Abstract",  # IEEE Xplore
    ],
)
def test_tables_that_other_programs_export(tmp_path: Path, header: str) -> None:
    row = '\n"ABC123","journalArticle","2017","Hu, Edward J.; Shen, Yelong","A Title","10.1000/x","https://x.org","Text."\n'
    paper = one(tmp_path, "\ufeff" + header + row)
    assert (paper.title, paper.abstract, paper.date, paper.doi) == ("A Title", "Text.", "2017", "10.1000/x")
    assert (paper.id, paper.authors) == ("10.1000/x", ("Edward J. Hu", "Yelong Shen"))


@pytest.mark.parametrize(
    "fields",
    [
        {"abstract_inverted_index": {"Two": [0], "words": [1, 3], "are": [2]}},  # OpenAlex
        {"abstract": ["Two words", "are words"]},
    ],
)
def test_abstracts_in_parts(tmp_path: Path, fields: dict[str, object]) -> None:
    assert one(tmp_path, lines({"title": "A", **fields})).abstract == "Two words are words"


@pytest.mark.parametrize(
    ("fields", "id", "date"),
    [
        ({"id": "001-009"}, "001-009", None),
        ({"id": 17}, "17", None),
        ({"id": "entity/bert"}, "paper/entity/bert", None),  # an entity of the graph may have that id
        ({"id": "2106.09685v2"}, "2106.09685v2", "2021-06"),
        ({"arxiv_id": "2106.09685v2"}, "2106.09685", "2021-06"),  # the id's first digits are its month
        ({"arxiv_id": "2106.09685v2", "update_date": "2023-01-01"}, "2106.09685", "2021-06"),
        ({"doi": "https://doi.org/10.1162/NECO.1997"}, "10.1162/neco.1997", None),
        ({"doi": "10.48550/arXiv.2106.09685", "year": "2021"}, "2106.09685", "2021"),
        ({"date": "04/05/2021"}, "title:", "2021"),  # April or May? nobody knows
        ({"year": 2021, "month": "June"}, "title:", "2021-06"),
        ({"Year": 2021, "Month": 6, "DAY": "17"}, "title:", "2021-06-17"),
        ({"year": "2021.0"}, "title:", "2021"),
        ({"date": "2021-02-30"}, "title:", None),
        ({"date": "n/a", "doi": "n/a", "id": ""}, "title:", None),
    ],
)
def test_ids_and_dates(tmp_path: Path, fields: dict[str, object], id: str, date: str | None) -> None:
    paper = one(tmp_path, lines({"title": "A", "abstract": "B.", **fields}))
    assert paper.id.startswith(id) if id == "title:" else paper.id == id
    assert paper.date == date


def test_text_without_odd_characters_is_untouched(tmp_path: Path) -> None:
    title, abstract = "A  title\xa0with – ﬁne  blanks", "Ünïcode 中文 \\alpha {braces} <b>tags</b>  stay."
    assert one(tmp_path, lines({"title": title, "abstract": abstract})).text == f"{title}\n{abstract}"


def test_characters_that_no_output_could_hold_go(tmp_path: Path) -> None:
    content = '{"title": "A\\u0000 \\ud800 title\\u2028x", "abstract": "B\\tc\\u001b."}\n'
    assert one(tmp_path, content).text == "A  � title x\nB c ."


@pytest.mark.skipif(not SHARED.is_dir(), reason="the annotation is not beside the checkout")
@pytest.mark.parametrize("name", ["dev", "train"])
def test_annotated_papers_keep_id_and_text(name: str) -> None:
    path = SHARED / "annotation" / f"{name}.jsonl"
    expected = {r["id"]: r["title"] + "\n" + r["abstract"] for r in map(json.loads, path.open(encoding="utf-8"))}
    assert {paper.id: paper.text for paper in read(path).papers} == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not beside the checkout")
def test_a_large_corpus_streams() -> None:
    assert sum(1 for _ in stream(SHARED / "corpus")) == 74_627


# ---------------------------------------------------------------------------------------------------------------------
# Naming inputs
# ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pile(tmp_path: Path) -> Path:
    for i, name in enumerate(["a.jsonl", "b.json", "deep/c.csv", "deep/d.jsonl.gz"]):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        text = (
            f"title,abstract\nPaper {i},Text.\n" if ".csv" in name else lines({"title": f"Paper {i}", "abstract": "x"})
        )
        path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0")
    (tmp_path / ".hidden.jsonl").write_text("nonsense")
    return tmp_path


@pytest.mark.parametrize(
    ("inputs", "count"),
    [
        (["."], 4),
        (["a.jsonl"], 1),
        (["*.json*"], 2),
        (["**/*.jsonl*"], 2),
        (["deep", "a.jsonl"], 3),
        ([".", "a.jsonl", "deep/*", "a.jsonl"], 4),  # named twice, read once
    ],
)
def test_files_folders_and_globs(pile: Path, inputs: list[str], count: int) -> None:
    reading = read([os.path.join(pile, name) for name in inputs])
    assert (len(reading.papers), reading.files, reading.duplicates) == (count, count, 0)


def test_a_file_may_be_called_like_a_glob(tmp_path: Path) -> None:
    assert one(tmp_path, lines(WHOLE), name="in[1].jsonl").sources == ("in[1].jsonl",)


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    content = lines(WHOLE).encode()
    content = gzip.compress(content) if packed else content
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))  # type: ignore[arg-type]
    (paper,) = read("-").papers
    assert paper.sources == ("stdin",)


def test_progress_is_told(pile: Path) -> None:
    told: list[tuple[str, int]] = []
    read(pile, progress=lambda name, records: told.append((name, records)))
    assert told == [("a.jsonl", 1), ("b.json", 2), ("c.csv", 3), ("d.jsonl.gz", 4)]


# ---------------------------------------------------------------------------------------------------------------------
# What goes wrong
# ---------------------------------------------------------------------------------------------------------------------

GOOD = lines(WHOLE)
CUT_GZIP = gzip.compress(
    b"".join(lines({"title": f"{i}", "abstract": os.urandom(40).hex()}).encode() for i in range(99))
)

BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "in: empty file"),
    "blank": (b"\n  \n\n", "in: no paper found"),
    "binary": (b"\x7fELF\x01\0\0\0", "in:1: binary data"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "in: a PDF file"),
    "office": (b"PK\x03\x04\x14\0", "in: a zip archive or an office document"),
    "UTF-16 cut off": (GOOD.encode("utf-16")[:-1], "in:1: not UTF-16"),
    "Latin-1": (GOOD.encode() + "{'title': 'naïve'}\n".encode("latin-1"), "in:2: not UTF-8 (byte 0xef at column 14)"),
    "cut JSON Lines": ((GOOD + GOOD[:60]).encode(), "in:2: JSON that is cut off in the middle"),
    "cut JSON Lines, one line": (GOOD[:60].encode(), "in:1: JSON that is cut off in the middle"),
    "bad JSON Lines": ((GOOD + "{'title': 1}\n" + GOOD).encode(), "in:2: not JSON"),
    "cut JSON array": (json.dumps([WHOLE, WHOLE], indent=1)[:-20].encode(), "JSON that is cut off in the middle"),
    "JSON of numbers": (b'{"title": "A", "abstract": "B"}\n17\n', "in:2: expected an object, found 17"),
    "JSON of other things": (
        lines({"name": "x", "size": 3}).encode(),
        "in:1: no paper: its only record is without",
    ),
    "deep JSON": (b'[{"title": ' + b"[" * 100_000, "in:1: not JSON (nested too deeply)"),
    "an empty array": (b"[]", "in: no paper found"),
    "HTML": (
        b"<!DOCTYPE html>\n<html><body>Papers</body></html>",
        "in:1: HTML that states no paper's title",
    ),
    "cut gzip": (CUT_GZIP[: len(CUT_GZIP) // 2], "the compressed data is damaged or cut off here"),
    "CSV without titles": (
        b"id,abstract,year\n1,x,2020\n",
        "in:1: no column is named title (columns: id, abstract, year)",
    ),
    "CSV cut in a cell": (b'title,abstract\nA,B\nC,"D and', "in:3: a quoted cell that does not end"),
    "CSV cut in a row": (b"id,title,abstract\n1,A,B\n2,C", "in:3: 2 cells where the header names 3 columns"),
    "cut BibTeX": (b"@misc{a,\n title={A}, abstract={B}}\n\n@misc{b,\n title={C", "in:4: BibTeX entry that is cut off"),
    "cut RIS": (b"TY  - JOUR\nTI  - A\nAB  - B\nER  - \nTY  - JOUR\nTI  - C", "in:5: RIS reference without an end"),
    "cut Atom": (FORMS["Atom"].encode()[:-30], "XML that is cut off or bad"),
    "Atom with entities": (
        b'<?xml version="1.0"?>\n<feed><!DOCTYPE x [<!ENTITY a "b">]></feed>',
        "XML",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    content, message = BAD[case]
    monkeypatch.chdir(tmp_path)
    Path("in").write_bytes(content)
    with pytest.raises(KgError) as error:
        read("in")
    assert message in str(error.value)
    assert str(error.value).startswith("in:")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 250

    Path("good.jsonl").write_text(lines({"title": "Good", "abstract": "Text."}), "utf-8")
    reading = read(["in", "good.jsonl"], keep_going=True)
    assert [problem for problem in reading.problems if message in str(problem)]
    assert "Good" in {paper.title for paper in reading.papers}


@pytest.mark.parametrize("name", ["nowhere.jsonl", "nowhere/*.jsonl", "folder", "a" * 5000])
def test_missing_input(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(KgError, match=r"(\.jsonl|folder|aaa): \w+"):
        read(tmp_path / name)
    reading = read([tmp_path / name, _good(tmp_path)], keep_going=True)
    assert (len(reading.problems), len(reading.papers)) == (1, 1)


def _good(folder: Path) -> Path:
    path = folder / "good.jsonl"
    path.write_text(GOOD, "utf-8")
    return path


def test_nothing_readable_is_an_error_even_when_keeping_going(tmp_path: Path) -> None:
    with pytest.raises(KgError, match=r"no such file or folder.* \(and 1 more\)"):
        read([tmp_path / "one", tmp_path / "two"], keep_going=True)
    with pytest.raises(KgError, match="no input"):
        read([])


def test_keep_going_reads_what_is_whole_of_a_bad_file(tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_text(lines({"title": "One", "abstract": "x"}) + "oops\n" + lines({"title": "Two", "abstract": "x"}))
    assert {p.title for p in read(path, keep_going=True).papers} == {"One", "Two"}


def test_incomplete_records_are_reported_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('id,title,abstract\n1,A,"text\nover lines"\n2,,text\n3,C,\n4,,\n')
    reading = read(path)
    assert reading.records == 4
    assert [p.title for p in reading.papers] == ["A"]
    assert reading.incomplete == (
        Problem(str(path), 4, "record without a title: 2"),
        Problem(str(path), 5, "record without an abstract: 3"),
        Problem(str(path), 6, "record without a title or an abstract: 4"),
    )


def test_dates_that_are_none_are_reported(tmp_path: Path) -> None:
    stated = ["31/02/2023", "twenty", "2023-02-31", "04/02/2007", "00/00/2021", "2020", ""]
    records = [{"id": f"{n}", "title": f"Title {n}", "abstract": "Text.", "date": d} for n, d in enumerate(stated)]
    (tmp_path / "in.jsonl").write_text(lines(*records))
    reading = read(tmp_path / "in.jsonl")
    assert [(problem.line, problem.what) for problem in reading.undated] == [
        (1, "there is no such day: 31/02/2023"),
        (2, "not understood as a date: twenty"),
        (3, "there is no such day: 2023-02-31"),
    ]
    assert [paper.date for paper in reading.papers] == ["2023", None, None, "2007", "2021", "2020", None]


def test_a_text_of_which_only_the_beginning_is_read_is_told(tmp_path: Path) -> None:
    texts = {"As long as can be": "x" * (LONGEST_TEXT - 18), "A letter too much": "x" * (LONGEST_TEXT - 17)}
    (tmp_path / "in.jsonl").write_text(lines(*({"title": title, "abstract": text} for title, text in texts.items())))
    reading = read(tmp_path / "in.jsonl")
    assert [(problem.line, problem.what) for problem in reading.long] == [
        (2, "100,001 characters, of which the first 100,000 are searched for names")
    ]
    assert len(reading.papers) == 2


def test_a_folder_of_pdf_files_says_what_to_give_instead(tmp_path: Path) -> None:
    (tmp_path / "paper.PDF").write_bytes(b"%PDF-1.7")
    with pytest.raises(KgError, match=r"only PDF files, which are not read; give their texts"):
        read(tmp_path)


def test_stream_keeps_an_account_and_raises(tmp_path: Path) -> None:
    path = tmp_path / "in"
    path.write_text(lines({"title": "One", "abstract": "x"}, {"title": "No abstract"}) + "oops\n")
    account = Account()
    assert [p.title for p in stream(path, keep_going=True, account=account)] == ["One"]
    assert (account.records, account.files) == (2, {str(path)})
    assert [problem.line for problem in account.incomplete + account.problems] == [2, 3]
    with pytest.raises(KgError, match=":3: not JSON"):
        list(stream(path))


def test_lines_of_a_document_are_told(tmp_path: Path) -> None:
    text = json.dumps([{"title": "A", "abstract": "B"}, {"title": "C"}], indent=1)
    (tmp_path / "in").write_text(text)
    (problem,) = read(tmp_path / "in").incomplete
    assert problem.line == text[: text.rindex("{")].count("\n") + 1


def test_every_format_says_what_it_is() -> None:
    assert len({form.NAME for form in formats.FORMATS}) == len(formats.FORMATS)
    for form in formats.FORMATS[:-1]:
        assert not form.sniff("A Title\n\nAn abstract of it, which is prose. It names @someone, and a, b and c.\n")
    (row,) = formats.records(iter(["title,abstract\n", "A,B\n"]))
    assert isinstance(row, Row)


def test_inputs_anywhere_that_fsspec_knows(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    one_, other = json.dumps(WHOLE), json.dumps({"title": "Other", "abstract": ABSTRACT})
    with fsspec.open("memory://papers/a.jsonl", "w") as file:
        file.write(one_)
    with fsspec.open("memory://papers/deep/b.jsonl.gz", "wb") as file:
        file.write(gzip.compress(other.encode()))
    (tmp_path / "c.jsonl").write_text(one_)
    assert len(read("memory://papers").papers) == 2
    assert [paper.sources for paper in read("memory://papers/**/*.gz").papers] == [("b.jsonl.gz",)]
    both = read(["memory://papers/a.jsonl", f"file://{tmp_path}/c.jsonl"])
    assert [paper.sources for paper in both.papers] == [("a.jsonl", "c.jsonl")]
    for name, what in (
        ("memory://papers/none.jsonl", "no such file"),
        ("memory://papers/*.csv", "no file matches"),
        ("nowhere://papers", "check the name"),
    ):
        with pytest.raises(KgError, match=f"{name.replace('*', '.')}: .*{what}"):
            read(name)
