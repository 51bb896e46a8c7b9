"""Candidate spans of one text, and what the network sees of each besides the words' vectors.

A candidate has at most eight tokens, begins and ends with no function word or punctuation, and holds no sentence's end:
some 600 in an abstract. Its features: what the tables of :mod:`.knowledge` say of it, and how it stands in this text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .knowledge import Knowledge
from .words import LONGEST, span_hashes

TOKEN_FEATURES = 23
SPAN_FEATURES = 11 + 7 + 7 + 9 + 18 + 1 + 8 + 8
HERE = 11
"""The first features are of the text; these columns are of the tables (and one says whether the corpus has it):"""
TERMS, EXACT_TERMS, LISTS = slice(11, 18), slice(18, 25), slice(25, 34)
CORPUS, IN_CORPUS, GOLD, EXACT_GOLD = slice(34, 52), 52, slice(53, 61), slice(61, 69)


@dataclass
class Words:
    """The words of one text as arrays, one entry a token."""

    texts: list[str]
    title: int
    """The number of tokens in the title."""
    folded: np.ndarray
    """Hashes of the folded words."""
    exact: np.ndarray
    """Hashes of the words as written."""
    flags: np.ndarray
    """See :func:`.words.flags`."""


@dataclass
class Candidates:
    """Spans (``start`` to ``end``, exclusive, in tokens) with their features; sorted by end, then by length."""

    start: np.ndarray
    end: np.ndarray
    group: np.ndarray
    """Candidates with the same number are the same phrase, or a long form and its abbreviation."""
    features: np.ndarray
    tokens: np.ndarray
    """Features of the tokens."""
    folded: np.ndarray
    exact: np.ndarray
    """Hashes of the spans, folded and as written."""


def _before(a: np.ndarray, fill: object = False) -> np.ndarray:
    return np.append(np.asarray([fill], a.dtype), a[:-1])


def _after(a: np.ndarray, fill: object = False) -> np.ndarray:
    return np.append(a[1:], np.asarray([fill], a.dtype))


def abbreviations(words: Sequence[str]) -> list[tuple[int, int, int]]:
    """Start and end of a long form and the token that is its short form, as in "long form ( LF )"."""
    out = []
    for i in [i for i, word in enumerate(words) if word == "("]:
        if not 1 <= i < len(words) - 2:
            continue
        closed = words[i + 2] in (")", ",", ";")
        if not closed and not (i + 3 < len(words) and words[i + 3] == ")" and words[i + 2] in ("-", "s")):
            continue
        short = words[i + 1]
        if not 2 <= len(short) <= 12 or not any(c.isupper() for c in short):
            continue
        letters = re.sub(r"s$", "", short) if len(short) > 2 and short[:-1].isupper() else short
        letters = re.sub(r"[^A-Za-z0-9]", "", letters).lower()
        if len(letters) < 2:
            continue
        for start in range(i - 1, max(-1, i - 1 - LONGEST), -1):
            if words[start] in ".,;:()":
                break
            if words[start][:1].lower() != letters[0]:
                continue
            long = iter(" ".join(words[start:i]).lower())
            n = sum(any(c.isalnum() for c in w) for w in words[start:i])
            if 2 <= n <= len(letters) + 2 and n * 4 >= len(letters) and all(c in long for c in letters):
                out.append((start, i, i + 1))
                break
    return out


def candidates(words: Words, known: Knowledge) -> Candidates:
    """All candidate spans of a text (of at least one word)."""
    n = len(words.texts)
    place = np.arange(n)
    in_title = place < words.title
    function, letters, hyphen, stops, opening, closing = words.flags.T
    # "in-context", "base-to-novel": a function word may begin or end a span where a hyphen joins it to the rest
    may_start = ~function | (letters & _after(hyphen))
    may_end = ~function | (letters & _before(hyphen))
    starts = place[:, None] - np.arange(LONGEST)
    at = np.maximum(starts, 0)
    sentence = np.cumsum(stops)
    valid = (starts >= 0) & may_start[at] & may_end[:, None]
    valid &= (in_title[at] == in_title[:, None]) & (sentence[at] == sentence[:, None])
    valid[:, 0] &= ~function
    last, extra = np.nonzero(valid)
    start = last - extra
    folded, exact = span_hashes(words.folded)[last, extra], span_hashes(words.exact)[last, extra]
    phrases, phrase, count = np.unique(folded, return_inverse=True, return_counts=True)
    group, is_long, is_short = _join_forms(words.texts, start, last, phrase, len(count))
    titled = np.zeros(len(count), bool)
    titled[phrase[in_title[last]]] = True
    features = _known_features(known.folded.find(phrases)[phrase], known.exact.find(exact), known)
    terms, exact_terms = features[:, TERMS], features[:, EXACT_TERMS]
    tags, picked, inside = _longest_terms(start, last, terms, exact_terms, n)
    features[:, :HERE] = np.stack(
        [
            np.log2(count[phrase]),
            titled[phrase],
            _before(opening)[start] & _after(closing)[last],
            _after(opening)[last],
            is_long[phrase],
            is_short[phrase],
            (start == 0) & in_title[last] & _after(stops)[last],
            _before(hyphen)[start],
            _after(hyphen)[last],
            picked,
            inside,
        ],
        1,
    )
    return Candidates(start, last + 1, group, features, _token_features(words, tags, in_title), folded, exact)


def _known_features(folded: np.ndarray, exact: np.ndarray, known: Knowledge) -> np.ndarray:
    """What the tables say. ``folded``, ``exact``: what the two indexes of ``known`` say of each candidate."""
    features = np.zeros((len(folded), SPAN_FEATURES), np.float32)
    for rows, name, columns in (
        (folded[:, 0], "terms", TERMS),
        (exact[:, 0], "exact_terms", EXACT_TERMS),
        (folded[:, 1], "lists", LISTS),
        (folded[:, 2], "corpus", CORPUS),
        (folded[:, 3], "gold", GOLD),
        (exact[:, 2], "exact_gold", EXACT_GOLD),
    ):
        found = np.flatnonzero(rows >= 0)
        features[found, columns] = known[name].rows[rows[found]]
    found = np.flatnonzero(exact[:, 1] >= 0)
    features[found, LISTS] = np.maximum(features[found, LISTS], known["lists"].rows[exact[found, 1]])
    features[:, IN_CORPUS] = folded[:, 2] >= 0
    return features


def _join_forms(
    texts: Sequence[str], start: np.ndarray, last: np.ndarray, phrase: np.ndarray, phrases: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    group = phrase.copy()
    is_long, is_short = np.zeros(phrases, np.float32), np.zeros(phrases, np.float32)
    defined = abbreviations(texts)
    if defined:
        for a, b, short_at in defined:
            long = np.flatnonzero((start == a) & (last == b - 1))
            short = np.flatnonzero((start == short_at) & (last == short_at))
            if len(long) and len(short):
                is_long[phrase[long]] = 1
                is_short[phrase[short]] = 1
                group[group == group[short]] = group[long]
        used = np.zeros(phrases, np.int64)
        used[group] = 1
        group = (np.cumsum(used) - 1)[group]
    return group, is_long, is_short


def _longest_terms(
    start: np.ndarray, last: np.ndarray, terms: np.ndarray, exact: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Judged terms, entities before others, longest first: a tag for each token; which are picked; which lie in one."""
    order = np.flatnonzero(terms.any(1) | exact.any(1))
    entity = np.zeros(len(start), bool)
    entity[order] = terms[order, :6].any(1) | exact[order, :6].any(1)
    order = order[np.lexsort((start[order], start[order] - last[order], ~entity[order]))]
    kinds = np.where(exact[order].any(1), exact[order].argmax(1), terms[order].argmax(1)).tolist()
    tags, owner = np.zeros(n, np.int64), np.full(n, -1)
    picked = np.zeros(len(start), bool)
    taken = bytearray(n)
    for i, a, b, kind in zip(order.tolist(), start[order].tolist(), (last[order] + 1).tolist(), kinds, strict=True):
        if 1 in taken[a:b]:
            continue
        taken[a:b] = b"\1" * (b - a)
        tags[a] = 1 + kind
        tags[a + 1 : b] = 8 + kind
        owner[a:b] = i
        picked[i] = True
    inside = (owner[start] == owner[last]) & (owner[start] >= 0) & ~picked
    if len(entity):
        inside &= entity[np.maximum(owner[start], 0)]
    return tags, picked & entity, inside


def _token_features(words: Words, tags: np.ndarray, in_title: np.ndarray) -> np.ndarray:
    n = len(words.texts)
    place = np.arange(n)
    stops, opening, closing = words.flags[:, 3], words.flags[:, 4], words.flags[:, 5]
    _, word, count = np.unique(words.folded, return_inverse=True, return_counts=True)
    titled = np.zeros(len(count), bool)
    titled[word[in_title]] = True
    begins = _before(stops) | (_before(in_title) & ~in_title)
    begins[0] = True
    out = np.zeros((n, TOKEN_FEATURES), np.float32)
    out[place, tags] = 1
    out[:, 15:] = np.stack(
        [
            in_title,
            np.cumsum(opening.astype(int) - closing) > 0,
            begins,
            titled[word],
            np.log2(count[word]),
            place < words.title + 40,
            n - place < 40,
            place / 200,
        ],
        1,
    )
    return out
