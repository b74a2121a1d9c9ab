"""Word files (.docx): what a reader of the page sees, in one pass that never holds the document's tree.

Diaries come as running text, as forms, and as tables with a record a row; sheets are read by the same rules.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml import ElementTree

from minqing.corpora.readers.grid import HEADER_WITHIN, Line, fields_of, find_header, form_lines, is_record
from minqing.corpora.readers.guard import USUAL, Limits, check_container, readable, shown
from minqing.corpora.readers.rows import Row
from minqing.nlp.errors import EntryError

_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
)
# What was deleted or moved away, the codes of fields, and the pinyin above characters.
_UNSEEN = frozenset({"del", "moveFrom", "instrText", "delText", "delInstrText", "rt"})
_TEXT_OF_EMPTY = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
# The tick boxes of printed forms are characters of symbol fonts: Wingdings and Wingdings 2.
_TEXT_OF_SYMBOL = {"FE": "☑", "52": "☑", "53": "☒", "A8": "□", "6F": "□", "A3": "□"}
_PAGE_BREAK = "\f"
_DEEPEST = 1_000
_LONGEST_HEADING = 40
_SENTENCE_ENDS = frozenset("。！？；")


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Cell:
    lines: list[str] = field(default_factory=list)
    span: int = 1
    continues: bool = False


class _Page:
    """What the elements of a document say, as they open and close; ``table`` is the outermost one just ended."""

    def __init__(self, limits: Limits) -> None:
        self.lines: list[str] = []
        self.table: list[Line] = []
        self._columns = limits.columns
        self._open: list[str] = []
        self._hidden_at = 0
        self._alternatives: list[bool] = []
        self._is_placeholder = False
        self._flows = [self.lines]
        self._paragraphs: list[_Paragraph] = []
        self._cells: list[_Cell] = []
        self._tables: list[list[list[_Cell]]] = []

    def opens(self, name: str, element: Element) -> None:
        """Take the start of an element; of one that is not Word's own only the depth counts."""
        self._open.append(name)
        if len(self._open) > _DEEPEST:
            raise ValueError("elements nested too deep")
        if not self._hidden_at and self._hides(name):
            self._hidden_at = len(self._open)
        elif not self._hidden_at and name in _STARTS:
            _STARTS[name](self, element)

    def closes(self, name: str, element: Element) -> None:
        """Take the end of an element, when its text is known."""
        if self._hidden_at == len(self._open):
            self._hidden_at = 0
        elif not self._hidden_at and name in _ENDS:
            _ENDS[name](self, element)
        self._open.pop()

    def _hides(self, name: str) -> bool:
        if name in ("Choice", "Fallback") and self._alternatives:
            taken, self._alternatives[-1] = self._alternatives[-1], True
            return taken
        if name == "sdtContent":
            # Around a whole cell the prompt stays: without it the columns would shift.
            is_prompt, self._is_placeholder = self._is_placeholder, False
            return is_prompt and self._open[-3:-2] != ["tr"]
        return name in _UNSEEN

    def start_alternatives(self, _element: Element) -> None:
        self._alternatives.append(False)

    def end_alternatives(self, _element: Element) -> None:
        self._alternatives.pop()

    def mark_prompt(self, _element: Element) -> None:
        self._is_placeholder = True

    def start_paragraph(self, _element: Element) -> None:
        self._paragraphs.append(_Paragraph())

    def end_paragraph(self, _element: Element) -> None:
        paragraph = self._paragraphs.pop()
        text = "".join(paragraph.pieces)
        if text or not paragraph.boxes:
            for place, part in enumerate(text.split(_PAGE_BREAK)):
                if place:
                    self._leave_gap()
                if part or _PAGE_BREAK not in text:
                    self._flows[-1].append(part)
        self._flows[-1].extend(paragraph.boxes)

    def start_box(self, _element: Element) -> None:
        self._flows.append([])

    def end_box(self, _element: Element) -> None:
        lines = self._flows.pop()
        (self._paragraphs[-1].boxes if self._paragraphs else self._flows[-1]).extend(lines)

    def end_text(self, element: Element) -> None:
        self._say(element.text or "")

    def start_mark(self, element: Element) -> None:
        # Outside a run the same names stand for tab stops and the like.
        if self._open[-2:-1] == ["r"]:
            is_page = _attribute(element, "type") == "page"
            self._say(_PAGE_BREAK if is_page else _TEXT_OF_EMPTY[self._open[-1]])

    def start_symbol(self, element: Element) -> None:
        self._say(_TEXT_OF_SYMBOL.get(_attribute(element, "char")[-2:].upper(), ""))

    def _say(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].pieces.append(text)

    def start_table(self, _element: Element) -> None:
        self._tables.append([])

    def start_row(self, _element: Element) -> None:
        self._tables[-1].append([])

    def start_cell(self, _element: Element) -> None:
        cell = _Cell()
        self._cells.append(cell)
        self._flows.append(cell.lines)
        self._tables[-1][-1].append(cell)

    def end_cell(self, _element: Element) -> None:
        self._cells.pop()
        self._flows.pop()

    def mark_span(self, element: Element) -> None:
        if self._cells:
            self._cells[-1].span = min(int(_attribute(element, "val") or 1), self._columns)

    def mark_continued(self, element: Element) -> None:
        if self._cells:
            self._cells[-1].continues = _attribute(element, "val") != "restart"

    def end_table(self, _element: Element) -> None:
        lines = _laid_out(self._tables.pop(), self._columns)
        if len(self._flows) == 1:
            self.table = lines
        else:
            self._flows[-1].extend(_table_lines(lines))

    def take_table(self) -> list[Line]:
        """Give the outermost table that has just ended, once."""
        table, self.table = self.table, []
        return table

    def add_block(self, lines: Sequence[str]) -> None:
        """Set ``lines`` apart by blank ones."""
        if lines:
            self._leave_gap()
            self.lines.extend([*lines, ""])

    def take_heading(self) -> str:
        """Take the lines off the page if they are short and no sentences, as those above a table of records."""
        if any(len(line) > _LONGEST_HEADING or _SENTENCE_ENDS & set(line) for line in self.lines):
            return ""
        heading = " ".join(line.strip() for line in self.lines if line.strip())
        self.lines.clear()
        return heading

    def _leave_gap(self) -> None:
        if self._flows[-1] and self._flows[-1][-1]:
            self._flows[-1].append("")


