"""Who needs it, where, how much, and when: details bound to a need, each with the place it stands in.

Rules over the text as the model sees it, so that both scripts are read alike. A detail belongs to the need
whose clause it stands in; who and where may stand earlier, since a household is named once and then only
meant (language.md 1.3).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np

from .characters import Bools, Codes, stand_in, table_of
from .numerals import DIGITS, NUMBER, number_of
from .records import Slot

# The commonest family names; those that are everyday words as well (水, 时, 路, 车, 成 …) did more harm than good.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊孟秦阎薛侯雷白龙段郝孔邵史毛覃赖樊兰殷施陶洪翟颜倪严牛尤温芦季俞章鲁葛伍申柯庞邢齐莫庄骆樊"
    "涂祝霍詹康裴柳窦左卜褚褟瞿蓝岑麦劳聂麻郎卓滕穆尹毕易武戴贺顾龚万钱汤黎乔欧凌虞邱游江童宁岳冉鲍费项阮仇甘"
)
_KIN = (
    "大爷|大娘|大叔|大婶|大妈|大伯|大嫂|大哥|大姐|爷爷|奶奶|老汉|老伯|老爹|老太太|老太|老人|阿婆|阿公|阿伯|阿姨|阿嬷|婆婆|"
    "嫂子|师傅|老师|女士|先生|太太|小姐|妈妈|爸爸|同学|伯|婶|嫂|叔|婆|公|爷|奶|娘|哥|姐|妹|姨|姑|家|生|某某|某|氏"
)
_ELDERS = "大爷|大娘|大妈|大伯|大嫂|阿公|阿嬷|阿婆|奶奶|爷爷|老太太|老太|老汉|老头"
_GROUPS = (
    "村民|乡亲|群众|老人们|老人|长辈|长者|学生|孩子们|娃娃们|家长|妇女|社员|住户|居民|街坊|族人|族亲|果农|菜农|茶农|蚕农|渔民|"
    "牧民|农户|养殖户|种植户|商户|摊贩|工友|工人|民工|司机|护林员|教师|住客|业主|租户|贫困户|脱贫户|低保户|残疾人|部落|合作社|"
    "全村|全组|全屯|村里|组里|屯里|社区|学校|村小"
)
# Groups and roles, of which a name says more.
_GENERAL = frozenset((*_GROUPS.split("|"), *_ELDERS.split("|"), "户主"))
_NUMERALS = "0123456789零〇一二三四五六七八九十百千万亿两俩仨壹贰叁拾佰仟半"

# What a place of a need is called; anything longer than four characters before the ending is prose, no name.
_PLACE_ENDS = (
    "省|市|县|区|乡|镇|街道|街|巷|村小学|村口|村|屯|寨|组|社区|社|嘎查|苏木|邨|部落|庄|岛|农场|林场|公屋|路口|桥头|渡口|码头|湾|岔|岩|坪|沟口"
    "|海堤|水库|活动室|广场|球场|小学|中学|学校|单元|栋|幢|桥"
)
_NO_NAME = (
    "的了在是我他她你们这那哪个有没去到从过把被给说讲都也很就才要能会和跟向全各本同每"
    "几多两上下进出回走来住叫往问帮派由请对为与及或访看望陪满见逛查某想借动员驻等经途条"
)
_NO_END = frozenset("民里干委支部长口头镇公办")

# Units by what they measure; ``value`` gives the unit after the number.
UNITS = {
    "元|块钱|块(?![板地田布砖木石瓦肉表牌铁玻])|蚊": "yuan", "港元|港币": "HKD", "新台币|台币": "TWD", "美元": "USD",
    "亩": "mu", "公顷": "ha", "平方米|平米|平方|平": "m2", "甲": "jia", "坪": "ping",
    "公里": "km", "华里|里路|里": "li", "公尺|米": "m",
    "公斤": "kg", "斤": "jin", "吨": "t", "担": "dan",
    "个人|口人|人|名|位|个(?=学生|老师|孩子|老人|媳妇)": "people", "户|家": "households",
    "头|只": "head", "间": "rooms", "座|台|盏|套|辆|眼": "pieces",
}  # fmt: skip
_UNIT_OF = {unit.partition("(")[0]: name for units, name in UNITS.items() for unit in units.split("|")}
_UNIT = "|".join(sorted((unit for units in UNITS for unit in units.split("|")), key=len, reverse=True))

_HAN = "\u4e00-\u9fff"
# What may stand between a number and what is counted: after any other character a large number is money.
_COUNTED = "亩斤公人户口头只株棵吨米里个位名家条台座间次年月天岁度平方吨字票步份本张块元升"
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_AFTER_NAME = "，,、（(说讲话家的想要在从把今年找拿问领坐一二三四五六七八九两0123456789：:。"
_PATTERNS = {
    "who": rf"{NUMBER}(?:(?:户|家)(?:人家|{_GROUPS})?|(?:位|名|个)(?:{_GROUPS}))"
    rf"|[老小阿][{_SURNAMES}](?:{_KIN})?"
    rf"|[{_SURNAMES}][{_HAN}]{{0,2}}?(?:{_KIN})"
    rf"|阿[{_HAN}](?=[{_AFTER_NAME}])"
    rf"|(?:(?<![{_HAN}])|(?<=[到访看找去和给是帮问户员民人主村组屯社]))[{_SURNAMES}][{_HAN}]{{1,2}}(?=[{_AFTER_NAME}])"
    rf"|[{_NUMERALS}]{{1,2}}[社组队](?!长)|两口子|[{_NUMERALS}]?兄弟|姐弟|(?:{_ELDERS})|{_GROUPS}|户主",
    "where": rf"(?:{_PLACE_ENDS})(?:{NUMBER}组)?",
    "amount": rf"({NUMBER})({_UNIT})"
    # A number above a hundred with nothing counted after it is money: 一台三千六, 还差八万.
    rf"|({NUMBER})(?![{_COUNTED}\d.年月日号点%％:：、-])",
    "when": r"(?:(\d{2,4}|[〇零一二三四五六七八九]{4})年)?(\d{1,2}|[一二三四五六七八九十]{1,3})月"
    r"(\d{1,2}|[一二三四五六七八九十廿]{1,3})[日号]"
    r"|((?:19|20)\d\d)[.\-/](\d{1,2})[.\-/](\d{1,2})"
    r"|(?:农历|旧历)?[正二三四五六七八九十冬腊]月(?:初[一二三四五六七八九十]|[十廿][一二三四五六七八九]?|二十[一二三四五六七八九]?)",
}


_NUMBER_TABLE = table_of(_NUMERALS)

# What a detail begins with (a place: what its ending begins with), so that few places have to be tried.
_FIRST = {
    "who": table_of(_NUMERALS + _SURNAMES + "老小阿户姐兄大奶爷" + "".join(group[0] for group in _GROUPS.split("|"))),
    "where": table_of("".join(end[0] for end in _PLACE_ENDS.split("|"))),
    "amount": table_of(_NUMERALS),
    "when": table_of(_NUMERALS + "农旧正冬腊廿"),
}

# Four digits and 年, three numerals, 月: no date has its mark later than that.
_DATE_MARKS = table_of("月.-/")
_DATE_MARK_WITHIN = 9

# Names keep their characters: their value is what the writer wrote.
AS_WRITTEN = ("who", "where")

_SENTENCE_MARKS = table_of("。！？\n；")

# How far past its need a sentence is followed; a longer one is no sentence but a text without marks.
_LONGEST_REST = 60

# How many characters before its need a detail may stand. A date stands at the head of the entry.
_REACH = {"who": 150, "where": 150, "when": 3_000}


class Details:
    """The places of a text where a detail may begin; made once for a batch of entries."""

    def __init__(self, text: str, codes: Codes) -> None:
        self._text = text
        self._places = {kind: np.flatnonzero(_beginnings(codes, kind)).tolist() for kind in _FIRST}
        self._marks = np.flatnonzero(stand_in(codes, _SENTENCE_MARKS)).tolist()
        # What stands at each place, once it was looked at: the needs of an entry look at the same places.
        self._read: dict[str, dict[int, Slot | None]] = {kind: {} for kind in _FIRST}

    def of(self, start: int, end: int, floor: int = 0) -> list[Slot]:
        """Give the details of the need in ``text[start:end]``: all amounts in it, the nearest of each other kind.

        The nearest is the first one inside, else the last one before, though not before ``floor``.

        >>> from minqing.nlp.characters import codes_of
        >>> text = "6月2日，老张差三万元，要修两亩棚"
        >>> [(s.kind, s.value) for s in Details(text, codes_of(text)).of(5, 17)]
        [('who', '老张'), ('amount', '30000 yuan'), ('amount', '2 mu'), ('when', '--06-02')]
        """
        found: list[Slot] = []
        for kind in _FIRST:
            if kind == "amount":
                found += self._inside(kind, *self._sentence(start, end, floor))
                continue
            nearest = next(self._inside(kind, start, end), None) or self._before(kind, start, floor)
            found += [nearest] if nearest else []
        return found

    def _inside(self, kind: str, start: int, end: int) -> Iterator[Slot]:
        """Find details of one kind from ``start`` to ``end``, none within another."""
        places, read = self._places[kind], self._read[kind]
        for place in places[bisect_left(places, start) : bisect_left(places, end)]:
            if place >= start:
                slot = read[place] if place in read else self._at(kind, place)
                if slot and start <= slot.start and slot.end <= end:
                    start = slot.end
                    yield slot

    def _before(self, kind: str, start: int, floor: int) -> Slot | None:
        """Give the last detail before ``start``; of a who a name rather than a group, even if it is farther off."""
        places, read = self._places[kind], self._read[kind]
        first = max(floor, start - _REACH[kind])
        last: Slot | None = None
        for place in reversed(places[bisect_left(places, first) : bisect_left(places, start)]):
            slot = read[place] if place in read else self._at(kind, place)
            if slot and first <= slot.start and slot.end <= start:
                if kind != "who" or slot.text not in _GENERAL:
                    return slot
                last = last or slot
        return last

    def _at(self, kind: str, place: int) -> Slot | None:
        slot = self._read[kind][place] = _MATCHERS[kind](self._text, place)
        return slot

    def _sentence(self, start: int, end: int, floor: int) -> tuple[int, int]:
        """Give where the sentence of ``text[start:end]`` begins and ends."""
        before, after = bisect_left(self._marks, start) - 1, bisect_left(self._marks, end)
        first = self._marks[before] + 1 if before >= 0 else 0
        near = after < len(self._marks) and self._marks[after] < end + _LONGEST_REST
        return max(first, floor), self._marks[after] if near else end


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(_PATTERNS[kind])


def _beginnings(codes: Codes, kind: str) -> Bools:
    """Say where a detail may begin: not within a number; a date only where what every date has follows soon."""
    found = stand_in(codes, _FIRST[kind])
    number = stand_in(codes, _NUMBER_TABLE)
    found[1:] &= ~(number[1:] & number[:-1])
    return found & _soon(stand_in(codes, _DATE_MARKS), _DATE_MARK_WITHIN) if kind == "when" else found


def _soon(marks: Bools, within: int) -> Bools:
    """Say of each character whether a mark stands among the ``within`` characters that begin with it."""
    count = np.concatenate([[0], np.cumsum(marks), np.full(within, marks.sum())])
    return np.asarray(count[within : within + len(marks)] > count[: len(marks)], dtype=np.bool_)


def _match(kind: str, value: Callable[[re.Match[str]], str], text: str, place: int) -> Slot | None:
    match = _pattern(kind).match(text, place)
    normal = value(match) if match else ""
    return Slot(kind, match[0], match.start(), match.end(), normal) if match and normal else None


def _place(text: str, place: int) -> Slot | None:
    """Read a name backwards from its ending: at most four characters, none of which is a word of its own."""
    match = _pattern("where").match(text, place)
    if not match or text[match.end() : match.end() + 1] in _NO_END:
        return None
    if match[0] == "社" and text[place - 1 : place] not in _NUMERALS:
        return None  # 合作社, 信用社
    start = place
    while start > 0 and place - start < 4 and _HAN_CHARACTER.match(text[start - 1]) and text[start - 1] not in _NO_NAME:
        start -= 1
    name = text[start : match.end()]
    return Slot("where", name, start, match.end(), name) if start < place else None


def _as_written(match: re.Match[str]) -> str:
    return match[0]


def _amount(match: re.Match[str]) -> str:
    number = number_of(match[1] or match[3])
    if number is None or (match[3] and number < 100 and not match[0].endswith(("毛", "角"))):
        return ""
    return f"{number:.10g} {_UNIT_OF[match[2]] if match[2] else 'yuan'}"


def _date(match: re.Match[str]) -> str:
    """Write a date as ISO 8601, without its year when none is given; lunar ones stay as written."""
    year, month, day = match[1] or match[4], match[2] or match[5], match[3] or match[6]
    if not month:
        return match[0]
    m, d = number_of(month), number_of(day.replace("廿", "二十"))
    if m is None or d is None or not (1 <= m <= 12 and 1 <= d <= 31):
        return ""
    return f"{_year(year)}-{int(m):02d}-{int(d):02d}"


def _year(text: str | None) -> str:
    """Give four digits; of the years of the Republic (101年) and of short ones (12年) nobody can be sure."""
    digits = "".join(str(DIGITS.get(char, char)) for char in text or "")
    return digits if len(digits) == 4 else "-"


_MATCHERS: dict[str, Callable[[str, int], Slot | None]] = {
    "who": partial(_match, "who", _as_written),
    "where": _place,
    "amount": partial(_match, "amount", _amount),
    "when": partial(_match, "when", _date),
}
