"""Every question of the cookbook on a graph of 75,000 papers, asked the hardest way: of what most papers name."""

from __future__ import annotations

import time

import pytest
from large_graph import large_tables

from kg.export.rdf import lines
from kg.query import base_of, open_read_only, query, save
from kg.query.cookbook import recipes
from kg.query.engine import answer

MOST_SECONDS = 0.2
"""Of processor time: what else the machine does meanwhile does not count."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "kg.oxigraph"
    tables = large_tables()
    assert save(lambda: lines(tables), folder, "0" * 64)
    return open_read_only(folder)


@pytest.fixture(scope="module")
def values(store) -> dict[str, object]:
    """For each kind of parameter, the value that takes longest."""

    def one(sparql: str) -> str:
        return str(query(store, sparql).frame().iloc[0, 0])

    entities = query(store, "SELECT ?e { ?e kgo:paperCount ?n } ORDER BY DESC(?n) LIMIT 2").frame()["e"].tolist()
    built = "SELECT ?p (COUNT(?b) AS ?n) { ?b kgo:buildsOn ?p } GROUP BY ?p ORDER BY DESC(?n) LIMIT 1"
    return {"entity": entities, "paper": [one(built), one("SELECT ?p { ?p kgo:related ?o } LIMIT 1")], "year": "2026"}


@pytest.mark.parametrize("name", recipes())
def test_every_question_is_answered_in_200_milliseconds(store, values, name):
    recipe, base = recipes()[name], base_of(store)
    given: dict[str, object] = {}
    for parameter in recipe.parameters:
        if parameter.kind in ("entity", "paper"):
            others = sum(p.kind == parameter.kind and p.name in given for p in recipe.parameters)
            given[parameter.name] = values[parameter.kind][others]
        else:
            given[parameter.name] = {"year": "2026", "author": "Author 1"}.get(parameter.name, parameter.example)
    sparql, seconds = recipe.fill(store, given, base), []
    for _ in range(3):
        began = time.process_time()
        found = answer(store, sparql, base)
        seconds.append(time.process_time() - began)
    if name not in NOTHING_TO_FIND:
        assert len(query(store, sparql).frame()), "there is something to find"
    assert len(found) > 10
    assert min(seconds) < MOST_SECONDS


NOTHING_TO_FIND = {"built-on", "evidence", "inferred", "kinds-of", "shared", "tested-on"}
"""Of what is asked here: the biggest things build on nothing, and are kinds of nothing."""
