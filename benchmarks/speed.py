"""How fast tagging is: entries a second in ``batch``, one entry in a warm process, the whole command from cold.

usage: python benchmarks/speed.py [ROUNDS]

Entries of 200 characters are cut from the development set, simplified and traditional alike; each measure
is taken in turn, ROUNDS times (default 5); median and range are printed and put into the READMEs.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from minqing.corpora.labelled import load_gold
from minqing.corpora.readers import read_entries
from minqing.corpora.writers import write_entries
from minqing.models import load_default
from minqing.nlp.records import Entry
from minqing.nlp.tagger import Tagger

from quality import ROOT, put

LENGTH = 200
ENTRIES = 3_000


def make_texts() -> list[str]:
    """Cut texts of 200 characters, no two alike, from the development set laid end to end."""
    texts = [item.entry.text for item in load_gold("dev")]
    whole = "\n".join(texts)
    step = (len(whole) - LENGTH) // ENTRIES
    return [whole[i * step : i * step + LENGTH] for i in range(ENTRIES)]


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def command(words: Sequence[str]) -> None:
    subprocess.run([sys.executable, "-m", "minqing", *words], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    tagger = Tagger(load_default())
    texts = make_texts()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        rows = (json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts))
        source.write_text("\n".join(rows), encoding="utf-8")
        few = [Entry("", text) for text in texts[:200]]
        found: dict[str, list[float]] = {"batch": [], "one": [], "cold": []}
        for _ in range(rounds):
            found["batch"].append(ENTRIES / seconds(lambda: write_entries(target, tagger.pipe(read_entries(source)))))
            found["one"].append(1000 * seconds(lambda: [tagger.tag(entry) for entry in few]) / len(few))
            found["cold"].append(1000 * seconds(lambda: command(["tag", texts[0]])))
    units = {
        "batch": "entries/s, JSONL to JSONL, one process",
        "one": "ms an entry, warm process",
        "cold": "ms, whole command",
    }
    lines = [f"- {statistics.median(v):,.1f} ({min(v):,.1f}-{max(v):,.1f}) {units[name]}" for name, v in found.items()]
    content = "\n".join(
        [f"`benchmarks/speed.py`, entries of {LENGTH} characters, median and range of {rounds} rounds:", "", *lines]
    )
    for readme in ("README.md", "README.zh.md"):
        put(ROOT / readme, "speed", content)
    print(content)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
