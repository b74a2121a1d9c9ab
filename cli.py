"""The command: parse, call one function, print. Commands that tagging does not need stand in ``commands``."""

import sys
from dataclasses import asdict, replace
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
import msgspec

from minqing.commands.shared import (
    encoding_option,
    engine_option,
    json_option,
    labels_only_option,
    model_option,
    option,
    print_json,
    tagger_of,
    write_text,
)
from minqing.console import (
    LANGUAGES,
    Group,
    Option,
    choose_language,
    language,
    never_fail_to_print,
    padded,
    speak,
    underlined,
)
from minqing.nlp.errors import EntryError, MinqingError
from minqing.nlp.records import Entry, TaggedEntry

if TYPE_CHECKING:
    from minqing.batch import Watch
    from minqing.corpora.readers.guard import Limits

FIELDS = ("text", "id", "date", "author", "unit", "place", "visited")
COLOURS = {"unmet": "red", "planned": "yellow", "in_progress": "cyan", "met": "green", "declined": "white"}

# What a shell gives a command that Ctrl-C ended.
STOPPED = 130

LIMITS_HELP = (
    "Another limit on what files may hold: members=5000, member_bytes=200000000, total_bytes=300000000, ratio=200, "
    "ratio_from=1000000, depth=3, rows=1048576, columns=256, entry_characters=1000000, file_bytes=30000000, "
    "pdf_seconds=30 by default."
)

# Families of commands that tagging does not need: imported only when one is called.
LAZY = {
    "train": "minqing.commands.learning:train",
    "evaluate": "minqing.commands.learning:evaluate",
    "ledger": "minqing.commands.ledger:ledger",
    "report": "minqing.commands.reporting:report",
    "mask": "minqing.commands.privacy:mask",
    "unmask": "minqing.commands.privacy:unmask",
    "compare": "minqing.commands.learning:compare",
    "label": "minqing.commands.labelling:label",
    "suggest": "minqing.commands.review:suggest",
    "check": "minqing.commands.review:check",
    "discover": "minqing.commands.review:discover",
    "agree": "minqing.commands.review:agree",
    "promote": "minqing.commands.versions:promote",
    "models": "minqing.commands.versions:models",
    "rollback": "minqing.commands.versions:rollback",
}


def _set_language(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    speak(choose_language(value))


@click.group(cls=Group, lazy=LAZY)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_set_language,
    help="Language of messages; that of the system by default.",
)
@click.version_option(package_name="minqing", prog_name="minqing", cls=Option)
def command() -> None:
    """Read Chinese field diaries and say who needs what, with the sentence that shows it.

    \b
    minqing tag "自来水入夏就断，盼着早点修。"
    minqing batch diaries.csv -o needs.jsonl
    """


@command.command()
@click.argument("text", required=False)
@encoding_option
@model_option
@engine_option
@labels_only_option
@json_option
def tag(
    text: str | None, encoding: str | None, model: Path | None, engine: str | None, labels_only: bool, as_json: bool
) -> None:
    """Tag one entry: a text, a file, or - for standard input.

    \b
    minqing tag "渠断了两年，没人管。"
    minqing tag diary.txt --json
    """
    entry = _entry(text, encoding)
    tagged = tagger_of(model, engine, labels_only).tag(entry)
    if as_json:
        print_json(_record(tagged))
    else:
        click.echo(_rendered(entry.text, tagged))


