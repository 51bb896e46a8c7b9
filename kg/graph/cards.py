"""All that the graph knows of one entity or paper, on a card: what ``kg show`` prints."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from kg.graph.names import find, is_entity
from kg.model import Role, Tables, text_of


@dataclass(frozen=True)
class Item:
    """One line of a card: another node, and the sentence that links it."""

    id: str
    name: str
    year: int | None
    confidence: float
    sentence: str
    """Evidence, as it stands in the paper; empty where the link is inferred."""
    via: str = ""
    """The name of the entity through which two papers are linked."""


@dataclass(frozen=True)
class Section:
    """Items of one relation, the surest first."""

    title: str
    total: int
    """How many there are; ``items`` has the first of them."""
    items: list[Item]

    @property
    def shown(self) -> str:
        """How many of how many ``items`` has; empty where it has all."""
        return f" ({len(self.items)} of {self.total:,})" if self.total > len(self.items) else ""


@dataclass(frozen=True)
class Card:
    """An entity or a paper."""

    id: str
    kind: str
    """``paper`` or the entity's type."""
    name: str
    """The entity's name, the paper's title."""
    year: int | None
    """Of the paper, or of the paper that introduces the entity."""
    facts: dict[str, str] = field(default_factory=dict)
    """What fits on a line: other names (how often, and why they are this entity), date, authors, community, papers."""
    sections: list[Section] = field(default_factory=list)

    def __str__(self) -> str:
        """The card as lines of text, as ``kg show`` prints it."""
        lines = [f"{self.name}  {self.kind}" + (f", {self.year}" if self.year else ""), self.id]
        lines += [f"{fact}: {value}" for fact, value in self.facts.items()]
        for section in self.sections:
            lines += ["", f"{section.title}{section.shown}"]
            for item in section.items:
                lines.append(f"  {_of_item(item)}")
                if item.sentence:
                    lines.append(f"    “{item.sentence}”")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The card in a notebook."""
        year = f", {self.year}" if self.year else ""
        title = f"{escape(self.name)} <small>{escape(self.kind)}{year}</small>"
        parts = [f"<h4>{title}</h4><p><code>{escape(self.id)}</code>"]
        parts += [f"<br>{escape(fact)}: {escape(value)}" for fact, value in self.facts.items()]
        for section in self.sections:
            items = [
                f"<li>{escape(_of_item(item))}" + (f"<br><i>“{escape(item.sentence)}”</i>" if item.sentence else "")
                for item in section.items
            ]
            parts.append(f"<p><b>{escape(section.title)}</b>{section.shown}</p><ul>{''.join(items)}</ul>")
        return "".join(parts)


def _of_item(item: Item) -> str:
    year, via = f" {item.year}" if item.year else "", f"  through {item.via}" if item.via else ""
    return f"{item.name}{year}  {item.confidence:.2f}{via}"


ENTITY_ROLES = {
    Role.INTRODUCES: "introduced by",
    Role.USES: "used by",
    Role.COMPARES_WITH: "compared with by",
    Role.EVALUATES_ON: "evaluated on by",
    Role.ADDRESSES: "addressed by",
    Role.REPORTS: "reported by",
    Role.MENTIONS: "mentioned by",
}


def card(tables: Tables, name: str, *, limit: int = 5) -> Card:
    """The card of the entity or paper of this name (see :func:`kg.graph.find`), with ``limit`` items a section.

    Raises :class:`kg.model.KgError` where nothing has the name.
    """
    node = find(tables, name)
    return _entity_card(tables, node, limit) if is_entity(tables, node) else _paper_card(tables, node, limit)


def _entity_card(tables: Tables, node: str, limit: int) -> Card:
    rows = tables.entities.loc[tables.entities["id"] == node]
    row = rows.iloc[0]
    names = tables.names[(tables.names["entity"] == node) & (tables.names["name"] != row["name"])]
    facts = {
        "other names": ", ".join(
            f"{name} ({n}: {why})" for name, n, why in zip(names["name"], names["count"], names["reason"], strict=True)
        ),
        "papers": str(row["papers"]),
        "community": _community(tables, row["community"]),
    }
    pointing = tables.links[tables.links["target"] == node]
    leaving = tables.links[tables.links["source"] == node]
    sections = []
    for role, title in ENTITY_ROLES.items():
        rows = pointing[(pointing["relation"] == role) & (pointing["source_kind"] == "paper")]
        if role == Role.INTRODUCES and pd.isna(row["introduced_by"]):
            title = "said to be introduced by"  # by the wording of a sentence, but it was known before, or is several
        sections.append(_section(tables, title, rows, "source", limit))
    for title, rows, end in (
        ("a kind of", leaving[leaving["relation"] == "broader"], "target"),
        ("kinds and versions", pointing[pointing["relation"] == "broader"], "source"),
        ("was evaluated on", leaving[leaving["relation"] == "evaluated_on"], "target"),
        ("was tried with", _entity_only(pointing, "evaluated_on"), "source"),
        ("was compared with", leaving[leaving["relation"] == "compared_with"], "target"),
        ("is a baseline of", _entity_only(pointing, "compared_with"), "source"),
    ):
        sections.append(_section(tables, title, rows, end, limit))
    together = pd.concat([leaving, pointing])
    together = together[together["relation"] == "co_occurs"]
    sections.append(_companions(tables, "named together with", together, node, limit))
    return Card(node, row["type"], row["name"], year_of(row["year"]), _filled(facts), [s for s in sections if s.items])


def _paper_card(tables: Tables, node: str, limit: int) -> Card:
    row = tables.papers.loc[tables.papers["id"] == node].iloc[0]
    facts = {
        "date": row["date"],
        "authors": ", ".join(row["authors"]),
        "categories": ", ".join(row["categories"]),
        "url": row["url"],
        "sources": ", ".join(row["sources"]),
        "community": _community(tables, row["community"]),
    }
    leaving = tables.links[tables.links["source"] == node]
    pointing = tables.links[(tables.links["target"] == node) & (tables.links["target_kind"] == "paper")]
    sections = [
        _section(
            tables,
            role.value.replace("_", " "),
            leaving[(leaving["relation"] == role) & (leaving["target_kind"] == "entity")],
            "target",
            max(limit, 20),
        )
        for role in Role
    ]
    papers_only = leaving[leaving["target_kind"] == "paper"]
    for title, rows, end in (
        ("builds on the papers", papers_only[papers_only["relation"] == "builds_on"], "target"),
        ("the papers built on it", pointing[pointing["relation"] == "builds_on"], "source"),
        ("compares with the papers", papers_only[papers_only["relation"] == "compares_with"], "target"),
        ("the papers compared with it", pointing[pointing["relation"] == "compares_with"], "source"),
    ):
        sections.append(_section(tables, title, rows, end, limit))
    related = pd.concat([papers_only, pointing])
    sections.append(_companions(tables, "related papers", related[related["relation"] == "shares"], node, limit))
    return Card(node, "paper", row["title"], year_of(row["year"]), _filled(facts), [s for s in sections if s.items])


def _entity_only(links: pd.DataFrame, relation: str) -> pd.DataFrame:
    return links[(links["relation"] == relation) & (links["source_kind"] == "entity")]


def _section(tables: Tables, title: str, rows: pd.DataFrame, end: str, limit: int) -> Section:
    """One item for each node at this end of the links, by confidence."""
    ordered = rows.sort_values(["confidence", end, "paper"], ascending=[False, True, True]).drop_duplicates(end)
    shown = ordered.head(limit)
    return Section(title, len(ordered), _items(tables, shown, shown[end]))


def _companions(tables: Tables, title: str, rows: pd.DataFrame, node: str, limit: int) -> Section:
    """Of symmetric links: the other ends, the heaviest first."""
    rows = rows.assign(other=rows["target"].where(rows["source"] == node, rows["source"]))
    ordered = rows.sort_values(["weight", "other"], ascending=[False, True]).drop_duplicates("other")
    shown = ordered.head(limit)
    return Section(title, len(ordered), _items(tables, shown, shown["other"]))


def _items(tables: Tables, rows: pd.DataFrame, nodes: pd.Series[Any]) -> list[Item]:
    wanted = nodes.tolist()
    papers = tables.papers[tables.papers["id"].isin(wanted)]
    entities = tables.entities[tables.entities["id"].isin([*wanted, *rows["via"].dropna()])]
    names = dict(zip(papers["id"], papers["title"], strict=True)) | dict(
        zip(entities["id"], entities["name"], strict=True)
    )
    years = dict(zip(papers["id"], papers["year"], strict=True)) | dict(
        zip(entities["id"], entities["year"], strict=True)
    )
    sentences = evidence_texts(tables, rows)
    return [
        Item(node, names[node], year_of(years[node]), round(float(confidence), 2), sentence, names.get(via, ""))
        for node, confidence, sentence, via in zip(wanted, rows["confidence"], sentences, rows["via"], strict=True)
    ]


def evidence_texts(tables: Tables, links: pd.DataFrame) -> list[str]:
    """The evidence sentence of each of these links, on one line; empty where there is none."""
    papers = tables.papers[tables.papers["id"].isin(links["paper"].dropna().unique())]
    texts = {i: text_of(t, a) for i, t, a in zip(papers["id"], papers["title"], papers["abstract"], strict=True)}
    return [
        " ".join(texts[paper][start:end].split()) if paper in texts and start >= 0 else ""
        for paper, start, end in zip(links["paper"], links["start"], links["end"], strict=True)
    ]


def _community(tables: Tables, number: int) -> str:
    names = tables.communities.loc[tables.communities["id"] == number, "name"]
    return str(names.iloc[0]) if len(names) else ""


def year_of(value: Any) -> int | None:
    """A cell of a year column, None where it is missing."""
    return None if pd.isna(value) else int(value)


def _filled(facts: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in facts.items() if not pd.isna(value) and value}
