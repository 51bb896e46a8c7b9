"""The component ``kg_mentions``: from scored spans to the paper's mentions and findings.

A name is a mention everywhere in the paper or nowhere, and has one type. So the probabilities of a string are gathered
over all its places; strings that are one thing (the same but for case, number and hyphens, or the two forms of a
definition) choose their type together. A log-linear classifier weighs the network's probabilities against what it
cannot see well: "X, a benchmark for …", the title's words after "X:", how the name is written, what is known of it; the
mean of the two counts. What is probable enough is marked at every place where it does not lie inside a longer mention.
A second classifier calibrates the confidences of findings.

Writes ``doc.user_data["kg_findings"]``: a list of :class:`Found`, without roles.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from srsly.msgpack import msgpack_decoders, msgpack_encoders

from . import definitions, spans
from .facts import Facts, Lookup
from .linear import Features as Bag
from .linear import LogLinear, bucket
from .tokens import written
from .words import fold_name

KEY = "kg_findings"
URL = re.compile(r"(?:https?://|www\.)[^\s{}]+|\b[\w.-]+\.(?:com|org|io|net|co|ai|edu)/[^\s{}]*|\S+@\w+\.\w+")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(_PAIRS.values())
_DEBRIS = re.compile(r"[()\[\]{},;:.]")
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


def _encode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(value, Found):
        return {KEY: list(astuple(value))}
    return value if chain is None else chain(value)


def _decode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(value, dict) and value.keys() == {KEY} and len(value[KEY]) == len(fields(Found)):
        kind, confidence, mentions, *others = value[KEY]
        return Found(kind, confidence, [(a, b, p) for a, b, p in mentions], *others)
    return value if chain is None else chain(value)


# so that documents travel between processes (``nlp.pipe(n_process=2)``, ``Doc.to_bytes``)
msgpack_encoders.register(KEY, func=_encode)
msgpack_decoders.register(KEY, func=_decode)


def occurrences(text: str, surface: str) -> list[tuple[int, int]]:
    """Every place of ``surface`` in ``text`` that begins and ends at a word's edge.

    >>> occurrences("LoRA, QLoRA and LoRA", "LoRA")
    [(0, 4), (16, 20)]
    """
    found = []
    at = text.find(surface)
    while at >= 0:
        end = at + len(surface)
        whole = not (at and _in_word(text[at - 1])) and not (end < len(text) and _in_word(text[end]))
        if whole:
            found.append((at, end))
        at = text.find(surface, end if whole else at + 1)
    return found


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets without what a tokenizer could not part from the name: half a pair of brackets, marks at the edges.

    >>> text = "agents (LLM)-based, and SUNRGB-D."
    >>> [text[slice(*tidy(text, a, b))] for a, b in [(8, 18), (24, 33)]]
    ['LLM', 'SUNRGB-D']
    """
    if not _DEBRIS.search(text, start, end):
        return start, end
    waiting: list[int] = []
    for at in range(start, end):
        if text[at] in _PAIRS:
            waiting.append(at)
        elif text[at] in _CLOSING:
            if not waiting or _PAIRS[text[waiting[-1]]] != text[at]:
                end = at
                break
            waiting.pop()
    waiting = [at for at in waiting if at < end]
    if len(waiting) == 1 and waiting[0] < end - 1 and text[end : end + 1] == _PAIRS[text[waiting[0]]]:
        end += 1  # "BigO(Bench" and ")"
    elif waiting:
        end = waiting[0]
    while start < end and text[start] in ",;: ":
        start += 1
    while start < end and (text[end - 1] in ",;: " or (text[end - 1] == "." and "." not in text[start : end - 1])):
        end -= 1
    return start, end


def urls(text: str) -> list[tuple[int, int]]:
    """Where the text has web addresses."""
    return [m.span() for m in URL.finditer(text)]


def _inside(start: int, end: int, areas: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in areas)


