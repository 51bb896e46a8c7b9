"""The table of what graphs use from other vocabularies. A further class or property is one line here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A class or property of another vocabulary that graphs use, and what for."""

    name: str
    use: str
    value: str = ""
    """Of a property: ``@id`` for IRIs, ``@en`` for English text, or the datatype; empty for classes."""


BORROWED: tuple[Borrowed, ...] = (
    Borrowed("fabio:ResearchPaper", "A paper."),
    Borrowed("schema:ScholarlyArticle", "A paper, for search engines."),
    Borrowed("skos:Concept", "An entity: whatever papers name."),
    Borrowed("skos:ConceptScheme", "All entities of the graph."),
    Borrowed("mls:Model", "An entity that is a model."),
    Borrowed("mls:Task", "An entity that is a task."),
    Borrowed("mls:EvaluationMeasure", "An entity that is a metric."),
    Borrowed("mls:EvaluationSpecification", "An entity that is a benchmark; see kgo:Benchmark."),
    Borrowed("dcat:Dataset", "An entity that is a data set; and the graph itself."),
    Borrowed("schema:Dataset", "An entity that is a data set, for search engines."),
    Borrowed("rdf:Statement", "A statement: one link of the graph as one paper makes it, with its metadata."),
    Borrowed("nif:Sentence", "A sentence that is evidence."),
    Borrowed("nif:Phrase", "A mention of an entity."),
    Borrowed("nif:Context", "A paper's text: title, line break, abstract. Offsets count its characters from 0."),
    Borrowed("prov:Activity", "The build that made the graph."),
    Borrowed("prov:SoftwareAgent", "The software that made the graph."),
    Borrowed("void:Dataset", "The graph itself."),
    Borrowed("dcat:Distribution", "A file of the graph."),
    Borrowed("rdf:type", "The class of a thing.", "@id"),
    Borrowed("rdf:subject", "The subject of a statement.", "@id"),
    Borrowed("rdf:predicate", "The property of a statement.", "@id"),
    Borrowed("rdf:object", "The object of a statement.", "@id"),
    Borrowed("rdfs:seeAlso", "The paper's page at arXiv, or its DOI.", "@id"),
    Borrowed("dcterms:identifier", "The id of a paper, as its source has it.", "xsd:string"),
    Borrowed("dcterms:title", "The title of a paper.", "@en"),
    Borrowed("dcterms:abstract", "The abstract of a paper.", "@en"),
    Borrowed("dcterms:issued", "The date of a paper, as precise as it is known.", ""),
    Borrowed("dcterms:description", "What the graph is.", "@en"),
    Borrowed("dcterms:rights", "Whose the texts are.", "@en"),
    Borrowed(
        "dcterms:license", "The license under which the graph is published, where its publisher gives one.", "@id"
    ),
    Borrowed("dcterms:isPartOf", "The paper that a sentence or text is of.", "@id"),
    Borrowed("dcterms:isReplacedBy", "The entity that a retired id means now.", "@id"),
    Borrowed("dc:creator", "The name of an author.", "xsd:string"),
    Borrowed("dc:subject", "A category of a paper.", "xsd:string"),
    Borrowed("dc:source", "The file that a paper was read from.", "xsd:string"),
    Borrowed("fabio:hasArXivId", "The arXiv id of a paper.", "xsd:string"),
    Borrowed("fabio:hasURL", "The address of a paper.", "xsd:anyURI"),
    Borrowed("bibo:doi", "The DOI of a paper.", "xsd:string"),
    Borrowed("schema:mentions", "Any of the seven roles: the paper names the entity.", "@id"),
    Borrowed("schema:isBasedOn", "The same as kgo:buildsOn, in the words of schema.org.", "@id"),
    Borrowed("schema:name", "The name of the software.", "xsd:string"),
    Borrowed("schema:softwareVersion", "The version of the software.", "xsd:string"),
    Borrowed("skos:prefLabel", "The name of an entity.", "@en"),
    Borrowed("skos:altLabel", "Another name of an entity.", "@en"),
    Borrowed("skos:inScheme", "That an entity is of this graph.", "@id"),
    Borrowed("skos:broader", "From a version or kind to what it is a version or kind of.", "@id"),
    Borrowed("skos:broaderTransitive", "The same at any depth.", "@id"),
    Borrowed("owl:deprecated", "True of an entity's id that is in use no more.", "xsd:boolean"),
    Borrowed("nif:anchorOf", "The text of a sentence or mention.", "xsd:string"),
    Borrowed("nif:isString", "The text that offsets count.", "xsd:string"),
    Borrowed("nif:beginIndex", "Where a sentence or mention begins.", "xsd:integer"),
    Borrowed("nif:endIndex", "Where it ends: the offset of the first character after it.", "xsd:integer"),
    Borrowed("nif:referenceContext", "The text that it is in.", "@id"),
    Borrowed("itsrdf:taIdentRef", "The entity that is mentioned.", "@id"),
    Borrowed("itsrdf:taConfidence", "Calibrated probability, 0 to 1, that a mention is one.", "xsd:decimal"),
    Borrowed("prov:wasDerivedFrom", "The paper that a statement was found in.", "@id"),
    Borrowed("prov:wasGeneratedBy", "The build that made it.", "@id"),
    Borrowed("prov:wasAssociatedWith", "The software of a build.", "@id"),
    Borrowed("void:triples", "How many triples the graph, or a property in it, has.", "xsd:integer"),
    Borrowed("void:distinctSubjects", "How many subjects the graph has.", "xsd:integer"),
    Borrowed("void:properties", "How many properties the graph has.", "xsd:integer"),
    Borrowed("void:classes", "How many classes the graph has.", "xsd:integer"),
    Borrowed("void:uriSpace", "The base of the graph's IRIs.", "xsd:string"),
    Borrowed("void:exampleResource", "A paper or entity to begin with.", "@id"),
    Borrowed("void:feature", "A format that the graph can be had in.", "@id"),
    Borrowed("void:vocabulary", "A vocabulary that the graph uses.", "@id"),
    Borrowed("void:classPartition", "The graph's things of one class.", "@id"),
    Borrowed("void:class", "Which class.", "@id"),
    Borrowed("void:entities", "How many things of the class.", "xsd:integer"),
    Borrowed("void:propertyPartition", "The graph's triples of one property.", "@id"),
    Borrowed("void:property", "Which property.", "@id"),
    Borrowed("dcat:distribution", "A file of the graph.", "@id"),
    Borrowed("dcat:mediaType", "The format of a file.", "@id"),
)
