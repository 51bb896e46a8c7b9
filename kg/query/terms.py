"""What a query names: terms of the vocabulary that do not exist, and things that the graph does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.query.service import find_service
from kg.vocabulary import CLASSES, INDIVIDUALS, KGO, PROPERTIES, prefixes

_OWN = {term.name for term in (*CLASSES, *INDIVIDUALS, *PROPERTIES)}

_TOKEN = re.compile(
    r"""(?P<text>\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')"""
    r"|(?P<iri><(?:[^<>\"{}|^`\\\s]|\\[uU][0-9A-Fa-f]+)*>)"
    r"|(?P<comment>\#[^\n\r]*)"
    r"|(?P<declared>(?i:prefix)\s+(?P<prefix>[\w.-]*)\s*:\s*<(?P<space>[^>]*)>)"
    r"|(?P<name>(?<![\w?$:@])(?P<of>[A-Za-z][\w.-]*)?:(?P<local>(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a query, and where (counted from 1)."""

    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Name:
    """A prefixed name or IRI as a query has it."""

    written: str
    iri: str | None
    """None where its prefix is not declared."""
    start: int


MOST_ADVICE = 5
"""Lines of advice: each may take a search through all names."""


def names(sparql: str, base: str) -> Iterator[Name]:
    """The IRIs that a query names, outside of strings and comments."""
    known = prefixes(base)
    for token in _TOKEN.finditer(sparql):
        if token["declared"]:
            known[token["prefix"]] = token["space"]
        elif token["iri"] and ":" in token["iri"] and "\\" not in token["iri"]:
            yield Name(token["iri"], token["iri"][1:-1], token.start())
        elif token["name"] and token["local"]:
            local = re.sub(r"\\(.)", r"\1", token["local"].rstrip("."))
            space = known.get(token["of"] or "")
            yield Name(token["name"].rstrip("."), None if space is None else space + local, token.start())


def check(sparql: str, base: str) -> Problem | None:
    """The first own term that does not exist, or prefix that is not declared, with what may be meant."""
    for name in names(sparql, base):
        if name.iri is None:
            prefix = name.written.partition(":")[0]
            meant = _closest(prefix, sorted(prefixes(base)))
            message = f"the prefix {prefix}: is not declared{meant}"
        elif name.iri.startswith(KGO) and f"kgo:{name.iri[len(KGO) :]}" not in _OWN:
            term = f"kgo:{name.iri[len(KGO) :]}"
            message = f"there is no term {term}{_closest(term, sorted(_OWN))}"
        else:
            continue
        return _problem(sparql, name.start, message)
    service = find_service(sparql)
    if service is not None:
        return _problem(sparql, service, "SERVICE is not available: queries do not leave this graph")
    return None


def place(sparql: str, start: int) -> tuple[int, int]:
    """Line and column of an offset, counted from 1.

    >>> place("ASK\\n{}", 4)
    (2, 1)
    """
    return sparql.count("\n", 0, start) + 1, start - sparql.rfind("\n", 0, start)


def _problem(sparql: str, start: int, message: str) -> Problem:
    line, column = place(sparql, start)
    return Problem(f"line {line}, column {column}: {message}", line, column)


def advice(store: ox.Store, sparql: str, base: str) -> Iterator[str]:
    """Why a query may have no answer: what it names that the graph does not have, with the nearest that it has."""
    for name in names(sparql, base):
        if name.iri is None or name.iri.startswith(KGO):
            continue
        try:
            node = ox.NamedNode(name.iri)
        except ValueError:  # relative: of a prefix that is relative to BASE
            continue
        if any(True for _ in _uses(store, node)):
            continue
        if name.iri.startswith(base + "entity/"):
            key = unquote(name.iri[len(base) + 7 :]).replace("-", " ")
            yield f"{name.written} is not in the graph{_nearest(store, key, base)}"
        elif not name.iri.startswith("http://www.w3.org/2001/XMLSchema#"):
            used = sorted(_vocabulary(store, base))
            yield f"{name.written} is not in the graph{_closest(name.written, used)}"
    yield from _about_texts(store, sparql, base)
    if re.search(r"(?i)(?<![?$\w])GRAPH\b", _TOKEN.sub(lambda token: " " * len(token[0]), sparql)):
        yield "what is asked here is one graph without a name: leave out GRAPH"


def _about_texts(store: ox.Store, sparql: str, base: str) -> Iterator[str]:
    """Why a text in a query may match nothing. Arguments of functions are left out: they need not be in the graph."""
    for token in islice((token for token in _TOKEN.finditer(sparql) if token["text"]), MOST_ADVICE):
        before, after = sparql[: token.start()].rstrip()[-1:], sparql[token.end() : token.end() + 2]
        if before in ("", "(", ",") or after == "^^":
            continue
        written = token["text"]
        text = re.sub(r"\\(.)", r"\1", written[3:-3] if written[:3] in ('"""', "'''") else written[1:-1])
        english, number = ox.Literal(text, language="en"), ox.Literal(text, datatype=_INTEGER)
        tagged = after.startswith("@")
        if _is_object(store, english if tagged else ox.Literal(text)):
            continue
        if not tagged and _is_object(store, english):
            yield f"{written} is not in the graph, but {written}@en is: names and titles have their language"
        elif not tagged and text.isdecimal() and _is_object(store, number):
            yield f"{written} is not in the graph, but {text} is: numbers stand without quotes"
        elif near := [name for _, name, score in find_entities(store, text, base, limit=3) if score >= _NEAR]:
            meant = " or ".join(str(ox.Literal(name, language="en")) for name in near)
            yield f"{written}{'@en' * tagged} is not in the graph; did you mean {meant}?"


def _is_object(store: ox.Store, term: ox.Literal) -> bool:
    return next(iter(store.quads_for_pattern(None, None, term)), None) is not None


_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_NEAR = 75
"""How like a name, of 100, what a query has for it must be."""


def find_entities(store: ox.Store, name: str, base: str, limit: int = 5) -> list[tuple[str, str, float]]:
    """The entities whose names are nearest to ``name``: IRI, name and score (0 to 100), best first."""
    best: dict[str, tuple[str, float]] = {}
    labels = [(q.subject, q.object) for p in _LABELS for q in store.quads_for_pattern(None, p, None)]
    texts = [o.value.lower() for _, o in labels]  # type: ignore[union-attr]
    for _, score, i in process.extract(name.lower(), texts, scorer=fuzz.ratio, limit=limit * 4, score_cutoff=60):
        subject, text = labels[i]
        iri = subject.value  # type: ignore[union-attr]
        if iri.startswith(base + "entity/") and iri not in best:
            best[iri] = (text.value, score)  # type: ignore[union-attr]
    return [(iri, text, score) for iri, (text, score) in best.items()][:limit]


_LABELS = [ox.NamedNode(f"http://www.w3.org/2004/02/skos/core#{x}Label") for x in ("pref", "alt")]


def _uses(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.Quad]:
    yield from store.quads_for_pattern(node, None, None)
    yield from store.quads_for_pattern(None, node, None)
    yield from store.quads_for_pattern(None, None, node)


def _vocabulary(store: ox.Store, base: str) -> Iterator[str]:
    """Properties and classes that the graph uses, as its description lists them."""
    known = prefixes(base)
    for kind in ("property", "class"):
        for quad in store.quads_for_pattern(None, ox.NamedNode(f"http://rdfs.org/ns/void#{kind}"), None):
            iri = quad.object.value  # type: ignore[union-attr]
            best = max((p for p in known if iri.startswith(known[p])), key=lambda p: len(known[p]))
            yield f"{best}:{iri[len(known[best]) :]}"


def _nearest(store: ox.Store, key: str, base: str) -> str:
    found = [f"entity:{iri[len(base) + 7 :]}" for iri, _, _ in find_entities(store, key, base, limit=3)]
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _closest(word: str, choices: list[str]) -> str:
    found = [m[0] for m in process.extract(word, choices, scorer=fuzz.WRatio, limit=3, score_cutoff=70)]
    return f"; did you mean {' or '.join(found)}?" if found else ""
