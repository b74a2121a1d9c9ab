"""The retraining loop on sets that nobody here wrote, beside plain peers in one run.

usage: python benchmarks/retraining.py [PART...]

Reads ``../shared/data`` (or the folder that ``MINQING_DATA`` names), which is no part of this project; writes
``benchmarks/retraining.md``. Parts: citizens, sets, curve, speed, suggest, check, discover, load. fastText, small-text and
cleanlab stand in the tables where they are installed (fasttext-numpy2, small-text, cleanlab).
"""

import json
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import jieba
import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from minqing.corpora.lexicons import load_lexicon, load_vocabulary
from minqing.labelling.checking import suspicion
from minqing.labelling.discovering import discover
from minqing.labelling.suggesting import ENOUGH, agreement
from minqing.models.opening import tagger_of
from minqing.models.retraining import Settings, train_model
from minqing.models.selftest import replay
from minqing.models.storage import load_default
from minqing.nlp.bags import Space
from minqing.nlp.classifier import Lesson, Scheme, chances_of
from minqing.nlp.folds import stratified_folds
from minqing.nlp.learning import (
    COST_OF_ONE,
    TOLERANCE,
    Learnt,
    Plan,
    bags_of,
    fit_heads,
    learn_labels,
    matrix_of,
    targets_of,
)
from minqing.nlp.picking import pick
from minqing.nlp.records import Entry
from minqing.nlp.tagger import Tagger

from quality import ROOT, put

DATA = Path(os.environ.get("MINQING_DATA", ROOT.parent / "shared" / "data"))
PAGE = ROOT / "benchmarks" / "retraining.md"
JOBS = 2

Row = dict[str, object]
Answer = Callable[[Sequence[Row], Sequence[Row], bool], list[frozenset[str]]]


def read(name: str) -> list[Row]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def labels_in(rows: Sequence[Row]) -> list[str]:
    return sorted({label for row in rows for label in row["labels"]})  # type: ignore[attr-defined]


def table_of(rows: Sequence[Row] | Sequence[frozenset[str]], labels: Sequence[str]) -> np.ndarray:
    said = [row["labels"] if isinstance(row, dict) else row for row in rows]
    return np.array([[label in some for label in labels] for some in said], dtype=int)  # type: ignore[operator]


def f1(rows: Sequence[Row], answers: Sequence[frozenset[str]], labels: Sequence[str]) -> tuple[float, float]:
    truth, found = table_of(rows, labels), table_of(answers, labels)
    both = [f1_score(truth, found, average=way, zero_division=0) for way in ("micro", "macro")]
    return float(both[0]), float(both[1])


# --- who takes part ----------------------------------------------------------------------------------------


def lessons(rows: Sequence[Row]) -> list[Lesson]:
    return [
        Lesson(Entry(str(r["id"]), str(r["text"])), frozenset(r["labels"]), str(r.get("doc", r.get("group", r["id"]))))  # type: ignore[call-overload]
        for r in rows
    ]


def plan_of(rows: Sequence[Row], single: bool, jobs: int = JOBS) -> Plan:
    return Plan("benchmark", Scheme(tuple(labels_in(rows)), single), load_lexicon(), load_vocabulary(), jobs)


def learnt(rows: Sequence[Row], single: bool, jobs: int = JOBS) -> Learnt:
    return learn_labels(lessons(rows), plan_of(rows, single, jobs), lambda _line: None)


def ours(train: Sequence[Row], test: Sequence[Row], single: bool) -> list[frozenset[str]]:
    """What ``minqing train`` learns. With one label an entry the calibration cannot change which label is first."""
    if single:
        plan = plan_of(train, True)
        heads = fit_heads(
            bags_of([str(r["text"]) for r in train], plan), targets_of(lessons(train), plan.scheme), COST_OF_ONE
        )
        return chosen(heads.margins(bags_of([str(r["text"]) for r in test], plan)), plan.scheme.labels, True, 0.0)
    tagger = tagger_of(learnt(train, single).model)
    tagged = tagger.pipe(Entry(str(row["id"]), str(row["text"])) for row in test)
    return [frozenset(need.label for need in entry.needs) for entry in tagged]


