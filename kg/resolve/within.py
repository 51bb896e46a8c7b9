"""Wordings of one thing inside one paper.

"Radial lens distortion estimation", later "lens distortion estimation"; "EPIC: Explanation of Pretrained Image
Classification", which no parenthesis defines. Two findings of one paper are compared where they share a word or one
may abbreviate the other: which words are lost and added, where the two stand, what the paper says that they are and
does
with them. Whether that makes them one thing is for decision trees (``data/wordings.tsv``) that were learned from
annotated papers (``kg.resolve.learn``). Nothing follows for other papers: there each wording is what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt

from kg.forks import Forks
from kg.model import Role
from kg.resolve.gazetteer import DATA, Gazetteer
from kg.resolve.homonyms import SPLIT, is_name
from kg.resolve.names import Codes, Names
from kg.resolve.senses import fits
from kg.resolve.trees import Features, Trees
from kg.resolve.variants import SMALL, is_version, stem

REASON = "wording in the same paper"
LIKELY = 0.3
"""Log odds above which two wordings are one thing."""
_FEATURE_WORDS = (
    "relation lost more shared words_a words_b type_a type_b role_a role_b known_a known_b name_a name_b "
    "mentions_a mentions_b rivals first rare rare_lost rare_more common_lost common_more same_head same_beginning "
    "sentences sentences_a sentences_b alone_a alone_b title_a title_b gap longer_a longer_b shorter_a shorter_b "
    "candidates short_a short_b same_role same_type alike"
)
FEATURES = _FEATURE_WORDS.split()
"""The columns of :func:`features`."""

_WIDTH = 8
"""Words of a name that are looked at."""
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
Mask = npt.NDArray[np.bool_]
Stems = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Pairs:
    """Findings of one paper that may be one thing: ``a`` and ``b`` are rows of ``Names.findings``, sorted, both ways
    round."""

    a: Codes
    b: Codes
    abbreviated: npt.NDArray[np.int8]
    """1 where ``a`` abbreviates ``b`` and shares no word with it, 2 the other way round."""
    short_a: npt.NDArray[np.int8]
    """How well ``a`` may be made of the letters of ``b`` (:func:`~kg.resolve.senses.fits`)."""
    short_b: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Terms:
    """The words of the nodes, one row a node."""

    stems: Stems
    """Codes of its different stems, in order, -1 behind the last."""
    count: Codes
    numbers: Codes
    """Equal where two nodes have the same numbers in them."""
    known: Mask
    words: list[str]
    """What the codes of ``stems`` stand for."""
    rarity: npt.NDArray[np.int8]
    """0 for a stem that no known name has, up to 5 for what many have."""
    version: Mask
    """Stems that make a version of a name: "large", "v", "2"."""


def same_in_paper(names: Names, node: Codes, gazetteer: Gazetteer, *, processes: int = 1) -> Codes:
    """The nodes of the findings, where each wording of a thing in its paper has the node of the best one.

    A finding is given the node of one that keeps its own, so that wordings do not chain. Papers say nothing of each
    other here: ``processes`` share them.
    """
    terms = terms_of(names, node, gazetteer)
    parts = [partial(_same, part, node[rows], terms) for part, rows in names.parts(processes)]
    with Forks(parts, processes) as forks:
        out = np.concatenate(forks.results())
    rows = np.flatnonzero((out != node)[names.finding])
    names.reason[rows] = names.code_of_reason(REASON)
    return out


def _same(names: Names, node: Codes, terms: Terms) -> Codes:
    pairs = candidates(names, node, terms)
    return joined(node, pairs, trees().odds(features(names, node, terms, pairs)), LIKELY)


def joined(node: Codes, pairs: Pairs, odds: npt.NDArray[np.float64], likely: float) -> Codes:
    """The nodes after the likely pairs have been joined, the likeliest first."""
    rows = np.flatnonzero(odds > likely)
    rows = rows[np.lexsort((pairs.b[rows], pairs.a[rows], -odds[rows]))]
    out = node.copy()
    to: set[int] = set()
    moved: set[int] = set()
    for a, b in zip(pairs.a[rows].tolist(), pairs.b[rows].tolist(), strict=True):
        if a not in moved and a not in to and b not in moved:
            out[a] = node[b]
            moved.add(a)
            to.add(b)
    return out


@lru_cache(maxsize=1)
def trees() -> Trees:
    """What was learned of pairs."""
    return Trees.read(DATA / "wordings.tsv", FEATURES)


def terms_of(names: Names, node: Codes, gazetteer: Gazetteer) -> Terms:
    """The words of the nodes that findings have."""
    spaced = dict(zip(names.texts["form"].tolist(), names.texts["spaced"].tolist(), strict=True))
    codes: dict[str, int] = {}
    numbers: dict[tuple[str, ...], int] = {(): 0}
    stems = np.full((len(names.nodes), _WIDTH), -1, dtype=np.int32)
    number = np.zeros(len(names.nodes), dtype=np.int64)
    known = np.zeros(len(names.nodes), dtype=bool)
    for n in np.unique(node).tolist():
        form = names.nodes[n].partition(SPLIT)[0]
        known[n] = form in gazetteer.types
        words = spaced.get(form, form).split()
        own = dict.fromkeys(stem(w) for w in words if w not in SMALL)
        stems[n, : len(own)] = [codes.setdefault(s, len(codes)) for s in own][:_WIDTH]
        if not form.isalpha():
            digits = tuple(sorted(w for w in words if w[0].isdigit()))
            number[n] = numbers.setdefault(digits, len(numbers))
    counts = np.array([gazetteer.stems.get(s, 0) for s in codes], dtype=float)
    rarity = np.where(counts > 0, 1 + np.minimum(4, np.log(np.maximum(counts, 1)) / np.log(4)).astype(int), 0)
    version = np.array([is_version([s]) for s in codes], dtype=bool)
    return Terms(stems, (stems >= 0).sum(1), number, known, list(codes), rarity.astype(np.int8), version)


def candidates(names: Names, node: Codes, terms: Terms) -> Pairs:
    """The pairs worth comparing: different nodes of one paper that share a stem, or of which one may abbreviate the
    other.

    A name that a phrase's letters make up only roughly asks for the same type and role.
    """
    paper = names.findings["paper"].to_numpy(dtype=np.int64)
    stems = terms.stems[node]
    row, column = np.nonzero(stems >= 0)
    one, two = _joined(paper[row] * np.int64(len(terms.words) + 1) + stems[row, column], row)
    keep = node[one] != node[two]
    size = np.int64(max(1, len(node)))
    shared = np.unique(one[keep] * size + two[keep])
    one, two = shared // size, shared % size
    keep = (terms.numbers[node[one]] == terms.numbers[node[two]]) & ~_versions(names, node, terms, one, two)
    stay = shared[keep]
    short, long, fit = _abbreviations(names, node, stay)
    width = np.minimum(short, long) * size + np.maximum(short, long)
    fresh = ~np.isin(width, shared)
    one, two = stay // size, stay % size
    a = np.concatenate([one, two, short[fresh], long[fresh]])
    b = np.concatenate([two, one, long[fresh], short[fresh]])
    n = int(fresh.sum())
    kind = np.repeat(np.array([0, 0, 1, 2], dtype=np.int8), [len(one), len(one), n, n])
    code = a * size + b
    order = np.lexsort((kind, code))
    order = order[np.unique(code[order], return_index=True)[1]]  # two names may each abbreviate the other
    a, b, kind, code = a[order], b[order], kind[order], code[order]

    def fit_of(short_code: Codes) -> npt.NDArray[np.int8]:
        out = np.zeros(len(code), dtype=np.int8)
        at = np.searchsorted(code, short_code)
        inside = np.append(code, -1)[at] == short_code
        np.maximum.at(out, at[inside], fit[inside])
        return out

    return Pairs(a, b, kind, fit_of(short * size + long), fit_of(long * size + short))


def _joined(key: Codes, row: Codes) -> tuple[Codes, Codes]:
    """All pairs of different rows that have a key in common, the lower row first."""
    order = np.lexsort((row, key))
    key, row = key[order], row[order]
    begin = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, dtype=np.int64)
    size = np.diff(np.r_[begin, len(key)])
    behind = np.repeat(begin + size, size) - np.arange(len(key)) - 1  # how many of its group come after each
    left = np.repeat(np.arange(len(key)), behind)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(behind) - behind, behind)
    keep = row[left] != row[right]
    return row[left[keep]], row[right[keep]]


def _crossed(one: Codes, two: Codes) -> tuple[Codes, Codes]:
    """The rows of ``one`` and of ``two`` that have the same value, each with each."""
    order = np.argsort(two, kind="stable")
    begin = np.searchsorted(two[order], one, side="left")
    size = np.searchsorted(two[order], one, side="right") - begin
    behind = np.repeat(begin - (np.cumsum(size) - size), size)
    return np.repeat(np.arange(len(one)), size), order[behind + np.arange(len(behind))]


def _versions(names: Names, node: Codes, terms: Terms, one: Codes, two: Codes) -> Mask:
    """Whether one of each two is a name and the other the same name but for a version or size: never one thing."""
    name = names.findings["is_name"].to_numpy()
    a, b = terms.stems[node[one]], terms.stems[node[two]]
    out = np.zeros(len(one), dtype=bool)
    for part in _chunks(len(one)):
        only_a, only_b = _only(a[part], b[part]), _only(b[part], a[part])
        versions = (~only_a | terms.version[a[part]]).all(1) & (~only_b | terms.version[b[part]]).all(1)
        out[part] = versions & (only_a.any(1) | only_b.any(1)) & (name[one[part]] | name[two[part]])
    return out


_ABBREVIATION = 4
"""What :func:`~kg.resolve.senses.fits` says where one surely abbreviates the other."""


def _abbreviations(names: Names, node: Codes, shared: Codes) -> tuple[Codes, Codes, npt.NDArray[np.int8]]:
    """Findings of one paper of which the first, a name of one word, may abbreviate the second, and how well it fits.

    What fits roughly only is looked for among ``shared`` (codes of pairs) and where type and role are the same.
    """
    text = names.texts["text"].tolist()
    short = np.array([" " not in t and len(t) > 1 and is_name(t) for t in text], dtype=bool)
    words = [re.findall(r"[^\W_]+", t.lower()) for t in text]
    long = np.array([len(w) > 1 for w in words], dtype=bool)
    begin = np.array([_letters(x[0] for x in w) for w in words], dtype=np.int64)
    spaced = np.array([" " in t for t in text], dtype=bool)
    within = np.array([_letters(t.lower()) for t in text], dtype=np.int64)
    made = np.array([_letters(filter(str.isalpha, t.lower().removesuffix("s"))) for t in text], dtype=np.int64)
    upper = np.array([_letters(c.lower() for c in t if c.isupper()) for t in text], dtype=np.int64)
    rows = np.flatnonzero((short | long)[names.text])
    width = np.int64(max(1, len(text)))
    own = np.unique(names.finding[rows] * width + names.text[rows])
    row, code = own // width, own % width
    paper = names.findings["paper"].to_numpy(dtype=np.int64)[row]
    type_, role = names.findings["type_code"].to_numpy(), names.findings["role_code"].to_numpy()
    is_short, is_long = np.flatnonzero(short[code]), np.flatnonzero(long[code])
    left, right = _crossed(paper[is_short], paper[is_long])
    left, right = is_short[left], is_long[right]
    x, y = code[left], code[right]
    letters = (made[x] & ~within[y]) == 0
    f, g = row[left], row[right]
    size = np.int64(max(1, len(node)))
    pair = np.minimum(f, g) * size + np.maximum(f, g)
    near = ((type_[f] == type_[g]) & (role[f] == role[g])) | np.isin(pair, shared)
    near &= letters | (_count(upper[x] & ~begin[y]) <= 1)
    keep = (f != g) & (node[f] != node[g]) & (near | (letters & spaced[y]))
    f, g, x, y = f[keep], g[keep], x[keep], y[keep]
    strings, back = np.unique(x * width + y, return_inverse=True)
    found = np.array([fits(text[s // width], text[s % width]) for s in strings.tolist()], dtype=np.int8)[back]
    found = np.where(near[keep] | (found == _ABBREVIATION), found, 0)
    f, g, found = f[found > 0], g[found > 0], found[found > 0]
    pairs, back = np.unique(f * size + g, return_inverse=True)
    best = np.zeros(len(pairs), dtype=np.int8)
    np.maximum.at(best, back, found)
    return pairs // size, pairs % size, best


def _chunks(n: int, size: int = 1 << 17) -> Iterator[slice]:
    return (slice(i, i + size) for i in range(0, n, size))


def _only(a: Stems, b: Stems) -> Mask:
    """Which stems of ``a`` are none of ``b``'s, row by row."""
    shared = np.zeros(a.shape, dtype=bool)
    for i in range(b.shape[1]):
        shared |= a == b[:, i : i + 1]
    return (a >= 0) & ~shared


