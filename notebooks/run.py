"""Run the notebooks and keep their outputs: ``python notebooks/run.py [NOTEBOOK…]``, all without arguments.

They run in a folder of their own that goes away afterwards, one after the other, so that the first one's store serves
the next ones.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
SECONDS = 600


def notebooks() -> list[Path]:
    """The notebooks, in their order."""
    return sorted(HERE.glob("[0-9]_*.ipynb"))


def run(path: Path, folder: Path) -> nbformat.NotebookNode:
    """The notebook with new outputs, run with ``folder`` as its working directory. Raises where a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day
    return notebook


def main() -> None:
    """Run the notebooks that are named, or all, and write them back."""
    chosen = [Path(name) for name in sys.argv[1:]] or notebooks()
    with tempfile.TemporaryDirectory() as folder:
        for path in chosen:
            nbformat.write(run(path, Path(folder)), path)
            print(path.name, f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
