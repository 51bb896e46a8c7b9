"""The questions as commands, on a store as a build leaves it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest
from graph_corpus import corpus, paper
from test_graph_link import DORA, LORA, QLORA
from typer.testing import CliRunner

from kg import read
from kg.cli import app, main
from kg.graph import link
from kg.model import Paper
from kg.store import Store


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("questions") / "kg.duckdb"
    other = paper("2405.1", "Other", "2024-05-01", "We propose Mamba2.", introduces="Mamba2")
    made = (LORA, QLORA, DORA, other)
    papers, extracted, resolved = corpus(*made)
    with Store(path) as store:
        store.put((Paper(m.id, m.title, m.abstract, m.date) for m in made), keys=read.keys, merge=read.merge)
        tables = link(papers, extracted, resolved, info={"pipeline_version": "test"})
        store.save(tables, doubts=resolved.doubts, issued=pd.DataFrame({"id": ["entity/lora"]}), pipeline="test")
    return str(path)


def ask(db: str, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--db", db], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("words", "header", "answer"),
    [
        (["lineage", "QLoRA"], "side\tgeneration\tname\tyear", "descends from\t1\tLoRA\t2021"),
        (["path", "DoRA", "QLoRA"], "path\tfrom\trelation\tto", "compares_with\tLoRA"),
        (["similar", "QLoRA"], "id\ttitle\tyear\tscore\tshared", "LoRA"),
        (["trends", "--by", "year", "--least", "1"], "id\tname\ttype\tpapers\ttrend", "unclear\t0.94"),
        (["leaders"], "id\tname\ttype\tyear\tscore", "entity/lora\tLoRA\tMethod\t2021"),
        (["communities"], "id\tname\tpapers\tentities", "2021–2024"),
        (["compare", "LoRA", "QLoRA"], "aspect\tLoRA\tQLoRA\tboth", "year\t2021\t2023"),
        (["table"], "Method\tGLUE", "DoRA\t1"),
    ],
)
def test_each_question_answers_in_tab_separated_lines(db: str, words: list[str], header: str, answer: str) -> None:
    out = ask(db, *words)
    assert out.startswith(header)
    assert answer in out


@pytest.mark.parametrize(
    "words", [["lineage", "QLoRA"], ["path", "DoRA", "QLoRA"], ["leaders"], ["communities"], ["table"]]
)
def test_each_question_answers_in_json(db: str, words: list[str]) -> None:
    assert json.loads(ask(db, *words, "--json"))


def test_trends_say_how_few_papers_are_dated(tmp_path: Path) -> None:
    path = tmp_path / "kg.duckdb"
    dated = [paper(f"2{n}", f"Paper {n}", f"202{n}-01-01", "We use LoRA.", uses="LoRA") for n in range(5)]
    made = [*dated, paper("30", "Undated", None, "We use LoRA.", uses="LoRA")]
    papers, extracted, resolved = corpus(*made)
    with Store(path) as store:
        store.put((Paper(m.id, m.title, m.abstract, m.date) for m in made), keys=read.keys, merge=read.merge)
        tables = link(papers, extracted, resolved, info={"pipeline_version": "test"})
        store.save(tables, doubts=resolved.doubts, issued=pd.DataFrame({"id": ["entity/lora"]}), pipeline="test")
    result = CliRunner().invoke(app, ["trends", "--least", "1", "--db", str(path)], catch_exceptions=False)
    assert "by 5 of 6 papers" in result.stderr
    assert "by 5 of 6" not in result.stdout


def test_an_unknown_name_is_one_line_and_status_2(
    db: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["kg", "lineage", "QLorra", "--db", db])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert exit_.value.code == 2
    assert "did you mean QLoRA" in capsys.readouterr().err
