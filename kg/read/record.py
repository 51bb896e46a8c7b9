"""One record of a file -> one Paper: columns named as people name them, text cleaned as little as possible."""

from __future__ import annotations

import ast
import datetime
import functools
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.model import Paper
from kg.read import dates
from kg.read.same import title_key


@dataclass(frozen=True, slots=True)
class Row:
    """One record as its file has it, and the line it starts on."""

    line: int
    fields: Mapping[str, Any]
    note: str | None = None
    """What the reader should be told of a record that is whole but for this, e.g. a date without a year."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a format could not read, and the line where."""

    line: int
    what: str


NAMES: dict[str, tuple[str, ...]] = {
    field: tuple(names.split())
    for field, names in {
        "id": "id paperid identifier uid",
        "arxiv_id": "arxivid arxiv eprint archiveid",
        "doi": "doi di",
        # of two letters: Web of Science's
        "title": "title papertitle articletitle documenttitle displayname primarytitle name ti",
        "abstract": "abstract summary paperabstract abstracttext abstractnote notesabstract abstractinvertedindex ab",
        # the first publication before the last change: a paper's date is when it came out
        "date": "date published publisheddate publicationdate firstpublicationdate publishedat datepublished issued"
        " created submitted submitteddate submissiondate pdate cdate year publicationyear pubyear py",
        "changed": "updatedate updated updateddate modified lastmodified",
        "authors": "authorsparsed authorfullnames authors author authornames authorstring firstauthors creators"
        " authorships af au",
        "categories": "categories category subjects primarycategory fieldsofstudy topics tags keywords authorkeywords"
        " subject de",
        "url": "url urls link links absurl urlabs pdfurl entryid",
    }.items()
}
"""What a field is called in files, lower case and letters only; the first that is there and not empty counts."""

_ALIASES = {alias: (field, rank) for field, aliases in NAMES.items() for rank, alias in enumerate(aliases)}

WRAPPERS = ("paper", "content", "row", "message")
"""What holds the fields where a record is wrapped: in Hugging Face's daily papers, OpenReview's notes, Hugging Face's
data sets, Crossref's answer about one work."""

# Characters that no title or abstract means: controls, halves of surrogate pairs, non-characters
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BROKEN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile(r"(?<!\s)\s*[\r\n\u2028\u2029\x85]\s*")  # from where the blanks begin: looked at once
_ARXIV = re.compile(
    r"(?:(?:oai:)?arxiv(?:\.org)?\s*:\s*|(?:https?://)?(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html)/|(?:https?://)?huggingface\.co/papers/)?"
    r"(?P<id>\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z][a-z-]+(?:\.[a-z]{2})?/\d\d(?:0[1-9]|1[0-2])\d{3})(?:v\d+)?(?:\.pdf)?/?",
    re.I,
)
_ARXIV_DOI = "10.48550/arxiv."
_DOI = re.compile(r"(?:doi\s*:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(?P<doi>10\.\d{4,9}/\S+)", re.I)


def clean(value: object) -> str:
    """A text as it stands, unless it holds line breaks, controls or outer blanks: those become single blanks or go.

    >>> clean("  We present a\\n  method.\\n"), clean("kept  as it  stands")
    ('We present a method.', 'kept  as it  stands')
    """
    text = str(value)
    if _CONTROL.search(text) or not text.isascii():
        text = _CONTROL.sub(" ", _LINE_BREAK.sub(" ", text.strip()))
        text = _BROKEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return text.strip().strip("\ufeff")


def arxiv_id(value: object) -> str | None:
    """The arXiv id, without its version, that a value states in one of its usual forms.

    >>> arxiv_id("arXiv:2106.09685v2"), arxiv_id("http://arxiv.org/abs/cs/9901002v1"), arxiv_id("2106")
    ('2106.09685', 'cs/9901002', None)
    """
    match = _ARXIV.fullmatch(str(value).strip())
    return match["id"].lower() if match else None


def doi(value: object) -> str | None:
    """The DOI that a value states, lower case and without a resolver in front.

    >>> doi("https://doi.org/10.1162/NECO.1997.9.8.1735"), doi("n/a")
    ('10.1162/neco.1997.9.8.1735', None)
    """
    match = _DOI.fullmatch(str(value).strip())
    return match["doi"].lower().rstrip(".,;") if match else None


