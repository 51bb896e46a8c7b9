"""Whether a person's decisions can be meant: they don't contradict one another, and are about what papers name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process, utils

from kg.model import KgError
from kg.resolve.decisions import raw_form

Row = tuple[str, str, str, str, str]
"""Decision, a, b, paper_a, paper_b."""


def check(
    new: pd.DataFrame,
    where: Path | str,
    *,
    papers: pd.DataFrame,
    mentions: pd.DataFrame,
    before: pd.DataFrame | None = None,
) -> None:
    """Raise :class:`KgError`, with its line, for the first new decision that cannot be meant.

    ``new`` is what :func:`kg.resolve.read_review` read at ``where``; ``papers`` (``id``) and ``mentions`` (``paper``,
    ``text``) are what will be resolved. The decisions in force ``before`` are not looked up again, as their papers may
    have gone since, and what is to be undone is not at all.

    >>> rows = pd.DataFrame([["same", "BERT", "Bertt", "", ""]], index=[2])
    >>> named = pd.DataFrame({"paper": ["1"], "text": ["BERT"]})
    >>> check(rows, Path("d.csv"), papers=pd.DataFrame({"id": ["1"]}), mentions=named)
    Traceback (most recent call last):
        ...
    kg.model.KgError: d.csv:2: no paper names "Bertt"; did you mean BERT?
    """
    in_force = set() if before is None else set(before.itertuples(index=False, name=None))
    named, said = _Named(set(papers["id"]), mentions), _Said()
    for line, row in zip(new.index, new.itertuples(index=False, name=None), strict=True):
        if row[0] == "undo":
            continue
        problem = said.contradiction(row, line) or (None if row in in_force else named.lacks(row))
        if problem:
            raise KgError(f"{where}:{line}: {problem}")


@dataclass
class _Said:
    """What the rows so far say of which names, and where."""

    rows: dict[object, tuple[int, str]] = field(default_factory=dict)

    def contradiction(self, row: Row, line: int) -> str | None:
        """What former row this one contradicts."""
        decision, a, b, paper_a, paper_b = row
        if decision == "name":
            first, other = self.rows.setdefault(raw_form(a), (line, b))
            return None if other == b else f'"{a}" is to be called "{b}", and "{other}" by line {first}; keep one'
        written = raw_form(a) == raw_form(b)  # such as "MATH" and "math"
        pair = frozenset((name if written else raw_form(name), paper) for name, paper in ((a, paper_a), (b, paper_b)))
        first, other = self.rows.setdefault(pair, (line, decision))
        return None if other == decision else f'"{a}" and "{b}" are {decision}, and {other} by line {first}; keep one'


@dataclass
class _Named:
    """What papers there are, and what they name."""

    papers: set[str]
    mentions: pd.DataFrame

    @cached_property
    def texts(self) -> dict[str, str]:
        """Every name as it is written, the most frequent first, with its form."""
        return {text: raw_form(text) for text in self.mentions["text"].value_counts().index}

    @cached_property
    def forms(self) -> set[str]:
        """All forms."""
        return set(self.texts.values())

    def lacks(self, row: Row) -> str | None:
        """What paper or name of a row is not there."""
        decision, a, b, paper_a, paper_b = row
        for name, paper in ((a, paper_a), (b, paper_b))[: 1 if decision == "name" else 2]:
            if paper and paper not in self.papers:
                return f'no paper has the id "{paper}"; kg show finds a paper\'s id by its title'
            if raw_form(name) not in self.forms:
                near = self.near(name)
                return f'no paper names "{name}"; ' + (
                    f"did you mean {' or '.join(near)}?" if near else "kg show finds what papers name"
                )
            if paper and raw_form(name) not in map(
                raw_form, self.mentions.loc[self.mentions["paper"] == paper, "text"]
            ):
                return f'paper {paper} does not name "{name}"; kg show {paper} lists what it names'
        return None

    def near(self, name: str) -> list[str]:
        """The names most like this one, one of each form."""
        found = process.extract(
            name, list(self.texts), scorer=fuzz.ratio, processor=utils.default_process, limit=12, score_cutoff=60
        )
        best: dict[str, str] = {}
        for text, _, _ in found:
            best.setdefault(self.texts[text], text)
        return list(best.values())[:3]
