"""A workbook: a sheet with one need a row, as a 民情台账, and a sheet of the entries they come from."""

import contextlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import IO, Any

import msgspec
import xlsxwriter

from minqing.corpora.writers.ledger import COLUMNS, Language, needs_of
from minqing.nlp.errors import EntryError
from minqing.nlp.records import TaggedEntry

# What a cell holds at most; Excel calls a file with a longer one damaged.
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_575

# Of each column of the ledger, in characters.
WIDTHS = {
    "number": 7, "date": 12, "place": 16, "who": 14, "label": 14, "sub": 22,
    "text": 48, "amount": 14, "status": 10, "score": 7, "reread": 8, "entry": 20,
}  # fmt: skip
SHEETS = {"zh_CN": ("台账", "条目", "原文"), "zh_TW": ("臺帳", "條目", "原文"), "en": ("Needs", "Entries", "Text")}


def write(file: IO[bytes], tagged: Iterable[TaggedEntry], language: str = "zh_CN") -> int:
    """Write both sheets, row by row in little memory; give how many entries.

    Raises:
        EntryError: more rows than a sheet holds.
    """
    # Text is text: nothing in a diary is a formula, a number or a link because it looks like one.
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        sheets = _Sheets(book, Language.of(language))
        for entry in tagged:
            sheets.add(entry)
        sheets.finish()
    return sheets.entries


class _Sheets:
    def __init__(self, book: Any, language: Language) -> None:
        self._language = language
        needs, entries, self._text_name = SHEETS[language.code]
        self._needs, self._list = book.add_worksheet(needs), book.add_worksheet(entries)
        self._list_name = entries
        self._head = book.add_format({"bold": True, "bg_color": "#DDE6EF", "border": 1, "text_wrap": True})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        self._link = book.add_format({"font_color": "blue", "underline": 1, "valign": "top"})
        self.entries = self._n_needs = 0
        self._columns: list[str] = []
        self._prepare(self._needs, language.header(), list(WIDTHS.values()))

    def _prepare(self, sheet: Any, header: list[str], widths: list[int]) -> None:
        sheet.freeze_panes(1, 0)
        for column, (name, width) in enumerate(zip(header, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, self._head)

    def add(self, entry: TaggedEntry) -> None:
        """Write an entry and its needs."""
        if not self.entries:
            self._columns = list(entry.meta)
            header = ["id", *self._columns, self._text_name]
            self._prepare(self._list, header, [20, *[14] * len(self._columns), 80])
        self.entries += 1
        if self.entries > MOST_ROWS or self._n_needs + len(entry.needs) > MOST_ROWS:
            raise EntryError(
                f"more than {MOST_ROWS:,} rows; a sheet holds no more: write .jsonl or .csv, or split the input"
            )
        self._string(self._list, self.entries, 0, entry.id)
        for column, name in enumerate(self._columns, start=1):
            self._string(self._list, self.entries, column, _plain(entry.meta.get(name)))
        self._string(self._list, self.entries, len(self._columns) + 1, entry.text)
        for row in needs_of(entry, self._language):
            self._n_needs += 1
            self._need({"number": self._n_needs, **row})

    def _need(self, row: Mapping[str, object]) -> None:
        for column, name in enumerate(COLUMNS):
            value = row[name]
            if name == "entry":
                link = f"internal:'{self._list_name}'!A{self.entries + 1}"
                self._needs.write_url(self._n_needs, column, link, self._link, str(value)[:200])
            elif isinstance(value, (int, float)):
                self._needs.write_number(self._n_needs, column, value, self._wrap)
            elif name == "date":
                self._write_date(column, str(value))
            else:
                self._string(self._needs, self._n_needs, column, str(value))

    def _write_date(self, column: int, value: str) -> None:
        with contextlib.suppress(ValueError):
            self._needs.write_datetime(self._n_needs, column, date.fromisoformat(value), self._date)
            return
        self._string(self._needs, self._n_needs, column, value)

    def _string(self, sheet: Any, row: int, column: int, text: str) -> None:
        """Write text as text. What is longer than a cell goes on in the cells to the right, whole."""
        pieces = [text[i : i + LONGEST_CELL] for i in range(0, len(text), LONGEST_CELL)] or [""]
        if len(pieces) > 1 and sheet is not self._list:
            pieces = pieces[:1]
        for shift, piece in enumerate(pieces):
            sheet.write_string(row, column + shift, piece, self._wrap)

    def finish(self) -> None:
        """Add the filters, now that the number of rows is known."""
        self._needs.autofilter(0, 0, max(self._n_needs, 1), len(COLUMNS) - 1)
        if self.entries:
            self._list.autofilter(0, 0, self.entries, len(self._columns) + 1)


def _plain(value: object) -> str:
    """Write a field of the input as it was, or as JSON when it was no text."""
    if value is None or isinstance(value, str):
        return value or ""
    return msgspec.json.encode(value).decode("utf-8")
