"""What `kg evaluate --linking` computes: names resolved with gold mentions given.

``python -m kg.cli.linking GOLD.jsonl...`` learns from annotated papers which wordings of one paper are one thing, and
writes the weights into the package (``kg/resolve/data/wordings.tsv``).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from kg.extract.definitions import definitions
from kg.model import Extracted
from kg.resolve import linking_score
from kg.resolve.learn import learn, write
from kg.train.gold import GoldPaper, read_gold


def linking(gold: list[GoldPaper]) -> dict[str, float]:
    """B-cubed of resolution on annotated papers: ``p``, ``r``, ``f``, ``mentions``.

    Spans, types and roles are the gold's; which of a paper's mentions are one entity, and which entity of other papers
    it is, has to be found from the strings, the definitions in the text and the gazetteer.
    """
    return linking_score(*tables_of(gold))


def tables_of(gold: list[GoldPaper]) -> tuple[pd.DataFrame, Extracted]:
    """Annotated papers as what ``kg.resolve`` takes; ``findings`` has the canonical names in the column ``gold``."""
    papers = pd.DataFrame({"id": [g.paper.id for g in gold], "date": [g.paper.date for g in gold]}, dtype=object)
    findings, mentions, pairs = [], [], []
    for g in gold:
        text, paper = g.paper.text, g.paper.id
        findings += [(paper, i, e.type, e.role, 1.0, 1.0, e.name) for i, e in enumerate(g.entities)]
        mentions += [(paper, i, start, end, text[start:end], 1.0, start, end) for (start, end), i in g.spans().items()]
        pairs += [
            (paper, text[d.short_start : d.short_end], text[d.long_start : d.long_end]) for d in definitions(text)
        ]
    extracted = Extracted(
        pd.DataFrame(findings, columns=["paper", "finding", "type", "role", "confidence", "role_confidence", "gold"]),
        pd.DataFrame(
            mentions,
            columns=["paper", "finding", "start", "end", "text", "confidence", "sentence_start", "sentence_end"],
        ),
        pd.DataFrame(sorted(set(pairs)), columns=["paper", "short", "long"], dtype=object),
    )
    return papers, extracted


if __name__ == "__main__":
    write(learn(*tables_of([paper for path in sys.argv[1:] for paper in read_gold(Path(path))])))
