"""What to label next, what looks wrong, what fits no label, and how far two people agree."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from click.testing import CliRunner, Result
from sklearn.metrics import cohen_kappa_score

from minqing.cli import command
from minqing.corpora.marked import read_examples
from minqing.labelling.agreeing import agree, paired, to_settle
from minqing.labelling.checking import check
from minqing.labelling.suggesting import suggest
from minqing.models import open_tagger
from minqing.models.retraining import Settings, train_model
from minqing.nlp.agreement import alpha, kappa
from minqing.nlp.errors import LabelError
from minqing.nlp.picking import STRATEGIES, pick
from minqing.nlp.records import Entry

from own import rows, write
from tiny import silent

BUS = ("去县城的班车停了三天", "班车一天只有一趟", "公交不到我们组", "等班车等到天黑", "班车票又涨价了")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("review")
    train_model([write(place / "rows.jsonl", rows(80))], place / "model", Settings(), silent)
    return place


def run(*words: object) -> Result:
    result = CliRunner().invoke(command, ["--lang", "en", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def entries(n: int, seed: int) -> list[Entry]:
    return [Entry(str(row["id"]), str(row["text"])) for row in rows(n, seed)]


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- suggest -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_picks_as_many_as_are_wanted_each_once(strategy: str, folder: Path) -> None:
    pool = entries(60, seed=5)
    found = suggest(open_tagger(folder / "model"), pool, [], 20, strategy, seed=1)
    assert len({entry.id for entry in found.entries}) == 20
    again = suggest(open_tagger(folder / "model"), pool, [], 20, strategy, seed=1)
    assert found.entries == again.entries


def test_doubtful_entries_come_first_and_labelled_ones_never(folder: Path) -> None:
    strange = [Entry(f"s{i}", f"桥边的{word}，说不清楚。") for i, word in enumerate(("水管", "学校", "井台"))]
    pool = [*entries(60, seed=5), *strange]
    found = suggest(open_tagger(folder / "model"), pool, [], 6, "uncertain", 0)
    assert list(found.doubts) == sorted(found.doubts, reverse=True) and found.doubts[0] > 0.3
    labelled = read_examples([folder / "rows.jsonl"])
    known = [Entry(f"k{i}", example.entry.text) for i, example in enumerate(labelled)]
    assert suggest(open_tagger(folder / "model"), known, labelled, 5, "mixed", 0).entries == []


def test_variety_does_not_pick_two_of_a_kind() -> None:
    rows_ = sp.csr_matrix(np.repeat(np.eye(4), 5, axis=0))
    found = pick(np.full((20, 2), 0.5), rows_, np.zeros(2, dtype=np.int64), 4, False, "diverse")
    assert len({i // 5 for i in found}) == 4


def test_rare_labels_are_looked_for() -> None:
    chances = np.array([[0.9, 0.0], [0.0, 0.9], [0.5, 0.4]])
    counts = np.array([100, 0])
    assert pick(chances, sp.csr_matrix(np.eye(3)), counts, 1, False, "rare") == [1]


def test_suggest_writes_what_can_be_exported_for_labelling_and_says_when_to_stop(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "pool.jsonl", rows(40, seed=7))
    words = ("suggest", tmp_path / "pool.jsonl", "--model", folder / "model")
    shown = run(*words, "-n", 5, "-o", tmp_path / "next.jsonl", "--before", folder / "model").stderr
    assert "5 of 40 entries" in shown and "agreement with the model before: 1.000" in shown and "you may stop" in shown
    out = run("label", "export", tmp_path / "next.jsonl", "-o", tmp_path / "s.xlsx", "--model", folder / "model")
    assert out.stderr.startswith("5 entries")
    assert len(lines(run(*words, "-n", 3))) == 3
    assert len(lines(run("suggest", tmp_path / "pool.jsonl", "-n", 2))) == 2  # by the default model


# --- check -------------------------------------------------------------------------------------------------


def test_labels_that_were_changed_on_purpose_are_listed_first(tmp_path: Path) -> None:
    made, chance = rows(150, seed=3), random.Random(0)
    with_one = [row for row in made if len(row["labels"]) == 1]  # type: ignore[arg-type]
    wrong = chance.sample(with_one, 8)
    for row in wrong:
        row["labels"] = [next(label for label in ("桥梁", "饮水", "上学") if [label] != row["labels"])]
    found = check(read_examples([write(tmp_path / "rows.jsonl", made)]), Settings(), silent)
    first = {finding.id for finding in found if finding.kind in ("given", "not given")}
    assert {str(row["id"]) for row in wrong} <= first and len(first) <= 12
    assert [finding.score for finding in found] == sorted((f.score for f in found), reverse=True)


def test_contradictions_and_copies_in_two_files_name_both_rows(tmp_path: Path) -> None:
    made = rows(40)
    other = [{**made[0], "labels": ["上学"] if made[0]["labels"] != ["上学"] else []}, made[3]]
    write(tmp_path / "train.jsonl", made)
    write(tmp_path / "test.jsonl", other)
    shown = run("check", tmp_path / "train.jsonl", tmp_path / "test.jsonl").stdout
    assert any(
        "contradiction" in line and "test.jsonl:1" in line and "train.jsonl:1" in line for line in shown.splitlines()
    )
    assert sum("in two files" in line for line in shown.splitlines()) == 2
    found = lines(run("check", tmp_path / "train.jsonl", tmp_path / "test.jsonl", "--json"))
    assert {"kind", "where", "label", "score", "other"} <= set(found[0])


def test_spans_that_are_off_are_found_and_good_ones_are_not(tmp_path: Path) -> None:
    text = "天晴，三组的水渠断了两年，路也塌了。"
    spans = {"good": (3, 12), "mark": (2, 12), "short": (3, 4), "off": (4, 12), "tail": (3, 13)}
    made = [
        {"id": name, "text": text + name, "needs": [{"label": "water", "status": "unmet", "start": a, "end": b}]}
        for name, (a, b) in spans.items()
    ]
    made += [{"id": f"x{i}", "text": f"今天开会学习{i}。", "needs": []} for i in range(12)]
    found = check(read_examples([write(tmp_path / "rows.jsonl", made)]), Settings(), silent)
    assert {finding.id for finding in found if finding.kind == "span"} == {"mark", "short", "off", "tail"}


def test_check_needs_enough_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="5 rows are too few"):
        run("check", write(tmp_path / "rows.jsonl", [{**row, "labels": ["水"]} for row in rows(5)]))


# --- discover ----------------------------------------------------------------------------------------------


def test_a_missing_label_shows_itself_with_its_words(folder: Path, tmp_path: Path) -> None:
    strange = [{"id": f"b{i}", "text": f"{BUS[i % 5]}，{i}号记。"} for i in range(25)]
    write(tmp_path / "pool.jsonl", [*rows(40, seed=8), *strange])
    found = json.loads(run("discover", tmp_path / "pool.jsonl", "--model", folder / "model", "--json").stdout)
    assert found["entries"] == 65 and 20 <= found["unfit"] <= 50
    words = [word for topic in found["topics"] for word in topic["words"]]
    assert "班车" in words and all("停" not in word or len(word) > 1 for word in words)
    bus = next(topic for topic in found["topics"] if "班车" in topic["words"])
    assert sum(id_.startswith("b") for id_ in bus["ids"]) >= 0.8 * len(bus["ids"])
    assert "班车" in run("discover", tmp_path / "pool.jsonl", "--model", folder / "model").stdout


def test_nothing_unfit_is_no_topic(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "pool.jsonl", [{"text": "桥塌了半边。"}, {"text": "水管爆了没水吃。"}])
    shown = run("discover", tmp_path / "pool.jsonl", "--model", folder / "model")
    assert "0 of 2 entries fit no label" in shown.stderr and shown.stdout == ""


# --- agree -------------------------------------------------------------------------------------------------


def test_kappa_and_alpha_are_those_of_the_books() -> None:
    chance = random.Random(1)
    pairs = [(chance.choice("abc"), chance.choice("aabc")) for _ in range(200)]
    assert kappa(pairs) == pytest.approx(cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs]))
    # Krippendorff's own example of two observers and ten units (2011, section B): alpha = .095 for binary data.
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha(list(zip(first, second, strict=True))) == pytest.approx(0.095, abs=0.001)
    assert kappa([]) == alpha([]) == 1


def marked(id: str, text: str, *marks: tuple[str, str, str]) -> dict[str, object]:
    return {"id": id, "text": text, "needs": [{"label": a, "status": b, "span": c} for a, b, c in marks]}


A = [
    marked("1", "水渠断了，路塌了。", ("water", "unmet", "水渠断了"), ("roads", "unmet", "路塌了")),
    marked("2", "桥修好了，娃娃上学远。", ("道路交通", "met", "桥修好了")),
    marked("3", "天晴无事。"),
]
B = [
    marked("1", "水渠断了，路塌了。", ("饮水水利", "planned", "水渠断了"), ("roads", "未解决", "路塌了")),
    marked("2", "桥修好了，娃娃上学远。", ("roads", "met", "桥修好了"), ("education", "unmet", "娃娃上学远")),
    marked("3", "天晴无事。"),
]


def test_two_people_are_compared_by_label_span_and_status(tmp_path: Path) -> None:
    pairs = paired(read_examples([write(tmp_path / "a.jsonl", A)]), read_examples([write(tmp_path / "b.jsonl", B)]))
    found = agree(pairs)
    assert (found.entries, found.same, found.spans) == (3, 2, 7)
    assert found.span_f1 == pytest.approx(6 / 7, abs=1e-3) and found.status_kappa < 1
    assert found.labels["roads"] == (1.0, 2) and found.labels["education"][0] < 0.5
    assert agree([(a, a) for a, _ in pairs]).kappa == agree([(a, a) for a, _ in pairs]).alpha == 1
    entries_, filled = zip(*to_settle(pairs, ("a", "b")), strict=True)
    assert [entry.id for entry in entries_] == ["1", "2"]
    assert [[f.verdict or f.remark for f in rows_] for rows_ in filled] == [
        ["right", "only a", "only b"],
        ["right", "only b"],
    ]


def test_what_they_differ_on_is_settled_in_a_sheet(tmp_path: Path) -> None:
    import openpyxl

    write(tmp_path / "a.jsonl", A)
    write(tmp_path / "b.jsonl", B)
    sheet = tmp_path / "settle.xlsx"
    shown = run("agree", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "-o", sheet)
    assert "2 entries to settle" in shown.stderr and "Krippendorff's alpha" in shown.stdout
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    names = [cell.value for cell in page[1]]
    verdict, remark = names.index("Verdict") + 1, names.index("Remark") + 1
    for row in range(2, 7):
        if page.cell(row, remark).value:
            page.cell(row, verdict).value = "right" if page.cell(row, remark).value == "only b" else "wrong"
    book.save(sheet)
    run("label", "import", sheet, "-o", tmp_path / "settled.jsonl")
    pairs = paired(read_examples([tmp_path / "settled.jsonl"]), read_examples([tmp_path / "b.jsonl"]))
    assert len(pairs) == 2 and agree(pairs).kappa == 1 and agree(pairs).status_kappa == 1


def test_labels_of_whole_entries_are_settled_too(tmp_path: Path) -> None:
    one, two = rows(20), rows(20)
    two[4] = {**two[4], "labels": ["桥梁", "饮水", "上学"]}
    pairs = paired(read_examples([write(tmp_path / "a.jsonl", one)]), read_examples([write(tmp_path / "b.jsonl", two)]))
    ((entry, filled),) = to_settle(pairs, ("a", "b"))
    assert entry.id == "r4" and len(filled) == 3 - len(one[4]["labels"])  # type: ignore[arg-type]
    assert run("agree", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "-o", tmp_path / "s.xlsx").exit_code == 0


def test_files_without_an_entry_in_common_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", A)
    write(tmp_path / "b.jsonl", [marked("9", "别的事。")])
    with pytest.raises(LabelError, match="no entry in common"):
        run("agree", tmp_path / "a.jsonl", tmp_path / "b.jsonl")
