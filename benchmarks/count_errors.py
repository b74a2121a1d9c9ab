"""What the default model gets right and wrong of each label, in entries: written to ledger/label_errors.json.

usage: python benchmarks/count_errors.py

The ledger corrects its counts by these figures. Measured on the development set, whose writers the model never saw.
"""

import json
from pathlib import Path

from minqing.corpora.labelled import load_gold
from minqing.models import load_default
from minqing.nlp.evaluation import evaluate
from minqing.nlp.tagger import Tagger

FILE = Path(__file__).parents[1] / "ledger" / "label_errors.json"


def main() -> None:
    tagger, gold = Tagger(load_default()), load_gold("dev")
    tagged = list(tagger.pipe(item.entry for item in gold))
    report = evaluate(gold, [t.needs for t in tagged])
    labels = {name: {"tp": c.tp, "fp": c.fp, "fn": c.fn} for name, c in sorted(report.labels.items())}
    content = {"model": tagger.name, "entries": len(gold), "labels": labels}
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"{len(labels)} labels of {tagger.name}")


if __name__ == "__main__":
    main()
