"""A small graph with everything in it that a graph can have, for the tests of RDF, queries and the endpoint."""

from __future__ import annotations

import pandas as pd

from kg.model import Tables

PAPERS = [
    ("1706.03762", "Attention Is All You Need", "We propose the Transformer. It is tested on WMT 2014.", "2017-06-12"),
    ("1810.04805", "BERT: Deep Bidirectional Transformers", "We introduce BERT. BERT uses the Transformer.", "2018-10"),
    ("1907.11692", "RoBERTa", "We present RoBERTa. It builds on BERT and is evaluated on GLUE.", "2019"),
    ("10.1000/a b/ü", 'Quotes "and" \\slashes', "Line one\nline\ttwo \x00 \ud800 \u202eabc \u2028 end.", "2020-13-45"),
    ("title:0f", "ALBERT", "We propose ALBERT. It is compared with BERT on GLUE.", None),
]
ENTITIES = [  # id, name, type, papers, year, introduced_by
    ("entity/albert", "ALBERT", "Model", 1, None, "title:0f"),
    ("entity/bert", "BERT", "Model", 3, 2018, "1810.04805"),
    ("entity/bert-large", "BERT-large", "Model", 1, None, None),
    ("entity/c-ü", "C/Ü <x>", "Method", 1, None, None),
    ("entity/glue", "GLUE", "Benchmark", 2, None, None),
    ("entity/machine-translation", "machine translation", "Task", 1, None, None),
    ("entity/perplexity", "perplexity", "Metric", 1, None, None),
    ("entity/transformer", "Transformer", "Model", 2, 2017, "1706.03762"),
    ("entity/wmt-2014", "WMT 2014", "Dataset", 1, None, None),
]
NAMES = [
    ("entity/bert", "BERT"),
    ("entity/bert", "Bidirectional Encoder Representations from Transformers"),
    ("entity/transformer", "Transformer"),
    ("entity/transformer", "Transformers"),
]
STATED = [  # paper, relation, entity, words of the sentence
    ("1706.03762", "introduces", "entity/transformer", "We propose the Transformer."),
    ("1706.03762", "evaluates_on", "entity/wmt-2014", "It is tested on WMT 2014."),
    ("1706.03762", "addresses", "entity/machine-translation", "Attention Is All You Need"),
    ("1810.04805", "introduces", "entity/bert", "We introduce BERT."),
    ("1810.04805", "uses", "entity/transformer", "BERT uses the Transformer."),
    ("1907.11692", "uses", "entity/bert", "It builds on BERT and is evaluated on GLUE."),
    ("1907.11692", "evaluates_on", "entity/glue", "It builds on BERT and is evaluated on GLUE."),
    ("1907.11692", "reports", "entity/perplexity", "RoBERTa"),
    ("1907.11692", "mentions", "entity/bert-large", "It builds on BERT and is evaluated on GLUE."),
    ("10.1000/a b/ü", "mentions", "entity/c-ü", "Line one"),
    ("title:0f", "introduces", "entity/albert", "We propose ALBERT."),
    ("title:0f", "compares_with", "entity/bert", "It is compared with BERT on GLUE."),
    ("title:0f", "evaluates_on", "entity/glue", "It is compared with BERT on GLUE."),
]
COLUMNS = ["source", "relation", "target", "source_kind", "target_kind", "confidence", "extraction", "weight", "via"]
COLUMNS += ["paper", "start", "end"]
MENTION_COLUMNS = ["paper", "entity", "start", "end", "text", "confidence", "sentence_start", "sentence_end"]
NAME_COLUMNS = ["entity", "name", "count", "reason"]


def text_of(paper: str) -> str:
    return next(f"{title}\n{abstract}" for key, title, abstract, _ in PAPERS if key == paper)