def features(names: Names, node: Codes, terms: Terms, pairs: Pairs) -> Features:
    """What is seen of the pairs: a small number for each of :data:`FEATURES`."""
    found = names.findings
    na, nb = node[pairs.a], node[pairs.b]
    a, b = terms.stems[na], terms.stems[nb]
    only_a, only_b = np.zeros(a.shape, dtype=bool), np.zeros(a.shape, dtype=bool)
    for part in _chunks(len(a)):
        only_a[part], only_b[part] = _only(a[part], b[part]), _only(b[part], a[part])
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
        "sentences": np.minimum(_count(in_a & in_b), 3),
        "sentences_a": np.minimum(_count(in_a), 4),
        "sentences_b": np.minimum(_count(in_b), 4),
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
    for part in _chunks(len(out)):
        a, b = pairs.a[part], pairs.b[part]
        size = counts[a] * counts[b]
        pair = np.repeat(np.arange(len(a)), size)
        k = np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size)
        i, j = begin[a][pair] + k // counts[b][pair], begin[b][pair] + k % counts[b][pair]
        gap = np.maximum(names.start[j] - names.end[i], names.start[i] - names.end[j])
        np.minimum.at(out[part], pair, gap)
    return out


def _letters(text: Iterable[str]) -> int:
    """The letters a to z and the digits of a text, a bit each."""
    out = 0
    for c in text:
        if "a" <= c <= "z":
            out |= 1 << (ord(c) - 97)
        elif "0" <= c <= "9":
            out |= 1 << (ord(c) - 48 + 26)
    return out


def _count(bits: Codes) -> Codes:
    """How many bits are set."""
    out: Codes = np.bitwise_count(bits).astype(np.int64)
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
