"""Extraction on every core: a plain function from a Parquet shard to a Parquet shard, and worker processes for it.

A shard in has the columns ``text`` (a hash), ``id`` (for messages), ``title`` and ``abstract``; a shard out those of
the store's table ``extractions``. Run as a module (``python -m kg.shards``), this file is one worker: it loads the
pipeline once, reads lines of JSON ``[source, result]`` and answers each with one line when the shard is done.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from functools import lru_cache, partial
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

import kg.extract as extract
from kg.forks import Forks
from kg.model import Extraction, KgError, Paper

if TYPE_CHECKING:
    from spacy.language import Language

ATTEMPTS = 3
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


def run_shard(source: str, result: str, path: str | None = None) -> int:
    """Extract one shard; returns its number of papers. ``result`` appears when it is complete.

    ``source`` and ``result`` are paths, or URLs that fsspec knows (``s3://…``, with ``pip install '.[dask]'``).
    """
    nlp, version = pipeline(path)
    with _file(source, "rb") as stream:
        rows = pq.read_table(stream).to_pylist()
    papers = [Paper(id=row["text"], title=row["title"], abstract=row["abstract"]) for row in rows]
    # one thread: a sum split over several comes out differently in its last digits, and processes fill the cores anyway
    with threadpool_limits(limits=1):
        try:
            done = [_row(extraction, version) for extraction in extract.extract(nlp, papers)]
        except Exception:
            _blame(nlp, papers, [row["id"] for row in rows])
            raise
    table = pa.Table.from_pylist(done, schema=SCHEMA)
    if "://" in result:  # an object store shows no file before it is whole
        with _file(result, "wb") as stream:
            pq.write_table(table, stream, compression="zstd")
    else:
        temporary = f"{result}.{os.getpid()}.tmp"
        pq.write_table(table, temporary, compression="zstd")
        os.replace(temporary, result)
    return len(done)


def _blame(nlp: Language, papers: Sequence[Paper], ids: Sequence[str]) -> None:
    """Raise :class:`KgError` with the id of the first paper that the pipeline fails on; else nothing."""
    for paper, id in zip(papers, ids, strict=True):
        try:
            list(extract.extract(nlp, [paper]))
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise KgError(
                f"{id}: the pipeline fails on this paper's text ({what}); take it out with kg remove, then build again"
            ) from error


def whole(done: Path) -> bool:
    """Whether the result of a shard is all there: what a power cut left may be damaged."""
    try:
        return bool(pq.read_table(done).schema.equals(SCHEMA))
    except (pa.ArrowException, OSError):
        return False


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


def target(source: Path) -> Path:
    """Where the result of a shard goes: beside it.

    >>> print(target(Path("work/000001.parquet")))
    work/000001.done.parquet
    """
    return source.with_suffix(".done.parquet")


def run_here(sources: Sequence[Path], path: str | None) -> Generator[int]:
    """Run shards one after the other in this process; yields each one's number when it is done."""
    for number, source in enumerate(sources):
        run_shard(str(source), str(target(source)), path)
        yield number


def run_forks(sources: Sequence[Path], path: str | None, workers: int) -> Generator[int]:
    """Run few shards on copies of this process, which have the pipeline already; yields numbers when all are done."""
    pipeline(path)
    jobs = [partial(run_shard, str(source), str(target(source)), path) for source in sources]
    with Forks(jobs, workers) as forks:
        forks.results()
    yield from range(len(sources))


def run_workers(sources: Sequence[Path], path: str | None, workers: int) -> Generator[int]:
    """Run shards on worker processes; yields each one's number as it is done, in any order.

    The workers are processes of their own rather than multiprocessing's: they need no ``if __name__ == "__main__"`` in
    the calling script, and they end by themselves when this process is killed. Closing the generator ends them at once.
    """
    idle: SimpleQueue[_Worker] = SimpleQueue()
    started: list[_Worker] = []
    starting = Lock()
    stopped = False

    def start() -> _Worker:
        with starting:
            if stopped:  # a worker has died because it was stopped: none takes its place
                raise _WorkerDied("stopped")
            started.append(_Worker(path))
            return started[-1]

    def run(number: int) -> int:
        worker = idle.get()
        try:
            for attempt in range(ATTEMPTS):
                try:
                    worker.run(str(sources[number]), str(target(sources[number])))
                    return number
                except _WorkerDied as died:
                    worker = start()  # for the same shard: another idle one may be dead as well
                    if attempt == ATTEMPTS - 1:
                        raise KgError(
                            f"extraction: a worker died {ATTEMPTS} times on the same papers ({died}); "
                            "what is done is kept; run again, with fewer --workers where memory is short"
                        ) from died
        finally:
            idle.put(worker)
        raise AssertionError("unreachable")

    pool = ThreadPoolExecutor(min(workers, len(sources)))
    try:
        for _ in range(min(workers, len(sources))):
            idle.put(start())
        for future in as_completed([pool.submit(run, number) for number in range(len(sources))]):
            yield future.result()
    finally:
        with starting:
            stopped = True
        for worker in started:
            worker.stop()
        pool.shutdown(cancel_futures=True)


def run_shared(
    sources: Sequence[Path], path: str | None, workers: int, scheduler: str, shared: str | None
) -> Generator[int]:
    """Run shards on a Dask cluster; yields each one's number as it is done and its result is beside it.

    ``scheduler`` is the address of one (``tcp://…``), or ``local`` for a cluster of ``workers`` processes here.
    ``shared`` is a folder or fsspec URL that all workers see; None is where the shards are. A worker that is lost costs
    its shard, which another one runs: see https://distributed.dask.org/en/stable/resilience.html.
    """
    if shared is None:
        pairs = [(str(source), str(target(source))) for source in sources]
        yield from run_dask(pairs, path, workers, scheduler)
        return
    import fsspec

    files, root = fsspec.core.url_to_fs(f"{shared.rstrip('/')}/kg-{uuid.uuid4().hex}")
    files.makedirs(root, exist_ok=True)
    try:
        for source in sources:
            files.put_file(str(source), f"{root}/{source.name}")
        address = files.unstrip_protocol(root) if "://" in shared else root
        pairs = [(f"{address}/{source.name}", f"{address}/{target(source).name}") for source in sources]
        for number in run_dask(pairs, path, workers, scheduler):
            source = sources[number]
            temporary = source.with_suffix(".tmp")
            files.get_file(f"{root}/{target(source).name}", str(temporary))
            os.replace(temporary, target(source))
            yield number
    finally:
        files.rm(root, recursive=True)


def run_dask(pairs: Sequence[tuple[str, str]], path: str | None, workers: int, scheduler: str) -> Iterator[int]:
    """Run (source, target) on a Dask cluster; yields each pair's number as it is done, in any order."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise KgError("--scheduler: Dask is not installed; from kg's checkout: pip install '.[dask]'") from error
    local = scheduler == "local"
    # without a word of its own: what goes wrong is told here, in one line
    alone = {"threads_per_worker": 1, "dashboard_address": None, "silence_logs": logging.CRITICAL}
    with distributed.LocalCluster(n_workers=workers, **alone) if local else nullcontext(scheduler) as cluster:
        try:
            client = distributed.Client(cluster, timeout=10)
        except (OSError, ValueError) as error:
            raise KgError(f"{scheduler}: no Dask scheduler answers there") from error
        with client:
            futures = [client.submit(run_shard, *pair, path, key=f"kg-{pair[1]}", retries=ATTEMPTS) for pair in pairs]
            numbers = {future.key: number for number, future in enumerate(futures)}
            for future in distributed.as_completed(futures):
                try:
                    future.result()
                except KgError:
                    raise
                except FileNotFoundError as error:
                    place = pairs[0][0].rpartition("/")[0]
                    what = f"a worker does not see {place}; give --shards a folder or URL that all workers see"
                    raise KgError(f"extraction on {scheduler}: {what}") from error
                except Exception as error:  # a worker's: its own words are all there is
                    raise KgError(f"extraction on {scheduler}: {type(error).__name__}: {error}") from error
                yield numbers[future.key]


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ctrl-C is for this process, which ends its workers: one started in here never hears it, not while it loads."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _WorkerDied(Exception):
    """The process is gone; the message says how."""


class _Worker:
    """One worker process."""

    def __init__(self, path: str | None) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "kg.shards", *([path] if path else [])]
        with _deaf_to_interrupts():
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
            )

    def run(self, source: str, result: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        try:
            print(json.dumps([source, result]), file=self._process.stdin, flush=True)
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
        source, result = json.loads(line)
        try:
            if not pipeline.cache_info().currsize:
                pipeline(path)
                gc.freeze()  # what is loaded stays: the garbage collector need not look through it again and again
            run_shard(source, result, path)
            answer = None
        except (KgError, OSError) as error:
            answer = str(error)
        print(json.dumps(answer), file=stdout, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # see _deaf_to_interrupts
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    main(sys.stdin, answers, sys.argv[1] if len(sys.argv) > 1 else None)
