import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from minqing.ledger.adding import add_entries
from minqing.ledger.correcting import apart, join, set_alias, undo
from minqing.ledger.disks import _kind_of_mount, is_network_folder
from minqing.ledger.linking import relink
from minqing.ledger.looking import evidence_of, places, search, suggestions
from minqing.ledger.store import Store, read_only
from minqing.ledger.tagged import read_tagged
from minqing.nlp.errors import LedgerError
from minqing.nlp.records import TaggedEntry

from ledgers import entry, filled, need, rows, written

PIPES = (
    entry("1", "2025-03-12", need("水管从腊月冻裂到现在，吃水要去沟里挑", who="罗大爷")),
    entry("2", "2025-04-02", need("水管冻裂还没换，水务站答应下周换", status="planned", who="罗大爷")),
    entry("3", "2025-05-06", need("水管换好了，龙头出水", status="met", who="老罗")),
    entry("4", "2025-05-07", need("手头差三万本钱扩棚", "funding.startup", who="黄婶")),
)
COUNTS = "SELECT (SELECT count(*) FROM entries), (SELECT count(*) FROM spans), (SELECT count(*) FROM needs)"


def command(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "minqing", "--lang", "en", *map(str, words)],
        capture_output=True, check=False, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def refused(*words: object) -> str:
    done = command(*words)
    assert done.returncode == 1 and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    return done.stderr


def test_adding_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    tagged = written(tmp_path / "t.jsonl", *PIPES)
    ledger = tmp_path / "office.ledger"
    first = command("ledger", "add", tagged, "--ledger", ledger)
    assert "4 entries added with 4 mentions of needs; 0 were there" in first.stderr
    before = "\n".join(_dump(ledger))
    again = command("ledger", "add", tagged, tagged, "--ledger", ledger)
    assert again.stderr.count("0 entries added with 0 mentions of needs; 4 were there") == 2
    assert "\n".join(_dump(ledger)) == before


def _dump(path: Path) -> list[str]:
    with Store(path) as store:
        return list(store.db.iterdump())


def test_the_order_of_files_plays_no_part(tmp_path: Path) -> None:
    for name, order in (("a", PIPES), ("b", PIPES[::-1])):
        for one in order:
            filled(tmp_path / name, one)
    lives = "SELECT label, status, opened, last, closed, asked, mentions FROM needs ORDER BY label"
    assert rows(tmp_path / "a", lives) == rows(tmp_path / "b", lives)
    assert rows(tmp_path / "a", lives)[1] == ("water", "met", "2025-03-12", "2025-05-06", "2025-05-06", 2, 3)


def test_a_reading_by_another_model_takes_the_place_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(path, entry("1", "2025-03-12", need("水管冻裂"), need("没钱买药", "health.cost", start=9)))
    added = filled(path, entry("1", "2025-03-12", need("水管冻裂"), model="default@2"))
    assert (added.entries, added.replaced) == (1, 1)
    assert rows(path, "SELECT label FROM needs") == [("water",)]
    assert rows(path, "SELECT count(*), sum(is_current) FROM entries") == [(2, 1)]


