"""The graph as the explorer carries it: one block that is read at once, and shards that are read when they are needed.

The first block has what drawing, searching, filtering and finding paths need: ids, titles, names, links. Authors and
further ids of papers are in a second one (:mod:`.bylines`). Abstracts, mentions and the places of evidence sentences
are in shards of some hundred papers, decoded when one of their papers is opened; where the evidence for links between
papers and between entities stands is in one more block.

What has which number is said in :mod:`.numbered`, what is in a shard in :mod:`.text_shards`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from kg.export.html.answers import Answer, plain
from kg.export.html.bylines import bylines
from kg.export.html.columns import Block, Ints, Vocabulary, all_clean, clean
from kg.export.html.descents import Descents
from kg.export.html.numbered import (
    ENTITY_RELATIONS,
    PAPER_RELATIONS,
    ROLES,
    SHARES,
    TYPES,
    Order,
    numbered_links,
    to_utf16,
    wide_papers,
)
from kg.export.html.overview import Bridge, Group, bridges, groups
from kg.export.html.text_shards import SHARD, text_shards
from kg.forks import give_back
from kg.model import Role, Tables

LARGE = 20_000
"""Papers above which confidences are rounded to 5 %, weights to a sixteenth, and similar papers are limited."""

PAIR = 2.6
"""Compressed bytes of one pair of similar papers."""

_BETWEEN = re.compile("[^0-9A-Za-z]+")


@dataclass(frozen=True)
class Payload:
    """All that goes into the page, compressed."""

    blocks: dict[str, bytes]
    """By the name under which the page finds them."""
    carried: dict[str, Any]
    """What was left out or rounded, for the page to say: ``whole`` abstracts are carried, ``pairs`` of similar papers
    there are, ``single`` entities that one paper alone names are left out, so many ``authors`` a paper are carried."""
    groups: list[Group]
    bridges: list[Bridge]


def payload(
    tables: Tables,
    *,
    lean: bool,
    room: Callable[[Sequence[Group], Sequence[Bridge]], int],
    answers: Sequence[Answer] = (),
    descent: Callable[[Tables], pd.DataFrame] | None = None,
) -> Payload:
    """Compress ``tables`` into the bytes that there is ``room`` for beside an overview; with ``lean`` without
    abstracts, mentions and evidence. ``descent`` says of the tables who descends from whom.

    Where all of it would take more, each paper keeps only its most similar papers, and then the papers with the fewest
    links keep their evidence sentences instead of the whole abstract, see :mod:`kg.export.html.excerpts`.
    """
    carried: dict[str, Any] = {}
    if lean and (single := tables.entities["papers"] == 1).any() and _size(tables) > room([], []):
        carried["single"] = int(single.sum())
        tables = _without(tables, set(tables.entities.loc[single, "id"]))
    order = Order(tables)
    number = (
        {node: at for at, node in enumerate(chain(order.papers["id"].tolist(), order.entities["id"].tolist()))}
        if answers
        else {}
    )
    told: dict[str, Any] = {"answers": [plain(answer, number) for answer in answers]}
    linked = {kind: numbered_links(tables, order, kind) for kind in ("paper-entity", "paper-paper", "entity-entity")}
    between = linked.pop("paper-paper")
    descents = Descents(tables, order, linked, descent)
    shown = groups(order.papers, order.entities, linked["paper-entity"], tables.communities)
    bridged = bridges(order.papers, order.entities, linked["paper-entity"], shown)
    budget = room(shown, bridged)
    written, authors = bylines(order.papers, budget)
    budget -= len(written)
    if authors is not None:
        carried["authors"] = authors
    spoken = [order.papers["title"], *([] if lean else [order.papers["abstract"]])]
    vocabulary = Vocabulary(list(chain.from_iterable(map(all_clean, spoken))))

    def core(papers: pd.DataFrame) -> bytes:
        return _core(tables, order, {**linked, "paper-paper": papers}, shown, vocabulary, lean, told, descents)

    if len(order.papers) > LARGE:
        share = (
            budget - 4 * len(order.papers) - len(core(between[between["relation"] != SHARES])) if lean else budget // 15
        )
        pairs = int((between["relation"] == SHARES).sum())
        between = _most_similar(between, int(max(0, share) / PAIR))
        carried |= {"rounded": True, "pairs": pairs}
    linked["paper-paper"] = between
    first = core(between)
    give_back()  # before the texts come: of what the core took half would stay with the allocators
    wide = {} if lean else wide_papers(order)
    evidence = None if lean else _evidence(linked, descents, wide)
    rest = budget - len(first) - len(evidence or b"")
    shards, carried["whole"] = text_shards(
        tables, order, linked["paper-entity"], vocabulary, wide, lean=lean, budget=rest
    )
    blocks = {"core": first, "bylines": written, **({"evidence": evidence} if evidence else {})}
    blocks |= {f"text-{at}": shard for at, shard in enumerate(shards)}
    return Payload(blocks, carried, shown, bridged)


def _size(tables: Tables) -> int:
    """About the bytes of a page's first block."""
    return 20 * len(tables.papers) + 9 * len(tables.entities) + 3 * len(tables.links)


