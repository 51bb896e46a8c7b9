"""RDF files: Turtle, N-Triples, JSON-LD and TriG, gzip'd or not.

The graph is streamed: :mod:`kg.export.rdf.triples` gives sorted blocks of subjects, whose N-Triples are hashed as they
pass. N-Triples and Turtle are joined columns of text, the others are written by pyoxigraph. Text is made of some
subjects at a time: with the graph grow only the numbers that say in which order. A file is written beside its place
and renamed when it is whole.
"""

from __future__ import annotations

import gzip
import hashlib
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from kg.export.files import replacing
from kg.export.rdf.blocks import Block, shortener
from kg.export.rdf.triples import MOVING, PARTS, Blocks, graph, lines, retired
from kg.export.text import data
from kg.model import KgError, Tables
from kg.vocabulary import BASE, prefixes

__all__ = ["FORMATS", "MOVING", "PARTS", "Blocks", "Written", "graph_hash", "lines", "retired", "write"]

FORMATS: dict[str, tuple[ox.RdfFormat, str]] = {
    "turtle": (ox.RdfFormat.TURTLE, ".ttl"),
    "ntriples": (ox.RdfFormat.N_TRIPLES, ".nt"),
    "jsonld": (ox.RdfFormat.JSON_LD, ".jsonld"),
    "trig": (ox.RdfFormat.TRIG, ".trig"),
}
"""Serializations by name, with the usual ending of their files."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: ``sha256`` is the hash of the graph (its sorted N-Triples), not of the file's bytes."""

    path: Path
    triples: int
    sha256: str


def write(
    tables: Tables,
    path: Path,
    *,
    base: str = BASE,
    parts: Iterable[str] = ("core", "statements"),
    format: str = "turtle",
    through: Callable[[Blocks], Blocks] | None = None,
) -> Written:
    """Write the graph as RDF.

    Args:
        tables: the graph.
        path: the file; ``.gz`` at its end compresses it.
        base: what the graph's own IRIs begin with. The default is nobody's; give one of your own to publish a graph.
        parts: ``core`` (the facts), ``statements`` (confidence, evidence and provenance of each) and ``mentions``
            (every mention with its offsets, in NIF). Together with others, mentions go to a file of their own
            beside ``path``: ``graph.ttl`` and ``graph.mentions.ttl``.
        format: ``turtle``, ``ntriples``, ``jsonld`` or ``trig`` (one file, each part in a graph of its own).
        through: where given, what ``path`` is written of goes through it: so that something else can be made of the
            graph's blocks at the same time.

    Returns:
        Path, number of triples and hash of ``path``.

    Raises:
        KgError: a part, format or base is none.

    Source: RDF 1.1 Turtle, https://www.w3.org/TR/turtle/; NIF 2.0 Core; PROV-O; VoID; DCAT.
    """
    chosen = set(parts)
    if format not in FORMATS:
        raise KgError(f"no such RDF format: {format}; choose from {', '.join(FORMATS)}")
    path = Path(path)
    if "mentions" in chosen and len(chosen) > 1 and format != "trig":
        _write(tables, beside(path, "mentions"), base, {"mentions"}, format)
        chosen -= {"mentions"}
    return _write(tables, path, base, chosen, format, through)


def graph_hash(tables: Tables, *, base: str = BASE, parts: Iterable[str] = ("core", "statements")) -> str:
    """The hash of a graph: SHA-256 of its sorted N-Triples, as ``sort`` in the C locale sorts them.

    The same as :attr:`Written.sha256` of a file with these parts, whatever its format; there are no blank nodes, so
    any RDF software can check it. Costs nothing where this process has just written these tables.
    """
    chosen = frozenset(parts)
    if (known := _hashes(tables).get((base, chosen))) is not None:
        return known
    digest = hashlib.sha256()
    for block in graph(tables, base=base, parts=chosen):
        digest.update(data(block.lines))
    return _hashes(tables).setdefault((base, chosen), digest.hexdigest())


