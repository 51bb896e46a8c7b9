"""Text saved from a web page that lists papers: title, abstract, and perhaps who and when.

Three layouts are known, and told apart by what the lines look like, never by where they stand:

1. titles and abstracts on alternating lines;
2. the same with blank lines between them;
3. with a line of metadata after each abstract: an organisation or a count of authors, a middle dot, a date with an
   optional count of upvotes::

      • 13 authors
    ·
    Oct 25 1

Lines that belong to the page itself (newsletter, navigation, the date in the header) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from kg.read import dates, markdown
from kg.read.record import Row, Wrong, clean

NAME = "text page"

_FURNITURE = frozenset(
    """new|papers|daily papers|trending papers|subscribe|get trending papers in your email inbox|by|ak|byak
    |ak and the research community|by ak and the research community|byak and the research community|hugging face
    |search|search papers|models|datasets|spaces|buckets|community|docs|enterprise|pricing|log in|sign up|submit
    |submit a paper|daily|weekly|monthly|trending|sort by|today|previous|next|load more|view all|upvote|share
    |system theme|company|tos|privacy|about|careers|jobs|website|submitted by""".replace("\n    ", "").split("|")
)
_NEWSLETTER = re.compile(r"(?:new)?\s*get trending papers in your email inbox(?: once a day)?\s*[!.]*\s*", re.I)
_GLUED = re.compile(r"(?:new)?Subscribe(?=[^a-z\s])")
_COUNT = re.compile(r"\d[\d,.]*k?", re.I)

_MONTH_DAY = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?P<day>\d\d?)"
_DATE = re.compile(
    rf"(?:published (?:on )?)?(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
    rf"(?:{_MONTH_DAY}(?:, ?(?P<year>(?:19|20)\d\d))?|(?P<iso>(?:19|20)\d\d-\d\d-\d\d))(?: +\d[\d,.]*k?)?",
    re.I,
)
_PERIOD = re.compile(
    r"(?:week \d\d?,? |(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* )((?:19|20)\d\d)", re.I
)
_AUTHORS = re.compile(r"(?:[•·*-] *)?\d[\d,]* authors?", re.I)
_DOTS = "·•∙⋅・‧"
_ON_ONE_LINE = re.compile(rf"(?:[•*-] *)?(?P<who>[^{_DOTS}]{{1,80}}?) *[{_DOTS}] *(?P<when>.{{3,40}})")


@dataclass(slots=True)
class _Line:
    number: int
    text: str
    after_blank: bool
    kind: str = "text"  # text | date | who (authors, organisation) | dot
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Year:
    """What the page says of the year of its dates."""

    year: int | None
    last: str
    """No date of the page is after this one; empty where that is not known."""


def sniff(head: str) -> bool:
    """Any text may be a page: the registry asks this format last."""
    return True


def records(lines: Iterator[str], year: int | None = None) -> Iterator[Row | Wrong]:
    """The page's papers; `year` is what dates without a year belong to, where the page does not say it itself."""
    page = _unwrap(_lines(lines))
    if page and re.match(r"<(!doctype|[a-z?])", page[0].text, re.I):
        what = "XML of an unknown kind; known are feeds (Atom, RSS), OAI-PMH and PubMed's"
        yield Wrong(page[0].number, what)
        return
    _find_metadata(page)
    body, when = _without_furniture(page, year)
    has_metadata = any(line.kind != "text" for line in body)
    group: list[_Line] = []
    meta: list[_Line] = []
    for is_text, run in groupby(body, key=lambda line: line.kind == "text"):
        if is_text:
            group = list(run)
        else:
            meta = list(run)
            yield from _papers(group, meta, when, has_metadata)
            group = []
    yield from _papers(group, [], when, has_metadata)


def _lines(lines: Iterator[str]) -> list[_Line]:
    page: list[_Line] = []
    blank = True
    raw = [" ".join(clean(line).split()) for line in lines]
    if markdown.is_markdown(raw):
        marked = ((number, part) for number, text in markdown.paragraphs(raw) for part in markdown.plain(text))
        return [_Line(number, text, True, url=url) for number, (text, url) in marked if text]
    for number, text in enumerate(raw, 1):
        if text:
            page.append(_Line(number, text, blank))
        blank = not text
    return page


