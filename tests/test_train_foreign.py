"""``--pipeline`` with somebody else's spaCy pipeline: its labels become this project's types."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import spacy

from kg.cli import main
from kg.extract import extract, load, version
from kg.model import KgError, Paper

PAPER = Paper("p", "LoRA: Low-Rank Adaptation", "We propose LoRA. It is tested on SQuAD, and Paris is lovely.")


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A pipeline of spaCy's own parts, with labels of its own, one of them without a meaning here."""
    nlp = spacy.blank("en")
    patterns = [("ALGORITHM", "LoRA"), ("Material", "SQuAD"), ("GPE", "Paris")]
    nlp.add_pipe("entity_ruler").add_patterns([{"label": a, "pattern": b} for a, b in patterns])
    nlp.to_disk(tmp_path / "foreign")
    return tmp_path / "foreign"


def found_by(folder: Path) -> dict[str, tuple[str, str]]:
    found = next(extract(load(folder), [PAPER]))
    return {m.text: (str(f.type), str(f.role)) for f in found.findings for m in f.mentions}


def test_labels_become_types(foreign: Path) -> None:
    found = found_by(foreign)
    assert found["LoRA"] == ("Method", "introduces")
    assert found["SQuAD"] == ("Dataset", "evaluates_on")
    assert "Paris" not in found


def test_its_meta_may_map_labels_of_its_own(foreign: Path) -> None:
    meta = json.loads((foreign / "meta.json").read_text())
    (foreign / "meta.json").write_text(json.dumps({**meta, "kg_labels": {"GPE": "Benchmark"}}))
    assert found_by(foreign)["Paris"][0] == "Benchmark"


def test_a_label_mapped_to_no_type_is_one_line(foreign: Path) -> None:
    meta = json.loads((foreign / "meta.json").read_text())
    (foreign / "meta.json").write_text(json.dumps({**meta, "kg_labels": {"GPE": "Banana"}}))
    with pytest.raises(KgError, match=r"Banana.*map its labels to Model, Method"):
        load(foreign)


def test_its_findings_are_stored_under_its_own_version(foreign: Path) -> None:
    assert version(load(foreign)) != version(load())
    assert version(load(foreign)) == version(load(foreign))


def test_kg_evaluate_scores_it(
    foreign: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entities = [
        {"name": "LoRA", "type": "Method", "role": "introduces", "mentions": ["LoRA"]},
        {"name": "SQuAD", "type": "Dataset", "role": "evaluates_on", "mentions": ["SQuAD"]},
    ]
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "p", "title": PAPER.title, "abstract": PAPER.abstract, "entities": entities}))
    monkeypatch.setattr(sys, "argv", ["kg", "evaluate", str(gold), "--pipeline", str(foreign), "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    scores = {row["figure"]: row["f1"] for row in json.loads(capsys.readouterr().out)["figures"]}
    assert scores["mention"] == 1
