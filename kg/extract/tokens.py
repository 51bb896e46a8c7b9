"""The tokenizer: spaCy's English rules, with a few more places to split where papers write without spaces."""

from __future__ import annotations

from typing import Any

import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

PREFIXES = (r"\\[a-zA-Z]+\{",)
INFIXES = (
    r"(?<=[A-Za-z0-9])/(?=[0-9])",
    r"(?<=\w)[()](?=\w)",
    r"(?<=\w)\+(?=[A-Za-z])",
    r"(?<=[0-9])-(?=(?:based|like|style|level|generated|trained|class|powered|driven|only|enhanced|guided|assisted|aware"
    r"|free)\b)",
    r"(?<=[\w)])\((?=\w)",
    r"(?<=\))-(?=[A-Za-z])",
)
SUFFIXES = (r"(?<=[0-9a-z][A-Z])\.", r"(?<=\w)-")


def blank() -> Language:
    """An empty English pipeline with this tokenizer."""
    nlp = spacy.blank("en")
    rules: dict[str, list[str]] = {
        key: list(getattr(nlp.Defaults, key) or ()) for key in ("prefixes", "infixes", "suffixes")
    }
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex([*PREFIXES, *rules["prefixes"]]).search
    tokenizer.infix_finditer = compile_infix_regex([*rules["infixes"], *INFIXES]).finditer
    tokenizer.suffix_search = compile_suffix_regex([*rules["suffixes"], *SUFFIXES]).search
    return nlp
