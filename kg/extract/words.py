"""Words: how they are folded, hashed and described, apart from their context."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

import numpy as np

LONGEST = 8
"""Tokens in the longest candidate span."""
PRIME = np.uint64(0x9E3779B97F4A7C15)

FUNCTION_WORDS = frozenset(
    re.split(
        r"\s+",
        """a an the this that these those our we their its it they of in on for to from by with without and or but as at
    into via than then thus is are was were be been being have has had do does did can could may might will would
    should not no nor such both each every all any some most more many much another other between among across
    over under through during while when where which who whose what how why also however although though because
    since if so yet there here he she his her i you your us them himself itself themselves only very often still
    even further moreover furthermore additionally finally first second third one two three new proposed propose
    proposes show shows using used uses based improve improves achieve achieves demonstrate demonstrates present
    presents introduce introduces existing recent""",
    )
)
"""Words that no name begins or ends with (in lower case or with one capital)."""


def fold(word: str) -> str:
    """Lower case, plural ending dropped.

    >>> [fold(w) for w in ("LLMs", "Memories", "loss", "analysis")]
    ['llm', 'memory', 'loss', 'analysis']
    """
    word = word.lower()
    if len(word) > 3 and word.endswith("s") and word[-2] not in "su'i":
        word = word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


def fold_name(text: str) -> str:
    """The key under which different writings of one name meet: folded words, without spaces and hyphens.

    >>> fold_name("Fine-Tuning") == fold_name("fine tuning")
    True
    """
    return "".join(fold(w) for w in re.split(r"[\s\-‐‑–_]+", text) if w)


@lru_cache(maxsize=200_000)
def word_hash(word: str) -> int:
    """64 bits of a word's BLAKE2b: the same on every machine."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@lru_cache(maxsize=200_000)
def exact_hash(word: str) -> int:
    """The hash of a word as it is written, apart from all hashes of folded words."""
    return word_hash("\0" + word)


def span_hashes(hashes: np.ndarray) -> np.ndarray:
    """The hash of the span that ends at each token (row) and has each length (column: length - 1)."""
    out = np.zeros((len(hashes), LONGEST), np.uint64)
    out[:, 0] = hashes
    with np.errstate(over="ignore"):
        for n in range(1, min(LONGEST, len(hashes))):
            out[n:, n] = out[n - 1 : -1, n - 1] * PRIME + hashes[n:]
    return out


def phrase_hash(hashes: list[int]) -> int:
    """The hash of a whole phrase, equal to that of :func:`span_hashes`."""
    key = hashes[0]
    for other in hashes[1:]:
        key = (key * int(PRIME) + other) & 0xFFFFFFFFFFFFFFFF
    return key


def is_function_word(word: str) -> bool:
    """Whether a name cannot begin or end with it: a function word, or nothing but punctuation."""
    listed = word.lower() in FUNCTION_WORDS and not (len(word) > 1 and word.isupper())
    return listed or not any(c.isalnum() for c in word)


def shape(word: str) -> list[bool]:
    """How a word is written: capitals, digits, signs, length, endings."""
    letters, capitals = sum(c.isalpha() for c in word), sum(c.isupper() for c in word)
    digits, n = sum(c.isdigit() for c in word), len(word)
    return [
        word[:1].isupper(),
        capitals >= 2,
        capitals == letters and letters > 1,
        letters == n and word.islower(),
        capitals > 0 and word[:1].islower(),
        bool(re.match(r"[A-Z]+[a-z]*[A-Z]", word)),
        digits > 0,
        digits == n,
        digits > 0 and letters > 0,
        "-" in word and n > 1,
        "\\" in word,
        "$" in word or "_" in word or "^" in word,
        letters == 0 and digits == 0,
        n == 1,
        n == 2,
        n >= 8,
        n >= 12,
        word == "-",
        word == "(",
        word == ")",
        word in ",;",
        word in ".:",
        is_function_word(word),
        "/" in word and n > 3,
        bool(re.fullmatch(r"[\d.]+[BMKbmk]", word)),
        bool(re.fullmatch(r"[vV]?\d+(\.\d+)*", word)),
        word.endswith("s") and capitals >= 2,
        word.lower().endswith("ing"),
        word.lower().endswith("ion"),
        "%" in word,
    ]


FLAGS = ("function", "alphanumeric", "hyphen", "break", "open", "close")


def flags(word: str) -> list[bool]:
    """What the search for candidates asks of a word, in the order of :data:`FLAGS`."""
    return [
        is_function_word(word),
        any(c.isalnum() for c in word),
        word == "-",
        word in (".", ";", "?", "!", ":"),
        word == "(",
        word == ")",
    ]
