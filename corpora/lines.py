"""The lines of a text file in whatever Chinese encoding, one by one; a bad line costs no other."""

from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from minqing.corpora.encodings import BROKEN, HEAD, Encoding, not_in, tell_encoding
from minqing.nlp.errors import EntryError

LONGEST_LINE = 16_000_000
# As BROKEN, no strict decoder gives this; it stands for a line that is too long to be one.
_TOO_LONG = "\udcfe"


class TextLines:
    """The lines of a file, with their ends as they are (``newline=""``), read as they are asked for.

    ``encoding`` is what they are in; ``done`` bytes of ``size`` are read. A line that is not of the encoding, or
    longer than ``longest``, has a mark in it, or in its place; the lines below it are as they are. Ask ``fault``.
    """

    def __init__(self, path: Path, encoding: Encoding, where: str, longest: int) -> None:
        self.encoding = encoding
        self.size = path.stat().st_size
        self._longest = longest
        self._place = _Place()
        self._lines = _read(path, encoding, where, longest, self._place)

    def __iter__(self) -> Iterator[str]:
        return self._lines

    def __next__(self) -> str:
        return next(self._lines)

    @property
    def done(self) -> int:
        """The bytes read so far."""
        file = self._place.file
        if file is None:
            return 0
        return self.size if file.closed else file.tell()

    def fault(self, text: str, where: str) -> EntryError | None:
        """Say what is wrong with a line, or with a piece of one, that stands at ``where``."""
        if text.isascii():
            return None
        if _TOO_LONG in text:
            return EntryError(f"{where}: the line has more than {self._longest:,} characters; cut it")
        if BROKEN in text:
            return not_in(self.encoding, where, f"character {text.index(BROKEN) + 1:,}")
        return None


class _Place:
    """The file that lines are read from, once it is open: a generator that held its owner would outlive it."""

    file: BufferedReader | None = None


def _read(path: Path, encoding: Encoding, where: str, longest: int, place: _Place) -> Iterator[str]:
    try:
        with (
            path.open("rb") as place.file,
            TextIOWrapper(place.file, encoding.codec, "minqing.broken", newline="") as text,
        ):
            place.file.read(encoding.skip)
            while line := text.readline(longest + 1):
                if len(line) > longest:
                    _skip_rest(line, text)
                    line = _TOO_LONG
                yield line
    except OSError as error:
        raise EntryError(f"{where}: cannot be read: {error.strerror}") from error


def _skip_rest(line: str, text: TextIOWrapper) -> None:
    while line and not line.endswith(("\n", "\r")):
        line = text.readline(HEAD)


def open_text(path: Path, encoding: str | None = None, where: str = "", longest: int = LONGEST_LINE) -> TextLines:
    """Tell the encoding of a file and give its lines.

    Only the first part of the file that is not ASCII decides. ``where`` names the file in messages when it is
    not ``path``; ``longest`` is the number of characters a line may have.

    Raises:
        EntryError: as for ``decode``, or the file cannot be read.
    """
    where = where or str(path)
    try:
        return TextLines(path, tell_encoding(path, where, encoding), where, longest)
    except OSError as error:
        raise EntryError(f"{where}: cannot be read: {error.strerror}") from error