@command.command()
@click.argument("sources", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Where to write: .xlsx, .csv, .jsonl, .docx or .parquet.",
)
@option("--text-column", help="Name of the column or field of the text, when it is not found by itself.")
@option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=NAME",
    help="Which column holds text, id, date, author, unit, place or visited.",
)
@encoding_option
@option("--split", is_flag=True, help="Look for several dated entries or forms in each row, as in documents.")
@option("--dedupe", is_flag=True, help="Leave out an entry that says the same as an earlier one.")
@option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that tag.")
@option("--errors", type=click.Path(path_type=Path), help="Collect rows that cannot be read here and go on.")
@option("--summary", type=click.Path(path_type=Path), help="Write the summary here too, as JSON, with every file.")
@option("--limit", "limits", multiple=True, metavar="NAME=NUMBER", help=LIMITS_HELP)
@model_option
@engine_option
@labels_only_option
def batch(
    sources: tuple[Path, ...], output: Path, errors: Path | None, summary: Path | None, model: Path | None, **how: Any
) -> None:
    """Tag every entry of files, folders and archives of collected diaries, in their order.

    Reads .docx, .docm, .xlsx, .xlsm, .xls, .csv, .tsv, .jsonl, .json, .txt, .md, .pdf, .zip and folders of
    these. A run that was stopped goes on where it was when the same command is given again.

    \b
    minqing batch 收集的日记/ -o 民情台账.xlsx --jobs 2
    minqing batch diaries.jsonl -o needs.jsonl
    minqing batch 日记.csv -o 需求.csv --errors bad-rows.txt
    """
    from minqing.batch import Settings, Stopped, run, summarised
    from minqing.corpora.readers import Options, read_sources

    columns = dict(_pair(column) for column in how["columns"])
    if how["text_column"]:
        columns["text"] = how["text_column"]
    ours = frozenset(path.resolve() for path in (output, errors, summary) if path)
    options = Options(columns, how["encoding"], how["split"], _limits(how["limits"]), ours)
    settings = Settings(model, how["engine"], how["jobs"], how["dedupe"], language(), how["labels_only"])
    lenient = errors is not None or len(sources) > 1 or sources[0].is_dir() or sources[0].suffix.lower() == ".zip"
    try:
        found = run(
            lambda on_error, on_file: read_sources(sources, options, on_error if lenient else None, on_file),
            output, settings, errors, _watch(sources),
        )  # fmt: skip
    except Stopped as stop:
        click.echo(_stopped(stop.done), err=True)
        sys.exit(STOPPED)
    except KeyboardInterrupt:  # before the first entry was read, or after the last was written
        click.echo("\n" + _("stopped; the same command goes on from there"), err=True)
        sys.exit(STOPPED)
    for line in summarised(found, output, language()):
        click.echo(line, err=True)
    if summary:
        write_text(summary, msgspec.json.format(msgspec.json.encode(found.as_dict()).decode("utf-8")) + "\n")
    sys.exit(1 if found.errors and not errors else 0)


def _pair(column: str) -> tuple[str, str]:
    field, equals, name = column.partition("=")
    if not equals or field not in FIELDS or not name:
        raise click.BadParameter(
            _("{column}: write FIELD=NAME, FIELD one of {fields}").format(column=column, fields=", ".join(FIELDS))
        )
    return field, name


def _limits(changes: tuple[str, ...]) -> "Limits":
    from minqing.corpora.readers.guard import USUAL

    numbers = asdict(USUAL)
    for change in changes:
        name, _equals, number = change.partition("=")
        if name not in numbers or not number.isdecimal():
            raise click.BadParameter(
                _("{limit}: write NAME=NUMBER, NAME one of {names}").format(limit=change, names=", ".join(numbers))
            )
        numbers[name] = int(number)
    return replace(USUAL, **numbers)


def _watch(sources: tuple[Path, ...]) -> "Watch":
    """Say how a run begins; on a terminal alone show how far it is."""
    from minqing.batch import Progress, Watch, progress_line
    from minqing.corpora.readers import weigh

    def say(line: str) -> None:
        click.echo(line, err=True)

    def show(progress: Progress) -> None:
        click.echo("\r" + padded(progress_line(progress), 79), nl=progress.is_tagged, err=True)

    return Watch(say, show, weigh(sources)) if sys.stderr.isatty() else Watch(say)


