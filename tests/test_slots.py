from itertools import product

import pytest
from hypothesis import given, settings

from minqing.corpora.labelled import load_gold
from minqing.nlp.characters import codes_of
from minqing.nlp.evaluation import slot_counts
from minqing.nlp.records import LabelledEntry
from minqing.nlp.slot_patterns import NORMALISED, value_of
from minqing.nlp.slots import Details
from minqing.nlp.tagger import Tagger

from strategies import mixtures

CASES = {
    "money": ("水管坏了，修要三万元。", {"amount": "30000 yuan"}),
    "bare_money": ("一台制氧机三千六。", {"amount": "3600 yuan"}),
    "area": ("想再扩两亩棚。", {"amount": "2 mu"}),
    "rough": ("还差两三万。", {"amount": "20000 yuan"}),
    "name": ("老张说渠断了。", {"who": "老张"}),
    "place": ("到梅溪村三组看渠。", {"who": "三组", "where": "梅溪村三组"}),
    "date": ("2012年6月2日渠断了。", {"when": "2012-06-02"}),
    "cooperative": ("找合作社借钱。", {"who": "合作社"}),
}


def slots(text: str, start: int = 0, end: int | None = None) -> list[tuple[str, str]]:
    """Give kind and text of the details of the need that stands there."""
    found = Details(text, codes_of(text)).of(start, len(text) if end is None else end)
    return [(kind, text[first:past]) for kind, first, past in found]


DATES = [
    *map(
        "".join,
        product(("", "12年", "2012年", "二〇一二年"), ("3月", "12月", "十一月"), ("5日", "31号", "二十一日", "廿三日")),
    ),
    *("农历腊月廿三", "旧历冬月二十三", "正月初八", "冬月十五", "2012-12-31", "1998/1/2", "2026.11.28"),
]


@pytest.mark.parametrize("before", ["", "路坏于", "5日报过，"])
@pytest.mark.parametrize("date", DATES)
def test_a_date_is_found_however_long_it_is_written(date: str, before: str) -> None:
    text = f"{before}{date}"
    assert [found for kind, found in slots(text) if kind == "when"] == [date]


@pytest.mark.parametrize("case", CASES)
def test_a_detail_is_found_with_its_normal_form(case: str) -> None:
    text, wanted = CASES[case]
    assert {kind: value_of(kind, found) if kind in NORMALISED else found for kind, found in slots(text)} == wanted


@settings(max_examples=50, deadline=None)
@given(text=mixtures)
def test_every_slot_of_a_need_reads_as_it_stands_in_the_text_given(text: str, tagger: Tagger) -> None:
    needs = tagger.tag(text).needs
    assert all(text[slot.start : slot.end] == slot.text for need in needs for slot in need.slots)


def test_a_name_is_preferred_to_a_nearer_group() -> None:
    text = "小学的陶师傅知道，村民都知道，渠断了两年。"
    assert ("who", "陶师傅") in slots(text, 15, 20)


def test_a_name_before_the_need_keeps_its_title() -> None:
    text = "老张家住坡上，渠断了两年。"
    assert slots(text, 7, 12) == [("who", "老张家")]


def test_a_village_named_after_a_bridge_keeps_its_name() -> None:
    text = "到石桥村三组看渠。"
    assert ("where", "石桥村三组") in slots(text)


def test_a_year_goes_with_its_date_before_the_need() -> None:
    text = "2019年11月6日，渠断了。"
    assert slots(text, 11, 14) == [("when", "2019年11月6日")]


def test_a_number_is_read_whole_or_not_at_all() -> None:
    assert slots("等了一百二十年") == []
    assert slots("三块木板，五块钱") == [("amount", "五块钱")]


def test_slots_are_compared_only_on_mentions_that_match() -> None:
    gold: list[LabelledEntry] = load_gold("slots")
    same = slot_counts(gold, [item.needs for item in gold])
    assert all(count.fp == count.fn == 0 and count.tp for count in same.values())
    assert slot_counts(gold, [() for _ in gold]) == {}
