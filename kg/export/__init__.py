"""The graph to files: one file of this package a format, listed in :data:`FORMATS`.

A format is a module with a function ``write(tables: Tables, path: Path, **options) -> None`` that writes one file (or,
where :attr:`Format.folder` says so, one folder of files). To add one, write the module and its line in
:data:`FORMATS`. Formats may assume that they write to a fresh path: :func:`export` puts the files in place at once,
when all of them are complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.export.files import replacing
from kg.forks import Forks
from kg.model import KgError, Tables


@dataclass(frozen=True)
class Format:
    """One way to write the graph."""

    file: str
    """The file's name under the exports folder."""
    module: str
    """Where its ``write`` is; imported when it is first used."""
    about: str
    """One line for the help."""
    folder: bool = False
    """Whether ``write`` makes a folder of files."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Arguments for ``write`` that make it this format, where a module writes several."""

    def write(self, tables: Tables, path: Path, **options: Any) -> Any:
        """Write ``tables`` to ``path``; returns what the module's ``write`` returns."""
        return import_module(self.module).write(tables, path, **self.options, **options)


FORMATS: dict[str, Format] = {
    "ttl": Format("graph.ttl", "kg.export.rdf", "RDF in Turtle: entities, links, evidence"),
    "nt": Format("graph.nt", "kg.export.rdf", "the same as N-Triples, sorted", options={"format": "ntriples"}),
    "jsonld": Format("graph.jsonld", "kg.export.rdf", "the same as JSON-LD", options={"format": "jsonld"}),
    "trig": Format("graph.trig", "kg.export.rdf", "the same as TriG, a graph a part", options={"format": "trig"}),
    "html": Format("graph.html", "kg.export.html", "the interactive graph, one file that needs no network"),
    "graphml": Format("graph.graphml", "kg.export.graphml", "for Gephi, yEd, Cytoscape and igraph"),
    "jsonl": Format("papers.jsonl", "kg.export.jsonl", "one JSON object a paper, with entities and mentions"),
    "parquet": Format(
        "tables", "kg.export.parquet", "every table as Parquet, for pandas, DuckDB or Spark", folder=True
    ),
    "csv": Format("csv", "kg.export.csv", "every table as CSV, for spreadsheets", folder=True),
}
"""Every format, by the name that ``kg export`` takes."""

BUILT = ("ttl", "graphml", "jsonl", "html")
"""The formats that every build writes, in the order in which they are begun: the two that take much memory, and much
time, take most of it one after the other."""

RDF = ("ttl", "nt", "jsonld", "trig")
"""The formats that are RDF: they take a base IRI and parts."""


def lasting(tables: Tables) -> Tables:
    """What files are made of: all but the ids that former builds gave.

    Those are the store's memory; the files depend on the papers alone.
    """
    return replace(tables, aliases=tables.aliases.iloc[:0]) if len(tables.aliases) else tables


def export(
    tables: Tables,
    targets: Mapping[str, Path],
    *,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    processes: int = 1,
    meanwhile: Callable[[], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Write formats to paths, all or none: the files take their places when the last of them is complete.

    ``targets`` maps a format's name to its path, ``options`` a format's name to arguments for its ``write``;
    ``processes`` is how many formats are written side by side, and ``meanwhile`` what else is to be done before the
    files take their places, here and at the same time. ``progress`` is called with the number of formats written so
    far and of all. Returns what each format's ``write`` returns. Raises :class:`KgError` for an unknown format or a
    path that cannot be written.
    """
    for name in targets:
        if name not in FORMATS:
            raise KgError(f"{name}: no such format; choose one of {', '.join(FORMATS)}")
    folders = {name: path for name, path in targets.items() if FORMATS[name].folder}
    files = {name: path for name, path in targets.items() if name not in folders}
    given = options or {}
    written = lasting(tables)
    results: dict[str, Any] = {}
    with replacing(*files.values()) as temporary:
        jobs = [
            partial(FORMATS[name].write, written, path, **given.get(name, {}))
            for name, path in zip(files, temporary, strict=True)
        ]
        if progress:
            progress(0, len(targets))
        with Forks(jobs, processes) as forks:
            if meanwhile:
                meanwhile()
            done = None if progress is None else lambda number: progress(number, len(targets))
            results |= zip(files, forks.results(done), strict=True)
    for name, path in folders.items():  # each file in the folder takes its place by itself
        results[name] = FORMATS[name].write(tables, path, **given.get(name, {}))
        if progress:
            progress(len(results), len(targets))
    return results
