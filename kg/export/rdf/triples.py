"""The graph's tables as RDF, in the order in which a sorted file of N-Triples has them.

Everything that leaves as RDF comes from here: the files of :mod:`kg.export.rdf`, their hash, and the Oxigraph store.
A subject's facts stand together and sorted, and subjects follow in the order of their IRIs, so that the blocks, written
one after the other, *are* the canonical, sorted N-Triples of the graph: its hash needs no second pass, and memory does
not grow with it. There are no blank nodes. How terms are written is in :mod:`kg.export.rdf.ntriples`, how blocks become
text in :mod:`kg.export.rdf.blocks`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.export.rdf import blocks
from kg.export.rdf.blocks import Block, Column, Facts, Terms, constant, pairs
from kg.export.rdf.ntriples import day, decimal, integer, label, link, path, string, term, typed
from kg.export.text import Ints, joined
from kg.forks import give_back
from kg.model import STATED, KgError, Role, Tables
from kg.vocabulary import BASE, NAMESPACES, entity_classes, expand, link_property

PARTS = ("core", "statements", "mentions")
"""What a graph can be written with: the facts; confidence, evidence and provenance of each; every mention (NIF)."""

_SYMMETRIC = frozenset({"kgo:related", "kgo:coOccursWith"})
_SUBJECTS_AT_ONCE = 20_000
_LINKS_AT_ONCE = 100_000
_RANKED = 1000
"""Entities of a type that are given their rank."""
_PLAIN_PATH = r"^[A-Za-z0-9_.~:-]*$"
"""Ids that :func:`kg.export.rdf.ntriples.path` leaves as they are."""

MOVING = frozenset(
    f"<{expand(name)}>"
    for name in ("kgo:confidence", "kgo:inCommunity", "kgo:paperCount", "kgo:rank", "kgo:uptake", "kgo:weight")
)
"""Properties whose values other papers change: half of all entities have another community when 100 are added."""

Blocks = Iterator[Block]

_TYPE = term("rdf:type")


# -- the graph --------------------------------------------------------------------------------------------------------


def lines(tables: Tables, *, base: str = BASE, parts: Iterable[str] = ("core", "statements")) -> Iterator[str]:
    """The N-Triples lines of a graph, those of one subject at a time, in sorted order; arguments as :func:`graph`."""
    for block in graph(tables, base=base, parts=parts):
        yield from block.lines.to_pylist()


def retired(tables: Tables, *, base: str = BASE) -> list[str]:
    """The lines of the ids that former builds gave and that are no more: in a store, not in files."""
    there = set(tables.entities["id"])

    def iri(id: str) -> str:
        return f"<{base}entity/{path(id.removeprefix('entity/'))}>"

    now = dict(zip(tables.aliases["old"].tolist(), tables.aliases["entity"].tolist(), strict=True))
    return sorted(
        f"{iri(old)} {term('dcterms:isReplacedBy')} {iri(entity)} .\n"
        f"{iri(old)} {term('owl:deprecated')} {typed('true', 'boolean')} .\n"
        for old, entity in now.items()
        if old not in there and entity in there
    )


def graph(tables: Tables, *, base: str = BASE, parts: Iterable[str] = ("core", "statements")) -> Blocks:
    """A graph as blocks of subjects, in sorted order.

    Args:
        tables: the graph.
        base: what the graph's own IRIs begin with; ends in ``/`` or ``#``.
        parts: which of :data:`PARTS`.

    Raises:
        KgError: the base or a part is none.
    """
    chosen = set(parts)
    if not chosen or chosen - set(PARTS):
        unknown = ", ".join(sorted(chosen - set(PARTS))) or "nothing"
        raise KgError(f"no such part of the graph: {unknown}; choose from {', '.join(PARTS)}")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*[/#]", base):
        raise KgError(f"{base!r} is no base for IRIs; give one that ends in / or #, such as https://me.example/kg/")
    return _blocks(_Graph(tables, base), chosen)


def _blocks(graph: _Graph, chosen: set[str]) -> Blocks:
    sections: list[tuple[str, Callable[[], Blocks]]] = []
    if "core" in chosen:
        sections += [("community/", graph.communities), ("entities>", graph.scheme), ("entity-year/", graph.years)]
        sections += [("entity/", graph.entities), ("paper/", graph.papers)]
    if "statements" in chosen:
        sections += [("sentence/", graph.sentences), ("statement/", graph.statements)]
    if "mentions" in chosen:
        sections += [("mention/", graph.mentions), ("text/", graph.texts)]
    for _, section in sorted(sections, key=lambda s: s[0]):
        for block in section():
            graph.counts.add(block)
            yield block
        give_back()  # of what a section took half would stay with the allocators
    yield graph.description()


class _Counts:
    """What has been written so far: for the graph's description of itself."""

    def __init__(self) -> None:
        self.subjects = 0
        self.properties: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()

    def add(self, block: Block) -> None:
        """Count a block's subjects, properties and classes."""
        self.subjects += len(block)
        for fact in block.facts:
            number = len(block) if fact.rows is None else len(fact.rows)
            self.properties[fact.predicate] += number
            if fact.predicate == _TYPE:
                values = pa.array([fact.objects.nt] * number) if isinstance(fact.objects.nt, str) else fact.objects.nt
                for count in pc.value_counts(values).to_pylist():
                    self.classes[count["values"]] += count["counts"]

    def copy(self) -> _Counts:
        same = _Counts()
        same.subjects, same.properties, same.classes = self.subjects, self.properties.copy(), self.classes.copy()
        return same


