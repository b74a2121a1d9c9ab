import csv
import json
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import openpyxl
import pytest

from minqing.batch import Journal, Progress, Settings, Stopped, Summary, Watch, portions, progress_line, run, summarised
from minqing.corpora.labelled import load_gold
from minqing.corpora.readers import Options, read_entries, read_sources, weigh
from minqing.corpora.writers import write_entries
from minqing.nlp.errors import EntryError
from minqing.nlp.records import Entry
from minqing.nlp.tagger import Tagger


def tagged(source: Path, output: Path, **how: object) -> Summary:
    return run(partial(read_sources, [source], Options()), output, Settings(**how), None)  # type: ignore[arg-type]


def test_two_processes_write_what_one_writes(diaries: Path, tmp_path: Path) -> None:
    one = tagged(diaries, tmp_path / "one.jsonl")
    two = tagged(diaries, tmp_path / "two.jsonl", jobs=2)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert one.entries == two.entries == 3 * len(load_gold("dev"))
    assert one.labels == two.labels and one.duplicates == two.duplicates


def test_processes_that_load_a_model_each_write_the_same(diaries: Path, tmp_path: Path) -> None:
    """As where none can be forked: beside another thread on Linux, and on Windows always."""
    over = threading.Event()
    waiting = threading.Thread(target=over.wait)
    waiting.start()
    try:
        tagged(diaries, tmp_path / "two.jsonl", jobs=2)
    finally:
        over.set()
        waiting.join()
    tagged(diaries, tmp_path / "one.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def stopped(entries: Iterator[object], after: int) -> Iterator[object]:
    for number, entry in enumerate(entries):
        if number == after:
            raise KeyboardInterrupt
        yield entry


def test_what_was_done_is_not_done_again(diaries: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    read = partial(read_sources, [diaries], Options())
    with pytest.raises(Stopped):
        run(lambda *sinks: stopped(read(*sinks), 1_100), output, Settings(), None)  # type: ignore[arg-type,return-value]
    assert not output.exists()
    assert tagged(diaries, output).resumed >= 250


def test_another_engine_starts_afresh_and_says_so(diaries: Path, tmp_path: Path) -> None:
    place = tmp_path / "p"
    first = Journal(place, "m@1", "rjieba")
    first.add([(b"k", b"v")])
    first.close()
    same = Journal(place, "m@1", "rjieba")
    assert same.known([b"k"]) == {b"k": b"v"} and not same.afresh
    same.close()
    other = Journal(place, "m@1", "jieba")
    assert other.known([b"k"]) == {} and other.afresh
    other.close()


def test_labels_alone_are_not_taken_from_a_run_that_wanted_more(tmp_path: Path) -> None:
    first = Journal(tmp_path / "p", "m@1", "rjieba")
    first.add([(b"k", b"v")])
    first.close()
    alone = Journal(tmp_path / "p", "m@1", "rjieba", labels_only=True)
    assert alone.afresh and not alone.kept
    alone.close()


def test_labels_alone_come_from_one_process_as_from_two(diaries: Path, tmp_path: Path) -> None:
    full = tagged(diaries, tmp_path / "full.jsonl")
    one = tagged(diaries, tmp_path / "one.jsonl", labels_only=True)
    tagged(diaries, tmp_path / "two.jsonl", labels_only=True, jobs=2)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert one.labels == full.labels and full.statuses and not one.statuses


def test_a_place_that_cannot_be_kept_is_an_error_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"no database" * 100)
    with pytest.raises(EntryError, match="cannot keep the place of this run"):
        Journal(tmp_path / "p", "m@1", "rjieba")


def test_two_runs_do_not_write_the_same_output(tmp_path: Path) -> None:
    first = Journal(tmp_path / "p", "m@1", "rjieba")
    with pytest.raises(EntryError, match="another run is writing the same output"):
        Journal(tmp_path / "p", "m@1", "rjieba")
    first.close()


def test_answers_outlive_the_process_that_gave_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "p", "m@1", "rjieba")
    journal.add([(b"k", b"v")])
    for name in ("p", "p-wal"):  # as they lie there when the process is killed
        (tmp_path / name.replace("p", "copy", 1)).write_bytes((tmp_path / name).read_bytes())
    db = sqlite3.connect(tmp_path / "copy")
    assert db.execute("SELECT count(*) FROM done").fetchone() == (1,)
    db.close()
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


def test_a_copy_leads_to_the_first_where_two_files_use_the_same_ids(tmp_path: Path) -> None:
    one, two, three = "渠塌了没水浇地，盼着早点修。", "桥断了，过河要绕八里路。", "娃娃上学要走十里路。"
    for name, texts in (("a", [one, two]), ("b", [three, one])):
        (tmp_path / f"{name}.csv").write_text(f"编号,内容\n1,{texts[0]}\n2,{texts[1]}\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text(three, encoding="utf-8")
    tagged(tmp_path, tmp_path / "o.jsonl")
    rows = [json.loads(line)["meta"] for line in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()]
    marks = [(row.get("duplicate_of"), row.get("duplicate_at")) for row in rows]
    assert marks == [
        *[(None, None)] * 3,
        ("1", {"file": f"{tmp_path.as_posix()}/a.csv", "row": 2}),
        ("1", {"file": f"{tmp_path.as_posix()}/b.csv", "row": 2}),
    ]


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".xlsx", ".docx", ".parquet"])
def test_every_format_holds_what_an_entry_tagged_alone_would_give(ending: str, tagger: Tagger, tmp_path: Path) -> None:
    """What comes from the processes is JSON; opened, it is the entry again."""
    texts = [item.entry.text for item in load_gold("dev")[:40]]
    rows = [json.dumps({"id": str(k), "text": text, "村": "石桥"}) for k, text in enumerate(texts)]
    (tmp_path / "d.jsonl").write_text("\n".join(rows), encoding="utf-8")
    entries = list(read_entries(tmp_path / "d.jsonl"))
    write_entries(tmp_path / f"alone{ending}", tagger.pipe(entries))
    run(lambda *_sinks: iter(entries), tmp_path / f"run{ending}", Settings(), None)
    assert content(tmp_path / f"run{ending}") == content(tmp_path / f"alone{ending}")


