"""Where a text says in so many words that a thing is its own: "we propose LoRA", "we present the Transformer, …".

What is famous now was new in the paper that introduced it. A classifier trained on later papers has seen such names
used a hundred times and takes them for used here too; the claim is stronger than that. On the annotated papers
nearly all of the names so claimed are introduced there (683 of 691, 98.8 %).
"""

from __future__ import annotations

import re

CLAIMED = 0.98
"""The confidence of a claim: the share of the names so claimed in the annotated papers that are introduced there."""

_PRAISE = (
    r"(?:(?:novel|new|simple|efficient|effective|first|unified|general|large-scale|open|open-source|powerful"
    r"|lightweight|scalable|comprehensive|so-called)[, ]+(?:and |yet |but )?)*"
)
_CLAIM = re.compile(
    r"\b(?:we|this (?:paper|work|study|article|report))\b[^.;:()]{0,60}?"
    r"\b(?:introduc|present|propos|develop|releas|describ|unveil|design|devis|contribut)(?:e|es|ed|s)? "
    rf"(?:(?:the |an? )?{_PRAISE}[\"'“‘]?|the (?:[\w-]+ ){{1,5}}\()$",
    re.I,
)
_END_OF_NAME = re.compile(r"[\"'”’]?(?:\s*\(|[,.:;)]|\s+(?:which|that|an?|for|to|as|is)\b|\s+[–—-]\s|\s*$)")
_ABBREVIATION = re.compile(r"\s*\([\w-]*[A-Z][\w-]*\)")
_PROPER = re.compile(r"[A-Z0-9]")
_OTHERS = re.compile(r"\b(?:recent|previous|existing|prior|classic|well-known|establish)", re.I)
"""In a claim: what is claimed is somebody else's, "the recently proposed …"."""
_SIGHT = 130
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
    if not _PROPER.search(text, start, end) and not _ABBREVIATION.match(text, end):
        return False
    before = text[max(0, start - _SIGHT) : start]
    claim = _CLAIM.search(before[max(before.rfind(". "), before.rfind("\n")) + 1 :])
    return claim is not None and not _OTHERS.search(claim[0])
