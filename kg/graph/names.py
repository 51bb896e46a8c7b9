"""From what a person types to a node of the graph."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process, utils

from kg.model import KgError, Tables

SUGGESTIONS = 4


def find(tables: Tables, text: str) -> str:
    """The id of the entity or paper that this text names.

    Tried in turn: ids (also retired ones), arXiv ids and DOIs, names, other names, titles; letters' case never counts,
    and in a last round neither do hyphens, spaces, plural and how Unicode composes a letter. Among several, the one
    that most papers name is meant.

    Raises :class:`kg.model.KgError`, with the nearest names, where nothing fits.
    """
    key = text.strip()
    found = _by_id(tables, key) or _by_name(tables, key.lower(), _lower) or _by_name(tables, squeeze(key), _squeezed)
    if found:
        return found
    near = suggest(tables, key)
    hint = f"did you mean {', '.join(near)}?" if near else "kg leaders and kg communities list names"
    raise KgError(f'nothing in the graph is called "{key}"; {hint}')


def find_entity(tables: Tables, text: str) -> str:
    """Like :func:`find`, for questions that are about entities: a paper stands for what it introduces."""
    node = find(tables, text)
    if is_entity(tables, node):
        return node
    links = tables.links
    made = links[(links["source"] == node) & (links["relation"] == "introduces")]
    if made.empty:
        raise KgError(f'"{text}" is a paper that introduces nothing; name a method, model or other entity')
    return str(made.sort_values(["confidence", "target"], ascending=[False, True])["target"].iloc[0])


def find_paper(tables: Tables, text: str) -> str:
    """Like :func:`find`, for questions that are about papers: an entity stands for the paper that introduces it."""
    node = find(tables, text)
    if not is_entity(tables, node):
        return node
    origin = tables.entities.loc[tables.entities["id"] == node, "introduced_by"].iloc[0]
    if pd.isna(origin):
        raise KgError(f'"{text}" is an entity that no paper here introduces; give a paper\'s id or title')
    return str(origin)


def is_entity(tables: Tables, node: str) -> bool:
    """Whether this id is an entity's, not a paper's."""
    return bool((tables.entities["id"] == node).any())


def suggest(tables: Tables, text: str, n: int = SUGGESTIONS) -> list[str]:
    """Names and titles that look most like this text, best first."""
    names = tables.entities.sort_values(["papers", "id"], ascending=[False, True])["name"].tolist()
    scored = process.extract(text, names, scorer=fuzz.ratio, processor=utils.default_process, limit=n, score_cutoff=60)
    if len(scored) < n and len(text) > 12:
        titles = tables.papers["title"].tolist()
        scored += process.extract(
            text,
            titles,
            scorer=fuzz.partial_ratio,
            processor=utils.default_process,
            limit=n - len(scored),
            score_cutoff=75,
        )
    return list(dict.fromkeys(name for name, _, _ in scored))


def squeeze(text: str) -> str:
    """Without capitals, hyphens, spaces, plural, and the ways in which Unicode writes one letter.

    >>> squeeze("Vision Transformers") == squeeze("vision-transformer")
    True
    >>> squeeze("Poincare\u0301") == squeeze("Poincar\u00e9")
    True
    """
    return re.sub(r"[\s\-‐‑–_]+", "", unicodedata.normalize("NFKC", text).casefold()).removesuffix("s")


def _by_id(tables: Tables, key: str) -> str | None:
    for frame in (tables.entities, tables.papers):
        for candidate in (key, "entity/" + key):
            if (frame["id"] == candidate).any():
                return candidate
    retired = tables.aliases[tables.aliases["old"].isin([key, "entity/" + key])]
    if len(retired):
        return str(retired["entity"].iloc[0])
    bare = re.sub(r"^(arxiv:|doi:|https?://(dx\.)?doi\.org/|https?://arxiv\.org/(abs|pdf)/)", "", key.lower())
    for column, value in (("arxiv_id", re.sub(r"v\d+$", "", bare)), ("doi", bare)):
        rows = tables.papers[tables.papers[column] == value]
        if len(rows):
            return str(rows["id"].iloc[0])
    return None


def _by_name(tables: Tables, key: str, fold: Any) -> str | None:
    """The most named entity of this name, else of this other name, else the paper of this title or id."""
    entities = tables.entities
    rows = entities[fold(entities["name"]) == key]
    if len(rows):
        return str(rows.sort_values(["papers", "id"], ascending=[False, True])["id"].iloc[0])
    rows = tables.names[fold(tables.names["name"]) == key]
    if len(rows):
        return str(rows.sort_values(["count", "entity"], ascending=[False, True])["entity"].iloc[0])
    for column in ("title", "id"):
        rows = tables.papers[fold(tables.papers[column]) == key]
        if len(rows):
            return str(rows["id"].iloc[0])
    rows = entities[fold(entities["id"].str.removeprefix("entity/")) == key]
    return str(rows["id"].iloc[0]) if len(rows) else None


def _lower(names: pd.Series[Any]) -> pd.Series[Any]:
    return names.str.lower()


def _squeezed(names: pd.Series[Any]) -> pd.Series[Any]:
    folded = names.str.normalize("NFKC").str.casefold()
    return folded.str.replace(r"[\s\-‐‑–_]+", "", regex=True).str.replace(r"s$", "", regex=True)
