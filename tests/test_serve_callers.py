"""Who may ask: a server on this machine's own address answers no web page from elsewhere."""

from __future__ import annotations

import httpx
import pytest
from rdf_tables import small_tables
from test_serve import Served

from kg.export.rdf import graph_hash, lines
from kg.query import in_memory, query, save
from kg.query.callers import is_own
from kg.query.cookbook import Parameter, Recipe
from kg.query.server import Limits
from kg.vocabulary import BASE


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path, tables = tmp_path_factory.mktemp("callers") / "kg.oxigraph", small_tables()
    save(lambda: lines(tables), path, graph_hash(tables))
    return path


@pytest.fixture(scope="module")
def own(folder):
    running = Served(folder, None, Limits(), own=True)
    with httpx.Client(base_url=running.url, timeout=60) as client:
        yield client
    running.stop()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "127.0.0.1:8000"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"origin": "http://localhost:3000"}, 200),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200),  # a link that somebody follows
        ({"host": "evil.example:8000"}, 403),
        ({"host": "localhost.evil.example"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
    ],
)
def test_a_server_for_this_machine_answers_no_page_from_elsewhere(own, headers, status):
    response = own.get("/sparql", params={"query": "ASK {}"}, headers=headers)
    assert response.status_code == status
    allowed = response.headers.get("access-control-allow-origin")
    assert allowed == (headers.get("origin") if status == 200 else None)


def test_where_a_server_is_for_this_machine():
    assert all(is_own(host) for host in ("127.0.0.1", "localhost", "::1"))
    assert not any(is_own(host) for host in ("0.0.0.0", "::", "192.168.1.5", "evil.example"))


@pytest.mark.parametrize("more", ["; charset=UTF-8", "; charset=UTF-8; x=y", '; x=y; Charset="utf-8"', "; boundary=x"])
def test_a_charset_may_stand_beside_other_parameters(own, more):
    headers = {"content-type": f"application/sparql-query{more}"}
    assert own.post("/sparql", content="ASK {}", headers=headers).status_code == 200


def test_a_thing_called_cookbook_is_not_found_as_any_other(own):
    answers = [own.get("/questions/who-uses", params={"entity": name}).status_code for name in ("cookbook", "zzzz")]
    assert answers == [400, 400]
    assert own.get("/questions/no-such-question").status_code == 404


# -- what the answers hold --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "xml"])
def test_blank_nodes_and_triples_can_be_written(format):
    found = query(in_memory([]), "SELECT (BNODE() AS ?b) (TRIPLE(<e:s>, <e:p>, 1) AS ?t) ?none {}")
    assert b"e:s" in found.write(format)


def test_a_parameter_may_hold_what_looks_like_another():
    asked = Recipe("x", "?", (Parameter("a", "text", "A"), Parameter("b", "text", "B")), "$a $b ?ab")
    assert asked.fill(in_memory([]), {"a": "$b$", "b": '" }'}, BASE) == r'"$b$" "\" }" ?ab'
