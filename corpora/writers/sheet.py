"""A sheet that XlsxWriter writes, its cells of text and of numbers by a shorter way.

Of the time for a workbook of many entries half went into the writing of such cells.
"""

import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# What XML cannot hold as it is, or Excel reads as an escape.
_ODD = re.compile("[<>&\x00-\x08\x0b-\x1f\ufffe\uffff]|_x")
_COLUMNS = [xl_col_to_name(column) for column in range(256)]


class TextSheet(Worksheet):  # type: ignore[misc]
    """A sheet of a workbook in constant memory; its texts are plain text, its numbers ``int`` or ``float``."""

    def write_cells(self, row: int, values: Sequence[str | float], style: Any) -> None:
        """Write a whole row of one format, below all that was written before."""
        self._write_single_row(row)  # what is still kept of the row before
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(values) - 1)
        index, number = style._get_xf_index(), row + 1
        cells = "".join(
            _number(f"{_COLUMNS[at]}{number}", index, value)
            if not isinstance(value, str)
            else self._text(f"{_COLUMNS[at]}{number}", index, value)
            for at, value in enumerate(values)
        )
        self.fh.write(f'<row r="{number}">{cells}</row>')

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = cell.__class__.__name__
        if cell.format is None or col >= len(_COLUMNS) or kind not in ("String", "Number"):
            super()._write_cell(row, col, cell)
            return
        place, style = f"{_COLUMNS[col]}{row + 1}", cell.format._get_xf_index()
        self.fh.write(_number(place, style, cell.number) if kind == "Number" else self._text(place, style, cell.string))

    def _text(self, place: str, style: int, text: str) -> str:
        # XlsxWriter would take a text between <r> and </r> for XML.
        if _ODD.search(text):
            text = escape(self._escape_control_characters(text))
        space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _number(place: str, style: int, value: float) -> str:
    return f'<c r="{place}" s="{style}"><v>{value!r}</v></c>'
