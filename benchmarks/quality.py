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
from minqing.nlp.calibration import calibration, calibration_error, judged, uncertain_band
from minqing.nlp.evaluation import Report, as_dict, as_table, evaluate, slot_counts
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


def report(part: str, tagger: Tagger) -> Report:
    gold = load_gold(part)
    tagged = list(tagger.pipe(item.entry for item in gold))
    return evaluate(gold, [t.needs for t in tagged], [t.facets for t in tagged])


def reliability(tagger: Tagger) -> str:
    """Write what scores are worth, on the development set, and how well slots are found, on the part with slots."""
    gold = load_gold("dev")
    judgements = judged(gold, [t.needs for t in tagger.pipe(item.entry for item in gold)])
    bins, band = calibration(judgements), uncertain_band(judgements)
    lines = ["| score | needs | mean score | right |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {b.low:.1f}-{b.high:.1f} | {b.needs} | {b.mean:.2f} | {b.right:.2f} |" for b in bins]
    lines += [
        "",
        f"Expected calibration error {calibration_error(bins):.3f}. The uncertain band holds {band.share:.0%} of the "
        f"needs and {band.share_of_wrong:.0%} of the wrong ones: {band.wrong_inside:.0%} are wrong inside, "
        f"{band.wrong_outside:.0%} outside.",
        "",
        "| slot | precision | recall | F1 | marked |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    marked = load_gold("slots")
    counts = slot_counts(marked, [t.needs for t in tagger.pipe(item.entry for item in marked)])
    lines += [f"| {k} | {c.precision:.3f} | {c.recall:.3f} | {c.f1:.3f} | {c.support} |" for k, c in counts.items()]
    return "\n".join(
        [*lines, "", "Slots are compared on the mentions found; their rules were adjusted on the same entries."]
    )


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
    """Put ``content`` between the marks ``<!-- name -->`` and ``<!-- /name -->``.

    Raises:
        ValueError: the file has no such marks, so that what was measured would be lost.
    """
    pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    text, times = pattern.subn(lambda m: f"{m[1]}{content}\n{m[2]}", path.read_text("utf-8"))
    if not times:
        raise ValueError(f"{path}: no marks <!-- {name} -->")
    path.write_text(text, encoding="utf-8")


def main() -> None:
    tagger = Tagger(load_default())
    found = {part: report(part, tagger) for part in (["dev", "test"] if "--test" in sys.argv else ["dev"])}
    table = summary(found)
    page = ROOT / "benchmarks" / "quality.md"
    put(page, "quality", table)
    put(page, "reliability", reliability(tagger))
    for part, figures in found.items():
        put(page, part, f"```\n{as_table(figures)}\n```")
    for part, figures in found.items():
        path = ROOT / "tests" / "baselines" / f"{part}.json"
        path.write_text(json.dumps(as_dict(figures), indent=1, ensure_ascii=False) + "\n", "utf-8")
    for readme in ("README.md", "README.zh.md"):
        put(ROOT / readme, "quality", table)
    print(table)


if __name__ == "__main__":
    main()
