"""Text in spreadsheets: what one would run as a formula is written behind an apostrophe, and read back without it."""

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
