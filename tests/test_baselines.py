import json
from pathlib import Path

import pytest

from minqing.corpora.labelled import load_gold
from minqing.nlp.evaluation import as_dict, evaluate
from minqing.nlp.tagger import Tagger

BASELINES = sorted((Path(__file__).parent / "baselines").glob("*.json"))


@pytest.mark.parametrize("path", BASELINES, ids=lambda path: path.stem)
def test_the_default_model_is_as_good_as_was_measured(path: Path, tagger: Tagger) -> None:
    """Changed only on purpose: by ``python benchmarks/quality.py``."""
    gold = load_gold(path.stem)
    tagged = list(tagger.pipe(item.entry for item in gold))
    found = as_dict(evaluate(gold, [t.needs for t in tagged], [t.facets for t in tagged]))
    wanted = json.loads(path.read_text("utf-8"))
    for name in ("micro_f1", "macro_f1", "open_micro_f1", "mention_f1", "status_accuracy", "false_alarm_rate"):
        assert found[name] == pytest.approx(wanted[name], abs=0.005), name


def test_a_baseline_is_kept_of_the_development_set_and_of_the_test_part() -> None:
    assert [path.stem for path in BASELINES] == ["dev", "test"]
