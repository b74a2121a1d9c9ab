"""The command as a process of its own: killed, interrupted, on a terminal."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ENGLISH = {**os.environ, "LANGUAGE": "en", "PYTHONIOENCODING": "utf-8"}
POSIX = pytest.mark.skipif(os.name == "nt", reason="process groups and terminals of another kind")


def words(source: Path, output: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "minqing", "batch", str(source), "-o", str(output), *more]


def finished(*command: str) -> str:
    """Run to the end and give what was said on stderr."""
    done = subprocess.run(command, check=True, capture_output=True, env=ENGLISH)
    return done.stderr.decode("utf-8")


@pytest.fixture(scope="module")
def whole(diaries: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What an undisturbed run writes."""
    output = tmp_path_factory.mktemp("whole") / "out.jsonl"
    finished(*words(diaries, output))
    return output.read_bytes()


def test_a_run_killed_at_any_moment_ends_as_an_undisturbed_one(diaries: Path, whole: bytes, tmp_path: Path) -> None:
    """The process is really killed, at twenty random moments; whenever it gets to its end, it begins anew."""
    output = tmp_path / "killed.jsonl"
    chance = random.Random(0)
    killed = 0
    while killed < 20:
        process = subprocess.Popen(words(diaries, output), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 1.2))
        killed += process.poll() is None
        process.kill()
        process.wait()
        if output.exists():
            assert output.read_bytes() == whole
            output.unlink()
    finished(*words(diaries, output))
    assert output.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["killed.jsonl"]


def listen_to_ctrl_c() -> None:
    """Undo what a shell does to programs in the background, and to those they start: they hear no Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@POSIX
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(
    jobs: str, diaries: Path, whole: bytes, tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    command = words(diaries, output, "--jobs", jobs)
    # A terminal sends Ctrl-C to the whole group, the workers too.
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, start_new_session=True, env=ENGLISH, preexec_fn=listen_to_ctrl_c
    )
    wait_for_place(tmp_path / ".out.jsonl.progress-wal")
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=30)[1].decode("utf-8")
    assert process.returncode == 130
    (line,) = said.strip().splitlines()
    done = re.fullmatch(r"stopped: ([\d,]+) entries are done and kept; the same command goes on from there", line)
    assert done, line
    assert int(done[1].replace(",", "")) >= 250
    assert [path.name for path in tmp_path.iterdir()] == [".out.jsonl.progress"]
    wait_for_end(process.pid)
    assert f"going on where an earlier run stopped: {done[1]} entries are done" in finished(*command)
    assert output.read_bytes() == whole


def wait_for_place(place: Path) -> None:
    """Wait until a first chunk is kept."""
    for _ in range(3_000):
        if place.exists() and place.stat().st_size > 60_000:
            return
        time.sleep(0.01)
    raise AssertionError("nothing was kept")


def wait_for_end(group: int) -> None:
    """Wait until no process of a group is left."""
    for _ in range(300):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError("a process is left")


@POSIX
def test_the_workers_of_a_killed_run_end_with_it(diaries: Path, tmp_path: Path) -> None:
    command = words(diaries, tmp_path / "out.jsonl", "--jobs", "2")
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    wait_for_place(tmp_path / ".out.jsonl.progress-wal")
    process.kill()
    process.wait()
    wait_for_end(process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="children are looked up in /proc")
def test_a_run_whose_workers_are_killed_says_so_and_goes_on_later(diaries: Path, tmp_path: Path) -> None:
    many, output = tmp_path / "many.jsonl", tmp_path / "out.jsonl"
    lines = diaries.read_text("utf-8").splitlines()
    many.write_text("\n".join(line.replace("（第", f"（{k}第") for k in range(5) for line in lines), encoding="utf-8")
    command = words(many, output, "--jobs", "2")
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=ENGLISH)
    wait_for_place(tmp_path / ".out.jsonl.progress-wal")
    for worker in tree(process.pid)[1:]:
        os.kill(worker, signal.SIGKILL)
    said = process.communicate(timeout=30)[1].decode("utf-8").splitlines()
    assert (process.returncode, said) == (
        1,
        ["error: a process that tags was ended, for want of memory perhaps; the same command goes on from there"],
    )
    assert "going on where an earlier run stopped" in finished(*command)
    goon = output.read_bytes()
    output.unlink()
    finished(*command)
    assert output.read_bytes() == goon and goon.count(b"\n") == 5 * len(lines)


@POSIX
def test_another_engine_makes_a_run_start_afresh_and_say_so(diaries: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    process = subprocess.Popen(words(diaries, output), stderr=subprocess.DEVNULL)
    wait_for_place(tmp_path / ".out.jsonl.progress-wal")
    process.kill()
    process.wait()
    said = finished(*words(diaries, output, "--engine", "jieba"))
    assert said.startswith("an earlier run was with another model, engine, version or --labels-only: starting afresh\n")


@POSIX
def test_a_terminal_shows_how_far_a_run_is(diaries: Path, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(words(diaries, tmp_path / "out.jsonl"), stderr=theirs, env=ENGLISH)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4_096):
            shown += piece
    except OSError:
        pass  # Linux's way to say that the other end is closed
    os.close(ours)
    assert process.wait() == 0
    lines = re.split(r"[\r\n]+", shown.decode("utf-8"))
    assert any(re.match(r"[\d,]+ entries, [\d,]+ a second, \d+% read", line) for line in lines)
    assert any(line.startswith("1,206 entries tagged; writing") for line in lines)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each process has a model of its own")
def test_two_processes_share_one_model_and_stay_under_300_megabytes(diaries: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(words(diaries, tmp_path / "out.jsonl", "--jobs", "2"), stderr=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(kilobytes, tree(process.pid))))
        time.sleep(0.02)
    assert process.returncode == 0
    assert 100_000 < most < 300_000


def tree(pid: int) -> list[int]:
    """Give a process and those it started."""
    try:
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    except OSError:
        return [pid]


def kilobytes(pid: int) -> int:
    """Give what a process has in memory, its part of what several share counted."""
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0