def linear(vectorizer: TfidfVectorizer) -> Answer:
    def answer(train: Sequence[Row], test: Sequence[Row], single: bool) -> list[frozenset[str]]:
        labels = labels_in(train)
        seen, unseen = (
            vectorizer.fit_transform([r["text"] for r in train]),
            vectorizer.transform([r["text"] for r in test]),
        )
        truth = table_of(train, labels)
        margins = np.column_stack(
            [LinearSVC(random_state=0).fit(seen, column).decision_function(unseen) for column in truth.T]
        )
        return chosen(margins, labels, single, 0.0)

    return answer


def chosen(scores: np.ndarray, labels: Sequence[str], single: bool, threshold: float) -> list[frozenset[str]]:
    if single:
        return [frozenset([labels[j]]) for j in scores.argmax(axis=1)]
    return [frozenset(label for label, score in zip(labels, row, strict=True) if score > threshold) for row in scores]


def fasttext(train: Sequence[Row], test: Sequence[Row], single: bool) -> list[frozenset[str]]:
    """The settings of its tutorial for short texts: words, pairs of words, one classifier a label."""
    import fasttext as peer

    labels = labels_in(train)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = (" ".join([*(f"__label__{x}" for x in r["labels"] or ["none"]), words(r)]) for r in train)  # type: ignore[attr-defined]
        path.write_text("\n".join(lines), encoding="utf-8")
        loss = "softmax" if single else "ova"
        model = peer.train_supervised(str(path), lr=0.5, epoch=25, wordNgrams=2, dim=50, loss=loss, thread=1, verbose=0)
        scores = np.zeros((len(test), len(labels)))
        for row, entry in enumerate(test):
            for name, score in zip(*model.predict(words(entry), k=len(labels) + 1), strict=True):
                if (label := name.removeprefix("__label__")) in labels:
                    scores[row, labels.index(label)] = score
    return chosen(scores, labels, single, 0.5)


def words(row: Row) -> str:
    return " ".join(jieba.lcut(str(row["text"]).replace("\n", " ")))


PEERS: dict[str, Answer] = {
    "minqing": ours,
    "scikit-learn, characters 1-3": linear(TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)),
    "scikit-learn, jieba words": linear(TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, sublinear_tf=True)),
}
if find_spec("fasttext"):
    PEERS["fastText"] = fasttext


# --- the parts ---------------------------------------------------------------------------------------------


def figures(
    pairs: Sequence[tuple[Sequence[Row], Sequence[Row]]], single: bool
) -> Iterator[tuple[str, str, float, float]]:
    """Give, for each peer, mean micro and macro F1 over the pairs of training and test rows, and the seconds."""
    for name, answer in PEERS.items():
        began = time.monotonic()
        scores = [f1(test, answer(train, test, single), labels_in([*train, *test])) for train, test in pairs]
        seconds = (time.monotonic() - began) / len(pairs)
        micro, macro = (statistics.mean(column) for column in zip(*scores, strict=True))
        print(f"  {name}: {micro:.3f} / {macro:.3f}, {seconds:.1f} s", flush=True)
        yield name, f"{micro:.3f} / {macro:.3f}", micro, seconds


def folds_of(rows: Sequence[Row], n: int = 5) -> list[tuple[list[Row], list[Row]]]:
    folds = stratified_folds(table_of(rows, labels_in(rows)), [str(row["group"]) for row in rows], n, seed=0)
    return [([rows[i] for i in np.setdiff1d(np.arange(len(rows)), f)], [rows[i] for i in f]) for f in folds]


def citizens() -> None:
    report("citizens", {"citizens' messages, 5-fold by writer": (folds_of(read("teddy2020c/train.jsonl")), True)})


def sets() -> None:
    cail = {
        name: (read(f"cail2019fe/{name}_train.jsonl"), read(f"cail2019fe/{name}_test.jsonl"))
        for name in ("divorce", "loan")
    }
    tnews = [(read(f"fewclue_tnews/train_{k}.jsonl"), read("fewclue_tnews/test_public.jsonl")) for k in range(5)]
    tasks: dict[str, Task] = {f"CAIL {name}": ([pair], False) for name, pair in cail.items()}
    report("sets", {**tasks, "TNEWS, 16 a label, 5 seeds": (tnews, True)})


Task = tuple[Sequence[tuple[Sequence[Row], Sequence[Row]]], bool]


