"""Names that a text surely names, where the network doubts what they are.

A name made up for one paper is nothing that the network has seen: it is sure that "CritPt" is something, but torn
between a method and a benchmark, and neither is probable enough. Where a string can hardly be anything but a name (the
title begins with it and a colon, the paper claims it as its own, it is written as names alone are), it is accepted with
the likeliest type. What the text itself says it is counts more: "CritPt, a benchmark for …", a list of known data sets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .claims import claimed, is_written_as_name
from .spans import nothing
from .strings import Candidate, places_of

SURE = 0.7
"""How probable it must be that a string is anything at all."""
LEAST = 0.35
"""How probable the type must be where only its letters say that it is a name. What stands for other words is none: an
abbreviation in brackets has capitals, whatever it means."""
SAID = 0.9
"""How sure a type is that the text says. The word of a more probable type is doubted where it is one of those that
authors have for models as well ("framework", "approach")."""
DOUBT = 0.5
"""A less probable type gives way to that of the list in which the name stands."""
KNOWN = 0.6
"""How probable the types of that list must be."""
_TITLE = re.compile(r"[\"“]?([^\s:\"“”\\]{3,40})[\"”]?\s?:")
_TITLE_NAME = re.compile(r"(?=.*[^\W\d_].*[^\W\d_]|.*\$)(?=.*[A-Z]).+[A-Z0-9$].*|.+[A-Z$]")
_HEADS = {
    "Benchmark": "benchmark|testbed|leaderboard",
    "Dataset": "dataset|corpus",
    "Metric": "metric",
    "Model": "model|network|transformer|autoencoder|M?LLM|VLM",
    "Method": "framework|method|approach|algorithm|system|strategy|pipeline|mechanism|paradigm|module|technique|scheme"
    "|toolkit|library",
}
_ENDS = (
    r"that|which|for|to|with|using|via|by|based|in|on|from|over|through|where|whose|of|designed|built|is|are|comprising"
    r"|consisting|containing|trained|featuring|covering|spanning|including|capable|tailored|aimed|aiming|grounded|dedicated"
)
_SAID = re.compile(
    r"(?:\s\([^()]{1,60}\))?(?:,\s(?:an?|our|the(?:\sfirst)?)|:\s?(?:an?|the))\s"
    rf"(?:(?!(?:{_ENDS})\b)[\w-]+,?\s){{0,9}}?"
    rf"(?:{'|'.join(f'({heads})' for heads in _HEADS.values())})(?=[.,;:()\n]|\s(?:{_ENDS})\b|$)",
    re.I,
)
_BETWEEN = r"(?:\s\([^()]{1,60}\))?(?:,\s(?:and\s|or\s)?|\s(?:and|or)\s)(?:the\s)?"
_AFTER = re.compile(_BETWEEN)
_BEFORE = re.compile(_BETWEEN + "$")
_SIGHT = 80


def before_colon(text: str) -> tuple[int, int] | None:
    """Where the one word stands that the title begins with, before a colon, if it is written as a name.

    >>> titles = ("MoRE: more", "Be.FM:open", "$M^2$-Occ: so", "Why: so", "A LoRA: it", "3D: it")
    >>> [text[slice(*place)] for text in titles if (place := before_colon(text))]
    ['MoRE', 'Be.FM', '$M^2$-Occ']
    """
    found = _TITLE.match(text)
    return found.span(1) if found and _TITLE_NAME.fullmatch(found[1]) else None


def said_type(text: str, places: Sequence[tuple[int, int]]) -> str | None:
    """The type of the word by which the text says what a name is, right behind one of its places.

    >>> said_type("We propose CritPt (Critical Points), a new benchmark for physics.", [(11, 17)])
    'Benchmark'
    """
    for _, end in places:
        if (found := _SAID.match(text, end)) and found.lastindex:
            return [*_HEADS][found.lastindex - 1]
    return None


def with_names(text: str, found: Sequence[Candidate], threshold: float) -> list[Candidate]:
    """The candidates that are accepted: what is probable enough, and what is surely a name; types are made to agree.

    >>> text = "CritPt: hard physics\\nModels fail on it."
    >>> [(c.text, c.type, c.places) for c in with_names(text, [], 0.5)]
    [('CritPt', 'Method', [(0, 6)])]
    """
    title = before_colon(text)
    if title is not None and all(c.text != text[slice(*title)] for c in found):
        name = text[slice(*title)]
        found = [Candidate(name, places_of(text, name), nothing(), name, "Method"), *found]
    own = {c.text: _own_places(c, text, title) for c in found}
    _as_the_text_says(text, found, own)
    _as_in_lists(text, found)
    taken = [place for c in found if c.confidence >= threshold for place in c.places]

    def is_sure(c: Candidate) -> bool:
        if c.places[0] == title:
            return True
        if c.total < SURE:
            return False
        free = own[c.text] and not any(a < d and e < b for a, b in c.places for e, d in taken)
        return bool(free) or (c.confidence >= LEAST and not c.defined and is_written_as_name(c.text))

    return [c for c in found if c.confidence >= threshold or is_sure(c)]


def _own_places(c: Candidate, text: str, title: tuple[int, int] | None) -> list[tuple[int, int]]:
    """Where the text says that a name is the paper's own: at the title's beginning, where the paper claims it."""
    first = c.places[0]
    begins = first == title or (first[0] == 0 and text.startswith(":", first[1]))
    return [first] * begins + [place for place in c.places if claimed(text, *place)]


def _as_the_text_says(text: str, found: Sequence[Candidate], own: dict[str, list[tuple[int, int]]]) -> None:
    """Give what the paper claims as its own, and all that is one thing with it, the type that the text says."""
    said: dict[str, str] = {}
    for c in found:
        kind = said_type(text, own[c.text])
        clear = kind != "Method" and own[c.text] and own[c.text][0][0] > 0  # in the abstract
        if kind and (clear or c.confidence < SAID) and (kind, c.type) != ("Dataset", "Benchmark"):
            said[c.group] = kind
    for c in found:
        kind = said.get(c.group)
        if kind is not None and (kind != c.type or c.confidence < DOUBT):
            c.type, c.confidence = kind, SAID


def _as_in_lists(text: str, found: Sequence[Candidate]) -> None:
    """Give names of doubtful type the type of what stands beside them in a list."""
    sure = {place: c.type for c in found if c.confidence >= KNOWN for place in c.places}
    starts, ends = {a: kind for (a, _), kind in sure.items()}, {b: kind for (_, b), kind in sure.items()}
    for c in found:
        if c.confidence < DOUBT and is_written_as_name(c.text):
            votes: set[str] = set()
            for a, b in c.places:
                if (after := _AFTER.match(text, b)) and after.end() in starts:
                    votes.add(starts[after.end()])
                if (before := _BEFORE.search(text, max(0, a - _SIGHT), a)) and before.start() in ends:
                    votes.add(ends[before.start()])
            if len(votes) == 1:
                c.type = votes.pop()
