"""`kg resolve` on a real store: what is decided is kept over rebuilds and can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg import api
from kg.cli import app

PAPERS = [
    {"id": "2106.00001", "title": "LoRA for all", "abstract": "We propose LoRA. It is evaluated on ImageNet and GLUE."},
    {"id": "2206.00002", "title": "Adapters again", "abstract": "We use LoRA on ImageNet and compare with Adapters."},
]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["resolve", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def entity_of(db: Path, name: str) -> str:
    names = api.open(db).names
    return str(names.loc[names["name"] == name, "entity"].item())


@pytest.mark.slow
def test_a_decision_is_kept_over_rebuilds_and_can_be_undone(tmp_path: Path) -> None:
    source, db, out = tmp_path / "papers.jsonl", tmp_path / "k.duckdb", tmp_path / "out"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS))
    api.build([str(source)], db=db, out=out, workers=1)
    files = ("--db", str(db), "--out", str(out))
    assert entity_of(db, "GLUE") != entity_of(db, "ImageNet")

    assert "doubtful name" in run("--review", str(tmp_path / "doubts.csv"), *files)
    decided = tmp_path / "decided.csv"
    decided.write_text("decision,a,b\nsame,ImageNet,GLUE\n")
    assert "1 row read, 1 decision in force" in run("--apply", str(decided), *files)
    assert entity_of(db, "GLUE") == entity_of(db, "ImageNet") == "entity/imagenet"
    assert "same\tImageNet\tGLUE" in run(*files)

    api.build([str(source)], db=db, out=out, workers=1)
    assert entity_of(db, "GLUE") == "entity/imagenet"

    run("--undo", str(decided), *files)
    assert entity_of(db, "GLUE") == "entity/glue"
    assert "ImageNet" not in run(*files)
