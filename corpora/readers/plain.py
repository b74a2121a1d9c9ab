"""Plain text and Markdown: one row a file, its whole text."""

from collections.abc import Iterator

from minqing.corpora.readers.rows import Row
from minqing.corpora.readers.source import Source


def rows(source: Source) -> Iterator[Row]:
    """Give the text of the file, in whatever Chinese encoding it is.

    Raises:
        EntryError: the file is missing, too large, or in no encoding known.
    """
    text = source.text().replace("\r\n", "\n")
    if text.strip():
        yield Row(source.name, {"text": text, "source": {"file": source.name}}, is_document=True)
