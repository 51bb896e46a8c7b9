"""Questions to the graph: each command is the method of the same name of :class:`kg.Graph`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import DEFAULT_DB, Db, Json, app
from kg.cli.output import print_json, print_table
from kg.model import EntityType

if TYPE_CHECKING:
    import pandas as pd

    from kg.api import Graph
    from kg.graph import Branch, Path
    from kg.model import Tables

Name = Annotated[str, typer.Argument(help="An entity or paper: its name, another name, id or title.", metavar="NAME")]
Number = Annotated[int, typer.Option("-n", "--number", min=1, help="How many to list.")]
"""``n`` of the functions."""


def _any_case(name: str | None) -> str | None:
    """A type as it is written, however it was typed."""
    return name and {kind.lower(): str(kind) for kind in EntityType}.get(name.lower(), name.lower())


TypeName = Annotated[
    str | None,
    typer.Option("--type", help="Model, Method, Dataset, Benchmark, Task or Metric.", callback=_any_case),
]


def _open(db: Db) -> Graph:
    from kg import api

    return api.open(db)


@app.command(rich_help_panel="Questions")
def lineage(
    name: Name,
    depth: Annotated[int, typer.Option(min=1, help="How many generations each way.")] = 3,
    width: Annotated[int, typer.Option(min=1, help="How many branches at each step.")] = 8,
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """What a method or model descends from, and what descends from it."""
    import pandas as pd

    graph = _open(db)
    found = graph.lineage(name, depth=depth, width=width)
    sides = {"descends from": found.ancestors, "ancestor of": found.descendants}
    if not any(root.branches for root in sides.values()):
        print(f"kg: {_no_lineage(graph.tables, found.ancestors)}", file=sys.stderr)
    if as_json:
        print_json({side.replace(" ", "_"): asdict(root) for side, root in sides.items()})
    elif sys.stdout.isatty():
        for side, root in sides.items():
            _print_tree(side, root)
    else:
        rows = [
            [side, at, step.name, step.year, step.relation, step.confidence, step.paper, step.sentence]
            for side, root in sides.items()
            for at, step in root.walk()
            if at > 0
        ]
        columns = ["side", "generation", "name", "year", "relation", "confidence", "paper", "sentence"]
        print_table(pd.DataFrame(rows, columns=columns))


def _no_lineage(tables: Tables, root: Branch) -> str:
    """Why there is nothing to show."""
    from kg.graph.lineage import KINDS

    kind = str(tables.entities.set_index("id").at[root.id, "type"])
    if kind not in KINDS:
        return f"{root.name} is a {kind}; only a {' or '.join(KINDS)} has a lineage"
    return f"{root.name}: no paper here says what it descends from or what descends from it"


def _print_tree(side: str, root: Branch) -> None:
    from rich import print as rich_print
    from rich.markup import escape
    from rich.tree import Tree

    def label(step: Branch) -> str:
        year = f" ({step.year})" if step.year else ""
        source = f"\n[dim]{escape(step.sentence)} [{escape(step.paper)}][/dim]" if step.sentence else ""
        how = f" [dim]{step.relation}[/dim]" if step.relation in ("version of", "named after") else ""
        return f"[bold]{escape(step.name)}[/bold]{year}{how}{source}"

    def grow(tree: Tree, step: Branch) -> None:
        for branch in step.branches:
            grow(tree.add(label(branch)), branch)
        if step.more:
            tree.add(f"[dim]… and {step.more} more; --width shows them[/dim]")

    tree = Tree(f"{label(root)} {side}" + ("" if root.branches else ": nothing known"))
    grow(tree, root)
    rich_print(tree)


@app.command(rich_help_panel="Questions")
def path(
    a: Annotated[str, typer.Argument(metavar="A", help="An entity or paper.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    n: Number = 3,
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """How two things hang together: the shortest explanations, not through hubs."""
    found = _open(db).path(a, b, n=n)
    if as_json:
        print_json([asdict(each) for each in found])
    elif sys.stdout.isatty() and found:
        for number, each in enumerate(found, start=1):
            _print_path(number, each)
    else:
        print_table(_path_table(found), none=f"nothing leads from {a} to {b} in this graph")


def _print_path(number: int, path: Path) -> None:
    from rich import print as rich_print
    from rich.markup import escape

    rich_print(f"[bold]{number}[/bold]  " + " [dim]—[/dim] ".join(escape(name) for name in path.names))
    for step in path.steps:
        relation = step.relation.replace("_", " ")
        rich_print(f"   {escape(step.source_name)} [bold]{relation}[/bold] {escape(step.target_name)}")
        if step.sentence:
            rich_print(f"      [dim]{escape(step.sentence)} {escape(f'[{step.paper}]')}[/dim]")


def _path_table(paths: list[Path]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        [number, step.source_name, step.relation, step.target_name, step.confidence, step.paper, step.sentence]
        for number, each in enumerate(paths, start=1)
        for step in each.steps
    ]
    return pd.DataFrame(rows, columns=["path", "from", "relation", "to", "confidence", "paper", "sentence"])


@app.command(rich_help_panel="Questions")
def similar(
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="A paper's id or title, or what it introduces.")],
    n: Number = 10,
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """The papers most like one paper, in the rare things that they name and in their words."""
    none = f"{paper}: no other paper shares a rare thing with it"
    print_table(_open(db).similar(paper, n=n), title=f"papers like {paper}", as_json=as_json, none=none)


@app.command(rich_help_panel="Questions")
def trends(
    type_: TypeName = None,
    by: Annotated[str | None, typer.Option(help="year or month; without it, what suits the papers' dates.")] = None,
    n: Number = 20,
    least: Annotated[int, typer.Option(min=1, help="Leave out what fewer dated papers name.")] = 5,
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """What rises and what falls, and what came in a burst."""
    graph = _open(db)
    found = graph.trends(type=type_, by=by, n=n, least=least)
    (first, last), dated = found.attrs["periods"], found.attrs["dated"]
    told = f"{first} to {last}, by {dated:,} of {len(graph.papers):,} papers: the others have no date that tells it"
    thirds = (" to ".join(dict.fromkeys(ends)) for ends in found.attrs["thirds"])
    shares = "first and last: the share of papers that name it, of those of {} and of those of {}".format(*thirds)
    title = f"trends {told if dated < len(graph.papers) else f'{first} to {last}'}\n{shares}"
    print_table(found, title=title, as_json=as_json)
    if not sys.stdout.isatty() and dated < len(graph.papers):
        typer.echo(told, err=True)


@app.command(rich_help_panel="Questions")
def leaders(
    type_: Annotated[str | None, typer.Option("--type", help="An entity type, or paper.", callback=_any_case)] = None,
    n: Number = 20,
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """What other work rests on, by a PageRank that hubs don't dominate."""
    what = f"no {type_ or 'entity'} is named by two papers or more and yet not by nearly all"
    what = "no paper here builds on another" if type_ == "paper" else what
    title = "leaders; a score of 1 is the average"
    print_table(_open(db).leaders(type=type_, n=n), title=title, as_json=as_json, none=f"no leaders: {what}")


@app.command(rich_help_panel="Questions")
def communities(db: Db = DEFAULT_DB, as_json: Json = False) -> None:
    """The communities of papers and entities, named by what is special to them."""
    none = "no communities: nothing in this graph hangs together"
    print_table(_open(db).communities(), title="communities", as_json=as_json, none=none)


@app.command(rich_help_panel="Questions")
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A method, model or other entity.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """Two entities side by side: who uses them, on what, against what."""
    print_table(_open(db).compare(a, b), title=f"{a} and {b}", as_json=as_json)


@app.command(rich_help_panel="Questions")
def table(
    rows: Annotated[str, typer.Option(help="The type of the rows.", callback=_any_case)] = "Method",
    columns: Annotated[str, typer.Option(help="The type of the columns.", callback=_any_case)] = "Benchmark",
    n: Number = 20,
    m: Annotated[int, typer.Option("-m", "--number-columns", min=1, help="How many columns.")] = 10,
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """Who evaluates what on what: a cell counts the papers that say so."""
    found = _open(db).table(rows=rows, columns=columns, n=n, m=m)
    print_table(found, title=f"{rows} by {columns}", as_json=as_json)
