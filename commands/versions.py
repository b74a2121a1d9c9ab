"""Commands that decide which model is the default of this installation: promote, models, rollback."""

import sys
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from minqing.commands.shared import json_option, option, print_json
from minqing.console import Command

if TYPE_CHECKING:
    from minqing.models.gate import Verdict


@click.command(cls=Command)
@click.argument("model", type=click.Path(path_type=Path))
@option("--on", "reference", type=click.Path(path_type=Path), multiple=True,
        help="Labelled rows to judge by; the development set that ships by default.")  # fmt: skip
@option("--margin", type=click.FloatRange(0, 1), default=0.03, show_default=True, help="How far an F1 may fall.")
@option("--force", is_flag=True, help="Promote even so; your name and what was against it are kept.")
def promote(model: Path, reference: tuple[Path, ...], margin: float, force: bool) -> None:
    """Make a model the default of this installation, if nothing that counts gets worse.

    No label, script or status with enough marks may fall by more than the margin against the present default.

    \b
    minqing promote my-model
    minqing promote my-model --on labelled.xlsx
    """
    from minqing.models import current_folder, load_any, registry
    from minqing.models.comparing import reference as read
    from minqing.models.gate import judge_candidate
    from minqing.models.opening import open_tagger

    name = open_tagger(model).name
    candidate, incumbent = load_any(model), load_any(current_folder())
    verdict = judge_candidate(candidate, incumbent, read(reference, candidate, _note), margin)
    if verdict.reasons and not force:
        _refuse(name, verdict)
    decision = registry.adopt(model, name, verdict.scores, verdict.reasons)
    for reason in verdict.reasons:
        click.echo(_("overridden by {who}: {reason}").format(who=decision.who, reason=reason), err=True)
    click.echo(_("{name} is now the default model (version {version}, micro F1 {f1:.3f})").format(
        name=name, version=decision.version, f1=verdict.scores["micro_f1"]))  # fmt: skip


def _note(line: str) -> None:
    click.echo(_("note: ") + line, err=True)


def _refuse(name: str, verdict: "Verdict") -> None:
    click.echo(_("{name} is not promoted:").format(name=name), err=True)
    for reason in verdict.reasons:
        click.echo(f"  {reason}", err=True)
    click.echo(_("--force promotes it even so, and records who did"), err=True)
    sys.exit(1)


@click.command(cls=Command)
@click.argument("model", required=False, type=click.Path(path_type=Path))
@json_option
def models(model: Path | None, as_json: bool) -> None:
    """List the models that were the default here; or, of one model, show its card.

    \b
    minqing models
    minqing models my-model
    """
    from minqing.models import load_any, registry
    from minqing.models.cards import card
    from minqing.models.opening import named_folder

    if model:
        click.echo(card(load_any(named_folder(model))), nl=False)
        return
    made = registry.decisions()
    if as_json:
        print_json(
            {"home": str(registry.home()), "default": made[-1].version if made else "shipped", "decisions": made}
        )
        return
    click.echo(_("Default: {version}   Folder: {home}").format(
        version=made[-1].version if made else "shipped", home=registry.home()))  # fmt: skip
    for d in made:
        scores = "  ".join(f"{name} {value:.3f}" for name, value in d.scores.items())
        click.echo(f"{d.when}  {d.action:9}{d.version:9}{d.model}  {scores}  {d.who}")
        for reason in d.overridden:
            click.echo(f"    ! {reason}")


@click.command(cls=Command)
def rollback() -> None:
    """Return to the default model before the present one.

    \b
    minqing rollback
    """
    from minqing.models import registry

    decision = registry.go_back()
    click.echo(_("The default model is {version} {model} again").format(version=decision.version, model=decision.model))
