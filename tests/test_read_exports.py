"""Papers as other programs and services hand them out: the same paper in every form. All of them are invented."""

from __future__ import annotations

import bz2
import gzip
import html
import io
import json
import lzma
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from kg.model import KgError, Paper
from kg.read import read

BIRDS = "GliderNet: Songs of Birds"
SONGS = "We introduce GliderNet, which tells birds by their songs. On FeatherSet it beats ResNet-50 (p < 0.05)."
NEST = "NestRAG Reads Twice"
READS = "Retrieval helps small models. We present NestRAG, which reads every passage twice, and test it on TriviaQA."

SONGS_XML, SONGS_HTML = html.escape(SONGS, quote=False), html.escape(SONGS)

OPENALEX = {
    "meta": {"count": 1, "page": 1},
    "results": [
        {
            "id": "https://openalex.org/W1",
            "doi": "https://doi.org/10.1234/Bird.5",
            "title": BIRDS,
            "display_name": BIRDS,
            "publication_year": 2024,
            "publication_date": "2024-01-03",
            "authorships": [{"author": {"display_name": name}} for name in ("Ada Lark", "Ben Wren")],
            "concepts": [],
            "abstract_inverted_index": {
                word: [i for i, other in enumerate(SONGS.split()) if other == word] for word in SONGS.split()
            },
        }
    ],
    "group_by": [],
}
CROSSREF: dict[str, Any] = {
    "status": "ok",
    "message": {
        "total-results": 1,
        "items": [
            {
                "DOI": "10.1234/bird.5",
                "title": [BIRDS],
                "abstract": "<jats:title>Abstract</jats:title>\n<jats:p>"
                + SONGS_XML.replace("GliderNet", "<jats:italic>GliderNet</jats:italic>")
                + "</jats:p>",
                "author": [{"given": "Ada", "family": "Lark"}, {"given": "Ben", "family": "Wren"}],
                "published": {"date-parts": [[2024, 1, 3]]},
                "created": {"date-parts": [[2024, 1, 9]]},
            }
        ],
    },
}
CROSSREF_WORK = CROSSREF["message"]["items"][0]
VIEWER = {
    "features": [{"feature_idx": 0, "name": "title"}, {"feature_idx": 1, "name": "abstract"}],
    "rows": [
        {
            "row_idx": 0,
            "row": {
                "title": BIRDS,
                "abstract": SONGS,
                "authors": ["Ada Lark", "Ben Wren"],
                "date": "2024-01-03",
                "arxiv_id": "2401.01234",
            },
        }
    ],
}
BIORXIV = {
    "doi": "10.1234/bird.5",
    "title": BIRDS,
    "authors": "Lark, Ada; Wren, Ben",
    "date": "2024-01-03",
    "category": "zoology",
    "abstract": SONGS,
}
CSL = [
    {
        "id": "10.1234/bird.5",
        "title": BIRDS,
        "abstract": SONGS,
        "author": [{"family": "Lark", "given": "Ada"}, {"literal": "Ben Wren"}],
        "issued": {"date-parts": [["2024", 1, 3]]},
        "DOI": "10.1234/bird.5",
    }
]
SCHOLAR = {
    "total": 1,
    "data": [
        {
            "paperId": "0f0f",
            "externalIds": {"DOI": "10.1234/bird.5", "CorpusId": 1},
            "title": BIRDS,
            "abstract": SONGS,
            "year": 2024,
            "publicationDate": "2024-01-03",
            "authors": [{"authorId": "1", "name": "Ada Lark"}, {"authorId": "2", "name": "Ben Wren"}],
        }
    ],
}
OPENREVIEW = {
    "notes": [
        {
            "id": "aBcD",
            "cdate": 1704300000000,
            "content": {
                "title": {"value": BIRDS},
                "abstract": {"value": SONGS},
                "authors": {"value": ["Ada Lark", "Ben Wren"]},
                "keywords": {"value": ["birds"]},
            },
        }
    ],
    "count": 1,
}
EUROPE_PMC = {
    "hitCount": 1,
    "resultList": {
        "result": [
            {
                "title": BIRDS,
                "abstractText": SONGS,
                "authorString": "Ada Lark, Ben Wren",
                "doi": "10.1234/bird.5",
                "firstPublicationDate": "2024-01-03",
            }
        ]
    },
}
RSS = f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
  <title>cs.SD updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.SD</link>
  <item><title>{BIRDS}</title><link>https://arxiv.org/abs/2401.01234</link>
    <description>arXiv:2401.01234v1 Announce Type: new
