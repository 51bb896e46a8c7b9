"""Builds as a whole: the same bytes whatever the way, nothing extracted twice, bad inputs, killed builds."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import networkx as nx
import pandas as pd
import pyoxigraph
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from invented import contents, papers, write

import kg
from kg import shards, stages
from kg.resolve import forms
from kg.store import Store

PAPERS = papers(24)
FILES = {"graph.graphml", "graph.html", "graph.ttl", "papers.jsonl"}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> tuple[kg.Graph, dict[str, bytes]]:
    """The graph of all papers from one build, and its files."""
    folder = tmp_path_factory.mktemp("scratch")
    write(folder / "a.jsonl", PAPERS[:10])
    write(folder / "b.jsonl", PAPERS[10:])
    inputs = [folder / "a.jsonl", folder / "b.jsonl"]
    graph = kg.build(inputs, db=folder / "k.duckdb", out=folder / "out", workers=1)
    return graph, contents(folder / "out")


def test_a_build_writes_what_it_says(scratch: tuple[kg.Graph, dict[str, bytes]]) -> None:
    graph, files = scratch
    assert files.keys() == FILES
    assert graph.report is not None
    assert {path.name for path in graph.report.written} == FILES
    assert (graph.report.changes.added, graph.report.extracted) == (24, 24)
    assert list(graph.papers["id"]) == sorted(paper["id"] for paper in PAPERS)
    names = set(graph.entities["name"])
    assert {"ImageNet", "SQuAD", "GLUE", "BERT"} <= names
    lines = [json.loads(line) for line in files["papers.jsonl"].splitlines()]
    assert [line["id"] for line in lines] == list(graph.papers["id"])
    known = set(graph.entities["id"])
    for line, paper in zip(lines, sorted(PAPERS, key=lambda paper: paper["id"]), strict=True):
        text = f"{paper['title']}\n{paper['abstract']}"
        assert line.keys() == {"id", "title", "date", "entities"}
        assert (line["title"], line["date"]) == (paper["title"], paper["date"])
        assert line["entities"]
        for entity in line["entities"]:
            assert entity.keys() == {"id", "name", "type", "role", "confidence", "mentions"}
            assert entity["id"] in known
            assert entity["mentions"]
            for mention in entity["mentions"]:
                assert text[mention["start"] : mention["end"]] == mention["text"]
                assert 0 <= mention["confidence"] <= 1


def test_the_graph_is_the_same_in_every_form(scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path) -> None:
    graph, files = scratch
    assert isinstance(graph.nx, nx.MultiDiGraph)
    assert len(graph.nx) == len(graph.papers) + len(graph.entities)
    assert graph.nx.number_of_edges() == len(graph.links)
    (tmp_path / "g.graphml").write_bytes(files["graph.graphml"])
    back = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert set(back) == set(graph.nx)
    assert back.number_of_edges() == graph.nx.number_of_edges()
    triples = set(pyoxigraph.parse(files["graph.ttl"], format=pyoxigraph.RdfFormat.TURTLE))
    assert len(graph.rdf) == len(triples)
    count = graph.query("SELECT (COUNT(DISTINCT ?p) AS ?n) WHERE { ?p a fabio:ResearchPaper }")
    assert count["n"].tolist() == [24]
    assert graph.show("ImageNet").kind == "Dataset"
    assert graph.show(height=500).data.startswith("<div><iframe srcdoc=")


def test_an_opened_graph_is_the_built_one(scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path) -> None:
    graph, files = scratch
    assert graph.db is not None
    opened = kg.open(graph.db)
    for table in ("papers", "entities", "names", "mentions", "links", "communities", "aliases"):
        pd.testing.assert_frame_equal(getattr(opened.tables, table), getattr(graph.tables, table))
    for format, file in (("ttl", "graph.ttl"), ("jsonl", "papers.jsonl"), ("graphml", "graph.graphml")):
        assert opened.export(format, tmp_path / file).read_bytes() == files[file]
    tables = opened.export("parquet", tmp_path / "tables")
    assert len(pd.read_parquet(tables / "links.parquet")) == len(graph.links)
    assert pd.read_csv(opened.export("csv", tmp_path / "csv") / "papers.csv")["title"].tolist() == list(
        graph.papers["title"]
    )


@pytest.mark.slow
def test_many_builds_make_the_files_of_one(
    scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another order, with an update, a removal, two workers and files of one name in different folders."""
    stale = {**PAPERS[3], "abstract": "We withdraw this. " + PAPERS[3]["abstract"] * 2}
    extra = {"id": "9", "title": "A paper to remove", "abstract": "We propose GoneNet, a method that is gone."}
    first = write(tmp_path / "b.jsonl", [*reversed(PAPERS[10:]), extra])
    old = write(tmp_path / "a.jsonl", [stale, *PAPERS[4:10]])
    db, out = tmp_path / "k.duckdb", tmp_path / "out"
    kg.build(first, db=db, out=out, workers=1)
    kg.build(old, db=db, out=out, workers=1)
    monkeypatch.setattr(stages, "POOL_FROM", 1)
    graph = kg.build(write(tmp_path / "a.jsonl", PAPERS[:10]), db=db, out=out, workers=2)
    assert graph.report is not None
    assert (graph.report.changes.added, graph.report.changes.changed, graph.report.extracted) == (3, 1, 4)
    kg.remove(["9"], db=db, out=out)
    assert contents(out) == scratch[1]


