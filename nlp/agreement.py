"""How far two people agree: Cohen's kappa, Krippendorff's alpha, and F1 over spans."""

from collections import Counter
from collections.abc import Hashable, Sequence


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Give Cohen's kappa of paired answers; 1 when both always say the same.

    >>> round(kappa([("a", "a")] * 20 + [("b", "b")] * 15 + [("a", "b")] * 10 + [("b", "a")] * 5), 2)
    0.4
    """
    n = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[answer] * second[answer] for answer in first) / n**2 if n else 1.0
    observed = sum(a == b for a, b in pairs) / n if n else 1.0
    return (observed - chance) / (1 - chance) if chance < 1 else 1.0


def alpha(units: Sequence[Sequence[Hashable]]) -> float:
    """Give Krippendorff's alpha, nominal, of units each judged by two or more; 1 when there is nothing to disagree on.

    >>> round(alpha([("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")]), 3)
    0.533
    """
    units = [unit for unit in units if len(unit) > 1]
    n = sum(map(len, units))
    values = Counter(answer for unit in units for answer in unit)
    expected = n * n - sum(count * count for count in values.values())
    if not expected:
        return 1.0
    observed = sum(
        (len(unit) ** 2 - sum(count * count for count in Counter(unit).values())) / (len(unit) - 1) for unit in units
    )
    return 1 - (n - 1) * observed / expected
