"""Excel files (.xlsx, .xls) sheet by sheet, each by the rules of ``grid``."""

import functools
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from io import StringIO
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from minqing.corpora.cells import as_was
from minqing.corpora.names import column_of
from minqing.corpora.readers.grid import HEADER_WITHIN, Line, fields_of, find_header, form_lines, is_record
from minqing.corpora.readers.guard import USUAL, Limits, check_container, is_protected, pieces, readable, shown
from minqing.corpora.readers.rows import Row
from minqing.nlp.errors import EntryError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
    from xlrd.sheet import Sheet as Xls

_LONGEST_FORM = 500
_MOST_MERGES = 200_000
_PROTECTED = "is protected by a password; open it in Excel and remove the password"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]{0,80}?ref=.([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile("_x(00[01][0-9A-Fa-f]|005F)_")

Merge = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet, about how many ``rows`` it has, and where in the file it lies: from one ``share`` of it to another."""

    name: str
    is_hidden: bool
    lines: Iterator[Line]
    rows: int
    share: tuple[float, float]


Report = Callable[[float], object]  # takes the share of the file that is read


def rows(
    path: Path,
    text_column: str | None = None,
    name: str | None = None,
    limits: Limits = USUAL,
    report: Report = lambda share: None,
) -> Iterator[Row]:
    """Give the records of every visible sheet in their order; a sheet that is a form gives one row.

    ``name`` is what errors and ``source`` call the file when ``path`` is a passing copy. A hidden sheet is left
    out, and said to be, if it holds anything; so is a sheet where no text column is found. ``report`` is told
    the share of the file that is read, from 0 to 1.

    Raises:
        EntryError: the file is missing, damaged, protected, or larger than ``limits``.
    """
    where = shown(name or path)
    with readable(where):
        sheets = _sheets(path, where, limits)
        found = chain.from_iterable(_sheet_rows(_reported(sheet, report), text_column, where) for sheet in sheets)
        yield from _within(found, where, limits)


def _within(rows: Iterable[Row], where: str, limits: Limits) -> Iterator[Row]:
    """Stop where the rows outgrow the file: a text that is stored once can stand in a million cells."""
    total = 0
    for row in rows:
        if isinstance(row.fields, dict):
            total += sum(len(value) for value in row.fields.values() if isinstance(value, str))
        if total > limits.total_bytes:
            raise EntryError(f"{where}: its cells hold more than {limits.total_bytes:,} characters; split it")
        yield row


def _sheets(path: Path, where: str, limits: Limits) -> Iterator[_Sheet]:
    """Open the workbook by what it is: systems often hand out a new one, or a web page, as ``.xls``."""
    with path.open("rb") as file:
        start = file.read(512)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise EntryError(f"{where}: is a web page named {path.suffix}; open it in Excel and save it as .xlsx")
    if path.suffix.lower() == ".xls" and not start.startswith(b"PK"):
        return _xls_sheets(path, where, limits)
    check_container(path, where, limits)
    return _xlsx_sheets(path, where, limits)


def _reported(sheet: _Sheet, report: Report) -> _Sheet:
    """Tell how far a sheet is read, now and then."""

    def lines() -> Iterator[Line]:
        start, end = sheet.share
        for line in sheet.lines:
            if line.number % 100 == 0:
                report(start + (end - start) * min(line.number / max(sheet.rows, 1), 1.0))
            yield line
        report(end)

    return replace(sheet, lines=lines())


def _sheet_rows(sheet: _Sheet, text_column: str | None, file: str) -> Iterator[Row]:
    where = f"{file}:{shown(sheet.name)}"
    lines = (line for line in sheet.lines if line.fault or any(cell.strip() for cell in line.cells))
    source: dict[str, object] = {"file": file, "sheet": sheet.name}
    try:
        if not sheet.is_hidden:
            yield from _visible_rows(lines, text_column, where, source)
        elif next(lines, None):
            raise EntryError(f"{where}: the sheet is hidden and was left out; show it in Excel to have it read")
    except EntryError as error:
        yield Row(where, error)


def _visible_rows(
    lines: Iterator[Line], text_column: str | None, where: str, source: dict[str, object]
) -> Iterator[Row]:
    head = list(islice(lines, HEADER_WITHIN))
    header = find_header(head, text_column)
    if not header:
        yield from _form([*head, *islice(lines, _LONGEST_FORM)], where, source)
        return
    place, text = header
    names = head[place].cells
    heading = " ".join(cell.strip() for line in head[:place] for cell in line.once if cell.strip())
    source = source | ({"heading": heading} if heading else {})
    for line in chain(head[place + 1 :], lines):
        at = f"{where}:{line.number}"
        if line.fault:
            yield Row(at, EntryError(f"{at}: {line.fault}"))
        elif is_record(line, names, text):
            yield Row(at, fields_of(names, line, text) | {"source": source | {"row": line.number}})


def _form(lines: Sequence[Line], where: str, source: dict[str, object]) -> Iterator[Row]:
    fault = next((f"{where}:{line.number}: {line.fault}" for line in lines if line.fault), None)
    if fault:
        raise EntryError(fault)
    written = form_lines(lines) if len(lines) <= _LONGEST_FORM else []
    if written:
        fields: dict[str, object] = {"text": "\n".join(written), "source": source | {"row": lines[0].number}}
        yield Row(where, fields, is_document=True)
    elif lines and not column_of("text", [cell.strip() for cell in lines[-1].cells]):
        raise EntryError(
            f"{where}: no text column in the first {HEADER_WITHIN} rows; "
            "write 内容 above the texts, or name their column with --text-column"
        )


def _xlsx_sheets(path: Path, where: str, limits: Limits) -> Iterator[_Sheet]:
    # openpyxl takes a third of a second to import, which those who read no sheets need not wait for.
    from minqing.corpora.readers.streamed import opened

    # Opened here, as openpyxl goes by the ending and takes no .xls.
    with path.open("rb") as file, opened(file) as book:
        for sheet, share in zip(book.worksheets, _shares(path, book.worksheets), strict=True):
            place = f"{where}:{shown(sheet.title)}"
            has_formulas, merges, rows = _scanned(path, sheet, place, limits)
            lines = _quiet(_xlsx_lines(sheet, has_formulas, place, limits))
            lines = _merged(lines, merges) if merges else lines
            yield _Sheet(sheet.title, sheet.sheet_state != "visible", lines, rows, share)


def _part(sheet: "Worksheet") -> str:
    return str(sheet._worksheet_path)  # type: ignore[attr-defined]


def _shares(path: Path, sheets: Sequence["Worksheet"]) -> list[tuple[float, float]]:
    """Say where in the file each sheet lies, by the length of its XML."""
    with ZipFile(path) as container:
        sizes = [container.getinfo(_part(sheet)).file_size for sheet in sheets]
    whole = max(sum(sizes), 1)
    return list(pairwise([end / whole for end in accumulate(sizes, initial=0)]))


def _scanned(path: Path, sheet: "Worksheet", where: str, limits: Limits) -> tuple[bool, set[Merge], int]:
    """Look through a sheet's XML for formulas and merged cells, which openpyxl does not tell when it streams.

    The rows are counted too.
    """
    has_formulas, rows = False, 0
    merges: set[Merge] = set()
    with ZipFile(path) as container, container.open(_part(sheet)) as file:
        for piece in pieces(file, 256):
            has_formulas = has_formulas or _FORMULA.search(piece) is not None
            rows += piece.count(b"</row>")
            merges.update(_merge(a, b, c, d, limits.columns) for a, b, c, d in _MERGE.findall(piece))
            if len(merges) > _MOST_MERGES:
                raise EntryError(
                    f"{where}: has more than {_MOST_MERGES:,} merged cells; copy its values to a new sheet"
                )
    return has_formulas, merges, rows


def _merge(left: bytes, top: bytes, right: bytes, bottom: bytes, columns: int) -> Merge:
    first, last = (functools.reduce(lambda number, letter: number * 26 + letter - 64, c, 0) for c in (left, right))
    return int(top), first - 1, int(bottom), min(last, columns) - 1


def _xlsx_lines(sheet: "Worksheet", has_formulas: bool, where: str, limits: Limits) -> Iterator[Line]:
    """Give the rows that have cells; only where there are formulas are they read a second time, to look for results."""
    from minqing.corpora.readers.streamed import sheet_rows

    if not has_formulas:
        for number, values in sheet_rows(sheet):
            if values or number > limits.rows:
                yield _line(number, [as_written(value) for value in values], where, limits)
        return
    twins = zip(sheet_rows(sheet, False), sheet_rows(sheet, False, formulas=True), strict=True)
    for (number, cells), (_, wanted) in twins:
        if cells or number > limits.rows:
            line = _line(number, [as_written(cell.value) for cell in cells], where, limits)
            yield replace(line, fault=_uncalculated(cells, wanted) or line.fault)


def _uncalculated(cells: Sequence[Any], formulas: Sequence[Any]) -> str:
    """Name the first formula without a result; one whose result is the empty text still has a type."""
    for cell, formula in zip(cells, formulas, strict=True):
        if formula.data_type == "f" and cell.value is None and cell.data_type == "n":
            return f"the formula in {cell.coordinate} has no result; open the file in Excel and save it"
    return ""


def _line(number: int, cells: list[str], where: str, limits: Limits) -> Line:
    """Make a line of cells, holding them to the limits; texts get back what Excel and our CSV wrote for safety."""
    if number > limits.rows:
        raise EntryError(f"{where}: has cells below row {limits.rows:,}; delete them")
    beyond = [column for column, cell in enumerate(cells, start=1) if column > limits.columns and cell]
    if beyond:
        raise EntryError(f"{where}:{number}: has a cell in column {beyond[0]:,}; more than {limits.columns} is no list")
    long = [column for column, cell in enumerate(cells, start=1) if len(cell) > limits.entry_characters]
    fault = f"the cell in column {long[0]} has more than {limits.entry_characters:,} characters" if long else ""
    return Line(number, tuple(cells[: limits.columns]), fault=fault)


def as_written(value: object) -> str:
    """Write a cell's value as its reader sees it.

    >>> [as_written(value) for value in (None, 3.0, 0.5, True, datetime(2024, 3, 5), "'=1+1")]
    ['', '3', '0.5', 'TRUE', '2024-03-05', '=1+1']
    """
    if isinstance(value, str):
        return as_was(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).replace("\r\n", "\n"))
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(" ", "seconds")
    return "" if value is None else str(value)


def _quiet(lines: Iterator[Line]) -> Iterator[Line]:
    """Read ahead without openpyxl's warnings on what it does not keep; none of that is a cell."""
    while True:
        batch: list[Line] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                batch.extend(islice(lines, 256))
        except Exception:
            yield from batch  # what stands before the fault
            raise
        if not batch:
            return
        yield from batch


def _merged(lines: Iterator[Line], merges: Iterable[Merge]) -> Iterator[Line]:
    """Put the first cell of each merge into all its cells."""
    waiting = sorted(merges, reverse=True)
    held: dict[int, tuple[int, str]] = {}
    for line in lines:
        held = {column: below for column, below in held.items() if below[0] >= line.number}
        merged = set(held)
        while waiting and waiting[-1][0] <= line.number:
            top, left, bottom, right = waiting.pop()
            value = line.cells[left] if top == line.number and left < len(line.cells) else ""
            held.update(dict.fromkeys(range(left, right + 1), (bottom, value)))
            merged.update(range(left + 1, right + 1))
        yield _filled(line, {column: held[column][1] for column in merged}) if merged else line


def _filled(line: Line, values: Mapping[int, str]) -> Line:
    cells = list(line.cells) + [""] * (max(values) + 1 - len(line.cells))
    for column, value in values.items():
        cells[column] = value
    return replace(line, cells=tuple(cells), merged=frozenset(values))


def _xls_sheets(path: Path, where: str, limits: Limits) -> Iterator[_Sheet]:
    import xlrd

    if path.stat().st_size > limits.member_bytes:
        raise EntryError(f"{where}: is larger than {limits.member_bytes / 1e6:,.0f} MB; split it")
    with path.open("rb") as file:
        if is_protected(file):
            raise EntryError(f"{where}: {_PROTECTED}")
    try:
        # Merged cells are told only along with the formats; short rows stay short, whatever the sheet claims.
        book = xlrd.open_workbook(path, StringIO(), formatting_info=True, on_demand=True, ragged_rows=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise EntryError(f"{where}: {_PROTECTED}") from None
        raise
    for number, name in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(number)
        merges = {(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells}
        lines = _merged(_xls_lines(sheet, book.datemode, f"{where}:{shown(name)}", limits), merges)
        share = number / book.nsheets, (number + 1) / book.nsheets
        yield _Sheet(name, sheet.visibility != 0, lines, sheet.nrows, share)
        book.unload_sheet(number)


def _xls_lines(sheet: "Xls", datemode: int, where: str, limits: Limits) -> Iterator[Line]:
    for number in range(sheet.nrows):
        values = [as_written(_xls_value(cell.ctype, cell.value, datemode)) for cell in sheet.row(number)]
        yield _line(number + 1, values, where, limits)


def _xls_value(kind: int, value: object, datemode: int) -> object:
    import xlrd

    if kind == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(value, datemode)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return xlrd.error_text_from_code.get(value, "#N/A") if kind == xlrd.XL_CELL_ERROR else value
