"""What is known about each fact: confidence, evidence, where it is from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from kg.export.rdf import blocks
from kg.export.rdf.blocks import Block, Facts
from kg.export.rdf.nodes import some
from kg.export.rdf.ntriples import decimal, term
from kg.export.rdf.numbered import Numbered
from kg.export.rdf.passages import places
from kg.model import STATED
from kg.vocabulary import link_property

_LINKS_AT_ONCE = 10_000
_KEY = np.dtype([("high", ">u8"), ("low", ">u2")])
_DIGITS = 2 * _KEY.itemsize

Keys = npt.NDArray[np.void]


def statements(graph: Numbered) -> Iterator[Block]:
    """A statement for each link."""
    table, links = graph.tables.links, graph.links
    properties = blocks.written([term(link_property(*kind)) for kind in links.kinds], graph.short)
    from_papers = links.are(lambda source, _, __: source == "paper")
    to_papers = links.are(lambda _, __, target: target == "paper")
    starts, ends = (table[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    confidence = graph.column("kgo:confidence", table["confidence"], decimal)
    extraction = graph.column("kgo:extraction", table["extraction"], _extraction)
    weight = graph.column("kgo:weight", table["weight"].where(table["weight"] != 1.0), decimal)
    keys = _keys(table)
    for _, rows in some(np.lexsort((keys["low"], keys["high"]))):
        paper = links.paper[rows]
        sourced = np.flatnonzero((paper >= 0) & (starts[rows] >= 0))
        quoted = rows[sourced]
        yield Block(
            blocks.nodes(graph.base, "statement", _written(keys[rows])),
            [
                graph.constant("rdf:type", term("rdf:Statement")),
                Facts(term("rdf:subject"), graph.ends(links.source[rows], from_papers[rows])),
                Facts(term("rdf:predicate"), properties.take(links.kind[rows])),
                Facts(term("rdf:object"), graph.ends(links.target[rows], to_papers[rows])),
                confidence.of(rows),
                extraction.of(rows),
                weight.of(rows),
                graph.constant("prov:wasGeneratedBy", f"<{graph.base}void#build>"),
                graph.nodes("kgo:via", graph.entities, links.via[rows]),
                graph.nodes("prov:wasDerivedFrom", graph.papers, paper),
                Facts(
                    term("kgo:evidence"),
                    blocks.nodes(graph.base, "sentence", places(graph, paper[sourced], starts[quoted], ends[quoted])),
                    sourced,
                ),
            ],
        )


def _extraction(value: str) -> str:
    return term("kgo:stated" if value == STATED else "kgo:inferred")


def _keys(links: pd.DataFrame) -> Keys:
    """What each statement's IRI ends in: a hash of what it says and where, the same in every build, under any base."""
    keys = np.empty(len(links), dtype=_KEY)
    for start in range(0, len(links), _LINKS_AT_ONCE):
        these = links.iloc[start : start + _LINKS_AT_ONCE]
        columns = [these[name] for name in ("source", "relation", "target")] + [these["paper"].fillna("")]
        said = zip(*(column.tolist() for column in columns), strict=True)
        keys[start : start + len(these)] = np.frombuffer(b"".join(_key(words) for words in said), dtype=_KEY)
    return keys


def _key(words: tuple[str, ...]) -> bytes:
    said = "\t".join(words).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=_KEY.itemsize).digest()


def _written(keys: Keys) -> pa.Array:
    """Keys as hexadecimal digits."""
    ends = np.arange(0, _DIGITS * (len(keys) + 1), _DIGITS, dtype=np.int32)
    digits = keys.tobytes().hex().encode()
    return pa.StringArray.from_buffers(len(keys), pa.py_buffer(ends), pa.py_buffer(digits))
