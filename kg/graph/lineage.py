"""Lineages: what a method or model descends from, and what descends from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import pandas as pd

from kg.graph.cards import evidence_texts, origin_years, year_of
from kg.graph.names import find_entity
from kg.graph.proper import proper_entities
from kg.graph.relations import chief, crossed, standing
from kg.model import Tables

KINDS = ("Model", "Method")


@dataclass(frozen=True)
class Branch:
    """A step of a lineage: an entity, what says that it belongs here, and the steps beyond it."""

    id: str
    name: str
    year: int | None
    """Of the paper that introduces it, None where no paper here does."""
    relation: str = ""
    """``uses``: the paper that introduces the younger uses the older; ``version of``: by name; empty at the root."""
    paper: str = ""
    """The paper whose sentence says so; empty for versions."""
    sentence: str = ""
    confidence: float = 1.0
    branches: list[Branch] = field(default_factory=list)
    more: int = 0
    """How many further branches were left out."""

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Branch]]:
        """This step and all beyond it, with their depth."""
        yield depth, self
        for branch in self.branches:
            yield from branch.walk(depth + 1)


@dataclass(frozen=True)
class Lineage:
    """Two trees from the same root: back in time, and forward."""

    ancestors: Branch
    descendants: Branch


def descent(tables: Tables) -> pd.DataFrame:
    """Who descends from whom: one row a pair of methods or models, the surest evidence first chosen.

    Columns ``child``, ``parent`` (entity ids), ``relation`` (``uses`` or ``version of``), ``confidence``, ``paper``,
    ``start``, ``end`` (of the evidence). ``child`` uses ``parent`` where the paper that introduces the child says that
    it uses the parent, and that sentence names the child or the paper is chiefly about it. Classes of things (``LLM``)
    and common nouns are nobody's parents.
    """
    entities, links = tables.entities, tables.links
    kin = entities[entities["type"].isin(KINDS)]
    named = kin[proper_entities(kin, tables.names)]
    origin = named.dropna(subset=["introduced_by"])[["id", "introduced_by"]]
    made = links[links["relation"] == "introduces"]
    made = made.merge(origin, left_on=["target", "source"], right_on=["id", "introduced_by"])
    used = links[(links["relation"] == "uses") & links["target"].isin(named["id"])]
    ends = {"source": "paper", "target": "entity"}
    made = made[["source", "target", "confidence"]].rename(columns=ends)
    used = used[["source", "target", "confidence", "start", "end"]].rename(columns=ends)
    made = chief(standing(made, tables.mentions).assign(proper=True))
    pairs = crossed(made, used, tables.mentions).rename(columns={"source": "child", "target": "parent"})
    pairs = pairs.assign(relation="uses", confidence=pairs["confidence"].round(4))
    year = entities.set_index("id")["year"]
    older = pairs["parent"].map(year) > pairs["child"].map(year)
    pairs = pairs[(pairs["child"] != pairs["parent"]) & ~older.fillna(False)]

    versions = links[
        (links["relation"] == "broader") & links["source"].isin(kin["id"]) & links["target"].isin(named["id"])
    ]
    versions = versions.rename(columns={"source": "child", "target": "parent"}).assign(relation="version of")
    columns = ["child", "parent", "relation", "confidence", "paper", "start", "end"]
    both = pd.concat([versions[columns], pairs[columns]], ignore_index=True)
    both = both.sort_values(["child", "parent", "relation", "confidence"], ascending=[True, True, False, False])
    return both.drop_duplicates(["child", "parent"], ignore_index=True)


def descent_graph(tables: Tables) -> nx.DiGraph[str]:
    """The same as a graph, from parent to child; nodes have ``name``, ``type``, ``year`` and ``papers``."""
    pairs = descent(tables)
    graph: nx.DiGraph[str] = nx.DiGraph()
    known = tables.entities[tables.entities["id"].isin([*pairs["child"], *pairs["parent"]])]
    for row in known.to_dict("records"):
        year = year_of(row["year"])
        graph.add_node(row["id"], name=row["name"], type=row["type"], year=year, papers=int(row["papers"]))
    for row in pairs.to_dict("records"):
        paper = None if pd.isna(row["paper"]) else row["paper"]
        graph.add_edge(row["parent"], row["child"], relation=row["relation"], confidence=row["confidence"], paper=paper)
    return graph


def lineage(tables: Tables, name: str, *, depth: int = 3, width: int = 8) -> Lineage:
    """The ancestors and descendants of the method or model of this name, ``depth`` generations each way.

    Each stands once, where it is nearest to the root; of more than ``width`` branches the ones that most papers name
    are kept. Raises :class:`kg.model.KgError` where nothing has the name.
    """
    root = find_entity(tables, name)
    pairs = descent(tables)
    entities = tables.entities.assign(year=origin_years(tables, tables.entities))
    facts = entities.set_index("id")[["name", "year", "papers"]]
    return Lineage(
        _grow(tables, facts, pairs.rename(columns={"child": "here", "parent": "next"}), root, depth, width),
        _grow(tables, facts, pairs.rename(columns={"parent": "here", "child": "next"}), root, depth, width),
    )


def _grow(tables: Tables, facts: pd.DataFrame, pairs: pd.DataFrame, root: str, depth: int, width: int) -> Branch:
    """Breadth first from the root, then assembled from the leaves."""
    pairs = pairs.assign(papers=pairs["next"].map(facts["papers"]))
    seen, level, kept = {root}, [root], []
    left_out: dict[str, int] = {}
    for _ in range(depth):
        rows = pairs[pairs["here"].isin(level) & ~pairs["next"].isin(seen)]
        rows = rows.sort_values(["papers", "confidence", "next", "here"], ascending=[False, False, True, True])
        rows = rows.drop_duplicates("next")
        rank = rows.groupby("here").cumcount()
        for node in rows.loc[rank >= width, "here"]:
            left_out[node] = left_out.get(node, 0) + 1
        rows = rows[rank < width]
        kept.append(rows)
        level = rows["next"].tolist()
        seen |= set(level)
    chosen = pd.concat(kept, ignore_index=True) if kept else pairs.head(0)
    chosen = chosen.assign(sentence=evidence_texts(tables, chosen))
    children: dict[str, list[dict[str, Any]]] = {}
    for row in chosen.to_dict("records"):
        children.setdefault(row["here"], []).append({str(key): value for key, value in row.items()})

    def branch(node: str, row: dict[str, Any] | None) -> Branch:
        evidence = row or {"relation": "", "paper": "", "sentence": "", "confidence": 1.0}
        return Branch(
            id=node,
            name=str(facts.loc[node, "name"]),
            year=year_of(facts["year"][node]),
            relation=evidence["relation"],
            paper="" if pd.isna(evidence["paper"]) else evidence["paper"],
            sentence=evidence["sentence"],
            confidence=float(evidence["confidence"]),
            branches=[branch(next_row["next"], next_row) for next_row in children.get(node, [])],
            more=left_out.get(node, 0),
        )

    return branch(root, None)
