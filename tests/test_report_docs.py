import re
from pathlib import Path

import pytest

from minqing.ledger.database import VIEWS
from minqing.ledger.likeness import (
    AFTER_CLOSING,
    ANSWER,
    LONG_GAP,
    NAME_FITS,
    OTHER_SPOT,
    SAME_HOUSEHOLD,
    SAME_SUB,
    WORDS,
)
from minqing.ledger.reports.language import Words

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {"en": DOCS / "reports.md", "zh_CN": DOCS / "reports.zh.md"}
NUMBERS = (
    "as_of", "entries", "authors", "villages", "households", "needs", "open", "met_ratio", "late_long", "median_days",
    "reopened", "top_labels", "oldest", "likely", "interval", "by_label", "by_village", "by_village_state", "by_label_state",
    "by_month", "by_town", "by_unit", "by_level", "by_help", "completeness", "unmet", "planned", "late", "in_progress",
    "met", "declined", "unnamed", "others",
)  # fmt: skip


@pytest.mark.parametrize("language", PAGES)
def test_every_number_of_a_report_is_explained(language: str) -> None:
    page = (
        re.sub(r"\s+", " ", PAGES[language].read_text("utf-8")).lower().replace("95 %", "95%").replace("诉求 ", "诉求")
    )
    words = Words.of(language)
    missing = [key for key in NUMBERS if words[key].partition("（合")[0].partition(", tog")[0].lower() not in page]
    assert missing == []


@pytest.mark.parametrize("language", PAGES)
def test_weights_and_views_are_told_as_they_are(language: str) -> None:
    page = PAGES[language].read_text("utf-8")
    for weight in (SAME_HOUSEHOLD, NAME_FITS, SAME_SUB, WORDS, ANSWER, LONG_GAP, AFTER_CLOSING, OTHER_SPOT):
        assert f"{weight:+.2f}" in page
    assert all(f"`{view}`" in page for view in VIEWS)
