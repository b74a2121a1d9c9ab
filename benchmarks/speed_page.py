"""The page of the speed: its sections, the table of targets, and the line in the READMEs."""

import json
from dataclasses import dataclass, field

from measuring import table
from quality import ROOT, put

PAGE = ROOT / "benchmarks" / "speed.md"
FIGURES = ROOT / "benchmarks" / "speed.json"

# What was aimed at, in the order of the table; each is measured by the part that stands with it.
TARGETS = {
    "full": "everything, one core, batch: ≥ 12,000 entries/s, ten times the naive pipeline",
    "jobs2": "two cores, CSV to JSONL: ≥ 20,000 entries/s",
    "labels": "labels only, one core, batch: ≥ 20,000 entries/s, more than fastText",
    "cold": "one short entry, whole command from cold: ≤ 200 ms",
    "warm": "one short entry in a warm process: ≤ 0.25 ms",
    "memory": "memory of a long batch: ≤ 300 MB, flat",
    "training": "training, 10,000 short texts, 20 labels: ≤ 15 s",
}


@dataclass(slots=True)
class Found:
    """What a part found: its section, and by name its rows of the table of targets and its figures in the READMEs."""

    section: str
    figures: dict[str, str] = field(default_factory=dict)


def write(name: str, found: Found, ran_on: str) -> None:
    """Put a part into the page, the table of targets and the READMEs."""
    put(PAGE, name, f"{found.section}\n\n{ran_on}")
    figures = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    figures |= found.figures
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    put(PAGE, "targets", table(["aimed at", "measured"], [[TARGETS[n], figures.get(n, "")] for n in TARGETS]))
    said = {
        "README.md": (
            "Entries of 200 characters, everything on, one core: {rate} a second, {ratio} times what jieba with TF-IDF and\n"
            "LinearSVC gives for labels alone. A short entry takes {warm_ms} ms in a warm process, {cold_ms} ms as a whole command.\n"
            "All measures, peers that are faster, and what falls short of its target: `benchmarks/speed.md`."
        ),
        "README.zh.md": (
            "每条 200 字、全部内容、单核：每秒 {rate} 条，是 jieba + TF-IDF + LinearSVC（只给类别）的 {ratio} 倍。一条短文在已启动的进程里\n"
            "用 {warm_ms} 毫秒，整条命令 {cold_ms} 毫秒。全部测量、比它快的工具和未达到的目标见 `benchmarks/speed.md`。"
        ),
    }
    for readme, line in said.items():
        put(
            ROOT / readme,
            "speed",
            line.format_map(dict.fromkeys(("rate", "ratio", "warm_ms", "cold_ms"), "-") | figures),
        )
