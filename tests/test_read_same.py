"""When records are one paper, and that no order of inputs matters."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Paper
from kg.read import keys, merge, read
from kg.read.same import deduplicate

optional = st.none() | st.sampled_from(["a", "b", "c"])
some_paper = st.builds(
    lambda id, title, abstract, date, arxiv, doi, names, source: Paper(
        id=id or (arxiv and f"2101.0000{'abc'.index(arxiv)}") or "title:x",
        title=title,
        abstract=abstract,
        date=date,
        arxiv_id=arxiv and f"2101.0000{'abc'.index(arxiv)}",
        doi=doi and f"10.1000/{doi}",
        authors=names,
        categories=names,
        url=doi and f"https://example.org/{doi}",
        sources=(source,),
    ),
    st.none() | st.sampled_from(["1", "2"]),
    st.sampled_from(["A Title", "a title", "A TITLE", "Other", "Öther", "Third"]),
    st.sampled_from(["short", "shorx", "rather longer"]),
    st.none() | st.sampled_from(["2020", "2021", "2021-06", "2021-06-17", "2021-05-30"]),
    optional,
    optional,
    st.lists(st.sampled_from(["X", "Y", "Zoe"]), max_size=2).map(tuple),
    st.sampled_from(["one.txt", "two.txt"]),
)


@settings(deadline=None)
@given(some_paper, some_paper, some_paper)
def test_merging_is_commutative_associative_and_idempotent(a: Paper, b: Paper, c: Paper) -> None:
    assert merge(a, b) == merge(b, a)
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert merge(a, a) == a


@settings(deadline=None)
@given(st.lists(some_paper, max_size=7), st.randoms(use_true_random=False))
def test_order_does_not_matter(papers: list[Paper], random: object) -> None:
    shuffled = papers[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert deduplicate(shuffled) == deduplicate(papers)


@settings(deadline=None)
@given(st.lists(some_paper, max_size=7))
def test_no_two_papers_share_a_key_or_an_id(papers: list[Paper]) -> None:
    unique = deduplicate(papers)
    assert len({paper.id for paper in unique}) == len(unique)
    assert [paper.id for paper in unique] == sorted(paper.id for paper in unique)
    groups: dict[str, set[str]] = {}
    for paper in unique:
        for key in keys(paper):
            groups.setdefault(key, set()).add(paper.id)
    assert all(len(ids) == 1 for ids in groups.values())
    assert {source for paper in unique for source in paper.sources} == {s for paper in papers for s in paper.sources}


@settings(max_examples=20, deadline=None)
@given(st.lists(some_paper, min_size=3, max_size=6))
def test_any_order_of_files_reads_the_same(tmp_path_factory: object, papers: list[Paper]) -> None:
    folder: Path = tmp_path_factory.mktemp("in")  # type: ignore[attr-defined]
    names = []
    for i, paper in enumerate(papers):
        names.append(folder / f"{i}.jsonl")
        fields = {"title": paper.title, "abstract": paper.abstract, "date": paper.date, "doi": paper.doi}
        names[-1].write_text(json.dumps(fields))
    readings = [read(order) for order in itertools.islice(itertools.permutations(names), 0, None, 37)]
    assert all(reading == readings[0] for reading in readings)


def test_the_record_that_knows_more_is_kept() -> None:
    page = Paper(id="title:1", title="LORA", abstract="We propose LoRA.", sources=("page.txt",))
    bib = Paper(id="10.1000/x", title="LoRA", abstract="We propose LoRA. It is low-rank.", date="2021", doi="10.1000/x",
                authors=("Edward J. Hu",), sources=("my.bib",))  # fmt: skip
    arxiv = Paper(id="2106.09685v2", title="LoRA", abstract="We propose LoRA.", date="2021-06-17",
                  arxiv_id="2106.09685", sources=("arxiv.jsonl",))  # fmt: skip
    (paper,) = deduplicate([page, bib, arxiv])
    assert paper == Paper(
        id="2106.09685v2",
        title="LoRA",
        abstract="We propose LoRA. It is low-rank.",
        date="2021-06-17",
        authors=("Edward J. Hu",),
        arxiv_id="2106.09685",
        doi="10.1000/x",
        sources=("arxiv.jsonl", "my.bib", "page.txt"),
    )


def test_versions_of_an_arxiv_paper_are_one_even_under_another_title(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    records = [
        {"id": "2106.09685v1", "title": "LoRA", "abstract": "First."},
        {"arxiv_id": "2106.09685", "title": "LoRA: Low-Rank Adaptation", "abstract": "Second."},
        {"title": "lora", "abstract": "Third, with no id."},
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    (paper,) = read(path).papers
    assert paper.id == "2106.09685"


def test_titles_that_differ_in_more_than_form_are_two() -> None:
    titles = ["ResNet v1", "ResNet v2", "深度学习", "深度强化学习", "!!!", "???"]
    assert len(deduplicate(Paper(id=f"p{i}", title=t, abstract="x") for i, t in enumerate(titles))) == len(titles)


def test_two_lists_that_count_from_one_do_not_collide(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = f"id,title,abstract,doi\n1,Paper {name},x,\n2,Second {name},x,10.1000/{name}\n3{name},Third {name},x,\n"
        (tmp_path / f"{name}.csv").write_text(text)
    ids = [paper.id for paper in read(tmp_path).papers]
    assert len(set(ids)) == 6
    assert {"10.1000/a", "10.1000/b", "3a", "3b"} < set(ids)
    assert "1" not in ids


def test_a_title_that_any_paper_may_have_makes_no_two_one(tmp_path: Path) -> None:
    records = [
        {"title": "Editorial", "abstract": "In this issue.", "doi": "10.1000/a"},
        {"title": "Editorial.", "abstract": "Something else.", "doi": "10.1000/b"},
        {"title": "EDITORIAL", "abstract": "No id.", "authors": ["A"]},
        {"title": "Editorial", "abstract": "No id, and longer."},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert sorted(paper.abstract for paper in read(tmp_path / "in.jsonl").papers) == [
        "In this issue.",
        "No id, and longer.",
        "Something else.",
    ]


def test_a_preprint_and_what_a_journal_made_of_it_are_one(tmp_path: Path) -> None:
    records = [
        {"title": "Low-Rank Adaptation", "abstract": "Text.", "doi": "10.48550/arXiv.2106.09685"},
        {"title": "Low-rank adaptation", "abstract": "Text.", "doi": "10.1000/journal.7"},
        {"title": "Low-Rank Adaptation.", "abstract": "Text.", "doi": "10.1101/2021.06.17"},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, records)))
    (paper,) = read(tmp_path / "in.jsonl").papers
    assert (paper.arxiv_id, paper.doi) == ("2106.09685", "10.1000/journal.7")