def report(part: str, tasks: dict[str, Task]) -> None:
    lines = [
        "| micro / macro F1 (s to learn and answer) | " + " | ".join(PEERS) + " |",
        "| --- |" + " --- |" * len(PEERS),
    ]
    for title, (pairs, single) in tasks.items():
        print(title, flush=True)
        cells = [f"{shown} ({seconds:.0f} s)" for _name, shown, _micro, seconds in figures(pairs, single)]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    put(PAGE, part, "\n".join(lines))


def curve() -> None:
    train, test = folds_of(read("teddy2020c/train.jsonl"))[0]
    order = np.random.default_rng(0).permutation(len(train))
    sizes = (70, 200, 500, 1000)
    lines = ["| citizens' messages, rows | " + " | ".join(PEERS) + " |", "| ---: |" + " ---: |" * len(PEERS)]
    for size in sizes:
        part = [train[i] for i in order[:size]]
        cells = [f"{micro:.3f}" for _name, _shown, micro, _seconds in figures([(part, test)], True)]
        lines.append(f"| {size:,} | " + " | ".join(cells) + " |")
    put(PAGE, "curve", "\n".join(lines))


def speed() -> None:
    rows = [*read("cail2019fe/divorce_train.jsonl"), *read("cail2019fe/divorce_test.jsonl")][:10_000]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        lines = [
            f"10,000 sentences, {len(labels_in(rows))} labels: read, cross-validated, learnt, written, reported:",
            "",
        ]
        for jobs in (1, 2):
            times = []
            for _ in range(3):
                began = time.monotonic()
                train_model([path], Path(folder) / "model", Settings(jobs=jobs), lambda _line: None)
                times.append(time.monotonic() - began)
            lines.append(f"- {statistics.median(times):.1f} s ({min(times):.1f}-{max(times):.1f}) with --jobs {jobs}")
        size = sum(file.stat().st_size for file in (Path(folder) / "model").iterdir())
    put(PAGE, "speed", "\n".join([*lines, f"- the model takes {size / 1e6:.1f} MB"]))


FIRST, STEP, LAST, STARTS = 70, 50, 720, 2


