"""How fast tagging is beside what a user could put together, where the time goes, and how both grow.

usage: python benchmarks/speed.py [--rounds N] [--million] [cold | warm | stages | peers | lengths | growth | training]...

Without names all parts are run, some ten minutes. Each part writes its section of ``benchmarks/speed.md`` and its rows
of the table of targets there, and what it knows of the line in the READMEs. Entries: see ``entries.py``. fastText and
spaCy take part where they are installed (fasttext-numpy2, spacy). Linux alone: memory is read from /proc.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

from minqing.corpora.writers.record import record_of
from minqing.models import load_default
from minqing.models.retraining import Settings, train_model
from minqing.nlp.records import Entry, TaggedEntry
from minqing.nlp.streams import BATCH, batches
from minqing.nlp.tagger import Tagger

from entries import LENGTH, entries_of, make_rows, size
from measuring import ONE_THREAD, Series, machine, table, take_turns
from speed_page import Found, write

ENTRIES = 1_000

Part = Callable[[argparse.Namespace], Found]


def taggers() -> tuple[Tagger, Tagger]:
    model = load_default()
    return Tagger(model), Tagger(model, labels_only=True)


def tag_all(tagger: Tagger, entries: list[Entry]) -> None:
    for _ in tagger.pipe(entries):
        pass


def write_all(tagged: list[TaggedEntry]) -> None:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    for entry in tagged:
        encode(record_of(entry))


def cold(wanted: argparse.Namespace) -> Found:
    from whole_commands import SHORT, cold

    found = cold(max(wanted.rounds, 15))
    rows = [[name, f"{series.times(1000):.0f}"] for name, series in found.items()]
    ours, naive = found["minqing tag"], found["the naive pipeline, saved with joblib"]
    said = f"{ours.times(1000):.0f} ms; the naive pipeline takes {naive.over(ours):.1f} times as long"
    text = f"One entry of {len(SHORT)} characters, {len(ours)} runs by turns, milliseconds on the clock, start to end."
    return Found(
        f"{text}\n\n{table(['command', 'median (range)'], rows)}",
        {"cold": said, "cold_ms": f"{1000 * ours.median:.0f}"},
    )


def warm(wanted: argparse.Namespace) -> Found:
    from peers import peers

    full, alone = taggers()
    few = [entry.text for entry in entries_of(100, 50)]
    acts = {"minqing, everything": full.tag, "minqing, labels only": alone.tag}
    acts |= {name: (lambda text, predict=predict: predict([text])) for name, predict in peers().items()}
    found = take_turns(
        {name: (lambda act=act: [act(text) for text in few]) for name, act in acts.items()}, wanted.rounds
    )
    ours = found["minqing, everything"]
    rows = [[name, f"{s.times(1000 / len(few)):.2f}", f"{s.over(ours):.2f}"] for name, s in found.items()]
    heads = ["one entry of 50 characters a call", "ms", "times ours, everything"]
    return Found(
        table(heads, rows),
        {"warm": f"{ours.times(1000 / len(few)):.2f} ms", "warm_ms": f"{1000 * ours.median / len(few):.1f}"},
    )


def stages(wanted: argparse.Namespace) -> Found:
    from stages import Stages

    entries = entries_of(ENTRIES)
    texts = [entry.text for entry in entries]
    model = load_default()
    text = [f"{ENTRIES:,} entries of {LENGTH} characters, {BATCH} at a time."]
    for engine, path in (("native", "the fast path"), ("rjieba", "the plain path")):
        tagger, one = Tagger(model, engine), Stages(model, engine)
        rounds = [one.seconds(batches(texts, BATCH)) for _ in range(wanted.rounds + 1)][1:]
        found = {name: Series(taken[name] for taken in rounds) for name in rounds[0]}
        whole = take_turns(
            {
                "end to end (`Tagger.pipe`)": partial(tag_all, tagger, entries),
                "a record each, as JSON": partial(write_all, list(tagger.pipe(entries))),
            },
            wanted.rounds,
        )
        total = whole["end to end (`Tagger.pipe`)"]
        rows = [
            [name, f"{s.per(ENTRIES):,.0f}", f"{s.per(size(texts)):.1f}", f"{s.over(total):.0%}"]
            for name, s in (found | whole).items()
        ]
        text.append(table([f"{path} (`--engine {engine}`)", "entries/s", "MB/s", "share of the whole"], rows))
    return Found("\n\n".join(text))


def peers_in_batch(wanted: argparse.Namespace) -> Found:
    from peers import peers

    full, alone = taggers()
    plain = Tagger(full.model, "rjieba")
    entries = entries_of(ENTRIES)
    texts = [entry.text for entry in entries]
    acts: dict[str, Callable[[], object]] = {
        "minqing, everything": partial(tag_all, full, entries),
        "minqing, labels only (with evidence)": partial(tag_all, alone, entries),
        "minqing, everything, the plain path": partial(tag_all, plain, entries),
    }
    acts |= {name: partial(predict, texts) for name, predict in peers().items()}
    take_turns(acts, 1)
    found = take_turns(acts, wanted.rounds)
    ours, labels = list(found.values())[:2]
    rows = [
        [name, f"{s.per(ENTRIES):,.0f}", f"{s.per(size(texts)):.2f}", f"{s.over(ours):.2f}", f"{s.over(labels):.2f}"]
        for name, s in found.items()
    ]
    heads = ["", "entries/s", "MB/s", "everything is … times as fast", "labels only is … times as fast"]
    text = (
        f"{ENTRIES:,} entries of {LENGTH} characters, a third traditional. The peers give labels of the whole entry and "
        "nothing else; ours comes with evidence, scores and second-level labels, and with statuses, slots and facets where "
        "it says everything. The plain path is what an installation without the compiled part takes."
    )
    naive = next(s for name, s in found.items() if name.startswith("naive"))
    fast = next((s for name, s in found.items() if name.startswith("fastText")), None)
    targets = {
        "full": f"{ours.per(ENTRIES):,.0f} entries/s; {naive.over(ours):.1f} times the naive pipeline, which gives labels alone",
        "rate": f"{ours.per(ENTRIES).median:,.0f}",
        "ratio": f"{naive.over(ours).median:.1f}",
    }
    targets["labels"] = f"{labels.per(ENTRIES):,.0f} entries/s"
    if fast:
        targets["labels"] += f"; {fast.over(labels):.2f} times fastText + rjieba"
    return Found(f"{text}\n\n{table(heads, rows)}", targets)


def lengths(wanted: argparse.Namespace) -> Found:
    full, alone = taggers()
    acts: dict[str, Callable[[], object]] = {}
    amounts: dict[str, tuple[int, float]] = {}
    for length, count in ((50, 2_000), (200, 1_000), (1_500, 150)):
        for script in ("hans", "hant"):
            entries = entries_of(count, length, script)
            for kind, tagger in (("everything", full), ("labels only", alone)):
                name = f"{length:,} characters, {script}, {kind}"
                acts[name] = partial(tag_all, tagger, entries)
                amounts[name] = count, size([entry.text for entry in entries])
    take_turns(acts, 1)
    rows = [
        [name, f"{s.per(amounts[name][0]):,.0f}", f"{s.per(amounts[name][1]):.2f}"]
        for name, s in take_turns(acts, wanted.rounds).items()
    ]
    return Found(table(["entries", "entries/s", "MB/s"], rows))


def growth(wanted: argparse.Namespace) -> Found:
    from whole_commands import batch_run

    counts = [1_000, 10_000, 100_000, *([1_000_000] if wanted.million else [])]
    runs = [batch_run(count) for count in counts]
    two = [batch_run(100_000, jobs) for jobs in (1, 2, 1, 2)]
    rows = [
        [
            f"{r.entries:,}",
            f"{r.seconds:,.1f}",
            f"{1000 * r.processor_seconds / r.entries:.3f}",
            f"{r.megabytes:.0f} MB",
        ]
        for r in runs
    ]
    text = (
        f"`minqing batch` from CSV to JSONL, start and model included, entries of {LENGTH} characters, one process; memory "
        "is the most that the process ever had in use (VmHWM)."
    )
    heads = ["entries", "seconds on the clock", "processor ms an entry", "peak memory"]
    rates = {jobs: Series(r.entries / r.seconds for r in two if r.jobs == jobs) for jobs in (1, 2)}
    last = f"100,000 entries, twice each by turns: {rates[1]:,.0f} entries/s with `--jobs 1`, {rates[2]:,.0f} with `--jobs 2`."
    memory = "; ".join(f"{r.megabytes:.0f} MB at {r.entries:,}" for r in runs)
    targets = {"memory": memory, "jobs2": f"{rates[2]:,.0f} entries/s, whole command with `--jobs 2`"}
    return Found("\n\n".join([text, table(heads, rows), last]), targets)


def training(wanted: argparse.Namespace) -> Found:
    from peers import naive

    rows = list(islice(make_rows(), 10_000))
    taught = [str(row["text"]) for row in rows], [list(row["labels"]) for row in rows]  # type: ignore[call-overload]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        acts: dict[str, Callable[[], object]] = {
            f"minqing train, --jobs {jobs}": partial(
                train_model, [path], Path(folder) / "model", Settings(jobs=jobs), lambda _line: None
            )
            for jobs in (1, 2)
        }
        acts["naive: jieba + TF-IDF + LinearSVC, fit alone"] = partial(naive, taught)
        found = take_turns(acts, min(wanted.rounds, 3), time.perf_counter)
    text = (
        f"{len(rows):,} sentences of the corpus, {sum(map(len, taught[0])) / len(rows):.0f} characters each, 20 labels, seconds on "
        "the clock. `minqing train` reads the file, cross-validates, learns thresholds and scores, writes the model and its report."
    )
    ours = found["minqing train, --jobs 1"]
    return Found(
        f"{text}\n\n{table(['', 'seconds'], [[name, f'{s:.1f}'] for name, s in found.items()])}",
        {"training": f"{ours:.1f} s with one process, {found['minqing train, --jobs 2']:.1f} s with two"},
    )


PARTS: dict[str, Part] = {
    "cold": cold,
    "warm": warm,
    "stages": stages,
    "peers": peers_in_batch,
    "lengths": lengths,
    "growth": growth,
    "training": training,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="how often each measure is taken")
    parser.add_argument("--million", action="store_true", help="let growth go on to a million entries")
    wanted = parser.parse_args()
    for name in wanted.parts or PARTS:
        ran_on = machine()
        found = PARTS[name](wanted)
        write(name, found, ran_on)
        print(f"## {name}\n\n{found.section}\n", flush=True)


if __name__ == "__main__":
    if not ONE_THREAD.items() <= os.environ.items():  # read when numpy is imported, which was above
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)
    main()
