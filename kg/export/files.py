"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.model import KgError

_HIDDEN = ".kg-"
"""What the names of hidden folders begin with; then the number of the process follows."""


@contextmanager
def replacing(*paths: Path) -> Iterator[list[Path]]:
    """Temporary paths to write to, one for each of ``paths``, that take the paths' places when the block ends well.

    The temporary paths have the files' own names, in a hidden folder beside them; whatever else is written there comes
    along. All files are complete and on disk before the first is put in place. When the block fails, or the process
    is killed, the old files stand as they were; what a killed process left is cleaned up here the next time.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.txt"
    >>> with replacing(path) as [temporary]:
    ...     _ = temporary.write_text("whole")
    >>> path.read_text(), len(list(path.parent.iterdir()))
    ('whole', 1)
    """
    folders: dict[Path, Path] = {}
    for path in paths:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise KgError(f"{path}: cannot be written: it is a device or a pipe; give the name of a file")
    try:
        for folder in sorted({path.parent for path in paths}):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                _sweep(folder)
                folders[folder] = Path(tempfile.mkdtemp(prefix=f"{_HIDDEN}{os.getpid()}-", dir=folder))
            except FileNotFoundError as error:  # its folder is there and takes nothing, such as /proc
                raise KgError(
                    f"{paths[0]}: cannot be written: no file can be made there; choose another place"
                ) from error
        yield [folders[path.parent] / path.name for path in paths]
        written = [(file, folder) for folder, hidden in folders.items() for file in sorted(hidden.iterdir())]
        for file, _ in written:
            _sync(file)
        for file, folder in written:
            os.replace(file, folder / file.name)
        for folder in folders:
            _sync(folder)
    except OSError as error:
        if explanation := explained(error, paths[0]):
            raise explanation from error
        raise
    finally:
        for hidden in folders.values():
            shutil.rmtree(hidden, ignore_errors=True)


def explained(error: OSError, path: Path) -> KgError | None:
    """The one line for a file that cannot be written; None where the error is no user's.

    >>> print(explained(OSError(errno.ENOSPC, "No space left on device"), Path("out/.kg-4711-x/graph.ttl")))
    out/graph.ttl: cannot be written: the disk is full; free some space and run the same command again
    """
    what = _CAUSES.get(error.errno or 0)
    shown = path.parent.parent / path.name if path.parent.name.startswith(_HIDDEN) else path
    return KgError(f"{shown}: cannot be written: {what}") if what else None


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """An error of the file system inside the block as that one line, where it is the user's."""
    try:
        yield
    except OSError as error:
        if line := explained(error, path):
            raise line from error
        raise


_FULL = "the disk is full; free some space and run the same command again"
_FORBIDDEN = "no permission to write there; choose another folder"
_NO_FOLDER = "a file stands where a folder is needed; choose another folder"
_CAUSES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
    errno.ENOTDIR: _NO_FOLDER,
    errno.EEXIST: _NO_FOLDER,
    errno.EISDIR: "a folder stands where the file should go; choose another name",
    errno.EIO: "the disk reports an error",
}


def _sync(path: Path) -> None:
    """Wait until a file (or a folder's list of names) is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left: our hidden folders whose process is no more."""
    for path in folder.glob(f"{_HIDDEN}*"):
        pid = path.name.split("-")[1]
        if pid.isdecimal() and not _alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _alive(pid: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
