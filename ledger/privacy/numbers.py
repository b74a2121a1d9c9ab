"""Numbers that lead to a person: identity, phone, bank card; mainland, Taiwan and Hong Kong forms.

Patterns find what may be one, checksums and dates decide. A number that fails its checksum still counts where the
words before it say what it is: a slip of the pen is somebody's number all the same.
"""

import re
from collections.abc import Callable, Iterator

from minqing.ledger.privacy.checksums import is_card, is_hong_kong_id, is_mainland_id, is_taiwan_id
from minqing.ledger.privacy.finds import Find, Kind

_GAP = r"[ -]?"
_NOT_IN_NUMBER = r"(?<![0-9A-Za-z.])"
_END = r"(?![0-9A-Za-z])"

_ID_CUES = re.compile(
    r"(?:身份证|身分證|身份證|身份号|证件|證件|HKID|居留證|统一证号|統一證號|公民身份|证号|證號)[^\d。；;]{0,10}$"
)
_CARD_CUES = re.compile(r"(?:卡|账号|帐号|存折|户口|账户)[^\d。；;]{0,8}$")
_CODE_CUES = re.compile(
    r"(?:编号|編號|单号|单号|單號|流水号|序列号|订单|发票|文號|文号|合同|代码|号码为?票|图斑号|电表号)[^\d。；;]{0,4}$"
)
_PHONE_CUES = re.compile(
    r"(?:电话|電話|座机|传真|傳真|来电|來電|回电|致電|致电|联系|聯絡|連絡|拨打|打|热线|值班|办公室|"
    r"卫生室|派出所|村部)[^\d。；;]{0,8}$"
)
_DIGIT = "[0-9]"
_HAN_DIGIT = {
    char: str(value)
    for value, chars in enumerate(("〇零○", "一幺", "二", "三", "四", "五", "六", "七", "八", "九"))
    for char in chars
}


def _mainland(number: str, before: str) -> bool:
    if _CODE_CUES.search(before):
        return False
    return is_mainland_id(number) or (len(number) == 18 and bool(_ID_CUES.search(before)))


def _mainland_old(number: str, before: str) -> bool:
    return is_mainland_id(number) and not _CODE_CUES.search(before)


def _certificate(number: str, _before: str) -> bool:
    """A card of disability is the identity number and two digits: the kind and the grade."""
    return is_mainland_id(number[:18])


def _taiwan(number: str, before: str) -> bool:
    return not _CODE_CUES.search(before) and (is_taiwan_id(number) or bool(_ID_CUES.search(before)))


def _hong_kong(number: str, _before: str) -> bool:
    return is_hong_kong_id(re.sub(r"[()]", "", number))


def _card(number: str, before: str) -> bool:
    if _CODE_CUES.search(before):
        return False
    return is_card(number) or bool(_CARD_CUES.search(before))


def _account(_number: str, before: str) -> bool:
    return bool(_CARD_CUES.search(before)) and not _CODE_CUES.search(before)


def _han_mobile(number: str, _before: str) -> bool:
    return bool(re.fullmatch(r"1[3-9]\d{9}", "".join(_HAN_DIGIT[char] for char in number)))


def _always(_number: str, before: str) -> bool:
    return not _CODE_CUES.search(before)


def _with_cue(_number: str, before: str) -> bool:
    return bool(_PHONE_CUES.search(before))


def _alone_or_with_cue(number: str, before: str) -> bool:
    """Eight digits of Hong Kong: a phone where a phone is spoken of, or between marks."""
    return _with_cue(number, before) or (
        not _CODE_CUES.search(before) and before[-1:] in ("", "，", ",", "(", "：", ":", " ")
    )


Check = Callable[[str, str], bool]

_PATTERNS: tuple[tuple[Kind, str, Check], ...] = (
    ("id", rf"\d(?:{_GAP}\d){{16}}{_GAP}[\dXx]{_GAP}\d{_GAP}\d", _certificate),
    ("id", rf"\d(?:{_GAP}\d){{16}}{_GAP}[\dXx]", _mainland),
    ("id", rf"\d(?:{_GAP}\d){{14}}", _mainland_old),
    ("id", r"[A-Z][A-D\d]\d{8}", _taiwan),
    ("id", r"[A-Z]{1,2}\d{6} ?\([\dA]\)|[A-Z]{1,2}\d{6}[\dA]", _hong_kong),
    ("card", rf"[3-6]\d{{3}}(?:{_GAP}\d){{12,15}}", _card),
    ("card", r"\d{12,19}", _account),
    ("mobile", rf"(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}\d){{8}}", _always),
    ("mobile", r"(?:\+?886[ -]?9|09)(?:[ -]?\d){8}", _always),
    ("mobile", r"(?:\+?852[ -]?)[5-9]\d{3}[ -]?\d{4}|[569]\d{3}[ -]\d{4}", _always),
    ("mobile", r"[569]\d{7}", _alone_or_with_cue),
    ("landline", r"\(0\d{1,3}\) ?\d{3,4}[ -]?\d{4}|0\d{2,3}[ -]\d{7,8}|0\d-\d{3,4}-\d{4}|0\d-\d{7,8}", _always),
    ("landline", r"[23]\d{3}[ -]\d{4}", _always),
    ("landline", r"[2-8]\d{6,7}", _with_cue),
)
_COMPILED = tuple(
    (kind, re.compile(_NOT_IN_NUMBER + f"(?:{pattern})" + _END), check) for kind, pattern, check in _PATTERNS
)
_HAN_MOBILE = re.compile(f"[{''.join(_HAN_DIGIT)}]{{11}}")


def find_numbers(folded: str) -> Iterator[Find]:
    """Find numbers in a text whose full-width digits were folded; what overlaps is cut later.

    >>> [find.kind for find in find_numbers("手机13857264190，0771-3215648")]
    ['mobile', 'landline']
    """
    for kind, pattern, check in _COMPILED:
        for match in pattern.finditer(folded):
            number = re.sub(r"[ -]", "", match[0])
            if check(number, folded[max(match.start() - 20, 0) : match.start()]):
                yield Find(match.start(), match.end(), kind)
    for match in _HAN_MOBILE.finditer(folded):
        if _han_mobile(match[0], ""):
            yield Find(match.start(), match.end(), "mobile")
