"""The graph's tables as N-Triples lines, in the order in which a sorted file has them.

Everything that leaves as RDF comes from here: the files of :mod:`kg.export.rdf`, their hash, and the Oxigraph store.
A subject's lines stand together and sorted, and subjects follow in the order of their IRIs, so that the stream *is*
the canonical, sorted N-Triples of the graph: its hash needs no second pass, and memory does not grow with it.
There are no blank nodes. How terms are written is in :mod:`kg.export.ntriples`.

A *fact* here is a property and its value as they stand in a line, ``<…#uses> <…/entity/lora>``: a subject's lines are
its facts, each behind the subject. Equal facts are one string, however many subjects share them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.export.ntriples import block, day, decimal, integer, label, link, path, string, term, typed
from kg.model import STATED, KgError, Role, Tables
from kg.vocabulary import BASE, NAMESPACES, entity_classes, link_property

PARTS = ("core", "statements", "mentions")
"""What a graph can be written with: the facts; confidence, evidence and provenance of each; every mention (NIF)."""

_SYMMETRIC = frozenset({"kgo:related", "kgo:coOccursWith"})
_ROWS_AT_ONCE = 20_000

Lines = Iterator[str]
Column = tuple[str, list[str | None]]
"""A property, and the fact of each row; None where a row has none."""

_TYPE = term("rdf:type")


# -- the graph --------------------------------------------------------------------------------------------------------


def lines(tables: Tables, *, base: str = BASE, parts: Iterable[str] = ("core", "statements")) -> Lines:
    """The N-Triples lines of a graph, those of one subject at a time, in sorted order.

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
        sections += [("community/", graph.communities), ("entities>", graph.scheme), ("entity-year/", graph.years)]
        sections += [("entity/", graph.entities), ("paper/", graph.papers)]
    if "statements" in chosen:
        sections += [("sentence/", graph.sentences), ("statement/", graph.statements)]
    if "mentions" in chosen:
        sections += [("mention/", graph.mentions), ("text/", graph.texts)]
    for _, section in sorted(sections, key=lambda s: s[0]):
        yield from section()
    yield from graph.description()


class _Counts:
    """What has been written so far: for the graph's description of itself."""

    def __init__(self) -> None:
        self.subjects = 0
        self.properties: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()

    def add(self, facts: Iterable[str]) -> None:
        """One subject."""
        self.subjects += 1
        self.properties.update([fact.partition(" ")[0] for fact in facts])
        self.classes.update([fact[len(_TYPE) + 1 :] for fact in facts if fact.startswith(_TYPE)])

    def add_column(self, name: str, facts: list[str | None]) -> None:
        """One property of many subjects."""
        self.properties[term(name)] += len(facts) - facts.count(None)
        if name == "rdf:type":
            self.classes.update([fact[len(_TYPE) + 1 :] for fact in facts if fact])

    def copy(self) -> _Counts:
        same = _Counts()
        same.subjects, same.properties, same.classes = self.subjects, self.properties.copy(), self.classes.copy()
        return same


