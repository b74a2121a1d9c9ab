import csv
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from pyarrow import parquet

from minqing.corpora.cells import LONGEST_CELL
from minqing.corpora.readers.workbook import as_written
from minqing.corpora.writers import write_entries
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Need, TaggedEntry

NEED = Need("water", "water.drinking", "unmet", 0.91, 0, 3, "没水吃", uncertain=True)
TAGGED = TaggedEntry(
    "=1", "hans", (NEED, NEED), {"author_level": "town_village", "help_kind": []}, "m@1", {"村": "石桥"}
)


def test_jsonl_holds_the_record_with_chinese_as_chinese(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert write_entries(path, [TAGGED]) == 1
    raw = path.read_text("utf-8")
    assert "没水吃" in raw and "\\u" not in raw
    record = json.loads(raw)
    assert list(record) == ["id", "script", "needs", "facets", "model", "meta"]
    assert record["needs"][0] == {
        "label": "water", "sub": "water.drinking", "status": "unmet", "score": 0.91,
        "start": 0, "end": 3, "text": "没水吃", "uncertain": True,
    }  # fmt: skip
    assert record["facets"] == {"author_level": "town_village"}


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_entries(path, [TAGGED])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["id"], row["labels"], row["evidence"], row["村"]) == (
        "'=1", "water.drinking；water.drinking", "没水吃；没水吃", "石桥",
    )  # fmt: skip


def test_a_run_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")

    def failing() -> Iterator[TaggedEntry]:
        yield TAGGED
        raise EntryError("x.jsonl:2: the text is empty")

    with pytest.raises(EntryError, match="the text is empty"):
        write_entries(path, failing())
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"out.jsonl: cannot be written: No such file"):
        write_entries(tmp_path / "missing" / "out.jsonl", [TAGGED])


def test_an_unknown_ending_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"no writer for '.pdf'; there are .jsonl, .ndjson, .csv"):
        write_entries(tmp_path / "out.pdf", [TAGGED])


def entry(number: str, /, **meta: object) -> TaggedEntry:
    return TaggedEntry(number, "hans", (NEED,), {}, "m@1", meta, "没水吃")


MIXED = [
    entry("1", 村="石桥"),
    entry("2", author="李小河", source={"file": "a.docx", "row": 2}),
    entry("3", 村="柳湾", duplicate_of="1"),
]


def sheet_rows(path: Path, sheet: str) -> list[dict[object, object]]:
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [{name: value for name, value in zip(header, row, strict=True) if value is not None} for row in rows]


def csv_rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: value for name, value in row.items() if value} for row in csv.DictReader(file)]


def rows_of(ending: str, tagged: list[TaggedEntry], folder: Path) -> list[dict[object, object]]:
    path = folder / f"out{ending}"
    assert write_entries(path, tagged) == len(tagged)
    return sheet_rows(path, "条目") if ending == ".xlsx" else list(csv_rows(path))  # type: ignore[arg-type]


SHEETS = pytest.mark.parametrize("ending", [".csv", ".xlsx"])


@SHEETS
def test_a_field_that_the_first_entry_lacks_has_its_column(ending: str, tmp_path: Path) -> None:
    rows = rows_of(ending, MIXED, tmp_path)
    assert [row.get("村") for row in rows] == ["石桥", None, "柳湾"]
    assert [row.get("author") for row in rows] == [None, "李小河", None]
    assert [row.get("duplicate_of") for row in rows] == [None, None, "1"]
    assert json.loads(str(rows[1]["source"])) == {"file": "a.docx", "row": 2}


def test_parquet_keeps_the_fields_of_every_entry(tmp_path: Path) -> None:
    write_entries(tmp_path / "out.parquet", MIXED)
    found = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [json.loads(row["meta"]) for row in found] == [dict(entry.meta) for entry in MIXED]


@SHEETS
@pytest.mark.parametrize("long", ["路烂" * 40_000, "𠮷路" * 40_000, "x" * LONGEST_CELL])
def test_a_field_longer_than_a_cell_goes_on_in_its_own_cells(ending: str, long: str, tmp_path: Path) -> None:
    rows = rows_of(ending, [entry("1", 村="石桥"), entry("2", 备注=long, 村="柳湾")], tmp_path)
    pieces = [str(value) for name, value in rows[1].items() if str(name).startswith("备注")]
    assert "".join(pieces) == long
    assert all(len(piece.encode("utf-16-le")) <= 2 * LONGEST_CELL for piece in pieces)
    assert [row["村"] for row in rows] == ["石桥", "柳湾"]


def test_a_text_longer_than_a_cell_is_whole_beside_its_name(tmp_path: Path) -> None:
    text = "水渠断了" * 20_000
    (row,) = rows_of(".xlsx", [TaggedEntry("1", "hans", (), {}, "m@1", {}, text)], tmp_path)
    assert row["原文"] != text and row["原文"] + row["原文 (2)"] + row["原文 (3)"] == text  # type: ignore[operator]


def test_the_ledger_says_where_the_rest_of_a_long_cell_stands(tmp_path: Path) -> None:
    rows_of(".xlsx", [entry("1", visited="王大山" * 20_000)], tmp_path)
    (need,) = sheet_rows(tmp_path / "out.xlsx", "台账")
    assert str(need["反映人"]).endswith(" … (goes on; whole in the sheet of entries)")
    assert len(str(need["反映人"])) == LONGEST_CELL


@SHEETS
def test_a_field_called_as_a_column_of_ours_stands_beside_it(ending: str, tmp_path: Path) -> None:
    (row,) = rows_of(ending, [entry("1", id="七")], tmp_path)
    assert (row["id"], row["id_2"]) == ("1", "七")


def test_links_beyond_what_a_sheet_holds_are_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minqing.corpora.writers.workbook.MOST_LINKS", 1)
    rows_of(".xlsx", MIXED[:2], tmp_path)
    assert [need["条目"] for need in sheet_rows(tmp_path / "out.xlsx", "台账")] == ["1", "2"]


@SHEETS
def test_no_entries_are_a_header(ending: str, tmp_path: Path) -> None:
    assert rows_of(ending, [], tmp_path) == []


def test_more_columns_than_a_sheet_has_are_refused(tmp_path: Path) -> None:
    wide = entry("1", **{f"列{n}": "x" for n in range(16_384)})
    with pytest.raises(EntryError, match="more than 16,384 columns"):
        write_entries(tmp_path / "out.xlsx", [wide])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text", ["<r><t>假的</t></r>", "<r></r>", " 前后 ", "一\n二", "_x0041_ & <b> \x01", "=1+1", "'", "https://a.b"]
)
def test_any_text_is_in_the_workbook_as_it_was(text: str, tmp_path: Path) -> None:
    written = TaggedEntry(text, "hans", (NEED,), {}, "m@1", {"备注": text}, f"{text}没水吃")
    (row,) = rows_of(".xlsx", [written], tmp_path)
    assert {name: as_written(value) for name, value in row.items()} == {
        "id": text,
        "备注": text,
        "原文": f"{text}没水吃",
    }
    assert as_written(sheet_rows(tmp_path / "out.xlsx", "台账")[0]["条目"]) == text
