"""What stands at the head of an entry: its date, its village and town, as its fields or its text give them."""

from collections.abc import Mapping
from datetime import date

from minqing.corpora.names import VILLAGES, simplified
from minqing.nlp.records import TaggedEntry

# A date this far from the beginning, in characters, is that of the entry.
_HEAD = 12

_TOWN_FIELDS = ("town", "乡镇", "镇", "鄉鎮", "鎮", "街道", "乡镇街道")
# A column of its own for the village says more surely which one it is than the place of a visit.
_VILLAGE_FIELDS = frozenset(VILLAGES.split())


def village_of(meta: Mapping[str, object]) -> str:
    """Give the village that the fields of an entry name, else the place, else "".

    >>> village_of({"place": "村口", "村": "石桥村"}), village_of({"place": "石桥村"}), village_of({})
    ('石桥村', '石桥村', '')
    """
    names = (name for name in meta if simplified(name) in _VILLAGE_FIELDS)
    return next((found for name in names if (found := text_of(meta, name))), "") or text_of(meta, "place")


def date_of(entry: TaggedEntry, year: int | None = None) -> str:
    """Give the entry's own date, else the one at its head; ``year`` completes it. "" when none is known."""
    own = text_of(entry.meta, "date")
    heads = (s.value for need in entry.needs for s in need.slots if s.kind == "when" and s.start <= _HEAD)
    for value in (own[:10], next(heads, "")):
        if value.startswith("--") and year:
            value = f"{year:04d}-{value[2:]}"
        if _is_date(value):
            return value
    return ""


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def town_field_of(meta: Mapping[str, object]) -> str:
    """Give the town that a field of its own names, or ""."""
    return next((text_of(meta, name) for name in _TOWN_FIELDS if meta.get(name)), "")


def text_of(meta: Mapping[str, object], name: str) -> str:
    """Give what a field holds as text, "" for nothing."""
    value = meta.get(name)
    return "" if value is None else str(value).strip()