def _unwrap(page: list[_Line]) -> list[_Line]:
    """Paragraphs as one line each, where the page breaks its lines at a margin."""
    runs: list[list[_Line]] = []
    for line in page:
        if line.after_blank or not runs or _is_metadata(line.text) or _is_metadata(runs[-1][-1].text):
            runs.append([])
        runs[-1].append(line)
    paragraphs = [run for run in runs if len(run) > 2 and not any(_is_furniture(line.text) for line in run)]
    inner = sorted(len(line.text) for run in paragraphs for line in run[:-1])
    margin = inner[len(inner) * 9 // 10] if inner else 0  # not the longest: addresses stick out
    if not 0 < margin <= 130 or sum(length > 0.6 * margin for length in inner) < 0.9 * len(inner):
        return page
    return [_Line(run[0].number, " ".join(line.text for line in run), run[0].after_blank) for run in runs]


def _is_furniture(text: str) -> bool:
    return text.lower().strip(" !") in _FURNITURE or bool(_COUNT.fullmatch(text) or _NEWSLETTER.fullmatch(text))


def _is_metadata(text: str) -> bool:
    return bool(text in _DOTS or _AUTHORS.fullmatch(text) or _DATE.fullmatch(text))


def _find_metadata(page: list[_Line]) -> None:
    """Tell the kinds of lines apart."""
    for line in page:
        if text := _ON_ONE_LINE.fullmatch(line.text):
            if _DATE.fullmatch(text["when"]):
                line.kind, line.text = "date", text["when"]
        elif line.text in _DOTS:
            line.kind = "dot"
        elif _AUTHORS.fullmatch(line.text):
            line.kind = "who"
        elif _DATE.fullmatch(line.text):
            line.kind = "date"
    for i, line in enumerate(page[1:], 1):
        before = page[i - 1]
        if line.kind == "dot" and before.kind == "text" and len(before.text) <= 80 and not before.text.endswith("."):
            # an organisation; with a blank line between it may also be the title of a record without an abstract
            after_abstract = i > 1 and page[i - 2].kind == "text" and _as_abstract(page[i - 2].text) < 1
            if not line.after_blank or after_abstract:
                before.kind = "who"


def _without_furniture(page: list[_Line], year: int | None) -> tuple[list[_Line], _Year]:
    """The lines that are papers, and what the page's header says of the year."""
    first_abstract = next((i for i, line in enumerate(page) if _as_abstract(line.text) == 0), len(page))
    header_end = 0
    when = _Year(year, "")
    for i, line in enumerate(page[:first_abstract]):
        period = _PERIOD.fullmatch(line.text)
        if period:
            when, header_end = _Year(int(period[1]), ""), i + 1
        elif line.kind == "date" and (i == 0 or page[i - 1].kind == "text"):
            header_end = i + 1
            if (stated := _date(line.text, _Year(None, ""))) and len(stated) == 10:
                when = _Year(int(stated[:4]), stated)

    body: list[_Line] = []
    in_newsletter = False
    for i, line in enumerate(page):
        text, glued = line.text, in_newsletter
        if newsletter := _NEWSLETTER.match(text):
            text, glued = text[newsletter.end() :], True
        if glued and (subscribe := _GLUED.match(text)):
            text = text[subscribe.end() :]
        in_newsletter = bool(newsletter) and not text
        small = i < header_end and (line.kind == "date" or _PERIOD.fullmatch(text) or len(text.split()) <= 3)
        if text and not small and not (_is_furniture(text) and line.kind == "text"):
            line.text = text
            body.append(line)
    return body, when


def _date(text: str, when: _Year) -> str | None:
    """A date line's date; None where the year is not known (or there is no such day)."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    if match["iso"]:
        return dates.parse(match["iso"])
    month, day = dates.month_number(match["month"]), int(match["day"])
    if match["year"]:
        return dates.iso(int(match["year"]), month, day)
    if when.year is None:
        return None
    date = dates.iso(when.year, month, day)
    return dates.iso(when.year - 1, month, day) if date and when.last and date > when.last else date


def _doubt(text: str, when: _Year) -> str:
    """Why a date line gave no date."""
    match = _DATE.fullmatch(text)
    year_known = when.year or (match and match["year"])
    if not match or match["iso"] or year_known:
        return f"there is no such day: {text}"
    return f"a date without a year: {match['month']} {match['day']}"


def _papers(group: list[_Line], meta: list[_Line], when: _Year, has_metadata: bool) -> Iterator[Row | Wrong]:
    """The records of the text lines between two runs of metadata; `meta` belongs to the last of them."""
    pairs = _pair(group, has_metadata)
    for i, (title, abstract) in enumerate(pairs):
        fields = {"title": title.text if title else "", "abstract": abstract.text if abstract else ""}
        note = None
        if title and title.url:
            fields["url"] = title.url
        if i == len(pairs) - 1 and (line := next((line for line in meta if line.kind == "date"), None)):
            fields["date"] = _date(line.text, when) or ""
            if not fields["date"]:
                note = _doubt(line.text, when)
        start = title or abstract
        assert start is not None
        yield Row(start.number, fields, note)


def _pair(lines: list[_Line], has_metadata: bool) -> list[tuple[_Line | None, _Line | None]]:
    """The lines as (title, abstract): of all ways to read them, the one that fits what they look like best.

    A record may lack either. Where records carry metadata, one inside a group lacks that too and is less likely.
    """
    best: list[float] = [0.0]
    steps: list[int] = [0]  # what ends here: 2 a pair, 1 a title alone, -1 an abstract alone
    for i, line in enumerate(lines, 1):
        alone = 0.8 if i == len(lines) or not has_metadata else 1.0
        choices = [
            (best[i - 1] + _as_title(line.text) + alone, 1),
            (best[i - 1] + _as_abstract(line.text) + alone, -1),
        ]
        if i > 1:
            choices.append((best[i - 2] + _as_title(lines[i - 2].text) + _as_abstract(line.text), 2))
        cost, step = min(choices)
        best.append(cost)
        steps.append(step)
    pairs: list[tuple[_Line | None, _Line | None]] = []
    i = len(lines)
    while i:
        step = steps[i]
        here = lines[i - 1]
        pairs.append((lines[i - 2], here) if step == 2 else (here, None) if step == 1 else (None, here))
        i -= abs(step)
    return pairs[::-1]


def _is_prose(text: str) -> bool:
    return text.endswith(".") or bool(re.search(r"[a-z\d)]\. [A-Z]", text))


def _as_title(text: str) -> float:
    """How unlike a title this line is: 0 fits."""
    if len(text) > 400:
        return 3.0
    if len(text) > 200:
        return 2.0 if _is_prose(text) else 1.0
    return 0.3 if _is_prose(text) else 0.0


def _as_abstract(text: str) -> float:
    """How unlike an abstract this line is: 0 fits."""
    if len(text) >= 300 or (len(text) >= 100 and _is_prose(text)):
        return 0.0
    return 0.4 if len(text) >= 200 or _is_prose(text) else 1.7
