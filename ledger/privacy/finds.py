"""What was found in a text that must not be seen: where, and of which kind."""

from typing import Literal, NamedTuple

Kind = Literal["id", "card", "mobile", "landline", "address", "illness", "disability", "name", "minor"]
KINDS: tuple[Kind, ...] = ("id", "card", "mobile", "landline", "address", "illness", "disability", "name", "minor")


class Find(NamedTuple):
    """``text[start:end]`` is of ``kind``."""

    start: int
    end: int
    kind: Kind


# One character for one, so that offsets hold; the marks of Chinese stay what they are.
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；！？"}
