"""Excel files (.xlsx, .xls) sheet by sheet, and the rules by which any table is read.

A table is either records under a header that names a text column, or a form: names of fields beside or above
their values. Word's tables are read by the same rules.
"""

import functools
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from io import StringIO
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from minqing.corpora.readers.guard import USUAL, Limits, check_container, is_protected, pieces, readable, shown
from minqing.corpora.readers.rows import ID_NAMES, TEXT_NAMES, Row
from minqing.nlp.errors import EntryError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet
    from xlrd.sheet import Sheet as Xls

HEADER_WITHIN = 10
# Names of the fields of a diary form, by how they end; a name has two to nine characters.
_FIELD_NAME = re.compile(
    r"(?=\w{2,9}$)\w*(?:时间|時間|日期|地点|地點|地址|住址|对象|對象|人员|人員|姓名|性别|性別|年龄|年齡|电话|電話|单位|單位"
    r"|编号|編號|职务|職務|天气|天氣|户主|戶主|情况|情況|情形|诉求|訴求|需求|困难|困難|问题|問題|意见|意見|建议|建議|措施"
    r"|办法|辦法|结果|結果|计划|計劃|体会|體會|心得|感悟|感想|内容|內容|事由|正文|记录|記錄|紀錄|记录人|記錄人"
    r"|紀錄人|走访人|走訪人|填表人|联系人|聯繫人|受访者|受訪者|备注|備註)"
)
_SHORT = re.compile(r"\w{1,8}")
_SPACES = re.compile(r"[\s:：]+")
_LONGEST_COLUMN_NAME = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: ``merged`` are the columns whose cell repeats one to the left or above."""

    number: int
    cells: tuple[str, ...]
    merged: frozenset[int] = frozenset()
    fault: str = ""

    @property
    def once(self) -> tuple[str, ...]:
        """The cells, each merged one once, without the empty ones at the end."""
        cells = [cell for column, cell in enumerate(self.cells) if column not in self.merged]
        while cells and not cells[-1].strip():
            cells.pop()
        return tuple(cells)


def find_header(lines: Sequence[Line], named: str | None) -> tuple[int, int] | None:
    """Give the place of the header among ``lines`` and the column of the text, if there are records below it."""
    for place, line in enumerate(lines):
        names = [cell.strip() for cell in line.cells]
        found = next((name for name in ([named] if named else TEXT_NAMES) if name in names), None)
        if found and (named or _heads_records(names, lines[place + 1 :])):
            return place, names.index(found)
    return None


def _heads_records(names: Sequence[str], below: Sequence[Line]) -> bool:
    """Tell a header from a form's row: in a form other names of fields follow in the first column."""
    if not below:
        return False
    return max(map(len, names)) <= _LONGEST_COLUMN_NAME and not any(
        _is_name(line.once[0]) for line in below if line.once
    )


def is_record(line: Line, names: Sequence[str], text: int) -> bool:
    """Tell a record from an empty row, a header printed again, and a row merged into the one above."""
    own = any(cell.strip() for column, cell in enumerate(line.cells) if column not in line.merged)
    return own and line.cells[text : text + 1] != tuple(names[text : text + 1])


def fields_of(names: Sequence[str], line: Line, text: int) -> dict[str, object]:
    """Give the fields of a record; a column without a name of its own is called by its number."""
    fields: dict[str, object] = {"text": line.cells[text] if text < len(line.cells) else ""}
    called = {names[text].strip(): "text", "text": "text", "source": "source"}
    for column, cell in enumerate(line.cells):
        name = names[column].strip() if column < len(names) else ""
        first = called.get(name) if name else None
        if column == text or not (name or cell) or (first and fields.get(first) == cell):
            continue
        key = f"{name or 'column'}_{column + 1}" if first or not name else name
        called[name] = first or key
        fields[key] = cell
    named = next((name for name in ID_NAMES if name in fields), None)
    if named:
        fields["id"] = fields.pop(named)
    return fields


def form_lines(lines: Sequence[Line]) -> list[str]:
    """Write a form as lines ``name：value``; nothing if the table is no form."""
    rows = [line.once for line in lines if line.once]
    written: list[str] = []
    pairs = place = 0
    while place < len(rows):
        below = rows[place + 1] if place + 1 < len(rows) else ()
        if _stands_above(rows[place], below):
            found = _paired_below(rows[place], below)
            place += 1
        else:
            found = _paired_beside(rows[place])
        pairs += sum(1 for name, value in found if name and value)
        written += [f"{name}：{value}" if name else value for name, value in found]
        place += 1
    return written if pairs >= 2 or (pairs and len(rows) <= 2) else []


def _is_name(cell: str) -> bool:
    name = _SPACES.sub("", cell)
    return name in TEXT_NAMES or _FIELD_NAME.fullmatch(name) is not None


def _stands_above(row: Sequence[str], below: Sequence[str]) -> bool:
    fits = len(row) == len(below) or (len(row) == 1 and len(below) > 0)
    return fits and all(map(_is_name, row)) and not any(map(_is_name, below))


def _paired_below(row: Sequence[str], below: Sequence[str]) -> list[tuple[str, str]]:
    values = below if len(row) > 1 else [" ".join(cell for cell in below if cell)]
    return [(_SPACES.sub("", name), value.strip()) for name, value in zip(row, values, strict=True)]


