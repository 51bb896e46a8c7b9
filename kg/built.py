"""A built graph as Python sees it: its tables, its RDF, its cards, and what it can be written to."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import export as exporting
from kg import read as reading
from kg.answers import answers
from kg.export.files import explaining
from kg.export.rdf import graph_hash, lines, retired
from kg.graph import descent
from kg.model import KgError, Tables
from kg.query import Successor, as_rdflib, folder_of, in_memory, is_older, open_read_only, save
from kg.questions import Questions
from kg.store import Changes

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import pyoxigraph
    import rdflib

    from kg.graph import Card

Input = str | os.PathLike[str]
Progress = Callable[[str, int, "int | None"], None]
"""``progress(stage, done, total)``: called as work goes on; ``total`` is None where it is not known."""

EXPLORER: dict[str, Any] = {"answers": answers, "descent": descent}
"""Who tells the explorer what it shows but does not reckon itself."""


class Graph(Questions):
    """A graph of papers and entities, as it was when it was built or opened."""

    def __init__(self, tables: Tables, *, db: Path | None = None, rdf_name: str | None = None) -> None:
        self.tables = tables
        self.db = db
        """The store it came from."""
        self._rdf_name = rdf_name
        self.report: Report | None = None
        """What the build did; None for a graph that was opened."""
        self.as_of = changed(db)
        """When the store had last changed: a later graph is not this one."""
        self.successor: Successor | None = None
        """What will be its SPARQL store, while it is being built."""

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

    @property
    def stats(self) -> pd.DataFrame:
        """How much of what is in the graph."""
        from kg.counts import counts

        return counts(self.tables)

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
        folder, tell = folder_of(self.db), progress or silent
        with explaining(folder):
            return save(
                lambda: lines(exporting.lasting(self.tables), base=self.base),
                folder,
                self.rdf_name,
                extra=self.retired_lines,
                progress=lambda done: tell("load the SPARQL store", done, None),
                as_of=self.as_of,
            )

    @cached_property
    def retired_lines(self) -> list[str]:
        """What stands in the SPARQL store and not in the files."""
        return retired(self.tables, base=self.base)

    @property
    def rdf_name(self) -> str:
        """The hash of what stands in the SPARQL store, as the build had it."""
        if self._rdf_name and not self.report:
            return self._rdf_name
        facts = self.report.sha256 if self.report else graph_hash(exporting.lasting(self.tables), base=self.base)
        return hashlib.sha256("\n".join([facts, *self.retired_lines]).encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def _rdf_store(self) -> pyoxigraph.Store:
        """The store on disk, opened for reading; in memory where there is none of this graph and none can be made."""
        if self.db is not None and changed(self.db) == self.as_of:
            with suppress(KgError):
                if is_older(folder_of(self.db), self.db, lambda: self._rdf_name):
                    self.load_rdf()
                return open_read_only(folder_of(self.db))
        return in_memory(chain(lines(exporting.lasting(self.tables), base=self.base), self.retired_lines))

    @cached_property
    def rdf(self) -> rdflib.Graph:
        """The graph in rdflib, read-only, with the Oxigraph store on disk answering."""
        return as_rdflib(self._rdf_store)

    def query(
        self,
        sparql: str | None = None,
        *,
        name: str | None = None,
        timeout: float | None = None,
        memory: int | None = None,
        **parameters: object,
    ) -> pd.DataFrame:
        """The answer to a SPARQL query, or to a question of the cookbook, one row a solution.

        In a query all of the graph's prefixes are declared. A question has a ``name`` and parameters, which are those
        of ``kg query -n NAME -p PARAMETER=VALUE``; :attr:`questions` lists them. With ``timeout`` (seconds) or
        ``memory`` (MiB) the query runs in a process of its own, which is stopped when it takes more. Where there is
        no answer, a warning says what may be wrong with the query.

        >>> graph.query("SELECT ?paper { ?paper kgo:uses entity:lora }")  # doctest: +SKIP
        >>> graph.query(name="who-uses", entity="LoRA", n=10)  # doctest: +SKIP

        Raises :class:`KgError` where the query is wrong, with the place, or takes too much, or the question or a
        parameter is none.
        """
        from kg.query import query
        from kg.query.cookbook import recipe

        if (sparql is None) == (name is None):
            raise KgError("give either a query or the name of a question; the graph's questions lists them")
        if name is not None:
            sparql = recipe(name).fill(self._rdf_store, parameters, self.base)
        elif parameters:
            raise KgError(f"parameters ({', '.join(parameters)}) go with the name of a question: query(name=…, …)")
        assert sparql is not None
        most = None if memory is None else memory << 20
        result = query(self._rdf_store, sparql, timeout=timeout, memory=most)
        for hint in result.advice:
            warnings.warn(hint, stacklevel=2)
        return result.frame()

    @property
    def questions(self) -> pd.DataFrame:
        """The cookbook that :meth:`query` asks by name: each question's ``name``, text and ``parameters``."""
        from kg.query.cookbook import questions

        return questions()

    def show(self, name: str | None = None, *, n: int = 5, height: int = 720) -> Any:
        """The explorer inline in a notebook, ``height`` pixels high; with a name, that entity's or paper's card.

        Raises :class:`KgError` where nothing has this name, title or id, with the nearest that there are.
        """
        if name is not None:
            return self.card(name, n=n)
        from IPython.display import HTML

        from kg.export.html import inline

        return HTML(f"<div>{inline(self.tables, height=height, **EXPLORER)}</div>")  # type: ignore[no-untyped-call]

    def card(self, name: str, *, n: int = 5) -> Card:
        """All that is known of an entity or a paper, by name, title or id; ``n`` lines of each list.

        Raises :class:`KgError` where nothing has this name, with the nearest that there are.
        """
        from kg.graph import card

        return card(self.tables, name, limit=n)

    def export(self, format: str, out: Input | None = None, **options: Any) -> Path:
        """Write the graph to a file (or a folder of tables) in one of :data:`kg.export.FORMATS`; returns its path.

        Args:
            format: ``ttl``, ``nt``, ``jsonld``, ``trig``, ``html``, ``graphml``, ``jsonl``, ``parquet`` or ``csv``.
            out: the file or folder; None is the format's name, here.
            options: those of ``kg export``. Of RDF, ``parts``: some of ``core`` (the facts), ``statements``
                (confidence, evidence and provenance of each) and ``mentions`` (every mention with its place; beside
                others in a file of its own), as a list or with commas between them; and ``base_iri``: what the graph's
                own IRIs begin with, if not what they did in the build. Of html, ``around``: only what is near this
                entity or paper (its name, title or id), at most ``depth`` (2) links away and with ``papers`` (200)
                papers at most; ``lean``: without abstracts and evidence; ``title``: of the page. The other formats
                have none.

        Raises :class:`KgError` where the format, a part or what ``around`` names is none, with the nearest that there
        are, or the path cannot be written.
        """
        from kg.export import FORMATS, RDF, export
        from kg.graph import find

        if format not in FORMATS:
            raise KgError(f"{format}: no such format; choose one of {', '.join(FORMATS)}")
        target = Path(FORMATS[format].file if out is None else out)
        if format in RDF:
            options = {"base": options.pop("base_iri", None) or self.base, **options}
            if isinstance(options.get("parts"), str):
                options["parts"] = options["parts"].replace(" ", "").split(",")
        elif format == "html":
            options = {**EXPLORER, **options}
            if options.get("around") is not None:
                options["around"] = find(self.tables, options["around"])
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


def changed(db: Path | None) -> int | None:
    """When a store was last changed, as its file system counts time."""
    return db.stat().st_mtime_ns if db is not None and db.exists() else None


def silent(stage: str, done: int, total: int | None) -> None:
    """No progress."""
