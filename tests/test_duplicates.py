import random
import tracemalloc

import numpy as np
import pytest

from minqing.corpora import duplicates
from minqing.corpora.duplicates import SHORTEST, Seen, bare, describe
from minqing.corpora.labelled import load_gold

TEXT = "村口到学校的路下雨就成泥塘，娃娃们走路打湿鞋，盼着早点硬化起来，王大爷摔过一跤。"


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        TEXT.replace("，", " "),
        "村口到學校的路下雨就成泥塘，娃娃們走路打濕鞋，盼著早點硬化起來，王大爺摔過一跤。",
        TEXT.replace("娃娃们", "孩子们"),
    ],
)
def test_a_copy_is_told_from_the_first(copy: str) -> None:
    seen = Seen()
    assert seen.first("a", describe(TEXT)) == ""
    assert seen.first("b", describe("桥断了两年，过河要绕八里路，镇上说明年开春来修，大家都等着。")) == ""
    assert seen.first("c", describe(copy)) == "a"


def test_short_texts_are_the_same_only_if_they_are_equal() -> None:
    seen = Seen()
    assert [seen.first(str(k), describe(text)) for k, text in enumerate(["路烂了。", "路烂了", "路烂过"])] == [
        "",
        "0",
        "",
    ]


def test_nearly_all_near_copies_are_found_and_hardly_any_other_text() -> None:
    chance = random.Random(0)
    texts = [item.entry.text for item in load_gold("train") if len(bare(item.entry.text)) >= SHORTEST][:1_000]
    seen = Seen()
    before = [seen.first(str(k), describe(text)) for k, text in enumerate(texts)]
    found = [seen.first(f"{k}'", describe(changed(text, chance))) for k, text in enumerate(texts)]
    assert sum(bool(first) for first in before) <= 10
    assert np.mean([first == str(k) for k, first in enumerate(found) if not before[k]]) > 0.9


def changed(text: str, chance: random.Random) -> str:
    """Leave out two characters in a hundred."""
    out = list(text)
    for place in chance.sample(range(len(out)), max(1, len(out) // 50)):
        out[place] = ""
    return "".join(out)


def test_the_oldest_entries_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "REMEMBERED", 3)
    seen = Seen()
    assert seen.first("a", describe(TEXT)) == "" and seen.first("b", describe(TEXT)) == "a"
    for other in ("桥", "路", "灯"):
        seen.first(other, describe(f"{other}坏了。"))
    assert seen.first("c", describe(TEXT)) == ""
    assert seen.first("d", describe(TEXT)) == "c"


def test_memory_stays_where_it_is_however_many_entries_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "REMEMBERED", 2_000)
    chance = np.random.default_rng(0)
    seen = Seen()

    def feed(count: int) -> None:
        for _ in range(count):
            seen.first("an id", chance.bytes(8 + 4 * duplicates.BANDS * duplicates.ROWS))

    feed(4_000)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    feed(4_000)
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert after - before < 400_000
