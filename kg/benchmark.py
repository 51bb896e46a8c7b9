"""What a build costs, stage by stage, at growing sizes: time, rate and peak memory.

Each size is built from scratch in a process of its own (``python -m kg.benchmark``), whose memory, and its workers', is
watched from here. Beyond the papers that there are, copies are made: the same texts with numbered titles, which costs
reading, extracting and writing what new papers would, but brings no new names.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kg.model import KgError, Paper

if TYPE_CHECKING:
    import pandas as pd
    from spacy.language import Language

BARE = "bare nlp.pipe"
"""A stage that is no part of a build: the pipeline alone on the same texts, ``nlp.pipe(texts, n_process=workers)``."""
DIVIDED = "nlp.pipe, texts divided"
"""The same with the texts divided among as many processes, each with an ``nlp.pipe`` of its own. Nothing comes back
from them, where spaCy's ``n_process`` sends every text and its annotation from process to process: no use to a caller,
but what the work itself takes."""
BATCH = 64
"""Texts that the bare pipeline takes at once: as many as a build gives it."""
WHOLE = "whole build"
"""The sum of a build's stages."""


def benchmark(
    inputs: list[str] | None,
    sizes: list[int],
    *,
    workers: int | None = None,
    bare: bool = False,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Build each size from scratch; returns one row a size and stage.

    Columns: ``papers`` (the size), ``stage``, ``seconds``, ``cpu_seconds`` (of all processes: what a busy machine does
    not distort), ``papers_per_second``, ``peak_mb`` (of all processes together while the stage ran; pages that several
    share count once). ``bare`` adds the pipeline's own speed, in both ways of using several processes.
    """
    import pandas as pd

    rows = []
    workers = workers or os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="kg-benchmark-") as folder:
        for size in sizes:
            source = Path(folder) / f"{size}.jsonl.gz"
            _write(_papers(inputs, size), source)
            for kind in _kinds(bare, workers):
                if progress:
                    progress(f"{size:,} papers: {kind}")
                for stage, seconds, cpu, peak in _watched(kind, source, Path(folder) / str(size), workers):
                    rate = size / max(seconds, 1e-9)
                    rows.append((size, stage, round(seconds, 2), round(cpu, 2), round(rate, 1), round(peak)))
            source.unlink()
    return pd.DataFrame(rows, columns=["papers", "stage", "seconds", "cpu_seconds", "papers_per_second", "peak_mb"])


def _kinds(bare: bool, workers: int) -> list[str]:
    """What is measured at each size; on one process the two ways of :data:`BARE` and :data:`DIVIDED` are the same."""
    return ["build", *(["bare"] if bare else []), *(["divided"] if bare and workers > 1 else [])]


def plot(table: pd.DataFrame, path: Path) -> None:
    """Draw seconds and peak memory against papers to an image file: one line a stage.

    The legend says how each grows: ``n^1.05`` is nearly linear, as the dotted line is.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise KgError("the plot needs matplotlib; from kg's checkout: pip install '.[notebooks]'") from error
    matplotlib.use("agg")
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "kg"  # the same figures give the same bytes
    figure, (cost, memory) = pyplot.subplots(1, 2, figsize=(11, 5.2), layout="constrained", width_ratios=[3, 2])
    for number, (stage, rows) in enumerate(table.groupby("stage", sort=False)):
        look = {"color": "black", "linewidth": 2.5} if stage == WHOLE else {"color": f"C{number}"}
        rows = rows[rows["seconds"] > 0]
        cost.plot(rows["papers"], rows["seconds"], marker="o", label=f"{stage} {_growth(rows)}".strip(), **look)
    whole = table[table["stage"] == WHOLE]
    if len(whole):
        first = whole.iloc[0]
        cost.plot(whole["papers"], whole["papers"] * (first["seconds"] / first["papers"]), ":", color="gray")
        memory.plot(whole["papers"], whole["peak_mb"], marker="o", color="black")
    cost.set(xscale="log", yscale="log", xlabel="papers", ylabel="seconds", title="time (dotted: linear)")
    memory.set(xscale="log", ylim=(0, None), xlabel="papers", ylabel="MB", title="peak memory of the whole build")
    for axes in (cost, memory):
        axes.grid(alpha=0.3)
        axes.set_xticks(sorted(set(table["papers"])), [f"{size:,}" for size in sorted(set(table["papers"]))])
        axes.minorticks_off()
    figure.legend(*cost.get_legend_handles_labels(), fontsize="small", loc="outside lower center", ncols=4)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)


