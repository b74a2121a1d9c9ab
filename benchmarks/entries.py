"""Entries for measuring: sentences of the training corpus put together by chance, no two entries alike."""

import csv
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from minqing.corpora.labelled import load_gold
from minqing.nlp.records import Entry

LENGTH = 200

# Characters that stand in one script alone, common enough to tell sentences apart.
_ONLY = {"hant": "[這個們為說來會還過麼時後沒電車學]", "hans": "[这个们为说来会还过么时后没电车学]"}

# Two simplified, one traditional.
MIXED = ("hans", "hans", "hant")


def make_texts(count: int, length: int = LENGTH, scripts: Sequence[str] = MIXED) -> Iterator[str]:
    """Give ``count`` texts of ``length`` characters, their scripts by turns; the same ones in every run."""
    chance = random.Random(0)
    pieces = _pieces()
    seen: set[int] = set()
    while len(seen) < count:
        text = ""
        while len(text) < length:
            text += chance.choice(pieces[scripts[len(seen) % len(scripts)]])
        text = text[:length]
        if hash(text) not in seen:
            seen.add(hash(text))
            yield text


def write_csv(path: Path, count: int, length: int = LENGTH) -> None:
    """Write a table of ``count`` entries."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["编号", "日期", "村", "内容"])
        for number, text in enumerate(make_texts(count, length)):
            writer.writerow([number, f"20{number % 20:02}-03-{number % 28 + 1:02}", "石桥村", text])


def entries_of(count: int, length: int = LENGTH, *scripts: str) -> list[Entry]:
    texts = make_texts(count, length, scripts) if scripts else make_texts(count, length)
    return [Entry(str(number), text) for number, text in enumerate(texts)]


def size(texts: list[str]) -> float:
    """Give the megabytes of texts in UTF-8."""
    return sum(len(text.encode()) for text in texts) / 1e6


def _pieces() -> dict[str, list[str]]:
    """Give the sentences that stand in one script."""
    found: dict[str, list[str]] = {script: [] for script in _ONLY}
    for item in load_gold("train"):
        for sentence in re.findall(r"[^。！？\n]{6,}[。！？]", item.entry.text):
            of = [script for script, characters in _ONLY.items() if re.search(characters, sentence)]
            if len(of) == 1:
                found[of[0]].append(sentence)
    return found


def make_rows() -> Iterator[dict[str, object]]:
    """Give the sentence of each need with the labels of the needs in it, under names that no taxonomy knows."""
    seen: set[str] = set()
    for item in load_gold("train"):
        text = item.entry.text
        for need in item.needs:
            start = max(text.rfind(mark, 0, need.start) for mark in "。！？\n") + 1
            end = min((at for mark in "。！？\n" if (at := text.find(mark, need.end)) >= 0), default=len(text))
            if text[start:end] not in seen:
                seen.add(text[start:end])
                inside = {f"own_{n.label}" for n in item.needs if start <= n.start and n.end <= end}
                yield {"id": str(len(seen)), "text": text[start:end], "labels": sorted(inside), "group": item.author}
