"""The processes that tag: texts in, answers out, as bytes that the journal keeps as they are."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_all_start_methods, get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from minqing.corpora.duplicates import describe_all
from minqing.nlp.records import Entry, Need, Script

if TYPE_CHECKING:
    from minqing.models.opening import AnyTagger


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is done. With another model, engine or ``labels_only``, which decide the answers, it starts afresh."""

    model: Path | None = None
    engine: str | None = None
    jobs: int = 1
    dedupe: bool = False
    language: str = "zh_CN"
    labels_only: bool = False

    def as_text(self) -> str:
        """Write the settings as JSON."""
        return msgspec.json.encode(self, enc_hook=str).decode("utf-8")

    @classmethod
    def of(cls, text: str) -> "Settings":
        """Read settings that ``as_text`` wrote."""
        return msgspec.json.decode(text, type=cls, dec_hook=lambda _kind, value: Path(value))


class Answer(msgspec.Struct, array_like=True):
    """What is known of a text: its script, needs and facets, and what it is compared by."""

    script: Script
    needs: tuple[Need, ...]
    facets: dict[str, object]
    described: bytes


_encode = msgspec.msgpack.Encoder().encode
decode_answer = msgspec.msgpack.Decoder(Answer).decode

# So many chunks may wait for their turn, for each process: enough to keep it busy, few enough to stay small.
AHEAD = 3

# Where processes can be forked off one that has the model, they share it; elsewhere each loads its own.
_METHOD = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
SETTINGS = "MINQING_SETTINGS"

_taggers: dict[Settings, "AnyTagger"] = {}


def _tagger(settings: Settings) -> "AnyTagger":
    """Give this process's tagger, which is loaded once."""
    if settings not in _taggers:
        # Here, as a process that only hands out work needs neither the model nor what reads it.
        from minqing.models import open_tagger
        from minqing.nlp.engines import make_engine

        _taggers[settings] = open_tagger(settings.model, make_engine(settings.engine), settings.labels_only)
    return _taggers[settings]


def get_ready(settings: Settings, texts: Sequence[str] = ()) -> None:
    """Load what is needed to tag, and tag ``texts`` for practice."""
    _answer(settings, texts)


def _answer(settings: Settings, texts: Sequence[str]) -> list[bytes]:
    tagged = _tagger(settings).pipe(Entry("", text) for text in texts)
    return [
        _encode(Answer(entry.script, entry.needs, dict(entry.facets), described))
        for entry, described in zip(tagged, describe_all(texts), strict=True)
    ]


class Workers:
    """Processes that tag, or this very process when one is enough; ``ahead`` chunks may be out at a time."""

    def __init__(self, settings: Settings) -> None:
        self._answer = partial(_answer, settings)
        self._pool: ProcessPoolExecutor | None = None
        self.ahead = 0
        if settings.jobs > 1:
            self.ahead = AHEAD * settings.jobs
            context = get_context(_METHOD)
            if _METHOD == "forkserver":
                context.set_forkserver_preload(["minqing.batch.shared"])
            self._pool = ProcessPoolExecutor(settings.jobs, context, initializer=_end_with_parent)
            with _deaf(), _told(settings):
                for _ in range(settings.jobs):
                    self._pool.submit(get_ready, settings)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, texts: Sequence[str]) -> Future[list[bytes]]:
        """Tag ``texts``, now or soon."""
        if self._pool and texts:
            return self._pool.submit(self._answer, texts)
        done: Future[list[bytes]] = Future()
        done.set_result(self._answer(texts) if texts else [])
        return done


def _end_with_parent() -> None:
    """End this process when the one it works for is killed; it would wait for work for ever."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """Tell ``shared`` the settings: a process gets its environment and nothing else before it forks others."""
    os.environ[SETTINGS] = settings.as_text()
    try:
        yield
    finally:
        del os.environ[SETTINGS]


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C, which a terminal sends to all: this one ends them in good order."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)
