"""RDF terms and statements as N-Triples writes them: IRIs, literals, lines.

Literals are in canonical lexical form (what an RDF store gives back is what was written); text that no RDF or XML
parser would take (control characters, lone surrogates) is replaced character by character, so that offsets still count.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from urllib.parse import quote

from kg.vocabulary import NAMESPACES, expand

_XSD = NAMESPACES["xsd"]
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": " ", "\t": " "})


def path(key: str) -> str:
    """An id as one segment of an IRI's path.

    >>> path("10.48550/arXiv.2106.09685"), path("naïve Bayes")
    ('10.48550%2FarXiv.2106.09685', 'na%C3%AFve%20Bayes')
    """
    return quote(key, safe=":", errors="surrogatepass")


def clean(text: str) -> str:
    """Text without what no parser takes: each such character becomes U+FFFD, so that offsets still count.

    >>> clean("a\\x00b\\ud800")
    'a\\ufffdb\\ufffd'
    """
    return _UNSAFE.sub("\ufffd", text)


def string(text: str) -> str:
    """A plain literal.

    >>> print(string('say "hi"'))
    "say \\"hi\\""
    """
    if text.isprintable() and '"' not in text and "\\" not in text:  # nearly all are
        return f'"{text}"'
    return f'"{clean(text).translate(_ESCAPES)}"'


def label(text: str) -> str:
    """A literal in English.

    >>> print(label("attention"))
    "attention"@en
    """
    return string(text) + "@en"


def typed(text: str, kind: str) -> str:
    """A literal of an XML Schema datatype, whose lexical form is up to the caller.

    >>> print(typed("true", "boolean"))
    "true"^^<http://www.w3.org/2001/XMLSchema#boolean>
    """
    return f"{string(text)}^^<{_XSD}{kind}>"


@lru_cache(10_000)
def integer(value: int) -> str:
    """An ``xsd:integer``."""
    return f'"{int(value)}"^^<{_XSD}integer>'


@lru_cache(10_000)
def decimal(value: float) -> str:
    """An ``xsd:decimal`` of at most four places, in canonical form.

    >>> print(decimal(0.970), decimal(1.0))
    "0.97"^^<http://www.w3.org/2001/XMLSchema#decimal> "1"^^<http://www.w3.org/2001/XMLSchema#decimal>
    """
    digits = f"{value:.4f}".rstrip("0").rstrip(".")
    return f'"{"0" if digits == "-0" else digits}"^^<{_XSD}decimal>'


def day(value: str) -> str | None:
    """A date as precise as it is known (day, month or year), or None where it is none.

    >>> print(day("2021-06"), day("soon"))
    "2021-06"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> None
    """
    kind = {4: "gYear", 7: "gYearMonth", 10: "date"}.get(len(value))
    try:
        date.fromisoformat(value + "2000-01-01"[len(value) :])
    except ValueError:
        return None
    return f'"{value}"^^<{_XSD}{kind}>' if kind and value > "0001" else None


@cache
def term(name: str) -> str:
    """A vocabulary's term, such as ``kgo:uses``, as an IRI in brackets.

    >>> term("kgo:uses")
    '<https://kg.example/ontology#uses>'
    """
    return f"<{expand(name)}>"


def link(key: str) -> str:
    """An arXiv id or DOI as the path of a link: slashes stay."""
    return quote(key, safe="/:()", errors="surrogatepass")
