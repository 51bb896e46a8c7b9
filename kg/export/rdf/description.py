"""The graph about itself, in VoID and DCAT: what it holds, counted, and where it is from."""

from __future__ import annotations

from collections import Counter, defaultdict

import pyarrow.compute as pc

from kg.export.rdf import blocks
from kg.export.rdf.blocks import Block
from kg.export.rdf.ntriples import integer, label, string, term
from kg.export.rdf.numbered import Numbered
from kg.vocabulary import NAMESPACES

_TYPE = term("rdf:type")


class Counts:
    """What has been written so far."""

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
            if fact.predicate == _TYPE and isinstance(fact.objects.nt, str):
                self.classes[fact.objects.nt] += number
            elif fact.predicate == _TYPE:
                for count in pc.value_counts(fact.objects.nt).to_pylist():
                    self.classes[count["values"]] += count["counts"]

    def copy(self) -> Counts:
        """The same, to count on."""
        same = Counts()
        same.subjects, same.properties, same.classes = self.subjects, self.properties.copy(), self.classes.copy()
        return same


def description(graph: Numbered, written: Counts, *, beside: bool = False) -> Block:
    """What the graph holds, itself included; ``beside``: it holds mentions alone, and the facts are another's."""
    block = blocks.some({}, graph.short)
    for _ in range(3):  # counting the description changes it; after the second round nothing moves any more
        counts = written.copy()
        counts.add(block)
        block = blocks.some(_facts(graph, counts, beside), graph.short)
    return block


def _facts(graph: Numbered, counts: Counts, beside: bool) -> dict[str, list[tuple[str, str]]]:
    info, void = graph.tables.info, graph.base + "void#"
    # what counts mentions has names of its own: so that both descriptions are true in one graph, too
    own = "mentions-" if beside else ""
    whole, build, tool, turtle = (f"<{void}{name}>" for name in ("dataset", "build", "kg", f"{own}turtle"))
    dataset = f"<{void}mentions>" if beside else whole
    facts: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def say(subject: str, name: str, value: str) -> None:
        facts[subject].append((term(name), value))

    say(dataset, "rdf:type", term("void:Dataset"))
    say(dataset, "rdf:type", term("dcat:Dataset"))
    papers = f"{len(graph.papers)} research papers"
    say(dataset, "dcterms:title", label(f"Mentions in {papers}" if beside else f"Knowledge graph of {papers}"))
    about = "What research papers introduce, use, compare with and evaluate on, read from titles and abstracts."
    if beside:
        about = "Where titles and abstracts name what research papers introduce, use, compare with and evaluate on."
        say(dataset, "dcterms:isPartOf", whole)
    say(dataset, "dcterms:description", label(about))
    rights = "Titles, abstracts and sentences quoted from them belong to their authors and publishers."
    say(dataset, "dcterms:rights", label(rights))
    if info.get("license"):
        say(dataset, "dcterms:license", f"<{info['license']}>")
        say(turtle, "dcterms:license", f"<{info['license']}>")
    for nodes in (graph.papers, graph.entities):
        for example in nodes.terms(nodes.order[:1]).nt.to_pylist():
            say(dataset, "void:exampleResource", example)
    say(dataset, "void:feature", "<http://www.w3.org/ns/formats/Turtle>")
    say(dataset, "void:triples", integer(counts.properties.total()))
    say(dataset, "void:distinctSubjects", integer(counts.subjects))
    say(dataset, "void:properties", integer(len(counts.properties)))
    say(dataset, "void:classes", integer(len(counts.classes)))
    say(dataset, "void:uriSpace", string(graph.base))
    for prefix in _used_vocabularies(counts):
        say(dataset, "void:vocabulary", f"<{NAMESPACES[prefix]}>")
    say(dataset, "prov:wasGeneratedBy", build)
    say(dataset, "dcat:distribution", turtle)
    say(turtle, "rdf:type", term("dcat:Distribution"))
    say(turtle, "dcterms:title", label("The mentions in Turtle" if beside else "The graph in Turtle"))
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
        node = f"<{void}{own}class-{_short(cls)}>"
        say(dataset, "void:classPartition", node)
        say(node, "void:class", cls)
        say(node, "void:entities", integer(number))
    for predicate, number in counts.properties.items():
        node = f"<{void}{own}property-{_short(predicate)}>"
        say(dataset, "void:propertyPartition", node)
        say(node, "void:property", predicate)
        say(node, "void:triples", integer(number))
    return facts


def _used_vocabularies(counts: Counts) -> list[str]:
    """Prefixes of the namespaces that the graph's properties and classes come from."""
    used = [*counts.properties, *counts.classes]
    return sorted(p for p, space in NAMESPACES.items() if any(term.startswith(f"<{space}") for term in used))


def _short(term: str) -> str:
    """``<…/ontology#uses>`` as ``kgo-uses``, for the names of partitions."""
    for prefix, space in NAMESPACES.items():
        if term.startswith(f"<{space}"):
            return f"{prefix}-{term[len(space) + 1 : -1]}"
    raise AssertionError(f"{term} is of no known vocabulary")