Abstract: {SONGS_XML}</description><guid isPermaLink="false">oai:arXiv.org:2401.01234v1</guid>
    <category>cs.SD</category><pubDate>Wed, 03 Jan 2024 00:00:00 -0500</pubDate>
    <dc:creator>Ada Lark, Ben Wren</dc:creator></item>
</channel></rss>
"""
DAILY_ATOM = f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://www.w3.org/2005/Atom">
  <id>http://rss.arxiv.org/atom/cs.SD</id><title>cs.SD updates on arXiv.org</title>
  <entry><id>oai:arXiv.org:2401.01234v1</id><title>{BIRDS}</title><updated>2024-01-04T05:00:00+00:00</updated>
    <link href="https://arxiv.org/abs/2401.01234" rel="alternate" type="text/html"/>
    <summary>arXiv:2401.01234v1 Announce Type: cross
Abstract: {SONGS_XML}</summary><category term="cs.SD"/><published>2024-01-03T00:00:00-05:00</published>
    <dc:creator>Ada Lark, Ben Wren</dc:creator></entry>
</feed>
"""
OAI = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>
<record><header status="deleted"><identifier>oai:arXiv.org:2401.00001</identifier></header></record>
<record><header><identifier>oai:arXiv.org:2401.01234</identifier><datestamp>2024-02-05</datestamp></header>
<metadata>{}</metadata></record>
<resumptionToken>1|2</resumptionToken></ListRecords></OAI-PMH>
"""
OAI_ARXIV = OAI.format(
    f"""<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2401.01234</id><created>2024-01-03</created>
<updated>2024-02-03</updated><authors><author><keyname>Lark</keyname><forenames>Ada</forenames></author>
<author><keyname>Wren</keyname><forenames>Ben</forenames></author></authors><title>GliderNet: Songs
  of Birds</title><categories>cs.SD cs.LG</categories><abstract>  {SONGS_XML}
</abstract></arXiv>"""
)
OAI_RAW = OAI.format(
    f"""<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>2401.01234</id><submitter>A</submitter>
<version version="v1"><date>Wed, 3 Jan 2024 10:00:00 GMT</date></version>
<version version="v2"><date>Sat, 3 Feb 2024 10:00:00 GMT</date></version><title>{BIRDS}</title>
<authors>Ada Lark and Ben Wren</authors><categories>cs.SD</categories><abstract>{SONGS_XML}</abstract></arXivRaw>"""
)
OAI_DC = OAI.format(
    f"""<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>{BIRDS}</dc:title><dc:creator>Lark, Ada</dc:creator><dc:creator>Wren, Ben</dc:creator>
