"""The labelled set of what must not be seen: invented texts, each with its names, numbers and details marked."""

from collections.abc import Iterator
from pathlib import Path

import msgspec


class PrivateText(msgspec.Struct, frozen=True):
    """A text and what in it must be masked, as ``(kind, start, end)``, offsets in code points.

    Of a titled name the name alone is marked (张 of 张大妈), of 老罗 and 阿珍 the part after 老 and 阿.
    """

    id: str
    text: str
    items: tuple[tuple[str, int, int], ...]


def load_private() -> Iterator[PrivateText]:
    """Read the set that ships; every number in it carries a right checksum and belongs to nobody."""
    path = Path(__file__).parent / "gold" / "privacy.jsonl"
    for line in path.read_text("utf-8").splitlines():
        yield msgspec.json.decode(line, type=PrivateText)