def candidates(text: str, scored: list[spans.Scored], pairs: list[definitions.Definition]) -> list[Candidate]:
    """The strings worth a decision, with type and group, sorted by first place."""
    banned = urls(text)
    rows: dict[tuple[int, int], tuple[float, ...]] = {}
    best: dict[str, float] = {}
    for span in sorted(scored):
        start, end = tidy(text, span.start, span.end)
        surface = text[start:end]
        if any(c.isalpha() for c in surface) and not _inside(start, end, banned):
            if (start, end) not in rows or max(rows[start, end]) < max(span.probabilities):
                rows[start, end] = span.probabilities
            best[surface] = max(best.get(surface, 0.0), max(span.probabilities))
    chosen = {s for s, p in best.items() if p >= LEAST}
    forms = [(text[d.short_start : d.short_end], text[d.long_start : d.long_end]) for d in pairs]
    groups = groups_of(best.keys(), forms)
    defined = {form for pair in forms for form in pair}
    found = []
    for surface in sorted(chosen):
        places = [p for p in occurrences(text, surface) if not _inside(*p, banned)]
        if places:
            table = np.array([rows.get(p, _NOTHING) for p in places])
            found.append(Candidate(surface, places, table, groups[surface], defined=surface in defined))
    _choose_types(found)
    _find_rivals(found, rows)
    return sorted(found, key=lambda c: (c.places[0], -len(c.text)))


def _choose_types(found: list[Candidate]) -> None:
    groups: dict[str, list[tuple[Candidate, np.ndarray]]] = {}
    for c in found:
        groups.setdefault(c.group, []).append((c, c.probabilities.max(0)))
    for members in groups.values():
        kind = int(sum(most for _, most in members).argmax())  # type: ignore[union-attr]
        confidences = [float(most[kind]) for _, most in members]
        for i, (c, _) in enumerate(members):
            c.type, c.confidence = spans.TYPES[kind], confidences[i]
            c.partner = max(confidences[:i] + confidences[i + 1 :], default=0.0)


def _find_rivals(found: list[Candidate], rows: dict[tuple[int, int], tuple[float, ...]]) -> None:
    """How probable the best span is that overlaps a place of the string without being it."""
    places = np.array([place for c in found for place in c.places]).reshape(-1, 2, 1)
    others, most = np.array([*rows]).reshape(-1, 2).T, np.array([*map(max, rows.values())])
    start, end = places[:, 0], places[:, 1]
    overlap = (others[0] < end) & (start < others[1]) & ((others[0] != start) | (others[1] != end))
    rivals = iter((overlap * most).max(1, initial=0.0).tolist())
    for c in found:
        c.rival = max(next(rivals) for _ in c.places)


def groups_of(surfaces: Iterable[str], forms: list[tuple[str, str]]) -> dict[str, str]:
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


@lru_cache(maxsize=20_000)
def _logit(p: float) -> float:
    return min(6.9, max(-6.9, math.log((p + 1e-3) / (1 - p + 1e-3)))) / 3