def _paired_beside(row: Sequence[str]) -> list[tuple[str, str]]:
    """Pair each name with the cells up to the next name; what stands before the first name, or alone, has none."""
    if len(row) == 1:
        return [("", row[0].strip())]
    names = [_is_name(cell) for cell in row]
    if len(row) > 2 and names[0] and not any(names[1::2]):
        names = [
            known or (place % 2 == 0 and _SHORT.fullmatch(row[place]) is not None) for place, known in enumerate(names)
        ]
    pairs: list[tuple[str, str]] = []
    for cell, is_name in zip(row, names, strict=True):
        if is_name:
            pairs.append((_SPACES.sub("", cell), ""))
        elif pairs and cell.strip():
            name, value = pairs[-1]
            pairs[-1] = (name, f"{value}\t{cell.strip()}".strip())
        elif cell.strip():
            pairs.append(("", cell.strip()))
    return pairs


_FORMULA_STARTS = tuple("=+-@\t\r")
_LONGEST_FORM = 500
_MOST_MERGES = 200_000
_PROTECTED = "is protected by a password; open it in Excel and remove the password"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]{0,80}?ref=.([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile("_x(00[01][0-9A-Fa-f]|005F)_")

Merge = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    is_hidden: bool
    lines: Iterator[Line]


def rows(path: Path, text_column: str | None = None, name: str | None = None, limits: Limits = USUAL) -> Iterator[Row]:
    """Give the records of every visible sheet in their order; a sheet that is a form gives one row.

    ``name`` is what errors and ``source`` call the file when ``path`` is a passing copy. A hidden sheet is left
    out, and said to be, if it holds anything; so is a sheet where no text column is found.

    Raises:
        EntryError: the file is missing, damaged, protected, or larger than ``limits``.
    """
    where = shown(name or path)
    with readable(where):
        sheets = _sheets(path, where, limits)
        found = chain.from_iterable(_sheet_rows(sheet, text_column, where) for sheet in sheets)
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
        yield Row(where, {"text": "\n".join(written), "source": source | {"row": lines[0].number}})
    elif lines and not set(TEXT_NAMES) & {cell.strip() for cell in lines[-1].cells}:
        raise EntryError(
            f"{where}: no text column in the first {HEADER_WITHIN} rows; "
            "write 内容 above the texts, or name their column with --text-column"
        )


def _xlsx_sheets(path: Path, where: str, limits: Limits) -> Iterator[_Sheet]:
    # openpyxl takes a third of a second to import, which those who read no sheets need not wait for.
    from openpyxl import load_workbook

    # Opened here, as openpyxl goes by the ending and takes no .xls.
    with path.open("rb") as file, path.open("rb") as twin:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            formulas = load_workbook(twin, read_only=True, keep_links=False)
        for sheet in values.worksheets:
            place = f"{where}:{shown(sheet.title)}"
            has_formulas, merges = _scanned(path, sheet, place, limits)
            lines = _quiet(_xlsx_lines(sheet, formulas[sheet.title] if has_formulas else None, place, limits))
            yield _Sheet(sheet.title, sheet.sheet_state != "visible", _merged(lines, merges) if merges else lines)


def _scanned(path: Path, sheet: "Worksheet", where: str, limits: Limits) -> tuple[bool, set[Merge]]:
    """Look through a sheet's XML for formulas and merged cells, which openpyxl does not tell when it streams."""
    has_formulas = False
    merges: set[Merge] = set()
    with ZipFile(path) as container, container.open(sheet._worksheet_path) as file:  # type: ignore[attr-defined]
        for piece in pieces(file, 256):
            has_formulas = has_formulas or _FORMULA.search(piece) is not None
            merges.update(_merge(a, b, c, d, limits.columns) for a, b, c, d in _MERGE.findall(piece))
            if len(merges) > _MOST_MERGES:
                raise EntryError(
                    f"{where}: has more than {_MOST_MERGES:,} merged cells; copy its values to a new sheet"
                )
    return has_formulas, merges


def _merge(left: bytes, top: bytes, right: bytes, bottom: bytes, columns: int) -> Merge:
    first, last = (functools.reduce(lambda number, letter: number * 26 + letter - 64, c, 0) for c in (left, right))
    return int(top), first - 1, int(bottom), min(last, columns) - 1


def _xlsx_lines(sheet: "Worksheet", asked: "Worksheet | None", where: str, limits: Limits) -> Iterator[Line]:
    """Give the rows that have cells; ``asked`` is the same sheet with its formulas, if it has any."""
    # What a sheet says of its own size is often wrong: a million rows for a colour, or one for all.
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    if asked is None:
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if values or number > limits.rows:
                yield _line(number, [as_written(value) for value in values], where, limits)
        return
    asked.reset_dimensions()  # type: ignore[attr-defined]
    for number, (cells, wanted) in enumerate(zip(sheet.iter_rows(), asked.iter_rows(), strict=True), start=1):
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
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).replace("\r\n", "\n")
        return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text
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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            batch = list(islice(lines, 256))
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
        yield _Sheet(name, sheet.visibility != 0, lines)
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
