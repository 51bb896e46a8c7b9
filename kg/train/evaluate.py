"""How good a pipeline is on annotated papers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from spacy.language import Language

from kg.model import Extraction, KgError, Paper

from .gold import GoldPaper, why
from .metrics import F1, Predicted, Scores, score

Extractor = Callable[[Language, Sequence[Paper]], Iterable[Extraction]]


def evaluate(gold: list[GoldPaper], nlp: Language, extract: Extractor) -> Scores:
    """Extract from the annotated papers' texts with ``extract`` (``kg.extract.extract``) and compare."""
    papers = [g.paper for g in gold]
    return score(gold, {e.paper: predicted_of(e) for e in extract(nlp, papers)})


def predicted_of(extraction: Extraction) -> list[Predicted]:
    """The findings of one paper; an entity is known by its first name, since nothing is resolved across papers."""
    return [
        Predicted(
            id=f.mentions[0].text.lower(),
            type=str(f.type),
            role=str(f.role),
            spans=tuple((m.start, m.end) for m in f.mentions),
            confidence=f.confidence,
        )
        for f in extraction.findings
    ]


def read_predicted(path: Path | str) -> dict[str, list[Predicted]]:
    """Read a ``papers.jsonl`` that a build wrote: there the ids are those of resolved entities."""
    found: dict[str, list[Predicted]] = {}
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: {why(error)}; give the papers.jsonl of a build") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            found[str(record["id"])] = [
                Predicted(
                    id=str(e["id"]),
                    type=e["type"],
                    role=e["role"],
                    spans=tuple((m["start"], m["end"]) for m in e["mentions"]),
                    confidence=e.get("confidence"),
                )
                for e in record["entities"]
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise KgError(f"{path}:{number}: not a line of a build's papers.jsonl: {why(error)}") from error
    return found


def table(scores: Scores) -> list[dict[str, object]]:
    """The figures as rows: ``figure``, ``precision``, ``recall``, ``f1``, ``predicted``, ``gold``."""

    def row(name: str, f: F1) -> dict[str, object]:
        return {
            "figure": name,
            "precision": round(f.precision, 4),
            "recall": round(f.recall, 4),
            "f1": round(f.f1, 4),
            "predicted": f.predicted,
            "gold": f.gold,
        }

    def single(name: str, value: float) -> dict[str, object]:
        return {
            "figure": name,
            "precision": None,
            "recall": None,
            "f1": round(value, 4),
            "predicted": None,
            "gold": None,
        }

    rows = [
        row(name, getattr(scores, name)) for name in ("mention", "boundary", "lenient", "entity", "edge", "introduces")
    ]
    rows.append(single("role accuracy", scores.role))
    rows += [row(f"type {t}", f) for t, f in scores.types.items()]
    rows += [row(f"role {r}", f) for r, f in scores.roles.items()]
    if scores.linking:
        p, r, f = (round(x, 4) for x in scores.linking)
        rows.append({"figure": "linking B3", "precision": p, "recall": r, "f1": f, "predicted": None, "gold": None})
    if scores.ece is not None:
        rows.append(single("calibration error", scores.ece))
    return rows


def confusion(counts: dict[tuple[str, str], int]) -> list[dict[str, object]]:
    """A confusion table: one row a gold label, one column a predicted one; ``-`` is none."""
    rows = sorted({g for g, _ in counts})
    columns = sorted({p for _, p in counts})
    return [{"gold": g, **{p: counts.get((g, p), 0) for p in columns}} for g in rows]
