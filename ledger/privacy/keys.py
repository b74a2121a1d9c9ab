"""The key from pseudonyms back to names: a file of its own, locked with a passphrase, never part of an export."""

import base64
import os
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from minqing.corpora.whole import written_whole
from minqing.ledger.privacy.pseudonyms import Pseudonyms
from minqing.nlp.errors import LedgerError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1

# 2^17 rounds of 8 blocks: 128 MB and a third of a second a guess, as OWASP advises for scrypt.
_ROUNDS, _BLOCKS, _PARALLEL = 1 << 17, 8, 1
# What is locked together with the content, so that a file of another kind cannot be passed off as a key.
_PURPOSE = b"minqing key of pseudonyms 1"
SHORTEST = 8


class _File(msgspec.Struct, frozen=True):
    format: int
    rounds: int
    salt: str
    nonce: str
    locked: str


class _Content(msgspec.Struct, frozen=True):
    secret: str
    known: dict[str, str]


def load_key(path: Path, passphrase: str) -> Pseudonyms:
    """Give the pseudonyms of a key file, or fresh ones when there is no such file yet.

    Raises:
        LedgerError: the passphrase is wrong or too short, or the file is no key.
    """
    if len(passphrase) < SHORTEST:
        raise LedgerError(_("the passphrase has fewer than {n} characters").format(n=SHORTEST))
    if not path.exists():
        return Pseudonyms()
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
        plain = _cipher(passphrase, base64.b64decode(file.salt), file.rounds).decrypt(
            base64.b64decode(file.nonce), base64.b64decode(file.locked), _PURPOSE
        )
        content = msgspec.json.decode(plain, type=_Content)
    except (msgspec.DecodeError, ValueError, OSError) as error:
        raise LedgerError(_("{path}: no key file of minqing").format(path=path)) from error
    except _invalid_tag() as error:
        raise LedgerError(_("{path}: the passphrase is wrong, or the file was changed").format(path=path)) from error
    return Pseudonyms(base64.b64decode(content.secret), content.known)


def save_key(path: Path, passphrase: str, pseudonyms: Pseudonyms) -> None:
    """Write the key file anew, whole, readable by its owner alone.

    Raises:
        EntryError: the file cannot be written.
    """
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = msgspec.json.encode(_Content(_text(pseudonyms.secret), pseudonyms.known))
    locked = _cipher(passphrase, salt, _ROUNDS).encrypt(nonce, plain, _PURPOSE)
    content = msgspec.json.encode(_File(FORMAT, _ROUNDS, _text(salt), _text(nonce), _text(locked)))
    with written_whole(path, is_private=True) as file:
        file.write(content)


def _cipher(passphrase: str, salt: bytes, rounds: int) -> "AESGCM":
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ImportError as error:
        raise LedgerError(_("a key file takes cryptography: pip install 'minqing[privacy]'")) from error
    if rounds > _ROUNDS * 8:
        raise ValueError("more rounds than any key of ours")
    return AESGCM(Scrypt(salt, 32, rounds, _BLOCKS, _PARALLEL).derive(passphrase.encode()))


def _invalid_tag() -> type[Exception]:
    from cryptography.exceptions import InvalidTag

    return InvalidTag


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
