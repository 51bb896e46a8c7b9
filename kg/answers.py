"""The questions that the explorer answers for the whole graph: :mod:`kg.graph` answers, :mod:`kg.export.html` shows."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kg import graph
from kg.export.html.answers import Answer
from kg.model import KgError, Tables

MANY = 60
"""Rows of an answer."""

TABLES = (
    ("methods-benchmarks", "Which methods are evaluated on which benchmarks?", "Method", "Benchmark"),
    ("models-benchmarks", "Which models are evaluated on which benchmarks?", "Model", "Benchmark"),
    ("methods-datasets", "Which methods are evaluated on which data sets?", "Method", "Dataset"),
    ("methods-methods", "Which methods are compared with which?", "Method", "Method"),
)


def answers(tables: Tables) -> list[Answer]:
    """The answers to what can be asked of this graph; a question without an answer (papers without dates) is left out.

    Each is what the function and the command of its name give: ``trends``, ``leaders``, ``table``, ``communities``.
    """
    return [answer for answer in _all(tables) if len(answer.table)]


def _all(tables: Tables) -> Iterator[Answer]:
    yield from _trends(tables)
    yield _leaders(tables)
    for key, question, rows, columns in TABLES:
        yield from _table(tables, key, question, rows, columns)
    yield _builds_on(tables)
    yield _communities(tables)


def _trends(tables: Tables) -> Iterator[Answer]:
    try:
        found = graph.trends(tables, n=MANY)
    except KgError:  # too few dates
        return
    first, last = (" to ".join(dict.fromkeys(ends)) for ends in found.attrs["thirds"])
    found = found.rename(
        columns={"id": "what", "first": "first third", "last": "last third", "burst": "strongest burst"}
    )
    kinds = {"what": "node", "type": "text", "papers": "number", "first third": "percent"}
    kinds |= {"last third": "percent", "strongest burst": "text", "z": "decimal"}
    about = (
        f"The share of papers that name it: of those of {first}, and of those of {last}. These are the first and the "
        "last third of the time that the papers span, without the few, less than 1 %, at either end of it. z is the "
        "Cochran–Armitage test for a trend. Listed is what is hardly chance, given how many things are looked at."
    )
    rising, falling = found[found["trend"] == "rising"], found[found["trend"] == "falling"].iloc[::-1]
    yield Answer("rising", "What is rising?", f"{about} The clearest rise first.", rising, kinds)
    yield Answer("falling", "What is falling?", f"{about} The clearest fall first.", falling, kinds)


def _leaders(tables: Tables) -> Answer:
    found = graph.leaders(tables, n=MANY).rename(
        columns={"id": "what", "year": "introduced", "score": "influence", "rank_by_papers": "place by papers"}
    )
    found["introduced"] = found["introduced"].astype("string")
    kinds = {"what": "node", "type": "text", "influence": "decimal", "papers": "number"}
    kinds |= {"place by papers": "number", "introduced": "text"}
    about = (
        "Influence is who relies on a thing: PageRank over papers and what they use, compare with and evaluate on; 1 "
        "is the average. Introduced is the year of the paper here that introduces it, if one does."
    )
    return Answer("leaders", "What does other work rest on?", about, found, kinds)


def _table(tables: Tables, key: str, question: str, rows: str, columns: str) -> Iterator[Answer]:
    try:
        found = graph.table(tables, rows=rows, columns=columns, n=30, m=10)
    except KgError:  # no such links
        return
    across = [f"{at}" for at in range(len(found.columns) - 1)]  # two entities may have one name
    headings = dict(zip(across, found.attrs["column_ids"], strict=True))
    frame = pd.DataFrame(found.iloc[:, 1:].to_numpy(), columns=across)
    frame.insert(0, rows.lower(), found.attrs["row_ids"])
    kinds = {rows.lower(): "node", **dict.fromkeys(across, "number")}
    about = (
        "A number counts the papers that say so, in a sentence or by what they do with both; it leads to the papers."
    )
    yield Answer(key, question, about, frame, kinds, headings)


def _builds_on(tables: Tables) -> Answer:
    links = tables.links[tables.links["relation"] == "builds_on"]
    best = links.sort_values(["confidence", "source", "target"], ascending=[False, True, True], kind="stable")
    found = best.head(MANY)[["source", "target", "via", "confidence"]]
    found.columns = pd.Index(["paper", "builds on", "through", "confidence"])
    about = "Papers that use, extend or evaluate on what another paper here introduces, and say so; the surest first."
    kinds = {"paper": "node", "builds on": "node", "through": "node", "confidence": "percent"}
    return Answer("builds-on", "Which papers build on which?", about, found, kinds)


def _communities(tables: Tables) -> Answer:
    found = graph.communities(tables).rename(columns={"id": "group", "members": "named most"})
    kinds = {"group": "group", "papers": "number", "entities": "number", "years": "text", "named most": "text"}
    about = "Groups of papers that name the same things, those of most papers first."
    return Answer("groups", "Which fields are there?", about, found, kinds)
