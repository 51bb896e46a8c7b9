"""The graph's tables as N-Triples lines, in the order in which a sorted file has them.

Everything that leaves as RDF comes from here: the files of :mod:`kg.export.rdf`, their hash, and the Oxigraph store.
A subject's lines stand together and sorted, and subjects follow in the order of their IRIs, so that the stream *is*
the canonical, sorted N-Triples of the graph: its hash needs no second pass, and memory does not grow with it.
There are no blank nodes. How terms are written is in :mod:`kg.export.ntriples`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from kg.export.ntriples import day, decimal, integer, label, lines_of, link, path, string, term, typed
from kg.model import STATED, KgError, Tables
from kg.vocabulary import BASE, NAMESPACES, entity_classes, link_property

PARTS = ("core", "statements", "mentions")
"""What a graph can be written with: the facts; confidence, evidence and provenance of each; every mention (NIF)."""

_SYMMETRIC = frozenset({"kgo:related", "kgo:coOccursWith"})

Lines = Iterator[list[str]]


_TYPE, _RDF_SUBJECT, _RDF_PREDICATE, _RDF_OBJECT = map(term, ("rdf:type", "rdf:subject", "rdf:predicate", "rdf:object"))


# -- the graph --------------------------------------------------------------------------------------------------------


def lines(tables: Tables, *, base: str = BASE, parts: Iterable[str] = ("core", "statements")) -> Lines:
    """The N-Triples lines of a graph, one list a subject, in sorted order.

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
    return _lines(_Graph(tables, base), chosen)


def _lines(graph: _Graph, chosen: set[str]) -> Lines:
    sections: list[tuple[str, Callable[[], Lines]]] = []
    if "core" in chosen:
        sections += [("community/", graph.communities), ("entities>", graph.scheme)]
        sections += [("entity/", graph.entities), ("paper/", graph.papers)]
    if "statements" in chosen:
        sections += [("sentence/", graph.sentences), ("statement/", graph.statements)]
    if "mentions" in chosen:
        sections += [("mention/", graph.mentions), ("text/", graph.texts)]
    counts = _Counts()
    for _, section in sorted(sections, key=lambda s: s[0]):
        for block in section():
            counts.add(block)
            yield block
    yield from graph.description(counts)


class _Counts:
    """What has been written so far: for the graph's description of itself."""

    def __init__(self) -> None:
        self.triples = 0
        self.subjects = 0
        self.properties: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()

    def add(self, block: list[str]) -> None:
        self.subjects += 1
        self.triples += len(block)
        parts = [line.split(" ", 2) for line in block]
        self.properties.update([part[1] for part in parts])
        self.classes.update([part[2][:-3] for part in parts if part[1] == _TYPE])

    def with_blocks(self, blocks: list[list[str]]) -> _Counts:
        total = _Counts()
        total.triples, total.subjects = self.triples, self.subjects
        total.properties, total.classes = self.properties.copy(), self.classes.copy()
        for block in blocks:
            total.add(block)
        return total


