"""How long each question of the cookbook takes on a graph.

    python tests/benchmarks/cookbook.py [DB]     (kg.duckdb unless told otherwise, with its store: see kg query)

Asks with the entity that most papers name (the hardest), with the paper that most build on, and with the latest year.
Prints processor milliseconds, the better of two runs, and marks what takes more than 200.
"""

from __future__ import annotations

import sys
import time

from kg.query import base_of, folder_of, open_read_only, query
from kg.query.cookbook import recipes
from kg.query.engine import answer


def main() -> None:
    """Ask everything."""
    store = open_read_only(folder_of(sys.argv[1] if len(sys.argv) > 1 else "kg.duckdb"))
    base = base_of(store)

    def one(sparql: str, otherwise: str) -> str:
        frame = query(store, sparql).frame()
        return str(frame.iloc[0, 0]) if len(frame) else otherwise

    entity = one("SELECT ?e { ?e a skos:Concept ; kgo:paperCount ?n } ORDER BY DESC(?n) LIMIT 1", "LoRA")
    some_paper = one("SELECT ?p { ?p a fabio:ResearchPaper } LIMIT 1", "")
    built = "SELECT ?p (COUNT(?b) AS ?n) { ?b kgo:buildsOn ?p } GROUP BY ?p ORDER BY DESC(?n) LIMIT 1"
    paper = one(built, some_paper)
    year = one("SELECT (MAX(?y) AS ?year) { ?p a fabio:ResearchPaper ; kgo:year ?y }", "2024")
    print(f"entity {entity}, paper {paper}, year {year}")
    for recipe in recipes().values():
        values = {p.name: p.example for p in recipe.parameters}
        for parameter in recipe.parameters:
            if parameter.kind == "paper":
                values[parameter.name] = paper if parameter.name == "paper" else some_paper
            elif parameter.kind == "entity":
                values[parameter.name] = entity
            elif parameter.name == "year":
                values["year"] = year
        sparql, best = recipe.fill(store, values, base), float("inf")
        for _ in range(2):
            began = time.process_time()
            answer(store, sparql, base)
            best = min(best, (time.process_time() - began) * 1000)
        print(f"{recipe.name:22} {best:8.1f} ms{'  slow' if best > 200 else ''}", flush=True)


if __name__ == "__main__":
    main()
