"""Children for a server: forked copies of it that answer one query after another, and can be killed at any time.

What :mod:`kg.query.child` says of limits holds here, too. Forking for each query would cost more than most queries do;
so a child that has answered quickly and needed little is asked again, and any other is replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import math
import os
import pickle
import resource
import signal
import socket
import stat
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any, NoReturn

from kg.forks import end_with_parent
from kg.query.child import Stopped, address_space, late, limit, out_of_memory

_CHUNK = 1 << 18
_LENGTH = 8
_DONE, _LAST, _FAILED = b"=", b".", b"!"
"""How an answer begins: all is well; the same, and the child has ended; the work raised what follows."""
_SLOW = 0.3
"""Seconds of work after which a child waits for those that have quicker work, and is not asked again."""
_ANSWERS = 1000
"""What a child answers before it is replaced."""


class Pool:
    """Children that all have the same things at hand, such as an open store.

    ``own`` are these things: the first arguments of all work. ``memory``: bytes of address space that a child may take
    beyond what it starts with.
    """

    def __init__(self, *own: Any, memory: int) -> None:
        self._own, self._memory = own, memory
        self._idle: list[_Child] = []
        self._closed = False

    async def stream(self, work: Callable[..., bytes], *arguments: Any, timeout: float) -> AsyncGenerator[bytes]:
        """What ``work`` returns in a child, in chunks as they are taken, others being served meanwhile.

        The time limit counts until the result begins; after that the child only waits for whoever takes it. Closing
        the iterator ends the child. ``work`` is a function of a module; its arguments and errors can be pickled.

        Raises:
            Stopped: time or memory was over; or what ``work`` raises.
        """
        child = self._idle.pop() if self._idle else _Child(self._own, self._memory, timeout)
        loop, finished = asyncio.get_running_loop(), False
        watch = asyncio.ensure_future(child.watch())
        try:
            request = pickle.dumps((work, arguments))
            try:
                async with asyncio.timeout(timeout):
                    await loop.sock_sendall(child.socket, len(request).to_bytes(_LENGTH) + request)
                    data = await loop.sock_recv(child.socket, _CHUNK)
                    while 0 < len(data) <= _LENGTH:
                        data += await loop.sock_recv(child.socket, _CHUNK)
            except TimeoutError:
                raise late(timeout) from None
            except OSError:
                data = b""
            if not data:
                raise out_of_memory()
            kind, missing, data = data[:1], int.from_bytes(data[1 : _LENGTH + 1]), data[_LENGTH + 1 :]
            missing -= len(data)
            if kind == _FAILED:
                while missing:
                    more = await child.more(missing)
                    data, missing = data + more, missing - len(more)
                finished = True
                raise pickle.loads(data)
            yield data
            while missing:
                data = await child.more(missing)
                missing -= len(data)
                yield data
            finished = kind == _DONE
        finally:
            watch.cancel()
            if finished and not child.slow and not self._closed:
                self._idle.append(child)
            else:
                child.end()

    def close(self) -> None:
        """End the children that wait; those at work end when their work does."""
        self._closed = True
        while self._idle:
            self._idle.pop().end()

    @staticmethod
    def wait() -> None:
        """Wait until all children that were ended are gone: at the end of a server."""
        while _DYING:
            os.waitpid(_DYING.pop(), 0)


class _Child:
    """One child, as the server sees it."""

    def __init__(self, own: tuple[Any, ...], memory: int, timeout: float) -> None:
        self.socket, other = socket.socketpair()
        self.slow = False
        self.pid = os.fork()
        if self.pid == 0:
            _live(other, own, memory, timeout)
        other.close()
        self.socket.setblocking(False)

    async def watch(self) -> None:
        """Who asks for much waits for who asks for little; who only waits for a processor has asked for nothing."""
        before = self._worked()
        while not self.slow:
            await asyncio.sleep(_SLOW)
            if self._worked() - before >= _SLOW:
                self.slow = True
                with contextlib.suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, self.pid, 19)

    def _worked(self) -> float:
        """Seconds of processor that the child has taken."""
        try:
            with open(f"/proc/{self.pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:  # no such system: time alone tells
            return time.monotonic()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def more(self, missing: int) -> bytes:
        """The next bytes of an answer, after others have had their turn: among them the news that nobody takes it."""
        await asyncio.sleep(0)  # bytes that are there already would be received without a pause
        data = await asyncio.get_running_loop().sock_recv(self.socket, min(missing, _CHUNK))
        if not data:
            raise out_of_memory()
        return data

    def end(self) -> None:
        """Kill it. It may take a while to go, where others are busy: the server does not wait for that."""
        self.socket.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        _DYING.add(self.pid)
        _bury(self.pid)


_DYING: set[int] = set()
"""Children that were killed and may not be gone yet."""


def _bury(pid: int) -> None:
    if pid in _DYING:
        if os.waitpid(pid, os.WNOHANG)[0]:
            _DYING.discard(pid)
        else:
            asyncio.get_running_loop().call_later(0.05, _bury, pid)


def _live(pipe: socket.socket, own: tuple[Any, ...], memory: int, timeout: float) -> NoReturn:
    """A child's life."""
    try:
        end_with_parent()
        faulthandler.disable()  # an end by the memory limit is no crash to report
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        _leave_connections(pipe.fileno())
        limit(memory)
        enough = (address_space() or 0) + memory // 2
        for answered in range(1, _ANSWERS + 1):
            length = int.from_bytes(_read(pipe, _LENGTH))
            work, arguments = pickle.loads(_read(pipe, length))
            _limit_time(timeout + 2)  # should the server be killed, the child still ends
            try:
                kind, answer = _DONE, work(*own, *arguments)
            except MemoryError:
                os._exit(1)
            except Exception as error:
                kind, answer = _FAILED, pickle.dumps(error)
            last = answered == _ANSWERS or (address_space() or 0) > enough
            if last and kind == _DONE:
                kind = _LAST
            pipe.sendall(kind + len(answer).to_bytes(_LENGTH) + answer)
            if last:
                break
    finally:
        os._exit(0)


def _read(pipe: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = pipe.recv(length - len(data))
        if not more:
            os._exit(0)
        data += more
    return data


def _leave_connections(own: int) -> None:
    """Close what the server has open to its clients: a connection lasts until all that have it close it."""
    for name in os.listdir("/dev/fd"):
        number = int(name)
        with contextlib.suppress(OSError):
            if number != own and stat.S_ISSOCK(os.fstat(number).st_mode):
                os.close(number)


def _limit_time(seconds: float) -> None:
    if seconds == math.inf:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    ceiling = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (ceiling, resource.getrlimit(resource.RLIMIT_CPU)[1]))


__all__ = ["Pool", "Stopped"]
