"""`kg build`, `kg remove`, `kg show`, `kg stats` and `kg export`: each is a function of :mod:`kg.api`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.app import DEFAULT_DB, Db, Json, app, with_db
from kg.cli.output import number, print_json, print_table, progress_bars
from kg.model import KgError

if TYPE_CHECKING:
    from kg.api import Graph
    from kg.graph import Card

Out = Annotated[Path, typer.Option("--out", help="The folder for the graph's files.")]
DEFAULT_OUT = Path("exports")
BaseIri = Annotated[str | None, typer.Option("--base-iri", help="What the graph's own IRIs begin with in RDF.")]
_SHOWN = 5
"""Lines of a list in the summary; the rest is counted."""


@app.command()
def build(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...",
            help="Files, folders, globs, URLs (s3://…) or -: pages of paper lists, JSON, CSV, Parquet, BibTeX, RIS, "
            "feeds, OAI-PMH, PubMed …, packed or not. Without any, the shipped sample.",
            show_default=False,
        ),
    ] = None,
    db: Db = DEFAULT_DB,
    out: Out = DEFAULT_OUT,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that extract.", show_default="one a core")
    ] = None,
    year: Annotated[
        int | None, typer.Option(min=1900, max=2100, help="The year of dates without one, on pages that imply none.")
    ] = None,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Leave out what cannot be read; list it.")] = False,
    pipeline: Annotated[
        str | None, typer.Option(help="A spaCy pipeline made by kg train, instead of the shipped one.")
    ] = None,
    base_iri: BaseIri = None,
    license: Annotated[
        str | None, typer.Option(help="The IRI of the license under which you publish the graph.", metavar="IRI")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Extract on a Dask cluster: its scheduler's address, or local.", metavar="ADDRESS"),
    ] = None,
    shards: Annotated[
        str | None,
        typer.Option(help="With --scheduler: a folder or URL (s3://…) that all workers see.", metavar="FOLDER"),
    ] = None,
) -> None:
    """Add papers, and write the graph: graph.ttl, graph.html, graph.graphml, papers.jsonl.

    Run it again with more papers at any time: only what is new is extracted, and the same papers give the same files
    in any order. An interrupted build goes on where it was. A file is known by its name without folders: what it says
    of a paper takes the place of what a file of that name said in a build before.
    """
    from kg import api

    with progress_bars() as progress:
        graph = api.build(
            inputs or None,
            db=db,
            out=out,
            workers=workers,
            year=year,
            keep_going=keep_going,
            pipeline=pipeline,
            base_iri=base_iri,
            license=license,
            scheduler=scheduler,
            shards=shards,
            progress=progress,
        )
    _summary(graph, out)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Papers' ids, arXiv ids or DOIs.")],
    db: Db = DEFAULT_DB,
    out: Out = DEFAULT_OUT,
    base_iri: BaseIri = None,
) -> None:
    """Take papers out, and write the graph that there is without them."""
    from kg import api

    with progress_bars() as progress:
        graph = api.remove(ids, db=db, out=out, base_iri=base_iri, progress=progress)
    _summary(graph, out)


@app.command()
def refresh(db: Db = DEFAULT_DB, out: Out = DEFAULT_OUT, base_iri: BaseIri = None) -> None:
    """Resolve, link and write again what is in the store, as after an update of kg; nothing is extracted."""
    from kg import api

    with progress_bars() as progress:
        graph = api.refresh(db=db, out=out, base_iri=base_iri, progress=progress)
    _summary(graph, out)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="An entity's or paper's name, title or id.")],
    db: Db = DEFAULT_DB,
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="Lines of each list.")] = 5,
    as_json: Json = False,
) -> None:
    """All that is known of an entity or a paper, with the sentences that say so."""
    from kg import api

    found = api.open(db).card(name, n=n)
    if as_json:
        print_json(asdict(found))
    elif sys.stdout.isatty():
        _print_card(found)
    else:
        print_table(_card_table(found))


@app.command()
def stats(db: Db = DEFAULT_DB, as_json: Json = False) -> None:
    """How much of what is in the graph."""
    from kg import api

    print_table(api.open(db).stats, title=str(db), as_json=as_json)


@app.command()
def export(
    format: Annotated[
        str,
        typer.Argument(help="ttl, nt, jsonld, trig, html, graphml, jsonl, parquet (a folder) or csv (a folder)."),
    ],
    db: Db = DEFAULT_DB,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file or folder.", show_default="the format's name, here")
    ] = None,
    base_iri: BaseIri = None,
    parts: Annotated[
        str | None,
        typer.Option(help="RDF: some of core,statements,mentions; mentions go to a file beside.", metavar="PARTS"),
    ] = None,
    around: Annotated[str | None, typer.Option(help="html: only what is near this entity or paper.")] = None,
    depth: Annotated[
        int | None, typer.Option(min=1, max=4, help="html: how many links away from it.", show_default="2")
    ] = None,
    papers: Annotated[
        int | None, typer.Option(min=1, help="html: how many papers around it, at most.", show_default="200")
    ] = None,
    lean: Annotated[bool, typer.Option("--lean", help="html: without abstracts and evidence.")] = False,
) -> None:
    """Write the graph in one format."""
    from kg import api
    from kg.export import FORMATS, RDF

    near = {"around": around, "depth": depth, "papers": papers}
    of_html = {name: value for name, value in {**near, "lean": lean or None}.items() if value is not None}
    of_rdf = {name: value for name, value in {"base_iri": base_iri, "parts": parts}.items() if value is not None}
    if format in FORMATS:  # else said below, with the formats that there are
        if of_html and format != "html":
            raise KgError(f"{_options(of_html)}: for html, not for {format}")
        if of_rdf and format not in RDF:
            raise KgError(f"{_options(of_rdf)}: for RDF ({', '.join(RDF)}), not for {format}")
        if around is None and (depth or papers):
            raise KgError(f"{_options(of_html, 'depth', 'papers')}: give --around NAME, too: what it is to be near")
    path = api.open(db).export(format, out, **of_html, **of_rdf)
    print(f"wrote {path} ({_size(path)})", file=sys.stderr)


def _options(given: dict[str, Any], *of: str) -> str:
    """The options that were given, as they were typed."""
    return " and ".join(f"--{name.replace('_', '-')}" for name in given if not of or name in of)


# -- what is printed --------------------------------------------------------------------------------------------------


def _summary(graph: Graph, out: Path) -> None:
    """What was read, found, merged, rejected and written, and what to do next, on stderr."""
    report = graph.report
    assert report is not None
    assert graph.db is not None
    account, changes = report.account, report.changes
    lines: list[tuple[str, str]] = []
    if account.files:
        read = f"{number(account.records, 'record')} in {number(len(account.files), 'file')}"
        known = account.records - len(account.incomplete) - changes.added - changes.changed - changes.same
        lines.append(("read", read + (f", {number(known, 'duplicate')}" if known else "")))
    news = [f"{count:,} {what}" for what, count in (("new", changes.added), ("changed", changes.changed)) if count]
    news += [f"{changes.removed:,} removed"] if changes.removed else []
    lines.append(("papers", f"{len(graph.papers):,}" + (f" ({', '.join(news)})" if news else " (nothing new)")))
    if ids := changes.contested:
        shown = ", ".join(ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")
        what = "id that several papers claim: they go" if len(ids) == 1 else "ids that several papers claim: those go"
        lines.append(("", f"{len(ids):,} {what} by arXiv id, DOI or title ({shown})"))
    lines.append(
        ("found", f"{number(report.findings, 'name')} in papers; {number(report.extracted, 'text')} extracted now")
    )
    lines.append(("merged", f"{number(len(graph.names), 'spelling')} into {number(len(graph.entities), 'entity')}"))
    rejected = [
        f"{number(report.rejected, 'name')} (no entity's, or another reading is surer)" if report.rejected else "",
        f"{number(len(account.incomplete), 'record')} without title or abstract" if account.incomplete else "",
        f"{number(len(account.problems), 'input')} that could not be read" if account.problems else "",
    ]
    lines.append(("rejected", "; ".join(filter(None, rejected)) or "nothing"))
    lines.append(("linked", number(len(graph.links), "link")))
    lines += [("written" if n == 0 else "", f"{path} ({_size(path)})") for n, path in enumerate(report.written)]
    for label, line in lines:
        print(f"{label:<9} {line}", file=sys.stderr)
    print(f"graph     sha256:{report.sha256}", file=sys.stderr)
    for title, problems in (
        ("not read:", account.problems),
        ("left out:", account.incomplete),
        ("too long:", account.long),
        ("dates in doubt (--year says which, where only the year lacks):", account.undated),
    ):
        if problems:
            print(title, file=sys.stderr)
            for problem in sorted(problems)[:_SHOWN]:
                print(f"  {problem}", file=sys.stderr)
            if len(problems) > _SHOWN:
                print(f"  … and {len(problems) - _SHOWN:,} more", file=sys.stderr)
    print(
        f"next      open {out / 'graph.html'} in a browser; {with_db('kg show NAME', graph.db)}; kg query --help",
        file=sys.stderr,
    )
    if report.doubts:
        review = with_db("kg resolve --review doubts.csv", graph.db)
        print(f"          {number(report.doubts, 'doubtful name')} to decide: {review}", file=sys.stderr)


def _size(path: Path) -> str:
    size = float(sum(file.stat().st_size for file in ([path] if path.is_file() else path.iterdir())))
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}" if unit != "bytes" else f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.3g} GB"


def _card_table(card: Card) -> Any:
    """A card as a table: one row a fact and a row an item of each list."""
    import pandas as pd

    columns = ["section", "id", "name", "year", "confidence", "via", "sentence"]
    rows: list[list[Any]] = [[card.kind, card.id, card.name, card.year, None, None, None]]
    rows += [[fact, None, value, None, None, None, None] for fact, value in card.facts.items()]
    rows += [
        [section.title, item.id, item.name, item.year, item.confidence, item.via, item.sentence]
        for section in card.sections
        for item in section.items
    ]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _print_card(card: Card) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console()
    title = Text(card.name, style="bold")
    title.append(f"  {card.kind}" + (f", {card.year}" if card.year else ""), style="not bold cyan")
    console.print(title)
    console.print(Text(card.id, style="dim"))
    for fact, value in card.facts.items():
        console.print(Text.assemble((f"{fact}: ", "dim"), value))
    for section in card.sections:
        console.print(Text.assemble("\n", (section.title, "bold yellow"), (section.shown, "dim")))
        for item in section.items:
            line = Text.assemble(item.name, (f" {item.year}" if item.year else "", "cyan"))
            line.append(f"  {item.confidence:.2f}", style="dim")
            if item.via:
                line.append(f"  through {item.via}", style="dim")
            console.print(Padding(line, (0, 0, 0, 2)))
            if item.sentence:
                console.print(Padding(Text(f"“{item.sentence}”", style="italic dim"), (0, 0, 0, 4)))
