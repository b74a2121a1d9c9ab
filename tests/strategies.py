"""Texts as diaries hold them and as they should never be: what the laws are tried on."""

import subprocess
from functools import cache
from pathlib import Path

import opencc
from hypothesis import strategies as st

PIECES = (
    "渠断了", "没水吃", "自来水管爆了", "農路塌陷", "路燈不亮", "羣衆裏爲", "計程車", "資訊軟體網路", "公車滑鼠",
    "ＡＢＣ１２３", "　", " ", "，", "。", "；", "！", "\n", "\r\n", "會(huì)說", "路（lu4）爛", "😀", "𠮷野家", "👨‍👩‍👧",
    "\u200b", "\ufe0f", "\x00", "\x85", "村 口 的 路 烂 了", "诉求：", "【心得體會】", "冇水", "劏房滴水", "3.5公里", "\ud83d",
    "里长里長", "乾隆皇后", "著急", "瞭解", "阿嬤獨居", "低保办下来了", "\u3400", "\U00020000", "e\u0301",
)  # fmt: skip

mixtures = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14).map("".join)


@cache
def opencc_entries() -> tuple[str, ...]:
    """Give every word of every dictionary that OpenCC ships, as its own tool writes them out."""
    folder = Path(opencc.__file__).parent / "clib"
    tool = next((folder / "bin").glob("opencc_dict*"))
    words: set[str] = set()
    for dictionary in sorted((folder / "share" / "opencc").glob("*.ocd2")):
        command = [str(tool), "-i", str(dictionary), "-o", "/dev/stdout", "-f", "ocd2", "-t", "text"]
        done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
        for line in done.stdout.splitlines():
            key, _, values = line.partition("\t")
            words.update([key, *values.split(" ")])
    return tuple(sorted(words - {""}))
