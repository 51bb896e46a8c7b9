"""The words of the RDF graph: namespaces, the project's own terms, and the files made of them.

:mod:`kg.vocabulary.terms` is the one table of the project's own classes and properties. The OWL ontology, the JSON-LD
context and the page that explains them (:mod:`kg.vocabulary.ontology`) are made from it; ``shapes.ttl`` beside it says
in SHACL what a graph must look like. Imports nothing of ours but :mod:`kg.model`.
"""

from kg.vocabulary.borrowed import BORROWED
from kg.vocabulary.namespaces import BASE, DATA_PREFIXES, KGO, NAMESPACES, check_base, curie, expand, is_iri, prefixes
from kg.vocabulary.ontology import context, ontology, page, shapes
from kg.vocabulary.terms import CLASSES, INDIVIDUALS, PROPERTIES, Term, entity_classes, link_property

__all__ = [
    "BASE",
    "BORROWED",
    "CLASSES",
    "DATA_PREFIXES",
    "INDIVIDUALS",
    "KGO",
    "NAMESPACES",
    "PROPERTIES",
    "Term",
    "check_base",
    "context",
    "curie",
    "entity_classes",
    "expand",
    "is_iri",
    "link_property",
    "ontology",
    "page",
    "prefixes",
    "shapes",
]
