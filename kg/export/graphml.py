"""graph.graphml: the graph for Gephi, yEd, Cytoscape and igraph.

Written as a stream, line by line: networkx's writer holds the whole file in memory as a tree. ``networkx.read_graphml``
reads it back (as a ``MultiDiGraph``: edges have ids).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from kg.export.rows import rows
from kg.model import Tables

NODE_KEYS = {
    "kind": "string",
    "label": "string",
    "date": "string",
    "year": "int",
    "papers": "int",
    "introduced_by": "string",
    "community": "int",
}
"""Of nodes: ``kind`` is ``paper`` or the entity's type, ``label`` the title or the name."""
EDGE_KEYS = {
    "relation": "string",
    "confidence": "double",
    "extraction": "string",
    "weight": "double",
    "via": "string",
    "paper": "string",
    "evidence": "string",
}
"""Of edges, as in ``Tables.links``; ``evidence`` is the sentence itself."""

# what XML 1.0 has no way to write, not even escaped
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(tables: Tables, path: Path) -> None:
    """Write ``graph.graphml``. Source: the GraphML specification, http://graphml.graphdrawing.org/specification.html."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("<?xml version='1.0' encoding='utf-8'?>\n")
        stream.write('<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for owner, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
            for name, kind in keys.items():
                stream.write(f'<key id="{owner}_{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>\n')
        stream.write('<graph edgedefault="directed">\n')
        _nodes(tables, stream)
        _edges(tables, stream)
        stream.write("</graph>\n</graphml>\n")


def _nodes(tables: Tables, stream: IO[str]) -> None:
    for id, title, date, year, community in rows(tables.papers, "id", "title", "date", "year", "community"):
        _node(stream, id, {"kind": "paper", "label": title, "date": date, "year": year, "community": community})
    columns = ("id", "type", "name", "year", "papers", "introduced_by", "community")
    for id, kind, name, year, papers, origin, community in rows(tables.entities, *columns):
        values = {"year": year, "papers": papers, "introduced_by": origin, "community": community}
        _node(stream, id, {"kind": kind, "label": name, **values})


def _node(stream: IO[str], id: str, values: dict[str, Any]) -> None:
    stream.write(f"<node id={_quoted(id)}>{_data('node', values)}</node>\n")


def _edges(tables: Tables, stream: IO[str]) -> None:
    texts = {id: f"{title}\n{abstract}" for id, title, abstract in rows(tables.papers, "id", "title", "abstract")}
    columns = ("source", "target", "relation", "confidence", "extraction", "weight", "via", "paper", "start", "end")
    ids = cache(_quoted)  # each stands in many edges
    for number, link in enumerate(rows(tables.links, *columns)):
        source, target, relation, confidence, extraction, weight, via, paper, start, end = link
        evidence = texts[paper][start:end] if paper and start >= 0 else None
        values = {"via": via, "paper": paper, "evidence": evidence}
        # relation and extraction are words of ours, and numbers need no escaping: a million edges are written so
        stream.write(
            f'<edge id="{number}" source={ids(source)} target={ids(target)}>'
            f'<data key="edge_relation">{relation}</data><data key="edge_confidence">{confidence}</data>'
            f'<data key="edge_extraction">{extraction}</data><data key="edge_weight">{weight}</data>'
            f"{_data('edge', values)}</edge>\n"
        )


def _data(owner: str, values: dict[str, Any]) -> str:
    return "".join(
        f'<data key="{owner}_{name}">{_text(str(value))}</data>' for name, value in values.items() if value is not None
    )


def _text(value: str) -> str:
    return escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", value))


def _quoted(value: str) -> str:
    return quoteattr(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", value))
