"""A gate: has anything become slower than the baseline says? Ratios alone, never seconds.

usage: python benchmarks/check.py [--update] [--rounds N]

Every measure is taken by turns with a yardstick, a fixed piece of work in Python and numpy that uses nothing of this
project, and divided by it: on a slower or busier machine both grow. The processor's time counts, not the clock. The
median of the rounds is held against ``benchmarks/check.json``; exit status 1 when one is more than MARGIN above it.
``--update`` writes a new baseline: do it on purpose, together with the line in ``benchmarks/notes.md`` that says why.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from minqing.models import load_default
from minqing.nlp.records import Entry
from minqing.nlp.tagger import Tagger

from entries import make_texts
from measuring import ONE_THREAD, Series, take_turns
from quality import ROOT
from whole_commands import SHORT

BASELINE = ROOT / "benchmarks" / "check.json"

# Between runs of one version on two busy cores the medians moved by up to an eighth; twice that is a change.
MARGIN = 0.25


def yardstick() -> int:
    """Work that is alike in kind: strings, dictionaries and small objects in Python; hashes and sorting in numpy."""
    counts: dict[str, int] = {}
    for number in range(60_000):
        piece = str(number)[-3:]
        counts[piece] = counts.get(piece, 0) + len(piece)
    values = np.arange(400_000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(44)
    order = np.argsort(values, kind="stable")
    return sum(counts.values()) + int(np.add.reduceat(values[order], np.arange(0, len(order), 40)).max())


def in_process(rounds: int) -> dict[str, Series]:
    """Give the time of each measure in yardsticks, round by round."""
    model = load_default()
    full, alone = Tagger(model), Tagger(model, labels_only=True)
    usual = [Entry("", text) for text in make_texts(250)]
    long = [Entry("", text) for text in make_texts(25, 1_500)]
    short = [Entry("", text) for text in make_texts(40, 50)]
    acts: dict[str, Callable[[], object]] = {
        "yardstick": yardstick,
        "250 entries of 200 characters": lambda: list(full.pipe(usual)),
        "250 entries of 200 characters, labels only": lambda: list(alone.pipe(usual)),
        "40 entries of 50 characters, one a call": lambda: [full.tag(entry) for entry in short],
        "25 entries of 1,500 characters": lambda: list(full.pipe(long)),
    }
    take_turns(acts, 1)
    found = take_turns(acts, rounds)
    return {name: series.over(found["yardstick"]) for name, series in found.items() if name != "yardstick"}


def from_cold(rounds: int) -> dict[str, Series]:
    """Give the processor's time of the whole command in that of a Python that imports numpy."""
    python = [sys.executable]
    acts = {
        "numpy": partial(_run, [*python, "-c", "import numpy"]),
        "minqing tag, from cold": partial(_run, [*python, "-m", "minqing", "tag", SHORT]),
        "minqing tag --json, from cold": partial(_run, [*python, "-m", "minqing", "tag", "--json", SHORT]),
    }
    take_turns(acts, 1, _of_children)
    found = take_turns(acts, rounds, _of_children)
    return {name: series.over(found["numpy"]) for name, series in found.items() if name != "numpy"}


def _run(words: list[str]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def judged(found: dict[str, Series], baseline: dict[str, float]) -> list[str]:
    """Print every measure beside its baseline; give the names of those that are worse."""
    worse = []
    for name, series in found.items():
        was = baseline.get(name)
        change = f"{series.median / was - 1:+.0%} of {was:.2f}" if was else "no baseline"
        print(f"{name}: {series:.2f}, {change}")
        if was and series.median > was * (1 + MARGIN):
            worse.append(name)
    return worse


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write what is measured as the new baseline")
    parser.add_argument("--rounds", type=int, default=11)
    wanted = parser.parse_args()
    found = in_process(wanted.rounds) | from_cold(wanted.rounds)
    baseline = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
    worse = judged(found, baseline)
    if wanted.update:
        medians = {name: round(series.median, 3) for name, series in found.items()}
        BASELINE.write_text(json.dumps(medians, indent=1, ensure_ascii=False) + "\n", "utf-8")
    elif worse:
        sys.exit(f"slower than the baseline by more than {MARGIN:.0%}: {'; '.join(worse)}")
    elif missing := found.keys() - baseline.keys():
        sys.exit(f"no baseline for {', '.join(sorted(missing))}: run with --update")


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():  # read when numpy is imported, which was above
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)
    main()
