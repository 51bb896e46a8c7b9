"""The shipped sample: well-formed, of the promised breadth, and linked."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date

import pytest

from kg import sample
from kg.model import Paper
from kg.read import read

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")


@pytest.fixture(scope="module")
def papers() -> tuple[Paper, ...]:
    reading = read(sample.path())
    assert (reading.duplicates, reading.incomplete, reading.undated) == (0, (), ())
    assert reading.records == len(reading.papers)
    return reading.papers


def test_some_hundred_papers_over_all_years(papers: tuple[Paper, ...]) -> None:
    assert 100 <= len(papers) <= 200
    years = Counter(paper.year for paper in papers)
    assert set(years) == set(range(2012, 2026))
    categories = {category for paper in papers for category in paper.categories}
    assert {"cs.CL", "cs.CV", "cs.LG", "cs.AI", "stat.ML", "eess.AS", "cs.SD"} <= categories


def test_every_line_is_whole_and_plain() -> None:
    lines = sample.path().read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["date"] for record in records] == sorted(record["date"] for record in records)
    for record, line in zip(records, lines, strict=True):
        assert line == json.dumps(record, ensure_ascii=False)
        assert set(record) - {"id"} == {"title", "abstract", "date", "authors", "categories", "url"}
        assert record["authors"] == list(dict.fromkeys(record["authors"]))
        assert 1 <= len(record["authors"]) <= 8
        assert record["url"].startswith("https://")
        assert "  " not in line
        assert "\n" not in record["title"] + record["abstract"]


def test_identifiers_and_dates(papers: tuple[Paper, ...]) -> None:
    assert sum(paper.arxiv_id is None for paper in papers) == 3
    for paper in papers:
        assert paper.date is not None
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", paper.date)
        if paper.arxiv_id:
            assert paper.id == paper.arxiv_id
            assert paper.url == f"https://arxiv.org/abs/{paper.id}"
            # an id is of the month of submission or, for the last days of one, of the next
            numbered = date(2000 + int(paper.id[:2]), int(paper.id[2:4]), 1)
            submitted = date.fromisoformat(paper.date if len(paper.date) == 10 else paper.date + "-01")
            assert -5 <= (submitted - numbered).days <= 30


def test_abstracts_are_abstracts(papers: tuple[Paper, ...]) -> None:
    for paper in papers:
        sentences = SENTENCE.split(paper.abstract)
        assert 4 <= len(sentences) <= 8, paper.title
        assert 60 <= len(paper.abstract.split()) <= 180, paper.title
        assert paper.abstract.endswith(".")
    openings = Counter(" ".join(paper.abstract.split()[:2]) for paper in papers)
    assert openings.most_common(1)[0][1] < len(papers) / 3  # not all from one mould


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("1409.1556", "AlexNet"),
        ("1512.03385", "VGG"),
        ("2010.11929", "ResNet"),
        ("1802.05365", "word2vec"),
        ("1810.04805", "ELMo"),
        ("1907.11692", "BERT"),
        ("2005.14165", "GPT-2"),
        ("2203.02155", "GPT-3"),
        ("1602.01783", "DQN"),
        ("2305.18290", "PPO"),
        ("2402.03300", "PPO"),
        ("2501.12948", "GRPO"),
        ("1812.04948", "progressive GAN"),
        ("2112.10752", "DDPM"),
        ("2305.14314", "LoRA"),
        ("2307.08691", "FlashAttention"),
        ("2312.00752", "S4"),
        ("2106.07447", "wav2vec 2.0"),
        ("2307.09288", "LLaMA"),
    ],
)
def test_later_papers_name_earlier_work(papers: tuple[Paper, ...], later: str, earlier: str) -> None:
    by_id = {paper.id: paper for paper in papers}
    name = re.compile(rf"(?<!\w){re.escape(earlier)}(?!\w)")
    assert name.search(by_id[later].text)
    introduced = min((p for p in papers if name.search(p.text)), key=lambda p: p.date or "")
    assert (introduced.date or "") < (by_id[later].date or "")