def suggest() -> None:
    """Play: of 4,300 messages 70 are labelled; 50 at a time are picked and labelled, and a model judged on the rest."""
    rows = read("teddy2020c/train.jsonl")
    train, test = folds_of(rows, 4)[0]
    game = _Game(train, test)
    strategies = ("random", "uncertain", "mixed")
    players = {name: game.strategy(name) for name in strategies}
    if find_spec("small_text"):
        players["small-text: BreakingTies"] = game.small_text()
    sizes = list(range(FIRST, LAST + 1, STEP))
    curves: dict[str, np.ndarray] = {}
    for name, choose in players.items():
        curves[name] = np.maximum.accumulate(np.mean([game.play(choose, seed) for seed in range(STARTS)], axis=0))
        print(name, curves[name].round(3).tolist(), flush=True)
    target = float(curves["random"][-1])
    lines = [
        f"| picked by (mean of {STARTS} starts) | rows to micro F1 {target:.3f} | saved | F1 at 320 | F1 at 520 | F1 at {LAST} |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, scores in curves.items():
        needed = float(np.interp(target, scores, sizes)) if scores[-1] >= target else float("nan")
        at = " | ".join(f"{scores[sizes.index(n)]:.3f}" for n in (320, 520, LAST))
        lines.append(f"| {name} | {needed:.0f} | {1 - needed / LAST:.0%} | {at} |")
    put(PAGE, "suggest", "\n".join([*lines, "", *game.stopping()]))


def margins_of(rows: sp.csr_matrix, heads: np.ndarray) -> np.ndarray:
    return np.asarray(rows @ heads[:, :-1].T + heads[:, -1])


Choose = Callable[[np.ndarray, np.ndarray, np.ndarray, int], list[int]]


class _Game:
    """The rows as vectors, the rarity of features taken from all of them, labelled or not."""

    def __init__(self, train: Sequence[Row], test: Sequence[Row]) -> None:
        plan = plan_of(train, True)
        bags = bags_of([str(row["text"]) for row in train], plan)
        space = Space.of(bags, 2)
        self.rows = matrix_of(space.weigh(bags), len(space.columns))
        self.unseen = matrix_of(space.weigh(bags_of([str(row["text"]) for row in test], plan)), len(space.columns))
        self.truth, self.gold = targets_of(lessons(train), plan.scheme), targets_of(lessons(test), plan.scheme)

    def heads(self, seen: np.ndarray) -> np.ndarray:
        """Learn one head a label from the rows numbered ``seen``; a constant in the last column."""
        found = np.zeros((self.truth.shape[1], self.rows.shape[1] + 1))
        found[:, -1] = -1.5
        for j in np.flatnonzero(self.truth[seen].any(axis=0)):
            machine = LinearSVC(C=COST_OF_ONE, tol=TOLERANCE, random_state=0).fit(self.rows[seen], self.truth[seen, j])
            found[j, :-1], found[j, -1] = machine.coef_[0], machine.intercept_[0]
        return found

    def accuracy(self, heads: np.ndarray) -> float:
        return float((margins_of(self.unseen, heads).argmax(axis=1) == self.gold.argmax(axis=1)).mean())

    def strategy(self, name: str) -> Choose:
        def choose(left: np.ndarray, margins: np.ndarray, seen: np.ndarray, seed: int) -> list[int]:
            n = margins.shape[1]
            chances = chances_of(margins, np.full(n, 3.0), np.zeros(n), True)
            return pick(chances, self.rows[left], self.truth[seen].sum(axis=0), STEP, True, name, seed)

        return choose

    def small_text(self) -> Choose:
        """Its strategy on our margins, so that nothing but the choice differs."""
        import small_text

        class Margins:
            def __init__(self, chances: np.ndarray) -> None:
                self.chances = chances

            def predict_proba(self, dataset: object) -> np.ndarray:
                return self.chances

        def choose(left: np.ndarray, margins: np.ndarray, seen: np.ndarray, seed: int) -> list[int]:
            n = margins.shape[1]
            chances = chances_of(margins, np.full(n, 3.0), np.zeros(n), True)
            order = np.arange(len(left))
            picked = small_text.BreakingTies().query(Margins(chances), order, order, np.array([]), np.array([]), n=STEP)
            return [int(i) for i in picked]

        return choose

    def play(self, choose: Choose, seed: int) -> list[float]:
        scores: list[float] = []
        seen = np.sort(np.random.default_rng(seed).choice(len(self.truth), FIRST, replace=False))
        while len(seen) <= LAST:
            heads = self.heads(seen)
            scores.append(self.accuracy(heads))
            left = np.setdiff1d(np.arange(len(self.truth)), seen)
            picked = choose(left, margins_of(self.rows[left], heads), seen, seed)
            seen = np.sort(np.concatenate([seen, left[picked]]))
        return scores

    def stopping(self) -> list[str]:
        """Say where the stopping rule stops, and what labelling everything would have brought."""
        choose, before = self.strategy("mixed"), None
        seen = np.random.default_rng(0).choice(len(self.truth), FIRST, replace=False)
        all_rows = self.accuracy(self.heads(np.arange(len(self.truth))))
        while len(seen) < len(self.truth) - STEP:
            seen = np.sort(seen)
            heads = self.heads(seen)
            margins = margins_of(self.rows, heads)
            answers = np.eye(margins.shape[1])[margins.argmax(axis=1)]
            if before is not None and agreement(before, answers) >= ENOUGH:
                break
            before, left = answers, np.setdiff1d(np.arange(len(self.truth)), seen)
            seen = np.concatenate([seen, left[choose(left, margins[left], seen, 0)]])
        found = self.accuracy(heads)
        return [
            f"The stopping rule (two models in a row agree to {ENOUGH}) stops at {len(seen):,} of {len(self.truth):,} rows, "
            f"micro F1 {found:.3f}; all rows give {all_rows:.3f}."
        ]


def check() -> None:
    """Flip 5 % of the labels on purpose; how many of the first k findings are flipped ones?"""
    lines = ["| 5 % of labels changed on purpose | k | ours | cleanlab |", "| --- | ---: | ---: | ---: |"]
    for title, rows, single in (
        ("citizens' messages", read("teddy2020c/train.jsonl")[:3000], True),
        ("CAIL loan", read("cail2019fe/loan_train.jsonl"), False),
    ):
        flipped, spoilt = _flipped(rows, single)
        found = learnt(spoilt, single)
        truth = targets_of(lessons(spoilt), found.model.scheme)
        order = np.argsort(-suspicion(truth, found.chances).max(axis=1), kind="stable")
        theirs = _cleanlab(truth, found.chances, single) if find_spec("cleanlab") else None
        for k in (len(flipped) // 4, len(flipped) // 2, len(flipped)):
            cells = [
                f"{sum(int(i) in flipped for i in ranked[:k]) / k:.3f}" if ranked is not None else "-"
                for ranked in (order, theirs)
            ]
            print(title, k, cells, flush=True)
            lines.append(f"| {title} | {k} | {cells[0]} | {cells[1]} |")
    put(PAGE, "check", "\n".join(lines))


def _flipped(rows: Sequence[Row], single: bool) -> tuple[set[int], list[Row]]:
    chance, labels = np.random.default_rng(0), labels_in(rows)
    chosen_ = set(chance.choice(len(rows), len(rows) // 20, replace=False).tolist())
    spoilt = [dict(row) for row in rows]
    for i in chosen_:
        others = [label for label in labels if label not in rows[i]["labels"]]  # type: ignore[operator]
        other = str(chance.choice(others))
        spoilt[i]["labels"] = [other] if single or not rows[i]["labels"] else [other, *rows[i]["labels"][1:]]  # type: ignore[index]
    return chosen_, spoilt


def _cleanlab(truth: np.ndarray, chances: np.ndarray, single: bool) -> np.ndarray:
    """Its ranking on the same held-out chances."""
    if single:
        from cleanlab.rank import get_label_quality_scores

        scores = get_label_quality_scores(truth.argmax(axis=1), chances)
    else:
        from cleanlab.multilabel_classification import get_label_quality_scores

        scores = get_label_quality_scores([np.flatnonzero(row).tolist() for row in truth], chances)
    return np.argsort(scores, kind="stable")


def find() -> None:
    """Hide a label: does it show itself among the entries that fit none?"""
    lines = [
        "| hidden label (CAIL divorce) | in the pool | best group: its share | its key words |",
        "| --- | ---: | ---: | --- |",
    ]
    train, test = read("cail2019fe/divorce_train.jsonl"), read("cail2019fe/divorce_test.jsonl")
    names = json.loads((DATA / "cail2019fe" / "divorce_tags.json").read_text(encoding="utf-8"))
    for hidden in ("DV1", "DV2", "DV6"):
        kept = [row for row in train if hidden not in row["labels"]]  # type: ignore[operator]
        pool = [row for row in test if row["labels"]]
        holders = {str(row["id"]) for row in pool if hidden in row["labels"]}  # type: ignore[operator]
        _left, topics = discover(
            tagger_of(learnt(kept, False).model), [Entry(str(row["id"]), str(row["text"])) for row in pool], 5
        )
        best = max(topics, key=lambda topic: len(holders & set(topic.ids)) / topic.size, default=None)
        if best:
            share = f"{len(holders & set(best.ids))} of {best.size}"
            lines.append(f"| {names[hidden]} | {len(holders)} of {len(pool)} | {share} | {' '.join(best.words)} |")
    put(PAGE, "discover", "\n".join(lines))


def load() -> None:
    """What the self-test costs when a model is opened."""
    model = load_default()
    tagger = Tagger(model)
    from minqing.models.selftest import KEPT, expected

    facts = {KEPT: expected(tagger)}
    times = []
    for _ in range(30):
        began = time.perf_counter()
        replay(tagger, facts, "")
        times.append((time.perf_counter() - began) * 1000)
    lines = f"The self-test of the default model takes {statistics.median(times):.1f} ms (30 runs, at most {max(times):.1f})."
    print(lines)
    put(PAGE, "load", lines)


PARTS = {
    "citizens": citizens,
    "sets": sets,
    "curve": curve,
    "speed": speed,
    "suggest": suggest,
    "check": check,
    "discover": find,
    "load": load,
}


def main() -> None:
    if not DATA.is_dir():
        sys.exit(f"{DATA}: no such folder; the sets are no part of this project, name their folder in MINQING_DATA")
    warnings.simplefilter("ignore")
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
