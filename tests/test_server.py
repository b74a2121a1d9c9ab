"""A ledger on a PostgreSQL server does what one in a file does."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from minqing.ledger.adding import Added, add_entries
from minqing.ledger.addresses import Server, where_of
from minqing.ledger.asking import ask
from minqing.ledger.assessing import assess
from minqing.ledger.correcting import apart, join, set_alias, undo
from minqing.ledger.counts import Counting
from minqing.ledger.database import VIEWS, one_moment
from minqing.ledger.estimates import load_errors
from minqing.ledger.exporting import internal, shared, write_exports
from minqing.ledger.linking import relink
from minqing.ledger.looking import evidence_of, places, search, suggestions
from minqing.ledger.opening import open_ledger, reading, views
from minqing.ledger.postgres import Connection
from minqing.ledger.privacy.documents import Masker
from minqing.ledger.privacy.pseudonyms import pseudonyms_of
from minqing.ledger.reports.facts import Asked, Gathering
from minqing.ledger.server import ServerStore
from minqing.nlp.errors import LedgerError
from minqing.nlp.records import TaggedEntry

import servers
from ledgers import entry, need, written

needs_server = pytest.mark.skipif(bool(servers.reason_for_none()), reason=servers.reason_for_none() or "one is here")


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with servers.running() as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    return servers.database(running)


def made() -> list[TaggedEntry]:
    """Make entries of every kind: linked, late, met, twins, unknown, of two towns, odd characters and names."""
    names, subs = "李王张刘陈杨黄赵", ("water.drinking", "roads.farm_track", "health.cost", "funding.loan")
    statuses = ("unmet", "planned", "in_progress", "met", "declined")
    found = []
    for n in range(160):
        who = f"{names[n % 8]}大爷" if n % 5 else ""
        one = need(
            f"{'水管冻裂'[n % 3 :]}没人修，罗德福说WiFi也断{n % 7}回", subs[n % 7 % 4], statuses[n % 11 % 5], who
        )
        one = replace(one, uncertain=n % 13 == 0, score=0.5 + n / 400)
        found.append(
            entry(str(n), f"2025-{1 + n % 12:02d}-{1 + n % 28:02d}", one,
                  place=f"{'青山镇' if n % 2 else '白水乡'}{'甲乙丙丁'[n % 9 % 4]}坪村", author="钟立春" if n % 3 else "方晓晴",
                  unit="镇政府" if n % 3 else "驻村工作队", visited=who, voice="household" if who else "village")
        )  # fmt: skip
    odd = entry("o", "", need("井水'发\\黄\u2028\"\x00", who="黄婶"), place="", author="a'; DROP TABLE needs; --")
    twin = entry("t", "2025-03-01", need("水管冻裂没人修"), duplicate_of="1")
    odd.facets["help_kind"] = ["org_help", "fund_help"]  # type: ignore[index]
    odd.facets["note"] = "a\x00b"  # type: ignore[index]
    twin.facets["help_kind"] = "org_help"  # type: ignore[index]
    return [*found, odd, twin]


def filled(where: "Path | Server", *entries: TaggedEntry, source: str = "made.jsonl") -> Added:
    with open_ledger(where) as store:
        return add_entries(store, entries, source, relink)


def asked(where: "Path | Server", question: str) -> list[tuple[object, ...]]:
    with views(where) as db:
        return [tuple(row) for row in ask(db, question)[1]]


TABLES = {
    "runs": "id, file, entries, known, replaced", "models": "*", "places": "*", "aliases": "*", "households": "*",
    "entries": "*", "spans": "*", "needs": "*", "statuses": "*", "corrections": "id, kind, span, other, reason",
}  # fmt: skip


def everything(where: "Path | Server") -> dict[str, list[tuple[object, ...]]]:
    with reading(where) as db:
        return {
            name: sorted(tuple(bare(v) for v in row) for row in db.execute(f"SELECT {columns} FROM {name}").fetchall())
            for name, columns in TABLES.items()
        }


def bare(value: object) -> object:
    """Write what a server cannot hold in a text as it holds it, also where Python or JSON wrote it out."""
    return re.sub(r"\x00|\\(?:u0000|x00|ufffd)", "\ufffd", value) if isinstance(value, str) else value


def worked(where: "Path | Server") -> None:
    """Do all that changes a ledger."""
    filled(where, *made())
    filled(
        where, entry("1", "2025-02-02", need("水管冻裂没人修", who="王大爷"), model="default@2", place="青山镇乙坪村")
    )
    with open_ledger(where) as store:
        pair = "SELECT min(id), max(id) FROM spans WHERE is_current = 1 GROUP BY place, label HAVING count(*) > 3 ORDER BY 1"
        (one, other), (two, _), *_ = store.db.execute(pair).fetchall()
        join(store, one, other, "同一处")
        apart(store, two, "另一处")
        undo(store, apart(store, one, "错"))
        set_alias(store, "甲坪村", "乙坪村")


@needs_server
def test_the_same_work_leaves_the_same_rows_in_a_file_and_on_a_server(server: Server, tmp_path: Path) -> None:
    for where in (tmp_path / "l", server):
        worked(where)
    in_file, on_server = everything(tmp_path / "l"), everything(server)
    for table, rows in in_file.items():
        assert rows and on_server[table] == rows, table


def reported(where: "Path | Server") -> list[object]:
    """Give all that reports are made of, outside the office and inside."""
    told: list[object] = []
    with open_ledger(where) as store:
        for inside in (False, True):
            with one_moment(store.db):
                asked = Asked("zh_CN", inside, inside, Counting("2026-01-05"))
                gathering = Gathering(store.db, asked, load_errors())
                found = gathering.facts()
                tables = [
                    (key, t.rows, t.columns, t.needs.tolist(), t.households.tolist(), t.hidden.tolist())
                    for key, t in found.tables.items()
                ]
                names = set(found.__slots__) - {"tables", "words", "errors"}
                plain = [(name, getattr(found, name)) for name in sorted(names)]
                told += [plain, tables, list(gathering.rows()), list(gathering.uncertain())]
    assert all(told[4:]), "a part of the report has nothing to compare"
    return told


def exported(where: "Path | Server", folder: Path) -> dict[str, object]:
    """Give the files of both exports."""
    with open_ledger(where) as store, one_moment(store.db), views(where) as db:
        gathering = Gathering(store.db, Asked("en"), load_errors())
        files = write_exports(folder / "shared", shared(gathering.facts(), gathering), "csv")
        files += write_exports(folder / "inside", internal(db, Masker(pseudonyms_of(store.db))), "csv")
    return {f"{file.parent.name}/{file.name}": bare(file.read_text("utf-8-sig")) for file in files}


def looked(where: "Path | Server") -> list[object]:
    """Give what the other commands show."""
    questions = [f"SELECT * FROM {view} ORDER BY 1" for view in VIEWS]
    questions += [
        "SELECT label, sum(asked), round(avg(asked), 6), max(opened) FROM v_needs GROUP BY label ORDER BY label"
    ]
    with reading(where) as db:
        return [
            search(db, "水管"), search(db, "wifi也断3"), search(db, "'"), places(db), list(suggestions(db)),
            list(assess(db)), list(assess(db, "2025-03-01", "2025-06-30")), evidence_of(db, 1),
            *(asked(where, question) for question in questions),
        ]  # fmt: skip


@needs_server
def test_reports_exports_and_answers_say_the_same(server: Server, tmp_path: Path) -> None:
    kept: list[Path | Server] = [tmp_path / "l", server]
    for where in kept:
        worked(where)
        with open_ledger(where) as store:
            # Pseudonyms are drawn anew for every ledger: the same here, to compare what is masked.
            store.db.execute("UPDATE secrets SET value = ?", (b"secret" * 5,))
    for file, told in zip(reported(kept[0]), reported(kept[1]), strict=True):
        assert bare(str(file)) == bare(str(told))
    for file, told in zip(looked(kept[0]), looked(kept[1]), strict=True):
        assert file and bare(str(file)) == bare(str(told))
    in_file, on_server = exported(kept[0], tmp_path / "file"), exported(kept[1], tmp_path / "server")
    assert len(in_file) == 16 and in_file == on_server


@needs_server
def test_adding_again_changes_nothing_on_a_server(server: Server) -> None:
    first = filled(server, *made())
    before = everything(server)
    again = filled(server, *made())
    assert (first.entries, again.entries, again.known) == (162, 0, 162) and everything(server) == before


@needs_server
def test_what_fails_leaves_a_ledger_on_a_server_as_it_was(server: Server) -> None:
    filled(server, *made()[:5])
    before = everything(server)

    def broken() -> Iterator[TaggedEntry]:
        yield from made()
        raise LedgerError("t.jsonl:9: not whole")

    with pytest.raises(LedgerError, match="not whole"), open_ledger(server) as store:
        add_entries(store, broken(), "t.jsonl", relink)
    assert everything(server) == before


@needs_server
def test_two_that_add_to_a_server_at_once_lose_and_double_nothing(server: Server, tmp_path: Path) -> None:
    troubles: list[BaseException] = []

    def add() -> None:
        try:
            filled(server, *made())
        except BaseException as error:
            troubles.append(error)

    both = [threading.Thread(target=add) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    filled(tmp_path / "l", *made())
    assert not troubles and everything(server)["entries"] == everything(tmp_path / "l")["entries"]


@needs_server
def test_a_second_program_that_writes_to_a_server_is_told_to_wait(server: Server) -> None:
    filled(server, *made()[:3])
    with open_ledger(server) as store, store.change():
        with pytest.raises(LedgerError, match="another program is writing to this ledger"):
            filled(server, *made())
        with reading(server) as db:
            assert search(db, "水管")


@needs_server
def test_a_report_from_a_server_is_of_one_moment(server: Server) -> None:
    filled(server, *made())
    with open_ledger(server) as store, one_moment(store.db):
        gathering = Gathering(store.db, Asked(is_internal=True), load_errors())
        before = gathering.facts().needs
        filled(server, entry("new", "2025-12-30", need("路灯不亮", "roads.safety_lighting"), place="新村"))
        assert len(list(gathering.rows())) == before


@needs_server
def test_many_rows_come_from_a_server_piece_by_piece(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minqing.ledger.postgres.ROWS", 7)
    monkeypatch.setattr("minqing.ledger.postgres.STATEMENTS", 3)
    filled(server, *made())
    with open_ledger(server) as store, one_moment(store.db):
        assert len(store.db.execute("SELECT id FROM entries").fetchall()) == 162
        found = iter(store.db.execute("SELECT id FROM entries ORDER BY id"))
        assert [next(found), store.db.execute("SELECT 1").fetchone(), *found][:3] == [(1,), (1,), (2,)]


WRITING = [
    "DELETE FROM needs", "UPDATE needs SET status = 'met'", "DROP TABLE needs", "CREATE TABLE x (a int)",
    "INSERT INTO places VALUES (9, 'x', 'x', '')", "COPY needs TO PROGRAM 'touch x'", "SELECT value FROM secrets",
    "SELECT 1; DELETE FROM needs", "COMMIT; DELETE FROM needs", "ROLLBACK", "COMMIT", "SET ROLE office", "",
    "WITH x AS (DELETE FROM needs RETURNING *) SELECT * FROM x", "SELECT * INTO y FROM needs", "nonsense",
    "SELECT nextval('minqing.runs_id_seq')", "SELECT query_to_xml('SELECT * FROM secrets', true, true, '')",
    "SELECT pg_read_file('/etc/passwd')", "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT rolpassword FROM pg_authid", "SELECT (SELECT max(value) FROM minqing.secrets)", "SELECT lo_creat(1)",
    'SELECT "query_to_xml" (\'SELECT 1\', true, true, \'\')', "SELECT pg_advisory_lock(1836141639)",
    "EXPLAIN ANALYZE DELETE FROM needs", "ANALYZE DELETE FROM needs", "SELECT * FROM needs FOR UPDATE",
]  # fmt: skip


@needs_server
def test_a_question_never_writes_to_a_server_nor_reads_its_secrets(server: Server) -> None:
    filled(server, *made())
    before = everything(server)
    with views(server) as db:
        for question in WRITING:
            with pytest.raises(LedgerError, match=r"may only read|cannot be answered"):
                list(ask(db, question)[1])
        assert list(ask(db, "SELECT count(*) FROM needs")[1]) == [(len(before["needs"]),)]
    assert everything(server) == before


@needs_server
def test_views_on_a_server_show_texts_masked(server: Server) -> None:
    filled(server, *made())
    told = str(asked(server, "SELECT * FROM v_mentions WHERE text LIKE '%没人修%'"))
    assert "WiFi" in told and "罗德福" not in told and "大爷" not in told


@needs_server
def test_a_user_who_may_only_read_can_report_and_ask_but_not_add(server: Server) -> None:
    filled(server, *made())
    owner = Connection(server)
    owner.script(
        "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA minqing TO reader;"
        "GRANT SELECT ON ALL TABLES IN SCHEMA minqing TO reader"
    )
    owner.close()
    reader = Server("reader", server.host, server.database, server.port, password="reader")
    with open_ledger(reader, must_exist=True) as store, one_moment(store.db):
        assert Gathering(store.db, Asked(), load_errors()).facts().needs
    assert asked(reader, "SELECT count(*) FROM v_needs")
    with pytest.raises(LedgerError, match="this user may not do that on the server"):
        filled(reader, entry("9", "2025-01-01", need("水断了")))


@needs_server
def test_a_ledger_of_a_newer_version_on_a_server_is_left_alone(server: Server) -> None:
    filled(server, *made()[:3])
    with ServerStore(server) as store:
        store.db.execute("UPDATE ledger SET version = 99")
    with pytest.raises(LedgerError, match="of version 99, and this minqing reads up to 1"):
        filled(server, *made())


def command(*words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "minqing", "--lang", "en", *map(str, words)], capture_output=True, check=False,
        encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip


@needs_server
def test_every_command_takes_the_address_of_a_server_in_place_of_a_file(server: Server, tmp_path: Path) -> None:
    tagged, report = written(tmp_path / "t.jsonl", *made()), tmp_path / "r.html"
    told = ""
    for words in (
        ["ledger", "places", "--ledger", server], ["ledger", "add", tagged, "--ledger", server],
        ["ledger", "add", tagged, "--ledger", server], ["ledger", "search", "水管", "--ledger", server],
        ["ledger", "show", 1, "--ledger", server], ["ledger", "needs", "--ledger", server, "--label", "water"],
        ["ledger", "query", "SELECT label, count(*) FROM v_needs GROUP BY 1", "--ledger", server],
        ["ledger", "export", tmp_path / "x", "--ledger", server], ["ledger", "assess", "--ledger", server],
        ["ledger", "export", tmp_path / "i", "--internal", "--ledger", server],
        ["report", "--ledger", server, "-o", report], ["report", tagged, "--ledger", server, "-o", report],
    ):  # fmt: skip
        done = command(*words, PGPASSWORD=servers.PASSWORD)
        told += done.stdout + done.stderr
        assert "Traceback" not in done.stderr and done.returncode == ("places" in words), (words, done.stderr)
    assert "there is no ledger" in told and "162 entries added" in told and "0 entries added" in told
    assert "民情报告" in report.read_text("utf-8") or "needs" in report.read_text("utf-8")
    assert servers.PASSWORD not in told


@needs_server
def test_no_password_gets_into_a_message(server: Server) -> None:
    wrong = f"postgresql://office:wr0ng@127.0.0.1:{server.port}/{server.database}"
    for address, message in (
        (wrong, "does not let this user in"), (wrong.replace(":wr0ng", ""), "PGPASSWORD"),
        (wrong.replace("127.0.0.1", "127.0.0.1:1x"), "no address of a ledger"),
        (wrong.replace(str(server.port), "1"), "the server is not reached"),
        (f"{wrong}?sslmode=require", "Server refuses SSL"),
    ):  # fmt: skip
        done = command("ledger", "places", "--ledger", address)
        assert done.returncode == 1 and message in done.stderr and done.stderr.count("\n") == 1, done.stderr
        assert "wr0ng" not in done.stderr + done.stdout
    assert "wr0ng" not in repr(where_of(wrong))


def test_an_address_is_read_with_its_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "from outside")
    full = where_of("postgres://%E5%8A%9E:p%40ss%2F@[::1]:6000/%E5%BA%93?sslmode=verify-full")
    assert full == Server("办", "::1", "库", 6000, "verify-full", "p@ss/")
    assert where_of("postgresql://a@h/d") == Server("a", "h", "d", password="from outside")
    assert where_of("office.ledger") == Path("office.ledger")
    for bad in ("postgresql://h/d", "postgresql://a@h", "postgresql://a@h:70000/d", "postgresql://a@h/d?sslmode=no"):
        with pytest.raises(LedgerError, match="no address of a ledger"):
            where_of(bad)


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pg8000.native", None)
    with pytest.raises(LedgerError, match=r"pip install 'minqing\[postgres\]'"):
        open_ledger(Server("a", "h", "d"))
