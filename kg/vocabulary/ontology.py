"""The files made of the table of terms: the OWL ontology, the JSON-LD context and the page; and the SHACL shapes."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files

from kg.vocabulary.borrowed import BORROWED
from kg.vocabulary.namespaces import KGO, NAMESPACES, expand
from kg.vocabulary.terms import CLASSES, INDIVIDUALS, PROPERTIES, Term

TITLE = "Terms for what research papers introduce, use, compare with and evaluate on"

DESCRIPTION = (
    "What no other vocabulary says of papers and the methods, models, data sets, benchmarks, tasks and metrics that "
    "they name. Beside it, graphs use FaBiO, SKOS, ML-Schema, DCAT, PROV-O, NIF and VoID."
)


VERSION = "2"
"""Raise it where a term changes its meaning or goes."""
LICENSE = "https://www.apache.org/licenses/LICENSE-2.0"


def ontology() -> str:
    """The OWL ontology of the project's own terms, in Turtle."""
    used = {name.partition(":")[0] for term in (*CLASSES, *INDIVIDUALS, *PROPERTIES) for name in _names(term)}
    used |= {"dcterms", "owl", "rdf", "rdfs", "skos", "kgo"}
    out = [f"@prefix {prefix}: <{NAMESPACES[prefix]}> .\n" for prefix in sorted(used)]
    out.append("@prefix vann: <http://purl.org/vocab/vann/> .\n")
    out.append(
        f"\n<{KGO.rstrip('#')}> a owl:Ontology ;\n"
        f"    dcterms:title {_text(TITLE)} ;\n"
        f"    dcterms:description {_text(DESCRIPTION)} ;\n"
        f'    vann:preferredNamespacePrefix "kgo" ;\n    vann:preferredNamespaceUri "{KGO}" ;\n'
        f'    dcterms:license <{LICENSE}> ;\n    owl:versionInfo "{VERSION}" .\n'
    )
    for term in CLASSES:
        out.append(_turtle(term, ["owl:Class"], "rdfs:subClassOf"))
    for term in INDIVIDUALS:
        out.append(_turtle(term, ["owl:NamedIndividual", *term.parents], None))
    for term in PROPERTIES:
        kind = "owl:DatatypeProperty" if term.is_datatype_property else "owl:ObjectProperty"
        out.append(_turtle(term, [kind, *term.traits], "rdfs:subPropertyOf"))
    return "".join(out)


def _names(term: Term) -> list[str]:
    return [term.name, *term.parents, *term.domain, *term.range, *term.traits]


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) + "@en"


def _any_of(classes: tuple[str, ...]) -> str:
    if len(classes) == 1:
        return classes[0]
    return f"[ a owl:Class ; owl:unionOf ( {' '.join(classes)} ) ]"


def _turtle(term: Term, types: list[str], parent: str | None) -> str:
    facts = [
        f"a {' , '.join(types)}",
        f"rdfs:label {_text(term.label)}",
        f"rdfs:comment {_text(term.comment)}",
        f"rdfs:isDefinedBy <{KGO.rstrip('#')}>",
    ]
    if parent and term.parents:
        facts.append(f"{parent} {' , '.join(term.parents)}")
    if term.domain:
        facts.append(f"rdfs:domain {_any_of(term.domain)}")
    if term.range:
        facts.append(f"rdfs:range {_any_of(term.range)}")
    if term.inverse:
        facts.append(f"owl:inverseOf {term.inverse}")
    if term.close:
        facts.append(f"skos:closeMatch {' , '.join(f'<{iri}>' for iri in term.close)}")
    return f"\n{term.name} " + " ;\n    ".join(facts) + " .\n"


def shapes() -> str:
    """The SHACL shapes of a graph, in Turtle."""
    return files("kg.vocabulary").joinpath("shapes.ttl").read_text(encoding="utf-8")


def context() -> dict[str, object]:
    """The JSON-LD context: under it a plain JSON object with ``title``, ``uses`` and so on is RDF.

    Where two vocabularies have a property of one name (``mentions``), the project's own has the plain name and the
    other keeps its prefix.
    """
    values = {term.name: term.range[0] if term.is_datatype_property else "@id" for term in PROPERTIES}
    values |= {term.name: term.value for term in BORROWED if term.name not in values}
    words: dict[str, object] = {"id": "@id", "type": "@type"}
    classes = [term.name for term in (*CLASSES, *INDIVIDUALS)] + [b.name for b in BORROWED if _is_class(b.name)]
    for name in classes:
        words.setdefault(name.partition(":")[2], name)
    for name, value in values.items():
        if name == "rdf:type" or _is_class(name):
            continue
        word = name.partition(":")[2]
        definition = {"@id": name}
        if value == "@en":
            definition["@language"] = "en"
        elif value and value != "xsd:string":
            definition["@type"] = value
        words[name if word in words else word] = definition
    return {"@context": dict(NAMESPACES) | words}