<dc:description>{SONGS_XML}</dc:description><dc:description>Comment: 5 pages</dc:description>
<dc:date>2024-02-03</dc:date>
<dc:date>2024-01-03</dc:date><dc:identifier>http://arxiv.org/abs/2401.01234</dc:identifier></oai_dc:dc>"""
)
PUBMED = f"""<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" "https://dtd.nlm.nih.gov/x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">12345</PMID><Article><Journal><JournalIssue>
<PubDate><Year>2024</Year><Month>Jan</Month><Day>3</Day></PubDate></JournalIssue><Title>Birds</Title></Journal>
<ArticleTitle>GliderNet: <i>Songs</i> of Birds.</ArticleTitle><Abstract><AbstractText>{SONGS_XML}</AbstractText>
</Abstract><AuthorList><Author><LastName>Lark</LastName><ForeName>Ada</ForeName></Author>
<Author><CollectiveName>Ben Wren</CollectiveName></Author></AuthorList></Article></MedlineCitation><PubmedData>
<ArticleIdList><ArticleId IdType="pubmed">12345</ArticleId><ArticleId IdType="doi">10.1234/bird.5</ArticleId>
</ArticleIdList><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9/no</ArticleId></ArticleIdList>
</Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>
"""
NBIB = f"""PMID- 12345
OWN - NLM
DP  - 2024 Jan 3
TI  - GliderNet: Songs
      of Birds.
LID - 10.1234/bird.5 [doi]
AB  - {SONGS.replace("by ", "by" + chr(10) + "      ")}
FAU - Lark, Ada
AU  - Lark A
FAU - Wren, Ben
AU  - Wren B
PT  - Journal Article
OT  - birds
SO  - Birds. 2024 Jan 3;1(2):1-5.
"""
WOS = f"""FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Lark, A
   Wren, B
AF Lark, Ada
   Wren, Ben
TI GliderNet: Songs
   of Birds
AB {SONGS.replace("by ", "by" + chr(10) + "   ")}
PD JAN 3
PY 2024
DI 10.1234/bird.5
DE birds; songs
UT WOS:0001
ER

EF
"""
WOS_TAB = (
    "PT\tAU\tAF\tTI\tDE\tAB\tPY\tDI\tUT\n"
    f"J\tLark, A; Wren, B\tLark, Ada; Wren, Ben\t{BIRDS}\tbirds\t{SONGS}\t2024\t10.1234/bird.5\tWOS:1\n"
)
ENDNOTE = f"""%0 Journal Article
%T {BIRDS}
%A Lark, Ada
%A Wren, Ben
%D 2024
%8 2024-01-03
%X {SONGS}
%R 10.1234/bird.5
"""
RIS = [("TY", "JOUR"), ("TI", BIRDS), ("AU", "Lark, Ada"), ("AU", "Wren, Ben"), ("DA", "2024/01/03/"), ("AB", SONGS)]
RIS += [("DO", "10.1234/bird.5")]
DIMENSIONS = (
    "\"About the data: Exported on Jan 3, 2024. Criteria: 'birds'\"\n"
    "Rank,Publication ID,DOI,Title,Abstract,PubYear,Authors\n"
    f'1,pub.1,10.1234/bird.5,{BIRDS},"{SONGS}",2024,"Lark, Ada; Wren, Ben"\n'
)
SCOPUS = (
    '"Authors","Author full names","Title","Year","DOI","Abstract"\n'
    f'"Lark A.; Wren B.","Lark, Ada (57189000000); Wren, Ben (57189000001)","{BIRDS}",'
    f'"2024","10.1234/bird.5","{SONGS}"\n'
)
CITED_PAGE = f"""<!DOCTYPE html>
<html><head><title>{BIRDS}</title><meta name="citation_title" content="{BIRDS}">
<meta name="citation_author" content="Lark, Ada"><meta name="citation_author" content="Wren, Ben">
<meta name="citation_publication_date" content="2024/01/03"><meta name="citation_doi" content="10.1234/bird.5">
</head><body><nav>Home</nav><script>if (1 < 2) "Abstract"</script>
<h5>Abstract</h5><p>{SONGS_HTML}</p></body></html>
"""
ABS_PAGE = CITED_PAGE.replace("</head>", f'<meta name="citation_abstract" content="{SONGS_HTML}"></head>').replace(
    "h5", "i"
)
DAILY_PAPERS = [
    {
        "paper": {
            "id": "2401.01234",
            "authors": [{"name": "Ada Lark"}, {"name": "Ben Wren"}],
            "publishedAt": "2024-01-03T10:00:00.000Z",
            "title": BIRDS,
            "summary": SONGS,
        },
        "title": BIRDS,
        "numComments": 2,
    }
]
DAILY_PAGE = f"""<!doctype html>
<html><head><title>Daily Papers</title></head><body><div data-target="Menu" data-props="{{&quot;a&quot;:1}}"></div>
<main><div data-target="DailyPapers" data-props="{html.escape(json.dumps({"dailyPapers": DAILY_PAPERS}))}">
<h3>{BIRDS}</h3></div></main></body></html>
"""
LABELLED = f"""Notes of January

Title: {BIRDS}
Authors: Ada Lark, Ben Wren
Date: 2024-01-03

Abstract: {SONGS.replace("by ", "by" + chr(10))}

Comments: read again
"""

