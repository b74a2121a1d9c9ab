import pytest
from hypothesis import given

from minqing.nlp.clean import REPAIRS, clean, clean_and_explain

from strategies import mixtures

CASES = {
    "surrogate": ("路\ud83d烂", "路\ufffd烂", "drop_surrogates"),
    "nul": ("路\x00烂", "路 烂", "blank_controls"),
    "line_end": ("路\r\n烂", "路\n烂", "join_line_ends"),
    "zero_width": ("路\u200b烂\ufe0f", "路烂", "drop_invisible"),
    "full_width": ("３公里ＡＢ，", "3公里AB，", "fold_width"),
    "ocr_spaces": ("村 口 的 路 烂 了", "村口的路烂了", "close_spaces"),
    "pinyin": ("開會(huì)說", "開會說", "drop_pinyin"),
    "pinyin_digit": ("路（lu4）", "路", "drop_pinyin"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_repair_mends_its_fault_and_names_itself(case: str) -> None:
    text, mended, repair = CASES[case]
    assert clean_and_explain(text) == (mended, (repair,))
    assert clean(text).text == mended


@pytest.mark.parametrize("text", ["走访 记录", "第一组 第二组", "电话(013)", "会（见附件）", "，！：；（）"])
def test_what_is_no_fault_stays(text: str) -> None:
    assert clean(text).text == text


@given(mixtures)
def test_cleaning_twice_gives_what_cleaning_once_gave(text: str) -> None:
    once = clean(text).text
    assert clean(once).text == once
    once.encode("utf-8")


@given(mixtures)
def test_cleaning_and_explaining_give_the_same_text(text: str) -> None:
    assert clean(text).text == clean_and_explain(text)[0]


@given(mixtures)
def test_replaying_the_steps_gives_the_same_text(text: str) -> None:
    cleaned, steps = clean_and_explain(text)
    for step in steps:
        text = REPAIRS[step](text).text
    assert text == cleaned