def _is_class(name: str) -> bool:
    return name.partition(":")[2][0].isupper()


def page(navigation: str = "") -> str:
    """The ontology for people: one HTML page that needs nothing else; ``navigation`` is HTML to begin with."""
    own = "".join(_section(title, terms) for title, terms in _SECTIONS)
    borrowed = "".join(
        f'<tr><td><a href="{escape(expand(b.name))}"><code>{escape(b.name)}</code></a></td><td>{escape(b.use)}</td>'
        f"<td>{escape(_VALUES.get(b.value, b.value))}</td></tr>\n"
        for b in BORROWED
    )
    spaces = "".join(
        f"<tr><td><code>{p}:</code></td><td><code>{escape(iri)}</code></td></tr>\n" for p, iri in NAMESPACES.items()
    )
    return _PAGE.format(
        title=escape(TITLE),
        navigation=navigation,
        description=escape(DESCRIPTION),
        version=VERSION,
        license=LICENSE,
        own=own,
        borrowed=borrowed,
        spaces=spaces,
        namespace=escape(KGO),
    )


_SECTIONS: tuple[tuple[str, tuple[Term, ...]], ...] = (
    ("Classes", CLASSES),
    ("Individuals", INDIVIDUALS),
    ("Properties", PROPERTIES),
)
_VALUES = {"@id": "IRI", "@en": "text in English"}
_OWN = {term.name for term in (*CLASSES, *INDIVIDUALS, *PROPERTIES)}


def _section(title: str, terms: tuple[Term, ...]) -> str:
    return f'<h2 id="{title}">{title}</h2>\n' + "".join(_entry(term) for term in terms)


def _entry(term: Term) -> str:
    rows = [
        ("Kind of", term.parents),
        ("From", term.domain),
        ("To", term.range),
        ("Inverse", (term.inverse,) if term.inverse else ()),
        ("Traits", term.traits),
        ("Close to", term.close),
    ]
    listed = "".join(
        f"<dt>{title}</dt><dd>{', '.join(_reference(n) for n in names)}</dd>" for title, names in rows if names
    )
    local = escape(term.name.partition(":")[2])
    return (
        f'<section id="{local}"><h3><code>{escape(term.name)}</code> <small>{escape(term.label)}</small></h3>'
        f"<p>{escape(term.comment)}</p><dl>{listed}</dl></section>\n"
    )


def _reference(name: str) -> str:
    if name in _OWN:
        return f'<a href="#{escape(name.partition(":")[2])}"><code>{escape(name)}</code></a>'
    iri = name if name.startswith("http") else expand(name)
    return f'<a href="{escape(iri)}"><code>{escape(name)}</code></a>'


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; color: #222; }}
section {{ border-top: 1px solid #ddd; padding-top: .5rem; }}
section:target {{ background: #fff8dc; }}
h3 small {{ font-weight: normal; color: #666; }}
dl {{ display: grid; grid-template-columns: 6rem 1fr; gap: .1rem 1rem; }}
dd {{ margin: 0; }}
table {{ border-collapse: collapse; width: 100%; }}
td {{ border-top: 1px solid #ddd; padding: .2rem .5rem; vertical-align: top; }}
a {{ color: #0b57d0; }}
@media (prefers-color-scheme: dark) {{
  body {{ background: #16181c; color: #ddd; }} a {{ color: #8ab4f8; }} section:target {{ background: #333; }}
  section, td {{ border-color: #444; }} h3 small {{ color: #aaa; }}
}}
</style></head><body>
{navigation}<h1>{title}</h1>
<p>{description}</p>
<p>Namespace <code>{namespace}</code>, prefix <code>kgo:</code>, version {version}, under
<a href="{license}">Apache-2.0</a>. Generated from the table of terms that the graph is written with.</p>
<p><a href="#Classes">Classes</a> · <a href="#Individuals">Individuals</a> · <a href="#Properties">Properties</a> ·
<a href="#Others">Terms of other vocabularies</a> · <a href="#Prefixes">Prefixes</a></p>
{own}
<h2 id="Others">Terms of other vocabularies that graphs use</h2>
<table>{borrowed}</table>
<h2 id="Prefixes">Prefixes</h2>
<table>{spaces}</table>
</body></html>
"""
