"""The shapes both ways: a graph as it is written conforms, and every fault is reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyshacl
import pytest
import rdflib
from rdf_tables import small_tables
from rdflib import RDF, XSD, Graph, Literal, URIRef

from kg.export.rdf import PARTS, lines
from kg.vocabulary import BASE, expand, shapes


def node(name: str) -> URIRef:
    """``kgo:uses`` or, without a prefix, a thing of the graph."""
    return URIRef(BASE + name if "/" in name or "#" in name else expand(name))


PAPER, OTHER = node("paper/1810.04805"), node("paper/1706.03762")
BERT, GLUE = node("entity/bert"), node("entity/glue")


@pytest.fixture(scope="module")
def shape_graph() -> Graph:
    return Graph().parse(data=shapes(), format="turtle")


@pytest.fixture(scope="module")
def whole() -> Graph:
    text = "".join(lines(small_tables(), parts=PARTS))
    return Graph().parse(data=text, format="nt")


def copy(graph: Graph) -> Graph:
    twin = Graph()
    twin += graph
    return twin


def conforms(graph: Graph, shape_graph: Graph) -> tuple[bool, str]:
    ok, _, report = pyshacl.validate(graph, shacl_graph=shape_graph, inplace=True)
    return ok, report


@pytest.mark.parametrize("parts", [PARTS, ("core",), ("core", "statements"), ("core", "mentions")])
def test_what_is_written_conforms(parts, shape_graph):
    text = "".join(lines(small_tables(), parts=parts))
    ok, report = conforms(Graph().parse(data=text, format="nt"), shape_graph)
    assert ok, report


def test_mentions_conform_together_with_the_facts_of_another_file(shape_graph):
    facts, mentions = ("".join(lines(small_tables(), parts=parts)) for parts in (("core", "statements"), ("mentions",)))
    both = Graph().parse(data=facts + mentions, format="nt")
    ok, report = conforms(copy(both), shape_graph)
    assert ok, report
    triples = {str(s).partition("#")[2]: n.toPython() for s, n in both.subject_objects(node("void:triples"))}
    assert (triples["dataset"], triples["mentions"]) == (facts.count("\n"), mentions.count("\n"))


def test_the_shapes_are_shapes(shape_graph):
    ok, _, report = pyshacl.validate(Graph(), shacl_graph=shape_graph, meta_shacl=True)
    assert ok, report


@dataclass(frozen=True)
class Fault:
    """Something wrong with a graph, and a word of the report that shows that it was seen."""

    name: str
    make: Callable[[Graph], None]
    seen: str


def drop(subject: URIRef, predicate: str) -> Callable[[Graph], None]:
    return lambda g: g.remove((subject, node(predicate), None))


def add(subject: URIRef, predicate: str, value: rdflib.term.Node) -> Callable[[Graph], None]:
    return lambda g: g.add((subject, node(predicate), value))


def put(subject: URIRef, predicate: str, value: rdflib.term.Node) -> Callable[[Graph], None]:
    return lambda g: g.set((subject, node(predicate), value))


def first(kind: str) -> Callable[[Graph], URIRef]:
    return lambda g: min(g.subjects(RDF.type, node(kind)))


def of(kind: str, change: Callable[[URIRef], Callable[[Graph], None]]) -> Callable[[Graph], None]:
    """The change, made to the first thing of a class."""
    return lambda g: change(first(kind)(g))(g)


def some_statement(predicate: str, change: Callable[[URIRef], Callable[[Graph], None]]) -> Callable[[Graph], None]:
    return lambda g: change(min(g.subjects(RDF.predicate, node(predicate))))(g)


def en(text: str) -> Literal:
    return Literal(text, lang="en")


def dec(text: str) -> Literal:
    return Literal(text, datatype=XSD.decimal)


FAULTS = [
    Fault("paper without title", drop(PAPER, "dcterms:title"), "title"),
    Fault("paper with two titles", add(PAPER, "dcterms:title", en("Another")), "title"),
    Fault("title without language", put(PAPER, "dcterms:title", Literal("BERT")), "title"),
    Fault("title in German", put(PAPER, "dcterms:title", Literal("BERT", lang="de")), "title"),
    Fault("paper without abstract", drop(PAPER, "dcterms:abstract"), "abstract"),
    Fault("paper without identifier", drop(PAPER, "dcterms:identifier"), "identifier"),
    Fault("date as text", put(PAPER, "dcterms:issued", Literal("2018-10")), "issued"),
    Fault("year as gYear", put(PAPER, "kgo:year", Literal("2018", datatype=XSD.gYear)), "year"),
    Fault("year out of range", put(PAPER, "kgo:year", Literal(20188)), "year"),
    Fault("two years", add(PAPER, "kgo:year", Literal(2019)), "year"),
    Fault("DOI with resolver", put(PAPER, "bibo:doi", Literal("https://doi.org/10.1/x")), "doi"),
    Fault("arXiv id with blank", put(PAPER, "fabio:hasArXivId", Literal("1810 04805")), "hasArXivId"),
    Fault("paper uses a paper", add(PAPER, "kgo:uses", OTHER), "uses"),
    Fault("paper uses a literal", add(PAPER, "kgo:uses", en("BERT")), "uses"),
    Fault("role without schema:mentions", lambda g: g.remove((PAPER, node("schema:mentions"), BERT)), "mentions"),
    Fault("schema:mentions without role", add(PAPER, "schema:mentions", GLUE), "mentions"),
    Fault("paper builds on an entity", add(PAPER, "kgo:buildsOn", BERT), "buildsOn"),
    Fault("buildsOn without isBasedOn", drop(PAPER, "schema:isBasedOn"), "isBasedOn"),
    Fault("paper builds on itself", lambda g: [add(PAPER, p, PAPER)(g) for p in ("kgo:buildsOn", "schema:isBasedOn")],
          "linked with itself"),
    Fault("related one way only", lambda g: g.remove((node("paper/title:0f"), node("kgo:related"), None)), "symmetric"),
    Fault("unknown property of a paper", add(PAPER, "kgo:usess", BERT), "Closed"),
    Fault("citation that nobody saw", add(PAPER, "schema:citation", OTHER), "Closed"),
    Fault("link to a missing entity", add(PAPER, "kgo:mentions", node("entity/nowhere")), "nowhere"),
    Fault("paper in a missing community", put(PAPER, "kgo:inCommunity", node("community/99")), "99"),
    Fault("entity without label", drop(BERT, "skos:prefLabel"), "prefLabel"),
    Fault("entity with two labels", add(BERT, "skos:prefLabel", en("Bert")), "prefLabel"),
    Fault("other name same as the name", add(BERT, "skos:altLabel", en("BERT")), "altLabel"),
    Fault("empty other name", add(BERT, "skos:altLabel", en("")), "altLabel"),
    Fault("entity with two types", add(BERT, "rdf:type", node("kgo:Method")), "six types"),
    Fault("entity with no type", lambda g: g.remove((BERT, RDF.type, node("mls:Model"))), "six types"),
    Fault("entity of a foreign class", add(BERT, "rdf:type", node("mls:Algorithm")), "type"),
    Fault("entity outside the scheme", drop(BERT, "skos:inScheme"), "inScheme"),
    Fault("negative count", put(BERT, "kgo:paperCount", Literal(-1)), "paperCount"),
    Fault("count as decimal", put(BERT, "kgo:paperCount", dec("3")), "paperCount"),
    Fault("broader than itself", lambda g: [add(BERT, p, BERT)(g) for p in ("skos:broader", "skos:broaderTransitive")],
          "broader than itself"),
    Fault("closure left out", drop(node("entity/bert-large"), "skos:broaderTransitive"), "closure"),
    Fault("introduced by an entity", put(BERT, "kgo:firstIntroducedBy", GLUE), "firstIntroducedBy"),
    Fault("co-occurs one way only", lambda g: g.remove((GLUE, node("kgo:coOccursWith"), None)), "symmetric"),
    Fault("same as another graph's", add(BERT, "owl:sameAs", URIRef("https://x.example/bert")), "Closed"),
    Fault("retired id that leads nowhere", drop(node("entity/bert-base"), "dcterms:isReplacedBy"), "isReplacedBy"),
    Fault("community without name", of("kgo:Community", lambda s: drop(s, "skos:prefLabel")), "prefLabel"),
    Fault("year of no entity", of("kgo:EntityYear", lambda s: drop(s, "kgo:ofEntity")), "ofEntity"),
    Fault("entity in no year", of("kgo:EntityYear", lambda s: drop(s, "kgo:inYear")), "inYear"),
    Fault("used by more papers than name it", of("kgo:EntityYear", lambda s: put(s, "kgo:papersUsing", Literal(99))),
          "papersUsing"),
    Fault("uptake by all", put(BERT, "kgo:uptake", Literal(3)), "uptake"),
    Fault("rank from 0", put(BERT, "kgo:rank", Literal(0)), "rank"),
    Fault("statement without confidence", of("rdf:Statement", lambda s: drop(s, "kgo:confidence")), "confidence"),
    Fault("confidence above 1", of("rdf:Statement", lambda s: put(s, "kgo:confidence", dec("1.01"))), "confidence"),
    Fault("confidence as double",
          of("rdf:Statement", lambda s: put(s, "kgo:confidence", Literal("0.9", datatype=XSD.double))), "confidence"),
    Fault("statement without predicate", of("rdf:Statement", lambda s: drop(s, "rdf:predicate")), "predicate"),
    Fault("foreign predicate", of("rdf:Statement", lambda s: put(s, "rdf:predicate", node("schema:about"))), "Xone"),
    Fault("statement of nothing in the graph", some_statement("kgo:uses", lambda s: put(s, "rdf:object", GLUE)),
          "itself in the graph"),
    Fault("stated without evidence", some_statement("kgo:uses", lambda s: drop(s, "kgo:evidence")), "Or"),
    Fault("neither stated nor inferred", of("rdf:Statement", lambda s: drop(s, "kgo:extraction")), "extraction"),
    Fault("made by no build", of("rdf:Statement", lambda s: drop(s, "prov:wasGeneratedBy")), "wasGeneratedBy"),
    Fault("via a paper", some_statement("kgo:buildsOn", lambda s: put(s, "kgo:via", PAPER)), "via"),
    Fault("sentence without text", of("nif:Sentence", lambda s: drop(s, "nif:anchorOf")), "anchorOf"),
    Fault("sentence that ends before it begins", of("nif:Sentence", lambda s: put(s, "nif:endIndex", Literal(0))),
          "beginIndex"),
    Fault("sentence of no paper", of("nif:Sentence", lambda s: put(s, "dcterms:isPartOf", BERT)), "isPartOf"),
    Fault("mention of nothing", of("nif:Phrase", lambda s: drop(s, "itsrdf:taIdentRef")), "taIdentRef"),
    Fault("mention at the wrong place", of("nif:Phrase", lambda s: put(s, "nif:beginIndex", Literal(1))),
          "stands at its place"),
    Fault("mention without its text", of("nif:Context", lambda s: drop(s, "nif:isString")), "isString"),
    Fault("graph without count", put(node("void#dataset"), "void:triples", Literal("many")), "triples"),
    Fault("license as text", put(node("void#dataset"), "dcterms:license", Literal("CC BY")), "license"),
    Fault("graph of no build", drop(node("void#dataset"), "prov:wasGeneratedBy"), "wasGeneratedBy"),
    Fault("build by nobody", drop(node("void#build"), "prov:wasAssociatedWith"), "wasAssociatedWith"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_every_fault_is_reported(fault, whole, shape_graph):
    graph = copy(whole)
    fault.make(graph)
    assert set(graph) != set(whole), "the fault changes the graph"
    ok, report = conforms(graph, shape_graph)
    assert not ok
    assert fault.seen in report, report


def test_enough_faults():
    assert len({f.name for f in FAULTS}) == len(FAULTS) >= 30
