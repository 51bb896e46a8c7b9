"""Which entity is a kind or a version of which: LLaMA-2-7B of LLaMA-2 of LLaMA, structured pruning of pruning."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

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
_COINED = 0.6
_LOOSE_WORDS = "cross multi meta next few one long pseudo off on micro inter intra ultra co"
_LOOSE = frozenset(_LOOSE_WORDS.split())
"""What a hyphen joins to a word of which the rest is a kind all the same: cross-domain generalization."""
_COMPOUND = re.compile(r"([^\W_]+)-(?=([^\W_]+)[\s-])")
_WHOLE = re.compile(r"(?<![vV\d.])(\d+(?:\.\d+)*)(?:([bB])\b|/(?=(\d+(?:\.\d+)*)))")
"""What is one size (the 2B of Gemma-2B, not the 2 and the Base of DINOv2-B) or two of them (CIFAR-10/100)."""


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
    wordings: dict[str, set[str]] = {}
    wholes: dict[str, set[tuple[str, str]]] = {}
    written: dict[str, Counter[str]] = defaultdict(Counter)
    mentions = np.bincount(names.text, minlength=len(names.texts)).tolist()
    columns = (names.texts[c].tolist() for c in ("form", "spaced", "text"))
    for form, spaced, text, number in zip(*columns, mentions, strict=True):
        if form in by_form:
            wordings.setdefault(form, set()).add(spaced)
            written[form][text] += number
            if not form.isalpha() and (found := _wholes(text)):
                wholes.setdefault(form, set()).update(found)
    form_of = {entity: form for form, entity in by_form.items()}
    coined = {form: name for form, texts in written.items() if (name := _coined(texts))}
    width = len(names.nodes) + 1
    once = distinct(names.findings["paper"].to_numpy() * width + node) % width
    often = {names.nodes[n]: int(k) for n, k in zip(*np.unique(once, return_counts=True), strict=True)}

    rows: set[tuple[str, str, str]] = set()
    for form in sorted(wordings):
        narrow = by_form[form]
        forms = wordings[form]
        if form in gazetteer.spelling and compact(spelled := key(names_of[narrow])) == form:
            forms = forms | {spelled}
        compounds = _compounds(written[form])
        for spaced in sorted(forms):
            tokens = spaced.split()
            version = _version_of(tokens, by_form, narrow, wholes.get(form, set()))
            if (
                version
                and _is_named(version, names_of, kind, gazetteer)
                and _agrees(written[form], coined.get(form_of[version], ""))
                and (kind[version] == kind[narrow] or {kind[version], kind[narrow]} <= {*THINGS, "Method"})
            ):
                rows.add((narrow, version, "version of"))
                continue
            name = names_of[narrow]
            stands_for = name.isupper() and compact(key(name)) != form  # initials, of which this is a long form
            if not is_name(name) or " " in name or stands_for:
                head = _kind_of(tokens, by_form, narrow, often, gazetteer, compounds)
                if head and kind[head] == kind[narrow] and _agrees(written[form], coined.get(form_of[head], "")):
                    rows.add((narrow, head, "kind of"))
    chosen: dict[str, tuple[str, str, str]] = {}
    for row in sorted(rows):
        if row[0] not in chosen or (row[2] == "version of", -len(row[1])) > (
            chosen[row[0]][2] == "version of",
            -len(chosen[row[0]][1]),
        ):
            chosen[row[0]] = row
    kept = [row for row in chosen.values() if not _circle(row[0], chosen)]
    return pd.DataFrame(sorted(kept), columns=["narrower", "broader", "reason"], dtype="str")


def _coined(texts: Counter[str]) -> str:
    """The name that nearly all mentions of a thing write, where it has capitals that a term has not: SPACE, LineAR."""
    names = Counter[str]()
    for text, number in texts.items():
        if " " in text or not any(map(str.isupper, text[1:])):
            names[""] += number
        else:
            names[text.removesuffix("s")] += number
    name, number = min(names.items(), key=lambda item: (-item[1], item[0]))
    return name if number >= _COINED * names.total() else ""


def _agrees(narrow: Counter[str], name: str) -> bool:
    """Whether what has a coined name in it writes it with its capitals, at least once: no latent space has a SPACE."""
    return not name or any(name in text for text in narrow) or not any(name.lower() in text.lower() for text in narrow)


def _compounds(texts: Counter[str]) -> frozenset[tuple[str, str]]:
    """The words that a hyphen joins in front of others, where most mentions have it: no head begins between them."""
    joined, all_ = Counter[tuple[str, str]](), texts.total()
    for text, number in texts.items():
        for first, second in _COMPOUND.findall(text):
            if first.lower() not in _LOOSE:
                joined[key(first), key(second)] += number
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


def _version_of(tokens: list[str], by_form: dict[str, str], narrow: str, wholes: set[tuple[str, str]]) -> str | None:
    """The nearest entity whose name, with a size, a version or a variant's word behind it, is this one's."""
    for end in range(len(tokens) - 1, 0, -1):
        tail = tokens[end:]
        if not is_version(tail):
            return None
        if (tokens[end - 1], tokens[end]) in wholes:
            continue
        found = by_form.get(compact(" ".join(tokens[:end])))
        if found and found != narrow and len("".join(tokens[:end])) > 1:
            return found
    return None


def _kind_of(
    tokens: list[str],
    by_form: dict[str, str],
    narrow: str,
    often: dict[str, int],
    gazetteer: Gazetteer,
    compounds: frozenset[tuple[str, str]],
) -> str | None:
    """The entity that a term's head names: the longest end of the words before the first preposition.

    No head begins inside ``compounds``: self-supervised learning is no supervised learning.
    """
    cut = next((i for i, t in enumerate(tokens) if t in _PREPOSITIONS and i), None)
    if cut is not None and cut + 1 < len(tokens):
        before = compact(" ".join(tokens[:cut]))
        if before in by_form and by_form[before] != narrow and (before in gazetteer.types or often.get(before, 0) > 1):
            return by_form[before]
        if not any(t in ("to", "and") for t in tokens):
            return None
    join = "".join if "".join(tokens).isalpha() else lambda rest: compact(" ".join(rest))
    for begin in range(1, len(tokens)):
        if (tokens[begin - 1], tokens[begin]) in compounds:
            continue
        if tokens[begin] in _PREPOSITIONS or tokens[begin - 1] in ("to", "and", "of", "as", "in", "for", "with"):
            continue
        rest = join(tokens[begin:])
        if (
            rest in by_form
            and by_form[rest] != narrow
            and len(rest) > 2
            and (rest in gazetteer.types or often.get(rest, 0) > 1)
        ):
            return by_form[rest]
    return None


def _circle(start: str, chosen: dict[str, tuple[str, str, str]]) -> bool:
    """Whether going broader from here leads back here."""
    seen, at = set(), start
    while at in chosen and at not in seen:
        seen.add(at)
        at = chosen[at][1]
    return at == start
