"""The package from Python: :func:`build` a graph from files of papers, :func:`open` the one that was built.

This module puts the rooms together: read -> store -> extract -> resolve -> link -> store -> export.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version as installed
from importlib.resources import as_file, files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import export as exporting
from kg import graph, resolve
from kg import read as reading
from kg.answers import answers
from kg.export.files import explained
from kg.export.rdf import MOVING, Blocks, graph_hash, lines, retired
from kg.forks import give_back
from kg.model import KgError, Tables
from kg.query import Batch, Successor, as_rdflib, folder_of, in_memory, is_older, open_read_only, save
from kg.store import Changes, Store, stored

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyoxigraph
    import rdflib

    from kg.graph import Card

Input = str | os.PathLike[str]
Progress = Callable[[str, int, "int | None"], None]
"""``progress(stage, done, total)``: called as work goes on; ``total`` is None where it is not known."""

POOL_FROM = 400
"""New papers from which worker processes pay, which load the pipeline each: below, copies of this process do the work,
and what a killed build has to do again is little."""
FORK_FROM = 2_000
"""Papers in the graph from which files are written side by side: below, it is done before it pays."""
SHARD = 500
"""Papers in a shard, at most: what a killed build has to do again."""


def build(
    inputs: Input | Iterable[Input] | None = None,
    *,
    db: Input = "kg.duckdb",
    out: Input = "exports",
    workers: int | None = None,
    year: int | None = None,
    keep_going: bool = False,
    pipeline: Input | None = None,
    base_iri: str | None = None,
    license: str | None = None,
    scheduler: str | None = None,
    shards: str | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Add papers to the store, bring the graph up to date and write it out.

    Only new or changed texts are extracted. The same papers give the same files, byte by byte, whether they came in one
    build or in many, in any order, on any number of workers. A build that is interrupted, or killed, goes on where it
    was when it is run again.

    Args:
        inputs: files, folders, globs or ``-``, in any format that :mod:`kg.read` knows; None is the shipped sample.
        db: the store, one DuckDB file; made where it is missing.
        out: the folder for ``graph.ttl``, ``graph.html``, ``graph.graphml`` and ``papers.jsonl``.
        workers: processes that extract; None is one a core.
        year: the year of dates such as "Nov 25" on pages that do not tell their year.
        keep_going: leave out inputs that cannot be read, and list them in ``graph.report.problems``.
        pipeline: the folder of a spaCy pipeline that ``kg train`` made; None is the shipped one.
        base_iri: what the graph's own IRIs begin with in RDF; None is what it was in the build before.
        license: the IRI of the license under which you publish the graph, such as
            ``https://creativecommons.org/licenses/by/4.0/``; None is what it was in the build before.
        scheduler: extract on a Dask cluster (``pip install 'kg[dask]'``): the address of its scheduler, or ``local``.
        shards: with ``scheduler``, the folder or fsspec URL (``s3://…``) through which papers and results travel: all
            workers must see it. None is a folder beside the store.
        progress: called as work goes on, see :data:`Progress`.

    Returns:
        The graph, with what was done in :attr:`Graph.report`.

    Raises:
        KgError: an input cannot be read (the store is as it was), the store or the folder cannot be written, the
            pipeline cannot be loaded.
    """
    tell = progress or _silent
    account = reading.Account()
    if license is not None and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", license):
        raise KgError(
            f"{license!r} is no IRI of a license; give one such as https://creativecommons.org/licenses/by/4.0/"
        )
    with Store(db) as store:
        with sample(inputs) as named:
            papers = reading.stream(
                named,
                year=year,
                keep_going=keep_going,
                account=account,
                progress=lambda name, done: tell("read", done, None),
            )
            changes = store.put(papers, keys=reading.keys, merge=reading.merge)
        path = None if pipeline is None else os.fspath(pipeline)
        version, extracted = _extract(store, path, workers, scheduler, shards, tell)
        if store.count() >= FORK_FROM:
            _forget_pipeline()
        built = _link(
            store,
            version,
            Path(out),
            base_iri,
            tell,
            changes=changes,
            extracted=extracted,
            account=account,
            license=license,
        )
    return _loaded(built, tell)