FORMS: dict[str, str] = {
    "OpenAlex": json.dumps(OPENALEX),
    "Crossref": json.dumps(CROSSREF, indent=1),
    "Crossref, one work": json.dumps({"status": "ok", "message": CROSSREF_WORK}),
    "a data set's viewer": json.dumps(VIEWER),
    "bioRxiv": json.dumps({"messages": [{"status": "ok"}], "collection": [BIORXIV]}),
    "CSL JSON": json.dumps(CSL, indent=1),
    "Semantic Scholar": json.dumps(SCHOLAR),
    "OpenReview": json.dumps(OPENREVIEW),
    "Europe PMC": json.dumps(EUROPE_PMC),
    "arXiv's RSS": RSS,
    "arXiv's daily Atom": DAILY_ATOM,
    "OAI-PMH, arXiv": OAI_ARXIV,
    "OAI-PMH, arXivRaw": OAI_RAW,
    "OAI-PMH, Dublin Core": OAI_DC,
    "PubMed XML": PUBMED,
    "nbib": NBIB,
    "EndNote": ENDNOTE,
    "RIS with single blanks": "".join(f"{tag} - {value}\n" for tag, value in RIS) + "ER -\n",
    "Dimensions": DIMENSIONS,
    "Web of Science, plain text": WOS,
    "Web of Science, tabs": WOS_TAB,
    "Scopus": SCOPUS,
    "a publisher's page": CITED_PAGE,
    "a page that states its abstract": ABS_PAGE,
    "Hugging Face's daily papers": DAILY_PAGE,
    "labelled text": LABELLED,
}
WITHOUT_DAY = {"Web of Science, tabs", "Scopus", "Dimensions"}


def one(folder: Path, content: str | bytes, name: str = "in") -> Paper:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    reading = read(folder / name)
    assert not reading.incomplete
    assert not reading.undated
    (paper,) = reading.papers
    return paper


@pytest.mark.parametrize("form", FORMS)
def test_a_paper_is_the_same_in_every_form(tmp_path: Path, form: str) -> None:
    paper = one(tmp_path, FORMS[form])
    assert paper.text == f"{BIRDS}\n{SONGS}"
    assert paper.authors == ("Ada Lark", "Ben Wren")
    assert paper.date == ("2024" if form in WITHOUT_DAY else "2024-01-03")
    assert paper.arxiv_id == "2401.01234" or paper.doi == "10.1234/bird.5" or form in ("OpenReview", "labelled text")


def test_the_line_of_an_xml_record_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").write_text(OAI_ARXIV.replace(f"  {SONGS_XML}", ""))
    with pytest.raises(KgError, match=r"in:4: no paper: its only record is without an abstract"):
        read(tmp_path / "in")


def test_what_is_whole_of_a_cut_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").write_text(RSS.replace("</item>", "</item><item><title>Cut")[:-30])
    reading = read(tmp_path / "in", keep_going=True)
    assert [paper.title for paper in reading.papers] == [BIRDS]
    assert "XML that is cut off or bad" in reading.problems[0].what
    (tmp_path / "in").write_text(WOS + WOS[WOS.index("PT J") : WOS.index("UT WOS")])
    reading = read(tmp_path / "in", keep_going=True)
    assert [(problem.line, problem.what) for problem in reading.problems] == [
        (WOS.count("\n") + 1, "reference without an end (ER): cut off in the middle")
    ]


def test_a_new_version_in_a_daily_feed_dates_no_paper(tmp_path: Path) -> None:
    assert one(tmp_path, RSS.replace("Type: new", "Type: replace").replace("2024 00:", "2026 00:")).date == "2024-01"


