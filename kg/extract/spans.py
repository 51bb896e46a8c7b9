"""The component ``kg_spans``: every span of a text that could be a mention, with a probability for each type.

Each document is computed by itself, so that its numbers do not depend on what else is in the batch.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from kg.model import EntityType

from .knowledge import Knowledge
from .network import Network
from .words import exact_hash, fold, phrase_hash, word_hash

KEY = "kg_spans"
TYPES = tuple(str(t) for t in EntityType)
LEAST = 0.02
"""Spans less probable than this are dropped."""


class Scored(NamedTuple):
    """A span (characters) and its probabilities, in the order of :data:`TYPES`."""

    start: int
    end: int
    probabilities: tuple[float, ...]


class Spans:
    """The component ``kg_spans``. Also writes the likeliest spans that do not overlap to ``doc.spans["mentions"]``."""

    def __init__(self, vocab: Vocab, name: str = "kg_spans") -> None:
        self.vocab = vocab
        self.name = name
        self.network: Network | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Write the spans to ``doc.user_data["kg_spans"]``."""
        doc.user_data[KEY] = []
        doc.spans["mentions"] = []
        tokens = [t for t in doc if not t.is_space]
        if self.network is None or not tokens:
            return doc
        texts, starts = [t.text for t in tokens], [t.idx for t in tokens]
        cut = doc.text.find("\n")
        title = bisect_left(starts, cut) if cut >= 0 else len(tokens)
        found, probabilities = self.network(texts, title)
        kept = np.flatnonzero(probabilities.sum(1) >= LEAST)
        spans = []
        places = zip(found.start[kept].tolist(), (found.end[kept] - 1).tolist(), strict=True)
        for (first, last), row in zip(places, probabilities[kept].tolist(), strict=True):
            numbers = tuple(round(p, 4) for p in row)
            spans.append(Scored(starts[first], starts[last] + len(texts[last]), numbers))
        doc.user_data[KEY] = spans
        doc.spans["mentions"] = best_spans(doc, spans)
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 1) -> Iterator[Doc]:
        """Each document by itself."""
        return map(self, docs)

    def to_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the network."""
        Path(path).mkdir(parents=True, exist_ok=True)
        if self.network:
            self.network.to_disk(Path(path))

    def from_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> Spans:
        """Read the network."""
        self.network = Network.from_disk(Path(path))
        return self


def nothing(places: int = 1) -> np.ndarray:
    """A table of probabilities in which nothing is probable."""
    return np.zeros((places, len(TYPES)))


def best_spans(doc: Doc, spans: list[Scored], least: float = 0.5) -> list[Span]:
    """The likeliest spans that do not overlap."""
    taken = bytearray(len(doc.text))
    out = []
    for span in sorted(spans, key=lambda s: (-max(s.probabilities), s.start)):
        if max(span.probabilities) < least or 1 in taken[span.start : span.end]:
            continue
        kind = TYPES[span.probabilities.index(max(span.probabilities))]
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
        out.append((span.start, span.end, kind))
    first, after = {}, {}
    for t in doc:
        first[t.idx], after[t.idx + len(t)] = t.i, t.i + 1
    return [Span(doc, first[a], after[b], label=kind) for a, b, kind in sorted(out)]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a name before the text is read."""

    term: str
    """The type a reader judged it to be, ``-`` for none, empty where it was not judged."""
    listed: bool
    """In one of the public lists."""
    papers: int
    """In how many abstracts of the corpus, as a power of two; 0 for less than three."""


def facts(known: Knowledge, words: Sequence[str]) -> Facts:
    """Look a name up, given as its tokens."""
    if not words:
        return Facts("", False, 0)
    folded = np.uint64(phrase_hash([word_hash(fold(w)) for w in words]))
    exact = np.uint64(phrase_hash([exact_hash(w) for w in words]))
    term = ""
    for table, key in (("exact_terms", exact), ("terms", folded)):
        row = known[table].get(key)
        if row is not None and row.any():
            term = (*TYPES, "-")[int(row.argmax())]
            break
    listed = known["lists"].get(folded) is not None or known["lists"].get(exact) is not None
    corpus = known["corpus"].get(folded)
    return Facts(term, listed, 1 + int(np.floor(corpus[0] * 2)) + 4 if corpus is not None else 0)


Lookup = Callable[[int, int], Facts]
"""What is known of the name at these character offsets."""


def lookup_in(doc: Doc, nlp: Language) -> Lookup:
    """Look names up in the knowledge of the pipeline's ``kg_spans``."""
    network = nlp.get_pipe("kg_spans").network if nlp.has_pipe("kg_spans") else None  # type: ignore[attr-defined]
    seen: dict[str, Facts] = {}
    text = doc.text  # put together anew at every access
    tokens = [(t.idx, t.text) for t in doc if not t.is_space]
    starts = [at for at, _ in tokens]

    def lookup(start: int, end: int) -> Facts:
        surface = text[start:end]
        if surface not in seen:
            words = [word for _, word in tokens[bisect_left(starts, start) : bisect_left(starts, end)]]
            seen[surface] = facts(network.known, words) if network else Facts("", False, 0)
        return seen[surface]

    return lookup


@Language.factory("kg_spans", assigns=["doc.spans"])
def create_spans(nlp: Language, name: str) -> Spans:
    """The factory of :class:`Spans`."""
    return Spans(nlp.vocab, name)
