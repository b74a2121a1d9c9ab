"""Commands of privacy: mask, unmask."""

import os
from gettext import gettext as _
from pathlib import Path

import click

from minqing.commands.shared import option
from minqing.console import Command

key_option = option(
    "--key",
    type=click.Path(path_type=Path),
    help="File that keeps which pseudonym is whose, locked with a passphrase; made when it is not there.",
)


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Where to write, in the same format.")
@key_option
@option("--names", type=click.Path(path_type=Path), help="Names to mask wherever they stand, one a line.")
def mask(file: Path, output: Path, key: Path | None, names: Path | None) -> None:
    """Put pseudonyms in the place of names and numbers; every character stands where it stood.

    Masks names, identity, phone and card numbers, doors and groups, illnesses and grades of disability in .txt, .md,
    .jsonl, .json, .csv, .tsv, .docx and .xlsx. The passphrase of a key is asked for, or taken from MINQING_PASSPHRASE.

    \b
    minqing mask diary.txt -o masked.txt
    minqing mask tagged.jsonl -o masked.jsonl --key office.key --names village.txt
    """
    from minqing.ledger.privacy.documents import Masker, mask_file
    from minqing.ledger.privacy.keys import load_key, save_key
    from minqing.ledger.privacy.pseudonyms import Pseudonyms

    passphrase = _passphrase(confirm=not key.exists()) if key else ""
    stands = load_key(key, passphrase) if key else Pseudonyms()
    masker = Masker(stands, _names(names))
    mask_file(file, output, masker)
    if key:
        save_key(key, passphrase, stands)
    click.echo(_("{n:,} names, numbers and details masked: {path}").format(n=masker.masked, path=output), err=True)
    if masker.pictures:
        click.echo(_("{n:,} pictures are left out: nobody can mask what they show").format(n=masker.pictures), err=True)
    click.echo(_("no rule finds every name: read the file before you hand it on"), err=True)


@click.command(cls=Command)
@click.argument("pseudonym")
@option("--key", type=click.Path(path_type=Path), required=True, help="The key file written by mask --key.")
def unmask(pseudonym: str, key: Path) -> None:
    """Say whose pseudonym this is.

    \b
    minqing unmask 商可静 --key office.key
    """
    from minqing.ledger.privacy.keys import load_key
    from minqing.nlp.errors import LedgerError

    if not key.exists():
        raise LedgerError(_("{path}: there is no key file").format(path=key))
    known = load_key(key, _passphrase(confirm=False)).known
    found = [name for name, stand in known.items() if stand == pseudonym]
    if not found:
        raise LedgerError(_("no pseudonym of this key: {pseudonym}").format(pseudonym=pseudonym))
    click.echo("\n".join(found))


def _passphrase(confirm: bool) -> str:
    given = os.environ.get("MINQING_PASSPHRASE")
    if given is not None:
        return given
    return str(click.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=confirm, err=True))


def _names(path: Path | None) -> list[str]:
    from minqing.nlp.errors import LedgerError

    try:
        return [line.strip() for line in path.read_text("utf-8-sig").splitlines() if line.strip()] if path else []
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(_("{path}: cannot be read as UTF-8: {error}").format(path=path, error=error)) from error
