"""Labelled examples as people have them: rows of text and labels, exports of labelling tools, spans with statuses.

What a row may hold beside its text (of which the names are those of ``readers``, and ``sentence``):

- ``needs``: ``[{"label", "status", "sub", "start", "end", "text" or "span"}]``, as this tool writes and reads it;
- labels of the whole text: a list, or one text cut at 、，,;；|, or an object of yes and no, or columns named after the
  labels that hold 1 and 0 (是 and 否, ✓ and nothing);
- spans: ``[start, end, label]`` or ``{"start_offset", "end_offset", "label"}``, as doccano writes them;
- ``data`` and ``annotations``, as Label Studio writes them; FewCLUE's ``label_desc``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from minqing.corpora.names import column_of, columns_of
from minqing.corpora.readers import FORMATS, USUAL_OPTIONS, Source
from minqing.corpora.readers.archive import Found, walk
from minqing.corpora.readers.rows import Options, Row, entry_of
from minqing.nlp.errors import EntryError, LabelError
from minqing.nlp.records import Entry

MARKS = "needs"
LABELLED = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls")
LABEL_FIELDS = (
    "label_desc", "label_des", "labels", "label", "entities", "cats", "spans", "choices", "category", "标签",
    "標籤", "标注", "標註", "类别", "類別", "分类", "分類", "诉求类别", "訴求類別",
)  # fmt: skip
GROUP_FIELDS = ("group", "doc", "author")
TEXT_FIELDS = ("sentence", "comment", "diary")

_CUT = re.compile(r"[、，,;；|\n]+")
_YES = frozenset({"1", "1.0", "true", "yes", "y", "x", "是", "有", "√", "✓", "✔", "对", "對"})
_NO = frozenset({"", "0", "0.0", "false", "no", "n", "否", "无", "無", "×", "-"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on a stretch of the text; ``status`` and ``sub`` may be unknown, ``""``."""

    label: str
    start: int
    end: int
    status: str = ""
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what somebody said of it: labels of the whole, and marks of stretches; names as they were written."""

    entry: Entry
    labels: tuple[str, ...]
    marks: tuple[Mark, ...]
    group: str
    where: str

    @property
    def all_labels(self) -> tuple[str, ...]:
        """The labels of the whole and of the marks, each once, in their order."""
        return tuple(dict.fromkeys([*self.labels, *(mark.sub or mark.label for mark in self.marks)]))


def read_examples(paths: Sequence[Path], options: Options = USUAL_OPTIONS) -> list[Example]:
    """Read every labelled row of some files, in order.

    Raises:
        EntryError: a file or a row cannot be read; the message names file and row.
        LabelError: a file has no field or column of labels, or a mark does not lie in its text.
    """
    return [example for path in paths for found in walk(path, options.limits) for example in _file(found, options)]


def _file(found: Found, options: Options) -> Iterator[Example]:
    if isinstance(found.path, EntryError):
        raise found.path
    opener = FORMATS.get(found.path.suffix.lower())
    if opener is None or found.path.suffix.lower() not in LABELLED:
        raise EntryError(f"{found.name}: no labelled examples in such a file; use .jsonl, .json, .csv, .tsv or .xlsx")
    rows = [_flat(row) for row in opener(Source(found.path, found.name, _with_text(found.path, options)))]
    if not rows:
        raise EntryError(f"{found.name}: holds no entries")
    fields, columns = _label_fields(rows, found.name)
    for row in rows:
        yield _example(row, fields, columns, options)


def _with_text(path: Path, options: Options) -> Options:
    """Let a table's text column be called as FewCLUE and others call it."""
    if options.named("text") or path.suffix.lower() not in (".csv", ".tsv"):
        return options
    with path.open("rb") as file:
        head = file.readline().decode("utf-8-sig", "replace").strip().replace("\t", ",").split(",")
    named = next((name for name in TEXT_FIELDS if name in head), None)
    if named is None or column_of("text", head):
        return options
    return replace(options, columns={**options.columns, "text": named})


def _flat(row: Row) -> Row:
    """Bring a Label Studio task and FewCLUE's sentence into the form of the others."""
    if not isinstance(row.fields, dict):
        return row
    fields = dict(row.fields)
    data = fields.pop("data", None)
    if isinstance(data, dict):
        results = [result for annotation in _list(fields.pop("annotations", [])) for result in _results(annotation)]
        fields = {**fields, **data, "labels": results}
    named = next((name for name in TEXT_FIELDS if name in fields), None)
    if named and column_of("text", list(fields)) is None:
        fields["text"] = fields.pop(named)
    return replace(row, fields=fields)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _results(annotation: object) -> Iterator[object]:
    """Give what one annotator of Label Studio said, spans and choices; one who skipped the task says nothing."""
    if isinstance(annotation, dict) and not annotation.get("was_cancelled"):
        for result in _list(annotation.get("result")):
            if isinstance(result, dict) and isinstance(result.get("value"), dict):
                yield result["value"]


