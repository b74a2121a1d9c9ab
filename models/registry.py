"""The models of this installation: which is the default, which were before, who decided it and when.

They live in the user's data folder, or where ``MINQING_HOME`` says; nothing is written into the package. Each
promoted model is copied to ``models/NNNN``; ``models.jsonl`` beside them gets a line for every decision and loses none.
"""

import os
import shutil
import tempfile
from datetime import datetime
from gettext import gettext as _
from pathlib import Path

import msgspec

from minqing.corpora.whole import put_in_place
from minqing.models.folders import CARD, LEXICON, MANIFEST, VOCABULARY, WEIGHTS
from minqing.nlp.errors import ModelError

HOME = "MINQING_HOME"
LEDGER, FOLDER = "models.jsonl", "models"
SHIPPED = "shipped"


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the ledger: ``version`` became the default. ``overridden`` says what the gate had against it."""

    action: str
    version: str
    when: str
    who: str
    model: str = ""
    source: str = ""
    overridden: tuple[str, ...] = ()
    scores: dict[str, float] = {}


def home() -> Path:
    """Give the folder of this installation's models; it need not exist."""
    named = os.environ.get(HOME)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("minqing", appauthor=False)


def decisions() -> list[Decision]:
    """Give every decision, the first one first.

    Raises:
        ModelError: the ledger cannot be read, or a line of it is damaged.
    """
    path = home() / LEDGER
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    found: list[Decision] = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(msgspec.json.decode(line, type=Decision))
        except msgspec.MsgspecError as error:
            raise ModelError(f"{path}:{number}: damaged: {error}; delete that line") from error
    return found


def current() -> Path | None:
    """Give the folder of the default model; none when it is the one that ships."""
    made = decisions()
    return folder_of(made[-1].version) if made and made[-1].version != SHIPPED else None


def folder_of(version: str) -> Path:
    """Give the folder of a version."""
    return home() / FOLDER / version


def adopt(source: Path, model: str, scores: dict[str, float], overridden: tuple[str, ...] = ()) -> Decision:
    """Copy the files of a model, and no others, and make it the default.

    Raises:
        ModelError: the user's data folder cannot be written.
    """
    number = 1 + max((int(d.version) for d in decisions() if d.version.isdigit()), default=0)
    decision = _decision("promote", f"{number:04}", model, str(source.resolve()), overridden, scores)
    try:
        place = folder_of(decision.version)
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, ignore_cleanup_errors=True) as name:
            fresh = Path(name) / "model"
            fresh.mkdir()
            for file in (MANIFEST, WEIGHTS, LEXICON, VOCABULARY):
                shutil.copyfile(source / file, fresh / file)
            if (source / CARD).is_file():
                shutil.copyfile(source / CARD, fresh / CARD)
            put_in_place(fresh, place)
    except (OSError, shutil.Error) as error:
        raise ModelError(f"{home()}: cannot be written: {error}; set {HOME} to a folder of yours") from error
    _append(decision)
    return decision


def go_back() -> Decision:
    """Make the version before the present one the default again.

    Raises:
        ModelError: none was promoted, or the one before is gone.
    """
    stack: list[Decision] = []
    for decision in decisions():
        if decision.action == "promote":
            stack.append(decision)
        elif stack:
            stack.pop()
    if not stack:
        raise ModelError(_("there is nothing to roll back: the model that ships is the default"))
    before = stack[-2] if len(stack) > 1 else None
    if before and not folder_of(before.version).is_dir():
        raise ModelError(f"{folder_of(before.version)}: is gone; promote a model instead")
    version, model = (before.version, before.model) if before else (SHIPPED, "")
    decision = _decision("rollback", version, model, "", (), before.scores if before else {})
    _append(decision)
    return decision


def _decision(
    action: str, version: str, model: str, source: str, overridden: tuple[str, ...], scores: dict[str, float]
) -> Decision:
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    return Decision(action, version, when, _user(), model, source, overridden, scores)


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError, ImportError):  # a user without a name, as in some containers
        return ""


def _append(decision: Decision) -> None:
    path = home() / LEDGER
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(msgspec.json.encode(decision) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ModelError(f"{path}: cannot be written: {error.strerror}; set {HOME} to a folder of yours") from error