def _without(tables: Tables, entities: set[str]) -> Tables:
    """The graph without some entities and their links."""
    links = tables.links
    gone = (links["target_kind"] == "entity") & links["target"].isin(entities)
    gone |= (links["source_kind"] == "entity") & links["source"].isin(entities)
    return replace(
        tables,
        entities=tables.entities[~tables.entities["id"].isin(entities)].reset_index(drop=True),
        names=tables.names[~tables.names["entity"].isin(entities)].reset_index(drop=True),
        aliases=tables.aliases[~tables.aliases["entity"].isin(entities)].reset_index(drop=True),
        links=links[~gone].reset_index(drop=True),
    )


def _most_similar(links: pd.DataFrame, most: int) -> pd.DataFrame:
    """Of the pairs of similar papers those that are among the strongest of either, as many of each as make ``most``."""
    pairs = links[links["relation"] == SHARES].sort_values(
        ["weight", "source", "target"], ascending=[False, True, True]
    )
    ends = pd.Series(pairs[["source", "target"]].to_numpy().ravel())  # strongest first, both ends of a pair in turn
    place = pd.Series(ends.groupby(ends).cumcount().to_numpy().reshape(-1, 2).min(axis=1), index=pairs.index)
    sizes = place.value_counts().sort_index().cumsum()
    keep = sizes[sizes <= most].index.max() if (sizes <= most).any() else -1
    cut = pairs.index[(place > keep).to_numpy()]
    return links.drop(index=cut).reset_index(drop=True)


