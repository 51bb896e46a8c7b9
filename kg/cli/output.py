"""What commands print: rich tables on a terminal, tab-separated values into a pipe, JSON on request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str, int, "int | None"], None]
"""``progress(stage, done, total)``: called as work goes on; ``total`` is None where it is not known yet."""


def print_table(
    table: pd.DataFrame, *, title: str | None = None, as_json: bool = False, none: str | None = None
) -> None:
    """Print a DataFrame, without its index.

    A rich table with ``title`` where stdout is a terminal; else tab-separated values with a header line; with
    ``as_json`` a JSON array of objects. Missing values are empty, ``null`` in JSON. ``none`` says on stderr why
    a table is empty.
    """
    columns = [str(column) for column in table.columns]
    rows = [[plain(value) for value in row] for row in table.itertuples(index=False, name=None)]
    if none and not rows:
        print(f"kg: {none}", file=sys.stderr)
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif sys.stdout.isatty():
        if none and not rows:
            return
        _print_rich(columns, rows, title)
    else:
        for row in [columns, *rows]:
            print("\t".join(_cell(value).translate(_ONE_LINE) for value in row))


def number(count: int, noun: str) -> str:
    """A count and its noun.

    >>> number(1, "file"), number(2000, "entity")
    ('1 file', '2,000 entities')
    """
    if count != 1:
        noun = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{count:,} {noun}"


def print_json(value: Any) -> None:
    """Print any JSON-able value."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def plain(value: Any) -> Any:
    """A cell as a plain Python value, None for every kind of missing.

    >>> import numpy as np, pandas as pd
    >>> [plain(x) for x in (np.int64(3), float("nan"), pd.NA, "a", np.array(["b"]))]
    [3, None, None, 'a', ['b']]
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or (isinstance(value, float) and value != value) or str(value) in ("<NA>", "NaT"):
        return None
    return value if isinstance(value, (str, int, float, bool)) else str(value)


_ONE_LINE = str.maketrans("\t\n\r", "   ")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_cell(item) for item in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _print_rich(columns: list[str], rows: list[list[Any]], title: str | None) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        values = [row[number] for row in rows if row[number] is not None]
        numeric = bool(values) and all(isinstance(value, (int, float)) for value in values)
        table.add_column(column.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console().print(table)


@contextmanager
def progress_bars(*, quiet: bool = False) -> Iterator[Progress]:
    """Progress bars on stderr, one a stage; nothing where stderr is no terminal.

    >>> with progress_bars(quiet=True) as report:
    ...     report("extract", 1, 2)
    """
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                for task in tasks.values():
                    bars.stop_task(task)
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report
