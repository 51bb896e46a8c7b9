"""The component ``kg_mentions``: from scored spans to the paper's mentions and findings.

Strings that are one thing (:mod:`.strings`) choose their type together. A log-linear classifier weighs the network's
probabilities against what the network cannot see well (:mod:`.string_features`); the mean of the two counts. What is
probable enough is marked at every place where it does not lie inside a longer mention. A second classifier calibrates
the confidences of findings.

Writes ``doc.user_data["kg_findings"]``: a list of :class:`Found`, without roles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from srsly.msgpack import msgpack_decoders, msgpack_encoders

from . import definitions, spans
from .facts import Lookup
from .forms import completed
from .linear import Features, LogLinear, bucket
from .names import with_names
from .string_features import EDGES, candidate_features, logit
from .strings import Candidate, best_of_groups, candidates
from .tokens import written

KEY = "kg_findings"


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


def finding_features(found: Found, strings: int) -> Features:
    """What the calibration of a finding's confidence sees. ``strings``: how many different ones its mentions are."""
    return {
        "bias": 1.0,
        f"type={found.type}": 1.0,
        f"strings={min(strings, 3)}": 1.0,
        f"mentions={min(len(found.mentions), 4)}": 1.0,
        bucket("confidence", found.confidence, EDGES): 1.0,
        "logit": logit(found.confidence),
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
        accepted = with_names(text, found, self.threshold)
        findings = group(text, completed(text, accepted, found, pairs))
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
        most = np.array([c.most for c in found])
        rows = (self.kinds.predict(bags)[:, columns] + most) / 2
        votes: dict[str, np.ndarray] = {}
        for c, row in zip(found, rows, strict=True):
            votes[c.group] = votes.get(c.group, 0.0) + row
        for c, row in zip(found, rows, strict=True):
            k = int(votes[c.group].argmax())
            c.type, c.confidence, c.total = spans.TYPES[k], float(row[k]), float(row.sum())

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
