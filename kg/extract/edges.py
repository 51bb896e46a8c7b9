"""Where a name ends that a tokenizer cut: what stands in it without a space belongs to it.

``BigO(Bench)``, ``LoRA+``, ``E-ViM$^3$``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MATH = re.compile(r"\$[^$\s]{1,60}\$")
_OPERATOR = re.compile(
    r"\$(?:\\(?:\w*arrow|to|pm|times|sim|approx|[lg]eq?|[lg]t|unicode)(?![a-z]).*|[^\w\\^]*)\$"
)  # between names, not in one
_BRACKET = re.compile(r"\((?:[a-z]{3,}|[A-Z][a-z]{2,}|\d)\)")
"""A part of a name in brackets: no plural's "s", and no abbreviation of what stands before."""
_GLUED = frozenset("(+$")
_WORD_TO_HERE = re.compile(r"[\w-]*$")
_WORD_FROM_HERE = re.compile(r"\w*")


def math(text: str) -> list[tuple[int, int]]:
    """Where the text has formulas without white space that may be part of a name.

    >>> [text[a:b] for text in ["E-ViM$^3$ of $5 and $\\\\mu$P, SFT$\\\\to$GRPO"] for a, b in math(text)]
    ['$^3$', '$\\\\mu$']
    """
    if "$" not in text:
        return []
    return [m.span() for m in _MATH.finditer(text) if not _OPERATOR.fullmatch(m.group())]


def whole(text: str, start: int, end: int, formulas: Sequence[tuple[int, int]] = ()) -> tuple[int, int]:
    """The offsets of the name that a span was cut from; ``formulas`` as in :func:`math`.

    >>> def widened(text, part):
    ...     at = text.find(part)
    ...     return text[slice(*whole(text, at, at + len(part), math(text)))]
    >>> widened("BigO(Bench) is", "Bench"), widened("a model(LLM)", "model"), widened("LLM(s)", "LLM")
    ('BigO(Bench)', 'model', 'LLM')
    >>> widened("we use LoRA+.", "LoRA"), widened("LoRA+MoE", "LoRA"), widened("LoRA + MoE", "LoRA")
    ('LoRA+', 'LoRA', 'LoRA')
    >>> widened("the $D^2LoRA$", "D^2LoRA$"), widened("S$^2$Edit", "Edit"), widened("M$^2$D-LIF", "M$^2")
    ('$D^2LoRA$', 'S$^2$Edit', 'M$^2$D')
    """
    for a, b in formulas:
        if a <= end < b and a > start and (a < end or text[end - 1] == ")" or in_word(text[end - 1])):
            end = b + len(_WORD_FROM_HERE.match(text, b)[0])  # type: ignore[index]
        elif a < end < b:
            end = b
    for a, b in reversed(formulas):
        if a < start < b or (start == b and in_word(text[start])):
            start = _word_start(text, a)
    if text[end : end + 1] in _GLUED:
        end = _bracket_end(text, start, end)
    elif start > 1 and text[start - 1] == "(" and text[end : end + 1] == ")":
        head = _word_start(text, start - 1)
        if _bracket_end(text, head, start - 1) == end + 1:
            start, end = head, end + 1
    return start, plus_end(text, start, end)


def in_word(character: str) -> bool:
    """Whether a name may go on over this character.

    >>> in_word("a"), in_word("_"), in_word("-")
    (True, True, False)
    """
    return character.isalnum() or character == "_"


def _word_start(text: str, end: int) -> int:
    return _WORD_TO_HERE.search(text, max(0, end - 40), end).start()  # type: ignore[union-attr]


def _bracket_end(text: str, start: int, end: int) -> int:
    """Where a name ends that goes on in brackets after ``end``, or ``end``."""
    found = _BRACKET.match(text, end)
    if found is None:
        return end
    head = text[max(start, _word_start(text, end)) : end]
    return found.end() if any(map(str.isupper, head[1:])) else end


def plus_end(text: str, start: int, end: int) -> int:
    """Where the pluses end that belong to the name before ``end``: not those between names, nor of "10k+" and "±".

    >>> [plus_end(text, 0, 3) for text in ("GPT++ is", "GPT+CoT", "10k+ of", "0.1+/-2", "REK+/RAG")]
    [5, 3, 3, 3, 4]
    """
    if text[end : end + 1] != "+" or end <= start:
        return end
    at = end + 1
    while text[at : at + 1] == "+":
        at += 1
    word = text[max(start, _word_start(text, end)) : end]
    named = word[:1].isalpha() or sum(map(str.isalpha, word)) > 1
    after = text[at : at + 2]
    if not named or at > end + 2 or after == "/-" or (after and in_word(after[0])):
        return end
    return at