def _growth(rows: pd.DataFrame) -> str:
    """The power of the number of papers with which seconds grow, from the smallest size to the largest."""
    if rows["papers"].nunique() < 2:
        return ""
    first, last = rows.iloc[0], rows.iloc[-1]
    power = math.log(last["seconds"] / first["seconds"]) / math.log(last["papers"] / first["papers"])
    return f"(n^{power:.2f})"


def _papers(inputs: list[str] | None, size: int) -> Iterator[Paper]:
    """``size`` papers: the first of the inputs, and then numbered copies of them."""
    from kg import read
    from kg.stages import sample

    def once() -> Iterator[Paper]:
        with sample(inputs) as named:
            yield from read.stream(named, keep_going=True)

    def endless() -> Iterator[Paper]:
        yield from once()
        for number in count(2):
            for paper in once():
                yield replace(
                    paper, id=f"{paper.id}-{number}", title=f"{paper.title} ({number})", arxiv_id=None, doi=None
                )

    return islice(endless(), size)


def _write(papers: Iterator[Paper], path: Path) -> None:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as stream:
        for paper in papers:
            record = {"id": paper.id, "title": paper.title, "abstract": paper.abstract, "date": paper.date}
            stream.write(json.dumps({**record, "categories": list(paper.categories)}) + "\n")


def _watched(kind: str, source: Path, folder: Path, workers: int) -> Iterator[tuple[str, float, float, float]]:
    """Run one measurement in a process of its own; gives (stage, seconds, CPU seconds, peak MB) of each stage."""
    command = [sys.executable, "-m", "kg.benchmark", kind, str(source), str(folder), str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        peaks: dict[str, float] = {}
        current = ["start"]
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.2):
                peaks[current[0]] = max(peaks.get(current[0], 0.0), _memory(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        marks = []
        assert process.stdout
        for line in process.stdout:
            at, cpu, stage = json.loads(line)
            marks.append((at, cpu, stage))
            current[0] = stage
        done.set()
        watcher.join()
    if process.returncode:
        raise KgError(f"the measured {kind} ended with exit status {process.returncode}")
    for (start, before, stage), (end, after, _) in pairwise(marks):
        yield stage, end - start, after - before, peaks.get(stage, 0.0)
    if kind == "build":
        whole = marks[-1][0] - marks[0][0], marks[-1][1] - marks[0][1]
        yield WHOLE, *whole, max(peaks.values(), default=0.0)


def _memory(pid: int) -> float:
    """MB in memory of a process and all its descendants, from /proc; 0 where there is none.

    A page that several processes share counts once in all (proportional set size).
    """
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += sum(float(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1e3
            for thread in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        except OSError:  # it has ended
            continue
    return total


def _divided(nlp: Language, texts: list[str], workers: int) -> None:
    for number in range(workers):
        if os.fork() == 0:
            code = 1
            try:
                with nlp.memory_zone():
                    for _ in nlp.pipe(texts[number::workers], batch_size=BATCH):
                        pass
                code = 0
            finally:
                os._exit(code)
    if sum(os.wait()[1] for _ in range(workers)):
        raise KgError("a process of the divided texts failed")


def main(kind: str, source: str, folder: str, workers: int) -> None:
    """Be the measured process: print ``[seconds, CPU seconds, stage]`` whenever a stage begins, and at the end."""
    last = ""

    def mark(stage: str, done: int = 0, total: int | None = None) -> None:
        nonlocal last
        if stage != last:
            used = os.times()
            cpu = used.user + used.system + used.children_user + used.children_system
            print(json.dumps([time.perf_counter(), cpu, stage]), flush=True)
            last = stage

    if kind == "build":
        from kg import api

        mark("read")
        api.build(source, db=Path(folder) / "kg.duckdb", out=Path(folder) / "out", workers=workers, progress=mark)
    else:
        from threadpoolctl import threadpool_limits

        from kg import extract, read

        nlp = extract.load()
        texts = [paper.text for paper in read.stream(source)]
        mark(BARE if kind == "bare" else DIVIDED)
        with threadpool_limits(limits=1):
            if kind == "bare":
                with nlp.memory_zone():
                    for _ in nlp.pipe(texts, n_process=workers, batch_size=BATCH):
                        pass
            else:
                _divided(nlp, texts, workers)
    mark("end")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
