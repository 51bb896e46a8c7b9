"""Queries: answers, results in every form, errors that help, and the cookbook."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pyarrow as pa
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rdf_tables import small_tables

from kg import api
from kg.export.rdf import graph_hash, lines
from kg.model import KgError
from kg.query import (
    Batch,
    QueryError,
    Successor,
    as_rdflib,
    base_of,
    current,
    folder_of,
    in_memory,
    is_older,
    making,
    open_read_only,
    query,
    save,
)
from kg.query.child import Stopped
from kg.query.cookbook import recipe, recipes
from kg.query.terms import check
from kg.vocabulary import BASE


@pytest.fixture(scope="module")
def store():
    return in_memory(lines(small_tables()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("query") / "kg.oxigraph"
    tables = small_tables()
    save(lambda: lines(tables), path, graph_hash(tables))
    return path


def rows(store, sparql: str) -> list[tuple]:
    return [tuple(row) for row in query(store, sparql).frame().astype(object).itertuples(index=False)]


# -- results ----------------------------------------------------------------------------------------------------------


def test_a_frame_joins_with_the_tables(store):
    frame = query(store, "SELECT ?paper ?entity ?c { ?s rdf:subject ?paper ; rdf:object ?entity ; kgo:confidence ?c ; "
                         "rdf:predicate kgo:uses }").frame()  # fmt: skip
    links = small_tables().links
    uses = links[links["relation"] == "uses"]
    merged = uses.merge(frame, left_on=["source", "target"], right_on=["paper", "entity"])
    assert len(merged) == len(uses) == len(frame)
    assert (merged["confidence"] == merged["c"]).all()


def test_numbers_stay_numbers_and_gaps_stay_gaps(store):
    sparql = (
        "SELECT ?e ?year ?p { ?e a mls:Model OPTIONAL { ?e kgo:year ?year } OPTIONAL { ?e kgo:firstIntroducedBy ?p } }"
    )
    frame = query(store, sparql + " ORDER BY ?e").frame()
    assert frame["year"].dtype == "Int64"
    assert frame["year"].tolist() == [pd.NA, 2018, pd.NA, 2017]
    assert frame["p"].isna().tolist() == [False, False, True, False]


def test_ask_and_construct_as_frames(store):
    assert rows(store, "ASK { entity:bert a mls:Model }") == [(True,)]
    frame = query(store, "CONSTRUCT { ?s kgo:uses ?o } WHERE { ?s kgo:uses ?o }").frame()
    assert set(frame.itertuples(index=False, name=None)) == {
        ("1810.04805", "kgo:uses", "entity/transformer"),
        ("1907.11692", "kgo:uses", "entity/bert"),
    }


def test_every_table_format_says_the_same(store):
    result = query(store, "SELECT ?e ?name { ?e skos:prefLabel ?name ; a skos:Concept } ORDER BY ?name")
    expected = [row[1].value for row in result.rows]
    assert len(expected) == 9
    assert pd.read_csv(io.BytesIO(result.write("csv")))["name"].tolist() == expected
    assert [x["name"]["value"] for x in json.loads(result.write("json"))["results"]["bindings"]] == expected
    space = "{http://www.w3.org/2005/sparql-results#}"
    literals = ElementTree.fromstring(result.write("xml")).iter(f"{space}literal")
    assert [x.text for x in literals] == expected
    tsv = result.write("tsv").decode().splitlines()
    assert [rdflib.util.from_n3(line.split("\t")[1]).value for line in tsv[1:]] == expected
    with pytest.raises(KgError, match="csv"):
        result.write("turtle")


@pytest.mark.parametrize("format", ["turtle", "ntriples", "jsonld", "xml"])
def test_every_graph_format_says_the_same(store, format):
    result = query(store, "DESCRIBE entity:bert")
    graph = rdflib.Graph().parse(
        data=result.write(format), format={"ntriples": "nt", "jsonld": "json-ld"}.get(format, format)
    )
    assert len(graph) == len(result.triples) > 5


def test_rdflib_asks_oxigraph(folder):
    graph = as_rdflib(open_read_only(folder))
    found = list(graph.query('SELECT ?e { ?e skos:prefLabel "BERT"@en ; a skos:Concept }'))
    assert found == [(rdflib.URIRef(BASE + "entity/bert"),)]
    assert len(graph) == len(rdflib.Graph().parse(data="".join(lines(small_tables())), format="nt"))
    assert "kgo" in dict(graph.namespaces())


# -- the store --------------------------------------------------------------------------------------------------------


def test_a_store_is_replaced_only_where_the_graph_changed(tmp_path):
    path = tmp_path / "kg.oxigraph"
    with pytest.raises(KgError, match="run kg build"):
        open_read_only(path)
    assert save(lambda: ["<a:b> <a:c> <a:d> .\n"], path, "1" * 64) is True

    def unexpected():
        raise AssertionError("not to be read")

    assert save(unexpected, path, "1" * 64) is False
    reader = open_read_only(path)
    assert save(lambda: ["<a:b> <a:c> <a:e> .\n"], path, "2" * 64) is True
    assert [q.object.value for q in reader] == ["a:d"], "who reads goes on with what was there"
    assert [q.object.value for q in open_read_only(path)] == ["a:e"]
    assert save(lambda: ["<a:b> <a:c> <a:f> .\n"], path, "3" * 64) is True
    assert len([p for p in path.iterdir() if p.is_dir()]) == 2, "the one before stays, older ones go"


def test_a_failed_load_leaves_the_old_store(tmp_path):
    path = tmp_path / "kg.oxigraph"
    save(lambda: ["<a:b> <a:c> <a:d> .\n"], path, "1" * 64)
    with pytest.raises(SyntaxError):
        save(lambda: ["<a:b> <a:c> .\n"], path, "2" * 64)
    assert [q.object.value for q in open_read_only(path)] == ["a:d"]
    assert len(list(path.iterdir())) == 2


def dump(store) -> list[str]:
    return sorted(f"{quad.triple} .\n" for quad in store)


def nodes(graph: dict[int, set[tuple[int, str]]]) -> list[str]:
    """A graph as sorted blocks of lines, a subject each."""
    return [
        "".join(sorted(f"<a:{subject:02}> <a:p{p}> {ox.Literal(text)} .\n" for p, text in facts))
        for subject, facts in sorted(graph.items())
        if facts
    ]


FACTS = st.sets(st.tuples(st.integers(0, 2), st.text('ab\n"\\é\u2028\U0001f600', max_size=4)), max_size=4)
GRAPHS = st.dictionaries(st.integers(0, 30), FACTS, min_size=8, max_size=30)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # each takes a second
@given(GRAPHS, st.lists(st.dictionaries(st.integers(0, 34), FACTS, max_size=5), min_size=1, max_size=4))
def test_a_store_brought_up_to_date_is_the_store_loaded_afresh(graph, edits):
    """Whatever is added, changed and taken out, and however often; who reads the old store goes on with it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "kg.oxigraph"
        save(lambda: nodes(graph), folder, hashlib.sha256(b"0").hexdigest())
        for number, edit in enumerate(edits, 1):
            before, reader = nodes(graph), open_read_only(folder)
            graph = graph | edit
            save(lambda: nodes(graph), folder, hashlib.sha256(b"%d" % number).hexdigest())  # noqa: B023
            after = "".join(nodes(graph))
            assert "".join(dump(open_read_only(folder))) == after
            assert "".join(dump(reader)) == "".join(before)
            assert len(list(open_read_only(folder).query("SELECT * { ?s ?p ?o }"))) == after.count("\n")


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(GRAPHS, st.lists(st.dictionaries(st.integers(0, 34), FACTS, max_size=5), min_size=1, max_size=4), st.data())
def test_a_store_that_follows_a_graph_batch_by_batch_is_the_store_loaded_afresh(graph, edits, data):
    """Whichever lines are taken for those that move, and whatever subjects are put between."""

    def say(graph, extra) -> str:
        return "".join(sorted([*nodes(graph), *extra]))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "kg.oxigraph"
        for number, edit in enumerate([graph, *edits]):
            graph = graph | edit
            extra = [
                f"<a:{i:02}b> <a:p0> <a:q> .\n" for i in sorted(data.draw(st.sets(st.integers(0, 40), max_size=3)))
            ]
            moves = data.draw(st.sampled_from(["<a:p0>", "<a:p1>", "none"]))
            size = data.draw(st.integers(1, 12))
            successor, blocks = Successor(folder, extra), nodes(graph)
            for some in (blocks[at : at + size] for at in range(0, len(blocks), size)):
                subjects = [block.split(" ")[0] for block in some]
                lines = [[f"{line}\n" for line in block.split("\n") if line] for block in some]
                fixed, moving = (
                    ["".join(line for line in each if (f" {moves} " in line) == moved) for each in lines]
                    for moved in (False, True)
                )
                successor.add(Batch(*(pa.array(column, pa.string()) for column in (subjects, fixed, moving))))
            successor.end()
            turtle = Path(name) / "graph.ttl"
            turtle.write_text("".join(blocks), encoding="utf-8")
            successor.take_over(
                hashlib.sha256(b"%d" % number).hexdigest(),
                lambda made: successor.load_files(made, turtle),  # noqa: B023
            )
            assert "".join(dump(open_read_only(folder))) == say(graph, extra)
            assert len(list(folder.iterdir())) == min(number, 1) + 2


