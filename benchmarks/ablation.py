"""What each part of the model is worth: cross-validation by author without it, on a share of the authors.

    python benchmarks/ablation.py [--share 0.3] [--jobs 2]

Writes the table into quality.md.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

import numpy as np

from minqing.corpora.labelled import load_gold
from minqing.corpora.lexicons import load_lexicon, load_vocabulary
from minqing.corpora.taxonomy import load_taxonomy
from minqing.nlp import candidates, deciding, heads, status, verdicts
from minqing.nlp.concepts import ConceptLexicon
from minqing.nlp.evaluation import Report
from minqing.nlp.records import LabelledEntry
from minqing.nlp.training import Recipe, fit

from quality import ROOT, put

FLAT = dict.fromkeys(status.FADING, (0.0, 1.0))
N_OWN_EVIDENCE = candidates.EVIDENCE.index("label_before")


def _own_evidence(*args: object) -> np.ndarray:
    rows = candidates.evidence(*args)  # type: ignore[arg-type]
    rows[:, N_OWN_EVIDENCE:] = 0
    return rows


@contextmanager
def changed(*changes: tuple[object, str, object]) -> Iterator[None]:
    """Put other values in place of a module's own for a while."""
    with ExitStack() as stack:
        # First in, last out: the table of what a clause counts is made of FADING, and kept.
        stack.callback(status.place_weights.cache_clear)
        for module, name, value in changes:
            stack.enter_context(patch.object(module, name, value))
        status.place_weights.cache_clear()
        yield


VARIANTS: dict[str, list[tuple[object, str, object]]] = {
    "all of it": [],
    "no concept lexicon": [],
    "no neighbouring clauses": [(heads, "BEFORE", 0.0), (heads, "AFTER", 0.0)],
    "decision without the neighbours' scores": [(deciding, "evidence", _own_evidence)],
    "status from the mention alone": [(heads, "PLACES", {"own": 1.0, "sooner": 0.0, "later": 0.0})],
    "status: voices do not fade": [(status, "FADING", FLAT)],
    "status from the heads alone": [(deciding, "_fit_outcomes", lambda *_: None)],
    "needs in entries that seem to hold none": [(verdicts, "QUIET", 0.0)],
    "one threshold for all labels": [(deciding, "SHRINKAGE", 1e9)],
    "thresholds not shrunk": [(deciding, "SHRINKAGE", 0.0)],
}


def some_authors(rows: list[LabelledEntry], share: float) -> list[LabelledEntry]:
    """Give the entries of every n-th author, in their order."""
    authors = sorted({row.author for row in rows})
    kept = set(authors[:: max(1, round(1 / share))])
    return [row for row in rows if row.author in kept]


def run(name: str, labelled: list[LabelledEntry], recipe: Recipe) -> Report:
    if name == "no concept lexicon":
        recipe = replace(recipe, lexicon=ConceptLexicon(""))
    with changed(*VARIANTS[name]):
        return fit(labelled, recipe, lambda _line: None)[1]


COLUMNS: dict[str, Callable[[Report], float]] = {
    "label F1": lambda r: r.overall.micro_f1,
    "macro": lambda r: r.overall.macro_f1,
    "open": lambda r: r.overall.open_micro_f1,
    "label + status": lambda r: r.overall.label_status_f1,
    "mention": lambda r: r.overall.mention_f1,
    "status": lambda r: r.overall.status_accuracy,
    "false alarms": lambda r: r.overall.false_alarm_rate,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    labelled = some_authors(load_gold("train") + load_gold("contrast"), asked.share)
    recipe = Recipe("ablation", load_taxonomy().label_set(), load_lexicon(), load_vocabulary(), jobs=asked.jobs)
    lines = [
        f"| {len(labelled)} entries | " + " | ".join(COLUMNS) + " |",
        "| --- |" + " ---: |" * len(COLUMNS),
    ]
    for name in VARIANTS:
        report = run(name, labelled, recipe)
        lines.append(f"| {name} | " + " | ".join(f"{column(report):.3f}" for column in COLUMNS.values()) + " |")
        print(lines[-1], flush=True)
    put(ROOT / "benchmarks" / "quality.md", "ablation", "\n".join(lines))


if __name__ == "__main__":
    main()
