"""A model of somebody's own labels: learning, tagging, saving, and what is refused."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from safetensors.numpy import load_file, save_file

from minqing.cli import command
from minqing.corpora.marked import read_examples
from minqing.models import load, load_any, open_tagger
from minqing.models.cards import write_card
from minqing.models.folders import CARD
from minqing.models.retraining import Settings, train_model
from minqing.nlp.bags import make_bags
from minqing.nlp.chances import fit_chances
from minqing.nlp.classifier import ClassifierTagger, Scheme, chances_of, choose
from minqing.nlp.errors import LabelError, ModelError
from minqing.nlp.features import extract
from minqing.nlp.folds import stratified_folds
from minqing.nlp.intervals import difference, intervals, mcnemar
from minqing.nlp.reading import Reader
from minqing.nlp.records import Entry

from own import WORDS, rows, write
from tiny import silent


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    train_model([write(folder / "rows.jsonl", rows(80))], folder / "model", Settings(name="county"), silent)
    return folder / "model"


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "model"))


def test_it_learns_what_its_rows_say_and_shows_the_clause(template: Path) -> None:
    tagger = open_tagger(template)
    for label, sentences in WORDS.items():
        for sentence in sentences:
            text = f"天晴，去了五组，{sentence}，回来晚了。"
            (need,) = tagger.tag(text).needs
            assert (need.label, need.status, need.text) == (label, "", sentence)
            assert text[need.start : need.end] == need.text


def test_traditional_characters_get_the_same_labels(template: Path) -> None:
    tagger = open_tagger(template)
    a, b = tagger.tag("桥塌了半边，水管爆了没水吃。").needs, tagger.tag("橋塌了半邊，水管爆了沒水吃。").needs
    assert [(n.label, n.score) for n in a] == [(n.label, n.score) for n in b] and b[0].text == "橋塌了半邊"


def test_a_stream_gets_the_same_answers_as_one_by_one(template: Path) -> None:
    tagger = open_tagger(template)
    entries = [Entry(str(row["id"]), str(row["text"])) for row in rows(40, seed=3)]
    assert list(tagger.pipe(entries)) == [tagger.tag(entry) for entry in entries]


@pytest.mark.parametrize("text", ["？？？", "。", "abc", "﷽", "𠮷", "1" * 5000])
def test_odd_texts_get_an_answer_that_lies_in_them(text: str, template: Path) -> None:
    for need in open_tagger(template).tag(text).needs:
        assert text[need.start : need.end] == need.text


def test_one_label_an_entry_is_given_exactly_once(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", rows(60, single=True))
    train_model([path], tmp_path / "model", Settings(), silent)
    tagged = [open_tagger(tmp_path / "model").tag(text) for text in ("桥塌了半边。", "今天无事。", "？")]
    assert [len(entry.needs) for entry in tagged] == [1, 1, 1] and tagged[0].needs[0].label == "桥梁"


def test_a_label_below_another_brings_it(tmp_path: Path) -> None:
    made = [{**row, "labels": ["设施." + str(label) for label in row["labels"]]} for row in rows(80)]  # type: ignore[attr-defined]
    report = train_model([write(tmp_path / "rows.jsonl", made)], tmp_path / "model", Settings(), silent).report
    (need,) = open_tagger(tmp_path / "model").tag("天晴，木桥断了，桥塌了半边。").needs
    assert (need.label, need.sub) == ("设施", "设施.桥梁")
    assert set(report.labels) == {"设施", "设施.桥梁", "设施.饮水", "设施.上学"}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_folds(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", rows(60))
    for name, settings in {"a": Settings(seed=5), "b": Settings(seed=5, jobs=2), "c": Settings(seed=6)}.items():
        train_model([path], tmp_path / name, settings, silent)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    assert (tmp_path / "a" / "manifest.json").read_bytes() != (tmp_path / "c" / "manifest.json").read_bytes()


def test_rows_of_one_writer_are_held_out_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", [{**row, "author": "王芳"} for row in rows(60)])
    assert train_model([path], tmp_path / "model", Settings(), silent).report.overall.micro_f1 > 0.9


def test_a_learning_curve_rises_and_says_which_labels_want_more(tmp_path: Path) -> None:
    from minqing.models.teaching import advice, learning_curve

    examples = read_examples([write(tmp_path / "rows.jsonl", rows(80))])
    found = learning_curve(examples, Settings(seed=3), silent)
    assert found.sizes == tuple(sorted(found.sizes)) and 55 < found.sizes[-1] < 72 and found.sizes[0] < 12
    assert found.micro[-1] > 0.9 and found.micro[-1] >= found.micro[0]
    assert "micro F1 went from" in next(advice(found, examples))
    assert found == learning_curve(examples, Settings(seed=3), silent)


def test_train_draws_its_curve_and_names_rare_labels(tmp_path: Path) -> None:
    made = [*rows(60), {"text": "庙会没有戏台了。", "labels": ["文化"]}]
    words = [
        "train",
        str(write(tmp_path / "rows.jsonl", made)),
        "-o",
        str(tmp_path / "m"),
        "--curve",
        str(tmp_path / "c.svg"),
    ]
    said = CliRunner().invoke(command, ["--lang", "en", *words])
    assert said.exit_code == 0 and "note: fewer than 5 examples" in said.stderr and "文化 (1)" in said.stderr
    assert "micro_f1 95 %" in said.stdout and "饮水" in said.stdout and "micro F1 went from" in said.stderr
    picture = (tmp_path / "c.svg").read_text("utf-8")
    assert picture.startswith("<svg") and picture.count("<polyline") == 2 and picture.count("<circle") == 8


def test_the_card_and_the_manifest_say_what_it_was_made_from(template: Path) -> None:
    facts = load_any(template).facts
    assert {"corpus", "entries", "cross_validation", "labels", "libraries", "self_test", "seed"} <= set(facts)
    card = (template / "README.md").read_text("utf-8")
    assert "桥梁" in card and "micro_f1_interval" in card and "scikit-learn" in card
    texts = [str(row["text"]) for row in rows(80)]
    assert not any(text in file.read_text("utf-8", "replace") for file in template.iterdir() for text in texts)


def test_the_card_takes_the_place_of_an_older_one_whole(template: Path, tmp_path: Path) -> None:
    shutil.copytree(template, tmp_path / "m")
    (tmp_path / "m" / CARD).write_text("older", encoding="utf-8")
    (tmp_path / "kept").hardlink_to(tmp_path / "m" / CARD)  # written in place, it would change too
    write_card(tmp_path / "m")
    assert (tmp_path / "m" / CARD).read_bytes() == (template / CARD).read_bytes()
    assert (tmp_path / "kept").read_text("utf-8") == "older"


def test_tagging_with_it_never_imports_what_only_learning_needs(template: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from minqing.models import open_tagger;"
        f"open_tagger(Path({str(template)!r})).tag('桥塌了');"
        "sys.exit(','.join(sorted({m.partition('.')[0] for m in sys.modules} & {'sklearn', 'scipy', 'jieba'})) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, encoding="utf-8")
    assert done.stderr == "" and done.returncode == 0


def test_a_model_of_labels_is_no_tagger_of_needs(template: Path) -> None:
    with pytest.raises(ModelError, match="a model of other labels"):
        load(template)


# --- hostile and damaged files -----------------------------------------------------------------------------


def edit_manifest(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def put_weights(folder: Path, raw: bytes) -> None:
    """Put other weights and make the manifest agree, as somebody hostile would."""
    path = folder / "weights.safetensors"
    path.write_bytes(raw)
    edit_manifest(folder, lambda m: m["files"].update({path.name: hashlib.sha256(raw).hexdigest()}))  # type: ignore[attr-defined]


def edit_weights(folder: Path, change: Callable[[dict[str, np.ndarray]], object]) -> None:
    tensors = load_file(folder / "weights.safetensors")
    change(tensors)
    save_file(tensors, folder / "x")
    put_weights(folder, (folder / "x").read_bytes())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t["bias"].fill(np.nan), "array 'bias' holds values that are no numbers"),
        (lambda t: t["rarity"].fill(np.inf), "array 'rarity' holds values that are no numbers"),
        (lambda t: t.update(thresholds=np.zeros(9)), r"array 'thresholds' is float64\(9,\); expected float64\(3,\)"),
        (lambda t: t.update(weights=t["weights"].astype(np.float32)), "array 'weights' is float32"),
        (lambda t: t.update(weights=t["weights"][:-1]), "array 'weights' is int8"),
        (lambda t: t["columns"].__setitem__(-1, 2**30), "points outside the feature space"),
        (lambda t: t["columns"].__setitem__(0, -1), "points outside the feature space"),
        (lambda t: t["columns"].__setitem__(1, t["columns"][0]), "points outside the feature space"),
        (lambda t: t.pop("scale"), "no array 'scale'"),
    ],
    ids=["nan", "inf", "shape", "dtype", "short", "far", "negative", "twice", "missing"],
)
def test_arrays_that_do_not_fit_are_refused(change: Callable[[object], object], message: str, folder: Path) -> None:
    edit_weights(folder, change)
    with pytest.raises(ModelError, match=message):
        load_any(folder)


def header(claim: dict[str, object], length: int | None = None) -> bytes:
    raw = json.dumps(claim).encode()
    return (len(raw) if length is None else length).to_bytes(8, "little") + raw


@pytest.mark.parametrize(
    "raw",
    [
        header({"weights": {"dtype": "F32", "shape": [50_000, 50_000], "data_offsets": [0, 10_000_000_000]}}),
        header({"weights": {"dtype": "I8", "shape": [2**62, 4], "data_offsets": [0, 2**62]}}),
        header({}, length=10_000_000_000),
        header({}, length=2**63),
        header({"../../evil": {"dtype": "I8", "shape": [0], "data_offsets": [0, 0]}}),
        b"",
        b"\x80\x04\x95",
        b"PK\x03\x04",
    ],
    ids=["ten gigabytes", "overflow", "huge header", "negative header", "path", "empty", "pickle", "zip"],
)
def test_a_file_that_claims_too_much_is_refused_in_little_memory(raw: bytes, folder: Path) -> None:
    import tracemalloc

    put_weights(folder, raw)
    tracemalloc.start()
    with pytest.raises(ModelError, match=r"weights.safetensors: (damaged|no array)"):
        load_any(folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


def test_a_manifest_cannot_name_other_files(folder: Path) -> None:
    edit_manifest(folder, lambda m: m["files"].update({"../../../etc/passwd": "0" * 64}))  # type: ignore[attr-defined]
    assert load_any(folder).name == "county"  # only names this program knows are ever opened
    edit_manifest(folder, lambda m: m.update(files={"../../../etc/passwd": "0" * 64}))
    with pytest.raises(ModelError, match="is not the file the manifest was written for"):
        load_any(folder)


def test_a_weight_that_is_a_link_to_a_device_is_not_read_for_ever(folder: Path) -> None:
    (folder / "weights.safetensors").unlink()
    (folder / "weights.safetensors").symlink_to("/dev/zero")
    with pytest.raises(ModelError, match="is no plain file"):
        load_any(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(format=9), "model format 9; this version reads formats 2 and 3"),
        (lambda m: m.update(kind="oracle"), "a kind this version does not know: oracle"),
        (lambda m: m["scheme"].update(labels=[]), "0 labels, or one of them twice"),
        (lambda m: m["scheme"].update(labels=["水", "水", "路"]), "3 labels, or one of them twice"),
        (lambda m: m.pop("band"), "not a model manifest"),
        (lambda m: m["scheme"].update(labels=["水", "路"]), "expected int8"),
    ],
    ids=["future", "kind", "no labels", "twice", "missing", "fewer"],
)
def test_a_manifest_that_does_not_hold_is_refused(
    change: Callable[[dict[str, object]], object], message: str, folder: Path
) -> None:
    edit_manifest(folder, change)
    with pytest.raises(ModelError, match=message):
        load_any(folder)


def test_a_manifest_of_many_megabytes_is_not_read(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"[" * 6_000_000)
    with pytest.raises(ModelError, match=r"manifest\.json: larger than 5 MB"):
        load_any(folder)


def test_a_manifest_nested_too_deep_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b'{"format": ' + b"[" * 100_000)
    with pytest.raises(ModelError, match="not a model manifest"):
        load_any(folder)


def test_other_scores_than_those_kept_are_noticed(folder: Path) -> None:
    edit_weights(folder, lambda t: t["bias"].__iadd__(0.5))
    load_any(folder)
    with pytest.raises(ModelError, match="gives other scores than when it was made"):
        open_tagger(folder)


@pytest.mark.parametrize("kept", [[], [[1.0]], "x", [["a"] * 3] * 3, [[float("nan")] * 3] * 3])
def test_a_self_test_that_does_not_fit_is_refused(kept: object, folder: Path) -> None:
    edit_manifest(folder, lambda m: m["facts"].update(self_test=kept))  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match=r"self-test do not fit|not a model manifest"):
        open_tagger(folder)


# --- laws of the parts -------------------------------------------------------------------------------------


def test_folds_hold_every_entry_once_keep_groups_whole_and_spread_labels() -> None:
    random = np.random.default_rng(1)
    targets = (random.random((600, 8)) < np.linspace(0.02, 0.5, 8)).astype(np.int64)
    groups = [f"g{i // 2}" for i in range(600)]
    folds = stratified_folds(targets, groups, 5, seed=2)
    assert sorted(i for fold in folds for i in fold.tolist()) == list(range(600))
    assert all(len({groups[i] for i in a} & {groups[i] for i in b}) == 0 for a in folds for b in folds if a is not b)
    shares = np.array([targets[fold].mean(axis=0) for fold in folds])
    assert np.abs(shares - targets.mean(axis=0)).mean() < 0.008  # chance alone: .019
    assert [f.tolist() for f in folds] == [f.tolist() for f in stratified_folds(targets, groups, 5, seed=2)]


def test_there_are_never_more_folds_than_groups() -> None:
    assert len(stratified_folds(np.ones((6, 1), dtype=np.int64), list("aabbcc"), 5)) == 3


def test_chances_mean_what_they_say() -> None:
    random = np.random.default_rng(0)
    margins = random.normal(0, 1, (4000, 3))
    truth = (random.random((4000, 3)) < 1 / (1 + np.exp(-(3 * margins - 1)))).astype(np.int64)
    chances = chances_of(margins, *fit_chances(margins, truth, False), single=False)
    for low in (0.1, 0.3, 0.5, 0.7):
        inside = (chances >= low) & (chances < low + 0.2)
        assert abs(chances[inside].mean() - truth[inside].mean()) < 0.04


def test_a_label_never_seen_stays_near_the_others() -> None:
    margins = np.column_stack([np.linspace(-2, 2, 100), np.full(100, -1.5)])
    truth = np.column_stack([(np.arange(100) > 50), np.zeros(100)]).astype(np.int64)
    chances = chances_of(margins, *fit_chances(margins, truth, False), single=False)
    assert chances[:, 1].max() < 0.2 and np.isfinite(chances).all()


def test_a_chosen_label_brings_those_above_it() -> None:
    scheme = Scheme(("路", "路.桥", "水"))
    chosen = choose(np.array([[0.1, 0.9, 0.1]]), np.full(3, 0.5), scheme)
    assert chosen.tolist() == [[True, True, False]]


def test_bags_count_every_feature_of_every_clause(template: Path) -> None:
    tagger = open_tagger(template)
    assert isinstance(tagger, ClassifierTagger)
    features = extract(Reader({}).read(["桥断了，桥断了。", "", "水"]), tagger.model.lexicon, tagger._engine)
    bags = make_bags(features)
    assert bags.counts.sum() == len(features.own.columns) + len(features.context.columns)
    assert len(bags) == 3 and bags.starts[1] == bags.starts[2]
    assert bags.take(np.array([2, 0])).columns.tolist() == [
        *bags.columns[bags.starts[2] :].tolist(), *bags.columns[: bags.starts[1]].tolist(),
    ]  # fmt: skip


def test_intervals_hold_the_figure_and_shrink_with_more_entries() -> None:
    def widths(n: int) -> float:
        gold = [frozenset("ab"[i % 2]) for i in range(n)]
        found = [frozenset("ab"[(i + (i % 5 == 0)) % 2]) for i in range(n)]
        low, high = intervals(gold, found)["micro_f1"]
        assert low <= 0.8 <= high
        return high - low

    assert widths(1000) < widths(50) / 3


def test_a_model_that_is_better_on_every_entry_is_so_beyond_chance() -> None:
    gold = [frozenset("a") for _ in range(30)]
    found = difference(gold, [frozenset()] * 20 + gold[20:], gold)
    assert (found.better, found.worse) == (20, 0) and found.p < 1e-4 and found.micro_interval[0] > 0
    assert difference(gold, gold, gold).micro_interval == (0, 0)
    assert mcnemar(5, 5) == 1.0


def test_training_over_a_folder_of_something_else_is_refused_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    with pytest.raises(ModelError, match="is not empty and holds no model"):
        train_model([write(tmp_path / "rows.jsonl", rows(60))], tmp_path / "letters", Settings(), silent)


def test_labels_that_are_nearly_all_of_the_taxonomy_name_the_one_that_is_not(tmp_path: Path) -> None:
    made = [{"text": f"渠断了{i}", "labels": ["water", "道路交通"] if i % 2 else ["月亮"]} for i in range(20)]
    path = write(tmp_path / "rows.jsonl", made)
    with pytest.raises(LabelError, match=r"rows.jsonl:1: no label '月亮'.*--own"):
        train_model([path], tmp_path / "model", Settings(), silent)
    train_model([path], tmp_path / "model", Settings(own=True), silent)
    assert "月亮" in open_tagger(tmp_path / "model").model.scheme.labels  # type: ignore[attr-defined]
