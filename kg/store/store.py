"""The store: papers, what was found in them, and the graph made from it, in one DuckDB file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pandas as pd
import pyarrow as pa

from kg.model import Extracted, KgError, Paper, Tables
from kg.store.errors import explained
from kg.store.frames import frame, rows
from kg.store.papers import Changes, PaperTable
from kg.store.schema import DERIVED, SCHEMA_VERSION, TRUTH, create

MEMORY_LIMIT = "500MB"
"""What DuckDB may hold in memory before it spills to disk."""

RDF_NAME = "rdf"
"""The key of the hash by which the graph's SPARQL store is known; there is none until the graph is written."""

_NEW = "text NOT IN (SELECT text FROM extractions WHERE pipeline = ?)"


class Store:
    """One DuckDB file. Use it as a context manager; one process at a time can have it open for writing.

    Args:
        path: the file; made where it is missing, unless ``read_only``.
        read_only: open for reading only, which any number of processes can do at once.

    Raises:
        KgError: where the file is in use, is no store, is damaged, is newer than this program, or cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False) -> None:
        self.path = Path(path)
        self._made = not self.path.exists()
        if read_only and self._made:
            raise KgError(f"{self.path}: no such store; make one with: kg build --db {self.path}")
        with explained(self.path):
            if self._made:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            elif self.path.is_file() and not _is_duckdb(self.path):
                raise KgError(f"{self.path}: not a kg store (no DuckDB file); choose another --db")
            # the absolute path: a name such as :memory: or md:x means something else to DuckDB
            self._db = duckdb.connect(
                str(self.path.absolute()), read_only=read_only, config={"memory_limit": MEMORY_LIMIT}
            )
        try:
            with explained(self.path):
                self._check(read_only)
        except BaseException:
            self.close()
            raise

    def _check(self, read_only: bool) -> None:
        tables = {row[0] for row in self._db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        if "meta" not in tables and tables:
            raise KgError(f"{self.path}: a DuckDB file, but no kg store; choose another --db")
        if "meta" in tables:
            version = int(self.meta("schema") or 0)
            if version > SCHEMA_VERSION:
                raise KgError(f"{self.path}: made by a newer kg; update this one, or choose another --db")
        elif read_only:
            raise KgError(f"{self.path}: an empty store; fill it with: kg build --db {self.path}")
        if not read_only:
            with self.transaction():
                self._db.execute("CREATE TABLE IF NOT EXISTS meta (key VARCHAR, value VARCHAR)")
                for table, columns in {**TRUTH, **DERIVED}.items():
                    self._db.execute(create(table, columns))
                self._set_meta("schema", str(SCHEMA_VERSION))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        empty = False
        if error is not None and self._made:  # a build that read nothing leaves no file behind
            try:
                empty = self._db.execute("SELECT count(*) FROM papers").fetchall() == [(0,)]
            except duckdb.Error:
                empty = False
        self.close()
        if empty:
            self.path.unlink(missing_ok=True)
            self.path.with_name(self.path.name + ".wal").unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def give_back(self) -> None:
        """Let go of what DuckDB holds of the file in memory (340 MB of 75,000 papers): it reads again what it needs."""
        for limit in ("50MB", MEMORY_LIMIT):
            with suppress(duckdb.Error):  # more than that is in use
                self._db.execute(f"SET memory_limit='{limit}'")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what is done inside is in the store when the block ends well, and never was otherwise."""
        with explained(self.path):
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                with suppress(duckdb.Error):  # DuckDB has rolled back itself, as it does when the disk is full
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    # -- facts about the store ----------------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """A named value, None where there is none."""
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchall()
        return str(found[0][0]) if found else None

    def put_meta(self, key: str, value: str) -> None:
        """Keep a named value, in a transaction."""
        with self.transaction():
            self._set_meta(key, value)

    def _set_meta(self, key: str, value: str) -> None:
        self._db.execute("DELETE FROM meta WHERE key = ?", [key])
        self._db.execute("INSERT INTO meta VALUES (?, ?)", [key, value])

    # -- papers -------------------------------------------------------------------------------------------------------

    def put(
        self,
        records: Iterable[Paper],
        *,
        keys: Callable[[Paper], Sequence[str]],
        merge: Callable[[Paper, Paper], Paper],
    ) -> Changes:
        """Add records of papers, all or none, and say what that changed.

        A record that shares one of its ``keys`` with others is the same paper, and ``merge`` makes one of them.
        A record from a file of the same name takes the place of what that file said of the paper before. So the order
        in which files come makes no difference, and a file that was mended and read again counts as it is now.
        """
        with self.transaction():
            return PaperTable(self._db, keys, merge).put(records)

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Take papers out by id, arXiv id or DOI; returns their ids, sorted.

        Raises :class:`KgError`, and removes nothing, where one is unknown or no paper would be left.
        """
        with self.transaction():
            gone = PaperTable(self._db).remove(sorted(set(ids)))
            if gone and not self.count():
                raise KgError(
                    f"{self.path}: these are all of its papers, and a graph has some; to start anew, delete the file"
                )
            return gone

    def papers(self) -> pd.DataFrame:
        """All papers, sorted by id: the columns of ``Tables.papers`` but ``community``."""
        with explained(self.path):
            return self._frame(
                """SELECT id, title, abstract, date, CAST(substr(date, 1, 4) AS BIGINT) AS year, authors, categories,
                arxiv_id, doi, url, sources FROM papers ORDER BY id"""
            )

    def _frame(self, sql: str, parameters: dict[str, Any] | None = None) -> pd.DataFrame:
        return frame(self._db.sql(sql, params=parameters or {}).to_arrow_table())

    def count(self) -> int:
        """How many papers there are."""
        return int(self._db.execute("SELECT count(*) FROM papers").fetchall()[0][0])

    # -- extractions --------------------------------------------------------------------------------------------------

    def count_new(self, pipeline: str) -> int:
        """How many texts ``pipeline`` has not seen."""
        with explained(self.path):
            sql = f"SELECT count(DISTINCT text) FROM papers WHERE {_NEW}"
            return int(self._db.execute(sql, [pipeline]).fetchall()[0][0])

    def write_shards(self, pipeline: str, folder: Path, size: int) -> list[tuple[Path, int]]:
        """Write the texts that ``pipeline`` has not seen to Parquet files (text, id, title, abstract) of ``size`` rows.

        Returns the files and their numbers of rows. The rows are in the order of the texts' hashes, which is the same
        in every build that has the same work to do.
        """
        with explained(self.path):
            self._db.execute(
                f"""CREATE OR REPLACE TEMP TABLE todo AS
                SELECT text, min(id) AS id, min(title) AS title, min(abstract) AS abstract FROM papers
                WHERE {_NEW} GROUP BY text ORDER BY text""",
                [pipeline],
            )
            total = int(self._db.execute("SELECT count(*) FROM todo").fetchall()[0][0])
            shards = []
            for number, start in enumerate(range(0, total, size)):
                path = folder / f"{number:06d}.parquet"
                self._db.execute(
                    f"COPY (SELECT * FROM todo WHERE rowid >= {start} AND rowid < {start + size} ORDER BY text) "
                    f"TO '{_quoted(path)}' (FORMAT parquet)"
                )
                shards.append((path, min(size, total - start)))
            self._db.execute("DROP TABLE todo")
        return shards

    def put_extractions(self, path: Path) -> int:
        """Take in one shard's result (columns of ``extractions``), whole or not at all; returns its number of rows."""
        with self.transaction():
            shard = f"read_parquet('{_quoted(path)}')"
            self._db.execute(
                f"DELETE FROM extractions WHERE (text, pipeline) IN (SELECT (text, pipeline) FROM {shard})"
            )
            columns = ", ".join(TRUTH["extractions"])
            return int(self._db.execute(f"INSERT INTO extractions SELECT {columns} FROM {shard}").fetchall()[0][0])

    def extracted(self, pipeline: str) -> Extracted:
        """What ``pipeline`` found in the papers of the store."""
        found = """FROM papers p JOIN extractions e ON e.text = p.text AND e.pipeline = $pipeline"""
        findings = (
            f"""SELECT p.id AS paper, unnest(range(len(e.findings))) AS finding, unnest(e.findings) AS f {found}"""
        )
        with explained(self.path):
            frames = [
                self._frame(sql, {"pipeline": pipeline})
                for sql in (
                    f"SELECT paper, finding, f.type, f.role, f.confidence, f.role_confidence FROM ({findings}) "
                    "ORDER BY paper, finding",
                    f"""SELECT paper, finding, m."start"::BIGINT AS "start", m."end"::BIGINT AS "end", m.text,
                    m.confidence, m.sentence_start::BIGINT AS sentence_start, m.sentence_end::BIGINT AS sentence_end
                    FROM (SELECT paper, finding, unnest(f.mentions) AS m FROM ({findings}))
                    ORDER BY paper, "start", "end", finding""",
                    f"""SELECT paper, d."short", d."long"
                    FROM (SELECT p.id AS paper, unnest(e.definitions) AS d {found}) ORDER BY ALL""",
                )
            ]
        return Extracted(*frames)

    def _sweep(self, pipeline: str) -> None:
        """Forget what other pipelines found, and what was found in texts that no paper has any more."""
        self._db.execute(
            "DELETE FROM extractions WHERE pipeline != ? OR text NOT IN (SELECT text FROM papers)", [pipeline]
        )

    # -- the graph ----------------------------------------------------------------------------------------------------

    def save(
        self,
        tables: Tables,
        *,
        doubts: pd.DataFrame,
        issued: pd.DataFrame,
        pipeline: str,
        forms: pd.DataFrame | None = None,
    ) -> None:
        """Replace the graph, in one transaction.

        ``doubts`` are :attr:`kg.model.Resolved.doubts`; ``issued`` is what resolution wants to remember of the ids that
        it gave, over and above those given before; ``forms`` what spares the next one work; ``pipeline`` the version
        that the graph was made with, whose extractions are kept.
        """
        with self.transaction():
            for name in DERIVED:
                self._db.execute(f'DROP TABLE "{name}"')  # an older one may have had other columns
                self._db.execute(create(name, DERIVED[name]))
                self._insert(name, rows(name, tables.papers if name == "memberships" else getattr(tables, name)))
            self._put_frame("doubts", doubts)
            self._put_frame("forms", pd.DataFrame() if forms is None else forms)
            before = self.frame("issued")
            self._put_frame("issued", issued if before is None else pd.concat([before, issued]).drop_duplicates())
            self._set_meta("info", json.dumps(tables.info, ensure_ascii=False, sort_keys=True))
            self._set_meta("pipeline", pipeline)
            self._db.execute("DELETE FROM meta WHERE key = ?", [RDF_NAME])
            self._sweep(pipeline)

    def _insert(self, table: str, rows: pa.Table) -> None:
        self._db.register("rows_", rows)
        try:
            self._db.execute(f'INSERT INTO "{table}" SELECT * FROM rows_')
        finally:
            self._db.unregister("rows_")

    def _put_frame(self, table: str, frame: pd.DataFrame) -> None:
        """Store a DataFrame whose columns are its room's affair; one without any columns is no table."""
        self._db.execute(f'DROP TABLE IF EXISTS "{table}"')
        if not len(frame.columns):
            return
        self._db.register("rows_", pa.Table.from_pandas(frame, preserve_index=False))
        try:
            self._db.execute(f'CREATE TABLE "{table}" AS SELECT * FROM rows_')
        finally:
            self._db.unregister("rows_")

    def frame(self, table: str) -> pd.DataFrame | None:
        """A table of :meth:`put_frame` or a build (``doubts``, ``decisions``, ``issued``, ``forms``), if any."""
        with explained(self.path):
            names = {row[0] for row in self._db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
            return self._db.execute(f'SELECT * FROM "{table}"').df() if table in names else None

    def put_frame(self, table: str, frame: pd.DataFrame) -> None:
        """Replace such a table, in one transaction."""
        with self.transaction():
            self._put_frame(table, frame)

    def tables(self) -> Tables:
        """The graph as the last build left it."""
        with explained(self.path):
            papers = self._frame(
                """SELECT p.id, title, abstract, date, m.year, authors, categories, arxiv_id, doi, url, sources,
                m.community FROM memberships m JOIN papers p ON p.id = m.id ORDER BY p.id"""
            )
            frames = {name: self._frame(f'SELECT * FROM "{name}"') for name in DERIVED if name != "memberships"}
        return Tables(papers=papers, info=self.info(), **frames)

    def info(self) -> dict[str, Any]:
        """The facts of the last build; empty before the first."""
        return dict(json.loads(self.meta("info") or "{}"))


def _is_duckdb(path: Path) -> bool:
    """Whether the file begins as DuckDB's do. DuckDB opens others as well, such as JSON, and stores nothing in them."""
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
