"""The SPARQL store beside each DuckDB file: one of its own, and of the graph that the file holds now."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

import kg
from kg.cli import main
from kg.query import current, folder_of, open_read_only, save

PAPERS = [
    {"id": "1", "title": "BERT", "abstract": "We introduce BERT, a language model. It is tested on GLUE."},
    {"id": "2", "title": "RoBERTa", "abstract": "We present RoBERTa. It builds on BERT and is tested on GLUE."},
    {"id": "3", "title": "ALBERT", "abstract": "We propose ALBERT. It is compared with BERT on GLUE."},
]
COUNT = "SELECT (COUNT(?id) AS ?n) { ?paper dcterms:identifier ?id }"


def build(db: Path, *papers: int) -> None:
    inputs = db.with_name(db.name + ".jsonl")
    inputs.write_text("".join(json.dumps(PAPERS[i]) + "\n" for i in papers))
    kg.build(inputs, db=db, out=db.with_name(db.name + ".out"), workers=1)


@pytest.fixture
def counted(capsys, monkeypatch):
    """The papers that SPARQL counts, from Python and on the command line."""

    def count(db: Path) -> tuple[int, int]:
        monkeypatch.setattr(sys, "argv", ["kg", "query", COUNT, "--format", "csv", "--db", str(db)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 0
        return int(kg.open(db).query(COUNT)["n"].iloc[0]), int(capsys.readouterr().out.split()[-1])

    return count


def test_two_stores_in_a_folder_have_two_sparql_stores(tmp_path, counted):
    build(tmp_path / "papers.v1", 0)
    build(tmp_path / "papers.v2", 1, 2)
    assert counted(tmp_path / "papers.v1") == (1, 1)
    assert counted(tmp_path / "papers.v2") == (2, 2)


@pytest.mark.parametrize("copy", [shutil.copy2, shutil.copyfile])
def test_a_copy_that_is_put_back_is_asked_itself(tmp_path, copy, counted):
    db, kept = tmp_path / "kg.duckdb", tmp_path / "kept"
    build(db, 0, 1)
    copy(db, kept)
    build(db, 2)
    assert counted(db) == (3, 3)
    copy(kept, db)
    assert counted(db) == (2, 2)
    build(db, 2)
    assert counted(db) == (3, 3)


def test_opening_does_not_reckon_the_graphs_hash(tmp_path, monkeypatch):
    """Not even where the file has another date, as a copy has."""
    db = tmp_path / "kg.duckdb"
    build(db, 0, 1)
    made = current(folder_of(db))
    monkeypatch.setattr("kg.built.graph_hash", lambda *_, **__: pytest.fail("the graph was hashed"))
    for seconds in (0, 10**9, 2 * 10**9):
        if seconds:
            os.utime(db, (seconds, seconds))
        assert int(kg.open(db).query(COUNT)["n"].iloc[0]) == 2
        assert current(folder_of(db)) == made


def test_a_store_without_a_hash_goes_by_the_date(tmp_path, counted):
    """As one of an older version of kg."""
    db = tmp_path / "kg.duckdb"
    build(db, 0, 1)
    with kg.api.Store(db) as store, store.transaction():
        store._db.execute("DELETE FROM meta WHERE key = 'rdf'")
    assert counted(db) == (2, 2)


def test_any_number_of_retired_ids_is_in_a_store_brought_up_to_date(tmp_path):
    folder = tmp_path / "kg.oxigraph"
    graph = [f"<a:{i:06}> <a:b> <a:c> .\n" for i in range(60_000)]
    retired = [f"<z:{i:06}> <a:b> <a:c> .\n" for i in range(25_000)]
    save(lambda: graph, folder, "1" * 64)
    save(lambda: graph, folder, "2" * 64, extra=retired)
    assert len(open_read_only(folder)) == 85_000
