"""The facts themselves: communities, entities and how they fare by year, papers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.rdf import blocks
from kg.export.rdf.blocks import Block, Facts, pairs
from kg.export.rdf.nodes import Nodes, paths, some
from kg.export.rdf.ntriples import day, integer, label, link, string, term, typed
from kg.export.rdf.numbered import ENTITY, Numbered, distinct, integers
from kg.export.rdf.relations import ancestors, outgoing
from kg.export.text import Ints, joined, numbers
from kg.model import Role, Tables
from kg.vocabulary import entity_classes

PAPERS_AT_ONCE = 1_000
_RANKED = 1000
"""Entities of a type that are given their rank."""
_TYPE = term("rdf:type")


def communities(graph: Numbered) -> Iterator[Block]:
    """Every community, with its size."""
    yield blocks.some(
        {
            f"<{graph.base}community/{row['id']}>": [
                (_TYPE, term("kgo:Community")),
                (term("skos:prefLabel"), label(row["name"])),
                (term("kgo:paperCount"), integer(row["papers"])),
                (term("kgo:entityCount"), integer(row["entities"])),
            ]
            for row in graph.tables.communities.to_dict("records")
        },
        graph.short,
    )


def scheme(graph: Numbered) -> Iterator[Block]:
    """The concept scheme that all entities are in."""
    facts = [(_TYPE, term("skos:ConceptScheme")), (term("skos:prefLabel"), label("Entities that the papers name"))]
    yield blocks.some({f"<{graph.base}entities>": facts}, graph.short)


# -- entities ---------------------------------------------------------------------------------------------------------


def years(graph: Numbered) -> Iterator[Block]:
    """How many papers of a year name an entity, and how many use it, of entities that are named more than once."""
    entity, year, naming, using, rise = _by_year(graph)
    for rows in graph.entities.together(entity):
        slugs = graph.entities.paths.take(pa.array(entity[rows]))
        subjects = blocks.nodes(graph.base, "entity-year", joined(slugs, "_", integers(year[rows])))
        order = subjects.order()
        rows = rows[order]
        rises = np.flatnonzero(rise[rows] > 0)
        yield Block(
            subjects.take(order),
            [
                graph.constant("rdf:type", term("kgo:EntityYear")),
                Facts(term("kgo:ofEntity"), graph.entities.terms(entity[rows])),
                Facts(term("kgo:inYear"), blocks.integers(year[rows])),
                Facts(term("kgo:papersNaming"), blocks.integers(naming[rows])),
                Facts(term("kgo:papersUsing"), blocks.integers(using[rows])),
                Facts(term("kgo:rise"), blocks.integers(rise[rows][rises]), rises),
            ],
        )


def _by_year(graph: Numbered) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """For entities and years: how many papers name one, how many use it, and how many more than the year before."""
    links = graph.links
    named = np.flatnonzero(links.are(lambda source, _, target: source == "paper" and target == "entity"))
    years = graph.tables.papers["year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    named = named[~np.isnan(years)[links.source[named]]]
    if not len(named):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing, nothing, nothing
    first = int(np.nanmin(years))
    span = int(np.nanmax(years)) - first + 1
    paper, uses = links.source[named], links.are(lambda _, relation, __: relation == Role.USES.value)[named]
    when = links.target[named].astype(np.int64) * span + (years[paper] - first).astype(np.int64)
    each = when * len(years) + paper  # a paper that names an entity in two roles names it once
    found, naming = np.unique(distinct(each) // len(years), return_counts=True)
    in_use, users = np.unique(distinct(each[uses]) // len(years), return_counts=True)
    using = np.zeros(len(found), dtype=np.int64)
    using[np.searchsorted(found, in_use)] = users
    entity, year = np.divmod(found, span)
    rise = using.copy()
    rise[1:] -= np.where(found[1:] == found[:-1] + 1, using[:-1], 0) * (entity[1:] == entity[:-1])
    several = np.bincount(entity, naming)[entity] > 1
    return entity[several], year[several] + first, naming[several], using[several], rise[several]


def entities(graph: Numbered) -> Iterator[Block]:
    """All entities, and among them the ids that former builds gave, with what they are now."""
    tables, nodes = graph.tables, graph.entities
    retired = replaced(tables)
    subjects = nodes
    if len(retired):
        subjects = Nodes(graph.base, "entity", pa.concat_arrays([nodes.paths, paths(retired["old"], ENTITY)]))
    places = subjects.rank[: len(nodes)]
    links = [ancestors(graph, places), *outgoing(graph, "entity", places)]
    names, ranks = _Names(graph, places), _ranks(tables.entities)
    introduced_by = numbers(tables.papers["id"], tables.entities["introduced_by"])
    for start, them in some(subjects.order):
        there, end = np.flatnonzero(them < len(nodes)), start + len(them)
        these = them[there]
        rows = tables.entities.take(these)
        preferred = blocks.strings(rows["name"], "@en")
        facts = [
            _types(rows, graph),
            graph.constant("skos:inScheme", f"<{graph.base}entities>"),
            Facts(term("skos:prefLabel"), preferred),
            Facts(term("kgo:paperCount"), blocks.integers(rows["papers"])),
            _rank(ranks[these]),
            _uptake(rows),
            graph.community(rows["community"]),
            graph.known("kgo:year", rows["year"], integer),
            graph.nodes("kgo:firstIntroducedBy", graph.papers, introduced_by[these]),
        ]
        if len(there) < len(them):
            facts = [fact.of(there) for fact in facts] + _retired(graph, retired, them)
        facts.append(names.others(start, end, Facts("", preferred).of(there)))
        facts += [each.facts(start, end) for each in links]
        yield Block(subjects.terms(them), facts)


def replaced(tables: Tables) -> pd.DataFrame:
    """The ids that former builds gave and that are no more, with the entities that they are now."""
    aliases, ids = tables.aliases, tables.entities["id"]
    if aliases.empty:
        return aliases
    there = (numbers(ids, aliases["old"]) < 0) & (numbers(ids, aliases["entity"]) >= 0)
    return aliases[there].drop_duplicates("old", keep="last")


def _retired(graph: Numbered, retired: pd.DataFrame, subjects: Ints) -> list[Facts]:
    """What is said of retired ids, which are numbered behind the entities."""
    rows = np.flatnonzero(subjects >= len(graph.entities))
    now = graph.entities_of(retired["entity"].iloc[subjects[rows] - len(graph.entities)])
    true = blocks.written([typed("true", "boolean")] * len(rows), graph.short)
    return [
        Facts(term("owl:deprecated"), true, rows),
        Facts(term("dcterms:isReplacedBy"), graph.entities.terms(now), rows),
    ]


class _Names:
    """The names of entities, in the order of these."""

    def __init__(self, graph: Numbered, places: Ints) -> None:
        names = graph.tables.names
        self._names = names["name"]
        of = places[graph.entities_of(names["entity"])]
        self._order = np.argsort(of, kind="stable")
        self._of = of[self._order]

    def others(self, start: int, end: int, preferred: Facts) -> Facts:
        """Of the entities from this place to that: all but those that are preferred."""
        first, last = np.searchsorted(self._of, [start, end])
        rows = self._of[first:last] - start
        names = blocks.strings(self._names.take(self._order[first:last]), "@en")
        assert preferred.rows is not None
        known = preferred.objects.nt.take(pa.array(np.searchsorted(preferred.rows, rows)))
        other = np.flatnonzero(pc.not_equal(names.nt, known).to_numpy(zero_copy_only=False))
        return pairs(term("skos:altLabel"), rows[other], other, names)


def _types(entities: pd.DataFrame, graph: Numbered) -> Facts:
    """The classes of entities."""
    codes, kinds = pd.factorize(entities["type"].astype(str))
    classes = [["skos:Concept", *entity_classes(kind)] for kind in kinds]
    known = sorted({name for each in classes for name in each})
    typed_as = [
        (np.flatnonzero(codes == number), known.index(name)) for number, each in enumerate(classes) for name in each
    ]
    return pairs(
        _TYPE,
        np.concatenate([rows for rows, _ in typed_as] or [np.empty(0, dtype=np.int64)]),
        np.concatenate([np.full(len(rows), name) for rows, name in typed_as] or [np.empty(0, dtype=np.int64)]),
        blocks.written([term(name) for name in known], graph.short),
    )


def _ranks(entities: pd.DataFrame) -> Ints:
    """The place of each entity among those of its type, the most named first: so that a query need not sort all."""
    types, _ = pd.factorize(entities["type"])
    by_id = np.empty(len(entities), dtype=np.int64)
    by_id[entities["id"].array.argsort()] = np.arange(len(entities))
    order = np.lexsort((by_id, -entities["papers"].to_numpy(dtype=np.int64), types))
    ordered = types[order]
    ranks = np.empty(len(entities), dtype=np.int64)
    ranks[order] = np.arange(len(entities)) - np.searchsorted(ordered, ordered) + 1
    return ranks


def _rank(ranks: Ints) -> Facts:
    rows = np.flatnonzero(ranks <= _RANKED)
    return Facts(term("kgo:rank"), blocks.integers(ranks[rows]), rows)


def _uptake(entities: pd.DataFrame) -> Facts:
    """How many papers name what another paper introduces, where there are any."""
    papers = entities["papers"].to_numpy(dtype=np.int64)
    rows = np.flatnonzero(entities["introduced_by"].notna().to_numpy() & (papers > 1))
    return Facts(term("kgo:uptake"), blocks.integers(papers[rows] - 1), rows)


# -- papers -----------------------------------------------------------------------------------------------------------


def papers(graph: Numbered) -> Iterator[Block]:
    """All papers, with what they say of themselves and what they are linked to."""
    links = outgoing(graph, "paper", graph.papers.rank)
    for start, them in some(graph.papers.order, PAPERS_AT_ONCE):
        rows = graph.tables.papers.take(them)
        facts = [*_bibliography(rows, graph), *(each.facts(start, start + len(them)) for each in links)]
        yield Block(graph.papers.terms(them), facts)


def _bibliography(papers: pd.DataFrame, graph: Numbered) -> list[Facts]:
    """What papers say of themselves."""

    def arxiv(write: Callable[[str], str]) -> Callable[[Any], str | None]:
        return lambda value: write(value) if _known(value) and not re.search(r"\s", value) else None

    def doi(write: Callable[[str], str]) -> Callable[[Any], str | None]:
        return lambda value: write(value) if _known(value) and re.fullmatch(r"10\.\S+", value) else None

    also = [
        graph.known("rdfs:seeAlso", papers["arxiv_id"], arxiv(lambda v: f"<https://arxiv.org/abs/{link(v)}>")),
        graph.known("rdfs:seeAlso", papers["doi"], doi(lambda v: f"<https://doi.org/{link(v)}>")),
    ]
    return [
        pairs(
            _TYPE,
            np.tile(np.arange(len(papers)), 2),
            np.repeat([0, 1], len(papers)),
            blocks.written([term("fabio:ResearchPaper"), term("schema:ScholarlyArticle")], graph.short),
        ),
        Facts(term("dcterms:identifier"), blocks.strings(papers["id"])),
        Facts(term("dcterms:title"), blocks.strings(papers["title"], "@en")),
        Facts(term("dcterms:abstract"), blocks.strings(papers["abstract"], "@en")),
        _listed("dc:creator", papers["authors"]),
        _listed("dc:subject", papers["categories"]),
        _listed("dc:source", papers["sources"]),
        graph.known("kgo:byline", papers["authors"].map(lambda names: "; ".join(names)), string),
        graph.community(papers["community"]),
        graph.known("dcterms:issued", papers["date"], lambda value: day(value) if _known(value) else None),
        graph.known("kgo:year", papers["year"], integer),
        graph.known("fabio:hasArXivId", papers["arxiv_id"], arxiv(string)),
        graph.known("bibo:doi", papers["doi"], doi(string)),
        _both(*also),
        graph.known("fabio:hasURL", papers["url"], lambda v: typed(v, "anyURI") if _known(v) else None),
    ]


def _listed(name: str, column: pd.Series[Any]) -> Facts:
    """A fact for each string of each row's list."""
    lists = [list(values) for values in column]
    flat = [value for values in lists for value in values]
    codes, distinct = pd.factorize(np.array(flat, dtype=object))
    rows = np.repeat(np.arange(len(lists)), [len(values) for values in lists])
    return pairs(term(name), rows, codes, blocks.strings(list(distinct)))


def _both(one: Facts, other: Facts) -> Facts:
    """The facts of two columns of one property."""
    assert one.rows is not None
    assert other.rows is not None
    rows = np.concatenate([one.rows, other.rows])
    return pairs(one.predicate, rows, np.arange(len(rows)), blocks.chained(one.objects, other.objects))


def _known(value: object) -> bool:
    return isinstance(value, str) and value != ""
