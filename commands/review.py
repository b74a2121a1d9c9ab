"""Commands that look at labels and at what has none: suggest, check, discover, agree."""

from dataclasses import asdict
from gettext import gettext as _
from pathlib import Path

import click
import msgspec

from minqing.commands.shared import json_option, model_option, option, print_json, tagger_of
from minqing.console import Command, language
from minqing.corpora.readers import Options, read_sources
from minqing.corpora.whole import written_whole
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry

STRATEGIES = ("mixed", "uncertain", "diverse", "rare", "random")
text_column_option = option(
    "--text-column", help="Name of the column or field of the text, when it is not found by itself."
)
seed_option = option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Decides what chance decides."
)


def _read(paths: tuple[Path, ...], text_column: str | None) -> list[Entry]:
    entries = list(read_sources(paths, Options({"text": text_column} if text_column else {}), None))
    if not entries:
        raise EntryError(_("{path}: holds no entries").format(path=paths[0]))
    return entries


@click.command(cls=Command)
@click.argument("entries", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("-n", "n", type=click.IntRange(1), default=50, show_default=True, help="How many to pick.")
@option("--strategy", type=click.Choice(STRATEGIES), default="mixed", show_default=True,
        help="Doubtful, rare and unlike each other (mixed); or one of these alone.")  # fmt: skip
@option("--labelled", type=click.Path(path_type=Path), multiple=True, help="Rows labelled already, which are left out.")
@option("--before", type=click.Path(path_type=Path), help="The model before this one: does labelling more still pay?")
@option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the entries here (.jsonl), to export for labelling."
)
@text_column_option
@seed_option
@model_option
def suggest(
    entries: tuple[Path, ...],
    n: int,
    strategy: str,
    labelled: tuple[Path, ...],
    before: Path | None,
    output: Path | None,
    text_column: str | None,
    seed: int,
    model: Path | None,
) -> None:
    """Pick the entries whose labels would teach a model most.

    With --before it also says how far the answers of the two models agree; past .99 more labels hardly change them.

    \b
    minqing suggest diaries.xlsx -n 50 --model my-model -o next.jsonl
    """
    from minqing.corpora.marked import read_examples
    from minqing.labelling.suggesting import ENOUGH, agreement
    from minqing.labelling.suggesting import suggest as picked

    read, tagger = _read(entries, text_column), tagger_of(model, "rjieba")
    found = picked(tagger, read, read_examples(labelled), n, strategy, seed)
    lines = [
        {"id": e.id, "text": e.text, **e.meta, "doubt": d} for e, d in zip(found.entries, found.doubts, strict=True)
    ]
    if output:
        with written_whole(output) as file:
            file.writelines(msgspec.json.encode(line) + b"\n" for line in lines)
        click.echo(_("{n:,} of {all:,} entries: {path}").format(n=len(lines), all=len(read), path=output), err=True)
    else:
        for line in lines:
            print_json(line)
    if before:
        texts = [entry.text for entry in read]
        same = agreement(tagger_of(before, "rjieba").chances(texts), tagger.chances(texts))
        click.echo(_("agreement with the model before: {same:.3f}").format(same=same), err=True)
        pays = (
            _("more labels hardly change the answers: you may stop")
            if same >= ENOUGH
            else _("labelling more still pays")
        )
        click.echo(pays, err=True)


