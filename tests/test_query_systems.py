"""Queries where the system lacks what Linux has: a limit that cannot be had is left out, and the answer is the same."""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path

import httpx
import pytest
from test_serve import Served

from kg.cli import main
from kg.query import child, in_memory, query, save
from kg.query.server import Limits

LINES = ["<http://e/s> <http://e/p> <http://e/o> .\n"]


def answers(folder: Path, limits: Limits) -> list[bool]:
    """What a server says to a question that is asked twice."""
    running = Served(folder, None, limits)
    try:
        asked = {"query": "ASK { ?s ?p ?o }"}
        return [httpx.get(f"{running.url}/sparql", params=asked, timeout=60).json()["boolean"] for _ in range(2)]
    finally:
        running.stop()


@pytest.fixture
def elsewhere(monkeypatch):
    """A system without namespaces and /proc, as macOS."""
    monkeypatch.setattr(child, "_LIBC", object())
    monkeypatch.setattr(child, "_STATM", "/no/such/file")


def test_a_query_is_answered_without_namespaces_and_proc(elsewhere):
    assert query(in_memory(LINES), "ASK { ?s ?p ?o }", timeout=60, memory=1 << 30).answer is True


def test_a_server_answers_without_namespaces_and_proc(elsewhere, tmp_path):
    save(lambda: LINES, tmp_path / "kg.oxigraph", "1" * 64)
    assert answers(tmp_path / "kg.oxigraph", Limits()) == [True, True]


def test_time_without_end(tmp_path):
    assert query(in_memory(LINES), "ASK { ?s ?p ?o }", timeout=math.inf).answer is True
    save(lambda: LINES, tmp_path / "kg.oxigraph", "1" * 64)
    assert answers(tmp_path / "kg.oxigraph", Limits(timeout=math.inf)) == [True, True]


def test_a_child_that_cannot_begin_says_why(monkeypatch):
    monkeypatch.setattr(child, "limit", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        query(in_memory(LINES), "ASK { ?s ?p ?o }", timeout=60)


@pytest.mark.parametrize("format", ["table", "csv"])
def test_a_terminal_that_is_not_utf_8_shows_what_it_can(tmp_path, monkeypatch, format):
    save(lambda: LINES, tmp_path / "kg.oxigraph", "1" * 64)
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", write_through=True)
    monkeypatch.setattr(sys, "stdout", terminal)
    query = "SELECT ('é → Ω' AS ?x) {}"
    monkeypatch.setattr(sys, "argv", ["kg", "query", query, "--format", format, "--db", str(tmp_path / "kg.duckdb")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    expected = "é → Ω".encode("latin-1", "replace") if format == "table" else "é → Ω".encode()
    assert expected in terminal.buffer.getvalue()
