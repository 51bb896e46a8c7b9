"""Functions at work side by side, each in a forked copy of this process.

A forked copy sees all that its parent holds in memory without a copy being made: tables of a gigabyte cost nothing to
hand over. Only what a function returns travels back. Where a process cannot be forked safely (anywhere but on Linux),
and where a copy dies, the functions run here, one after the other.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, TypeVar

import pyarrow as pa

Item = TypeVar("Item")
Result = TypeVar("Result")

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before any fork: copies call it
_PR_SET_PDEATHSIG = 1
NUMBER = 2
"""Bytes of a function's number in the pipe. A pipe holds 64 KiB: 32,768 functions, where builds have hundreds."""


class Forks:
    """Runs functions in the order given, as many at once as there are processes. Use it as a context manager.

    The copies are made at once: what this process changes afterwards they do not see. Leaving the block ends them.

    >>> with Forks([lambda: 1 + 1, lambda: "b"], 2) as forks:
    ...     forks.results()
    [2, 'b']
    """

    def __init__(self, functions: Sequence[Callable[[], Any]], processes: int) -> None:
        self._functions = list(functions)
        self._children: list[tuple[int, Connection]] = []
        if sys.platform != "linux" or processes < 2:
            return
        gc.freeze()  # so that a collection in a copy does not touch, and thereby copy, all that it shares
        waiting, write = os.pipe()  # the numbers of the functions: each copy takes the next when it is idle
        os.write(write, b"".join(number.to_bytes(NUMBER, "big") for number in range(len(self._functions))))
        os.close(write)
        for _ in range(min(processes, len(self._functions))):
            self._children.append(self._fork(waiting))
        os.close(waiting)
        gc.unfreeze()

    def _fork(self, waiting: int) -> tuple[int, Connection]:
        answers, mine = Pipe(duplex=False)
        parent = os.getpid()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        with warnings.catch_warnings():
            # other threads of this process (DuckDB's, Arrow's) are idle now, and the copy starts its own
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid:
            mine.close()
            return pid, answers
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its copies
            end_with_parent()
            if os.getppid() == parent:
                while taken := os.read(waiting, NUMBER):
                    number = int.from_bytes(taken, "big")
                    mine.send((number, *_outcome(self._functions[number])))
                    give_back()
        finally:
            os._exit(0)  # at once: nothing of the parent's is closed or written twice

    def results(self, done: Callable[[int], None] | None = None) -> list[Any]:
        """What the functions return, in their order; raises what the first of them raises.

        ``done`` is called with the number of functions that are done whenever there is one more.
        """
        outcomes: dict[int, tuple[bool, Any]] = {}
        at_work = [answers for _, answers in self._children]
        while at_work:
            for answers in wait(at_work):
                assert isinstance(answers, Connection)
                try:
                    number, fine, value = answers.recv()
                except (EOFError, OSError):  # it has ended
                    at_work.remove(answers)
                    continue
                outcomes[number] = fine, value
                if done:
                    done(len(outcomes))
        values = []
        for number, function in enumerate(self._functions):
            if number not in outcomes:
                outcomes[number] = (True, function())
                if done:
                    done(len(outcomes))
            fine, value = outcomes[number]
            if not fine:
                raise value
            values.append(value)
        return values

    def __enter__(self) -> Forks:
        return self

    def __exit__(self, *_: object) -> None:
        for pid, answers in self._children:
            answers.close()
            os.kill(pid, signal.SIGKILL)  # it has ended already, unless something failed
            os.waitpid(pid, 0)


def spread(function: Callable[[Item], Result], items: Sequence[Item], processes: int) -> list[Result]:
    """What a function makes of each item, the items being shared among processes.

    >>> spread(len, ["a", "bb", "ccc"], 2)
    [1, 2, 3]
    """
    size = -(-len(items) // max(1, processes)) or 1

    def part(start: int) -> list[Result]:
        return [function(item) for item in items[start : start + size]]

    with Forks([partial(part, start) for start in range(0, len(items), size)], processes) as forks:
        return list(chain.from_iterable(forks.results()))


def end_with_parent() -> None:
    """Let this process be killed when the one that started it ends: nobody goes on at work for a killed one."""
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def give_back() -> None:
    """Give memory that nothing uses any more back to the system.

    The allocators of Python and Arrow keep what they were given once: of a graph of 75,000 papers, 800 MB of 2 GB.
    """
    if _LIBC:
        pa.default_memory_pool().release_unused()
        with suppress(AttributeError):  # another C library than glibc
            _LIBC.malloc_trim(0)


def _outcome(function: Callable[[], Any]) -> tuple[bool, Any]:
    """Whether a function ended well, and what it returned or raised, as something that can be pickled."""
    try:
        return True, function()
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            return False, RuntimeError(traceback.format_exc())
        return False, error
