import csv
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minqing.corpora.encodings import HEAD, Decoded, decode
from minqing.corpora.lines import open_text
from minqing.nlp.errors import EntryError

HANS = "3月5日走访石桥村，村民反映水渠断了，没人来修。"
HANT = "3月5日訪視石橋里，里民反映農路塌陷，縣府會勘。"

# What Python calls an encoding, and what users see.
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with BOM",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb2312": "GB18030",
    "gbk": "GB18030",
    "gb18030": "GB18030",
    "big5": "Big5",
    "cp950": "Big5",
    "big5hkscs": "Big5",
}
WRITABLE = [
    (codec, text) for codec in NAMES for text in (HANS, HANT) if text.encode(codec, "ignore").decode(codec) == text
]
IDS = [f"{codec}-{'hans' if text == HANS else 'hant'}" for codec, text in WRITABLE]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("codec", "text"), WRITABLE, ids=IDS)
def test_every_encoding_is_told_and_read_back(codec: str, text: str) -> None:
    assert decode(text.encode(codec), "a.txt") == Decoded(text, NAMES[codec], True)


@pytest.mark.parametrize(("codec", "text"), WRITABLE, ids=IDS)
def test_lines_come_with_their_ends_in_every_encoding(codec: str, text: str, tmp_path: Path) -> None:
    lines = (
        [f"{text}\r\n", "\n", "\r", f"{text}\u2028{text}\n", text] if "utf" in codec else [f"{text}\r\n", "\n", text]
    )
    path = write(tmp_path / "a.txt", "".join(lines).encode(codec))
    read = open_text(path)
    assert (read.encoding.name, list(read)) == (NAMES[codec], lines)


def test_gbk_holds_both_scripts() -> None:
    assert ("gbk", HANT) in WRITABLE and ("big5", HANT) in WRITABLE and ("big5", HANS) not in WRITABLE


MARKS = {
    "utf-8": (b"\xef\xbb\xbf", "UTF-8 with BOM"),
    "utf-16-le": (b"\xff\xfe", "UTF-16"),
    "utf-16-be": (b"\xfe\xff", "UTF-16"),
    "gb18030": (b"\x84\x31\x95\x33", "GB18030"),
}


@pytest.mark.parametrize("text", ["", "a", "村", "ab\n", HANT])
@pytest.mark.parametrize("codec", MARKS)
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(codec: str, text: str, tmp_path: Path) -> None:
    mark, name = MARKS[codec]
    raw = mark + text.encode(codec)
    assert decode(raw, "a.txt") == Decoded(text, name, True)
    assert decode(raw, "a.txt", codec) == Decoded(text, name, True)
    assert "".join(open_text(write(tmp_path / "a.txt", raw))) == text


def test_a_mark_amid_the_text_is_a_character() -> None:
    assert decode("abcd\ufeff村".encode(), "a.txt").text == "abcd\ufeff村"


@pytest.mark.parametrize("text", ["", "a", "id,text\r\n1,ok\r\n", "\t"])
def test_ascii_and_nothing_are_utf8(text: str, tmp_path: Path) -> None:
    assert decode(text.encode(), "a.txt") == Decoded(text, "UTF-8", True)
    assert "".join(open_text(write(tmp_path / "a.txt", text.encode()))) == text


@given(st.text().filter(lambda text: not text.startswith("\ufeff")))
def test_whatever_utf8_text_is_given_comes_back(text: str) -> None:
    decoded = decode(text.encode(), "a.txt")
    assert (decoded.text, decoded.encoding) == (text, "UTF-8")


@given(st.binary(max_size=60), st.sampled_from([None, "gbk", "big5", "utf-16", "utf-8"]))
def test_any_bytes_are_a_text_or_one_line_of_advice(raw: bytes, encoding: str | None) -> None:
    try:
        decode(raw, "a.txt", encoding).text.encode("utf-8")
    except EntryError as error:
        assert "--encoding" in str(error) and "\n" not in str(error)


SHORT = {
    "gbk": ["水渠断了", "路烂。", "停电。"],
    "big5": ["農路塌陷", "路壞。", "沒水"],
    "big5hkscs": ["佢哋冇水", "啲嘢"],
}


@pytest.mark.parametrize(("codec", "text"), [(codec, text) for codec, texts in SHORT.items() for text in texts])
def test_a_few_characters_are_enough(codec: str, text: str) -> None:
    assert decode(text.encode(codec), "a.txt").text == text


def test_hong_kong_characters_stand_beside_those_of_windows() -> None:
    raw = "佢哋".encode("big5hkscs") + "３～５日冇水，搵房署".encode("cp950", "ignore")
    assert decode(raw, "a.txt").text == "佢哋３～５日" + "冇水，搵房署".encode("cp950", "ignore").decode("cp950")