def paper(row: Row, source: str) -> tuple[Paper, str | None] | Wrong:
    """The paper that a record of the file named `source` describes, or what is wrong with the record.

    Beside the paper: what the reader should be told of it, such as a date that is none.
    """
    fields = _fields(row.fields)
    title, abstract = clean(_prose(fields.get("title", ""))), clean(_prose(fields.get("abstract", "")))
    own = clean(fields.get("id", ""))
    own = f"paper/{own}" if own.startswith("entity/") else own  # in the graph, these are entities' ids
    if not (title and abstract):
        missing = "a title or an abstract" if not title and not abstract else "an abstract" if title else "a title"
        return Wrong(row.line, f"record without {missing}{_hint(own, title or abstract)}")

    found_doi = doi(fields.get("doi", "")) or doi(own)
    arxiv = arxiv_id(fields.get("arxiv_id", "")) or arxiv_id(own) or arxiv_id(_first(fields.get("url", "")))
    if not arxiv and found_doi and found_doi.startswith(_ARXIV_DOI):
        arxiv = arxiv_id(found_doi.removeprefix(_ARXIV_DOI))
    found = Paper(
        id=own or arxiv or found_doi or title_key(title),
        title=title,
        abstract=abstract,
        date=_date(row.fields, fields, arxiv),
        authors=_authors(fields.get("authors", ())),
        categories=_categories(fields.get("categories", ())),
        arxiv_id=arxiv,
        doi=found_doi,
        url=clean(_first(fields.get("url", ""))) or None,
        sources=(source,),
    )
    stated = _plain_date(fields.get("date", ""))
    return found, row.note or (dates.doubt(stated) if stated != "" else None)


def _prose(value: Any) -> Any:
    """A text that is kept in parts: as a list of paragraphs, or as OpenAlex does, by the places of each word.

    Crossref's has the publisher's markup, JATS.
    """
    if isinstance(value, str) and "<jats:" in value:
        value = re.sub(r"<jats:title>\s*Abstract\s*</jats:title>|</?jats:(?:p|sec|title|list)\b[^>]*>", " ", value)
        return " ".join(html.unescape(re.sub(r"</?jats:[^>]*>", "", value)).split())
    if isinstance(value, list):
        return " ".join(str(part) for part in value if not _empty(part))
    if isinstance(value, Mapping):
        words = [(place, word) for word, places in value.items() if isinstance(places, list) for place in places]
        return " ".join(word for _, word in sorted(words))
    return value


def _hint(own: str, text: str) -> str:
    shown = own or text
    return f": {shown[:60]}{'…' if len(shown) > 60 else ''}" if shown else ""


