"""The processes that tag: texts in, answers out, as bytes that the journal keeps as they are."""

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING

from minqing.batch.answers import encode_answers
from minqing.corpora.duplicates import describe_all
from minqing.nlp.records import Entry

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


# So many chunks may wait for their turn, for each process: enough to keep it busy, few enough to stay small.
AHEAD = 3

# Windows cannot wait for more processes at a time.
_MOST = 61

# Enough texts, in both scripts, that all the tables are made that are made when they are first needed.
_PRACTICE = ("村口的水渠断了，没水浇地。", "村口的水渠斷了，沒水澆地。") * 64

_taggers: dict[Settings, "AnyTagger"] = {}


def _tagger(settings: Settings) -> "AnyTagger":
    """Give this process's tagger, which is loaded once."""
    if settings not in _taggers:
        # Here, as a process that only hands out work needs neither the model nor what reads it.
        from minqing.models import open_tagger
        from minqing.nlp.engines import make_engine

        _taggers[settings] = open_tagger(settings.model, make_engine(settings.engine), settings.labels_only)
    return _taggers[settings]


def _method() -> str:
    """Say how processes are started: forked off this one they share its model, which spares 100 MB for each.

    Windows cannot, on macOS system libraries do not bear it, and a lock that another thread holds would stay locked.
    """
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _get_ready(settings: Settings) -> None:
    """Load what is needed to tag, tag for practice, and leave it where the collector does not touch it.

    A page of memory is shared until it is written to.
    """
    _answer(settings, _PRACTICE)
    gc.collect()
    gc.freeze()


def _answer(settings: Settings, texts: Sequence[str]) -> list[bytes]:
    tagged = _tagger(settings).pipe(Entry("", text) for text in texts)
    return encode_answers(list(tagged), describe_all(texts))


class Workers:
    """Processes that tag, or this very process when one is enough; ``ahead`` chunks may be out at a time.

    To be made before any file is opened that the processes should not hold.
    """

    def __init__(self, settings: Settings) -> None:
        self._answer = partial(_answer, settings)
        self._pool: ProcessPoolExecutor | None = None
        self.ahead = 0
        if settings.jobs > 1:
            self.ahead = AHEAD * settings.jobs
            method = _method()
            if method == "fork":
                _get_ready(settings)
            jobs = min(settings.jobs, _MOST)
            self._pool = ProcessPoolExecutor(jobs, get_context(method), initializer=_settle_in)
            with _deaf():
                for _ in range(jobs):
                    self._pool.submit(self._answer, ())

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


def _settle_in() -> None:
    """Leave Ctrl-C to the process this one works for, and end when that is killed: it would wait for work for ever.

    Windows hands down to a process no word of what signals it should not hear.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


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
