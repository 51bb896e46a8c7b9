"""What the command line offers, Python offers under the same name, with the same parameters."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
import typer.main
from invented import papers, write

import kg
from kg import graph
from kg.cli import app

PLACES = {"db", "out", "json", "help"}
"""Options that say where, not what."""


def commands(panel: str) -> dict[str, set[str]]:
    """The commands of a panel of the help, each with its parameters' names as one types them."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    found = {}
    for name, command in group.commands.items():
        if getattr(command, "rich_help_panel", None) == panel:
            assert command.callback
            found[name] = {
                parameter.name.rstrip("_")
                for parameter in command.params
                if parameter.name and "json" not in parameter.name
            } - PLACES
    return found


def test_every_question_is_a_method_with_the_same_parameters() -> None:
    questions = commands("Questions")
    assert len(questions) == 8
    for name, parameters in questions.items():
        method = inspect.signature(getattr(kg.Graph, name)).parameters
        assert parameters <= set(method), name
        function = inspect.signature(getattr(graph, name)).parameters
        given = {key: each.default for key, each in method.items() if key != "self"}
        assert given == {key: each.default for key, each in function.items() if key not in ("tables", "limit")}, name


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    folder = tmp_path_factory.mktemp("same")
    write(folder / "p.jsonl", papers(12))
    return kg.build(folder / "p.jsonl", db=folder / "k.duckdb", out=folder / "out", workers=1)


def test_the_methods_answer_as_the_functions(built: kg.Graph) -> None:
    tables, paper = built.tables, built.papers["id"][0]
    assert built.lineage("ImageNet") == graph.lineage(tables, "ImageNet")
    assert built.path("ImageNet", "BERT", n=1) == graph.path(tables, "ImageNet", "BERT", n=1)
    questions: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
        ("similar", (paper,), {"n": 3}),
        ("trends", (), {"type": "Dataset", "least": 1}),
        ("leaders", (), {"type": "Dataset", "n": 2}),
        ("communities", (), {"members": 2}),
        ("compare", ("ImageNet", "SQuAD"), {"shown": 2}),
        ("table", (), {"rows": "Method", "columns": "Dataset", "n": 3, "m": 2}),
    ]
    for name, arguments, options in questions:
        answer = getattr(built, name)(*arguments, **options)
        assert answer.equals(getattr(graph, name)(tables, *arguments, **options)), name


def test_names_are_corrected_from_python_as_from_the_command_line(built: kg.Graph, tmp_path: Path) -> None:
    assert built.db is not None
    (tmp_path / "k.duckdb").write_bytes(built.db.read_bytes())
    there: dict[str, Any] = {"db": tmp_path / "k.duckdb", "out": tmp_path / "out"}
    doubts = kg.review(db=there["db"])
    assert {"decision", "a", "b", "evidence_a"} <= set(doubts.columns)
    assert not doubts["decision"].any()

    def entity_of(graph: kg.Graph, name: str) -> str:
        return str(graph.names.loc[graph.names["name"] == name, "entity"].iloc[0])

    doubts.loc[len(doubts), ["decision", "a", "b"]] = ["same", "ImageNet", "GLUE"]
    after = kg.apply(doubts, **there)
    assert entity_of(after, "GLUE") == entity_of(after, "ImageNet")
    assert kg.decisions(db=there["db"])[["decision", "a", "b"]].to_numpy().tolist() == [["same", "ImageNet", "GLUE"]]

    doubts.loc[len(doubts), ["decision", "a", "b"]] = ["perhaps", "ImageNet", "GLUE"]
    with pytest.raises(kg.KgError, match=f"decisions:{len(doubts) - 1}: unknown decision 'perhaps'"):
        kg.apply(doubts, **there)

    again = kg.undo(kg.decisions(db=there["db"]), **there)
    assert entity_of(again, "GLUE") != entity_of(again, "ImageNet")
    assert kg.decisions(db=there["db"]).empty
    lines = (there["out"] / "papers.jsonl").read_text().splitlines()
    assert len([json.loads(line) for line in lines]) == 12
