import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from minqing.nlp.model import Model
from minqing.nlp.records import Entry, LabelledEntry
from minqing.nlp.script import detect_script
from minqing.nlp.tagger import Tagger

from strategies import mixtures, opencc_entries

NEEDS = "自来水管爆了，没水吃。农路塌陷，路灯不亮，盼着早点修。信用社的贷款批不下来。"


def hold(text: str, tagger: Tagger) -> int:
    """Check the law of offsets on one text; give the number of needs it was checked on."""
    needs = tagger.tag(text).needs
    assert all(text[need.start : need.end] == need.text and need.text.strip() for need in needs)
    return len(needs)


@settings(deadline=None)
@given(parts=st.lists(mixtures | st.sampled_from(NEEDS.split("。")), max_size=5))
def test_spans_are_those_of_the_text_as_given(parts: list[str], tagger: Tagger) -> None:
    hold("。".join(parts), tagger)


def test_spans_hold_round_every_word_of_opencc(tagger: Tagger) -> None:
    words = opencc_entries()
    texts = ["，".join(["自来水管爆了没水吃", *words[i : i + 25], "农路塌了没人修"]) for i in range(0, len(words), 25)]
    found = 0
    for text, tagged in zip(texts, tagger.pipe(Entry("", text) for text in texts), strict=True):
        assert all(text[need.start : need.end] == need.text for need in tagged.needs)
        found += len(tagged.needs)
    assert found > len(texts) / 4


@pytest.mark.parametrize(
    "text",
    [
        "自 来 水 管 爆 了 ， 没 水 吃",
        "自来水管爆了（guǎn）没水吃",
        "😀😀𠮷自来水管爆了，没水吃",
        "村裏自來水管爆了，羣衆沒水喫",
        "坐計程車去公所，自來水管爆了沒水吃",
        "劏房屋企冇水，水喉爆咗",
        "ＡＢＣ　自来水管爆了，没水吃\u200b",
    ],
)
def test_spans_hold_in_texts_that_conversion_and_cleaning_change(text: str, tagger: Tagger) -> None:
    assert hold(text, tagger) > 0


@settings(deadline=None, max_examples=50)
@given(texts=st.lists(mixtures | st.sampled_from(NEEDS.split("。")), max_size=12), batch=st.integers(1, 12))
def test_a_text_gets_the_same_answer_in_whatever_company_it_comes(texts: list[str], batch: int, tagger: Tagger) -> None:
    entries = [Entry(str(number), text) for number, text in enumerate(texts)]
    assert list(tagger.pipe(entries, batch)) == [tagger.tag(entry) for entry in entries]


def test_labels_alone_are_those_of_the_full_answer(model: Model, tagger: Tagger, gold: list[LabelledEntry]) -> None:
    entries = [item.entry for item in gold[::7]]
    alone = list(Tagger(model, labels_only=True).pipe(entries))
    full = [
        structs.replace(
            tagged, facets={}, needs=tuple(structs.replace(need, status="", slots=()) for need in tagged.needs)
        )
        for tagged in tagger.pipe(entries)
    ]
    assert alone == full and sum(len(tagged.needs) for tagged in alone) > len(entries) / 2


def test_pipe_and_tag_give_the_same_answers(tagger: Tagger, gold: list[LabelledEntry]) -> None:
    entries = [item.entry for item in gold[::11]]
    assert list(tagger.pipe(entries)) == [tagger.tag(entry) for entry in entries]
    assert list(tagger.pipe(entries, batch=7)) == list(tagger.pipe(entries))


@pytest.mark.parametrize(("script", "config"), [("hans", "s2tw"), ("hans", "s2hk"), ("hant", "t2s")])
def test_an_entry_gets_the_same_labels_and_statuses_in_both_scripts(
    script: str, config: str, tagger: Tagger, gold: list[LabelledEntry]
) -> None:
    convert = opencc.OpenCC(config).convert
    entries = [i.entry for i in gold if detect_script(i.entry.text) == script and "坯" not in i.entry.text]
    other = [Entry(entry.id, convert(entry.text)) for entry in entries]
    for a, b in zip(tagger.pipe(entries), tagger.pipe(other), strict=True):
        assert [(n.label, n.sub, n.status, n.start, n.end) for n in a.needs] == [
            (n.label, n.sub, n.status, n.start, n.end) for n in b.needs
        ]
        assert a.facets == b.facets


def test_both_word_engines_give_the_same_answers(tagger: Tagger, gold: list[LabelledEntry]) -> None:
    other = Tagger(tagger.model, "jieba")
    entries = [item.entry for item in gold[::23]]
    assert [t.needs for t in other.pipe(entries)] == [t.needs for t in tagger.pipe(entries)]


def test_names_keep_their_characters(tagger: Tagger) -> None:
    text = "後里區乾安里里長游先生說，自來水管爆了，沒水吃。"
    assert all(need.text in text for need in tagger.tag(text).needs)


def test_a_single_text_is_no_stream(tagger: Tagger) -> None:
    with pytest.raises(TypeError, match="pipe takes entries, not one text"):
        list(tagger.pipe("水渠断了"))  # type: ignore[arg-type]


def test_an_empty_stream_gives_nothing(tagger: Tagger) -> None:
    assert list(tagger.pipe([])) == []


def test_what_the_village_secretary_asks_for_comes_out_right(tagger: Tagger) -> None:
    text = "挂钩单位给不给钱、给多少，我都不要求；政策上的支持我自己去争取。我们缺的是更好的发展思路。"
    assert {(n.label, n.status) for n in tagger.tag(text).needs} == {("funding", "declined"), ("projects", "unmet")}


def test_a_household_whose_wishes_are_yet_to_be_asked_has_no_need(tagger: Tagger) -> None:
    text = "第一户人家，男主人前年走了，女主人带着三个孩子过日子。她有什么想法和打算，下次来再细细问。"
    assert tagger.tag(text).needs == ()
