import json
import subprocess
import sys
from pathlib import Path

import pytest

from minqing.corpora.labelled import load_gold
from minqing.nlp.evaluation import Count, as_dict, as_table, evaluate, match_mentions
from minqing.nlp.records import Entry, LabelledEntry, Need
from minqing.nlp.script import detect_script
from minqing.nlp.tagger import Tagger

SCORER = Path(__file__).parents[2] / "shared" / "tools" / "score_entries.py"


def need(label: str, start: int, end: int, status: str = "unmet") -> Need:
    return Need(label, f"{label}.x", status, 1.0, start, end, "")


def item(*needs: Need) -> LabelledEntry:
    return LabelledEntry(Entry("1", "水" * 40), needs)


def test_each_gold_mention_is_matched_once() -> None:
    assert len(match_mentions([need("water", 0, 5)], [need("water", 0, 2), need("water", 3, 5)])) == 1


def test_a_mention_of_another_label_or_place_is_no_match() -> None:
    assert match_mentions([need("water", 0, 5)], [need("roads", 0, 5), need("water", 5, 9)]) == []


def test_the_figures_of_a_small_case_are_those_counted_by_hand() -> None:
    gold = [item(need("water", 0, 5), need("roads", 6, 9, "met")), item()]
    card = evaluate(gold, [[need("water", 0, 3, "planned"), need("health", 10, 12)], [need("care", 0, 2)]]).overall
    assert (card.precision, card.recall) == (pytest.approx(1 / 3), 0.5)
    assert card.open_micro_f1 == pytest.approx(0.5)
    assert card.label_status_f1 == 0.0
    assert card.mention_f1 == pytest.approx(0.4)
    assert card.status_accuracy == 0.0
    assert (card.false_alarm_rate, card.no_need_entries) == (1.0, 1)


def test_nothing_predicted_and_nothing_there_gives_zeros_not_errors() -> None:
    assert evaluate([item()], [[]]).overall.micro_f1 == 0.0
    assert Count().precision == Count().recall == Count().f1 == 0.0


def test_the_report_is_plain_values_and_a_table() -> None:
    report = evaluate([item(need("water", 0, 5))], [[need("water", 0, 5)]])
    assert json.loads(json.dumps(as_dict(report)))["labels"]["water"]["f1"] == 1.0
    assert "water" in as_table(report)


@pytest.mark.skipif(not SCORER.exists(), reason="the scorer of the hidden sets is not beside the checkout")
def test_the_figures_are_those_of_the_scorer_of_the_hidden_sets(tagger: Tagger, tmp_path: Path) -> None:
    gold = load_gold("dev")
    tagged = list(tagger.pipe(item.entry for item in gold))
    card = evaluate(gold, [t.needs for t in tagged]).overall

    def rows(all_needs: list[tuple[Need, ...]]) -> str:
        lines = [
            {"id": g.entry.id, "text": g.entry.text, "script": detect_script(g.entry.text),
             "needs": [{"label": n.label, "status": n.status, "start": n.start, "end": n.end} for n in needs]}
            for g, needs in zip(gold, all_needs, strict=True)
        ]  # fmt: skip
        return "\n".join(map(json.dumps, lines))

    (tmp_path / "gold.jsonl").write_text(rows([g.needs for g in gold]), encoding="utf-8")
    (tmp_path / "pred.jsonl").write_text(rows([t.needs for t in tagged]), encoding="utf-8")
    command = [
        sys.executable,
        str(SCORER),
        str(tmp_path / "pred.jsonl"),
        "--gold",
        str(tmp_path / "gold.jsonl"),
        "--json",
    ]
    theirs = json.loads(subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout)
    names = {
        "label_micro_f1": card.micro_f1, "label_macro_f1": card.macro_f1, "open_micro_f1": card.open_micro_f1,
        "label_status_micro_f1": card.label_status_f1, "false_alarm_rate_no_need": card.false_alarm_rate,
    }  # fmt: skip
    assert {name: pytest.approx(theirs[name]) for name in names} == names
    assert card.mention_f1 == pytest.approx(theirs["mention_f1"], abs=0.01)
