"""How long a ledger of many entries takes to fill and to report on, and how much memory: written to ledger.md.

usage: python benchmarks/ledger.py [ENTRIES ...]

Entries are made by program: 2,000 villages in 100 towns, one or two needs each, texts put together from pieces, so
that as many are linked as in diaries. Each step runs in a process of its own; its memory is the most it ever held.
Where other programs share the processors, ``time`` tells of them as well and ``processor`` of the step alone.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from minqing.corpora.taxonomy import load_taxonomy
from minqing.corpora.writers import write_entries
from minqing.nlp.records import STATUSES, Need, Slot, TaggedEntry

PAGE = Path(__file__).with_suffix(".md")
SURNAMES = "李王张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑"
KIN = ("大爷", "婶", "嫂", "大叔", "奶奶", "大哥")
HEADS = ("水管", "路面", "屋顶", "药费", "贷款", "渠道", "路灯", "学费", "低保", "猪圈", "围栏", "信号", "桥面", "大棚")
TAILS = ("冻裂了没人修", "塌了半边过不去", "漏得厉害", "扛不住", "批不下来", "断了两年", "坏了报过几回", "还差一截")
VILLAGES, TOWNS = 2_000, 100


def made(count: int) -> Iterator[TaggedEntry]:
    """Make entries over five years, most villages with few and some with many."""
    chance = random.Random(0)
    subs = load_taxonomy().label_set().subs
    for number in range(count):
        village = min(int(chance.paretovariate(0.6)), VILLAGES) - 1
        who = chance.choice(SURNAMES) + chance.choice(KIN)
        needs = tuple(_need(chance, subs, who) for _ in range(1 + (chance.random() < 0.4)))
        day = f"{2020 + number * 5 // count}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        meta = {"date": day, "place": f"第{village % TOWNS}镇第{village}村", "author": f"作者{village % 300}",
                "unit": f"单位{village % 40}", "visited": who, "source": {"file": "made.jsonl", "row": number + 1}}  # fmt: skip
        facets = {"voice": [chance.choice(("household", "household", "village"))], "author_level": "town_village"}
        yield TaggedEntry(str(number), "hans", needs, facets, "default@made", meta)


def _need(chance: random.Random, subs: tuple[str, ...], who: str) -> Need:
    sub = chance.choice(subs)
    text = f"{chance.choice(HEADS)}{chance.choice(TAILS)}，{chance.choice(HEADS)}{chance.choice(TAILS)}"
    status = chance.choices(STATUSES, (5, 1, 1, 2, 1))[0]
    return Need(
        sub.partition(".")[0], sub, status, 0.9, 5, 5 + len(text), text, False, (Slot("who", who, 0, len(who), who),)
    )


def step(*words: str) -> tuple[float, float, float]:
    """Run a command of ours; give its seconds, those of the processor, and the most memory it held, in GB."""
    began = time.monotonic()
    child = subprocess.run(
        [sys.executable, "-c", _MEASURED, *words], capture_output=True, check=False, encoding="utf-8"
    )
    if child.returncode:
        raise RuntimeError(child.stderr)
    processor, memory = child.stdout.strip().splitlines()[-1].split()
    return time.monotonic() - began, float(processor), int(memory) / 2**20


_MEASURED = """
import resource, sys
from minqing.cli import command
try:
    command(sys.argv[1:])
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def measured(count: int, folder: Path) -> str:
    tagged, ledger = folder / "made.jsonl", folder / "made.ledger"
    write_entries(tagged, made(count))
    steps = {
        "ledger add": step("ledger", "add", str(tagged), "--ledger", str(ledger)),
        "the same file again": step("ledger", "add", str(tagged), "--ledger", str(ledger)),
        "report .html": step("report", "--ledger", str(ledger), "-o", str(folder / "r.html")),
        "report .html --internal": step("report", "--ledger", str(ledger), "-o", str(folder / "i.html"), "--internal"),
        "report .xlsx": step("report", "--ledger", str(ledger), "-o", str(folder / "r.xlsx")),
        "ledger search 水管": step("ledger", "search", "水管", "--ledger", str(ledger)),
    }
    size = ledger.stat().st_size / 2**20
    rows = [f"| {count:,} | {name} | {s:,.1f} s | {p:,.1f} s | {m:.2f} GB |" for name, (s, p, m) in steps.items()]
    return "\n".join([*rows, f"| {count:,} | the file | | | {size:,.0f} MB on disk |"])


def kept(measured_now: list[int]) -> list[str]:
    """Give the rows of the page that tell of other numbers of entries."""
    lines = PAGE.read_text("utf-8").splitlines() if PAGE.exists() else []
    now = {f"{count:,}" for count in measured_now}
    return [line for line in lines if line[:1] == "|" and line[2:3].isdigit() and line.split("|")[1].strip() not in now]


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [100_000, 1_000_000]
    rows = kept(counts)
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measured(count, Path(folder)))
            print(rows[-1], flush=True)
    rows.sort(key=lambda row: int(row.split("|")[1].replace(",", "")))
    head = "| entries | step | time | processor | memory |\n| ---: | --- | ---: | ---: | ---: |"
    _, _, rest = (__doc__ or "").partition("Entries are")
    page = f"# A ledger of many entries\n\nWritten by `benchmarks/ledger.py`. Entries are{rest}\n" + "\n".join(
        [head, *rows]
    )
    PAGE.write_text(page + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
