"""The SPARQL 1.1 Protocol: requests taken apart, formats agreed on, results written.

Source: https://www.w3.org/TR/sparql11-protocol/, section 2.1; content negotiation as in RFC 9110, 12.5.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl

import pyoxigraph as ox

from kg.query.engine import QueryError, syntax_error
from kg.query.graphs import write_graph
from kg.query.terms import check
from kg.vocabulary import prefixes

TABLES: dict[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
"""Media types for SELECT and ASK, the preferred one first."""

GRAPHS: dict[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/plain": ox.RdfFormat.N_TRIPLES,
}
"""Media types for CONSTRUCT, DESCRIBE and things, the preferred one first."""

FORMATS: dict[str, str] = {
    "json": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xml": "application/sparql-results+xml, application/rdf+xml",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
}
"""What ``?format=`` stands for, where an address is all that one can give: the names of ``kg query --format``."""

LARGEST = 1 << 20
"""Bytes that a request may have."""


class Refused(Exception):
    """A request that gets no answer: an HTTP status and one line that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status, self.message = status, message


@dataclass(frozen=True, slots=True)
class Request:
    """A query with the graphs that the protocol, not the query, says to ask."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def understand(method: str, query_string: str, content_type: str, body: bytes) -> Request | None:
    """The query in an HTTP request; None where a GET (or HEAD) has none.

    Raises:
        Refused: it is no query, or more than one, or an update.
    """
    fields = _fields(query_string)
    if method == "POST":
        media, *options = (part.strip() for part in content_type.lower().split(";"))
        charset = dict(option.partition("=")[::2] for option in options).get("charset", "").strip('"')
        if charset not in ("", "utf-8", "utf8"):
            raise Refused(415, f"the body must be UTF-8, not {charset}")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused(400, f"the body is not UTF-8 (byte {error.start})") from error
        if media == "application/x-www-form-urlencoded":
            fields += _fields(text)
        elif media == "application/sparql-query":
            fields.append(("query", text))
        elif media == "application/sparql-update":
            raise Refused(403, "this endpoint is read-only")
        else:
            raise Refused(
                415, "post a query as application/sparql-query, or as the field query of a form (x-www-form-urlencoded)"
            )
    if any(name == "update" for name, _ in fields):
        raise Refused(403, "this endpoint is read-only")
    queries = [value for name, value in fields if name == "query"]
    if not queries and method != "POST":
        return None
    if len(queries) != 1:
        raise Refused(400, f"give exactly one query, not {len(queries)}")
    graphs = [tuple(v for n, v in fields if n == name) for name in ("default-graph-uri", "named-graph-uri")]
    return Request(queries[0], *graphs)


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=False, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise Refused(400, f"the request's fields cannot be read: {error}") from error


def negotiate(accept: str, offers: Sequence[str]) -> str | None:
    """The offered media type that the client wants most, of equals the first; None where it wants none of them.

    >>> negotiate("text/*;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    """
    wanted: list[tuple[str, float]] = []
    for part in (accept or "*/*").lower().split(","):
        media, *options = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for option in options:
            if option.startswith("q="):
                try:
                    weight = float(option[2:])
                except ValueError:
                    weight = 0.0
        wanted.append((media, weight))

    def quality(offer: str) -> float:
        ranges = {offer: 3, offer.partition("/")[0] + "/*": 2, "*/*": 1}
        fitting = [(ranges[media], q) for media, q in wanted if media in ranges]
        return max(fitting)[1] if fitting else 0.0

    best = max(offers, key=quality)
    return best if quality(best) > 0 else None


def answer(store: ox.Store, base: str, request: Request, accept: str) -> bytes:
    """The result of a query in the format that the client wants: its media type, a line break, the result.

    Raises:
        Refused: the query is wrong (400), or the client wants none of the formats (406).
    """
    problem = check(request.query, base)
    if problem:
        raise Refused(400, problem.message)
    dataset = {}
    if request.default_graphs or request.named_graphs:
        try:
            dataset["default_graph"] = [ox.NamedNode(iri) for iri in request.default_graphs]
            dataset["named_graphs"] = [ox.NamedNode(iri) for iri in request.named_graphs]
        except ValueError as error:
            raise Refused(400, f"a graph's name is no IRI: {error}") from error
    try:
        found = store.query(request.query, prefixes=prefixes(base), base_iri=base, **dataset)  # type: ignore[arg-type]
        if isinstance(found, ox.QueryTriples):
            media = _agree(accept, list(GRAPHS))
            return _headed(media, write_graph(found, GRAPHS[media], base))
        media = _agree(accept, list(TABLES))
        if isinstance(found, ox.QueryBoolean) and media in ("text/csv", "text/tab-separated-values"):
            return _headed(media, b"true" if found else b"false")
        return _headed(media, found.serialize(format=TABLES[media]))
    except SyntaxError as error:
        problem_there = syntax_error(str(error), request.query)
        raise Refused(400, f"{problem_there}\n{problem_there.pointer}".rstrip()) from error
    except QueryError as error:
        raise Refused(400, str(error)) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise Refused(400, f"the query cannot be answered: {str(error).splitlines()[0]}") from error


def _agree(accept: str, offers: Sequence[str]) -> str:
    media = negotiate(accept, offers)
    if media is None:
        raise Refused(406, f"this can be had as {', '.join(offers)}")
    return media


def _headed(media: str, data: bytes | None) -> bytes:
    return media.encode() + b"\n" + cast(bytes, data)
