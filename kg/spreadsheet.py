"""Texts in tables that spreadsheets open: none may be taken for a formula (see OWASP, CSV injection)."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """A text that a spreadsheet takes as a text, also where it begins like a formula.

    >>> guarded("=1+1"), guarded("BERT")
    ("'=1+1", 'BERT')
    """
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that :func:`guarded` made this of.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
