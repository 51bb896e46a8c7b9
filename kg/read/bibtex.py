"""BibTeX, as bibtexparser reads it, with LaTeX turned into plain text."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from typing import Any

from kg.read.record import Row, Wrong

NAME = "BibTeX"

_PLAIN = ("title", "abstract", "keywords")


def sniff(head: str) -> bool:
    """Whether a file that begins like this is BibTeX."""
    return bool(
        re.search(
            r"^[ \t]*@\s*(?:[a-z]+\s*[{(]\s*[^\s{}(),=]*\s*,|(?:string|preamble|comment)\s*[{(])", head, re.M | re.I
        )
    )


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The bibliography's entries."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what fails is in the library, and reported here
    for block in parse_string("".join(lines)).blocks:
        line = (block.start_line or 0) + 1
        entry: object = block
        if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
            entry = block.ignore_error_block  # two entries with one key are two entries to us
        if isinstance(entry, Entry):
            yield Row(line, _fields({field.key.lower(): str(field.value) for field in entry.fields}))
        elif isinstance(block, ParsingFailedBlock):
            why = " ".join(str(getattr(block.error, "abort_reason", block.error)).split())
            cut = "end of file" in why
            yield Wrong(line, "BibTeX entry that is cut off in the middle" if cut else f"bad BibTeX: {why[:100]}")


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    if "author" in fields:
        fields["author"] = _names(fields["author"])
    for name in _PLAIN:
        if name in fields:
            fields[name] = _text(fields[name])
    if "arxiv" not in (fields.get("archiveprefix", "") or fields.get("eprinttype", "arxiv")).lower():
        fields.pop("eprint", None)
    where = " ".join(value for name, value in fields.items() if name not in (*_PLAIN, "author"))
    journal = re.search(r"arxiv[:\s]+(?:preprint\s+)?(?:arxiv:)?(\d{4}\.\d{4,5})", where, re.I)
    if journal:
        fields.setdefault("eprint", journal[1])
    fields.pop("id", None)
    return fields


def _names(authors: str) -> list[dict[str, str]]:
    r"""The authors, as BibTeX tells where a name ends and which part of it is which.

    >>> [name["literal"] for name in _names(r"van Wren, Jr., Ben and {Birds, Inc.} and M{\"u}ller, A. and others")]
    ['Ben van Wren Jr.', 'Birds, Inc.', 'A. Müller']
    """
    from bibtexparser.middlewares.names import split_multiple_persons_names

    return [{"literal": _name(name)} for name in split_multiple_persons_names(authors) if name != "others"]


def _name(latex: str) -> str:
    from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts

    with contextlib.suppress(InvalidNameError):  # too many commas: not as BibTeX has it, so left as it stands
        latex = parse_single_name_into_parts(latex).merge_first_name_first
    return _text(latex)


def _text(latex: str) -> str:
    r"""Plain text of LaTeX.

    >>> _text(r"na{\"\i}ve {BERT}: 5% of $\alpha$ \& \emph{more}")
    'naïve BERT: 5% of α & more'
    """
    from pylatexenc.latex2text import LatexNodes2Text

    # in a bibliography these are nearly always meant as they stand, not as a comment, a column or a parameter
    escaped = re.sub(r"(?<!\\)([%&#])", r"\\\1", latex)
    escaped = re.sub(r"\\url\s*\{([^{}]*)\}", r"\1", escaped)  # bare, as people write it, not in <>
    with contextlib.suppress(Exception):  # not LaTeX after all: the text as it stands
        latex = LatexNodes2Text(math_mode="text", strict_latex_spaces=True).latex_to_text(escaped)
    return re.sub(r"\s+", " ", latex).strip()