@click.command(cls=Command)
@click.argument("labelled", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("-n", "n", type=click.IntRange(1), default=100, show_default=True, help="How many findings to list.")
@option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes for the cross-validation.")
@seed_option
@json_option
def check(labelled: tuple[Path, ...], n: int, jobs: int, seed: int, as_json: bool) -> None:
    """List what looks wrong in labelled rows, the surest first.

    Contradictions (the same text, other labels), texts that stand in two files, spans that are off, and labels that
    models which never saw the row cannot believe.

    \b
    minqing check train.jsonl test.jsonl
    """
    from minqing.corpora.marked import read_examples
    from minqing.labelling.checking import check as checked
    from minqing.models.retraining import Settings

    settings = Settings(jobs=jobs, seed=seed)
    found = checked(read_examples(labelled), settings, lambda line: click.echo(line, err=True))
    if as_json:
        for finding in found[:n]:
            print_json(finding)
        return
    kinds = {"given": _("doubtful label"), "not given": _("label missing?"), "contradiction": _("contradiction"),
             "in two files": _("in two files"), "span": _("span is off")}  # fmt: skip
    for f in found[:n]:
        click.echo(
            "  ".join(part for part in (f"{f.score:.2f}", f.where, kinds[f.kind], f.label, f.other, f.text) if part)
        )
    click.echo(_("{n:,} findings").format(n=len(found)), err=True)


@click.command(cls=Command)
@click.argument("entries", nargs=-1, required=True, type=click.Path(path_type=Path))
@option("--fewest", type=click.IntRange(2), default=5, show_default=True, help="Entries that make a group.")
@option("--unfit", type=click.FloatRange(0, 1), default=0.3, show_default=True,
        help="An entry fits no label when none has this chance.")  # fmt: skip
@text_column_option
@seed_option
@model_option
@json_option
def discover(
    entries: tuple[Path, ...],
    fewest: int,
    unfit: float,
    text_column: str | None,
    seed: int,
    model: Path | None,
    as_json: bool,
) -> None:
    """Bring together the entries that fit no label, with key words: is a label missing?

    \b
    minqing discover diaries.xlsx --model my-model
    """
    from minqing.labelling.discovering import discover as found

    read = _read(entries, text_column)
    left, topics = found(tagger_of(model, "rjieba"), read, fewest, unfit, seed)
    if as_json:
        print_json({"entries": len(read), "unfit": left, "topics": topics})
        return
    click.echo(_("{left:,} of {all:,} entries fit no label").format(left=left, all=len(read)), err=True)
    for topic in topics:
        click.echo(f"{topic.size:5}  {topic.tightness:.2f}  {' '.join(topic.words)}")
        for example in topic.examples:
            click.echo(f"              {example}")


@click.command(cls=Command)
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@option("-o", "--output", type=click.Path(path_type=Path), help="Write what they differ on here (.xlsx), to settle it.")
@json_option
def agree(a: Path, b: Path, output: Path | None, as_json: bool) -> None:
    """Say how far two people agree who labelled the same entries, and write out what they differ on.

    The sheet is taken back with `minqing label import`, as any other.

    \b
    minqing agree wang.jsonl li.jsonl -o settle.xlsx
    """
    from minqing.corpora.marked import read_examples
    from minqing.labelling.agreeing import agree as measured
    from minqing.labelling.agreeing import own_labels, paired, to_settle
    from minqing.labelling.sheet import write_sheet

    pairs = paired(read_examples([a]), read_examples([b]))
    found = measured(pairs)
    if output:
        differing = list(to_settle(pairs, (a.stem, b.stem)))
        with written_whole(output) as file:
            filled = {entry.id: rows for entry, rows in differing}
            write_sheet(file, (entry for entry, _rows in differing), language(), own_labels(pairs), filled)
        click.echo(_("{n:,} entries to settle: {path}").format(n=len(differing), path=output), err=True)
    if as_json:
        print_json(asdict(found))
        return
    click.echo(_("{n:,} entries, {same:,} with the same labels").format(n=found.entries, same=found.same))
    click.echo(f"Cohen's kappa {found.kappa:.3f}   Krippendorff's alpha {found.alpha:.3f}")
    if found.spans:
        click.echo(
            _("spans: F1 {f1:.3f}; status on these: kappa {kappa:.3f}").format(
                f1=found.span_f1, kappa=found.status_kappa
            )
        )
    for label, (value, n) in sorted(found.labels.items(), key=lambda pair: pair[1][0]):
        click.echo(f"{value:8.3f}{n:6}  {label}")
