"""Small graphs as text, the same for the same triples: sorted, with the prefixes that they use and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

import pyoxigraph as ox

from kg.vocabulary import prefixes


def write_graph(triples: Iterable[ox.Triple], format: ox.RdfFormat, base: str) -> bytes:
    """Triples in an RDF format.

    Args:
        triples: in any order; one that comes twice is written once.
        format: such as ``ox.RdfFormat.TURTLE``.
        base: the base of the graph's IRIs, for its prefixes.
    """
    facts = sorted(set(triples), key=str)
    data = cast(bytes, ox.serialize(facts, format=format, prefixes=_used(facts, base)))
    if format == ox.RdfFormat.TURTLE:  # pyoxigraph writes prefixes in any order
        lines = data.splitlines(keepends=True)
        head = [line for line in lines if line.startswith(b"@prefix ")]
        return b"".join([*sorted(head), *lines[len(head) :]])
    if format == ox.RdfFormat.RDF_XML:
        return re.sub(rb"(?<=<rdf:RDF )[^>]*", lambda found: b" ".join(sorted(found[0].split())), data, count=1)
    return data


def _used(facts: list[ox.Triple], base: str) -> dict[str, str]:
    """The prefixes of the IRIs that stand in triples."""
    iris: set[str] = set()
    for fact in facts:
        for term in (fact.subject, fact.predicate, fact.object):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal) and not term.language:
                iris.add(term.datatype.value)
    known = prefixes(base)
    return {name: space for name, space in known.items() if any(iri.startswith(space) for iri in iris)}