_KNOWN: dict[int, dict[tuple[str, frozenset[str]], str]] = {}


def _hashes(tables: Tables) -> dict[tuple[str, frozenset[str]], str]:
    """The hashes that are known of tables, which nobody changes; forgotten with them."""
    if id(tables) not in _KNOWN:
        _KNOWN[id(tables)] = {}
        weakref.finalize(tables, _KNOWN.pop, id(tables), None)
    return _KNOWN[id(tables)]


def beside(path: Path, part: str) -> Path:
    """The file of a part that does not go into the main file.

    >>> beside(Path("out/graph.ttl.gz"), "mentions").name
    'graph.mentions.ttl.gz'
    """
    stem, dot, endings = path.name.partition(".")
    return path.with_name(f"{stem}.{part}{dot}{endings}")


def _write(
    tables: Tables,
    path: Path,
    base: str,
    parts: set[str],
    format: str,
    through: Callable[[Blocks], Blocks] | None = None,
) -> Written:
    digest, count = hashlib.sha256(), 0
    blocks, short = graph(tables, base=base, parts=parts), shortener(base)
    if through:
        blocks = through(blocks)

    def some() -> Iterator[tuple[Block, memoryview]]:
        nonlocal count
        for block in blocks:
            text = data(block.lines)
            count += block.count()
            digest.update(text)
            yield block, text

    with _open(path) as file:
        kind, _ = FORMATS[format]
        if format == "ntriples":
            for _, text in some():
                file.write(text)
        elif format == "turtle":
            for prefix, space in sorted(prefixes(base).items()):
                file.write(f"@prefix {prefix}: <{space}> .\n".encode())
            for block, _ in some():
                file.write(data(block.turtle(short)))
        else:
            facts: Iterator[ox.Triple | ox.Quad] = chain.from_iterable(
                ox.parse(bytes(text), ox.RdfFormat.N_TRIPLES, lenient=True) for _, text in some()
            )
            if format == "trig":
                facts = _in_graphs(facts, base)
            output = _SortedPrefixes(file) if format == "trig" else file
            ox.serialize(facts, output, kind, prefixes=prefixes(base))  # type: ignore[arg-type]
    sha256 = _hashes(tables).setdefault((base, frozenset(parts)), digest.hexdigest())
    return Written(path, count, sha256)


def _in_graphs(facts: Iterator[ox.Triple | ox.Quad], base: str) -> Iterator[ox.Quad]:
    """Each fact in the graph of its part; what describes the whole stands in the default graph."""
    parts = dict.fromkeys(("sentence", "statement"), "statements") | dict.fromkeys(("mention", "text"), "mentions")
    for fact in facts:
        subject = cast(ox.NamedNode, fact.subject).value
        kind = subject.removeprefix(base).partition("/")[0]
        if kind.startswith("void#"):
            yield ox.Quad(fact.subject, fact.predicate, fact.object)
        else:
            graph = ox.NamedNode(f"{base}graph/{parts.get(kind, 'core')}")
            yield ox.Quad(fact.subject, fact.predicate, fact.object, graph)


class _SortedPrefixes:
    """A file whose first lines, the prefixes that pyoxigraph writes in no order, come out sorted."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.head = file, b""
        self.done = False

    def write(self, data: bytes) -> int:
        if self.done:
            return self.file.write(data)
        self.head += data
        lines = self.head.split(b"\n")
        if any(line and not line.startswith(b"@prefix") for line in lines[:-1]):
            self.flush()
        return len(data)

    def flush(self) -> None:
        if not self.done:
            lines = self.head.splitlines(keepends=True)
            prefixes = [line for line in lines if line.startswith(b"@prefix")]
            self.file.write(b"".join(sorted(prefixes) + lines[len(prefixes) :]))
            self.done = True
        self.file.flush()


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears when it is whole, compressed where its name says so; same content, same bytes."""
    with replacing(path) as [temporary], open(temporary, "wb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0) as file:
                yield cast(IO[bytes], file)
        else:
            yield raw