def remove(
    ids: Iterable[str],
    *,
    db: Input = "kg.duckdb",
    out: Input = "exports",
    base_iri: str | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Take papers out of the store by id, arXiv id or DOI, bring the graph up to date and write it out.

    The graph is then the one that a build without these papers makes. Raises :class:`KgError` where an id is unknown,
    and leaves the store as it was; otherwise as :func:`build`.
    """
    with _existing(db) as store:
        version = _version(store)
        gone = store.remove(ids)
        changes = Changes(removed=len(gone), same=store.count())
        built = _link(store, version, Path(out), base_iri, progress or _silent, changes=changes)
    return _loaded(built, progress or _silent)


def refresh(
    *,
    db: Input = "kg.duckdb",
    out: Input = "exports",
    decisions: pd.DataFrame | None = None,
    base_iri: str | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Resolve, link and export again what is in the store, without reading or extracting.

    ``decisions``, where given, are a person's on doubtful names (see :mod:`kg.resolve`); the store keeps them for this
    and every later build. Raises as :func:`build`.
    """
    with _existing(db) as store:
        version = _version(store)
        if decisions is not None:
            store.put_frame("decisions", decisions)
        changes = Changes(same=store.count())
        built = _link(store, version, Path(out), base_iri, progress or _silent, changes=changes)
    return _loaded(built, progress or _silent)


def open(db: Input = "kg.duckdb") -> Graph:
    """The graph that the last build made. Raises :class:`KgError` where there is none."""
    with Store(db, read_only=True) as store:
        _version(store)
        return Graph(store.tables(), db=Path(db))


class Graph:
    """A graph of papers and entities, as it was when it was built or opened."""

    def __init__(self, tables: Tables, *, db: Path | None = None) -> None:
        self.tables = tables
        """Everything, as DataFrames: see :class:`kg.model.Tables` for the columns."""
        self.db = db
        """The store it came from."""
        self.report: Report | None = None
        """What the build did; None for a graph that was opened."""
        self._as_of = _changed(db)
        self._successor: Successor | None = None

    def __repr__(self) -> str:
        sizes = f"{len(self.papers):,} papers, {len(self.entities):,} entities, {len(self.links):,} links"
        return f"<kg.Graph: {sizes}>"

    @property
    def papers(self) -> pd.DataFrame:
        """One row a paper."""
        return self.tables.papers

    @property
    def entities(self) -> pd.DataFrame:
        """One row an entity."""
        return self.tables.entities

    @property
    def names(self) -> pd.DataFrame:
        """What each entity is called, how often, and why that is known to be the same."""
        return self.tables.names

    @property
    def mentions(self) -> pd.DataFrame:
        """Every place in a text that names an entity."""
        return self.tables.mentions

    @property
    def links(self) -> pd.DataFrame:
        """Paper to entity, paper to paper and entity to entity, with confidence and evidence."""
        return self.tables.links

    @cached_property
    def nx(self) -> nx.MultiDiGraph[str]:
        """The graph in networkx; made when first asked for."""
        from kg.graph import to_networkx

        return to_networkx(self.tables)

    @property
    def base(self) -> str:
        """What the graph's own IRIs begin with in RDF: the ``base_iri`` of the build."""
        from kg.vocabulary import BASE

        return str(self.tables.info.get("base_iri", BASE))

    def load_rdf(self, progress: Progress | None = None) -> bool:
        """Bring the Oxigraph store beside the DuckDB file up to date, which builds do; tells whether it was not.

        Raises :class:`KgError` where it cannot be written.
        """
        assert self.db is not None, "a graph without a file has no store beside it"
        folder, tell = folder_of(self.db), progress or _silent
        with _explained(folder):
            return save(
                lambda: lines(exporting.lasting(self.tables), base=self.base),
                folder,
                self._rdf_name,
                extra=self._retired,
                progress=lambda done: tell("load the SPARQL store", done, None),
            )

    @cached_property
    def _retired(self) -> list[str]:
        """What stands in the SPARQL store and not in the files."""
        return retired(self.tables, base=self.base)

    @property
    def _rdf_name(self) -> str:
        """The hash of what stands in the SPARQL store."""
        facts = self.report.sha256 if self.report else graph_hash(exporting.lasting(self.tables), base=self.base)
        return hashlib.sha256("\n".join([facts, *self._retired]).encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def _rdf_store(self) -> pyoxigraph.Store:
        """The store on disk, opened for reading; in memory where there is none of this graph and none can be made."""
        if self.db is not None and _changed(self.db) == self._as_of:
            with suppress(KgError):
                if is_older(folder_of(self.db), self.db):
                    self.load_rdf()
                return open_read_only(folder_of(self.db))
        return in_memory(chain(lines(exporting.lasting(self.tables), base=self.base), self._retired))

    @cached_property
    def rdf(self) -> rdflib.Graph:
        """The graph in rdflib, read-only, with the Oxigraph store on disk answering."""
        return as_rdflib(self._rdf_store)

    def query(self, sparql: str) -> pd.DataFrame:
        """The answer to a SPARQL query, one row a solution; all of the graph's prefixes are declared.

        Raises :class:`KgError` where the query is wrong, with the place.
        """
        from kg.query import query

        return query(self._rdf_store, sparql).frame()

    def show(self, name: str | None = None, *, height: int = 720) -> Any:
        """The explorer inline in a notebook, ``height`` pixels high; with a name, that entity's or paper's card.

        Raises :class:`KgError` where nothing has this name, title or id, with the nearest that there are.
        """
        if name is not None:
            return self.card(name)
        from IPython.display import HTML

        from kg.export.html import inline

        return HTML(f"<div>{inline(self.tables, height=height, answers=answers)}</div>")  # type: ignore[no-untyped-call]

    def card(self, name: str) -> Card:
        """All that is known of an entity or a paper, by name, title or id.

        Raises :class:`KgError` where nothing has this name, with the nearest that there are.
        """
        from kg.graph import card

        return card(self.tables, name)

    def export(self, format: str, path: Input | None = None, **options: Any) -> Path:
        """Write the graph to a file (or a folder of tables) in one of :data:`kg.export.FORMATS`; returns its path."""
        from kg.export import FORMATS, RDF, export

        if format not in FORMATS:
            raise KgError(f"{format}: no such format; choose one of {', '.join(FORMATS)}")
        target = Path(FORMATS[format].file if path is None else path)
        if format in RDF:
            options = {"base": self.base, **options}
        elif format == "html":
            options = {"answers": answers, **options}
        export(self.tables, {format: target}, options={format: options})
        return target


@dataclass(frozen=True)
class Report:
    """What a build did."""

    changes: Changes
    """Papers added, changed, removed and left as they were."""
    extracted: int
    """Texts that were extracted now; those of the other papers were known."""
    findings: int
    """Names found, once a paper, before resolving."""
    rejected: int
    """Names found that became no link: no entity's name, or less than half as sure as another reading."""
    doubts: int
    """Resolutions that a person should look at."""
    account: reading.Account
    """What the inputs held."""
    written: tuple[Path, ...]
    """The files."""
    sha256: str
    """The hash of the graph as RDF, whatever the syntax: of its sorted N-Triples."""


# -- the stages of a build --------------------------------------------------------------------------------------------


def _silent(stage: str, done: int, total: int | None) -> None:
    """No progress."""


@contextmanager
def sample(inputs: Input | Iterable[Input] | None) -> Iterator[Iterable[Input]]:
    """The inputs as they are given; the shipped sample where there are none."""
    if inputs is None:
        with as_file(files("kg.sample")) as folder:
            yield sorted(folder.glob("*.jsonl"))
    else:
        yield [inputs] if isinstance(inputs, (str, os.PathLike)) else list(inputs)


def _existing(db: Input) -> Store:
    if not Path(db).exists():
        raise KgError(f"{db}: no such store; make one with: kg build --db {db}")
    return Store(db)


def _version(store: Store) -> str:
    """The version of the pipeline that the store's graph was made with."""
    version = store.meta("pipeline")
    if not version:
        raise KgError(f"{store.path}: nothing built yet; run: kg build --db {store.path}")
    return version


def _extract(
    store: Store, path: str | None, workers: int | None, scheduler: str | None, shared: str | None, tell: Progress
) -> tuple[str, int]:
    """Extract what is new; returns the pipeline's version and the number of texts.

    Each shard is in the store when it is done. A build that is killed leaves, beside the store, shards that are done
    but not in it yet: the next one takes them in.
    """
    from kg import shards  # spaCy takes a second to load, and only builds need it

    work = store.path.absolute().with_name(store.path.name + ".work")
    for left in sorted(work.glob("*/*.done.parquet")):
        store.put_extractions(left)
    shutil.rmtree(work, ignore_errors=True)
    version = shards.pipeline(path)[1]
    total = store.count_new(version)
    if not total:
        return version, 0
    workers = workers or os.cpu_count() or 1
    try:
        with _explained(work):
            work.mkdir(exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=work))
            todo = store.write_shards(version, folder, max(1, min(SHARD, -(-total // (4 * workers)))))
            sources = [source for source, _ in todo]
            if scheduler:
                runs = shards.run_shared(sources, path, workers, scheduler, shared)
            elif workers == 1:
                runs = shards.run_here(sources, path)
            elif total < POOL_FROM:
                runs = shards.run_forks(sources, path, workers)
            else:
                runs = shards.run_workers(sources, path, workers)
            done = 0
            tell("extract", 0, total)
            for number in runs:
                store.put_extractions(shards.target(sources[number]))
                done += todo[number][1]
                tell("extract", done, total)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return version, total


def _forget_pipeline() -> None:
    """Let the pipeline's memory go: of a large graph, linking and writing need what there is."""
    from kg import shards

    shards.pipeline.cache_clear()
    gc.collect()


def _changed(db: Path | None) -> int | None:
    """When a store was last changed, as its file system counts time."""
    return db.stat().st_mtime_ns if db is not None and db.exists() else None


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """An error of the file system as one line, where it is the user's."""
    try:
        yield
    except OSError as error:
        if line := explained(error, folder):
            raise line from error
        raise


def _followed(blocks: Blocks, successor: Successor, folder: Path) -> Blocks:
    """The graph's blocks, of which the SPARQL store is told as they pass: it costs no second pass."""
    with _explained(folder):
        for block in blocks:
            successor.add(Batch(block.subjects.nt, block.lines, block.lines_of(MOVING)))
            yield block
        successor.end()


def _loaded(built: Graph, tell: Progress) -> Graph:
    """The graph, once SPARQL can ask it, too. Comes when the store is closed: that is when its file last changes."""
    assert built.db is not None
    assert built.report is not None
    assert built._successor is not None
    tell("load the SPARQL store", 0, None)
    give_back()
    turtle, folder, successor = built.report.written[0], folder_of(built.db), built._successor
    with _explained(folder):
        successor.take_over(built._rdf_name, lambda made: successor.load_files(made, turtle))
    built._as_of = _changed(built.db)
    return built


def _processes(tables: Tables) -> int:
    """How many processes write a graph."""
    return (os.cpu_count() or 1) if len(tables.papers) >= FORK_FROM else 1


def _link(
    store: Store,
    version: str,
    out: Path,
    base_iri: str | None,
    tell: Progress,
    *,
    changes: Changes,
    extracted: int = 0,
    account: reading.Account | None = None,
    license: str | None = None,
) -> Graph:
    """Resolve, link, save and export what is in the store."""
    papers, found = store.papers(), store.extracted(version)
    findings = len(found.findings)
    tell("resolve", 0, 1)
    forms = resolve.known_forms(store.frame("forms"))
    decisions, before = store.frame("decisions"), store.frame("issued")
    store.give_back()
    resolved = resolve.resolve(papers, found, decisions=decisions, issued=before, forms=forms)
    del decisions, before
    tell("link", 0, 1)
    info = {"kg_version": installed("kg"), "pipeline_version": version}
    if base := base_iri or store.info().get("base_iri"):
        info["base_iri"] = base
    if license := license or store.info().get("license"):
        info["license"] = license
    tables = stored(graph.link(papers, found, resolved, info=info))
    issued, doubts, known_forms = resolve.keys(resolved), resolved.doubts, forms.found()
    del papers, found, resolved, forms
    give_back()
    built, folder = Graph(tables, db=store.path), folder_of(store.path)
    built._successor = successor = Successor(folder, built._retired, apart=_processes(tables) > 1)

    def keep() -> None:
        store.save(tables, doubts=doubts, issued=issued, forms=known_forms, pipeline=version)
        store.give_back()

    targets = {name: out / exporting.FORMATS[name].file for name in exporting.BUILT}
    written = exporting.export(
        tables,
        targets,
        options={
            "ttl": {"base": built.base, "through": lambda blocks: _followed(blocks, successor, folder)},
            "html": {"answers": answers},
        },
        processes=_processes(tables),
        meanwhile=keep,
        progress=lambda done, total: tell("save and write", done, total),
    )
    linked = tables.links["source_kind"].eq("paper") & tables.links["target_kind"].eq("entity")
    built.report = Report(
        changes=changes,
        extracted=extracted,
        findings=findings,
        rejected=findings - int(linked.sum()),
        doubts=len(doubts),
        account=account or reading.Account(),
        written=tuple(targets.values()),
        sha256=written["ttl"].sha256,
    )
    return built
