"""`kg resolve` on a real store: what is decided is kept over rebuilds and can be taken back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg import api
from kg.cli import app
from kg.model import KgError

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


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resolve")
    source = folder / "papers.jsonl"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS))
    api.build([str(source)], db=folder / "k.duckdb", out=folder / "out", workers=1)
    return folder / "k.duckdb"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("same,LoRA,Image Nett", ':2: no paper names "Image Nett"; did you mean ImageNet?'),
        ("same,ImageNet,GLUE\n\ndifferent,zzzqqq,LoRA", ':4: no paper names "zzzqqq"; kg show finds'),
        ("name,Loraa,The One", ':2: no paper names "Loraa"; did you mean LoRA?'),
        ("same,LoRA,GLUE,9999.99999,", ':2: no paper has the id "9999.99999"; kg show finds'),
        ("same,LoRA,GLUE,,2206.00002", ':2: paper 2206.00002 does not name "GLUE"'),
        ("same,LoRA,GLUE\ndifferent,glue,LoRA", ':3: "glue" and "LoRA" are different, and same by line 2; keep one'),
        (
            "name,LoRA,The One\nname,lora,Another",
            ':3: "lora" is to be called "Another", and "The One" by line 2; keep one',
        ),
    ],
)
def test_rows_that_cannot_be_meant_are_refused(store: Path, tmp_path: Path, rows: str, says: str) -> None:
    decided = tmp_path / "decided.csv"
    decided.write_text(f"decision,a,b,paper_a,paper_b\n{rows}\n")
    out = tmp_path / "out"
    with pytest.raises(KgError) as said:
        run("--apply", str(decided), "--db", str(store), "--out", str(out))
    assert str(said.value).startswith(f"{decided}{says}")
    assert "\n" not in str(said.value)
    assert not out.exists()
    assert "no decision is in force" in run("--db", str(store))


def test_a_decision_outlives_what_it_is_about(store: Path, tmp_path: Path) -> None:
    """What is in force is not asked again: its papers may be gone. It can be taken back."""
    db, decided = Path(shutil.copy(store, tmp_path / "k.duckdb")), tmp_path / "decided.csv"
    files = ("--db", str(db), "--out", str(tmp_path / "out"))
    decided.write_text("decision,a,b,paper_a,paper_b\nsame,ImageNet,GLUE,,\nname,lora,The One,,\n")
    assert "2 rows read, 2 decisions in force" in run("--apply", str(decided), *files)
    assert entity_of(db, "GLUE") == "entity/imagenet"
    api.remove(PAPERS[0]["id"], db=db, out=tmp_path / "out")
    assert "2 rows read, 2 decisions in force" in run("--apply", str(decided), *files)
    assert "2 rows read, 0 decisions in force" in run("--undo", str(decided), *files)


def test_what_somebody_decided_is_not_written_over(store: Path, tmp_path: Path) -> None:
    doubts = tmp_path / "doubts.csv"
    run("--review", str(doubts), "--db", str(store))
    run("--review", str(doubts), "--db", str(store))  # nothing is decided in it
    doubts.write_text("decision,a,b\nsame,ImageNet,GLUE\n")
    with pytest.raises(
        KgError, match=r"doubts\.csv: holds 1 decision that is not in force; apply .* or name another file"
    ):
        run("--review", str(doubts), "--db", str(store))
    assert "same,ImageNet,GLUE" in doubts.read_text()
    papers = tmp_path / "papers.csv"
    papers.write_text("title,abstract\nOne,We propose LoRA.\n")
    with pytest.raises(KgError, match=r"papers\.csv: no column decision.* not written over: name another file"):
        run("--review", str(papers), "--db", str(store))


@pytest.mark.parametrize("option", ["--apply", "--undo"])
def test_a_file_without_a_decision_is_told_and_builds_nothing(store: Path, tmp_path: Path, option: str) -> None:
    doubts = tmp_path / "doubts.csv"
    run("--review", str(doubts), "--db", str(store))
    with pytest.raises(
        KgError, match=r"doubts\.csv: no row has a decision; write same, different, name or undo into that"
    ):
        run(option, str(doubts), "--db", str(store), "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
