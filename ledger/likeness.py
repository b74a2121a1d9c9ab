"""How likely two mentions tell of one need, and why: a sum of few reasons, each of which a person can check.

The weights were set on one half of the labelled set of linked needs and are measured on the other, by
``benchmarks/linking.py``.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise

from minqing.ledger.holders import given_of, surname_of
from minqing.nlp.script import simplify

# Two mentions are one need from this sum on.
THRESHOLD = 1.0

SAME_HOUSEHOLD, NAME_FITS, ONE_UNNAMED, BOTH_VILLAGE, VILLAGE_AND_HOUSEHOLD = 0.55, 0.3, 0.0, 0.3, -0.15
SAME_SUB, OTHER_SUB = 0.4, -0.45
SAME_SPOT, OTHER_SPOT = 0.25, -0.6
WORDS = 1.3
ANSWER = 0.08
LONG_GAP, AFTER_CLOSING = -0.35, -0.45

# Days after which a mention more likely tells of something new; a need seldom lives longer than two years.
LONG, LONGEST = 270, 730

# What says little about which need is meant: grammar, and what stands in every diary.
_EMPTY = set(
    "的了是在我你他她它们说这那有没不还也都就很要想盼着个一二三四五六七八九十两几和跟与及或把被给让到去来过上下里外前后又再才只能会可得地"
    "等吗呢吧啊呀嘛么什怎谁哪为因所以但而且如果若已经正将从向对于以之其此本各每另些多少大小年月日天号时候今明昨现家人户村组屯老们问讲答应"
)
# What tells what came of a need needs a need before it.
_ANSWERS = frozenset({"planned", "in_progress", "met"})
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_MAY_BE_SPOT = re.compile("[组組社队隊屯邻鄰]")
_SPOT = re.compile(r"[一二三四五六七八九十\d]{1,3}(?:村民小组|小组|[组社队屯邻鄰])")


@dataclass(frozen=True)
class Mention:
    """A span as it is compared. ``date`` is ISO 8601 or "", ``household`` the key of a name or ""."""

    id: int
    entry: int
    household: str
    holder: str
    date: str
    sub: str
    status: str
    text: str
    spot: str = ""

    @cached_property
    def grams(self) -> frozenset[str]:
        """Give what the text says: its characters and pairs of them, without those that say little."""
        return grams_of(self.text)

    @cached_property
    def where(self) -> str:
        """Give the group or team it tells of (三组), or ""."""
        for text in (self.spot, self.text):
            found = _SPOT.search(simplify(text)) if _MAY_BE_SPOT.search(text) else None
            if found:
                return found[0]
        return ""

    @cached_property
    def day(self) -> int:
        """Give the date as a day number, 0 when unknown."""
        return date.fromisoformat(self.date).toordinal() if self.date else 0


Reason = tuple[str, float, str]


@lru_cache(maxsize=200_000)
def grams_of(text: str) -> frozenset[str]:
    """Give the telling characters of ``text`` and the pairs that stand together, simplified."""
    found: set[str] = set()
    for run in _HAN_RUN.findall(simplify(text)):
        telling = [char if char not in _EMPTY else " " for char in run]
        found.update(char for char in telling if char != " ")
        found.update(a + b for a, b in pairwise(telling) if " " not in (a, b))
    return frozenset(found)


def weights(earlier: Mention, later: Mention, is_closed: bool) -> tuple[float, ...] | None:
    """Give what speaks for and against one need, 0 for what says nothing; None when it cannot be one.

    ``is_closed`` says that the need of ``earlier`` was met or declined by then.
    """
    holder = _holder(earlier, later)
    gap = _gap(earlier, later)
    if holder is None or gap > LONGEST:
        return None
    spot = 0.0
    if earlier.where and later.where:
        spot = SAME_SPOT if earlier.where == later.where else OTHER_SPOT
    return (
        holder[1],
        SAME_SUB if earlier.sub == later.sub else OTHER_SUB,
        spot,
        WORDS * _share(earlier.grams, later.grams),
        ANSWER if earlier.status == "unmet" and later.status in _ANSWERS else 0.0,
        LONG_GAP if gap > LONG else 0.0,
        AFTER_CLOSING if is_closed else 0.0,
    )


def reasons(earlier: Mention, later: Mention, is_closed: bool) -> list[Reason]:
    """Give ``weights`` with a code and a detail each, without what says nothing; empty when it cannot be one need."""
    holder, found = _holder(earlier, later), weights(earlier, later, is_closed)
    if holder is None or found is None:
        return []
    told = (
        (holder[0], holder[2]),
        ("same_sub" if found[1] > 0 else "other_sub", ""),
        ("same_spot" if found[2] > 0 else "other_spot", later.where),
        ("words", ""),
        ("answer", later.status),
        ("long_gap", str(_gap(earlier, later))),
        ("after_closing", ""),
    )
    always = (holder[0], "words")
    return [(code, w, detail) for (code, detail), w in zip(told, found, strict=True) if w or code in always]


def _holder(a: Mention, b: Mention) -> Reason | None:
    if a.household and b.household:
        if a.household == b.household:
            return "same_household", SAME_HOUSEHOLD, b.household
        return (
            ("name_fits", NAME_FITS, f"{a.household} {b.household}") if _may_be_one(a.household, b.household) else None
        )
    if a.holder == b.holder == "village":
        return "both_village", BOTH_VILLAGE, ""
    if "village" in (a.holder, b.holder) and (a.household or b.household):
        return "village_and_household", VILLAGE_AND_HOUSEHOLD, ""
    return "one_unnamed", ONE_UNNAMED, ""


@lru_cache(maxsize=65_536)
def _may_be_one(a: str, b: str) -> bool:
    """Say whether two names can be of one person: one family name, and no two different given names."""
    if not surname_of(a) or surname_of(a) != surname_of(b):
        return False
    return not (given_of(a) and given_of(b)) and bool(given_of(a) or given_of(b) or a[0] in "老小" or b[0] in "老小")


def _gap(a: Mention, b: Mention) -> int:
    return abs(b.day - a.day) if a.day and b.day else 0


def _share(a: frozenset[str], b: frozenset[str]) -> float:
    """Give the share of the shorter text's telling grams that both have."""
    least = min(len(a), len(b))
    return len(a & b) / least if least > 1 else 0.0


def explained(found: list[Reason], earlier: Mention, later: Mention) -> list[Reason]:
    """Give the reasons as they are kept: rounded, and with the longest words that both mentions have."""
    words = " ".join(sorted(earlier.grams & later.grams, key=lambda w: (-len(w), w))[:5])
    return [(code, round(weight, 3), words if code == "words" else detail) for code, weight, detail in found]
