"""Running SPARQL: one query, its result, and errors that point at the place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, cast
from urllib.parse import unquote

import pandas as pd
import pyoxigraph as ox
from rdflib import Graph as RdflibGraph
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from kg.model import KgError
from kg.query import child
from kg.query.graphs import write_graph
from kg.query.store import base_of
from kg.query.terms import MOST_ADVICE, advice, check, place
from kg.vocabulary import BASE, NAMESPACES, prefixes

_XSD = NAMESPACES["xsd"]
_UPDATE = re.compile(r"\s*(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.IGNORECASE)

TABLE_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
"""How the results of SELECT and ASK can be written: the W3C's formats."""

GRAPH_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "xml": ox.RdfFormat.RDF_XML,
}
"""How the results of CONSTRUCT and DESCRIBE can be written."""


class QueryError(KgError):
    """A query that cannot be run. ``pointer`` shows the line of the query with a caret under the place."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message, pointer)
        self.pointer = pointer

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Result:
    """The answer to a query.

    ``kind`` is ``select``, ``ask`` or ``construct`` (which DESCRIBE is, too). ``columns`` and ``rows`` hold a SELECT's
    solutions as pyoxigraph terms, ``answer`` an ASK's, ``triples`` a CONSTRUCT's; ``json`` is the answer to one of the
    former as the W3C's JSON. ``advice`` says what may be wrong with the query where there is no answer.
    """

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    answer: bool | None = None
    triples: tuple[ox.Triple, ...] = ()
    json: bytes = b""
    base: str = BASE
    advice: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """The result as a DataFrame.

        Numbers and booleans become Python's; a paper's or entity's IRI becomes its id, so that it joins with the
        other tables of the graph; other IRIs become prefixed names where a prefix fits. An ASK has the column
        ``answer``, a CONSTRUCT ``subject``, ``predicate``, ``object``.
        """
        if self.kind == "ask":
            return pd.DataFrame({"answer": [self.answer]})
        if self.kind == "construct":
            rows = [(t.subject, t.predicate, t.object) for t in self.triples]
            columns: tuple[str, ...] = ("subject", "predicate", "object")
        else:
            rows, columns = list(self.rows), self.columns
        values = [[python_value(row[i], self.base) for row in rows] for i in range(len(columns))]
        return pd.DataFrame({name: _column(column) for name, column in zip(columns, values, strict=True)})

    def write(self, format: str) -> bytes:
        """The result in one of :data:`TABLE_FORMATS` or, of a CONSTRUCT, :data:`GRAPH_FORMATS`."""
        if self.kind == "construct":
            if format not in GRAPH_FORMATS:
                raise KgError(f"a graph cannot be written as {format}; choose from {', '.join(GRAPH_FORMATS)}")
            return write_graph(self.triples, GRAPH_FORMATS[format], self.base)
        if format not in TABLE_FORMATS:
            raise KgError(f"a table cannot be written as {format}; choose from {', '.join(TABLE_FORMATS)}")
        found = cast(ox.QuerySolutions, ox.parse_query_results(self.json, ox.QueryResultsFormat.JSON))
        return cast(bytes, found.serialize(format=TABLE_FORMATS[format]))


def query(
    store: ox.Store,
    sparql: str,
    *,
    base: str | None = None,
    timeout: float | None = None,
    memory: int | None = None,
) -> Result:
    """Answer a query. All prefixes of the graph are predeclared.

    Args:
        store: the graph.
        sparql: SELECT, ASK, CONSTRUCT or DESCRIBE.
        base: the base of the graph's IRIs; None takes it from the graph.
        timeout: seconds; the query then runs in a forked child, which is killed when they are over.
        memory: bytes that the child may take beyond what this process holds.

    Raises:
        QueryError: the query is wrong (the message says where), takes too long or too much memory, or names a term
            of the project that does not exist.
    """
    base = base or base_of(store)
    problem = check(sparql, base)
    if problem:
        raise QueryError(problem.message, _pointer(sparql, problem.line, problem.column))
    if timeout is None and memory is None:
        data = answer(store, sparql, base)
    else:
        data = child.run(lambda: answer(store, sparql, base), timeout=timeout, memory=memory)
    result = _read(data, base)
    if not (result.rows or result.triples or result.answer):
        result = Result(**(vars(result) | {"advice": tuple(islice(advice(store, sparql, base), MOST_ADVICE))}))
    return result


def answer(store: ox.Store, sparql: str, base: str) -> bytes:
    """The result as bytes that can cross from one process to another: its kind, then the result."""
    try:
        found = store.query(sparql, prefixes=prefixes(base), base_iri=base)
        if isinstance(found, ox.QuerySolutions):
            return b"select\n" + cast(bytes, found.serialize(format=ox.QueryResultsFormat.JSON))
        if isinstance(found, ox.QueryBoolean):
            return b"ask\n" + cast(bytes, found.serialize(format=ox.QueryResultsFormat.JSON))
        return b"construct\n" + cast(bytes, found.serialize(format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise syntax_error(str(error), sparql) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryError(f"the query cannot be answered: {str(error).splitlines()[0]}") from error


def _read(data: bytes, base: str) -> Result:
    kind, _, body = data.partition(b"\n")
    if kind == b"ask":
        return Result(
            "ask", answer=bool(ox.parse_query_results(body, ox.QueryResultsFormat.JSON)), json=body, base=base
        )
    if kind == b"construct":
        triples = cast(list[ox.Triple], [q.triple for q in ox.parse(body, ox.RdfFormat.N_TRIPLES, lenient=True)])
        return Result("construct", triples=tuple(triples), base=base)
    solutions = cast(ox.QuerySolutions, ox.parse_query_results(body, ox.QueryResultsFormat.JSON))
    columns = tuple(v.value for v in solutions.variables)
    return Result("select", columns, tuple(tuple(s[c] for c in columns) for s in solutions), json=body, base=base)


def python_value(term: Any, base: str) -> Any:
    """A term as a Python value; see :meth:`Result.frame`."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return node_id(term.value, base)
    if not isinstance(term, ox.Literal):
        return str(term)
    kind = term.datatype.value
    try:
        if kind == _XSD + "integer":
            return int(term.value)
        if kind in (_XSD + "decimal", _XSD + "double", _XSD + "float"):
            return float(Decimal(term.value)) if kind == _XSD + "decimal" else float(term.value)
    except (ValueError, ArithmeticError):
        return term.value
    return term.value == "true" if kind == _XSD + "boolean" else term.value


