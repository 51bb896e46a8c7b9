"""Annotated papers and corpus texts as arrays to train the network on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from spacy.language import Language
from spacy.tokens import Token

from kg.extract.candidates import Candidates, Words, candidates
from kg.extract.knowledge import Knowledge, Table
from kg.extract.spans import TYPES
from kg.extract.words import exact_hash, flags, fold, word_hash

from .gold import GoldPaper

PART, NOT_ANNOTATED = 6, 7
"""Columns of the gold counts after the types: touches a mention; is not annotated."""


@dataclass
class Example:
    """One text with its candidates, in small numbers: thousands are held at a time."""

    words: list[str]
    tokens: np.ndarray
    start: np.ndarray
    end: np.ndarray
    group: np.ndarray
    features: np.ndarray
    gold: np.ndarray
    """Candidates that are mentions: (candidate, type)."""
    soft: np.ndarray | None = None
    """Or a teacher's probabilities, a row a candidate, a column a type."""

    @classmethod
    def of(cls, words: list[str], found: Candidates, features: np.ndarray, gold: np.ndarray | None = None) -> Example:
        """Of a text's candidates."""
        return cls(
            words,
            found.tokens.astype(np.float16),
            found.start.astype(np.int16),
            found.end.astype(np.int16),
            found.group.astype(np.int16),
            features.astype(np.float16),
            np.zeros((0, 2), np.int64) if gold is None else gold,
        )


@dataclass
class WordTables:
    """What does not depend on context, a row a word: vector and shape, number among the frequent words and endings."""

    words: list[str]
    static: np.ndarray
    frequent: np.ndarray
    ending: np.ndarray


@dataclass
class Text:
    """A tokenised text with its candidates."""

    texts: list[str]
    title: int
    starts: list[int]
    ends: list[int]
    """Character offsets of the tokens (empty for corpus texts)."""
    found: Candidates
    label: np.ndarray
    """For each candidate the column of the gold counts it adds to."""


class WordHashes:
    """Hashes and flags of words, each computed once."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int, list[bool]]] = {}

    def words(self, texts: list[str], title: int) -> Words:
        """The words of a text as arrays."""
        rows = []
        for text in texts:
            if text not in self._seen:
                self._seen[text] = (word_hash(fold(text)), exact_hash(text), flags(text))
            rows.append(self._seen[text])
        folded, exact, marks = zip(*rows, strict=True)
        return Words(texts, title, np.array(folded, np.uint64), np.array(exact, np.uint64), np.array(marks, bool))


def tokenize(nlp: Language, text: str) -> tuple[list[Token], int]:
    """The tokens that are not white space, and how many of them are the title's."""
    tokens = [t for t in nlp.make_doc(text) if not t.is_space]
    cut = text.find("\n")
    return tokens, sum(t.idx < cut for t in tokens)


def texts_of(papers: Iterable[GoldPaper], nlp: Language, known: Knowledge, hashes: WordHashes) -> list[Text]:
    """Annotated papers. ``known`` must not hold gold counts: :class:`GoldCounts` adds them, paper by paper."""
    out = []
    for paper in papers:
        tokens, title = tokenize(nlp, paper.paper.text)
        texts = [t.text for t in tokens]
        found = candidates(hashes.words(texts, title), known)
        starts, ends = [t.idx for t in tokens], [t.idx + len(t) for t in tokens]
        first = {a: i for i, a in enumerate(starts)}
        after = {b: i + 1 for i, b in enumerate(ends)}
        spans: dict[tuple[int, int], int] = {}
        owner = np.zeros(len(texts), bool)
        for (a, b), entity in paper.spans().items():
            if a in first and b in after and first[a] < after[b]:
                spans[first[a], after[b]] = TYPES.index(paper.entities[entity].type)
                owner[first[a] : after[b]] = True
        covered = np.concatenate([[0], np.cumsum(owner)])
        label = np.where(covered[found.end] > covered[found.start], PART, NOT_ANNOTATED)
        for i, span in enumerate(zip(found.start.tolist(), found.end.tolist(), strict=True)):
            label[i] = spans.get(span, label[i])
        slim = replace(found, features=found.features.astype(np.float16))
        out.append(Text(texts, title, starts, ends, slim, label))
    return out


class GoldCounts:
    """In how many places of the annotated papers each phrase is what; for a training paper without its own."""

    def __init__(self, texts: list[Text]) -> None:
        columns = np.concatenate([t.label for t in texts])
        self._counts: dict[str, Table] = {}
        for name in ("folded", "exact"):
            keys, number = np.unique(np.concatenate([getattr(t.found, name) for t in texts]), return_inverse=True)
            counts = np.bincount(number * 8 + columns, minlength=8 * len(keys)).reshape(-1, 8)
            self._counts[name] = Table(keys, counts.astype(np.float32))

    def features(self, text: Text, own: bool) -> np.ndarray:
        """The last columns of the features. ``own``: the text is one of those counted, and is taken out."""
        parts = []
        for name, counts in self._counts.items():
            keys, number = np.unique(getattr(text.found, name), return_inverse=True)
            at = np.minimum(np.searchsorted(counts.keys, keys), len(counts.keys) - 1)
            table = np.where((counts.keys[at] == keys)[:, None], counts.rows[at], 0)
            if own:
                np.subtract.at(table, (number, text.label), 1)
            parts.append(_log_counts(table)[number])
        return np.concatenate(parts, 1)

    def tables(self) -> dict[str, Table]:
        """For the pipeline: :data:`kg.extract.knowledge.TABLES` ``gold`` and ``exact_gold``."""
        out = {}
        for table, name in (("gold", "folded"), ("exact_gold", "exact")):
            counts = self._counts[name]
            kept = counts.rows[:, :PART].any(1) | (counts.rows.sum(1) >= 3)
            out[table] = Table(counts.keys[kept], _log_counts(counts.rows[kept]))
        return out


def _log_counts(counts: np.ndarray) -> np.ndarray:
    rare = (counts[:, :PART].sum(1) == 0) & (counts.sum(1) < 3)
    return np.asarray(np.log2(1 + np.where(rare[:, None], 0, counts)), np.float32)