def test_another_text_under_the_same_name_is_another_entry(tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(path, entry("1", "2025-03-12", need("水管冻裂")))
    added = filled(path, entry("1", "2025-03-12", need("渠道塌了", "water.irrigation"), model="default@2"))
    assert added.replaced == 0 and rows(path, "SELECT count(*) FROM needs") == [(2,)]


def test_a_copy_of_another_entry_adds_no_need(tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(path, PIPES[0], entry("9", "2025-03-13", *PIPES[0].needs, duplicate_of="1"))
    assert rows(path, COUNTS) == [(2, 1, 1)]


def test_an_entry_is_the_same_whether_a_run_took_it_for_a_copy_or_not(tmp_path: Path) -> None:
    path = tmp_path / "l"
    marks = {"duplicate_of": "1", "duplicate_at": {"file": "a.csv", "row": 2}}
    filled(path, entry("9", "2025-03-13", need("水管冻裂")))
    again = filled(path, entry("9", "2025-03-13", need("水管冻裂"), **marks))
    assert (again.entries, again.known) == (0, 1)


def test_a_file_with_a_bad_row_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    ledger = tmp_path / "office.ledger"
    filled(ledger, PIPES[0])
    bad = written(tmp_path / "t.jsonl", *PIPES)
    bad.write_text(bad.read_text("utf-8") + '{"id": "5"}\n', encoding="utf-8")
    before = _dump(ledger)
    assert f"{bad}:5: not what minqing batch writes to .jsonl" in refused("ledger", "add", bad, "--ledger", ledger)
    assert _dump(ledger) == before


BAD_ROWS = {
    "label": ({"label": "karma"}, "1: 'karma' is in no taxonomy 1.0; tag the diaries again with this version"),
    "status": ({"status": "maybe"}, "1: 'maybe' is in no taxonomy"),
    "place": ({"start": 9, "end": 3}, "1: a need at 9-3 with score 0.9 cannot be"),
    "type": ({"score": "high"}, "1: not what minqing batch writes to .jsonl"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_rows_of_another_taxonomy_or_format_are_refused(case: str, tmp_path: Path) -> None:
    change, message = BAD_ROWS[case]
    path = written(tmp_path / "t.jsonl", PIPES[0])
    row = json.loads(path.read_text("utf-8"))
    row["needs"][0] |= change
    path.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(LedgerError, match=message.replace("(", r"\(")):
        list(read_tagged(path))


def test_what_is_no_tagged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"text": "水渠断了"}\n', encoding="utf-8")
    (tmp_path / "b.jsonl").write_bytes(b"\xff\xfe\x00")
    for name in ("d.jsonl", "b.jsonl"):
        assert "not what minqing batch writes" in refused("ledger", "add", tmp_path / name, "--ledger", tmp_path / "l")
    assert "cannot be read" in refused("ledger", "add", tmp_path / "none.jsonl", "--ledger", tmp_path / "l")


def test_a_tagged_file_reads_back_as_it_was_written(tmp_path: Path) -> None:
    read = list(read_tagged(written(tmp_path / "t.jsonl", *PIPES)))
    assert [(e.id, e.needs, e.meta, e.model) for e in read] == [(e.id, e.needs, e.meta, e.model) for e in PIPES]


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "office.ledger"
    filled(path, PIPES[0])
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 9")
    assert "of version 9, and this minqing reads up to 1; install a newer one" in refused(
        "ledger", "search", "水", "--ledger", path
    )


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("没有账本 " * 500, encoding="utf-8")
    with sqlite3.connect(tmp_path / "other") as db:
        db.execute("CREATE TABLE t (a)")
    assert "no ledger, or a damaged one" in refused("ledger", "places", "--ledger", tmp_path / "text")
    assert "a database, but no ledger of minqing" in refused("ledger", "places", "--ledger", tmp_path / "other")
    assert "there is no ledger" in refused("ledger", "places", "--ledger", tmp_path / "none")
    assert "cannot be written here" in refused(
        "ledger", "add", written(tmp_path / "t.jsonl", *PIPES), "--ledger", tmp_path / "no" / "l"
    )


def test_a_second_process_that_writes_is_told_to_wait(tmp_path: Path) -> None:
    path = tmp_path / "office.ledger"
    filled(path, PIPES[0])
    tagged = written(tmp_path / "t.jsonl", *PIPES)
    with Store(path) as store, store.change():
        assert "another program is writing to this ledger" in refused("ledger", "add", tagged, "--ledger", path)
        assert "水管" in command("ledger", "search", "水管", "--ledger", path).stdout
    assert command("ledger", "add", tagged, "--ledger", path).returncode == 0


def test_a_full_disk_is_said_and_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "office.ledger"
    filled(path, PIPES[0])
    before = _dump(path)
    with Store(path) as store:
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
        many = [entry(str(n), "2025-01-01", need("水管冻裂" * 50)) for n in range(2_000)]
        with pytest.raises(LedgerError, match="the disk is full; the ledger is as it was: make room"):
            add_entries(store, many, "many.jsonl", relink)
    assert _dump(path) == before


def test_a_network_folder_is_known_by_its_mount(tmp_path: Path) -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\n//server/share /mnt/our\\040office cifs rw 0 0\nx:/y /mnt nfs4 rw 0 0\n"
    assert _kind_of_mount(Path("/mnt/our office/a"), mounts) == "cifs"
    assert _kind_of_mount(Path("/mnt/other"), mounts) == "nfs4"
    assert _kind_of_mount(Path("/mntother"), mounts) == "ext4"
    assert not is_network_folder(tmp_path)


def test_on_a_network_folder_the_old_journal_is_used_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minqing.ledger.store.is_network_folder", lambda folder: True)
    with Store(tmp_path / "l") as store:
        assert store.on_network and store.db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    monkeypatch.undo()
    with Store(tmp_path / "l") as store:
        assert store.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store.db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_entries_without_date_or_place_are_counted_as_unknown(tmp_path: Path) -> None:
    tagged = written(tmp_path / "t.jsonl", entry("1", "", need("水断了"), place=""))
    done = command("ledger", "add", tagged, "--ledger", tmp_path / "l")
    assert "1 without a date, 1 without a place: counted as unknown" in done.stderr
    assert "unknown" in command("ledger", "places", "--ledger", tmp_path / "l").stdout


VILLAGES = {
    "village": {"place": "村口", "村": "石桥村"}, "administrative": {"place": "", "行政村": "石桥村"},
    "traditional": {"place": "", "村里": "石橋村"}, "community": {"place": "", "社區": "石橋村"}, "empty": {"村": "", "place": "石桥村"},
}  # fmt: skip


@pytest.mark.parametrize("case", VILLAGES)
def test_the_village_is_known_by_a_column_of_its_own(case: str, tmp_path: Path) -> None:
    filled(tmp_path / "l", entry("1", "2025-01-01", need("水管冻裂"), **VILLAGES[case]))
    assert next(place.name for place in places(read_only(tmp_path / "l"))) in ("石桥村", "石橋村")


def test_where_the_place_is_unknown_nothing_is_linked(tmp_path: Path) -> None:
    filled(tmp_path / "l", *(entry(str(n), f"2025-0{n}-01", need("水管冻裂", who="罗大爷"), place="") for n in (1, 2)))
    assert rows(tmp_path / "l", "SELECT count(*) FROM needs") == [(2,)]


@pytest.mark.parametrize("words", ["水管", "冻", "%", "_", "'; DROP TABLE needs; --"])
def test_search_takes_any_characters_as_they_are(words: str, tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(path, *PIPES, entry("5", "2025-06-01", need(f"他说：{words}")))
    db = read_only(path)
    assert {one.entry for one in search(db, words)} >= {"5"}
    assert all(words in one.text for one in search(db, words))
    assert rows(path, "SELECT count(*) FROM spans") == [(5,)]


def test_a_village_spelt_many_ways_is_one_by_rule_or_by_alias(tmp_path: Path) -> None:
    path = tmp_path / "l"
    names = ["石桥村", "青山镇石桥村", "石橋村", "石桥村委会", "石桥", "石挢村"]
    filled(path, *(entry(str(n), "2025-01-01", need("水断了"), place=name) for n, name in enumerate(names)))
    assert {p.name: p.entries for p in places(read_only(path))} == {"石桥村": 4, "石桥": 1, "石挢村": 1}
    assert {(a, b) for a, b, _ in suggestions(read_only(path))} == {("石桥村", "石桥"), ("石桥村", "石挢村")}
    with Store(path) as store:
        assert set_alias(store, "石桥", "石桥村") == 1 and set_alias(store, "石挢村", "石橋村") == 1
        with pytest.raises(LedgerError, match="is '石桥村' already"):
            set_alias(store, "石桥", "石桥村")
        with pytest.raises(LedgerError, match="there is no place '梅坪村'"):
            set_alias(store, "石桥", "梅坪村")
    assert [(p.name, p.entries, p.needs) for p in places(read_only(path))] == [("石桥村", 6, 1)]
    filled(path, entry("9", "2025-01-02", need("水断了"), place="石桥"))
    assert [p.entries for p in places(read_only(path))] == [7]


def test_places_become_one_also_where_their_needs_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "l"
    told = (("石桥村", "水管冻裂", "water.drinking"), ("石桥", "渠道塌了", "water.irrigation"))
    filled(path, *(entry(place, "2025-01-01", need(text, sub), place=place) for place, text, sub in told))
    with Store(path) as store:
        assert set_alias(store, "石桥", "石桥村") == 1
    assert rows(path, "SELECT id, place FROM needs ORDER BY id") == [(1, 1), (2, 1)]


def test_a_link_is_explained_and_can_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(path, *PIPES)
    (first, second, third) = evidence_of(read_only(path), 1)
    assert [one.state for one in (first, second, third)] == ["raised", "promised", "met"]
    assert not first.why and {code for code, _, _ in second.why} >= {"same_household", "same_sub", "words"}
    with Store(path) as store:
        number = apart(store, second.span, "另一根管子")
        assert second.span not in {one.span for one in evidence_of(store.db, 1)}
        undo(store, number)
        assert len(evidence_of(store.db, 1)) == 3
        with pytest.raises(LedgerError, match="there is no correction 99"):
            undo(store, 99)


def test_a_person_may_join_what_the_machine_did_not(tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(
        path,
        entry("1", "2025-01-01", need("泵房漏了", who="罗大爷")),
        entry("2", "2025-02-01", need("池子见底", who="黄婶")),
    )
    with Store(path) as store:
        assert len(evidence_of(store.db, 1)) == 1
        join(store, 2, 1, "同一处")
        assert [one.span for one in evidence_of(store.db, 1)] == [1, 2]
    filled(path, entry("3", "2025-03-01", need("没钱", "funding.loan")))
    with Store(path) as store:
        assert len(evidence_of(store.db, 1)) == 2
        with pytest.raises(LedgerError, match="different places or labels"):
            join(store, 3, 1, "")
        with pytest.raises(LedgerError, match="there is no mention 77"):
            join(store, 77, 1, "")
        with pytest.raises(LedgerError, match="there is no need 55"):
            evidence_of(store.db, 55)


def test_each_command_of_the_ledger_says_what_it_did(tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(path, *PIPES)
    assert "same household" in command("ledger", "show", 1, "--ledger", path).stdout
    assert json.loads(command("ledger", "show", 1, "--json", "--ledger", path).stdout)[1]["state"] == "promised"
    assert "correction 1" in command("ledger", "apart", 2, "--ledger", path).stderr
    assert command("ledger", "undo", 1, "--ledger", path).returncode == 0
    assert "correction 1" in command("ledger", "join", 2, 1, "--ledger", path).stderr
    assert "0 entries moved" in command("ledger", "alias", "石桥", "石桥村", "--ledger", path).stderr
    assert command("ledger", "places", "--suggest", "--ledger", path).stdout == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked, which this system cannot")
def test_a_load_that_is_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    files = [written(tmp_path / f"{n}.jsonl", *_many(n)) for n in range(4)]
    whole = tmp_path / "whole.ledger"
    began = time.monotonic()
    _load(whole, files)
    took = time.monotonic() - began
    chance = random.Random(6)
    for killed in (tmp_path / f"{n}.ledger" for n in range(20)):
        child = os.fork()
        if not child:
            _load(killed, files)
            os._exit(0)
        time.sleep(took * chance.random())
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert rows(killed, "PRAGMA integrity_check") == [("ok",)]
        assert set(rows(killed, "SELECT count(*) FROM entries GROUP BY run")) <= {(300,)}
        _load(killed, files)
        lives = "SELECT place, label, status, opened, last, asked, mentions FROM needs ORDER BY 1, 2, 3, 4, 5, 6, 7"
        assert rows(killed, COUNTS) == rows(whole, COUNTS) and rows(killed, lives) == rows(whole, lives)


def _load(path: Path, files: list[Path]) -> None:
    with Store(path) as store:
        for file in files:
            add_entries(store, read_tagged(file), str(file), relink)


def _many(number: int) -> list[TaggedEntry]:
    chance = random.Random(number)
    return [
        entry(f"{number}-{n}", f"2025-{1 + n % 12:02d}-0{1 + n % 9}",
              need(chance.choice(["水管冻裂", "井里没水", "水池漏了"]), who=chance.choice(["罗大爷", "黄婶", ""])),
              place=f"{chance.choice('甲乙丙丁')}村")
        for n in range(300)
    ]  # fmt: skip


def test_needs_are_linked_as_well_as_measured() -> None:
    import importlib.util

    place = Path(__file__).parents[1] / "benchmarks" / "linking.py"
    found = importlib.util.spec_from_file_location("linking_benchmark", place)
    assert found and found.loader
    benchmark = importlib.util.module_from_spec(found)
    found.loader.exec_module(benchmark)
    needs, pairs, precision, recall = benchmark.measured(benchmark.halves()["all"])
    assert needs >= 200 and pairs >= 300
    assert precision >= 0.95 and recall >= 0.8


def test_two_persons_of_one_family_name_are_not_one() -> None:
    from minqing.ledger.likeness import Mention, reasons

    first = Mention(1, 1, "罗德福", "household", "2025-01-01", "water.drinking", "unmet", "水管冻裂")
    for name, is_one in (("罗德贵", False), ("罗大爷", True), ("老罗", True), ("黄婶", False), ("罗德福", True)):
        other = Mention(2, 2, name, "household", "2025-02-01", "water.drinking", "unmet", "水管冻裂")
        assert bool(reasons(first, other, False)) is is_one


def test_a_need_met_long_ago_is_not_raised_again_by_chance(tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(path, *PIPES[:3], entry("7", "2026-03-01", need("井水发黄不能喝", who="罗大爷")))
    assert rows(path, "SELECT status, reopened FROM needs ORDER BY opened")[-2:] == [("met", 0), ("unmet", 0)]


def test_a_need_raised_again_after_it_was_met_is_open_again(tmp_path: Path) -> None:
    path = tmp_path / "l"
    filled(path, *PIPES[:3], entry("7", "2025-06-01", need("水管又冻裂，吃水还要去沟里挑", who="罗大爷")))
    assert rows(path, "SELECT status, reopened, closed, mentions FROM needs") == [("unmet", 1, "", 4)]
