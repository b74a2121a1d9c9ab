"""The language of a report: its own words, and the names of labels and statuses."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from minqing.corpora.taxonomy import load_taxonomy
from minqing.ledger.counts import OTHERS, OTHERS_CLOSED, OTHERS_OPEN, STATES


@dataclass(frozen=True, slots=True)
class Words:
    """What a report says in one language."""

    code: str
    said: Mapping[str, str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, code: str) -> "Words":
        """Give the words of ``zh_CN`` or ``zh_TW``; of any other language those of English."""
        code = code if code in ("zh_CN", "zh_TW") else "en"
        said = {key: row[code] for key, row in _table().items()}
        facets = (value for facet in load_taxonomy().facet for value in facet.values)
        names = load_taxonomy().names(code) | {value.id: value.name(code) for value in facets}
        own = {state: said[state] for state in STATES}
        own |= {OTHERS: said["others"], OTHERS_OPEN: said["other_open"], OTHERS_CLOSED: said["other_closed"]}
        return cls(code, said, names | own | {"": said["unknown"]})

    def __getitem__(self, key: str) -> str:
        return self.said[key]

    def name(self, id: str) -> str:
        """Give the name of a label, status or pool, or what was given: names of places are their own."""
        if id.endswith(OTHERS) and id not in self.names:
            return f"{id.removesuffix(OTHERS)} {self.said['others']}"
        return self.names.get(id, id)

    @property
    def html(self) -> str:
        """Give the language as a web page names it."""
        return {"zh_CN": "zh-Hans", "zh_TW": "zh-Hant"}.get(self.code, "en")


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
