r"""Lines that begin with a tag: PubMed's export (``.nbib``), Web of Science's plain text, EndNote's (``.enw``).

::

    PMID- 12345678            PT J                      %0 Journal Article
    TI  - A title that goes   TI A title that goes      %T A title that goes on here
          on here                on here
    FAU - Lovelace, Ada       AF Lovelace, Ada          %A Lovelace, Ada
    FAU - Babbage, Charles       Babbage, Charles       %A Babbage, Charles
    AB  - The abstract.       AB The abstract.          %X The abstract.
                              ER
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from kg.read import dates
from kg.read.record import Row, Wrong

NAME = "nbib, Web of Science or EndNote"

_TAG = re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,3}) *- (?P<pubmed>.*)|(?P<two>[A-Z][A-Z0-9]|%[0-9A-Z@])(?: (?P<wos>.*))?$")
Tagged = defaultdict[str, list[str]]


def sniff(head: str) -> bool:
    """Whether a file that begins like this is such an export."""
    return bool(
        re.match(r"\s*(PMID- *\d|%0 [A-Z]|(FN (Clarivate|Thomson|ISI)[^\n]*\n(VR [^\n]*\n)?)?PT [A-Z]\s)", head)
    )


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The file's references."""
    start, tag, fields = 0, "", Tagged(list)
    for number, line in enumerate(lines, 1):
        text = line.rstrip()
        if found := _TAG.match(text):
            tag, value = found["tag"] or found["two"], found["pubmed"] or found["wos"] or ""
            # PubMed has a tag PT too, for the kind of publication, inside a record
            if tag in ("PMID", "%0") or (tag == "PT" and found["two"]):
                if start:
                    yield _record(start, fields)
                start, fields = number, Tagged(list)
            if tag == "ER" and start:
                yield _record(start, fields)
                start, fields = 0, Tagged(list)
            fields[tag].append(value.strip())
        elif text.strip() and tag:
            fields[tag].append(text.strip())
    if start:
        whole = "PT" not in fields or "PMID" in fields  # Web of Science says where a record ends
        yield _record(start, fields) if whole else Wrong(start, "reference without an end (ER): cut off in the middle")


def _record(line: int, fields: Tagged) -> Row:
    if "%0" in fields:
        return Row(line, _endnote(fields))
    pubmed = "PMID" in fields
    doi = _pubmed_doi(fields) if pubmed else " ".join(fields["DI"])
    own = f"pmid:{fields['PMID'][0]}" if pubmed else " ".join(fields["UT"])
    title = " ".join(fields["TI"])
    row: dict[str, Any] = {
        "id": "" if doi else own,
        "doi": doi,
        "title": title.removesuffix(".") if pubmed else title,
        "abstract": " ".join(fields["AB"]),
        "authors": fields["FAU"] or fields["AF"] or fields["AU"],
        "date": _date(" ".join(fields["DP"])) if pubmed else _date(" ".join([*fields["PY"], *fields["PD"]])),
        "keywords": fields["OT"] if pubmed else " ".join(fields["DE"]),
    }
    return Row(line, row)


def _endnote(fields: Tagged) -> dict[str, Any]:
    return {
        "doi": " ".join(fields["%R"]),
        "title": " ".join(fields["%T"]),
        "abstract": " ".join(fields["%X"]),
        "authors": fields["%A"],
        "date": next(filter(dates.parse, [*fields["%8"], *fields["%D"]]), ""),
        "keywords": fields["%K"],
        "url": " ".join(fields["%U"]),
    }


def _date(text: str) -> str:
    """A date, or its year where the rest is a season or several months."""
    return text if dates.parse(text) else text[:4]


def _pubmed_doi(fields: Tagged) -> str:
    ids = (value for tag in ("LID", "AID") for value in fields[tag])
    return next((value.removesuffix("[doi]").strip() for value in ids if value.endswith("[doi]")), "")
