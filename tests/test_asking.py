import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest

from minqing.ledger.asking import ask
from minqing.ledger.assessing import assess
from minqing.ledger.database import VIEWS
from minqing.ledger.opening import views
from minqing.ledger.store import Store, read_only
from minqing.nlp.errors import LedgerError
from minqing.nlp.records import TaggedEntry

from ledgers import entry, filled, need, rows


def made() -> list[TaggedEntry]:
    names = "李王张刘陈杨黄赵吴周徐孙"
    found = [
        entry(f"{village}{n}", f"2025-0{1 + n % 6}-1{n % 9}", need("罗德福打13857264190说水管冻裂", who=f"{names[n]}大爷"),
              place=village, author="钟立春", unit="镇政府", visited=f"{names[n]}大爷")
        for village in ("石桥村", "梅坪村", "芦塘村") for n in range(12)
    ]  # fmt: skip
    later = entry("z", "2025-09-01", need("水管换好了", status="met", who="李大爷"), place="石桥村", author="方晓晴",
                  unit="驻村工作队", visited="李大爷")  # fmt: skip
    return [*found, later, entry("e", "2025-09-02", place="石桥村", author="方晓晴", unit="驻村工作队")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    filled(tmp_path / "l", *made())
    return tmp_path / "l"


def command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "minqing", "--lang", "en", *map(str, words)],
        capture_output=True, check=False, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_answers(view: str, path: Path) -> None:
    with views(path) as db:
        columns, answers = ask(db, f"SELECT * FROM {view}")
        assert columns
        assert list(answers)


WRITING = [
    "DELETE FROM needs", "UPDATE needs SET status = 'met'", "DROP TABLE needs", "CREATE TABLE x (a)",
    "INSERT INTO places VALUES (9, 'x', 'x', '')", "ATTACH 'x.db' AS x", "PRAGMA user_version = 9", "VACUUM INTO 'x.db'",
    "SELECT load_extension('x')", "SELECT value FROM secrets", "SELECT 1; DELETE FROM needs", "CREATE TEMP TABLE t (a)",
    "WITH x AS (SELECT 1) DELETE FROM needs", "BEGIN", "REINDEX", "nonsense", "",
]  # fmt: skip


@pytest.mark.parametrize("question", WRITING)
def test_a_question_never_writes(question: str, path: Path, tmp_path: Path) -> None:
    before = rows(path, "SELECT count(*), max(status) FROM needs")
    with views(path) as db:
        try:
            list(ask(db, question)[1])
            assert question == ""
        except LedgerError as error:
            assert "may only read" in str(error) or "cannot be answered" in str(error)
    assert rows(path, "SELECT count(*), max(status) FROM needs") == before
    assert not (tmp_path / "x.db").exists()


def test_views_show_households_as_numbers_and_texts_masked(path: Path) -> None:
    with views(path) as db:
        told = str(list(ask(db, "SELECT * FROM v_mentions")[1])) + str(list(ask(db, "SELECT * FROM v_households")[1]))
    assert "'H1'" in told and "水管" in told
    assert "罗德福" not in told and "1385" not in told and "大爷" not in told


def test_a_query_is_printed_as_csv_or_json(path: Path) -> None:
    question = "SELECT village, count(*) AS n FROM v_needs GROUP BY village ORDER BY village"
    assert command("ledger", "query", question, "--ledger", path).stdout.splitlines()[0] == "village,n"
    assert json.loads(command("ledger", "query", question, "--json", "--ledger", path).stdout)[0]["n"] == 12
    done = command("ledger", "query", "DELETE FROM needs", "--ledger", path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "may only read" in done.stderr


def test_a_formula_in_an_answer_is_disarmed(path: Path) -> None:
    assert "'=1+1" in command("ledger", "query", "SELECT '=1+1'", "--ledger", path).stdout


def test_needs_behind_a_number_are_listed(path: Path) -> None:
    found = json.loads(
        command("ledger", "needs", "--place", "石桥村", "--status", "met", "--json", "--ledger", path).stdout
    )
    assert [(one["village"], one["status"], one["asked"]) for one in found] == [("石桥村", "met", 1)]
    shown = command("ledger", "needs", "--label", "water", "--ledger", path).stdout
    assert shown.count("\n") == 36 and "H1" in shown


def test_a_shared_export_tells_what_the_workbook_tells(path: Path, tmp_path: Path) -> None:
    assert "12 files" in command("ledger", "export", tmp_path / "out", "--ledger", path).stderr
    assert command("report", "--ledger", path, "-o", tmp_path / "r.xlsx").returncode == 0
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    for name, title in (("by_label", "By label"), ("by_village", "Village × label"), ("ledger", "Ledger")):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8-sig") as file:
            exported = list(csv.reader(file))
        assert exported == [["" if c.value is None else str(c.value) for c in row] for row in book[title].iter_rows()]
    everything = "".join(file.read_text("utf-8-sig") for file in (tmp_path / "out").iterdir())
    assert "罗德福" not in everything and "大爷" not in everything and "钟立春" not in everything


def test_an_internal_export_masks_names_in_both_formats(path: Path, tmp_path: Path) -> None:
    for kind in ("csv", "parquet"):
        done = command("ledger", "export", tmp_path / kind, "--internal", "--format", kind, "--ledger", path)
        assert "4 files" in done.stderr
    told = "".join(file.read_text("utf-8-sig") for file in (tmp_path / "csv").iterdir())
    assert "水管" in told and not any(name in told for name in ("罗德福", "大爷", "钟立春", "13857264190"))
    table = pyarrow.parquet.read_table(tmp_path / "parquet" / "needs.parquet")
    assert table.num_rows == 36 and table.schema.field("need").type == "int64"


def test_assessment_counts_facts_in_the_order_of_names(path: Path) -> None:
    done = list(assess(read_only(path)))
    assert [(d.unit, d.author) for d in done] == [("镇政府", "钟立春"), ("驻村工作队", "方晓晴")]
    first, second = done
    assert (first.entries, first.villages, first.households, first.needs) == (36, 3, 36, 36)
    assert (first.complete, first.followed_up) == (0, 0)
    assert (second.entries, second.households, second.complete, second.followed_up) == (2, 1, 1, 1)
    assert second.facets["three_elders"] == 0
    assert [d.entries for d in assess(read_only(path), "2025-09-01", "2025-09-01")] == [1]
    assert list(assess(read_only(path), "2026-01-01")) == []


def test_assessment_is_printed_with_a_header(path: Path) -> None:
    lines = command("ledger", "assess", "--from", "2025-01-01", "--ledger", path).stdout.splitlines()
    assert lines[0].startswith("unit,author,entries,days") and lines[1].startswith("镇政府,钟立春,36")
    assert json.loads(command("ledger", "assess", "--json", "--ledger", path).stdout)[0]["facets"]["org_help"] == 0


def test_no_ledger_is_made_by_asking(tmp_path: Path) -> None:
    for words in (["query", "SELECT 1"], ["needs"], ["assess"], ["export", tmp_path / "out"]):
        done = command("ledger", *words, "--ledger", tmp_path / "none")
        assert done.returncode == 1 and "there is no ledger" in done.stderr
    assert not (tmp_path / "none").exists() and not (tmp_path / "out").exists()


def test_the_store_is_closed_after_questions(path: Path) -> None:
    with views(path) as db:
        list(ask(db, "SELECT 1")[1])
    with Store(path) as store, store.change():
        pass