NAMED = {
    "gbk": "gbk", "GB2312": "gbk", "gb18030": "gb18030", "cp936": "gbk", "Big5": "big5", "big5-hkscs": "big5hkscs",
    "CP950": "cp950", "utf8": "utf-8", "UTF-8 with BOM": "utf-8-sig", "utf_16": "utf-16-be", "UTF-16LE": "utf-16-le",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_a_named_encoding_is_taken_however_it_is_spelt(name: str, tmp_path: Path) -> None:
    raw = "農路塌陷".encode(NAMED[name])
    decoded = decode(raw, "a.txt", name)
    assert (decoded.text, decoded.sure) == ("農路塌陷", True)
    assert list(open_text(write(tmp_path / "a.txt", raw), name)) == ["農路塌陷"]


def test_a_named_encoding_overrides_what_the_bytes_look_like() -> None:
    assert decode("元状态皮".encode("gbk"), "a.txt", "gbk").text == "元状态皮"
    assert decode("村口".encode(), "a.txt", "utf-16-le").encoding == "UTF-16"


def test_utf8_that_may_be_chinese_in_another_encoding_is_flagged() -> None:
    assert decode("元状态皮".encode("gbk"), "a.txt") == Decoded("Ԫ״̬Ƥ", "UTF-8", False)
    assert decode("Café".encode(), "a.txt").sure


BROKEN = {
    "gbk": (HANS.encode("gbk")[:-1], None, f"GB18030 comes nearest and breaks at byte {len(HANS.encode('gbk')) - 1};"),
    "big5": (b"OK " + "農路塌陷\n".encode("big5") + b"\xff" + HANT.encode("big5"), None, "Big5 comes nearest and breaks at byte 13;"),
    "utf8": ("水渠断了，没人来修".encode()[:-1], None, "UTF-8 comes nearest and breaks at byte 25;"),
    "french": ("Les élèves près de la forêt".encode("latin-1"), None, "no Chinese in any encoding known here, from byte 5 on;"),
    "named": (HANS.encode(), "big5", "not Big5 at byte 2;"),
    "marked": (b"\xef\xbb\xbf\xb4\xe5", None, "not UTF-8 with BOM at byte 4;"),
    "odd": (b"\xff\xfe\x51", None, "not UTF-16 at byte 3;"),
    "late": (("村" * HEAD).encode() + b"\xff", None, f"not UTF-8 at byte {3 * HEAD + 1:,};"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_fits_no_encoding_is_refused_with_the_byte_and_the_remedy(case: str) -> None:
    raw, encoding, message = BROKEN[case]
    with pytest.raises(EntryError) as caught:
        decode(raw, "走访.txt", encoding)
    assert str(caught.value).startswith("走访.txt: ")
    assert message in str(caught.value) and "--encoding" in str(caught.value)
    assert not {"村", "水", "農", "é"} & set(str(caught.value))


def test_an_unknown_name_lists_those_that_exist(tmp_path: Path) -> None:
    names = "utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, gb18030, gbk, gb2312, cp936, big5, cp950, big5hkscs"
    for act in (
        lambda: decode(b"", "a.txt", "latin-1"),
        lambda: open_text(write(tmp_path / "a", b""), "latin-1", "a.txt"),
    ):
        with pytest.raises(EntryError) as caught:
            act()
        assert str(caught.value) == f"a.txt: no encoding 'latin-1'; there are {names}"


@pytest.mark.parametrize("shift", range(5))
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5", "utf-16", "utf-16-be"])
def test_a_character_cut_by_the_end_of_the_first_part_does_no_harm(codec: str, shift: int, tmp_path: Path) -> None:
    text = "里" + "a" * shift + "民反映路不好，" * (HEAD // 8) + ("𠮷" * HEAD if codec == "gb18030" else "")
    raw = text.encode(codec)
    assert len(raw) > HEAD
    assert decode(raw, "a.txt").text == text
    assert "".join(open_text(write(tmp_path / "a.txt", raw))) == text


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5", "utf-16"])
@pytest.mark.parametrize("length", [HEAD - 1, HEAD, 2 * HEAD + 1])
def test_the_first_part_that_is_not_ascii_decides(codec: str, length: int, tmp_path: Path) -> None:
    text = "x" * length + "\n里民反映路不好。\n"
    raw = text.encode(codec)
    assert decode(raw, "a.txt").text == text
    assert "".join(open_text(write(tmp_path / "a.txt", raw))) == text


def test_csv_keeps_line_breaks_within_cells(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", '编号,内容\r\n1,"水渠断了，\n没水"\r\n'.encode("gbk"))
    assert list(csv.reader(open_text(path))) == [["编号", "内容"], ["1", "水渠断了，\n没水"]]


@pytest.mark.parametrize(("codec", "name"), [("utf-8", "UTF-8"), ("gbk", "GB18030"), ("big5", "Big5")])
def test_a_line_that_breaks_later_is_told_and_those_below_it_are_read(codec: str, name: str, tmp_path: Path) -> None:
    good = "里民反映路不好。\n" * 9_000
    path = write(tmp_path / "a.txt", good.encode(codec) + "路不".encode(codec) + b"\xff\n" + good.encode(codec))
    lines = open_text(path)
    found = list(lines)
    assert found[:9_000] == found[9_001:] == good.splitlines(keepends=True)
    advice = "save the file as UTF-8 or try another --encoding"
    assert str(lines.fault(found[9_000], "a.txt:9001")) == f"a.txt:9001: not {name} at character 3; {advice}"
    assert lines.fault(found[0], "") is None


def test_a_line_without_end_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "路\n".encode() + b"x" * 30_000_000 + "\n水\n".encode())
    tracemalloc.start()
    lines = open_text(path, longest=1_000)
    found = list(lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found[0], found[2], len(found)) == ("路\n", "水\n", 3) and peak < 1_500_000
    assert str(lines.fault(found[1], "a.txt:2")) == "a.txt:2: the line has more than 1,000 characters; cut it"


def test_long_files_are_read_in_little_memory(tmp_path: Path) -> None:
    line = "里民反映路不好。" * 10 + "\n"
    path = write(tmp_path / "a.txt", (line * 50_000).encode("big5"))
    # Warm up: the second opinion loads its tables once.
    open_text(path)
    tracemalloc.start()
    assert sum(1 for _ in open_text(path)) == 50_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000 < path.stat().st_size


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"^a\.txt: cannot be read: No such file"):
        open_text(tmp_path / "none.txt", where="a.txt")