def content(path: Path) -> list[bytes]:
    """Give a file, or the parts of an archive but the one that has the time of day."""
    if not zipfile.is_zipfile(path):
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"]


def test_long_entries_come_in_fewer_to_a_portion() -> None:
    entries = [Entry(str(n), "村" * (100 if n < 600 else 1_000 if n < 700 else 8_000)) for n in range(704)]
    sizes = [len(portion) for portion in portions(entries)]
    assert sizes == [250, 250, 150, 51, 2, 1]


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
    found = run(partial(read_sources, [source], Options()), tmp_path / "o.jsonl", Settings(), tmp_path / "bad.txt")
    assert found.entries == 1
    assert [
        line.split(": ")[0].rsplit(":", 1)[1] for line in (tmp_path / "bad.txt").read_text("utf-8").splitlines()
    ] == ["2", "3"]


def test_the_time_left_is_told_once_it_can_be() -> None:
    assert Progress(100, 1.0, 0.5).seconds_left is None
    assert Progress(100, 60.0, 0.001).seconds_left is None
    assert Progress(100, 30.0, 0.25).seconds_left == 90
    shown = progress_line(Progress(12_000, 30.0, 0.25))
    assert shown == "12,000 entries, 400 a second, 25% read, about 2 min left"
    assert progress_line(Progress(12_000, 60.0, 1.0, is_tagged=True)) == "12,000 entries tagged; writing"


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".xlsx", ".zip"])
def test_the_share_read_grows_to_the_whole(ending: str, diaries: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in diaries.read_text("utf-8").splitlines()]
    source = tmp_path / f"in{ending}"
    if ending == ".xlsx":
        write_xlsx(source, rows)
    elif ending == ".csv":
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["id", "text"], *([row["id"], row["text"]] for row in rows)])
    elif ending == ".zip":
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as container:
            container.write(diaries, "a.jsonl")
            container.write(diaries, "b.jsonl")
    else:
        source = diaries
    seen: list[Progress] = []
    watch = Watch(show=seen.append, total=weigh([source]))
    run(partial(read_sources, [source], Options()), tmp_path / "out.jsonl", Settings(), None, watch)
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares) and len({round(share, 2) for share in shares}) > 2
    assert 0.95 < shares[-1] <= 1 and seen[-1].is_tagged


def write_xlsx(path: Path, rows: list[dict[str, str]]) -> None:
    book = openpyxl.Workbook()
    for row in [{"id": "id", "text": "text"}, *rows]:
        book.active.append([row["id"], row["text"]])
    book.save(path)


def test_the_summary_names_encodings_and_doubts(tmp_path: Path) -> None:
    folder = tmp_path / "收集"
    folder.mkdir()
    (folder / "a.txt").write_bytes("村口的水渠断了两年，没人来修。".encode("gb18030"))
    (folder / "b.txt").write_bytes("村口的水渠断了两年，没人来修，盼着早点。".encode())
    (folder / "c.txt").write_bytes("元状态皮".encode("gbk"))
    write_xlsx(folder / "d.xlsx", [{"id": "1", "text": "路烂"}])
    found = tagged(folder, tmp_path / "o.jsonl")
    lines = list(summarised(found, tmp_path / "o.jsonl", "en"))
    assert "encodings: UTF-8 2, GB18030 1" in lines
    at = lines.index("1 files may be in another encoding; look at them, and name it with --encoding:")
    assert lines[at + 1] == f"  {folder}/c.txt (UTF-8)"
    files = json.loads(msgspec.json.encode(found.as_dict()))["files"]
    assert files[f"{folder}/a.txt"] == {"kind": "txt", "entries": 1, "encoding": "GB18030", "sure": True}
    assert files[f"{folder}/c.txt"]["sure"] is False
    assert files[f"{folder}/d.xlsx"] == {"kind": "xlsx", "entries": 1}


def test_what_cannot_be_read_is_counted_whole_and_kept_in_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minqing.batch.summary.KEPT", 30)
    source = tmp_path / "d.jsonl"
    source.write_text('{"text": "水渠断了"}\n' + "x\n" * 100, encoding="utf-8")
    found = run(partial(read_sources, [source], Options()), tmp_path / "o.jsonl", Settings(), tmp_path / "bad.txt")
    assert (found.n_errors, len(found.errors)) == (100, 30)
    assert len((tmp_path / "bad.txt").read_text("utf-8").splitlines()) == 100
    assert "  and 80 more; --errors FILE collects all" in summarised(found, tmp_path / "o.jsonl", "en")


def test_a_place_for_errors_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"bad.txt: cannot be written: No such file"):
        run(partial(read_sources, [tmp_path], Options()), tmp_path / "o.jsonl", Settings(), tmp_path / "no" / "bad.txt")