def _label_fields(rows: Sequence[Row], name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the fields of the labels (marks, and one other); or the columns that are named after labels."""
    names = dict.fromkeys(key for row in rows if isinstance(row.fields, dict) for key in row.fields)
    other = next((field for field in LABEL_FIELDS if field in names), "")
    fields = tuple(field for field in (MARKS, other) if field in names)
    if fields:
        return fields, ()
    known = {"text", "source", "id", *GROUP_FIELDS, *columns_of(tuple(names))}
    columns = tuple(key for key in names if key not in known and _is_yes_or_no(rows, key))
    if not columns:
        raise LabelError(
            f"{name}: no labels; found {', '.join(names)}; "
            "call their column 'labels', or give each label a column of 1 and 0"
        )
    return (), columns


def _is_yes_or_no(rows: Sequence[Row], column: str) -> bool:
    values = {str(row.fields.get(column) or "").strip().casefold() for row in rows if isinstance(row.fields, dict)}
    return values <= _YES | _NO and bool(values & _YES)


def _example(row: Row, fields: Sequence[str], columns: Sequence[str], options: Options) -> Example:
    entry = entry_of(row, options)
    group = next((str(entry.meta[name]) for name in GROUP_FIELDS if entry.meta.get(name) not in (None, "")), "")
    labels: list[str] = [c for c in columns if str(entry.meta.get(c) or "").strip().casefold() in _YES]
    marks: list[Mark] = []
    for item in (item for field in fields for item in _items(entry.meta.get(field), row.where)):
        if isinstance(item, Mark):
            marks.append(_checked(item, entry.text, row.where))
        elif isinstance(item, Mapping):
            marks.append(_checked(_placed(item, entry.text, row.where), entry.text, row.where))
        elif str(item).strip():
            labels.append(str(item).strip())
    return Example(entry, tuple(dict.fromkeys(labels)), tuple(marks), group, row.where)


def _items(value: object, where: str) -> Iterable[object]:
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return _CUT.split(value)
    if isinstance(value, (int, float)):
        return [str(value)]
    if isinstance(value, Mapping):
        return _of_object(value, where)
    if isinstance(value, list):
        return [item for part in value for item in _part(part, where)]
    raise LabelError(f"{where}: labels of a kind that is not known: {type(value).__name__}")


def _part(part: object, where: str) -> Iterable[object]:
    if isinstance(part, list):
        if len(part) == 3 and isinstance(part[0], int) and isinstance(part[1], int):
            return [Mark(str(part[2]), part[0], part[1])]
        return [" ".join(map(str, part))] if len(part) == 1 else [".".join(map(str, part))]
    return _of_object(part, where) if isinstance(part, Mapping) else [part]


def _of_object(value: Mapping[str, object], where: str) -> Iterable[object]:
    """Read an object: a choice, a span with its labels, a need, or a label with yes or no for each."""
    for key in ("choices", "taxonomy"):
        if isinstance(value.get(key), list):
            return [item for part in _list(value[key]) for item in _part(part, where)]
    if isinstance(value.get("choices"), str):
        return [value["choices"]]
    labels = value.get("labels", value.get("label"))
    if isinstance(labels, list):
        return [{**value, "label": label} for label in labels]
    if isinstance(labels, str):
        return [value]
    if all(isinstance(chance, (bool, int, float)) for chance in value.values()):
        return [label for label, chance in value.items() if float(chance) > 0.5]  # type: ignore[arg-type]
    if "text" in value and not labels:
        return []  # Label Studio's free remarks, ratings and the like
    raise LabelError(f"{where}: no label in {', '.join(value)}")


def _placed(item: Mapping[str, object], text: str, where: str) -> Mark:
    """Find where a mark stands; one that gives no place is of the whole text, ``0-0``."""
    label, status, sub = str(item["label"]), str(item.get("status") or ""), str(item.get("sub") or "")
    start, end = item.get("start", item.get("start_offset")), item.get("end", item.get("end_offset"))
    given = str(item.get("text") or item.get("span") or "")
    if isinstance(start, int) and isinstance(end, int):
        if given and text[start:end] != given:
            raise LabelError(f"{where}: span {start}-{end} does not read as the row says")
        return Mark(label, start, end, status, sub)
    at = text.find(given)
    if at < 0:
        raise LabelError(f"{where}: the span of {label!r} does not stand in the text")
    return Mark(label, at, at + len(given), status, sub)


def _checked(mark: Mark, text: str, where: str) -> Mark:
    if not 0 <= mark.start <= mark.end <= len(text):
        raise LabelError(
            f"{where}: span {mark.start}-{mark.end} lies outside the text of {len(text)} characters; "
            "offsets count characters from 0"
        )
    return mark
