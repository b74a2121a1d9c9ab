"""The report as a Word file, for the file: the overview, the tables of counts, the oldest needs."""

from gettext import gettext as _
from typing import IO, Any

from minqing.ledger.reports.facts import Facts
from minqing.ledger.reports.sheets import Sheet, oldest, overview, sheets
from minqing.nlp.errors import LedgerError

# python-docx is slow and holds all in memory; more rows than these nobody reads on paper.
MOST_ROWS = 200


def write_word(file: IO[bytes], facts: Facts) -> None:
    """Write the file; of a long table the first rows, and a line that says how many there are.

    Raises:
        LedgerError: python-docx is missing.
    """
    try:
        import docx
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm
    except ImportError as error:
        raise LedgerError(_("writing .docx takes python-docx: pip install 'minqing[word]'")) from error
    document = docx.Document()
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    page.left_margin = page.right_margin = Mm(15)
    document.core_properties.title = document.core_properties.author = facts.words["title"]
    document.add_heading(facts.words["title"], 0)
    for sheet in (overview(facts), oldest(facts), *sheets(facts)):
        _add(document, sheet)
    document.save(file)


def _add(document: Any, sheet: Sheet) -> None:
    document.add_heading(sheet.title, 1)
    rows = list(sheet.rows)
    shown = rows[:MOST_ROWS]
    table = document.add_table(rows=1 + len(shown), cols=len(sheet.header), style="Table Grid")
    for cells, values in zip(table.rows, [sheet.header, *shown], strict=True):
        for cell, value in zip(cells.cells, values, strict=True):
            cell.text = _printable(f"{value:,}" if isinstance(value, int) else str(value))
            _make_small(cell)
    _repeat_header(table.rows[0])
    if len(rows) > len(shown):
        document.add_paragraph(f"{len(shown):,} / {len(rows):,}")


def _make_small(cell: Any) -> None:
    from docx.shared import Pt

    for run in cell.paragraphs[0].runs:
        run.font.size = Pt(8)


def _repeat_header(row: Any) -> None:
    """Let Word set the header on every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char for char in clean if char in "\t\n" or (char >= " " and char not in "\ufffe\uffff"))
