import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

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
