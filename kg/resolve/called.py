"""What each entity is called: as its papers write it."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.resolve.capitals import lowered, without_place
from kg.resolve.gazetteer import Gazetteer
from kg.resolve.homonyms import SPLIT, introduced, is_name
from kg.resolve.names import Codes, Names, distinct
from kg.resolve.short_forms import Definitions, is_coined
from kg.resolve.shown import has_singular, readable, singular_surface
from kg.resolve.within import REASON as WORDING

if TYPE_CHECKING:
    from kg.resolve.decisions import Decisions


_RARELY = 6
"""A thing is not called by a known name if this many times as many papers say other words: few write HPO."""
_WIDELY = 5
"""A thing is called by initials that are written more than this many times as often as what they stand for."""


def entity_names(
    names: Names,
    node: Codes,
    ids: npt.NDArray[np.object_],
    surfaces: pd.DataFrame,
    decided: Decisions,
    gazetteer: Gazetteer,
    types: pd.Series,
    definitions: Definitions,
    titles: list[str],
) -> dict[str, str]:
    """Id to name: as decided, by the gazetteer's name where papers write that, else as they write it most often.

    No name is shown that no paper writes, and none in the plural, but for data sets and benchmarks (``types``, by id),
    which keep their s: nuScenes and Cityscapes are no plurals. A capital that only the place asks for goes
    (``kg.resolve.capitals``; ``titles``: of the papers, as ``names.papers``).
    """
    kept = set(types.index[types.isin(["Dataset", "Benchmark"])])
    entities, texts, counts, reasons = (surfaces[c].tolist() for c in ("entity", "name", "count", "reason"))
    first = np.flatnonzero(~surfaces["entity"].duplicated()).tolist()
    rows_of = {entities[row]: range(row, end) for row, end in pairwise([*first, len(entities)])}

    @lru_cache(maxsize=1)  # one entity after the other is asked for
    def written(entity: str) -> set[str]:
        return {texts[i].casefold() for i in rows_of.get(entity, ())}

    def one_of(surface: str, entity: str) -> str:
        one = singular_surface(surface)
        if one == surface or (entity in kept and not surface[:-1].isupper()):  # EHRs are, nuScenes is no plural
            return surface
        return one if one.casefold() in written(entity) or has_singular(surface, gazetteer) else surface

    raw = dict(zip(names.texts["text"].tolist(), names.texts["raw"].tolist(), strict=True))
    used = distinct(node).tolist()
    preferred = {str(ids[n]): names.nodes[n].partition(SPLIT)[0] for n in used}
    known: dict[int, str] = {}
    for n in used:
        spelling = gazetteer.spelling.get(preferred[ids[n]], "")
        if is_name(spelling) and " " not in spelling:
            known[n] = one_of(spelling, ids[n])
    out: dict[str, str] = {}
    votes = _spellings(names, node, known)
    for n, spelling in known.items():
        entity = str(ids[n])
        found = votes.get(n, Counter())
        others = found.pop("", 0)
        if found and _RARELY * found.total() >= others:
            out[entity] = min(found, key=lambda name: (-found[name], name != spelling, name))
        elif not found and any(raw[texts[i]] == preferred[entity] for i in rows_of.get(entity, ())):
            out[entity] = spelling
    own = {form: str(ids[n]) for n in used if SPLIT not in (form := names.nodes[n])}

    def score(row: int, spelled_out: int) -> float:
        entity, name, count = entities[row], texts[row], counts[row]
        form, wording = raw[name], reasons[row] == WORDING
        score = float(count)
        if " " in name and name.islower():
            score *= 0.5 if form in gazetteer.tokens else 3  # optimiza tion
        if wording and own.get(form, entity) != entity:
            score /= 1000  # the name of another thing, which in some paper stands for this one
        initials = len(name) > 3 and " " not in name and name.isupper() and not wording
        if form == preferred[entity] or (" " not in name and is_coined(name)):
            score *= 10
        elif initials and count > _WIDELY * spelled_out:
            score *= 10  # TF-IDF, which hardly anybody spells out
        elif not is_coined(name):
            score /= 3  # initials, which other things may have as well
        return score * 1.5 if singular_surface(name) == name else score

    def most_written(entity: str) -> str:
        rows = rows_of[entity]
        if len(rows) == 1:
            return one_of(texts[rows[0]], entity)
        spelled_out = sum(counts[i] for i in rows if raw[texts[i]] == preferred[entity])
        scores = [score(i, spelled_out) for i in rows]
        best = max(scores)
        return min(one_of(texts[i], entity) for i, score in zip(rows, scores, strict=True) if score == best)

    shown = {entity: readable(most_written(entity)) for entity in rows_of if entity not in out}
    surface = ((n, shown[ids[n]]) for n in used if ids[n] in shown and ids[n] not in kept)
    lower = without_place(names, node, surface, definitions, gazetteer, titles)
    return out | shown | {str(ids[n]): name for n, name in lower.items()} | decided.names(ids, names)


def _spellings(names: Names, node: Codes, known: dict[int, str]) -> dict[int, Counter[str]]:
    """Of nodes with a known name, how their papers write it: in how many, thrice where the paper introduces it; under
    the empty string, in how many they say other words."""
    spelled = np.zeros(len(names.nodes), dtype=bool)
    spelled[list(known)] = True
    of_mention = node[names.finding]
    rows = np.flatnonzero(spelled[of_mention])
    texts = names.texts["text"].tolist()
    width, size = len(texts) + 1, len(names.papers) + 1
    writings, at = np.unique(of_mention[rows] * width + names.text[rows], return_inverse=True)
    spellings = [(w // width, as_written(known[w // width], texts[w % width])) for w in writings.tolist()]
    codes = {spelling: i for i, spelling in enumerate(dict.fromkeys(spellings))}
    place = np.array([codes[s] for s in spellings], dtype=np.int64)[at] * size + names.paper[rows]
    own = introduced(names.findings)[names.finding[rows]]
    papers, first = (np.bincount(distinct(p) // size, minlength=len(codes)) for p in (place, place[own]))
    out: dict[int, Counter[str]] = defaultdict(Counter)
    for (n, name), number in zip(codes, (papers + 2 * first).tolist(), strict=True):
        out[n][name] = number
    for n, found in out.items():
        for name in [name for name, papers in found.items() if papers == 1 and name.islower()]:
            if name != lowered(known[n]):
                del found[name]  # that one paper writes no capitals says little: imagenet
    return out


def as_written(name: str, surface: str) -> str:
    """How a surface string writes a name, on its own or beside other words; empty where it does not.

    >>> as_written("PALM", "PaLM models"), as_written("LLM", "llms"), as_written("NLP", "natural language processing")
    ('PaLM', 'llm', '')
    >>> as_written("F1", "micro-F12"), as_written("COCO", "MS COCO")
    ('', 'COCO')
    """
    lower, wanted = surface.lower(), name.lower()
    at = lower.find(wanted) if len(lower) == len(surface) and len(wanted) == len(name) else -1
    while at >= 0:
        end = at + len(name)
        behind = surface[end:].removeprefix("s")
        if not (surface[at - 1 : at].isalnum() or behind[:1].isalnum()):
            return surface[at:end]
        at = lower.find(wanted, at + 1)
    return ""
