"""The command line: help, summaries, one-line errors, output for people and for pipes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest
from invented import papers, write

import kg as package

KG = [sys.executable, "-m", "kg"]


def kg(*arguments: object, cwd: Path | None = None, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "COLUMNS": "120"}
    environment.pop("KG_DB", None)
    command = [*KG, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, input=stdin, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store and its exports."""
    folder = tmp_path_factory.mktemp("cli")
    records = [*papers(8), {**papers(1)[0], "id": "other", "abstract": "Short."}, {"title": "No abstract"}]
    write(folder / "in.jsonl", records)
    run = kg("build", "in.jsonl", cwd=folder)
    assert run.returncode == 0, run.stderr
    (folder / "summary.txt").write_text(run.stderr)
    assert run.stdout == ""
    return folder


def test_help_reads_well_and_loads_little() -> None:
    shown = kg("--help")
    assert shown.returncode == 0
    for command in ("build", "show", "stats", "query", "export", "remove", "lineage"):
        assert f" {command} " in shown.stdout
    code = "import sys, kg.cli; print(sorted({'spacy', 'pandas', 'numpy', 'duckdb', 'networkx'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_version_is_told() -> None:
    assert kg("--version").stdout == f"kg {package.__version__}\n"
    assert package.__version__ == metadata.version("kg")


def test_the_summary_says_what_happened(built: Path) -> None:
    summary = (built / "summary.txt").read_text()
    assert "10 records in 1 file, 1 duplicate" in summary
    assert "8 (8 new)" in summary
    assert "1 record without title or abstract" in summary
    assert "in.jsonl:10: record without an abstract: No abstract" in summary
    for file in ("graph.ttl", "graph.html", "graph.graphml", "papers.jsonl"):
        assert f"exports/{file}" in summary
        assert (built / "exports" / file).exists()
    assert "next      open exports/graph.html in a browser; kg show NAME; kg query --help\n" in summary
    assert "Traceback" not in summary


def test_ids_that_several_papers_claim_are_told(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [{**paper, "id": "7"} for paper in papers(2)])
    run = kg("build", "in.jsonl", cwd=tmp_path)
    assert "\n          1 id that several papers claim: they go by arXiv id, DOI or title (7)\n" in run.stderr


