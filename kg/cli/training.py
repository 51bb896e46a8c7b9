"""``kg evaluate``: how good extraction is on annotated papers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import Json, app
from kg.cli.output import print_json, print_table


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

        print_table(pd.DataFrame([linking_figures(papers)]), title=f"B-cubed, {len(papers)} papers", as_json=as_json)
        return
    if predicted is not None:
        scores = score(papers, read_predicted(predicted))
    else:
        scores = run(papers, load(pipeline), extract)
        scores.linking = None
    if as_json:
        print_json({"papers": scores.papers, "figures": table(scores)})
        return
    print_table(pd.DataFrame(table(scores)), title=f"{scores.papers} papers")
    print()
    print_table(pd.DataFrame(confusion(scores.type_confusion)), title="types of mentions: gold (rows), predicted")
    print()
    print_table(pd.DataFrame(confusion(scores.role_confusion)), title="roles of entities: gold (rows), predicted")
