"""What the commands share: translated options, the model and engine asked for, and JSON on standard output."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from minqing.console import Option

if TYPE_CHECKING:
    from minqing.models.opening import AnyTagger
    from minqing.nlp.evaluation import Report


def option(*names: str, **attributes: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare an option whose help is translated."""
    return click.option(*names, cls=Option, **attributes)


class LedgerName(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click alone
    """A file, or a database on a server by its address."""

    name = "ledger"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the path or the server that is meant."""
        from minqing.ledger.addresses import where_of

        return where_of(value) if isinstance(value, str) else value


model_option = option(
    "--model",
    type=click.Path(path_type=Path),
    help="Folder of the model; by default the one promoted last, or the one that ships.",
)
json_option = option("--json", "as_json", is_flag=True, help="Write JSON for machines.")
engine_option = option(
    "--engine",
    type=click.Choice(["native", "rjieba", "jieba"]),
    help="What cuts words: by default native, the compiled fast path, where it was built, else rjieba.",
)
labels_only_option = option(
    "--labels-only",
    is_flag=True,
    help="Leave out statuses, slots and facets, which saves time; labels, scores and evidence are the same.",
)
encoding_option = option("--encoding", help="Encoding of text files, when it is not found by itself.")


def tagger_of(model: Path | None, engine: str | None, labels_only: bool = False) -> "AnyTagger":
    """Give the tagger of a model folder, or of the default model of this installation."""
    from minqing.nlp.engines import make_engine

    words = make_engine(engine)  # first of all: it gets ready while the rest is loaded
    from minqing.models import open_tagger

    return open_tagger(model, words, labels_only)


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


def write_text(path: Path, text: str) -> None:
    """Write a text file whole, or not at all.

    Raises:
        EntryError: the place cannot be written.
    """
    from minqing.corpora.whole import written_whole

    with written_whole(path) as file:
        file.write(text.encode("utf-8"))
