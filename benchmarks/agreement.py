"""How far two annotators agree: the second, blind pass over 330 entries against the first, written to the data card.

usage: python benchmarks/agreement.py

``corpora/gold/second.jsonl`` holds both passes as they were before the disagreements were settled.
"""

from collections import Counter
from pathlib import Path

import msgspec

from minqing.corpora.labelled import GoldNeed
from minqing.nlp.evaluation import evaluate, match_mentions
from minqing.nlp.records import Entry, LabelledEntry, Need

from quality import ROOT, put


class Both(msgspec.Struct):
    id: str
    first: list[GoldNeed]
    second: list[GoldNeed]


def as_needs(marks: list[GoldNeed]) -> tuple[Need, ...]:
    return tuple(Need(m.label, m.sub, m.status, 1.0, m.start or 0, m.end or 0, m.text) for m in marks)


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Give Cohen's kappa of paired answers."""
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[status] * second[status] for status in first) / len(pairs) ** 2
    observed = sum(a == b for a, b in pairs) / len(pairs)
    return (observed - chance) / (1 - chance)


def half(a: Need, b: Need) -> bool:
    """Say whether two spans share at least half of the longer one."""
    return 2 * (min(a.end, b.end) - max(a.start, b.start)) >= max(a.end - a.start, b.end - b.start)


def main() -> None:
    lines = Path(ROOT / "corpora" / "gold" / "second.jsonl").read_bytes().splitlines()
    rows = [msgspec.json.decode(line, type=Both) for line in lines]
    gold = [LabelledEntry(Entry(row.id, ""), as_needs(row.first)) for row in rows]
    found = [as_needs(row.second) for row in rows]
    report = evaluate(gold, found)
    card = report.overall
    matches = [pair for item, needs in zip(gold, found, strict=True) for pair in match_mentions(item.needs, needs)]
    statuses = [(a.status, b.status) for a, b in matches]
    spans = (
        2
        * sum(half(a, b) for a, b in matches)
        / sum(len(item.needs) + len(n) for item, n in zip(gold, found, strict=True))
    )
    mixed = Counter(f"{a} / {b}" for a, b in statuses if a != b)
    lowest = sorted(report.labels.items(), key=lambda pair: pair[1].f1)[:4]
    put(
        ROOT / "corpora" / "README.md",
        "agreement",
        "\n".join(
            [
                f"- {card.entries} entries, {sum(len(i.needs) for i in gold)} needs in the first pass, {sum(map(len, found))} in the second",
                f"- label F1 an entry {card.micro_f1:.3f} (micro), {card.macro_f1:.3f} (macro); lowest: "
                + ", ".join(f"{name} {count.f1:.2f}" for name, count in lowest),
                f"- second-level label the same on {card.sub_accuracy:.1%} of matched mentions",
                f"- status the same on {card.status_accuracy:.1%}, Cohen's kappa {kappa(statuses):.3f}; mixed up: "
                + ", ".join(f"{pair} {n}" for pair, n in mixed.most_common(3)),
                f"- mention F1 {card.mention_f1:.3f} by any overlap, {spans:.3f} at half overlap",
                f"- needs seen by the second alone in {card.false_alarm_rate:.1%} of {card.no_need_entries} entries without need",
            ]
        ),
    )


if __name__ == "__main__":
    main()
