"""The endpoint's pages of things, addresses written in other ways, hints, and how the server ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from rdf_tables import small_tables
from test_serve import RUNAWAY, Served

from kg.export.rdf import graph_hash, lines
from kg.query import save
from kg.query.server import Limits

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("things") / "kg.oxigraph"
    tables = small_tables()
    save(lambda: lines(tables), path, graph_hash(tables))
    return path


@pytest.fixture(scope="module")
def http(folder):
    running = Served(folder, None, Limits())
    with httpx.Client(base_url=running.url, timeout=60) as client:
        yield client
    running.stop()


@pytest.mark.parametrize(
    "written", ["paper/title%3A0f", "paper/10.1000/a%20b/%C3%BC", "paper/10.1000%2fa%20b%2f%c3%bc", "entity/%62ert"]
)
def test_a_thing_is_found_however_its_address_is_escaped(http, written):
    assert http.get(f"/{written}", headers={"accept": "text/turtle"}).status_code == 200


def test_the_page_of_a_thing_begins_with_what_it_is(http):
    page = http.get("/entity/bert", headers=BROWSER).text
    places = [page.index(name) for name in ("rdf:type", "skos:prefLabel", "skos:altLabel", "kgo:paperCount", "kgo:inC")]
    assert places == sorted(places)
    assert page.index("is kgo:uses of" if "is kgo:uses of" in page else ">kgo:uses<") < page.index(">rdf:object<")


def test_what_points_to_a_thing_is_shown_of_each_property(http):
    page = http.get("/entities", headers=BROWSER).text
    assert ">skos:inScheme<" in page
    turtle = http.get("/entity/bert", headers={"accept": "text/turtle"}).text
    assert "kgo:uses entity:bert" in turtle
    assert "kgo:introduces entity:bert" in turtle


@pytest.mark.parametrize("path", ["entity/nowhere", "sparql?query=ASK%20%7B", "questions/who-usess"])
def test_a_refusal_is_a_page_in_a_browser_and_a_line_elsewhere(http, path):
    page, line = http.get(f"/{path}", headers=BROWSER), http.get(f"/{path}")
    assert page.status_code == line.status_code >= 400
    assert page.headers["content-type"].startswith("text/html")
    assert 'href="/query"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert line.headers["content-type"].startswith("text/plain")
    assert "<" not in line.text


@pytest.mark.parametrize("path", ["entity/bert", "ontology", "void", "entity/nowhere"])
def test_every_page_leads_to_the_others(http, path):
    page = http.get(f"/{path}", headers=BROWSER).text
    assert all(f'href="{place}"' in page for place in ("/", "/query", "/ontology"))


def test_head_is_get_without_a_body(http):
    for path in ("/sparql", "/sparql?query=ASK%20%7B%7D", "/entity/bert", "/query"):
        answer, head = http.get(path), http.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == answer.headers["content-type"]


@pytest.mark.parametrize(
    ("format", "media"),
    [
        ("json", "application/sparql-results+json"),
        ("csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("xml", "application/sparql-results+xml"),
    ],
)
def test_a_format_may_stand_in_the_address_as_on_the_command_line(http, format, media):
    response = http.get("/sparql", params={"query": "SELECT ?e { ?e a kgo:Method }", "format": format})
    assert (response.status_code, response.headers["content-type"]) == (200, media)


def test_a_format_that_is_none_is_refused(http):
    response = http.get("/sparql", params={"query": "ASK {}", "format": "yaml"})
    assert response.status_code == 400
    assert response.text.startswith("there is no format yaml; choose from json, csv")
    xml = http.get("/sparql", params={"query": "DESCRIBE entity:bert", "format": "xml"})
    assert xml.headers["content-type"] == "application/rdf+xml"


def test_advice_on_a_query_without_an_answer(http):
    asked = {"query": 'SELECT ?e { ?e skos:prefLabel "BERT" }'}
    assert '"BERT"@en is' in http.get("/advice", params=asked).text
    assert '"BERT"@en is' in http.post("/advice", data=asked).text
    assert http.get("/advice", params={"query": "ASK {}"}).text == ""
    assert http.get("/advice").status_code == 400


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kg", "serve", "--port", "0", "--db", str(folder.with_suffix(".duckdb"))]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    return subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def test_ctrl_c_ends_the_server_while_a_query_runs(folder):
    with start(folder, "--timeout", "60") as process:
        url = process.stdout.readline().split("SPARQL ")[1].split()[0]
        asking = subprocess.Popen([sys.executable, "-c", ASKING, f"{url}?query={quote(RUNAWAY)}"])
        time.sleep(2)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=50)
        asking.wait(20)
    assert time.monotonic() - began < 15
    assert (process.returncode, out, err) == (130, "", "kg: stopped\n")


ASKING = """
import sys, urllib.request
try:
    urllib.request.urlopen(sys.argv[1])
except Exception:
    pass
"""


def test_a_host_may_be_an_address_of_either_kind(folder):
    with start(folder, "--host", "::1") as process:
        line = process.stdout.readline()
        if not line and "cannot assign requested address" in process.stderr.read():
            pytest.skip("no IPv6 here")
        try:
            url = line.split("SPARQL ")[1].split()[0]
            assert url.startswith("http://[::1]:")
            assert httpx.get(url, params={"query": "ASK {}"}, timeout=60).json()["boolean"] is True
        finally:
            process.terminate()
