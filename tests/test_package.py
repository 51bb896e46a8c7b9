"""The package from Python: it offers what the command line does, and its docstrings are true."""

from __future__ import annotations

import inspect
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer.main
from invented import contents, papers, write

import kg
from kg import graph as questions
from kg.cli import app
from kg.store import Store


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    """A graph of four papers, of whose five inputs one could not be read."""
    folder = tmp_path_factory.mktemp("package")
    inputs = [write(folder / "in.jsonl", papers(4)), folder / "missing.jsonl"]
    return kg.build(inputs, db=folder / "k.duckdb", out=folder / "out", workers=1, keep_going=True)


@pytest.fixture
def db(graph: kg.Graph, tmp_path: Path) -> Path:
    """A copy of its store."""
    assert graph.db is not None
    return Path(shutil.copy(graph.db, tmp_path / "k.duckdb"))


def test_what_the_docstring_of_build_names_is_there(graph: kg.Graph) -> None:
    named = re.findall(r"``graph\.([\w.]+)``", str(kg.build.__doc__))
    assert "report.account.problems" in named
    for path in named:
        value: object = graph
        for name in path.split("."):
            if not path.endswith(("ttl", "html", "graphml")):  # the files graph.ttl, …
                value = getattr(value, name)
    assert graph.report is not None
    assert [problem.what for problem in graph.report.account.problems] == ["no such file or folder; check the name"]


def test_one_paper_is_removed_by_its_id_alone(db: Path, tmp_path: Path) -> None:
    left = kg.remove(papers(4)[0]["id"], db=db, out=tmp_path / "out")
    assert list(left.papers["id"]) == sorted(paper["id"] for paper in papers(4)[1:])


def test_the_last_papers_are_not_removed(db: Path, tmp_path: Path) -> None:
    kg.api.refresh(db=db, out=tmp_path / "out")
    before = contents(tmp_path / "out")
    with pytest.raises(kg.KgError, match=r"k\.duckdb: these are all of its papers,.* delete the file") as said:
        kg.remove([paper["id"] for paper in papers(4)], db=db, out=tmp_path / "out")
    assert "\n" not in str(said.value)
    assert contents(tmp_path / "out") == before
    with Store(db, read_only=True) as store:
        assert store.count() == 4
    assert len(kg.open(db).papers) == 4


def test_a_question_of_the_cookbook(graph: kg.Graph) -> None:
    asked = graph.query(name="who-names", entity="ImageNet")
    assert asked["paper"].tolist() == [papers(1)[0]["id"]]
    assert len(graph.query(name="most-used", type="Dataset", n=2)) == 2
    questions = graph.questions.set_index("name")
    assert questions.loc["who-uses", "question"] == "Which papers use it, newest first?"
    assert questions.loc["who-uses", "parameters"] == "entity=LoRA, n=50"


def test_a_question_that_cannot_be_asked_says_why(graph: kg.Graph) -> None:
    with pytest.raises(kg.KgError, match="did you mean who-uses"):
        graph.query(name="who-usess")
    with pytest.raises(kg.KgError, match=r"Give entity, such as 'LoRA'"):
        graph.query(name="who-uses")
    with pytest.raises(kg.KgError, match="a query or the name of a question"):
        graph.query()
    with pytest.raises(kg.KgError, match="a query or the name of a question"):
        graph.query("ASK { ?s ?p ?o }", name="who-uses")
    with pytest.raises(kg.KgError, match="go with the name of a question"):
        graph.query("ASK { ?s ?p ?o }", entity="LoRA")


def test_the_explorer_around_a_name_that_is_unknown_suggests_others(graph: kg.Graph, tmp_path: Path) -> None:
    with pytest.raises(kg.KgError, match='nothing in the graph is called "ImageNett"; did you mean ImageNet'):
        graph.export("html", tmp_path / "g.html", around="ImageNett")
    around = graph.export("html", tmp_path / "a.html", around="ImageNet", papers=1).read_bytes()
    assert len(around) < len(graph.export("html", tmp_path / "g.html").read_bytes())


def test_the_options_of_each_format_stand_in_the_docstring_of_export(graph: kg.Graph, tmp_path: Path) -> None:
    about = str(graph.export.__doc__)
    for format, options in (
        ("ttl", {"base_iri": "https://me.example/", "parts": ["core"]}),
        ("html", {"around": "ImageNet", "depth": 1, "papers": 2, "lean": True}),
    ):
        assert all(f"``{option}``" in about for option in options)
        assert graph.export(format, tmp_path / f"g.{format}", **options).stat().st_size


ONLY_ON_A_TERMINAL = {"as_json", "json", "db", "file", "param", "list", "show", "format", "help"}


@pytest.mark.parametrize(
    ("command", "function"),
    [
        ("build", kg.build),
        ("remove", kg.remove),
        ("show", kg.Graph.card),
        ("query", kg.Graph.query),
        *((name, getattr(questions, name)) for name in ("lineage", "path", "similar", "trends", "leaders", "compare")),
        ("table", questions.table),
    ],
)
def test_what_a_command_takes_its_function_takes_by_the_same_name(command: str, function: Any) -> None:
    taken = set(inspect.signature(function).parameters)
    for parameter in typer.main.get_command(app).commands[command].params:  # type: ignore[attr-defined]
        names = {name.lstrip("-").replace("-", "_") for name in parameter.opts} | {parameter.name}
        assert names & (taken | ONLY_ON_A_TERMINAL), f"{command}: {parameter.opts}"


def test_the_options_of_export_are_those_of_the_command(graph: kg.Graph, tmp_path: Path) -> None:
    command = typer.main.get_command(app).commands["export"]  # type: ignore[attr-defined]
    for parameter in command.params:
        if parameter.name not in ONLY_ON_A_TERMINAL:
            assert f"``{parameter.name}``" in str(graph.export.__doc__) or parameter.name == "out"
    mine = graph.export("ttl", tmp_path / "a.ttl", base_iri="https://me.example/", parts="core").read_text()
    assert "<https://me.example/entity/>" in mine
    assert mine == graph.export("ttl", tmp_path / "b.ttl", base_iri="https://me.example/", parts=["core"]).read_text()


def test_the_graph_in_numbers(graph: kg.Graph) -> None:
    assert graph.stats.set_index(["what", "kind"]).loc[("papers", "all"), "count"] == len(graph.papers)


def test_a_query_from_python_may_be_limited(graph: kg.Graph) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6)) + " }"
    with pytest.raises(kg.KgError, match=r"stopped after 0.5 s"):
        graph.query(runaway, timeout=0.5)
    with pytest.raises(kg.KgError, match="too much memory"):
        graph.query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a", memory=200)


def test_a_card_is_as_long_as_it_is_wanted(graph: kg.Graph) -> None:
    def longest(card: Any) -> int:
        return max(len(section.items) for section in card.sections)

    assert longest(graph.card("BERT", n=1)) == 1 < longest(graph.card("BERT"))


def test_a_query_from_python_without_an_answer_warns(graph: kg.Graph) -> None:
    with pytest.warns(UserWarning, match='"BERT" is not in the graph, but "BERT"@en is'):
        assert not len(graph.query('SELECT ?e { ?e skos:prefLabel "BERT" }'))
