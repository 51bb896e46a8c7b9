"""Wordings of one thing inside one paper.

"Radial lens distortion estimation", later "lens distortion estimation"; "EPIC: Explanation of Pretrained Image
Classification", which no parenthesis defines. Two findings of one paper are compared where they share a word or one
abbreviates the other; what speaks for and against their being one thing has weights (``data/wordings.tsv``) that were
learned from annotated papers (``kg.resolve.learn``). Nothing follows for other papers: there each wording is what it
is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.model import EntityType, Role
from kg.resolve.gazetteer import DATA, Gazetteer
from kg.resolve.homonyms import SPLIT, is_name
from kg.resolve.names import Codes, Names
from kg.resolve.senses import abbreviates
from kg.resolve.variants import SMALL, is_version, stem

REASON = "wording in the same paper"
LIKELY = 0.1
"""Log odds above which two wordings are one thing."""

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
_KIND = ["same", *["shorter"] * 3, *["longer"] * 3, *[f"overlap {i // 3}" for i in range(12)], "abbreviates", "spells"]
_TYPES = [str(t) for t in EntityType]
_ROLES = [str(r) for r in Role]
Mask = npt.NDArray[np.bool_]
Stems = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Pairs:
    """Findings of one paper that may be one thing: ``a`` and ``b`` are rows of ``Names.findings``, sorted, both ways
    round."""

    a: Codes
    b: Codes
    abbreviated: npt.NDArray[np.int8]
    """1 where ``a`` abbreviates ``b``, 2 the other way round."""


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


def same_in_paper(names: Names, node: Codes, gazetteer: Gazetteer) -> Codes:
    """The nodes of the findings, where each wording of a thing in its paper has the node of the best one.

    A finding is given the node of one that keeps its own, so that wordings do not chain.
    """
    terms = terms_of(names, node, gazetteer)
    pairs = candidates(names, node, terms)
    odds = np.zeros(len(pairs.a))
    for pair, code, labels in features(names, node, terms, pairs):
        weight = np.array([_weights().get(label, 0.0) for label in labels])
        odds += np.bincount(pair, weight[code], minlength=len(odds))
    odds = np.round(odds + _weights()[""], 6)
    likely = np.flatnonzero(odds > LIKELY)
    likely = likely[np.lexsort((pairs.b[likely], pairs.a[likely], -odds[likely]))]
    out = node.copy()
    to: set[int] = set()
    moved: set[int] = set()
    for a, b in zip(pairs.a[likely].tolist(), pairs.b[likely].tolist(), strict=True):
        if a not in moved and a not in to and b not in moved:
            out[a] = node[b]
            moved.add(a)
            to.add(b)
    rows = np.flatnonzero((out != node)[names.finding])
    names.reason[rows] = names.code_of_reason(REASON)
    return out


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    with (DATA / "wordings.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["feature"]: float(row["weight"]) for row in rows}


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
    """The pairs worth comparing: different nodes of one paper that share a stem, or of which one abbreviates the
    other."""
    paper = names.findings["paper"].to_numpy(dtype=np.int64)
    stems = terms.stems[node]
    row, column = np.nonzero(stems >= 0)
    one, two = _joined(paper[row] * np.int64(len(terms.words) + 1) + stems[row, column], row)
    keep = node[one] != node[two]
    pairs = np.unique(one[keep] * len(node) + two[keep])
    one, two = pairs // max(1, len(node)), pairs % max(1, len(node))
    keep = (terms.numbers[node[one]] == terms.numbers[node[two]]) & ~_versions(names, node, terms, one, two)
    one, two = one[keep], two[keep]
    short, long = _abbreviations(names, node)
    fresh = ~np.isin(np.minimum(short, long) * len(node) + np.maximum(short, long), pairs)
    short, long = short[fresh], long[fresh]
    a, b = np.concatenate([one, two, short, long]), np.concatenate([two, one, long, short])
    kind = np.repeat(np.array([0, 0, 1, 2], dtype=np.int8), [len(one), len(one), len(short), len(short)])
    order = np.lexsort((b, a))
    return Pairs(a[order], b[order], kind[order])


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


def _abbreviations(names: Names, node: Codes) -> tuple[Codes, Codes]:
    """Findings of one paper of which the first, a name of one word, abbreviates the second."""
    text = names.texts["text"].tolist()
    initial = np.zeros(len(text), dtype=np.int64)
    for i, t in enumerate(text):
        if " " in t:
            initial[i] = -ord(t[0].lower())
        elif len(t) > 2 and is_name(t):
            initial[i] = next((ord(c) for c in t.lower() if c.isalpha()), 0)
    rows = np.flatnonzero(initial[names.text] != 0)
    own = pd.DataFrame({"row": names.finding[rows], "text": names.text[rows]}).drop_duplicates()
    row, code = own["row"].to_numpy(), own["text"].to_numpy()
    paper = names.findings["paper"].to_numpy(dtype=np.int64)
    key = paper[row] * 0x110000 + np.abs(initial[code])
    one, two = _joined(key, np.arange(len(row)))
    swap = initial[code[one]] < 0
    short, long = np.where(swap, two, one), np.where(swap, one, two)
    keep = (initial[code[short]] > 0) & (initial[code[long]] < 0) & (node[row[short]] != node[row[long]])
    short, long = short[keep], long[keep]
    fits: dict[tuple[int, int], bool] = {}
    found = []
    for i, j in zip(code[short].tolist(), code[long].tolist(), strict=True):
        if (i, j) not in fits:
            fits[i, j] = abbreviates(text[i], text[j])
        found.append(fits[i, j])
    keep = np.array(found, dtype=bool)
    pairs = np.unique(np.stack([row[short[keep]], row[long[keep]]], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _chunks(n: int, size: int = 1 << 17) -> Iterator[slice]:
    return (slice(i, i + size) for i in range(0, n, size))


def _only(a: Stems, b: Stems) -> Mask:
    """Which stems of ``a`` are none of ``b``'s, row by row."""
    shared = np.zeros(a.shape, dtype=bool)
    for i in range(b.shape[1]):
        shared |= a == b[:, i : i + 1]
    return (a >= 0) & ~shared