def test_small_changes_share_the_files_of_the_old_store(tmp_path):
    path = tmp_path / "kg.oxigraph"
    many = [f"<a:{i:04}> <a:c> <a:d> .\n" for i in range(2000)]
    save(lambda: many, path, "1" * 64)
    asked: list[int] = []

    def changed(number: int) -> list[str]:
        asked.append(number)
        return [*many[:1000], f"<a:1000> <a:c> <a:e{number}> .\n", *many[1001:1999], "<a:new> <a:c> <a:d> .\n"]

    for number in (2, 3):
        old = current(path)
        save(lambda: changed(number), path, f"{number}" * 64)  # noqa: B023
    assert asked == [2, 3], "one pass each"
    shared = {p.name for p in old.glob("*.sst") if p.stat().st_nlink > 1}
    assert shared
    assert dump(open_read_only(path)) == changed(3)
    save(lambda: ["<a:other> <a:c> <a:d> .\n"], path, "4" * 64)
    assert dump(open_read_only(path)) == ["<a:other> <a:c> <a:d> .\n"], "another graph is loaded whole"
    assert not any(p.stat().st_nlink > 1 for p in current(path).glob("*.sst"))


def test_a_store_is_closed_when_it_is_put_in_its_place(tmp_path):
    """RocksDB looks at its files once more when it closes, by the names that they had."""
    for number in (1, 2):
        lines = [f"<a:{i:04}> <a:c> <a:{'d' if i else number}> .\n" for i in range(2000)]
        save(lambda: lines, tmp_path, f"{number}" * 64)  # noqa: B023
        assert "[ERROR]" not in (current(tmp_path) / "LOG").read_text()


