"""The tokenizer: spaCy's English rules, with a few more places to split where papers write without spaces."""

from __future__ import annotations

from itertools import accumulate
from typing import Any, NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc
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
    # a special case keeps all that follows it in a text out of the tokenizer's cache: a line break need not be one
    tokenizer.rules = {text: rule for text, rule in tokenizer.rules.items() if not text.isspace()}
    tokenizer.prefix_search = compile_prefix_regex([*PREFIXES, *rules["prefixes"]]).search
    tokenizer.infix_finditer = compile_infix_regex([*rules["infixes"], *INFIXES]).finditer
    tokenizer.suffix_search = compile_suffix_regex([*rules["suffixes"], *SUFFIXES]).search
    return nlp


class Written(NamedTuple):
    """A document's text and its tokens as plain strings."""

    text: str
    words: list[str]
    spaces: list[str]
    """The space after each token, or nothing."""
    starts: list[int]
    """Where each token begins."""


_KEY = "kg_written"


def written(doc: Doc) -> Written:
    """Read a document once: spaCy puts its text together anew, token by token, whenever it is asked for."""
    found = doc.user_data.get(_KEY)
    if found is None:
        tokens = list(doc)
        words, spaces = [t.text for t in tokens], [t.whitespace_ for t in tokens]
        pieces = [word + space for word, space in zip(words, spaces, strict=True)]
        starts = list(accumulate(map(len, pieces), initial=0))[:-1]
        found = doc.user_data[_KEY] = Written("".join(pieces), words, spaces, starts)
    return Written(*found)  # a list, where the document came from another process


def whole_words(doc: Doc) -> tuple[list[str], list[int]]:
    """The tokens that are not white space, and where they begin."""
    _, words, _, starts = written(doc)
    kept = [i for i, word in enumerate(words) if not word.isspace()]
    return [words[i] for i in kept], [starts[i] for i in kept]
