"""Which entity is a kind or a version of which: LLaMA-2-7B of LLaMA-2 of LLaMA, structured pruning of pruning."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container
from functools import cache, partial
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.resolve.gazetteer import Gazetteer
from kg.resolve.homonyms import SPLIT, THINGS, is_name
from kg.resolve.names import Names, distinct
from kg.resolve.normal import compact, key
from kg.resolve.variants import is_version

_PREPOSITIONS_WORDS = "of for with from in on as by to via at over under without and"
_PREPOSITIONS = frozenset(_PREPOSITIONS_WORDS.split())
_BEFORE_NO_HEAD = frozenset(("to", "and", "of", "as", "in", "for", "with"))
_COINED = 0.6
_LOOSE_WORDS = "cross multi meta next few one long pseudo off on micro inter intra ultra co"
_LOOSE = frozenset(_LOOSE_WORDS.split())
"""What a hyphen joins to a word of which the rest is a kind all the same: cross-domain generalization."""
_COMPOUND = re.compile(r"([^\W_]+)-(?=([^\W_]+)[\s-])")
_WHOLE = re.compile(r"(?<![vV\d.])(\d+(?:\.\d+)*)(?:([bB])\b|/(?=(\d+(?:\.\d+)*)))")
"""What is one size (the 2B of Gemma-2B, not the 2 and the Base of DINOv2-B) or two of them (CIFAR-10/100)."""
Written = list[tuple[str, int]]
"""The surface strings of a form, with how many mentions write each."""


def broader_links(
    names: Names,
    node: npt.NDArray[np.int64],
    ids: npt.NDArray[np.object_],
    entities: pd.DataFrame,
    gazetteer: Gazetteer,
) -> pd.DataFrame:
    """The table ``broader`` of the result: each entity to the nearest broader ones that papers name."""
    used = [n for n in distinct(node).tolist() if SPLIT not in names.nodes[n]]
    by_form = {names.nodes[n]: str(ids[n]) for n in used}
    kind = dict(zip(entities["id"].tolist(), entities["type"].tolist(), strict=True))
    names_of = dict(zip(entities["id"].tolist(), entities["name"].tolist(), strict=True))
    forms, spaced, texts = (names.texts[column].tolist() for column in ("form", "spaced", "text"))
    by = forms.__getitem__
    of_form = {form: tuple(rows) for form, rows in groupby(sorted(range(len(forms)), key=by), by)}
    width = len(names.nodes) + 1
    once = distinct(names.findings["paper"].to_numpy() * width + node) % width
    papers = np.bincount(once, minlength=len(names.nodes)).tolist()
    heads = {form for n in used if (form := names.nodes[n]) in gazetteer.types or papers[n] > 1}
    mentions = np.bincount(names.text, minlength=len(texts)).tolist()

    def written(form: str) -> Written:
        return [(texts[i], mentions[i]) for i in of_form.get(form, ())]  # none where only definitions have it

    @cache
    def coined(form: str) -> str:
        return _coined(written(form))

    wordings = dict(zip(spaced, forms, strict=True))
    for form in gazetteer.spelling.keys() & by_form.keys() & of_form.keys():
        if compact(spelled := key(names_of[by_form[form]])) == form:
            wordings[spelled] = form
    chosen: dict[str, tuple[str, str, str]] = {}
    for wording, form in wordings.items():
        if " " not in wording or form not in by_form:
            continue
        tokens = wording.split()
        narrow = by_form[form]
        row = None
        if is_version(tokens[-1:]) and (
            (version := _version_of(tokens, by_form, form, [texts[i] for i in of_form[form]]))
            and (kind[broad := by_form[version]] == kind[narrow] or {kind[broad], kind[narrow]} <= {*THINGS, "Method"})
            and _is_named(broad, names_of, kind, gazetteer)
            and _agrees(written(form), coined(version))
        ):
            row = (narrow, broad, "version of")
        else:
            name = names_of[narrow]
            # of initials, this is a long form
            if " " in name or not is_name(name) or (name.isupper() and compact(key(name)) != form):
                head = _kind_of(tokens, form, heads, partial(written, form))
                if head and kind[by_form[head]] == kind[narrow] and _agrees(written(form), coined(head)):
                    row = (narrow, by_form[head], "kind of")
        if row and (narrow not in chosen or _preferred(row) < _preferred(chosen[narrow])):
            chosen[narrow] = row
    kept = [row for row in chosen.values() if not _circle(row[0], chosen)]
    return pd.DataFrame(sorted(kept), columns=["narrower", "broader", "reason"], dtype="str")


def _preferred(row: tuple[str, str, str]) -> tuple[bool, int, str]:
    """By what the broader entity is chosen: a version's name first, then the nearest by its length."""
    return row[2] != "version of", len(row[1]), row[1]


