"""RDF as columns of text: many subjects at once become N-Triples or Turtle without an object for each triple.

A graph of 75,000 papers has ten million triples. Here a *block* is some thousand subjects of one kind, with one column
a property; Arrow joins the columns to text, some hundred megabytes a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.rdf.ntriples import term
from kg.export.text import Ints, Texts, joined, listed
from kg.export.text import column as as_column
from kg.vocabulary import NAMESPACES, prefixes

_LOCAL = r"[A-Za-z0-9_](?:[A-Za-z0-9_.:-]*[A-Za-z0-9_:-])?"
"""What may follow a prefix in Turtle without escapes."""
_UNSAFE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}\x{FFFE}\x{FFFF}]"
"""What :func:`kg.export.rdf.ntriples.clean` replaces, for Arrow."""
_TYPE = term("rdf:type")

Numbers = npt.NDArray[np.integer[Any]]
_INTEGER, _DECIMAL = (f"^^<{NAMESPACES['xsd']}{kind}>" for kind in ("integer", "decimal"))


@dataclass(frozen=True)
class Terms:
    """A column of IRIs or literals: as N-Triples writes them, and as Turtle does with the graph's prefixes."""

    nt: Texts
    ttl: Texts

    def take(self, rows: Numbers) -> Terms:
        """The terms of these rows."""
        at = pa.array(rows)
        return Terms(self.nt.take(at), self.nt.take(at) if self.ttl is self.nt else self.ttl.take(at))

    def order(self) -> Ints:
        """The rows in the order of their N-Triples."""
        order = pc.sort_indices(self.nt.cast(pa.binary()))
        return np.asarray(order.to_numpy(), dtype=np.int64)

    def rank(self) -> Ints:
        """The place of each row in that order; equal terms share one."""
        order = self.order()
        ordered = self.nt.take(pa.array(order))
        new = np.ones(len(order), dtype=np.int64)
        if len(order):
            new[0] = 0
            new[1:] = pc.not_equal(ordered.slice(1), ordered.slice(0, len(order) - 1)).to_numpy(zero_copy_only=False)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.cumsum(new)
        return rank


@dataclass(frozen=True)
class Facts:
    """One property of a block's subjects: its objects, and the row of each one's subject.

    Rows ascend, and the objects of one subject are sorted and distinct. None is one object a subject.
    """

    predicate: str
    objects: Terms
    rows: Ints | None = None

    def of(self, rows: Ints) -> Facts:
        """The same facts in a block in which their subjects have these rows, among others."""
        if self.rows is not None:
            return Facts(self.predicate, self.objects, rows[self.rows])
        objects = self.objects
        if isinstance(objects.nt, str):
            objects = Terms(pa.repeat(objects.nt, len(rows)), pa.repeat(objects.ttl, len(rows)))
        return Facts(self.predicate, objects, rows)