class _Graph:
    """Tables with their IRIs; each method is one kind of subject, sorted."""

    def __init__(self, tables: Tables, base: str) -> None:
        self.tables, self.base, self.counts = tables, base, _Counts()
        self.path = {p: path(p) for p in tables.papers["id"]}
        self.paper = {p: f"<{base}paper/{at}>" for p, at in self.path.items()}
        self.entity = {e: f"<{base}entity/{path(e.removeprefix('entity/'))}>" for e in tables.entities["id"]}
        for table, column in ((tables.papers, self.paper), (tables.entities, self.entity)):
            if len(set(column.values())) != len(table):
                raise KgError("two ids of the graph are the same; this is a bug in the build, please report it")

    def _one(self, subject: str, facts: Iterable[str]) -> str:
        """The lines of a subject with any number of facts."""
        each = sorted(set(facts))
        self.counts.add(each)
        return block(subject, each)

    def _many(self, subjects: list[str], *columns: Column) -> Lines:
        """The lines of many subjects, a row each, that have at most one fact of each property."""
        self.counts.subjects += len(subjects)
        for name, facts in columns:
            self.counts.add_column(name, facts)
        ordered = [facts for _, facts in sorted(columns, key=lambda column: term(column[0]))]
        for subject, *facts in zip(subjects, *ordered, strict=True):
            yield block(subject, filter(None, facts))

    def _community(self, value: Any) -> list[str]:
        if pd.isna(value) or int(value) < 0:
            return []
        return [f"{term('kgo:inCommunity')} <{self.base}community/{int(value)}>"]

    # core ..........................................................................................................

    def communities(self) -> Lines:
        rows = sorted(self.tables.communities.to_dict("records"), key=lambda row: f"{row['id']}>")
        for row in rows:
            yield self._one(
                f"<{self.base}community/{row['id']}>",
                [
                    f"{_TYPE} {term('kgo:Community')}",
                    f"{term('skos:prefLabel')} {label(row['name'])}",
                    f"{term('kgo:paperCount')} {integer(row['papers'])}",
                    f"{term('kgo:entityCount')} {integer(row['entities'])}",
                ],
            )

    def scheme(self) -> Lines:
        yield self._one(
            f"<{self.base}entities>",
            [
                f"{_TYPE} {term('skos:ConceptScheme')}",
                f"{term('skos:prefLabel')} {label('Entities that the papers name')}",
            ],
        )

    def years(self) -> Lines:
        """How many papers of a year name an entity, and how many use it: what trends are made of."""
        links, papers = self.tables.links, self.tables.papers
        of_papers = links["source_kind"].eq("paper") & links["target_kind"].eq("entity")
        named = links.loc[of_papers, ["source", "relation", "target"]]
        named["year"] = papers["year"].to_numpy()[pd.Index(papers["id"]).get_indexer(named["source"])]
        named = named[named["year"].notna()]
        named["uses"] = named["relation"].eq(Role.USES.value)
        each = named.groupby(["target", "year", "source"], sort=False)["uses"].any().reset_index()
        rows = each.groupby(["target", "year"], sort=False)["uses"].agg(["size", "sum"]).reset_index()
        rows["year"] = rows["year"].astype(int)
        keys = [f"{self.entity[e][:-1]}_{y}>" for e, y in _each(rows, "target", "year")]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        rows = rows.take(order)
        head = len(f"<{self.base}entity/")
        yield from self._many(
            [f"<{self.base}entity-year/{keys[i][head:]}" for i in order],
            _constant("rdf:type", term("kgo:EntityYear"), len(rows)),
            _column("kgo:ofEntity", rows["target"], self.entity.__getitem__),
            _column("kgo:year", rows["year"], integer),
            _column("kgo:paperCount", rows["size"], integer),
            _column("kgo:useCount", rows["sum"], integer),
        )

    def _outgoing(self, kind: str) -> Callable[[int], list[str]]:
        """The links of all sources of a kind as facts: a function from a source's row in its table to these.

        A symmetric property stands both ways, and what the ontology lets conclude is written out, so that a query
        needs no reasoner.
        """
        links = self.tables.links
        links = links[links["source_kind"] == kind]
        nodes = {"paper": self.paper, "entity": self.entity}
        rows = {name: pd.Index(list(ids)) for name, ids in nodes.items()}
        facts: list[str] = []
        sources: list[npt.NDArray[np.int64]] = []
        which: list[npt.NDArray[np.int64]] = []

        def add(source: npt.NDArray[Any], name: str, target: npt.NDArray[Any], target_kind: str) -> None:
            used, codes = np.unique(target, return_inverse=True)
            iris = list(nodes[target_kind].values())
            which.append(codes + len(facts))
            sources.append(source)
            facts.extend(f"{term(name)} {iris[i]}" for i in used)

        for (relation, target_kind), group in links.groupby(["relation", "target_kind"], sort=True):
            source = _found(rows[kind], group["source"])
            target = _found(rows[str(target_kind)], group["target"])
            name = link_property(kind, str(relation), str(target_kind))
            add(source, name, target, str(target_kind))
            if target_kind != kind:
                add(source, "schema:mentions", target, str(target_kind))
            if name == "kgo:buildsOn":
                add(source, "schema:isBasedOn", target, str(target_kind))
            if name in _SYMMETRIC:
                add(target, name, source, kind)
        if not facts:
            return lambda row: []
        pairs = pd.DataFrame({"source": np.concatenate(sources), "fact": np.concatenate(which)})
        pairs = pairs.sort_values("source", kind="stable")
        ends = np.searchsorted(pairs["source"], np.arange(len(rows[kind]) + 1)).tolist()
        every = pairs["fact"].to_numpy()
        return lambda row: [facts[i] for i in every[ends[row] : ends[row + 1]].tolist()]

    def _ancestors(self) -> dict[str, set[str]]:
        """The transitive closure of ``broader``."""
        links = self.tables.links
        rows = links[links["relation"] == "broader"]
        parents: dict[str, list[str]] = defaultdict(list)
        for narrow, broad in _each(rows, "source", "target"):
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
        for entity, name in _each(names, "entity", "name"):
            alternative[entity].append(name)
        subjects: list[tuple[str, int, dict[Hashable, Any] | None, str]] = [
            (self.entity[row["id"]], number, row, "") for number, row in enumerate(entities.to_dict("records"))
        ]
        for old, new in _each(aliases, "old", "entity"):
            if old not in self.entity and new in self.entity:
                retired = f"<{self.base}entity/{path(old.removeprefix('entity/'))}>"
                subjects.append((retired, -1, None, self.entity[new]))
        preferred, other = f"{term('skos:prefLabel')} ", f"{term('skos:altLabel')} "
        for iri, number, row, replacement in sorted(subjects, key=lambda s: s[0]):
            if row is None:
                deprecated = f"{term('owl:deprecated')} {typed('true', 'boolean')}"
                yield self._one(iri, [deprecated, f"{term('dcterms:isReplacedBy')} {replacement}"])
                continue
            key, name = str(row["id"]), label(str(row["name"]))
            facts = [
                f"{_TYPE} {term('skos:Concept')}",
                *(f"{_TYPE} {term(c)}" for c in entity_classes(str(row["type"]))),
                f"{term('skos:inScheme')} <{self.base}entities>",
                preferred + name,
                *(other + text for text in map(label, alternative.get(key, ())) if text != name),
                f"{term('kgo:paperCount')} {integer(row['papers'])}",
                *self._community(row["community"]),
                *outgoing(number),
                *(f"{term('skos:broaderTransitive')} {self.entity[e]}" for e in ancestors.get(key, ())),
            ]
            if not pd.isna(row["year"]):
                facts.append(f"{term('kgo:year')} {integer(row['year'])}")
            if row["introduced_by"] in self.paper:
                facts.append(f"{term('kgo:firstIntroducedBy')} {self.paper[str(row['introduced_by'])]}")
            yield self._one(iri, facts)

    def papers(self) -> Lines:
        papers, outgoing = self.tables.papers, self._outgoing("paper")
        columns = {name: papers[name].tolist() for name in papers.columns}
        iris = list(self.paper.values())
        types = [f"{_TYPE} {term('fabio:ResearchPaper')}", f"{_TYPE} {term('schema:ScholarlyArticle')}"]
        creator, category, source = (f"{term(name)} " for name in ("dc:creator", "dc:subject", "dc:source"))
        for i in sorted(range(len(papers)), key=iris.__getitem__):
            row = {name: values[i] for name, values in columns.items()}
            facts = [
                *types,
                f"{term('dcterms:identifier')} {string(row['id'])}",
                f"{term('dcterms:title')} {label(row['title'])}",
                f"{term('dcterms:abstract')} {label(row['abstract'])}",
                *(creator + string(a) for a in row["authors"]),
                *(category + string(c) for c in row["categories"]),
                *(source + string(s) for s in row["sources"]),
                *self._community(row["community"]),
                *outgoing(i),
            ]
            if len(row["authors"]):
                facts.append(f"{term('kgo:byline')} {string('; '.join(row['authors']))}")
            if _known(row["date"]) and (issued := day(row["date"])):
                facts.append(f"{term('dcterms:issued')} {issued}")
            if not pd.isna(row["year"]):
                facts.append(f"{term('kgo:year')} {integer(row['year'])}")
            if _known(row["arxiv_id"]) and not re.search(r"\s", row["arxiv_id"]):
                facts.append(f"{term('fabio:hasArXivId')} {string(row['arxiv_id'])}")
                facts.append(f"{term('rdfs:seeAlso')} <https://arxiv.org/abs/{link(row['arxiv_id'])}>")
            if _known(row["doi"]) and re.fullmatch(r"10\.\S+", row["doi"]):
                facts.append(f"{term('bibo:doi')} {string(row['doi'])}")
                facts.append(f"{term('rdfs:seeAlso')} <https://doi.org/{link(row['doi'])}>")
            if _known(row["url"]):
                facts.append(f"{term('fabio:hasURL')} {typed(row['url'], 'anyURI')}")
            yield self._one(iris[i], facts)

    # statements ....................................................................................................

    def _spans(self, table: pd.DataFrame, kind: str) -> Iterator[tuple[pd.DataFrame, list[str]]]:
        """Rows with ``paper``, ``start`` and ``end``, some at a time, in the order of their IRIs, and these IRIs."""
        spans = _each(table, "paper", "start", "end")
        keys = np.array([f"{self.path[paper]}_{start}-{end}>".encode() for paper, start, end in spans] or [b""])
        order = np.argsort(keys, kind="stable") if len(table) else np.array([], dtype=int)
        for some in _some(order):
            yield table.take(some), [f"<{self.base}{kind}/{key.decode()}" for key in keys[some].tolist()]

    def _place(self, rows: pd.DataFrame) -> list[Column]:
        """What sentences and mentions have in common: where they begin and end, and the text that they are in."""
        return [
            _column("nif:beginIndex", rows["start"], integer),
            _column("nif:endIndex", rows["end"], integer),
            _column("nif:referenceContext", rows["paper"], lambda paper: f"<{self.base}text/{self.path[paper]}>"),
        ]

    def sentences(self) -> Lines:
        links, papers = self.tables.links, self.tables.papers
        at = {paper: i for i, paper in enumerate(papers["id"])}
        titles, abstracts = papers["title"].tolist(), papers["abstract"].tolist()
        seen = links.loc[links["paper"].notna() & (links["start"] >= 0), ["paper", "start", "end"]].drop_duplicates()
        for rows, iris in self._spans(seen, "sentence"):
            anchors: list[str | None] = []
            last, text = None, ""
            for paper, start, end in _each(rows, "paper", "start", "end"):
                if paper != last:
                    last, text = paper, f"{titles[at[paper]]}\n{abstracts[at[paper]]}"
                anchors.append(f"{term('nif:anchorOf')} {string(text[start:end])}")
            yield from self._many(
                iris,
                _constant("rdf:type", term("nif:Sentence"), len(iris)),
                ("nif:anchorOf", anchors),
                _column("dcterms:isPartOf", rows["paper"], self.paper.__getitem__),
                *self._place(rows),
            )

    def statements(self) -> Lines:
        links = self.tables.links
        keys = _statement_keys(links)
        evidence = f"{term('kgo:evidence')} <{self.base}sentence/"
        for some in _some(np.argsort(keys, kind="stable")):
            rows = links.take(some)
            kinds = list(_each(rows, "source_kind", "relation", "target_kind"))
            predicates = {kind: f"{term('rdf:predicate')} {term(link_property(*kind))}" for kind in set(kinds)}
            yield from self._many(
                [f"<{self.base}statement/{key.decode()}>" for key in keys[some].tolist()],
                _constant("rdf:type", term("rdf:Statement"), len(rows)),
                self._node("rdf:subject", rows["source"], rows["source_kind"]),
                ("rdf:predicate", [predicates[kind] for kind in kinds]),
                self._node("rdf:object", rows["target"], rows["target_kind"]),
                _column("kgo:confidence", rows["confidence"], decimal),
                _column("kgo:extraction", rows["extraction"], _extraction),
                _constant("prov:wasGeneratedBy", f"<{self.base}void#build>", len(rows)),
                _column("kgo:weight", rows["weight"].where(rows["weight"] != 1.0), decimal),
                _column("kgo:via", rows["via"], self.entity.__getitem__),
                _column("prov:wasDerivedFrom", rows["paper"], self.paper.__getitem__),
                (
                    "kgo:evidence",
                    [
                        f"{evidence}{self.path[paper]}_{start}-{end}>" if start >= 0 and _known(paper) else None
                        for paper, start, end in _each(rows, "paper", "start", "end")
                    ],
                ),
            )

    def _node(self, name: str, ids: pd.Series[Any], kinds: pd.Series[Any]) -> Column:
        of_papers = kinds == "paper"
        _, papers = _column(name, ids.where(of_papers), self.paper.__getitem__)
        _, entities = _column(name, ids.where(~of_papers), self.entity.__getitem__)
        return name, [paper or entity for paper, entity in zip(papers, entities, strict=True)]

    # mentions ......................................................................................................

    def mentions(self) -> Lines:
        for rows, iris in self._spans(self.tables.mentions, "mention"):
            yield from self._many(
                iris,
                _constant("rdf:type", term("nif:Phrase"), len(iris)),
                _column("nif:anchorOf", rows["text"], string),
                _column("itsrdf:taIdentRef", rows["entity"], self.entity.__getitem__),
                _column("itsrdf:taConfidence", rows["confidence"], decimal),
                *self._place(rows),
            )

    def texts(self) -> Lines:
        texts = {
            paper: (title, abstract) for paper, title, abstract in _each(self.tables.papers, "id", "title", "abstract")
        }
        for iri, paper in sorted((f"<{self.base}text/{at}>", paper) for paper, at in self.path.items()):
            text = "\n".join(texts[paper])
            yield self._one(
                iri,
                [
                    f"{_TYPE} {term('nif:Context')}",
                    f"{term('nif:isString')} {string(text)}",
                    f"{term('nif:beginIndex')} {integer(0)}",
                    f"{term('nif:endIndex')} {integer(len(text))}",
                    f"{term('dcterms:isPartOf')} {self.paper[paper]}",
                ],
            )

    # the graph itself ..............................................................................................

    def description(self) -> Lines:
        """VoID and DCAT: what the graph holds, counted, itself included."""
        facts: dict[str, list[str]] = {}
        for _ in range(3):  # counting the description changes it; after the second round nothing moves any more
            counts = self.counts.copy()
            for each in facts.values():
                counts.add(each)
            facts = self._description(counts)
        for subject in sorted(facts):
            yield block(subject, sorted(facts[subject]))

    def _description(self, counts: _Counts) -> dict[str, list[str]]:
        info, void = self.tables.info, self.base + "void#"
        dataset, build, tool, turtle = (f"<{void}{name}>" for name in ("dataset", "build", "kg", "turtle"))
        facts: dict[str, list[str]] = defaultdict(list)

        def say(subject: str, name: str, value: str) -> None:
            facts[subject].append(f"{term(name)} {value}")

        say(dataset, "rdf:type", term("void:Dataset"))
        say(dataset, "dcterms:title", label(f"Knowledge graph of {len(self.paper)} research papers"))
        about = "What research papers introduce, use, compare with and evaluate on, read from titles and abstracts."
        say(dataset, "dcterms:description", label(about))
        rights = "Titles, abstracts and sentences quoted from them belong to their authors and publishers."
        say(dataset, "dcterms:rights", label(rights))
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


