"""Commands that ask a ledger: needs, query, export, assess."""

import csv
import sys
from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from minqing.commands.ledger import ledger_option
from minqing.commands.shared import json_option, option, print_json
from minqing.console import Command, language, padded

if TYPE_CHECKING:
    from minqing.ledger.addresses import Where

day_type = click.DateTime(["%Y-%m-%d"])


@click.command(cls=Command)
@ledger_option
@option("--place", default="", help="Of this village alone.")
@option("--label", default="", help="Of this label alone; minqing labels lists them.")
@option("--status", default="", help="Of this status alone.")
@option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Show at most so many.")
@json_option
def needs(where: "Where", place: str, label: str, status: str, limit: int, as_json: bool) -> None:
    """List needs, oldest first: those behind a number of a report.

    \b
    minqing ledger needs --place 石桥村 --label water --ledger office.ledger
    """
    from minqing.corpora.taxonomy import load_taxonomy
    from minqing.ledger.asking import ask
    from minqing.ledger.looking import needs_where
    from minqing.ledger.opening import views

    with views(where) as db:
        columns, rows = ask(db, *needs_where(place, label, status, limit))
        found = [dict(zip(columns, row, strict=True)) for row in rows]
    if as_json:
        print_json(found)
        return
    names = load_taxonomy().names(language())
    for one in found:
        shown = padded(names.get(str(one["sub"]), names[str(one["label"])]), 20)
        about = f"{one['opened'] or '----------'} {padded(str(one['village']), 16)} {padded(str(one['household']), 6)}"
        click.echo(f"{one['need']:>6}  {about} {shown} {names[str(one['status'])]}")


@click.command(cls=Command)
@click.argument("sql")
@ledger_option
@json_option
def query(sql: str, where: "Where", as_json: bool) -> None:
    """Answer a question in SQL, as CSV; nothing can be changed.

    Views: v_needs, v_mentions, v_entries, v_households (docs/reports.md says what they hold).

    \b
    minqing ledger query "SELECT label, count(*) FROM v_needs GROUP BY label" --ledger office.ledger
    """
    from minqing.corpora.cells import as_text
    from minqing.ledger.asking import ask
    from minqing.ledger.opening import views

    with views(where) as db:
        columns, rows = ask(db, sql)
        if as_json:
            print_json([dict(zip(columns, row, strict=True)) for row in rows])
            return
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([as_text(value) if isinstance(value, str) else value for value in row])


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path))
@ledger_option
@option(
    "--format", "kind", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True, help="Of the files."
)
@option("--internal", is_flag=True, help="For the office alone: every need, mention and entry, names masked.")
@option(
    "--smallest",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Hide numbers of fewer households than this.",
)
def export(folder: Path, where: "Where", kind: str, internal: bool, smallest: int) -> None:
    """Write the tables of a ledger to a folder, for other tools.

    \b
    minqing ledger export tables/ --ledger office.ledger --format parquet
    """
    from minqing.ledger.counts import Counting
    from minqing.ledger.database import one_moment
    from minqing.ledger.estimates import load_errors
    from minqing.ledger.exporting import internal as everything
    from minqing.ledger.exporting import shared, write_exports
    from minqing.ledger.opening import open_ledger, views
    from minqing.ledger.privacy.documents import Masker
    from minqing.ledger.privacy.pseudonyms import pseudonyms_of
    from minqing.ledger.reports.facts import Asked, Gathering

    with open_ledger(where, must_exist=True) as store, one_moment(store.db):
        if internal:
            with views(where) as db:
                paths = write_exports(folder, everything(db, Masker(pseudonyms_of(store.db))), kind)
        else:
            asked = Asked(language(), counting=Counting(smallest=smallest))
            gathering = Gathering(store.db, asked, load_errors())
            paths = write_exports(folder, shared(gathering.facts(), gathering), kind)
    click.echo(_("{n} files in {folder}").format(n=len(paths), folder=folder), err=True)


@click.command(cls=Command)
@ledger_option
@option("--from", "since", type=day_type, help="From this day on.")
@option("--to", "until", type=day_type, help="Up to this day.")
@json_option
def assess(where: "Where", since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Count what each author and unit did: entries, households, needs followed up; facts, no scores.

    For the office alone: it names authors.

    \b
    minqing ledger assess --from 2024-01-01 --ledger office.ledger
    """
    from dataclasses import asdict

    from minqing.ledger.assessing import assess as count
    from minqing.ledger.opening import reading

    with reading(where) as db:
        found = [asdict(one) for one in count(db, *(f"{d:%Y-%m-%d}" if d else "" for d in (since, until)))]
    if as_json:
        print_json(found)
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for number, one in enumerate(found):
        flat = {**one, **one.pop("facets")}
        flat.pop("facets", None)
        if not number:
            writer.writerow(flat)
        writer.writerow(flat.values())
