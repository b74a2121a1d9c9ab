"""How fast ``minqing batch`` is and how much memory it takes, with the whole command measured as a user runs it.

usage: python benchmarks/batch.py [ENTRIES [ENTRIES OF THE LONG RUN [ROWS OF THE FULL SHEET]]]

Entries of 200 characters are put together of sentences of the training corpus, by chance with a fixed seed, two
thirds of them simplified and one third traditional; no two are alike. Memory is that of all processes together, the
largest of samples every tenth of a second: what each has in memory, pages shared by several counted once (PSS).
The full sheet has a header and 1,048,575 rows, in which a thousand texts of 20 characters come again and again. The figures go into
``benchmarks/batch.md``; without arguments there are 100,000 entries, and 400,000 in the long run.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import openpyxl
import xlsxwriter

from entries import LENGTH, make_texts, write_csv

ROOT = Path(__file__).parents[1]
SHORT = 20  # with longer texts a full sheet unpacks to more than the usual limit
JOBS = 2


def write_xlsx(path: Path, count: int) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, ["编号", "日期", "村", "内容"])
        for number, text in enumerate(make_texts(count, LENGTH), start=1):
            sheet.write_row(number, 0, [str(number), f"20{number % 20:02}-03-{number % 28 + 1:02}", "石桥村", text])


def write_full_sheet(path: Path, count: int) -> None:
    texts = list(make_texts(1_000, SHORT))
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, ["编号", "内容"])
        for number in range(1, count + 1):
            sheet.write_row(number, 0, [str(number), texts[number % len(texts)]])


@dataclass
class Run:
    """What one run of the command took."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    entries: int
    load: float

    @property
    def rate(self) -> float:
        return self.entries / self.seconds


def measured(source: Path, output: Path, count: int) -> Run:
    """Run the command on ``source`` and watch it; the output must hold every entry."""
    words = [sys.executable, "-m", "minqing", "batch", str(source), "-o", str(output), "--jobs", str(JOBS)]
    start = time.perf_counter()
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    peak = Peak(process.pid)
    status = process.wait()
    seconds = time.perf_counter() - start
    if status or (output.suffix == ".jsonl" and output.read_bytes().count(b"\n") != count):
        raise SystemExit(f"{' '.join(words)}: ended with {status}, or did not write {count} entries")
    peak.end()
    return Run(seconds, sum(peak.cpu.values()), peak.kilobytes / 1_000, count, os.getloadavg()[0])


class Peak(threading.Thread):
    """The most memory that a process and those it started took together, and the processor time of each."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.kilobytes = 0
        self.cpu: dict[int, float] = {}
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(0.1):
            pids = tree(self._pid)
            self.kilobytes = max(self.kilobytes, sum(map(pss, pids)))
            self.cpu |= {pid: seconds for pid in pids if (seconds := cpu(pid))}

    def end(self) -> None:
        self._ended.set()
        self.join()


def tree(pid: int) -> list[int]:
    """Give a process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(found for child in children for found in tree(int(child)))]


def cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def rows_of(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = sum(1 for _ in book.worksheets[1].iter_rows()) - 1
    book.close()
    return rows


def report(runs: dict[str, Run]) -> str:
    """Write the runs there are so far as a page."""
    lines = [
        "# How fast and how large `minqing batch` is",
        "",
        f"Written by `benchmarks/batch.py` ({sys.implementation.name} {platform.python_version()}, "
        f"{os.cpu_count()} cores, `--jobs {JOBS}`): the whole",
        f"command, start and model included, on entries of {LENGTH} characters, no two alike. Memory is the peak of all",
        f"processes together, shared pages counted once. Where the load is above {JOBS + 1}, other programs were at work and the",
        "seconds are too many; the processor time is the run's own.",
        "",
        "| run | entries | seconds | entries a second | processor seconds | peak memory | load |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {name} | {run.entries:,} | {run.seconds:,.1f} | {run.rate:,.0f} | {run.cpu_seconds:,.1f} "
            f"| {run.megabytes:,.0f} MB | {run.load:.1f} |"
            for name, run in runs.items()
        ),
        "",
        "Aimed at: 5,000 entries a second from CSV to JSONL; 100,000 rows of XLSX in and out under 60 s; 300 MB.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    few, many, rows = (
        int(sys.argv[k]) if len(sys.argv) > k else n for k, n in ((1, 100_000), (2, 400_000), (3, 1_048_575))
    )
    runs: dict[str, Run] = {}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        for name, count, write, ending, to in (
            ("CSV → JSONL", few, write_csv, ".csv", ".jsonl"),
            ("XLSX → XLSX", few, write_xlsx, ".xlsx", ".xlsx"),
            ("CSV → JSONL, long", many, write_csv, ".csv", ".jsonl"),
            ("CSV → JSONL, 8,000 characters", few // 100, partial(write_csv, length=8_000), ".csv", ".jsonl"),
            ("a full sheet of XLSX → JSONL", rows, write_full_sheet, ".xlsx", ".jsonl"),
        ):
            write(source.with_suffix(ending), count)
            runs[name] = measured(source.with_suffix(ending), target.with_suffix(to), count)
            if to == ".xlsx" and rows_of(target.with_suffix(to)) != count:
                raise SystemExit("the workbook does not hold every entry")
            # After each run, so that one broken off leaves what it measured.
            (ROOT / "benchmarks" / "batch.md").write_text(report(runs), encoding="utf-8")
    print(report(runs))


if __name__ == "__main__":
    main()
