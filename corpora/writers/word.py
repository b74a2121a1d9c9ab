"""A Word table with one need a row, as a 民情台账, for reading and printing."""

from collections.abc import Iterable
from typing import IO

from minqing.corpora.writers.ledger import COLUMNS, Language, needs_of
from minqing.nlp.errors import EntryError
from minqing.nlp.records import TaggedEntry

# Columns that fit on a page laid across; the rest stands in the workbook.
SHOWN = ("number", "date", "place", "who", "label", "sub", "text", "status")

# python-docx holds the document in memory, about 20 kB a row, and nobody reads more pages.
MOST_NEEDS = 5_000


def write(file: IO[bytes], tagged: Iterable[TaggedEntry], language: str = "zh_CN") -> int:
    """Write the table; give how many entries.

    Raises:
        EntryError: python-docx is missing, or there are more needs than a Word table holds well.
    """
    try:
        import docx
        from docx.enum.section import WD_ORIENT
    except ImportError as error:
        raise EntryError("writing .docx takes python-docx: pip install 'minqing[word]'") from error
    spoken = Language.of(language)
    document = docx.Document()
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, page.page_height, page.page_width
    header: dict[str, object] = dict(zip(COLUMNS, spoken.header(), strict=True))
    rows, entries = _rows(tagged, spoken)
    table = document.add_table(rows=1 + len(rows), cols=len(SHOWN), style="Table Grid")
    for cells, values in zip(table.rows, [header, *rows], strict=True):
        for cell, name in zip(cells.cells, SHOWN, strict=True):
            cell.text = _printable(str(values[name]))
    document.save(file)
    return entries


def _rows(tagged: Iterable[TaggedEntry], language: Language) -> tuple[list[dict[str, object]], int]:
    rows: list[dict[str, object]] = []
    entries = 0
    for entry in tagged:
        entries += 1
        rows += ({"number": len(rows) + k, **row} for k, row in enumerate(needs_of(entry, language), start=1))
        if len(rows) > MOST_NEEDS:
            raise EntryError(f"more than {MOST_NEEDS:,} needs are too many for a Word table: write .xlsx")
    return rows, entries


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(char for char in text if char in "\t\n" or char >= " ")
