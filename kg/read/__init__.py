"""Files of papers -> :class:`~kg.model.Paper`.

:func:`read` takes files, folders, globs and ``-`` (standard input) in any of the formats of :mod:`kg.read.formats`,
recognises each by its content, and puts records of the same paper together. :func:`stream` does the same without
putting together, for inputs that do not fit into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from os import PathLike

from kg.model import LONGEST_TEXT, KgError, Paper
from kg.read import formats, inputs, record
from kg.read.same import deduplicate, keys, merge

__all__ = ["Account", "Problem", "Progress", "Reading", "keys", "merge", "read", "stream"]

Inputs = str | PathLike[str] | Iterable[str | PathLike[str]]
Progress = Callable[[str, int], None]
"""Called every 500 records and at the end of each file: the file's name, the records read so far in all files."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that the user should know of a place in an input."""

    path: str
    line: int
    """From 1; 0 where it is the file as such."""
    what: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: the papers, and an account of every record and file."""

    papers: tuple[Paper, ...]
    """Each paper once, sorted by id."""
    files: int
    """Files read, whole or in part."""
    records: int
    """Records found, whole or not."""
    duplicates: int
    """Records that turned out to be a paper already read."""
    incomplete: tuple[Problem, ...]
    """Records without a title or an abstract: counted in `records`, not in `papers`."""
    undated: tuple[Problem, ...]
    """Records whose date lacks its year (``year=`` says which it is), is no day at all, or is not understood: their
    papers have what else tells it, or no date."""
    long: tuple[Problem, ...]
    """Records whose text is longer than what is searched for names (:data:`kg.model.LONGEST_TEXT`)."""
    problems: tuple[Problem, ...]
    """With `keep_going`: the files and lines that could not be read."""


def read(
    inputs: Inputs, *, year: int | None = None, keep_going: bool = False, progress: Progress | None = None
) -> Reading:
    """Read papers, each once.

    Two records are one paper if they have the same arXiv id (without its version), DOI or normalised title. The result
    is the same in any order of inputs.

    Args:
        inputs: files, folders (with all below), globs, ``-`` for standard input; one or many.
        year: the year of dates such as "Nov 25" on pages that do not tell their year.
        keep_going: collect what cannot be read in ``Reading.problems`` instead of stopping at the first.
        progress: called now and then, see :data:`Progress`.

    Raises:
        KgError: an input is missing, empty, binary, not UTF-8, cut off or holds no paper; with `keep_going`, only if
            nothing at all could be read.
    """
    account = Account()
    papers = list(stream(inputs, year=year, keep_going=keep_going, account=account, progress=progress))
    unique = tuple(deduplicate(papers))
    return Reading(
        papers=unique,
        files=len(account.files),
        records=account.records,
        duplicates=len(papers) - len(unique),
        incomplete=tuple(sorted(account.incomplete)),
        undated=tuple(sorted(account.undated)),
        long=tuple(sorted(account.long)),
        problems=tuple(sorted(account.problems)),
    )


@dataclass(slots=True)
class Account:
    """What :func:`stream` met so far; the fields mean what they mean in :class:`Reading`."""

    files: set[str] = field(default_factory=set)
    records: int = 0
    incomplete: list[Problem] = field(default_factory=list)
    undated: list[Problem] = field(default_factory=list)
    long: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def stream(
    inputs: Inputs,
    *,
    year: int | None = None,
    keep_going: bool = False,
    account: Account | None = None,
    progress: Progress | None = None,
) -> Iterator[Paper]:
    """The papers of the inputs as they come, a paper as often as it stands in them.

    Memory does not grow with JSON Lines, CSV, Parquet and XML, of which one record (or a thousand rows) is held at a
    time; other formats are held a file at a time. `account` keeps count of everything as it passes, also of what is
    left out.

    Raises:
        KgError: as :func:`read`, when the place is reached.
    """
    account = Account() if account is None else account
    for item in _walk(inputs, year, progress):
        if isinstance(item, _Paper):
            account.records += 1
            account.files.add(item.path)
            if item.note:
                account.undated.append(Problem(item.path, item.line, item.note))
            if (length := len(item.paper.title) + 1 + len(item.paper.abstract)) > LONGEST_TEXT:
                what = f"{length:,} characters, of which the first {LONGEST_TEXT:,} are searched for names"
                account.long.append(Problem(item.path, item.line, what))
            yield item.paper
        elif isinstance(item, _Incomplete):
            account.records += 1
            account.incomplete.append(item.problem)
        elif keep_going:
            account.problems.append(item)
        else:
            raise KgError(str(item))
    if not account.files:
        first, *rest = [str(problem) for problem in account.problems] or [
            "no input; name a file, a folder or - for standard input"
        ]
        raise KgError(f"{first} (and {len(rest)} more)" if rest else first)


@dataclass(frozen=True, slots=True)
class _Paper:
    paper: Paper
    path: str
    line: int
    note: str | None


@dataclass(frozen=True, slots=True)
class _Incomplete:
    problem: Problem


def _walk(named: Inputs, year: int | None, progress: Progress | None) -> Iterator[_Paper | _Incomplete | Problem]:
    """Everything that the inputs hold, in order: papers, incomplete records, and what cannot be read."""
    total = 0
    for file in inputs.find([named] if isinstance(named, str | PathLike) else named):
        if isinstance(file, tuple):
            yield Problem(file[0], 0, file[1])
            continue
        found = complete = bad = 0
        lacking: record.Wrong | None = None
        try:
            for row in formats.records(inputs.lines(file), year, file.name):
                if isinstance(row, record.Wrong):
                    bad += 1
                    yield Problem(file.shown, row.line, row.what)
                    continue
                found += 1
                total += 1
                if progress and total % 500 == 0:
                    progress(file.name, total)
                paper = record.paper(row, file.name)
                if isinstance(paper, record.Wrong):
                    lacking = lacking or paper
                    yield _Incomplete(Problem(file.shown, paper.line, paper.what))
                else:
                    complete += 1
                    yield _Paper(paper[0], file.shown, row.line, paper[1])
        except inputs.Unreadable as error:
            bad += 1
            yield Problem(file.shown, error.line, error.what)
        if progress:
            progress(file.name, total)
        if lacking and not complete:
            whole = "its only record" if found == 1 else f"none of {found} records is whole; this one"
            yield Problem(file.shown, lacking.line, f"no paper: {whole} is {lacking.what.removeprefix('record ')}")
        elif not found and not bad:
            yield Problem(
                file.shown, 0, "no paper found; is it a list of titles and abstracts, JSON, CSV, BibTeX or RIS?"
            )
