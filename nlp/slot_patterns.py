"""What a detail of a need looks like, in simplified characters: patterns of names, places, amounts and dates.

``beginnings`` says with arrays where in a text one may begin at all; ``FINDERS`` say where it ends, with a pattern that
never goes back on a number it has read. ``VALUES`` bring what was found into one form.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache, partial

import numpy as np

from .characters import Bools, Codes, Ints, pairs_in, stand_in, table_of, table_of_pairs
from .numerals import DIGITS, NUMBER, NUMBER_CHARACTERS, number_of

Span = tuple[int, int]

# The commonest family names; those that are everyday words as well (水, 时, 路, 车, 成 …) did more harm than good.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊孟秦阎薛侯雷白龙段郝孔邵史毛覃赖樊兰殷施陶洪翟颜倪严牛尤温芦季俞章鲁葛伍申柯庞邢齐莫庄骆樊"
    "涂祝霍詹康裴柳窦左卜褚褟瞿蓝岑麦劳聂麻郎卓滕穆尹毕易武戴贺顾龚万钱汤黎乔欧凌虞邱游江童宁岳冉鲍费项阮仇甘"
)
KIN = (
    "大爷|大娘|大叔|大婶|大妈|大伯|大嫂|大哥|大姐|爷爷|奶奶|老汉|老伯|老爹|老太太|老太|老人|阿婆|阿公|阿伯|阿姨|阿嬷|婆婆|"
    "嫂子|师傅|老师|女士|先生|太太|小姐|妈妈|爸爸|同学|老板|会计|伯伯|叔叔|婶婶|姑姑|"
    "伯|婶|嫂|叔|婆|公|爷|奶|娘|哥|姐|妹|姨|姑|家|生|某某|某|氏"
)
ELDERS = "大爷|大娘|大妈|大伯|大嫂|阿公|阿嬷|阿婆|奶奶|爷爷|老太太|老太|老汉|老头"
GROUPS = (
    "村民|乡亲|群众|老人们|老人|长辈|长者|学生|孩子们|娃娃们|家长|妇女|社员|住户|居民|街坊|族人|族亲|果农|菜农|茶农|蚕农|渔民|"
    "牧民|农户|养殖户|种植户|商户|摊贩|工友|工人|民工|司机|护林员|教师|住客|业主|租户|贫困户|脱贫户|低保户|残疾人|部落|合作社|"
    "全村|全组|全屯|村里|组里|屯里|社区|学校|村小"
)
# Who is told by one word.
PEOPLE = ("两口子", "兄弟", "姐弟", *ELDERS.split("|"), *GROUPS.split("|"), "户主")
# Groups and roles, of which a name says more.
GENERAL = frozenset((*GROUPS.split("|"), *ELDERS.split("|"), "户主"))
NUMERALS = "0123456789零〇一二三四五六七八九十百千万亿两俩仨壹贰叁拾佰仟半"

# What a place of a need is called; anything longer than four characters before the ending is prose, no name.
PLACE_ENDS = (
    "省|市|县|区|乡|镇|街道|街|巷|村小学|村口|村|屯|寨|组|社区|社|嘎查|苏木|邨|部落|庄|岛|农场|林场|公屋|路口|桥头|渡口|码头|湾|岔|岩|坪|沟口"
    "|海堤|水库|活动室|广场|球场|小学|中学|学校|单元|栋|幢|桥"
)
NO_NAME = (
    "的了在是我他她你们这那哪个有没去到从过把被给说讲都也很就才要能会和跟向全各本同每"
    "几多两上下进出回走来住叫往问帮派由请对为与及或访看望陪满见逛查某想借动员驻等经途条"
)
# Nor do these stand in a given name: 钱要, 熊拆了, 周二.
NO_GIVEN = NO_NAME + "要看想买卖报拆说坯一二三四五六七八九十"
NO_END = frozenset("民里干委支部长口头镇公办")

# Units by what they measure; a value has the unit after its number.
UNITS = {
    "元|块钱|块|蚊": "yuan", "港元|港币": "HKD", "新台币|台币": "TWD", "美元": "USD",
    "亩": "mu", "公顷": "ha", "平方米|平米|平方|平": "m2", "甲": "jia", "坪": "ping",
    "公里": "km", "华里|里路|里": "li", "公尺|米": "m",
    "公斤": "kg", "斤": "jin", "吨": "t", "担": "dan",
    "个人|口人|人|名|位|个": "people", "户|家": "households",
    "头|只": "head", "间": "rooms", "座|台|盏|套|辆|眼": "pieces",
}  # fmt: skip
_UNIT_OF = {unit: name for units, name in UNITS.items() for unit in units.split("|")}
# Words that count other things as well: what may not, and what must, stand behind them.
NOT_BEFORE, ONLY_BEFORE = {"块": "板地田布砖木石瓦肉表牌铁玻"}, {"个": "学生|老师|孩子|老人|媳妇"}
UNITS_BY_LENGTH = tuple(sorted(_UNIT_OF, key=len, reverse=True))
_UNIT = "|".join(
    unit + (f"(?![{NOT_BEFORE[unit]}])" if unit in NOT_BEFORE else "")
    + (f"(?={ONLY_BEFORE[unit]})" if unit in ONLY_BEFORE else "")
    for unit in UNITS_BY_LENGTH
)  # fmt: skip

_HAN = "\u4e00-\u9fff"
# What may stand between a number and what is counted: after any other character a large number is money.
COUNTED = "亩斤公人户口头只株棵吨米里个位名家条台座间次年月天岁度平方吨字票步份本张块元升"
# And signs that make it a date, a time, a share or a part of a longer number.
NO_COUNT = "0123456789.年月日号点%％:：、-"
BEFORE_NAME = "到访看找去和给是帮问户员民人主村组屯社"
AFTER_NAME = "，,、（(说讲话家的想要在从把今年找拿问领坐一二三四五六七八九两0123456789：:。"
_WHOLE_NUMBER = f"(?>{NUMBER})"
_PATTERNS = {
    "who": rf"{_WHOLE_NUMBER}(?:(?:户|家)(?:人家|{GROUPS})?|(?:位|名|个)(?:{GROUPS}))"
    rf"|[老小阿][{SURNAMES}](?:{KIN})?"
    rf"|[{SURNAMES}][{_HAN}]{{0,2}}?(?:{KIN})"
    rf"|阿[{_HAN}](?=[{AFTER_NAME}])"
    rf"|(?:(?<![{_HAN}])|(?<=[{BEFORE_NAME}]))[{SURNAMES}](?:(?![{NO_GIVEN}])[{_HAN}]){{1,2}}(?=[{AFTER_NAME}])"
    rf"|[{NUMERALS}]{{1,2}}[社组队](?!长)|两口子|[{NUMERALS}]?兄弟|姐弟|(?:{ELDERS})|{GROUPS}|户主",
    "where": rf"(?:{PLACE_ENDS})(?:{_WHOLE_NUMBER}组)?",
    "amount": rf"({_WHOLE_NUMBER})(?:{_UNIT})"
    # A number above a hundred with nothing counted after it is money: 一台三千六, 还差八万.
    rf"|({_WHOLE_NUMBER})(?![{COUNTED}{NO_COUNT}])",
    "when": r"(?:(\d{2,4}|[〇零一二三四五六七八九]{4})年)?(\d{1,2}|[一二三四五六七八九十]{1,3})月"
    r"(\d{1,2}|[一二三四五六七八九十廿]{1,3})[日号]"
    r"|((?:19|20)\d\d)[.\-/](\d{1,2})[.\-/](\d{1,2})"
    r"|(?:农历|旧历)?[正二三四五六七八九十冬腊]月(?:初[一二三四五六七八九十]|[十廿][一二三四五六七八九]?|二十[一二三四五六七八九]?)",
}


# --- where a detail may begin ------------------------------------------------------------------------------

_NUMBER_TABLE = table_of(NUMERALS)
_IN_NUMBER = table_of(NUMBER_CHARACTERS)
_SURNAME = table_of(SURNAMES)
_NICK = table_of("老小阿")
_KIN_BEGINS = table_of("".join(kin[0] for kin in KIN.split("|")))
_COMES_AFTER_NAME = table_of(AFTER_NAME)
_COMES_BEFORE_NAME = table_of(BEFORE_NAME)
_PLACE_BEGINS = table_of("".join(end[0] for end in PLACE_ENDS.split("|")))
_IS_NO_NAME = table_of(NO_NAME)
_OTHER_DATE_BEGINS = table_of("农旧正冬腊廿")
_DATE_SIGNS = table_of("月.-/")
# What follows a number of people, and what a number is counted by; large numbers are money without it.
_COUNTED_PEOPLE = table_of("户家位名个社组队兄")
_UNIT_BEGINS = table_of("".join(unit[0] for unit in _UNIT_OF))
_LARGE = table_of("百千万亿佰仟")
# Groups and the like are told by their first two characters.
_LITERAL_PAIRS = table_of_pairs(PEOPLE)


def beginnings(codes: Codes) -> dict[str, list[int]]:
    """Say where a detail of each kind may begin (a place: its ending), ascending; few of them are none.

    Each condition is one that the pattern of the kind cannot do without.
    """
    text = _Looked(codes)
    number = stand_in(codes, _NUMBER_TABLE)
    within = number & text.before(number)
    begins = number & ~within
    starts = np.flatnonzero(begins)
    after = text.first_outside(_IN_NUMBER, starts)
    people = starts[text.stands(_COUNTED_PEOPLE, after)]
    large = after - starts > 2
    large |= text.count(_LARGE, starts, after) > 0
    dates = np.flatnonzero(begins | stand_in(codes, _OTHER_DATE_BEGINS))
    who = np.zeros_like(number)
    who[np.concatenate([people, text.names(), pairs_in(codes, _LITERAL_PAIRS)])] = True
    return {
        "who": np.flatnonzero(who & ~within).tolist(),
        "where": np.flatnonzero(stand_in(codes, _PLACE_BEGINS) & text.before(text.may_name_place)).tolist(),
        "amount": starts[text.stands(_UNIT_BEGINS, after) | large].tolist(),
        "when": dates[text.count(_DATE_SIGNS, dates + 1, dates + 11) > 0].tolist(),
    }


class _Looked:
    """A text looked at from each of its characters."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._with_end = np.append(codes, np.uint32(0))
        self._han = (codes >= ord(_HAN[0])) & (codes <= ord(_HAN[2]))

    @property
    def may_name_place(self) -> Bools:
        return self._han & ~stand_in(self._codes, _IS_NO_NAME)

    @staticmethod
    def before(found: Bools) -> Bools:
        """Say of each character what is said of the one before it; False of the first."""
        moved = np.zeros_like(found)
        moved[1:] = found[:-1]
        return moved

    def stands(self, table: Bools, at: Ints) -> Bools:
        """Say of some places whether a character of ``table`` stands there; none stands past the end."""
        return stand_in(self._with_end[np.minimum(at, len(self._codes))], table)

    def count(self, table: Bools, first: Ints, end: Ints) -> Ints:
        """Count the characters of ``table`` in each stretch."""
        sums = np.concatenate([[0], np.cumsum(stand_in(self._codes, table))])
        n = len(self._codes)
        return np.asarray(sums[np.minimum(end, n)] - sums[np.minimum(first, n)], dtype=np.int64)

    def first_outside(self, table: Bools, at: Ints) -> Ints:
        """Give the first place from each of ``at`` on where no character of ``table`` stands."""
        outside = np.append(np.flatnonzero(~stand_in(self._codes, table)), len(self._codes))
        return np.asarray(outside[np.searchsorted(outside, at)], dtype=np.int64)

    def names(self) -> Ints:
        """Say where the name of a person may begin: a family name with what people are called by, or 老, 小, 阿."""
        surname = np.flatnonzero(stand_in(self._codes, _SURNAME))
        addressed = self.count(_KIN_BEGINS, surname + 1, surname + 4) > 0
        introduced = self.stands(_COMES_BEFORE_NAME, np.maximum(surname - 1, 0)) | ~self.before(self._han)[surname]
        plain = introduced & (self.count(_COMES_AFTER_NAME, surname + 2, surname + 4) > 0)
        nick = np.flatnonzero(stand_in(self._codes, _NICK))
        called = self.stands(_SURNAME, nick + 1) | self.stands(_COMES_AFTER_NAME, nick + 2)
        return np.concatenate([surname[addressed | plain], nick[called]])


