"""Functions in forked copies: results in order, errors as they are, a copy that dies costs a retry."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from kg.forks import Forks
from kg.model import KgError

linux = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_results_come_in_the_order_of_the_functions(processes: int) -> None:
    def slow(number: int) -> int:
        time.sleep(0.02 * (4 - number))
        return number

    seen: list[int] = []
    with Forks([lambda n=n: slow(n) for n in range(4)], processes) as forks:
        assert forks.results(seen.append) == [0, 1, 2, 3]
    assert seen == [1, 2, 3, 4]


@linux
def test_they_run_elsewhere_and_at_the_same_time(tmp_path: Path) -> None:
    def meet(mine: str, other: str) -> int:
        (tmp_path / mine).touch()
        while not (tmp_path / other).exists():
            time.sleep(0.01)
        return os.getpid()

    with Forks([lambda: meet("a", "b"), lambda: meet("b", "a")], 2) as forks:
        assert len({os.getpid(), *forks.results()}) == 3


@pytest.mark.parametrize("processes", [1, 2])
def test_errors_arrive_as_they_are(processes: int) -> None:
    class Odd(Exception):  # cannot be pickled
        pass

    def fail(error: Exception) -> None:
        raise error

    with (
        Forks([lambda: 1, lambda: fail(KgError("no room"))], processes) as forks,
        pytest.raises(KgError, match="no ro"),
    ):
        forks.results()
    with Forks([lambda: fail(OSError(28, "full"))], processes) as forks, pytest.raises(OSError, match="full"):
        forks.results()
    with Forks([lambda: fail(Odd("x")), lambda: 2], processes) as forks, pytest.raises((Odd, RuntimeError), match="x"):
        forks.results()


@linux
def test_a_copy_that_dies_costs_a_retry(tmp_path: Path) -> None:
    parent = os.getpid()

    def die() -> str:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done here"

    with Forks([die, lambda: "b", lambda: "c"], 2) as forks:
        assert forks.results() == ["done here", "b", "c"]


@linux
def test_leaving_the_block_ends_them(tmp_path: Path) -> None:
    def forever() -> None:
        (tmp_path / str(os.getpid())).touch()
        time.sleep(600)

    with Forks([forever, forever], 2):
        while len(list(tmp_path.iterdir())) < 2:
            time.sleep(0.01)
    for path in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(path.name), 0)


@linux
def test_copies_end_with_a_killed_parent(tmp_path: Path) -> None:
    parent = os.fork()
    if parent == 0:
        with Forks([lambda: (tmp_path / str(os.getpid())).touch() or time.sleep(600)] * 2, 2) as forks:
            forks.results()
    while len(list(tmp_path.iterdir())) < 2:
        time.sleep(0.01)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    waited = time.monotonic()
    for path in tmp_path.iterdir():
        status = Path(f"/proc/{path.name}/stat")
        while status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() - waited < 10, "a copy goes on without its parent"
            time.sleep(0.01)


@pytest.mark.parametrize("processes", [1, 2])
def test_more_functions_than_a_byte_can_number(processes: int) -> None:
    with Forks([lambda n=n: n for n in range(700)], processes) as forks:
        assert forks.results() == list(range(700))
