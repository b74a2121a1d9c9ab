"""Comparing models, the gate, and the models of this installation."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from minqing.cli import command
from minqing.models import current_folder, load_any, open_tagger, registry, save
from minqing.models.comparing import compare, comparison_rows, reference
from minqing.models.gate import judge_candidate
from minqing.models.retraining import Settings, train_model
from minqing.models.storage import SHIPPED
from minqing.nlp.errors import LabelError, MinqingError, ModelError
from minqing.nlp.records import LabelledEntry
from minqing.nlp.training import fit

from own import rows, write
from tiny import LABELLED, RECIPE, silent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models of the same labels, good and poor, one of fewer, one of needs, and rows to judge them by."""
    place = tmp_path_factory.mktemp("models")
    write(place / "held.jsonl", rows(120, seed=9))
    write(place / "rows.jsonl", rows(100))
    spoilt = [{**row, "labels": ["桥梁"] if row["labels"] == ["饮水"] else row["labels"]} for row in rows(100)]
    write(place / "spoilt.jsonl", spoilt)
    write(place / "fewer.jsonl", [row for row in rows(100) if "饮水" not in row["labels"]])  # type: ignore[operator]
    for name, data in {"good": "rows", "poor": "spoilt", "fewer": "fewer"}.items():
        train_model([place / f"{data}.jsonl"], place / name, Settings(name=name), silent)
    save(fit(LABELLED, RECIPE, silent)[0], place / "needs", "1.0")
    return place


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINQING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*words: object) -> Result:
    result = CliRunner().invoke(command, ["--lang", "en", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def gold_of(folder: Path, model: str = "good") -> list[LabelledEntry]:
    return reference([folder / "held.jsonl"], load_any(folder / model))


def test_a_comparison_says_what_changed_and_whether_it_is_chance(folder: Path) -> None:
    good, poor = load_any(folder / "good"), load_any(folder / "poor")
    found = compare(good, poor, gold_of(folder))
    assert found.difference.worse > 10 > found.difference.better and found.difference.p < 0.001
    assert found.difference.micro_interval[1] < 0
    changed = [entry for entry in found.changed if entry.gold == ("饮水",)]
    assert changed and all(entry.a == ("饮水",) and entry.b != ("饮水",) for entry in changed)
    before, after, n = comparison_rows(found)["饮水"]
    assert before > 0.95 > after and n > 20
    same = compare(good, good, gold_of(folder))
    assert not same.changed and same.difference.p == 1


def test_compare_prints_a_table_draws_a_picture_and_writes_json(folder: Path, tmp_path: Path) -> None:
    words = ("compare", folder / "good", folder / "poor", folder / "held.jsonl")
    table = run(*words, "--svg", tmp_path / "c.svg", "--show", 3).stdout
    assert "micro F1" in table and "饮水" in table and "entries are answered otherwise" in table
    assert table.count("A: ") == 3 + 1  # three entries, and the line of the test
    picture = (tmp_path / "c.svg").read_text("utf-8")
    assert (
        picture.startswith("<svg")
        and "饮水" in picture
        and "http" not in picture.replace("www.w3.org", "").replace("http:///", "")
    )
    found = json.loads(run(*words, "--json").stdout)
    assert {"micro_f1", "macro_f1", "labels", "a", "b", "difference", "changed"} <= set(found)
    assert found["micro_f1"] == found["b"]["micro_f1"] < found["a"]["micro_f1"]


def test_evaluate_knows_the_labels_of_the_model(folder: Path, tmp_path: Path) -> None:
    words = ("evaluate", folder / "held.jsonl", "--model", folder / "good")
    found = json.loads(run(*words, "--json", "--svg", tmp_path / "e.svg").stdout)
    assert found["micro_f1"] > 0.95 and set(found["labels"]) == {"桥梁", "饮水", "上学"}
    assert found["intervals"]["micro_f1"][0] <= found["micro_f1"] <= found["intervals"]["micro_f1"][1]
    assert (tmp_path / "e.svg").read_text("utf-8").count("<rect") == 1 + 1 + 3


def test_a_label_never_seen_is_named_with_its_row_and_counts_as_missed(folder: Path, tmp_path: Path) -> None:
    made = [*rows(20, seed=9), {"text": "月亮圆了", "labels": ["月亮"]}]
    shown = run("evaluate", write(tmp_path / "rows.jsonl", made), "--model", folder / "good", "--json")
    assert "rows.jsonl:21: a label the model has never seen, which counts as missed: '月亮'" in shown.stderr
    assert json.loads(shown.stdout)["labels"]["月亮"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}
    none = write(tmp_path / "none.jsonl", [{"text": "月亮圆了", "labels": ["月亮"]}])
    with pytest.raises(LabelError, match=r"none.jsonl: labels of another set \(月亮 …\); the model knows 上学"):
        reference([none], load_any(folder / "good"))
    with pytest.raises(LabelError, match="2 rows and no labels"):
        reference([write(tmp_path / "e.jsonl", [{"text": "晴", "labels": []}] * 2)], load_any(folder / "good"))


def test_labels_of_another_set_than_the_models_are_refused(folder: Path) -> None:
    with pytest.raises(LabelError, match=r"held.jsonl: labels of another set \(.* …\); the model knows funding"):
        reference([folder / "held.jsonl"], load_any(folder / "needs"))
    with pytest.raises(ModelError, match="models of different label sets cannot be compared: 上学"):
        compare(load_any(folder / "good"), load_any(folder / "needs"), gold_of(folder))


def test_the_gate_says_which_label_falls_and_lets_a_better_model_pass(folder: Path) -> None:
    good, poor = load_any(folder / "good"), load_any(folder / "poor")
    verdict = judge_candidate(poor, good, gold_of(folder))
    assert any(reason.startswith("label 饮水 falls from") for reason in verdict.reasons)
    assert judge_candidate(good, poor, gold_of(folder)).reasons == ()
    assert judge_candidate(poor, good, gold_of(folder), margin=1).reasons == ()


def test_the_gate_never_forgets_a_label(folder: Path, tmp_path: Path) -> None:
    held = write(tmp_path / "held.jsonl", [row for row in rows(60, seed=9) if "饮水" not in row["labels"]])  # type: ignore[operator]
    fewer, good = load_any(folder / "fewer"), load_any(folder / "good")
    assert "label 饮水 is gone" in judge_candidate(fewer, good, reference([held], fewer)).reasons


def test_the_gate_watches_scripts_and_statuses(folder: Path) -> None:
    from minqing.models.comparing import Comparison, Judged
    from minqing.models.gate import _falls
    from minqing.nlp.evaluation import Count, evaluate
    from minqing.nlp.intervals import difference
    from minqing.nlp.records import Entry, Need

    gold = [
        LabelledEntry(
            Entry(str(i), "水渠断了没人修" if i % 2 else "水渠斷了沒人修"),
            (Need("water", "", "met", 1, 0, 4, "水渠断了"),),
        )
        for i in range(60)
    ]
    right = [item.needs for item in gold]
    deaf = [() if i % 2 == 0 else needs for i, needs in enumerate(right)]
    wrong = [tuple(Need("water", "", "unmet", 1, 0, 4, "") for _ in needs) for needs in right]

    def falls(b: list[tuple[Need, ...]]) -> str:
        judged = [Judged("", needs, [], evaluate(gold, needs)) for needs in (right, b)]
        answers = [j.answers for j in judged]
        statuses = {"met": (Count(60, 0, 0), Count(sum(n.status == "met" for needs in b for n in needs), 0, 0))}
        found = Comparison(*judged, difference(answers[0], *answers), [], statuses)
        return "\n".join(_falls(found, 0.03))

    assert "script hant falls from 1.000 to 0.000 (on 30)" in falls(deaf) and "script hans" not in falls(deaf)
    assert "status met falls from 1.000 to 0.000" in falls(wrong) and "script" not in falls(wrong)


def test_promote_list_and_roll_back(folder: Path, home: Path) -> None:
    assert current_folder() == SHIPPED and "Default: shipped" in run("models").stdout
    refused = run("promote", folder / "good", "--on", folder / "held.jsonl")
    assert refused.exit_code == 1 and "it has other labels than the default model" in refused.stderr
    assert not home.exists()
    forced = run("promote", folder / "good", "--on", folder / "held.jsonl", "--force")
    assert forced.exit_code == 0 and "is now the default model (version 0001" in forced.stdout
    assert json.loads(run("tag", "桥塌了半边。", "--json").stdout)["needs"][0]["label"] == "桥梁"

    worse = run("promote", folder / "poor", "--on", folder / "held.jsonl")
    assert worse.exit_code == 1 and "label 饮水 falls from" in worse.stderr and "--force" in worse.stderr
    assert current_folder() == home / "models" / "0001"
    assert run("promote", folder / "poor", "--on", folder / "held.jsonl", "--force").exit_code == 0
    found = json.loads(run("models", "--json").stdout)
    assert found["default"] == "0002" and found["decisions"][1]["overridden"] and found["decisions"][1]["who"]
    assert "! label 饮水 falls" in run("models").stdout

    assert "0001 good@" in run("rollback").stdout and current_folder().name == "0001"
    assert "shipped" in run("rollback").stdout and current_folder() == SHIPPED
    with pytest.raises(ModelError, match="there is nothing to roll back"):
        run("rollback")
    assert len(registry.decisions()) == 4  # every decision is kept


def test_promoting_after_a_rollback_goes_back_to_where_it_was(folder: Path, home: Path) -> None:
    for name in ("good", "poor"):
        registry.adopt(folder / name, name, {})
    registry.go_back()
    registry.adopt(folder / "fewer", "fewer", {})
    assert registry.go_back().model == "good" and registry.go_back().version == "shipped"


def test_a_promoted_model_outlives_its_folder(folder: Path, home: Path, tmp_path: Path) -> None:
    train_model([folder / "rows.jsonl"], tmp_path / "mine", Settings(), silent)
    registry.adopt(tmp_path / "mine", "mine", {})
    (tmp_path / "mine" / "weights.safetensors").write_bytes(b"")
    assert load_any(current_folder()).name == "own"


def test_a_card_is_shown_for_a_folder_a_version_and_the_default(folder: Path, home: Path) -> None:
    registry.adopt(folder / "good", "good", {})
    cards = [run("models", name).stdout for name in (folder / "good", "0001", "default")]
    assert cards[0] == cards[1] == cards[2] and "# good" in cards[0] and "桥梁" in cards[0]
    assert "needs, by the taxonomy" in run("models", "shipped").stdout


def test_a_home_that_cannot_be_written_or_read_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MINQING_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(MinqingError, match=r"cannot be (written|read)"):
        registry.adopt(folder / "good", "good", {})
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "models.jsonl").write_text("{broken\n")
    monkeypatch.setenv("MINQING_HOME", str(tmp_path / "home"))
    with pytest.raises(ModelError, match=r"models.jsonl:1: damaged.*delete that line"):
        current_folder()


def test_a_promoted_model_that_is_gone_is_named_with_the_way_back(folder: Path, home: Path) -> None:
    registry.adopt(folder / "good", "good", {})
    (home / "models" / "0001").rename(home / "models" / "x")
    with pytest.raises(ModelError, match=r"0001.manifest.json: cannot be read"):
        run("tag", "桥塌了。")
    assert "shipped" in run("rollback").stdout


def test_a_model_of_needs_is_held_against_the_default_on_the_development_set(folder: Path, home: Path) -> None:
    refused = run("promote", folder / "needs")
    assert refused.exit_code == 1 and "falls from" in refused.stderr and "micro F1 falls" in refused.stderr


def test_quick_training_keeps_the_decisions_and_learns_the_rest(folder: Path, home: Path, tmp_path: Path) -> None:
    registry.adopt(folder / "needs", "tiny", {})
    path = write(
        tmp_path / "rows.jsonl",
        [{"text": f"{i}组的水渠断了没人修。", "labels": ["water"]} for i in range(12)] + [{"text": "天晴"}],
    )
    settings = Settings(name="quick", quick=True)
    report = train_model([path], tmp_path / "model", settings, silent, lambda: list(LABELLED)).report
    found, parent = load_any(tmp_path / "model"), load_any(folder / "needs")
    assert report.overall.entries == len(reference([], parent)) and "development_set" in found.facts
    assert found.limits.thresholds.tolist() == parent.limits.thresholds.tolist()
    (need,) = open_tagger(tmp_path / "model").tag("9组的水渠断了没人修。").needs
    assert need.label == "water"
    assert "development" not in str(parent.facts) and "micro_f1" in run("models", tmp_path / "model").stdout


def test_added_rows_are_weighted_and_the_corpus_stays(tmp_path: Path) -> None:
    path = write(
        tmp_path / "rows.jsonl",
        [{"text": f"{i}组的水渠断了没人修。", "labels": ["water"] if i % 2 else []} for i in range(12)],
    )
    lines: list[str] = []
    train_model([path], tmp_path / "model", Settings(weight=3), lines.append, lambda: list(LABELLED))
    facts = load_any(tmp_path / "model").facts
    assert facts["entries"] == 40 + 3 * 12 and facts["weight"] == 3 and lines[0] == "12 entries added to 40"
    assert str(facts["parent"]).startswith("default@") and facts["self_test"]