def test_many_changes_leave_no_more_files_than_one(tmp_path):
    """What a change adds is merged before the store is closed: left to itself, each question looks into more files."""

    def graph(number: int) -> list[str]:
        return [f"<a:{i:04}> <a:c> <a:{'d' if i % 10 else number}> .\n" for i in range(2000)]

    path, files = tmp_path / "kg.oxigraph", []
    for number in range(12):
        save(lambda: graph(number), path, hashlib.sha256(b"%d" % number).hexdigest())  # noqa: B023
        assert dump(open_read_only(path)) == graph(number)
        files.append({file.name for file in current(path).glob("*.sst")})
    assert max(map(len, files[2:])) <= len(files[1]) + 3
    making._link(current(path), tmp_path / "copy")
    opened = ox.Store(str(tmp_path / "copy"))
    time.sleep(0.5)
    assert {file.name for file in (tmp_path / "copy").glob("*.sst")} == files[-1], "nothing is left to be merged"
    assert dump(opened) == graph(11)


def test_a_store_of_real_tables_is_brought_up_to_date(tmp_path):
    path, tables = tmp_path / "kg.oxigraph", small_tables()
    fewer = replace(tables, links=tables.links.iloc[:-2])
    for each in (tables, fewer, tables):
        save(lambda: lines(each), path, graph_hash(each))  # noqa: B023
        found = hashlib.sha256("".join(dump(open_read_only(path))).encode()).hexdigest()
        assert found == graph_hash(each)


