"""How far a run is: the entries done, the share of the input's bytes that is read, and the time left."""

from collections.abc import Callable
from dataclasses import dataclass
from gettext import gettext as _

# Before so much is read, or so many seconds have gone, the time left would be a guess.
_EARLY_SHARE, _EARLY_SECONDS = 0.01, 2.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; ``share`` of the input is read, from 0 to 1. At the end only the writing is left."""

    entries: int
    seconds: float
    share: float
    is_tagged: bool = False

    @property
    def seconds_left(self) -> float | None:
        """Give the time left if reading goes on as it went, once that can be said."""
        if self.seconds < _EARLY_SECONDS or self.share < _EARLY_SHARE:
            return None
        return self.seconds * (1 - self.share) / self.share


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of a run: ``say`` takes a line on how it began, ``show`` its progress now and then.

    ``total`` are the bytes of the input.
    """

    say: Callable[[str], object] = lambda _line: None
    show: Callable[[Progress], object] = lambda _progress: None
    total: int = 0


def progress_line(progress: Progress) -> str:
    """Write the progress as a line of a terminal."""
    if progress.is_tagged:
        return _("{entries:,} entries tagged; writing").format(entries=progress.entries)
    rate = progress.entries / max(progress.seconds, 0.01)
    line = _("{entries:,} entries, {rate:,.0f} a second, {share:.0%} read").format(
        entries=progress.entries, rate=rate, share=progress.share
    )
    left = progress.seconds_left
    return line if left is None else line + _(", about {time} left").format(time=_time(left))


def _time(seconds: float) -> str:
    if seconds < 90:
        return _("{n} s").format(n=round(seconds))
    if seconds < 90 * 60:
        return _("{n} min").format(n=round(seconds / 60))
    return _("{n:.1f} h").format(n=seconds / 3600)
