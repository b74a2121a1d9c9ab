import csv
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minqing.corpora.privacy import load_private
from minqing.ledger.privacy.checksums import is_card, is_hong_kong_id, is_mainland_id, is_taiwan_id
from minqing.ledger.privacy.documents import Masker
from minqing.ledger.privacy.finds import KINDS
from minqing.ledger.privacy.keys import load_key, save_key
from minqing.ledger.privacy.masking import ON_IMPORT, find, mask, mask_on_import
from minqing.ledger.privacy.pseudonyms import Pseudonyms
from minqing.nlp.errors import LedgerError
from minqing.nlp.script import simplify

TEXTS = list(load_private())
STANDS = Pseudonyms(b"secret")


def command(*words: object, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "minqing", "--lang", "en", *map(str, words)],
        capture_output=True, check=False, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8", **env},
    )  # fmt: skip


def share_found(*kinds: str) -> float:
    found = there = 0
    for one in TEXTS:
        masked = {place for f in find(one.text) for place in range(f.start, f.end)}
        for kind, start, end in one.items:
            there += kind in kinds
            found += kind in kinds and set(range(start, end)) <= masked
    return found / there


def test_the_labelled_set_holds_a_thousand_items_of_every_kind() -> None:
    kinds = [kind for one in TEXTS for kind, _, _ in one.items]
    assert len(kinds) >= 1_000 and set(kinds) == set(KINDS)
    assert all(0 <= start < end <= len(one.text) for one in TEXTS for _, start, end in one.items)


def test_numbers_are_found_by_checksum_and_pattern() -> None:
    assert share_found("id", "card", "mobile", "landline") >= 0.98


def test_names_and_details_are_found_as_often_as_measured() -> None:
    assert share_found("name", "minor") >= 0.95
    assert share_found("address", "illness", "disability") >= 0.95


TOLD = {
    "kin": ("边奶奶攥着我的手；她老伴边保田走了十年", "边保田"), "second": ("老大徐万里拿着证，老二徐千里不服", "徐千里"),
    "row": ("街市權哥、嫻姐、成叔都話加租", "嫻"), "vietnam": ("新住民黎氏花想考駕照", "黎氏花"),
    "grammar": ("仇小海听力二级；颜如意智力四级", "颜如意"), "child": ("她孙女思涵上三年级", "思涵"),
    "called": ("娃小名叫豆豆，六岁", "豆豆"), "boss": ("打电话找糜老板，他收莴笋", "糜"), "gao": ("高海亮打枣雇不下人", "高海亮"),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_names_are_known_by_what_stands_around_them(case: str) -> None:
    text, name = TOLD[case]
    assert name in {text[f.start : f.end] for f in find(text) if f.kind in ("name", "minor")}


def test_many_names_known_beforehand_are_found_in_either_script_and_at_once() -> None:
    names = {f"{a}{b}{c}" for a in "罗黄郑欧周吴徐孙" for b in "德秀美国建文明志" for c in "福兰玲强贵英华平" * 2}
    text = "羅德福和黃秀蘭來過" * 200
    began = time.process_time()
    found = find(text, frozenset(names))
    assert time.process_time() - began < 5
    assert {text[f.start : f.end] for f in found} >= {"羅德福", "黃秀蘭"}


@pytest.mark.parametrize(
    "text", ["文健站的血壓計壞了", "溫泉區垃圾多", "到陶家湾看路", "娃才六岁", "上小二，安親班只有山下有"]
)
def test_what_looks_like_a_name_stays(text: str) -> None:
    assert not [f for f in find(text) if f.kind in ("name", "minor")]


def test_nine_finds_of_ten_are_right() -> None:
    right = finds = 0
    for one in TEXTS:
        marked = {place for _, start, end in one.items for place in range(start, end)}
        for f in find(one.text):
            finds += 1
            right += 2 * len(marked & set(range(f.start, f.end))) >= f.end - f.start
    assert right / finds >= 0.95


@pytest.mark.parametrize("text", [one.text for one in TEXTS[::7]], ids=lambda text: str(hash(text)))
def test_a_masked_text_is_as_long_and_differs_only_in_its_finds(text: str) -> None:
    masked = mask(text, STANDS)
    assert len(masked.text) == len(text)
    inside = {place for f in masked.finds for place in range(f.start, f.end)}
    assert all(masked.text[place] == text[place] for place in range(len(text)) if place not in inside)
    for f in masked.finds:
        assert masked.text[f.start : f.end] != text[f.start : f.end]


def test_no_number_of_the_set_is_left_in_what_was_masked() -> None:
    for one in TEXTS:
        masked = mask(one.text, STANDS).text
        for kind, start, end in one.items:
            if kind in ("id", "card", "mobile"):
                assert one.text[start:end] not in masked


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="罗德福张大妈三组12号老小阿家说，。 0139-()李孙子女王×\n\x00\ud800", max_size=60))
def test_any_text_is_masked_to_the_same_length(text: str) -> None:
    assert len(mask(text, STANDS).text) == len(text)


