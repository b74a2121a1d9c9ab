"""The cells of an Excel file masked; formulas become their values, since they hold names and copy what is masked."""

import copy
from collections.abc import Mapping
from functools import partial
from typing import Any

from minqing.corpora.readers.workbook import as_written
from minqing.ledger.privacy.documents import Masker
from minqing.ledger.privacy.fields import Columns
from minqing.ledger.privacy.pieces import flows, lay, local, mask_attributes, take_out

# Formulas and what names ranges of cells, chosen values, who saved and saw what where, how names are spoken; and what
# newer versions keep in extensions, formulas among them.
_GONE = (
    "f", "definedNames", "filterColumn", "calculatedColumnFormula", "totalsRowFormula", "absPath", "fileSharing",
    "protectedRanges", "rPh", "phoneticPr", "customSheetViews", "customWorkbookViews", "scenarios", "webPublishItems",
    "extLst",
)  # fmt: skip
# Of cells what speaks of their formulas, of pages that of the printer, which is left out.
_POINTERS = {"c": ("cm", "vm"), "pageSetup": ("id",)}
# Texts that stand alone: conditions, lists to choose from, the head and foot of a page, comments.
_ALONE = frozenset(
    {"formula", "formula1", "formula2", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader",
     "firstFooter", "text", "author"}
)  # fmt: skip
_NAMED = {"sheet": "name", "table": "displayName", "tableColumn": "name"}


class _Strings:
    """The texts that cells share, masked anew for every field they stand in."""

    def __init__(self, tree: Any, masker: Masker) -> None:
        self._tree, self._masker = tree, masker
        self._items = list(tree) if tree is not None else []
        self._made: dict[tuple[int, str], int] = {}
        self._texts = [_text(item) for item in self._items]

    def text(self, index: int) -> str:
        return self._texts[index]

    def masked(self, index: int, field: str) -> int:
        """Give the number of a text as it is masked in a field."""
        if (index, field) not in self._made:
            item = copy.deepcopy(self._items[index])
            _mask_item(item, field, self._masker)
            self._made[index, field] = len(self._made)
            self._tree.append(item)
        return self._made[index, field]

    def finish(self) -> None:
        """Leave only what was masked."""
        for item in self._items:
            self._tree.remove(item)
        for name in ("count", "uniqueCount"):
            self._tree.attrib.pop(name, None)


def mask_trees(trees: Mapping[str, Any], masker: Masker) -> None:
    """Mask the parts of a workbook, by their names, in their places."""
    for tree in trees.values():
        take_out(tree, _GONE)
        _unhook(tree)
        mask_attributes(tree, masker)
    strings = _Strings(trees.get("xl/sharedStrings.xml"), masker)
    for name, tree in trees.items():
        if name.startswith("xl/worksheets/"):
            _mask_cells(tree, strings, masker)
        if name != "xl/sharedStrings.xml":
            _mask_rest(tree, masker, name.endswith(".vml"))
    if "xl/sharedStrings.xml" in trees:
        strings.finish()


def _unhook(tree: Any) -> None:
    for element in tree.iter():
        names = _POINTERS.get(local(element), ())
        for key in [key for key in element.attrib if key.rpartition("}")[2] in names] if names else ():
            del element.attrib[key]


def _mask_cells(tree: Any, strings: _Strings, masker: Masker) -> None:
    columns = Columns()
    for row in (element for element in tree.iter() if local(element) == "row"):
        cells = dict(enumerate(cell for cell in row if local(cell) == "c"))
        cells = {_column(cell, n): cell for n, cell in cells.items()}
        texts = {column: _shown(cell, strings) for column, cell in cells.items()}
        fields = columns.fields(texts)
        for column, cell in cells.items():
            _mask_cell(cell, texts[column], fields.get(column, ""), strings, masker)


def _column(cell: Any, place: int) -> int:
    """Give the number of a cell's column, its place in the row where the cell does not say."""
    letters = "".join(char for char in cell.get("r", "") if char.isalpha())
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number or place + 1


def _value(cell: Any) -> Any:
    return next((child for child in cell if local(child) == "v"), None)


def _shown(cell: Any, strings: _Strings) -> str:
    kind, value = cell.get("t", "n"), _value(cell)
    if kind == "inlineStr":
        return _text(cell)
    if value is None or not value.text:
        return ""
    if kind == "s":
        return strings.text(int(value.text))
    return as_written(float(value.text)) if kind == "n" else str(value.text)


def _mask_cell(cell: Any, text: str, field: str, strings: _Strings, masker: Masker) -> None:
    kind, value = cell.get("t", "n"), _value(cell)
    if not text:
        return
    if kind == "s":
        value.text = str(strings.masked(int(value.text), field))
    elif kind == "inlineStr":
        _mask_item(cell, field, masker)
    elif kind in ("str", "n"):
        masked = masker.field(field, text)
        # A number that is masked is one no longer.
        if masked != text:
            cell.set("t", "str")
            value.text = masked


def _mask_item(item: Any, field: str, masker: Masker) -> None:
    lay([piece for piece in item.iter() if local(piece) == "t"], partial(masker.field, field))


def _text(item: Any) -> str:
    return "".join(piece.text or "" for piece in item.iter() if local(piece) == "t")


def _mask_rest(tree: Any, masker: Masker, is_drawn: bool) -> None:
    """Mask what is no cell: names of sheets, comments, lists to choose from, drawings (all text in old ones)."""
    for element in tree.iter():
        name = local(element)
        if name in _NAMED:
            for key in ("name", _NAMED[name]):
                if element.get(key):
                    element.set(key, masker.text(element.get(key)))
        if name == "author":
            element.text = masker.person(element.text or "")
        elif (name in _ALONE or is_drawn) and element.text:
            element.text = masker.text(element.text)
    for holder in ("p", "text"):
        for _above, pieces in flows(tree, holder):
            lay(pieces, masker.text)