def test_builds_load_the_store_and_graphs_ask_it(tmp_path):
    """What a build or an opened graph gives as rdflib is the store on disk, as it was then."""
    db, out = tmp_path / "kg.duckdb", tmp_path / "out"
    papers = [
        {"id": "1", "title": "BERT", "abstract": "We introduce BERT, a language model. It is tested on GLUE."},
        {"id": "2", "title": "RoBERTa", "abstract": "We present RoBERTa. It builds on BERT and is tested on GLUE."},
        {"id": "3", "title": "ALBERT", "abstract": "We propose ALBERT. It is compared with BERT on GLUE."},
    ]
    (tmp_path / "one.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in papers[:2]))
    (tmp_path / "two.jsonl").write_text(json.dumps(papers[2]) + "\n")
    stages = []
    built = api.build(
        tmp_path / "one.jsonl", db=db, out=out, workers=1, progress=lambda stage, *_: stages.append(stage)
    )
    assert stages[-1] == "load the SPARQL store"
    assert not is_older(folder_of(db), db)
    first = current(folder_of(db))
    asked = {"built": built.rdf, "opened": api.open(db).rdf}
    file = {q.triple for q in ox.parse(path=str(out / "graph.ttl"), format=ox.RdfFormat.TURTLE)}
    for graph in asked.values():
        assert len(graph) == len(file) == len(list(graph.triples((None, None, None))))
        with pytest.raises(Exception, match="only possible on read-write instances"):
            graph.add((rdflib.URIRef("a:b"), rdflib.URIRef("a:c"), rdflib.URIRef("a:d")))
    api.build(tmp_path / "one.jsonl", db=db, out=out, workers=1)
    assert current(folder_of(db)) == first, "nothing new, nothing loaded"
    with pytest.raises(KgError, match="no IRI of a license"):
        api.build(tmp_path / "one.jsonl", db=db, out=out, license="CC BY 4.0")
    open_license = "https://creativecommons.org/licenses/by/4.0/"
    api.build(tmp_path / "one.jsonl", db=db, out=tmp_path / "licensed", workers=1, license=open_license)
    again = api.refresh(db=db, out=tmp_path / "again")
    found = again.query("SELECT ?license { ?graph a void:Dataset ; dcterms:license ?license }")["license"].tolist()
    assert found == [open_license], "a build remembers it"
    first = current(folder_of(db))
    before = api.open(db)
    more = api.build(tmp_path / "two.jsonl", db=db, out=out, workers=1)
    assert current(folder_of(db)) != first
    assert len(more.rdf) > len(before.rdf) > len(built.rdf) == len(file), "what was opened before stays as it was"
    shutil.rmtree(folder_of(db))
    assert len(api.open(db).rdf) == len(more.rdf), "made again where it is missing"
    shutil.rmtree(folder_of(db))
    folder_of(db).write_text("in the way")
    assert len(api.open(db).rdf) == len(more.rdf), "in memory where none can be made"


def test_a_store_knows_its_base():
    store = in_memory(lines(small_tables(), base="https://me.example/"))
    assert base_of(store) == "https://me.example/"
    assert rows(store, "SELECT ?e { paper:1706.03762 kgo:introduces ?e }") == [("entity/transformer",)]


# -- errors that help -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sparql", "message", "pointer"),
    [
        ("SELECT ?x {\n  ?x kgo:introduce ?y }", r"line 2, column 6: .*kgo:introduces", "\n     ^"),
        ("SELECT ?x { ?x skoss:prefLabel ?y }", r"column 16: the prefix skoss: .*did you mean skos", None),
        ("SELECT ?x { ?x kgo:uses ?y", r"the query ends here", None),
        ("SELECT ?x WHERE {\n ?x kgo:uses }", r"line 2, column 14", None),
        ("INSERT DATA { <a:b> <a:c> <a:d> }", "INSERT would change the graph", "\n^"),
        ("PREFIX a: <b:c> CLEAR ALL", "CLEAR would change the graph", None),
        ("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }", "SERVICE is not available", None),
        ("SELECT ?x { ?x <a b> ?y }", "no valid IRI", None),
        ("SELECT (COUNT(?x) AS ?n) ?y { ?x kgo:uses ?y }", "neither grouped by nor aggregated", None),
    ],
)
def test_errors_say_what_and_where(store, sparql, message, pointer):
    with pytest.raises(QueryError, match=message) as caught:
        query(store, sparql)
    assert "\n" not in str(caught.value)
    assert caught.value.pointer.splitlines()[-1].strip() == "^"
    if pointer:
        assert caught.value.pointer.endswith(pointer)


