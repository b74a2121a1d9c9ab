"""Lines that begin with a date, and what follows the date: weather and place, as a heading has them, or prose."""

import re
from dataclasses import dataclass
from typing import Literal

from minqing.corpora.dates import CLOCK, WEEKDAY, DateFound, find_date
from minqing.corpora.fields import SPACES

HAN = "\u4e00-\u9fff"
_LONGEST_REST = 20
_END_OF_SENTENCE = re.compile("[。！？!?；;，,…]")

_SKY = (
    "(?:雷?[阵陣]雨|毛毛雨|[细細]雨|雨[夹夾]雪|[冻凍]雨|雷雨|(?:小到中|中到大|大到暴|特大暴|大暴|小|中|大|暴)?[雨雪]"
    "|[多少][云雲]|晴朗|晴好|晴|[阴陰]|大?[雾霧]霾?|霾|(?:大|微|[东南西北東]{1,2})?[风風](?:[\\d一二三四五六七八九-]+[级級])?"
    "|沙[尘塵]|[扬揚]沙|冰雹|霜[冻凍]?|[炎酷闷悶]?[热熱]|高[温溫]|寒?冷)天?"
)
_WEATHER = (
    rf"(?:天[气氣][:：]?[{SPACES}]*|天(?=晴))?(?P<weather>{_SKY}(?:(?:[转轉到间間有夹夾伴、/~～，,-]|[{SPACES}])*{_SKY}){{0,4}})"
    rf"(?=$|[{SPACES},，。.;；:：、|()（）\[\]【】\d*#-])"
)
_SEPARATORS = rf"{SPACES},，、。.;；:：|/()（）【】\[\]《》*—–_-"
_TAIL = re.compile(
    rf"[{_SEPARATORS}]*(?:(?P<weekday>{WEEKDAY})|{_WEATHER}|{CLOCK}|\d{{1,2}}[-~～]?\d{{0,2}}(?:℃|度)"
    rf"|(?:[农農旧舊阴陰][历曆])?[闰閏]?[正一二三四五六七八九十冬腊臘]{{1,2}}月(?:初|廿|十|二十|三十)[一二三四五六七八九十]?)"
)
# 6月2日前, 6月2日那天: a date told, not one that heads an entry.
_TOLD = re.compile(
    "之?[前后後]|以[前后後来來]|[内內起止和与與的至报報]|[开開]始|那天|[当當][天日]|左右|[这這]天|期[间間]"
)
_PLACE = re.compile(
    rf"(?![到去在赴从從走入访訪回下来來进進全各])[{HAN}\da-zA-Z]{{1,14}}"
    "(?:村委会|村部|[村组組屯寨里乡鄉镇鎮庄莊街县縣区區]|社[区區]|街道|嘎查|[农農林][场場])"
)
# Without one of these there is no date, and most lines hold none.
_DATE_SIGN = re.compile("[月日号號./．／—–－-]|\\d{8}|初|除夕")
NOTES = "日记|日記|日志|日誌|笔记|筆記|手记|手記|[记記紀][录錄]"
_PREFIX = re.compile(
    rf"[{SPACES}\ufeff#*●◆■★▲○>]*(?P<number>第?[\d一二三四五六七八九十]{{1,4}}[、.．)）篇则則][{SPACES}]*"
    rf"|[(（][\d一二三四五六七八九十]{{1,3}}[)）][{SPACES}]*)?"
    rf"(?:[{HAN}]{{0,6}}(?:{NOTES})(?:[(（]?[\d一二三四五六七八九十]+[)）]?)?[{SPACES}:：]+)?"
)
_NARROW = str.maketrans("．／－—–", "./---")

Weight = Literal["strong", "plain", "running"]


@dataclass(frozen=True, slots=True)
class Head:
    """A line that begins with a date, and what follows the date: weather, place, or prose."""

    line: int
    date: DateFound
    weight: Weight
    is_glued: bool
    is_numbered: bool
    rest: str
    weather: str
    place: str

    @property
    def style(self) -> str:
        """Say how the date is written, as far as lines of one style belong together."""
        if self.date.kind != "month_day" or "月" in self.date.text:
            return "day" if self.date.kind == "day" else "date"
        return next(sign for sign in "/-." if sign in self.date.text.translate(_NARROW))


def find_head(number: int, line: str, roc: bool) -> Head | None:
    """Read line ``number`` as one that begins with a date; ``roc`` as for ``find_date``."""
    if not _DATE_SIGN.search(line, 0, 80):
        return None
    found, is_numbered = find_date(line, roc=roc), False
    if found is None:
        prefix = _PREFIX.match(line)
        skipped = prefix.end() if prefix else 0
        found = find_date(line[skipped : skipped + 80], roc=roc) if prefix and skipped else None
        if prefix is None or found is None or not re.search("[月/年-]|\\d\\.\\d+\\.", found.text):
            return None
        is_numbered = prefix["number"] is not None
        line = line[skipped:]
    return _head_of(number, line, found, is_numbered)


def _head_of(number: int, line: str, found: DateFound, is_numbered: bool) -> Head | None:
    """Judge a line by what follows its date."""
    at, weather, is_strong = found.end, "", False
    while match := _TAIL.match(line, at):
        at = match.end()
        weather = weather or match["weather"] or ""
        is_strong = is_strong or bool(match["weather"] or match["weekday"])
    rest = line[at:].strip(_SEPARATORS)
    is_glued = bool(rest) and line[found.end : at + 1].strip("日号號")[:1] not in tuple(f"{SPACES}。:：;；|)）】]》-")
    if _TOLD.match(line[found.end :]) and not is_strong:
        return None
    is_short = len(rest) <= _LONGEST_REST and not _END_OF_SENTENCE.search(line[at:].strip(SPACES))
    weight: Weight = "strong" if is_strong else "plain" if is_short and not is_numbered else "running"
    return Head(number, found, weight, is_glued, is_numbered, rest, weather, _place(rest))


def _place(rest: str) -> str:
    first = re.split(rf"[{SPACES},，。、;；|]", rest, maxsplit=1)[0]
    return first if _PLACE.fullmatch(first) else ""
