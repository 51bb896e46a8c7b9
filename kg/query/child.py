"""A function in a forked child, with a time and a memory limit that hold whatever the function does.

Oxigraph cannot be told to stop, and neither a signal handler nor a thread can end a query that is aggregating. A child
can be killed. Where the system lets it, it also leaves the network (a namespace of its own, without interfaces):
queries with SERVICE are refused before they come here (:mod:`kg.query.service`), and behind that stands this.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import math
import os
import pickle
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import NoReturn

from kg.forks import end_with_parent
from kg.model import KgError

_CHUNK = 1 << 18
_LIBC = ctypes.CDLL(None)
_STATM = "/proc/self/statm"
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


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
    if timeout == math.inf:
        timeout = None
    pid, pipe = _fork(work, timeout, memory)
    try:
        data = _read(pipe, timeout)
    finally:
        _end(pid, pipe)
    return _opened(data)


def _fork(work: Callable[[], bytes], timeout: float | None, memory: int | None) -> tuple[int, int]:
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        _child(work, write_end, timeout, memory)
    os.close(write_end)
    return pid, read_end


def _end(pid: int, pipe: int) -> None:
    os.close(pipe)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _child(work: Callable[[], bytes], write_end: int, timeout: float | None, memory: int | None) -> NoReturn:
    code = 1
    try:
        end_with_parent()
        faulthandler.disable()  # an end by the memory limit is no crash to report
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        try:
            limit(memory)
            if timeout is not None:  # should the parent be killed, the child still ends
                seconds = int(timeout) + 2
                resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            data = b"=" + work()
        except MemoryError:
            os._exit(1)
        except Exception as error:
            data = b"!" + pickle.dumps(error)
        view = memoryview(data)
        while view:
            view = view[os.write(write_end, view) :]
        code = 0
    finally:
        os._exit(code)


def limit(memory: int | None) -> None:
    """Take from this process what a query does not need: the network, more memory, core dumps.

    Files stay: a large store opens its own as it needs them.
    """
    if hasattr(_LIBC, "unshare"):  # on Linux, and not allowed everywhere there; then it changes nothing
        _LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    size = address_space()
    if memory is not None and size is not None:
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def address_space() -> int | None:
    """Bytes of this process's address space; None where the system does not tell, as macOS: nothing limits it there."""
    try:
        with open(_STATM, encoding="ascii") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def _read(pipe: int, timeout: float | None) -> bytes:
    deadline = None if timeout is None else time.monotonic() + timeout
    chunks: list[bytes] = []
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([pipe], [], [], left)[0]:
            raise late(timeout or 0.0)
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)


def _opened(data: bytes) -> bytes:
    if not data:
        raise out_of_memory()
    if data[:1] == b"!":
        raise pickle.loads(data[1:])
    return data[1:]


def out_of_memory() -> Stopped:
    """What to raise where a child has ended without an answer."""
    return Stopped("stopped: it took too much memory; ask for less (LIMIT, a narrower pattern)")


def late(timeout: float) -> Stopped:
    """What to raise where a child has taken too long."""
    return Stopped(f"stopped after {timeout:g} s; ask for less (LIMIT, a narrower pattern) or allow more time")