def _core(
    tables: Tables,
    order: Order,
    linked: dict[str, pd.DataFrame],
    shown: list[Group],
    vocabulary: Vocabulary,
    lean: bool,
    told: dict[str, Any],
    descents: Descents,
) -> bytes:
    papers, entities = order.papers, order.entities
    dates = [d or _year(y) for d, y in zip(all_clean(papers["date"]), papers["year"], strict=True)]
    calendar = sorted(set(dates))
    day = {date: at for at, date in enumerate(calendar)}
    group_of = {group.id: at + 1 for at, group in enumerate(shown)}
    block = Block(
        papers=len(papers),
        entities=len(entities),
        types=[str(t) for t in TYPES],
        relations=[str(r) for r in (*ROLES, *PAPER_RELATIONS, *ENTITY_RELATIONS)],
        dates=calendar,
        groups=[{"id": g.id, "name": clean(g.name), "top": g.top} for g in shown],
        lean=lean,
        shard=SHARD,
        shared=order.shared,
        **told,
        info={key: value for key, value in sorted(tables.info.items()) if isinstance(value, str | int | float)},
    )
    block.strings("paper_id", all_clean(papers["id"]))
    block.strings("word", vocabulary.words)
    block.texts("paper_title", vocabulary.encode(all_clean(papers["title"])))
    block.numbers("paper_date", [day[d] for d in dates])
    block.numbers("paper_group", papers["community"].map(group_of).fillna(0).astype(int))
    names = all_clean(entities["name"])
    block.strings("entity_slug", [_slug(i, n) for i, n in zip(entities["id"].tolist(), names, strict=True)])
    block.texts("entity_name", vocabulary.encode(names))
    type_number = {str(t): at for at, t in enumerate(TYPES)}
    block.small("entity_type", entities["type"].map(type_number).fillna(1).astype(int))
    block.numbers("entity_introduced", _introduced(order, linked["paper-entity"]))
    block.numbers("entity_group", entities["community"].map(group_of).fillna(0).astype(int))
    _names(block, tables, order, names, vocabulary)
    block.numbers("old_entity", order.entity(tables.aliases["entity"]) + 1)
    block.strings("old_id", all_clean(tables.aliases["old"]))
    for prefix, kind in (("pe", "paper-entity"), ("pp", "paper-paper"), ("ee", "entity-entity")):
        links = linked[kind]
        block.differences(f"{prefix}_source", links["source"])
        if kind == "paper-paper":
            block.differences(f"{prefix}_target", links["target"])
        elif kind == "paper-entity":
            block.numbers(f"{prefix}_target", _targets(links, order.shared))
        else:
            block.numbers(f"{prefix}_target", links["target"])
        block.small(f"{prefix}_relation", links["relation"])
        step = 5 if len(papers) > LARGE else 1
        block.small(f"{prefix}_confidence", (links["confidence"] / step).round() * step)
        block.small(f"{prefix}_inferred", links["inferred"])
        if kind != "paper-entity":
            top = links.groupby("relation")["weight"].transform("max").replace(0, 1)
            level = 15 if len(papers) > LARGE else 255
            block.small(f"{prefix}_weight", (links["weight"] / top * level).clip(0, level).round() * (255 // level))
    block.numbers("pp_via", linked["paper-paper"]["via"] + 1)
    block.numbers("ee_paper", linked["entity-entity"]["paper"] + 1)
    descents.tell(block)
    return block.compress()


def _names(block: Block, tables: Tables, order: Order, names: list[str], vocabulary: Vocabulary) -> None:
    """Other names, most frequent first, without those that differ only in case, spaces or punctuation."""
    entity = order.entity(tables.names["entity"])
    frame = pd.DataFrame({"entity": entity, "name": all_clean(tables.names["name"])})
    frame = frame[frame["entity"] >= 0]
    frame["key"] = _key(frame["name"])
    own = _key(pd.Series(names, dtype=object))
    frame = frame[(frame["key"] != "") & (frame["key"].to_numpy() != own.to_numpy()[frame["entity"].to_numpy()])]
    frame = frame.drop_duplicates(["entity", "key"]).sort_values("entity", kind="stable")
    block.differences("alias_entity", frame["entity"])
    block.texts("alias_name", vocabulary.encode(frame["name"].tolist()))


def _introduced(order: Order, links: pd.DataFrame) -> Ints:
    """The paper that introduces an entity, plus 2, where it is not the first in the page's order that says so."""
    said = links[links["relation"] == ROLES.index(Role.INTRODUCES)].drop_duplicates("target")
    first = np.full(len(order.entities), -1, dtype=np.int64)
    first[said["target"]] = said["source"]
    known = order.paper(order.entities["introduced_by"])
    return np.where(known == first, 0, known + 2)


def _targets(links: pd.DataFrame, shared: int) -> Ints:
    """What papers' links point at, plus 1; 0 where that is the next entity of those that one paper alone names."""
    target = links["target"].to_numpy()
    return np.where((target >= shared) & ~links["target"].duplicated().to_numpy(), 0, target + 1)


def _key(names: pd.Series[Any]) -> pd.Series[Any]:
    return names.astype(object).str.casefold().str.replace(r"[\W_]+", "", regex=True)


def _year(year: Any) -> str:
    return "" if pd.isna(year) else str(int(year))


def _slug(identifier: str, name: str) -> str:
    """What the page needs to know of an entity's id beside its name: nothing, where the name says it all."""
    slug = clean(identifier).removeprefix("entity/")
    return slug if not slug.isascii() or slug != plain_slug(name) else ""


def plain_slug(name: str) -> str:
    """The id a name leads to by the plain rule; ``data.js`` has the same.

    >>> plain_slug("Vision Transformer (ViT)")
    'vision-transformer-vit'
    """
    return _BETWEEN.sub("-", name).strip("-").lower()


def _evidence(linked: dict[str, pd.DataFrame], descents: Descents, wide: dict[int, str]) -> bytes:
    """Where the sentences stand that say how two papers or two entities relate, and that one descends from another."""
    block = Block()
    for prefix, kind in (("pp", "paper-paper"), ("ee", "entity-entity")):
        links = linked[kind]
        spans = links[["paper", "start", "end"]].copy()
        to_utf16(spans, "paper", ["start", "end"], wide)
        there = (spans["start"] >= 0) & (spans["paper"] >= 0)
        row = np.flatnonzero(there.to_numpy())
        spans = spans[there]
        block.differences(f"{prefix}_link", row)
        block.numbers(f"{prefix}_paper", spans["paper"])
        block.numbers(f"{prefix}_start", spans["start"])
        block.numbers(f"{prefix}_length", (spans["end"] - spans["start"]).clip(lower=0))
    descents.tell_places(block, wide)
    return block.compress()
