"""What stands where in the papers' texts, in NIF: sentences that are evidence, mentions, the texts themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from kg.export.rdf import blocks
from kg.export.rdf.blocks import Block, Facts, Numbers
from kg.export.rdf.core import PAPERS_AT_ONCE
from kg.export.rdf.nodes import some
from kg.export.rdf.ntriples import decimal, integer, term
from kg.export.rdf.numbered import Numbered, distinct, integers
from kg.export.text import Ints, joined
from kg.model import text_of


def places(graph: Numbered, paper: Numbers, start: Ints, end: Ints) -> pa.Array:
    """``2106.09685_17-120`` for each passage."""
    return joined(graph.papers.paths.take(pa.array(paper)), "_", integers(start), "-", integers(end))


def sentences(graph: Numbered) -> Iterator[Block]:
    """The sentences that links are read from."""
    table, links = graph.tables.links, graph.links
    starts, ends = (table[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    rows = np.flatnonzero((links.paper >= 0) & (starts >= 0))
    longest = int(ends.max(initial=0)) + 1
    seen = distinct((links.paper[rows].astype(np.int64) * longest + starts[rows]) * longest + ends[rows])
    seen, end = np.divmod(seen, longest)
    paper, start = np.divmod(seen, longest)
    for these, place in _passages(graph, "sentence", paper, start, end):
        from_, to = start[these].tolist(), end[these].tolist()
        those, at = np.unique(paper[these], return_inverse=True)
        texts = _texts(graph.tables.papers.take(those))
        anchors = [texts[which][begin:end_] for which, begin, end_ in zip(at.tolist(), from_, to, strict=True)]
        facts = [
            graph.constant("rdf:type", term("nif:Sentence")),
            Facts(term("nif:anchorOf"), blocks.strings(anchors)),
            Facts(term("dcterms:isPartOf"), graph.papers.terms(paper[these])),
        ]
        yield Block(place.subjects, [*place.facts, *facts])


def mentions(graph: Numbered) -> Iterator[Block]:
    """All mentions of entities."""
    table = graph.tables.mentions
    paper, entity = graph.papers_of(table["paper"]), graph.entities_of(table["entity"])
    start, end = (table[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    for these, place in _passages(graph, "mention", paper, start, end):
        facts = [
            graph.constant("rdf:type", term("nif:Phrase")),
            Facts(term("nif:anchorOf"), blocks.strings(table["text"].take(these))),
            Facts(term("itsrdf:taIdentRef"), graph.entities.terms(entity[these])),
            graph.known("itsrdf:taConfidence", table["confidence"].take(these), decimal),
        ]
        yield Block(place.subjects, [*place.facts, *facts])


def texts(graph: Numbered) -> Iterator[Block]:
    """The papers' texts, which all offsets count in."""
    for _, these in some(graph.papers.order, PAPERS_AT_ONCE):
        written = _texts(graph.tables.papers.take(these))
        yield Block(
            blocks.nodes(graph.base, "text", graph.papers.paths.take(pa.array(these))),
            [
                graph.constant("rdf:type", term("nif:Context")),
                Facts(term("nif:isString"), blocks.strings(written)),
                graph.constant("nif:beginIndex", integer(0)),
                Facts(term("nif:endIndex"), blocks.integers([len(text) for text in written])),
                Facts(term("dcterms:isPartOf"), graph.papers.terms(these)),
            ],
        )


def _passages(graph: Numbered, kind: str, paper: Numbers, start: Ints, end: Ints) -> Iterator[tuple[Ints, Block]]:
    """Passages, some at a time, in the order of their IRIs: their rows, and where they are."""
    for rows in graph.papers.together(paper):
        subjects = blocks.nodes(graph.base, kind, places(graph, paper[rows], start[rows], end[rows]))
        order = subjects.order()
        rows = rows[order]
        paths = graph.papers.paths.take(pa.array(paper[rows]))
        facts = [
            Facts(term("nif:beginIndex"), blocks.integers(start[rows])),
            Facts(term("nif:endIndex"), blocks.integers(end[rows])),
            Facts(term("nif:referenceContext"), blocks.nodes(graph.base, "text", paths)),
        ]
        yield rows, Block(subjects.take(order), facts)


def _texts(papers: pd.DataFrame) -> list[str]:
    return [text_of(*both) for both in zip(papers["title"], papers["abstract"], strict=True)]
