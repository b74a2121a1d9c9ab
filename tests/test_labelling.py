"""Sheets and tasks that go out for checking, and what people make of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from minqing.cli import command
from minqing.corpora.marked import read_examples
from minqing.corpora.writers import written_whole
from minqing.labelling.corrections import Said, Taken, beside, compared, keep, read_corrections
from minqing.labelling.sheet import entry_key, write_sheet
from minqing.labelling.sheet_back import read_sheet
from minqing.labelling.tools import doccano, label_studio, read_tool
from minqing.labelling.wording import COLUMNS, label_names
from minqing.models.placing import labelled_of
from minqing.nlp.errors import EntryError, LabelError, MinqingError
from minqing.nlp.records import Need, TaggedEntry

WATER = "三組的水渠斷了兩年，澆不上地。\n老羅說路燈也壞了。"
TAGGED = (
    TaggedEntry("d1", "hant", (Need("water", "water.irrigation", "unmet", 0.91, 0, 9, WATER[:9]),), {}, "default@abc", {}, WATER),
    TaggedEntry("d2", "hans", (), {}, "default@abc", {}, "天晴，走了三里路。"),
    TaggedEntry("d3", "hans", (Need("funding", "funding.loan", "unmet", 0.6, 0, 7, "信用社贷款难批"), Need("roads", "roads.village_road", "met", 0.5, 8, 12, "桥修好了")), {}, "default@abc", {}, "信用社贷款难批，桥修好了。"),
)  # fmt: skip

Sheet = Any


def exported(path: Path, language: str = "zh_CN", own: tuple[str, ...] = ()) -> Path:
    with written_whole(path) as file:
        write_sheet(file, TAGGED, language, own)
    return path


def edited(path: Path, change: Callable[[Sheet, dict[str, int]], object]) -> Path:
    """Change the sheet of rows as a person would; ``columns`` numbers them by what they are."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    language = next(code for code in ("zh_CN", "zh_TW", "en") if sheet.cell(1, 1).value == COLUMNS["key"][code])
    names = [cell.value for cell in sheet[1]]
    change(sheet, {column: names.index(said[language]) + 1 for column, said in COLUMNS.items()})
    book.save(path)
    return path


def put(sheet: Sheet, columns: dict[str, int], row: int, **cells: str) -> None:
    for column, value in cells.items():
        sheet.cell(row, columns[column]).value = value


def judged(sheet: Sheet, columns: dict[str, int]) -> None:
    """Judge every row right."""
    for row in range(2, 6):
        put(sheet, columns, row, verdict="对", who="王芳")


def verdicts(taken: Taken) -> list[tuple[str, str, str, str]]:
    return [
        (c.entry, c.verdict, c.predicted.name if c.predicted else "", c.said.name if c.said else "")
        for c in taken.corrections
    ]


RIGHT = [
    ("d1", "right", "water.irrigation", "water.irrigation"),
    ("d2", "none", "", ""),
    ("d3", "right", "funding.loan", "funding.loan"),
    ("d3", "right", "roads.village_road", "roads.village_road"),
]


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_a_sheet_judged_right_gives_back_what_was_suggested(language: str, tmp_path: Path) -> None:
    path = edited(exported(tmp_path / "s.xlsx", language), judged)
    taken = read_sheet(path, "", "2026-01-02")
    assert verdicts(taken) == RIGHT and not taken.problems and not taken.unfinished
    assert {(c.who, c.when, c.model) for c in taken.corrections} == {("王芳", "2026-01-02", "default@abc")}


def test_a_sheet_has_drop_downs_a_guide_and_protected_keys(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(tmp_path / "s.xlsx"))
    rows, guide, options = book.worksheets
    assert [rule.sqref.__str__()[0] for rule in rows.data_validations.dataValidation] == ["E", "G", "F"]
    assert rows.protection.sheet and rows["A2"].protection.locked and not rows["E2"].protection.locked
    assert not rows["A30"].protection.locked  # an empty row, to be filled in
    assert guide.max_row >= 6 and options.max_row == 1 + len(label_names("zh_CN")) == 1 + 20 + 68
    assert rows["C2"].value == WATER and rows["E2"].value == "饮水水利.灌溉"


def test_nothing_judged_is_nothing_taken(tmp_path: Path) -> None:
    taken = read_sheet(exported(tmp_path / "s.xlsx"), "", "")
    assert not taken.corrections and taken.unfinished == {"d1", "d2", "d3"}


