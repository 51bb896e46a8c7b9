"""The package from Python: :func:`build` a graph from files of papers, :func:`open` the one that was built.

This module and :mod:`kg.stages` put the rooms together: read -> store -> extract -> resolve -> link -> store -> export.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kg import read as reading
from kg import resolve, stages
from kg.built import Graph, Input, Progress, Report, silent
from kg.model import KgError
from kg.store import RDF_NAME, Changes, Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Graph",
    "Input",
    "Progress",
    "Report",
    "apply",
    "build",
    "decisions",
    "open",
    "refresh",
    "remove",
    "review",
    "undo",
]


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
    was when it is run again. A file is known by its name without folders: what it says of a paper takes the place of
    what a file of that name said in a build before.

    Args:
        inputs: files, folders, globs or ``-``, in any format that :mod:`kg.read` knows; None is the shipped sample.
        db: the store, one DuckDB file; made where it is missing.
        out: the folder for ``graph.ttl``, ``graph.html``, ``graph.graphml`` and ``papers.jsonl``.
        workers: processes that extract; None is one a core.
        year: the year of dates such as "Nov 25" on pages that do not tell their year.
        keep_going: leave out inputs that cannot be read, and list them in
            ``graph.report.account.problems``.
        pipeline: the folder of a spaCy pipeline that ``kg train`` made; None is the shipped one.
        base_iri: what the graph's own IRIs begin with in RDF; None is what it was in the build before.
        license: the IRI of the license under which you publish the graph, such as
            ``https://creativecommons.org/licenses/by/4.0/``; None is what it was in the build before.
        scheduler: extract on a Dask cluster (in kg's checkout: ``pip install '.[dask]'``): the address of its
            scheduler, or ``local``.
        shards: with ``scheduler``, the folder or fsspec URL (``s3://…``) through which papers and results travel: all
            workers must see it. None is a folder beside the store.
        progress: called as work goes on, see :data:`Progress`.

    Returns:
        The graph, with what was done in :attr:`Graph.report`.

    Raises:
        KgError: an input cannot be read (the store is as it was), the store or the folder cannot be written, the
            pipeline cannot be loaded.
    """
    tell = progress or silent
    account = reading.Account()
    stages.check_iris(base_iri, license)
    if shards and not scheduler:
        raise KgError("--shards: only with --scheduler; without one, all is done on this machine")
    path = None if pipeline is None else os.fspath(pipeline)
    stages.check_pipeline(path)
    with Store(db) as store:
        with stages.sample(inputs) as named:
            papers = reading.stream(
                named,
                year=year,
                keep_going=keep_going,
                account=account,
                progress=lambda name, done: tell("read", done, None),
            )
            changes = store.put(papers, keys=reading.keys, merge=reading.merge)
        version, extracted = stages.extract(store, path, workers, scheduler, shards, tell)
        if store.count() >= stages.FORK_FROM:
            stages.forget_pipeline()
        built = stages.link(
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
    return stages.loaded(built, tell)


def remove(
    ids: str | Iterable[str],
    *,
    db: Input = "kg.duckdb",
    out: Input = "exports",
    base_iri: str | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Take papers, or one, out of the store by id, arXiv id or DOI, bring the graph up to date and write it out.

    The graph is then the one that a build without these papers makes, also where no build came to its end before.
    Raises :class:`KgError` where an id is unknown or no paper would be left, and leaves the store as it was; otherwise
    as :func:`build`.

    >>> kg.remove("2106.09685")  # doctest: +SKIP
    """
    stages.check_iris(base_iri)
    tell = progress or silent
    with stages.existing(db) as store:
        gone = store.remove([ids] if isinstance(ids, str) else ids)
        changes = Changes(removed=len(gone), same=store.count())
        version, extracted = store.meta("pipeline"), 0
        if version is None:  # no build has come to its end, maybe because of these papers
            version, extracted = stages.extract(store, None, None, None, None, tell)
        built = stages.link(store, version, Path(out), base_iri, tell, changes=changes, extracted=extracted)
    return stages.loaded(built, tell)


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
    stages.check_iris(base_iri)
    with stages.existing(db) as store:
        version = stages.version(store)
        if decisions is not None:
            store.put_frame("decisions", decisions)
        changes = Changes(same=store.count())
        built = stages.link(store, version, Path(out), base_iri, progress or silent, changes=changes)
    return stages.loaded(built, progress or silent)


def review(*, db: Input = "kg.duckdb") -> pd.DataFrame:
    """The names that may be one thing or two, as a table whose column ``decision`` is to be filled in.

    Columns ``decision`` (empty), ``suggested``, ``a``, ``b`` (the names), ``reason``, ``papers`` (how many it touches),
    ``evidence_a``, ``evidence_b`` (a sentence with each) and ``paper_a``, ``paper_b`` (where the name is meant in one
    paper only). ``kg resolve --review FILE`` writes it. Raises :class:`KgError` where nothing is built yet.

    >>> doubts = kg.review()  # doctest: +SKIP
    >>> doubts.loc[doubts["reason"] == "misspelling", "decision"] = "same"  # doctest: +SKIP
    >>> graph = kg.apply(doubts)  # doctest: +SKIP
    """
    graph = open(db)
    with Store(db, read_only=True) as store:
        return resolve.review_table(store.frame("doubts"), graph.papers, graph.mentions)


def decisions(*, db: Input = "kg.duckdb") -> pd.DataFrame:
    """A person's decisions in force: ``decision``, ``a``, ``b``, ``paper_a`` and ``paper_b`` as in :func:`review`.

    Raises :class:`KgError` where there is no store.
    """
    with Store(db, read_only=True) as store:
        return resolve.decide(store.frame("decisions"))


def apply(
    decided: Input | pd.DataFrame, *, db: Input = "kg.duckdb", out: Input = "exports", progress: Progress | None = None
) -> Graph:
    """Make decisions on names part of the store, bring the graph up to date and write it out.

    ``decided`` is a table as :func:`review` gives it, or a file with one (CSV or TSV). In its column ``decision`` is
    ``same`` (a and b are one thing), ``different`` (they are two), ``name`` (what is called a is to be called b),
    ``undo`` (of an earlier decision on a and b), or nothing; of the others only ``a`` and ``b`` are needed. Decisions
    beat every rule and are kept over rebuilds; a newer one on the same names stands.

    Raises :class:`KgError`, with its row, where a decision cannot be meant, and leaves the store as it was; otherwise
    as :func:`build`.
    """
    (new, where), before, graph = _decided(decided), decisions(db=db), open(db)
    with Store(db, read_only=True) as store:
        mentions = store.extracted(stages.version(store)).mentions
    resolve.check_review(new, where, papers=graph.papers, mentions=mentions, before=before)
    return refresh(db=db, out=out, decisions=resolve.decide(before, new), progress=progress)


def undo(
    decided: Input | pd.DataFrame, *, db: Input = "kg.duckdb", out: Input = "exports", progress: Progress | None = None
) -> Graph:
    """Take the decisions of such a table or file back, whatever they say, and bring the graph up to date.

    ``kg.undo(kg.decisions())`` takes all back. Raises as :func:`apply`.
    """
    new = _decided(decided)[0].assign(decision="undo")
    return refresh(db=db, out=out, decisions=resolve.decide(decisions(db=db), new), progress=progress)


def _decided(table: Input | pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The rows that decide something, and what errors call the table."""
    if isinstance(table, (str, os.PathLike)):
        return resolve.read_review(Path(table)), str(table)
    return resolve.decided(table, "decisions"), "decisions"


def open(db: Input = "kg.duckdb") -> Graph:
    """The graph that the last build made. Raises :class:`KgError` where there is none."""
    with Store(db, read_only=True) as store:
        stages.version(store)
        return Graph(store.tables(), db=Path(db), rdf_name=store.meta(RDF_NAME))
