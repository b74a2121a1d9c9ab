"""jieba, its Rust port, or its cut in C, behind one interface.

Neither the shared tokenizer of the ``jieba`` module nor its cache file is ever touched: the cache lies in
the temporary directory under a fixed name, where anybody may plant one, and it is read with ``marshal``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from importlib.abc import ResourceLoader
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from itertools import pairwise
from threading import Thread
from typing import Any, Protocol, runtime_checkable
from zlib import crc32

import numpy as np

from . import native
from .characters import Codes, Ints, codes_of
from .errors import EngineError

_HELD = re.compile("[\u4e00-\u9fd5]+")


@runtime_checkable
class WordEngine(Protocol):
    """Cuts runs of Han characters into words."""

    def cut(self, text: str) -> Sequence[str]:
        """Cut ``text``, Han runs separated by newlines; the pieces join back to it."""


class RustEngine:
    """jieba-rs: about thirty times faster than jieba.

    Its dictionary takes a tenth of a second and more to build. That is done in a thread of its own, so that the
    caller may go on to load a model; the first cut waits for it. (rjieba 0.2 keeps the interpreter's lock while
    it builds, so that for now no time is won: ``benchmarks/notes.md``.)
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._module = _rust_module()
        self._words = tuple(words)
        self._built: list[Any] = []
        self._thread = Thread(target=self._build, daemon=True)
        self._thread.start()

    def _build(self) -> None:
        jieba = self._module.Jieba()
        for word, frequency in _added(self._words):
            jieba.add_word(word, frequency, "n")
        self._built.append(jieba)

    @cached_property
    def _jieba(self) -> Any:
        self._thread.join()
        return self._built[0]

    def cut(self, text: str) -> Sequence[str]:
        """Cut without the hidden Markov model: it guesses new words, mostly wrong ones in diaries."""
        pieces: list[str] = self._jieba.cut(text, False)
        return pieces


def _rust_module() -> Any:
    """Load the compiled part of rjieba alone: importing the package builds a tokenizer that nobody asked for.

    It takes as long as ours (0.1 s), on every start of the command.
    """
    package = find_spec("rjieba")
    if package is None:
        raise EngineError("rjieba is not installed; the engine 'jieba' works without it")
    spec = PathFinder.find_spec("rjieba.rjieba", package.submodule_search_locations)
    if spec is None or spec.loader is None:
        return import_module("rjieba")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class PythonEngine:
    """jieba itself, for machines without a wheel of the Rust port."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        import jieba

        self._jieba = jieba.Tokenizer()
        # What ``initialize`` does, without reading or writing the shared cache file.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        for word, frequency in _added(words):
            # jieba counts a word it knew twice in its total, the Rust port once; the total decides close cuts.
            self._jieba.total -= self._jieba.FREQ.get(word, 0)
            self._jieba.add_word(word, frequency, "n")

    def cut(self, text: str) -> Sequence[str]:
        """Cut without the hidden Markov model, as the Rust engine does."""
        return list(self._jieba.cut(text, HMM=False))


class NativeEngine:
    """The cut of this project's own C: tagging goes the whole fast path with it (``fast.py``).

    It reads jieba's dictionary in a thread of its own (40 ms), without holding the interpreter's lock.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        added = "".join(f"{word} {frequency} n\n" for word, frequency in _added(words))
        self._built: list[native.Words] = []
        self._thread = Thread(target=self._build, args=(added.encode(),), daemon=True)
        self._thread.start()

    def _build(self, added: bytes) -> None:
        self._built.append(native.Words(_dictionary() + added))

    @cached_property
    def _words(self) -> "native.Words":
        self._thread.join()
        return self._built[0]

    def cut(self, text: str) -> Sequence[str]:
        """Cut without the hidden Markov model, as the others do."""
        starts, ends = self.spans(codes_of(text))
        edges = sorted({0, len(text), *starts.tolist(), *ends.tolist()})
        return [text[a:b] for a, b in pairwise(edges)]

    def spans(self, codes: Codes) -> tuple[Ints, Ints]:
        """Give the starts and the ends of all words and numbers at once, as ``words.word_spans`` does."""
        starts, ends = np.empty(len(codes), dtype=np.int64), np.empty(len(codes), dtype=np.int64)
        count = self._words.cut(codes, starts, ends)
        return starts[:count], ends[:count]


def _dictionary() -> bytes:
    """Read jieba's dictionary without importing jieba.

    Raises:
        EngineError: jieba is not installed whole.
    """
    package = find_spec("jieba")
    if package is None or not isinstance(package.loader, ResourceLoader):
        raise EngineError("jieba is not installed; the engine 'rjieba' works without it")
    return package.loader.get_data(str(package.origin).replace("__init__.py", "dict.txt"))


# The fastest first: it is taken unless somebody asks for another.
ENGINES: dict[str, Callable[[Iterable[str]], WordEngine]] = {"rjieba": RustEngine, "jieba": PythonEngine}
if native.BUILT:
    ENGINES = {"native": NativeEngine, **ENGINES}


def make_engine(name: str | None = None, words: Iterable[str] = ()) -> WordEngine:
    """Make the engine called ``name``, or else the fastest there is, with ``words`` added to its dictionary.

    Raises:
        EngineError: there is no such engine, or it was not built here; the message lists those that are.
    """
    if name is None:
        name = next(iter(ENGINES))
    if name not in ENGINES:
        raise EngineError(f"no word engine {name!r} here; there are {', '.join(ENGINES)}")
    return ENGINES[name](words)


def _added(words: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Give the words an engine can hold (jieba knows no rarer characters) and how often each is said to occur.

    Often enough to win over its parts; and no two alike, since the engines settle ties differently.
    """
    for word in words:
        if _HELD.fullmatch(word):
            yield word, (2_000 if len(word) < 3 else 20_000) + crc32(word.encode()) % 1_999
