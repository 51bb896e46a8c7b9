"""Whether two papers mean the same thing by a name.

Short names are given again and again: there are three SAGEs in any month's papers. A paper that expands a name, or says
that the thing is its own, tells what it means by it; the tests here read that.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from kg.graph.arrays import Bools, Floats, Ints, of_papers
from kg.graph.ground import Ground
from kg.graph.origins import spots_of
from kg.graph.shares import rarity
from kg.model import text_of

WELL_KNOWN = 8
"""A name that is not plain, and that so many papers give to what one paper introduces, needs no common ground."""
HOMONYMS_FROM = 300
"""From so many papers on, two things of one plain name are likelier than not to be among them."""
COMMON_GROUND = 0.085
"""How much two papers must have in common for a plain name to mean the same in both; tried on 75,000 papers."""
PHRASE_GROUND = 0.14
"""The same for phrases of ordinary words (``supervised domain adaptation``), which anybody may come by."""
SOME_GROUND = 0.035
"""The same for names like no other."""
MEAN_GROUND, MEAN_SOME, MEAN_WELL_KNOWN = 0.085, 0.025, 0.06
"""How much the papers that give a name must have in common with its origin on average: of a plain name, of one like no
other, and of a plain one that :data:`WELL_KNOWN` papers give. Of phrases, :data:`PHRASE_GROUND`."""
NO_GROUND = 0.015
"""Two papers with less in common do not mean the same by a plain name, however many papers give it."""
SURELY = 0.2
"""Two papers with so much in common mean the same, however they spell the name or claim it."""
SHARED = 0.04
"""How much of it comes from another entity that both papers name, and few others do; two count at most."""
WINDOW = 90
"""How many characters beside a name are read."""
SORTS = {"Model": "tool", "Method": "tool", "Dataset": "bed", "Benchmark": "bed"}
"""What sort of thing an entity type is: tools and test beds are not mistaken for each other."""
_WORD = re.compile(r"[^\W_]+")
_OWN = re.compile(
    r"\b(propos|introduc|present|develop|design|nam(e|ed|ing)\b|call(ed)?\b|dub|term(ed)?\b|coin|build\b|release)\w*"
    r"(?P<words>(\W+(?!(?:by|from|for|of|on|to|with|using|via|based|than|that|in|into|over|under|against|and)\b)[\w-]+)"
    r"{0,5}\W+)$",
    re.IGNORECASE,
)
"""At the end of what stands before a name: words by which a paper says that the thing is its own."""
_PART, _MORE = re.compile(r"[\w-]"), re.compile(r"-\w")
"""What stands right before, or after, a name that is part of a longer word."""
_ONE_OF_MANY = re.compile(r"\ban?\b[\w\s-]*$", re.IGNORECASE)
"""At the end of these words: what follows is "a lightweight ControlNet", not "a framework, FOO"."""


def own_meaning(text: str, start: int, end: int) -> tuple[bool, list[str]]:
    """Whether the paper claims the thing named at these offsets as its own, and how it expands the name, if it does.

    An expansion is the last two words before ``(NAME)``, or all that stands in brackets after it and has its initials.

    >>> text = "We use integrated sensing and communication (ISAC). We propose a net, FOO (Fast Odd Object)."
    >>> own_meaning(text, 45, 49)
    (False, ['and communication'])
    >>> own_meaning(text, 70, 73)
    (True, ['Fast Odd Object'])
    >>> own_meaning("We introduce a lightweight ControlNet.", 27, 37)
    (False, [])
    """
    before, after = text[max(0, start - WINDOW) : start], text[end : end + WINDOW]
    before = re.split(r"[.;!?]\s", before)[-1]
    claim = _OWN.search(before)
    own = claim is not None and not _ONE_OF_MANY.search(claim["words"])
    expansions = []
    if before.endswith("(") and after.lstrip("s").startswith(")"):
        words = before[:-1].split()
        if words:
            expansions.append(" ".join(words[-2:]))
    inside = re.match(r"\s?\(([^()]{5,80})\)", after)
    if inside and _has_initials(inside.group(1), text[start:end]):
        expansions.append(inside.group(1))
    return own, expansions


def _has_initials(long: str, short: str) -> bool:
    """Whether a phrase may be what an abbreviation stands for: its words begin with most of its capitals, in order."""
    capitals = [letter for letter in short if letter.isupper()]
    words = _WORD.findall(long)
    if len(words) < 2 or len(capitals) < 2:
        return False
    at = 0
    for word in words:
        if at < len(capitals) and word[0].upper() == capitals[at]:
            at += 1
    return at >= len(capitals) - 1


def stems(text: str) -> str:
    """The words of a text, cut to five letters, for looking phrases up in: ``adapters`` is found as ``adaptation``."""
    return " " + " ".join(word[:5] for word in _WORD.findall(text.lower())) + " "


def conflicts(pairs: pd.DataFrame, mentions: pd.DataFrame, papers: pd.DataFrame) -> Bools:
    """Whether, for each row's ``paper`` and ``entity``, the paper means another thing than its ``origin`` paper does.

    It does if it claims the thing as its own, or expands the name by words that the origin does not have.
    """
    titles, abstracts = papers["title"].to_numpy(dtype=object), papers["abstract"].to_numpy(dtype=object)
    spots = spots_of(pairs, mentions)

    @cache
    def known(origin: int) -> str:
        return stems(text_of(titles[origin], abstracts[origin]))

    def differs(text: str, start: int, end: int, origin: int) -> bool:
        own, expansions = own_meaning(text, start, end)
        return own or any(stems(phrase) not in known(origin) for phrase in expansions)

    result = []
    for paper, entity, origin in zip(*(pairs[c].tolist() for c in ("paper", "entity", "origin")), strict=True):
        text = text_of(titles[paper], abstracts[paper])
        result.append(any(differs(text, start, end, origin) for start, end in spots.get((paper, entity), [])))
    return np.array(result, dtype=bool)


def spelled_alike(rows: pd.DataFrame, mentions: pd.DataFrame) -> Bools:
    """Whether ``paper`` writes ``entity`` as ``origin`` writes ``origin_entity``; of versions nothing is asked."""
    there = rows[["origin", "origin_entity"]].set_axis(["paper", "entity"], axis=1)
    wanted = pd.concat([rows[["paper", "entity"]], there]).drop_duplicates()
    texts = of_papers(mentions[["paper", "entity", "text"]], wanted["paper"])
    texts = texts.merge(wanted, on=["paper", "entity"]).drop_duplicates()
    written: dict[tuple[int, int], set[str]] = {}
    for paper, entity, text in zip(texts["paper"], texts["entity"], texts["text"], strict=True):
        written.setdefault((paper, entity), set()).update(spellings(text))
    here = zip(rows["paper"], rows["entity"], strict=True)
    ends = zip(here, zip(rows["origin"], rows["origin_entity"], strict=True), strict=True)
    alike = [bool(written.get(a, set()) & written.get(b, set())) for a, b in ends]
    return np.array(alike, dtype=bool) | (rows["entity"] != rows["origin_entity"]).to_numpy()


def spellings(text: str) -> set[str]:
    """A surface string without what writers vary freely: hyphens, spaces and plural; case only in names of several
    parts. Two strings are spelled alike if they have one of these in common.

    >>> alike = [("Q-LoRAs", "QLoRA"), ("Gemma 3", "gemma-3"), ("Self Forcing", "Self-Forcing")]
    >>> all(spellings(a) & spellings(b) for a, b in alike)
    True
    >>> any(spellings(a) & spellings(b) for a, b in [("SAM", "Sam"), ("efficient VLAs", "EfficientVLA")])
    False
    """
    bare = re.sub(r"[\s\-‐‑–_]+", "", text).removesuffix("s")
    if re.search(r"\d", text) or (" " not in text and bare != text.removesuffix("s")):
        return {bare, bare.lower()}
    return {bare.lower() if " " in text else bare}


def same_sort(rows: pd.DataFrame, stated: pd.DataFrame) -> Bools:
    """Whether both papers mean a tool, or both a test bed, as the pipeline typed it in each of them."""
    near = of_papers(stated[["paper", "entity", "type"]], pd.concat([rows["paper"], rows["origin"]]))
    typed = near.set_index(["paper", "entity"])["type"].map(SORTS)
    there = rows[["origin", "origin_entity"]].set_axis(["paper", "entity"], axis=1)
    sorts = [typed.reindex(pd.MultiIndex.from_frame(end)) for end in (rows[["paper", "entity"]], there)]
    return np.asarray(sorts[0].to_numpy(dtype=object) == sorts[1].to_numpy(dtype=object), dtype=bool)


def in_common(rows: pd.DataFrame, stated: pd.DataFrame, papers: pd.DataFrame, n_entities: int) -> Floats:
    """How near ``paper`` and ``origin`` are in subject, by rare words and rare entities: 0 to 1.08.

    The words of the ``name`` do not count. In small corpora all is near: homonyms are not likely there.
    """
    if len(papers) < HOMONYMS_FROM or rows.empty:
        return np.ones(len(rows))
    ground = Ground(papers, np.union1d(rows["paper"], rows["origin"])).common(rows)
    return ground + SHARED * np.minimum(_shared_entities(rows, stated, len(papers), n_entities), 2)


def on_common_ground(rows: pd.DataFrame, named_by: Ints) -> Bools:
    """Whether ``paper`` and ``origin`` are near enough (``ground``) for the ``name`` to mean the same in both.

    More is asked of plain names (``Opus``, ``CARMA``), which are given twice sooner or later, than of ``TerraMind`` and
    ``MoGe-2``. Of what many papers name nothing is asked, of plain names that they name on common ground little. Half
    of the measure is the pair's own, half the mean of all pairs of this name. ``named_by`` counts each entity's papers.
    """
    mean = rows.groupby("origin_entity")["ground"].transform("mean")
    asked = np.array([_ground_asked(name) for name in rows["name"]], dtype=float)
    popular = named_by[rows["origin_entity"].to_numpy()] >= WELL_KNOWN
    near = (mean >= MEAN_WELL_KNOWN) & (rows["ground"] >= NO_GROUND)
    known = popular & ((asked != COMMON_GROUND) | near.to_numpy())
    return np.asarray(((rows["ground"] + mean).to_numpy() / 2 >= asked) | known, dtype=bool)


def _ground_asked(name: str) -> float:
    if is_phrase(name):
        return PHRASE_GROUND
    return COMMON_GROUND if is_plain(name) else SOME_GROUND


def is_phrase(name: str) -> bool:
    """Whether a name is made of ordinary words, or of them and a name (``adaptive LoRA``).

    >>> phrases = ["Dynamic 3D Gaussian", "refusal steering", "adaptive LoRA", "dual-reward"]
    >>> all(is_phrase(name) for name in phrases)
    True
    >>> any(is_phrase(name) for name in ("DeepSeek Sparse Attention", "Self-Forcing", "Qwen-Image", "Dolphin"))
    False
    """
    if re.fullmatch(r"[^\s-]+|[A-Z][^\s-]*-[A-Z][^\s-]*", name):
        return False
    if re.match(r"[a-z]{2,} ", name):
        return True
    return not any(
        re.search(r"\d|\w[A-Z]", word) for word in re.split(r"[\s-]+", name) if word not in ("2D", "3D", "4D")
    )


def meant_by_most(origin: Ints, rows: pd.DataFrame, mentions: pd.DataFrame) -> Ints:
    """The origins, but -1 where most of the other papers that give the name, the ``rows``, mean something else by it.

    They do if they spell it in another way (``LaTeX``, ``LATex``), or claim or expand it otherwise (``conflict``), and
    have little in common with the origin; or if they have too little in common with it on average.
    """
    rows = rows[rows["entity"] == rows["origin_entity"]]
    number, ground = rows["entity"].to_numpy(), rows["ground"].to_numpy()
    same = (spelled_alike(rows, mentions) & ~rows["conflict"].to_numpy()) | (ground >= SURELY)
    others = np.maximum(np.bincount(number, minlength=len(origin)), 1)
    agree, mean = (np.bincount(number, each, len(origin)) / others for each in (same, ground))
    believed = origin.copy()
    for each, name in rows.drop_duplicates("entity")[["entity", "name"]].itertuples(index=False):
        if agree[each] < 0.5 or mean[each] < _mean_asked(name, others[each] + 1):
            believed[each] = -1
    return believed


def _mean_asked(name: str, named_by: int) -> float:
    if is_phrase(name):
        return PHRASE_GROUND
    if is_plain(name):
        return MEAN_WELL_KNOWN if named_by >= WELL_KNOWN else MEAN_GROUND
    return 0.0 if named_by >= WELL_KNOWN else MEAN_SOME


def _shared_entities(rows: pd.DataFrame, stated: pd.DataFrame, n_papers: int, n_entities: int) -> Ints:
    """How many entities, besides the one in question and hubs, both papers name."""
    rare = rarity(stated, n_papers, n_entities) > 0
    near = of_papers(stated[["paper", "entity"]], pd.concat([rows["paper"], rows["origin"]]))
    wanted = near[rare[near["entity"].to_numpy()]]
    named: dict[int, set[int]] = {}
    for paper, entity in zip(wanted["paper"].tolist(), wanted["entity"].tolist(), strict=True):
        named.setdefault(paper, set()).add(entity)
    columns = (rows[column].tolist() for column in ("paper", "origin", "entity", "origin_entity"))
    empty: set[int] = set()
    counts = [len((named.get(a, empty) & named.get(b, empty)) - {e, f}) for a, b, e, f in zip(*columns, strict=True)]
    return np.array(counts, dtype=np.int64)


def is_plain(name: str) -> bool:
    """Whether a name has little that makes it unlike any other: no digit, and short or without inner capitals.

    >>> [is_plain(name) for name in ("Opus", "CARMA", "LoRA", "TerraMind", "MoGe-2")]
    [True, True, True, False, False]
    """
    return not re.search(r"\d", name) and (len(name) <= 6 or not re.search(r"[a-z].*[A-Z]|[A-Z].*[A-Z].*[a-z]", name))