def test_every_kind_of_correction_is_told_apart(tmp_path: Path) -> None:
    def change(sheet: Sheet, c: dict[str, int]) -> None:
        put(sheet, c, 2, verdict="對", status="已承諾")  # the status was not right
        put(sheet, c, 3, verdict="√")
        put(sheet, c, 4, verdict="错", remark="说的是别人")
        put(sheet, c, 5, verdict="错", label="電力通訊")  # wrong, and what it is instead
        put(sheet, c, 6, entry="d1", label="power_comm", status="in progress", evidence="路灯也坏了", verdict="漏")

    taken = read_sheet(edited(exported(tmp_path / "s.xlsx"), change), "李", "")
    assert verdicts(taken) == [
        ("d1", "changed", "water.irrigation", "water.irrigation"),
        ("d2", "none", "", ""),
        ("d3", "wrong", "funding.loan", ""),
        ("d3", "changed", "roads.village_road", "power_comm"),
        ("d1", "missing", "", "power_comm"),
    ]
    added = taken.corrections[-1]
    assert added.said and added.said.status == "in_progress" and added.said.text == "路燈也壞了"
    assert added.text[added.said.start : added.said.end] == "路燈也壞了"
    assert taken.corrections[0].said and taken.corrections[0].said.status == "planned"
    assert taken.corrections[2].remark == "说的是别人"


def test_what_people_do_to_sheets_does_no_harm(tmp_path: Path) -> None:
    """Sorted, filtered, columns moved and added, empty rows, another name, copied into another workbook."""
    path = edited(exported(tmp_path / "s.xlsx"), judged)
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(max_row=5)]
    book = openpyxl.Workbook()
    book.worksheets[0].append(["另一张表"])
    sheet = book.create_sheet("王芳改过的")
    sheet.append(["诉求汇总", None])
    head, body = rows[0], rows[1:]
    order = [6, 0, 4, 2, 1, 3, 5, 7, 8, 9, 10, 11, 12]
    sheet.append([head[i] for i in order] + ["我加的列"])
    for row in reversed(body):
        sheet.append([None] * 14)
        sheet.append([row[i] for i in order] + ["别管我"])
    sheet.row_dimensions[4].hidden = True
    book.save(tmp_path / "moved.xlsx")
    taken = read_sheet(tmp_path / "moved.xlsx", "", "")
    assert sorted(verdicts(taken)) == sorted(RIGHT) and not taken.problems


def test_an_entry_whose_rows_were_deleted_waits(tmp_path: Path) -> None:
    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        judged(sheet, columns)
        sheet.delete_rows(4)  # the first of d3's two

    taken = read_sheet(edited(exported(tmp_path / "s.xlsx"), change), "", "")
    assert taken.unfinished == {"d3"} and [c.entry for c in taken.corrections] == ["d1", "d2", "d3"]


def test_a_row_of_a_csv_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    names = [said["zh_CN"] for said in COLUMNS.values()]
    good = ",".join([f"{entry_key('天晴')}-0.1", "d1", "天晴", *[""] * 10])
    (tmp_path / "s.csv").write_text("\n".join([",".join(names), good, "only,three,cells"]), encoding="utf-8")
    (problem,) = read_sheet(tmp_path / "s.csv", "", "").problems
    assert "s.csv:3: 3 cells under 13 column names" in problem


