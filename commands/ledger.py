"""Commands of the ledger: what goes in, what is looked up, what a person corrects."""

from dataclasses import asdict
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from minqing.commands.shared import LedgerName, json_option, option, print_json
from minqing.console import Group, language, padded

if TYPE_CHECKING:
    from minqing.ledger.adding import Added
    from minqing.ledger.addresses import Where
    from minqing.ledger.looking import Evidence

ledger_option = option(
    "--ledger",
    "where",
    type=LedgerName(),
    required=True,
    help="The ledger: a file, or postgresql://user@host/database.",
)
reason_option = option("--reason", default="", help="Why; it is kept with the correction.")


# What asks a ledger stands in a file of its own.
LAZY = {name: f"minqing.commands.asking:{name}" for name in ("needs", "query", "export", "assess")}


@click.group(cls=Group, lazy=LAZY)
def ledger() -> None:
    """Keep the needs of tagged diaries over time: who asked for what, since when, and what became of it.

    \b
    minqing batch diaries/ -o tagged.jsonl
    minqing ledger add tagged.jsonl --ledger office.ledger
    """


@ledger.command()
@click.argument("tagged", nargs=-1, required=True, type=click.Path(path_type=Path))
@ledger_option
@option("--year", type=click.IntRange(1900, 2999), help="Year of dates that are written without one.")
def add(tagged: tuple[Path, ...], where: "Where", year: int | None) -> None:
    """Add tagged files (.jsonl of minqing batch); what is in the ledger already changes nothing.

    A file is added whole or not at all.

    \b
    minqing ledger add tagged.jsonl --ledger office.ledger
    """
    from minqing.ledger.adding import add_entries
    from minqing.ledger.linking import relink
    from minqing.ledger.opening import open_ledger
    from minqing.ledger.tagged import read_tagged

    with open_ledger(where) as store:
        if store.on_network:
            click.echo(_("{path}: on a network folder; let one computer at a time use it").format(path=where), err=True)
        for file in tagged:
            added = add_entries(store, read_tagged(file), str(file), relink, year)
            for line in _summary(file, added):
                click.echo(line, err=True)


def _summary(file: Path, added: "Added") -> list[str]:
    lines = [
        _("{file}: {entries:,} entries added with {needs:,} mentions of needs; {known:,} were there").format(
            file=file, entries=added.entries, needs=added.needs, known=added.known
        )
    ]
    if added.replaced:
        lines.append(
            _("{n:,} of them were read by another model before; that reading is set aside").format(n=added.replaced)
        )
    if added.no_date or added.no_place:
        lines.append(
            _("{dates:,} without a date, {places:,} without a place: counted as unknown").format(
                dates=added.no_date, places=added.no_place
            )
        )
    return lines


@ledger.command()
@click.argument("words")
@ledger_option
@option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Show at most so many.")
@json_option
def search(words: str, where: "Where", limit: int, as_json: bool) -> None:
    """Find mentions of needs by a word of their evidence.

    \b
    minqing ledger search 水渠 --ledger office.ledger
    """
    from minqing.ledger.looking import search as find
    from minqing.ledger.opening import reading

    with reading(where) as db:
        _print_evidence(find(db, words, limit), as_json)


@ledger.command()
@click.argument("need", type=int)
@ledger_option
@json_option
def show(need: int, where: "Where", as_json: bool) -> None:
    """Show a need: every mention with its place in the diaries, and why it was linked to those before.

    \b
    minqing ledger show 12 --ledger office.ledger
    """
    from minqing.ledger.looking import evidence_of
    from minqing.ledger.opening import reading

    with reading(where) as db:
        _print_evidence(evidence_of(db, need), as_json)


def _print_evidence(found: "list[Evidence]", as_json: bool) -> None:
    if as_json:
        print_json([asdict(one) for one in found])
        return
    from minqing.corpora.taxonomy import load_taxonomy

    names = load_taxonomy().names(language())
    for one in found:
        label = padded(names.get(one.sub, names[one.label]), 20)
        where = f"{one.date or '----------'} {padded(one.place, 12)} {padded(one.author, 8)}"
        click.echo(f"{one.need:>6} {one.span:>6}  {where} {label} {padded(names[one.status], 10)} 「{one.text}」")
        for code, weight, detail in one.why:
            click.echo(f"{'':>15} {weight:+.2f} {_(code.replace('_', ' '))} {detail}".rstrip())


@ledger.command()
@click.argument("mention", type=int)
@click.argument("other", type=int)
@ledger_option
@reason_option
def join(mention: int, other: int, where: "Where", reason: str) -> None:
    """Say that two mentions tell of one need.

    \b
    minqing ledger join 31 12 --ledger office.ledger --reason "同一条渠"
    """
    from minqing.ledger.correcting import join as correct
    from minqing.ledger.opening import open_ledger

    with open_ledger(where, must_exist=True) as store:
        _print_number(correct(store, mention, other, reason))


@ledger.command()
@click.argument("mention", type=int)
@ledger_option
@reason_option
def apart(mention: int, where: "Where", reason: str) -> None:
    """Say that a mention begins a need of its own.

    \b
    minqing ledger apart 31 --ledger office.ledger
    """
    from minqing.ledger.correcting import apart as correct
    from minqing.ledger.opening import open_ledger

    with open_ledger(where, must_exist=True) as store:
        _print_number(correct(store, mention, reason))


def _print_number(number: int) -> None:
    click.echo(_("correction {number}; minqing ledger undo {number} takes it back").format(number=number), err=True)


@ledger.command()
@click.argument("number", type=int)
@ledger_option
def undo(number: int, where: "Where") -> None:
    """Take back a correction.

    \b
    minqing ledger undo 1 --ledger office.ledger
    """
    from minqing.ledger.correcting import undo as take_back
    from minqing.ledger.opening import open_ledger

    with open_ledger(where, must_exist=True) as store:
        take_back(store, number)


@ledger.command()
@ledger_option
@option("--suggest", is_flag=True, help="Show pairs that may be one place.")
def places(where: "Where", suggest: bool) -> None:
    """List the places with their entries and needs, or pairs of spellings that may be one.

    \b
    minqing ledger places --suggest --ledger office.ledger
    """
    from minqing.ledger.looking import places as known
    from minqing.ledger.looking import suggestions
    from minqing.ledger.opening import reading

    with reading(where) as db:
        if suggest:
            for name, other, why in suggestions(db):
                click.echo(f"{padded(name, 20)} {padded(other, 20)} {_(why)}")
            return
        for place in known(db):
            name = place.name or _("unknown")
            click.echo(f"{padded(name, 20)} {padded(place.town, 14)} {place.entries:>8,} {place.needs:>8,}")


@ledger.command()
@click.argument("spelling")
@click.argument("name")
@ledger_option
def alias(spelling: str, name: str, where: "Where") -> None:
    """Count a spelling as the place of another name, also what is in the ledger already.

    \b
    minqing ledger alias 石桥 石桥村 --ledger office.ledger
    """
    from minqing.ledger.correcting import set_alias
    from minqing.ledger.opening import open_ledger

    with open_ledger(where, must_exist=True) as store:
        moved = set_alias(store, spelling, name)
    click.echo(_("{n:,} entries moved to {name}").format(n=moved, name=name), err=True)
