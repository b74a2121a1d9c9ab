"""What a text must be to be a diary entry at all."""

from minqing.nlp.errors import EntryError

# The longest real entry seen had under two thousand characters; a million is a mistake or an attack.
LONGEST_ENTRY = 1_000_000


def check_text(text: str, where: str, most: int = LONGEST_ENTRY) -> None:
    """Refuse a text that cannot be a diary entry.

    Raises:
        EntryError: it is longer than ``most`` characters, or holds NUL or half a surrogate pair.
    """
    if len(text) > most:
        raise EntryError(f"{where}: the text has {len(text):,} characters; more than {most:,} is no single entry")
    if "\x00" in text:
        raise EntryError(f"{where}: the text holds a NUL character at {text.index(chr(0))}; is this a text file?")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise EntryError(f"{where}: half a character (a lone surrogate) at {error.start}") from error
