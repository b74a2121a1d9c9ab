"""What the measurements share: acts taken in turn, their spread, and the machine they ran on."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "opencc", "rjieba", "daachorse", "msgspec")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Series(list[float]):
    """The values of one measure, one a round."""

    @property
    def median(self) -> float:
        return statistics.median(self)

    def per(self, amount: float) -> "Series":
        """Give how much of ``amount`` each second of these had."""
        return Series(amount / value for value in self)

    def times(self, factor: float) -> "Series":
        return Series(factor * value for value in self)

    def over(self, other: "Series") -> "Series":
        """Give the ratio in each round: of two things measured side by side it moves less than either."""
        return Series(a / b for a, b in zip(self, other, strict=True))

    def __format__(self, spec: str) -> str:
        return f"{self.median:{spec}} ({min(self):{spec}}-{max(self):{spec}})"


def take_turns(
    acts: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, Series]:
    """Give the seconds that each act took in each round; every round begins with another act.

    By default seconds of the processor, of this process: what else the machine does counts for less.
    """
    names = list(acts)
    taken = {name: Series() for name in names}
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = clock()
            acts[name]()
            taken[name].append(clock() - start)
    return taken


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table; all columns but the first are figures."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def machine() -> str:
    """Say what this ran on: processor, system, versions, and how busy it was."""
    names = [n for n in Path("/proc/cpuinfo").read_text().splitlines() if n.startswith("model name")]
    processor = names[0].partition(": ")[2] if names else platform.machine()
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{processor}, {os.cpu_count()} cores, {platform.system()}, {sys_name()}; {versions}. "
        f"Load when begun: {os.getloadavg()[0]:.1f}; {time.strftime('%Y-%m-%d')}."
    )


def sys_name() -> str:
    return f"{platform.python_implementation()} {platform.python_version()}"
