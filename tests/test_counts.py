from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from minqing.ledger.counts import OTHERS, Counted, Counting
from minqing.ledger.estimates import KnownErrors, LabelErrors, estimate, load_errors
from minqing.ledger.privacy.suppression import hide_small, small_lines
from minqing.ledger.store import Store
from minqing.models.opening import name_of
from minqing.models.storage import SHIPPED
from minqing.nlp.errors import LedgerError
from minqing.nlp.records import TaggedEntry

from ledgers import entry, filled, need


def others(counts: np.ndarray, hidden: np.ndarray, row: int, column: int) -> set[int]:
    """Give every number that a hidden cell can have: all tables with the same totals and open cells, by trying each.

    A hidden cell is taken to be no zero, unless the whole table is hidden.
    """
    least = 0 if hidden.all() else 1
    cells = [(int(r), int(c)) for r, c in zip(*np.nonzero(hidden), strict=True)]
    rows = {r: int(counts[r][hidden[r]].sum()) for r, _ in cells}
    columns = {c: int(counts[:, c][hidden[:, c]].sum()) for _, c in cells}
    found: set[int] = set()

    def fill(n: int, values: dict[tuple[int, int], int]) -> None:
        if n == len(cells):
            if all(sum(v for (r, _), v in values.items() if r == line) == t for line, t in rows.items()) and all(
                sum(v for (_, c), v in values.items() if c == line) == t for line, t in columns.items()
            ):
                found.add(values[row, column])
            return
        r, c = cells[n]
        left = rows[r] - sum(v for (a, _), v in values.items() if a == r)
        below = columns[c] - sum(v for (_, b), v in values.items() if b == c)
        last_in_row = all(a != r for a, _ in cells[n + 1 :])
        for value in [left] if last_in_row else range(least, min(left, below) + 1):
            if least <= value <= below:
                fill(n + 1, values | {(r, c): value})

    fill(0, {})
    return found


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_small_cell_can_be_worked_out_by_trying_every_table(seed: int) -> None:
    chance = np.random.default_rng(seed)
    counts = chance.integers(1, 9, (3, 3)) + 5 * chance.integers(0, 2, (3, 3))
    small = [(int(r), int(c)) for r, c in np.argwhere(counts < 3)]
    hidden = hide_small(counts, counts, 3)
    assert all(hidden[r, c] for r, c in small)
    for r, c in small:
        assert len(others(counts, hidden, r, c)) > 1


@pytest.mark.parametrize("seed", range(60))
def test_no_hidden_small_cell_can_be_worked_out_where_there_are_zeros(seed: int) -> None:
    chance = np.random.default_rng(seed)
    counts = chance.integers(0, 7, (3, 3)) * chance.integers(0, 2, (3, 3)) + np.diag([3, 4, 5])
    hidden = hide_small(counts, counts, 3)
    for r, c in np.argwhere((counts > 0) & (counts < 3)):
        assert (counts[r] > 0).sum() > 1 < (counts[:, c] > 0).sum(), (
            "a total would be small: such lines are put together"
        )
        assert len(others(counts, hidden, int(r), int(c))) > 1


def test_zeros_and_open_cells_stay_where_nothing_is_small() -> None:
    counts = np.array([[5, 0, 7], [9, 4, 0]])
    assert not hide_small(counts, counts, 3).any()
    assert not hide_small(counts, counts, 1).any()


def test_needs_of_the_village_alone_hide_nothing() -> None:
    assert not hide_small(np.array([[1, 5], [6, 2]]), np.zeros((2, 2), int), 3).any()


def test_small_lines_are_put_together_until_they_are_many() -> None:
    assert small_lines(np.array([9, 1, 1, 8]), 3, True) == [1, 2, 3]
    assert small_lines(np.array([9, 2, 2, 8]), 3, True) == [1, 2]
    assert small_lines(np.array([9, 2, 2, 8]), 3, False) == [1, 2, 3]
    assert small_lines(np.array([9, 8]), 3, True) == []


def village(name: str, households: int, sub: str = "water.drinking", status: str = "unmet") -> list[TaggedEntry]:
    surnames = "李王张刘陈杨黄赵吴周徐孙马朱胡"
    return [
        entry(f"{name}{sub}{n}", f"2025-0{1 + n % 5}-10", need("水管冻裂没水吃", sub, status, who=f"{surnames[n]}大爷"), place=name)
        for n in range(households)
    ]  # fmt: skip


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    made = [
        *village("石桥村", 7),
        *village("梅坪村", 5),
        *village("芦塘村", 1),
        *village("白石坪", 2, "roads.farm_track"),
    ]
    made += [*village("石桥村", 4, "roads.farm_track", "met"), *village("梅坪村", 1, "health.cost", "planned")]
    filled(tmp_path / "l", *made, *made[:5])
    return Counted(Store(tmp_path / "l").db, Counting(smallest=3))


