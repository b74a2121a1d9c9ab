"""How well mentions are linked to needs, by pairs, on the labelled set that ships.

usage: python benchmarks/linking.py

A pair of mentions is right when both are of one need. Labels, names and statuses are those of the set: what the
tagger gets wrong comes on top. The weights of ``ledger/likeness.py`` were set on every second village ("set on").
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from minqing.corpora.links import LinkedNeed, load_links
from minqing.ledger.holders import key_of_name
from minqing.ledger.likeness import Mention
from minqing.ledger.linking import group

PAGE = Path(__file__).with_suffix(".md")


def blocks(needs: Iterable[LinkedNeed]) -> list[tuple[list[Mention], dict[int, str]]]:
    """Give the mentions of each place and label in the order of time, and the need of each."""
    found: defaultdict[tuple[str, str], tuple[list[Mention], dict[int, str]]] = defaultdict(lambda: ([], {}))
    number = 0
    for need in needs:
        mentions, of = found[need.place, need.sub.partition(".")[0]]
        for one in need.mentions:
            number += 1
            key = key_of_name(one.who)
            holder = "household" if key else "village"
            mentions.append(Mention(number, number, key, holder, one.date, need.sub, one.status, one.text))
            of[number] = need.id
    return [(sorted(mentions, key=lambda m: (m.date, m.id)), of) for mentions, of in found.values()]


def measured(needs: list[LinkedNeed]) -> tuple[int, int, float, float]:
    """Give how many needs and pairs there are, and precision and recall of pairs."""
    right = linked = there = 0
    for mentions, of in blocks(needs):
        got = {pair for g in group(mentions) for pair in combinations(sorted(m.id for m in g.mentions), 2)}
        gold = {(a, b) for a, b in combinations(sorted(of), 2) if of[a] == of[b]}
        right, linked, there = right + len(got & gold), linked + len(got), there + len(gold)
    return len(needs), there, right / max(linked, 1), right / max(there, 1)


def halves() -> dict[str, list[LinkedNeed]]:
    needs = list(load_links())
    places = list(dict.fromkeys(need.place for need in needs))
    return {
        "set on": [n for n in needs if places.index(n.place) % 2 == 0],
        "held out": [n for n in needs if places.index(n.place) % 2],
        "all": needs,
    }


def main() -> None:
    lines = ["| villages | needs | pairs | precision | recall |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, needs in halves().items():
        n, pairs, precision, recall = measured(needs)
        lines.append(f"| {name} | {n} | {pairs} | {precision:.3f} | {recall:.3f} |")
    table = "\n".join(lines)
    _, _, rest = (__doc__ or "").partition("A pair of")
    PAGE.write_text(
        f"# How well needs are linked\n\nWritten by `benchmarks/linking.py`. A pair of{rest}\n{table}\n", "utf-8"
    )
    print(table)


if __name__ == "__main__":
    main()
