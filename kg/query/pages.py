"""What the endpoint shows to people: the page of a thing, and what the query page needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pyoxigraph as ox

from kg.query.cookbook import recipes
from kg.query.engine import node_id
from kg.vocabulary import BORROWED, CLASSES, INDIVIDUALS, KGO, PROPERTIES, curie, expand, prefixes

_MOST = 50
"""What points to a thing, shown for each property."""
_MANY = 8
"""Values from which a list stands in columns."""
_FIRST = ("rdf:type", "skos:prefLabel", "dcterms:title", "skos:altLabel", "dcterms:identifier", "dcterms:issued")
"""Properties that say what a thing is: they come first, then those with texts and numbers, then links."""
_LAST = ("rdf:subject", "rdf:object")
"""Statements have no names: they come last."""
_PROPERTY = ox.NamedNode(expand("void:property"))
_NAMES = tuple(ox.NamedNode(expand(n)) for n in ("skos:prefLabel", "dcterms:title", "void:property", "void:class"))
NAVIGATION = '<p><a href="/">Graph</a> · <a href="/query">Query</a> · <a href="/ontology">Terms</a></p>\n'
_STYLE = """body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem;
color: #222 }
table { border-collapse: collapse; width: 100% } td { border-top: 1px solid #ddd; padding: .2rem .5rem;
vertical-align: top; overflow-wrap: anywhere } td:first-child { width: 15rem; color: #555 } a { color: #0b57d0 }
h1 { overflow-wrap: anywhere; line-height: 1.25 } small { color: #666 } ul { list-style: none; margin: 0; padding: 0 }
ul.many { columns: 16rem; column-gap: 1.5rem } li { break-inside: avoid }
@media (max-width: 40rem) { td { display: block } td:first-child { width: auto } td + td { border: 0 } }
@media (prefers-color-scheme: dark) { body { background: #16181c; color: #ddd }
a { color: #8ab4f8 } td { border-color: #444 } td:first-child, small { color: #aaa } }"""


def knowledge(base: str) -> dict[str, Any]:
    """What the query page completes with: prefixes, terms and the cookbook."""
    terms = [(t.name, t.comment) for t in (*CLASSES, *INDIVIDUALS, *PROPERTIES)] + [(b.name, b.use) for b in BORROWED]
    return {
        "base": base,
        "prefixes": prefixes(base),
        "terms": sorted(terms),
        "cookbook": [
            {
                "name": r.name,
                "question": r.question,
                "parameters": [{"name": p.name, "kind": p.kind, "example": p.example} for p in r.parameters],
            }
            for r in recipes().values()
        ],
    }


def written(path: str) -> str:
    """What stands behind the base in the IRI of a thing, however its address is written.

    >>> written("paper/title%3A0f"), written("paper/10.1000/b"), written("void")
    ('paper/title:0f', 'paper/10.1000%2Fb', 'void#dataset')
    """
    kind, slash, key = path.partition("/")
    if path == "void":
        return "void#dataset"
    return f"{kind}/{quote(unquote_to_bytes(key), safe=':')}" if slash else path


def about(store: ox.Store, iri: str) -> list[ox.Triple]:
    """What the graph says of a thing: all that it is the subject of, and some of what points to it."""
    own, pointing = _about(store, ox.NamedNode(iri))
    return own + [fact for facts in pointing for fact in facts]


def _about(store: ox.Store, node: ox.NamedNode) -> tuple[list[ox.Triple], list[list[ox.Triple]]]:
    """What a thing is the subject of; and, a list for each property, what points to it: one more than is shown."""
    own = [q.triple for q in store.quads_for_pattern(node, None, None, ox.DefaultGraph())]
    pointing = []
    for used in store.quads_for_pattern(None, _PROPERTY, None, ox.DefaultGraph()):
        if isinstance(used.object, ox.NamedNode):
            found = store.quads_for_pattern(None, used.object, node, ox.DefaultGraph())
            pointing.append([quad.triple for quad in islice(found, _MOST + 1)])
    return own, [facts for facts in pointing if facts]


def thing(store: ox.Store, iri: str, base: str) -> bytes:
    """The page of a thing; empty where the graph has no such thing."""
    facts, pointing = _about(store, ox.NamedNode(iri))
    if not facts and not pointing:
        return b""
    own: dict[str, list[Any]] = {}
    for fact in facts:
        own.setdefault(fact.predicate.value, []).append(fact.object)
    name = _name(store, ox.NamedNode(iri)) or node_id(iri, base)
    rows = [
        _row(_link(predicate, curie(predicate)), [_show(store, value, base) for value in own[predicate]])
        for predicate in sorted(own, key=lambda predicate: _rank(predicate, own[predicate]))
    ]
    others = []
    by_name = {curie(points[0].predicate.value): points for points in pointing}
    for property_name, points in sorted(by_name.items(), key=lambda item: (item[0] in _LAST, item[0])):
        predicate = points[0].predicate.value
        values = [_show(store, fact.subject, base) for fact in points[:_MOST]]
        more = _more(predicate, iri) if len(points) > _MOST else ""
        others.append(_row(f"is {_link(predicate, property_name)} of", values, more))
    address = escape(local(iri, base))
    return _page(
        name,
        f"<h1>{escape(name)}</h1><p><small>{escape(iri)}</small></p><table>{''.join(rows)}</table>"
        + (f"<h2>What points here</h2><table>{''.join(others)}</table>" if others else "")
        + f'<p><a href="{address}?format=turtle">Turtle</a> · <a href="{address}?format=jsonld">JSON-LD</a></p>',
    )


def refusal(message: str) -> bytes:
    """The page of a request that gets no answer."""
    title = message.partition("\n")[0]
    rest = f"<pre>{escape(message)}</pre>" if "\n" in message else ""
    return _page(title, f"<h1>{escape(title[:1].upper() + title[1:])}</h1>{rest}")


def _page(title: str, body: str) -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body>"
        f"{NAVIGATION}{body}</body></html>"
    ).encode("utf-8", "replace")


def local(iri: str, base: str) -> str:
    """Where the endpoint serves a thing of the graph or a term; other IRIs as they are."""
    if iri.startswith(KGO):
        return f"/ontology#{iri[len(KGO) :]}"
    if iri.startswith(base + "void#"):
        return "/void"
    return "/" + iri[len(base) :] if iri.startswith(base) else iri


def _rank(predicate: str, values: Sequence[Any]) -> tuple[int, bool, str]:
    name = curie(predicate)
    first = _FIRST.index(name) if name in _FIRST else len(_FIRST)
    return first, any(isinstance(value, ox.NamedNode) for value in values), name


def _row(head: str, values: list[tuple[str, str]], more: str = "") -> str:
    """A row of a table: ``values`` as text to sort by and as HTML."""
    items = "".join(f"<li>{shown}</li>" for _, shown in sorted(values, key=lambda value: value[0].casefold()))
    return f"<tr><td>{head}</td><td><ul{' class=many' if len(values) >= _MANY else ''}>{items}</ul>{more}</td></tr>"


def _more(predicate: str, iri: str) -> str:
    """The way to all of what points to a thing."""
    sparql = f"SELECT ?x WHERE {{ ?x <{predicate}> <{iri}> }}"
    return f'<a href="/query#query={escape(quote(sparql, safe=""))}">… and more</a>'


def _show(store: ox.Store, term: Any, base: str) -> tuple[str, str]:
    """A term as text and as HTML."""
    if isinstance(term, ox.NamedNode):
        name = _name(store, term) or node_id(term.value, base)
        return name, _link(local(term.value, base), name)
    text = term.value if isinstance(term, ox.Literal) else str(term)
    return text, escape(text)


def _link(target: str, text: str) -> str:
    if target.startswith(KGO):
        target = f"/ontology#{target[len(KGO) :]}"
    safe = target if target.startswith(("/", "http://", "https://")) else "#"
    return f'<a href="{escape(quote(safe, safe="/:?#[]@!$&()*+,;=%-._~"))}">{escape(text)}</a>'


def _name(store: ox.Store, node: ox.NamedNode) -> str | None:
    for label in _NAMES:
        for quad in store.quads_for_pattern(node, label, None, ox.DefaultGraph()):
            value = quad.object.value  # type: ignore[union-attr]
            return curie(value) if isinstance(quad.object, ox.NamedNode) else value
    return None
