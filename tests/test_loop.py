"""Once round the whole loop with real files, as one person in an office would go: every step is the command itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from own import rows, write


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with diaries that nobody labelled, and a home for this installation's models."""
    diaries = openpyxl.Workbook()
    diaries.worksheets[0].append(["编号", "内容", "记录人"])
    for row in rows(70, seed=1):
        diaries.worksheets[0].append([row["id"], row["text"], "王芳"])
    diaries.save(tmp_path / "日记.xlsx")
    write(tmp_path / "考卷.jsonl", rows(80, seed=2))
    return tmp_path


def minqing(office: Path, *words: str, status: int = 0) -> str:
    """Run the command in the office; give what it said."""
    environment = {**os.environ, "MINQING_HOME": str(office / "home"), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "minqing", "--lang", "en", *words],
        cwd=office, env=environment, capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


def fill_in(sheet: Path, answers: dict[str, list[str]]) -> None:
    """Fill in a sheet as a person does: judge what stands there, add what is missing in the empty rows, sort."""
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    names = [cell.value for cell in page[1]]
    entry, label, verdict, who = (names.index(name) + 1 for name in ("Entry (keep)", "Label", "Verdict", "Checked by"))
    last = max(row for row in range(2, page.max_row + 1) if page.cell(row, entry).value)
    found: dict[str, set[str]] = {}
    for row in range(2, last + 1):
        id_, said = page.cell(row, entry).value, page.cell(row, label).value
        found.setdefault(id_, set()).add(said)
        right = (not said and not answers[id_]) or said in answers[id_]
        page.cell(row, verdict).value = "right" if right else "wrong" if said else None
        page.cell(row, who).value = "王芳"
    free = last + 1
    for id_, labels in answers.items():
        for missed in labels:
            if missed not in found.get(id_, set()):
                page.cell(free, entry).value, page.cell(free, label).value = id_, missed
                page.cell(free, verdict).value = "missing"
                free += 1
    book.save(sheet)


def test_tag_export_correct_import_train_compare_promote_and_roll_back(office: Path) -> None:
    answers = {str(row["id"]): list(row["labels"]) for row in rows(70, seed=1)}  # type: ignore[call-overload]

    # A first small model from thirty rows in a table with one column a label.
    table = openpyxl.Workbook()
    table.worksheets[0].append(["内容", "桥梁", "饮水", "上学"])
    for row in rows(30, seed=5):
        here = ["1" if label in row["labels"] else "0" for label in ("桥梁", "饮水", "上学")]  # type: ignore[operator]
        table.worksheets[0].append([row["text"], *here])
    table.save(office / "头三十条.xlsx")
    assert "30 entries, 3 labels" in minqing(office, "train", "头三十条.xlsx", "-o", "first", "--name", "first")

    # It tags the diaries; what it says goes out to be checked, is corrected in the workbook, and comes back.
    minqing(office, "batch", "日记.xlsx", "-o", "before.jsonl", "--model", "first")
    minqing(office, "label", "export", "日记.xlsx", "-o", "sheet.xlsx", "--model", "first")
    fill_in(office / "sheet.xlsx", answers)
    said = minqing(office, "label", "import", "sheet.xlsx", "-o", "labelled.jsonl")
    assert "70 labelled entries" in said and "not taken" not in said
    labelled = [json.loads(line) for line in (office / "labelled.jsonl").read_text("utf-8").splitlines()]
    assert {row["id"]: sorted(need["label"] for need in row["needs"]) for row in labelled} == {
        id_: sorted(labels) for id_, labels in answers.items()
    }
    corrections = (office / "labelled.corrections.jsonl").read_text("utf-8").splitlines()
    assert all(json.loads(line)["who"] for line in corrections if json.loads(line)["verdict"] != "missing")
    assert "first@" in corrections[0]

    # A second model from all of it is better, and the gate lets it pass.
    minqing(office, "train", "头三十条.xlsx", "labelled.jsonl", "-o", "second", "--name", "second", "--seed", "7")
    minqing(office, "promote", "first", "--on", "考卷.jsonl", "--force")
    found = json.loads(minqing(office, "compare", "default", "second", "考卷.jsonl", "--json"))
    assert found["b"]["micro_f1"] >= found["a"]["micro_f1"] - 0.02
    assert "is now the default model (version 0002" in minqing(office, "promote", "second", "--on", "考卷.jsonl")

    # The same command now tags with it; and after a rollback with the first one again.
    minqing(office, "batch", "日记.xlsx", "-o", "after.jsonl")
    after = [json.loads(line) for line in (office / "after.jsonl").read_text("utf-8").splitlines()]
    right = sum(sorted(n["label"] for n in row["needs"]) == sorted(answers[row["id"]]) for row in after)
    assert right >= 66 and all(row["model"].startswith("second@") for row in after)
    assert "0001" in minqing(office, "rollback")
    minqing(office, "batch", "日记.xlsx", "-o", "again.jsonl")
    assert (office / "again.jsonl").read_bytes() == (office / "before.jsonl").read_bytes()
    assert minqing(office, "models").count("promote") == 2