def _column(values: list[Any]) -> pd.Series[Any]:
    """Whole numbers stay whole numbers where some are missing."""
    kinds = {type(v) for v in values if v is not None}
    return pd.Series(values, dtype="Int64" if kinds == {int} else "float64" if kinds == {float} else None)


def node_id(iri: str, base: str) -> str:
    """The id of a paper or entity, or the prefixed name of any other IRI.

    >>> node_id("https://kg.example/entity/lora", BASE), node_id("https://kg.example/ontology#uses", BASE)
    ('entity/lora', 'kgo:uses')
    """
    if iri.startswith(base + "paper/"):
        return unquote(iri[len(base) + 6 :], errors="replace")
    if iri.startswith(base + "entity/"):
        return "entity/" + unquote(iri[len(base) + 7 :], errors="replace")
    known = prefixes(base)
    best = max((p for p in known if iri.startswith(known[p])), key=lambda p: len(known[p]), default=None)
    return iri if best is None else f"{best}:{iri[len(known[best]) :]}"


def syntax_error(message: str, sparql: str) -> QueryError:
    """Oxigraph's message in one line, with the place."""
    found = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if not found:
        return QueryError(f"the query is not SPARQL: {message.splitlines()[0]}")
    line, column = int(found[1]), int(found[2])
    update = _UPDATE.match(sparql, re.match(r"(?i)(\s*(prefix|base)\b[^>]*>)*", sparql).end())  # type: ignore[union-attr]
    rest = "".join(sparql.splitlines(keepends=True)[line - 1 :])[column - 1 :]
    if update:
        line, column = place(sparql, update.start(1))
        why = f"{update[1].upper()} would change the graph, which queries cannot"
    elif "Prefix not found" in found[3]:
        why = "this prefix is not declared; kg ontology --prefixes lists those that are"
    elif "IRI parsing failed" in found[3]:
        why = "this is no valid IRI"
    elif "unbound" in found[3]:
        why = "a variable of SELECT is neither grouped by nor aggregated"
    elif not rest.strip():
        why = "the query ends here, where more is expected"
    else:
        words = [w for w in re.split(r", | or ", found[3]) if re.fullmatch(r'"[^"]+"|[A-Za-z]{2,}', w.strip())]
        why = f"expected {' or '.join(words[:6])}" if words else "this is not SPARQL"
    return QueryError(f"line {line}, column {column}: {why}", _pointer(sparql, line, column))


def _pointer(sparql: str, line: int, column: int) -> str:
    lines = sparql.splitlines() or [""]
    text = lines[min(line, len(lines)) - 1].replace("\t", " ")
    return f"{text}\n{' ' * (column - 1)}^"


def as_rdflib(store: ox.Store, base: str | None = None) -> RdflibGraph:
    """The graph as an :class:`rdflib.Graph` that Oxigraph answers for; pass queries as strings, not prepared."""
    from oxrdflib import OxigraphStore

    graph = RdflibGraph(store=OxigraphStore(store=store), identifier=DATASET_DEFAULT_GRAPH_ID, bind_namespaces="none")
    for prefix, space in prefixes(base or base_of(store)).items():
        graph.bind(prefix, space, override=True, replace=True)
    return graph
