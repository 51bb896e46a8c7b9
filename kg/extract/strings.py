"""The strings of a text that may be mentions: where each stands, what it is one thing with, how probable it is.

A name is a mention everywhere in the paper or nowhere, and has one type. So the probabilities of a string are gathered
over all its places; strings that are one thing (the same but for case, number and hyphens, or the two forms of a
definition) are a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import definitions, spans
from .edges import in_word, math, plus_end, whole
from .words import fold_name

URL = re.compile(r"(?:https?://|www\.)[^\s{}]+|\b[\w.-]+\.(?:com|org|io|net|co|ai|edu)/[^\s{}]*|\S+@\w+\.\w+")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSING = frozenset(_PAIRS.values())
_DEBRIS = re.compile(r"[()\[\]{},;:.\\]")
_MACRO = re.compile(r"\\[A-Za-z]{3,}")
_NO_NAME = re.compile(r"\\(?:our|method|model|my|name|sys|bench|dataset|data|framework|approach)s?(?:name)?", re.I)
"""What a paper's source wrote for its own name, and nobody can read."""
_HYPHENS = ("-", "\u2010", "\u2011", "\u2013")
_NOTHING = (0.0,) * len(spans.TYPES)
LEAST = 0.12
"""A string whose best place is less probable than this is not looked at."""


@dataclass
class Candidate:
    """A string that may be a mention, with all its places."""

    text: str
    places: list[tuple[int, int]]
    """Character offsets."""
    probabilities: np.ndarray
    """A row a place, a column a type."""
    group: str = ""
    type: str = ""
    defined: bool = False
    partner: float = 0.0
    """How probable the other strings of its group are."""
    rival: float = 0.0
    """How probable the best overlapping span is."""
    confidence: float = 0.0
    total: float = 0.0
    """How probable it is that it has any type at all."""

    @cached_property
    def most(self) -> np.ndarray:
        """The probability of each type where it is highest."""
        return np.asarray(self.probabilities.max(0))