def test_what_to_do_next_names_the_store(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", papers(2))
    run = kg("build", "in.jsonl", "--db", "my own.duckdb", "--out", "mine", cwd=tmp_path)
    assert "open mine/graph.html in a browser; kg show NAME --db 'my own.duckdb'; kg query --help\n" in run.stderr
    told = kg("resolve", "--review", "doubts.csv", "--db", "my own.duckdb", cwd=tmp_path)
    assert told.stdout.endswith("then: kg resolve --apply doubts.csv --db 'my own.duckdb'\n")


def test_what_is_not_searched_for_names_is_told(tmp_path: Path) -> None:
    write(tmp_path / "long.jsonl", [{"title": "A Survey", "abstract": "We look. " * 12_000 + "We propose ZetaNet."}])
    run = kg("build", "long.jsonl", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    told = "too long:\n  long.jsonl:1: 108,028 characters, of which the first 100,000 are searched for names\n"
    assert told in run.stderr
    assert "merged    0 spellings into 0 entities\nrejected  nothing\n" in run.stderr


def test_the_summary_counts_one_as_one(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [{"title": "A Survey", "abstract": "We look at networks and evaluate on ImageNet."}])
    run = kg("build", "in.jsonl", cwd=tmp_path)
    assert "merged    1 spelling into 1 entity\n" in run.stderr


def test_standard_input(tmp_path: Path) -> None:
    run = kg("build", "-", "--db", tmp_path / "k.duckdb", "--out", tmp_path / "out", stdin=json.dumps(papers(2)))
    assert run.returncode == 0, run.stderr
    assert "2 (2 new)" in run.stderr


def test_show_pipes_and_speaks_json(built: Path) -> None:
    table = kg("show", "imagenet", cwd=built)
    assert table.returncode == 0, table.stderr
    head, first, *_ = table.stdout.splitlines()
    assert head.split("\t")[:3] == ["section", "id", "name"]
    assert first.split("\t")[:3] == ["Dataset", "entity/imagenet", "ImageNet"]
    assert "We evaluate GraphWeaver on ImageNet" in table.stdout
    card = json.loads(kg("show", "ImageNet", "--json", cwd=built).stdout)
    assert (card["id"], card["kind"]) == ("entity/imagenet", "Dataset")
    paper = json.loads(kg("show", papers(1)[0]["id"], "--json", cwd=built).stdout)
    assert paper["name"] == papers(1)[0]["title"]


def test_stats(built: Path) -> None:
    rows = [line.split("\t") for line in kg("stats", cwd=built).stdout.splitlines()]
    assert ["papers", "all", "8"] in rows
    counted = json.loads(kg("stats", "--json", cwd=built).stdout)
    assert counted[0] == {"what": "papers", "kind": "all", "count": 8}


def test_the_hash_is_that_of_the_sorted_ntriples(built: Path, tmp_path: Path) -> None:
    run = kg("export", "nt", "--parts", "core,statements,mentions", "--out", tmp_path / "g.nt", cwd=built)
    assert run.returncode == 0, run.stderr
    lines = sorted((tmp_path / "g.nt").read_bytes().splitlines(keepends=True))
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    assert f"sha256:{digest}" in (built / "summary.txt").read_text()
    assert b"nif-core#beginIndex" in (tmp_path / "g.mentions.nt").read_bytes()


def test_a_smaller_explorer_around_one_thing(built: Path, tmp_path: Path) -> None:
    name = kg("query", "--format", "csv", "SELECT ?n { ?e a kgo:Method ; skos:prefLabel ?n } LIMIT 1", cwd=built)
    method = name.stdout.splitlines()[1]
    kg("export", "html", "--around", method, "--papers", "3", "--out", tmp_path / "near.html", cwd=built)
    near, whole = (tmp_path / "near.html").read_bytes(), (built / "exports" / "graph.html").read_bytes()
    assert near.startswith(b"<!doctype html>")
    assert len(near) < len(whole)


def test_export_and_remove(built: Path, tmp_path: Path) -> None:
    run = kg("export", "jsonl", "--out", tmp_path / "p.jsonl", cwd=built)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "p.jsonl").read_bytes() == (built / "exports" / "papers.jsonl").read_bytes()
    (tmp_path / "k.duckdb").write_bytes((built / "kg.duckdb").read_bytes())
    run = kg("remove", papers(1)[0]["id"], "--db", tmp_path / "k.duckdb", "--out", tmp_path / "out")
    assert run.returncode == 0, run.stderr
    assert "7 (1 removed)" in run.stderr
    assert len((tmp_path / "out" / "papers.jsonl").read_text().splitlines()) == 7


def test_a_refresh_writes_the_same_again(built: Path, tmp_path: Path) -> None:
    (tmp_path / "k.duckdb").write_bytes((built / "kg.duckdb").read_bytes())
    run = kg("refresh", "--db", tmp_path / "k.duckdb", "--out", tmp_path / "out")
    assert run.returncode == 0, run.stderr
    for file in (tmp_path / "out").iterdir():
        assert file.read_bytes() == (built / "exports" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("build", "missing.jsonl"), "missing.jsonl: no such file"),
        (("build", "empty.txt"), "empty.txt: empty file"),
        (("build", "binary.txt"), "binary.txt"),
        (("build", "in.jsonl", "--db", "notes.txt"), "notes.txt: not a kg store"),
        (("build", "in.jsonl", "--db", "x.duckdb", "--pipeline", "nowhere"), "nowhere"),
        (("show", "LoRA", "--db", "none.duckdb"), "none.duckdb: no such store; make one with: kg build"),
        (("show", "zzzzqqq"), "zzzzqqq"),
        (("stats", "--db", "notes.txt"), "notes.txt: not a kg store"),
        (("export", "docx"), "docx: no such format"),
        (("export", "ttl", "--lean"), "--lean: for html, not for ttl"),
        (("export", "ttl", "--depth", "3", "--papers", "5"), "--depth and --papers: for html, not for ttl"),
        (("export", "html", "--depth", "3"), "--depth: give --around NAME"),
        (("export", "csv", "--parts", "core"), "--parts: for RDF (ttl, nt, jsonld, trig), not for csv"),
        (("export", "html", "--base-iri", "https://me.example/"), "--base-iri: for RDF"),
        (("export", "html", "--around", "ImageNett"), 'nothing in the graph is called "ImageNett"; did you mean Image'),
        (("export", "ttl", "--parts", "all"), "all"),
        (("remove", "12345"), "12345: no paper has this id"),
        (("remove", *(paper["id"] for paper in papers(8))), "kg.duckdb: these are all of its papers"),
        (("show", "zzzzqqq"), "kg leaders and kg communities list names"),
        (("evaluate", "in.jsonl"), 'in.jsonl:1: not an annotated paper: it has no field "entities"; see'),
        (("query", "-f", "none.rq"), "kg: none.rq: no such file or directory; name a file with a SPARQL query"),
        (("serve", "--html", "none.html"), "none.html: no such file; write one with: kg export html"),
        (("serve", "--host", "203.0.113.1"), "kg: cannot listen on 203.0.113.1:8000: cannot assign requested address;"),
    ],
)
def test_errors_are_one_line(built: Path, arguments: tuple[str, ...], says: str) -> None:
    (built / "empty.txt").write_text("")
    (built / "binary.txt").write_bytes(b"\x00\x01\x02" * 50)
    (built / "notes.txt").write_text("no database\n" * 300)
    run = kg(*arguments, cwd=built)
    assert run.returncode == 2
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith("kg: ")
    assert says in run.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("buld",), "no such command 'buld'; did you mean 'build'?"),
        (("foo",), "no such command 'foo'; see: kg --help"),
        (("build", "--keepgoing"), "no such option: --keepgoing; did you mean --keep-going?"),
        (("build", "--workers", "some"), "invalid value for '--workers': it should be a valid integer; see: kg build"),
        (("query", "--format", "pdf"), "invalid value for '--format': 'pdf' is not one of 'table', 'csv'"),
        (("show",), "missing argument 'name'; see: kg show --help"),
    ],
)
def test_a_mistyped_command_line_is_one_line(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    run = kg(*arguments, cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith(f"kg: {says}")


def test_an_answer_that_is_empty_says_why(built: Path) -> None:
    run = kg("lineage", "ImageNet", cwd=built)
    assert run.returncode == 0
    assert run.stderr == "kg: ImageNet is a Dataset; only a Model or Method has a lineage\n"
    assert len(run.stdout.splitlines()) == 1  # the header, for who reads the pipe
    asked = kg("lineage", "ImageNet", "--json", cwd=built)
    assert asked.stderr == run.stderr
    assert json.loads(asked.stdout)["descends_from"]["branches"] == []


def test_a_type_may_be_typed_in_any_case(built: Path) -> None:
    rows = kg("leaders", "--type", "dataset", cwd=built).stdout.splitlines()
    assert rows[1:]
    assert {row.split("\t")[2] for row in rows[1:]} == {"Dataset"}


def test_how_many_rows_and_columns_a_table_has_can_be_said_in_words(built: Path) -> None:
    words = ("table", "--columns", "dataset")
    short = kg(*words, "-n", "2", "-m", "1", cwd=built).stdout
    assert kg(*words, "--number", "2", "--number-columns", "1", cwd=built).stdout == short
    assert {line.count("\t") for line in short.splitlines()} == {1}


def test_flags_have_no_type() -> None:
    assert "<bool>" not in kg("build", "--help").stdout + kg("--help").stdout
    assert "--keep-going" in kg("build", "--help").stdout
    alone = kg()
    assert (alone.returncode, alone.stderr) == (2, "")
    assert "build" in alone.stdout


def test_an_interrupted_build_says_that_it_goes_on(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    run = subprocess.Popen(
        [*KG, "build", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    )
    while not list(tmp_path.glob("kg.duckdb*")):  # it waits for its input now
        assert run.poll() is None
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    assert run.communicate(timeout=20) == (None, "kg: stopped; the next build goes on where this one stood\n")
    assert run.returncode == 130


def test_a_closed_pipe_is_no_error(built: Path) -> None:
    command = f"{' '.join(KG)} show ImageNet | head -n 1"
    run = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True, text=True, cwd=built, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )  # fmt: skip
    assert run.stdout.startswith("section\t")
    assert "Traceback" not in run.stderr


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to mount a small disk")
def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    # enough for what is found in the sample, too little for its graph and for the list of the graph's subjects
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("cannot mount here")
    try:
        run = kg("build", "--workers", "1", cwd=small)
        assert (run.returncode, len(run.stderr.splitlines())) == (2, 1), run.stderr
        assert run.stderr.endswith("the disk is full; free some space and run the same command again\n")
    finally:
        subprocess.run(["umount", "-l", small], check=True)