def _some(order: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """Numbers of rows, some at a time: what is made of them then takes little memory."""
    for start in range(0, len(order), _ROWS_AT_ONCE):
        yield order[start : start + _ROWS_AT_ONCE]


def _each(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The rows of some columns as Python's own values."""
    for start in range(0, len(table), _ROWS_AT_ONCE):
        some = table.iloc[start : start + _ROWS_AT_ONCE]
        yield from zip(*(some[name].to_numpy(dtype=object).tolist() for name in columns), strict=True)


def _column(name: str, values: pd.Series[Any], write: Callable[[Any], str]) -> Column:
    """A property's fact in each row; ``write`` is called once for equal values, and not for missing or empty ones."""
    codes, distinct = pd.factorize(values)
    predicate = term(name)
    facts: list[str | None] = [None if v == "" else f"{predicate} {write(v)}" for v in distinct.tolist()]
    facts.append(None)  # missing values have the code -1
    return name, [facts[code] for code in codes.tolist()]


def _constant(name: str, value: str, rows: int) -> Column:
    return name, [f"{term(name)} {value}"] * rows


def _found(index: pd.Index[Any], ids: pd.Series[Any]) -> npt.NDArray[Any]:
    """The rows of ids."""
    rows = index.get_indexer(pd.Index(ids))
    if (rows < 0).any():
        raise KeyError(ids[rows < 0].iloc[0])
    return rows


def _extraction(value: str) -> str:
    return term("kgo:stated" if value == STATED else "kgo:inferred")


def _statement_keys(links: pd.DataFrame) -> npt.NDArray[np.bytes_]:
    """What each statement's IRI ends in: a hash of what it says and where, the same in every build, under any base."""
    blake2b = hashlib.blake2b
    said = _each(links.fillna({"paper": ""}), "source", "relation", "target", "paper")
    return np.array(
        [
            blake2b("\t".join(words).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest().encode()
            for words in said
        ],
        dtype="S20",
    )


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
