"""The cookbook: named questions with parameters, one ``.rq`` file each.

A file is a SPARQL query under a header of comments: the question, then a line for each parameter with its kind and an
example, ``# $entity: entity = LoRA``. The parameter stands in the query as ``$entity``. To add a question, add a file.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd
import pyoxigraph as ox
from rapidfuzz import process

from kg.model import EntityType, KgError, Role
from kg.query.terms import find_entities
from kg.vocabulary import entity_classes, expand, link_property

_PARAMETER = re.compile(r"# \$(?P<name>\w+): (?P<kind>entity|paper|type|role|number|text) = (?P<example>.+)")
_LABELS = tuple(ox.NamedNode(expand(name)) for name in ("skos:prefLabel", "skos:altLabel"))
_TITLE, _ID = (ox.NamedNode(expand(name)) for name in ("dcterms:title", "dcterms:identifier"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a recipe leaves open. ``kind``: entity, paper, type, role, number or text."""

    name: str
    kind: str
    example: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """One named question."""

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    sparql: str

    def fill(self, store: ox.Store, values: Mapping[str, object], base: str) -> str:
        """The query with its parameters filled in.

        A parameter of kind ``number`` that is not given takes its example; the others must be given. Entities may be
        given by any of their names or by id, papers by id or title.

        Raises:
            KgError: a parameter is missing, unknown, or means nothing in this graph.
        """
        names = [p.name for p in self.parameters]
        for name in values:
            if name not in names:
                takes = ", ".join(names) or "nothing"
                raise KgError(f"{self.name} takes {takes}; it has no parameter {name}")
        terms: dict[str, str] = {}
        for parameter in self.parameters:
            value = values.get(parameter.name, parameter.example if parameter.kind == "number" else None)
            if value is None:
                typed = shlex.quote(f"{parameter.name}={parameter.example}")
                raise KgError(
                    f"{self.name} asks: {self.question} Give {parameter.name}, such as {parameter.example!r} "
                    f"(on the command line: -p {typed})"
                )
            terms[parameter.name] = _term(store, parameter, str(value), base)
        # in one pass: a value may hold what looks like another parameter
        return re.sub(r"\$(\w+)", lambda found: terms.get(found[1], found[0]), self.sparql)


@cache
def recipes() -> dict[str, Recipe]:
    """All recipes by name, sorted."""
    folder = files("kg.query.cookbook")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".rq"):
            name = file.name.removesuffix(".rq")
            found[name] = _parse(name, file.read_text(encoding="utf-8"))
    return found


def questions() -> pd.DataFrame:
    """All recipes as a table: ``name``, ``question`` and ``parameters``, each with an example.

    >>> questions().set_index("name").loc["who-uses"].tolist()
    ['Which papers use it, newest first?', 'entity=LoRA, n=50']
    """
    rows = [
        (name, each.question, ", ".join(f"{p.name}={p.example}" for p in each.parameters))
        for name, each in recipes().items()
    ]
    return pd.DataFrame(rows, columns=["name", "question", "parameters"])


def recipe(name: str) -> Recipe:
    """The recipe of that name. Raises :class:`KgError` with the nearest names where there is none."""
    if name in recipes():
        return recipes()[name]
    near = [match[0] for match in process.extract(name, list(recipes()), limit=3)]
    raise KgError(f"the cookbook has no {name}; did you mean {' or '.join(near)}? kg query --list shows all")


def _parse(name: str, text: str) -> Recipe:
    head: list[str] = []
    body: list[str] = []
    for line in text.splitlines():
        (head if line.startswith("#") and not body else body).append(line)
    parameters = tuple(Parameter(**found.groupdict()) for line in head if (found := _PARAMETER.fullmatch(line)))
    question = " ".join(line[2:] for line in head if not _PARAMETER.fullmatch(line))
    return Recipe(name, question, parameters, "\n".join(body))


