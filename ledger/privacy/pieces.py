"""Texts of office files that lie in pieces: put together to be masked, and laid back piece by piece."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from minqing.ledger.privacy.documents import Masker

# Elements with text, those that stand for a space, and the fields of a form with their texts.
_PIECES = frozenset({"t", "instrText"})
_SPACES = frozenset({"tab", "br", "cr"})
_FIELDS = frozenset(
    {"alias", "tag", "default", "listEntry", "helpText", "statusText", "listItem", "lvlText", "bookmarkStart",
     "hyperlink", "dataValidation", "cfRule"}
)  # fmt: skip
_IN_FIELDS = frozenset(
    {"val", "value", "name", "displayText", "display", "tooltip", "location", "anchor", "prompt", "promptTitle",
     "error", "errorTitle", "text"}
)  # fmt: skip
_NAMED = frozenset({"docPr", "cNvPr"})
# Attributes that tell who wrote something, and those that may as well be empty.
_PERSONS = frozenset({"author", "displayName", "userName"})
_EMPTIED = frozenset({"initials", "descr", "title", "alt", "userId", "providerId", "href", "src"})


def local(element: Any) -> str:
    """Give the name of an element without its namespace, of which there are two, the old and the strict one."""
    return str(element.tag).rpartition("}")[2]


def lay(pieces: Sequence[Any], mask: Callable[[str], str]) -> None:
    """Mask the text that ``pieces`` make together; None among them is a space, which belongs to none."""
    masked = mask("".join("\t" if piece is None else piece.text or "" for piece in pieces))
    at = 0
    for piece in pieces:
        length = 1 if piece is None else len(piece.text or "")
        if piece is not None:
            piece.text = masked[at : at + length]
        at += length


def flows(tree: Any, holder: str) -> Iterator[tuple[Any, list[Any]]]:
    """Give each ``holder`` of texts with its pieces in order, without those of one within it."""
    found: dict[Any, dict[str, list[Any]]] = {}
    for element in tree.iter():
        name = local(element)
        kind = "t" if name in _SPACES else name
        if name not in _PIECES and name not in _SPACES:
            continue
        above = next((a for a in element.iterancestors() if local(a) == holder), None)
        if above is not None:
            found.setdefault(above, {}).setdefault(kind, []).append(None if name in _SPACES else element)
    yield from ((above, pieces) for above, kinds in found.items() for pieces in kinds.values())


def take_out(tree: Any, names: Iterable[str]) -> None:
    """Take elements out, with all that is in them."""
    wanted = frozenset(names)
    for element in [element for element in tree.iter() if local(element) in wanted]:
        above = element.getparent()
        if above is not None:
            above.remove(element)


def mask_attributes(tree: Any, masker: Masker) -> None:
    """Mask what attributes tell: writers, descriptions of pictures, texts of fields."""
    for element in tree.iter():
        name = local(element)
        for key, value in dict(element.attrib).items():
            plain = key.rpartition("}")[2]
            if plain in _PERSONS and name != "table":
                element.set(key, masker.person(value))
            elif plain in _EMPTIED:
                element.set(key, "")
            elif (name in _FIELDS and plain in _IN_FIELDS) or (name in _NAMED and plain == "name"):
                element.set(key, masker.text(value))
