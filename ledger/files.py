"""Files that appear whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import IO

from minqing.corpora.whole import put_in_place
from minqing.nlp.errors import LedgerError


def write_whole(path: Path, write: Callable[[IO[bytes]], object], is_private: bool = False) -> None:
    """Let ``write`` fill a file that gets the name ``path`` when it is done; a failure leaves what was there.

    Raises:
        LedgerError: the place cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise LedgerError(_("{path}: cannot be written: {error}").format(path=path, error=error.strerror)) from error
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if not is_private:
            mask = os.umask(0)
            os.umask(mask)
            fresh.chmod(0o666 & ~mask)
        put_in_place(fresh, path)
    except OSError as error:
        raise LedgerError(_("{path}: cannot be written: {error}").format(path=path, error=error.strerror)) from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
