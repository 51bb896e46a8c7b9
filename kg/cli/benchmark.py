"""`kg benchmark`: what a build costs, stage by stage, at growing sizes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import Json, app
from kg.cli.output import print_table


@app.command()
def benchmark(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...", help="Files of papers; without any, the shipped sample.", show_default=False
        ),
    ] = None,
    sizes: Annotated[str, typer.Option(help="Numbers of papers; beyond what there is, copies.")] = "1000,10000",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that extract.", show_default="one a core")
    ] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Also time the pipeline alone over the same texts.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw cost against size to this file.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Time builds from scratch, stage by stage: seconds, papers a second, peak memory.

    kg benchmark papers/ --sizes 1000,10000,74627 --bare --plot exports/screenshots/benchmark.svg
    """
    from importlib.util import find_spec

    from kg import benchmark as running
    from kg.model import KgError

    if plot is not None and find_spec("matplotlib") is None:  # said before the minutes of measuring, not after
        raise KgError("--plot needs matplotlib; from kg's checkout: pip install '.[notebooks]'")
    try:
        numbers = sorted({int(size) for size in sizes.split(",")})
    except ValueError:
        numbers = [0]
    if numbers[0] < 1:
        said = "--sizes takes numbers of papers, from 1, with commas between them, such as 1000,10000"
        raise KgError(f"{sizes}: {said}" if sizes else said)
    table = running.benchmark(
        inputs, numbers, workers=workers, bare=bare, progress=lambda line: print(line, file=sys.stderr)
    )
    print_table(table, as_json=as_json)
    if plot is not None:
        running.plot(table, plot)
        print(f"wrote {plot}", file=sys.stderr)
