"""papers.jsonl and graph.graphml say what the tables say, whatever characters names, ids and texts are made of."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdf_tables import small_tables

from kg.export import FORMATS
from kg.model import Tables

TABLES = small_tables()
NAMED = TABLES.links[TABLES.links["target_kind"].eq("entity") & TABLES.links["source_kind"].eq("paper")]


def hostile(text: str) -> Tables:
    """The small graph with this text in titles, names, mentions and ids."""

    def column(table: str, name: str, old: str, new: str) -> pd.Series:
        return pd.Series([new if value == old else value for value in getattr(TABLES, table)[name]], dtype=object)

    here, there = "entity/glue", f"entity/{text}"
    first = TABLES.papers["title"].iloc[0]
    return replace(
        TABLES,
        papers=TABLES.papers.assign(title=column("papers", "title", first, text)),
        entities=TABLES.entities.assign(
            id=column("entities", "id", here, there), name=column("entities", "name", "GLUE", text)
        ),
        mentions=TABLES.mentions.assign(
            entity=column("mentions", "entity", here, there), text=column("mentions", "text", "GLUE", text)
        ),
        links=TABLES.links.assign(
            source=column("links", "source", here, there), target=column("links", "target", here, there)
        ),
    )


TEXTS = ["GLUE", "\"&<>\\'", "\x00\x1f\x7f\x9f", "a\nb\tc\r\u2028", "\ud800", "\U0001f600 ü", "</data>]]>", ""]


@pytest.mark.parametrize("text", TEXTS)
def test_papers_jsonl(tmp_path: Path, text: str) -> None:
    _check_jsonl(tmp_path / "p.jsonl", text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=20))
def test_papers_jsonl_with_any_text(tmp_path: Path, text: str) -> None:
    _check_jsonl(tmp_path / "p.jsonl", text)


def _check_jsonl(path: Path, text: str) -> None:
    tables = hostile(text)
    FORMATS["jsonl"].write(tables, path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    whole = "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)  # UTF-8 has no bytes for halves
    assert [line["id"] for line in lines] == TABLES.papers["id"].tolist()
    assert lines[0]["title"] == whole
    found = {(line["id"], e["id"], e["role"], e["confidence"]) for line in lines for e in line["entities"]}
    glue = f"entity/{whole}"
    assert found == {
        (source, glue if target == "entity/glue" else target, relation, confidence)
        for source, target, relation, confidence in zip(
            *(NAMED[column] for column in ("source", "target", "relation", "confidence")), strict=True
        )
    }
    mentions = [
        (line["id"], e["id"], m["start"], m["end"], m["text"], m["confidence"])
        for line in lines
        for e in line["entities"]
        for m in e["mentions"]
    ]
    assert len(mentions) == len(TABLES.mentions)
    for paper, entity, start, end, said, confidence in mentions:
        row = TABLES.mentions[TABLES.mentions["paper"].eq(paper) & TABLES.mentions["start"].eq(start)].iloc[0]
        name = whole if row["text"] == "GLUE" else row["text"]
        assert (row["end"], name, row["confidence"]) == (end, said, confidence)
        assert entity == (glue if row["entity"] == "entity/glue" else row["entity"])
    for line in lines:
        assert [e["id"] for e in line["entities"]] == sorted((e["id"] for e in line["entities"]), key=_row(tables))


def _row(tables: Tables):  # type: ignore[no-untyped-def]
    ids = [str(id) for id in tables.entities["id"]]
    known = {"".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in id): n for n, id in enumerate(ids)}
    return known.__getitem__


@pytest.mark.parametrize("text", TEXTS)
def test_graphml_is_read_by_networkx(tmp_path: Path, text: str) -> None:
    tables = hostile(text)
    FORMATS["graphml"].write(tables, tmp_path / "g.graphml")
    graph = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert len(graph) == len(tables.papers) + len(tables.entities)
    assert graph.number_of_edges() == len(tables.links)
    labels = sorted(_xml(label) for label in [*tables.papers["title"], *tables.entities["name"]])
    assert sorted(data.get("label", "") or "" for _, data in graph.nodes(data=True)) == labels
    weights = sorted(data["weight"] for _, _, data in graph.edges(data=True))
    assert weights == sorted(tables.links["weight"])
    evidence = [data["evidence"] for _, _, data in graph.edges(data=True) if "evidence" in data]
    assert len(evidence) == (tables.links["start"] >= 0).sum()
    years = [data["year"] for _, data in graph.nodes(data=True) if "year" in data]
    assert sorted(years) == sorted(int(y) for t in (tables.papers, tables.entities) for y in t["year"] if not _no(y))


def _no(value: object) -> bool:
    return value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _xml(text: str) -> str:
    """What an XML reader gives back: without what XML cannot say, and with one kind of line end."""
    kept = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    return kept.replace("\r\n", "\n").replace("\r", "\n")


def test_empty_tables(tmp_path: Path) -> None:
    empty = Tables(**{name: getattr(TABLES, name).iloc[:0] for name in (
        "papers", "entities", "names", "mentions", "links", "communities", "aliases")})  # fmt: skip
    FORMATS["jsonl"].write(empty, tmp_path / "p.jsonl")
    assert (tmp_path / "p.jsonl").read_bytes() == b""
    FORMATS["graphml"].write(empty, tmp_path / "g.graphml")
    assert len(nx.read_graphml(tmp_path / "g.graphml")) == 0
