"""The component ``kg_mentions``: from the tagger's spans to the paper's mentions and findings.

A surface string is a mention everywhere in the paper or nowhere. Candidates are the strings that the tagger found
once, and the other form of each that the text defines; a small classifier, which sees the tagger's probabilities at
all places and what the lexicons say, gives each the probability of being right. What it accepts is marked at every
place where it does not lie inside a longer mention, and strings that are one thing are put together.

Writes ``doc.user_data["kg_findings"]``: a list of :class:`Found`, without roles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from . import definitions, tagger
from .lexicon import Lexicon, fold
from .linear import Features as Bag
from .linear import LogLinear, bucket

KEY = "kg_findings"
URL = re.compile(r"(?:https?://|www\.)[^\s{}]+|\b[\w.-]+\.(?:com|org|io|net|co|ai|edu)/[^\s{}]*|\S+@\w+\.\w+")
EDGES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
_LEADING = re.compile(
    r"^(?:(?:the|a|an|our|this|these|its|their|novel|new|proposed|existing)\s+|[\"'“‘`$({\[]+(?=\w))+", re.I
)


@dataclass
class Candidate:
    """A surface string with a type, at all its places."""

    text: str
    type: str
    places: list[tuple[int, int]]
    """Character offsets."""
    products: list[float]
    """The tagger's probability of exactly this span and type, at each place."""
    found: int = 0
    """At how many places the tagger's best sequence has it."""
    defined: bool = False
    confidence: float = 0.0


@dataclass
class Found:
    """A finding before it has a role."""

    type: str
    confidence: float
    mentions: list[tuple[int, int, float]] = field(default_factory=list)
    """Start, end, confidence; sorted."""
    defined: bool = False
    role: str = "mentions"
    role_confidence: float = 0.0


def span_probability(probabilities: np.ndarray, start: int, end: int, kind: str) -> float:
    """The product of the labels' probabilities that make tokens ``start`` to ``end`` one span of type ``kind``."""
    base = 1 + 4 * tagger.TYPES.index(kind)
    if end - start == 1:
        return float(probabilities[start, base + 3])
    inner = probabilities[start + 1 : end - 1, base + 1]
    return float(probabilities[start, base] * inner.prod() * probabilities[end - 1, base + 2])


def occurrences(text: str, surface: str) -> list[tuple[int, int]]:
    """Every place of ``surface`` in ``text`` that begins and ends at a word's edge."""
    return [m.span() for m in re.finditer(r"(?<!\w)" + re.escape(surface) + r"(?!\w)", text)]


def urls(text: str) -> list[tuple[int, int]]:
    """Where the text has web addresses."""
    return [m.span() for m in URL.finditer(text)]


def _inside(start: int, end: int, areas: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in areas)


def candidates(doc: Doc) -> list[Candidate]:
    """What the tagger's spans and the text's definitions propose, sorted by place and type."""
    text = doc.text
    banned = urls(text)
    probabilities = doc.user_data[tagger.PROBABILITIES]
    votes: dict[tuple[str, str], int] = {}
    for span in doc.spans[tagger.SPANS]:
        start, end = span.start_char, span.end_char
        lead = _LEADING.match(text[start:end])
        if lead and lead.end() < end - start:
            start += lead.end()
        surface = text[start:end].strip()
        if surface and any(c.isalpha() for c in surface) and not _inside(start, end, banned):
            votes[surface, span.label_] = votes.get((surface, span.label_), 0) + 1
    pairs = doc.user_data.get(definitions.KEY, [])
    partner = {}
    for d in pairs:
        short, long = text[d.short_start : d.short_end], text[d.long_start : d.long_end]
        partner[short], partner[long] = long, short
    for (surface, kind), _ in sorted(votes.items()):
        other = partner.get(surface)
        if other and not any((other, k) in votes for k in tagger.TYPES):
            votes[other, kind] = 0
    out = []
    for (surface, kind), n in votes.items():
        places, products = [], []
        for start, end in occurrences(text, surface):
            span = doc.char_span(start, end)
            if span is None or _inside(start, end, banned):
                continue
            places.append((start, end))
            products.append(span_probability(probabilities, span.start, span.end, kind))
        if places:
            out.append(Candidate(surface, kind, places, products, n, surface in partner))
    return sorted(out, key=lambda c: (c.places[0], -len(c.text), c.type))


def shape(text: str) -> str:
    """How a name is written."""
    if text == text.lower():
        return "lower"
    if text == text.upper():
        return "upper"
    words = re.findall(r"[^\W\d_]+", text)
    if words and all(w[0].isupper() and w[1:] == w[1:].lower() for w in words):
        return "title"
    return "mixed" if any(w[1:] != w[1:].lower() for w in words) else "some"


