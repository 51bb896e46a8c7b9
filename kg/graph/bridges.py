"""What builds on what: papers linked through an entity that one of them introduces and another uses.

A link says: a sentence of A names an entity as part of A's own work (``builds_on``) or as something it is set against
(``compares_with``), and B is the paper that the entity comes from. The first half the pipeline reads, and the words of
the sentence have to agree (:mod:`kg.graph.says`); the second half holds only where the name means the same thing in
both papers and B is really its origin. The rules below are about that, and rather leave a link out than make a wrong
one:

- B gives the thing its name, and neither before nor at once do others know it: see :mod:`kg.graph.origins`;
- the thing has a proper name (``LoRA``, not ``attention``), and it is no class of things (``LLM``);
- both papers write the name alike (``SAM`` is not ``Sam``), and mean the same sort of thing;
- no paper in the link says that it means something else: see :mod:`kg.graph.senses`.

Where no sentence says it, the name of A's own thing may: see :mod:`kg.graph.kin`. That is concluded, not stated.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from kg.graph.arrays import Bools, Floats, Ints
from kg.graph.dates import DateBounds
from kg.graph.kin import NAMED, kin
from kg.graph.origins import origins
from kg.graph.says import said
from kg.graph.senses import conflicts, in_common, meant_by_most, on_common_ground, same_sort, spelled_alike

BRIDGE_TYPES = ("Model", "Method", "Dataset", "Benchmark")
SORTS = {"Model": "tool", "Method": "tool", "Dataset": "bed", "Benchmark": "bed"}
MIN_LINK = 0.15
"""How sure a link from paper to paper must be: that A has the role, times that B introduces the thing."""
CONFLICT_SHARE = 0.15
"""How many of the papers that name an entity may mean something else by it."""
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

    The column ``said`` tells whether a sentence says so, or only a name that is made of another. What is linked holds
    of its two papers; an origin is told only where most of the papers that give the name mean what it does.
    All papers and entities are row numbers; ``proper`` says which entities have a proper name. A size
    without an origin of its own (``LLaMA-2-7B``) leads to the origin of what it is a size of (``LLaMA-2``).
    """
    introduced = stated[stated["role"] == "introduces"]
    families = np.isin(np.arange(len(entities)), broader["target"])
    origin, gives = origins(introduced, stated, mentions, papers, dates, families)
    bridging = gives & entities["type"].isin(BRIDGE_TYPES).to_numpy()
    named = proper | _heads_title(np.where(bridging & ~proper, origin, -1), entities, papers, dates)
    bridge = np.where(bridging & named, origin, -1)
    certainty = _origin_certainty(introduced, len(entities))
    through = np.arange(len(entities))  # the entity whose origin counts
    names = entities["name"].to_numpy(dtype=object)
    for narrow, wide in zip(broader["source"], broader["target"], strict=True):
        if origin[narrow] < 0 and bridge[wide] >= 0 and is_size(names[narrow], names[wide]):
            through[narrow] = wide

    rows = stated.assign(origin_entity=through[stated["entity"].to_numpy()])
    rows["origin"] = origin[rows["origin_entity"].to_numpy()]
    rows = rows[(rows["origin"] >= 0) & (rows["origin"] != rows["paper"])]
    rows = rows.assign(name=names[rows["origin_entity"].to_numpy()], conflict=conflicts(rows, mentions, papers))
    rows["ground"] = in_common(rows, stated, papers, len(entities))
    believed = meant_by_most(origin, rows, mentions)

    rows = rows[bridge[rows["origin_entity"].to_numpy()] >= 0]
    rows = rows[~_ambiguous(rows, len(entities))[rows["origin_entity"].to_numpy()] & ~rows["conflict"]]
    rows = rows[on_common_ground(rows, np.bincount(stated["entity"], minlength=len(entities)))]

    rows = rows[dates.may_follow(rows["paper"].to_numpy(), rows["origin"].to_numpy())]
    own = introduced[origin[introduced["entity"].to_numpy()] == introduced["paper"].to_numpy()]
    called = rows[rows.index.isin(kin(own, rows, names).index) & (rows["role"] != "introduces")]
    called = called.assign(confidence=called["presence"] * NAMED, relation="builds_on", said=False)
    rows = rows[rows["role"].isin(["uses", "compares_with", "evaluates_on"])].assign(said=True)
    rows, called = (_sure(each, certainty, stated, mentions) for each in (rows, called))
    rows = pd.concat(
        [
            *(
                said(rows, relation, mentions, papers).assign(relation=relation)
                for relation in ("builds_on", "compares_with")
            ),
            called,
        ]
    )
    rows = rows[(rows["relation"] == "builds_on") | _may_compare(rows, introduced)]
    links = pd.DataFrame(
        {
            "source": rows["paper"],
            "relation": rows["relation"],
            "target": rows["origin"],
            "confidence": rows["confidence"],
            "weight": 1.0,
            "via": rows["entity"],
            "paper": rows["paper"],
            "start": rows["start"],
            "end": rows["end"],
            "said": rows["said"],
        }
    )
    order = ["source", "relation", "target", "said", "confidence", "via"]
    links = links.sort_values(order, ascending=[True, True, True, False, False, True])
    return links.drop_duplicates(["source", "relation", "target"], ignore_index=True), believed


def _sure(rows: pd.DataFrame, certainty: Floats, stated: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """The rows that are sure enough, of what both papers mean and write alike."""
    rows = rows.assign(confidence=rows["confidence"] * certainty[rows["origin_entity"].to_numpy()])
    rows = rows[rows["confidence"] >= MIN_LINK]
    return rows[spelled_alike(rows, mentions) & same_sort(rows, stated)]


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
    """Whether a comparison is one of equals: who made a tool compares it with tools, who made a test bed with beds.

    A paper that makes neither compares others' things with each other, and a benchmark tests methods.
    """
    made = introduced.assign(sort=introduced["type"].map(SORTS))[["paper", "sort"]].drop_duplicates()
    own = pd.MultiIndex.from_frame(made)
    return np.asarray(pd.MultiIndex.from_arrays([rows["paper"], rows["type"].map(SORTS)]).isin(own))


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