@pytest.mark.slow
@settings(
    max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_any_way_to_the_same_papers_makes_the_same_files(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Random files in random order, some read again after a change, some papers removed: as built from scratch."""
    folder = tmp_path_factory.mktemp("ways")
    count = data.draw(st.integers(3, 12), label="papers")
    now = papers(count)
    files = data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count), label="file of each")
    changed = data.draw(st.sets(st.integers(0, count - 1), max_size=3), label="changed later")
    removed = data.draw(st.sets(st.integers(0, count - 1), max_size=2), label="removed")
    db, out = folder / "k.duckdb", folder / "out"
    for number in data.draw(st.permutations(sorted(set(files))), label="order of files"):
        mine = [n for n in range(count) if files[n] == number]
        if changed.intersection(mine):
            stale = [{**now[n], "abstract": now[(n + 1) % count]["abstract"]} if n in changed else now[n] for n in mine]
            kg.build(write(folder / f"{number}.jsonl", stale), db=db, out=out, workers=1)
        order = data.draw(st.permutations(mine), label="order in the file")
        kg.build(write(folder / f"{number}.jsonl", [now[n] for n in order]), db=db, out=out, workers=1)
    if removed and len(removed) < count:
        kg.remove([now[n]["id"] for n in removed], db=db, out=out)
    else:
        removed = set()
    scratch = folder / "scratch"
    scratch.mkdir()
    left = {number: [now[n] for n in range(count) if files[n] == number and n not in removed] for number in files}
    inputs = [write(scratch / f"{number}.jsonl", records) for number, records in left.items() if records]
    built = kg.build(inputs, db=scratch / "k.duckdb", out=scratch / "out", workers=1)
    mine, theirs = contents(out), contents(scratch / "out")
    assert len(built.papers) == count - len(removed)
    assert {name for name in mine if mine[name] != theirs[name]} == set()


def test_nothing_is_extracted_twice(scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path) -> None:
    graph, files = scratch
    assert graph.db is not None
    db = shutil.copy(graph.db, tmp_path / "k.duckdb")
    again = kg.build(graph.db.parent / "a.jsonl", db=db, out=tmp_path / "out", workers=1)
    assert again.report is not None
    assert (again.report.extracted, again.report.changes.added, again.report.changes.changed) == (0, 0, 0)
    assert contents(tmp_path / "out") == files


def test_what_a_build_remembers_saves_time_only(
    scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The forms of names that a store remembers: used, not needed, and not believed when the rules are others."""
    graph, files = scratch
    assert graph.db is not None
    db = Path(shutil.copy(graph.db, tmp_path / "k.duckdb"))
    asked: list[str] = []
    form = forms.form
    monkeypatch.setattr(forms, "form", lambda surface, gazetteer: asked.append(surface) or form(surface, gazetteer))
    kg.api.refresh(db=db, out=tmp_path / "out")
    assert asked == []
    assert contents(tmp_path / "out") == files
    with Store(db) as store:
        remembered = store.frame("forms")
        assert remembered is not None
        store.put_frame("forms", remembered.iloc[::2])
    kg.api.refresh(db=db, out=tmp_path / "out")
    assert sorted(set(asked)) == sorted(remembered["text"].iloc[1::2])
    assert contents(tmp_path / "out") == files
    for wrong in (pd.DataFrame(), remembered.assign(rules="others", form="wrong", raw="wrong")):
        with Store(db) as store:
            store.put_frame("forms", wrong)
        asked.clear()
        kg.api.refresh(db=db, out=tmp_path / "out")
        assert set(asked) == set(remembered["text"])
        assert contents(tmp_path / "out") == files


def test_a_bad_input_leaves_the_store_as_it_was(scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path) -> None:
    graph, _ = scratch
    assert graph.db is not None
    db = Path(shutil.copy(graph.db, tmp_path / "k.duckdb"))
    good = write(tmp_path / "good.jsonl", papers(30)[24:])
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"title": "A", "abstract": "B"}\n{"title": "cut o')
    with pytest.raises(kg.KgError, match=r"bad\.jsonl:2"):
        kg.build([good, bad], db=db, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with Store(db, read_only=True) as store:
        assert store.count() == 24
    with pytest.raises(kg.KgError, match=r"nothing\.jsonl"):
        kg.build(tmp_path / "nothing.jsonl", db=tmp_path / "new.duckdb")
    assert not (tmp_path / "new.duckdb").exists()
    built = kg.build([good, bad], db=db, out=tmp_path / "out", workers=1, keep_going=True)
    assert built.report is not None
    assert [problem.line for problem in built.report.account.problems] == [2]
    assert len(built.papers) == 31


@pytest.mark.parametrize("wrong", [{"base_iri": "foo"}, {"base_iri": "https://me.example:port/"}, {"base_iri": ""},
                                   {"license": "https://me.example:port/"}, {"license": ""}])  # fmt: skip
def test_a_rejected_iri_leaves_the_store_as_it_was(
    scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path, wrong: dict[str, str]
) -> None:
    graph, files = scratch
    assert graph.db is not None
    db = Path(shutil.copy(graph.db, tmp_path / "k.duckdb"))
    source = write(tmp_path / "good.jsonl", papers(30)[24:])
    with pytest.raises(kg.KgError, match="is no"):
        kg.build(source, db=db, out=tmp_path / "out", **wrong)
    if "base_iri" in wrong:
        with pytest.raises(kg.KgError, match="is no"):
            kg.remove([PAPERS[0]["id"]], db=db, out=tmp_path / "out", **wrong)
        with pytest.raises(kg.KgError, match="is no"):
            kg.api.refresh(db=db, out=tmp_path / "out", **wrong)
    assert not (tmp_path / "out").exists()
    assert kg.open(db).export("ttl", tmp_path / "g.ttl").read_bytes() == files["graph.ttl"]


def test_copies_of_the_process_extract_and_write_the_same(
    scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, files = scratch
    assert graph.db is not None
    assert graph.report is not None
    monkeypatch.setattr(stages, "FORK_FROM", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    inputs = [graph.db.parent / "b.jsonl", graph.db.parent / "a.jsonl"]
    again = kg.build(inputs, db=tmp_path / "k.duckdb", out=tmp_path / "out")
    assert again.report is not None
    assert (again.report.extracted, again.report.sha256) == (24, graph.report.sha256)
    assert contents(tmp_path / "out") == files


def test_unknown_ids_cannot_be_removed(scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path) -> None:
    graph, _ = scratch
    assert graph.db is not None
    db = shutil.copy(graph.db, tmp_path / "k.duckdb")
    with pytest.raises(kg.KgError, match="12345"):
        kg.remove([PAPERS[0]["id"], "12345"], db=db, out=tmp_path / "out")
    with Store(db, read_only=True) as store:
        assert store.count() == 24
    with pytest.raises(kg.KgError, match="no such store"):
        kg.remove(["1"], db=tmp_path / "none.duckdb")


def test_a_folder_that_cannot_be_written(scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path) -> None:
    graph, _ = scratch
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(kg.KgError, match="cannot be written"):
        graph.export("jsonl", tmp_path / "file" / "papers.jsonl")
    with pytest.raises(kg.KgError, match="no such format"):
        graph.export("docx")


def test_a_script_without_a_main_guard_can_use_workers(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", PAPERS[:8])
    script = tmp_path / "script.py"
    script.write_text(
        "import kg, kg.stages\nkg.stages.POOL_FROM = 1\n"
        f"print(len(kg.build({str(tmp_path / 'in.jsonl')!r}, db={str(tmp_path / 'k.duckdb')!r}, "
        f"out={str(tmp_path / 'out')!r}, workers=2).papers))\n"
    )
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "8\n", "")


def test_a_worker_that_dies_costs_its_shard_only(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    write(source, PAPERS[:6])
    with Store(tmp_path / "k.duckdb") as store:
        graph = kg.read.read(source)
        store.put(graph.papers, keys=kg.read.keys, merge=kg.read.merge)
        todo = [path for path, _ in store.write_shards("none", tmp_path, 2)]
    killed = []
    for number in shards.run_workers(todo, None, 2):
        assert shards.target(todo[number]).exists()
        if not killed:  # kill every worker at once: those at work lose their shard, and it is run again
            children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
            killed = [int(pid) for pid in children.read_text().split()] if children.exists() else [0]
            for pid in filter(None, killed):
                os.kill(pid, signal.SIGKILL)
    assert all(shards.target(source).exists() for source in todo)


def _children() -> set[int]:
    """The processes that this one has started."""
    return {int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_workers_that_are_stopped_stop_at_once(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", papers(600))
    with Store(tmp_path / "k.duckdb") as store:
        store.put(kg.read.read(source).papers, keys=kg.read.keys, merge=kg.read.merge)
        todo = [path for path, _ in store.write_shards("none", tmp_path, 4)]
    before = _children()
    at_work = shards.run_workers(todo, None, 2)
    next(at_work)
    start = time.monotonic()
    at_work.close()
    assert time.monotonic() - start < 2  # no worker is started anew, which takes longer
    assert _children() == before


def test_an_interrupted_build_keeps_what_was_extracted(
    scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path
) -> None:
    graph, files = scratch
    assert graph.db is not None
    db, inputs = tmp_path / "k.duckdb", [graph.db.parent / "a.jsonl", graph.db.parent / "b.jsonl"]

    def interrupt(stage: str, done: int, total: int | None) -> None:
        if stage == "extract" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kg.build(inputs, db=db, out=tmp_path / "out", workers=2, progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["k.duckdb"]
    again = kg.build(inputs, db=db, out=tmp_path / "out", workers=2)
    assert again.report is not None
    assert again.report.extracted == 0  # all shards were done, one of them was in the store
    assert contents(tmp_path / "out") == files


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs root to mount a small disk")
@pytest.mark.parametrize("size", ["200k", "350k", "500k", "650k", "800k"])
def test_a_full_disk_at_any_stage(scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path, size: str) -> None:
    graph, files = scratch
    assert graph.db is not None
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("cannot mount here")
    try:
        inputs = [graph.db.parent / "a.jsonl", graph.db.parent / "b.jsonl"]
        with pytest.raises(kg.KgError, match=r"^[^\n]*disk is full[^\n]*$"):
            kg.build(inputs, db=small / "k.duckdb", out=small / "out", workers=1)
        assert all(content == files[name] for name, content in contents(small / "out").items())
        subprocess.run(["mount", "-o", "remount,size=200m", small], check=True)
        kg.build(inputs, db=small / "k.duckdb", out=small / "out", workers=1)
        assert contents(small / "out") == files
    finally:
        subprocess.run(["umount", "-l", small], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder that nobody can write to; root can everywhere but on a file system that is mounted read-only."""
    if os.geteuid():
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    mounts = (["mount", "--bind", folder, folder], ["mount", "-o", "remount,ro,bind", folder])
    try:
        for number, command in enumerate(mounts):
            if subprocess.run(command, capture_output=True, check=False).returncode:
                subprocess.run(["umount", folder], capture_output=True, check=False) if number else None
                pytest.skip("cannot mount here")
    except FileNotFoundError:
        pytest.skip("no mount here")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_read_only_folder(scratch: tuple[kg.Graph, dict[str, bytes]], tmp_path: Path) -> None:
    graph, files = scratch
    assert graph.db is not None
    locked, free = tmp_path / "locked", tmp_path / "free"
    for folder in (locked, free):
        folder.mkdir()
        shutil.copy(graph.db, folder / "k.duckdb")
    source = write(free / "new.jsonl", papers(25)[24:])
    line = r"^[^\n]*(locked)[^\n]*no permission to write there[^\n]*$"
    with read_only(locked):
        for db, out in (
            (locked / "k.duckdb", free / "out"),  # a store that cannot be changed
            (locked / "new.duckdb", free / "out"),  # a store that cannot be made
            (free / "k.duckdb", locked / "out"),  # files that cannot be written
        ):
            with pytest.raises(kg.KgError, match=line):
                kg.build(source, db=db, out=out, workers=1)
        assert len(kg.open(locked / "k.duckdb").papers) == 24  # it can be read all the same
        assert not (free / "out").exists()
        assert sorted(path.name for path in locked.iterdir()) == ["k.duckdb"]
    kg.build(source, db=locked / "k.duckdb", out=locked / "out", workers=1)
    kg.remove([papers(25)[24]["id"]], db=locked / "k.duckdb", out=locked / "out")
    assert contents(locked / "out") == files


# -- killed builds ----------------------------------------------------------------------------------------------------

KILLS = 100


def _build(inputs: list[Path], db: Path, out: Path, side_by_side: bool) -> None:
    os.close(2)  # a killed process has nothing to say
    stages.FORK_FROM = 0 if side_by_side else 10_000
    kg.build(inputs, db=db, out=out, workers=1)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="forks warm processes")
def test_a_build_killed_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    """SIGKILL at random moments: the store opens, files are old or new as a whole, the next build ends the same."""
    chance = random.Random(7)
    first, second = write(tmp_path / "a.jsonl", PAPERS[:4]), write(tmp_path / "b.jsonl", PAPERS[4:7])
    base, goal = tmp_path / "base", tmp_path / "goal"
    kg.build(first, db=base / "k.duckdb", out=base / "out", workers=1)
    shutil.copytree(base, goal)
    start = time.monotonic()
    kg.build(second, db=goal / "k.duckdb", out=goal / "out", workers=1)
    length = time.monotonic() - start
    before, after = contents(base / "out"), contents(goal / "out")

    fork = multiprocessing.get_context("fork")  # children that have spaCy and pandas loaded already
    kills = finished = 0
    work = tmp_path / "work"
    acknowledged = 4
    while kills < KILLS:
        if not work.exists():
            shutil.copytree(base, work)
            acknowledged = 4
        child = fork.Process(target=_build, args=([second], work / "k.duckdb", work / "out", bool(kills % 2)))
        child.start()
        child.join(chance.uniform(0, 1.1 * length))
        if child.exitcode is None:
            assert child.pid
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            kills += 1
        else:
            assert child.exitcode == 0
        with Store(work / "k.duckdb", read_only=True) as store:
            assert store.count() >= acknowledged
            acknowledged = store.count()
        for name, content in contents(work / "out").items():
            assert content in (before[name], after[name]), f"{name} is half-written"
        if child.exitcode == 0:
            assert contents(work / "out") == after
            finished += 1
            shutil.rmtree(work)
        elif kills % 10 == 0:  # go on in this process, from wherever the killed one stood
            kg.build(second, db=work / "k.duckdb", out=work / "out", workers=1)
            assert contents(work / "out") == after
            assert sorted(path.name for path in (work / "out").iterdir()) == sorted(FILES)
            assert sorted(path.name for path in work.iterdir()) == ["k.duckdb", "k.oxigraph", "out"]
            finished += 1
            shutil.rmtree(work)
    assert finished
