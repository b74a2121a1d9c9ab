"""The rows of a sheet of an .xlsx, one after another and none kept.

openpyxl, which reads the cells, keeps every row's empty element and its height as long as it streams: a tenth of a
gigabyte, and with heights half of one, for a full sheet.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_ROWS_TAG = f"{{{SHEET_MAIN_NS}}}sheetData"


class _Rows(WorkSheetParser):
    """openpyxl's parser of a sheet, for its rows alone."""

    def rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Give each row's number and its cells."""
        above = None
        for event, element in iterparse(self.source, events=("start", "end")):
            if event == "start":
                above = element if element.tag == _ROWS_TAG else above
            elif element.tag == ROW_TAG:
                yield self.parse_row(element)
                self.row_dimensions.clear()
                if above is not None:
                    above.clear()


def sheet_rows(
    sheet: "Worksheet", values_only: bool = True, formulas: bool = False
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Give the rows that a sheet, opened to be read only, holds: the number of each, and its values or its cells.

    With ``formulas`` these stand in the place of their results. Rows stand in ascending order; one that comes too
    late is left out.
    """
    book: Any = sheet.parent
    opened: Any = sheet
    last = 0
    with opened._get_source() as source:
        parser = _Rows(
            source,
            opened._shared_strings,
            data_only=not formulas,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.rows():
            if number > last:
                yield number, opened._get_row(cells, 1, None, values_only)
                last = number
