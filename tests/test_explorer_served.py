"""The explorer as ``kg serve`` serves it, beside the graph's own pages."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest
from explorer_browser import chromium, needs_chromium
from explorer_graph import tables

from kg.answers import answers
from kg.export.html import write
from kg.export.rdf import graph_hash, lines
from kg.query import save

pytestmark = needs_chromium


SERVE = """
import sys
from pathlib import Path
from kg.query.server import Limits, run
run(Path(sys.argv[1]), host="127.0.0.1", port=0, html=Path(sys.argv[2]), limits=Limits())
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server in a process of its own."""
    graph = tables(60)
    folder = tmp_path_factory.mktemp("served")
    save(lambda: lines(graph), folder / "kg.oxigraph", graph_hash(graph))
    with pytest.MonkeyPatch.context() as patched:  # a page in UTF-16, which the server calls UTF-8, as all do
        patched.setattr("kg.export.html.LARGE", 50)
        write(graph, folder / "graph.html", title="Served", answers=answers)
    command = [sys.executable, "-c", SERVE, str(folder / "kg.oxigraph"), str(folder / "graph.html")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    found = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
    assert found
    yield found[0]
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def page(served: str) -> Iterator[Any]:
    with chromium() as browser:
        opened = browser.new_page()
        bad: list[str] = []
        opened.on("pageerror", lambda error: bad.append(str(error)))
        opened.on("request", lambda r: None if r.url.startswith((served, "data:", "blob:")) else bad.append(r.url))
        opened.goto(f"{served}/")
        opened.wait_for_selector("body[data-searchable='1']")
        yield opened
        assert bad == []


def test_a_page_in_utf_16_is_read_as_that_whatever_the_server_says(page: Any, served: str) -> None:
    with urlopen(f"{served}/") as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.evaluate("document.characterSet") == "UTF-16LE"


def test_search_focus_and_back_over_http(page: Any) -> None:
    page.keyboard.type("graphwaever")
    page.wait_for_selector("#suggestions li")
    page.keyboard.press("Enter")
    assert page.inner_text("#panel-title") == "GraphWeaver"
    assert page.url.endswith("#n=entity/graphweaver")
    page.wait_for_selector("#panel blockquote.evidence .mark")
    page.locator("#panel .entries a[data-node]").first.click()
    assert page.inner_text("#panel-title") != "GraphWeaver"
    page.go_back()
    page.wait_for_selector("#panel-title:has-text('GraphWeaver')")


def test_a_permalink_is_an_address_of_the_server(page: Any, served: str) -> None:
    page.goto(f"{served}/#n=entity/imagenot&view=table")
    page.reload()
    page.wait_for_selector("body[data-searchable='1']")
    assert page.locator("#table tbody tr").count() > 3


def test_an_entity_of_the_page_is_found_under_the_same_id_in_the_graph(page: Any, served: str) -> None:
    page.goto(f"{served}/#n=entity/graphweaver")
    page.wait_for_selector("#panel-title:has-text('GraphWeaver')")
    assert page.evaluate("KG.state.node") == "entity/graphweaver"
    with urlopen(Request(f"{served}/entity/graphweaver", headers={"Accept": "text/turtle"})) as answer:
        assert "GraphWeaver" in answer.read().decode()
