"""The values that travel: what goes in, what comes out, and the pieces between. All frozen, all slotted.

What is made by the thousand is a ``msgspec.Struct``: made in a tenth of the time of a frozen dataclass.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct

Script = Literal["hans", "hant", "mixed", "other"]
Status = Literal["unmet", "planned", "in_progress", "met", "declined"]

STATUSES: tuple[Status, ...] = ("unmet", "planned", "in_progress", "met", "declined")
SLOT_KINDS = ("who", "where", "amount", "when")
OPEN_STATUSES: frozenset[str] = frozenset({"unmet", "planned", "in_progress"})


class Entry(Struct, frozen=True):
    """One diary entry as its writer gave it; ``meta`` carries every field the tool does not know."""

    id: str
    text: str
    meta: Mapping[str, object] = {}


class Token(Struct, frozen=True):
    """A word and where it stands: ``text[start:end]`` in code points."""

    text: str
    start: int
    end: int


class Clause(NamedTuple):
    """A stretch between two punctuation marks: ``text[start:end]``, and where in the entry it belongs.

    ``sentence`` counts sentences from 0 within the entry; ``section`` names the kind of form field or
    heading it stands under (``"problem"``, ``"reflection"`` …), empty for plain prose.
    """

    start: int
    end: int
    sentence: int
    section: str = ""


class Slot(Struct, frozen=True, gc=False, omit_defaults=True):
    """A detail bound to a need: who, where, how much, when. ``value`` is normalised, ``text`` is as written."""

    kind: str
    text: str
    start: int
    end: int
    value: str = ""


class Need(Struct, frozen=True, gc=False, omit_defaults=True):
    """One thing somebody lacks or asked for. ``start`` and ``end`` count code points of the text as given.

    ``score`` is the calibrated probability of the label; ``uncertain`` marks a score near its threshold.
    """

    label: str
    sub: str
    status: str
    score: float
    start: int
    end: int
    text: str
    uncertain: bool = False
    slots: tuple[Slot, ...] = ()


class TaggedEntry(Struct, frozen=True):
    """What the tagger says of one entry; ``text`` is the entry's, ``model`` the ``name@hash`` that said it."""

    id: str
    script: Script
    needs: tuple[Need, ...]
    facets: Mapping[str, object]
    model: str
    meta: Mapping[str, object] = {}
    text: str = ""


class LabelledEntry(Struct, frozen=True):
    """An entry with the needs a human marked in it, for training and evaluation.

    ``author`` groups entries for cross-validation: all by one author stay in one fold.
    """

    entry: Entry
    needs: tuple[Need, ...]
    facets: Mapping[str, object] = {}
    author: str = ""
    layout: str = ""
