"""`kg resolve`: look at doubtful names, decide, take a decision back."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import DEFAULT_DB, Db, Json, app, with_db
from kg.cli.build import DEFAULT_OUT, Out
from kg.cli.output import number, print_table, progress_bars

if TYPE_CHECKING:
    import pandas as pd


@app.command()
def resolve(
    review: Annotated[
        Path | None,
        typer.Option("--review", help="Write what is doubtful to this file (.csv or .tsv).", metavar="FILE"),
    ] = None,
    apply: Annotated[
        Path | None, typer.Option("--apply", help="Make the decisions of this file part of the store.", metavar="FILE")
    ] = None,
    undo: Annotated[
        Path | None, typer.Option("--undo", help="Take the decisions of this file back.", metavar="FILE")
    ] = None,
    db: Db = DEFAULT_DB,
    out: Out = DEFAULT_OUT,
    as_json: Json = False,
) -> None:
    """Correct which names are one thing: write a file of doubts, fill in its column "decision", apply it.

    Decisions are "same", "different", "name" (call a by the name b) and "undo"; they beat every rule and are kept over
    rebuilds. Without an option: the decisions in force.
    """
    from kg import api
    from kg.model import KgError
    from kg.resolve import read_review, write_review

    if sum(option is not None for option in (review, apply, undo)) > 1:
        raise KgError("--review, --apply and --undo: give one of them")
    if review is not None:
        _keep(review, api.decisions(db=db))
        table = api.review(db=db)
        write_review(table, review)
        print(f"{review}: {number(len(table), 'doubtful name')}. ", end="")
        print(f"Fill in the column decision, then: {with_db(f'kg resolve --apply {shlex.quote(str(review))}', db)}")
        return
    decided = apply or undo
    if decided is None:
        none = "no decision is in force; kg resolve --review FILE writes what is doubtful"
        print_table(api.decisions(db=db), title="Decisions in force", as_json=as_json, none=none)
        return
    rows = len(read_review(decided))
    if not rows:
        raise KgError(f"{decided}: no row has a decision; write same, different, name or undo into that column")
    with progress_bars() as progress:
        (api.undo if undo else api.apply)(decided, db=db, out=out, progress=progress)
    decisions = number(len(api.decisions(db=db)), "decision")
    print(f"{number(rows, 'row')} read, {decisions} in force; the graph and {out} are up to date.", file=sys.stderr)


def _keep(file: Path, in_force: pd.DataFrame) -> None:
    """Refuse to write over what somebody decided and did not apply, or over a file of another kind."""
    from kg.model import KgError
    from kg.resolve import decide, read_review

    if not file.exists() or not file.stat().st_size:
        return
    try:
        decided = read_review(file)
    except KgError as error:
        raise KgError(f"{error}; as it is, it is not written over: name another file") from None
    waiting = sum(not decide(in_force, decided.iloc[[at]]).equals(in_force) for at in range(len(decided)))
    if waiting:
        are = "is" if waiting == 1 else "are"
        raise KgError(
            f"{file}: holds {number(waiting, 'decision')} that {are} not in force; "
            f"apply it (kg resolve --apply {shlex.quote(str(file))}) or name another file"
        )
