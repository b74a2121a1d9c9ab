"""Labelled examples in every form people have them."""

import json
from pathlib import Path

import openpyxl
import pytest

from minqing.corpora.label_names import label_id, status_id
from minqing.corpora.labelled import load_gold
from minqing.corpora.marked import Example, Mark, read_examples
from minqing.corpora.schemes import check_examples, lessons_of, notices, scheme_of
from minqing.corpora.taxonomy import load_taxonomy
from minqing.models.placing import labelled_of
from minqing.nlp.errors import EntryError, LabelError, MinqingError

TEXT = "三组的水渠断了两年，路也塌了半边。"


def written(path: Path, content: object) -> Path:
    if path.suffix == ".jsonl":
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)  # type: ignore[attr-defined]
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def only(path: Path) -> Example:
    (example,) = read_examples([path])
    return example


@pytest.mark.parametrize(
    "row",
    [
        {"text": TEXT, "labels": ["水", "路"]},
        {"text": TEXT, "label": ["水", "路"]},
        {"text": TEXT, "labels": "水、路"},
        {"text": TEXT, "labels": "水，路；水"},
        {"text": TEXT, "标签": "水|路"},
        {"sentence": TEXT, "label": 7, "label_desc": "水;路"},
        {"text": TEXT, "cats": {"水": 1.0, "路": True, "学": 0}},
        {"data": {"text": TEXT}, "annotations": [{"result": [{"type": "choices", "value": {"choices": ["水", "路"]}}]}]},
        {"text": TEXT, "choices": {"choices": ["水", "路"]}},
        {"内容": TEXT, "label": [[0, 7, "水"], [10, 16, "路"]]},
        {"text": TEXT, "entities": [{"label": "水", "start_offset": 0, "end_offset": 7}, {"label": "路", "start_offset": 10, "end_offset": 16}]},
        {"text": TEXT, "label": [{"start": 0, "end": 7, "labels": ["水"]}, {"start": 10, "end": 16, "labels": ["路"]}]},
        {"text": TEXT, "needs": [{"label": "水", "status": "unmet", "span": "水渠断了"}], "labels": ["路"]},
    ],
    ids=str,
)  # fmt: skip
def test_labels_are_read_in_every_form_they_come_in(row: dict[str, object], tmp_path: Path) -> None:
    example = only(written(tmp_path / "rows.jsonl", [row]))
    assert sorted(example.all_labels) == ["水", "路"] and example.entry.text == TEXT


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("columns", ["one", "each"])
def test_tables_have_one_column_of_labels_or_one_a_label(ending: str, columns: str, tmp_path: Path) -> None:
    rows = [["内容", "标签", "记录人"], [TEXT, "水；路", "甲"], ["天晴。", "", "乙"]]
    if columns == "each":
        rows = [["内容", "水", "路", "记录人"], [TEXT, "1", "是", "甲"], ["天晴。", "0", "", "乙"]]
    path = tmp_path / f"rows.{ending}"
    if ending == "csv":
        path.write_text("\n".join(",".join(row) for row in rows), encoding="gb18030")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(row)
        book.save(path)
    first, second = read_examples([path])
    assert set(first.all_labels) == {"水", "路"} and second.all_labels == ()
    assert (first.group, second.group) == ("甲", "乙")


