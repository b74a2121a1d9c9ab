"""The rules by which any table is read, a sheet's or a Word document's.

A table is either records under a header that names a text column, or a form: names of fields beside or above
their values.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minqing.corpora.names import column_of, is_field_name, plain_name

HEADER_WITHIN = 10
_SHORT = re.compile(r"\w{1,8}")
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
        found = (named if named in names else None) if named else column_of("text", names)
        if found and (named or _heads_records(names, lines[place + 1 :])):
            return place, names.index(found)
    return None


def _heads_records(names: Sequence[str], below: Sequence[Line]) -> bool:
    """Tell a header from a form's row: in a form other names of fields follow in the first column."""
    if not below:
        return False
    return max(map(len, names)) <= _LONGEST_COLUMN_NAME and not any(
        is_field_name(line.once[0]) for line in below if line.once
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
    named = column_of("id", list(fields))
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


def _stands_above(row: Sequence[str], below: Sequence[str]) -> bool:
    fits = len(row) == len(below) or (len(row) == 1 and len(below) > 0)
    return fits and all(map(is_field_name, row)) and not any(map(is_field_name, below))


def _paired_below(row: Sequence[str], below: Sequence[str]) -> list[tuple[str, str]]:
    values = below if len(row) > 1 else [" ".join(cell for cell in below if cell)]
    return [(plain_name(name), value.strip()) for name, value in zip(row, values, strict=True)]


def _paired_beside(row: Sequence[str]) -> list[tuple[str, str]]:
    """Pair each name with the cells up to the next name; what stands before the first name, or alone, has none."""
    if len(row) == 1:
        return [("", row[0].strip())]
    names = [is_field_name(cell) for cell in row]
    if len(row) > 2 and names[0] and not any(names[1::2]):
        names = [
            known or (place % 2 == 0 and _SHORT.fullmatch(row[place]) is not None) for place, known in enumerate(names)
        ]
    pairs: list[tuple[str, str]] = []
    for cell, is_name in zip(row, names, strict=True):
        if is_name:
            pairs.append((plain_name(cell), ""))
        elif pairs and cell.strip():
            name, value = pairs[-1]
            pairs[-1] = (name, f"{value}\t{cell.strip()}".strip())
        elif cell.strip():
            pairs.append(("", cell.strip()))
    return pairs