def test_a_list_page_of_arxiv(tmp_path: Path) -> None:
    entry = """<dt> <a name='item{0}'>[{0}]</a> <a href="/abs/{1}" title="Abstract"> arXiv:{1} </a>
  (cross-list from cs.LG)
  [<a href="/pdf/{1}">pdf</a>, <a href="/format/{1}">other</a>] </dt>
<dd><div class='meta'><div class='list-title mathjax'><span class='descriptor'>Title:</span>
  {2} </div><div class='list-authors'><a href="x">Ada Lark</a>, <a href="y">Ben Wren</a></div>
  <div class='list-subjects'><span class='descriptor'>Subjects:</span> <i>Sound (cs.SD)</i>; Learning (cs.LG)</div>
  <p class='mathjax'> {3} </p></div></dd>
"""
    page = "<!DOCTYPE html>\n<html><body><h1>Sound</h1><h3>New submissions</h3><dl>\n"
    page += entry.format(1, "2401.01234", BIRDS, SONGS_HTML) + entry.format(2, "2401.01235", NEST, READS)
    (tmp_path / "new.html").write_text(page + "</dl></body></html>")
    first, second = read(tmp_path / "new.html").papers
    assert (first.id, first.text, first.authors) == ("2401.01234", f"{BIRDS}\n{SONGS}", ("Ada Lark", "Ben Wren"))
    assert (second.id, second.text, second.categories) == ("2401.01235", f"{NEST}\n{READS}", ("cs.SD", "cs.LG"))


SEARCH = f"""Showing 1–2 of 2 results for all: bird
arXiv:2401.01234  [pdf, other]  cs.SD cs.LG
{BIRDS}
Authors: Ada Lark, Ben Wren
Abstract: {SONGS} △ Less
Submitted 3 January, 2024; originally announced January 2024.
Comments: 5 pages
arXiv:2401.01235  [pdf, other]  cs.IR
{NEST}
Authors: Ben Wren
Abstract: {READS[:40]}… ▽ More
Submitted 4 January, 2024; originally announced January 2024.
"""
ABS = f"""Computer Science > Sound
arXiv:2401.01234 (cs)
[Submitted on 3 Jan 2024 (v1), last revised 4 Feb 2024 (this version, v2)]
{BIRDS}
Ada Lark, Ben Wren
View PDF
HTML (experimental)
{SONGS}
Comments:\t5 pages
Subjects:\tSound (cs.SD); Machine Learning (cs.LG)
Cite as:\tarXiv:2401.01234 [cs.SD]
 \t(or arXiv:2401.01234v2 [cs.SD] for this version)
Submission history
From: Ada Lark [view email]
"""


@pytest.mark.parametrize("page", [SEARCH, ABS], ids=["search", "abs"])
def test_pages_of_arxiv_copied(tmp_path: Path, page: str) -> None:
    (tmp_path / "in").write_text(page)
    reading = read(tmp_path / "in")
    paper = reading.papers[0]
    assert paper.text == f"{BIRDS}\n{SONGS}"
    assert (paper.id, paper.date, paper.authors) == ("2401.01234", "2024-01-03", ("Ada Lark", "Ben Wren"))
    assert (paper.categories, reading.incomplete) == (("cs.SD", "cs.LG"), ())
    if page is SEARCH:
        assert (reading.papers[1].title, reading.papers[1].abstract) == (NEST, f"{READS[:40]}…")


def test_a_saved_search_of_arxiv(tmp_path: Path) -> None:
    page = f"""<!DOCTYPE html>
<html><body><ol><li class="arxiv-result"><div><p class="list-title"><a href="abs">arXiv:2401.01234</a>
<span>&nbsp;[<a href="x">pdf</a>, <a href="y">other</a>]&nbsp;</span></p>
<div class="tags"><span>cs.SD</span> <span>cs.LG</span></div></div>
<p class="title">{BIRDS}</p><p class="authors"><span>Authors:</span> <a>Ada Lark</a>, <a>Ben Wren</a></p>
<p class="abstract"><span>Abstract</span>: <span>{SONGS_HTML[:30]}… <a>&#9661; More</a></span>
<span style="display: none;">{SONGS_HTML} <a>&#9651; Less</a></span></p>
<p><span>Submitted</span> 3 January, 2024; <span>originally announced</span> January 2024.</p></li></ol></body></html>
"""
    paper = one(tmp_path, page)
    assert (paper.id, paper.text, paper.date) == ("2401.01234", f"{BIRDS}\n{SONGS}", "2024-01-03")
    assert paper.authors == ("Ada Lark", "Ben Wren")