def _fields(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The record under our names. A wrapped record (``{"paper": {…}}``) is opened, ``externalIds`` looked into."""
    for wrapper in WRAPPERS:
        if isinstance(inner := raw.get(wrapper), Mapping):
            raw = {**raw, **{key: _value(value) for key, value in inner.items()}}
    outer_ids = raw.get("externalIds")
    if isinstance(outer_ids, Mapping):
        raw = {"arxiv_id": outer_ids.get("ArXiv"), "doi": outer_ids.get("DOI"), **raw}
    fields: dict[str, Any] = {}
    for name, key, _ in _order(tuple(raw)):
        value = raw[key]
        if name not in fields and not _empty(value):
            fields[name] = value
    return fields


@functools.lru_cache(maxsize=1024)
def _order(keys: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """(our name, their name, rank) of the columns that mean something to us, best first."""
    known = []
    for key in keys:
        alias = _ALIASES.get("".join(c for c in str(key).lower() if c.isalpha()))
        if alias:
            known.append((alias[0], key, alias[1]))
    return tuple(sorted(known, key=lambda item: item[2]))


def _value(value: Any) -> Any:
    """OpenReview's ``{"value": "…"}`` without its wrapping."""
    return value["value"] if isinstance(value, Mapping) and "value" in value else value


def _empty(value: object) -> bool:
    # not a number: what pandas writes for an empty cell; "[No abstract available]": Scopus
    if isinstance(value, str):
        text = value.strip()
        return not text or (len(text) < 30 and text.strip("[].").lower() in ("", "nan", "no abstract available"))
    return value is None or value != value


def _first(value: Any) -> Any:
    return (value[0] if value else "") if isinstance(value, list | tuple) else value


def _date(raw: Mapping[str, Any], fields: Mapping[str, Any], arxiv: str | None) -> str | None:
    versions = raw.get("versions")
    if isinstance(versions, list) and versions and isinstance(versions[0], Mapping):  # an arXiv snapshot's
        first = dates.parse(versions[0].get("created"))
        if first:
            return first
    stated = dates.parse(_plain_date(fields.get("date", "")))
    parts = {key.lower(): raw[key] for key in raw if str(key).lower() in ("month", "day")}
    if stated and len(stated) == 4 and (month := dates.month_number(str(parts.get("month") or ""))):
        day = str(parts.get("day") or "").strip()
        stated = dates.iso(int(stated), month, int(day) if day.isdecimal() else None)
    return stated or (dates.of_arxiv_id(arxiv) if arxiv else dates.parse(fields.get("changed", "")))


def _plain_date(value: Any) -> Any:
    """A date that is kept in parts, as Crossref and reference managers do, or counted in milliseconds, as OpenReview.

    Pandas counts in micro- or nanoseconds, too.

    >>> _plain_date({"date-parts": [[2021, 6, 17]]}), _plain_date(1623888000000), _plain_date(1623888000000000000)
    ('2021-6-17', '2021-06-17', '2021-06-17')
    """
    parts = value.get("date-parts") if isinstance(value, Mapping) else None
    if parts and isinstance(parts, list) and isinstance(parts[0], list):
        return "-".join(str(part) for part in parts[0] if part)
    if isinstance(value, int | float) and 10**11 < value < 10**20:
        a_second = next(unit for unit in (10**3, 10**6, 10**9) if value <= 10**11 * unit)
        return (datetime.date(1970, 1, 1) + datetime.timedelta(seconds=value // a_second)).isoformat()
    return value


def _authors(value: Any) -> tuple[str, ...]:
    """Names in reading order, "Ada Lovelace", from the many ways in which files list them."""
    value = _literal(value)
    if isinstance(value, str):
        if ";" in value or re.search(r"\sand\s", value):
            value = re.split(r"\s*;\s*|\s*,?\s+and\s+", value)
            if sum("," in part for part in value) == 1 and "," in value[0]:  # "A. Einstein, B. Bohr and C. Dirac"
                value = [*value[0].split(","), *value[1:]]
        elif not re.fullmatch(r"[^,.\s]+,[^,]+(\(\d+\))?", value.strip()):  # one person: "Lovelace, Ada"
            value = value.split(",")
        else:
            value = [value]
    names = (_name(item) for item in value if not _empty(item)) if isinstance(value, Iterable) else ()
    return tuple(name for name in names if name)


def _name(item: Any) -> str:
    if isinstance(item, Mapping):  # {"name": …}; {"author": {"display_name": …}}; {"given": …, "family": …}
        inner = item.get("author")
        item = inner if isinstance(inner, Mapping) else item
        if literal := item.get("literal"):  # not to be taken apart: an institution's, or a name in reading order
            return clean(literal)
        named = item.get("name") or item.get("display_name") or item.get("full_name")
        item = named or f"{item.get('given') or ''} {item.get('family') or ''}"
    elif isinstance(item, list | tuple):  # ["Lovelace", "Ada", ""], of an arXiv snapshot
        item = " ".join(str(part) for part in (*item[1:2], *item[:1], *item[2:3]) if part)
    name = re.sub(r"\s*\(\d{6,}\)$", "", clean(item))  # Scopus's number of the author
    last, comma, first = name.partition(",")
    return " ".join(f"{first} {last}".split()) if comma and "," not in first else name


def _categories(value: Any) -> tuple[str, ...]:
    value = _literal(value)
    if isinstance(value, str):
        arxiv_style = re.fullmatch(r"[\w.-]+(?:\s+[\w-]+\.[\w-]+)*", value.strip())  # "cs.CL cs.LG"
        value = value.split() if arxiv_style else re.split(r"\s*[;,|]\s*", value)
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, Iterable):
        return ()
    names = (v.get("display_name") or v.get("name") or v.get("term") if isinstance(v, Mapping) else v for v in value)
    return tuple(dict.fromkeys(clean(name) for name in names if name))


def _literal(value: Any) -> Any:
    """A list that a table program wrote into a cell as ``['cs.CL', 'cs.LG']``, as a list."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return ast.literal_eval(value.strip())
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return value
    return value
