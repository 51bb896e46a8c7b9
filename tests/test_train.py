"""Metrics and gold data of ``kg.train``."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from kg.model import KgError, Paper
from kg.train.evaluate import read_predicted
from kg.train.gold import GoldEntity, GoldPaper, read_gold
from kg.train.metrics import Predicted, score

SHARED = Path(__file__).resolve().parents[2] / "shared"


def gold() -> list[GoldPaper]:
    entities = (
        GoldEntity("LoRA", "Method", "introduces", ("LoRA", "Low-Rank Adaptation")),
        GoldEntity("GLUE", "Benchmark", "evaluates_on", ("GLUE",)),
    )
    return [GoldPaper(Paper("1", "LoRA", "We propose Low-Rank Adaptation (LoRA). It wins on GLUE."), entities)]


def test_perfect_and_empty() -> None:
    text = gold()[0].paper.text
    perfect = [
        Predicted("lora", "Method", "introduces", ((0, 4), (16, 35), (37, 41)), 1.0),
        Predicted("glue", "Benchmark", "evaluates_on", ((text.index("GLUE"), text.index("GLUE") + 4),), 1.0),
    ]
    scores = score(gold(), {"1": perfect})
    assert (scores.mention.f1, scores.entity.f1, scores.edge.f1, scores.role, scores.ece) == (1, 1, 1, 1, 0)
    assert score(gold(), {}).mention.f1 == 0


def test_wrong_type_role_and_border() -> None:
    found = [Predicted("lora", "Model", "uses", ((0, 4), (13, 35)), 0.5)]
    scores = score(gold(), {"1": found})
    assert scores.boundary.right == 1
    assert scores.mention.right == scores.entity.right == 0
    assert scores.type_confusion["Method", "Model"] == 1


def test_errors_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": 1}\n')
    with pytest.raises(KgError, match=r"gold.jsonl:1"):
        read_gold(path)
    with pytest.raises(KgError, match=r"gold.jsonl:1"):
        read_predicted(path)


@pytest.mark.skipif(not SHARED.exists(), reason="the annotated papers are not part of the project")
def test_agrees_with_the_reference_scorer() -> None:
    """Noisy predictions, so that every figure lies between 0 and 1."""
    spec = importlib.util.spec_from_file_location("reference", SHARED / "tools" / "score.py")
    assert spec
    assert spec.loader
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    papers = read_gold(SHARED / "annotation" / "dev.jsonl")
    raw = [json.loads(line) for line in (SHARED / "annotation" / "dev.jsonl").open(encoding="utf-8")]
    types, roles = ("Model", "Method", "Dataset", "Benchmark", "Task", "Metric"), ("introduces", "uses", "mentions")
    found, theirs, n = {}, {}, 0
    for paper in papers:
        entities = []
        for i, entity in enumerate(paper.entities):
            spans = [s for s, k in paper.spans().items() if k == i]
            n += 1
            if not spans or n % 7 == 0:
                continue
            spans = [(a, b + 1) if (n + a) % 5 == 0 else (a, b) for a, b in spans]
            kind = entity.type if n % 6 else types[n % 5]
            role = entity.role if n % 4 else roles[n % 3]
            entities.append(Predicted(f"entity/{entity.name.lower()[:6]}", kind, role, tuple(spans), (n % 11) / 10))
        found[paper.paper.id] = entities
        theirs[paper.paper.id] = {
            "entities": [
                {
                    "id": e.id,
                    "type": e.type,
                    "role": e.role,
                    "confidence": e.confidence,
                    "mentions": [{"start": a, "end": b} for a, b in e.spans],
                }
                for e in entities
            ]
        }
    ours, expected = score(papers, found), reference.score(raw, theirs)
    for name in ("mention", "boundary", "lenient", "entity", "edge", "introduces"):
        figure = getattr(ours, name)
        assert (figure.predicted, figure.gold) == (expected[name]["pred"], expected[name]["gold"]), name
        assert (round(figure.precision, 4), round(figure.f1, 4)) == (expected[name]["p"], expected[name]["f"]), name
    assert round(ours.role, 4) == expected["role"]
    assert ours.ece is not None
    assert round(ours.ece, 4) == expected["ece"]
    assert ours.linking is not None
    assert round(ours.linking[2], 4) == expected["linking"]["f"]
    assert {t: round(f.f1, 4) for t, f in ours.types.items()} == {t: v["f"] for t, v in expected["types"].items()}
