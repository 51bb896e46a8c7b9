"""The graph that an endpoint serves, and the places that it has for queries."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.model import KgError
from kg.query.pool import Pool, Stopped
from kg.query.protocol import Refused
from kg.query.store import base_of, current, open_read_only


@dataclass(frozen=True, slots=True)
class Limits:
    """What queries may take."""

    timeout: float = 10.0
    """Seconds until the result begins."""
    memory: int = 1 << 30
    """Bytes, for each query."""
    workers: int = 4
    """Queries that run at the same time; as many again wait for results to be fetched or have run for long."""
    waiting: int = 200
    """Requests that wait for their turn; further ones are told to come back."""


class Endpoint:
    """The graph that is served, reopened when a build has made a new one, and the places for queries."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder, self.limits = folder, limits
        self._path: Path | None = None
        self._store: ox.Store | None = None
        self._base = ""
        self._pool: Pool | None = None
        self._waiting = 0

    @cached_property
    def _places(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(self.limits.workers)

    @cached_property
    def _slow_places(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(self.limits.workers)

    @property
    def store(self) -> ox.Store:
        """The store that counts now."""
        try:
            path = current(self.folder)
        except KgError:
            if self._store is None:
                raise
            return self._store  # a build is about to replace it
        if path != self._path or self._store is None:
            self._store, self._path = open_read_only(self.folder), path
            self._base = base_of(self._store)
            gc.freeze()  # children share this memory for longer
            if self._pool:
                self._pool.close()
            self._pool = Pool(self._store, self._base, memory=self.limits.memory)
        return self._store

    @property
    def base(self) -> str:
        """The base of the graph's IRIs."""
        return self._base if self.store else ""

    async def run(self, work: Callable[..., bytes], *arguments: Any) -> AsyncGenerator[bytes]:
        """What ``work(store, base, *arguments)`` returns in a child, in chunks.

        Raises:
            Refused: too many wait (503), or time or memory was over (503).
        """
        if self._waiting >= self.limits.waiting:
            raise Refused(503, "too many queries are waiting; try again in a moment")
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        place = [self._places]
        mover = asyncio.create_task(self._make_room(place))
        try:
            _ = self.store  # the pool of the latest one
            assert self._pool is not None
            async with aclosing(self._pool.stream(work, *arguments, timeout=self.limits.timeout)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except Stopped as error:
            raise Refused(503, str(error)) from error
        finally:
            mover.cancel()
            place[0].release()

    def close(self) -> None:
        """End the children."""
        if self._pool:
            self._pool.close()
            self._pool.wait()

    async def _make_room(self, place: list[asyncio.Semaphore]) -> None:
        """After a second a query moves to a place for slow ones, so that quick ones find theirs."""
        await asyncio.sleep(1)
        await self._slow_places.acquire()
        place[0].release()
        place[0] = self._slow_places
