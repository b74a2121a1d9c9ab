"""The texts of a Word file masked, run by run, so that every one keeps its looks."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from minqing.ledger.privacy.documents import Masker
from minqing.ledger.privacy.fields import Columns
from minqing.ledger.privacy.pieces import flows, lay, local, mask_attributes, take_out

# What was deleted or moved away, who may change what, and data from elsewhere.
_GONE = (
    "del", "moveFrom", "permStart", "permEnd", "dataBinding", "docVars", "mailMerge", "attachedTemplate",
    "presenceInfo", "printerSettings", "extLst", "altChunk",
)  # fmt: skip


def mask_trees(trees: Mapping[str, Any], masker: Masker) -> None:
    """Mask the parts of a document, by their names, in their places."""
    for tree in trees.values():
        take_out(tree, _GONE)
        mask_attributes(tree, masker)
        _silence(tree)
        fields = dict(_fields(tree))
        for paragraph, pieces in flows(tree, "p"):
            field = fields.get(paragraph, "")
            lay(pieces, partial(masker.field, field) if field else masker.text)


def _silence(tree: Any) -> None:
    """Take away how names are spoken, which stands in small letters above them."""
    for above in tree.iter():
        if local(above) == "rt":
            for element in above.iter():
                element.text = None


def _fields(tree: Any) -> Iterator[tuple[Any, str]]:
    """Give the paragraphs in cells of a table that hold a field of ours, and which."""
    for table in (element for element in tree.iter() if local(element) == "tbl"):
        columns = Columns()
        for row in _within(table, "tr", "tbl"):
            cells = [(cell, list(_within(cell, "p", "tc"))) for cell in _within(row, "tc", "tr")]
            texts = {n: "".join("".join(p.itertext()) for p in paragraphs) for n, (_, paragraphs) in enumerate(cells)}
            for n, field in columns.fields(texts).items():
                yield from ((paragraph, field) for paragraph in cells[n][1])


def _within(element: Any, name: str, holder: str) -> Iterator[Any]:
    """Give the elements of a name that stand within ``element``, and within no other ``holder`` in it."""
    for found in element.iter():
        if local(found) == name and next(a for a in found.iterancestors() if local(a) == holder) is element:
            yield found
