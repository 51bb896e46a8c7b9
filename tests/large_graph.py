"""A graph of 75,000 papers, shaped like one that was built from as many real abstracts, for the tests of speed.

What it says is invented; how much there is of what is not: entities a type, papers an entity (one is named by 22,000,
half by one paper), roles, years, relations. The same for the same size.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kg.model import Tables

TYPES = {"Method": 0.575, "Task": 0.255, "Model": 0.08, "Benchmark": 0.038, "Dataset": 0.027, "Metric": 0.025}
ROLES = {"addresses": 0.275, "uses": 0.247, "introduces": 0.15, "mentions": 0.115, "evaluates_on": 0.113}
ROLES |= {"reports": 0.071, "compares_with": 0.029}
YEARS = {2026: 0.45, 2025: 0.52, 2024: 0.02, 2023: 0.006, 2022: 0.004}
MOST = 22_000 / 75_000
"""Part of the papers that name the entity that most of them name."""
SENTENCES = 6


def large_tables(papers: int = 75_000) -> Tables:
    """The graph; half of the links between papers are of the 50 that most others build on."""
    rng = np.random.default_rng(7)
    entities = round(papers * 3.57)
    ids = np.array([f"{2200 + i // 20_000 * 100 + i % 12 + 1:04d}.{i:05d}" for i in range(papers)], dtype=object)
    keys = np.array([f"entity/e{i:06d}" for i in range(entities)], dtype=object)
    types = rng.choice(list(TYPES), entities, p=list(TYPES.values()))
    year = rng.choice(list(YEARS), papers, p=list(YEARS.values()))
    texts = [
        [f"Sentence {s} of paper {i} speaks of things number {i % 997}." for s in range(SENTENCES)]
        for i in range(papers)
    ]
    titles = [f"A study of things that are called number {i}" for i in range(papers)]
    starts = np.array(
        [
            np.cumsum([len(title) + 1] + [len(s) + 1 for s in text[:-1]])
            for title, text in zip(titles, texts, strict=True)
        ]
    )
    lengths = np.array([[len(s) for s in text] for text in texts])

    # papers to entities: the r-th most named entity is named by so many papers
    named_by = np.maximum(1, np.round(MOST * papers * np.arange(1, entities + 1) ** -0.865)).astype(int)
    entity = np.repeat(np.arange(entities), named_by)
    paper = rng.integers(0, papers, len(entity))
    pairs = pd.DataFrame({"entity": entity, "paper": paper}).drop_duplicates(ignore_index=True)
    count = len(pairs)
    sentence = rng.integers(0, SENTENCES, count)
    start = starts[pairs["paper"], sentence]
    # what one paper alone names, it has mostly introduced; little of the rest is introduced by a paper of the graph
    names = list(ROLES)
    codes = rng.choice(len(names), count, p=list(ROLES.values()))
    alone = named_by[pairs["entity"]] == 1
    codes[(codes == names.index("introduces")) & ~alone & (rng.random(count) > 0.15)] = names.index("uses")
    codes[alone & (rng.random(count) < 0.35)] = names.index("introduces")
    roles = pd.Categorical.from_codes(codes, names)
    named = _links(ids[pairs["paper"]], roles.astype(object), keys[pairs["entity"]], "paper", "entity", rng)
    named = named.assign(
        extraction="stated", paper=ids[pairs["paper"]], start=start, end=start + lengths[pairs["paper"], sentence]
    )
    introducing = pairs[np.asarray(roles == "introduces")].drop_duplicates("entity").set_index("entity")["paper"]
    introduced_by = pd.Series(pd.NA, index=range(entities), dtype=object)
    introduced_by[introducing.index] = ids[introducing]

    def some(relation: str, number: int, low: int, high: int, kind: str, hubs: int = 0) -> pd.DataFrame:
        """Links of a kind, from the rows after ``low`` to earlier ones; half of them to the first ``hubs``."""
        nodes = ids if kind == "paper" else keys
        source = rng.integers(low, high, number)
        target = rng.integers(0, source)
        if hubs:
            target = np.where(rng.random(number) < 0.5, rng.integers(0, hubs, number), target)
        made = _links(nodes[source], relation, nodes[target], kind, kind, rng)
        return made.drop_duplicates(["source", "target"])

    scale = papers / 75_000
    between = [
        some("builds_on", round(6_000 * scale), 50, papers, "paper", hubs=50),
        some("compares_with", round(2_000 * scale), 50, papers, "paper", hubs=50),
        some("shares", round(150_000 * scale), 1, papers, "paper"),
        some("broader", round(100_000 * scale), 1000, entities, "entity", hubs=500),
        some("evaluated_on", round(43_000 * scale), 1000, entities, "entity", hubs=1000),
        some("compared_with", round(12_000 * scale), 500, entities, "entity", hubs=500),
        some("co_occurs", round(31_000 * scale), 1, min(entities, 5000), "entity"),
    ]
    links = pd.concat([named, *between], ignore_index=True)
    community = rng.integers(0, 35, papers)
    return Tables(
        papers=pd.DataFrame(
            {
                "id": ids,
                "title": titles,
                "abstract": [" ".join(text) for text in texts],
                "date": [f"{y}-{m:02}-15" for y, m in zip(year, rng.integers(1, 13, papers), strict=True)],
                "year": pd.array(year, dtype="Int64"),
                "authors": [[f"Author {i % 20_011}"] for i in range(papers)],
                "categories": [["cs.LG"]] * papers,
                "arxiv_id": ids,
                "doi": pd.Series([None] * papers, dtype=object),
                "url": pd.Series([None] * papers, dtype=object),
                "sources": [["made.jsonl"]] * papers,
                "community": community,
            }
        ),
        entities=pd.DataFrame(
            {
                "id": keys,
                "name": [f"Thing {i}" for i in range(entities)],
                "type": types,
                "papers": pairs.groupby("entity").size().reindex(range(entities), fill_value=0).to_numpy(),
                "year": pd.array(rng.choice(list(YEARS), entities, p=list(YEARS.values())), dtype="Int64"),
                "introduced_by": introduced_by,
                "community": rng.integers(0, 35, entities),
            }
        ),
        names=pd.DataFrame(
            {"entity": keys, "name": [f"thing-{i}" for i in range(entities)], "count": 1, "reason": "same name"}
        ),
        mentions=pd.DataFrame(columns=["paper", "entity", "start", "end", "text", "confidence"]),
        links=links,
        communities=pd.DataFrame(
            {
                "id": range(35),
                "name": [f"Community {i}" for i in range(35)],
                "papers": 1,
                "entities": 1,
                "x": 0.5,
                "y": 0.5,
            }
        ),
        aliases=pd.DataFrame({"old": [], "entity": []}, dtype=object),
        info={"kg_version": "0.1.0", "pipeline_version": "test"},
    )


def _links(source, relation, target, source_kind: str, target_kind: str, rng: np.random.Generator) -> pd.DataFrame:
    count = len(source)
    weight = 1.0 if target_kind == "entity" and source_kind == "paper" else rng.uniform(1, 9, count).round(4)
    return pd.DataFrame(
        {
            "source": source,
            "relation": relation,
            "target": target,
            "source_kind": source_kind,
            "target_kind": target_kind,
            "confidence": rng.uniform(0.5, 1, count).round(4),
            "extraction": "inferred",
            "weight": weight,
            "via": pd.Series([None] * count, dtype=object),
            "paper": pd.Series([None] * count, dtype=object),
            "start": -1,
            "end": -1,
        }
    )
