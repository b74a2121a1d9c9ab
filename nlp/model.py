"""A trained model: everything tagging needs, as plain values. ``models`` saves and loads it."""

from collections.abc import Mapping

from msgspec import Struct

from .concepts import ConceptLexicon
from .mentions import Decision, Limits
from .outcomes import Outcomes
from .records import STATUSES
from .scores import Doubles, Weights
from .verdicts import Verdicts


class LabelSet(Struct, frozen=True):
    """The labels a model decides among, in the order of its columns.

    ``subs`` are second-level labels, ``parent.child``; ``facets`` are ``(facet, value)`` pairs, and a facet
    in ``single`` takes exactly one value.
    """

    labels: tuple[str, ...]
    subs: tuple[str, ...]
    facets: tuple[tuple[str, str], ...]
    single: tuple[str, ...] = ("author_level",)
    statuses: tuple[str, ...] = STATUSES

    def subs_by_label(self) -> list[list[int]]:
        """Give, for each label, the numbers of its second-level labels."""
        parents = [sub.partition(".")[0] for sub in self.subs]
        return [[i for i, parent in enumerate(parents) if parent == label] for label in self.labels]


class Model(Struct, frozen=True):
    """Weights, the decisions over them, and the words they were trained with."""

    name: str
    label_set: LabelSet
    lexicon: ConceptLexicon
    vocabulary: Mapping[str, str]
    weights: Weights
    decision: Decision
    limits: Limits
    facet_thresholds: Doubles
    verdicts: Verdicts | None = None
    outcomes: Outcomes | None = None
    facts: Mapping[str, object] = {}
    hash: str = ""
