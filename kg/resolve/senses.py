"""Short forms and what they stand for: one short form may have several meanings, one meaning several wordings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kg.resolve.normal import compact

_SMALL_WORDS = "a an and as at by for from in into of on or over the to toward towards under via with without "
_SMALL = frozenset(_SMALL_WORDS.split())
_HEADS_WORDS = (
    "method model network technique task approach framework algorithm system architecture objective loss "
    "process score metric index measure training learning dataset benchmark architecture net layer module "
    "based "
)
_HEADS = frozenset(_HEADS_WORDS.split())
_PREFIXES = (
    "multi",
    "cross",
    "inter",
    "intra",
    "self",
    "semi",
    "hyper",
    "super",
    "under",
    "over",
    "pre",
    "post",
    "non",
)


def _alike(a: str, b: str) -> bool:
    """Whether two words are forms of one: position and positional, multiple and multi; not continual and
    contrastive."""
    if a == b or {a, b} == {"vision", "visual"}:
        return True
    if {a, b} in ({"model", "modeling"}, {"identity", "identification"}):
        return False
    if {a[-3:], b[-3:]} & {"ing"} and (a.endswith(("er", "or")) or b.endswith(("er", "or"))):
        return False  # maker, making
    for prefix in _PREFIXES:
        if a.startswith(prefix) and b.startswith(prefix):
            a, b = a[len(prefix) :], b[len(prefix) :]
            break
    if not a or not b:
        return True
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return shared >= 3 and shared >= 0.6 * min(len(a), len(b))


def same_meaning(a: str, b: str) -> bool:
    """Whether two long forms *of the same short form* (normal forms) word one meaning.

    >>> same_meaning("rotary position embedding", "rotary positional embedding")
    True
    >>> same_meaning("self supervised learning", "semi supervised learning")
    False
    >>> same_meaning("vision and language navigation", "vision language navigation")
    True
    """
    (whole_a, x), (whole_b, y) = _parts(a), _parts(b)
    if whole_a == whole_b:
        return True
    while len(x) > len(y) and x[-1] in _HEADS:
        x = x[:-1]
    while len(y) > len(x) and y[-1] in _HEADS:
        y = y[:-1]
    if not x or not y:
        return False
    if len(x) != len(y):
        return compact(" ".join(x)) == compact(" ".join(y))
    return all(_alike(v, w) for v, w in zip(x, y, strict=True))


@lru_cache(maxsize=1 << 10)
def _parts(normal: str) -> tuple[str, tuple[str, ...]]:
    """A long form without spaces, and its words without the small ones."""
    return compact(normal), tuple([w for w in normal.split() if w not in _SMALL])


def group(longs: Iterable[tuple[str, float]]) -> dict[str, str]:
    """Each long form of one short form, to the wording that stands for its meaning: the best supported one.

    Every wording is compared with its meaning's best wording only, so that meanings do not chain.

    >>> group([("attack success rate", 9), ("attack success ratio", 2), ("automatic speech recognition", 9)])
    {'attack success rate': 'attack success rate', 'automatic speech recognition': 'automatic speech recognition', \
'attack success ratio': 'attack success rate'}
    """
    meanings: list[str] = []
    out: dict[str, str] = {}
    for long, _ in sorted(longs, key=lambda item: (-item[1], item[0])):
        found = next((m for m in meanings if same_meaning(m, long)), None)
        if found is None:
            meanings.append(long)
        out[long] = found or long
    return out


_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_START = re.compile(r"(?<![^\W_])[^\W\d_]|(?<=[a-z])[A-Z]")


def abbreviates(short: str, long: str) -> bool:
    """Whether a name is made of a phrase's letters, in order, most of them at the beginnings of its words.

    >>> abbreviates("EPIC", "Explanation of Pretrained Image Classification")
    True
    >>> abbreviates("MuNet", "Mutualistic Network"), abbreviates("SENTRY", "memory network")
    (True, False)
    >>> abbreviates("RAFT", "Robust Augmentation of FeaTures"), abbreviates("EPIC", "Image Classification")
    (True, False)
    """
    letters = "".join(filter(str.isalpha, short.removesuffix("s").lower()))  # the S of MAS is its own
    lower = long.lower()
    if len(letters) < 3 or len(long) > 150 or not lower or lower[0] != letters[0]:
        return False
    if not _in_order(letters, lower):  # nearly all end here: its letters do not come in this order
        return False
    words = len(_LONG_WORD.findall(long))
    if len(letters) < 0.6 * words:
        return False
    starts = {m.start() for m in _START.finditer(long)}
    places: dict[str, list[int]] = {}
    for j, letter in enumerate(lower):
        places.setdefault(letter, []).append(j)
    # best[j]: the most letters so far that begin words, where the last one stands at j; the lowest j first
    best = {0: 1}
    for letter in letters[1:]:
        reached: dict[int, int] = {}
        most, before = -1, iter(best)
        place = next(before, None)
        for j in places[letter]:
            while place is not None and place < j:
                most, place = max(most, best[place]), next(before, None)
            if most >= 0:
                reached[j] = most + (j in starts)
        best = reached
    initials = max(best.values(), default=0)
    return initials >= 2 and initials >= 0.6 * words


_WORD = re.compile(r"[^\W_]+")
_FIGURE_FOR_WORD = ((re.compile(r"(?<=[A-Za-z])2(?=[A-Za-z])"), "T"), (re.compile(r"(?<=[A-Za-z])4(?=[A-Za-z])"), "F"))


def fits(short: str, long: str) -> int:
    """How well a name of one word may be made of a phrase's letters.

    4 as in :func:`abbreviates`; 3 all of its letters in order, from the beginning of some word on, two of them at
    beginnings at least; 2 its capitals begin words; 1 all but the first or last of its capitals do; 0 not at all.

    >>> fits("EPIC", "Explanation of Pretrained Image Classification"), fits("I2E", "Image-to-Entities")
    (4, 3)
    >>> fits("BiP", "bi-level optimization-oriented pruning"), fits("VEGA-3D", "Video Extracted Generative Awareness")
    (2, 1)
    >>> fits("SENTRY", "memory network")
    0
    >>> fits("BAC", "quantification of breast arterial calcification")  # what is quantified, not the quantification
    0
    """
    if abbreviates(short, long):
        return 4
    words = _WORD.findall(long.lower())
    if len(long) > 150 or len(words) < 2:
        return 0
    found = _fits_roughly(short, words)
    return 0 if found and _fits_behind_preposition(short, words) else found


def _fits_roughly(short: str, words: list[str]) -> int:
    """What :func:`fits` says where a name does not surely abbreviate a phrase, which has these words."""
    name = short
    if "2" in short or "4" in short:
        for figure, letter in _FIGURE_FOR_WORD:
            name = figure.sub(letter, name)
    letters = "".join(filter(str.isalnum, name.removesuffix("s").lower()))
    initials = "".join([w[0] for w in words])
    if (len(letters) > 2 or (name != short and len(letters) > 1)) and letters[0] in initials:
        rest = words[initials.index(letters[0]) :]
        if _in_order(letters, "".join(rest)):
            at, begun = 0, 0
            for word in rest:
                if at < len(letters) and word[0] == letters[at]:
                    at, begun = at + 1, begun + 1
                for c in word[1:]:
                    if at == len(letters) or c != letters[at]:
                        break
                    at += 1
            if begun > 1 and (begun >= 0.4 * sum(w not in _SMALL for w in words) or at == len(letters)):
                return 3
    capitals = [c.lower() for c in name if c.isupper()]
    if len(capitals) > 1 and _in_order(capitals, initials):
        return 2
    most = len(capitals) > 2 and (_in_order(capitals[1:], initials) or _in_order(capitals[:-1], initials))
    return int(most)


def _fits_behind_preposition(short: str, words: list[str]) -> bool:
    """Whether the letters of a name are the initials of just what stands behind a head and a preposition."""
    letters = [c for c in short.removesuffix("s").lower() if c.isalnum()]
    for i in range(2, len(words) - len(letters) + 1 if len(letters) > 1 else 0):
        behind = words[i:]
        if words[i - 1] in _SMALL and letters in ([w[0] for w in behind], [w[0] for w in behind if w not in _SMALL]):
            return True
    return False


def _in_order(letters: Sequence[str], text: str) -> bool:
    at = 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True
