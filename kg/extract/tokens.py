"""The tokenizer: spaCy's English rules, with a few more places to split where papers write without spaces."""

from __future__ import annotations

import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_suffix_regex

INFIXES = (r"(?<=[^\s])[()\[\]{}](?=[^\s])", r"(?<=[0-9A-Za-z])/(?=[0-9A-Za-z])", r"(?<=\))-", r"(?<=[a-z])=(?=[0-9])")
SUFFIXES = (r"(?<=[0-9A-Za-z][0-9A-Z])\.", r"(?<=[A-Z])\.(?=$)", r"(?<=[A-Za-z0-9\)])-")


def blank() -> Language:
    """An empty English pipeline with this tokenizer."""
    nlp = spacy.blank("en")
    defaults = nlp.Defaults
    nlp.tokenizer.infix_finditer = compile_infix_regex([*defaults.infixes, *INFIXES]).finditer  # type: ignore[attr-defined]
    nlp.tokenizer.suffix_search = compile_suffix_regex([*defaults.suffixes, *SUFFIXES]).search  # type: ignore[attr-defined]
    return nlp
