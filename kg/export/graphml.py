"""graph.graphml: the graph for Gephi, yEd, Cytoscape and igraph.

Written block by block: networkx's writer holds the whole file in memory as a tree. ``networkx.read_graphml`` reads it
back (as a ``MultiDiGraph``: edges have ids).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.text import Texts, column, data, floats, integers, joined, optional
from kg.model import Tables, text_of

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

_NO_XML = r"[^\t\n\r\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]"
"""What XML 1.0 has no way to write, not even escaped."""
_ROWS_AT_ONCE = 50_000


def write(tables: Tables, path: Path) -> None:
    """Write ``graph.graphml``. Source: the GraphML specification, http://graphml.graphdrawing.org/specification.html."""
    with path.open("wb") as stream:
        stream.write(b"<?xml version='1.0' encoding='utf-8'?>\n")
        stream.write(b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for owner, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
            for name, kind in keys.items():
                key = f'<key id="{owner}_{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>\n'
                stream.write(key.encode())
        stream.write(b'<graph edgedefault="directed">\n')
        for start in range(0, len(tables.papers), _ROWS_AT_ONCE):
            some = tables.papers.iloc[start : start + _ROWS_AT_ONCE]
            stream.write(data(_nodes(some, kind="paper", label=some["title"])))
        for start in range(0, len(tables.entities), _ROWS_AT_ONCE):
            some = tables.entities.iloc[start : start + _ROWS_AT_ONCE]
            stream.write(data(_nodes(some, kind=_text(some["type"]), label=some["name"])))
        for edges in _edges(tables):
            stream.write(data(edges))
        stream.write(b"</graph>\n</graphml>\n")


def _nodes(table: pd.DataFrame, *, kind: Texts, label: pd.Series[str]) -> pa.Array:
    lines = [joined('<node id="', _attribute(table["id"]), '"><data key="node_kind">', kind, "</data>")]
    lines.append(_data("node_label", _text(label)))
    lines += [_data(f"node_{name}", _text(table[name])) for name in ("date",) if name in table]
    lines += [_data(f"node_{name}", integers(table[name])) for name in ("year", "papers") if name in table]
    lines += [_data(f"node_{name}", _text(table[name])) for name in ("introduced_by",) if name in table]
    return joined(*lines, _data("node_community", integers(table["community"])), "</node>\n")


def _edges(tables: Tables) -> Iterator[pa.Array]:
    papers = tables.papers
    texts = [text_of(*both) for both in zip(papers["title"], papers["abstract"], strict=True)]
    at = pd.Index(papers["id"].astype(object))
    for start in range(0, len(tables.links), _ROWS_AT_ONCE):
        links = tables.links.iloc[start : start + _ROWS_AT_ONCE]
        numbers = at.get_indexer(links["paper"].to_numpy(dtype=object))
        places = zip(numbers.tolist(), links["start"].tolist(), links["end"].tolist(), strict=True)
        evidence = [texts[n][first:last] if n >= 0 and first >= 0 else None for n, first, last in places]
        yield joined(
            joined('<edge id="', integers(np.arange(start, start + len(links))), '" source="'),
            joined(_attribute(links["source"]), '" target="', _attribute(links["target"]), '">'),
            joined('<data key="edge_relation">', column(links["relation"]), "</data>"),
            joined('<data key="edge_confidence">', floats(links["confidence"]), "</data>"),
            joined('<data key="edge_extraction">', column(links["extraction"]), "</data>"),
            joined('<data key="edge_weight">', floats(links["weight"]), "</data>"),
            _data("edge_via", _text(links["via"])),
            _data("edge_paper", _text(links["paper"])),
            _data("edge_evidence", _text(evidence)),
            "</edge>\n",
        )


def _data(key: str, values: pa.Array) -> pa.Array:
    """A value where there is one."""
    return optional(f'<data key="{key}">', values, "</data>")


def _text(values: Iterable[str | None]) -> pa.Array:
    texts = column(values)
    if pc.any(pc.match_substring_regex(texts, _NO_XML)).as_py():
        texts = pc.replace_substring_regex(texts, _NO_XML, "\ufffd")
    for character, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        texts = pc.replace_substring(texts, character, escaped)
    return texts


def _attribute(values: Iterable[str | None]) -> pa.Array:
    texts = _text(values)
    for character, escaped in (('"', "&quot;"), ("\n", "&#10;"), ("\r", "&#13;"), ("\t", "&#9;")):
        texts = pc.replace_substring(texts, character, escaped)
    return texts
