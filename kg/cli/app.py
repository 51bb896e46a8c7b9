"""The `kg` command: the application that the command modules add to, and its entry point."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.model import KgError

app = typer.Typer(
    name="kg",
    help="Build a knowledge graph from papers' titles and abstracts; explore it, query it, analyse it.",
    epilog="Start with: kg build   (the shipped sample), then: kg show LoRA, or open exports/graph.html in a browser.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Db = Annotated[Path, typer.Option("--db", envvar="KG_DB", help="The store: one DuckDB file.", show_default=True)]
"""The option ``--db``, for every command that needs the store: ``db: Db = DEFAULT_DB``."""
DEFAULT_DB = Path("kg.duckdb")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
"""The option ``--json``: ``as_json: Json = False``."""


def main() -> None:
    """Run the command line: what the user can mend is one line on stderr and exit status 2."""
    try:
        app()
    except KgError as error:
        fail(error)
    except KeyboardInterrupt:
        print("kg: interrupted; run the same command again to go on", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone, as with `kg query … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def fail(error: KgError) -> None:
    """Print the error's one line and exit with status 2."""
    print("kg: " + " ".join(str(error).splitlines()), file=sys.stderr)
    sys.exit(2)
