"""Files that appear whole or not at all: filled under another name, and given their own when all is written."""

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import IO

from minqing.nlp.errors import EntryError

# Windows keeps a name from being taken while a virus scanner or an indexer looks at the new file.
_TRIES, _PAUSE = 20, 0.1


@contextmanager
def written_whole(path: Path, is_private: bool = False) -> Iterator[IO[bytes]]:
    """Give a file to write to, which takes the name ``path`` once all is written; what fails leaves what was there.

    ``is_private`` lets nobody read it but who writes it.

    Raises:
        EntryError: the place cannot be written.
    """
    fresh = part_of(path)
    try:
        fresh.unlink(missing_ok=True)  # who may read it is settled when a file is made
        with open(fresh, "xb", opener=partial(os.open, mode=0o600 if is_private else 0o666)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        put_in_place(fresh, path)
    except OSError as error:
        raise EntryError(_("{path}: cannot be written: {error}").format(path=path, error=error.strerror)) from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Give the name of a file while it is written: always the same, so that the next run writes over what is left."""
    return path.with_name(f".{path.name}.part")


def put_in_place(fresh: Path, path: Path) -> None:
    """Give a finished and closed file the name ``path``; what had it before is gone.

    Raises:
        OSError: the name cannot be taken, as when, on Windows, another program has the file open.
    """
    for left in reversed(range(_TRIES)):
        try:
            fresh.replace(path)
            return
        except PermissionError as error:
            if os.name != "nt" or not left:
                reason = f"{error.strerror}; close it if another program has it open"
                raise PermissionError(error.errno, reason) from error
            time.sleep(_PAUSE)