def _stopped(done: int) -> str:
    if not done:
        return "\n" + _("stopped before any entry was done; nothing is written")
    return "\n" + _("stopped: {n:,} entries are done and kept; the same command goes on from there").format(n=done)


@command.command()
@click.argument("text", required=False)
@encoding_option
@engine_option
@json_option
def segment(text: str | None, encoding: str | None, engine: str | None, as_json: bool) -> None:
    """Cut a text into words; joined, they give the text back.

    \b
    minqing segment "村里的水渠断了"
    """
    from minqing.corpora.lexicons import load_terms
    from minqing.nlp.engines import make_engine
    from minqing.nlp.words import segment as cut

    tokens = cut(_entry(text, encoding).text, make_engine(engine, dict.fromkeys(term.text for term in load_terms())))
    if as_json:
        print_json([{"text": t.text, "start": t.start, "end": t.end} for t in tokens])
    else:
        click.echo(" ".join(t.text for t in tokens))


@command.command()
@json_option
def labels(as_json: bool) -> None:
    """List the labels, statuses and facets.

    \b
    minqing --lang zh_CN labels
    """
    from minqing.corpora.taxonomy import load_taxonomy

    taxonomy = load_taxonomy()
    if as_json:
        print_json(taxonomy)
        return
    for label in taxonomy.label:
        click.echo(f"{padded(label.id, 28)}{click.style(label.name(language()), bold=True)}")
        for sub in label.subs:
            click.echo(f"  {padded(sub.id, 36)}{sub.name(language())}")
    click.echo(_("Status: ") + ", ".join(f"{term.id} {term.name(language())}" for term in taxonomy.status))
    for facet in taxonomy.facet:
        click.echo(f"{facet.id} {facet.name(language())}: " + ", ".join(value.id for value in facet.values))


def _entry(text: str | None, encoding: str | None) -> Entry:
    """Take the text given, or that of the file it names, or of standard input."""
    from minqing.corpora.texts import check_text

    name = "-" if text is None else text
    path = _file_named(name)
    if name == "-":
        content = _decoded(sys.stdin.buffer.read(), _("standard input"), encoding)
    elif path:
        content = _decoded(path.read_bytes(), name, encoding)
    else:
        name, content = "-", name
    if not content.strip():
        raise EntryError(_("{name}: the text is empty").format(name=name))
    check_text(content, name)
    return Entry(name, content)


def _decoded(raw: bytes, name: str, encoding: str | None) -> str:
    from minqing.corpora.encodings import decode  # not needed for a text that was typed

    return decode(raw, name, encoding).text


def _file_named(text: str) -> Path | None:
    """Give the file that ``text`` names, if it names one rather than being a text."""
    try:
        path = Path(text)
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def _record(tagged: TaggedEntry) -> dict[str, object]:
    from minqing.corpora.writers.record import record_of

    return record_of(tagged)


def _rendered(text: str, tagged: TaggedEntry) -> str:
    """Write the entry with its evidence underlined, and under it one line a need."""
    from minqing.corpora.taxonomy import load_taxonomy

    names = load_taxonomy().names(language())
    lines = [underlined(text.rstrip(), [(need.start, need.end) for need in tagged.needs]), ""]
    for need in tagged.needs:
        status = click.style(padded(names.get(need.status, ""), 12), fg=COLOURS.get(need.status))
        doubt = " ?" if need.uncertain else ""
        top = names.get(need.label, need.label)
        label = names.get(need.sub, need.sub or top)
        lines.append(f"{padded(top, 16)} {padded(label, 24)} {status} {need.score:.2f}{doubt}  「{need.text}」")
    return "\n".join(lines if tagged.needs else [*lines, _("No need found.")])


def main() -> NoReturn:
    """Run the command; an error the reader can mend is one line and exit status 1."""
    never_fail_to_print()
    speak(choose_language(None))
    try:
        command(prog_name="minqing")
    except MinqingError as error:
        click.echo(click.style(_("error: "), fg="red") + str(error), err=True)
    sys.exit(1)