@pytest.mark.parametrize("piece", ["罗", "1", "三组", "0139", "(", "张大妈", "一二三", "路1号", "，", "阿", "A1"])
def test_long_hostile_texts_take_no_time(piece: str) -> None:
    text = (piece * 100_000)[:20_000]
    began = time.monotonic()
    assert len(mask(text, STANDS).text) == len(text)
    assert time.monotonic() - began < 4


def test_a_person_has_the_same_pseudonym_in_every_text_and_script() -> None:
    stands = Pseudonyms(b"secret")
    first, again = stands.stand_in("罗德福", "name"), Pseudonyms(b"secret").stand_in("罗德福", "name")
    assert first == again != Pseudonyms(b"other").stand_in("罗德福", "name")
    assert stands.stand_in("羅德福", "name")[0] == first[0] == stands.stand_in("罗", "name")
    assert first == simplify(first)
    assert len({stands.stand_in(f"罗{a}{b}", "name") for a in "一二三四五六七" for b in "春夏秋冬东西"}) == 42


def test_pseudonyms_of_numbers_are_no_numbers() -> None:
    stand = STANDS.stand_in("138-5726-4190", "mobile")
    assert re.fullmatch(r"[A-Z]{3}-[A-Z]{4}-[A-Z]{4}", stand)


def test_checksums_tell_right_numbers_from_wrong() -> None:
    rows = [(k, one.text[s:e]) for one in TEXTS for k, s, e in one.items if k in ("id", "card")]
    numbers = [
        re.sub(r"[ ()-]", "", "".join(chr(ord(c) - 0xFEE0) if "０" <= c <= "９" else c for c in n)) for _, n in rows
    ]
    checks = [is_mainland_id(n[:18]) or is_taiwan_id(n) or is_hong_kong_id(n) or is_card(n) for n in numbers]
    assert sum(checks) / len(checks) > 0.95
    assert not is_mainland_id("330106195802311234") and not is_card("6228480012345678901")
    assert not any(check("") for check in (is_mainland_id, is_taiwan_id, is_hong_kong_id, is_card))


def test_grown_up_names_stay_when_a_ledger_is_filled_and_all_else_goes() -> None:
    masked = mask("罗德福家住三组，尿毒症，打13857264190", STANDS, ON_IMPORT).text
    assert masked.startswith("罗德福家住某组，某某病，打") and "1385" not in masked


def test_names_given_beforehand_are_masked_wherever_they_stand() -> None:
    assert "奇雅" in mask("奇雅来了", STANDS).text
    assert "奇雅" not in mask("奇雅来了", STANDS, names=["奇雅"]).text


def test_a_record_keeps_its_evidence_in_line_with_its_text() -> None:
    text = "罗德福家的水管冻裂，打13857264190"
    record = {"id": "1", "text": text, "needs": [{"label": "water", "start": 0, "end": 9, "text": text[:9]}],
              "meta": {"author": "陈建国", "place": "雙溪里"}}  # fmt: skip
    done = Masker(STANDS).record(record)
    assert isinstance(done, dict)
    assert done["needs"][0]["text"] == done["text"][0:9] != text[:9]
    assert done["meta"]["author"] != "陈建国" and done["meta"]["place"] == "雙溪里" and done["id"] == "1"