class Block:
    """Subjects of one kind, sorted, with their facts."""

    def __init__(self, subjects: Terms, facts: Iterable[Facts]) -> None:
        self.subjects = subjects
        self.facts = sorted((each for each in facts if each.rows is None or len(each.rows)), key=lambda f: f.predicate)

    def __len__(self) -> int:
        return len(self.subjects.nt)

    def count(self) -> int:
        """The number of triples."""
        return sum(len(self) if fact.rows is None else len(fact.rows) for fact in self.facts)

    @cached_property
    def lines(self) -> pa.Array:
        """The sorted N-Triples of each subject, one string a subject."""
        return self.lines_of(fact.predicate for fact in self.facts)

    def lines_of(self, predicates: Iterable[str]) -> pa.Array:
        """The same of these properties only."""
        wanted = frozenset(predicates)
        pieces: list[Texts] = []
        for fact in self.facts:
            if fact.predicate not in wanted:
                continue
            if fact.rows is None:
                pieces += [self.subjects.nt, f" {fact.predicate} ", fact.objects.nt, " .\n"]
            else:
                subjects = self.subjects.nt.take(pa.array(fact.rows))
                lines = joined(subjects, f" {fact.predicate} ", fact.objects.nt, " .\n")
                pieces.append(listed(lines, fact.rows, len(self)))
        return joined(*pieces) if pieces else pa.repeat("", len(self))

    def lines_but(self, predicates: Collection[str]) -> pa.Array:
        """The same of all properties but these."""
        others = [fact.predicate for fact in self.facts if fact.predicate not in predicates]
        return self.lines if len(others) == len(self.facts) else self.lines_of(others)

    def turtle(self, short: Callable[[str], str]) -> pa.Array:
        """The same in Turtle; ``short`` writes a property's IRI with its prefix."""
        pieces: list[Texts] = [self.subjects.ttl]
        begun = np.zeros(len(self), dtype=bool)
        for fact in self.facts:
            name = "a" if fact.predicate == _TYPE else short(fact.predicate)
            first, further = f" {name} ", f" ;\n\t{name} "
            if fact.rows is None:
                pieces += [further if begun.all() else _either(begun, further, first), fact.objects.ttl]
                begun[:] = True
                continue
            new = np.ones(len(fact.rows), dtype=bool)
            new[1:] = fact.rows[1:] != fact.rows[:-1]
            leads = pa.array([", ", first, further])
            lead = leads.take(pa.array(np.where(new, 1 + begun[fact.rows], 0)))
            pieces.append(listed(joined(lead, fact.objects.ttl), fact.rows, len(self)))
            begun[fact.rows] = True
        return joined(*pieces, " .\n")


def _either(where: npt.NDArray[np.bool_], yes: str, no: str) -> pa.Array:
    return pa.array([no, yes]).take(pa.array(where.astype(np.int8)))


# -- terms ------------------------------------------------------------------------------------------------------------


def text(values: Iterable[str]) -> pa.Array:
    """Strings as an Arrow column; what no parser would take becomes U+FFFD, as in :mod:`kg.export.rdf.ntriples`."""
    column = as_column(values)
    if pc.any(pc.match_substring_regex(column, _UNSAFE)).as_py():
        column = pc.replace_substring_regex(column, _UNSAFE, "\ufffd")
    return column


def strings(values: Iterable[str], language: str = "") -> Terms:
    """Plain literals, or literals in a language (``@en``)."""
    column = text(values)
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", " "), ("\t", " ")):
        column = pc.replace_substring(column, character, escaped)
    column = joined('"', column, f'"{language}')
    return Terms(column, column)


def integers(values: npt.ArrayLike) -> Terms:
    """Literals of ``xsd:integer``."""
    digits = pa.array(np.asarray(values, dtype=np.int64)).cast(pa.string())
    return Terms(joined('"', digits, f'"{_INTEGER}'), digits)


def nodes(base: str, kind: str, paths: Texts, plain: pa.Array | None = None) -> Terms:
    """IRIs of the graph's own: ``<base>paper/2106.09685`` and ``paper:2106.09685``.

    ``plain`` are those of which :func:`are_plain` is true, where that is known.
    """
    full = joined(f"<{base}{kind}/", paths, ">")
    if kind not in _PREFIXED:
        return Terms(full, full)
    plain, short = are_plain(paths) if plain is None else plain, joined(f"{kind}:", paths)
    return Terms(full, short if pc.all(plain).as_py() else pc.if_else(plain, short, full))


def are_plain(paths: Texts) -> pa.Array:
    """Which paths may follow a prefix in Turtle without escapes."""
    return pc.match_substring_regex(paths, f"^{_LOCAL}$")


def chained(*terms: Terms) -> Terms:
    """Columns one after the other."""
    return Terms(pa.concat_arrays([each.nt for each in terms]), pa.concat_arrays([each.ttl for each in terms]))


_PREFIXED = frozenset(prefixes()) - frozenset(NAMESPACES)


