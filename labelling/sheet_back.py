"""A labelling sheet as it comes back -> corrections, and a line for everything that could not be taken.

People sort, filter, add columns and rows, rename sheets and copy them into other workbooks, type names their own way
and leave rows empty. Rows are told apart by their keys; everything a row needs stands in the row itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

import msgspec

from minqing.corpora.label_names import label_id, plain, status_id
from minqing.corpora.readers import FORMATS, Options, Source
from minqing.corpora.readers.rows import Row
from minqing.labelling.corrections import Correction, Said, Taken, Verdict
from minqing.labelling.sheet import entry_key
from minqing.labelling.wording import COLUMNS, FORMAT, OPTIONS, columns_of, verdict_of
from minqing.nlp.errors import EntryError, LabelError
from minqing.nlp.script import simplify

SHEETS = (".xlsx", ".xls", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the sheet by column, and where it stands."""

    where: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    @property
    def start(self) -> str:
        """The part of the key that all rows of an entry share; empty for a row that a person added."""
        return self["key"].rpartition("-")[0]

    @property
    def need(self) -> str:
        """The key of the need, without the number of rows."""
        return self["key"].partition(".")[0]

    @property
    def rows(self) -> int:
        """How many rows the entry had when it was exported."""
        total = self["key"].partition(".")[2]
        return int(total) if total.isdigit() else 1


def read_sheet(path: Path, who: str, when: str) -> Taken:
    """Read a sheet; ``who`` and ``when`` stand for those that a row does not name.

    Raises:
        EntryError: the file cannot be read.
        LabelError: it holds no labelling sheet, or one of another version.
    """
    rows, errors = _rows(path, COLUMNS["text"].values())
    if errors and not rows:
        raise errors[0]
    lines = list(_lines(rows, path))
    foreign = next((line for line in lines if line["key"] and not line["key"].startswith(f"{FORMAT}-")), None)
    if foreign and foreign["key"].startswith("m"):
        raise LabelError(_("{where}: a sheet of another version ({found}, not {known}); export it anew").format(
            where=foreign.where, found=foreign["key"].partition("-")[0], known=FORMAT))  # fmt: skip
    reader = _Reader(_texts(lines), _own_labels(path, lines), who, when)
    for line in lines:
        reader.take(line)
    problems = [*_faults(rows, path), *reader.problems]
    return Taken(reader.corrections, problems, frozenset(reader.unfinished) | _with_rows_gone(lines))


