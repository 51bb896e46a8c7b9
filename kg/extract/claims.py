"""Where a text says in so many words that a thing is its own: "we propose LoRA", "we present the Transformer, …".

What is famous now was new in the paper that introduced it. A classifier trained on later papers has seen such names
used a hundred times and takes them for used here too; the claim is stronger than that. On the annotated papers
nearly all of the names so claimed are introduced there (676 of 680, 99.4 %; 6,684 of 6,742 in the further ones).
"""

from __future__ import annotations

import re
from collections.abc import Collection

CLAIMED = 0.98
"""The confidence of a claim: the share of the names so claimed in the annotated papers that are introduced there."""

_PRAISE = (
    r"(?:(?:novel|new|simple|efficient|effective|first|unified|general|large-scale|open|open-source|powerful"
    r"|lightweight|scalable|comprehensive|so-called)[, ]+(?:and |yet |but )?)*"
)
_OWN = r"\b(?:we|this (?:paper|work|study|article|report))\b[^.;:()]{0,60}?\b"
_BRINGS = (
    r"(?<!that )(?<!which )(?:introduc|present|propos|develop|releas|describ|unveil|design|devis|contribut|construct"
    r"|creat|curat|compil|assembl|buil[dt])(?:e|es|ed|s)?"
)
_CALLED = r"(?<!the )(?:call|nam|dubb?|term|coin)(?:e|ed)?"
_CLAIM = re.compile(
    rf"{_OWN}{_BRINGS} (?:(?:the |an? )?{_PRAISE}[\"'“‘]?|the (?:[\w-]+ ){{1,5}}\()$"
    rf"|(?:{_OWN}{_BRINGS} [^.;:]{{0,100}}? |\bwe (?:\w+ )?){_CALLED},? (?:(?:it|this|as|the) )?[\"'“‘]?$",
    re.I,
)
_NEW = re.compile(r"(?:\s\([^()]{1,60}\))?, (?:an?|our|the first) (?:\w+ly )?(?:novel|new)\b")
_END_OF_NAME = re.compile(
    r"[\"'”’]?(?:\s*\((?![^()]*\)(?:-[a-z]| based\b))|[,.:;)]|\s+(?:which|that|an?|for|to|as|is)\b|\s+[–—-]\s|\s*$)"
)
_ABBREVIATION = re.compile(r"\s*\([\w-]*[A-Z][\w-]*\)")
_A = re.compile(rf"{_OWN}{_BRINGS} (?:an?|the first) (?:[\w-]+,? ){{0,3}}$", re.I)
_MADE_WITH = re.compile(
    r"-[a-z]+\b|\s\([^()]*\)(?:-[a-z]+| based(?! (?:up)?on)| (?:[\w-]+ ){0,2}(?:framework|method|model|approach"
    r"|algorithm|architecture|strategy|technique|mechanism|module|network|system|dataset|paradigm|scheme|pipeline|agent))\b"
)
_NAME = re.compile(r"(?=\S*[A-Z])[^\W\d_]\S*[A-Z0-9$]\S*")
_NO_NAME = re.compile(r"[=%<>\\/]|\.\W")
_PART = re.compile(r"(?:-|based on |extends |extend )$")
_VERSION = re.compile(r"-\S+|\+{1,2}| v?\d[\w.]*")
_PROPER = re.compile(r"[A-Z0-9]")
_OTHERS = re.compile(r"\b(?:recent|previous|existing|prior|classic|well-known|establish)", re.I)
"""In a claim: what is claimed is somebody else's, "the recently proposed …"."""
_SIGHT = 180
"""Characters before a name in which its claim stands."""


def claimed(text: str, start: int, end: int) -> bool:
    """Whether the paper claims the name at these offsets as its own.

    >>> text = "Title\\nWe introduce the Transformer, an encoder-decoder that needs no recurrence."
    >>> claimed(text, text.index("Transformer"), text.index(","))
    True
    >>> text = "Title\\nWe propose a Transformer model for speech."
    >>> claimed(text, text.index("Transformer"), text.index(" model"))
    False
    """
    if not _END_OF_NAME.match(text, end):
        return False
    if not _PROPER.search(text, start, end) and (not _ABBREVIATION.match(text, end) or _MADE_WITH.match(text, end)):
        return False
    if _NEW.match(text, end) and is_written_as_name(text[start:end]):
        return not _PART.search(text, max(0, start - 12), start)
    claim = _CLAIM.search(_clause(text, start))
    return claim is not None and not _OTHERS.search(claim[0])


def _clause(text: str, end: int) -> str:
    """The sentence up to here, or what is in sight of it."""
    before = text[max(0, end - _SIGHT) : end]
    return before[max(before.rfind(". "), before.rfind("\n")) + 1 :]


def lent(text: str, start: int, end: int) -> bool:
    """Whether the paper claims something that is made with the name at these offsets.

    >>> text = "Title\\nWe present a Vision Transformer (ViT)-based framework and a BERT model."
    >>> lent(text, text.index("Vision"), text.index(" (ViT")), lent(text, text.index("BERT"), text.index(" model"))
    (True, False)
    """
    return _MADE_WITH.match(text, end) is not None and _A.search(_clause(text, start)) is not None


def is_written_as_name(text: str) -> bool:
    """Whether the letters alone show a name: one word, with a capital or digit after its first letter.

    >>> [is_written_as_name(s) for s in ("CritPt", "LM-O", "FD$^2$", "Critic", "Visual Arena", "AUC=0.75", "4B")]
    [True, True, True, False, False, False, False]
    """
    return _NAME.fullmatch(text) is not None and not _NO_NAME.search(text)


def is_version(name: str, own: Collection[str]) -> bool:
    """Whether the name is one of those, with a size or version behind it.

    >>> is_version("JetMoE-8B-Chat", {"JetMoE"}), is_version("JetMoE 2", {"JetMoE"}), is_version("JetMoE", {"Jet"})
    (True, True, False)
    """
    return any(name.startswith(one) and _VERSION.fullmatch(name, len(one)) for one in own)
