"""``kg evaluate`` and ``kg train``: how good extraction is on annotated papers, and how it came to be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import Json, app
from kg.cli.output import number, print_json, print_table


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Annotated papers, JSON Lines.", show_default=False)],
    pipeline: Annotated[
        str | None,
        typer.Option("--pipeline", help="A spaCy pipeline (folder or package), instead of the shipped one."),
    ] = None,
    predicted: Annotated[
        Path | None, typer.Option("--predicted", help="Score the papers.jsonl of a build, instead of extracting.")
    ] = None,
    linking: Annotated[
        bool, typer.Option("--linking", help="Score how names are resolved, with gold mentions given, instead.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Score what is found in annotated papers: mentions, entities, roles, calibration, confusion."""
    import pandas as pd

    from kg.extract import extract, load
    from kg.train import evaluate as run
    from kg.train.evaluate import confusion, read_predicted, table
    from kg.train.gold import read_gold
    from kg.train.metrics import score

    papers = read_gold(gold)
    if linking:
        from kg.cli.linking import linking as linking_figures

        print_table(
            pd.DataFrame([linking_figures(papers)]), title=f"B-cubed, {number(len(papers), 'paper')}", as_json=as_json
        )
        return
    if predicted is not None:
        scores = score(papers, read_predicted(predicted))
    else:
        scores = run(papers, load(pipeline), extract)
        scores.linking = None
    if as_json:
        print_json({"papers": scores.papers, "figures": table(scores)})
        return
    print_table(pd.DataFrame(table(scores)), title=number(scores.papers, "paper"))
    print()
    print_table(pd.DataFrame(confusion(scores.type_confusion)), title="types of mentions: gold (rows), predicted")
    print()
    print_table(pd.DataFrame(confusion(scores.role_confusion)), title="roles of entities: gold (rows), predicted")


@app.command()
def train(
    gold: Annotated[
        list[Path], typer.Argument(help="Annotated papers, JSON Lines; one file or more.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder to write the pipeline to.")] = Path("pipeline"),
    work: Annotated[Path, typer.Option("--work", help="Folder where the steps' results are kept.")] = Path("training"),
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="Titles and abstracts, JSON Lines (gzip'd or not).")
    ] = None,
    terms: Annotated[list[Path] | None, typer.Option("--terms", help="Judged terms: term, tab, type or '-'.")] = None,
    lists: Annotated[Path | None, typer.Option("--lists", help="Folder with lists of names.")] = None,
    vectors: Annotated[Path | None, typer.Option("--vectors", help="floret vectors trained before.")] = None,
    config: Annotated[Path | None, typer.Option("--config", help="Settings, instead of the shipped ones.")] = None,
) -> None:
    """Train a pipeline from annotated papers (in kg's checkout: pip install '.\\[train]'); see kg/train/README.md."""
    from kg.train.train import CONFIG, Inputs
    from kg.train.train import train as run

    inputs = Inputs(tuple(gold), corpus, tuple(terms or ()), lists, vectors)
    run(inputs, out, work, config=config or CONFIG)
