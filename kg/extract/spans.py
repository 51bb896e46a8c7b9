"""The component ``kg_spans``: every span of a text that could be a mention, with a probability for each type.

Each document is computed by itself, so that its numbers do not depend on what else is in the batch.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from kg.model import EntityType

from .facts import Facts, Lookup
from .network import Network
from .tokens import whole_words, written

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
        texts, starts = whole_words(doc)
        if self.network is None or not texts:
            return doc
        cut = written(doc).text.find("\n")
        title = bisect_left(starts, cut) if cut >= 0 else len(texts)
        found, probabilities = self.network(texts, title)
        kept = np.flatnonzero(probabilities.sum(1) >= LEAST)
        spans = []
        places = zip(found.start[kept].tolist(), (found.end[kept] - 1).tolist(), strict=True)
        for (first, last), row in zip(places, probabilities[kept].round(4).tolist(), strict=True):
            spans.append(Scored(starts[first], starts[last] + len(texts[last]), tuple(row)))
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
    text, starts = written(doc).text, written(doc).starts
    taken = bytearray(len(text))
    out = []
    likely = [(max(s.probabilities), s) for s in spans if max(s.probabilities) >= least]
    for most, (start, end, probabilities) in sorted(likely, key=lambda s: (-s[0], s[1].start)):
        if 1 not in taken[start:end]:
            taken[start:end] = b"\1" * (end - start)
            out.append((start, end, TYPES[probabilities.index(most)]))
    return [Span(doc, bisect_left(starts, a), bisect_left(starts, b), label=kind) for a, b, kind in sorted(out)]


def lookup_in(doc: Doc, nlp: Language) -> Lookup:
    """Look names up in the knowledge of the pipeline's ``kg_spans``."""
    network = nlp.get_pipe("kg_spans").network if nlp.has_pipe("kg_spans") else None  # type: ignore[attr-defined]
    seen: dict[str, Facts] = {}
    text = written(doc).text
    words, starts = whole_words(doc)

    def lookup(start: int, end: int) -> Facts:
        surface = text[start:end]
        if surface not in seen:
            name = tuple(words[bisect_left(starts, start) : bisect_left(starts, end)])
            seen[surface] = network.facts(name) if network else Facts("", False, 0)
        return seen[surface]

    return lookup


@Language.factory("kg_spans", assigns=["doc.spans"])
def create_spans(nlp: Language, name: str) -> Spans:
    """The factory of :class:`Spans`."""
    return Spans(nlp.vocab, name)
