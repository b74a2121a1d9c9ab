"""The check digits of identity numbers and bank cards, and the dates within them."""

from datetime import date

# ISO 7064 MOD 11-2, as GB 11643 uses it: the weights of the first 17 digits, and what the sum stands for.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MARKS = "10X98765432"

# Taiwan gives each letter a number by the order in which counties got theirs.
_TAIWAN = {letter: number for number, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", start=10)}
_FIRST_YEAR = 1880


def is_mainland_id(number: str) -> bool:
    """Say whether 18 characters carry a date that can be and the check digit, or 15 digits a date that can be.

    No table of counties: counties are renamed, and an old number stays valid.

    >>> is_mainland_id("33010619580312123X"), is_mainland_id("330106195803121230")
    (True, False)
    """
    if len(number) == 15:
        return number.isdigit() and _is_date("19" + number[6:12])
    if len(number) != 18 or not number[:17].isdigit() or not _is_date(number[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _MARKS[total % 11] == number[17].upper()


def _is_date(digits: str) -> bool:
    try:
        return _FIRST_YEAR < date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= date.today().year
    except ValueError:
        return False


def is_taiwan_id(number: str) -> bool:
    """Say whether a letter and nine digits, or two letters and eight digits, carry Taiwan's check digit.

    >>> is_taiwan_id("A123456789"), is_taiwan_id("A123456780")
    (True, False)
    """
    if len(number) != 10 or number[0] not in _TAIWAN or not number[2:].isdigit():
        return False
    second = _TAIWAN[number[1]] % 10 if number[1] in "ABCD" else int(number[1]) if number[1].isdigit() else -1
    first = _TAIWAN[number[0]]
    digits = [first // 10, first % 10, second, *map(int, number[2:])]
    return second >= 0 and sum(d * w for d, w in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


def is_hong_kong_id(number: str) -> bool:
    """Say whether one or two letters, six digits and a mark carry Hong Kong's check digit.

    >>> is_hong_kong_id("A1234563"), is_hong_kong_id("A1234564")
    (True, False)
    """
    body, mark = number[:-1].rjust(8), number[-1:]
    if not body[2:].isdigit() or not body[1].isalpha():
        return False
    values = [36 if char == " " else int(char) if char.isdigit() else ord(char) - 55 for char in body]
    check = -sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) % 11
    return mark == ("A" if check == 10 else str(check))


def is_card(number: str) -> bool:
    """Say whether 16 to 19 digits pass Luhn's check.

    >>> is_card("6228480012345678903"), is_card("6228480012345678904")
    (True, False)
    """
    if not (16 <= len(number) <= 19 and number.isdigit()):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
