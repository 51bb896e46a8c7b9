"""The cue words of roles ("we propose", "outperforms", "experiments on", "such as") and where a text has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

CUES = {
    "propose": r"propos(?:e|es|ed|ing)|introduc(?:e|es|ed|ing)|present(?:s|ed|ing)?|develop(?:s|ed)?|design(?:s|ed)?"
    r"|releas(?:e|es|ed|ing)|construct(?:s|ed)?|contribut(?:e|es)|unveil(?:s|ed)?|devise[sd]?|creat(?:e|es"
    r"|ed)|call(?:ed)?|dubbed|named|termed|coin(?:ed)?|curat(?:e|es|ed)|collect(?:s|ed)?|build|built"
    r"|formulat(?:e|es|ed)|novel|new",
    "use": r"us(?:e|es|ed|ing)|utili[sz](?:e|es|ed|ing)|leverag(?:e|es|ed|ing)|employ(?:s|ed|ing)?|adopt(?:s|ed"
    r"|ing)?|appl(?:y|ies|ied|ying)|based on|build(?:s|ing)? (?:up)?on|built (?:up)?on|via|through|by|with"
    r"|integrat(?:e|es|ed|ing)|combin(?:e|es|ed|ing)|incorporat(?:e|es|ed|ing)|extend(?:s|ed|ing)?"
    r"|trained on|adapt(?:s|ed|ing)?|inspired by",
    "compare": r"outperform(?:s|ed|ing)?|compar(?:e|es|ed|ing|able|ison)|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?"
    r"|than|over|baselines?|versus|vs|beat(?:s|ing)?|superior(?:ity)?|better|rival(?:s|ing)?|against"
    r"|unlike|instead of|alternative|competitive|match(?:es|ing)?|previous|prior|existing|state-of-the-art"
    r"|sota",
    "evaluate": r"experiment(?:s|al)?|evaluat(?:e|es|ed|ing|ion|ions)|benchmark(?:s|ed|ing)?|datasets?|test(?:s|ed"
    r"|ing)?|results?|validat(?:e|es|ed|ing|ion)|demonstrat(?:e|es|ed|ing)|across|including|on|tasks?"
    r"|extensive|achiev(?:e|es|ed|ing)",
    "address": r"problems?|challeng(?:e|es|ing)|address(?:es|ed|ing)?|tackl(?:e|es|ed|ing)|mitigat(?:e|es|ed|ing)"
    r"|solv(?:e|es|ed|ing)|improv(?:e|es|ed|ing)|for|stud(?:y|ies|ied)|investigat(?:e|es|ed|ing)"
    r"|explor(?:e|es|ed|ing)|enhanc(?:e|es|ed|ing)|enabl(?:e|es|ed|ing)|reduc(?:e|es|ed|ing)"
    r"|understand(?:ing)?|analy[sz](?:e|es|ed|ing)",
    "background": r"recent(?:ly)?|widely|have|has|popular|success|such as|e\.g\.|like|many|often|existing|advances"
    r"|despite|however|traditional(?:ly)?|conventional(?:ly)?|typically|emerged|progress|crucial|essential"
    r"|important|while|although",
    "report": r"improv(?:e|es|ed|ement|ements|ing)|reduc(?:e|es|ed|tion|ing)|score[sd]?|increas(?:e|es|ed|ing)"
    r"|gains?|higher|lower|in terms of|achiev(?:e|es|ed|ing)|by \d|\d+(?:\.\d+)?\s*(?:\\?%|x|×|points)"
    r"|measured",
    "ours": r"we|our|ours|this paper|this work|here",
}
_PATTERNS = {name: re.compile(rf"(?:{pattern})(?!\w)", re.I) for name, pattern in CUES.items()}


def _beginnings(pattern: str) -> Iterable[str]:
    """The plain letters (up to three) with which each of the alternatives begins; ``\\d`` begins with nothing."""
    for alternative in re.sub(r"\([^()]*\)", "()", pattern).split("|"):
        yield re.sub(r".\?.*|[^a-z].*", "", alternative)[:3]


_BEGINNINGS = {name: set(_beginnings(re.sub(r"\(\?:", "(", pattern))) for name, pattern in CUES.items()}


@lru_cache(maxsize=20_000)
def _possible(word: str) -> tuple[str, ...]:
    """The cues that may begin with this word, by its first letters."""
    if not word.isascii():
        return tuple(CUES)
    starts = {word[:n] for n in range(4)}
    return tuple(name for name, beginnings in _BEGINNINGS.items() if beginnings & starts)


def cues_in(text: str, words: Iterable[tuple[int, str]]) -> dict[str, list[tuple[int, int]]]:
    """Where each kind of cue stands. ``words``: where the words of ``text`` begin, and the words, in lower case.

    >>> cues_in("we propose", [(0, "we"), (3, "propose")])["propose"]
    [(3, 10)]
    """
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in CUES}
    for at, word in words:
        for name in _possible(word):
            places = found[name]
            if (not places or at >= places[-1][1]) and (match := _PATTERNS[name].match(text, at)):
                places.append(match.span())
    return found