def _coined(texts: Written) -> str:
    """The name that nearly all mentions of a thing write, where it has capitals that a term has not: SPACE, LineAR."""
    names = Counter[str]()
    for text, number in texts:
        if " " in text or not any(map(str.isupper, text[1:])):
            names[""] += number
        else:
            names[text.removesuffix("s")] += number
    name, number = min(names.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return name if number >= _COINED * names.total() else ""


def _agrees(narrow: Written, name: str) -> bool:
    """Whether what has a coined name in it writes it with its capitals, at least once: no latent space has a SPACE."""
    if not name:
        return True
    return any(name in text for text, _ in narrow) or not any(name.lower() in text.lower() for text, _ in narrow)


def _compounds(texts: Written) -> frozenset[tuple[str, str]]:
    """The words that a hyphen joins in front of others, where most mentions have it: no head begins between them."""
    joined: dict[tuple[str, str], int] = defaultdict(int)
    for text, number in texts:
        if "-" in text:
            for first, second in _COMPOUND.findall(text):
                if first.lower() not in _LOOSE:
                    joined[key(first), key(second)] += number
    all_ = sum(number for _, number in texts) if joined else 0
    return frozenset(pair for pair, number in joined.items() if 2 * number > all_)


def _is_named(entity: str, names_of: dict[str, str], kind: dict[str, str], gazetteer: Gazetteer) -> bool:
    """Whether an entity has a name of its own, which versions may have: not "lead" or "direct"."""
    form = compact(key(names_of[entity]))
    return is_name(names_of[entity]) or gazetteer.types.get(form) == kind[entity]


def _wholes(surface: str) -> set[tuple[str, str]]:
    """The tokens side by side between which no name ends, as a surface string has them.

    >>> _wholes("Gemma-2B-it"), _wholes("CIFAR-10/100"), _wholes("DINOv2-B/14")
    ({('2', 'b')}, {('10', '100')}, set())
    """
    return {(number, (unit or other).lower()) for number, unit, other in _WHOLE.findall(surface)}


def _version_of(tokens: list[str], forms: Container[str], form: str, texts: list[str]) -> str | None:
    """The nearest of the forms that, with a size, a version or a variant's word behind it, is this one."""
    wholes = set().union(*map(_wholes, texts))
    for end in range(len(tokens) - 1, 0, -1):
        if not is_version(tokens[end:]):
            return None
        if (tokens[end - 1], tokens[end]) in wholes:
            continue
        found = compact(" ".join(tokens[:end]))
        if found in forms and found != form and len("".join(tokens[:end])) > 1:
            return found
    return None


def _kind_of(tokens: list[str], form: str, heads: set[str], written: Callable[[], Written]) -> str | None:
    """The form that a term's head names, of ``heads``: the longest end of the words before the first preposition.

    No head begins inside a compound as papers have ``written`` it: self-supervised learning is no supervised learning.
    """
    if not _PREPOSITIONS.isdisjoint(tokens[1:-1]):
        cut = next(i for i, token in enumerate(tokens) if token in _PREPOSITIONS and i)
        before = compact(" ".join(tokens[:cut]))
        if before in heads and before != form:
            return before
        if "to" not in tokens and "and" not in tokens:
            return None
    join = "".join if "".join(tokens).isalpha() else lambda rest: compact(" ".join(rest))
    for begin in range(1, len(tokens)):
        rest = join(tokens[begin:])
        if rest not in heads or rest == form or len(rest) < 3 or tokens[begin] in _PREPOSITIONS:
            continue
        if tokens[begin - 1] not in _BEFORE_NO_HEAD and (tokens[begin - 1], tokens[begin]) not in _compounds(written()):
            return rest
    return None


def _circle(start: str, chosen: dict[str, tuple[str, str, str]]) -> bool:
    """Whether going broader from here leads back here."""
    seen, at = set(), start
    while at in chosen and at not in seen:
        seen.add(at)
        at = chosen[at][1]
    return at == start
