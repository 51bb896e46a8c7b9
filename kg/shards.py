"""Extraction on every core: a plain function from a Parquet shard to a Parquet shard, and worker processes for it.

A shard in has the columns ``text`` (a hash), ``title`` and ``abstract``; a shard out has those of the store's table
``extractions``. Run as a module (``python -m kg.shards``), this file is one worker: it loads the pipeline once, reads
lines of JSON ``[source, target]`` and answers each with one line when the shard is done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import lru_cache
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

import kg.extract as extract
from kg.model import Extraction, KgError, Paper

if TYPE_CHECKING:
    from spacy.language import Language

ATTEMPTS = 2
"""How often a shard is tried: a worker that the system killed (out of memory) costs one attempt."""

_MENTION = pa.struct(
    [
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("confidence", pa.float64()),
        ("sentence_start", pa.int32()),
        ("sentence_end", pa.int32()),
    ]
)
_FINDING = pa.struct(
    [
        ("type", pa.string()),
        ("role", pa.string()),
        ("confidence", pa.float64()),
        ("role_confidence", pa.float64()),
        ("mentions", pa.list_(_MENTION)),
    ]
)
SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("pipeline", pa.string()),
        ("findings", pa.list_(_FINDING)),
        ("definitions", pa.list_(pa.struct([("short", pa.string()), ("long", pa.string())]))),
    ]
)
"""The columns of a shard that is done."""


@lru_cache(maxsize=1)
def pipeline(path: str | None) -> tuple[Language, str]:
    """The spaCy pipeline at ``path`` (None: the shipped one) and its version, loaded once a process."""
    nlp = extract.load(path)
    return nlp, extract.version(nlp)


def run_shard(source: str, target: str, path: str | None = None) -> int:
    """Extract one shard; returns its number of papers. ``target`` appears when it is complete.

    ``source`` and ``target`` are paths, or URLs that fsspec knows (``s3://…``, with ``pip install 'kg[dask]'``).
    """
    nlp, version = pipeline(path)
    with _file(source, "rb") as stream:
        rows = pq.read_table(stream).to_pylist()
    papers = (Paper(id=row["text"], title=row["title"], abstract=row["abstract"]) for row in rows)
    # one thread: a sum split over several comes out differently in its last digits, and processes fill the cores anyway
    with threadpool_limits(limits=1):
        done = [_row(extraction, version) for extraction in extract.extract(nlp, papers)]
    table = pa.Table.from_pylist(done, schema=SCHEMA)
    if "://" in target:  # an object store shows no file before it is whole
        with _file(target, "wb") as stream:
            pq.write_table(table, stream, compression="zstd")
    else:
        temporary = f"{target}.{os.getpid()}.tmp"
        pq.write_table(table, temporary, compression="zstd")
        os.replace(temporary, target)
    return len(done)


def _file(path: str, mode: str) -> Any:
    if "://" not in path:
        return open(path, mode)
    import fsspec

    return fsspec.open(path, mode)


def _row(extraction: Extraction, version: str) -> dict[str, Any]:
    return {
        "text": extraction.paper,
        "pipeline": version,
        "findings": [
            {
                "type": str(finding.type),
                "role": str(finding.role),
                "confidence": float(finding.confidence),
                "role_confidence": float(finding.role_confidence),
                "mentions": [
                    {
                        "start": mention.start,
                        "end": mention.end,
                        "text": mention.text,
                        "confidence": float(mention.confidence),
                        "sentence_start": mention.sentence_start,
                        "sentence_end": mention.sentence_end,
                    }
                    for mention in finding.mentions
                ],
            }
            for finding in extraction.findings
        ],
        "definitions": [{"short": short, "long": long} for short, long in extraction.definitions],
    }


def run_here(shards: Sequence[tuple[str, str]], path: str | None) -> Iterator[int]:
    """Run shards (source, target) one after the other in this process; yields each one's number when it is done."""
    for number, (source, target) in enumerate(shards):
        run_shard(source, target, path)
        yield number


def run_workers(shards: Sequence[tuple[str, str]], path: str | None, workers: int) -> Iterator[int]:
    """Run shards (source, target) on worker processes; yields each one's number as it is done, in any order.

    The workers are processes of their own rather than multiprocessing's: they need no ``if __name__ == "__main__"`` in
    the calling script, and they end by themselves when this process is killed.
    """
    idle: SimpleQueue[_Worker] = SimpleQueue()
    started = [_Worker(path) for _ in range(min(workers, len(shards)))]
    for worker in started:
        idle.put(worker)

    def run(number: int) -> int:
        for attempt in range(ATTEMPTS):
            worker = idle.get()
            try:
                worker.run(*shards[number])
                return number
            except _WorkerDied as died:
                worker = _Worker(path)
                started.append(worker)
                if attempt == ATTEMPTS - 1:
                    raise KgError(
                        f"extraction: a worker died {ATTEMPTS} times on the same papers ({died}); "
                        "what is done is kept; run again, with fewer --workers where memory is short"
                    ) from died
            finally:
                idle.put(worker)
        raise AssertionError("unreachable")

    pool = ThreadPoolExecutor(len(started))
    try:
        for future in as_completed([pool.submit(run, number) for number in range(len(shards))]):
            yield future.result()
    finally:
        for worker in started:
            worker.stop()
        pool.shutdown(cancel_futures=True)


class _WorkerDied(Exception):
    """The process is gone; the message says how."""


class _Worker:
    """One worker process."""

    def __init__(self, path: str | None) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "kg.shards", *([path] if path else [])]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def run(self, source: str, target: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        try:
            print(json.dumps([source, target]), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            raise _WorkerDied(f"exit status {self._process.wait()}")
        if error := json.loads(answer):
            raise KgError(f"extraction: {error}")

    def stop(self) -> None:
        """End the process, whatever it does: a shard half done leaves no trace."""
        self._process.kill()
        self._process.wait()


def main(stdin: IO[str], stdout: IO[str], path: str | None) -> None:
    """Be a worker: answer each line of stdin with ``null``, or with what went wrong, in JSON."""
    for line in stdin:
        source, target = json.loads(line)
        try:
            run_shard(source, target, path)
            answer = None
        except (KgError, OSError) as error:
            answer = str(error)
        print(json.dumps(answer), file=stdout, flush=True)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    main(sys.stdin, answers, sys.argv[1] if len(sys.argv) > 1 else None)
