"""How good the default model is: on the development set and by cross-validation, written to quality.md and the READMEs.

usage: python benchmarks/quality.py [--test]

``--test`` opens the test part as well: once a release, never to choose anything.
"""

import json
import re
import sys
from pathlib import Path

from minqing.corpora.labelled import load_gold
from minqing.models import load_default
from minqing.nlp.evaluation import Report, as_dict, as_table, evaluate
from minqing.nlp.tagger import Tagger

ROOT = Path(__file__).parents[1]
ROWS = (
    ("label F1 an entry, micro / macro", "micro_f1", "macro_f1"),
    ("open needs only, micro", "open_micro_f1", ""),
    ("label + status, micro", "label_status_f1", ""),
    ("mention (label, overlapping span)", "mention_f1", ""),
    ("status right on matched mentions", "status_accuracy", ""),
    ("false alarms on entries with no need", "false_alarm_rate", ""),
)
PARTS = {"dev": "development set", "test": "test part"}


def reports(parts: list[str]) -> dict[str, Report]:
    tagger = Tagger(load_default())
    found = {}
    for part in parts:
        gold = load_gold(part)
        tagged = list(tagger.pipe(item.entry for item in gold))
        found[part] = evaluate(gold, [t.needs for t in tagged], [t.facets for t in tagged])
    return found


def summary(found: dict[str, Report]) -> str:
    """Write the table of the READMEs: cross-validation as the model's manifest holds it, and each part."""
    crossed = load_default().facts["cross_validation"]
    assert isinstance(crossed, dict)
    columns = {"cross-validation": crossed} | {PARTS[p]: vars_of(r) for p, r in found.items()}
    lines = ["| | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
    for title, *names in ROWS:
        cells = [" / ".join(f"{values[name]:.3f}" for name in names if name) for values in columns.values()]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    counts = [f"{values['entries']:.0f}" for values in columns.values()]
    lines.append("| entries | " + " | ".join(counts) + " |")
    return "\n".join(lines)


def vars_of(report: Report) -> dict[str, float]:
    return {name: getattr(report.overall, name) for name in report.overall.__dataclass_fields__}


def put(path: Path, name: str, content: str) -> None:
    """Put ``content`` between the marks ``<!-- name -->`` and ``<!-- /name -->``."""
    pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    path.write_text(pattern.sub(lambda m: f"{m[1]}{content}\n{m[2]}", path.read_text("utf-8")), encoding="utf-8")


def main() -> None:
    found = reports(["dev", "test"] if "--test" in sys.argv else ["dev"])
    table = summary(found)
    details = "\n\n".join(f"## {PARTS[p].capitalize()}\n\n```\n{as_table(r)}\n```" for p, r in found.items())
    (ROOT / "benchmarks" / "quality.md").write_text(
        f"# Quality of the default model\n\n{table}\n\n{details}\n", "utf-8"
    )
    for part, report in found.items():
        path = ROOT / "tests" / "baselines" / f"{part}.json"
        path.write_text(json.dumps(as_dict(report), indent=1, ensure_ascii=False) + "\n", "utf-8")
    for readme in ("README.md", "README.zh.md"):
        put(ROOT / readme, "quality", table)
    print(table)


if __name__ == "__main__":
    main()
