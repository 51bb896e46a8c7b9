"""Corpora of a few lines, for the tests of the graph: what pipeline and resolution would hand over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kg.model import Extracted, Resolved


@dataclass
class Made:
    id: str
    title: str
    date: str | None
    abstract: str
    findings: list[tuple[str, str, str]]  # role, name, type


def paper(id_: str, title: str, date: str | None, abstract: str, **roles: str | list[str]) -> Made:
    """A paper that names, in each role, one name or a list; ``GLUE:Benchmark`` has another type than Method.

    The abstract gets a sentence for each name that it lacks.
    """
    findings = []
    for role, names in roles.items():
        for name in [names] if isinstance(names, str) else names:
            bare, _, kind = name.partition(":")
            findings.append((role, bare, kind or "Method"))
            if not re.search(rf"(?<!\w){re.escape(bare)}(?![\w-])", title + " " + abstract):
                abstract += f" Here is {bare}."
    return Made(id_, title, date, abstract, findings)


def slug(name: str) -> str:
    return "entity/" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def corpus(*made: Made, broader: list[tuple[str, str]] | None = None) -> tuple[pd.DataFrame, Extracted, Resolved]:
    """The three arguments of link()."""
    papers, findings, mentions, assignment = [], [], [], []
    for each in made:
        text = each.title + "\n" + each.abstract
        year = int(each.date[:4]) if each.date else None
        papers.append(
            {"id": each.id, "title": each.title, "abstract": each.abstract, "date": each.date, "year": year}
            | {"authors": [], "categories": [], "arxiv_id": None, "doi": None, "url": None, "sources": ["made.jsonl"]}
        )
        bounds = [m.span() for m in re.finditer(r"[^\n.]+[.]?", text)]
        for number, (role, name, kind) in enumerate(each.findings):
            findings.append((each.id, number, kind, role, 0.95, 0.95))
            assignment.append((each.id, number, slug(name)))
            spots = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?![\w-])", text)]
            for start, end in spots:
                sentence = next((s, e) for s, e in bounds if s <= start < e)
                sentence = (sentence[0] + len(text[sentence[0] :]) - len(text[sentence[0] :].lstrip()), sentence[1])
                mentions.append((each.id, number, start, end, text[start:end], 0.95, *sentence))

    def frame(rows: list[Any], columns: str, **types: str) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=columns.split()).astype(types)

    names = frame([(f[1], f[0]) for m in made for f in [(n, k) for _, n, k in m.findings]], "type name")
    entities = names.assign(id=[slug(name) for name in names["name"]]).drop_duplicates("id")[["id", "name", "type"]]
    surfaces = frame(mentions, "paper finding start end text confidence sentence_start sentence_end")
    named = frame([(slug(n), n, 1, "same name") for n in dict.fromkeys(names["name"])], "entity name count reason")
    resolved = Resolved(
        entities=entities.reset_index(drop=True),
        assignment=frame(assignment, "paper finding entity"),
        names=named,
        broader=frame([(slug(a), slug(b), "version") for a, b in broader or []], "narrower broader reason"),
        aliases=frame([], "old entity"),
        doubts=frame([], "kind"),
    )
    columns = "id title abstract date year authors categories arxiv_id doi url sources"
    table = pd.DataFrame(papers, columns=columns.split()).astype({"year": "Int64"})
    table["date"] = table["date"].astype("object")
    found = frame(findings, "paper finding type role confidence role_confidence")
    return table, Extracted(found, surfaces, frame([], "paper short long")), resolved
