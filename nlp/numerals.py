"""Numbers as diaries write them: 三万五, 3.5万, 两三百, 十来, 半.

cn2an reads the written forms the same way (a test holds the two together), but not the spoken ones (十来 and
半 are errors, 两三万 is 23 ten thousands there), and its import takes a quarter of a second.
"""

import re

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}

WRITTEN = "".join([*DIGITS, *TENS, *MYRIADS])

# What makes a number a rough one, and what may scale one in digits.
ROUGH, SCALES = "来多几", "百千万亿"

# A number as it stands in simplified text, with the words that make it a rough one.
NUMBER = rf"(?:[0-9]+(?:[.][0-9]+)?[{SCALES}]?[0-9]?|[{WRITTEN}]+|半)[{ROUGH}]?[{SCALES}]?"

# All characters of it.
NUMBER_CHARACTERS = f"0123456789.半{ROUGH}{WRITTEN}"

_NOT_ROUGH = dict.fromkeys(map(ord, ROUGH))

_ARABIC = re.compile("([0-9]+(?:[.][0-9]+)?)([百千万亿]?)([0-9]?)")


def number_of(text: str) -> float | None:
    """Give the number ``text`` says, the lower one of two (两三万); None when it says none.

    >>> [number_of(text) for text in ("三万五", "3.5万", "两三百", "十来", "半", "几")]
    [35000, 35000, 200, 10, 0.5, None]
    """
    rough = text.translate(_NOT_ROUGH)
    if rough == "半":
        return 0.5
    match = _ARABIC.fullmatch(rough)
    if match:
        return _whole(_arabic(*match.groups()))
    return _chinese(rough) if rough and all(c in WRITTEN for c in rough) else None


def _arabic(digits: str, unit: str, tail: str) -> float:
    step = (TENS | MYRIADS).get(unit, 1)
    return float(digits) * step + (int(tail) * step / 10 if tail else 0)


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _chinese(text: str) -> float | None:
    total, section, digit, step = 0, 0, 0, 1
    several = False  # 两三: the second digit of two in a row is let go
    for char in text:
        if char in DIGITS:
            digit, several = (digit, True) if digit and not several else (DIGITS[char], False)
        elif char in TENS:
            step = TENS[char]
            section += (digit or 1) * step
            digit, several = 0, False
        else:
            step = MYRIADS[char]
            total += (section + digit or 1) * step
            section, digit, several = 0, 0, False
    if digit and step > 1 and text[-2:-1] not in ("零", "〇") and text[-1] in DIGITS:
        return total + section + (digit * step // 10 if step != 10 else digit)
    return total + section + digit