_Step = Callable[[_Page, Element], None]
_STARTS: dict[str, _Step] = {
    "AlternateContent": _Page.start_alternatives,
    "showingPlcHdr": _Page.mark_prompt,
    "p": _Page.start_paragraph,
    "txbxContent": _Page.start_box,
    "sym": _Page.start_symbol,
    "tbl": _Page.start_table,
    "tr": _Page.start_row,
    "tc": _Page.start_cell,
    "gridSpan": _Page.mark_span,
    "vMerge": _Page.mark_continued,
    **dict.fromkeys(_TEXT_OF_EMPTY, _Page.start_mark),
}
_ENDS: dict[str, _Step] = {
    "AlternateContent": _Page.end_alternatives,
    "p": _Page.end_paragraph,
    "txbxContent": _Page.end_box,
    "t": _Page.end_text,
    "tbl": _Page.end_table,
    "tc": _Page.end_cell,
}


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _laid_out(table: list[list[_Cell]], columns: int) -> list[Line]:
    """Place the cells in columns: one that spans several, or goes on from above, is there in each of them."""
    lines: list[Line] = []
    above: tuple[str, ...] = ()
    for number, row in enumerate(table, start=1):
        cells: list[str] = []
        merged: set[int] = set()
        for cell in row:
            at = len(cells)
            text = above[at] if cell.continues and at < len(above) else "\n".join(cell.lines).strip()
            cells += [text] * cell.span
            merged.update(range(at + (not cell.continues), len(cells)))
        if len(cells) > columns:
            raise ValueError("too many columns")
        above = tuple(cells)
        lines.append(Line(number, above, frozenset(merged)))
    return lines


def _table_lines(lines: Sequence[Line]) -> list[str]:
    """Write a table out: a form as ``name：value``, any other a row a line with tabs between its cells."""
    return form_lines(lines) or ["\t".join(line.once) for line in lines if line.once]


def rows(path: Path, text_column: str | None = None, name: str | None = None, limits: Limits = USUAL) -> Iterator[Row]:
    """Give the records of the document's tables, then one row with all its other text.

    ``name`` is what errors and ``source`` call the file when ``path`` is a passing copy. Lines above records
    that are no more than their heading go with them, as ``source["heading"]``.

    Raises:
        EntryError: the file is missing, damaged, protected, larger than ``limits``, or holds no text.
    """
    where = shown(name or path)
    check_container(path, where, limits)
    page = _Page(limits)
    records = False
    with readable(where), ZipFile(path) as container, container.open(_main_part(container)) as file:
        for number, table in enumerate(_tables(file, page), start=1):
            for row in _records(table, text_column, {"file": where, "table": number}, page):
                records = True
                yield row
    text = "\n".join(page.lines).strip()
    if text:
        yield Row(where, {"text": text, "source": {"file": where}}, is_document=True)
    elif not records:
        raise EntryError(f"{where}: holds no text; if it is a picture, have its text recognised (OCR) first")


def _main_part(container: ZipFile) -> str:
    """Find the document's own part; Word on the web calls it ``document2.xml``."""
    relations = ElementTree.fromstring(container.read("_rels/.rels"))
    targets = [r.get("Target", "") for r in relations if r.get("Type", "").endswith("/officeDocument")]
    return str(targets[0]).lstrip("/") if targets else "word/document.xml"


def _tables(file: IO[bytes], page: _Page) -> Iterator[list[Line]]:
    """Show the page every element, drop it, and give each outermost table once it has ended."""
    parents: list[Element] = []
    for event, element in ElementTree.iterparse(file, events=("start", "end"), forbid_dtd=True):
        namespace, _, name = element.tag.removeprefix("{").rpartition("}")
        known = name if namespace in _NAMESPACES else ""
        if event == "start":
            page.opens(known, element)
            parents.append(element)
            continue
        page.closes(known, element)
        parents.pop()
        if parents:
            parents[-1].remove(element)
        if table := page.take_table():
            yield table


def _records(table: list[Line], text_column: str | None, source: dict[str, object], page: _Page) -> Iterator[Row]:
    """Give a row a record; a table without records is written on the page instead."""
    place, text = find_header(table[:HEADER_WITHIN], text_column) or (0, -1)
    names = table[place].cells
    records = [line for line in table[place + 1 :] if text >= 0 and is_record(line, names, text)]
    if len(records) < (1 if text_column else 2):
        page.add_block(_table_lines(table))
        return
    page.add_block(_table_lines(table[:place]))
    heading = page.take_heading()
    for line in records:
        found = source | {"row": line.number} | ({"heading": heading} if heading else {})
        where = f"{source['file']}:table {source['table']}:{line.number}"
        yield Row(where, fields_of(names, line, text) | {"source": found})
