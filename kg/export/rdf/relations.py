"""Links as properties of their sources, with what the ontology lets conclude, so that a query needs no reasoner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from kg.export.rdf.blocks import Facts, Numbers
from kg.export.rdf.nodes import Nodes
from kg.export.rdf.ntriples import term
from kg.export.rdf.numbered import Numbered, distinct
from kg.export.text import Ints
from kg.vocabulary import link_property

_SYMMETRIC = frozenset({"kgo:related", "kgo:coOccursWith"})


class Pairs:
    """One property between many subjects and objects: a whole number a fact, sorted."""

    def __init__(self, name: str, pairs: Sequence[Ints], nodes: Nodes) -> None:
        """``pairs`` are as :func:`paired` gives them; ``nodes`` are the objects."""
        self._predicate, self._nodes = term(name), nodes
        self._pairs = distinct(np.concatenate(pairs))

    def facts(self, start: int, end: int) -> Facts:
        """Those of the subjects from this place to that, which are a block."""
        first, last = np.searchsorted(self._pairs, [start * len(self._nodes), end * len(self._nodes)])
        rows, ranks = np.divmod(self._pairs[first:last], max(1, len(self._nodes)))
        return Facts(self._predicate, self._nodes.terms(self._nodes.order[ranks]), rows - start)


def paired(subjects: Ints, objects: Numbers, nodes: Nodes) -> Ints:
    """A whole number for each pair of a subject's place and a node: they sort as their triples do."""
    return subjects * len(nodes) + nodes.rank[objects]


def outgoing(graph: Numbered, kind: str, places: Ints) -> list[Pairs]:
    """The links of all sources of a kind, given the place of each source.

    A symmetric property stands both ways.
    """
    links = graph.links
    found: defaultdict[tuple[str, str], list[Ints]] = defaultdict(list)
    for code, (source_kind, relation, target_kind) in sorted(enumerate(links.kinds), key=lambda item: item[1]):
        if source_kind != kind:
            continue
        rows = np.flatnonzero(links.kind == code)
        source, target = links.source[rows], links.target[rows]
        name, nodes = link_property(kind, relation, target_kind), _nodes(graph, target_kind)
        pairs = paired(places[source], target, nodes)
        found[name, target_kind].append(pairs)
        if target_kind != kind:
            found["schema:mentions", target_kind].append(pairs)
        if name == "kgo:buildsOn":
            found["schema:isBasedOn", target_kind].append(pairs)
        if name in _SYMMETRIC:
            found[name, kind].append(paired(places[target], source, nodes))
    return [Pairs(name, pairs, _nodes(graph, target_kind)) for (name, target_kind), pairs in found.items()]


def _nodes(graph: Numbered, kind: str) -> Nodes:
    return graph.papers if kind == "paper" else graph.entities


def ancestors(graph: Numbered, places: Ints) -> Pairs:
    """The transitive closure of ``broader``, given the place of each entity."""
    links = graph.links
    rows = links.are(lambda _, relation, __: relation == "broader")
    narrow, broad = closure(links.source[rows], links.target[rows], len(graph.entities))
    return Pairs("skos:broaderTransitive", [paired(places[narrow], broad, graph.entities)], graph.entities)


def closure(sources: Numbers, targets: Numbers, count: int) -> tuple[Ints, Ints]:
    """All pairs of different nodes of which one is reached from the other, given numbers below ``count``.

    >>> [ends.tolist() for ends in closure(np.array([2, 1, 0]), np.array([1, 0, 1]), 3)]
    [[0, 1, 2, 2], [1, 0, 0, 1]]
    """
    by = np.argsort(sources, kind="stable")
    targets = targets[by]
    first = np.searchsorted(sources[by], np.arange(count + 1))
    pairs = sources[by].astype(np.int64) * count + targets
    known = new = distinct(pairs[sources[by] != targets])
    while len(new):
        start, node = np.divmod(new, count)
        number = first[node + 1] - first[node]
        step = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        start, node = np.repeat(start, number), targets[np.repeat(first[node], number) + step]
        new = np.setdiff1d((start * count + node)[start != node], known)
        known = np.union1d(known, new)
    start, node = np.divmod(known, max(1, count))
    return start, node
