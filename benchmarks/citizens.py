"""Does the tagger hold on real text of another kind? Citizens' messages to local government, broad official labels.

usage: python benchmarks/citizens.py TRAIN.jsonl [--show N]

TRAIN.jsonl is the Teddy Cup 2020 set (problem C), rows of ``id``, ``text``, ``labels``; it is not part of this
project. 500 messages are tagged; each official label stands for a few of ours (``MAPPING``), and a message
agrees when one of its needs has one of those. The table goes to ``benchmarks/quality.md``; ``--show`` prints
disagreements to read, for the reader's eyes only.
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path

from minqing.models import load_default
from minqing.nlp.records import Entry
from minqing.nlp.tagger import Tagger

from quality import ROOT, put

MAPPING = {
    "城乡建设": ("housing", "roads", "water", "power_comm", "environment", "land", "dispute_legal"),
    "环境保护": ("environment", "water"),
    "交通运输": ("roads",),
    "劳动和社会保障": ("employment", "welfare", "funding", "health"),
    "教育文体": ("education", "culture"),
    "卫生计生": ("health", "welfare"),
    "商贸旅游": ("market", "culture", "dispute_legal", "governance", "projects"),
}
SAMPLE = 500


def main() -> None:
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    chosen = random.Random(2020).sample(rows, SAMPLE)
    tagged = list(Tagger(load_default()).pipe(Entry(row["id"], row["text"]) for row in chosen))
    found = [[need.label for need in entry.needs] for entry in tagged]
    if "--show" in sys.argv:
        show(chosen, found, int(sys.argv[sys.argv.index("--show") + 1]))
        return
    put(ROOT / "benchmarks" / "quality.md", "citizens", table(chosen, found))
    print(table(chosen, found))


def table(rows: list[dict[str, object]], found: list[list[str]]) -> str:
    lines = [
        "| official label | messages | one of ours agrees | no need found | most frequent labels found |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for official, ours in MAPPING.items():
        mine = [labels for row, labels in zip(rows, found, strict=True) if official in row["labels"]]  # type: ignore[operator]
        lines.append(f"| {official} ({', '.join(ours)}) | {_figures(mine, ours)} |")
    everything = [
        bool(set(labels) & {ours for official in row["labels"] for ours in MAPPING[official]})  # type: ignore[attr-defined]
        for row, labels in zip(rows, found, strict=True)
    ]
    none = sum(not labels for labels in found)
    lines.append(f"| all | {len(rows)} | {sum(everything) / len(rows):.0%} | {none / len(rows):.0%} | |")
    return "\n".join(lines)


def _figures(found: list[list[str]], ours: tuple[str, ...]) -> str:
    agree = sum(bool(set(labels) & set(ours)) for labels in found)
    common = Counter(label for labels in found for label in set(labels)).most_common(4)
    names = ", ".join(f"{label} {count}" for label, count in common)
    n = max(len(found), 1)
    return f"{len(found)} | {agree / n:.0%} | {sum(not labels for labels in found) / n:.0%} | {names}"


def show(rows: list[dict[str, object]], found: list[list[str]], most: int) -> None:
    shown = 0
    for row, labels in zip(rows, found, strict=True):
        wanted = {ours for official in row["labels"] for ours in MAPPING[official]}  # type: ignore[attr-defined]
        if not wanted & set(labels) and shown < most:
            shown += 1
            print(row["labels"], labels, str(row["text"])[:220].replace("\n", " "))


if __name__ == "__main__":
    main()