def test_a_sheet_saved_as_csv_is_read_as_well(tmp_path: Path) -> None:
    import csv

    path = edited(exported(tmp_path / "s.xlsx"), judged)
    with (tmp_path / "s.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(
            [c.value for c in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(max_row=5)
        )
    assert verdicts(read_sheet(tmp_path / "s.csv", "", "")) == RIGHT


@pytest.mark.parametrize(
    ("row", "cells", "message"),
    [
        (2, {"label": "月亮", "verdict": "对"}, "标注:2: no label '月亮'"),
        (2, {"status": "大概", "verdict": "对"}, "标注:2: no status '大概'"),
        (2, {"verdict": "也许"}, "标注:2: no verdict '也许'; write right, wrong or missing"),
        (2, {"label": "", "verdict": "对"}, "标注:2: right, but no label"),
        (2, {"evidence": "没有这句话", "verdict": "对"}, "标注:2: the evidence does not stand in the text"),
        (2, {"text": "别的日记", "verdict": "对"}, "标注:2: the text is not the one that was exported"),
        (6, {"entry": "d9", "label": "roads", "verdict": "漏"}, "标注:6: no entry 'd9' in this sheet"),
        (6, {"entry": "d1", "verdict": "漏"}, "标注:6: no label"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_named_and_the_rest_is_taken(
    row: int, cells: dict[str, str], message: str, tmp_path: Path
) -> None:
    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        judged(sheet, columns)
        put(sheet, columns, row, **cells)

    taken = read_sheet(edited(exported(tmp_path / "s.xlsx"), change), "", "")
    assert len(taken.problems) == 1 and message in taken.problems[0] and "s.xlsx" in taken.problems[0]
    assert len(taken.corrections) >= 3 and taken.unfinished


def test_a_sheet_from_another_version_or_of_something_else_is_refused(tmp_path: Path) -> None:
    path = edited(exported(tmp_path / "s.xlsx"), lambda sheet, columns: put(sheet, columns, 2, key="m0-abc-1"))
    with pytest.raises(LabelError, match=r"标注:2: a sheet of another version \(m0, not m1\); export it anew"):
        read_sheet(path, "", "")
    book = openpyxl.Workbook()
    book.worksheets[0].append(["姓名", "电话"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(LabelError, match=r"x.xlsx: no labelling sheet in it; its columns are"):
        read_sheet(tmp_path / "x.xlsx", "", "")
    (tmp_path / "x.docx").write_bytes(b"")
    with pytest.raises(EntryError, match=r"x.docx: is no sheet"):
        read_sheet(tmp_path / "x.docx", "", "")


def test_labels_of_a_model_of_ones_own_come_back_as_they_are(tmp_path: Path) -> None:
    def change(sheet: Sheet, columns: dict[str, int]) -> None:
        put(sheet, columns, 3, label="桥 梁", verdict="漏")

    path = edited(exported(tmp_path / "s.xlsx", own=("桥梁", "饮水")), change)
    assert verdicts(read_sheet(path, "", "")) == [("d2", "missing", "", "桥梁")]


def test_corrections_are_only_ever_added_to_and_the_last_word_holds(tmp_path: Path) -> None:
    path, labelled = edited(exported(tmp_path / "s.xlsx"), judged), tmp_path / "labelled.jsonl"
    assert keep(read_sheet(path, "", "2026-01-01"), labelled) == (4, 3)
    before = beside(labelled).read_bytes()
    assert keep(read_sheet(path, "", "2026-01-01"), labelled) == (0, 3)  # the same file twice changes nothing
    assert beside(labelled).read_bytes() == before
    second = edited(path, lambda sheet, columns: put(sheet, columns, 2, verdict="错", who="李"))
    assert keep(read_sheet(second, "", "2026-01-02"), labelled) == (1, 3)
    assert beside(labelled).read_bytes().startswith(before)
    rows = {row["id"]: row for row in map(json.loads, labelled.read_text("utf-8").splitlines())}
    assert rows["d1"]["needs"] == [] and rows["d1"]["checked_by"] == "李" and len(rows["d3"]["needs"]) == 2
    assert read_corrections(beside(labelled))[0].predicted == Said.of(TAGGED[0].needs[0])


def test_labelled_rows_are_ready_for_training(tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.jsonl"
    keep(read_sheet(edited(exported(tmp_path / "s.xlsx"), judged), "", ""), labelled)
    found = labelled_of(read_examples([labelled]))
    assert [[(n.label, n.sub, n.status, n.text) for n in item.needs] for item in found] == [
        [(n.label, n.sub, n.status, n.text) for n in entry.needs] for entry in TAGGED
    ]


def test_a_labelled_file_of_other_origin_is_never_overwritten(tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text('{"text": "mine", "labels": []}\n')
    with pytest.raises(LabelError, match="was not made from corrections and would be lost"):
        keep(Taken([], []), labelled)
    assert "mine" in labelled.read_text()


def test_a_damaged_correction_is_named(tmp_path: Path) -> None:
    beside(tmp_path / "l.jsonl").write_text("{}\n")
    with pytest.raises(EntryError, match=r"l.corrections.jsonl:1: not a correction"):
        keep(Taken([], []), tmp_path / "l.jsonl")


# --- other tools -------------------------------------------------------------------------------------------


def studio(path: Path, change: Callable[[list[dict[str, Any]]], object]) -> Path:
    """Do what Label Studio does on export: the predictions become annotations, changed by a person."""
    tasks = json.loads(label_studio(TAGGED))
    for task in tasks:
        task["annotations"] = [{"completed_by": {"email": "wang@example.org"}, "updated_at": "2026-02-03T04:05:06Z",
                                "was_cancelled": False, "result": task.pop("predictions")[0]["result"]}]  # fmt: skip
    change(tasks)
    path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    return path


def test_label_studio_goes_round(tmp_path: Path) -> None:
    taken = read_tool(studio(tmp_path / "t.json", lambda tasks: None), "", "")
    assert verdicts(taken) == RIGHT
    assert {(c.who, c.when) for c in taken.corrections} == {("wang@example.org", "2026-02-03T04:05:06Z")}


def test_label_studio_says_what_a_person_changed(tmp_path: Path) -> None:
    def change(tasks: list[dict[str, Any]]) -> None:
        tasks[0]["annotations"][0]["result"][1]["value"]["choices"] = ["met"]
        region = {"id": "n", "type": "labels", "value": {"start": 0, "end": 2, "text": "天晴", "labels": ["disaster"]}}
        tasks[1]["annotations"][0]["result"].append(region)
        del tasks[2]["annotations"][0]["result"][2:]

    taken = read_tool(studio(tmp_path / "t.json", change), "", "")
    assert [(c.entry, c.verdict) for c in taken.corrections] == [
        ("d1", "changed"),
        ("d2", "missing"),
        ("d3", "right"),
        ("d3", "wrong"),
    ]
    assert taken.corrections[0].said and taken.corrections[0].said.status == "met"


def test_doccano_goes_round_in_its_old_form_and_its_new(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in doccano(TAGGED)]
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    for line in lines:
        line["entities"] = [{"id": 1, "start_offset": a, "end_offset": b, "label": c} for a, b, c in line.pop("label")]
    new.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert verdicts(read_tool(old, "王", "")) == verdicts(read_tool(new, "王", "")) == RIGHT
    assert {c.said.status for c in read_tool(old, "王", "").corrections if c.said} == {"unmet", "met"}


def test_a_task_that_is_none_of_ours_or_whose_text_changed_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "渠断了", "label": []}\n', encoding="utf-8")
    with pytest.raises(LabelError, match=r"x.jsonl: no task that was exported from here"):
        read_tool(path, "", "")
    lines = [json.loads(line) for line in doccano(TAGGED)]
    lines[0]["text"] += "！"
    lines[2]["label"][0][1] = 999
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    taken = read_tool(path, "", "")
    assert [
        "x.jsonl:1: the text is not" in taken.problems[0],
        "x.jsonl:3: span 0-999 lies outside" in taken.problems[1],
    ] == [True, True]
    assert verdicts(taken) == [("d2", "none", "", "")]


def test_sides_are_paired_by_label_and_place() -> None:
    a, b = Said("water", "", "unmet", 0, 4), Said("water", "", "unmet", 9, 12)
    assert [(v, o, n) for _, v, o, n in compared([a, b], [b])] == [("wrong", a, None), ("right", b, b)]
    assert [v for _, v, _, _ in compared([a], [Said("roads", "", "unmet", 0, 4)])] == ["wrong", "missing"]
    assert entry_key("a") != entry_key("b")


# --- the command -------------------------------------------------------------------------------------------


def run(*words: object) -> Result:
    result = CliRunner().invoke(command, ["--lang", "en", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize("ending", [".xlsx", ".json", ".jsonl"])
def test_the_command_goes_round(ending: str, tmp_path: Path) -> None:
    diaries = tmp_path / "d.txt"
    diaries.write_text("三组的自来水管爆了半个月，没水吃。\r\n盼着早点修。", encoding="utf-8", newline="")
    out = tmp_path / f"out{ending}"
    assert "1 entries, 1 suggested needs" in run("label", "export", diaries, "-o", out).stderr
    if ending == ".xlsx":
        edited(out, lambda sheet, columns: put(sheet, columns, 2, verdict="right"))
    if ending == ".json":
        tasks = json.loads(out.read_text("utf-8"))
        tasks[0]["annotations"] = tasks[0].pop("predictions")
        out.write_text(json.dumps(tasks), encoding="utf-8")
        assert "<Label value=" in (tmp_path / "out.xml").read_text("utf-8")
    shown = run("label", "import", out, "-o", tmp_path / "labelled.jsonl", "--who", "王芳").stderr
    assert "1 new corrections, 1 labelled entries" in shown and "not taken" not in shown
    (row,) = map(json.loads, (tmp_path / "labelled.jsonl").read_text("utf-8").splitlines())
    assert row["needs"][0]["label"] == "water" and row["checked_by"] == "王芳"


def test_bad_places_are_named(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("渠断了，没水。", encoding="utf-8")
    with pytest.raises(MinqingError, match=r"write .xlsx, .json \(Label Studio\) or .jsonl"):
        run("label", "export", tmp_path / "d.txt", "-o", tmp_path / "x.docx")
    with pytest.raises(MinqingError, match=r"x.xlsx: labelled rows are written as .jsonl"):
        run("label", "import", tmp_path / "d.txt", "-o", tmp_path / "x.xlsx")
    with pytest.raises(MinqingError, match="cannot be written"):
        run("label", "export", tmp_path / "d.txt", "-o", tmp_path / "no" / "such" / "x.xlsx")
    (tmp_path / "locked.xlsx").mkdir()  # as a file that another program holds: it cannot be replaced
    (tmp_path / "locked.xlsx" / "x").write_text("")
    with pytest.raises(MinqingError, match=r"locked.xlsx: cannot be written"):
        run("label", "export", tmp_path / "d.txt", "-o", tmp_path / "locked.xlsx")
