"""What is seen of two findings of a paper that may be one thing: small numbers for the trees to ask about."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kg.model import Role
from kg.resolve.names import Codes, Names
from kg.resolve.pairs import Mask, Pairs, Stems, Terms, chunks, count, only
from kg.resolve.trees import Features

_FEATURE_WORDS = (
    "relation lost more shared words_a words_b type_a type_b role_a role_b known_a known_b name_a name_b "
    "mentions_a mentions_b rivals first rare rare_lost rare_more common_lost common_more same_head same_beginning "
    "sentences sentences_a sentences_b alone_a alone_b title_a title_b gap longer_a longer_b shorter_a shorter_b "
    "candidates short_a short_b same_role same_type alike"
)
FEATURES = _FEATURE_WORDS.split()
"""The columns of :func:`features`."""

_RELATIONS = [
    "same words",
    *(f"{way} {where}" for way in ("shorter", "longer") for where in ("end", "beginning", "middle")),
    *(f"overlap {share} {where}" for share in range(4) for where in ("end", "beginning", "other")),
    "abbreviates",
    "spells out",
]
_SHORTER, _LONGER, _OVERLAP, _ABBREVIATES = 1, 4, 7, 19
_INTRODUCES = list(Role).index(Role.INTRODUCES)
_GAPS = np.array([3, 6, 11, 26, 81, 251, 601])
"""Characters between two mentions, from which on they are a step further apart."""
_MOST_SENTENCES = 62


def features(names: Names, node: Codes, terms: Terms, pairs: Pairs) -> Features:
    """What is seen of the pairs: a small number for each of :data:`FEATURES`."""
    found = names.findings
    na, nb = node[pairs.a], node[pairs.b]
    a, b = terms.stems[na], terms.stems[nb]
    only_a, only_b = np.zeros(a.shape, dtype=bool), np.zeros(a.shape, dtype=bool)
    for part in chunks(len(a)):
        only_a[part], only_b[part] = only(a[part], b[part]), only(b[part], a[part])
    lost, more = only_a.sum(1), only_b.sum(1)
    len_a, len_b = terms.count[na], terms.count[nb]
    relation = _relation(a, b, len_a, len_b, lost, more)
    relation = np.where(pairs.abbreviated > 0, _ABBREVIATES - 1 + pairs.abbreviated, relation)
    type_a, type_b = (found["type_code"].to_numpy()[x] for x in (pairs.a, pairs.b))
    role_a, role_b = (found["role_code"].to_numpy()[x] for x in (pairs.a, pairs.b))
    start, often, name = (found[c].to_numpy() for c in ("start", "mentions", "is_name"))
    rarity = terms.rarity
    rows = np.arange(len(relation))
    beyond = rarity.max(initial=0) + 4

    def extreme(stems: Stems, which: Mask) -> tuple[Codes, Codes]:
        return (
            np.where(which, rarity[stems], beyond).min(1, initial=beyond),
            np.where(which, rarity[stems] + 1, 0).max(1, initial=0),
        )

    rare_lost, common_lost = extreme(a, only_a)
    rare_more, common_more = extreme(b, only_b)
    sentences, title = _places(names)
    in_a, in_b = sentences[pairs.a], sentences[pairs.b]
    plain = pairs.abbreviated == 0
    longer = np.bincount(pairs.a, (lost == 0) & (more > 0) & plain, minlength=len(found)).astype(np.int64)
    shorter = np.bincount(pairs.a, (more == 0) & (lost > 0) & plain, minlength=len(found)).astype(np.int64)
    alike = np.zeros(len(rows), dtype=np.int64)
    at, code = _alike(a, b, only_a, only_b, lost, more, terms.words)
    alike[at] = 1 + code
    columns: dict[str, npt.NDArray[np.integer] | Mask] = {
        "relation": relation,
        "lost": lost,
        "more": more,
        "shared": len_a - lost,
        "words_a": len_a,
        "words_b": len_b,
        "type_a": type_a,
        "type_b": type_b,
        "role_a": role_a,
        "role_b": role_b,
        "known_a": terms.known[na],
        "known_b": terms.known[nb],
        "name_a": name[pairs.a],
        "name_b": name[pairs.b],
        "mentions_a": np.minimum(often[pairs.a], 6),
        "mentions_b": np.minimum(often[pairs.b], 6),
        "rivals": _rivals(pairs.a, len_a - lost),
        "first": start[pairs.a] < start[pairs.b],
        "rare": extreme(a, (a >= 0) & ~only_a)[0],
        "rare_lost": rare_lost,
        "rare_more": rare_more,
        "common_lost": common_lost,
        "common_more": common_more,
        "same_head": a[rows, (len_a - 1).clip(0)] == b[rows, (len_b - 1).clip(0)],
        "same_beginning": a[:, 0] == b[:, 0],
        "sentences": np.minimum(count(in_a & in_b), 3),
        "sentences_a": np.minimum(count(in_a), 4),
        "sentences_b": np.minimum(count(in_b), 4),
        "alone_a": (in_a & ~in_b) != 0,
        "alone_b": (in_b & ~in_a) != 0,
        "title_a": title[pairs.a],
        "title_b": title[pairs.b],
        "gap": np.searchsorted(_GAPS, _gaps(names, pairs), side="right"),
        "longer_a": np.minimum(longer, 3)[pairs.a],
        "longer_b": np.minimum(longer, 3)[pairs.b],
        "shorter_a": np.minimum(shorter, 3)[pairs.a],
        "shorter_b": np.minimum(shorter, 3)[pairs.b],
        "candidates": np.minimum(np.bincount(pairs.a, minlength=len(found)), 9)[pairs.a],
        "short_a": pairs.short_a,
        "short_b": pairs.short_b,
        "same_role": (role_a == role_b) * (1 + (role_a == _INTRODUCES)),
        "same_type": type_a == type_b,
        "alike": alike,
    }
    return np.stack([columns[name].astype(np.uint8) for name in FEATURES], axis=1)


def _places(names: Names) -> tuple[Codes, Mask]:
    """The sentences that each finding stands in, a bit each, and whether the title is one of them."""
    width = np.int64(names.sentence.max(initial=0) + 1)
    different, at = np.unique(names.paper * width + names.sentence, return_inverse=True)
    paper = different // width
    begin = np.searchsorted(paper, paper)
    bit = np.left_shift(np.int64(1), np.minimum(np.arange(len(different)) - begin, _MOST_SENTENCES))
    sentences = np.zeros(len(names.findings), dtype=np.int64)
    np.bitwise_or.at(sentences, names.finding, bit[at])
    title = np.zeros(len(sentences), dtype=bool)
    title[names.finding[names.sentence == 0]] = True
    return sentences, title


def _gaps(names: Names, pairs: Pairs) -> Codes:
    """Characters between the two nearest mentions of each two findings."""
    out = np.full(len(pairs.a), 1 << 30, dtype=np.int64)
    counts = np.bincount(names.finding, minlength=len(names.findings))
    begin = np.cumsum(counts) - counts
    for part in chunks(len(out)):
        a, b = pairs.a[part], pairs.b[part]
        size = counts[a] * counts[b]
        pair = np.repeat(np.arange(len(a)), size)
        k = np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size)
        i, j = begin[a][pair] + k // counts[b][pair], begin[b][pair] + k % counts[b][pair]
        gap = np.maximum(names.start[j] - names.end[i], names.start[i] - names.end[j])
        np.minimum.at(out[part], pair, gap)
    return out


def _relation(a: Stems, b: Stems, len_a: Codes, len_b: Codes, lost: Codes, more: Codes) -> Codes:
    """Codes of :data:`_RELATIONS` of ``a`` to ``b`` (stems, one row a pair)."""
    place = np.arange(a.shape[1])
    rows = np.arange(len(a))

    def where(short: Stems, long: Stems, n: Codes, m: Codes) -> Codes:
        at_end = long[rows[:, None], np.minimum(place + (m - n).clip(0)[:, None], a.shape[1] - 1)]
        end = ((short == at_end) | (place >= n[:, None])).all(1)
        begin = ((short == long) | (place >= n[:, None])).all(1)
        found: Codes = np.where(end, 0, np.where(begin, 1, 2))
        return found

    last_a, last_b = a[rows, (len_a - 1).clip(0)], b[rows, (len_b - 1).clip(0)]
    shared = len_a - lost
    share = np.minimum(3, shared * 5 // np.maximum(1, len_a + len_b - shared))
    overlap = _OVERLAP + 3 * share + np.where(last_a == last_b, 0, np.where(a[:, 0] == b[:, 0], 1, 2))
    shorter, longer = _SHORTER + where(a, b, len_a, len_b), _LONGER + where(b, a, len_b, len_a)
    out = np.where(lost == 0, np.where(more == 0, 0, shorter), np.where(more == 0, longer, overlap))
    return out.astype(np.int64)


def _rivals(a: Codes, shared: Codes) -> Codes:
    """How many candidates of each ``a`` share as many words with it as its best one does, up to 3."""
    if not len(a):
        return a
    begin = np.flatnonzero(np.r_[True, a[1:] != a[:-1]])
    size = np.diff(np.r_[begin, len(a)])
    best = np.repeat(np.maximum.reduceat(shared, begin), size)
    rivals: Codes = np.minimum(3, np.repeat(np.add.reduceat((shared == best).astype(np.int64), begin), size))
    return rivals


def _alike(
    a: Stems, b: Stems, only_a: Mask, only_b: Mask, lost: Codes, more: Codes, words: list[str]
) -> tuple[Codes, Codes]:
    """Where one word differs, and (1) whether the two words begin alike."""
    rows = np.flatnonzero((lost == 1) & (more == 1))
    x, y = a[rows][only_a[rows]], b[rows][only_b[rows]]
    pairs, back = np.unique(x.astype(np.int64) * len(words) + y, return_inverse=True)
    alike = [_begin_alike(words[p // len(words)], words[p % len(words)]) for p in pairs.tolist()]
    return rows, np.array(alike, dtype=np.int64)[back]


def _begin_alike(x: str, y: str) -> int:
    same = next((i for i, (c, d) in enumerate(zip(x, y, strict=False)) if c != d), min(len(x), len(y)))
    return int(same >= 4 and same >= 0.6 * min(len(x), len(y)))
