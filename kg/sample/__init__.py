"""The sample that ships with the package: well-known machine-learning papers, 2012 to 2025."""

from __future__ import annotations

from pathlib import Path


def path() -> Path:
    """The sample's file, JSON Lines, one paper a line, oldest first.

    >>> path().name
    'papers.jsonl'
    """
    return Path(__file__).with_name("papers.jsonl")
