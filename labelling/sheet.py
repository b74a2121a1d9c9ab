"""Tagged entries -> a workbook to check them in: one suggested need a row, drop-downs, a guide, keys that stay put."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import IO, Any

import msgspec
import xlsxwriter

from minqing.corpora.cells import LONGEST_CELL
from minqing.corpora.taxonomy import load_taxonomy
from minqing.corpora.writers.workbook import MOST_ROWS
from minqing.labelling.corrections import Said
from minqing.labelling.wording import (
    COLUMNS,
    FORMAT,
    GUIDE,
    OPTIONS,
    PROTECTED,
    SHEETS,
    VERDICTS,
    code_of,
    label_names,
)
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Need, TaggedEntry

# Empty rows below, unlocked, for needs that were missed.
ROOM = 300
WIDTHS = {"key": 14, "entry": 16, "text": 60, "evidence": 32, "label": 24, "status": 10, "verdict": 8, "remark": 20,
          "who": 10, "when": 12, "score": 7, "predicted": 10, "model": 10}  # fmt: skip
_ALLOWED = ("sort", "autofilter", "insert_rows", "delete_rows", "format_cells", "format_columns", "format_rows",
            "insert_columns", "select_locked_cells", "select_unlocked_cells")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """What is filled in beside a suggestion before anybody looks at it."""

    verdict: str
    remark: str


NOTHING: Mapping[str, Sequence[Filled]] = {}


def entry_key(text: str) -> str:
    """Give the first part of the keys of an entry: the format, and a mark of its text.

    >>> entry_key("渠断了").startswith("m1-")
    True
    """
    return f"{FORMAT}-{blake2b(text.encode('utf-8', 'replace'), digest_size=5).hexdigest()}"


def write_sheet(
    file: IO[bytes],
    tagged: Iterable[TaggedEntry],
    language: str,
    own_labels: Sequence[str] = (),
    filled: Mapping[str, Sequence[Filled]] = NOTHING,
) -> int:
    """Write the workbook; give how many entries. ``own_labels`` are those of a model that has no statuses;
    ``filled`` gives, by entry, what is filled in beside each of its needs.

    Raises:
        EntryError: an entry is longer than a cell, or there are more rows than a sheet holds.
    """
    code = code_of(language)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        names = SHEETS[code]
        sheet, guide, choice = (book.add_worksheet(name) for name in names)
        page = _Page(book, sheet, code, bool(own_labels))
        for entry in tagged:
            page.add(entry, filled.get(entry.id, ()))
        labels = list(own_labels) or label_names(code)
        page.finish(f"='{names[2]}'!$A$2:$A${len(labels) + 1}")
        _write_lines(guide, GUIDE[code], book.add_format({"text_wrap": True, "valign": "top", "font_size": 12}))
        choice.write_string(0, 0, OPTIONS[code])
        choice.set_column(0, 0, 40)
        for row, name in enumerate(labels, start=1):
            choice.write_string(row, 0, name)
        choice.protect()
    return page.entries


def _write_lines(sheet: Any, lines: Sequence[str], style: Any) -> None:
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, f"{row + 1}. {line}", style)
    sheet.protect()


class _Page:
    """The sheet of rows to check."""

    def __init__(self, book: Any, sheet: Any, code: str, own: bool) -> None:
        self._sheet, self._code, self._own = sheet, code, own
        names = load_taxonomy().names(code)
        self._names: Mapping[str, str] = {} if own else names
        self._locked = book.add_format(
            {"text_wrap": True, "valign": "top", "font_color": "#555555", "bg_color": "#F3F3F3"}
        )
        self._open = book.add_format({"text_wrap": True, "valign": "top", "locked": False})
        head = book.add_format({"bold": True, "bg_color": "#DDE6EF", "border": 1, "text_wrap": True})
        for column, (name, said) in enumerate(COLUMNS.items()):
            hidden = {"hidden": 1} if name in ("predicted", "model") else {}
            sheet.set_column(column, column, WIDTHS[name], None, hidden)
            sheet.write_string(0, column, said[code], head)
        sheet.freeze_panes(1, 0)
        self.entries = self._row = 0

    def add(self, entry: TaggedEntry, filled: Sequence[Filled] = ()) -> None:
        """Write a row for each need, or one for an entry without any."""
        if len(entry.text) > LONGEST_CELL:
            raise EntryError(
                f"{entry.id}: {len(entry.text):,} characters; a cell holds {LONGEST_CELL:,}, split the entry"
            )
        self.entries += 1
        key = entry_key(entry.text)
        base = {"entry": entry.id, "text": entry.text, "model": entry.model}
        for number, need in enumerate(entry.needs):
            mine = filled[number] if number < len(filled) else Filled("", "")
            self._write(
                {"key": f"{key}-{number + 1}.{len(entry.needs)}", **base, **self._shown(need), **self._said(mine)}
            )
        if not entry.needs:
            self._write({"key": f"{key}-0.1", **base})

    def _shown(self, need: Need) -> dict[str, str]:
        said = Said.of(need)
        names = (said.label, said.sub) if said.sub and not self._own else (said.name,)
        return {
            "evidence": need.text,
            "label": ".".join(self._names.get(name, name) for name in names),
            "status": self._names.get(need.status, need.status),
            "score": f"{need.score:.2f}",
            "predicted": msgspec.json.encode(said).decode("utf-8"),
        }

    def _said(self, filled: Filled) -> dict[str, str]:
        verdict = VERDICTS[filled.verdict][self._code] if filled.verdict else ""
        return {"verdict": verdict, "remark": filled.remark}

    def _write(self, cells: Mapping[str, str]) -> None:
        self._row += 1
        if self._row + ROOM > MOST_ROWS:
            raise EntryError(f"more than {MOST_ROWS:,} rows; a sheet holds no more: split the input")
        for column, name in enumerate(COLUMNS):
            is_kept = name in PROTECTED
            self._sheet.write_string(self._row, column, cells.get(name, ""), self._locked if is_kept else self._open)

    def finish(self, labels: str) -> None:
        """Add empty rows, the drop-downs, the filter and the protection."""
        last = self._row + ROOM
        for row in range(self._row + 1, last + 1):
            for column in range(len(COLUMNS)):
                self._sheet.write_blank(row, column, None, self._open)
        self._choose("label", last, labels)
        self._choose("verdict", last, [said[self._code] for said in VERDICTS.values()])
        if not self._own:
            self._choose("status", last, [term.name(self._code) for term in load_taxonomy().status])
        self._sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        self._sheet.protect("", dict.fromkeys(_ALLOWED, True))

    def _choose(self, name: str, last: int, source: object) -> None:
        column = list(COLUMNS).index(name)
        # A name typed otherwise is taken as well if it is understood: warn, do not refuse.
        rule = {"validate": "list", "source": source, "error_type": "warning"}
        self._sheet.data_validation(1, column, last, column, rule)
