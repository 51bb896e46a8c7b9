"""What builds on what: papers linked through an entity that one of them introduces and another uses.

A link says: the sentence of A names an entity as part of A's own work (``builds_on``) or as something it is set against
(``compares_with``), and B is the paper that introduced that entity. The first half the pipeline reads; the second half
holds only where the name means the same thing in both papers and B is really its origin. The rules below are about
that, and rather leave a link out than make a wrong one:

- an origin says that it introduces the thing, surely enough, and no other paper says the same;
- it is not dated after papers that already name the thing (then the thing is older, or there are two of that name);
- the thing has a proper name (``LoRA``, not ``attention``), and it is no class of things (``LLM``);
- both papers write the name alike (``SAM`` is not ``Sam``), and mean the same sort of thing.
"""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pandas as pd

from kg.graph.arrays import Bools, Floats, Ints
from kg.graph.dates import DateBounds

RELATION_OF_ROLE = {"uses": "builds_on", "compares_with": "compares_with"}
BRIDGE_TYPES = ("Model", "Method", "Dataset", "Benchmark")
MIN_ORIGIN = 0.5
"""How sure it must be that a paper introduces an entity, for it to be its origin."""
MIN_LINK = 0.3
"""How sure a link from paper to paper must be."""
EARLIER_SHARE = 0.1
"""How many of the papers that name an entity may be dated before its origin: slips of resolution or date."""
CONCURRENT_DAYS = 31
"""Papers this much older than the origin may name the same thing in good faith: a preprint came later than a talk."""

CLASSES = frozenset(
    line for line in (files("kg.graph") / "classes.txt").read_text("utf-8").splitlines() if not line.startswith("#")
)
"""Abbreviations of classes of things, such as ``llm``: no bridge."""


def paper_links(
    stated: pd.DataFrame,
    mentions: pd.DataFrame,
    entities: pd.DataFrame,
    papers: pd.DataFrame,
    dates: DateBounds,
    broader: pd.DataFrame,
) -> tuple[pd.DataFrame, Ints]:
    """``builds_on`` and ``compares_with`` links from paper to paper, and each entity's origin (-1 where unknown).

    All papers and entities are row numbers. A size or version without an origin of its own (``LLaMA-2-7B``) leads to
    the origin of what it is a version of (``LLaMA-2``).
    """
    introduced = stated[stated["role"] == "introduces"]
    origin, clear = origins(introduced, stated, entities, dates)
    bridge = np.where(clear & _may_bridge(entities), origin, -1)
    certainty = _origin_certainty(introduced, len(entities))
    through = np.arange(len(entities))  # the entity whose origin counts
    for narrow, wide in zip(broader["source"], broader["target"], strict=True):
        if bridge[narrow] < 0 and origin[narrow] < 0 and bridge[wide] >= 0:
            through[narrow] = wide

    rows = stated[stated["role"].isin(list(RELATION_OF_ROLE))].copy()
    rows["origin_entity"] = through[rows["entity"].to_numpy()]
    rows["target"] = bridge[rows["origin_entity"].to_numpy()]
    rows = rows[(rows["target"] >= 0) & (rows["target"] != rows["paper"])]
    rows = rows[dates.may_follow(rows["paper"].to_numpy(), rows["target"].to_numpy())]
    rows["confidence"] = rows["confidence"] * certainty[rows["origin_entity"].to_numpy()]
    rows = rows[rows["confidence"] >= MIN_LINK]
    rows = rows[_same_name(rows, mentions) & _same_sort(rows, stated)]
    links = pd.DataFrame(
        {
            "source": rows["paper"],
            "relation": rows["role"].map(RELATION_OF_ROLE),
            "target": rows["target"],
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
    origin[preceded > EARLIER_SHARE * named_by] = -1
    # an entity that several papers say they introduce is several things, or a term
    claims = np.bincount(introduced["entity"].to_numpy(), minlength=len(entities))
    return origin, claims == 1


def _origin_certainty(introduced: pd.DataFrame, n_entities: int) -> Floats:
    certainty = np.zeros(n_entities)
    np.maximum.at(certainty, introduced["entity"].to_numpy(), introduced["confidence"].to_numpy())
    return certainty


def _may_bridge(entities: pd.DataFrame) -> Bools:
    """Whether an entity is of a type, and has a name, by which papers can be linked."""
    proper = [is_proper_name(name) for name in entities["name"]]
    return np.array(proper, dtype=bool) & entities["type"].isin(BRIDGE_TYPES).to_numpy()


def is_proper_name(name: str) -> bool:
    """Whether this names one thing, by its looks: a capital or digit beyond ordinary writing, and no known class.

    >>> [is_proper_name(name) for name in ("LoRA", "Mamba", "GPT-4", "attention", "LLM", "Vision Transformer")]
    [True, True, True, False, False, False]
    """
    if name.lower() in CLASSES or name.lower().removesuffix("s") in CLASSES or len(name) < 2:
        return False
    words = name.split()
    if len(words) > 1:  # "Vision Transformer" may be a class, "Segment Anything Model 2" is a name: ask for more
        return any(_is_marked(word) for word in words)
    return name != name.lower()


def _is_marked(word: str) -> bool:
    """Whether a word has a digit, or a capital after its first letter: ``LoRA``, ``GPT``, ``v2``."""
    return bool(re.search(r"\d|\w[A-Z]", word)) and word.lower() not in CLASSES


def _same_name(rows: pd.DataFrame, mentions: pd.DataFrame) -> Bools:
    """Whether the paper and the origin write the name alike; of versions, which have their own, nothing is asked."""
    wanted = pd.concat(
        [
            rows[["paper", "entity"]],
            rows[["target", "origin_entity"]].set_axis(["paper", "entity"], axis=1),
        ]
    ).drop_duplicates()
    texts = mentions[["paper", "entity", "text"]].merge(wanted, on=["paper", "entity"]).drop_duplicates()
    written: dict[tuple[int, int], set[str]] = {}
    for paper, entity, text in zip(texts["paper"], texts["entity"], texts["text"], strict=True):
        written.setdefault((paper, entity), set()).add(_spelling(text))
    here = zip(rows["paper"], rows["entity"], strict=True)
    there = zip(rows["target"], rows["origin_entity"], strict=True)
    version = (rows["entity"] != rows["origin_entity"]).to_numpy()
    alike = [bool(written.get(a, set()) & written.get(b, set())) for a, b in zip(here, there, strict=True)]
    return np.array(alike, dtype=bool) | version


def _spelling(text: str) -> str:
    """A surface string without what writers vary freely: hyphens, spaces and plural; case only in longer phrases.

    >>> _spelling("Q-LoRAs") == _spelling("QLoRA"), _spelling("SAM") == _spelling("Sam")
    (True, False)
    """
    bare = re.sub(r"[\s\-‐‑–_]+", "", text)
    return (bare.lower() if " " in text else bare).removesuffix("s")


def _same_sort(rows: pd.DataFrame, stated: pd.DataFrame) -> Bools:
    """Whether both papers mean a tool, or both a test bed, as the pipeline typed it in each of them."""
    sort = {"Model": "tool", "Method": "tool", "Dataset": "bed", "Benchmark": "bed"}
    typed = stated.set_index(["paper", "entity"])["type"].map(sort)
    here = typed.reindex(pd.MultiIndex.from_frame(rows[["paper", "entity"]])).to_numpy(dtype=object)
    there = typed.reindex(pd.MultiIndex.from_frame(rows[["target", "origin_entity"]])).to_numpy(dtype=object)
    return np.asarray(here == there, dtype=bool)
