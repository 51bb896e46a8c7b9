"""Commands over RDF: ask in SPARQL, serve an endpoint, print the vocabulary."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import DEFAULT_DB, Db, Json, app
from kg.cli.output import print_table
from kg.model import KgError

if TYPE_CHECKING:
    import pyoxigraph as ox


class OutputFormat(StrEnum):
    """How results are printed."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    TURTLE = "turtle"
    NTRIPLES = "ntriples"
    JSONLD = "jsonld"


def open_store(db: Path) -> ox.Store:
    """The Oxigraph store of a DuckDB file; brought up to date first where a build was stopped before it did that.

    While a build is at work that cannot be: it is the store that counts until then, and stderr says so.
    """
    from kg import query

    def known() -> str | None:
        from kg.store import RDF_NAME, Store

        with suppress(KgError), Store(db, read_only=True) as store:
            return store.meta(RDF_NAME)
        return None

    folder = query.folder_of(db)
    if query.is_older(folder, db, known):
        from kg.api import open
        from kg.cli.output import progress_bars
        from kg.store import InUse

        try:
            with progress_bars() as progress:
                open(db).load_rdf(progress)
        except InUse as error:
            with suppress(KgError):
                store = query.open_read_only(folder)
                print(f"kg: {error}; asked is the graph of the build before", file=sys.stderr)
                return store
            raise
    return query.open_read_only(folder)


@app.command("query", rich_help_panel="RDF")
def query_(
    sparql: Annotated[str | None, typer.Argument(help="The query; its prefixes are predeclared.")] = None,
    file: Annotated[Path | None, typer.Option("-f", "--file", help="Read the query from a file; - is stdin.")] = None,
    name: Annotated[str | None, typer.Option("-n", "--name", help="Ask a question of the cookbook.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--param", help="A parameter of the question: NAME=VALUE.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the cookbook's questions.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the query instead of asking it.")] = False,
    format: Annotated[OutputFormat, typer.Option(help="How to print the results.")] = OutputFormat.TABLE,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which the query is stopped.")] = 60.0,
    memory: Annotated[int, typer.Option(min=64, help="MiB that the query may take.")] = 4096,
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """Ask the graph in SPARQL, or a named question.

    kg query -n who-uses -p entity=LoRA; kg query 'SELECT ?p { ?p kgo:introduces entity:lora }'
    """
    from kg import query
    from kg.query.cookbook import questions, recipe

    if list_:
        print_table(questions(), as_json=as_json)
        return
    if sum(given is not None for given in (sparql, file, name)) != 1:
        raise KgError("give one query: its text, a file with -f, or a question's name with -n (kg query --list)")
    if as_json and format is not OutputFormat.TABLE:
        raise KgError("--json and --format: give one of them; --format json is the W3C's, with types")
    if parameter and name is None:
        raise KgError("parameters go with a question of the cookbook: kg query -n NAME -p NAME=VALUE")
    store = open_store(db)
    if name is not None:
        text = recipe(name).fill(store, _parameters(parameter or []), query.base_of(store))
    else:
        text = sparql if sparql is not None else _read(file)  # type: ignore[arg-type]
    if show:
        print(text)
        return
    try:
        result = query.query(store, text, timeout=timeout, memory=memory << 20)
    except query.QueryError as error:
        if error.pointer:
            print(error.pointer, file=sys.stderr)
        raise
    if format is OutputFormat.TABLE:
        if result.kind == "construct" and not as_json:
            sys.stdout.write(result.write("turtle").decode())
        else:
            none = None if result.advice else "no answer: nothing in this graph fits"
            print_table(result.frame(), as_json=as_json, none=none)
    else:
        sys.stdout.flush()
        data = result.write(format.value)
        sys.stdout.buffer.write(data if data.endswith(b"\n") else data + b"\n")
    for hint in result.advice:
        print(f"kg: {hint}", file=sys.stderr)


def _parameters(given: list[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise KgError(f"{item}: a parameter is given as NAME=VALUE")
        if name in values:
            raise KgError(f"{item}: {name} is given twice")
        values[name] = value
    return values


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as error:
        raise KgError(f"{file}: {(error.strerror or str(error)).lower()}; name a file with a SPARQL query") from error
    except UnicodeDecodeError as error:
        raise KgError(f"{file}: not UTF-8 text; name a file with a SPARQL query") from error


@app.command(rich_help_panel="RDF")
def serve(
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Which port; 0 takes a free one.")] = 8000,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which a query is stopped.")] = 10.0,
    memory: Annotated[int, typer.Option(min=64, help="MiB that a query may take.")] = 1024,
    workers: Annotated[int, typer.Option(min=1, help="Queries that run at the same time.")] = 4,
    html: Annotated[
        Path | None, typer.Option(help="The explorer to serve at /.", show_default="exports/graph.html")
    ] = None,
    db: Db = DEFAULT_DB,
) -> None:
    """Serve the explorer and a SPARQL endpoint on this machine."""
    from kg import query
    from kg.query.server import Limits, run

    if html is not None and not html.is_file():
        raise KgError(f"{html}: no such file; write one with: kg export html --out {html}")
    open_store(db)
    explorer = html or Path("exports/graph.html")  # may be missing: then there is the page for queries
    run(query.folder_of(db), host=host, port=port, html=explorer, limits=Limits(timeout, memory << 20, workers))


@app.command(rich_help_panel="RDF")
def ontology(
    shapes: Annotated[bool, typer.Option("--shapes", help="The SHACL shapes that graphs conform to.")] = False,
    context: Annotated[bool, typer.Option("--context", help="The JSON-LD context.")] = False,
    html: Annotated[bool, typer.Option("--html", help="The page that explains the terms.")] = False,
    prefixes: Annotated[bool, typer.Option("--prefixes", help="The prefixes that queries may use.")] = False,
) -> None:
    """Print the OWL ontology of the graph's terms, in Turtle."""
    from kg import vocabulary

    if shapes + context + html + prefixes > 1:
        raise KgError("choose one of --shapes, --context, --html and --prefixes")
    if shapes:
        text = vocabulary.shapes()
    elif context:
        text = json.dumps(vocabulary.context(), indent=2) + "\n"
    elif html:
        text = vocabulary.page()
    elif prefixes:
        text = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(vocabulary.prefixes().items()))
    else:
        text = vocabulary.ontology()
    sys.stdout.write(text)
