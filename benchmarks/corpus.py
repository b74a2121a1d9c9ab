"""Counts of the gold corpus and the lexicon, written into corpora/README.md.

usage: python benchmarks/corpus.py
"""

import json
from collections import Counter
from pathlib import Path

from minqing.corpora.lexicons import load_concepts, load_terms, load_vocabulary

from quality import ROOT, put

PARTS = ("train", "contrast", "dev", "test")


def rows(part: str) -> list[dict[str, object]]:
    path = ROOT / "corpora" / "gold" / f"{part}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def counts(part: str) -> list[str]:
    taken = rows(part)
    needs = [need for row in taken for need in row["needs"]]  # type: ignore[attr-defined]
    lengths = [len(str(row["text"])) for row in taken]
    status = Counter(need["status"] for need in needs)
    subs = Counter(need["sub"] for need in needs)
    return [
        f"{len(taken):,}",
        f"{len({row['author'] for row in taken}):,}",
        f"{len(needs):,}",
        f"{sum(not row['needs'] for row in taken) / len(taken):.0%}",
        f"{sum(row['script'] == 'hant' for row in taken) / len(taken):.0%}",
        f"{sum(lengths) / len(lengths):.0f} ({min(lengths)}-{max(lengths)})",
        f"{sum(n > 400 for n in lengths)} / {sum(n > 1000 for n in lengths)}",
        " / ".join(f"{status[s] / len(needs):.0%}" for s in ("unmet", "planned", "in_progress", "met", "declined")),
        f"{min(subs.values())} ({min(subs, key=lambda s: subs[s])})",
    ]


TITLES = (
    "entries", "imagined authors", "needs", "entries without need", "traditional", "characters, mean (range)",
    "over 400 / 1,000 characters", "unmet / planned / in progress / met / declined", "needs of the rarest second-level label",
)  # fmt: skip


def main() -> None:
    columns = [counts(part) for part in PARTS]
    lines = ["| | " + " | ".join(PARTS) + " |", "| --- |" + " --- |" * len(PARTS)]
    lines += [f"| {title} | " + " | ".join(cells) + " |" for title, *cells in zip(TITLES, *columns, strict=True)]
    terms = load_terms()
    lines += ["", f"The lexicon: {len({t.text for t in terms}):,} terms in {len(load_concepts())} concepts, "
              f"{sum(bool(t.region) for t in terms):,} regional; {len(load_vocabulary())} words of vocabulary."]  # fmt: skip
    put(Path(ROOT, "corpora", "README.md"), "corpus", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
