"""Commands that learn and measure: train, evaluate."""

from pathlib import Path

import click

from minqing.commands.shared import json_option, model_option, option, print_report, tagger_of
from minqing.console import Command


@click.command(cls=Command)
@click.argument("labelled", nargs=-1, type=click.Path(path_type=Path))
@option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder to write the model to.")
@option("--name", default="default", show_default=True, help="Name of the model, as it stands in every record.")
@option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes for the cross-validation.")
@json_option
def train(labelled: tuple[Path, ...], output: Path, name: str, jobs: int, as_json: bool) -> None:
    """Train a model on labelled entries, by default on the corpus that ships, and report what it gets right.

    \b
    minqing train -o my-model
    minqing train labelled.jsonl -o my-model
    """
    from minqing.models.retraining import train_model

    report = train_model(labelled, output, name, jobs, lambda line: click.echo(line, err=True))
    print_report(report, as_json)


@click.command(cls=Command)
@click.argument("labelled", required=False, type=click.Path(path_type=Path))
@model_option
@json_option
def evaluate(labelled: Path | None, model: Path | None, as_json: bool) -> None:
    """Compare what a model says with labelled entries, by default the development set that ships.

    \b
    minqing evaluate labelled.jsonl --model my-model --json
    """
    from minqing.corpora.labelled import load_gold, read_gold
    from minqing.nlp.evaluation import evaluate as compare

    gold = list(read_gold(labelled)) if labelled else load_gold("dev")
    tagged = list(tagger_of(model, "rjieba").pipe(item.entry for item in gold))
    print_report(compare(gold, [t.needs for t in tagged], [t.facets for t in tagged]), as_json)
