"""A function in a forked child, with a time and a memory limit that hold whatever the function does.

Oxigraph cannot be told to stop, and neither a signal handler nor a thread can end a query that is aggregating. A child
can be killed. It also may open no file or socket (``RLIMIT_NOFILE``), so that no query reaches out of the process.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import NoReturn

from kg.model import KgError


class Stopped(KgError):
    """The child was stopped: it took too long, or too much memory."""


def run(work: Callable[[], bytes], *, timeout: float | None = None, memory: int | None = None) -> bytes:
    """What ``work`` returns or raises, computed in a child.

    Args:
        work: gives bytes, or raises an error that can be pickled.
        timeout: seconds after which the child is killed.
        memory: bytes of address space that it may take beyond what it starts with.

    Raises:
        Stopped: a limit was reached.
    """
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        _child(work, write_end, timeout, memory)
    os.close(write_end)
    try:
        data, late = _read(read_end, timeout)
    finally:
        os.close(read_end)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    if late:
        raise Stopped(f"stopped after {timeout:g} s; ask for less (LIMIT, a narrower pattern) or allow more time")
    if not data:
        raise Stopped("stopped: it took too much memory; ask for less (LIMIT, a narrower pattern)")
    if data[:1] == b"!":
        raise pickle.loads(data[1:])
    return data[1:]


def limit(memory: int | None) -> None:
    """Take from this process what a query does not need: new files and sockets, more memory, core dumps."""
    if memory is not None:
        ceiling = _address_space() + memory
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _child(work: Callable[[], bytes], write_end: int, timeout: float | None, memory: int | None) -> NoReturn:
    code = 1
    try:
        limit(memory)
        if timeout is not None:  # should the parent die, the child still ends
            resource.setrlimit(resource.RLIMIT_CPU, (int(timeout * 4) + 2, int(timeout * 4) + 2))
        try:
            data = b"=" + work()
        except MemoryError:
            os._exit(1)
        except Exception as error:
            data = b"!" + pickle.dumps(error)
        view = memoryview(data)
        while view:
            view = view[os.write(write_end, view) :]
        code = 0
    except BaseException:
        code = 1
    finally:
        os._exit(code)


def _read(read_end: int, timeout: float | None) -> tuple[bytes, bool]:
    deadline = None if timeout is None else time.monotonic() + timeout
    chunks: list[bytes] = []
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([read_end], [], [], left)[0]:
            return b"", True
        chunk = os.read(read_end, 1 << 20)
        if not chunk:
            return b"".join(chunks), False
        chunks.append(chunk)


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
