import random
import tracemalloc
from collections.abc import Iterator

import numpy as np
import opencc
import pytest

from minqing.corpora import duplicates, seen
from minqing.corpora.duplicates import SHORTEST, bare, describe
from minqing.corpora.labelled import load_gold
from minqing.corpora.seen import Seen
from minqing.nlp.streams import batches

TEXT = "村口到学校的路下雨就成泥塘，娃娃们走路打湿鞋，盼着早点硬化起来，王大爷摔过一跤。"


def firsts(texts: list[str], seen_so_far: Seen | None = None) -> list[int]:
    return (seen_so_far or Seen()).firsts([describe(text) for text in texts])


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
    assert firsts([TEXT, "桥断了两年，过河要绕八里路，镇上说明年开春来修，大家都等着。", copy]) == [-1, -1, 0]


def test_short_texts_are_the_same_only_if_they_are_equal() -> None:
    assert firsts(["路烂了。", "路烂了", "路烂过"]) == [-1, 0, -1]


def test_a_copy_in_the_other_script_says_the_same_whatever_words_converters_know() -> None:
    texts = [text for part in ("train", "dev") for text in texts_of(part)]
    for config in ("s2t", "s2tw", "s2hk", "t2s", "tw2s", "hk2s"):
        converted = opencc.OpenCC(config).convert("\n".join(text.replace("\n", "") for text in texts)).split("\n")
        other = [text for text, copy in zip(texts, converted, strict=True) if bare(text) != bare(copy)]
        assert len(other) < len(texts) / 1_000, (config, other[:3])


def texts_of(part: str) -> list[str]:
    return [item.entry.text for item in load_gold(part)]


def test_nearly_all_near_copies_are_found_and_hardly_any_other_text() -> None:
    chance = random.Random(0)
    texts = [text for text in texts_of("train") if len(bare(text)) >= SHORTEST][:1_000]
    seen_so_far = Seen()
    before = firsts(texts, seen_so_far)
    numbers = iter(range(len(texts)))
    numbered = [next(numbers) if first < 0 else first for first in before]
    found = firsts([changed(text, chance) for text in texts], seen_so_far)
    assert sum(first >= 0 for first in before) <= 10
    assert np.mean([first == number for first, number in zip(found, numbered, strict=True)]) > 0.9


def changed(text: str, chance: random.Random) -> str:
    """Leave out two characters in a hundred."""
    out = list(text)
    for place in chance.sample(range(len(out)), max(1, len(out) // 50)):
        out[place] = ""
    return "".join(out)


@pytest.mark.parametrize(("remembered", "bits"), [(150_000, 22), (3, 22), (50, 8), (300, 10)])
def test_many_texts_asked_about_at_once_get_the_answers_of_one_by_one(
    remembered: int, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "REMEMBERED", remembered)
    monkeypatch.setattr(seen, "_PLACE_BITS", bits)
    described = list(mixed_texts(2_000))
    one_by_one, at_once = Seen(), Seen()
    found = [first for one in described for first in one_by_one.firsts([one])]
    assert [first for part in batches(described, 250) for first in at_once.firsts(part)] == found
    assert 20 < sum(first >= 0 for first in found) < 1_500


def mixed_texts(count: int) -> Iterator[bytes]:
    """Describe texts that are new, short, copies or near copies of some that came not long before, or like in part."""
    chance = random.Random(1)
    before = [chance.randbytes(duplicates.DESCRIBED_BYTES)]
    for _ in range(count):
        kind, old = chance.random(), chance.choice(before[-60:])
        if kind < 0.1:
            yield bytes([chance.randrange(40)]) * duplicates.KEY_BYTES
        elif kind < 0.3:
            yield old
        else:
            near = bytearray(old)
            near[:8] = chance.randbytes(8)
            places = range(8, len(near), 4)
            band = chance.randrange(duplicates.BANDS) * duplicates.ROWS
            if kind < 0.5:
                places = chance.sample(places, 12)
            elif kind < 0.75:  # in a common form: a band is the same and the rest is not
                places = [*places[:band], *places[band + duplicates.ROWS :]]
            for place in places:
                near[place : place + 4] = chance.randbytes(4)
            before.append(bytes(near))
            yield before[-1]


def test_the_oldest_entries_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "REMEMBERED", 3)
    seen_so_far = Seen()
    assert firsts([TEXT, TEXT], seen_so_far) == [-1, 0]
    assert firsts(["桥坏了。", "路坏了。", "灯坏了。"], seen_so_far) == [-1, -1, -1]
    assert firsts([TEXT, TEXT], seen_so_far) == [-1, 4]


def test_memory_stays_where_it_is_however_many_entries_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "REMEMBERED", 2_000)
    chance = np.random.default_rng(0)
    seen_so_far = Seen()

    def feed(count: int) -> None:
        for _ in range(count // 250):
            seen_so_far.firsts([chance.bytes(duplicates.DESCRIBED_BYTES) for _ in range(250)])

    feed(4_000)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    feed(4_000)
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert after - before < 100_000