def test_a_sentence_column_of_a_table_is_its_text(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.csv", f"sentence,label_desc\n{TEXT},水\n")
    assert only(path).entry.text == TEXT


def test_marks_keep_their_place_and_status(tmp_path: Path) -> None:
    row = {"text": TEXT, "needs": [{"label": "water", "status": "met", "start": 3, "end": 7, "text": "水渠断了"}]}
    assert only(written(tmp_path / "rows.jsonl", [row])).marks == (Mark("water", 3, 7, "met"),)


def test_the_gold_corpus_reads_the_same_both_ways() -> None:
    from minqing.corpora import labelled

    gold = load_gold("dev")
    found = labelled_of(read_examples([Path(labelled.__file__).parent / "gold" / "dev.jsonl"]))
    plain = [[(n.label, n.sub, n.status, n.start, n.end, n.text) for n in item.needs] for item in gold]
    assert [[(n.label, n.sub, n.status, n.start, n.end, n.text) for n in item.needs] for item in found] == plain
    assert [(i.facets, i.author, i.layout) for i in found] == [(i.facets, i.author, i.layout) for i in gold]


def test_every_name_of_every_label_and_status_is_understood() -> None:
    taxonomy = load_taxonomy()
    for label in taxonomy.label:
        assert {label_id(name) for name in (label.id, label.hans, label.hant)} == {label.id}
        for sub in label.subs:
            assert {label_id(name) for name in (sub.id, sub.hans, sub.hant)} == {sub.id} and label_id(
                f"{label.hant}.{sub.hant}"
            ) == sub.id
    for status in taxonomy.status:
        assert {status_id(name) for name in (status.id, status.hans, status.hant, status.en)} == {status.id}


def test_a_label_without_a_place_gets_the_clause_that_carries_it(tmp_path: Path) -> None:
    text = "3月4日 晴。走了三里山路去老罗家，自来水停了半个月没水吃，孙子在镇上读书。"
    path = written(tmp_path / "rows.jsonl", [{"text": text, "labels": ["飲水水利"]}])
    (item,) = labelled_of(read_examples([path]))
    (need,) = item.needs
    assert need.label == "water" and "没水吃" in need.text and "读书" not in need.text
    assert text[need.start : need.end] == need.text and need.status == "unmet"


def test_names_with_dots_bring_the_names_above_them(tmp_path: Path) -> None:
    rows = [{"text": f"{TEXT}{i}", "labels": ["路.桥.木桥" if i % 2 else "水"]} for i in range(10)]
    scheme = scheme_of(read_examples([written(tmp_path / "rows.jsonl", rows)]))
    assert scheme.labels == ("水", "路", "路.桥", "路.桥.木桥") and not scheme.single
    assert scheme.closed(["路.桥.木桥"]) == {"路", "路.桥", "路.桥.木桥"}


def test_rows_with_one_label_each_make_a_single_label_model(tmp_path: Path) -> None:
    rows = [{"text": f"{TEXT}{i}", "labels": ["1.5" if i % 2 else "2.5"]} for i in range(10)]
    scheme = scheme_of(read_examples([written(tmp_path / "rows.jsonl", rows)]))
    assert scheme.single and scheme.labels == ("1.5", "2.5")


def test_copies_of_a_text_stay_together(tmp_path: Path) -> None:
    rows = [{"text": "農路塌了，沒人修。", "labels": ["路"]}, {"text": "农路塌了 没人修", "labels": ["水"]}]
    examples = read_examples([written(tmp_path / "rows.jsonl", rows)])
    a, b = lessons_of(examples)
    assert a.group == b.group
    assert any("other labels" in line and "rows.jsonl:1" in line for line in notices(examples))


def test_rare_labels_are_named(tmp_path: Path) -> None:
    rows = [{"text": f"{TEXT}{i}", "labels": ["少"] if i < 2 else ["多"]} for i in range(12)]
    lines = list(notices(read_examples([written(tmp_path / "rows.jsonl", rows)])))
    assert len(lines) == 1 and "少 (2)" in lines[0] and "多" not in lines[0]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "", "labels": ["水"]}, r"rows.jsonl:1: the text is empty"),
        ({"labels": ["水"]}, r"rows.jsonl:1: no field 'text'"),
        ({"text": TEXT}, r"rows.jsonl: no labels; found text, source; call their column 'labels'"),
        ({"text": TEXT, "label": [[0, 99, "水"]]}, "rows.jsonl:1: span 0-99 lies outside the text of 17 characters"),
        ({"text": TEXT, "label": [[5, 2, "水"]]}, "rows.jsonl:1: span 5-2 lies outside"),
        ({"text": TEXT, "needs": [{"label": "水", "span": "没有这句"}]}, "the span of '水' does not stand in the text"),
        (
            {"text": TEXT, "needs": [{"label": "水", "start": 0, "end": 2, "text": "水渠"}]},
            "does not read as the row says",
        ),
        ({"text": TEXT, "needs": [{"status": "met"}]}, "rows.jsonl:1: no label in status"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_row_that_cannot_be_read_is_named(row: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(MinqingError, match=message):
        read_examples([written(tmp_path / "rows.jsonl", [row])])


def test_a_file_that_holds_no_labelled_rows_is_named(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"a\.txt: no labelled examples in such a file; use \.jsonl"):
        read_examples([written(tmp_path / "a.txt", TEXT)])
    with pytest.raises(EntryError, match=r"a\.jsonl: holds no entries"):
        read_examples([written(tmp_path / "a.jsonl", "")])
    with pytest.raises(EntryError, match="nowhere"):
        read_examples([tmp_path / "nowhere.jsonl"])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(f"{TEXT}{i}", []) for i in range(20)], r"rows.jsonl: 20 rows and no labels"),
        ([(f"{TEXT}{i}", ["水"] if i else []) for i in range(5)], "rows.jsonl: 5 rows are too few to learn from"),
        ([(f"{TEXT}{i}", ["水"]) for i in range(20)], r"every row has the same labels \(水\)"),
        ([(TEXT, ["水"] if i else []) for i in range(20)], "every row is the same text"),
        ([(f"{TEXT}{i}", [f"标签{i}"]) for i in range(1000)], "1,000 different labels in 1,000 rows"),
    ],
    ids=["none", "few", "one class", "one text", "a thousand"],
)
def test_what_nothing_can_be_learnt_from_is_refused(
    rows: list[tuple[str, list[str]]], message: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "rows.jsonl", [{"text": text, "labels": labels} for text, labels in rows])
    with pytest.raises(LabelError, match=message):
        check_examples(read_examples([path]))
