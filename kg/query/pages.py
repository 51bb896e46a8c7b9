"""What the endpoint shows to people: the page of a thing, and what the query page needs to know."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg.query.cookbook import recipes
from kg.query.engine import node_id
from kg.vocabulary import BORROWED, CLASSES, INDIVIDUALS, KGO, PROPERTIES, curie, expand, prefixes

_MOST = 200
_NAMES = tuple(ox.NamedNode(expand(n)) for n in ("skos:prefLabel", "dcterms:title", "void:property", "void:class"))
_STYLE = """body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem;
color: #222 }
table { border-collapse: collapse; width: 100% } td { border-top: 1px solid #ddd; padding: .2rem .5rem;
vertical-align: top; overflow-wrap: anywhere } td:first-child { width: 15rem; color: #555 } a { color: #0b57d0 }
small { color: #666 } @media (prefers-color-scheme: dark) { body { background: #16181c; color: #ddd }
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


def about(store: ox.Store, iri: str) -> list[ox.Triple]:
    """What the graph says of a thing: all that it is the subject of, and some of what points to it."""
    node = ox.NamedNode(iri)
    facts = [q.triple for q in store.quads_for_pattern(node, None, None, ox.DefaultGraph())]
    for number, quad in enumerate(store.quads_for_pattern(None, None, node, ox.DefaultGraph())):
        if number >= _MOST:
            break
        facts.append(quad.triple)
    return facts


def thing(store: ox.Store, iri: str, base: str) -> bytes:
    """The page of a thing; empty where the graph has no such thing."""
    facts = about(store, iri)
    if not facts:
        return b""
    own: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for fact in facts:
        if isinstance(fact.subject, ox.NamedNode) and fact.subject.value == iri:
            own.setdefault(fact.predicate.value, []).append(_show(store, fact.object, base))
        else:
            others.setdefault(fact.predicate.value, []).append(_show(store, fact.subject, base))
    name = escape(_name(store, ox.NamedNode(iri)) or node_id(iri, base))
    some = f"<p><small>At most {_MOST} of what points here.</small></p>" if len(facts) > _MOST else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>'
        f'<p><a href="/">Graph</a> · <a href="/query">Query</a> · <a href="/ontology">Terms</a></p>'
        f"<h1>{name}</h1><p><small>{escape(iri)}</small></p>"
        f"<table>{_rows(own, '{}')}</table>"
        + (f"<h2>What points here</h2>{some}<table>{_rows(others, 'is {} of')}</table>" if others else "")
        + f'<p><a href="{escape(local(iri, base))}?format=turtle">Turtle</a> · '
        f'<a href="{escape(local(iri, base))}?format=jsonld">JSON-LD</a></p></body></html>'
    ).encode("utf-8", "replace")


def local(iri: str, base: str) -> str:
    """Where the endpoint serves a thing of the graph or a term; other IRIs as they are."""
    if iri.startswith(KGO):
        return f"/ontology#{iri[len(KGO) :]}"
    if iri.startswith(base + "void#"):
        return "/void"
    return "/" + iri[len(base) :] if iri.startswith(base) else iri


def _rows(facts: dict[str, list[str]], phrase: str) -> str:
    return "".join(
        f"<tr><td>{phrase.format(_link(predicate, curie(predicate)))}</td><td>{'<br>'.join(sorted(values))}</td></tr>"
        for predicate, values in sorted(facts.items(), key=lambda item: curie(item[0]))
    )


def _show(store: ox.Store, term: Any, base: str) -> str:
    if isinstance(term, ox.NamedNode):
        name = _name(store, term)
        return _link(local(term.value, base), name or node_id(term.value, base))
    return escape(term.value if isinstance(term, ox.Literal) else str(term))


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
