"""The `kg` command: the application that the command modules add to, and its entry point."""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup, TyperOption

from kg.model import KgError

STOPPED = {
    **dict.fromkeys(["build", "remove", "resolve"], "the next build goes on where this one stood"),
    "train": "the same command goes on where it stood",
}
"""What is left of a command that was interrupted."""


class Commands(TyperGroup):
    """The commands; what is not an error ends them here, before typer makes a bare exit status of it."""

    def get_params(self, ctx: Any) -> Any:
        """The options that stand before a command."""
        return _plain_flags(super().get_params(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name."""
        command = super().get_command(ctx, cmd_name)
        if command:
            _plain_flags(command.get_params(ctx))
        return command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line, which may be to print the help."""
        with _whoever_reads():
            parsed: list[str] = super().parse_args(ctx, args)
            return parsed

    def invoke(self, ctx: Any) -> Any:
        """Run the command that is asked for."""
        try:
            with _whoever_reads():
                done = super().invoke(ctx)
                sys.stdout.flush()  # else it is done at the very end, where an error is none that we could tell
                return done
        except KeyboardInterrupt:
            left = STOPPED.get(ctx.invoked_subcommand)
            print("kg: stopped" + (f"; {left}" if left else ""), file=sys.stderr)
            raise typer.Exit(130) from None


@contextmanager
def _whoever_reads() -> Iterator[None]:
    """Output that cannot be written: the end where its reader has gone, as with `kg query … | head`, else one line."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise KgError(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(0) from None
        raise KgError(f"the output cannot be written: {(error.strerror or str(error)).lower()}") from error


def _plain_flags(parameters: list[Any]) -> list[Any]:
    """Flags are shown without a type: typer writes <bool> behind each."""
    for parameter in parameters:
        if isinstance(parameter, TyperOption) and parameter.is_bool_flag:
            parameter.metavar = ""
    return parameters


app = typer.Typer(
    name="kg",
    cls=Commands,
    help="Build a knowledge graph from papers' titles and abstracts; explore it, query it, analyse it.",
    epilog="Start with: kg build   (the shipped sample), then: kg show LoRA, or open exports/graph.html in a browser.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from kg import __version__

        print(f"kg {__version__}", flush=True)
        raise typer.Exit


@app.callback()
def _before(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


Db = Annotated[Path, typer.Option("--db", envvar="KG_DB", help="The store: one DuckDB file.", show_default=True)]
"""The option ``--db``, for every command that needs the store: ``db: Db = DEFAULT_DB``."""
DEFAULT_DB = Path("kg.duckdb")


def with_db(command: str, db: Path) -> str:
    """A command to type next, with the option that it needs to ask the store that this one is about."""
    told = os.environ.get("KG_DB") or DEFAULT_DB
    return command if db == Path(told) else f"{command} --db {shlex.quote(str(db))}"


Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
"""The option ``--json``: ``as_json: Json = False``."""


def main() -> None:
    """Run the command line: what the user can mend is one line on stderr and exit status 2."""
    if sys.stdout is None:  # closed, as with `kg stats >&-`
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that is not UTF-8 shows what it can
        sys.stdout.reconfigure(errors="replace")
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except KgError as error:
        fail(str(error))
    except typer.TyperException as error:
        if not error.format_message():  # `kg` alone: its help has been shown
            sys.exit(2)
        fail(_usage(error))


def fail(line: str) -> None:
    """Print an error's one line and exit with status 2."""
    print("kg: " + " ".join(line.split()), file=sys.stderr)
    sys.exit(2)


def _usage(error: typer.TyperException) -> str:
    """What is wrong with a command line, and what was meant or where the help is."""
    said = " ".join(error.format_message().split())
    said, _, meant = said.partition(" (Possible options: ")
    for words, plain in ((": Input should", ": it should"), (": Value error, ", ": ")):  # pydantic's
        said = said.replace(words, plain)
    said = re.sub(", unable to parse .*", "", said)
    said = re.sub(r"\. (?=[A-Z])", "; ", said[:1].lower() + said[1:]).rstrip(".").replace("; Did you", "; did you")
    if meant:
        return f"{said}; did you mean {meant.rstrip(')')}?"
    context = getattr(error, "ctx", None)
    names = ["kg", context.info_name] if context and context.parent else ["kg"]
    return said if said.endswith("?") else f"{said}; see: {' '.join(names)} --help"
