"""The component ``kg_definitions``: pairs of a short and a long form that the text itself defines.

The way of Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text" (PSB
2003): what stands in brackets is the short form of the words before it if its letters are found in them from right to
left and the first one begins a word. The initials of the words are tried before letters inside them, so that "PPO" is
not found in "policy optimization" alone. The other way round ("PPO (proximal policy optimization)") as well.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from .tokens import written

KEY = "kg_definitions"
_BRACKET = re.compile(r"\(([^()\n]{2,120})\)")
_SHORT = re.compile(r"(?=.*[A-Za-zα-ωΑ-Ω])[\w$][\w\-+@$^./²³*]{0,14}(?: [\w\-+]{1,6})?")
_WORD = re.compile(r"\S+")
_PART = re.compile(r"[^\W_]+")
_SMALL_WORDS = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "the", "to", "via", "with"]
)
_QUOTES = "\"'“”‘’`}"
_HEAD = re.compile(
    r"\s(models?|methods?|algorithms?|approach(?:es)?|techniques?|strateg(?:y|ies)|mechanisms?|modules?|layers?|settings?"
    r"|fashion|objectives?|frameworks?|paradigms?|problems?|tasks?|datasets?|benchmarks?|systems?)$"
)
"""A long form's last word that may say only what kind of thing it is. One with a capital is part of the name."""
_BARRIER = re.compile(r"[.!?;:,]\s|\n|[()]")


class Definition(NamedTuple):
    """Character offsets of the two forms."""

    short_start: int
    short_end: int
    long_start: int
    long_end: int


def long_form(short: str, before: str) -> int | None:
    """Where in ``before`` (the text in front of the bracket) the long form begins; ``None`` if it is not there.

    >>> "we use Low-Rank Adaptation"[long_form("LoRA", "we use Low-Rank Adaptation"):]
    'Low-Rank Adaptation'
    """
    letters = _letters(short)
    if not letters:
        return None
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in before)  # as long as it was: "İ" would be two
    at = _by_initials(letters, lower)
    if at is None:
        at = _by_letters(letters, lower)
    while at is not None and at > 1 and before[at - 1] in "-‐‑" and before[at - 2].isalnum():
        at -= 1  # "self-supervised" is one word
        while at > 0 and before[at - 1].isalnum():
            at -= 1
    return at


def _letters(short: str) -> list[str]:
    """The letters and digits in lower case, without the plural's s."""
    letters = [c for c in short.lower() if c.isalnum()]
    return letters[:-1] if len(short) > 2 and short.endswith("s") and short[:-1].isupper() else letters


def _by_initials(letters: list[str], before: str) -> int | None:
    """Where the words begin that these are the initials of, up to the end of ``before``.

    Small words and what follows a hyphen may be passed over.
    """
    words = list(_PART.finditer(before))
    n = len(letters) - 1
    for k in range(len(words) - 1, -1, -1):
        if words[k][0][0] == letters[n]:
            if n == 0:
                return words[k].start()
            n -= 1
        elif words[k][0] not in _SMALL_WORDS and before[max(0, words[k].start() - 1)] not in "-‐‑":
            return None
    return None


def _by_letters(letters: list[str], before: str) -> int | None:
    """Where the words begin that have these letters in them, the first one at a word's beginning."""
    at = len(before)
    for n, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= 0 and (before[at] != letter or (n == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
    return at


def name_end(short: str, long: str) -> int:
    """Where in a long form the name ends: before a word for its kind that the short form does not stand for.

    >>> forms = [("ZSL", "zero-shot learning setting"), ("LM", "language model"), ("VLAs", "vision-action models")]
    >>> [long[: name_end(short, long)] for short, long in forms]
    ['zero-shot learning', 'language model', 'vision-action models']
    """
    head = _HEAD.search(long)
    letters = _letters(short)
    plural = len(letters) < sum(map(str.isalnum, short))  # the s of "VLAs" stands for "models"
    if head is None or plural or letters[-1:] == [head[1][0]] or long_form(short, long[: head.start()]) != 0:
        return len(long)
    return head.start()


def _starts_words(short: str, long: str) -> bool:
    """Whether the capitals of ``short`` are found among the first letters of the words of ``long``, in order."""
    initials = iter([w[0].lower() for w in re.findall(r"\w+", long)])
    return all(c.lower() in initials for c in short if c.isupper())


def definitions(text: str) -> list[Definition]:
    """All pairs that ``text`` defines.

    >>> text = "We study large language models (LLMs) and PPO (Proximal Policy Optimization)."
    >>> [(text[d.short_start:d.short_end], text[d.long_start:d.long_end]) for d in definitions(text)]
    [('LLMs', 'large language models'), ('PPO', 'Proximal Policy Optimization')]
    """
    found = []
    for bracket in _BRACKET.finditer(text):
        start, inside = bracket.start(1), bracket[1]
        short = re.split(r"[,;:]| or ", inside)[0].strip().strip("\"'“”`*")
        head = text[max(0, bracket.start() - 200) : bracket.start()].rstrip()
        offset = max(0, bracket.start() - 200)
        barriers = [m.end() for m in _BARRIER.finditer(head)]
        head_start = barriers[-1] if barriers else 0
        if 2 <= len(short) <= 15 and _SHORT.fullmatch(short) and sum(c.isupper() for c in short) >= 1:
            words = list(_WORD.finditer(head, head_start))
            n = sum(c.isalnum() for c in short)
            words = words[-min(n + 5, 2 * n) :]
            if words:
                window = words[0].start()
                at = long_form(short, head[window:])
                if at is not None:
                    long_start, long_end = offset + window + at, offset + len(head.rstrip(_QUOTES))
                    long = text[long_start:long_end]
                    if len(long) > len(short) and short.lower() not in re.findall(r"\w+", long.lower()):
                        at_short = start + inside.index(short)
                        found.append(Definition(at_short, at_short + len(short), long_start, long_end))
                        continue
        # the other way round: the word before the bracket is the short form of what stands in it
        word = re.search(r"([A-Za-z][\w\-+]{1,11})$", head)
        if word and sum(c.isupper() for c in word[1]) >= 2 and " " in inside:
            long = re.split(r"[,;:]", inside)[0].strip().strip(_QUOTES)
            if len(long) > len(word[1]) and long[0].lower() == word[1][0].lower() and _starts_words(word[1], long):
                at_long = start + inside.index(long)
                found.append(Definition(offset + word.start(1), offset + word.end(1), at_long, at_long + len(long)))
    return found


class Definitions:
    """The component ``kg_definitions``."""

    def __call__(self, doc: Doc) -> Doc:
        """Write the pairs to ``doc.user_data["kg_definitions"]``."""
        doc.user_data[KEY] = definitions(written(doc).text)
        return doc


@Language.factory("kg_definitions", assigns=["doc.user_data"])
def create_definitions(nlp: Language, name: str) -> Definitions:
    """The factory of :class:`Definitions`."""
    return Definitions()