# --- what stands there -------------------------------------------------------------------------------------


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(_PATTERNS[kind], re.ASCII)


def _match(kind: str, text: str, place: int) -> Span | None:
    match = _pattern(kind).match(text, place)
    return match.span() if match else None


def _place(text: str, place: int) -> Span | None:
    """Read a name backwards from its ending: at most four characters, none of which is a word of its own."""
    match = _pattern("where").match(text, place)
    if not match or text[match.end() : match.end() + 1] in NO_END:
        return None
    if match[0] == "社" and text[place - 1 : place] not in NUMERALS:
        return None  # 合作社, 信用社
    start = place
    while start > max(0, place - 4) and "\u4e00" <= text[start - 1] <= "\u9fff" and text[start - 1] not in NO_NAME:
        start -= 1
    return (start, match.end()) if start < place else None


def _amount(text: str, place: int) -> Span | None:
    match = _pattern("amount").match(text, place)
    number = number_of(match[1] or match[2]) if match else None
    return None if not match or number is None or (match[2] and number < 100) else match.span()


def _date(text: str, place: int) -> Span | None:
    match = _pattern("when").match(text, place)
    return match.span() if match and value_of("when", match[0]) else None


# What says where a detail of each kind stands that is found at a place of a text, or finds none there.
FINDERS: dict[str, Callable[[str, int], Span | None]] = {
    "who": partial(_match, "who"),
    "where": _place,
    "amount": _amount,
    "when": _date,
}


