"""Which marks of the training corpus look wrong: where models that never saw an entry are sure of something else.

usage: python benchmarks/label_errors.py OUT [--most 300] [--newest N]

Every entry is judged by a model learnt on other authors. OUT gets the most doubtful marks, one JSON object a
line: half of them labels that are marked and were given next to no chance, half labels that were given a great
chance and are not marked; with ``--newest`` only those of the last N entries of ``train``. They are read one by
one; marks that were changed stand in ``corpora/gold/corrections.tsv``.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from minqing.corpora.labelled import load_gold
from minqing.corpora.lexicons import load_lexicon, load_vocabulary
from minqing.corpora.taxonomy import load_taxonomy
from minqing.models.retraining import training_corpus
from minqing.nlp.deciding import fit_decider
from minqing.nlp.decisions import Decider
from minqing.nlp.engines import make_engine
from minqing.nlp.examples import Examples, make_examples
from minqing.nlp.reading import Reader
from minqing.nlp.scores import Scores
from minqing.nlp.training import Recipe, learn, split_by_author


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--most", type=int, default=300)
    parser.add_argument("--newest", type=int, default=0)
    asked = parser.parse_args()
    recipe = Recipe("errors", load_taxonomy().label_set(), load_lexicon(), load_vocabulary(), jobs=2)
    labelled = training_corpus()
    examples = make_examples(
        labelled, recipe.label_set, recipe.lexicon, make_engine("rjieba"), Reader(recipe.vocabulary)
    )
    folds = split_by_author(labelled)
    _, held_out = learn(examples, folds, recipe)
    scored = list(zip(map(examples.take, folds), held_out, strict=True))
    decider = fit_decider(scored)
    doubts = sorted((doubt for part, scores in scored for doubt in _doubts(part, scores, decider)), key=lambda d: d[0])
    newest = {item.entry.id for item in load_gold("train")[-asked.newest :]}
    chosen = [doubt for _, doubt in doubts if not asked.newest or doubt["id"] in newest]
    marked = [doubt for doubt in chosen if doubt["marked"]]
    unmarked = [doubt for doubt in chosen if not doubt["marked"]]
    half = asked.most // 2
    lines = (json.dumps(doubt, ensure_ascii=False) for doubt in marked[:half] + unmarked[:half])
    asked.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _doubts(part: Examples, scores: Scores, decider: Decider) -> Iterator[tuple[float, dict[str, object]]]:
    """Give each mark with how much chance it has of being right, the least first to be read."""
    best = decider.chances(scores)
    for entry, item in enumerate(part.labelled):
        for label, name in enumerate(part.label_set.labels):
            marked = bool(part.targets.entry_labels[entry, label])
            found = float(best[entry, label])
            right = found if marked else 1 - found
            if right < (0.1 if marked else 0.3):
                spans = [need.text for need in item.needs if need.label == name]
                yield right, {"id": item.entry.id, "label": name, "marked": spans, "chance": round(found, 3)}


if __name__ == "__main__":
    main()
