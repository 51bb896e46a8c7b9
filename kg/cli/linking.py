"""What `kg evaluate --linking` computes: names resolved with gold mentions given.

``python -m kg.cli.linking GOLD.jsonl... --others MORE.jsonl...`` learns from annotated papers which wordings of one
paper are one thing, and writes that into the package (``kg/resolve/data/wordings.tsv``).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from kg.extract import sentences
from kg.extract.definitions import definitions
from kg.extract.tokens import blank
from kg.model import Extracted
from kg.resolve import linking_score
from kg.resolve.gazetteer import DATA
from kg.resolve.learn import learn
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
    nlp = blank()
    nlp.add_pipe("kg_sentences")
    for g in gold:
        text, paper = g.paper.text, g.paper.id
        findings += [(paper, i, e.type, e.role, 1.0, 1.0, e.name) for i, e in enumerate(g.entities)]
        of_text = nlp(text).user_data[sentences.KEY]
        mentions += [
            (paper, i, start, end, text[start:end], 1.0, *sentences.around(of_text, start, end))
            for (start, end), i in g.spans().items()
        ]
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


def _read(paths: list[Path]) -> list[GoldPaper]:
    return [paper for path in paths for paper in read_gold(path)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=learn.__doc__)
    parser.add_argument("gold", type=Path, nargs="+", help="papers whose names are the same for one thing everywhere")
    parser.add_argument("--others", type=Path, nargs="*", default=[], help="papers whose names are those of the paper")
    given = parser.parse_args()
    others = tables_of(_read(given.others))[1] if given.others else None
    learn(tables_of(_read(given.gold))[1], others).write(DATA / "wordings.tsv")