def test_no_answer_comes_with_advice(store):
    [advice] = query(store, "SELECT ?p { ?p kgo:uses entity:bertt }").advice
    assert advice.startswith("entity:bertt is not in the graph; did you mean entity:bert")
    [advice] = query(store, "SELECT ?p { ?p skos:altLable ?x }").advice
    assert "skos:altLabel" in advice
    assert query(store, "SELECT ?p { ?p kgo:uses entity:glue }").advice == ()


@pytest.mark.parametrize(
    "sparql",
    [
        'SELECT ?x { ?x dcterms:title "kgo:nonsense SERVICE foo:bar"@en }',
        "SELECT ?x { ?x dcterms:title ?t } # kgo:nonsense SERVICE foo:bar",
        "PREFIX foo: <http://foo.example/> SELECT ?service { ?service foo:bar ?y }",
        "SELECT ?x { ?x <https://else.example/SERVICE> ?kgo }",
        "SELECT ?x { _:b1 kgo:uses ?x . ?x a kgo:Method; kgo:year ?y . FILTER(?y>2000) }",
        "SELECT ?x { paper:title:0f kgo:introduces ?x . }",
        "BASE <http://x.example/> SELECT ?x { ?x a <y> }",
    ],
)
def test_what_looks_wrong_but_is_not(store, sparql):
    assert check(sparql, BASE) is None
    query(store, sparql)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_the_query_command(text):
    store = ox.Store()
    try:
        query(store, text)
    except KgError as error:
        assert str(error)  # noqa: PT017


def test_time_limit(folder):
    store = open_read_only(folder)
    runaway = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6)) + " }"
    began = time.monotonic()
    with pytest.raises(Stopped, match=r"stopped after 0.5 s"):
        query(store, runaway, timeout=0.5)
    assert time.monotonic() - began < 10
    assert rows(store, "ASK {}") == [(True,)]


# -- the cookbook -----------------------------------------------------------------------------------------------------

