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

    console = Console()
    cells = [[column.replace("_", " ") for column in columns], *([_cell(value) for value in row] for row in rows)]
    widths = _widths(columns, cells, console.width)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for at, width in widths.items():
        values = [row[at] for row in rows if row[at] is not None]
        numeric = bool(values) and all(isinstance(value, (int, float)) for value in values)
        table.add_column(Text(cells[0][at]), width=width, justify="right" if numeric else "left", overflow="fold")
    for row in cells[1:]:
        table.add_row(*(Text(row[at]) for at in widths))
    console.print(table)
    if left_out := [name for at, name in enumerate(cells[0]) if at not in widths]:
        console.print(Text(f"not shown: {', '.join(left_out)} (a wider terminal, a pipe or --json has all)", "dim"))


_WHOLE = 24
"""A column this narrow is not broken into lines, and no word of so many letters, while others can be left out."""
_GAP = 3
"""Characters between two columns."""


def _widths(columns: list[str], cells: list[list[str]], room: int) -> dict[int, int]:
    """Which columns a terminal has room for, and how wide each is: no word is broken while others can be left out.

    Ids give way first, where names tell the rows apart; then the last columns; two stay.
    """
    from rich.cells import cell_len

    whole, least = [], []
    for column in zip(*cells, strict=True):
        whole.append(max(map(cell_len, column)))
        word = max((cell_len(word) for cell in column for word in cell.split()), default=1)
        least.append(whole[-1] if whole[-1] <= _WHOLE else min(_WHOLE, word))
    shown = list(range(len(columns)))
    free = room - 2 + _GAP
    if {"id", "name"} <= set(columns) and sum(whole) + _GAP * len(shown) > free:
        names = [row[columns.index("name")] for row in cells[1:]]
        if len(set(names)) == len(names):
            shown.remove(columns.index("id"))
    while len(shown) > 2 and sum(least[at] + _GAP for at in shown) > free:
        shown.pop()
    widths = {at: least[at] for at in shown}
    spare = free - sum(width + _GAP for width in widths.values())
    for _ in range(spare):  # a character each to the narrowest that needs one; of too little, from the widest
        needy = [at for at in shown if widths[at] < whole[at]]
        if not needy:
            break
        widths[min(needy, key=lambda at: widths[at])] += 1
    for _ in range(-spare):
        widths[max(shown, key=lambda at: widths[at])] -= 1
    return {at: max(1, width) for at, width in widths.items()}


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
