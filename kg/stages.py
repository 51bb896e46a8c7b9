"""The stages of a build, from the store to the files: :mod:`kg.api` calls them one after the other."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version as installed
from importlib.resources import as_file, files
from pathlib import Path

from kg import export as exporting
from kg import graph, resolve
from kg import read as reading
from kg.built import EXPLORER, Graph, Input, Progress, Report, changed
from kg.export.files import explaining
from kg.export.rdf import MOVING, Blocks
from kg.forks import give_back
from kg.model import KgError, Tables
from kg.query import Batch, Successor, folder_of
from kg.store import RDF_NAME, Changes, Store, stored
from kg.vocabulary import check_base, is_iri

POOL_FROM = 400
"""New papers from which worker processes pay, which load the pipeline each: below, copies of this process do the work,
and what a killed build has to do again is little."""
FORK_FROM = 2_000
"""Papers in the graph from which files are written side by side: below, it is done before it pays."""
SHARD = 500
"""Papers in a shard, at most: what a killed build has to do again."""


@contextmanager
def sample(inputs: Input | Iterable[Input] | None) -> Iterator[Iterable[Input]]:
    """The inputs as they are given; the shipped sample where there are none."""
    if inputs is None:
        with as_file(files("kg.sample")) as folder:
            yield sorted(folder.glob("*.jsonl"))
    else:
        yield [inputs] if isinstance(inputs, (str, os.PathLike)) else list(inputs)


def check_iris(base_iri: str | None, license: str | None = None) -> None:
    """Raise :class:`KgError` for what cannot stand in the graph: before anything is read, as the store keeps both."""
    if base_iri is not None:
        check_base(base_iri)
    if license is not None and not (license.startswith(("http://", "https://")) and is_iri(license)):
        raise KgError(
            f"{license!r} is no IRI of a license; give one such as https://creativecommons.org/licenses/by/4.0/"
        )


def existing(db: Input) -> Store:
    """The store of a build before."""
    if not Path(db).exists():
        raise KgError(f"{db}: no such store; make one with: kg build --db {db}")
    return Store(db)


def version(store: Store) -> str:
    """The version of the pipeline that the store's graph was made with."""
    version = store.meta("pipeline")
    if not version:
        raise KgError(f"{store.path}: nothing built yet; run: kg build --db {store.path}")
    return version


def check_pipeline(path: str | None) -> None:
    """Raise :class:`KgError` for a pipeline that cannot be loaded: before papers are in the store."""
    if path is not None:
        from kg import shards  # spaCy takes a second to load

        shards.pipeline(path)


def extract(
    store: Store, path: str | None, workers: int | None, scheduler: str | None, shared: str | None, tell: Progress
) -> tuple[str, int]:
    """Extract what is new; returns the pipeline's version and the number of texts.

    Each shard is in the store when it is done. A build that is killed leaves, beside the store, shards that are done
    but not in it yet: the next one takes them in.
    """
    from kg import shards  # spaCy takes a second to load, and only builds need it

    work = store.path.absolute().with_name(store.path.name + ".work")
    _take_in(store, work)
    shutil.rmtree(work, ignore_errors=True)
    version = shards.pipeline(path)[1]
    total = store.count_new(version)
    if not total:
        return version, 0
    workers = workers or os.cpu_count() or 1
    try:
        with explaining(work):
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
            with closing(runs):  # an error here leaves no process at work
                for number in runs:
                    store.put_extractions(shards.target(sources[number]))
                    done += todo[number][1]
                    tell("extract", done, total)
    except KeyboardInterrupt:
        _take_in(store, work)
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return version, total


def _take_in(store: Store, work: Path) -> None:
    """Put into the store what shards are done, of a build that was stopped; one that is damaged is to be done again."""
    from kg import shards

    for left in sorted(work.glob("*/*.done.parquet")):
        if shards.whole(left):
            store.put_extractions(left)


def forget_pipeline() -> None:
    """Let the pipeline's memory go: of a large graph, linking and writing need what there is."""
    from kg import shards

    shards.pipeline.cache_clear()
    gc.collect()


def _followed(blocks: Blocks, successor: Successor, folder: Path) -> Blocks:
    """The graph's blocks, of which the SPARQL store is told as they pass: it costs no second pass."""
    with explaining(folder):
        for block in blocks:
            successor.add(Batch(block.subjects.nt, block.lines_but(MOVING), block.lines_of(MOVING)))
            yield block
        successor.end()


def loaded(built: Graph, tell: Progress) -> Graph:
    """The graph, once SPARQL can ask it, too. Comes when the store is closed: that is when its file last changes."""
    assert built.db is not None
    assert built.report is not None
    assert built.successor is not None
    tell("load the SPARQL store", 0, None)
    give_back()
    turtle = dict(zip(exporting.BUILT, built.report.written, strict=True))["ttl"]
    folder, successor = folder_of(built.db), built.successor
    with explaining(folder):
        built.as_of = changed(built.db)
        successor.take_over(built.rdf_name, lambda made: successor.load_files(made, turtle), as_of=built.as_of)
    return built


def _processes(tables: Tables) -> int:
    """How many processes write a graph."""
    return (os.cpu_count() or 1) if len(tables.papers) >= FORK_FROM else 1


def link(
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
    if base := base_iri if base_iri is not None else store.info().get("base_iri"):
        info["base_iri"] = base
    if license := license if license is not None else store.info().get("license"):
        info["license"] = license
    tables = stored(graph.link(papers, found, resolved, info=info))
    issued, doubts, known_forms = resolve.keys(resolved), resolved.doubts, forms.found()
    del papers, found, resolved, forms
    give_back()
    built, folder = Graph(tables, db=store.path), folder_of(store.path)
    built.successor = successor = Successor(folder, built.retired_lines, apart=_processes(tables) > 1)

    def keep() -> None:
        store.save(tables, doubts=doubts, issued=issued, forms=known_forms, pipeline=version)
        store.give_back()

    targets = {name: out / exporting.FORMATS[name].file for name in exporting.BUILT}
    written = exporting.export(
        tables,
        targets,
        options={
            "ttl": {"base": built.base, "through": lambda blocks: _followed(blocks, successor, folder)},
            "html": EXPLORER,
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
    store.put_meta(RDF_NAME, built.rdf_name)
    return built
