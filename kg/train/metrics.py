"""The figures by which extraction and linking are judged.

mention     exact span and type; ``boundary`` leaves the type out, ``lenient`` asks for an overlap and the type
entity      a predicted entity is right if one of its mentions is exactly one of a gold entity's, with the same type;
            each gold entity is matched at most once
edge        as entity, and the role is right too
introduces  the edges whose role is ``introduces``
role        the accuracy of the role over the matched entities
ece         expected calibration error of the entities' confidence, 10 bins
linking     B-cubed over the mentions found in both: predicted entity ids against gold canonical names
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.model import EntityType

from .gold import GoldPaper

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Predicted:
    """One predicted entity of one paper."""

    id: str
    type: str
    role: str
    spans: tuple[Span, ...]
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class F1:
    """Precision, recall and their harmonic mean, from counts."""

    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the predicted that is right."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass
class Scores:
    """What :func:`score` measured. ``confusion`` counts (gold, predicted) types and roles; ``-`` is none."""

    papers: int = 0
    mention: F1 = F1(0, 0, 0)
    boundary: F1 = F1(0, 0, 0)
    lenient: F1 = F1(0, 0, 0)
    entity: F1 = F1(0, 0, 0)
    edge: F1 = F1(0, 0, 0)
    introduces: F1 = F1(0, 0, 0)
    role: float = 0.0
    types: dict[str, F1] = field(default_factory=dict)
    roles: dict[str, F1] = field(default_factory=dict)
    type_confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    role_confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    ece: float | None = None
    linking: tuple[float, float, float] | None = None
    """B-cubed precision, recall and F1."""


def canonical(name: str) -> str:
    """A canonical name without case, space and punctuation (plus signs stay)."""
    return re.sub(r"[^\w+]|_", "", name.lower())


def calibration_error(pairs: Iterable[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of equal width."""
    bins: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    n = 0
    for confidence, right in pairs:
        bins[min(9, int(confidence * 10))][0] += confidence
        bins[min(9, int(confidence * 10))][1] += right
        n += 1
    return sum(abs(a - b) for a, b in bins.values()) / n if n else 0.0


def score(gold: list[GoldPaper], predicted: dict[str, list[Predicted]]) -> Scores:
    """Compare predictions (by paper id; an absent paper counts as empty) with annotated papers."""
    count: Counter[str] = Counter()
    type_right, type_predicted, type_gold = Counter[str](), Counter[str](), Counter[str]()
    role_right, role_predicted, role_gold = Counter[str](), Counter[str](), Counter[str]()
    out = Scores(papers=len(gold))
    confidences: list[tuple[float, bool]] = []
    links: list[tuple[str, str]] = []
    for item in gold:
        entities = predicted.get(item.paper.id, [])
        gold_at = item.spans()
        found_at = {span: i for i, entity in enumerate(entities) for span in entity.spans}
        gold_type = {span: item.entities[i].type for span, i in gold_at.items()}
        found_type = {span: entities[i].type for span, i in found_at.items()}
        type_gold.update(gold_type.values())
        type_predicted.update(found_type.values())
        for span in sorted(gold_type.keys() | found_type.keys()):
            out.type_confusion[gold_type.get(span, "-"), found_type.get(span, "-")] += 1
        for span in gold_at.keys() & found_at.keys():
            count["boundary"] += 1
            type_right[gold_type[span]] += gold_type[span] == found_type[span]
            links.append((canonical(item.entities[gold_at[span]].name), entities[found_at[span]].id))
        count["lenient"] += _overlaps(gold_type, found_type)
        present = set(gold_at.values())
        role_gold.update(item.entities[i].role for i in present)
        count["entities"] += len(present)
        used: set[int] = set()
        own: dict[int, list[Span]] = defaultdict(list)
        for span, i in found_at.items():
            own[i].append(span)
        for i, entity in enumerate(entities):
            votes = Counter(
                gold_at[s] for s in own[i] if s in gold_at and gold_type[s] == entity.type and gold_at[s] not in used
            )
            role_predicted[entity.role] += 1
            if entity.confidence is not None:
                confidences.append((entity.confidence, bool(votes)))
            if votes:
                match = max(votes, key=lambda j: votes[j])
                used.add(match)
                count["matched"] += 1
                right = item.entities[match].role
                out.role_confusion[right, entity.role] += 1
                role_right[right] += right == entity.role
        count["predicted"] += len(entities)
    types = [str(t) for t in EntityType]
    out.types = {t: F1(type_right[t], type_predicted[t], type_gold[t]) for t in types}
    out.roles = {r: F1(role_right[r], role_predicted[r], role_gold[r]) for r in sorted(role_gold | role_predicted)}
    n_predicted, n_gold = sum(type_predicted.values()), sum(type_gold.values())
    out.mention = F1(sum(type_right.values()), n_predicted, n_gold)
    out.boundary = F1(count["boundary"], n_predicted, n_gold)
    out.lenient = F1(count["lenient"], n_predicted, n_gold)
    out.entity = F1(count["matched"], count["predicted"], count["entities"])
    edges = sum(role_right.values())
    out.edge = F1(edges, count["predicted"], count["entities"])
    out.introduces = out.roles.get("introduces", F1(0, 0, 0))
    out.role = edges / count["matched"] if count["matched"] else 0.0
    out.ece = calibration_error(confidences) if confidences else None
    out.linking = b_cubed(links) if links else None
    return out


def _overlaps(gold: dict[Span, str], found: dict[Span, str]) -> int:
    """How many found spans overlap a gold span of their type, one to one."""
    free = sorted(gold)
    hits = 0
    for span in sorted(found):
        hit = next((g for g in free if g[0] < span[1] and span[0] < g[1] and gold[g] == found[span]), None)
        if hit:
            free.remove(hit)
            hits += 1
    return hits


def b_cubed(links: list[tuple[str, str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a clustering, over pairs (gold cluster, predicted cluster)."""
    gold, found, both = Counter(a for a, _ in links), Counter(b for _, b in links), Counter(links)
    precision = sum(n * n / found[b] for (_, b), n in both.items()) / len(links)
    recall = sum(n * n / gold[a] for (a, _), n in both.items()) / len(links)
    return precision, recall, 2 * precision * recall / (precision + recall)
