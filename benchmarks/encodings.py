"""How often the encoding of a short text is told rightly: texts cut from the gold corpus, in every encoding.

usage: python benchmarks/encodings.py [--list]

A hit decodes to exactly the text that was encoded. ``--list`` makes corpora/common_characters.txt anew.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from random import Random

import jieba
import opencc

from minqing.corpora.encodings import decode
from minqing.corpora.labelled import load_gold
from minqing.nlp.errors import EntryError
from minqing.nlp.script import detect_script

from quality import ROOT

COMMONEST = 3_000
LINE = 50
LENGTHS = ((5, 9), (10, 15), (16, 40), (41, 120))
TEXTS = 500
BOTH = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
CODECS = {"hans": ("gbk", "gb18030", *BOTH), "hant": ("big5", "cp950", "big5hkscs", *BOTH)}
WITHOUT_MARK = ("utf-16-le", "utf-16-be")
SCRIPTS = {"hans": "simplified", "hant": "traditional"}


def word_counts() -> list[tuple[str, int]]:
    """Give the words of jieba's dictionary and how often its makers met each."""
    path = Path(jieba.__file__).with_name("dict.txt")
    rows = (line.split(" ") for line in path.read_text("utf-8").splitlines())
    return [(row[0], int(row[1])) for row in rows]


def commonest(config: str | None) -> list[str]:
    """Give the commonest Han characters, the first the most frequent, of the words as OpenCC converts them."""
    words, counts = zip(*word_counts(), strict=True)
    converted = opencc.OpenCC(config).convert("\n".join(words)).split("\n") if config else words
    found: Counter[str] = Counter()
    for word, count in zip(converted, counts, strict=True):
        found.update({char: word.count(char) * count for char in set(word) if "\u4e00" <= char <= "\u9fff"})
    return [char for char, _ in found.most_common(COMMONEST)]


def write_list() -> None:
    """Write the commonest characters as mainland China, Taiwan and Hong Kong write them, in turn: the commonest first."""
    lists = [commonest(config) for config in (None, "s2tw", "s2hk")]
    chars = list(dict.fromkeys(chain.from_iterable(zip(*lists, strict=True))))
    lines = [
        f"# The {COMMONEST:,} commonest characters each of the mainland, Taiwan and Hong Kong, commonest first: word frequencies of "
        f"jieba {version('jieba')} (dict.txt, MIT), converted by OpenCC {version('opencc')} (s2tw, s2hk, Apache-2.0).",
        "# Made by `python benchmarks/encodings.py --list`.",
        *("".join(chars[at : at + LINE]) for at in range(0, len(chars), LINE)),
    ]
    (ROOT / "corpora" / "common_characters.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


@cache
def gold_texts(script: str) -> list[str]:
    texts = (item.entry.text for part in ("dev", "train") for item in load_gold(part))
    return [text for text in texts if detect_script(text) == script]


def cuts(script: str, codec: str, shortest: int, longest: int) -> Iterator[str]:
    """Cut texts that hold Chinese and can be written in ``codec``, the same every time."""
    random = Random(f"{script} {codec} {shortest}")
    texts = [text for text in gold_texts(script) if len(text) >= longest]
    while True:
        text, length = random.choice(texts), random.randint(shortest, longest)
        at = random.randrange(len(text) - length + 1)
        cut = text[at : at + length]
        if not cut.isascii() and cut.encode(codec, "ignore").decode(codec) == cut:
            yield cut


def measure(script: str, codec: str, shortest: int, longest: int) -> Counter[str]:
    """Count the hits, the hits flagged as unsure, and the misses that were not: wrong texts nobody is warned of."""
    found: Counter[str] = Counter()
    for text in islice(cuts(script, codec, shortest, longest), TEXTS):
        try:
            decoded = decode(text.encode(codec), "cut")
        except EntryError:
            continue
        hit = decoded.text == text
        found.update(hit=hit, flagged=hit and not decoded.sure, unwarned=not hit and decoded.sure)
    return found


def holds(codec: str, shortest: int, hits: int) -> bool:
    """Say whether the target is reached; UTF-16 without a byte order mark has none."""
    return codec in WITHOUT_MARK or hits >= TEXTS * (0.99 if shortest < 10 else 0.995)


def main() -> None:
    lengths = [f"{shortest}-{longest}" for shortest, longest in LENGTHS]
    print(f"Hits of {TEXTS} texts by their length in characters (right but flagged / wrong and not flagged):\n")
    print("| script | encoding | " + " | ".join(lengths) + " |\n| --- | --- |" + " --: |" * len(lengths))
    reached = True
    for script, codecs in CODECS.items():
        for codec in sorted(codecs, key=WITHOUT_MARK.__contains__):
            counts = [measure(script, codec, *length) for length in LENGTHS]
            reached &= all(holds(codec, low, c["hit"]) for (low, _), c in zip(LENGTHS, counts, strict=True))
            cells = [f"{c['hit']} ({c['flagged']} / {c['unwarned']})" for c in counts]
            print(f"| {SCRIPTS[script]} | {codec} | " + " | ".join(cells) + " |")
    print(f"\nTargets, 99.5 % from 10 characters on and 99 % below: {'reached' if reached else 'MISSED'}")
    print("(none for utf-16-le and utf-16-be, which stand for UTF-16 without a byte order mark).")


if __name__ == "__main__":
    write_list() if "--list" in sys.argv else main()
