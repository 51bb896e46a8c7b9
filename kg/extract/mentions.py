"""The component ``kg_mentions``: from scored spans to the paper's mentions and findings.

A name is a mention everywhere in the paper or nowhere, and has one type. So the probabilities of a string are gathered
over all its places; strings that are one thing (the same but for case, number and hyphens, or the two forms of a
definition) choose their type together. What is probable enough is marked at every place where it does not lie inside a
longer mention. Two small classifiers turn probabilities into calibrated confidences, of mentions and of findings.

Writes ``doc.user_data["kg_findings"]``: a list of :class:`Found`, without roles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from . import definitions, spans
from .linear import Features as Bag
from .linear import LogLinear, bucket
from .words import fold_name

KEY = "kg_findings"
URL = re.compile(r"(?:https?://|www\.)[^\s{}]+|\b[\w.-]+\.(?:com|org|io|net|co|ai|edu)/[^\s{}]*|\S+@\w+\.\w+")
EDGES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
LEAST = 0.12
"""A string whose best place is less probable than this is not looked at."""


@dataclass
class Candidate:
    """A string that may be a mention, with all its places."""

    text: str
    places: list[tuple[int, int]]
    """Character offsets."""
    probabilities: np.ndarray
    """A row a place, a column a type."""
    group: str = ""
    type: str = ""
    defined: bool = False
    partner: float = 0.0
    """How probable the other strings of its group are."""
    rival: float = 0.0
    """How probable the best overlapping span is."""
    confidence: float = 0.0

    @property
    def best(self) -> float:
        """The probability of its type at its best place."""
        return float(self.probabilities[:, spans.TYPES.index(self.type)].max())


@dataclass
class Found:
    """A finding; its role is decided by the next component."""

    type: str
    confidence: float
    mentions: list[tuple[int, int, float]] = field(default_factory=list)
    """Start, end, confidence; sorted."""
    defined: bool = False
    role: str = "mentions"
    role_confidence: float = 0.0


def occurrences(text: str, surface: str) -> list[tuple[int, int]]:
    """Every place of ``surface`` in ``text`` that begins and ends at a word's edge."""
    return [m.span() for m in re.finditer(r"(?<!\w)" + re.escape(surface) + r"(?!\w)", text)]


def urls(text: str) -> list[tuple[int, int]]:
    """Where the text has web addresses."""
    return [m.span() for m in URL.finditer(text)]


def _inside(start: int, end: int, areas: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in areas)


def candidates(text: str, scored: list[spans.Scored], pairs: list[definitions.Definition]) -> list[Candidate]:
    """The strings worth a decision, with type and group, sorted by first place."""
    banned = urls(text)
    rows: dict[tuple[int, int], np.ndarray] = {}
    best: dict[str, float] = {}
    for span in scored:
        surface = text[span.start : span.end]
        if any(c.isalpha() for c in surface) and not _inside(span.start, span.end, banned):
            rows[span.start, span.end] = np.asarray(span.probabilities)
            best[surface] = max(best.get(surface, 0.0), max(span.probabilities))
    chosen = {s for s, p in best.items() if p >= LEAST}
    forms = [(text[d.short_start : d.short_end], text[d.long_start : d.long_end]) for d in pairs]
    groups = _groups(best.keys(), forms)
    defined = {form for pair in forms for form in pair}
    found = []
    for surface in sorted(chosen):
        places = [p for p in occurrences(text, surface) if not _inside(*p, banned)]
        if places:
            nothing = np.zeros(len(spans.TYPES))
            table = np.stack([rows.get(p, nothing) for p in places])
            found.append(Candidate(surface, places, table, groups[surface], defined=surface in defined))
    votes: dict[str, np.ndarray] = {}
    for c in found:
        votes[c.group] = votes.get(c.group, 0.0) + c.probabilities.max(0)
    for c in found:
        c.type = spans.TYPES[int(votes[c.group].argmax())]
        kind = spans.TYPES.index(c.type)
        others = [o.probabilities[:, kind].max() for o in found if o.group == c.group and o is not c]
        c.partner = float(max(others, default=0.0))
        overlapping = [
            float(p.max()) for (a, b), p in rows.items() for x, y in c.places if a < y and x < b and (a, b) != (x, y)
        ]
        c.rival = max(overlapping, default=0.0)
    return sorted(found, key=lambda c: (c.places[0], -len(c.text)))


