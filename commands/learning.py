"""Commands that learn and measure: train, evaluate, compare."""

from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

from minqing.commands.shared import json_option, model_option, option, print_json, print_report, write_text
from minqing.console import Command


@click.command(cls=Command)
@click.argument("labelled", nargs=-1, type=click.Path(path_type=Path))
@option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder to write the model to.")
@option("--name", default="", help="Name of the model, as it stands in every record.")
@option("--weight", type=click.IntRange(1, 100), default=1, show_default=True,
        help="How often each row counts beside one of the corpus that ships.")  # fmt: skip
@option("--alone", is_flag=True, help="Leave the corpus that ships out, and train on these rows alone.")
@option("--own", is_flag=True, help="Make a model of these labels alone, even if they are those that ship.")
@option(
    "--quick",
    is_flag=True,
    help="Labels that ship: learn once, keep the thresholds of the default model, report on the development set.",
)
@option("--curve", type=click.Path(path_type=Path), help="Draw here, as SVG, whether more labels would help.")
@option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Decides the folds; the same seed gives the same bytes.",
)
@option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes for the cross-validation.")
@json_option
def train(labelled: tuple[Path, ...], output: Path, curve: Path | None, as_json: bool, **how: Any) -> None:
    """Train a model on labelled rows, and report what it gets right on rows it has not seen.

    Labels of the taxonomy that ships are added to its corpus; any other labels make a model of those alone. Reads
    .jsonl, .json, .csv, .tsv and .xlsx: a labels column, or one column a label, or exports of doccano and Label Studio.

    \b
    minqing train labelled.xlsx -o my-model
    minqing train labelled.jsonl -o my-model --curve curve.svg --seed 7
    """
    from minqing.models.retraining import Settings, train_model

    settings = Settings(**how)
    trained = train_model(labelled, output, settings, _say)
    for notice in trained.notices:
        _note(notice)
    if curve and trained.examples:
        _draw_curve(curve, trained.examples, settings)
    print_report(trained.report, as_json)


def _draw_curve(path: Path, examples: Any, settings: Any) -> None:
    from minqing.models.pictures import curve as drawn
    from minqing.models.teaching import advice, learning_curve

    found = learning_curve(examples, settings, _say)
    title, across = _("Would more labels help?"), _("labelled rows learnt from")
    write_text(path, drawn(title, found.sizes, {"micro F1": found.micro, "macro F1": found.macro}, across))
    for line in advice(found, examples):
        _say(line)


def _note(line: str) -> None:
    _say(_("note: ") + line)


def _say(line: str) -> None:
    click.echo(line, err=True)


@click.command(cls=Command)
@click.argument("labelled", nargs=-1, type=click.Path(path_type=Path))
@model_option
@option("--svg", type=click.Path(path_type=Path), help="Draw the F1 of every label here.")
@json_option
def evaluate(labelled: tuple[Path, ...], model: Path | None, svg: Path | None, as_json: bool) -> None:
    """Compare what a model says with labelled rows, by default the development set that ships.

    \b
    minqing evaluate labelled.jsonl --model my-model --json
    """
    from minqing.models import current_folder, load_any
    from minqing.models.comparing import judge, reference
    from minqing.models.pictures import bars

    judged = load_any(model or current_folder())
    report = judge(judged, reference(labelled, judged, _note)).report
    if svg:
        rows = {name: [count.f1] for name, count in report.labels.items() if count.support}
        write_text(svg, bars(f"F1, {judged.name}", rows, ["F1"]))
    print_report(report, as_json)


@click.command(cls=Command)
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.argument("labelled", nargs=-1, type=click.Path(path_type=Path))
@option("--svg", type=click.Path(path_type=Path), help="Draw both models here, label by label.")
@option("--show", type=click.IntRange(0), default=20, show_default=True, help="How many changed entries to list.")
@option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Decides what the bootstrap draws.")
@json_option
def compare(
    a: Path, b: Path, labelled: tuple[Path, ...], svg: Path | None, show: int, seed: int, as_json: bool
) -> None:
    """Hold two models against the same labelled rows: by label, status, script and length, and entry by entry.

    A and B are model folders; "default" is the default model of this installation, "shipped" the one that ships.

    \b
    minqing compare default my-model labelled.xlsx --svg compare.svg
    """
    from minqing.models import load_any
    from minqing.models.comparing import compare as held
    from minqing.models.comparing import comparison_dict, comparison_lines, comparison_rows, reference
    from minqing.models.opening import named_folder
    from minqing.models.pictures import bars

    one, two = load_any(named_folder(a)), load_any(named_folder(b))
    found = held(one, two, reference(labelled, one, _note), seed)
    if svg:
        rows = {name: (x, y) for name, (x, y, _n) in comparison_rows(found).items()}
        write_text(svg, bars(_("F1 of A and B"), rows, [f"A {found.a.name}", f"B {found.b.name}"]))
    if as_json:
        print_json(comparison_dict(found))
    else:
        click.echo("\n".join(comparison_lines(found, show)))
