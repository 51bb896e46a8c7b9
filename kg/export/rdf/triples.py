"""The graph's tables as RDF, in the order in which a sorted file of N-Triples has them.

Everything that leaves as RDF comes from here: the files of :mod:`kg.export.rdf`, their hash, and the Oxigraph store.
A subject's facts stand together and sorted, and subjects follow in the order of their IRIs, so that the blocks, written
one after the other, *are* the canonical, sorted N-Triples of the graph: its hash needs no second pass. There are no
blank nodes.

Each kind of subject has a function that yields its blocks, in :mod:`kg.export.rdf.core`, ``statements`` or
``passages``. How terms are written is in :mod:`kg.export.rdf.ntriples`, how blocks become text in
:mod:`kg.export.rdf.blocks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kg.export.rdf import core, passages
from kg.export.rdf.blocks import Block
from kg.export.rdf.core import replaced
from kg.export.rdf.description import Counts, description
from kg.export.rdf.ntriples import path, term, typed
from kg.export.rdf.numbered import ENTITY, Numbered
from kg.export.rdf.statements import statements
from kg.forks import give_back
from kg.model import KgError, Tables
from kg.vocabulary import BASE, check_base, expand

PARTS = ("core", "statements", "mentions")
"""What a graph can be written with: the facts; confidence, evidence and provenance of each; every mention (NIF)."""

MOVING = frozenset(
    f"<{expand(name)}>"
    for name in ("kgo:confidence", "kgo:inCommunity", "kgo:paperCount", "kgo:rank", "kgo:uptake", "kgo:weight")
)
"""Properties whose values other papers change: half of all entities have another community when 100 are added."""

_BLOCKS_BETWEEN = 50

Blocks = Iterator[Block]


def lines(tables: Tables, *, base: str = BASE, parts: Iterable[str] = ("core", "statements")) -> Iterator[str]:
    """The N-Triples lines of a graph, those of one subject at a time, in sorted order; arguments as :func:`graph`."""
    for block in graph(tables, base=base, parts=parts):
        yield from block.lines.to_pylist()


def retired(tables: Tables, *, base: str = BASE) -> list[str]:
    """The lines of the ids that former builds gave and that are no more: in a store, not in files."""

    def iri(id: str) -> str:
        return f"<{base}entity/{path(id.removeprefix(ENTITY))}>"

    former = replaced(tables)
    return sorted(
        f"{iri(old)} {term('dcterms:isReplacedBy')} {iri(entity)} .\n"
        f"{iri(old)} {term('owl:deprecated')} {typed('true', 'boolean')} .\n"
        for old, entity in zip(former["old"], former["entity"], strict=True)
    )


def graph(tables: Tables, *, base: str = BASE, parts: Iterable[str] = ("core", "statements")) -> Blocks:
    """A graph as blocks of subjects, in sorted order.

    Args:
        tables: the graph.
        base: what the graph's own IRIs begin with; ends in ``/`` or ``#``.
        parts: which of :data:`PARTS`.

    Raises:
        KgError: the base or a part is none.
    """
    chosen = set(parts)
    if not chosen or chosen - set(PARTS):
        unknown = ", ".join(sorted(chosen - set(PARTS))) or "nothing"
        raise KgError(f"no such part of the graph: {unknown}; choose from {', '.join(PARTS)}")
    check_base(base)
    return _blocks(Numbered(tables, base), chosen)


def _blocks(graph: Numbered, chosen: set[str]) -> Blocks:
    sections: list[tuple[str, Callable[[Numbered], Blocks]]] = []
    if "core" in chosen:
        sections += [("community/", core.communities), ("entities>", core.scheme), ("entity-year/", core.years)]
        sections += [("entity/", core.entities), ("paper/", core.papers)]
    if "statements" in chosen:
        sections += [("sentence/", passages.sentences), ("statement/", statements)]
    if "mentions" in chosen:
        sections += [("mention/", passages.mentions), ("text/", passages.texts)]
    counts = Counts()
    for _, section in sorted(sections, key=lambda s: s[0]):
        for number, block in enumerate(section(graph)):
            if not number % _BLOCKS_BETWEEN:
                give_back()  # of what putting a section in order took half would stay with the allocators
            counts.add(block)
            yield block
        give_back()
    yield description(graph, counts, beside=chosen == {"mentions"})
