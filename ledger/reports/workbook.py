"""The report as a workbook: a sheet a table, text always text."""

import re
from collections.abc import Iterable
from gettext import gettext as _
from typing import IO, Any

import xlsxwriter

from minqing.corpora.writers.sheet import TextSheet
from minqing.ledger.reports.facts import Facts, Row
from minqing.ledger.reports.sheets import Sheet, ledger, overview, read_again, sheets
from minqing.nlp.errors import LedgerError

LONGEST_CELL = 32_767
MOST_ROWS = 1_048_575


def write_workbook(file: IO[bytes], facts: Facts, rows: Iterable[Row], uncertain: Iterable[tuple[Row, float]]) -> None:
    """Write the overview, the ledger, every table of counts and, inside the office, what should be read again.

    Raises:
        LedgerError: there are more needs than a sheet has rows.
    """
    if facts.needs > MOST_ROWS:
        raise LedgerError(_("more than {n:,} needs; a sheet holds no more: write .html").format(n=MOST_ROWS))
    # Nothing in a diary is a formula, a number or a link because it looks like one.
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        writer = _Writer(book)
        writer.add(overview(facts))
        writer.add(ledger(facts, rows))
        for sheet in sheets(facts):
            writer.add(sheet)
        if facts.asked.is_internal:
            writer.add(read_again(facts, uncertain))


class _Writer:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bg_color": "#DDE6EF", "border": 1, "text_wrap": True})
        self._cell = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, sheet: Sheet) -> None:
        """Write a sheet, its header frozen and filtered."""
        made = self._book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet.title)[:31], TextSheet)
        made.freeze_panes(1, 1)
        made.set_column(0, 0, 24)
        made.set_column(1, max(len(sheet.header) - 1, 1), 14)
        for column, name in enumerate(sheet.header):
            made.write_string(0, column, _cut(name), self._head)
        count = 0
        for count, row in enumerate(sheet.rows, start=1):  # how many there were is wanted below
            made.write_cells(count, [_cut(value) if isinstance(value, str) else value for value in row], self._cell)
        made.autofilter(0, 0, max(count, 1), len(sheet.header) - 1)


def _cut(text: str) -> str:
    """Give what a cell holds; a quotation is one need's, and never near as long."""
    return text.encode("utf-8", "replace").decode("utf-8")[:LONGEST_CELL]