def test_households_and_needs_are_counted_once_and_not_mentions(tmp_path: Path) -> None:
    again = [entry(f"x{n}", f"2025-06-{10 + n}", need("水管冻裂没水吃", who="李大爷")) for n in range(9)]
    filled(tmp_path / "l", *village("石桥村", 3), *again)
    found = Counted(Store(tmp_path / "l").db, Counting(smallest=1))
    assert [(line.name, line.needs, line.households) for line in found.lines("label")] == [("water", 3, 3)]


def test_totals_of_a_table_are_those_of_its_lines(counted: Counted) -> None:
    for row, column in product(("place", "label"), ("label", "state", "month")):
        if row != column:
            table = counted.table(row, column)
            assert [line.needs for line in table.rows] == table.needs.sum(axis=1).tolist()
            assert [line.needs for line in table.columns] == table.needs.sum(axis=0).tolist()


def test_no_line_and_no_cell_that_is_shown_stands_for_fewer_than_three_households(counted: Counted) -> None:
    assert "芦塘村" not in [line.name for line in counted.lines("place")]
    for dimension in ("place", "label", "month", "state", "town"):
        assert all(line.households >= 3 for line in counted.lines(dimension) if line.needs)
    table = counted.table("place", "label")
    assert all(h == 0 or h >= 3 or hidden for h, hidden in zip(table.households.flat, table.hidden.flat, strict=True))


def test_small_villages_of_a_town_are_put_together_within_it(tmp_path: Path) -> None:
    made = [
        *village("青山镇石桥村", 9),
        *village("青山镇梅坪村", 2),
        *village("青山镇芦塘村", 2),
        *village("白水镇南坡村", 8),
    ]
    filled(tmp_path / "l", *made)
    found = Counted(Store(tmp_path / "l").db, Counting(smallest=3))
    assert Counter(line.name for line in found.lines("place")) == Counter(
        ["青山镇石桥村", "白水镇南坡村", "青山镇" + OTHERS]
    )
    assert sorted(line.needs for line in found.lines("town")) == [8, 13]


def test_a_promise_older_than_thirty_days_is_late(tmp_path: Path) -> None:
    made = [entry("1", "2025-01-01", need("水管冻裂", status="planned", who="罗大爷")),
            entry("2", "2025-02-25", need("路灯不亮", "roads.safety_lighting", "planned", who="黄婶")),
            entry("3", "2025-03-01", need("没钱", "funding.loan", who="周奶奶"))]  # fmt: skip
    filled(tmp_path / "l", *made)
    found = Counted(Store(tmp_path / "l").db, Counting(smallest=1))
    assert {line.name: line.needs for line in found.states() if line.needs} == {"unmet": 1, "planned": 1, "late": 1}
    assert found.day == "2025-03-01" and found.median_days_open() == 4
    earlier = Counted(Store(tmp_path / "l").db, Counting("2025-01-20", 1))
    assert {line.name for line in earlier.states() if line.needs} == {"unmet", "planned"}


def test_a_count_is_corrected_by_what_the_tagger_is_known_to_get_wrong() -> None:
    halved = estimate(100, LabelErrors(50, 50, 0))
    doubled = estimate(100, LabelErrors(50, 0, 50))
    assert halved and doubled
    assert round(halved.likely) == 50 and round(doubled.likely) == 200
    few, many = estimate(100, LabelErrors(8, 2, 2)), estimate(100, LabelErrors(800, 200, 200))
    assert few and many and few.high - few.low > many.high - many.low
    assert estimate(100, LabelErrors(2, 0, 0)) is None


def test_the_interval_holds_the_truth_in_nineteen_cases_of_twenty() -> None:
    chance = np.random.default_rng(0)
    held = 0
    for _ in range(2_000):
        tp, fp, fn = chance.binomial(60, 0.8), 0, 0
        fn, fp = 60 - tp, chance.binomial(60, 0.2)
        found = estimate(int(chance.poisson(200 * 0.8 / (48 / 60))), LabelErrors(int(tp), int(fp), int(fn)))
        truth = 200 * (48 / 60) / 0.8
        held += found is not None and found.low <= truth <= found.high
    assert held / 2_000 > 0.93


def test_the_errors_that_ship_are_of_the_model_that_ships_or_say_whose_they_are() -> None:
    errors = load_errors()
    assert len(errors.labels) == 20 and errors.model.startswith("default@")
    assert errors.are_of([errors.model]) and not errors.are_of(["ours@1"]) and not errors.are_of([])
    assert isinstance(errors, KnownErrors)


def test_errors_in_another_form_are_refused(tmp_path: Path) -> None:
    (tmp_path / "e.json").write_text("{}", encoding="utf-8")
    with pytest.raises(LedgerError, match="no errors of a model by label"):
        load_errors(tmp_path / "e.json")


def test_two_tables_of_one_dimension_have_the_same_rows(counted: Counted) -> None:
    assert counted.table("place", "label").rows == counted.table("place", "state").rows


def test_the_errors_that_correct_counts_are_those_of_the_model_that_ships() -> None:
    """After training it anew, ``python benchmarks/count_errors.py`` counts them again."""
    assert load_errors().are_of([name_of(SHIPPED)])
