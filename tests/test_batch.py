import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from minqing.batch import Journal, Settings, Summary, run
from minqing.corpora.labelled import load_gold
from minqing.corpora.readers import Options, read_sources
from minqing.nlp.errors import EntryError

COPIES = 3


def quiet(_entries: int, _seconds: float) -> None:
    """Show nothing."""


def tagged(source: Path, output: Path, **how: object) -> Summary:
    return run(partial(read_sources, [source], Options()), output, Settings(**how), None, quiet)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def diaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve hundred rows, so that a run has several chunks."""
    path = tmp_path_factory.mktemp("diaries") / "diaries.jsonl"
    texts = [item.entry.text for item in load_gold("dev")]
    rows = [{"id": f"{k}-{i}", "text": f"{text}（第{k}份）"} for k in range(COPIES) for i, text in enumerate(texts)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_two_processes_write_what_one_writes(diaries: Path, tmp_path: Path) -> None:
    one = tagged(diaries, tmp_path / "one.jsonl")
    two = tagged(diaries, tmp_path / "two.jsonl", jobs=2)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert one.entries == two.entries == COPIES * len(load_gold("dev"))
    assert one.labels == two.labels and one.duplicates == two.duplicates


def test_a_run_killed_at_any_moment_ends_as_an_undisturbed_one(diaries: Path, tmp_path: Path) -> None:
    """The process is really killed, twenty times, after a random while; then it is let finish."""
    whole, output = tmp_path / "whole.jsonl", tmp_path / "killed.jsonl"
    tagged(diaries, whole)
    words = [sys.executable, "-m", "minqing", "batch", str(diaries), "-o", str(output)]
    chance = random.Random(0)
    killed = 0
    for _ in range(20):
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 1.8))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL) if hasattr(signal, "SIGKILL") else process.kill()
            killed += 1
        process.wait()
        if output.exists():
            break
    subprocess.run(words, check=True, stderr=subprocess.DEVNULL)
    assert killed > 2
    assert output.read_bytes() == whole.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if "progress" in path.name] == []


def stopped(entries: Iterator[object], after: int) -> Iterator[object]:
    for number, entry in enumerate(entries):
        if number == after:
            raise KeyboardInterrupt
        yield entry


def test_what_was_done_is_not_done_again(diaries: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    read = partial(read_sources, [diaries], Options())
    with pytest.raises(KeyboardInterrupt):
        run(lambda *sinks: stopped(read(*sinks), 1_100), output, Settings(), None, quiet)  # type: ignore[arg-type,return-value]
    assert not output.exists()
    assert tagged(diaries, output).resumed >= 250


def test_another_engine_starts_afresh_and_says_so(diaries: Path, tmp_path: Path) -> None:
    place = tmp_path / "p"
    first = Journal(place, Settings())
    first.add([(b"k", b"v")])
    first.close()
    same = Journal(place, Settings())
    assert same.known([b"k"]) == {b"k": b"v"} and not same.afresh
    same.close()
    other = Journal(place, Settings(engine="jieba"))
    assert other.known([b"k"]) == {} and other.afresh
    other.close()


def test_a_place_that_cannot_be_kept_is_an_error_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"no database" * 100)
    with pytest.raises(EntryError, match="cannot keep the place of this run"):
        Journal(tmp_path / "p", Settings())


def test_answers_outlive_the_process_that_gave_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "p", Settings())
    journal.add([(b"k", b"v")])
    assert sqlite3.connect(tmp_path / "p").execute("SELECT count(*) FROM done").fetchone() == (1,)
    journal.close()


def test_a_copy_in_the_other_script_is_marked_with_the_first_and_dropped_when_asked(tmp_path: Path) -> None:
    texts = [
        "村口到学校的路下雨就成泥塘，娃娃们走路打湿鞋，盼着早点硬化起来。",
        "村口到學校的路下雨就成泥塘 娃娃們走路打濕鞋 盼著早點硬化起來",
    ]
    source = tmp_path / "d.jsonl"
    source.write_text("\n".join(json.dumps({"id": str(i), "text": t}) for i, t in enumerate(texts)), encoding="utf-8")
    marked = tagged(source, tmp_path / "o.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()]
    assert marked.duplicates == 1 and rows[1]["meta"]["duplicate_of"] == "0"
    dropped = tagged(source, tmp_path / "p.jsonl", dedupe=True)
    assert (dropped.entries, dropped.written) == (2, 1)


def test_the_workbook_has_a_need_a_row_and_leads_back_to_its_entry(tmp_path: Path) -> None:
    source = tmp_path / "d.csv"
    source.write_text("编号,日期,村,内容\n=1,2021-03-04,石桥村,水渠断了，浇不上地。\n", encoding="utf-8")
    tagged(source, tmp_path / "o.xlsx")
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    needs, entries = book.worksheets
    header = [cell.value for cell in needs[1]]
    row = dict(zip(header, needs[2], strict=True))
    assert row["诉求类别"].value == "水利与饮水" or row["具体诉求"].value
    assert row["日期"].value.date().isoformat() == "2021-03-04" and row["村（社区）"].value == "石桥村"
    assert row["条目"].hyperlink.location == "'条目'!A2"
    assert needs.freeze_panes == "A2" and needs.auto_filter.ref
    assert (entries["A2"].value, entries["A2"].data_type) == ("=1", "s")


def test_rows_that_cannot_be_read_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    source = tmp_path / "d.jsonl"
    source.write_text('{"text": "水渠断了"}\n{"text": ""}\nnothing\n', encoding="utf-8")
    found = run(
        partial(read_sources, [source], Options()), tmp_path / "o.jsonl", Settings(), tmp_path / "bad.txt", quiet
    )
    assert found.entries == 1
    assert [
        line.split(": ")[0].rsplit(":", 1)[1] for line in (tmp_path / "bad.txt").read_text("utf-8").splitlines()
    ] == ["2", "3"]
