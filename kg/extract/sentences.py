"""The component ``kg_sentences``: where sentences begin. The title is one sentence (or more)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from .tokens import written

ABBREVIATIONS = frozenset(
    [
        "al",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "vs",
        "cf",
        "fig",
        "figs",
        "eq",
        "eqs",
        "sec",
        "tab",
        "ref",
        "refs",
        "resp",
        "w.r.t",
        "wrt",
        "approx",
        "no",
        "nos",
        "dr",
        "prof",
        "mr",
        "mrs",
        "ms",
        "st",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "univ",
        "vol",
        "ed",
        "eds",
        "pp",
        "ca",
        "viz",
        "jr",
        "sr",
        "a.k.a",
        "aka",
        "i.i.d",
        "incl",
        "u.s",
        "u.k",
        "min",
        "max",
        "avg",
    ]
)
KEY = "kg_sentences"
CLOSING = frozenset(")]}\"'”’»") | {"''"}
OPENING = frozenset("([{\"'“‘«$\\") | {"``"}


def _ends(words: list[str], spaces: list[str], i: int) -> bool:
    """Whether token ``i`` is a mark that ends a sentence."""
    text = words[i]
    if text in ("?", "!", "…", "?!") or (text == ".." or text == "..."):
        return True
    if text == ".":
        if i and not spaces[i - 1]:
            before = words[i - 1]
            # a single capital before the stop is an initial ("J. Smith"), unless it ends a name ("Command A.")
            initial = len(before) == 1 and before.isupper() and not (i > 1 and words[i - 2][0].isupper())
            return before.lower().rstrip(".") not in ABBREVIATIONS and not initial
        return True
    return len(text) > 2 and text.endswith(".") and text[:-1].lower() not in ABBREVIATIONS and "." not in text[:-1]


def sentence_starts(words: list[str], spaces: list[str]) -> list[int]:
    """The first tokens of the sentences. ``spaces``: the space after each token, or nothing."""
    n = len(words)
    starts = [0] if n else []
    i = 0
    while i < n:
        if "\n" in words[i]:
            if i + 1 < n:
                starts.append(i + 1)
        elif _ends(words, spaces, i):
            last = i
            while last + 1 < n and not spaces[last] and words[last + 1] in CLOSING:
                last += 1
            if last + 1 < n and "\n" not in words[last + 1]:
                word = words[last + 1]
                if word in OPENING and last + 2 < n:
                    word = words[last + 2]
                spaced = bool(spaces[last])
                capital = not word[0].islower() or not word.islower()
                if (spaced and (capital or words[i] in ("?", "!"))) or (
                    not spaced and last == i and word[0].isupper() and i > 0 and words[i - 1].islower()
                ):
                    starts.append(last + 1)
            i = last
        i += 1
    return sorted(set(starts))


class Sentences:
    """The component ``kg_sentences``."""

    def __call__(self, doc: Doc) -> Doc:
        """Mark the first token of each sentence; their offsets go to ``doc.user_data["kg_sentences"]``."""
        text, words, spaces, places = written(doc)
        starts = sentence_starts(words, spaces)
        marks = np.full((len(words), 1), -1, np.int64)
        marks[starts] = 1
        array: Any = marks.astype(np.uint64)
        doc.from_array([SENT_START], array)  # token by token, spaCy would look at the whole text each time
        edges = [*(places[i] for i in starts), len(text)]
        doc.user_data[KEY] = sentence_spans(text[a:b] for a, b in pairwise(edges))
        return doc


@Language.factory("kg_sentences", assigns=["token.is_sent_start"])
def create_sentences(nlp: Language, name: str) -> Sentences:
    """The factory of :class:`Sentences`."""
    return Sentences()


def sentence_spans(sentences: Iterable[str]) -> list[tuple[int, int]]:
    """Start and end (characters) of each of a text's sentences, without the white space around it."""
    spans, at = [], 0
    for text in sentences:
        inner = text.strip()
        if inner:
            start = at + len(text) - len(text.lstrip())
            spans.append((start, start + len(inner)))
        at += len(text)
    return spans


def around(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The sentence (or the sentences) that a mention stands in."""
    inside = [s for s in spans if s[0] < end and start < s[1]]
    return (min(start, inside[0][0]), max(end, inside[-1][1])) if inside else (start, end)
