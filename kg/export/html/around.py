"""The part of the graph around one entity or paper, as a graph of its own."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kg.model import KgError, Tables


def around(tables: Tables, name: str, *, depth: int = 2, papers: int = 200) -> Tables:
    """What is within ``depth`` links of the entity or paper that ``name`` means, with at most ``papers`` papers.

    ``name`` is an id, an entity's name or other name, or a title. Papers are taken nearest first, and among those
    equally near the ones with the strongest links. Raises :class:`KgError` where nothing has that name.
    """
    if depth < 1 or papers < 1:
        raise KgError("--depth and --papers must be at least 1")
    start, is_paper = find(tables, name)
    named = tables.links[(tables.links["source_kind"] == "paper") & (tables.links["target_kind"] == "entity")]
    kept = [start] if is_paper else []
    near = [] if is_paper else [start]
    seen = set(kept)
    for _ in range(depth):
        if kept and not near:
            near = named.loc[named["source"].isin(kept), "target"].drop_duplicates().tolist()
        found = named[named["target"].isin(near) & ~named["source"].isin(list(seen))]
        strength = found.assign(n=_strength(found, tables.entities)).groupby("source")["n"].sum()
        best = strength.reset_index().sort_values(["n", "source"], ascending=[False, True], kind="stable")
        fresh = best["source"].head(papers - len(kept)).tolist()
        kept += fresh
        seen.update(fresh)
        if not fresh or len(kept) >= papers:
            break
        near = named.loc[named["source"].isin(fresh), "target"].drop_duplicates().tolist()
    return subset(tables, set(kept))


def _strength(links: pd.DataFrame, entities: pd.DataFrame) -> Any:
    """What a link says of nearness: confidence, more where the paper introduces, and where the entity is rare."""
    rarity = 1 / (1 + links["target"].map(entities.set_index("id")["papers"]).fillna(1)) ** 0.5
    introduces = (links["relation"] == "introduces") * 2
    return links["confidence"] * rarity * (1 + introduces)


def find(tables: Tables, name: str) -> tuple[str, bool]:
    """The id that ``name`` means, and whether it is a paper's: exact ids first, then names and titles in any case."""
    papers, entities, names = tables.papers, tables.entities, tables.names
    if (papers["id"] == name).any():
        return name, True
    for identifier in (name, f"entity/{name}"):
        if (entities["id"] == identifier).any():
            return identifier, False
        old = tables.aliases[tables.aliases["old"] == identifier]
        if len(old):
            return str(old["entity"].iloc[0]), False
    wanted = name.casefold().strip()
    best = entities[entities["name"].str.casefold() == wanted].sort_values(["papers", "id"], ascending=[False, True])
    if len(best):
        return str(best["id"].iloc[0]), False
    other = names[names["name"].str.casefold() == wanted].sort_values(["count", "entity"], ascending=[False, True])
    if len(other):
        return str(other["entity"].iloc[0]), False
    titled = papers[papers["title"].str.casefold().str.strip() == wanted]
    if len(titled):
        return str(titled["id"].iloc[0]), True
    raise KgError(f"{name}: no entity or paper has this name or id; look it up with: kg show {name!r}")


def subset(tables: Tables, kept: set[str]) -> Tables:
    """The graph of some papers: they, what they name, and the links among all these."""
    links = tables.links
    papers = tables.papers[tables.papers["id"].isin(kept)].reset_index(drop=True)
    from_papers = (links["source_kind"] == "paper") & links["source"].isin(kept)
    to_entity = from_papers & (links["target_kind"] == "entity")
    entities_kept = set(links.loc[to_entity, "target"])
    to_paper = from_papers & (links["target_kind"] == "paper") & links["target"].isin(kept)
    among = (
        (links["source_kind"] == "entity") & links["source"].isin(entities_kept) & links["target"].isin(entities_kept)
    )
    among &= links["paper"].isna() | links["paper"].isin(kept)
    links = links[to_entity | to_paper | among].reset_index(drop=True)
    entities = tables.entities[tables.entities["id"].isin(entities_kept)].reset_index(drop=True)
    counts = tables.links.loc[to_entity].groupby("target")["source"].nunique()
    entities = entities.assign(papers=entities["id"].map(counts).fillna(0).astype(int))
    communities = tables.communities.assign(
        papers=tables.communities["id"].map(papers["community"].value_counts()).fillna(0).astype(int),
        entities=tables.communities["id"].map(entities["community"].value_counts()).fillna(0).astype(int),
    )
    communities = communities[(communities["papers"] > 0) | (communities["entities"] > 0)].reset_index(drop=True)
    return Tables(
        papers=papers,
        entities=entities,
        names=tables.names[tables.names["entity"].isin(entities_kept)].reset_index(drop=True),
        mentions=tables.mentions[tables.mentions["paper"].isin(kept)].reset_index(drop=True),
        links=links,
        communities=communities,
        aliases=tables.aliases[tables.aliases["entity"].isin(entities_kept)].reset_index(drop=True),
        info={**tables.info, "papers": len(papers), "entities": len(entities), "links": len(links)},
    )
