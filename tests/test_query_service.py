"""Queries do not leave the graph: SERVICE is refused however it is written, and nothing else is for its letters."""

from __future__ import annotations

import contextlib

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.query import QueryError, query
from kg.query.service import find_service

ASKS = "SERVICE <http://127.0.0.1:9/> { ?a ?b ?c }"  # Oxigraph never asks this port, and raises OSError


@pytest.fixture(scope="module")
def store():
    graph = ox.Store()
    graph.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(True)))
    return graph


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { %s }",
        "SELECT * { # a comment\r%s }",
        r"SELECT * { VALUES ?x { <http://e/\u0061'> } %s VALUES ?y { '' } }",
        "SELECT * { BIND(1 AS ?x) FILTER(?x<'>' || true) %s FILTER(?x<'>' || true) }",
        "SELECT * { BIND(1 AS ?x) FILTER(?x<?x#>'''\n || true) %s #'''\n }",
        r"SELECT * { VALUES ?x { '''a' } %s #\q'''" + "\n}",
        r"SELECT * { VALUES ?x { '''a' } %s #\uD800'''" + "\n}",
        r"PREFIX é: <http://e/> SELECT * { VALUES ?x { é:a\' } %s VALUES ?y { é:a\' } }",
        "PREFIX x: <http://e/> SELECT * { ?s ?p x:a.b.%s }",
        "SELECT * { ?s ?p true%s }",
        "SELECT * { ?s ?p 1e5%s }",
        "SELECT * { ?s ?p ?service.%s }",
        "SELECT * { SERVICE<http://e/>{} %s }",
        "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x { ?a ?b ?c } }",
        "PREFIX x: <http://127.0.0.1:9/> SELECT * { sErViCex:x { ?a ?b ?c } }",
    ],
)
def test_service_is_refused_however_it_is_written(store, sparql):
    with pytest.raises(QueryError, match=r"SERVICE is not available|the prefix \w+: is not declared"):
        query(store, sparql.replace("%s", ASKS))


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?service { ?service ?p 'SERVICE <http://e/> {}' }  # SERVICE",
        r"""SELECT * { ?s ?p "it's a \"service\"", '''a 'service' ''', "\n service" }""",
        "SELECT * { ?s <https://e/it's-a-service#service> entity:web-service, entity:service }",
        "BASE <http://e/> SELECT * { ?s ?p <service> FILTER(1<2 || 3>2) }",
    ],
)
def test_its_letters_are_no_service(store, sparql):
    query(store, sparql)


PIECES = [
    *("'", "''", "'''", '"', '"""', "\\", "\\'", "\\q", "\\u0027", "#", "\n", "\r"),
    *("<", ">", "<'>", "<a#>", "<http://e/'>", "?x", "?s ?p ", ":a", "x:a", "é:b", ".", " ", ",", "a", "true", "1"),
    *("||", "FILTER(", ")", "{", "}", "VALUES ?x {", "BIND(1 AS ?x)", "?x<", "SERVICE", ASKS, ASKS, ASKS),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@example(["FILTER(", "?x<", "'", ">", "'", ")", ASKS, "FILTER(", "?x<", "'", ">", "'", ")"])
@settings(max_examples=400, deadline=None)
def test_what_passes_asks_nobody(store, pieces):
    sparql = "PREFIX x: <http://e/> PREFIX é: <http://e/> SELECT * { " + "".join(pieces) + " }"
    if find_service(sparql) is None:
        with contextlib.suppress(SyntaxError, ValueError):
            list(store.query(sparql, prefixes={"": "http://e/"}))


def test_a_prefix_relative_to_the_base_is_no_error(store):
    assert query(store, "BASE <http://e/> PREFIX x: <y#> SELECT * { x:a ?p ?o }").rows == ()
