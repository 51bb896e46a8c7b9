"""Namespaces and prefixes, and the way from ``kgo:uses`` to its IRI and back."""

from __future__ import annotations

import pyoxigraph

from kg.model import KgError

KGO = "https://kg.example/ontology#"
"""The namespace of the project's own terms. The domain is reserved (RFC 2606): nobody else can ever mean these IRIs.
It stays the same whatever the base of a graph is."""

BASE = "https://kg.example/"
"""The default base of a graph's own IRIs. Give one of a domain that you own before you publish a graph."""

NAMESPACES: dict[str, str] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "itsrdf": "http://www.w3.org/2005/11/its/rdf#",
    "kgo": KGO,
    "mls": "http://www.w3.org/ns/mls#",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes of the vocabularies, by name."""

DATA_PREFIXES: dict[str, str] = {
    "community": "community/",
    "entity": "entity/",
    "entity-year": "entity-year/",
    "mention": "mention/",
    "paper": "paper/",
    "sentence": "sentence/",
    "statement": "statement/",
    "text": "text/",
}
"""Prefixes of a graph's own IRIs, as paths under its base."""


def prefixes(base: str = BASE) -> dict[str, str]:
    """All prefixes of a graph with this base: what is declared in its files and predeclared in its queries.

    >>> prefixes("https://me.example/")["entity"]
    'https://me.example/entity/'
    """
    return NAMESPACES | {prefix: base + path for prefix, path in DATA_PREFIXES.items()}


def is_iri(text: str) -> bool:
    """Whether this is an absolute IRI, as RDF software takes it.

    >>> is_iri("https://me.example/kg/"), is_iri("me.example"), is_iri("https://me.example:port/")
    (True, False, False)
    """
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        return False
    return True


def check_base(base: str) -> None:
    """Raise :class:`KgError` where this cannot be the base of a graph's IRIs.

    >>> check_base("https://me.example/kg/")
    """
    if not (base.endswith(("/", "#")) and is_iri(base + "entity/x")):
        raise KgError(f"{base!r} is no base for IRIs; give one that ends in / or #, such as https://me.example/kg/")


def expand(name: str) -> str:
    """The IRI of a prefixed name of a vocabulary.

    >>> expand("kgo:uses")
    'https://kg.example/ontology#uses'
    """
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix] + local


def curie(iri: str, known: dict[str, str] = NAMESPACES) -> str:
    """The prefixed name of an IRI, or the IRI where no prefix fits.

    >>> curie("https://kg.example/ontology#uses"), curie("https://elsewhere.example/x")
    ('kgo:uses', 'https://elsewhere.example/x')
    """
    best = max((p for p, space in known.items() if iri.startswith(space)), key=lambda p: len(known[p]), default=None)
    return iri if best is None else f"{best}:{iri[len(known[best]) :]}"