def _groups(surfaces: Iterable[str], forms: list[tuple[str, str]]) -> dict[str, str]:
    """A group's name for every string: strings with one folded key, and the two forms of a definition."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for short, long in forms:
        a, b = root(fold_name(short)), root(fold_name(long))
        if a != b:
            parent[max(a, b)] = min(a, b)
    return {s: root(fold_name(s)) for s in surfaces}


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


def _logit(p: float) -> float:
    return float(np.clip(np.log((p + 1e-4) / (1 - p + 1e-4)), -6, 6)) / 3


def candidate_features(c: Candidate, title: int) -> Bag:
    """What the classifier sees of a string. ``title``: where the title ends."""
    column = c.probabilities[:, spans.TYPES.index(c.type)]
    best, mean = float(column.max()), float(column.mean())
    second = float(np.delete(c.probabilities, spans.TYPES.index(c.type), 1).max())
    bag = [
        "bias",
        f"type={c.type}",
        bucket("best", best, EDGES),
        bucket("mean", mean, EDGES),
        bucket("second", second, (0.02, 0.05, 0.1, 0.2, 0.4)),
        bucket("rival", c.rival, (0.02, 0.1, 0.2, 0.4, 0.6, 0.8)),
        bucket("partner", c.partner, (0.02, 0.2, 0.5, 0.8)),
        f"shape={shape(c.text)}",
        f"type={c.type} shape={shape(c.text)}",
        f"words={min(len(c.text.split()), 6)}",
        f"places={min(len(c.places), 5)}",
        f"defined={c.defined}",
        f"title={c.places[0][0] < title}",
        f"only title={all(a < title for a, _ in c.places)}",
    ]
    out = dict.fromkeys(bag, 1.0)
    out["logit best"] = _logit(best)
    out["logit mean"] = _logit(mean)
    out[f"{c.type} logit best"] = _logit(best)
    return out


def finding_features(found: Found, strings: int) -> Bag:
    """What the calibration of a finding's confidence sees."""
    return {
        "bias": 1.0,
        f"type={found.type}": 1.0,
        f"strings={min(strings, 3)}": 1.0,
        f"mentions={min(len(found.mentions), 4)}": 1.0,
        bucket("confidence", found.confidence, EDGES): 1.0,
        "logit": _logit(found.confidence),
    }


class Mentions:
    """The component ``kg_mentions``. ``threshold``: the least probability, at its best place, of an accepted string."""

    def __init__(self, nlp: Language, name: str = "kg_mentions", threshold: float = 0.5) -> None:
        self.nlp = nlp
        self.name = name
        self.threshold = threshold
        self.of_mentions: LogLinear | None = None
        self.of_findings: LogLinear | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Write what is accepted to ``doc.user_data["kg_findings"]``."""
        pairs = doc.user_data[definitions.KEY]
        doc.user_data[KEY] = self.findings(doc.text, doc.user_data[spans.KEY], pairs)
        return doc

    def findings(self, text: str, scored: list[spans.Scored], pairs: list[definitions.Definition]) -> list[Found]:
        """The findings of a text."""
        found = [c for c in candidates(text, scored, pairs) if c.best >= self.threshold]
        title = text.find("\n")
        for c, p in zip(found, _yes(self.of_mentions, [candidate_features(c, title) for c in found]), strict=True):
            c.confidence = c.best if p is None else p
        findings = group(text, found)
        bags = [finding_features(f, len({text[a:b] for a, b, _ in f.mentions})) for f in findings]
        for f, p in zip(findings, _yes(self.of_findings, bags), strict=True):
            f.confidence = round(f.confidence if p is None else p, 4)
        return findings

    def to_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the classifiers."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        for name in ("of_mentions", "of_findings"):
            if model := getattr(self, name):
                model.to_disk(path / name)

    def from_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> Mentions:
        """Read the classifiers."""
        for name in ("of_mentions", "of_findings"):
            if (Path(path) / f"{name}.json").exists():
                setattr(self, name, LogLinear.from_disk(Path(path) / name))
        return self


def _yes(model: LogLinear | None, bags: list[Bag]) -> list[float | None]:
    if model is None or not bags:
        return [None] * len(bags)
    return [float(p) for p in model.predict(bags)[:, model.classes.index("yes")]]


def group(text: str, accepted: list[Candidate]) -> list[Found]:
    """Mark the accepted strings, longest first, and put together those of one group."""
    taken = bytearray(len(text))
    marked: dict[int, list[tuple[int, int]]] = {}
    for i in sorted(range(len(accepted)), key=lambda i: (-len(accepted[i].text), accepted[i].text)):
        for start, end in accepted[i].places:
            if 1 not in taken[start:end]:
                taken[start:end] = b"\1" * (end - start)
                marked.setdefault(i, []).append((start, end))
    groups: dict[str, list[int]] = {}
    for i in sorted(marked):
        groups.setdefault(accepted[i].group, []).append(i)
    out = []
    for members in groups.values():
        out.append(
            Found(
                type=accepted[members[0]].type,
                confidence=max(accepted[i].confidence for i in members),
                mentions=sorted((a, b, round(accepted[i].confidence, 4)) for i in members for a, b in marked[i]),
                defined=any(accepted[i].defined for i in members),
            )
        )
    return sorted(out, key=lambda f: f.mentions[0])


@Language.factory("kg_mentions", default_config={"threshold": 0.5}, assigns=["doc.user_data"])
def create_mentions(nlp: Language, name: str, threshold: float) -> Mentions:
    """The factory of :class:`Mentions`."""
    return Mentions(nlp, name, threshold)