_HEAD = re.compile(
    r"\b(benchmarks?|datasets?|corpus|corpora|frameworks?|models?|methods?|approach(?:es)?|algorithms?|networks?"
    r"|architectures?|tasks?|metrics?|scores?|losses|loss|modules?|mechanisms?|strateg(?:y|ies)|systems?|pipelines?"
    r"|agents?|testbed|suite|challenge|library|toolkit|platform|paradigm|problem|setting|encoder|decoder|transformer"
    r"|LLM|VLM|MLLM|family|series|technique|scheme|optimizer|environment|protocol|collection|simulator|leaderboard"
    r"|toolbox)\b",
    re.I,
)
_APPOSITION = re.compile(
    r"^\s*(?:\([^()]{1,60}\))?\s*,?\s*(?:which is |is |as )?(?:an?|the|our|one of the)\s+([^.;:]{0,110})", re.I
)
_CLAIM = re.compile(
    r"\b(introduc|propos|present|develop|design|releas|construct|buil|creat|devis|establish|formulat|incorporat|term|call"
    r"|dubb|nam)(?:ed|es|e|s|ing|t|d)?,? (?:(?:a|an|the|our|two|three|novel|new|simple|efficient|effective|first"
    r"|unified|general|large-scale|comprehensive|lightweight|and|as|by|method|framework|model|approach|benchmark"
    r"|dataset)[, ]+)*[\"'“‘]?$",
    re.I,
)
"""What stands before a thing that the paper brings: "we propose a novel …", "a framework called …"."""
_CLAIM_SIGHT = 70
_WORD = re.compile(r"\w+|[^\w\s]")
_NOTHING = (0.0,) * len(spans.TYPES)
_PROBABILITIES = [f"{name} {t}" for name in ("most", "mean", "group") for t in spans.TYPES]
_MOST_PLACES = 6
"""Places of one string that are looked at."""


def _head(found: re.Match[str]) -> str:
    return found[0].lower().rstrip("s")


def candidate_features(c: Candidate, best: np.ndarray, text: str, known: Facts) -> Bag:
    """What the classifier sees of a string. ``best``: the highest probability of each type in its group."""
    title = text.find("\n")
    most, mean = c.probabilities.max(0).tolist(), c.probabilities.mean(0).tolist()
    kind = spans.TYPES[int(best.argmax())]
    bag: Bag = {"bias": 1.0, **dict(zip(_PROBABILITIES, map(_logit, [*most, *mean, *best.tolist()]), strict=True))}

    names: list[str] = []

    def add(*more: str) -> None:
        names.extend(more)

    def add_with_type(*more: str) -> None:
        names.extend(more)
        names.extend([f"{kind} {name}" for name in more])

    add(
        f"best={kind}",
        bucket("mean", max(mean), EDGES),
        bucket("total", sum(most), (0.3, 0.5, 0.7, 0.9)),
    )
    add_with_type(bucket("most", max(most), EDGES), bucket("rival", c.rival, (0.02, 0.1, 0.2, 0.4, 0.6, 0.8)))
    add_with_type(
        f"shape={shape(c.text)}", f"defined={c.defined}", f"term={known.term}", f"papers={min(known.papers, 12)}"
    )
    add(bucket("partner", c.partner, (0.02, 0.2, 0.5, 0.8)), f"listed={known.listed}")
    words = [w.lower() for w in _WORD.findall(c.text)]
    add(f"words={min(len(c.text.split()), 6)}", f"places={min(len(c.places), 5)}")
    add(f"first={words[0]}", f"last={words[-1]}", f"ending={words[-1][-4:]}")
    in_title = [place for place in c.places if place[0] < title]
    add(f"title={bool(in_title)}", f"only title={len(in_title) == len(c.places)}")
    if in_title and in_title[0][0] == 0 and text[in_title[0][1] :].startswith(":"):
        add("title X:", *(f"title X: {_head(h)}" for h in _HEAD.finditer(text, in_title[0][1], title)))
    for start, end in c.places[:_MOST_PLACES]:
        if start > title:
            if claim := _CLAIM.search(text[max(title, start - _CLAIM_SIGHT) : start]):
                add_with_type(
                    "claim", f"claim {claim[1].lower()}", bucket("claim most", max(most), (0.2, 0.35, 0.5, 0.7))
                )
                if c.rival:
                    add(bucket("claim rival", c.rival, (0.1, 0.2, 0.4, 0.6)))
            _context(text[max(title, start - 80) : start], text[end : end + 140], add, add_with_type)
    return bag | dict.fromkeys(names, 1.0)