def _with_rows_gone(lines: Sequence[_Line]) -> frozenset[str]:
    """Give the entries some of whose rows were deleted: nobody judged what stood there."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if line["key"]:
            found.setdefault(line["entry"], set()).add(line.need)
    return frozenset(line["entry"] for line in lines if line["key"] and len(found[line["entry"]]) < line.rows)


def _faults(rows: Sequence[Row], path: Path) -> list[str]:
    """Give the rows that cannot be read at all; what is said of a whole sheet is said of another one."""
    depth = 2 if path.suffix.lower() in (".xlsx", ".xls") else 1
    told = [row for row in rows if isinstance(row.fields, EntryError)]
    return list(dict.fromkeys(str(row.fields) for row in told if row.where.removeprefix(str(path)).count(":") == depth))


def _lines(rows: Sequence[Row], path: Path) -> Iterator[_Line]:
    """Find the rows that were exported from here, whatever their sheet is called and wherever it lies now."""
    lines = [_line(row) for row in rows if isinstance(row.fields, dict)]
    if not any("verdict" in line.cells for line in lines):
        raise LabelError(_("{path}: no labelling sheet in it; its columns are {columns}").format(
            path=path, columns=", ".join(said["zh_CN"] for said in COLUMNS.values())))  # fmt: skip
    yield from (line for line in lines if any(line[column] for column in COLUMNS if column != "text"))


def _rows(path: Path, text_columns: Iterable[str]) -> tuple[list[Row], list[EntryError]]:
    """Read the sheets whose text column has one of some names; and say what was wrong with the others."""
    opener = FORMATS.get(path.suffix.lower())
    if opener is None or path.suffix.lower() not in SHEETS:
        raise EntryError(f"{path}: is no sheet; there are {', '.join(SHEETS)}")
    rows: list[Row] = []
    errors: list[EntryError] = []
    for name in dict.fromkeys(text_columns):
        try:
            rows += opener(Source(path, str(path), Options({"text": name})))
        except EntryError as error:
            errors.append(error)
    return rows, errors


def _line(row: Row) -> _Line:
    fields = row.fields if isinstance(row.fields, dict) else {}
    names = columns_of([name for name in fields if name not in ("source", "id", "text")])
    cells = {column: str(fields[name] or "") for name, column in names.items()}
    return _Line(row.where, {"text": str(fields.get("text") or ""), **cells})


def _texts(lines: Sequence[_Line]) -> dict[str, tuple[str, str, str]]:
    """Give, for each entry, its text, its key and the model: rows that people add have only its name."""
    return {line["entry"]: (line.cells["text"], line.start, line["model"]) for line in lines if line["key"]}


def _own_labels(path: Path, lines: Sequence[_Line]) -> dict[str, str]:
    """Give the labels that are not those of the taxonomy: from the list of options, or from what was predicted."""
    rows, _errors = _rows(path, OPTIONS.values())
    listed = [str(row.fields.get("text")) for row in rows if isinstance(row.fields, dict)]
    said = [found.name for line in lines if (found := _predicted(line))]
    return {plain(name): name for name in [*listed, *said] if name and not label_id(name)}


def _predicted(line: _Line) -> Said | None:
    try:
        return msgspec.json.decode(line["predicted"], type=Said) if line["predicted"] else None
    except msgspec.MsgspecError:
        return None


class _Reader:
    """Takes lines one by one."""

    def __init__(self, texts: Mapping[str, tuple[str, str, str]], own: Mapping[str, str], who: str, when: str) -> None:
        self._texts, self._own, self._who, self._when = texts, own, who, when
        self._added: dict[str, int] = {}
        self.corrections: list[Correction] = []
        self.problems: list[str] = []
        self.unfinished: set[str] = set()

    def take(self, line: _Line) -> None:
        """Take one row; what cannot be taken leaves its entry unfinished."""
        try:
            correction = self._correction(line)
        except LabelError as error:
            self.problems.append(str(error))
            self.unfinished.add(line["entry"])
            return
        if correction:
            self.corrections.append(correction)

    def _correction(self, line: _Line) -> Correction | None:
        verdict, entry = verdict_of(line["verdict"]), line["entry"]
        if verdict is None:
            raise LabelError(_("{where}: no verdict {cell!r}; write right, wrong or missing (对, 错, 漏)").format(
                where=line.where, cell=line["verdict"]))  # fmt: skip
        if not line["key"]:
            return self._missing(line, line.cells["text"])
        if line.start != entry_key(line.cells["text"]):
            raise LabelError(_("{where}: the text is not the one that was exported; the row is left out").format(
                where=line.where))  # fmt: skip
        if verdict == "missing":
            return self._missing(line, line.cells["text"])
        old = _predicted(line)
        new = self._said(line, old)
        if old and not new and verdict == "right":
            raise LabelError(_("{where}: right, but no label").format(where=line.where))
        is_changed = old is not None and new is not None and _differ(old, new)
        if not verdict and not is_changed:
            self.unfinished.add(entry)
            return None
        if old is None:
            return self._made(line, line.need, "missing" if new else "none", None, new)
        if verdict == "wrong" and not (new and new.label != old.label):
            return self._made(line, line.need, "wrong", old, None)
        return self._made(line, line.need, "changed" if is_changed else "right", old, new)

    def _missing(self, line: _Line, text: str) -> Correction | None:
        """Take a need that a person added, in a row of its own."""
        entry = line["entry"]
        if not line["label"]:
            if line["verdict"] or line["evidence"]:
                raise LabelError(_("{where}: no label").format(where=line.where))
            return None
        if entry not in self._texts:
            raise LabelError(_("{where}: no entry {entry!r} in this sheet; copy its name from another row").format(
                where=line.where, entry=entry))  # fmt: skip
        kept, key, model = self._texts[entry]
        whole = _Line(line.where, {**line.cells, "text": text or kept, "model": model})
        self._added[entry] = self._added.get(entry, 0) + 1
        said = self._said(whole, None)
        place = f"{said.name}@{said.start}" if said else ""
        return self._made(whole, f"{key}-+{place}", "missing", None, said)

    def _made(self, line: _Line, key: str, verdict: Verdict, old: Said | None, new: Said | None) -> Correction:
        who, when = line["who"] or self._who, line["when"] or self._when
        return Correction(
            line["entry"],
            line.cells["text"],
            key,
            verdict,
            old,
            new,
            line["model"],
            who,
            when,
            line["remark"],
            line.where,
        )

    def _said(self, line: _Line, old: Said | None) -> Said | None:
        """Read label, status and evidence as they stand now; an empty label is no need."""
        if not line["label"]:
            return None
        name = label_id(line["label"]) or self._own.get(plain(line["label"]), "")
        if not name:
            raise LabelError(_("{where}: no label {name!r}").format(where=line.where, name=line["label"]))
        status = status_id(line["status"]) if line["status"] else ""
        if line["status"] and not status:
            raise LabelError(_("{where}: no status {name!r}").format(where=line.where, name=line["status"]))
        start, end = self._place(line, old)
        top, dot, _sub = name.partition(".")
        known = (top, name if dot else "")
        if old and known[0] == old.label and not known[1]:
            known = (old.label, old.sub)
        return Said(*known, status, start, end, line.cells["text"][start:end])

    def _place(self, line: _Line, old: Said | None) -> tuple[int, int]:
        """Find the evidence in the text, in whichever script it was typed."""
        evidence, text = line["evidence"], line.cells["text"]
        if old and (not evidence or evidence == old.text.strip()):
            return old.start, old.end
        if not evidence:
            return 0, 0
        at = simplify(text).find(simplify(evidence))
        if at < 0:
            raise LabelError(_("{where}: the evidence does not stand in the text").format(where=line.where))
        return at, at + len(evidence)


def _differ(old: Said, new: Said) -> bool:
    return (old.name, old.status, old.start, old.end) != (new.name, new.status, new.start, new.end)