FILES = {
    "d.txt": "罗德福家的水管冻裂。",
    "d.jsonl": json.dumps({"text": "罗德福家的水管冻裂。", "作者": "陈建国"}) + "\n",
    "d.csv": "作者,内容\n陈建国,罗德福家的水管冻裂。\n",
    "d.json": json.dumps([{"text": "罗德福家的水管冻裂。", "作者": "陈建国"}]),
    "d.tsv": "作者\t内容\n陈建国\t罗德福家的水管冻裂。\n",
}


@pytest.mark.parametrize("name", FILES)
def test_each_format_is_masked_as_it_is(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    out = tmp_path / f"out{Path(name).suffix}"
    done = command("mask", tmp_path / name, "-o", out)
    assert done.returncode == 0 and "names, numbers and details masked" in done.stderr
    content = out.read_text("utf-8-sig")
    assert "罗德福" not in content and "陈建国" not in content and "家的水管冻裂" in content
    if name.endswith("csv"):
        assert next(csv.reader(content.splitlines())) == ["作者", "内容"]


def test_what_cannot_be_masked_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "d.pdf").write_bytes(b"PK")
    (tmp_path / "bad.jsonl").write_text('{"text": 1}\n{oops\n', encoding="utf-8")
    (tmp_path / "gbk.txt").write_bytes("罗德福家的水管".encode("gbk"))
    for name, message in (("d.pdf", ".pdf is not masked as it is"), ("bad.jsonl", "bad.jsonl:2: no JSON"),
                          ("gbk.txt", "cannot be read as UTF-8"), ("none.txt", "cannot be read as UTF-8")):  # fmt: skip
        done = command("mask", tmp_path / name, "-o", tmp_path / "out.txt")
        assert done.returncode == 1 and message in done.stderr and done.stderr.count("\n") == 1
        assert "罗德福" not in done.stderr and not (tmp_path / "out.txt").exists()


def test_the_key_leads_back_with_its_passphrase_alone(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    key, source, out = tmp_path / "office.key", tmp_path / "d.txt", tmp_path / "o.txt"
    source.write_text("罗德福来了。", encoding="utf-8")
    assert command("mask", source, "-o", out, "--key", key, MINQING_PASSPHRASE="long enough").returncode == 0
    stand = out.read_text("utf-8")[:3]
    assert command("unmask", stand, "--key", key, MINQING_PASSPHRASE="long enough").stdout == "罗德福\n"
    wrong = command("unmask", stand, "--key", key, MINQING_PASSPHRASE="not the right one")
    assert "the passphrase is wrong, or the file was changed" in wrong.stderr
    assert "fewer than 8" in command("unmask", stand, "--key", key, MINQING_PASSPHRASE="short").stderr
    assert command("mask", source, "-o", out, "--key", key, MINQING_PASSPHRASE="long enough").returncode == 0
    assert out.read_text("utf-8")[:3] == stand
    assert key.stat().st_mode & 0o077 == 0
    assert "罗" not in key.read_text("utf-8") and stand not in key.read_text("utf-8")


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    key = tmp_path / "office.key"
    save_key(key, "long enough", Pseudonyms(b"secret", {"罗": "丁"}))
    assert load_key(key, "long enough").known == {"罗": "丁"}
    row = json.loads(key.read_text("utf-8"))
    for change in ({"locked": "AAAA"}, {"rounds": 1 << 24}, {"format": "x"}, {"salt": "?"}):
        key.write_text(json.dumps(row | change), encoding="utf-8")
        with pytest.raises(LedgerError, match=r"no key file|the passphrase is wrong"):
            load_key(key, "long enough")


def test_looking_for_what_may_hold_something_misses_nothing_that_is_masked_on_import() -> None:
    for one in TEXTS:
        for kind, start, end in one.items:
            if kind != "name":
                told = one.text[max(start - 12, 0) : end + 12]
                assert mask_on_import(told, STANDS) == mask(told, STANDS, ON_IMPORT).text, kind


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("住仁愛街17之2號。", "住仁愛街某某之某號。"),
        ("家在3栋2单元501室。", "家在某栋某单元某某某室。"),
        ("住四组27号。", "住某组某某号。"),
    ],
    ids=["taiwan", "flat", "group"],
)
def test_a_door_is_masked_to_its_last_number(text: str, masked: str) -> None:
    assert mask(text, STANDS).text == masked
