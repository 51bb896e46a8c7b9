"""The endpoint: the W3C's protocol tests, formats, safety, and real clients."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pyoxigraph as ox
import pytest
import rdflib
import uvicorn
from rdf_tables import small_tables
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from kg.export.rdf import graph_hash, lines
from kg.query import current, save
from kg.query.server import Limits, app

DATA = "http://kasei.us/2009/09/sparql/data/"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6)) + " }"


class Served:
    """The endpoint in a thread, on a free port."""

    def __init__(self, folder: Path, html: Path | None, limits: Limits, **options: bool) -> None:
        self.folder = folder
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        served = app(folder, html=html, limits=limits, **options)
        self.server = uvicorn.Server(uvicorn.Config(served, log_level="warning"))
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve([self.socket])))
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("serve")
    tables = small_tables()
    save(lambda: lines(tables), folder / "kg.oxigraph", graph_hash(tables))
    # the W3C's tests ask for three named graphs
    store = ox.Store(str(current(folder / "kg.oxigraph")))
    for name in ("data1.rdf", "data2.rdf", "data3.rdf"):
        iri = ox.NamedNode(DATA + name)
        store.add(ox.Quad(iri, ox.NamedNode(rdflib.RDF.type), ox.NamedNode("http://xmlns.com/foaf/0.1/Document"), iri))
    store.flush()
    del store
    (folder / "graph.html").write_text("<!doctype html><title>explorer</title>", encoding="utf-8")
    limits = Limits(timeout=6, memory=512 << 20, workers=4, waiting=50)
    running = Served(folder / "kg.oxigraph", folder / "graph.html", limits)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def http(served):
    with httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


# -- SPARQL 1.1 Protocol: what each test of w3c/rdf-tests, sparql11/protocol asks that applies to a read-only endpoint -

GRAPHS = {n: quote(f"{DATA}data{n}.rdf", safe="") for n in range(4)}
A = {n: f"<{DATA}data{n}.rdf> a ?type" for n in range(1, 4)}
BOOLEAN = ("application/sparql-results+xml", "application/sparql-results+json")
TABULAR = (*BOOLEAN, "text/tab-separated-values", "text/csv")
RDF = ("application/rdf+xml", "application/rdf+json", "text/turtle", "application/n-triples", "application/ld+json")
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
TWO = f"ASK {{ GRAPH ?g1 {{ {A[1]} }} GRAPH ?g2 {{ {A[2]} }} }}"
NAMED = f"named-graph-uri={GRAPHS[1]}&named-graph-uri={GRAPHS[2]}"
DEFAULT = f"default-graph-uri={GRAPHS[1]}&default-graph-uri={GRAPHS[2]}"
BOTH = f"ASK {{ {A[1]} . {A[2]} . }}"
D0 = f"default-graph-uri={GRAPHS[0]}"

GOOD = {  # name: (method, query string, content type, body, media types, the boolean that is expected)
    "query_post_form": ("POST", D0, FORM, "query=ASK%20%7B%7D", BOOLEAN, True),
    "query_dataset_default_graphs_get": ("GET", f"query={quote(BOTH)}&{DEFAULT}", None, None, BOOLEAN, True),
    "query_dataset_default_graphs_post": ("POST", DEFAULT, QUERY, BOTH, BOOLEAN, True),
    "query_dataset_named_graphs_post": ("POST", NAMED, QUERY, TWO, BOOLEAN, True),
    "query_dataset_named_graphs_get": ("GET", f"query={quote(TWO)}&{NAMED}", None, None, BOOLEAN, True),
    "query_dataset_full": (
        "POST", f"default-graph-uri={GRAPHS[3]}&{NAMED}", QUERY,
        f"ASK {{ {A[3]} GRAPH ?g1 {{ {A[1]} }} GRAPH ?g2 {{ {A[2]} }} }}", BOOLEAN, True,
    ),
    "query_multiple_dataset": (
        "POST", NAMED, QUERY, f"ASK FROM <{DATA}data3.rdf> {TWO.removeprefix('ASK ')}", BOOLEAN, True,
    ),
    "query_get": ("GET", f"query=ASK%20%7B%7D&{D0}", None, None, BOOLEAN, True),
    "query_content_type_select": ("POST", D0, QUERY, "SELECT (1 AS ?value) {}", TABULAR, None),
    "query_content_type_ask": ("POST", D0, QUERY, "ASK {}", BOOLEAN, None),
    "query_content_type_describe": ("POST", D0, QUERY, "DESCRIBE <http://example.org/>", RDF, None),
    "query_content_type_construct": ("POST", D0, QUERY, "CONSTRUCT { <s> <p> 1 } WHERE {}", RDF, None),
    "query_post_direct": ("POST", "", QUERY, "ASK {}", BOOLEAN, True),
}  # fmt: skip
CONFLICT = "WITH <http://example/a> DELETE { ?p <http://example/n> 'Bill' } WHERE { ?p <http://example/n> 'Bill' }"
BAD = {  # name: (method, query string, content type, body)
    "bad_query_method": ("PUT", f"query=ASK%20%7B%7D&{D0}", FORM, ""),
    "bad_multiple_queries": ("GET", "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None),
    "bad_query_wrong_media_type": ("POST", "", "text/plain", "ASK {}"),
    "bad_query_missing_form_type": ("POST", "", None, "query=ASK%20%7B%7D"),
    "bad_query_missing_direct_type": ("POST", "", None, "ASK {}"),
    "bad_query_non_utf8": ("POST", "", f"{QUERY}; charset=UTF-16", "ASK {}".encode("utf-16")),
    "bad_query_syntax": ("GET", "query=ASK%20%7B", None, None),
    "bad_update_get": ("GET", "update=CLEAR%20ALL", None, None),
    "bad_multiple_updates": ("POST", "", FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT"),
    "bad_update_wrong_media_type": ("POST", "", "text/plain", "CLEAR NAMED"),
    "bad_update_missing_form_type": ("POST", "", None, "update=CLEAR%20NAMED"),
    "bad_update_non_utf8": ("POST", "", f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16")),
    "bad_update_syntax": ("POST", "", FORM, "update=CLEAR%20XYZ"),
    "bad_update_dataset_conflict": ("POST", "using-named-graph-uri=http%3A%2F%2Fexample%2Fpeople", UPDATE, CONFLICT),
}


def send(http, method, query_string, content_type, body):
    headers = {"content-type": content_type} if content_type else {}
    data = body.encode() if isinstance(body, str) else body
    return http.request(method, f"/sparql/{'?' + query_string if query_string else ''}", headers=headers, content=data)


@pytest.mark.parametrize("name", GOOD)
def test_protocol(http, name):
    *request, media_types, expected = GOOD[name]
    response = send(http, *request)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] in media_types
    if expected is not None:
        assert response.json()["boolean"] is expected


@pytest.mark.parametrize("name", BAD)
def test_protocol_refuses(http, name):
    assert 400 <= send(http, *BAD[name]).status_code < 500


# -- formats and pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "expected", "begins"),
    [
        ("*/*", "application/sparql-results+json", '{"head"'),
        ("application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        ("text/csv", "text/csv", "name\r\n"),
        ("text/tab-separated-values", "text/tab-separated-values", "?name\n"),
        ("text/html, application/json;q=0.1", "application/json", '{"head"'),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", "application/sparql-results+xml", "<?xml"),
    ],
)
def test_tables_in_the_format_asked_for(http, accept, expected, begins):
    sparql = "SELECT ?name { entity:bert skos:prefLabel ?name }"
    response = http.get("/sparql", params={"query": sparql}, headers={"accept": accept})
    assert response.headers["content-type"].partition(";")[0] == expected
    assert response.text.startswith(begins)
    assert "BERT" in response.text


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_graphs_in_the_format_asked_for(http, accept):
    response = http.get("/sparql", params={"query": "DESCRIBE entity:bert"}, headers={"accept": accept})
    assert response.headers["content-type"].partition(";")[0] == accept
    format = {"application/ld+json": "json-ld", "application/rdf+xml": "xml", "application/n-triples": "nt"}
    graph = rdflib.Graph().parse(data=response.text, format=format.get(accept, "turtle"))
    assert (rdflib.URIRef("https://kg.example/entity/bert"), rdflib.SKOS.prefLabel, None) in graph


def test_no_format_that_the_client_takes(http):
    response = http.get("/sparql", params={"query": "ASK {}"}, headers={"accept": "image/png"})
    assert response.status_code == 406


def test_errors_point_at_the_place(http):
    response = http.get("/sparql", params={"query": "SELECT ?x WHERE {\n ?x kgo:introduce ?y }"})
    assert response.status_code == 400
    assert "line 2, column 5" in response.text
    assert "kgo:introduces" in response.text


def test_cross_origin(http):
    response = http.get("/sparql", params={"query": "ASK {}"}, headers={"origin": "https://else.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    preflight = {"origin": "https://else.example", "access-control-request-method": "POST"}
    preflight["access-control-request-headers"] = "content-type"
    assert http.options("/sparql", headers=preflight).status_code == 200


def test_service_description(http):
    graph = rdflib.Graph().parse(data=http.get("/sparql", headers={"accept": "text/turtle"}).text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    [service] = graph.subjects(rdflib.RDF.type, sd.Service)
    assert graph.value(service, sd.supportedLanguage) == sd.SPARQL11Query


@pytest.mark.parametrize("key", ["entity/bert", "entity/c-%C3%BC", "paper/10.1000%2Fa%20b%2F%C3%BC", "paper/title:0f"])
def test_iris_dereference(http, key):
    turtle = http.get(f"/{key}", headers={"accept": "text/turtle"})
    assert turtle.status_code == 200
    graph = rdflib.Graph().parse(data=turtle.text, format="turtle")
    assert (rdflib.URIRef(f"https://kg.example/{key}"), None, None) in graph
    html = http.get(f"/{key}", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert html.headers["content-type"].startswith("text/html")
    assert "<script" not in html.text
    assert "C/Ü <x>" not in html.text


def test_pages(http):
    assert "explorer" in http.get("/").text
    assert http.get("/entity/nowhere").status_code == 404
    assert "kgo:introduces" in http.get("/ontology", headers={"accept": "text/html"}).text
    assert rdflib.Graph().parse(data=http.get("/ontology").text, format="turtle")
    assert rdflib.Graph().parse(data=http.get("/shapes").text, format="turtle")
    assert json.loads(http.get("/context.jsonld").text)["@context"]["kgo"]
    assert "void:triples" in http.get("/void", headers={"accept": "text/turtle"}).text
    page = http.get("/query")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    knowledge = http.get("/knowledge.json").json()
    assert len(knowledge["cookbook"]) >= 25
    filled = http.get("/questions/who-uses", params={"entity": "BERT", "n": "5"})
    assert "<https://kg.example/entity/bert>" in filled.text
    assert http.get("/questions/who-uses", params={"entity": "BERTT"}).status_code == 400
    assert http.get("/questions/who-users").status_code == 404


# -- safety -----------------------------------------------------------------------------------------------------------


def test_nothing_can_be_changed(http):
    before = http.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).text
    for update in ("CLEAR ALL", "INSERT DATA { <a:b> <a:c> <a:d> }", "DELETE WHERE { ?s ?p ?o }"):
        assert http.get("/sparql", params={"query": update}).status_code == 400
        assert http.post("/sparql", data={"update": update}).status_code == 403
    assert http.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).text == before


def test_queries_reach_neither_network_nor_files(http, tmp_path):
    secret = tmp_path / "secret.nt"
    secret.write_text("<a:b> <a:c> <a:d> .\n")
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(1.0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/data"
        queries = [
            f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ BIND(<{url}> AS ?x) sErViCe ?x {{ ?s ?p ?o }} }}",
            f"SELECT * FROM <{url}> {{ ?s ?p ?o }}",
            f"SELECT * FROM <file://{secret}> {{ ?s ?p ?o }}",
        ]
        for query in queries:
            response = http.get("/sparql", params={"query": query})
            assert response.status_code == 400 or response.json()["results"]["bindings"] == []
        with contextlib.suppress(TimeoutError):
            asked.append(listener.accept())
    assert asked == []


def test_a_child_has_no_network_even_if_a_query_got_that_far():
    """Behind the check of the text stands the operating system."""
    from kg.query import child

    def reach_out() -> bytes:
        try:
            socket.create_connection(("127.0.0.1", 9))
        except OSError as error:
            return os.strerror(error.errno).encode()
        return b"connected"

    answer = child.run(reach_out, timeout=10)
    if b"refused" in answer:
        pytest.skip("this system lets nobody leave the network")
    assert b"unreachable" in answer


def test_a_runaway_query_is_stopped_while_others_are_answered(served, http):
    answers, before = [], children()

    def run_away() -> None:
        with httpx.Client(base_url=served.url, timeout=60) as client:
            answers.append(client.get("/sparql", params={"query": RUNAWAY}).status_code)

    threads = [threading.Thread(target=run_away) for _ in range(3)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    quick = [http.get("/sparql", params={"query": "ASK { entity:bert a skos:Concept }"}) for _ in range(5)]
    assert all(r.json()["boolean"] for r in quick)
    for thread in threads:
        thread.join()
    assert answers == [503] * 3
    assert time.monotonic() - began < 30
    assert wait_for(lambda: len(children() - before) <= 1), "only who answered quickly is kept; no zombies"


def children() -> set[str]:
    """The processes that this one has started and that still are."""
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a thread that has just ended
            found.update((task / "children").read_text().split())
    return found


def wait_for(what, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(what())


def test_a_query_ends_when_its_client_hangs_up(served):
    before = children()
    running = Served(served.folder, None, Limits(timeout=300))
    try:
        with socket.create_connection(running.socket.getsockname()) as client:
            query = urlencode({"query": RUNAWAY})
            client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert wait_for(lambda: children() - before), "the query runs"
            time.sleep(0.5)
            assert children() - before
        assert wait_for(lambda: not children() - before), "and runs no longer"
        assert httpx.get(f"{running.url}/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    finally:
        running.stop()
    assert wait_for(lambda: not children() - before), "a server that ends leaves nobody behind"


def test_a_large_answer_that_nobody_takes_to_its_end_is_given_up(served):
    before = children()
    running = Served(served.folder, None, Limits(timeout=300))
    try:
        with socket.create_connection(running.socket.getsockname()) as client:
            query = urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 40000"})
            client.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
        assert wait_for(lambda: not children() - before)
    finally:
        running.stop()


def test_quick_queries_are_answered_by_the_same_child(served):
    before = children()
    running = Served(served.folder, None, Limits())
    try:
        with httpx.Client(base_url=running.url, timeout=60) as client:
            for _ in range(20):
                assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
                assert client.get("/sparql", params={"query": "ASK {"}).status_code == 400
                assert client.get("/entity/nowhere").status_code == 404
            assert len(children() - before) == 1
    finally:
        running.stop()


def test_a_connection_ends_for_the_client_when_the_server_closes_it(served):
    """Children must not hold on to it."""
    running = Served(served.folder, None, Limits())
    try:
        ask = f"GET /sparql?{urlencode({'query': 'ASK {}'})} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        with socket.create_connection(running.socket.getsockname(), timeout=10) as client:
            client.sendall(ask.encode())  # the child that answers is born while this connection is open
            answer = b""
            while more := client.recv(10_000):
                answer += more
        assert b"true" in answer
    finally:
        running.stop()


def test_a_query_that_wants_all_memory_is_stopped(http):
    sparql = "SELECT * { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(3)) + " } ORDER BY ?a0 ?a1 ?a2"
    response = http.get("/sparql", params={"query": sparql})
    assert response.status_code == 503
    assert http.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def test_requests_have_a_size(http):
    body = "ASK { } #" + "x" * (1 << 20)
    assert http.post("/sparql", content=body, headers={"content-type": QUERY}).status_code == 413


def test_a_new_build_is_served_without_a_restart(tmp_path):
    tables = small_tables()
    folder = tmp_path / "kg.oxigraph"
    save(lambda: ["<a:b> <a:c> <a:d> .\n"], folder, "0" * 64)
    running = Served(folder, None, Limits())
    try:
        with httpx.Client(base_url=running.url, timeout=60) as client:
            ask = {"query": "ASK { entity:bert a skos:Concept }"}
            assert client.get("/sparql", params=ask).json()["boolean"] is False
            assert save(lambda: lines(tables), folder, graph_hash(tables)) is True
            assert client.get("/sparql", params=ask).json()["boolean"] is True
            assert save(lambda: lines(tables), folder, graph_hash(tables)) is False, (
                "the same graph is not loaded again"
            )
            (folder / "current").unlink()
            assert client.get("/sparql", params=ask).json()["boolean"] is True, (
                "while there is none, the last one answers"
            )
    finally:
        running.stop()


# -- real clients -----------------------------------------------------------------------------------------------------

QUESTION = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?n { ?e skos:prefLabel ?n } ORDER BY ?n"


@pytest.fixture(scope="module")
def expected(http):
    rows = http.get("/sparql", params={"query": QUESTION}).json()["results"]["bindings"]
    assert len(rows) >= 9
    return [row["n"]["value"] for row in rows]


def test_sparqlwrapper(served, expected):
    from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, SPARQLWrapper

    client = SPARQLWrapper(f"{served.url}/sparql")
    client.setQuery(QUESTION)
    client.setReturnFormat(JSON)
    assert [row["n"]["value"] for row in client.queryAndConvert()["results"]["bindings"]] == expected
    client.setMethod(POST)
    assert [row["n"]["value"] for row in client.queryAndConvert()["results"]["bindings"]] == expected
    client.setRequestMethod(POSTDIRECTLY)
    client.setReturnFormat(CSV)
    assert client.queryAndConvert().decode().split("\r\n")[1:-1] == expected


def test_rdflib_sparqlstore(served, expected):
    graph = rdflib.Graph(SPARQLStore(f"{served.url}/sparql"))
    assert [str(row.n) for row in graph.query(QUESTION)] == expected


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is absent")
def test_curl(served, expected):
    command = ["curl", "-s", "-H", "Accept: text/csv", "--data-urlencode", f"query={QUESTION}", f"{served.url}/sparql"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[1:-1] == expected


COMUNICA = """
const { QueryEngine } = require("@comunica/query-sparql");
(async () => {
  const [query, value] = process.argv.slice(1);
  const rows = await new QueryEngine().queryBindings(query, { sources: [{ type: "sparql", value }] });
  console.log(JSON.stringify((await rows.toArray()).map((row) => row.get("n").value)));
})();
"""


def has_comunica() -> bool:
    if shutil.which("node") is None:
        return False
    return subprocess.run(["node", "-e", "require('@comunica/query-sparql')"], capture_output=True).returncode == 0


@pytest.mark.skipif(not has_comunica(), reason="absent: npm install --no-save @comunica/query-sparql@4.4.0")
def test_comunica(served, expected):
    command = ["node", "-e", COMUNICA, QUESTION, f"{served.url}/sparql"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert sorted(json.loads(done.stdout)) == sorted(expected)


def test_the_command_serves_and_stops(tmp_path):
    tables = small_tables()
    save(lambda: lines(tables), tmp_path / "kg.oxigraph", graph_hash(tables))
    command = [sys.executable, "-c", "from kg.cli import main; main()", "serve", "--port", "0"]
    command += ["--db", str(tmp_path / "kg.duckdb")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        try:
            line = process.stdout.readline()
            url = line.split("SPARQL ")[1].split()[0]
            query = urlencode({"query": "ASK { entity:bert a skos:Concept }"})
            assert httpx.get(f"{url}?{query}", timeout=60).json()["boolean"] is True
            assert url.startswith("http://127.0.0.1:")
            assert httpx.get(f"{url}?{query}", headers={"host": "evil.example"}, timeout=60).status_code == 403
        finally:
            process.terminate()
            process.wait(20)