def candidate_features(doc: Doc, candidate: Candidate, lexicons: dict[str, Lexicon]) -> Bag:
    """What the acceptance classifier sees."""
    best, mean = max(candidate.products), sum(candidate.products) / len(candidate.products)
    words = len(candidate.text.split())
    says = []
    for key in sorted(lexicons):
        label = lexicons[key].get(candidate.text)
        if label == candidate.type:
            label = "same"
        elif label in tagger.TYPES:
            label = "other"
        says.append(f"{key}={label}")
    found = candidate.found / len(candidate.places)
    in_title = candidate.places[0][0] < doc.text.find("\n")
    bag = [
        "bias",
        f"type={candidate.type}",
        bucket("best", best, EDGES),
        bucket("mean", mean, EDGES),
        *says,
        " ".join(says),
        f"shape={shape(candidate.text)}",
        f"type={candidate.type} shape={shape(candidate.text)}",
        f"words={min(words, 6)}",
        f"places={min(len(candidate.places), 5)}",
        bucket("found", found, (0.01, 0.34, 0.51, 0.99)),
        bucket("found", found, (0.01, 0.34, 0.51, 0.99)) + bucket(" best", best, (0.2, 0.5, 0.8, 0.95)),
        f"defined={candidate.defined}",
        f"title={in_title}",
    ]
    bag += [f"type={candidate.type} {s}" for s in says]
    out = dict.fromkeys(bag, 1.0)
    out["logit best"] = float(np.clip(np.log((best + 1e-4) / (1 - best + 1e-4)), -6, 6)) / 3
    out["logit mean"] = float(np.clip(np.log((mean + 1e-4) / (1 - mean + 1e-4)), -6, 6)) / 3
    return out


class Mentions:
    """The component ``kg_mentions``."""

    def __init__(self, nlp: Language, name: str = "kg_mentions", threshold: float = 0.4) -> None:
        self.nlp = nlp
        self.name = name
        self.threshold = threshold
        self.accept: LogLinear | None = None

    def score(self, doc: Doc) -> list[Candidate]:
        """The candidates with their confidences."""
        found = candidates(doc)
        if not found:
            return []
        if self.accept is None:
            for c in found:
                c.confidence = max(c.products)
            return found
        lexicons = self.nlp.get_pipe("kg_features").lexicons  # type: ignore[attr-defined]
        probabilities = self.accept.predict([candidate_features(doc, c, lexicons) for c in found])
        yes = self.accept.classes.index("yes")
        for c, row in zip(found, probabilities, strict=True):
            c.confidence = round(float(row[yes]), 4)
        return found

    def __call__(self, doc: Doc) -> Doc:
        """Write what is accepted to ``doc.user_data["kg_findings"]``."""
        best: dict[str, Candidate] = {}
        for c in self.score(doc):
            if c.confidence >= self.threshold and (c.text not in best or c.confidence > best[c.text].confidence):
                best[c.text] = c
        doc.user_data[KEY] = group(doc, list(best.values()))
        return doc

    def to_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the classifier."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        if self.accept:
            self.accept.to_disk(path / "accept")

    def from_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> Mentions:
        """Read the classifier."""
        if (Path(path) / "accept.json").exists():
            self.accept = LogLinear.from_disk(Path(path) / "accept")
        return self


def group(doc: Doc, accepted: list[Candidate]) -> list[Found]:
    """Mark the accepted strings, longest first, and put together those that are one thing."""
    text = doc.text
    taken = bytearray(len(text))
    marked: dict[int, list[tuple[int, int]]] = {}
    order = sorted(range(len(accepted)), key=lambda i: (-len(accepted[i].text), accepted[i].text))
    for i in order:
        for start, end in accepted[i].places:
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                marked.setdefault(i, []).append((start, end))
    # union of strings with the same key, and of the two forms of a definition
    parent: dict[str, str] = {}

    def find(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for d in doc.user_data.get(definitions.KEY, []):
        short, long = fold(text[d.short_start : d.short_end]), fold(text[d.long_start : d.long_end])
        a, b = find(short), find(long)
        if a != b:
            parent[max(a, b)] = min(a, b)
    groups: dict[str, list[int]] = {}
    for i in marked:
        groups.setdefault(find(fold(accepted[i].text)), []).append(i)
    out = []
    for members in groups.values():
        weight: dict[str, float] = {}
        for i in members:
            weight[accepted[i].type] = weight.get(accepted[i].type, 0.0) + accepted[i].confidence
        kind = max(sorted(weight), key=lambda t: weight[t])
        confidence = max(accepted[i].confidence for i in members if accepted[i].type == kind)
        mentions = sorted((a, b, accepted[i].confidence) for i in members for a, b in marked[i])
        out.append(Found(kind, confidence, mentions, any(accepted[i].defined for i in members)))
    return sorted(out, key=lambda f: f.mentions[0])


@Language.factory("kg_mentions", default_config={"threshold": 0.4}, assigns=["doc.user_data"])
def create_mentions(nlp: Language, name: str, threshold: float) -> Mentions:
    """The factory of :class:`Mentions`."""
    return Mentions(nlp, name, threshold)
