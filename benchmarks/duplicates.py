"""How well near-duplicates are told from different entries: what THRESHOLD in corpora/duplicates.py rests on.

usage: python benchmarks/duplicates.py

Entries of the gold corpus are changed at 1, 3, 5 and 10 % of their characters (put in, left out, replaced by
another of the same text); printed is the share found at each threshold, and how many pairs of different
entries would be called alike.
"""

import random

import numpy as np

from minqing.corpora.duplicates import SHORTEST, bare, signature
from minqing.corpora.labelled import load_gold

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
ENTRIES = 2_000


def changed(text: str, share: float, chance: random.Random) -> str:
    characters = list(text)
    for place in chance.sample(range(len(text)), max(1, round(len(text) * share))):
        other = chance.choice(text)
        characters[place] = chance.choice(["", other, characters[place] + other])
    return "".join(characters)


def main() -> None:
    chance = random.Random(0)
    texts = [plain for item in load_gold("train") if len(plain := bare(item.entry.text)) >= SHORTEST][:ENTRIES]
    signatures = np.stack([signature(text) for text in texts])
    print("threshold " + "".join(f"{threshold:>8}" for threshold in THRESHOLDS))
    for share in (0.01, 0.03, 0.05, 0.1):
        alike = np.array(
            [np.mean(signature(changed(t, share, chance)) == s) for t, s in zip(texts, signatures, strict=True)]
        )
        print(f"{share:>7.0%} changed" + "".join(f"{np.mean(alike >= threshold):>8.3f}" for threshold in THRESHOLDS))
    pairs = np.concatenate([(signatures[i + 1 :] == signatures[i]).mean(axis=1) for i in range(len(texts))])
    print(f"of {len(pairs):,} pairs " + "".join(f"{int((pairs >= threshold).sum()):>8}" for threshold in THRESHOLDS))


if __name__ == "__main__":
    main()
