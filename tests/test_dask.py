"""Extraction on a Dask cluster: the same bytes as one process, also when a worker dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from invented import contents, papers, write

import kg
from kg import stages

distributed: Any = pytest.importorskip("distributed")
PAPERS = papers(40)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("one")
    kg.build(write(folder / "in.jsonl", PAPERS), db=folder / "k.duckdb", out=folder / "out", workers=1)
    return contents(folder / "out")


@pytest.mark.slow
def test_a_killed_worker_costs_its_shard_only(
    tmp_path: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers, shards through a URL; one worker is killed when the first shard is done."""
    monkeypatch.setattr(stages, "SHARD", 4)
    killed: list[int] = []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            pids = list(client.run(os.getpid).values())

        def progress(stage: str, done: int, total: int | None) -> None:
            if stage == "extract" and done and not killed:
                killed.append(pids[0])
                os.kill(pids[0], signal.SIGKILL)

        graph = kg.build(
            write(tmp_path / "in.jsonl", PAPERS),
            db=tmp_path / "k.duckdb",
            out=tmp_path / "out",
            scheduler=cluster.scheduler_address,
            shards=f"file://{tmp_path}/shards",
            progress=progress,
        )
    assert killed
    assert graph.report is not None
    assert graph.report.extracted == len(PAPERS)
    assert contents(tmp_path / "out") == expected
    assert list((tmp_path / "shards").iterdir()) == []


@pytest.mark.slow
def test_a_local_cluster(tmp_path: Path, expected: dict[str, bytes]) -> None:
    source = write(tmp_path / "in.jsonl", PAPERS)
    kg.build(source, db=tmp_path / "k.duckdb", out=tmp_path / "out", scheduler="local", workers=2)
    assert contents(tmp_path / "out") == expected


@pytest.mark.slow
def test_workers_that_do_not_see_the_shards(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "in.jsonl", PAPERS[:2])
    with pytest.raises(kg.KgError, match=r"on local: a worker does not see memory://.*; give --shards a folder or URL"):
        kg.build(source, db=tmp_path / "k.duckdb", scheduler="local", workers=1, shards="memory://work")
    assert capfd.readouterr() == ("", "")


def test_shards_without_a_scheduler_are_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", PAPERS[:2])
    with pytest.raises(kg.KgError, match="--shards: only with --scheduler"):
        kg.build(source, db=tmp_path / "k.duckdb", out=tmp_path / "out", shards="memory://work")
    assert not (tmp_path / "k.duckdb").exists()


def test_no_scheduler_there(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", PAPERS[:2])
    with pytest.raises(kg.KgError, match="no Dask scheduler answers there"):
        kg.build(source, db=tmp_path / "k.duckdb", out=tmp_path / "out", scheduler="tcp://127.0.0.1:9")
