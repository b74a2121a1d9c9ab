"""What the commands share: translated options, the model and engine asked for, and JSON on standard output."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from minqing.console import Option

if TYPE_CHECKING:
    from minqing.nlp.evaluation import Report
    from minqing.nlp.tagger import Tagger


def option(*names: str, **attributes: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare an option whose help is translated."""
    return click.option(*names, cls=Option, **attributes)


model_option = option(
    "--model", type=click.Path(path_type=Path), help="Folder of the model; the one that ships by default."
)
json_option = option("--json", "as_json", is_flag=True, help="Write JSON for machines.")
engine_option = option(
    "--engine",
    type=click.Choice(["rjieba", "jieba"]),
    default="rjieba",
    show_default=True,
    help="What cuts words.",
)
encoding_option = option("--encoding", help="Encoding of text files, when it is not found by itself.")


def tagger_of(model: Path | None, engine: str) -> "Tagger":
    """Give the tagger of a model folder, or of the model that ships."""
    from minqing.nlp.engines import make_engine

    words = make_engine(engine)  # first of all: it gets ready while the rest is loaded
    from minqing.models import load, load_default
    from minqing.nlp.tagger import Tagger

    return Tagger(load(model) if model else load_default(), words)


def print_json(value: object) -> None:
    """Write ``value`` as one line of JSON."""
    click.echo(msgspec.json.encode(value).decode("utf-8"))


def print_report(report: "Report", as_json: bool) -> None:
    """Write a report as a table, or as JSON."""
    from minqing.nlp.evaluation import as_dict, as_table

    if as_json:
        print_json(as_dict(report))
    else:
        click.echo(as_table(report))
