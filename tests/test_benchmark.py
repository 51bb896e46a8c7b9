"""The benchmark measures real builds, and draws them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kg.benchmark import DIVIDED, WHOLE, plot


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_benchmark_of_two_sizes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kg", "benchmark", "--sizes", "200,5", "--workers", "2", "--bare", "--json"]
    run = subprocess.run([*command, "--plot", tmp_path / "b.svg"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    rows = json.loads(run.stdout)
    alone = ["bare nlp.pipe", "nlp.pipe, texts divided"]
    stages = [row["stage"] for row in rows if row["papers"] == 5]
    assert stages[:4] == ["read", "extract", "resolve", "link"]
    assert stages[-3:] == ["whole build", *alone]
    assert [row["stage"] for row in rows if row["papers"] == 200] == stages  # more than the sample: copies are made
    whole = next(row for row in rows if row["stage"] == "whole build")
    parts = [row for row in rows if row["papers"] == 5 and row["stage"] not in ("whole build", *alone)]
    assert sum(row["seconds"] for row in parts) == pytest.approx(whole["seconds"], abs=0.1)
    assert 100 < whole["peak_mb"] < 3000
    assert (tmp_path / "b.svg").read_text().startswith("<?xml")


def test_a_plot_without_matplotlib_is_refused_before_measuring(tmp_path: Path) -> None:
    without = (
        "import importlib.util as u; found = u.find_spec; "
        "u.find_spec = lambda name, *rest: None if name == 'matplotlib' else found(name, *rest); "
        "import sys; sys.argv = ['kg', 'benchmark', 'absent.csv', '--plot', 'x.svg']; from kg.cli import main; main()"
    )
    run = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert "matplotlib" in run.stderr


@pytest.mark.parametrize("sizes", ["many", "0", "1000,-5", ""])
def test_sizes_that_are_no_numbers(sizes: str) -> None:
    command = [sys.executable, "-m", "kg", "benchmark", f"--sizes={sizes}"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (2, "", 1)
    assert "numbers of papers, from 1, with commas between them, such as 1000,10000" in run.stderr


def test_a_stage_that_takes_no_time_is_drawn(tmp_path: Path) -> None:
    columns = ["papers", "stage", "seconds", "cpu_seconds", "papers_per_second", "peak_mb"]
    rows = [(size, stage, seconds, 0, 1, 1) for size in (5, 10) for stage, seconds in (("read", 0.0), (WHOLE, 1.0))]
    plot(pd.DataFrame(rows, columns=columns), tmp_path / "b.svg")
    assert (tmp_path / "b.svg").exists()


def test_a_process_that_fails_is_no_measurement(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"title": "BERT", "abstract": "We introduce BERT."}\n')
    failing = (
        "import contextlib, types, kg.extract as e; from kg import benchmark\n"
        "def pipe(*_, **__): raise RuntimeError('no pipeline')\n"
        "e.load = lambda: types.SimpleNamespace(memory_zone=contextlib.nullcontext, pipe=pipe)\n"
        "benchmark.main('divided', 'in.jsonl', '.', 2)"
    )
    run = subprocess.run([sys.executable, "-c", failing], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert run.returncode != 0
    assert [json.loads(line)[2] for line in run.stdout.splitlines()] == [DIVIDED]
