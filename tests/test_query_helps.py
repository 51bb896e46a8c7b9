"""What a query is told where it has no answer, what it may take, and how its answer is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyoxigraph as ox
import pytest
import rdflib
from invented import papers, write
from rdf_tables import small_tables

import kg
from kg.export.rdf import graph_hash, lines
from kg.query import in_memory, query, save

ROOT = Path(__file__).resolve().parents[1]
RUNAWAY = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6)) + " }"
HOARD = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return in_memory(lines(small_tables()))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query") / "kg.oxigraph"
    tables = small_tables()
    save(lambda: lines(tables), folder, graph_hash(tables))
    return folder.with_suffix(".duckdb")


def start(db: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONUNBUFFERED", None)
    command = [sys.executable, "-m", "kg", *arguments, "--db", str(db)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(command, text=True, env=environment, **streams)  # type: ignore[call-overload, no-any-return]


def ask(db: Path, *arguments: str) -> tuple[int, str, str]:
    with start(db, "query", *arguments) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


# -- no answer --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ('SELECT ?e { ?e skos:prefLabel "BERT" }', '"BERT" is not in the graph, but "BERT"@en is'),
        ("SELECT ?e { ?e skos:prefLabel '''BERT''' }", "'''BERT''' is not in the graph, but '''BERT'''@en is"),
        ('SELECT ?e { ?e skos:prefLabel ?n FILTER(?n = "GLUE") }', '"GLUE" is not in the graph, but "GLUE"@en is'),
        ('SELECT ?e { ?e skos:prefLabel "Bert"@en }', '"Bert"@en is not in the graph; did you mean "BERT"@en'),
        ('SELECT ?p { ?p kgo:year "2018" }', '"2018" is not in the graph, but 2018 is: numbers stand without quotes'),
        ("SELECT ?e { GRAPH ?g { ?e skos:prefLabel ?n } }", "one graph without a name: leave out GRAPH"),
    ],
)
def test_no_answer_says_what_is_wrong_with_texts_numbers_and_graphs(store: ox.Store, sparql: str, said: str) -> None:
    [advice] = query(store, sparql).advice
    assert said in advice


@pytest.mark.parametrize(
    "sparql",
    [
        'SELECT ?e { ?e skos:prefLabel ?n FILTER(CONTAINS(?n, "GLUE") && STRLEN(?n) > 90) }',
        'SELECT ?e { ?e dc:creator "Jacob Devlin" ; a kgo:Method }',
        'SELECT ?e { ?e kgo:year "2018"^^xsd:gYear }',
        "SELECT ?graph { ?graph a kgo:Method ; kgo:uses entity:glue }",
        'SELECT ?e { ?e skos:prefLabel "nothing at all like it, anywhere"@en }',
    ],
)
def test_no_advice_where_none_is_known(store: ox.Store, sparql: str) -> None:
    assert query(store, sparql).advice == ()


def test_advice_is_soon_given_on_many_wrong_names(store: ox.Store) -> None:
    names = " ".join(f'"bert{i}"@en entity:bert{i}' for i in range(300))
    assert 0 < len(query(store, f"SELECT ?e {{ VALUES ?e {{ {names} }} ?e a ?e }}").advice) <= 5


def test_an_empty_answer_is_told(db: Path) -> None:
    assert ask(db, "SELECT ?e { ?e kgo:uses entity:glue }") == (0, "e\n", "kg: no answer: nothing in this graph fits\n")
    assert ask(db, 'SELECT ?e { ?e skos:prefLabel "BERT" }')[2].startswith('kg: "BERT" is not in the graph, but')


def test_while_a_build_is_at_work_the_graph_before_it_is_asked(tmp_path: Path) -> None:
    inputs = write(tmp_path / "in.jsonl", papers(2))
    db = kg.build(inputs, db=tmp_path / "k.duckdb", out=tmp_path / "out", workers=1).db
    assert db is not None
    with duckdb.connect(str(db)):
        os.utime(db)  # as when a build has begun to write
        assert ask(db, "ASK {}")[:2] == (0, "answer\nTrue\n")
        assert "in use by another" in ask(db, "ASK {}")[2]
        assert ask(db, "ASK {}")[2].endswith("; asked is the graph of the build before\n")


# -- limits -----------------------------------------------------------------------------------------------------------


def test_a_query_takes_no_more_memory_than_it_may(db: Path) -> None:
    status, out, err = ask(db, HOARD, "--memory", "300")
    assert (status, out) == (2, "")
    assert err.startswith("kg: stopped: it took too much memory; ask for less")


def test_a_query_ends_with_the_command_that_was_killed(db: Path) -> None:
    with start(db, "query", RUNAWAY) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        end = time.monotonic() + 60
        while not (child := children.read_text().split()) and time.monotonic() < end:
            time.sleep(0.05)
        process.kill()
    assert child
    while time.monotonic() < end and running(child[0]):
        time.sleep(0.05)
    assert not running(child[0])


def running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


# -- what is written --------------------------------------------------------------------------------------------------


def test_a_graph_is_written_the_same_each_time_with_the_prefixes_it_uses(db: Path) -> None:
    turtle = [ask(db, "DESCRIBE entity:bert")[1] for _ in range(2)]
    assert turtle[0] == turtle[1]
    prefixes = [line.split()[1] for line in turtle[0].splitlines() if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)
    assert {"entity:", "kgo:", "skos:"} <= set(prefixes)
    assert not {"nif:", "prov:", "statement:"} & set(prefixes)
    xml = [ask(db, "DESCRIBE entity:bert", "--format", "xml")[1] for _ in range(2)]
    assert xml[0] == xml[1]
    graphs = [rdflib.Graph().parse(data=data, format=kind) for data, kind in ((turtle[0], "turtle"), (xml[0], "xml"))]
    assert set(graphs[0]) == set(graphs[1])


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "xml"])
def test_output_ends_with_its_line(db: Path, format: str) -> None:
    assert ask(db, "ASK {}", "--format", format)[1].endswith("\n")


def test_a_command_line_that_says_two_things_is_refused(db: Path) -> None:
    assert ask(db, "ASK {}", "--json", "--format", "csv")[2].startswith("kg: --json and --format: give one of them")
    twice = ask(db, "-n", "names", "-p", "entity=BERT", "-p", "entity=GLUE")
    assert twice == (2, "", "kg: entity=GLUE: entity is given twice\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "arguments", [("query", "SELECT * { ?s ?p ?o }"), ("query", "ASK {}", "--format", "csv"), ("query", "--help")]
)
def test_output_that_cannot_be_written_is_one_line(db: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full, start(db, *arguments, stdout=full) as process:
        _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (2, "kg: the output cannot be written: no space left on device\n")


@pytest.mark.parametrize("arguments", [("query", "SELECT * { ?s ?p ?o }"), ("query", "ASK {}"), ("query", "--list")])
def test_a_reader_that_has_gone_is_no_error_however_little_is_written(db: Path, arguments: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe, start(db, *arguments, stdout=pipe) as process:
        _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")


def test_ctrl_c_ends_a_query(db: Path) -> None:
    with start(db, "query", RUNAWAY) as process:
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "kg: stopped\n")
