"""Capitals that come from the place of a name, not from the name: at a sentence's start, in a title in title case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain

import numpy as np

from kg.resolve.gazetteer import Gazetteer
from kg.resolve.homonyms import SPLIT, introduced
from kg.resolve.names import Codes, Names, distinct
from kg.resolve.short_forms import Definitions

_CAPITAL = re.compile(r"(?<![^\W_])[A-Z][a-z]+(?![^\W_])")
"""An ordinary word with a capital; not of LoRA, GPT, ViT-B."""
_WORD = re.compile(r"(?<![^\W_])[A-Za-z][a-z]+(?![^\W_])")
_OF_TITLE = re.compile(r"(?<![\w-])[^\W\d_]{4,}")
_SMALL_WORDS = (
    "about across after against among based before beyond between does from have into over should than that their them "
    "through toward towards under upon using what when where which with within without your"
)
_SMALL = frozenset(_SMALL_WORDS.split())
"""Words that a title in title case may have in lower case."""
_SHARE = 0.8
"""A title is in title case where this share of its other words has a capital."""


def is_title_case(title: str) -> bool:
    """Whether a title has capitals throughout.

    >>> is_title_case("Adaptive Sampling for Vision-and-language Models with Noise")
    True
    >>> is_title_case("Adaptive sampling for Bayesian models")
    False
    """
    words = [word for word in _OF_TITLE.findall(title) if word not in _SMALL]
    return len(words) > 1 and sum(word[0].isupper() for word in words) >= _SHARE * len(words)


def lowered(name: str) -> str:
    """A name without the capitals of ordinary words.

    >>> lowered("Dimensionality Reduction"), lowered("LLM Fine-Tuning")
    ('dimensionality reduction', 'LLM fine-tuning')
    """
    return _CAPITAL.sub(lambda word: word.group().lower(), name)


def without_place(
    names: Names,
    node: Codes,
    shown: Iterable[tuple[int, str]],
    definitions: Definitions,
    gazetteer: Gazetteer,
    titles: list[str],
) -> dict[int, str]:
    """The nodes that have a capital for their place's sake only, of those that are shown by a name: to it without.

    They are written with capitals only where a sentence begins or a title has capitals throughout, no paper introduces
    them or defines a short form by them, and papers or the gazetteer write them, or at least each of their words, in
    lower case.
    """
    capital = {n: name for n, name in shown if not name.islower() and _CAPITAL.search(name)}
    chosen = np.zeros(len(names.nodes), dtype=bool)
    chosen[list(capital)] = True
    of_mention = node[names.finding]
    rows = np.flatnonzero(chosen[of_mention])
    texts = names.texts["text"].tolist()
    width = len(texts) + 1
    writings, back = np.unique(of_mention[rows] * width + names.text[rows], return_inverse=True)
    kinds = np.array([_kind(capital[w // width], texts[w % width]) for w in writings.tolist()], dtype=np.int64)
    kind = kinds[back] if len(rows) else np.zeros(0, dtype=np.int64)

    paper, number = names.paper[rows], of_mention[rows]
    long = np.array([len(title) for title in titles], dtype=np.int64)
    title = (kind > _LOWER) & (names.start[rows] < long[paper])
    in_case = np.zeros(len(titles), dtype=bool)
    of_title = distinct(paper[title])
    in_case[of_title] = [is_title_case(titles[p]) for p in of_title.tolist()]
    placed = (title & in_case[paper]) | ((kind == _FIRST) & (names.start[rows] == names.sentence[rows]))
    own = introduced(names.findings)[names.finding[rows]]
    chosen[number[((kind > _LOWER) & ~placed) | own]] = False
    table = definitions.table[definitions.table["paper"].isin(paper[placed])]
    defined = {*zip(table["paper"], table["long"], strict=True), *zip(table["paper"], table["meaning"], strict=True)}
    for p, n in zip(paper[placed].tolist(), number[placed].tolist(), strict=True):
        if chosen[n] and (p, names.nodes[n].partition(SPLIT)[0]) in defined:
            chosen[n] = False

    written = set(number[kind == _LOWER].tolist())
    ordinary = _ordinary([*texts, *gazetteer.spelling.values()], (capital[n] for n in np.flatnonzero(chosen).tolist()))
    out: dict[int, str] = {}
    for n in np.flatnonzero(chosen).tolist():
        spelling = gazetteer.spelling.get(names.nodes[n].partition(SPLIT)[0], "")
        words = _CAPITAL.findall(capital[n])
        if spelling.lower() == capital[n].lower():
            lower = not _CAPITAL.search(spelling)
        else:
            lower = " " in capital[n] and all(word.lower() in ordinary for word in words)
        if lower or n in written:
            out[n] = lowered(capital[n])
    return out


_OTHER, _LOWER, _FIRST, _MORE = range(4)
"""How a surface string writes a name: in other words, without a capital, with one on the first word, or on others."""


def _kind(name: str, surface: str) -> int:
    if not surface.lower().startswith(name.lower()[:-1]):  # the end may be a plural's
        return _OTHER
    begins = [word.start() for word in _CAPITAL.finditer(surface)]
    return _LOWER if not begins else _FIRST if begins == [0] else _MORE


def _ordinary(texts: list[str], names: Iterable[str]) -> frozenset[str]:
    """The words of names that texts have in lower case more often than with a capital: not "gaussian" by a slip."""
    asked = {word for name in names for word in _CAPITAL.findall(name)}
    asked |= {word.lower() for word in asked}
    found = Counter(chain.from_iterable(map(asked.intersection, map(_WORD.findall, texts if asked else ()))))
    return frozenset(word for word, often in found.items() if often > found[word.capitalize()] and word.islower())
