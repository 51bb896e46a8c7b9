"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.model import KgError


@contextmanager
def replacing(*paths: Path) -> Iterator[list[Path]]:
    """Temporary paths to write to, one beside each of ``paths``, that take the paths' places when the block ends well.

    All files are complete and on disk before the first is put in place. When the block fails, or the process is killed,
    the old files stand as they were; temporary files that a killed process left are cleaned up here the next time.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with replacing(path) as [temporary]:
    ...     _ = temporary.write_text("whole")
    >>> path.read_text(), len(list(path.parent.iterdir()))
    ('whole', 1)
    """
    temporary = [path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in paths]
    try:
        for folder in sorted({path.parent for path in paths}):
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
        yield temporary
        for path in temporary:
            _sync(path)
        for source, target in zip(temporary, paths, strict=True):
            os.replace(source, target)
        for folder in sorted({path.parent for path in paths}):
            _sync(folder)
    except OSError as error:
        raise explained(error, paths[0]) from error
    finally:
        for path in temporary:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def explained(error: OSError, path: Path) -> KgError:
    """The one line for a file that cannot be written.

    >>> print(explained(OSError(errno.ENOSPC, "No space left on device"), Path("out/graph.ttl")))
    out/graph.ttl: cannot be written: the disk is full; free some space and run the same command again
    """
    where = error.filename or path
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            what = "the disk is full; free some space and run the same command again"
        case errno.EACCES | errno.EROFS | errno.EPERM:
            what = "no permission to write there; choose another folder"
        case errno.ENOTDIR | errno.EEXIST:
            what = "a file stands where a folder is needed; choose another folder"
        case errno.EISDIR:
            what = "a folder stands where the file should go; choose another name"
        case _:
            what = error.strerror or str(error)
    return KgError(f"{where}: cannot be written: {what}")


def _sync(path: Path) -> None:
    """Wait until a file (or a folder's list of names) is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left: our temporary files whose process is no more."""
    for path in folder.glob(".*.tmp"):
        pid = path.name.split(".")[-2]
        if pid.isdecimal() and not _alive(int(pid)):
            with suppress(OSError):
                path.unlink()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