class _Graph:
    """Tables with their IRIs; each method is one kind of subject, sorted."""

    def __init__(self, tables: Tables, base: str) -> None:
        self.tables, self.base, self.counts = tables, base, _Counts()
        self.short = blocks.shortener(base)
        self.paper_ids, self.entity_ids = tables.papers["id"], tables.entities["id"]
        self.paths = _paths(tables.papers["id"])
        self.slugs = _paths([id.removeprefix("entity/") for id in tables.entities["id"].tolist()])
        self.paper = blocks.nodes(base, "paper", self.paths)
        self.entity = blocks.nodes(base, "entity", self.slugs)
        for terms in (self.paper, self.entity):
            if pc.count_distinct(terms.nt).as_py() != len(terms.nt):
                raise KgError("two ids of the graph are the same; this is a bug in the build, please report it")
        self.paper_rank, self.entity_rank = self.paper.rank(), self.entity.rank()

    def _papers(self, ids: pd.Series[Any]) -> Ints:
        return _found(self.paper_ids, ids)

    def _entities(self, ids: pd.Series[Any]) -> Ints:
        return _found(self.entity_ids, ids)

    @cached_property
    def _links(self) -> pd.DataFrame:
        """The links, with the numbers of papers and entities for their ids, -1 for none."""
        links = self.tables.links
        numbered = links.drop(columns=["source", "target", "via", "paper"])
        for end in ("source", "target"):
            of_papers = (links[f"{end}_kind"] == "paper").to_numpy()
            numbers = np.empty(len(links), dtype=np.int64)
            numbers[of_papers] = self._papers(links.loc[of_papers, end])
            numbers[~of_papers] = self._entities(links.loc[~of_papers, end])
            numbered[end] = numbers
        numbered["via"] = _numbers(self.entity_ids, links["via"])
        numbered["paper"] = _numbers(self.paper_ids, links["paper"])
        return numbered.reset_index(drop=True)

    def _constant(self, name: str, value: str) -> Facts:
        return constant(term(name), value, self.short)

    def _column(self, name: str, values: pd.Series[Any], write: Callable[[Any], str | None]) -> Column:
        return Column(term(name), values, write, self.short)

    def _known(self, name: str, values: pd.Series[Any], write: Callable[[Any], str | None]) -> Facts:
        return self._column(name, values, write).facts()

    def _nodes(self, name: str, terms: Terms, numbers: Ints) -> Facts:
        """The papers or entities of these numbers, where there is one."""
        rows = np.flatnonzero(numbers >= 0)
        return Facts(term(name), terms.take(numbers[rows]), rows)

    def _community(self, communities: pd.Series[Any]) -> Facts:
        def write(value: Any) -> str | None:
            return None if pd.isna(value) or int(value) < 0 else f"<{self.base}community/{int(value)}>"

        return self._known("kgo:inCommunity", communities, write)

    # core ..........................................................................................................

    def communities(self) -> Blocks:
        yield blocks.some(
            {
                f"<{self.base}community/{row['id']}>": [
                    (_TYPE, term("kgo:Community")),
                    (term("skos:prefLabel"), label(row["name"])),
                    (term("kgo:paperCount"), integer(row["papers"])),
                    (term("kgo:entityCount"), integer(row["entities"])),
                ]
                for row in self.tables.communities.to_dict("records")
            },
            self.short,
        )

    def scheme(self) -> Blocks:
        facts = [(_TYPE, term("skos:ConceptScheme")), (term("skos:prefLabel"), label("Entities that the papers name"))]
        yield blocks.some({f"<{self.base}entities>": facts}, self.short)

    def years(self) -> Blocks:
        """How many papers of a year name an entity, and how many use it, of entities that are named more than once."""
        links, papers = self._links, self.tables.papers
        named = links[links["source_kind"].eq("paper") & links["target_kind"].eq("entity")]
        paper, entity = named["source"].to_numpy(), named["target"].to_numpy()
        year = papers["year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)[paper]
        uses = named["relation"].eq(Role.USES.value).to_numpy()
        each = pd.DataFrame({"entity": entity, "year": year, "paper": paper, "uses": uses}).dropna()
        each = each.groupby(["entity", "year", "paper"], sort=False)["uses"].any().reset_index()
        rows = each.groupby(["entity", "year"], sort=False)["uses"].agg(["size", "sum"]).reset_index()
        rows = rows[rows.groupby("entity", sort=False)["size"].transform("sum") > 1]
        before = rows[["entity", "year", "sum"]].assign(year=rows["year"] + 1)
        rows = rows.merge(before, "left", ["entity", "year"], suffixes=("", "_before"), sort=False)
        rows["rise"] = rows["sum"] - rows["sum_before"].fillna(0).astype(np.int64)
        slugs = self.slugs.take(pa.array(rows["entity"].to_numpy(dtype=np.int64)))
        years = pa.array(rows["year"].to_numpy(dtype=np.int64)).cast(pa.string())
        subjects = blocks.nodes(self.base, "entity-year", joined(slugs, "_", years))
        for some in _some(subjects.order()):
            table = rows.take(some)
            rises = np.flatnonzero(table["rise"] > 0)
            yield Block(
                subjects.take(some),
                [
                    self._constant("rdf:type", term("kgo:EntityYear")),
                    Facts(term("kgo:ofEntity"), self.entity.take(table["entity"].to_numpy(dtype=np.int64))),
                    Facts(term("kgo:inYear"), blocks.integers(table["year"])),
                    Facts(term("kgo:papersNaming"), blocks.integers(table["size"])),
                    Facts(term("kgo:papersUsing"), blocks.integers(table["sum"])),
                    Facts(term("kgo:rise"), blocks.integers(table["rise"].to_numpy()[rises]), rises),
                ],
            )

    def _outgoing(self, kind: str) -> list[Facts]:
        """The links of all sources of a kind; rows are those of the kind's table.

        A symmetric property stands both ways, and what the ontology lets conclude is written out, so that a query
        needs no reasoner.
        """
        links = self._links
        links = links[links["source_kind"] == kind]
        found: defaultdict[tuple[str, str], list[tuple[Ints, Ints]]] = defaultdict(list)
        for (relation, target_kind), group in links.groupby(["relation", "target_kind"], sort=True):
            source, target = group["source"].to_numpy(), group["target"].to_numpy()
            name = link_property(kind, str(relation), str(target_kind))
            found[name, str(target_kind)].append((source, target))
            if target_kind != kind:
                found["schema:mentions", str(target_kind)].append((source, target))
            if name == "kgo:buildsOn":
                found["schema:isBasedOn", str(target_kind)].append((source, target))
            if name in _SYMMETRIC:
                found[name, kind].append((target, source))
        terms = {"paper": (self.paper, self.paper_rank), "entity": (self.entity, self.entity_rank)}
        return [
            pairs(
                term(name),
                np.concatenate([source for source, _ in each]),
                np.concatenate([target for _, target in each]),
                *terms[target_kind],
            )
            for (name, target_kind), each in found.items()
        ]

    def _ancestors(self) -> Facts:
        """The transitive closure of ``broader``."""
        rows = self._links[self._links["relation"] == "broader"]
        parents: dict[int, list[int]] = defaultdict(list)
        for narrow, broad in zip(rows["source"].tolist(), rows["target"].tolist(), strict=True):
            parents[narrow].append(broad)
        closure: list[tuple[int, int]] = []
        for start in list(parents):
            seen: set[int] = set()
            todo = list(parents[start])
            while todo:
                node = todo.pop()
                if node not in seen and node != start:
                    seen.add(node)
                    todo += parents.get(node, ())
            closure += [(start, node) for node in seen]
        table = np.array(closure or np.empty((0, 2)), dtype=np.int64)
        return pairs(term("skos:broaderTransitive"), table[:, 0], table[:, 1], self.entity, self.entity_rank)

    def entities(self) -> Blocks:
        entities, names = self.tables.entities, self.tables.names
        preferred = blocks.strings(entities["name"], "@en")
        other, of = blocks.strings(names["name"], "@en"), self._entities(names["entity"])
        differs = pc.not_equal(other.nt, preferred.nt.take(pa.array(of))).to_numpy(zero_copy_only=False)
        classes = {
            kind: ["skos:Concept", *entity_classes(kind)] for kind in sorted(set(entities["type"].astype(str).tolist()))
        }
        known_classes = sorted({name for each in classes.values() for name in each})
        codes, kinds = pd.factorize(entities["type"].astype(str))
        typed_as = [
            (np.flatnonzero(codes == number), known_classes.index(name))
            for number, kind in enumerate(kinds)
            for name in classes[kind]
        ]
        facts = [
            pairs(
                _TYPE,
                np.concatenate([rows for rows, _ in typed_as] or [np.empty(0, dtype=np.int64)]),
                np.concatenate([np.full(len(rows), name) for rows, name in typed_as] or [np.empty(0, dtype=np.int64)]),
                blocks.written([term(name) for name in known_classes], self.short),
            ),
            self._constant("skos:inScheme", f"<{self.base}entities>"),
            Facts(term("skos:prefLabel"), preferred),
            pairs(term("skos:altLabel"), of[differs], np.flatnonzero(differs), other),
            Facts(term("kgo:paperCount"), blocks.integers(entities["papers"])),
            _ranks(entities),
            _uptake(entities),
            self._community(entities["community"]),
            self._ancestors(),
            self._known("kgo:year", entities["year"], integer),
            self._nodes("kgo:firstIntroducedBy", self.paper, _numbers(self.paper_ids, entities["introduced_by"])),
            *self._outgoing("entity"),
        ]
        yield from _sorted(*self._with_retired(facts))

    def _with_retired(self, facts: list[Facts]) -> tuple[Terms, list[Facts]]:
        """All entities with their facts, and behind them the ids that former builds gave, with what they are now."""
        aliases, there = self.tables.aliases, set(self.entity_ids)
        retired = aliases[~aliases["old"].isin(there) & aliases["entity"].isin(there)].drop_duplicates("old")
        if retired.empty:
            return self.entity, facts
        slugs = _paths([id.removeprefix("entity/") for id in retired["old"].tolist()])
        first = len(self.entity_ids)
        rows = np.arange(first, first + len(retired))
        true = blocks.written([typed("true", "boolean")] * len(rows), self.short)
        return _chained(self.entity, blocks.nodes(self.base, "entity", slugs)), [
            *(fact.of(np.arange(first)) for fact in facts),
            Facts(term("owl:deprecated"), true, rows),
            Facts(term("dcterms:isReplacedBy"), self.entity.take(self._entities(retired["entity"])), rows),
        ]

    def papers(self) -> Blocks:
        papers = self.tables.papers
        several = [
            _listed(name, papers[column])
            for name, column in (("dc:creator", "authors"), ("dc:subject", "categories"), ("dc:source", "sources"))
        ]
        bylines = papers["authors"].map(lambda names: "; ".join(names))

        def arxiv(write: Callable[[str], str]) -> Callable[[Any], str | None]:
            return lambda value: write(value) if _known(value) and not re.search(r"\s", value) else None

        def doi(write: Callable[[str], str]) -> Callable[[Any], str | None]:
            return lambda value: write(value) if _known(value) and re.fullmatch(r"10\.\S+", value) else None

        also = [
            self._known("rdfs:seeAlso", papers["arxiv_id"], arxiv(lambda v: f"<https://arxiv.org/abs/{link(v)}>")),
            self._known("rdfs:seeAlso", papers["doi"], doi(lambda v: f"<https://doi.org/{link(v)}>")),
        ]
        facts = [
            pairs(
                _TYPE,
                np.tile(np.arange(len(papers)), 2),
                np.repeat([0, 1], len(papers)),
                blocks.written([term("fabio:ResearchPaper"), term("schema:ScholarlyArticle")], self.short),
            ),
            Facts(term("dcterms:identifier"), blocks.strings(papers["id"])),
            Facts(term("dcterms:title"), blocks.strings(papers["title"], "@en")),
            Facts(term("dcterms:abstract"), blocks.strings(papers["abstract"], "@en")),
            *several,
            self._known("kgo:byline", bylines, string),
            self._community(papers["community"]),
            self._known("dcterms:issued", papers["date"], lambda value: day(value) if _known(value) else None),
            self._known("kgo:year", papers["year"], integer),
            self._known("fabio:hasArXivId", papers["arxiv_id"], arxiv(string)),
            self._known("bibo:doi", papers["doi"], doi(string)),
            _both(*also),
            self._known("fabio:hasURL", papers["url"], lambda v: typed(v, "anyURI") if _known(v) else None),
            *self._outgoing("paper"),
        ]
        yield from _sorted(self.paper, facts, 4_000)

    # statements ....................................................................................................

    def _spans(self, table: pd.DataFrame, kind: str) -> Iterator[tuple[pd.DataFrame, Block]]:
        """Rows with ``paper`` (its number), ``start`` and ``end``, some at a time, in the order of their IRIs.

        With the rows comes a block that says where they begin and end, and in which text.
        """
        subjects = blocks.nodes(self.base, kind, self._places(table))
        for some in _some(subjects.order()):
            rows = table.take(some)
            paths = self.paths.take(pa.array(rows["paper"].to_numpy()))
            place = [
                Facts(term("nif:beginIndex"), blocks.integers(rows["start"])),
                Facts(term("nif:endIndex"), blocks.integers(rows["end"])),
                Facts(term("nif:referenceContext"), blocks.nodes(self.base, "text", paths)),
            ]
            yield rows, Block(subjects.take(some), place)

    def _places(self, table: pd.DataFrame) -> pa.Array:
        """``2106.09685_17-120`` for each row."""
        paths = self.paths.take(pa.array(table["paper"].to_numpy()))
        start, end = (pa.array(table[name].to_numpy(dtype=np.int64)).cast(pa.string()) for name in ("start", "end"))
        return joined(paths, "_", start, "-", end)

    def sentences(self) -> Blocks:
        links, papers = self._links, self.tables.papers
        titles, abstracts = papers["title"].tolist(), papers["abstract"].tolist()
        seen = links.loc[(links["paper"] >= 0) & (links["start"] >= 0), ["paper", "start", "end"]].drop_duplicates()
        for rows, place in self._spans(seen, "sentence"):
            anchors: list[str] = []
            last, text = -1, ""
            for paper, start, end in zip(*(rows[name].tolist() for name in ("paper", "start", "end")), strict=True):
                if paper != last:
                    last, text = paper, f"{titles[paper]}\n{abstracts[paper]}"
                anchors.append(text[start:end])
            facts = [
                self._constant("rdf:type", term("nif:Sentence")),
                Facts(term("nif:anchorOf"), blocks.strings(anchors)),
                Facts(term("dcterms:isPartOf"), self.paper.take(rows["paper"].to_numpy())),
            ]
            yield Block(place.subjects, [*place.facts, *facts])

    def statements(self) -> Blocks:
        links = self._links
        kinds = [links[name] for name in ("source_kind", "relation", "target_kind")]
        code, distinct = pd.factorize(kinds[0] + " " + kinds[1] + " " + kinds[2])
        properties = blocks.written([term(link_property(*kind.split(" "))) for kind in distinct], self.short)
        nodes = _chained(self.paper, self.entity)
        source, target = (
            links[end].to_numpy() + np.where(links[f"{end}_kind"] == "paper", 0, len(self.paper_ids))
            for end in ("source", "target")
        )
        columns = [
            self._column("kgo:confidence", links["confidence"], decimal),
            self._column("kgo:extraction", links["extraction"], _extraction),
            self._column("kgo:weight", links["weight"].where(links["weight"] != 1.0), decimal),
        ]
        keys = _statement_keys(self.tables.links)
        for some in _some(np.argsort(keys, kind="stable")):
            rows = links.take(some)
            sourced = np.flatnonzero((rows["paper"] >= 0) & (rows["start"] >= 0))
            evidence = blocks.nodes(self.base, "sentence", self._places(rows.take(sourced)))
            yield Block(
                blocks.nodes(self.base, "statement", pa.array(keys[some].astype("U20").tolist(), pa.string())),
                [
                    self._constant("rdf:type", term("rdf:Statement")),
                    Facts(term("rdf:subject"), nodes.take(source[some])),
                    Facts(term("rdf:predicate"), properties.take(code[some])),
                    Facts(term("rdf:object"), nodes.take(target[some])),
                    *(column.facts(some) for column in columns),
                    self._constant("prov:wasGeneratedBy", f"<{self.base}void#build>"),
                    self._nodes("kgo:via", self.entity, rows["via"].to_numpy()),
                    self._nodes("prov:wasDerivedFrom", self.paper, rows["paper"].to_numpy()),
                    Facts(term("kgo:evidence"), evidence, sourced),
                ],
            )

    # mentions ......................................................................................................

    def mentions(self) -> Blocks:
        mentions = self.tables.mentions
        numbered = mentions.assign(paper=self._papers(mentions["paper"]), entity=self._entities(mentions["entity"]))
        for rows, place in self._spans(numbered, "mention"):
            facts = [
                self._constant("rdf:type", term("nif:Phrase")),
                Facts(term("nif:anchorOf"), blocks.strings(rows["text"])),
                Facts(term("itsrdf:taIdentRef"), self.entity.take(rows["entity"].to_numpy())),
                self._known("itsrdf:taConfidence", rows["confidence"], decimal),
            ]
            yield Block(place.subjects, [*place.facts, *facts])

    def texts(self) -> Blocks:
        papers = self.tables.papers
        subjects = blocks.nodes(self.base, "text", self.paths)
        texts = [f"{title}\n{abstract}" for title, abstract in zip(papers["title"], papers["abstract"], strict=True)]
        facts = [
            self._constant("rdf:type", term("nif:Context")),
            Facts(term("nif:isString"), blocks.strings(texts)),
            self._constant("nif:beginIndex", integer(0)),
            Facts(term("nif:endIndex"), blocks.integers([len(text) for text in texts])),
            Facts(term("dcterms:isPartOf"), self.paper),
        ]
        yield from _sorted(subjects, facts, 4_000)

    # the graph itself ..............................................................................................

    def description(self) -> Block:
        """VoID and DCAT: what the graph holds, counted, itself included."""
        block = blocks.some({}, self.short)
        for _ in range(3):  # counting the description changes it; after the second round nothing moves any more
            counts = self.counts.copy()
            counts.add(block)
            block = blocks.some(self._description(counts), self.short)
        return block

    def _description(self, counts: _Counts) -> dict[str, list[tuple[str, str]]]:
        info, void = self.tables.info, self.base + "void#"
        dataset, build, tool, turtle = (f"<{void}{name}>" for name in ("dataset", "build", "kg", "turtle"))
        facts: dict[str, list[tuple[str, str]]] = defaultdict(list)

        def say(subject: str, name: str, value: str) -> None:
            facts[subject].append((term(name), value))

        say(dataset, "rdf:type", term("void:Dataset"))
        say(dataset, "rdf:type", term("dcat:Dataset"))
        say(dataset, "dcterms:title", label(f"Knowledge graph of {len(self.paper_ids)} research papers"))
        about = "What research papers introduce, use, compare with and evaluate on, read from titles and abstracts."
        say(dataset, "dcterms:description", label(about))
        rights = "Titles, abstracts and sentences quoted from them belong to their authors and publishers."
        say(dataset, "dcterms:rights", label(rights))
        if info.get("license"):
            say(dataset, "dcterms:license", f"<{info['license']}>")
            say(turtle, "dcterms:license", f"<{info['license']}>")
        for examples in (self.paper.nt, self.entity.nt):
            if len(examples):
                say(dataset, "void:exampleResource", pc.min(examples).as_py())
        say(dataset, "void:feature", "<http://www.w3.org/ns/formats/Turtle>")
        say(dataset, "void:triples", integer(counts.properties.total()))
        say(dataset, "void:distinctSubjects", integer(counts.subjects))
        say(dataset, "void:properties", integer(len(counts.properties)))
        say(dataset, "void:classes", integer(len(counts.classes)))
        say(dataset, "void:uriSpace", string(self.base))
        for prefix in _used_vocabularies(counts):
            say(dataset, "void:vocabulary", f"<{NAMESPACES[prefix]}>")
        say(dataset, "prov:wasGeneratedBy", build)
        say(dataset, "dcat:distribution", turtle)
        say(turtle, "rdf:type", term("dcat:Distribution"))
        say(turtle, "dcterms:title", label("The graph in Turtle"))
        say(turtle, "dcat:mediaType", "<https://www.iana.org/assignments/media-types/text/turtle>")
        say(build, "rdf:type", term("prov:Activity"))
        say(build, "prov:wasAssociatedWith", tool)
        if info.get("pipeline_version"):
            say(build, "kgo:pipelineVersion", string(str(info["pipeline_version"])))
        say(tool, "rdf:type", term("prov:SoftwareAgent"))
        say(tool, "schema:name", string("kg"))
        if info.get("kg_version"):
            say(tool, "schema:softwareVersion", string(str(info["kg_version"])))
        for cls, number in counts.classes.items():
            node = f"<{void}class-{_short(cls)}>"
            say(dataset, "void:classPartition", node)
            say(node, "void:class", cls)
            say(node, "void:entities", integer(number))
        for predicate, number in counts.properties.items():
            node = f"<{void}property-{_short(predicate)}>"
            say(dataset, "void:propertyPartition", node)
            say(node, "void:property", predicate)
            say(node, "void:triples", integer(number))
        return facts


def _some(order: Ints, size: int = _SUBJECTS_AT_ONCE) -> Iterator[Ints]:
    """Numbers of rows, some at a time: what is made of them then takes little memory."""
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _sorted(subjects: Terms, facts: list[Facts], size: int = _SUBJECTS_AT_ONCE) -> Blocks:
    """Subjects and their facts, some at a time, in the order of the subjects' IRIs."""
    order = subjects.order()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    moved = []
    while facts:  # to the order of the subjects; what is moved is needed no more, and all abstracts are 100 MB
        fact = facts.pop()
        if fact.rows is None:
            moved.append(Facts(fact.predicate, fact.objects))
        else:
            rows = place[fact.rows]
            by = np.argsort(rows, kind="stable")
            moved.append(Facts(fact.predicate, fact.objects.take(by), rows[by]))
    for start in range(0, len(order), size):
        some = order[start : start + size]
        here = []
        for fact in moved:
            if fact.rows is None:
                constant = isinstance(fact.objects.nt, str)
                here.append(fact if constant else Facts(fact.predicate, fact.objects.take(some)))
            else:
                first, last = np.searchsorted(fact.rows, [start, start + size])
                rows = np.arange(first, last)
                here.append(Facts(fact.predicate, fact.objects.take(rows), fact.rows[first:last] - start))
        yield Block(subjects.take(some), here)


def _chained(*terms: Terms) -> Terms:
    """Columns one after the other."""
    return Terms(pa.concat_arrays([each.nt for each in terms]), pa.concat_arrays([each.ttl for each in terms]))


def _listed(name: str, column: pd.Series[Any]) -> Facts:
    """A fact for each string of each row's list."""
    lists = [list(values) for values in column]
    flat = [value for values in lists for value in values]
    codes, distinct = pd.factorize(np.array(flat, dtype=object))
    rows = np.repeat(np.arange(len(lists)), [len(values) for values in lists])
    return pairs(term(name), rows, codes, blocks.strings(list(distinct)))


def _ranks(entities: pd.DataFrame) -> Facts:
    """The place of the most named entities of each type: so that a query for these need not sort all."""
    order = entities.sort_values(["papers", "id"], ascending=[False, True])
    rank = (order.groupby("type", observed=True, sort=False).cumcount() + 1).reindex(entities.index).to_numpy()
    rows = np.flatnonzero(rank <= _RANKED)
    return Facts(term("kgo:rank"), blocks.integers(rank[rows]), rows)


def _uptake(entities: pd.DataFrame) -> Facts:
    """How many papers name what another paper introduces, where there are any."""
    papers = entities["papers"].to_numpy(dtype=np.int64)
    rows = np.flatnonzero(entities["introduced_by"].notna().to_numpy() & (papers > 1))
    return Facts(term("kgo:uptake"), blocks.integers(papers[rows] - 1), rows)


def _both(one: Facts, other: Facts) -> Facts:
    """The facts of two columns of one property."""
    assert one.rows is not None
    assert other.rows is not None
    rows = np.concatenate([one.rows, other.rows])
    return pairs(one.predicate, rows, np.arange(len(rows)), _chained(one.objects, other.objects))


def _paths(ids: Iterable[str]) -> pa.Array:
    """Ids as segments of IRIs' paths."""
    values = ids.tolist() if isinstance(ids, pd.Series) else list(ids)
    try:
        plain = pc.match_substring_regex(pa.array(values, pa.string()), _PLAIN_PATH).to_pylist()
    except UnicodeEncodeError:  # half of a surrogate pair
        plain = [False] * len(values)
    return pa.array([id if fine else path(id) for id, fine in zip(values, plain, strict=True)], pa.string())


def _numbers(known: pd.Series[Any], ids: pd.Series[Any]) -> Ints:
    """The rows of ids in a column of them, -1 for those that are not there."""
    try:
        found = pc.index_in(pa.array(ids, pa.string()), pa.array(known, pa.string()))
    except UnicodeEncodeError:  # half of a surrogate pair
        return np.asarray(pd.Index(known).get_indexer(pd.Index(ids)), dtype=np.int64)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _found(known: pd.Series[Any], ids: pd.Series[Any]) -> Ints:
    """The same where all of them must be there."""
    rows = _numbers(known, ids)
    if (rows < 0).any():
        raise KeyError(ids[rows < 0].iloc[0])
    return rows


def _extraction(value: str) -> str:
    return term("kgo:stated" if value == STATED else "kgo:inferred")


def _statement_keys(links: pd.DataFrame) -> npt.NDArray[np.bytes_]:
    """What each statement's IRI ends in: a hash of what it says and where, the same in every build, under any base."""
    keys = np.empty(len(links), dtype="S20")
    for start in range(0, len(links), _LINKS_AT_ONCE):
        some = links.iloc[start : start + _LINKS_AT_ONCE]
        columns = [some[name] for name in ("source", "relation", "target")] + [some["paper"].fillna("")]
        said = zip(*(column.tolist() for column in columns), strict=True)
        keys[start : start + len(some)] = [_key(words) for words in said]
    return keys


def _key(words: tuple[str, ...]) -> bytes:
    said = "\t".join(words).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=10).hexdigest().encode()


def _used_vocabularies(counts: _Counts) -> list[str]:
    """Prefixes of the namespaces that the graph's properties and classes come from."""
    used = [*counts.properties, *counts.classes]
    return sorted(p for p, space in NAMESPACES.items() if any(term.startswith(f"<{space}") for term in used))


def _short(term: str) -> str:
    """``<…/ontology#uses>`` as ``kgo-uses``, for the names of partitions."""
    for prefix, space in NAMESPACES.items():
        if term.startswith(f"<{space}"):
            return f"{prefix}-{term[len(space) + 1 : -1]}"
    raise AssertionError(f"{term} is of no known vocabulary")


def _known(value: object) -> bool:
    return isinstance(value, str) and value != ""
