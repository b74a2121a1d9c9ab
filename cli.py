"""The command: parse, call one function, print. Commands that tagging does not need stand in ``commands``."""

import sys
from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import Any, NoReturn

import click
import msgspec

from minqing.commands.shared import engine_option, json_option, model_option, option, print_json, tagger_of
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

FIELDS = ("text", "id", "date", "author", "unit", "place", "visited")
COLOURS = {"unmet": "red", "planned": "yellow", "in_progress": "cyan", "met": "green", "declined": "white"}

# Families of commands that tagging does not need: imported only when one is called.
LAZY = {
    "train": "minqing.commands.learning:train",
    "evaluate": "minqing.commands.learning:evaluate",
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
@model_option
@engine_option
@json_option
def tag(text: str | None, model: Path | None, engine: str, as_json: bool) -> None:
    """Tag one entry: a text, a file, or - for standard input.

    \b
    minqing tag "渠断了两年，没人管。"
    minqing tag diary.txt --json
    """
    entry = _entry(text)
    tagged = tagger_of(model, engine).tag(entry)
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
@option("--encoding", help="Encoding of text files, when it is not found by itself.")
@option("--split", is_flag=True, help="Look for several dated entries or forms in each row, as in documents.")
@option("--dedupe", is_flag=True, help="Leave out an entry that says the same as an earlier one.")
@option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that tag.")
@option("--errors", type=click.Path(path_type=Path), help="Collect rows that cannot be read here and go on.")
@option("--summary", type=click.Path(path_type=Path), help="Write the summary here too, as JSON.")
@model_option
@engine_option
def batch(
    sources: tuple[Path, ...], output: Path, errors: Path | None, summary: Path | None, model: Path | None, **how: Any
) -> None:
    """Tag every entry of files, folders and archives of collected diaries, in their order.

    Reads .docx, .xlsx, .xls, .csv, .tsv, .jsonl, .json, .txt, .md, .pdf, .zip and folders of these. A run that
    was stopped goes on where it was when the same command is given again.

    \b
    minqing batch 收集的日记/ -o 民情台账.xlsx --jobs 2
    minqing batch diaries.jsonl -o needs.jsonl
    minqing batch 日记.csv -o 需求.csv --errors bad-rows.txt
    """
    from minqing.batch import Settings, run, summarised
    from minqing.corpora.readers import Options, read_sources

    columns = dict(_pair(column) for column in how["columns"])
    if how["text_column"]:
        columns["text"] = how["text_column"]
    options = Options(columns, how["encoding"], how["split"])
    settings = Settings(model, how["engine"], how["jobs"], how["dedupe"], language())
    lenient = errors is not None or len(sources) > 1 or sources[0].is_dir() or sources[0].suffix.lower() == ".zip"
    found = run(
        lambda on_error, on_file: read_sources(sources, options, on_error if lenient else None, on_file),
        output, settings, errors, _show_progress(),
    )  # fmt: skip
    for line in summarised(found, output, language()):
        click.echo(line, err=True)
    if summary:
        summary.write_bytes(msgspec.json.format(msgspec.json.encode(found.as_dict())) + b"\n")
    sys.exit(1 if found.errors and not errors else 0)


def _pair(column: str) -> tuple[str, str]:
    field, equals, name = column.partition("=")
    if not equals or field not in FIELDS or not name:
        raise click.BadParameter(
            _("{column}: write FIELD=NAME, FIELD one of {fields}").format(column=column, fields=", ".join(FIELDS))
        )
    return field, name


@command.command()
@click.argument("text", required=False)
@engine_option
@json_option
def segment(text: str | None, engine: str, as_json: bool) -> None:
    """Cut a text into words; joined, they give the text back.

    \b
    minqing segment "村里的水渠断了"
    """
    from minqing.corpora.lexicons import load_terms
    from minqing.nlp.engines import make_engine
    from minqing.nlp.words import segment as cut

    tokens = cut(_entry(text).text, make_engine(engine, dict.fromkeys(term.text for term in load_terms())))
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


def _entry(text: str | None) -> Entry:
    """Take the text given, or that of the file it names, or of standard input."""
    from minqing.corpora.readers.rows import check_text, decoded

    name = "-" if text is None else text
    path = _file_named(name)
    if name == "-":
        content = decoded(sys.stdin.buffer.read(), _("standard input"))
    elif path:
        content = decoded(path.read_bytes(), name).removeprefix("\ufeff")
    else:
        name, content = "-", name
    if not content.strip():
        raise EntryError(_("{name}: the text is empty").format(name=name))
    check_text(content, name)
    return Entry(name, content)


def _file_named(text: str) -> Path | None:
    """Give the file that ``text`` names, if it names one rather than being a text."""
    try:
        path = Path(text)
        return path if path.is_file() else None
    except (OSError, ValueError):
        return None


def _show_progress() -> Callable[[int, float], object]:
    """Give what shows, on a terminal alone, how many entries are done and how many a second."""
    if not sys.stderr.isatty():
        return lambda _entries, _seconds: None
    return lambda entries, seconds: click.echo(
        "\r"
        + _("{entries:,} entries, {rate:,.0f} a second").format(entries=entries, rate=entries / max(seconds, 0.01)),
        nl=False,
        err=True,
    )


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
