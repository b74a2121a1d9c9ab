import itertools
from collections import Counter
from importlib.resources import files

import msgspec
import pytest

from minqing.corpora.labelled import GoldRow, load_gold, read_gold
from minqing.corpora.taxonomy import load_taxonomy
from minqing.nlp.errors import EntryError, LabelError
from minqing.nlp.records import LabelledEntry
from minqing.nlp.script import detect_script

PARTS = ("train", "contrast", "dev", "test")


class Row(GoldRow, frozen=True, kw_only=True):
    script: str
    region: str
    year: int
    group: str = ""


def rows(part: str) -> list[Row]:
    lines = files("minqing.corpora").joinpath("gold", f"{part}.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Row) for line in lines]


@pytest.fixture(scope="module")
def all_rows() -> dict[str, list[Row]]:
    return {part: rows(part) for part in PARTS}


def test_the_taxonomy_has_the_labels_of_the_codebook() -> None:
    labels = load_taxonomy().label_set()
    assert (len(labels.labels), len(labels.subs), len(labels.statuses)) == (20, 68, 5)
    assert len(set(labels.subs)) == 68
    assert all(sub.partition(".")[0] in labels.labels for sub in labels.subs)


def test_every_name_stands_in_both_scripts() -> None:
    taxonomy = load_taxonomy()
    terms = [*taxonomy.label, *(s for label in taxonomy.label for s in label.subs), *taxonomy.status, *taxonomy.facet]
    assert all(term.hans and term.hant for term in terms)
    assert all(label.maps for label in taxonomy.label if label.id != "projects")


@pytest.mark.parametrize("part", PARTS)
def test_every_span_is_exact_and_every_need_has_its_second_level(part: str) -> None:
    subs = load_taxonomy().label_set().subs
    for item in load_gold(part):
        for need in item.needs:
            assert need.text == item.entry.text[need.start : need.end]
            assert need.text == need.text.strip() and need.sub in subs


def test_ids_are_unique_and_no_author_stands_in_two_parts(all_rows: dict[str, list[Row]]) -> None:
    ids = Counter(row.id for part in all_rows.values() for row in part)
    assert [i for i, n in ids.items() if n > 1] == []
    authors = {part: {row.author for row in all_rows[part]} for part in ("train", "dev", "test")}
    assert not authors["train"] & authors["dev"] and not authors["dev"] & authors["test"]
    assert all(author for part in authors.values() for author in part)


def test_facets_are_those_of_the_taxonomy(all_rows: dict[str, list[Row]]) -> None:
    known = {facet.id: {value.id for value in facet.values} for facet in load_taxonomy().facet}
    for row in itertools.chain(*all_rows.values()):
        for name, values in row.facets.items():
            assert {values} <= known[name] if isinstance(values, str) else set(values) <= known[name]


def grams(text: str) -> set[str]:
    text = "".join(text.split())
    return {text[i : i + 5] for i in range(max(1, len(text) - 4))}


def test_no_two_entries_are_near_duplicates(all_rows: dict[str, list[Row]]) -> None:
    """Character 5-gram Jaccard above 0.4 is refused, except within a contrast group, where it is the point."""
    entries = list(itertools.chain(*all_rows.values()))
    sets = [grams(row.text) for row in entries]
    where: dict[str, list[int]] = {}
    for number, found in enumerate(sets):
        shared = Counter(other for gram in found for other in where.get(gram, ()))
        for other, n in shared.items():
            same_group = entries[number].group and entries[number].group == entries[other].group
            if n > 0.4 * (len(found) + len(sets[other]) - n) and not same_group:
                raise AssertionError(f"{entries[number].id} and {entries[other].id} are near-duplicates")
        for gram in found:
            where.setdefault(gram, []).append(number)


def test_the_corpus_has_the_shape_its_card_promises(all_rows: dict[str, list[Row]]) -> None:
    entries = [*all_rows["train"], *all_rows["contrast"]]
    needs = [need for row in entries for need in row.needs]
    assert len(entries) >= 600
    assert 0.2 < sum(not row.needs for row in entries) / len(entries) < 0.4
    assert 0.2 < sum(row.script == "hant" for row in entries) / len(entries) < 0.4
    assert set(load_taxonomy().label_set().subs) == {need.sub for need in needs}
    assert min(Counter(need.status for need in needs).values()) > 0.04 * len(needs)
    lengths = [len(row.text) for row in entries]
    assert min(lengths) < 20 and max(lengths) > 1_000


def test_the_script_that_is_marked_is_the_one_detected(all_rows: dict[str, list[Row]]) -> None:
    entries = list(itertools.chain(*all_rows.values()))
    assert sum(row.script == detect_script(row.text) for row in entries) > 0.98 * len(entries)


BAD = {
    "label": ('{"text": "路烂", "needs": [{"label": "road", "status": "unmet", "span": "路烂"}]}', "no label 'road'"),
    "status": ('{"text": "路烂", "needs": [{"label": "roads", "status": "open", "span": "路烂"}]}', "no status 'open'"),
    "sub": ('{"text": "路烂", "needs": [{"label": "roads", "sub": "water.drinking", "status": "met", "span": "路烂"}]}', "no second-level label"),
    "outside": ('{"text": "路烂", "needs": [{"label": "roads", "status": "met", "start": 0, "end": 9}]}', "lies outside"),
    "other_text": ('{"text": "路烂", "needs": [{"label": "roads", "status": "met", "start": 0, "end": 1, "text": "桥"}]}', "does not read"),
    "no_span": ('{"text": "路烂", "needs": [{"label": "roads", "status": "met"}]}', "neither offsets nor a span"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_annotation_is_named_with_its_line(case: str, tmp_path: object) -> None:
    path = tmp_path / "gold.jsonl"  # type: ignore[operator]
    path.write_text(BAD[case][0], encoding="utf-8")
    with pytest.raises(LabelError) as caught:
        list(read_gold(path))
    assert "gold.jsonl:1: " in str(caught.value) and BAD[case][1] in str(caught.value)


def test_a_line_that_is_no_labelled_entry_is_named(tmp_path: object) -> None:
    path = tmp_path / "gold.jsonl"  # type: ignore[operator]
    path.write_text('{"text": "路烂"}', encoding="utf-8")
    with pytest.raises(EntryError, match=r"gold.jsonl:1: not a labelled entry"):
        list(read_gold(path))


def test_a_span_may_be_given_by_its_text(tmp_path: object) -> None:
    path = tmp_path / "gold.jsonl"  # type: ignore[operator]
    path.write_text(
        '{"text": "路烂，水断", "needs": [{"label": "water", "status": "met", "span": "水断"}]}', encoding="utf-8"
    )
    labelled: list[LabelledEntry] = list(read_gold(path))
    assert (labelled[0].needs[0].start, labelled[0].needs[0].end) == (3, 5)
