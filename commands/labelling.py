"""Commands by which people label: label export, label import."""

from collections.abc import Iterator
from datetime import date
from gettext import gettext as _
from pathlib import Path

import click
from msgspec import structs

from minqing.commands.shared import engine_option, model_option, option, tagger_of, write_text
from minqing.console import Group, language
from minqing.corpora.readers import Options, read_sources
from minqing.corpora.whole import written_whole
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry

FORMATS = (".xlsx", ".json", ".jsonl")


@click.group(cls=Group)
def label() -> None:
    """Let people check what a model says: a sheet for Excel, or tasks for doccano and Label Studio, and back.

    \b
    minqing label export diaries.xlsx -o sheet.xlsx
    minqing label import sheet.xlsx -o labelled.jsonl
    """


@label.command("export")
@click.argument("entries", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("-o", "--output", type=click.Path(path_type=Path), required=True,
        help="Where to write: .xlsx a sheet, .json tasks for Label Studio, .jsonl lines for doccano.")  # fmt: skip
@option("--text-column", help="Name of the column or field of the text, when it is not found by itself.")
@model_option
@engine_option
def export(
    entries: tuple[Path, ...], output: Path, text_column: str | None, model: Path | None, engine: str | None
) -> None:
    """Tag entries and write them out for people to check, with what the model says of each.

    \b
    minqing label export diaries.xlsx -o sheet.xlsx
    minqing label export diaries.jsonl -o tasks.json
    """
    from minqing.labelling.sheet import write_sheet
    from minqing.labelling.tools import doccano, label_studio, label_studio_config

    kind = output.suffix.lower()
    if kind not in FORMATS:
        raise EntryError(_("{path}: write .xlsx, .json (Label Studio) or .jsonl (doccano)").format(path=output))
    tagger = tagger_of(model, engine)
    own = _own_labels(tagger)
    tagged = list(tagger.pipe(_entries(entries, text_column)))
    if not tagged:
        raise EntryError(_("{path}: holds no entries").format(path=entries[0]))
    with written_whole(output) as file:
        if kind == ".xlsx":
            write_sheet(file, tagged, language(), own)
        elif kind == ".json":
            file.write(label_studio(tagged))
        else:
            file.writelines(doccano(tagged))
    if kind == ".json":
        write_text(output.with_suffix(".xml"), label_studio_config(own))
    needs = sum(len(entry.needs) for entry in tagged)
    click.echo(_("{entries:,} entries, {needs:,} suggested needs: {path}").format(
        entries=len(tagged), needs=needs, path=output), err=True)  # fmt: skip


def _entries(paths: tuple[Path, ...], text_column: str | None) -> Iterator[Entry]:
    """Read entries; a line ends the same way everywhere, since sheets know only one."""
    options = Options({"text": text_column} if text_column else {})
    for entry in read_sources(paths, options, None):
        yield structs.replace(entry, text=entry.text.replace("\r\n", "\n").replace("\r", "\n"))


def _own_labels(tagger: object) -> tuple[str, ...]:
    from minqing.nlp.classifier import ClassifierTagger

    return tagger.model.scheme.labels if isinstance(tagger, ClassifierTagger) else ()


@label.command("import")
@click.argument("sheets", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("-o", "--output", type=click.Path(path_type=Path), required=True,
        help="Labelled rows to write (.jsonl), ready for training; the corrections are kept beside them.")  # fmt: skip
@option("--who", default="", help="Who checked the rows that name nobody.")
def import_(sheets: tuple[Path, ...], output: Path, who: str) -> None:
    """Take back what people checked, and write labelled rows for training.

    Every correction is kept in a file beside (labelled.corrections.jsonl), which is only ever added to. What could not
    be taken is listed with its row; the entries of such rows, and those not all judged, wait for the next time.

    \b
    minqing label import sheet.xlsx -o labelled.jsonl
    """
    from minqing.labelling.corrections import Taken, keep
    from minqing.labelling.sheet_back import read_sheet
    from minqing.labelling.tools import read_tool

    if output.suffix.lower() != ".jsonl":
        raise EntryError(_("{path}: labelled rows are written as .jsonl").format(path=output))
    when = date.today().isoformat()
    parts = [
        (read_tool if path.suffix.lower() in (".json", ".jsonl") else read_sheet)(path, who, when) for path in sheets
    ]
    taken = Taken(
        [c for part in parts for c in part.corrections],
        [p for part in parts for p in part.problems],
        frozenset().union(*(part.unfinished for part in parts)),
    )
    new, rows = keep(taken, output)
    for problem in taken.problems:
        click.echo(_("not taken: ") + problem, err=True)
    if taken.unfinished:
        click.echo(_("{n:,} entries are not judged to the last row and wait").format(n=len(taken.unfinished)), err=True)
    click.echo(
        _("{new:,} new corrections, {rows:,} labelled entries: {path}").format(new=new, rows=rows, path=output),
        err=True,
    )
