"""Builds that come to no end: what is said, what is kept, and how one goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented import contents, papers, write

import kg
from kg import extract, shards
from kg.store import Store

PAPERS = papers(6)


def test_a_pipeline_that_is_not_there_leaves_no_store(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", PAPERS)
    with pytest.raises(kg.KgError, match="nowhere"):
        kg.build(tmp_path / "a.jsonl", db=tmp_path / "k.duckdb", out=tmp_path / "out", pipeline=tmp_path / "nowhere")
    assert not (tmp_path / "k.duckdb").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_paper_that_the_pipeline_fails_on_is_named_and_can_be_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    whole = extract.extraction_of

    def fragile(doc: object, paper: str) -> object:
        if "DeepSieve" in str(doc)[:20]:
            raise IndexError("string index\nout of range")
        return whole(doc, paper)  # type: ignore[arg-type]

    monkeypatch.setattr(extract, "extraction_of", fragile)
    write(tmp_path / "a.jsonl", PAPERS)
    db, out = tmp_path / "k.duckdb", tmp_path / "out"
    bad = next(paper["id"] for paper in PAPERS if paper["title"].startswith("DeepSieve"))
    with pytest.raises(kg.KgError) as said:
        kg.build(tmp_path / "a.jsonl", db=db, out=out, workers=workers)
    assert str(said.value) == (
        f"{bad}: the pipeline fails on this paper's text (IndexError: string index out of range); "
        "take it out with kg remove, then build again"
    )
    kg.remove(bad, db=db, out=out)
    write(tmp_path / "b.jsonl", [paper for paper in PAPERS if paper["id"] != bad])
    kg.build(tmp_path / "b.jsonl", db=tmp_path / "other.duckdb", out=tmp_path / "other", workers=1)
    papers_, others = (contents(folder)["papers.jsonl"] for folder in (out, tmp_path / "other"))
    assert papers_ == others


def test_what_a_power_cut_left_damaged_is_extracted_again(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", PAPERS)
    graph = kg.build(tmp_path / "a.jsonl", db=tmp_path / "k.duckdb", out=tmp_path / "out", workers=1)
    with Store(tmp_path / "other.duckdb") as store:
        store.put(kg.read.stream(tmp_path / "a.jsonl"), keys=kg.read.keys, merge=kg.read.merge)
        work = tmp_path / "other.duckdb.work" / "left"
        work.mkdir(parents=True)
        todo = [source for source, _ in store.write_shards("none", work, 2)]
    for number in shards.run_here(todo, None):
        done = shards.target(todo[number]).read_bytes()
        spoilt = [done, done[: len(done) // 2], b""][number]
        shards.target(todo[number]).write_bytes(spoilt)
    again = kg.build(tmp_path / "a.jsonl", db=tmp_path / "other.duckdb", out=tmp_path / "out", workers=1)
    assert again.report is not None
    assert graph.report is not None
    assert again.report.extracted == 4  # the shard that was whole was taken in
    assert again.report.sha256 == graph.report.sha256
