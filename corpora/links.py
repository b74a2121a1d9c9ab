"""The labelled set of linked needs: invented villages, each need with its mentions over a year."""

from collections.abc import Iterator
from pathlib import Path

import msgspec


class LinkedMention(msgspec.Struct, frozen=True):
    """One mention: ``date`` is ISO 8601, ``who`` the name beside it or "" for the village."""

    date: str
    who: str
    status: str
    text: str


class LinkedNeed(msgspec.Struct, frozen=True):
    """A need of a place and all its mentions, in the order of time."""

    id: str
    place: str
    sub: str
    mentions: tuple[LinkedMention, ...]


def load_links() -> Iterator[LinkedNeed]:
    """Read the set that ships."""
    path = Path(__file__).parent / "gold" / "links.jsonl"
    for line in path.read_text("utf-8").splitlines():
        yield msgspec.json.decode(line, type=LinkedNeed)
