"""Plain text and Markdown: one row a file, its whole text."""

from collections.abc import Iterator
from pathlib import Path

from minqing.corpora.encodings import decode
from minqing.corpora.readers.rows import Options, Row
from minqing.nlp.errors import EntryError

LARGEST = 300_000_000


def rows(path: Path, name: str, options: Options) -> Iterator[Row]:
    """Give the text of the file, in whatever Chinese encoding it is.

    Raises:
        EntryError: the file is missing, larger than 300 MB, or in no encoding known.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise EntryError(f"{name}: larger than {LARGEST // 1_000_000} MB; cut it into several files")
        raw = path.read_bytes()
    except OSError as error:
        raise EntryError(f"{name}: cannot be read: {error.strerror}") from error
    if raw.strip():
        text = decode(raw, name, options.encoding).text.replace("\r\n", "\n")
        yield Row(name, {"text": text, "source": {"file": name}})
