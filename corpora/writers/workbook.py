"""A workbook: a sheet with one need a row, as a 民情台账, and a sheet of the entries they come from."""

import contextlib
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from gettext import gettext as _
from typing import IO, Any

import xlsxwriter

from minqing.corpora.cells import LONGEST_CELL, pieces, plain
from minqing.corpora.writers.ledger import COLUMNS, Language, needs_of
from minqing.corpora.writers.sheet import TextSheet
from minqing.corpora.writers.spool import Spool, cells_of, free, header_of
from minqing.nlp.errors import EntryError
from minqing.nlp.records import TaggedEntry

# What a sheet holds below its header, across, and in links; Excel calls a file with more damaged.
MOST_ROWS = 1_048_575
MOST_COLUMNS = 16_384
MOST_LINKS = 65_530

# Of each column of the ledger, in characters.
WIDTHS = {
    "number": 7, "date": 12, "place": 16, "who": 14, "label": 14, "sub": 22,
    "text": 48, "amount": 14, "status": 10, "score": 7, "reread": 8, "entry": 20,
}  # fmt: skip
SHEETS = {"zh_CN": ("台账", "条目", "原文"), "zh_TW": ("臺帳", "條目", "原文"), "en": ("Needs", "Entries", "Text")}


def write(file: IO[bytes], tagged: Iterable[TaggedEntry], language: str = "zh_CN") -> int:
    """Write both sheets, row by row in little memory; give how many entries.

    Raises:
        EntryError: more rows or columns than a sheet holds.
    """
    spoken = Language.of(language)
    text_name = SHEETS[spoken.code][2]
    count = 0
    with Spool(file, TaggedEntry) as spool:
        spool.columns = {"id": 1}
        for count, entry in enumerate(tagged, start=1):
            spool.add(entry, _row(entry, text_name))
            if count > MOST_ROWS:
                raise _too_many("rows", MOST_ROWS)
        columns = spool.columns
        # The text is widest and stands last.
        columns[text_name] = columns.pop(text_name, 1)
        if sum(columns.values()) > MOST_COLUMNS:
            raise _too_many("columns", MOST_COLUMNS)
        _write_book(file, spool, spoken, columns)
    return count


def _write_book(file: IO[bytes], spool: Spool[TaggedEntry], language: Language, columns: Mapping[str, int]) -> None:
    # Where rows wait until the book is closed; a run that is stopped leaves nothing of them behind.
    with tempfile.TemporaryDirectory(prefix="minqing-", ignore_cleanup_errors=True) as folder:
        # Text is text: nothing in a diary is a formula, a number or a link because it looks like one.
        options = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "tmpdir": folder,
        }  # fmt: skip
        book = xlsxwriter.Workbook(file, options)
        sheets = _Sheets(book, language, columns)
        for entry in spool:
            sheets.add(entry)
        sheets.finish()
        book.close()


def _row(entry: TaggedEntry, text_name: str) -> dict[str, str]:
    own = {"id": entry.id, text_name: entry.text}
    return own | {free(name, own): plain(value) for name, value in entry.meta.items()}


def _too_many(what: str, most: int) -> EntryError:
    return EntryError(f"more than {most:,} {what}; a sheet holds no more: write .jsonl or .csv, or split the input")


class _Sheets:
    def __init__(self, book: Any, language: Language, columns: Mapping[str, int]) -> None:
        self._language = language
        self._columns = columns
        needs, self._list_name, self._text_name = SHEETS[language.code]
        self._needs, self._list = (book.add_worksheet(name, TextSheet) for name in (needs, self._list_name))
        self._head = book.add_format({"bold": True, "bg_color": "#DDE6EF", "border": 1, "text_wrap": True})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        self._link = book.add_format({"font_color": "blue", "underline": 1, "valign": "top"})
        self._n_entries = self._n_needs = 0
        self._prepare(self._needs, language.header(), list(WIDTHS.values()))
        header = header_of(columns)
        texts = columns[self._text_name]
        self._prepare(self._list, header, [20, *[14] * (len(header) - 1 - texts), *[80] * texts])

    def _prepare(self, sheet: Any, header: list[str], widths: list[int]) -> None:
        sheet.freeze_panes(1, 0)
        for column, (name, width) in enumerate(zip(header, widths, strict=False)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name[:LONGEST_CELL], self._head)

    def add(self, entry: TaggedEntry) -> None:
        """Write an entry and its needs."""
        self._n_entries += 1
        if self._n_needs + len(entry.needs) > MOST_ROWS:
            raise _too_many("rows", MOST_ROWS)
        for column, cell in enumerate(cells_of(_row(entry, self._text_name), self._columns)):
            if cell:
                self._list.write_string(self._n_entries, column, cell, self._wrap)
        for row in needs_of(entry, self._language):
            self._n_needs += 1
            self._need({"number": self._n_needs, **row})

    def _need(self, row: Mapping[str, object]) -> None:
        for column, name in enumerate(COLUMNS):
            value = row[name]
            if value == "":
                continue
            if name == "entry":
                self._write_link(column, _fitting(str(value)))
            elif isinstance(value, (int, float)):
                self._needs.write_number(self._n_needs, column, value, self._wrap)
            elif name == "date":
                self._write_date(column, str(value))
            else:
                self._needs.write_string(self._n_needs, column, _fitting(str(value)), self._wrap)

    def _write_link(self, column: int, id: str) -> None:
        # What XML cannot hold XlsxWriter writes into a link as it is.
        if self._n_needs > MOST_LINKS or not id.isprintable():
            self._needs.write_string(self._n_needs, column, id, self._wrap)
        else:
            link = f"internal:'{self._list_name}'!A{self._n_entries + 1}"
            self._needs.write_url(self._n_needs, column, link, self._link, id)

    def _write_date(self, column: int, value: str) -> None:
        with contextlib.suppress(ValueError):
            self._needs.write_datetime(self._n_needs, column, date.fromisoformat(value), self._date)
            return
        self._needs.write_string(self._n_needs, column, _fitting(value), self._wrap)

    def finish(self) -> None:
        """Add the filters, now that the number of rows is known."""
        self._needs.autofilter(0, 0, max(self._n_needs, 1), len(COLUMNS) - 1)
        self._list.autofilter(0, 0, max(self._n_entries, 1), sum(self._columns.values()) - 1)


def _fitting(text: str) -> str:
    """Give what a cell of the ledger holds, with a word on where the rest stands: whole in the sheet of entries."""
    first, *rest = pieces(text)
    if not rest:
        return first
    note = _(" … (goes on; whole in the sheet of entries)")
    return first[: len(first) - len(note)] + note
