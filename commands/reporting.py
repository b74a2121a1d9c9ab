"""The report: from diaries, tagged files or a ledger to a page, a workbook or a Word file."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from minqing.commands.shared import LedgerName, engine_option, model_option, option, tagger_of
from minqing.console import Command, language

if TYPE_CHECKING:
    from minqing.ledger.addresses import Where
    from minqing.ledger.database import Ledger


@click.command(cls=Command)
@click.argument("sources", metavar="[DIARIES]...", nargs=-1, type=click.Path(path_type=Path))
@option(
    "-o", "--output", "outputs", type=click.Path(path_type=Path), multiple=True, required=True,
    help="Where to write: .html, .xlsx or .docx; may be given several times.",
)  # fmt: skip
@option("--ledger", type=LedgerName(), help="Ledger to report on; DIARIES are added to it first.")
@option("--internal", is_flag=True, help="For the office alone: single households, places of evidence, small numbers.")
@option("--quotations", is_flag=True, help="Quote the evidence, names and numbers masked.")
@option(
    "--smallest", type=click.IntRange(1), default=3, show_default=True,
    help="Hide numbers of fewer households than this.",
)  # fmt: skip
@option("--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day to look back from; the last entry's by default.")
@option("--year", type=click.IntRange(1900, 2999), help="Year of dates that are written without one.")
@option("--errors", type=click.Path(path_type=Path), help="Known errors of your own model by label, as JSON.")
@model_option
@engine_option
def report(
    sources: tuple[Path, ...], outputs: tuple[Path, ...], ledger: "Where | None", internal: bool, quotations: bool,
    smallest: int, day: datetime | None, year: int | None, errors: Path | None, model: Path | None, engine: str | None,
) -> None:  # fmt: skip
    """Report what villages need, from diaries, tagged files or a ledger.

    Counts needs and households, each once. Numbers of few households are hidden, with others that would betray them.

    \b
    minqing report diaries.jsonl -o report.html
    minqing report --ledger office.ledger -o report.html -o report.xlsx --internal
    """
    from minqing.ledger.counts import Counting
    from minqing.ledger.estimates import load_errors
    from minqing.ledger.opening import open_ledger
    from minqing.ledger.reports.facts import Asked
    from minqing.ledger.reports.writing import check_endings, write_reports

    if not sources and not ledger:
        raise click.UsageError(_("name diaries, or a ledger with --ledger"))
    check_endings(outputs)
    since = f"{day:%Y-%m-%d}" if day else ""
    asked = Asked(language(), internal, quotations, Counting(since, smallest))
    with _ledger(ledger) as where, open_ledger(where, must_exist=not sources) as store:
        for source in sources:
            _add(store, source, year, model, engine)
        facts = write_reports(store.db, outputs, asked, load_errors(errors))
    click.echo(
        _("{needs:,} needs in {entries} entries: {paths}").format(
            needs=facts.needs, entries=facts.overview["entries"], paths=", ".join(map(str, outputs))
        ),
        err=True,
    )


@contextmanager
def _ledger(where: "Where | None") -> "Iterator[Where]":
    """Give the ledger named, or one that is gone afterwards."""
    if where:
        yield where
        return
    with tempfile.TemporaryDirectory(prefix="minqing-") as folder:
        yield Path(folder, "ledger")


def _add(store: "Ledger", source: Path, year: int | None, model: Path | None, engine: str | None) -> None:
    from minqing.corpora.readers import Options, read_sources
    from minqing.ledger.adding import add_entries
    from minqing.ledger.linking import relink
    from minqing.ledger.tagged import is_tagged, read_tagged

    if is_tagged(source):
        entries = read_tagged(source)
    else:
        entries = tagger_of(model, engine).pipe(read_sources([source], Options(), None))
    add_entries(store, entries, str(source), relink, year)