def written(values: Sequence[str], short: Callable[[str], str]) -> Terms:
    """Terms that are there as N-Triples; ``short`` gives each one's Turtle."""
    return Terms(pa.array(values, pa.string()), pa.array([short(value) for value in values], pa.string()))


def shortener(base: str) -> Callable[[str], str]:
    """A function from a term in N-Triples to the same in Turtle with the graph's prefixes.

    >>> short = shortener("https://kg.example/")
    >>> short("<https://kg.example/ontology#uses>"), short('"0.97"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    ('kgo:uses', '0.97')
    """
    known = {space: prefix for prefix, space in prefixes(base).items()}
    spaces = "|".join(re.escape(space) for space in sorted(known, key=len, reverse=True))
    shortened = re.compile(f"<({spaces})({_LOCAL})>")

    def iri(full: str) -> str:
        found = shortened.fullmatch(full)
        return f"{known[found[1]]}:{found[2]}" if found else full

    def short(value: str) -> str:
        if value.startswith("<"):
            return iri(value)
        if value.endswith('"'):
            return value
        if value.endswith(_INTEGER):
            return value[1 : -len(_INTEGER) - 1]
        if value.endswith(_DECIMAL) and "." in value[: -len(_DECIMAL)]:
            return value[1 : -len(_DECIMAL) - 1]
        literal, kind, datatype = value.rpartition("^^")
        return f"{literal}^^{iri(datatype)}" if kind and datatype.startswith("<") and literal.endswith('"') else value

    return short


# -- facts ------------------------------------------------------------------------------------------------------------


def pairs(predicate: str, rows: Ints, codes: Ints, terms: Terms, rank: Ints | None = None) -> Facts:
    """Facts from pairs of a subject's row and an object's code in ``terms``, in any order, several times or not."""
    rank = terms.rank() if rank is None else rank
    width = int(rank.max(initial=0)) + 1
    _, first = np.unique(rows.astype(np.int64) * width + rank[codes], return_index=True)
    return Facts(predicate, terms.take(codes[first]), rows[first])


class Column:
    """A property of which each subject has one object at most: equal values are written once.

    Args:
        predicate: the property.
        values: a value for each subject, missing or empty for no fact.
        write: gives the object as N-Triples, or None for no fact; it is not asked for missing or empty values.
        short: writes the same in Turtle.
    """

    def __init__(
        self, predicate: str, values: pd.Series[Any], write: Callable[[Any], str | None], short: Callable[[str], str]
    ) -> None:
        codes, distinct = pd.factorize(values)
        objects = [None if value == "" else write(value) for value in distinct.tolist()]
        self._predicate, self._codes = predicate, codes.astype(np.int32)
        self._there = np.array([value is not None for value in objects] + [False], dtype=bool)
        self._terms = written([value or "" for value in objects], short)

    def of(self, subjects: Numbers | slice = slice(None)) -> Facts:
        """The facts of these subjects, which are a block."""
        codes = self._codes[subjects]
        rows = np.flatnonzero(self._there[codes])
        return Facts(self._predicate, self._terms.take(codes[rows]), rows)


def constant(predicate: str, value: str, short: Callable[[str], str]) -> Facts:
    """The same object for every subject."""
    return Facts(predicate, Terms(value, short(value)))


def some(facts: Mapping[str, Iterable[tuple[str, str]]], short: Callable[[str], str]) -> Block:
    """A few subjects with any facts: IRI to pairs of a property and an object, all in N-Triples."""
    subjects = sorted(facts)
    triples = sorted({(row, *fact) for row, subject in enumerate(subjects) for fact in facts[subject]})
    by_property: dict[str, list[tuple[int, str]]] = {}
    for row, predicate, value in triples:
        by_property.setdefault(predicate, []).append((row, value))
    columns = [
        Facts(predicate, written([value for _, value in each], short), np.array([row for row, _ in each]))
        for predicate, each in by_property.items()
    ]
    return Block(written(subjects, short), columns)