class _Graph:
    """Tables with their IRIs; each method is one kind of subject, sorted."""

    def __init__(self, tables: Tables, base: str) -> None:
        self.tables, self.base = tables, base
        self.paper = {p: f"<{base}paper/{path(p)}>" for p in tables.papers["id"]}
        self.entity = {e: f"<{base}entity/{path(e.removeprefix('entity/'))}>" for e in tables.entities["id"]}
        for table, column in ((tables.papers, self.paper), (tables.entities, self.entity)):
            if len(set(column.values())) != len(table):
                raise KgError("two ids of the graph are the same; this is a bug in the build, please report it")

    def _community(self, value: Any) -> list[tuple[str, str]]:
        if pd.isna(value) or int(value) < 0:
            return []
        return [(term("kgo:inCommunity"), f"<{self.base}community/{int(value)}>")]

    # core ..........................................................................................................

    def communities(self) -> Lines:
        rows = sorted(self.tables.communities.to_dict("records"), key=lambda row: f"{row['id']}>")
        for row in rows:
            yield lines_of(
                f"<{self.base}community/{row['id']}>",
                [
                    (_TYPE, term("kgo:Community")),
                    (term("skos:prefLabel"), label(row["name"])),
                    (term("kgo:paperCount"), integer(row["papers"])),
                    (term("kgo:entityCount"), integer(row["entities"])),
                ],
            )

    def scheme(self) -> Lines:
        yield lines_of(
            f"<{self.base}entities>",
            [(_TYPE, term("skos:ConceptScheme")), (term("skos:prefLabel"), label("Entities that the papers name"))],
        )

    def _outgoing(self, kind: str) -> dict[str, list[tuple[str, str]]]:
        """The links of all sources of a kind, as predicate and object, both ways where the property is symmetric."""
        links = self.tables.links
        links = links[links["source_kind"] == kind]
        nodes = {"paper": self.paper, "entity": self.entity}
        own = nodes[kind]
        out: dict[str, list[tuple[str, str]]] = defaultdict(list)
        mentions = term("schema:mentions")
        based_on = term("schema:isBasedOn")
        for (relation, target_kind), rows in links.groupby(["relation", "target_kind"], sort=True):
            name = link_property(kind, str(relation), str(target_kind))
            predicate = term(name)
            targets = nodes[str(target_kind)]
            # what the ontology lets conclude is written out, so that a query needs no reasoner
            general = mentions if target_kind != kind else based_on if name == "kgo:buildsOn" else None
            for source, target in zip(rows["source"], rows["target"], strict=True):
                out[source].append((predicate, targets[target]))
                if general:
                    out[source].append((general, targets[target]))
                if name in _SYMMETRIC:
                    out[target].append((predicate, own[source]))
        return out

    def _ancestors(self) -> dict[str, set[str]]:
        """The transitive closure of ``broader``."""
        links = self.tables.links
        rows = links[links["relation"] == "broader"]
        parents: dict[str, list[str]] = defaultdict(list)
        for narrow, broad in zip(rows["source"], rows["target"], strict=True):
            parents[narrow].append(broad)
        closure: dict[str, set[str]] = {}
        for start in list(parents):
            seen: set[str] = set()
            todo = list(parents[start])
            while todo:
                node = todo.pop()
                if node not in seen and node != start:
                    seen.add(node)
                    todo += parents.get(node, ())
            closure[start] = seen
        return closure

    def entities(self) -> Lines:
        entities, names, aliases = self.tables.entities, self.tables.names, self.tables.aliases
        outgoing, ancestors = self._outgoing("entity"), self._ancestors()
        alternative: dict[str, list[str]] = defaultdict(list)
        for entity, name in zip(names["entity"], names["name"], strict=True):
            alternative[entity].append(name)
        pref, alt = term("skos:prefLabel"), term("skos:altLabel")
        blocks: list[tuple[str, dict[Hashable, Any] | None, str]] = [
            (self.entity[row["id"]], row, "") for row in entities.to_dict("records")
        ]
        for old, new in zip(aliases["old"], aliases["entity"], strict=True):
            if old not in self.entity and new in self.entity:
                blocks.append((f"<{self.base}entity/{path(old.removeprefix('entity/'))}>", None, self.entity[new]))
        for iri, row, replacement in sorted(blocks, key=lambda b: b[0]):
            if row is None:
                yield lines_of(
                    iri,
                    [
                        (term("owl:deprecated"), typed("true", "boolean")),
                        (term("dcterms:isReplacedBy"), replacement),
                    ],
                )
                continue
            key, name = str(row["id"]), str(row["name"])
            facts = [
                (_TYPE, term("skos:Concept")),
                *((_TYPE, term(c)) for c in entity_classes(str(row["type"]))),
                (term("skos:inScheme"), f"<{self.base}entities>"),
                (pref, label(name)),
                *((alt, label(other)) for other in alternative[key] if label(other) != label(name)),
                (term("kgo:paperCount"), integer(row["papers"])),
                *self._community(row["community"]),
                *outgoing.get(key, ()),
                *((term("skos:broaderTransitive"), self.entity[e]) for e in ancestors.get(key, ())),
            ]
            if not pd.isna(row["year"]):
                facts.append((term("kgo:year"), integer(row["year"])))
            if row["introduced_by"] in self.paper:
                facts.append((term("kgo:firstIntroducedBy"), self.paper[str(row["introduced_by"])]))
            yield lines_of(iri, facts)

    def papers(self) -> Lines:
        outgoing = self._outgoing("paper")
        papers = self.tables.papers
        order = sorted(range(len(papers)), key=lambda i: self.paper[papers["id"].iat[i]])
        columns = {name: papers[name].tolist() for name in papers.columns}
        for i in order:
            row = {name: values[i] for name, values in columns.items()}
            key = row["id"]
            facts = [
                (_TYPE, term("fabio:ResearchPaper")),
                (_TYPE, term("schema:ScholarlyArticle")),
                (term("dcterms:identifier"), string(key)),
                (term("dcterms:title"), label(row["title"])),
                (term("dcterms:abstract"), label(row["abstract"])),
                *((term("dc:creator"), string(a)) for a in row["authors"]),
                *((term("dc:subject"), string(c)) for c in row["categories"]),
                *((term("dc:source"), string(s)) for s in row["sources"]),
                *self._community(row["community"]),
                *outgoing.get(key, ()),
            ]
            if len(row["authors"]):
                facts.append((term("kgo:byline"), string("; ".join(row["authors"]))))
            if _known(row["date"]) and (issued := day(row["date"])):
                facts.append((term("dcterms:issued"), issued))
            if not pd.isna(row["year"]):
                facts.append((term("kgo:year"), integer(row["year"])))
            if _known(row["arxiv_id"]) and not re.search(r"\s", row["arxiv_id"]):
                facts.append((term("fabio:hasArXivId"), string(row["arxiv_id"])))
                facts.append((term("rdfs:seeAlso"), f"<https://arxiv.org/abs/{link(row['arxiv_id'])}>"))
            if _known(row["doi"]) and re.fullmatch(r"10\.\S+", row["doi"]):
                facts.append((term("bibo:doi"), string(row["doi"])))
                facts.append((term("rdfs:seeAlso"), f"<https://doi.org/{link(row['doi'])}>"))
            if _known(row["url"]):
                facts.append((term("fabio:hasURL"), typed(row["url"], "anyURI")))
            yield lines_of(self.paper[key], facts)

    # statements ....................................................................................................

    def _texts(self) -> dict[str, str]:
        papers = self.tables.papers
        rows = zip(papers["id"], papers["title"], papers["abstract"], strict=True)
        return {key: f"{title}\n{abstract}" for key, title, abstract in rows}

    def _sentence(self, paper: str, start: int, end: int) -> str:
        return f"<{self.base}sentence/{path(paper)}_{start}-{end}>"

    def sentences(self) -> Lines:
        links, texts = self.tables.links, self._texts()
        seen = links.loc[links["paper"].notna() & (links["start"] >= 0), ["paper", "start", "end"]].drop_duplicates()
        rows = [(self._sentence(*row), *row) for row in seen.itertuples(index=False, name=None)]
        rows.sort(key=lambda row: row[0])
        for iri, paper, start, end in rows:
            yield lines_of(
                iri,
                [
                    (_TYPE, term("nif:Sentence")),
                    (term("nif:anchorOf"), string(texts[paper][start:end])),
                    (term("nif:beginIndex"), integer(start)),
                    (term("nif:endIndex"), integer(end)),
                    (term("nif:referenceContext"), f"<{self.base}text/{path(paper)}>"),
                    (term("dcterms:isPartOf"), self.paper[paper]),
                ],
            )

    def statements(self) -> Lines:
        links = self.tables.links
        column = {name: _shared(links[name]) for name in links.columns}
        paper = [p if _known(p) else "" for p in column["paper"]]
        keys = np.array(
            [
                _statement_key(*row)
                for row in zip(column["source"], column["relation"], column["target"], paper, strict=True)
            ],
            dtype="S20",
        )
        nodes = {"paper": self.paper, "entity": self.entity}
        build, stated, inferred = f"<{self.base}void#build>", term("kgo:stated"), term("kgo:inferred")
        properties = {
            kinds: term(link_property(*kinds))
            for kinds in set(zip(column["source_kind"], column["relation"], column["target_kind"], strict=True))
        }
        statement, extraction = term("rdf:Statement"), term("kgo:extraction")
        subject, predicate, object_ = map(term, ("rdf:subject", "rdf:predicate", "rdf:object"))
        generated, derived, evidence = map(term, ("prov:wasGeneratedBy", "prov:wasDerivedFrom", "kgo:evidence"))
        confidence, weight, via = map(term, ("kgo:confidence", "kgo:weight", "kgo:via"))
        for i in np.argsort(keys, kind="stable"):
            source_kind, target_kind = column["source_kind"][i], column["target_kind"][i]
            facts = [
                (_TYPE, statement),
                (subject, nodes[source_kind][column["source"][i]]),
                (predicate, properties[source_kind, column["relation"][i], target_kind]),
                (object_, nodes[target_kind][column["target"][i]]),
                (confidence, decimal(column["confidence"][i])),
                (extraction, stated if column["extraction"][i] == STATED else inferred),
                (generated, build),
            ]
            if column["weight"][i] != 1.0:
                facts.append((weight, decimal(column["weight"][i])))
            if _known(column["via"][i]):
                facts.append((via, self.entity[column["via"][i]]))
            if paper[i]:
                facts.append((derived, self.paper[paper[i]]))
                if column["start"][i] >= 0:
                    facts.append((evidence, self._sentence(paper[i], column["start"][i], column["end"][i])))
            yield lines_of(f"<{self.base}statement/{keys[i].decode()}>", facts)

    # mentions ......................................................................................................

    def mentions(self) -> Lines:
        mentions = self.tables.mentions
        rows = [
            (f"<{self.base}mention/{path(paper)}_{start}-{end}>", paper, entity, start, end, text, confidence)
            for paper, entity, start, end, text, confidence in mentions[
                ["paper", "entity", "start", "end", "text", "confidence"]
            ].itertuples(index=False, name=None)
        ]
        rows.sort(key=lambda row: row[0])
        for iri, paper, entity, start, end, text, confidence in rows:
            yield lines_of(
                iri,
                [
                    (_TYPE, term("nif:Phrase")),
                    (term("nif:anchorOf"), string(text)),
                    (term("nif:beginIndex"), integer(start)),
                    (term("nif:endIndex"), integer(end)),
                    (term("nif:referenceContext"), f"<{self.base}text/{path(paper)}>"),
                    (term("itsrdf:taIdentRef"), self.entity[entity]),
                    (term("itsrdf:taConfidence"), decimal(confidence)),
                ],
            )

    def texts(self) -> Lines:
        texts = self._texts()
        for iri, paper in sorted((f"<{self.base}text/{path(p)}>", p) for p in texts):
            yield lines_of(
                iri,
                [
                    (_TYPE, term("nif:Context")),
                    (term("nif:isString"), string(texts[paper])),
                    (term("nif:beginIndex"), integer(0)),
                    (term("nif:endIndex"), integer(len(texts[paper]))),
                    (term("dcterms:isPartOf"), self.paper[paper]),
                ],
            )

    # the graph itself ..............................................................................................

    def description(self, counts: _Counts) -> Lines:
        """VoID and DCAT: what the graph holds, counted, itself included."""
        blocks: list[list[str]] = []
        for _ in range(3):  # counting the description changes it; after the second round nothing moves any more
            blocks = self._description(counts.with_blocks(blocks))
        yield from blocks

    def _description(self, counts: _Counts) -> list[list[str]]:
        info, void = self.tables.info, self.base + "void#"
        dataset, build, tool = f"<{void}dataset>", f"<{void}build>", f"<{void}kg>"
        facts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        facts[dataset] = [
            (_TYPE, term("void:Dataset")),
            (term("dcterms:title"), label(f"Knowledge graph of {len(self.paper)} research papers")),
            (
                term("dcterms:description"),
                label(
                    "What research papers introduce, use, compare with and evaluate on, read from titles and abstracts."
                ),
            ),
            (
                term("dcterms:rights"),
                label("Titles, abstracts and sentences quoted from them belong to their authors and publishers."),
            ),
            (term("void:triples"), integer(counts.triples)),
            (term("void:distinctSubjects"), integer(counts.subjects)),
            (term("void:properties"), integer(len(counts.properties))),
            (term("void:classes"), integer(len(counts.classes))),
            (term("void:uriSpace"), string(self.base)),
            *((term("void:vocabulary"), f"<{NAMESPACES[p]}>") for p in _used_vocabularies(counts)),
            (term("prov:wasGeneratedBy"), build),
            (term("dcat:distribution"), f"<{void}turtle>"),
        ]
        facts[f"<{void}turtle>"] = [
            (_TYPE, term("dcat:Distribution")),
            (term("dcterms:title"), label("The graph in Turtle")),
            (term("dcat:mediaType"), "<https://www.iana.org/assignments/media-types/text/turtle>"),
        ]
        facts[build] = [(_TYPE, term("prov:Activity")), (term("prov:wasAssociatedWith"), tool)]
        if info.get("pipeline_version"):
            facts[build].append((term("kgo:pipelineVersion"), string(str(info["pipeline_version"]))))
        facts[tool] = [(_TYPE, term("prov:SoftwareAgent")), (term("schema:name"), string("kg"))]
        if info.get("kg_version"):
            facts[tool].append((term("schema:softwareVersion"), string(str(info["kg_version"]))))
        for cls, number in counts.classes.items():
            node = f"<{void}class-{_short(cls)}>"
            facts[dataset].append((term("void:classPartition"), node))
            facts[node] = [(term("void:class"), cls), (term("void:entities"), integer(number))]
        for predicate, number in counts.properties.items():
            node = f"<{void}property-{_short(predicate)}>"
            facts[dataset].append((term("void:propertyPartition"), node))
            facts[node] = [(term("void:property"), predicate), (term("void:triples"), integer(number))]
        return [lines_of(subject, facts[subject]) for subject in sorted(facts)]


def _shared(column: pd.Series[Any]) -> list[Any]:
    """The values of a column, equal ones being one object: a million rows then take little memory."""
    codes, values = pd.factorize(column)
    known = [*values.tolist(), None]  # -1, which stands for missing, is the last
    return [known[code] for code in codes]


def _statement_key(source: str, relation: str, target: str, paper: str) -> str:
    """What a statement's IRI ends in: a hash of what it says and where, the same in every build and under any base."""
    text = "\t".join((source, relation, target, paper))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


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
