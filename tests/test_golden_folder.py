"""Forty files of every kind through one command: what is in them, and what is said of those that cannot be read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import golden

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a link needs rights that tests seldom have there")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("golden") / "收集的日记"
    root.mkdir()
    golden.build(root)
    return root


@pytest.fixture(scope="module")
def said(folder: Path) -> str:
    """Run the command for a workbook and for JSON lines; give what it says of the second."""
    for ending in ("xlsx", "jsonl"):
        words = [str(folder), "-o", f"out.{ending}", "--errors", "bad.txt", "--summary", "summary.json"]
        done = subprocess.run(
            [sys.executable, "-m", "minqing", "batch", *words],
            cwd=folder.parent,
            capture_output=True,
            check=True,
            env={**os.environ, "LANGUAGE": "en", "PYTHONIOENCODING": "utf-8"},
        )
    return done.stderr.decode("utf-8")


@pytest.fixture(scope="module")
def records(folder: Path, said: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder.parent / "out.jsonl").read_text("utf-8").splitlines()]


def expected_id(folder: Path, name: str, id: str) -> str:
    return id[1:] if id.startswith("=") else f"{folder}/{name}{id}"


def test_there_are_forty_files_and_more() -> None:
    assert len(golden.GOOD) + len(golden.BAD) >= 40


def test_every_entry_of_every_file_is_there_with_its_id_and_date(
    folder: Path, records: list[dict[str, object]]
) -> None:
    wanted = {
        expected_id(folder, name, id): date for name, (_, entries) in golden.GOOD.items() for id, date, _ in entries
    } | {"e1": "", "e3": ""}
    found = {str(record["id"]): record["meta"].get("date", "") for record in records}  # type: ignore[attr-defined]
    assert found == wanted
    assert len(records) == len(wanted)


def test_every_entry_knows_the_file_it_came_from(folder: Path, records: list[dict[str, object]]) -> None:
    by_id = {record["id"]: record["meta"]["source"]["file"] for record in records}  # type: ignore[index]
    for name, (_, entries) in golden.GOOD.items():
        for id, _date, _text in entries:
            inner = id if name.endswith(".zip") else ""
            assert by_id[expected_id(folder, name, id)] == f"{folder}/{name}{inner}"


def test_files_come_by_name_and_those_of_a_folder_before_its_folders(
    folder: Path, records: list[dict[str, object]]
) -> None:
    files = [str(record["meta"]["source"]["file"]) for record in records]  # type: ignore[index]
    top = [file for file in files if Path(file).parent == folder]
    assert top == sorted(top) and files[: len(top)] != sorted(files)


def test_each_hostile_file_has_one_clear_line(folder: Path, said: str) -> None:
    lines = (folder.parent / "bad.txt").read_text("utf-8").splitlines()
    wanted = {
        **{name: message for name, (_, message) in golden.BAD.items()},
        **golden.BAD_PLACES,
        "坏/链.txt": "is a link to a place outside the folder",
    }
    for name, message in wanted.items():
        (line,) = [line for line in lines if line.startswith(f"{folder}/{name}") and message in line]
        assert len(line) < 300
    assert len(lines) == len(wanted), lines


def test_the_workbook_holds_the_same_entries_with_their_texts(folder: Path, records: list[dict[str, object]]) -> None:
    header, *rows = openpyxl.load_workbook(folder.parent / "out.xlsx")["Entries"].iter_rows(values_only=True)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["id"] for row in found] == [record["id"] for record in records]
    assert {"date", "户数", "备注", "weather", "duplicate_of", "date_text", "visited"} <= set(header)
    texts = {str(row["id"]): str(row["Text"]) for row in found}
    for name, (_, entries) in golden.GOOD.items():
        for id, _date, text in entries:
            assert text in texts[expected_id(folder, name, id)]


def test_copies_are_marked_with_the_first(folder: Path, records: list[dict[str, object]]) -> None:
    copies = {str(r["id"]): r["meta"]["duplicate_of"] for r in records if "duplicate_of" in r["meta"]}  # type: ignore[index,operator]
    assert copies[f"{folder}/30压缩.zip/走访/甲.docx"] == f"{folder}/30压缩.zip/走访/乙.docx"
    assert copies[f"{folder}/抄/又一份.txt"] == "h1"


def test_the_summary_counts_files_and_names_their_encodings(
    folder: Path, said: str, records: list[dict[str, object]]
) -> None:
    summary = json.loads((folder.parent / "summary.json").read_text("utf-8"))
    encodings = {name.rpartition("/")[2]: file.get("encoding") for name, file in summary["files"].items()}
    assert [encodings[f"{n}.txt"] for n in (22, 23, 24, 25, 26)] == [
        "UTF-8", "UTF-8 with BOM", "GB18030", "Big5", "UTF-16",
    ]  # fmt: skip
    assert [encodings[f"{n}表.csv"] for n in (15, 16, 17, 18)] == ["UTF-8 with BOM", "GB18030", "Big5", "UTF-16"]
    assert summary["entries"] == len(records) and len(summary["errors"]) == len(golden.BAD) + 3
    assert f"{len(records)} entries from {len(summary['files'])} files: out.jsonl" in said
    assert "encodings: UTF-8" in said and "Traceback" not in said
