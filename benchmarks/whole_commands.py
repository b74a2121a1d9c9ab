"""Measures of whole commands, each in a process of its own: from cold, and as the input grows."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import joblib

from entries import make_texts
from measuring import Series, take_turns
from peers import lessons, naive_pipeline

SHORT = "渠断了两年，没人管。自来水入夏就断，盼着早点修。"

# Runs the command and says at the very end how much memory it ever had in use, and the seconds of its processor.
_WATCHED = """
import atexit, json, re, sys, time
def say():
    status = open("/proc/self/status").read()
    print(json.dumps([int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1e3, time.process_time()]))
atexit.register(say)
from minqing.cli import command
command(sys.argv[1:])
"""

_NAIVE = """
import sys, joblib
sys.path.insert(0, sys.argv[1])
print(joblib.load(sys.argv[2]).predict([sys.argv[3]]))
"""


def cold(runs: int) -> dict[str, Series]:
    """Give the seconds on the clock, start to end, of commands that answer for one short entry."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "model")
        joblib.dump(naive_pipeline(lessons()), model)
        python = [sys.executable]
        commands = {
            "minqing tag": [*python, "-m", "minqing", "tag", SHORT],
            "minqing tag --labels-only": [*python, "-m", "minqing", "tag", "--labels-only", SHORT],
            "the naive pipeline, saved with joblib": [
                *python,
                "-c",
                _NAIVE,
                str(Path(__file__).parent),
                str(model),
                SHORT,
            ],
            "for comparison: python, nothing done": [*python, "-c", "pass"],
            "for comparison: python, numpy imported": [*python, "-c", "import numpy"],
        }
        acts = {name: (lambda words=words: _run(words)) for name, words in commands.items()}
        for act in acts.values():
            act()  # files come from the disk once
        return take_turns(acts, runs, time.perf_counter)


def _run(words: list[str]) -> str:
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    return done.stdout


@dataclass(frozen=True, slots=True)
class Grown:
    """What one run of ``minqing batch`` took; memory is the most that its process ever had in use."""

    entries: int
    jobs: int
    seconds: float
    processor_seconds: float
    megabytes: float


def batch_run(count: int, jobs: int = 1, *more: str) -> Grown:
    """Run ``minqing batch`` from CSV to JSONL on ``count`` entries of 200 characters."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.csv"), Path(folder, "out.jsonl")
        _write(source, count)
        words = ["batch", str(source), "-o", str(target), "--jobs", str(jobs), *more]
        start = time.perf_counter()
        said = _run([sys.executable, "-c", _WATCHED, *words])
        seconds = time.perf_counter() - start
        with target.open("rb") as file:
            if sum(1 for _ in file) != count:
                raise SystemExit(f"{' '.join(words)}: did not write {count} entries")
    memory, processor = json.loads(said.splitlines()[-1])
    return Grown(count, jobs, seconds, processor, memory)


def _write(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["编号", "内容"])
        writer.writerows(enumerate(make_texts(count)))