def _term(store: ox.Store, parameter: Parameter, value: str, base: str) -> str:
    """A parameter's value as it stands in SPARQL."""
    if not value.strip():
        raise KgError(f"{parameter.name} is empty; give one such as {parameter.example!r}")
    match parameter.kind:
        case "number":
            if not re.fullmatch(r"\d{1,9}", value):
                raise KgError(f"{parameter.name} must be a whole number, not {value!r}")
            return value
        case "text":
            return str(ox.Literal(value))
        case "type":
            types = {t.value.lower(): t.value for t in EntityType}
            if value.lower() not in types:
                raise KgError(f"{value} is no type; choose from {', '.join(types.values())}")
            return f"<{expand(entity_classes(types[value.lower()])[0])}>"
        case "role":
            roles = [r.value for r in Role]
            if value.replace("-", "_") not in roles:
                raise KgError(f"{value} is no role; choose from {', '.join(roles)}")
            return f"<{expand(link_property('paper', value.replace('-', '_'), 'entity'))}>"
        case "paper":
            return str(find_paper(store, value, base))
        case _:
            return str(find_entity(store, value, base))


def find_entity(store: ox.Store, name: str, base: str) -> ox.NamedNode:
    """The entity of a name, other name, id or IRI; of several, the one that most papers name.

    Raises:
        KgError: there is none; the message names the nearest.
    """
    for iri in (name, base + name, f"{base}entity/{name}", f"{base}entity/{name.lower().replace(' ', '-')}"):
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", iri) and _known(store, ox.NamedNode(iri)):
            return ox.NamedNode(iri)
    found: dict[str, int] = {}
    for text in dict.fromkeys((name, name.lower(), name.upper(), name.capitalize(), name.title())):
        for label in _LABELS:
            for quad in store.quads_for_pattern(None, label, ox.Literal(text, language="en")):
                if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(base + "entity/"):
                    found[quad.subject.value] = _papers(store, quad.subject)
        if found:
            return ox.NamedNode(min(found, key=lambda iri: (-found[iri], iri)))
    near = find_entities(store, name, base, limit=3)
    if near and _folded(near[0][1]) == _folded(name):
        return ox.NamedNode(near[0][0])
    hint = f"; did you mean {' or '.join(text for _, text, _ in near)}?" if near else ""
    raise KgError(f"no entity is called {name}{hint}")


def find_paper(store: ox.Store, name: str, base: str) -> ox.NamedNode:
    """The paper of an id, title or IRI. Raises :class:`KgError` where there is none."""
    for quad in store.quads_for_pattern(None, _ID, ox.Literal(name)):
        return quad.subject  # type: ignore[return-value]
    titles = list(store.quads_for_pattern(None, _TITLE, ox.Literal(name, language="en")))
    if not titles:
        lower = name.lower()
        every = [q for q in store.quads_for_pattern(None, _TITLE, None) if lower in q.object.value.lower()]  # type: ignore[union-attr]
        titles = [q for q in every if q.object.value.lower() == lower] or every  # type: ignore[union-attr]
    iris = sorted({quad.subject.value for quad in titles if "void#" not in quad.subject.value})  # type: ignore[union-attr]
    if len(iris) == 1:
        return ox.NamedNode(iris[0])
    if iris:
        some = "; ".join(f"{_value(store, iri, _ID)} ({_value(store, iri, _TITLE)})" for iri in iris[:3])
        more = "; …" if len(iris) > 3 else ""
        raise KgError(f"{len(iris)} papers have {name!r} in their titles; give more of it, or an id: {some}{more}")
    if name.startswith(base) and re.fullmatch(r"[^\s<>\"{}|\\^`]+", name) and _known(store, ox.NamedNode(name)):
        return ox.NamedNode(name)
    raise KgError(f"no paper has the id or title {name!r}; kg show finds papers")


def _value(store: ox.Store, iri: str, predicate: ox.NamedNode) -> str:
    values = (quad.object for quad in store.quads_for_pattern(ox.NamedNode(iri), predicate, None))
    return next((value.value for value in values if isinstance(value, ox.Literal)), "")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _known(store: ox.Store, node: ox.NamedNode) -> bool:
    return next(iter(store.quads_for_pattern(node, None, None)), None) is not None


def _papers(store: ox.Store, node: ox.NamedNode) -> int:
    for quad in store.quads_for_pattern(node, ox.NamedNode(expand("kgo:paperCount")), None):
        return int(quad.object.value)  # type: ignore[union-attr]
    return 0
