"""Lineages: what a method or model descends from, and what descends from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from kg.graph.arrays import Bools, Objects, among, ids_of, of_papers, row_numbers
from kg.graph.cards import evidence_texts, year_of
from kg.graph.kin import NAMED, kin, named_after
from kg.graph.names import find_entity
from kg.graph.proper import proper_entities
from kg.graph.relations import chief, crossed, standing
from kg.graph.says import said
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
    """``uses``: the paper that introduces the younger uses the older; ``version of``: by name; ``named after``: the
    younger one's name is made of the older one's; empty at the root."""
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

    def __str__(self) -> str:
        """Both trees as lines of text, a step further in where it is a step further away."""
        lines = []
        for title, root in (("descends from", self.ancestors), ("ancestor of", self.descendants)):
            lines += [f"{root.name} {title}" + ("" if root.branches else " nothing here")]
            lines += _beyond(root)
        return "\n".join(lines)


def _beyond(step: Branch) -> list[str]:
    """What is beyond a step as lines of text."""
    lines = []
    for branch in step.branches:
        year = f" {branch.year}" if branch.year else ""
        lines.append(f"  {branch.name}{year}  {branch.relation}  {branch.confidence:.2f}")
        if branch.sentence:
            lines.append(f"    “{branch.sentence}”")
        lines += [f"  {line}" for line in _beyond(branch)]
    return [*lines, f"  … and {step.more} more; width shows them"] if step.more else lines


def descent(tables: Tables) -> pd.DataFrame:
    """Who descends from whom: one row a pair of methods or models, the surest evidence first chosen.

    Columns ``child``, ``parent`` (entity ids), ``relation`` (``uses``, ``version of`` or ``named after``),
    ``confidence``, ``paper``, ``start``, ``end`` (of the evidence). ``child`` uses ``parent`` where the paper that
    introduces the child says, in words that mean it, that it uses the parent, and that sentence names the child or the
    paper is chiefly about it. It is named after the parent where that paper names the parent too, in whatever role
    (:mod:`kg.graph.kin`). Classes of things (``LLM``) and common nouns are nobody's parents.
    """
    entities, links, papers = tables.entities, tables.links, tables.papers
    paper_ids, entity_ids = pd.Index(papers["id"]), pd.Index(entities["id"])
    tools = entities["type"].isin(KINDS).to_numpy()
    named = np.zeros(len(entities), dtype=bool)
    named[tools] = proper_entities(entities[tools], tables.names)
    names = entities["name"].to_numpy(dtype=object)

    ends = among(links["target"], entities.loc[named, "id"]) & (links["source_kind"] == "paper").to_numpy()
    stated = links[ends].rename(columns={"relation": "role"})
    stated = stated[["role", "confidence", "start", "end", "presence"]].assign(
        paper=row_numbers(paper_ids, links.loc[ends, "source"]),
        entity=row_numbers(entity_ids, links.loc[ends, "target"]),
    )
    origin = row_numbers(paper_ids, entities["introduced_by"])
    introduces = (stated["role"] == "introduces").to_numpy()
    own = origin[stated["entity"].to_numpy()] == stated["paper"].to_numpy()
    made = stated.loc[introduces & own, ["paper", "entity", "confidence"]]
    others = of_papers(stated[~introduces], made["paper"])
    places = tables.mentions[["start", "end", "sentence_start", "sentence_end"]].assign(
        paper=row_numbers(paper_ids, tables.mentions["paper"]),
        entity=row_numbers(entity_ids, tables.mentions["entity"]),
    )
    places = of_papers(places, made["paper"])
    called = _called(made, others, names)
    # a contrast ("unlike LSTMs") is no descent: words have to say so
    used = said(others[others["role"] == "uses"].drop(columns="presence"), "builds_on", places, papers)
    made = chief(standing(made, places).assign(proper=True))
    pairs = crossed(made, used, places).rename(columns={"source": "child", "target": "parent"})
    pairs = pairs.assign(relation="uses", confidence=pairs["confidence"].round(4))
    pairs = pd.concat([pairs, called], ignore_index=True)
    year = entities["year"].to_numpy(dtype=float, na_value=np.nan)
    child, parent = (pairs[end].to_numpy(dtype=np.int64) for end in ("child", "parent"))
    pairs = pairs[(child != parent) & ~(year[parent] > year[child])]
    pairs = pairs.assign(
        child=ids_of(entity_ids, pairs["child"]),
        parent=ids_of(entity_ids, pairs["parent"]),
        paper=ids_of(paper_ids, pairs["paper"]),
    )

    versions = _versions(tables, tools, named)
    columns = ["child", "parent", "relation", "confidence", "paper", "start", "end"]
    both = pd.concat([versions[columns], pairs[columns]], ignore_index=True)
    both = both[
        ~pd.MultiIndex.from_frame(both[["parent", "child"]]).isin(versions.set_index(["child", "parent"]).index)
    ]
    both["rank"] = both["relation"].map({"uses": 0, "version of": 1, "named after": 2})
    both = both.sort_values(["child", "parent", "rank", "confidence"], ascending=[True, True, True, False])
    surest: pd.DataFrame = both.drop_duplicates(["child", "parent"], ignore_index=True)[columns]
    return surest


def _versions(tables: Tables, tools: Bools, named: Bools) -> pd.DataFrame:
    """Which of the tools are versions of which named ones, as rows of :func:`descent`."""
    entities, links = tables.entities, tables.links
    versions = links[
        (links["relation"] == "broader")
        & among(links["source"], entities.loc[tools, "id"])
        & among(links["target"], entities.loc[named, "id"])
    ]
    # "style LoRA" is a way to speak of LoRA, no version of it
    name = entities["name"].iloc[row_numbers(pd.Index(entities["id"]), versions["source"])].set_axis(versions.index)
    kept: pd.DataFrame = versions[~(name.str[:1].str.islower() & name.str.contains(" ", regex=False))]
    return kept.rename(columns={"source": "child", "target": "parent"}).assign(relation="version of")


def _called(made: pd.DataFrame, others: pd.DataFrame, names: Objects) -> pd.DataFrame:
    """What papers made and named after something else that they name, as rows of :func:`descent`, all numbers."""
    mine = made.rename(columns={"entity": "child", "confidence": "sure"})
    rows = kin(made, others, names).merge(mine, on=["paper", "child"])
    pairs: pd.DataFrame = rows.rename(columns={"entity": "parent"})
    return pairs.assign(confidence=(rows["sure"] * rows["presence"] * NAMED).round(4), relation="named after")


def _near(tables: Tables, root: str, depth: int) -> Tables:
    """The part of the tables that can lie within so many generations of an entity, which is small even in large ones.

    Ancestors are looked for among what the papers that introduce descendants use, or name and call them after;
    descendants among what the papers introduce that use ancestors, or call something after them.
    """
    entities, links = tables.entities, tables.links
    names = dict(zip(entities["id"], entities["name"], strict=True))
    uses, made, kinds = (links[links["relation"] == relation] for relation in ("uses", "introduces", "broader"))
    others = links[(links["source_kind"] == "paper") & (links["target_kind"] == "entity")]
    others = others[~others["relation"].isin(["uses", "introduces"])]
    nodes, papers = {root}, set()
    older, younger = {root}, {root}
    for _ in range(depth):
        makers = set(entities.loc[among(entities["id"], older), "introduced_by"].dropna())
        named = set(others.loc[among(others["source"], makers), "target"])
        older = (
            set(uses.loc[among(uses["source"], makers), "target"])
            | set(kinds.loc[among(kinds["source"], older), "target"])
            | {entity for entity in named if any(named_after(names[child], names[entity]) for child in older)}
        )
        users = set(uses.loc[among(uses["target"], younger), "source"])
        namers = set(others.loc[among(others["target"], younger), "source"]) - users
        theirs = set(entities.loc[among(entities["introduced_by"], namers), "id"])
        called = {entity for entity in theirs if any(named_after(names[entity], names[parent]) for parent in younger)}
        users |= set(entities.loc[among(entities["id"], called), "introduced_by"])
        younger = set(entities.loc[among(entities["introduced_by"], users), "id"]) | set(
            kinds.loc[among(kinds["target"], younger), "source"]
        )
        papers |= makers | users
        older, younger = older - nodes, younger - nodes
        nodes |= older | younger
    uses, made, others = (frame[among(frame["source"], papers)] for frame in (uses, made, others))
    others = others[among(others["target"], nodes)]
    kinds = kinds[among(kinds["source"], nodes) & among(kinds["target"], nodes)]
    nodes |= set(uses["target"]) | set(made["target"])
    return replace(
        tables,
        papers=tables.papers[among(tables.papers["id"], papers)],
        entities=entities[among(entities["id"], nodes)],
        names=tables.names[among(tables.names["entity"], nodes)],
        mentions=tables.mentions[among(tables.mentions["paper"], papers)],
        links=pd.concat([uses, made, others, kinds]),
    )


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
    tables = _near(tables, root, depth)
    pairs = descent(tables)
    facts = tables.entities.set_index("id")[["name", "year", "papers"]]
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
