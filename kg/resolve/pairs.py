"""Findings of one paper that may be one thing: they share a word, or one may abbreviate the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.resolve.gazetteer import Gazetteer
from kg.resolve.homonyms import SPLIT
from kg.resolve.names import Codes, Names, distinct
from kg.resolve.senses import fits
from kg.resolve.variants import SMALL, is_version, stem

_WIDTH = 8
"""Words of a name that are looked at."""
_ABBREVIATION = 4
"""What :func:`~kg.resolve.senses.fits` says where one surely abbreviates the other."""
_DIGITS = re.compile(r"\d+(?:\.\d+)?(?!\d|D(?![a-z]))")
"""Numbers, but for dimensions: 3D is often left out of what stands for a phrase."""
_WORDS_OF_A_NAME = 3
_INITIALS = re.compile(r"([^\W_])[^\W_]*")
_FIGURE = 26
"""The bit of the digit 0; those of the letters come before."""
_NO_FIGURES = (1 << _FIGURE) - 1
_BITS = np.zeros(129, dtype=np.int64)
_BITS[ord("a") : ord("z") + 1] = 1 << np.arange(_FIGURE)
_BITS[ord("0") : ord("9") + 1] = 1 << np.arange(_FIGURE, _FIGURE + 10)
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


def terms_of(names: Names, node: Codes, gazetteer: Gazetteer) -> Terms:
    """The words of the nodes that findings have."""
    spaced = dict(zip(names.texts["form"].tolist(), names.texts["spaced"].tolist(), strict=True))
    codes: dict[str, int] = {}
    code_of: dict[str, int] = dict.fromkeys(SMALL, -1)  # of a word, the one of its stem
    numbers: dict[tuple[str, ...], int] = {(): 0}
    number = np.zeros(len(names.nodes), dtype=np.int64)
    known = np.zeros(len(names.nodes), dtype=bool)
    used = distinct(node)
    own: list[int] = []
    ends = [0]
    for n in used.tolist():
        form = names.nodes[n].partition(SPLIT)[0]
        known[n] = form in gazetteer.types
        words = spaced.get(form, form).split()
        for w in words:
            if w not in code_of:
                code_of[w] = codes.setdefault(stem(w), len(codes))
        of_words = dict.fromkeys([code_of[w] for w in words])
        of_words.pop(-1, None)
        own += [*of_words][:_WIDTH]
        ends.append(len(own))
        if not form.isalpha():
            digits = tuple(sorted(w for w in words if w[0].isdigit()))
            number[n] = numbers.setdefault(digits, len(numbers))
    stems = np.full((len(names.nodes), _WIDTH), -1, dtype=np.int32)
    end = np.array(ends)
    size = np.diff(end)
    stems[np.repeat(used, size), np.arange(len(own)) - np.repeat(end[:-1], size)] = own
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
    shared = distinct(one[keep] * size + two[keep])
    one, two = shared // size, shared % size
    keep = (terms.numbers[node[one]] == terms.numbers[node[two]]) & ~_versions(names, node, terms, one, two)
    stay = shared[keep]
    short, long, fit = _abbreviations(names, node, stay)
    width = np.minimum(short, long) * size + np.maximum(short, long)
    fresh = ~_among(width, shared)
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


def _among(codes: Codes, ordered: Codes) -> Mask:
    """Which of the codes are among others, which are sorted."""
    found: Mask = np.append(ordered, -1)[np.searchsorted(ordered, codes)] == codes
    return found


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
    for part in chunks(len(one)):
        only_a, only_b = only(a[part], b[part]), only(b[part], a[part])
        versions = (~only_a | terms.version[a[part]]).all(1) & (~only_b | terms.version[b[part]]).all(1)
        out[part] = versions & (only_a.any(1) | only_b.any(1)) & (name[one[part]] | name[two[part]])
    return out


def _abbreviations(names: Names, node: Codes, shared: Codes) -> tuple[Codes, Codes, npt.NDArray[np.int8]]:
    """Findings of one paper of which the first, a name of one word, may abbreviate the second, and how well it fits.

    What fits roughly only is looked for among ``shared`` (codes of pairs) and where type and role are the same. The
    numbers of a long one that is a name are the short one's, too: a GPT-4o is no ChatGPT-4.5.
    """
    used = distinct(names.text)
    code_of = np.zeros(len(names.texts), dtype=np.int64)
    code_of[used] = np.arange(len(used))
    text = names.texts["text"].iloc[used].tolist()
    one_word = [" " not in t and len(t) > 1 for t in text]
    short = np.array(one_word, dtype=bool) & names.texts["is_name"].to_numpy(dtype=bool)[used]
    lower = [t.lower() for t in text]
    initials = ["".join(_INITIALS.findall(t)) for t in lower]
    long = np.array([len(i) > 1 for i in initials], dtype=bool)
    begin, within = _letters(initials), _letters(lower)
    spaced = np.array([" " in t for t in text], dtype=bool)
    name = [t if is_short else "" for t, is_short in zip(text, short.tolist(), strict=True)]
    made = _letters([t.removesuffix("s").lower() for t in name]) & _NO_FIGURES
    first = _letters([i[:1] for i in initials]) & _NO_FIGURES
    capital = ["".join(filter(str.isupper, t)).lower() for t in name]
    upper = _letters(capital)
    # 2 and 4 are read as T and F (senses.py)
    capitals = np.array([len(c) + t.count("2") + t.count("4") for c, t in zip(capital, name, strict=True)])
    codes = code_of[names.text]
    rows = np.flatnonzero((short | long)[codes])
    width = np.int64(max(1, len(text)))
    own = distinct(names.finding[rows] * width + codes[rows])
    row, code = own // width, own % width
    paper = names.findings["paper"].to_numpy(dtype=np.int64)[row]
    is_short, is_long = np.flatnonzero(short[code]), np.flatnonzero(long[code])
    left, right = _crossed(paper[is_short], paper[is_long])
    left, right = is_short[left], is_long[right]
    x, y = code[left], code[right]
    # most pairs end here: all that fits() may find begins with the first letter or has all capitals but one
    letters = ((made[x] & ~within[y]) | (first[x] & ~begin[y])) == 0
    keep = letters | (count(upper[x] & ~begin[y]) <= np.minimum(1, capitals[x] - 2))
    f, g, x, y, letters = row[left[keep]], row[right[keep]], x[keep], y[keep], letters[keep]
    type_, role = names.findings["type_code"].to_numpy(), names.findings["role_code"].to_numpy()
    size = np.int64(max(1, len(node)))
    near = (type_[f] == type_[g]) & (role[f] == role[g])
    near |= _among(np.minimum(f, g) * size + np.maximum(f, g), shared)
    keep = (f != g) & (node[f] != node[g]) & (near | (letters & spaced[y]))
    f, g, x, y, near = f[keep], g[keep], x[keep], y[keep], near[keep]
    strings, back = np.unique(x * width + y, return_inverse=True)
    both = ((text[s // width], text[s % width]) for s in strings.tolist())
    found = np.array([_fits(a, b) for a, b in both], dtype=np.int8)[back]
    found = np.where(near | (found == _ABBREVIATION), found, 0)
    f, g, found = f[found > 0], g[found > 0], found[found > 0]
    pairs, back = np.unique(f * size + g, return_inverse=True)
    best = np.zeros(len(pairs), dtype=np.int8)
    np.maximum.at(best, back, found)
    return pairs // size, pairs % size, best


def _fits(short: str, long: str) -> int:
    """How well one abbreviates the other; not at all where the numbers of ``long`` are not those of ``short``."""
    found = fits(short, long)
    return found if found and _numbers(long) <= _numbers(short) else 0


def _numbers(text: str) -> set[str]:
    """The numbers of a name; none of a phrase.

    >>> sorted(_numbers("ChatGPT-4.5")), _numbers("sub-4-bit action guided quantization"), _numbers("3D CNN")
    (['4.5'], set(), set())
    """
    return set(_DIGITS.findall(text)) if text.count(" ") < _WORDS_OF_A_NAME else set()


def chunks(n: int, size: int = 1 << 17) -> Iterator[slice]:
    """Rows, some at a time: what is made of pairs then takes little memory."""
    return (slice(i, i + size) for i in range(0, n, size))


def only(a: Stems, b: Stems) -> Mask:
    """Which stems of ``a`` are none of ``b``'s, row by row."""
    shared = np.zeros(a.shape, dtype=bool)
    for i in range(b.shape[1]):
        shared |= a == b[:, i : i + 1]
    return (a >= 0) & ~shared


def _letters(texts: list[str]) -> Codes:
    """The letters a to z and the digits of each text, a bit each."""
    size = np.array([len(t) for t in texts], dtype=np.int64)
    signs = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    bits = np.append(_BITS[np.minimum(signs, len(_BITS) - 1)], 0)  # the last is where empty texts begin
    return np.where(size > 0, np.bitwise_or.reduceat(bits, np.cumsum(size) - size), 0)


def count(bits: Codes) -> Codes:
    """How many bits are set."""
    out: Codes = np.bitwise_count(bits).astype(np.int64)
    return out
