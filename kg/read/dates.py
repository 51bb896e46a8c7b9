"""Dates as people write them -> ISO 8601, as much as is known and nothing more."""

from __future__ import annotations

import datetime
import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_TWO_NUMBERS = re.compile(rf"(\d\d?)[/.](\d\d?)[/.]{_YEAR}")
"""April or February? Of 04/02/2007 only the year is known."""
_PATTERNS = (
    *(
        re.compile(pattern, re.I)
        for pattern in (
            rf"{_YEAR}[\s-]+{_MONTH}(?:[\s-]+(?P<day>\d\d?))?",  # 2007 Apr 2
            # 2021-06-17T12:00:00Z, 2021/6/17, 2021-06, 2021, 2021.0 (a table program's idea of a year), 2021/06// (RIS)
            rf"{_YEAR}(?:[-/.](?P<monthno>\d\d?)(?:[-/.](?P<day>\d\d?))?)?(?:[T\s].*|/.*|\.0)?",
            rf"{_YEAR}(?P<monthno>[01]\d)(?P<day>[0-3]\d)",
            # Mon, 2 Apr 2007 19:18:42 GMT
            rf"(?:[a-z]+,?\s+)?(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+{_YEAR}\b.*",
            rf"(?:[a-z]+,?\s+)?{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+{_YEAR}\b.*",  # April 2, 2007
            rf"{_MONTH},?\s+{_YEAR}",  # April 2007
        )
    ),
    _TWO_NUMBERS,
)


def month_number(name: str) -> int | None:
    """The number of a month's English name, its abbreviation or its digits.

    >>> month_number("June"), month_number("jun"), month_number("6"), month_number("soon")
    (6, 6, 6, None)
    """
    name = name.strip().lower()
    if name.isdecimal():
        return int(name) if 1 <= int(name) <= 12 else None
    return MONTHS.index(name[:3]) + 1 if name[:3] in MONTHS else None


def iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """The ISO date of these numbers; None where there is no such day.

    >>> iso(2024, 2, 29), iso(2023, 2, 29), iso(2023, 2)
    ('2024-02-29', None, '2023-02')
    """
    try:
        datetime.date(year, month or 1, day or 1)
    except ValueError:
        return None
    if not month:
        return f"{year:04}"
    return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}"


def parse(value: object) -> str | None:
    """The ISO date (``2021``, ``2021-06`` or ``2021-06-17``) that a field's value states; None where it states none.

    >>> parse("Mon, 2 Apr 2007 19:18:42 GMT"), parse("2021 Jun 7"), parse("04/02/2007"), parse("soon")
    ('2007-04-02', '2021-06-07', '2007', None)
    """
    text = str(value).strip()
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            part = match.groupdict()
            month = part.get("monthno") or part.get("month")
            day = part.get("day")
            if month and int(day or 1) and (number := month_number(month)):
                return iso(int(part["year"]), number, int(day) if day else None)
            # "2021-00-00" and the like: some programs' way to say that only the year is known
            return iso(int(part["year"])) if not month or not int(day or 0) else None
    return None


def doubt(value: object) -> str | None:
    """What is wrong with a field's value that should state a date; None where nothing is.

    >>> doubt("31/02/2023"), doubt("twenty"), doubt("04/02/2007"), doubt("2007")
    ('there is no such day: 31/02/2023', 'not understood as a date: twenty', None, None)
    """
    text = " ".join(str(value).split())
    if match := _TWO_NUMBERS.fullmatch(text):
        one, other, year = (int(part) for part in match.groups())
        if not one or not other:  # as in 00/00/2021: only the year is known
            return None
        real = iso(year, one, other) if one <= 12 else None
        real = real or (iso(year, other, one) if other <= 12 else None)
        return None if real else f"there is no such day: {text[:60]}"
    if parse(value):
        return None
    known = any(pattern.fullmatch(text) for pattern in _PATTERNS)
    return f"{'there is no such day' if known else 'not understood as a date'}: {text[:60]}"


def of_arxiv_id(arxiv_id: str) -> str | None:
    """The month in which arXiv gave this id: the first four digits of it say so.

    >>> of_arxiv_id("2106.09685"), of_arxiv_id("cs/9901002")
    ('2021-06', '1999-01')
    """
    digits = arxiv_id.rpartition("/")[2][:4]
    year = int(digits[:2])
    return iso(year + (1900 if year > 90 else 2000), int(digits[2:]) or None)
