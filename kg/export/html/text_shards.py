"""What the page reads only when a paper is opened, in shards: abstracts, mentions, evidence sentences, categories."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import repeat

import numpy as np
import pandas as pd

from kg.export.html.columns import GAP, Block, Ints, Vocabulary, Words, all_clean, cleaned, utf16_length, zigzag
from kg.export.html.excerpts import Choice, Excerpts
from kg.export.html.numbered import Order, by_numbers, to_utf16
from kg.export.html.units import Units
from kg.model import Tables

SHARD = 256
"""Papers in a shard: some 75 kB compressed, a few milliseconds to decode."""

TOLD = 16
"""Shards whose texts are put into words at once: so many have half of their words in common."""

TRIED = 5
"""Of so many shards one is compressed twice, to learn what text really takes; of a few, all are."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def text_shards(
    tables: Tables,
    order: Order,
    links: pd.DataFrame,
    vocabulary: Vocabulary,
    wide: dict[int, str],
    *,
    lean: bool,
    budget: int,
) -> tuple[list[bytes], int]:
    """The shards, in ``budget`` bytes where that is possible, and how many abstracts they carry whole.

    ``links`` are those of papers to entities (:func:`.numbered.numbered_links`); they get the column ``sentence``.
    ``wide`` is what :func:`.numbered.wide_papers` finds. With ``lean`` there are only the facts that the panel shows.
    """
    papers = order.papers
    facts = list(map(_facts, papers["categories"], all_clean(papers["url"])))
    titles = all_clean(papers["title"])
    before = np.array([utf16_length(title) for title in titles], dtype=np.int64)
    firsts = range(0, len(papers), SHARD)

    def shard(first: int, choice: Choice | None = None, words: Words | None = None, gaps: Sequence[int] = ()) -> bytes:
        last = min(first + SHARD, len(papers))
        block = Block()
        block.strings("facts", facts[first:last])
        if choice and words:
            block.texts("abstract", words)
            block.numbers("abstract_gap", gaps)
            units = Units(before[first:last], words, gaps, vocabulary)
            here = links.iloc[slice(*np.searchsorted(links["source"], [first, last]))]
            rows = slice(*np.searchsorted(sentences["paper"], [first, last]))
            carried = choice.sentences[rows]
            spans = sentences.iloc[rows][carried]
            block.numbers("sentence_count", np.bincount(spans["paper"] - first, minlength=last - first))
            _spans(block, "sentence", spans, first, units)
            place = np.zeros(len(carried) + 1, dtype=np.int64)  # the last is for links without a sentence
            place[:-1][carried] = spans.groupby("paper").cumcount() + 1
            block.numbers("link_sentence", place[np.where(here["sentence"] < 0, -1, here["sentence"] - rows.start)])
            rows = slice(*np.searchsorted(mentions["paper"], [first, last]))
            named = mentions.iloc[rows][choice.mentions[rows]]
            block.numbers("mention_count", np.bincount(named["paper"] - first, minlength=last - first))
            _spans(block, "mention", named, first, units)
            block.numbers("mention_link", named["link"])
        return block.compress()

    def told(choice: Choice, firsts: Sequence[int]) -> Iterator[bytes]:
        """The shards that begin with these papers."""
        for at in range(0, len(firsts), TOLD):
            some = firsts[at : at + TOLD]
            shortened, gaps = zip(*(_gaps(choice.abstracts[first : first + SHARD]) for first in some), strict=True)
            yield from map(shard, some, repeat(choice), vocabulary.encode_each(shortened), gaps)

    if lean:
        return [shard(first) for first in firsts], 0
    mentions = _mentions(tables, order, links, wide)
    sentences = _sentences(links, wide)
    texts = Excerpts(titles, all_clean(papers["abstract"]), links, mentions, sentences)

    def size(choice: Choice) -> float:
        """What text really takes, from a few shards."""
        tried = list(firsts)[TRIED // 2 :: TRIED] if len(firsts) > 8 * TRIED else list(firsts)
        real = sum(map(len, told(choice, tried)))
        return real * float(choice.cost.sum()) / float(sum(choice.cost[first : first + SHARD].sum() for first in tried))

    budget = max(0, budget)
    choice = texts.all()
    reckoned = most = float(choice.cost.sum())
    if reckoned * 1.5 > budget and (whole := size(choice)) * 1.01 > budget:
        least = float(texts.short_cost.sum())
        short = size(texts.within(least))
        if short < budget:  # between the two it grows with what is whole
            reckoned = least + (0.99 * budget - short) / (whole - short) * (most - least)
        else:
            reckoned = least * 0.985 * budget / short
        choice = texts.within(reckoned)
    shards = list(told(choice, firsts))
    real = sum(map(len, shards))
    if real > budget and choice.whole:  # the shards that were tried were not as the rest are
        choice = texts.within(reckoned * 0.99 * budget / real)
        shards = list(told(choice, firsts))
    return shards, choice.whole


def _gaps(abstracts: list[str]) -> tuple[list[str], list[int]]:
    """Abstracts with one character for each gap, and what these stand for.

    >>> _gaps(["One.\\x00345\\x00 Two."])
    (['One.\\x00 Two.'], [345])
    """
    parts = [abstract.split(GAP) for abstract in abstracts]
    return [GAP.join(part[::2]) for part in parts], [int(length) for part in parts for length in part[1::2]]


def _spans(block: Block, name: str, pieces: pd.DataFrame, first: int, units: Units) -> None:
    """Pieces of texts, sorted; each is told by how far behind the one before it in its text it starts.

    Most sentences follow upon each other, so most of these distances are 0.
    """
    rows: Ints = pieces["paper"].to_numpy() - first
    start, start_rest = units.starts(rows, pieces["start"].to_numpy())
    end, end_rest = units.ends(rows, pieces["end"].to_numpy())
    before = np.concatenate([[0], end[:-1]])
    before[np.flatnonzero(np.diff(rows)) + 1] = 0
    block.numbers(f"{name}_gap", zigzag(start - before[: len(start)]))
    block.numbers(f"{name}_length", end - start)
    block.numbers(f"{name}_start_rest", start_rest)
    block.numbers(f"{name}_end_rest", end_rest)


def _sentences(links: pd.DataFrame, wide: dict[int, str]) -> pd.DataFrame:
    """The evidence sentences of all papers; adds to ``links`` which of them is each link's (-1 for none)."""
    spans = links[["source", "start", "end"]].rename(columns={"source": "paper"})
    to_utf16(spans, "paper", ["start", "end"], wide)
    links["start"], links["end"] = spans["start"], spans["end"]
    there = spans[spans["start"] >= 0]
    unique = by_numbers(there.drop_duplicates(), "paper", "start", "end")
    unique["number"] = np.arange(len(unique))
    keyed = spans.merge(unique, on=["paper", "start", "end"], how="left")
    links["sentence"] = keyed["number"].fillna(-1).astype(int).to_numpy()
    return unique


def _mentions(tables: Tables, order: Order, links: pd.DataFrame, wide: dict[int, str]) -> pd.DataFrame:
    """Every mention with the place of its link among its paper's links (from 1; 0 none)."""
    frame = pd.DataFrame(
        {
            "paper": order.paper(tables.mentions["paper"]),
            "entity": order.entity(tables.mentions["entity"]),
            "start": tables.mentions["start"].to_numpy(dtype=np.int64),
            "end": tables.mentions["end"].to_numpy(dtype=np.int64),
        }
    )
    frame = frame[(frame["paper"] >= 0) & (frame["entity"] >= 0)].reset_index(drop=True)
    to_utf16(frame, "paper", ["start", "end"], wide)
    place = links[["source", "target"]].copy()
    place["link"] = place.groupby("source").cumcount() + 1
    place = place.drop_duplicates(["source", "target"]).rename(columns={"source": "paper", "target": "entity"})
    frame = frame.merge(place, on=["paper", "entity"], how="left")
    frame["link"] = frame["link"].fillna(0).astype(int)
    return by_numbers(frame, "paper", "start", "end", "entity")


def _facts(categories: object, url: str) -> str:
    """What only the panel shows: categories and the paper's page, as JSON without what is missing."""
    facts = {key: value for key, value in (("categories", cleaned(categories)), ("url", url)) if value}
    return _JSON.encode(facts) if facts else ""
