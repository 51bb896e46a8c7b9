"""How fast a graph becomes RDF, and how much memory that takes, beside rdflib's own way.

    python tests/benchmarks/rdf.py [TRIPLES]     (1,000,000 unless told otherwise; rdflib takes a minute or two)
    python tests/benchmarks/rdf.py kg.duckdb     (Linux) a graph that was built, whole and a quarter of its papers

Both write the same synthetic graph as Turtle, each in a process of its own: ours from the tables, rdflib from the same
triples. Prints processor seconds and the peak memory beyond what the process held before it began to write. Of a graph
that was built only our own way is measured: how memory grows with it.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

import kg
from kg.export import lasting
from kg.export.rdf import lines, write
from kg.forks import give_back
from kg.model import Tables

TRIPLES_PER_PAPER = 150


def synthetic(papers: int) -> Tables:
    """A graph of some papers with ten entities each; the same for the same number."""
    random.seed(7)
    words = [f"word{i}" for i in range(2000)]
    ids = [f"{2000 + i // 10000:04d}.{i % 10000:05d}" for i in range(papers)]
    keys = [f"entity/e{i:06d}" for i in range(max(10, papers // 4))]
    abstract = [" ".join(random.choices(words, k=120)) + "." for _ in ids]
    rows, mentions = [], []
    roles = ["introduces", "uses", "evaluates_on", "compares_with", "addresses", "reports", "mentions"]
    for paper in ids:
        for entity in sorted(random.sample(keys, 10)):
            role, start = random.choice(roles), random.randrange(0, 600, 100)
            confidence = round(random.uniform(0.5, 1), 4)
            rows.append(
                (paper, role, entity, "paper", "entity", confidence, "stated", 1.0, None, paper, start, start + 90)
            )
    columns = ["source", "relation", "target", "source_kind", "target_kind", "confidence", "extraction", "weight"]
    return Tables(
        papers=pd.DataFrame(
            {
                "id": ids,
                "title": [f"Paper {i}" for i in ids],
                "abstract": abstract,
                "date": "2024-05-06",
                "year": pd.array([2024] * papers, dtype="Int64"),
                "authors": [["A. Author", "B. Author"]] * papers,
                "categories": [["cs.LG"]] * papers,
                "arxiv_id": ids,
                "doi": None,
                "url": None,
                "sources": [["x.jsonl"]] * papers,
                "community": 0,
            }
        ),
        entities=pd.DataFrame(
            {
                "id": keys,
                "name": [f"Name {k[-6:]}" for k in keys],
                "type": "Method",
                "papers": 1,
                "year": pd.array([2024] * len(keys), dtype="Int64"),
                "introduced_by": None,
                "community": 0,
            }
        ),
        names=pd.DataFrame({"entity": keys, "name": [f"n{k[-6:]}" for k in keys], "count": 1, "reason": "same name"}),
        mentions=pd.DataFrame(mentions, columns=["paper", "entity", "start", "end", "text", "confidence"]),
        links=pd.DataFrame(rows, columns=[*columns, "via", "paper", "start", "end"]),
        communities=pd.DataFrame([(0, "all", papers, len(keys), 0.5, 0.5)], columns=COMMUNITY),
        aliases=pd.DataFrame(columns=["old", "entity"]),
        info={},
    )


COMMUNITY = ["id", "name", "papers", "entities", "x", "y"]


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def measure(way: str, papers: int, folder: Path) -> dict[str, float]:
    """Write the graph one way; in this process."""
    if way == "kg":
        tables = synthetic(papers)
        before, began = peak(), time.process_time()
        triples = write(tables, folder / "kg.ttl").triples
    else:
        import rdflib

        before, began = peak(), time.process_time()
        graph = rdflib.Graph()
        graph.parse(folder / "graph.nt", format="nt")
        loaded = time.process_time()
        graph.serialize(folder / "rdflib.ttl", format="turtle")
        triples = len(graph)
        seconds = time.process_time()
        return {"triples": triples, "cpu_s": seconds - began, "serialize_s": seconds - loaded, "mb": peak() - before}
    return {"triples": triples, "cpu_s": time.process_time() - began, "mb": peak() - before}


def part(tables: Tables, number: int) -> Tables:
    """The graph of every so-manieth paper."""
    papers, links, mentions = tables.papers.iloc[::number], tables.links, tables.mentions
    mentions = mentions[mentions["paper"].isin(papers["id"])]
    entities = tables.entities[tables.entities["id"].isin(mentions["entity"])]
    known = {"paper": papers["id"], "entity": entities["id"]}
    there = links["paper"].isna() | links["paper"].isin(papers["id"])
    for end in ("source", "target"):
        there &= pd.concat(
            [links[f"{end}_kind"].eq(kind) & links[end].isin(ids) for kind, ids in known.items()], axis=1
        ).any(axis=1)
    names = tables.names[tables.names["entity"].isin(entities["id"])]
    frames = {"papers": papers, "entities": entities, "names": names, "mentions": mentions, "links": links[there]}
    return replace(tables, **{name: frame.reset_index(drop=True) for name, frame in frames.items()})


def grown(db: str, number: int) -> dict[str, float]:
    """Write so much of a graph that was built; in this process."""
    tables = lasting(kg.open(db).tables)
    tables = part(tables, number) if number > 1 else tables
    gc.collect()
    give_back()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    before, began = status("VmRSS"), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        triples = write(tables, Path(folder) / "kg.ttl").triples
    seconds = time.process_time() - began
    return {"papers": len(tables.papers), "triples": triples, "cpu_s": seconds, "mb": status("VmHWM") - before}


def status(name: str) -> float:
    """Of this process, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(f"{name}:"))


def main() -> None:
    """Measure both ways and compare."""
    if len(sys.argv) == 4:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
        return
    if len(sys.argv) == 3:
        print(grown(sys.argv[1], int(sys.argv[2])))
        return
    if len(sys.argv) == 2 and not sys.argv[1].isdigit():
        for number in ("4", "1"):
            subprocess.run([sys.executable, __file__, sys.argv[1], number], check=True)
        return
    papers = int(sys.argv[1] if len(sys.argv) > 1 else 1_000_000) // TRIPLES_PER_PAPER
    with tempfile.TemporaryDirectory() as folder:
        with open(Path(folder) / "graph.nt", "w", encoding="utf-8") as file:
            file.writelines(lines(synthetic(papers)))
        found = {}
        for way in ("kg", "rdflib"):
            command = [sys.executable, __file__, way, str(papers), folder]
            found[way] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            print(way, found[way], flush=True)
    assert found["kg"]["triples"] == found["rdflib"]["triples"]
    serializer = found["rdflib"]["serialize_s"] / found["kg"]["cpu_s"]
    whole = found["rdflib"]["cpu_s"] / found["kg"]["cpu_s"]
    print(f"{serializer:.1f} times faster than rdflib's serializer alone, {whole:.1f} times with loading its graph")


if __name__ == "__main__":
    main()
