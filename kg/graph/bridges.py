"""What builds on what: papers linked through an entity that one of them introduces and another uses.

A link says: the sentence of A names an entity as part of A's own work (``builds_on``) or as something it is set against
(``compares_with``), and B is the paper that introduced that entity. The first half the pipeline reads; the second half
holds only where the name means the same thing in both papers and B is really its origin. The rules below are about
that, and rather leave a link out than make a wrong one:

- an origin says that it introduces the thing, surely enough, and hardly any other paper says the same;
- it is not dated after papers that already name the thing (then the thing is older, or there are two of that name);
- the thing has a proper name (``LoRA``, not ``attention``), and it is no class of things (``LLM``);
- both papers write the name alike (``SAM`` is not ``Sam``), and mean the same sort of thing;
- no paper in the link says that it means something else: see :mod:`kg.graph.senses`.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from kg.graph.arrays import Bools, Floats, Ints
from kg.graph.dates import DateBounds
from kg.graph.senses import claims, conflicts, on_common_ground, same_sort, spelled_alike

RELATION_OF_ROLE = {"uses": "builds_on", "compares_with": "compares_with"}
BRIDGE_TYPES = ("Model", "Method", "Dataset", "Benchmark")
MIN_ORIGIN = 0.5
"""How sure it must be that a paper introduces an entity, for it to be its origin."""
MIN_LINK = 0.3
"""How sure a link from paper to paper must be."""
EARLIER_SHARE = 0.05
"""How many of the papers that name an entity may be dated before its origin: slips of resolution or date."""
EARLIER_RATE = 0.25
"""How often, of its usual rate, an entity may be named before its origin: else it was there all the time."""
RIVAL_SHARE = 0.02
"""How many of the papers that name an entity may say, beside its origin, that they introduce it."""
CONFLICT_SHARE = 0.15
"""How many of the papers that name an entity may mean something else by it."""
CONCURRENT_DAYS = 31
"""Papers this much older than the origin may name the same thing in good faith: a preprint came later than a talk."""
SIZE = re.compile(
    r"([-\s/_]*(\d+(\.\d+)?[bmk]|\d{2,3}|[bslhg]\d?(/\d+)?|tiny|mini|small|base|medium|large|huge|giant|x+l|instruct|chat))+",
    re.IGNORECASE,
)
"""What follows a name in the names of its sizes and trims."""


def paper_links(
    stated: pd.DataFrame,
    mentions: pd.DataFrame,
    entities: pd.DataFrame,
    papers: pd.DataFrame,
    dates: DateBounds,
    broader: pd.DataFrame,
    proper: Bools,
) -> tuple[pd.DataFrame, Ints]:
    """``builds_on`` and ``compares_with`` links from paper to paper, and each entity's origin (-1 where unknown).

    All papers and entities are row numbers; ``proper`` says which entities have a proper name. A size
    without an origin of its own (``LLaMA-2-7B``) leads to the origin of what it is a size of (``LLaMA-2``).
    """
    introduced = stated[stated["role"] == "introduces"]
    origin, clear = origins(introduced, stated, entities, dates)
    named = proper | _heads_title(origin, entities, papers, dates)
    clear &= _plainly_claimed(origin, mentions, papers)
    bridge = np.where(clear & named & entities["type"].isin(BRIDGE_TYPES).to_numpy(), origin, -1)
    certainty = _origin_certainty(introduced, len(entities))
    through = np.arange(len(entities))  # the entity whose origin counts
    names = entities["name"].to_numpy(dtype=object)
    for narrow, wide in zip(broader["source"], broader["target"], strict=True):
        if origin[narrow] < 0 and bridge[wide] >= 0 and is_size(names[narrow], names[wide]):
            through[narrow] = wide

    rows = stated[bridge[through[stated["entity"].to_numpy()]] >= 0].copy()
    rows["origin_entity"] = through[rows["entity"].to_numpy()]
    rows["origin"] = bridge[rows["origin_entity"].to_numpy()]
    rows = rows[rows["origin"] != rows["paper"]]
    rows["conflict"] = conflicts(rows, mentions, papers)
    rows = rows[~_ambiguous(rows, len(entities))[rows["origin_entity"].to_numpy()] & ~rows["conflict"]]
    rows["name"] = entities["name"].to_numpy(dtype=object)[rows["origin_entity"].to_numpy()]
    rows = rows[on_common_ground(rows, stated, papers, len(entities))]

    rows = rows[rows["role"].isin(list(RELATION_OF_ROLE))]
    rows = rows[dates.may_follow(rows["paper"].to_numpy(), rows["origin"].to_numpy())]
    rows["confidence"] = rows["confidence"] * certainty[rows["origin_entity"].to_numpy()]
    rows = rows[rows["confidence"] >= MIN_LINK]
    rows = rows[spelled_alike(rows, mentions) & same_sort(rows, stated) & _may_compare(rows, introduced)]
    links = pd.DataFrame(
        {
            "source": rows["paper"],
            "relation": rows["role"].map(RELATION_OF_ROLE),
            "target": rows["origin"],
            "confidence": rows["confidence"],
            "weight": 1.0,
            "via": rows["entity"],
            "paper": rows["paper"],
            "start": rows["start"],
            "end": rows["end"],
        }
    )
    order = ["source", "relation", "target", "confidence", "via"]
    links = links.sort_values(order, ascending=[True, True, True, False, True])
    return links.drop_duplicates(["source", "relation", "target"], ignore_index=True), origin


def origins(
    introduced: pd.DataFrame, stated: pd.DataFrame, entities: pd.DataFrame, dates: DateBounds
) -> tuple[Ints, Bools]:
    """Of each entity: the earliest paper that introduces it (-1: none to be believed), and whether it is the only one.

    A paper that others precede in naming the thing is not believed: it says "we introduce" of something it adapts, or
    there are two things of that name.
    """
    sure = introduced[introduced["confidence"] >= MIN_ORIGIN]
    ordered = sure.assign(date=np.nan_to_num(dates.earliest[sure["paper"].to_numpy()], nan=np.inf))
    ordered = ordered.sort_values(["entity", "date", "confidence", "paper"], ascending=[True, True, False, True])
    first = ordered.drop_duplicates("entity")
    origin = np.full(len(entities), -1, dtype=np.int64)
    origin[first["entity"].to_numpy()] = first["paper"].to_numpy()

    rows = stated[origin[stated["entity"].to_numpy()] >= 0]
    its_origin = origin[rows["entity"].to_numpy()]
    before = dates.surely_before(rows["paper"].to_numpy(), its_origin, CONCURRENT_DAYS)
    named_by = np.bincount(rows["entity"].to_numpy(), minlength=len(entities))
    preceded = np.bincount(rows["entity"].to_numpy()[before], minlength=len(entities))
    usual = named_by * _share_before(dates, origin)
    origin[preceded > np.minimum(EARLIER_SHARE * named_by, EARLIER_RATE * usual)] = -1
    # an entity that several papers say they introduce is several things, or a term
    rivals = np.bincount(introduced["entity"].to_numpy(), minlength=len(entities)) - 1
    return origin, rivals <= RIVAL_SHARE * named_by


def _share_before(dates: DateBounds, origin: Ints) -> Floats:
    """The share of all dated papers that are surely older than each origin; 1 where its date is not known."""
    known = np.sort(dates.latest[~np.isnan(dates.latest)])
    start = np.where(origin >= 0, dates.earliest[origin], np.nan)
    share = np.searchsorted(known, start - CONCURRENT_DAYS) / max(len(known), 1)
    return np.where(np.isnan(start), 1.0, share)


def _plainly_claimed(origin: Ints, mentions: pd.DataFrame, papers: pd.DataFrame) -> Bools:
    """Of which entities the origin says in plain words that it introduces them."""
    number = np.flatnonzero(origin >= 0)
    pairs = pd.DataFrame({"paper": origin[number], "entity": number})
    plainly = np.zeros(len(origin), dtype=bool)
    plainly[number] = claims(pairs, mentions, papers)
    return plainly


def _ambiguous(rows: pd.DataFrame, n_entities: int) -> Bools:
    """Of which entities too many papers mean something else than the origin does."""
    number = rows["origin_entity"].to_numpy()
    named_by, other = np.bincount(number, minlength=n_entities), np.bincount(number, rows["conflict"], n_entities)
    return np.asarray((other > 1) & (other > CONFLICT_SHARE * named_by))


def is_size(narrow: str, wide: str) -> bool:
    """Whether one name is the other and a size: sizes come with the paper of the whole, versions have their own.

    >>> is_size("LLaMA-2-7B", "LLaMA-2"), is_size("ResNet-50", "ResNet"), is_size("BERT-base", "BERT")
    (True, True, True)
    >>> is_size("GPT-3", "GPT"), is_size("Fast R-CNN", "R-CNN"), is_size("Qwen2.5", "Qwen")
    (False, False, False)
    """
    head, tail = narrow[: len(wide)], narrow[len(wide) :]
    return head.lower() == wide.lower() and bool(SIZE.fullmatch(tail))


def _may_compare(rows: pd.DataFrame, introduced: pd.DataFrame) -> Bools:
    """Whether a comparison is one of equals: with a test bed only a paper compares that introduces another."""
    hosts = introduced.loc[introduced["type"].isin(["Dataset", "Benchmark"]), "paper"]
    bed = (rows["role"] == "compares_with") & rows["type"].isin(["Dataset", "Benchmark"])
    return (~bed | rows["paper"].isin(hosts)).to_numpy()


def _origin_certainty(introduced: pd.DataFrame, n_entities: int) -> Floats:
    certainty = np.zeros(n_entities)
    np.maximum.at(certainty, introduced["entity"].to_numpy(), introduced["confidence"].to_numpy())
    return certainty


def _heads_title(origin: Ints, entities: pd.DataFrame, papers: pd.DataFrame, dates: DateBounds) -> Bools:
    """Whether an entity without a proper name is a dated origin's title, or what stands before its colon."""
    titles, names = papers["title"].to_numpy(dtype=object), entities["name"].to_numpy(dtype=object)
    heads = np.zeros(len(entities), dtype=bool)
    for number in np.flatnonzero((origin >= 0) & ~np.isnan(dates.earliest[origin])):
        heads[number] = titles[origin[number]].lower().split(":")[0] == names[number].lower()
    return heads