# --- what it says ------------------------------------------------------------------------------------------


# What has a normal form; names and places keep their characters.
NORMALISED = ("amount", "when")


@lru_cache(4096)
def value_of(kind: str, detail: str) -> str:
    """Bring an amount or a date into its normal form; it says nothing of other kinds.

    >>> value_of("amount", "三万五"), value_of("amount", "两亩"), value_of("when", "6月2日")
    ('35000 yuan', '2 mu', '--06-02')
    """
    if kind == "amount":
        number = _number().match(detail)
        value = number_of(number[0]) if number else None
        unit = detail[number.end() :] if number else ""
        return "" if value is None else f"{value:.10g} {_UNIT_OF.get(unit, 'yuan')}"
    return _normal_date(detail)


@cache
def _number() -> re.Pattern[str]:
    return re.compile(NUMBER)


def _normal_date(detail: str) -> str:
    """Write a date as ISO 8601, without its year when none is given; lunar ones stay as written."""
    match = _pattern("when").fullmatch(detail)
    if not match:
        return ""
    year, month, day = match[1] or match[4], match[2] or match[5], match[3] or match[6]
    if not month:
        return detail
    m, d = number_of(month), number_of(day.replace("廿", "二十"))
    if m is None or d is None or not (1 <= m <= 12 and 1 <= d <= 31):
        return ""
    return f"{_year(year)}-{int(m):02d}-{int(d):02d}"


def _year(text: str | None) -> str:
    """Give four digits; of the years of the Republic (101年) and of short ones (12年) nobody can be sure."""
    digits = "".join(str(DIGITS.get(char, char)) for char in text or "")
    return digits if len(digits) == 4 else "-"