def small_tables() -> Tables:
    papers = pd.DataFrame(
        {
            "id": [p[0] for p in PAPERS],
            "title": [p[1] for p in PAPERS],
            "abstract": pd.Series([p[2] for p in PAPERS], dtype=object),
            "date": pd.Series([p[3] for p in PAPERS], dtype=object),
            "year": pd.array([2017, 2018, 2019, 2020, None], dtype="Int64"),
            "authors": [["Ashish Vaswani", "Noam Shazeer"], ["Jacob Devlin"], [], ['O\'Neil "Q"'], []],
            "categories": [["cs.CL", "cs.LG"], ["cs.CL"], [], [], []],
            "arxiv_id": ["1706.03762", "1810.04805", "1907.11692", None, None],
            "doi": [None, "10.18653/v1/n19-1423", None, "10.1000/a b/ü", None],
            "url": ["https://arxiv.org/abs/1706.03762", None, None, "not a <url>", None],
            "sources": [["a.jsonl"], ["a.jsonl", "b.jsonl"], ["a.jsonl"], ["a.jsonl"], ["a.jsonl"]],
            "community": [0, 0, 1, -1, 1],
        }
    ).sort_values("id", ignore_index=True)
    entities = pd.DataFrame(
        {
            "id": [e[0] for e in ENTITIES],
            "name": [e[1] for e in ENTITIES],
            "type": [e[2] for e in ENTITIES],
            "papers": [e[3] for e in ENTITIES],
            "year": pd.array([e[4] for e in ENTITIES], dtype="Int64"),
            "introduced_by": pd.Series([e[5] for e in ENTITIES], dtype=object),
            "community": [1, 1, 1, -1, 1, 0, 1, 0, 0],
        }
    )
    links = []
    for paper, relation, entity, words in STATED:
        start = text_of(paper).index(words)
        links.append(
            (paper, relation, entity, "paper", "entity", 0.97, "stated", 1.0, None, paper, start, start + len(words))
        )
    uses = text_of("1810.04805").index("BERT uses")
    compares = text_of("title:0f").index("It is compared")
    links += [
        ("1810.04805", "builds_on", "1706.03762", "paper", "paper", 0.9, "stated", 1.0, "entity/transformer",
         "1810.04805", uses, uses + 26),
        ("1907.11692", "builds_on", "1810.04805", "paper", "paper", 0.85, "inferred", 1.0, "entity/bert", None, -1, -1),
        ("title:0f", "compares_with", "1810.04805", "paper", "paper", 0.8, "stated", 1.0, "entity/bert", "title:0f",
         compares, compares + 33),
        ("1907.11692", "shares", "title:0f", "paper", "paper", 1.0, "inferred", 3.25, None, None, -1, -1),
        ("entity/bert-large", "broader", "entity/bert", "entity", "entity", 0.9, "inferred", 1.0, None, None, -1, -1),
        ("entity/bert", "broader", "entity/transformer", "entity", "entity", 0.7, "inferred", 1.0, None, None, -1, -1),
        ("entity/albert", "evaluated_on", "entity/glue", "entity", "entity", 0.9, "inferred", 1.0, None, "title:0f",
         compares, compares + 33),
        ("entity/albert", "compared_with", "entity/bert", "entity", "entity", 0.8, "inferred", 1.0, None, "title:0f",
         compares, compares + 33),
        ("entity/bert", "co_occurs", "entity/glue", "entity", "entity", 1.0, "inferred", 5.5, None, None, -1, -1),
    ]  # fmt: skip
    mentions = []
    for paper, _, entity, _ in STATED:
        name = next(e[1] for e in ENTITIES if e[0] == entity)
        start = text_of(paper).find(name)
        if start >= 0:
            mentions.append((paper, entity, start, start + len(name), name, 0.99, 0, len(text_of(paper))))
    return Tables(
        papers=papers,
        entities=entities,
        names=pd.DataFrame([(e, n, 2, "same name") for e, n in NAMES], columns=NAME_COLUMNS),
        mentions=pd.DataFrame(
            mentions,
            columns=["paper", "entity", "start", "end", "text", "confidence", "sentence_start", "sentence_end"],
        ),
        links=pd.DataFrame(links, columns=COLUMNS),
        communities=pd.DataFrame(
            [(0, "Transformer", 2, 3, 0.2, 0.3), (1, "BERT", 2, 5, 0.7, 0.6)],
            columns=["id", "name", "papers", "entities", "x", "y"],
        ),
        aliases=pd.DataFrame([("entity/bert-base", "entity/bert")], columns=["old", "entity"]),
        info={"kg_version": "0.1.0", "pipeline_version": "abc", "papers": 5},
    )
