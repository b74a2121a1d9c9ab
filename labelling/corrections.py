"""Corrections: what a model said of a stretch of text, what a person said of it, who and when. Only ever added to.

They stand in JSON lines beside the labelled rows that are made from them: ``labelled.jsonl`` and
``labelled.corrections.jsonl``. Of two corrections of the same need the later one holds; both stay.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from typing import Literal

import msgspec

from minqing.corpora.whole import written_whole
from minqing.nlp.errors import EntryError, LabelError
from minqing.nlp.records import Need

Verdict = Literal["right", "wrong", "changed", "missing", "none"]


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """A need, as a model or a person sees it; without ``end`` it is of the whole entry."""

    label: str
    sub: str = ""
    status: str = ""
    start: int = 0
    end: int = 0
    text: str = ""
    score: float = 0.0

    @property
    def name(self) -> str:
        """The label of the finest level."""
        return self.sub or self.label

    @classmethod
    def of(cls, need: Need) -> "Said":
        """Give what a model said."""
        return cls(need.label, need.sub, need.status, need.start, need.end, need.text, need.score)


class Correction(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person said of one thing a model said, or (``missing``) did not say; ``none``: the entry holds no need.

    ``key`` names the need within the entry; ``model`` is the ``name@hash`` that predicted it.
    """

    entry: str
    text: str
    key: str
    verdict: Verdict
    predicted: Said | None = None
    said: Said | None = None
    model: str = ""
    who: str = ""
    when: str = ""
    remark: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import could take, what it could not, and the entries that are only half done."""

    corrections: Sequence[Correction]
    problems: Sequence[str]
    unfinished: frozenset[str] = frozenset()


def beside(labelled: Path) -> Path:
    """Give the file of the corrections that labelled rows are made from."""
    return labelled.with_suffix(".corrections.jsonl")


def read_corrections(path: Path) -> list[Correction]:
    """Read corrections, none if there is no such file.

    Raises:
        EntryError: the file cannot be read, or a line of it is no correction.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise EntryError(f"{path}: cannot be read: {error.strerror}") from error
    found: list[Correction] = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(msgspec.json.decode(line, type=Correction))
        except msgspec.MsgspecError as error:
            raise EntryError(f"{path}:{number}: not a correction: {error}") from error
    return found


def keep(taken: Taken, labelled: Path) -> tuple[int, int]:
    """Add corrections to those there are, and write the labelled rows anew; give how many were new, and the rows.

    A sheet that is brought again, today or another day, adds nothing: what a person last said is not said twice.

    Raises:
        EntryError: a file cannot be read or written.
        LabelError: the labelled file was not made from corrections; it would be lost.
    """
    path = beside(labelled)
    if labelled.exists() and not path.exists():
        raise LabelError(_("{path}: was not made from corrections and would be lost; choose another name").format(
            path=labelled))  # fmt: skip
    there = read_corrections(path)
    new = list(_unheard(there, taken.corrections))
    encode = msgspec.json.encode
    with written_whole(path) as file:
        file.write(b"".join(encode(correction) + b"\n" for correction in [*there, *new]))
    rows = list(labelled_rows([*there, *new], taken.unfinished))
    with written_whole(labelled) as file:
        file.write(b"".join(encode(row) + b"\n" for row in rows))
    return len(new), len(rows)


def _unheard(there: Iterable[Correction], brought: Iterable[Correction]) -> Iterator[Correction]:
    """Give the corrections that differ from the last word of the same person on the same need."""
    last = {_about(correction): _content(correction) for correction in there}
    for correction in brought:
        if last.get(_about(correction)) != _content(correction):
            last[_about(correction)] = _content(correction)
            yield correction


def _about(correction: Correction) -> tuple[str, str, str]:
    return correction.entry, correction.key, correction.who


def _content(correction: Correction) -> Correction:
    """Give what was said, without the day and the row it came from."""
    return msgspec.structs.replace(correction, where="", when="")


def labelled_rows(corrections: Iterable[Correction], unfinished: frozenset[str]) -> Iterator[dict[str, object]]:
    """Give a labelled row for each entry all of whose suggestions were judged, the last word on each need."""
    last: dict[str, dict[str, Correction]] = {}
    for correction in corrections:
        last.setdefault(correction.entry, {})[correction.key] = correction
    for entry, by_key in last.items():
        said = list(by_key.values())
        if entry not in unfinished:
            needs = [_row(c.said) for c in said if c.said is not None]
            yield {"id": entry, "text": said[-1].text, "needs": needs, "checked_by": _who(said)}


def _who(said: Sequence[Correction]) -> str:
    return "、".join(dict.fromkeys(c.who for c in said if c.who))


def _row(said: Said) -> Mapping[str, object]:
    row: dict[str, object] = {"label": said.label}
    row |= {name: value for name, value in (("sub", said.sub), ("status", said.status)) if value}
    if said.end:
        row |= {"start": said.start, "end": said.end, "text": said.text}
    return row


def compared(
    predicted: Sequence[Said], said: Sequence[Said]
) -> Iterator[tuple[str, Verdict, Said | None, Said | None]]:
    """Pair what a model said with what a person said: key, verdict, and both sides.

    A need is the same when its label is the same and the spans overlap, or one of them has no place.
    """
    free = list(said)
    for number, old in enumerate(predicted, start=1):
        new = next((s for s in free if s.label == old.label and _meet(old, s)), None)
        if new is None:
            yield str(number), "wrong", old, None
            continue
        free.remove(new)
        same = (new.name, new.status or old.status, new.start, new.end) == (old.name, old.status, old.start, old.end)
        yield str(number), "right" if same else "changed", old, new if new.status else _with_status(new, old.status)
    for number, new in enumerate(free, start=1):
        yield f"+{number}", "missing", None, new
    if not predicted and not said:
        yield "0", "none", None, None


def _meet(a: Said, b: Said) -> bool:
    return not a.end or not b.end or min(a.end, b.end) > max(a.start, b.start)


def _with_status(said: Said, status: str) -> Said:
    return msgspec.structs.replace(said, status=status)