def _context(left: str, right: str, add: Callable[..., None], add_with_type: Callable[..., None]) -> None:
    before = [w.lower() for w in _WORD.findall(left)[-2:]]
    after = [m[0].lower() for m in islice(_WORD.finditer(right), 2)]
    if before:
        add_with_type(f"left={before[-1]}")
        add(f"left2={' '.join(before)}")
    if after:
        add_with_type(f"right={after[0]}")
        add(f"right2={' '.join(after)}")
    apposition = _APPOSITION.match(right)
    if apposition and (head := _HEAD.search(apposition[1])):
        add(f"is a {_head(head)}")
    if head := _HEAD.match(right.lstrip()):
        add(f"next head {_head(head)}")
    if heads := [_head(h) for h in _HEAD.finditer(left[-50:])]:
        add(f"head before {heads[-1]}")


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
    """The component ``kg_mentions``. ``threshold``: the least confidence of an accepted string."""

    def __init__(self, nlp: Language, name: str = "kg_mentions", threshold: float = 0.4) -> None:
        self.nlp = nlp
        self.name = name
        self.threshold = threshold
        self.kinds: LogLinear | None = None
        self.calibration: LogLinear | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Write what is accepted to ``doc.user_data["kg_findings"]``."""
        pairs = doc.user_data[definitions.KEY]
        lookup = spans.lookup_in(doc, self.nlp)
        doc.user_data[KEY] = self.findings(written(doc).text, doc.user_data[spans.KEY], pairs, lookup)
        return doc

    def findings(
        self, text: str, scored: list[spans.Scored], pairs: list[definitions.Definition], lookup: Lookup
    ) -> list[Found]:
        """The findings of a text."""
        found = candidates(text, scored, pairs)
        if self.kinds is not None and found:
            self._rescore(found, text, lookup)
        findings = group(text, [c for c in found if c.confidence >= self.threshold])
        if self.calibration is not None and findings:
            bags = [finding_features(f, len({text[a:b] for a, b, _ in f.mentions})) for f in findings]
            yes = self.calibration.classes.index("yes")
            for f, row in zip(findings, self.calibration.predict(bags), strict=True):
                f.confidence = float(row[yes])
        for f in findings:
            f.confidence = round(f.confidence, 4)
        return findings

    def _rescore(self, found: list[Candidate], text: str, lookup: Lookup) -> None:
        """Type and confidence of each string by the mean of network and classifier; the type is chosen by the group."""
        assert self.kinds is not None
        best = best_of_groups(found)
        bags = [candidate_features(c, best[c.group], text, lookup(*c.places[0])) for c in found]
        columns = [self.kinds.classes.index(t) for t in spans.TYPES]
        most = np.array([c.probabilities.max(0) for c in found])
        rows = (self.kinds.predict(bags)[:, columns] + most) / 2
        votes: dict[str, np.ndarray] = {}
        for c, row in zip(found, rows, strict=True):
            votes[c.group] = votes.get(c.group, 0.0) + row
        for c, row in zip(found, rows, strict=True):
            k = int(votes[c.group].argmax())
            c.type, c.confidence = spans.TYPES[k], float(row[k])

    def to_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the classifiers."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        for name in ("kinds", "calibration"):
            if model := getattr(self, name):
                model.to_disk(path / name)

    def from_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> Mentions:
        """Read the classifiers."""
        for name in ("kinds", "calibration"):
            if (Path(path) / f"{name}.json").exists():
                setattr(self, name, LogLinear.from_disk(Path(path) / name))
        return self


def best_of_groups(found: list[Candidate]) -> dict[str, np.ndarray]:
    """The highest probability of each type in each group."""
    best: dict[str, np.ndarray] = {}
    for c in found:
        best[c.group] = np.maximum(best.get(c.group, 0.0), c.probabilities.max(0))
    return best


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


@Language.factory("kg_mentions", default_config={"threshold": 0.4}, assigns=["doc.user_data"])
def create_mentions(nlp: Language, name: str, threshold: float) -> Mentions:
    """The factory of :class:`Mentions`."""
    return Mentions(nlp, name, threshold)