TRANSFORMER, BERT, ROBERTA, ALBERT = "1706.03762", "1810.04805", "1907.11692", "title:0f"
ANSWERS: dict[str, tuple[dict[str, object], list[tuple]]] = {  # recipe: parameters, the first columns of its rows
    "who-introduced": ({"entity": "BERT"}, [(BERT,)]),
    "who-uses": ({"entity": "bert"}, [(ROBERTA,)]),
    "who-names": ({"entity": "BERT"}, [(ROBERTA, 2019, "kgo:uses"), (BERT, 2018, "kgo:introduces"),
                                       (ALBERT, None, "kgo:comparesWith")]),
    "roles": ({"entity": "GLUE"}, [("kgo:evaluatesOn", 2)]),
    "timeline": ({"entity": "Transformer"}, [(2017, 1, 0), (2018, 1, 1)]),
    "first-named": ({"entity": "Transformers"}, [(TRANSFORMER, "2017-06-12"), (BERT, "2018-10")]),
    "names": ({"entity": "entity/bert"}, [("BERT",), ("Bidirectional Encoder Representations from Transformers",)]),
    "versions": ({"entity": "Transformer"}, [("entity/bert",), ("entity/bert-large",)]),
    "kinds-of": ({"entity": "BERT-large"}, [("entity/bert",), ("entity/transformer",)]),
    "evaluated-on": ({"entity": "GLUE"}, [("entity/albert",)]),
    "tested-on": ({"entity": "ALBERT"}, [("entity/glue",)]),
    "competitors": ({"entity": "BERT"}, [("entity/albert",)]),
    "named-together": ({"entity": "GLUE"}, [("entity/bert", "BERT", 5.5)]),
    "evidence": ({"paper": BERT, "entity": "Transformer"}, [("kgo:uses", 0.97, "BERT uses the Transformer.")]),
    "sentences": ({"entity": "Transformer", "role": "uses"}, [(BERT, "BERT uses the Transformer.")]),
    "doubtful": ({"entity": "WMT 2014"}, [(TRANSFORMER, "kgo:evaluatesOn", 0.97)]),
    "inferred": ({"entity": "ALBERT"}, [("kgo:comparedWith", "entity/bert"), ("kgo:evaluatedOn", "entity/glue")]),
    "paper": ({"paper": "Attention Is All You Need"}, [("kgo:addresses", "entity/machine-translation"),
              ("kgo:evaluatesOn", "entity/wmt-2014"), ("kgo:introduces", "entity/transformer")]),
    "built-on": ({"paper": "roberta"}, [(TRANSFORMER,), (BERT,)]),
    "builds-on": ({"paper": TRANSFORMER}, [(BERT,), (ROBERTA,)]),
    "builds-on-entity": ({"entity": "BERT"}, [(ROBERTA,)]),
    "influential": ({}, [(TRANSFORMER,), (BERT,)]),
    "related-papers": ({"paper": "ALBERT"}, [(ROBERTA, "RoBERTa", 3.25)]),
    "shared": ({"paper": ROBERTA, "other": ALBERT}, [("entity/glue",), ("entity/bert",)]),
    "uses-a-not-b": ({"a": "BERT", "b": "Transformer"}, [(ROBERTA,)]),
    "names-a-and-b": ({"a": "BERT", "b": "GLUE"}, [(ROBERTA,), (ALBERT,)]),
    "most-used": ({"type": "model", "n": 2}, [("entity/bert", "BERT", 3), ("entity/transformer", "Transformer", 2)]),
    "new-in": ({"type": "Model", "year": 2018}, [("entity/bert",)]),
    "introduced-per-year": ({"type": "Model"}, [(2017, 1), (2018, 1)]),
    "never-evaluated": ({"type": "Model"}, [("entity/bert",), ("entity/transformer",)]),
    "unused": ({"type": "Model"}, [("entity/albert",)]),
    "most-evaluated-on": ({"type": "Benchmark"}, [("entity/glue", "GLUE", 1)]),
    "prolific": ({"n": 3}, [(TRANSFORMER,), (BERT,), (ALBERT,)]),
    "communities": ({}, [("community:0", "Transformer", 2, 3), ("community:1", "BERT", 2, 5)]),
    "neighbourhood": ({"entity": "BERT", "n": 2}, [("entity/bert",), ("entity/glue",)]),
    "used-for-task": ({"task": "machine translation", "type": "Dataset"}, [("entity/wmt-2014", "WMT 2014", 1)]),
    "by-author": ({"author": "Jacob Devlin"}, [(BERT,)]),
    "in-year": ({"entity": "machine translation", "year": 2017}, [(TRANSFORMER,)]),
    "rising": ({"type": "Model", "year": 2019}, [("entity/bert", "BERT", 1, 0, 1)]),
    "provenance": ({}, [("https://kg.example/void#kg", "0.1.0", "abc")]),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_the_cookbook_answers(store, name):
    parameters, expected = ANSWERS[name]
    frame = query(store, recipe(name).fill(store, parameters, BASE)).frame().astype(object)
    frame = frame.where(frame.notna(), None)
    found = [tuple(row) for row in frame.iloc[:, : len(expected[0])].itertuples(index=False)]
    assert found == expected


def test_the_cookbook_has_answers_for_all():
    assert len(recipes()) >= 25
    assert set(recipes()) - set(ANSWERS) == {"card", "statistics"}
    for each in recipes().values():
        assert each.question.endswith("?"), each.name


def test_card_and_statistics(store):
    card = query(store, recipe("card").fill(store, {"entity": "BERT"}, BASE))
    assert card.kind == "construct"
    assert "entity:bert" in card.write("turtle").decode()
    frame = query(store, recipe("statistics").fill(store, {}, BASE)).frame()
    assert dict(zip(frame["class"], frame["count"], strict=True))["fabio:ResearchPaper"] == 5


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("who-usess", {}, "did you mean who-uses"),
        ("who-uses", {}, "Which papers use it.* Give entity, such as 'LoRA' .*: -p entity=LoRA"),
        ("builds-on", {}, "-p 'paper=LoRA: Low-Rank"),
        ("who-uses", {"entity": " "}, "entity is empty; give one such as 'LoRA'"),
        ("builds-on", {"paper": "ER"}, r"\d papers have 'ER' in their titles; .* 1810.04805 \(BERT: Deep Bidirec"),
        ("who-uses", {"entity": "BERTT"}, "no entity is called BERTT; did you mean BERT"),
        ("who-uses", {"entity": "BERT", "m": 1}, "it has no parameter m"),
        ("who-uses", {"entity": "BERT", "n": "many"}, "n must be a whole number"),
        ("most-used", {"type": "Modell"}, "Modell is no type; choose from Model, Method"),
        ("sentences", {"entity": "BERT", "role": "abuses"}, "abuses is no role"),
        ("builds-on", {"paper": "no such paper"}, "no paper has the id or title"),
        ("who-uses", {"entity": '"> } DROP ALL #'}, "no entity is called"),
    ],
)
def test_wrong_parameters_are_explained(store, name, parameters, message):
    with pytest.raises(KgError, match=message):
        recipe(name).fill(store, parameters, BASE)


