"""Findings to the graph: every paper, entity and link between them, as tables."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.forks import Forks
from kg.graph.arrays import Ids, Ints, firsts, ids_of, order_of, row_numbers
from kg.graph.bridges import paper_links
from kg.graph.cluster import find_communities
from kg.graph.dates import date_bounds
from kg.graph.evidence import best_sentences, rows_of
from kg.graph.proper import proper_entities
from kg.graph.relations import broader_links, co_occurrence_links, result_links
from kg.graph.shares import shared_links
from kg.model import INFERRED, STATED, Extracted, Resolved, Role, Tables

PRECEDENCE = pd.Index([role.value for role in Role])
"""The roles, the strongest first: the order of the annotation guidelines."""

FORK_FROM = 2_000
"""Papers from which some links, and communities, are found beside the others: below, it is done before it pays."""

LINK_COLUMNS = [
    *("source", "relation", "target", "source_kind", "target_kind", "confidence", "extraction", "weight"),
    *("via", "paper", "start", "end", "presence"),
]


def link(
    papers: pd.DataFrame, extracted: Extracted, resolved: Resolved, *, info: dict[str, Any] | None = None
) -> Tables:
    """Make the graph: papers to entities, papers to papers, entities to entities, and the communities among them.

    ``papers`` has the columns of :attr:`kg.model.Tables.papers`, but for ``community``; ``info`` are facts of the build
    that go into :attr:`kg.model.Tables.info` beside the counts. The same input gives the same tables, whatever the
    order of its rows.

    Inside, papers and entities are the numbers of their rows; names come back at the end. That keeps a corpus of
    75,000 papers in a few hundred megabytes.
    """
    papers = papers.sort_values("id", ignore_index=True)
    entities = resolved.entities.sort_values("id", ignore_index=True)[["id", "name", "type"]]
    paper_ids, entity_ids = pd.Index(papers["id"]), pd.Index(entities["id"])

    known = _numbered_findings(resolved, paper_ids, entity_ids)
    mentions = _mentions(extracted, known, paper_ids)
    chosen = _paper_entity(extracted, known, mentions, paper_ids)
    dates = date_bounds(papers["date"])
    names_of_papers = chosen.groupby("entity")["paper"].size().reindex(range(len(entities)), fill_value=0)
    types = entities["type"].to_numpy(dtype=object)
    processes = 2 if len(papers) >= FORK_FROM else 1
    inferred = [partial(shared_links, chosen, types, papers), partial(co_occurrence_links, chosen, types, len(papers))]
    with Forks([lambda: [infer() for infer in inferred]], processes) as meanwhile:
        stated = best_sentences(chosen, mentions, papers)
        broader = broader_links(resolved.broader, entities, names_of_papers.to_numpy(dtype=np.int64))
        proper = proper_entities(entities, resolved.names)
        between_papers, origin = paper_links(stated, mentions, entities, papers, dates, broader, proper)
        with Forks([partial(find_communities, stated, between_papers, papers, entities)], processes) as beside:
            results = result_links(stated, mentions, entities, proper, origin, papers)
            [(paper_community, entity_community, table)] = beside.results()
        [weak] = meanwhile.results()
    weak = _within_budget(weak, len(stated) + len(between_papers) - len(results) - len(broader))

    papers = papers.assign(community=paper_community)
    entities = entities.assign(
        papers=names_of_papers.to_numpy(),
        year=_years_of(origin, papers["year"]),
        introduced_by=pd.Series(ids_of(paper_ids, origin), dtype=object),
        community=entity_community,
    )

    relations = stated.rename(columns={"paper": "source", "role": "relation", "entity": "target"})
    groups = [
        ("paper", "entity", STATED, relations.assign(paper=relations["source"])),
        ("paper", "paper", STATED, between_papers[between_papers["said"]]),
        ("paper", "paper", INFERRED, between_papers[~between_papers["said"]]),
        ("paper", "paper", INFERRED, weak[0]),
        ("entity", "entity", INFERRED, broader),
        ("entity", "entity", INFERRED, results),
        ("entity", "entity", INFERRED, weak[1]),
    ]
    links = _assemble(groups, paper_ids, entity_ids)
    named_mentions = mentions.assign(
        paper=paper_ids.array[mentions["paper"].to_numpy()], entity=entity_ids.array[mentions["entity"].to_numpy()]
    )[["paper", "entity", "start", "end", "text", "confidence", "sentence_start", "sentence_end"]]
    counts = {"papers": len(papers), "entities": len(entities), "mentions": len(mentions), "links": len(links)}
    by_relation = links.groupby(["source_kind", "relation", "target_kind"], as_index=False).size()
    of_kinds = {" ".join(kinds): int(count) for *kinds, count in by_relation.itertuples(index=False)}
    return Tables(
        papers=papers,
        entities=entities,
        names=_sorted_names(resolved.names),
        mentions=named_mentions.astype({"paper": "str", "entity": "str"}),
        links=links,
        communities=table,
        aliases=resolved.aliases.sort_values(["old", "entity"], ignore_index=True),
        info={**(info or {}), **counts, "relations": of_kinds},
    )


def _numbered_findings(resolved: Resolved, paper_ids: Ids, entity_ids: Ids) -> pd.DataFrame:
    """Which entity each finding is, sorted by paper and finding: ``paper`` and ``entity`` as row numbers."""
    known = resolved.assignment
    numbered = pd.DataFrame(
        {
            "paper": row_numbers(paper_ids, known["paper"]),
            "finding": known["finding"].to_numpy(),
            "entity": row_numbers(entity_ids, known["entity"]),
        }
    )
    return numbered.iloc[order_of(numbered, "paper", "finding")]


def _numbered(rows: pd.DataFrame, known: pd.DataFrame, paper_ids: Ids) -> pd.DataFrame:
    """Those of the rows whose ``paper`` and ``finding`` are an entity, with the row numbers of paper and ``entity``."""
    size = int(max(rows["finding"].max(), known["finding"].max())) + 1 if len(rows) and len(known) else 1
    paper = row_numbers(paper_ids, rows["paper"])
    wanted, keys = paper * size + rows["finding"].to_numpy(), (known["paper"] * size + known["finding"]).to_numpy()
    place = np.searchsorted(keys, wanted)
    entity = np.append(known["entity"].to_numpy(), -1)[place]
    there = (paper >= 0) & (entity >= 0) & (np.append(keys, -1)[place] == wanted)
    numbered: pd.DataFrame = rows[there].assign(paper=paper[there], entity=entity[there])
    return numbered


def _mentions(extracted: Extracted, known: pd.DataFrame, paper_ids: Ids) -> pd.DataFrame:
    """Mentions with the row numbers of their paper and entity, sorted by paper and start."""
    found = _numbered(extracted.mentions, known, paper_ids)
    ordered = found.iloc[order_of(found, "paper", "start", "end", "-confidence", "finding")]
    kept: pd.DataFrame = ordered[firsts(ordered, "paper", "start", "end")]
    return kept.reset_index(drop=True)


def _paper_entity(extracted: Extracted, known: pd.DataFrame, mentions: pd.DataFrame, paper_ids: Ids) -> pd.DataFrame:
    """One row a paper and entity that it mentions: ``role``, ``confidence``, ``presence``, ``type`` and ``weight``.

    Where several findings of a paper are the same entity, the strongest role stands, unless it is less than half as
    sure as the surest one.
    """
    found = _numbered(extracted.findings, known, paper_ids)
    found["sure"] = (found["confidence"] * found["role_confidence"]).clip(0.0, 1.0)
    found["rank"] = row_numbers(PRECEDENCE, found["role"])
    found = found.iloc[order_of(found, "paper", "entity", "rank", "-sure", "finding")]
    starts = np.flatnonzero(firsts(found, "paper", "entity"))
    of_one = np.diff(np.append(starts, len(found)))
    surest, found["presence"] = (
        np.repeat(np.maximum.reduceat(found[column].to_numpy(), starts), of_one) if len(starts) else found[column]
        for column in ("sure", "confidence")
    )
    found = found[(found["sure"] >= surest / 2).to_numpy()]
    chosen = found[firsts(found, "paper", "entity")].reset_index(drop=True)
    chosen = chosen[["paper", "entity", "role", "sure", "type", "presence"]].rename(columns={"sure": "confidence"})
    chosen["weight"] = 1.0
    mentioned = np.zeros(len(chosen) + 1, dtype=bool)
    mentioned[rows_of(mentions, chosen)] = True
    return chosen[mentioned[:-1]].reset_index(drop=True)


def _years_of(origin: Ints, years: pd.Series[Any]) -> pd.Series[Any]:
    """Of each entity, the year of the paper that introduces it, missing without one: first named is not new."""
    return years.astype("Int64").reindex(origin).reset_index(drop=True)


def _within_budget(frames: list[pd.DataFrame], budget: int) -> list[pd.DataFrame]:
    """Drop the weakest of the inferred links, so that they never outnumber what sentences say."""
    total = sum(len(frame) for frame in frames)
    if total <= budget:
        return frames
    share = max(budget, 0) / total
    return [_strongest(frame, int(len(frame) * share)) for frame in frames]


def _strongest(frame: pd.DataFrame, n: int) -> pd.DataFrame:
    return frame.sort_values(["weight", "source", "target"], ascending=[False, True, True]).head(n)


def _assemble(groups: list[tuple[str, str, str, pd.DataFrame]], paper_ids: Ids, entity_ids: Ids) -> pd.DataFrame:
    """All links in one table, with ids instead of row numbers, in the order that :class:`kg.model.Tables` promises."""
    parts = []
    for source_kind, target_kind, extraction, group in groups:
        part = group.assign(source_kind=source_kind, target_kind=target_kind, extraction=extraction)
        for column, missing in {"via": -1, "paper": -1, "start": -1, "end": -1, "presence": np.nan}.items():
            if column not in part:
                part[column] = missing
        parts.append(part[LINK_COLUMNS])
    links = pd.concat(parts, ignore_index=True)
    from_paper, to_paper = ((links[f"{end}_kind"] == "paper").to_numpy() for end in ("source", "target"))
    # ids are sorted in both tables, so that row numbers sort as ids do; paper and entity ids mix in one column only
    # where the kind of the target differs under one relation (compares_with), and there ids decide.
    ids = pa.chunked_array([pa.array(ids, pa.large_string()) for ids in (paper_ids, entity_ids)]).combine_chunks()
    ranks = _common_ranks(ids, len(paper_ids))
    target = links["target"].to_numpy()
    target_rank = np.where(to_paper, ranks[0][np.where(to_paper, target, 0)], ranks[1][np.where(to_paper, 0, target)])
    relation_rank = pd.factorize(links["relation"], sort=True)[0]
    ranked = links.assign(kind=(~from_paper).astype("int8"), rank=relation_rank, end=target_rank)
    order = order_of(ranked, "kind", "source", "rank", "end", "paper")
    links, from_paper, to_paper = links.iloc[order].reset_index(drop=True), from_paper[order], to_paper[order]
    for end, is_paper in (("source", from_paper), ("target", to_paper)):
        number = links[end].to_numpy(dtype=np.int64)
        links[end] = pd.array(ids.take(pa.array(np.where(is_paper, number, number + len(paper_ids)))), dtype="str")
    links["via"] = pd.Series(ids_of(entity_ids, links["via"]), dtype=object)
    links["paper"] = pd.Series(ids_of(paper_ids, links["paper"]), dtype=object)
    for column in ("confidence", "weight"):
        links[column] = links[column].astype("float64").round(4)
    links["presence"] = links["presence"].astype("float64")
    text = ["relation", "source_kind", "target_kind", "extraction"]
    return links.astype(dict.fromkeys(text, "str") | {"start": "int64", "end": "int64"})


def _common_ranks(ids: pa.Array, n_papers: int) -> tuple[Ints, Ints]:
    """The place of each paper id and each entity id in their common order; papers come first in ``ids``."""
    ranks = pc.rank(ids, "ascending", tiebreaker="dense").to_numpy().astype(np.int64)
    return np.append(ranks[:n_papers], 0), np.append(ranks[n_papers:], 0)


def _sorted_names(names: pd.DataFrame) -> pd.DataFrame:
    """The names as :class:`kg.model.Resolved` promises them. Arrow sorts strings eight times as fast as pandas."""
    order = [("entity", "ascending"), ("count", "descending"), ("name", "ascending")]
    columns = pa.table({column: pa.array(names[column]) for column, _ in order})
    in_order: pd.DataFrame = names.iloc[pc.sort_indices(columns, sort_keys=order).to_numpy()]
    return in_order.reset_index(drop=True)
