import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import pytest

from minqing.cli import command
from minqing.console import HelpFormatter, choose_language, padded, underlined, width, wrapped
from minqing.corpora.readers.guard import USUAL

TEXT = "三组的自来水管爆了半个月，没水吃，盼着早点修。"


def run(*words: str, stdin: str | bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    raw = stdin.encode("utf-8") if isinstance(stdin, str) else stdin
    return subprocess.run(
        [sys.executable, "-m", "minqing", *words],
        input=raw,
        capture_output=True,
        check=False,
        env={**os.environ, "LANGUAGE": "en", "PYTHONIOENCODING": "utf-8", **env},
    )


def out(*words: str, stdin: str | bytes = b"", **env: str) -> str:
    done = run(*words, stdin=stdin, **env)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(env.get("PYTHONIOENCODING", "utf-8"), errors="replace")


def refused(*words: str, stdin: str | bytes = b"") -> str:
    done = run(*words, stdin=stdin)
    message = done.stderr.decode("utf-8")
    assert done.returncode == 1 and message.startswith("error: ") and message.count("\n") == 1
    assert b"Traceback" not in done.stderr
    return message


def test_tag_shows_the_need_with_its_evidence() -> None:
    shown = out("--lang", "zh_CN", "tag", TEXT)
    assert TEXT in shown and "饮水水利" in shown and "「" in shown


@pytest.mark.parametrize("way", ["argument", "file", "dash", "nothing"])
def test_tag_takes_a_text_a_file_or_standard_input(way: str, tmp_path: Path) -> None:
    path = tmp_path / "日记.txt"
    path.write_text(TEXT, encoding="utf-8-sig")
    words = {"argument": [TEXT], "file": [str(path)], "dash": ["-"], "nothing": []}[way]
    record = json.loads(out("tag", *words, "--json", stdin=TEXT))
    assert all(TEXT[n["start"] : n["end"]] == n["text"] for n in record["needs"])
    assert {n["label"] for n in record["needs"]} == {"water"}


def test_labels_only_leaves_out_status_slots_and_facets_and_nothing_else() -> None:
    full, alone = json.loads(out("tag", "--json", TEXT)), json.loads(out("tag", "--json", "--labels-only", TEXT))
    assert full["needs"] and alone["facets"] == {}
    kept = ("label", "sub", "score", "start", "end", "text", "uncertain")
    assert alone["needs"] == [{k: v for k, v in need.items() if k in kept} for need in full["needs"]]
    assert alone | {"needs": 0, "facets": 0} == full | {"needs": 0, "facets": 0}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8"])
def test_tag_reads_a_file_in_whatever_encoding_it_is(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "日记.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert json.loads(out("tag", str(path), "--json")) == json.loads(out("tag", TEXT, "--json")) | {"id": str(path)}


def test_limits_are_options_whose_help_states_their_defaults(tmp_path: Path) -> None:
    shown = "".join(out("batch", "--help").split())
    assert all(f"{name}={number}" in shown for name, number in asdict(USUAL).items())
    source = tmp_path / "a.jsonl"
    source.write_text('{"text": "水渠断了"}', encoding="utf-8")
    words = ["batch", str(source), "-o", str(tmp_path / "o.jsonl"), "--limit"]
    assert "the text has 4 characters; more than 3" in refused(*words, "entry_characters=3")
    assert run(*words, "speed=3").returncode == 2


@pytest.mark.parametrize("encoding", ["gbk", "cp950", "ascii"])
def test_no_console_encoding_stops_the_command(encoding: str) -> None:
    assert out("tag", TEXT + "😀𠮷✓", PYTHONIOENCODING=encoding)
    assert out("--lang", "zh_TW", "labels", PYTHONIOENCODING=encoding)


def test_batch_writes_a_record_an_entry_in_order(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    rows = [{"id": str(i), "text": TEXT if i % 3 else "天晴。", "村": "石桥"} for i in range(600)]
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    done = run("batch", str(source), "-o", str(tmp_path / "out.jsonl"))
    assert done.returncode == 0 and done.stdout == b""
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [r["id"] for r in records] == [r["id"] for r in rows]
    assert records[0]["meta"]["place"] == "石桥" and re.fullmatch(r".+@[0-9a-f]{12}", records[0]["model"])
    assert "600 entries from 1 files" in done.stderr.decode()


def test_batch_goes_from_csv_to_csv(tmp_path: Path) -> None:
    source = tmp_path / "日记.csv"
    source.write_text(f"编号,内容\n1,{TEXT}\n", encoding="utf-8-sig")
    out("batch", str(source), "-o", str(tmp_path / "需求.csv"))
    assert "water.drinking" in (tmp_path / "需求.csv").read_text("utf-8-sig")


def test_batch_stops_at_a_bad_row_and_writes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "路烂"}\n{"text": ""}\n', encoding="utf-8")
    assert (
        "in.jsonl:2: the text is empty"
        in refused("batch", str(source), "-o", str(tmp_path / "out.jsonl")).splitlines()[-1]
    )
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_batch_collects_bad_rows_and_goes_on(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "路烂"}\n{"text": ""}\nx\n{"text": "水断"}\n', encoding="utf-8")
    done = run("batch", str(source), "-o", str(tmp_path / "out.jsonl"), "--errors", str(tmp_path / "bad.txt"))
    assert "2 entries from 1 files" in done.stderr.decode()
    assert "2 rows or files could not be read" in done.stderr.decode()
    assert [line.rpartition("in.jsonl:")[2][0] for line in (tmp_path / "bad.txt").read_text("utf-8").splitlines()] == [
        "2",
        "3",
    ]


def test_what_batch_writes_into_the_folder_it_reads_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "日记.txt").write_text(TEXT, encoding="utf-8")
    words = ["batch", str(tmp_path), "-o", str(tmp_path / "o.csv"), "--errors", str(tmp_path / "bad.txt")]
    first = run(*words).stderr
    assert run(*words).stderr == first and b"1 entries from 1 files" in first


def test_segment_gives_words_and_places() -> None:
    assert out("segment", "村里的水渠断了").split() == ["村里", "的", "水渠", "断", "了"] or out(
        "segment", "村里的水渠断了"
    )
    tokens = json.loads(out("segment", "水渠断了。", "--json"))
    assert "".join(t["text"] for t in tokens) == "水渠断了。"
    assert [t["start"] for t in tokens][1:] == [t["end"] for t in tokens][:-1]


def test_train_and_evaluate_go_round(tmp_path: Path) -> None:
    from tiny import LABELLED

    path = tmp_path / "labelled.jsonl"
    rows = [
        {"id": item.entry.id, "text": item.entry.text, "author": item.author,
         "needs": [{"label": n.label, "sub": n.sub, "status": n.status, "start": n.start, "end": n.end} for n in item.needs]}
        for item in LABELLED
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert (
        json.loads(out("train", str(path), "--alone", "-o", str(tmp_path / "model"), "--name", "ours", "--json"))[
            "entries"
        ]
        == 40
    )
    report = json.loads(out("evaluate", str(path), "--model", str(tmp_path / "model"), "--json"))
    assert report["micro_f1"] > 0.9 and set(report["labels"]) >= {"water", "roads"}
    assert "label F1" in out("evaluate", str(path), "--model", str(tmp_path / "model"))
    record = json.loads(out("tag", "村口的水渠断了，浇不上地。", "--model", str(tmp_path / "model"), "--json"))
    assert record["model"].startswith("ours@")


def test_labels_lists_the_taxonomy_in_each_language() -> None:
    assert "饮水供水" in out("--lang", "zh_CN", "labels")
    assert "飲水供水" in out("--lang", "zh_TW", "labels")
    assert len(json.loads(out("labels", "--json"))["label"]) == 20


REFUSED = {
    "empty": (["tag", "  "], b"", "the text is empty"),
    "not_utf8": (
        ["tag", "-"],
        b"\xc2\xb7\xc4",
        "standard input: in no encoding known here; UTF-8 comes nearest and breaks at byte 3",
    ),
    "nul": (["tag", "-"], b"a\x00", "holds a NUL character at 1"),
    "no_model": (["tag", "路烂", "--model", "nowhere"], b"", "nowhere"),
    "no_file": (["batch", "none.jsonl", "-o", "x.jsonl"], b"", "none.jsonl: cannot be read"),
    "no_gold": (["evaluate", "none.jsonl"], b"", "none.jsonl: cannot be read"),
    "huge": (["tag", "-"], ("路" * 3_400_000).encode(), "more than 1,000,000 is no single entry"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_said_in_one_line(case: str) -> None:
    words, stdin, message = REFUSED[case]
    assert message in refused(*words, stdin=stdin)


def test_wrong_usage_ends_in_status_two() -> None:
    assert run("batch").returncode == 2
    assert run("nosuch").returncode == 2


def test_every_command_and_option_has_help_and_every_command_an_example() -> None:
    context = click.Context(command)
    for name in command.list_commands(context):
        one = command.get_command(context, name)
        assert one is not None
        assert one.help and "\b" in one.help and name in one.help.partition("\b")[2]
        assert all(param.help for param in one.params if isinstance(param, click.Option))


def test_every_message_has_its_chinese() -> None:
    shown = out("--lang", "zh_CN", "--help") + "".join(
        out("--lang", "zh_CN", name, "--help") for name in command.list_commands(click.Context(command))
    )
    plain = re.sub(r"minqing.*|--?[\w-]+.*?(?=  )|\[.*?\]", "", shown)
    assert not re.findall(r"\b(?:the|Show|Write|and)\b", plain)
    assert "没有 'nosuch' 这个命令" in run("--lang", "zh_CN", "nosuch").stderr.decode()


def test_compiled_messages_are_those_of_the_source() -> None:
    pofile = pytest.importorskip("babel.messages.pofile")
    mofile = pytest.importorskip("babel.messages.mofile")
    for path in sorted((Path(__file__).parents[1] / "locale").rglob("*.po")):
        with path.open("rb") as source, path.with_suffix(".mo").open("rb") as compiled:
            wanted, found = pofile.read_po(source), mofile.read_mo(compiled)
        assert _messages(wanted) == _messages(found)


def _messages(catalog: Iterable[Any]) -> dict[str, str]:
    """Give each message and its first form; the two files keep plurals as other kinds of sequence."""
    return {
        str(m.id) if isinstance(m.id, str) else m.id[0]: m.string if isinstance(m.string, str) else m.string[0]
        for m in catalog
        if m.id
    }


def test_help_is_wrapped_by_columns() -> None:
    shown = out("--lang", "zh_CN", "batch", "--help", COLUMNS="60")
    assert max(width(line) for line in shown.splitlines()) <= 80
    formatter = HelpFormatter(width=20)
    formatter.write_text("民情日记" * 6)
    assert max(width(line) for line in formatter.getvalue().splitlines()) <= 20


def test_width_counts_columns() -> None:
    assert (width("民情abc"), width("e\u0301"), padded("民", 4)) == (7, 1, "民  ")
    assert wrapped("民情日记，好", 8) == ["民情日", "记，好"]


def test_overlapping_evidence_is_underlined_once() -> None:
    assert click.unstyle(underlined("水渠断了", [(0, 3), (1, 4)])) == "水渠断了"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh_CN.UTF-8", "zh_CN"),
        ("zh_TW", "zh_TW"),
        ("zh-HK", "zh_TW"),
        ("de_DE", "en"),
        ("Chinese (Simplified)_China", "zh_CN"),
    ],
)
def test_the_language_follows_the_environment(name: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", name)
    assert choose_language(None) == language
    assert choose_language("en") == "en"


def test_a_summary_takes_the_place_of_an_older_one_whole(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("渠断了没人修。", encoding="utf-8")
    summary = tmp_path / "s.json"
    summary.write_text("older", encoding="utf-8")
    (tmp_path / "kept.json").hardlink_to(summary)  # written in place, it would change too
    words = ["batch", str(tmp_path / "d.txt"), "-o", str(tmp_path / "o.jsonl"), "--summary"]
    assert run(*words, str(summary)).returncode == 0
    assert json.loads(summary.read_text("utf-8"))["entries"] == 1
    assert (tmp_path / "kept.json").read_text("utf-8") == "older"
    nowhere = run(*words, str(tmp_path / "none" / "s.json"), LANGUAGE="en")
    assert (nowhere.returncode, nowhere.stderr.decode().splitlines()[-1]) == (
        1,
        f"error: {tmp_path / 'none' / 's.json'}: cannot be written: No such file or directory",
    )
