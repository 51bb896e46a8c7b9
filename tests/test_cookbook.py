"""The cookbook on the graph of the shipped sample, as `exports/` has it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.query import base_of, query
from kg.query.cookbook import recipe, recipes

GRAPH = Path(__file__).resolve().parents[1] / "exports" / "graph.ttl"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    loaded = ox.Store()
    loaded.bulk_load(path=str(GRAPH), format=ox.RdfFormat.TURTLE)
    return loaded


@pytest.mark.parametrize("name", recipes())
def test_every_question_is_answered_with_its_own_examples(store: ox.Store, name: str) -> None:
    examples = {parameter.name: parameter.example for parameter in recipe(name).parameters}
    assert len(query(store, recipe(name).fill(store, examples, base_of(store))).frame())


@pytest.mark.parametrize("name", ["competitors", "evaluated-on", "tested-on"])
def test_a_number_of_papers_that_name_a_thing_is_called_that(store: ox.Store, name: str) -> None:
    entity = {"competitors": "BERT", "evaluated-on": "ImageNet", "tested-on": "BERT"}[name]
    frame = query(store, recipe(name).fill(store, {"entity": entity}, base_of(store))).frame()
    assert frame.columns.tolist()[1:] == ["name", "named_by"]
    assert frame["named_by"].is_monotonic_decreasing
    assert frame["named_by"].min() >= 1


NEWEST_FIRST = {
    "who-uses": {"entity": "Transformer"},
    "who-names": {"entity": "Transformer"},
    "uses-a-not-b": {"a": "Transformer", "b": "BERT"},
    "names-a-and-b": {"a": "Transformer", "b": "BERT"},
}


@pytest.mark.parametrize("name", NEWEST_FIRST)
@pytest.mark.parametrize("n", [3, 100])
def test_the_newest_papers_come_first_to_the_day(store: ox.Store, name: str, n: int) -> None:
    issued = query(store, "SELECT ?paper ?issued { ?paper dcterms:issued ?issued }").frame()
    dates = issued.set_index("paper")["issued"].astype(str)

    def found(number: int) -> list[str]:
        filled = recipe(name).fill(store, {**NEWEST_FIRST[name], "n": number}, base_of(store))
        return dates.loc[query(store, filled).frame()["paper"].unique()].tolist()

    assert "newest first" in recipe(name).question
    assert found(n) == sorted(found(10_000), reverse=True)[:n]


def test_what_a_doubtful_statement_is_of_is_not_called_a_paper(store: ox.Store) -> None:
    frame = query(store, recipe("doubtful").fill(store, {"entity": "BERT", "n": 500}, base_of(store))).frame()
    assert frame["subject"].str.startswith("entity/").any()
    assert list(frame) == ["subject", "relation", "confidence", "statement"]
