"""The label scheme, read from ``taxonomy.toml``: labels, statuses and facets with their names."""

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from minqing.nlp.model import LabelSet


class Term(msgspec.Struct, frozen=True):
    """An id and what it is called in simplified and traditional characters and in English."""

    id: str
    hans: str
    hant: str
    en: str = ""
    definition: str = ""

    def name(self, language: str) -> str:
        """Give the name in ``zh_CN``, ``zh_TW`` or any other language, which gets the English or the id."""
        if language.startswith("zh"):
            return self.hant if language in ("zh_TW", "zh_HK") else self.hans
        return self.en or self.id


class Facet(Term, frozen=True, kw_only=True):
    """A question about the whole entry, and the answers it may have."""

    values: tuple[Term, ...]


class Label(Term, frozen=True, kw_only=True):
    """A first-level label: what belongs to it, what does not, and what official lists call it."""

    include: str
    exclude: str
    maps: dict[str, str]
    subs: tuple[Term, ...]


class Taxonomy(msgspec.Struct, frozen=True):
    """The whole scheme. Ids are stable; ``version`` changes when their meaning does."""

    version: str
    label: tuple[Label, ...]
    status: tuple[Term, ...]
    facet: tuple[Facet, ...]

    def label_set(self) -> LabelSet:
        """Give the labels in the order of a model's columns."""
        return LabelSet(
            labels=tuple(label.id for label in self.label),
            subs=tuple(sub.id for label in self.label for sub in label.subs),
            facets=tuple((facet.id, value.id) for facet in self.facet for value in facet.values),
        )

    def names(self, language: str) -> dict[str, str]:
        """Give the name of every label, second-level label and status by its id."""
        subs = (sub for label in self.label for sub in label.subs)
        return {term.id: term.name(language) for term in (*self.label, *subs, *self.status)}


@cache
def load_taxonomy() -> Taxonomy:
    """Read the taxonomy that ships."""
    text = (Path(__file__).parent / "taxonomy.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Taxonomy)