def test_a_mark_inside_a_markdown_text_is_none(tmp_path: Path) -> None:
    title, abstract = "NestRAG - Reading Twice", "It reads * twice - or in 3. place + more. It needs # no index."
    assert one(tmp_path, f"# {title}\n\n{abstract}\n", "in.md").text == f"{title}\n{abstract}"


def test_markdown(tmp_path: Path) -> None:
    headings = f"# Birds\n\n## [{BIRDS}](https://arxiv.org/abs/2401.01234)\n{SONGS.replace('by ', 'by' + chr(10))}\n"
    items = f"\n- **{NEST}** — {READS}\n- [A title alone](https://x.org)\n"
    (tmp_path / "list.md").write_text(headings + items)
    reading = read(tmp_path / "list.md")
    first, second = reading.papers
    assert (first.id, first.text) == ("2401.01234", f"{BIRDS}\n{SONGS}")
    assert second.text == f"{NEST}\n{READS}"
    assert [problem.what.rpartition(": ")[2] for problem in reading.incomplete] == ["Birds", "A title alone"]


@pytest.mark.parametrize(
    "top",
    [
        f"{BIRDS}\nAda Lark, Ben Wren\nUniversity of Nests",
        f"arXiv:2401.01234v1 [cs.SD] 3 Jan 2024\n{BIRDS}\n\nAda Lark\nBen Wren\nUniversity of Nests",  # pdftotext
        f"Papers\narxiv:2401.01234\n{BIRDS}\nPublished on Jan 3\n·\nSubmitted by\nAda Lark\n\nAuthors:\nAda Lark",
    ],
)
def test_a_text_with_one_abstract_begins_with_its_title(tmp_path: Path, top: str) -> None:
    paper = one(
        tmp_path, f"{top}\n\nABSTRACT\n\n{SONGS.replace('by ', 'by' + chr(10))}\n\n1 Introduction\nBirds sing.\n"
    )
    assert paper.text == f"{BIRDS}\n{SONGS}"
    assert paper.arxiv_id == ("2401.01234" if "arxiv:" in top.lower() else None)


def test_a_list_of_papers_one_of_which_is_called_abstract_stays_a_list(tmp_path: Path) -> None:
    (tmp_path / "in").write_text(f"{BIRDS}\n\n{SONGS * 3}\n\nAbstract\n\n{NEST}\n\n{READS * 3}\n")
    assert {f"{BIRDS}\n{SONGS * 3}", f"{NEST}\n{READS * 3}"} <= {paper.text for paper in read(tmp_path / "in").papers}


def test_labelled_notes_of_many_papers(tmp_path: Path) -> None:
    notes = f"**Title:** {BIRDS}\n**Abstract:** {SONGS}\n\n---\n\n**Title:** {NEST}\n\n### Abstract\n\n{READS}\n"
    (tmp_path / "in").write_text(notes)
    assert {paper.text for paper in read(tmp_path / "in").papers} == {f"{BIRDS}\n{SONGS}", f"{NEST}\n{READS}"}


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Wren, Ben", ("Ben Wren",)),
        ("Wren, Ben (57189000001)", ("Ben Wren",)),
        ("A. Lark, B. Wren", ("A. Lark", "B. Wren")),
        ("Ada Lark, Ben Wren", ("Ada Lark", "Ben Wren")),
    ],
)
def test_one_author_or_two(tmp_path: Path, authors: str, names: tuple[str, ...]) -> None:
    assert one(tmp_path, json.dumps({"title": BIRDS, "abstract": SONGS, "authors": authors})).authors == names


def test_one_author_in_bibtex(tmp_path: Path) -> None:
    entry = (
        f"@misc{{a, title={{{BIRDS}}}, author={{van der Wren, Ben}}, abstract={{Code: \\url{{https://x.org/a_b}}.}}}}"
    )
    paper = one(tmp_path, entry)
    assert (paper.authors, paper.abstract) == (("Ben van der Wren",), "Code: https://x.org/a_b.")