def occurrences(text: str, surface: str) -> list[tuple[int, int]]:
    """Every place of ``surface`` in ``text`` that begins and ends at a word's edge.

    >>> occurrences("LoRA, QLoRA, LoRA+ and LoRA", "LoRA")
    [(0, 4), (23, 27)]
    """
    found = []
    at = text.find(surface)
    while at >= 0:
        end = at + len(surface)
        alone = not (at and in_word(text[at - 1])) and not (end < len(text) and in_word(text[end]))
        alone = alone and plus_end(text, at, end) == end
        if alone:
            found.append((at, end))
        at = text.find(surface, end if alone else at + 1)
    return found


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets without what a tokenizer could not part from the name: half a pair of brackets, marks at the edges.

    >>> text = "agents (LLM)-based, and SUNRGB-D."
    >>> [text[slice(*tidy(text, a, b))] for a, b in [(8, 18), (24, 33)]]
    ['LLM', 'SUNRGB-D']
    """
    if not _DEBRIS.search(text, start, end):
        return start, end
    command = _MACRO.search(text, start + 1, end)
    if command and text.count("$", start, command.start()) % 2 == 0:
        end = command.start()  # "LaMP\\footnote"; an accent has one letter at most
    waiting: list[int] = []
    for at in range(start, end):
        if text[at] in _PAIRS:
            waiting.append(at)
        elif text[at] in _CLOSING:
            if not waiting or _PAIRS[text[waiting[-1]]] != text[at]:
                end = at
                break
            waiting.pop()
    waiting = [at for at in waiting if at < end]
    if len(waiting) == 1 and waiting[0] < end - 1 and text[end : end + 1] == _PAIRS[text[waiting[0]]]:
        end += 1  # "BigO(Bench" and ")"
    elif waiting:
        end = waiting[0]
    while start < end and text[start] in ",;: ":
        start += 1
    while start < end and (text[end - 1] in ",;: " or (text[end - 1] == "." and "." not in text[start : end - 1])):
        end -= 1
    return start, end


def urls(text: str) -> list[tuple[int, int]]:
    """Where the text has web addresses."""
    if "/" not in text and "@" not in text and "www." not in text:
        return []
    return [m.span() for m in URL.finditer(text)]


def places_of(text: str, surface: str) -> list[tuple[int, int]]:
    """Every place of ``surface`` in ``text`` that is not in a web address.

    >>> places_of("LoRA: see https://github.com/microsoft/LoRA", "LoRA")
    [(0, 4)]
    """
    banned = urls(text)
    return [place for place in occurrences(text, surface) if not _inside(*place, banned)]


def _inside(start: int, end: int, areas: Sequence[tuple[int, int]]) -> bool:
    return any(a < end and start < b for a, b in areas)


def candidates(text: str, scored: list[spans.Scored], pairs: list[definitions.Definition]) -> list[Candidate]:
    """The strings worth a decision, with type and group, sorted by first place."""
    banned, formulas = urls(text), math(text)
    rows: dict[tuple[int, int], tuple[float, ...]] = {}
    best: dict[str, float] = {}
    for span in sorted(scored):
        start, end = tidy(text, *whole(text, span.start, span.end, formulas))
        surface = text[start:end]
        stub = surface[:1] in _HYPHENS or surface[-1:] in _HYPHENS  # "ImageNet-C, -R and -A"
        stub = stub or _NO_NAME.fullmatch(surface) is not None
        if not stub and any(c.isalpha() for c in surface) and not _inside(start, end, banned):
            if (start, end) not in rows or max(rows[start, end]) < max(span.probabilities):
                rows[start, end] = span.probabilities
            best[surface] = max(best.get(surface, 0.0), max(span.probabilities))
    chosen = {s for s, p in best.items() if p >= LEAST}
    forms = [(text[d.short_start : d.short_end], text[d.long_start : d.long_end]) for d in pairs]
    cut = [(short, long[: definitions.name_end(short, long)]) for short, long in forms]
    groups = groups_of(best.keys(), forms + cut)
    defined = {form for pair in forms for form in pair}
    found = []
    for surface in sorted(chosen):
        places = [p for p in occurrences(text, surface) if not _inside(*p, banned)]
        if places:
            table = np.array([rows.get(p, _NOTHING) for p in places])
            found.append(Candidate(surface, places, table, groups[surface], defined=surface in defined))
    _choose_types(found)
    _find_rivals(found, rows)
    return sorted(found, key=lambda c: (c.places[0], -len(c.text)))


def _choose_types(found: list[Candidate]) -> None:
    groups: dict[str, list[Candidate]] = {}
    for c in found:
        groups.setdefault(c.group, []).append(c)
    for members in groups.values():
        kind = int(sum(c.most for c in members).argmax())  # type: ignore[union-attr]
        confidences = [float(c.most[kind]) for c in members]
        for i, c in enumerate(members):
            c.type, c.confidence, c.total = spans.TYPES[kind], confidences[i], float(c.most.sum())
            c.partner = max(confidences[:i] + confidences[i + 1 :], default=0.0)


def _find_rivals(found: list[Candidate], rows: dict[tuple[int, int], tuple[float, ...]]) -> None:
    """How probable the best span is that overlaps a place of the string without being it."""
    places = np.array([place for c in found for place in c.places]).reshape(-1, 2, 1)
    others, most = np.array([*rows]).reshape(-1, 2).T, np.array([*map(max, rows.values())])
    start, end = places[:, 0], places[:, 1]
    overlap = (others[0] < end) & (start < others[1]) & ((others[0] != start) | (others[1] != end))
    rivals = iter((overlap * most).max(1, initial=0.0).tolist())
    for c in found:
        c.rival = max(next(rivals) for _ in c.places)


def groups_of(surfaces: Iterable[str], forms: list[tuple[str, str]]) -> dict[str, str]:
    """A group's name for every string: strings with one folded key, and the two forms of a definition."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for short, long in forms:
        a, b = root(fold_name(short)), root(fold_name(long))
        if a != b:
            parent[max(a, b)] = min(a, b)
    return {s: root(fold_name(s)) for s in surfaces}


def best_of_groups(found: list[Candidate]) -> dict[str, np.ndarray]:
    """The highest probability of each type in each group."""
    best: dict[str, np.ndarray] = {}
    for c in found:
        best[c.group] = np.maximum(best.get(c.group, 0.0), c.most)
    return best
