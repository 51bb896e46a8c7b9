"""Wordings of one thing in different papers, where no list knows them: told by their words alone.

"Claude 4.1 Opus" is "Claude Opus 4.1"; "predictive entropy" is "prediction entropy"; "selective scan mechanism" is what
other papers call "selective scan".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from kg.model import EntityType
from kg.resolve.gazetteer import Gazetteer
from kg.resolve.homonyms import SPLIT
from kg.resolve.names import Codes, Names, distinct
from kg.resolve.variants import HEADS, SMALL, bag, same_grammar, version_key

WORDS = "same words"
HEAD = "generic head left out"
_TYPES = [str(t) for t in EntityType]


def same_across(names: Names, gazetteer: Gazetteer) -> None:
    """Nodes that word one thing become one: the known one, else the shortest."""
    spaced = dict(zip(names.texts["form"].tolist(), names.texts["spaced"].tolist(), strict=True))
    used = distinct(names.node).tolist()
    words = {form: spaced[form] for n in used if (form := names.nodes[n]) in spaced and SPLIT not in form}

    versions = {form: version_key(name.split()) for form, name in words.items() if not form.isalpha()}
    terms = ((form, name) for form, name in words.items() if form.isalpha() and " " in name)
    stems = {form: bag(name) for form, name in terms if form not in gazetteer.types}
    to: dict[str, tuple[str, str]] = {}
    for group in _alike(versions):
        best = min(group, key=lambda f: (f not in gazetteer.types, len(f), f))
        kind_of = gazetteer.types.get
        to |= {form: (best, WORDS) for form in group if form != best and kind_of(form) in (None, kind_of(best))}
    for group in _alike(stems):
        best = min(group, key=lambda f: (len(f), f))
        to |= {
            form: (best, WORDS)
            for form in group
            if form != best and (same_grammar(words[form], words[best]) or _reordered(words[form], words[best]))
        }
    kind = _types(names)
    for form, name in words.items():
        tokens = name.split()
        if form not in to and form not in gazetteer.types and len(tokens) > 2 and tokens[-1] in HEADS:
            rest = "".join(tokens[:-1])
            if rest in words and kind.get(rest) in HEADS[tokens[-1]] and kind.get(form) in HEADS[tokens[-1]]:
                to[form] = (to.get(rest, (rest, ""))[0], HEAD)

    moved = np.array([n in to for n in names.nodes], dtype=bool)
    rows = np.flatnonzero(moved[names.node])
    targets = [to[names.nodes[n]] for n in names.node[rows].tolist()]
    names.assign(rows, [form for form, _ in targets], [reason for _, reason in targets])


def _alike(keys: Mapping[str, tuple[object, ...] | None]) -> Iterable[list[str]]:
    """The forms of each key that several have."""
    number = Counter(keys.values())
    groups: dict[object, list[str]] = defaultdict(list)
    for form, key in keys.items():
        if key is not None and number[key] > 1:
            groups[key].append(form)
    return groups.values()


def _reordered(name: str, other: str) -> bool:
    """Whether only the words before the last one stand in another order: "3D open-vocabulary", "open-vocabulary 3D"."""
    mine, theirs = name.split(), other.split()
    return mine[-1] == theirs[-1] and sorted(mine) == sorted(theirs) and not SMALL & set(mine)


def _types(names: Names) -> dict[str, str]:
    """Form to the type that most of its mentions have (of two, the first in the alphabet)."""
    kind: Codes = names.findings["type_code"].to_numpy(dtype=np.int64)[names.finding]
    pairs, counts = np.unique(names.node * len(_TYPES) + kind, return_counts=True)
    order = np.lexsort((pairs, counts, pairs // len(_TYPES)))
    return {names.nodes[p // len(_TYPES)]: _TYPES[p % len(_TYPES)] for p in pairs[order].tolist()}