def test_an_arxiv_paper_that_an_abstract_names_is_another(tmp_path: Path) -> None:
    abstract, journal = "We extend arXiv:2001.00001.", "arXiv preprint arXiv:2401.01234"
    entry = f"@misc{{a, title={{{BIRDS}}}, abstract={{{abstract}}}, journal={{{journal}}}}}"
    assert one(tmp_path, entry).arxiv_id == "2401.01234"
    assert one(tmp_path, entry.replace(journal, "Birds")).arxiv_id is None


def test_a_statement_that_there_is_no_abstract_is_none(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(SCOPUS + f'"Wren B.","","{NEST}","2023","","[No abstract available]"\n')
    assert [problem.what for problem in read(tmp_path / "in.csv").incomplete] == [f"record without an abstract: {NEST}"]


# ---------------------------------------------------------------------------------------------------------------------
# Packed
# ---------------------------------------------------------------------------------------------------------------------

LINES = b"".join(json.dumps({"title": t, "abstract": a}).encode() + b"\n" for t, a in ((BIRDS, SONGS), (NEST, READS)))


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}


@pytest.mark.parametrize("suffix", PACKERS)
def test_packed_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    packed = PACKERS[suffix](LINES)
    (tmp_path / f"papers.jsonl{suffix}").write_bytes(packed)
    assert {paper.title for paper in read(tmp_path).papers} == {BIRDS, NEST}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert len(read("-").papers) == 2


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_packed_file_that_is_cut_off(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "in").write_bytes(PACKERS[suffix](LINES)[:-20])
    with pytest.raises(KgError, match=r"in:\d+: the compressed data is damaged or cut off here"):
        read(tmp_path / "in")


def test_a_zip_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/papers.jsonl", LINES)
        archive.writestr("__MACOSX/deep/._papers.jsonl", b"\0")
        archive.writestr("picture.png", b"\x89PNG\0")
        archive.writestr("more.csv.gz", gzip.compress(b"title,abstract\nA,B.\n"))
    reading = read(tmp_path / "archive.zip")
    assert {paper.title: paper.sources for paper in reading.papers} == {
        BIRDS: ("papers.jsonl",),
        NEST: ("papers.jsonl",),
        "A": ("more.csv.gz",),
    }
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("picture.png", b"\x89PNG\0")
    with pytest.raises(KgError, match=r"empty\.zip: no input in this archive; its files should end in"):
        read(tmp_path / "empty.zip")
    with zipfile.ZipFile(tmp_path / "table.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(KgError, match=r"table\.xlsx: a zip archive or an office document; .* save it as text or CSV"):
        read(tmp_path / "table.xlsx")


def test_a_parquet_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"title": [BIRDS, NEST], "abstract": [SONGS, READS], "authors": [["Ada Lark"], ["Ben Wren"]]})
    table["published"] = pd.to_datetime(["2024-01-03", None])
    table.to_parquet(tmp_path / "papers.parquet")
    first, second = sorted(read(tmp_path).papers, key=lambda paper: paper.title)
    assert (first.text, first.date, first.authors) == (f"{BIRDS}\n{SONGS}", "2024-01-03", ("Ada Lark",))
    assert (second.text, second.date) == (f"{NEST}\n{READS}", None)
    whole = (tmp_path / "papers.parquet").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(whole)))
    assert len(read("-").papers) == 2
    (tmp_path / "papers.parquet").write_bytes(whole[:-40])
    with pytest.raises(KgError, match=r"papers\.parquet: a Parquet file that is damaged or cut off"):
        read(tmp_path)


def test_xml_of_an_unknown_kind_says_which_are_known(tmp_path: Path) -> None:
    (tmp_path / "dblp.xml").write_text('<?xml version="1.0"?>\n<dblp><article><title>A.</title></article></dblp>\n')
    with pytest.raises(KgError, match=r"dblp\.xml:1: XML of an unknown kind; known are feeds"):
        read(tmp_path / "dblp.xml")
