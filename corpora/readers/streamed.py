"""An .xlsx read row after row, none of it kept in memory.

openpyxl, which reads the cells, keeps every text of the workbook, every row's empty element and every row's height as
long as it streams: half a gigabyte for a full sheet. Here the texts lie on the disk, the rest is dropped.
"""

import tempfile
import warnings
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_TEXT_TAG = f"{{{SHEET_MAIN_NS}}}si"
_TEXTS_TAG = f"{{{SHEET_MAIN_NS}}}sst"
_ROWS_TAG = f"{{{SHEET_MAIN_NS}}}sheetData"


@contextmanager
def opened(file: IO[bytes]) -> Iterator["Workbook"]:
    """Open a workbook whose cells are read by ``sheet_rows``: their values, not their formulas."""
    with tempfile.TemporaryFile(prefix="minqing-") as texts:
        reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
        reader.texts = texts
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader.read()
        yield reader.wb


class _Reader(ExcelReader):
    texts: IO[bytes]

    def read_strings(self) -> None:
        """Lay down the texts that cells name by their number."""
        package: Any = self.package
        part = package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = _Texts(self.texts, source)  # type: ignore[assignment]  # openpyxl asks for items alone


class _Texts(Sequence[str]):
    """The texts of a workbook, in a file; only those read last are in memory."""

    def __init__(self, file: IO[bytes], source: IO[bytes]) -> None:
        self._file = file
        self._ends = array("q", [0])
        for element in _elements(source, _TEXT_TAG, _TEXTS_TAG):
            read: Any = Text.from_tree(element)
            text = read.content.replace("x005F_", "")  # as openpyxl does
            self._ends.append(self._ends[-1] + file.write(text.encode("utf-8", "surrogatepass")))
        self.text = lru_cache(1_024)(self._text)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: Any) -> Any:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.text(number)

    def _text(self, number: int) -> str:
        self._file.seek(self._ends[number])
        return self._file.read(self._ends[number + 1] - self._ends[number]).decode("utf-8", "surrogatepass")


class _Sheet(WorkSheetParser):
    """openpyxl's parser of a sheet, for its rows alone."""

    def rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Give each row's number and its cells."""
        for element in _elements(self.source, ROW_TAG, _ROWS_TAG):
            yield self.parse_row(element)
            self.row_dimensions.clear()


def _elements(source: Any, tag: str, above: str) -> Iterator[Any]:
    """Give the elements of one kind, and let go of each; they lie in one of the kind ``above``."""
    holder: Any = None
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            holder = element if element.tag == above else holder
        elif element.tag == tag:
            yield element
            (element if holder is None else holder).clear()


def sheet_rows(
    sheet: "Worksheet", values_only: bool = True, formulas: bool = False
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Give the rows that a sheet holds: the number of each, and its values or its cells.

    With ``formulas`` these stand in the place of their results. Rows stand in ascending order; one that comes too
    late is left out.
    """
    book: Any = sheet.parent
    streamed: Any = sheet
    last = 0
    with streamed._get_source() as source:
        parser = _Sheet(
            source,
            streamed._shared_strings,
            data_only=not formulas,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.rows():
            if number > last:
                yield number, streamed._get_row(cells, 1, None, values_only)
                last = number
