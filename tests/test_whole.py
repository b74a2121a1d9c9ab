"""Files that appear whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from minqing.batch.complaints import Complaints
from minqing.corpora.whole import put_in_place, written_whole
from minqing.nlp.errors import EntryError


def test_what_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("older", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), written_whole(path) as file:
        file.write(b"new")
        raise ZeroDivisionError
    assert path.read_text("utf-8") == "older" and list(tmp_path.iterdir()) == [path]
    with written_whole(path) as file:
        file.write(b"new")
    assert path.read_text("utf-8") == "new" and list(tmp_path.iterdir()) == [path]


def test_a_place_that_is_a_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "out.csv" / "below").mkdir(parents=True)
    with pytest.raises(EntryError, match=r"out\.csv: cannot be written: "), written_whole(tmp_path / "out.csv") as file:
        file.write(b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_bad_rows_on_a_full_disk_are_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / ".bad.txt.part").symlink_to("/dev/full")
    full = pytest.raises(EntryError, match=r"bad\.txt: cannot be written: " + os.strerror(errno.ENOSPC))
    with full, Complaints(tmp_path / "bad.txt") as complaints:
        complaints.add(EntryError("row 1: the text is empty"))
    assert not (tmp_path / "bad.txt").exists()


@pytest.mark.skipif(os.name != "nt", reason="elsewhere a name can be taken from an open file")
def test_a_file_that_is_open_elsewhere_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("older", encoding="utf-8")
    refused = pytest.raises(EntryError, match="close it if another program has it open")
    with path.open("rb"), refused, written_whole(path) as file:
        file.write(b"new")
    assert path.read_text("utf-8") == "older"


@pytest.mark.skipif(os.name != "nt", reason="a file that is looked at is held on Windows alone")
def test_a_file_that_is_held_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    import threading

    fresh, path = tmp_path / "fresh", tmp_path / "out.csv"
    fresh.write_text("new", encoding="utf-8")
    held = fresh.open("rb")
    threading.Timer(0.3, held.close).start()
    put_in_place(fresh, path)
    assert path.read_text("utf-8") == "new"