def test_text_parameters_stay_text(store):
    filled = recipe("by-author").fill(store, {"author": 'O\'Neil "Q"'}, BASE)
    assert rows(store, filled)[0][0] == "10.1000/a b/ü"


# -- the command ------------------------------------------------------------------------------------------------------


def kg(folder, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", "from kg.cli import main; main()", *arguments]
    command += ["--db", str(folder.with_suffix(".duckdb"))] if arguments[0] == "query" else []
    return subprocess.run(command, capture_output=True, text=True, input=stdin, timeout=120)


def test_the_query_command(folder, tmp_path):
    done = kg(folder, "query", "SELECT ?e ?n { paper:1706.03762 kgo:introduces ?e . ?e kgo:paperCount ?n }")
    assert (done.returncode, done.stdout) == (0, "e\tn\nentity/transformer\t2\n")
    file = tmp_path / "q.rq"
    file.write_text("ASK { entity:bert a mls:Model }", encoding="utf-8")
    assert json.loads(kg(folder, "query", "-f", str(file), "--format", "json").stdout)["boolean"] is True
    done = kg(folder, "query", "-n", "who-uses", "-p", "entity=BERT", "--json")
    assert [row["paper"] for row in json.loads(done.stdout)] == ["1907.11692"]


def test_the_query_command_explains_errors(folder):
    done = kg(folder, "query", "-f", "-", stdin="SELECT ?e {\n ?e kgo:use ?x }")
    assert done.returncode == 2
    assert done.stderr.splitlines()[1].strip() == "^"
    assert "kgo:uses" in done.stderr.splitlines()[2]
    assert kg(folder, "query").returncode == 2


def test_the_ontology_command(folder):
    for option in ((), ("--shapes",)):
        assert rdflib.Graph().parse(data=kg(folder, "ontology", *option).stdout, format="turtle")
    assert "PREFIX kgo: <https://kg.example/ontology#>" in kg(folder, "ontology", "--prefixes").stdout
    assert json.loads(kg(folder, "ontology", "--context").stdout)["@context"]


def test_a_store_is_older_than_a_database_that_changed(tmp_path):
    folder, db = folder_of(tmp_path / "kg.duckdb"), tmp_path / "kg.duckdb"
    assert is_older(folder, db)
    db.write_bytes(b"")
    save(lambda: ["<a:b> <a:c> <a:d> .\n"], folder, "1" * 64)
    os.utime(folder / "current", ns=(0, 2 * 10**9))
    os.utime(db, ns=(0, 1 * 10**9))
    assert not is_older(folder, db)
    os.utime(db, ns=(0, 3 * 10**9))
    assert is_older(folder, db)
    assert save([], folder, "1" * 64) is False
    assert not is_older(folder, db), "the same graph: nothing to load, and that is remembered"


def test_current_names_what_counts(folder):
    assert current(folder).parent.parent == folder
