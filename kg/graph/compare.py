"""Side by side: two entities compared, communities described, and who evaluates what on what."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from kg.graph.arrays import among
from kg.graph.cluster import common_from
from kg.graph.names import find_entity
from kg.model import EntityType, KgError, Tables

SHOWN = 8


def compare(tables: Tables, a: str, b: str, *, shown: int = SHOWN) -> pd.DataFrame:
    """Two entities side by side: who uses them, on what they were evaluated, against what they were set.

    One row an aspect. Columns ``aspect``, one with each entity's name (what only it has, or its value), and ``both``;
    a name that another column has too gets its entity's id beside it: ``both (entity/both)``. Lists are names, the ones
    most papers name first, at most ``shown`` of them and how many more there are.
    """
    left, right = find_entity(tables, a), find_entity(tables, b)
    if left == right:
        raise KgError(f'"{a}" and "{b}" are the same: {left}')
    rows = tables.entities.set_index("id").loc[[left, right]]
    titles = tables.papers.set_index("id")["title"]
    labels = _labels(tables, [left, right], ["aspect", "both"])
    table = []
    for aspect, values in (
        ("type", list(rows["type"])),
        ("year", ["" if pd.isna(year) else str(year) for year in rows["year"]]),
        ("introduced by", ["" if pd.isna(paper) else str(titles[paper]) for paper in rows["introduced_by"]]),
        ("papers", [str(count) for count in rows["papers"]]),
    ):
        table.append([aspect, *values, values[0] if values[0] == values[1] and aspect == "type" else ""])
    for aspect, sides in _aspects(tables, left, right).items():
        one, other = sides
        parts = [one - other, other - one, one & other]
        table.append([aspect, *(_listed(tables, part, shown) for part in parts)])
    return pd.DataFrame(table, columns=["aspect", *labels, "both"])


def _labels(tables: Tables, entities: list[str], taken: list[str]) -> list[str]:
    """What columns about entities are called: their names, with the id where another column has that name."""
    names = _names(tables, entities)
    used = Counter([*taken, *names])
    return [f"{name} ({entity})" if used[name] > 1 else name for name, entity in zip(names, entities, strict=True)]


def _names(tables: Tables, entities: list[str]) -> list[str]:
    """What these entities are called."""
    chosen = tables.entities[among(tables.entities["id"], set(entities))]
    name_of = dict(zip(chosen["id"], chosen["name"], strict=True))
    return [name_of[entity] for entity in entities]


def _aspects(tables: Tables, left: str, right: str) -> dict[str, tuple[set[str], set[str]]]:
    links = tables.links
    links = links[links["source"].isin([left, right]) | links["target"].isin([left, right])]
    from_papers = links[links["source_kind"] == "paper"]

    def ends(rows: pd.DataFrame, at: str, end: str) -> tuple[set[str], set[str]]:
        return set(rows.loc[rows[at] == left, end]), set(rows.loc[rows[at] == right, end])

    def both_ends(rows: pd.DataFrame) -> tuple[set[str], set[str]]:
        there, back = ends(rows, "source", "target"), ends(rows, "target", "source")
        return there[0] | back[0], there[1] | back[1]

    entity_links = links[links["source_kind"] == "entity"]
    aspects = {
        "used by": ends(from_papers[from_papers["relation"] == "uses"], "target", "source"),
        "compared with by": ends(from_papers[from_papers["relation"] == "compares_with"], "target", "source"),
        "addressed by": ends(from_papers[from_papers["relation"] == "addresses"], "target", "source"),
        "evaluated on": ends(entity_links[entity_links["relation"] == "evaluated_on"], "source", "target"),
        "set against": both_ends(entity_links[entity_links["relation"] == "compared_with"]),
        "named together with": both_ends(entity_links[entity_links["relation"] == "co_occurs"]),
    }
    return {aspect: sides for aspect, sides in aspects.items() if sides[0] or sides[1]}


def _listed(tables: Tables, nodes: set[str], shown: int) -> str:
    entities = tables.entities[tables.entities["id"].isin(nodes)].sort_values(["papers", "id"], ascending=[False, True])
    papers = tables.papers[tables.papers["id"].isin(nodes)].sort_values(["date", "id"], ascending=[False, True])
    names = [*entities["name"], *papers["title"]]
    more = f" … and {len(names) - shown} more" if len(names) > shown else ""
    return "; ".join(names[:shown]) + more


def table(
    tables: Tables, *, rows: str = "Method", columns: str = "Benchmark", n: int = 20, m: int = 10
) -> pd.DataFrame:
    """Who was evaluated on what: entities of one type by entities of another, a cell counts the papers that say so.

    The ``n`` rows and ``m`` columns with the most entries. The first column has the row's name; ids are in the
    attributes ``row_ids`` and ``column_ids`` of ``DataFrame.attrs``. Types for rows are Model, Method; for columns
    Benchmark, Dataset, Task; ``compared_with`` fills the table where the columns are Model or Method. Where two columns
    would have one name, each has its entity's id beside it.
    """
    kinds = [kind.value for kind in EntityType]
    for kind in (rows, columns):
        if kind not in kinds:
            raise KgError(f'there is no type "{kind}"; the types are {", ".join(kinds)}')
    relation = "compared_with" if columns in ("Model", "Method") else "evaluated_on"
    entities, links = tables.entities, tables.links
    links = links[(links["relation"] == relation) & (links["source_kind"] == "entity")]
    above, beside = (entities.loc[entities["type"] == kind, "id"] for kind in (columns, rows))
    links = links[among(links["source"], beside) & among(links["target"], above)]
    if links.empty:
        raise KgError(f"no {rows} was {relation.replace('_', ' ')} a {columns} in this graph; try other types")
    across = _most(links["target"], m)
    down = _most(links.loc[links["target"].isin(across), "source"], n)
    counts = links.groupby(["source", "target"])["paper"].nunique().unstack(fill_value=0)
    counts = counts.reindex(index=down, columns=across, fill_value=0).astype(int)
    result = counts.set_axis(_labels(tables, across, [rows]), axis=1).reset_index(drop=True)
    result.insert(0, rows, _names(tables, down))
    result.attrs.update(row_ids=down, column_ids=across)
    return result


def _most(nodes: pd.Series[str], n: int) -> list[str]:
    """The most frequent values, ties in their own order."""
    counts = nodes.value_counts().rename_axis("node").reset_index(name="n")
    return [str(node) for node in counts.sort_values(["n", "node"], ascending=[False, True])["node"].head(n)]


def communities(tables: Tables, *, members: int = 5) -> pd.DataFrame:
    """The communities, those of most papers first, with what they are about.

    Columns ``id``, ``name``, ``papers``, ``entities``, ``years`` (first and last of its papers), ``members`` (the
    entities that most of all papers name, of this community, without metrics and what is common everywhere), ``paper``
    (on which most others of the community build, two at least).
    """
    entities = tables.entities.sort_values(["papers", "id"], ascending=[False, True])
    entities = entities[(entities["type"] != "Metric") & (entities["papers"] <= common_from(len(tables.papers)))]
    chief = entities.groupby("community")["name"].agg(lambda names: ", ".join(names.head(members)))
    community = tables.papers.set_index("id")["community"]
    builds = tables.links[tables.links["relation"] == "builds_on"]
    within = (builds["source"].map(community) == builds["target"].map(community)).to_numpy()
    papers = tables.papers.assign(built=tables.papers["id"].map(builds.loc[within, "target"].value_counts()))
    papers = papers[papers["built"] >= 2].sort_values(["built", "id"], ascending=[False, True])
    central = papers.groupby("community")["title"].first()
    years = tables.papers.groupby("community")["year"].agg(["min", "max"])
    spans = {
        number: ""
        if pd.isna(row["min"])
        else str(row["min"])
        if row["min"] == row["max"]
        else f"{row['min']}–{row['max']}"
        for number, row in years.iterrows()
    }
    table = tables.communities[["id", "name", "papers", "entities"]]  # numbered by their papers and entities together
    table = table.sort_values(["papers", "entities", "id"], ascending=[False, False, True], ignore_index=True)
    table["years"] = table["id"].map(spans).fillna("")
    table["members"] = table["id"].map(chief).astype(object).fillna("")
    table["paper"] = table["id"].map(central).astype(object).fillna("")
    return table
