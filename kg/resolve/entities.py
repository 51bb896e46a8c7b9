"""From nodes to entities: ids and types."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.model import EntityType, Role
from kg.resolve.gazetteer import Gazetteer
from kg.resolve.homonyms import SPLIT, THINGS, is_name
from kg.resolve.names import Names, distinct
from kg.resolve.normal import key, name_slug, slug
from kg.resolve.short_forms import Definitions
from kg.resolve.shown import singular_surface

_TYPES = [str(t) for t in EntityType]


def entity_ids(
    names: Names, node: npt.NDArray[np.int64], definitions: Definitions, gazetteer: Gazetteer
) -> npt.NDArray[np.object_]:
    """The entity id of each node (empty where no finding has it).

    An id is made of strings only, never of counts or of an order of arrival, so that more papers leave it as it is: the
    known spelling of the name, else the name its paper coined for it, else its wording with the most words.
    """
    table = definitions.table
    spaced: dict[str, str] = {}
    wordings = [
        *zip(names.texts["form"].tolist(), names.texts["spaced"].tolist(), strict=True),
        *zip(table["long"].tolist(), table["spaced"].tolist(), strict=True),
    ]
    for form, words in wordings:
        if (other := spaced.setdefault(form, words)) != words and _better(words, other, gazetteer):
            spaced[form] = words
    coined: dict[str, str] = {}
    for short, (surface, meaning) in sorted(definitions.coined.items()):
        if len(short) >= len(coined.get(meaning, "")) and " " in spaced.get(meaning, ""):
            coined[meaning] = surface

    used = sorted(distinct(node).tolist(), key=names.nodes.__getitem__)
    used.sort(key=lambda n: SPLIT in names.nodes[n])
    out = np.full(len(names.nodes), "", dtype=object)
    taken: set[str] = set()
    for n in used:
        form, _, apart = names.nodes[n].partition(SPLIT)
        if form in gazetteer.spelling:
            known = gazetteer.spelling[form]
            base = name_slug(singular_surface(known)) if is_name(known) and " " not in known else slug(key(known))
        elif form in coined and form not in gazetteer.types:
            base = slug(key(coined[form]))
        else:
            base = slug(spaced.get(form, form))
        name = f"entity/{base}" + (f"-{re.sub(r'[^0-9a-z]+', '-', apart.lower()).strip('-')}" if apart else "")
        if name in taken and form in spaced:
            name = f"entity/{slug(spaced[form])}"
        number = 2
        while name in taken:
            name, number = f"{name.rstrip('0123456789') if number > 2 else name + '-'}{number}", number + 1
        taken.add(name)
        out[n] = name
    return out


def _better(words: str, than: str, gazetteer: Gazetteer) -> bool:
    """Whether a wording is the better one of two of one form: of known words ("rea soning" is not), then of more."""

    def rank(wording: str) -> tuple[bool, int, str]:
        tokens = wording.split()
        known = all(t in gazetteer.tokens or not t.isalpha() for t in tokens)
        return known, len(tokens) if known else -len(tokens), wording

    return rank(words) > rank(than)


def entity_types(
    names: Names, node: npt.NDArray[np.int64], ids: npt.NDArray[np.object_], gazetteer: Gazetteer
) -> pd.Series:
    """Id to type, sorted by id: a vote of the findings by confidence, thrice for the paper that introduces it.

    The gazetteer has half a vote; a tie goes to what a thing is (Model, Dataset, Benchmark) before what is done with
    it.
    """
    found = names.findings
    weight = found["confidence"].to_numpy() * np.where(found["role"] == str(Role.INTRODUCES), 3.0, 1.0)
    cell = node * len(_TYPES) + found["type_code"].to_numpy(dtype=np.int64)
    votes = np.bincount(cell, weight, minlength=len(names.nodes) * len(_TYPES)).reshape(-1, len(_TYPES))
    used = distinct(node)
    for n in used.tolist():
        if (prior := gazetteer.types.get(names.nodes[n])) is not None:
            votes[n, _TYPES.index(prior)] += 0.5
    votes = votes[used].round(6)
    first = sorted(range(len(_TYPES)), key=lambda t: (_TYPES[t] not in THINGS, t))
    best = np.array(first)[votes[:, first].argmax(axis=1)]
    return pd.Series(np.array(_TYPES, dtype=object)[best], index=ids[used]).sort_index()
