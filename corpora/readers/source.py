"""A file that is being read: what it is called, what it turned out to be, and how far it is read."""

from dataclasses import dataclass
from pathlib import Path

from minqing.corpora.encodings import decode
from minqing.corpora.lines import TextLines, open_text
from minqing.corpora.readers.rows import Options
from minqing.nlp.errors import EntryError

# A character may be written as six, as \u6c34 in JSON; what else stands in a row is short.
_LINE_OF_ENTRY = 16


@dataclass(slots=True)
class Source:
    """A file under the ``name`` its owner knows it by; ``weight`` are the bytes on the disk it stands for.

    ``encoding`` is known of text once it is opened; ``sure`` is false where it may be another. ``entries``
    counts what the file gave.
    """

    path: Path
    name: str
    options: Options
    weight: int = 0
    encoding: str = ""
    sure: bool = True
    entries: int = 0
    _lines: TextLines | None = None
    _share: float = 0.0

    @property
    def kind(self) -> str:
        """The ending, without the dot."""
        return self.path.suffix.lower().removeprefix(".")

    def lines(self) -> TextLines:
        """Give the lines of a text file, its encoding told.

        Raises:
            EntryError: the file cannot be read, or is in no encoding known.
        """
        longest = self.options.limits.entry_characters * _LINE_OF_ENTRY
        self._lines = open_text(self.path, self.options.encoding, self.name, longest)
        self.encoding, self.sure = self._lines.encoding.name, self._lines.encoding.sure
        return self._lines

    def text(self) -> str:
        """Give the whole text of a file, its encoding told.

        Raises:
            EntryError: as for ``lines``, or the file is larger than is read whole.
        """
        most = self.options.limits.file_bytes
        try:
            if self.path.stat().st_size > most:
                raise EntryError(f"{self.name}: larger than {most / 1e6:,.0f} MB; cut it into several files")
            raw = self.path.read_bytes()
        except OSError as error:
            raise EntryError(f"{self.name}: cannot be read: {error.strerror}") from error
        found = decode(raw, self.name, self.options.encoding)
        self.encoding, self.sure = found.encoding, found.sure
        return found.text

    def is_read_to(self, share: float) -> None:
        """Take note of how much is read, from 0 to 1, where lines do not tell."""
        self._share = share

    def share(self) -> float:
        """Give how much of the file is read, from 0 to 1."""
        return self._lines.done / max(self._lines.size, 1) if self._lines else self._share
