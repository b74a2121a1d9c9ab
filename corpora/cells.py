"""Text in spreadsheets: what one would run as a formula is written behind an apostrophe, and read back without it.

What is longer than a cell goes on in further cells.
"""

import msgspec

# What a cell holds at most, counted in UTF-16; Excel calls a file with a longer one damaged.
LONGEST_CELL = 32_767

# A spreadsheet takes a cell that begins so for a formula and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would run.

    >>> as_text("=1+1"), as_text("渠断了")
    ("'=1+1", '渠断了')
    """
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell


def as_was(cell: str) -> str:
    """Take away the apostrophe that ``as_text`` put there, and no other.

    >>> as_was("'=1+1"), as_was("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell


def plain(value: object) -> str:
    """Write a field of the input as it was, or as JSON when it was no text.

    >>> plain("石桥"), plain(None), plain({"row": 3})
    ('石桥', '', '{"row":3}')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return msgspec.json.encode(value).decode("utf-8")


def pieces(text: str) -> list[str]:
    """Cut ``text`` into what cells hold; joined, the pieces are the text. The empty text is one piece."""
    if 0 < len(text) <= LONGEST_CELL // 2:
        return [text]
    # Beyond the first plane a character counts twice.
    size = LONGEST_CELL if max(text, default="") <= "\uffff" else LONGEST_CELL // 2
    return [text[i : i + size] for i in range(0, len(text), size)] or [""]
