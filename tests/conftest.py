"""What several files of the explorer's tests start from: a browser, a page of 150 invented papers, a visit to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorer_browser import Visit, chromium
from explorer_graph import tables

from kg.export.html import write
from kg.graph import descent
from kg.model import Tables


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def graph() -> Tables:
    return tables(150)


@pytest.fixture(scope="module")
def file(graph: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "graph.html"
    write(graph, path, title="Invented papers", descent=descent)
    return path


@pytest.fixture
def visit(browser: Any, file: Path) -> Iterator[Visit]:
    opened = Visit(browser, file)
    yield opened
    opened.close()


@pytest.fixture
def page_of(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Writes a graph and opens it."""
    opened = []

    def make(graph: Any, hash: str = "", **options: Any) -> Visit:
        write(graph, tmp_path / "own.html", title="Invented papers", descent=descent)
        opened.append(Visit(browser, tmp_path / "own.html", hash, **options))
        return opened[-1]

    yield make
    for visit in opened:
        visit.close()
