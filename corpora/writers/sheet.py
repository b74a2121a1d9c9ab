"""A sheet that XlsxWriter writes, its cells of text and of numbers by a shorter way.

Of the time for a workbook of many entries half went into the writing of such cells.
"""

import re
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# What XML cannot hold as it is, or Excel reads as an escape.
_ODD = re.compile("[<>&\x00-\x08\x0b-\x1f\ufffe\uffff]|_x")
_COLUMNS = [xl_col_to_name(column) for column in range(256)]


class TextSheet(Worksheet):  # type: ignore[misc]
    """A sheet of a workbook in constant memory; its texts are plain text, its numbers ``int`` or ``float``."""

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = cell.__class__.__name__
        if cell.format is None or col >= len(_COLUMNS) or kind not in ("String", "Number"):
            super()._write_cell(row, col, cell)
            return
        start = f'<c r="{_COLUMNS[col]}{row + 1}" s="{cell.format._get_xf_index()}"'
        if kind == "Number":
            self.fh.write(f"{start}><v>{cell.number!r}</v></c>")
            return
        # XlsxWriter would take a text between <r> and </r> for XML.
        text = cell.string
        if _ODD.search(text):
            text = escape(self._escape_control_characters(text))
        space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
        self.fh.write(f'{start} t="inlineStr"><is><t{space}>{text}</t></is></c>')
