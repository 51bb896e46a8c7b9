"""Both forms of a definition: where a text spells out an accepted short form, the long form is a name as well.

"We propose ORCA (Ordered Reading for Careful Answers)": annotators who mark one of the two mark the other. Of 1,290
short forms that the training papers' long forms spell, 1,278 have theirs marked as it stands, ten more without its last
word or a quote; of 1,322 marked long forms all have the short one. The network scores each span by itself, and misses
long forms of ordinary words, and short ones where the tokenizer left a bracket on them ("(LLM)-based").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .definitions import Definition, name_end
from .spans import nothing
from .strings import Candidate, places_of

SURE = 0.6
"""The least confidence of an accepted form that brings the other one with it."""
SHARE = 0.9
"""How sure the added form is where the accepted one is sure."""
_MARKED = re.compile(r"(?<![^\W_])[^\W_]|[A-Z]")


def spelled(short: str, long: str) -> bool:
    """Whether the capitals of ``short`` are, in order, capitals or first letters in ``long``, from its first one on.

    What is not may be no definition at all: some brackets hold an example of the words before them.

    >>> spelled("NeRFs", "neural radiance fields"), spelled("MUCLE", "Mutual Unsupervised Concurrent LEarning")
    (True, True)
    >>> spelled("CNNs", "conduct experiments in various families")
    False
    """
    if short[0].lower() != long[0].lower():
        return False
    letters = short[:-1] if len(short) > 2 and short.endswith("s") and short[:-1].isupper() else short
    marked: Iterator[str] = iter([letter.lower() for letter in _MARKED.findall(long)])
    return all(letter.lower() in marked for letter in letters if letter.isupper())


def completed(
    text: str, accepted: list[Candidate], found: Sequence[Candidate], pairs: Sequence[Definition]
) -> list[Candidate]:
    """The accepted strings, and the other forms of those that the text defines.

    ``found``: all strings that were looked at. An accepted string that overlaps a place of the other form without lying
    inside it stays, and the other form is not added there; one inside it is marked only elsewhere, see :func:`.group`.

    >>> text = "We build TAE (Table Agents for Extraction)."
    >>> found = [Candidate(s, places_of(text, s), nothing(), s, "Method") for s in ("TAE", "Table Agents")]
    >>> found[0].confidence = 0.9
    >>> [c.text for c in completed(text, found, found, [Definition(9, 12, 14, 41)])]
    ['TAE', 'Table Agents', 'Table Agents for Extraction']
    """
    if not pairs or not accepted:
        return accepted
    names = {c.text: c for c in accepted}
    known = {c.text: c for c in found}
    for to_short in (True, False):
        for a, b, c, d in pairs:
            short, long = text[a:b], text[c:d]
            name = long[: name_end(short, long)]
            given = names.get(short), names.get(long) or names.get(name)
            one, other = given[::-1] if to_short else given
            if one is None or one.confidence < SURE or other is not None or not spelled(short, name):
                continue
            lacks, place = (short, (a, b)) if to_short else (name, (c, c + len(name)))
            added = known.get(lacks) or Candidate(lacks, places_of(text, lacks), nothing())
            free = [p for p in added.places if not _crossed(*p, names.values())]
            if place in free:
                added = replace(added, places=free, group=one.group, type=one.type, defined=True)
                added.confidence = SHARE * one.confidence
                names[lacks] = added
    return [*names.values()]


def _crossed(start: int, end: int, names: Iterable[Candidate]) -> bool:
    """Whether one of these strings overlaps the place and does not lie inside it."""
    return any(a < end and start < b and not (start <= a and b <= end) for c in names for a, b in c.places)