def features(names: Names, node: Codes, terms: Terms, pairs: Pairs) -> Iterator[tuple[Codes, Codes, list[str]]]:
    """What is seen of the pairs: ``(rows of pairs, codes, what the codes stand for)``, again and again."""
    found = names.findings
    na, nb = node[pairs.a], node[pairs.b]
    a, b = terms.stems[na], terms.stems[nb]
    only_a, only_b = np.zeros(a.shape, dtype=bool), np.zeros(a.shape, dtype=bool)
    for part in _chunks(len(a)):
        only_a[part], only_b[part] = _only(a[part], b[part]), _only(b[part], a[part])
    lost, more = only_a.sum(1), only_b.sum(1)
    shared = terms.count[na] - lost
    relation = _relation(a, b, terms.count[na], terms.count[nb], lost, more)
    relation = np.where(pairs.abbreviated > 0, _ABBREVIATES - 1 + pairs.abbreviated, relation)
    kinds = sorted(set(_KIND))
    kind = np.array([kinds.index(k) for k in _KIND])[relation]

    type_a, type_b = (found["type_code"].to_numpy()[x] for x in (pairs.a, pairs.b))
    role_a, role_b = (found["role_code"].to_numpy()[x] for x in (pairs.a, pairs.b))
    start, often = found["start"].to_numpy(), np.minimum(found["mentions"].to_numpy(), 3)
    known = terms.known[na] * 2 + terms.known[nb]
    len_a, len_b = np.minimum(terms.count[na], 4), np.minimum(terms.count[nb], 5)
    rivals = _rivals(pairs.a, shared)
    rarity = terms.rarity
    big = 9
    rare = np.where((a >= 0) & ~only_a, rarity[a], big).min(1, initial=big)
    rare_lost = np.where(only_a, rarity[a], big).min(1, initial=big)
    rare_more = np.where(only_b, rarity[b], big).min(1, initial=big)
    n_type, n_role = len(_TYPES), len(_ROLES)

    rows = np.arange(len(relation))
    for name, code, width in (
        ("relation", relation, len(_RELATIONS)),
        ("known", known, 4),
        ("type", type_a * n_type + type_b, n_type**2),
        ("role", role_a * n_role + role_b, n_role**2),
        ("rivals known", rivals * 4 + known, 16),
        ("mentions", often[pairs.a] * 4 + often[pairs.b], 16),
        ("shared rare", np.minimum(shared, 3) * 10 + rare, 40),
    ):
        yield rows, code, [f"{name} {i}" for i in range(width)]
    for name, code, width in (
        ("known", known, 4),
        ("lengths", len_a * 6 + len_b, 30),
        ("known length", known * 5 + len_a, 20),
        ("same type", (type_a == type_b) * 1, 2),
        ("same role", (role_a == role_b) * 1, 2),
        ("first", (start[pairs.a] < start[pairs.b]) * 1, 2),
        ("rivals", rivals, 4),
        ("type", type_a, n_type),
    ):
        yield rows, relation * width + code, [f"{r}: {name} {i}" for r in _RELATIONS for i in range(width)]
    for name, code, width in (
        ("rare", rare, 10),
        ("rare lost", rare_lost, 10),
        ("rare more", rare_more, 10),
        ("lost", np.minimum(lost, 4), 5),
        ("more", np.minimum(more, 4), 5),
    ):
        yield rows, kind * width + code, [f"{k}, {name} {i}" for k in kinds for i in range(width)]
    for sign, only, stems in (("-", only_a, a), ("+", only_b, b)):
        row, column = np.nonzero(only)
        used, code = np.unique(stems[row, column], return_inverse=True)
        label = [f"{k} {sign}{terms.words[s]}" for k in kinds for s in used.tolist()]
        yield row, kind[row] * len(used) + code, label
    yield (*_alike(a, b, only_a, only_b, lost, more, terms.words), ["one word differs", "one word's form differs"])


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
