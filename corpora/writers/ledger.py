"""The rows of a 民情台账, one need a row, as offices keep it; shared by the workbook and the Word table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from minqing.corpora.taxonomy import load_taxonomy
from minqing.nlp.records import Need, TaggedEntry

# What stands over each column.
COLUMNS: dict[str, dict[str, str]] = {
    "number": {"zh_CN": "序号", "zh_TW": "序號", "en": "No."},
    "date": {"zh_CN": "日期", "zh_TW": "日期", "en": "Date"},
    "place": {"zh_CN": "村（社区）", "zh_TW": "村里（社區）", "en": "Place"},
    "who": {"zh_CN": "反映人", "zh_TW": "反映人", "en": "Raised by"},
    "label": {"zh_CN": "诉求类别", "zh_TW": "訴求類別", "en": "Label"},
    "sub": {"zh_CN": "具体诉求", "zh_TW": "具體訴求", "en": "Need"},
    "text": {"zh_CN": "原文", "zh_TW": "原文", "en": "Evidence"},
    "amount": {"zh_CN": "数量", "zh_TW": "數量", "en": "Amount"},
    "status": {"zh_CN": "状态", "zh_TW": "狀態", "en": "Status"},
    "score": {"zh_CN": "把握", "zh_TW": "把握", "en": "Score"},
    "reread": {"zh_CN": "需复核", "zh_TW": "需複核", "en": "Reread"},
    "entry": {"zh_CN": "条目", "zh_TW": "條目", "en": "Entry"},
}


@dataclass(frozen=True, slots=True)
class Language:
    """The language a ledger is written in: names of labels, statuses and columns."""

    code: str
    names: Mapping[str, str]

    @classmethod
    def of(cls, code: str) -> "Language":
        """Give the language of a code; any other than Chinese is English."""
        code = code if code in ("zh_CN", "zh_TW") else "en"
        return cls(code, load_taxonomy().names(code))

    def header(self) -> list[str]:
        """Give the names of the columns, in order."""
        return [names[self.code] for names in COLUMNS.values()]


def needs_of(entry: TaggedEntry, language: Language) -> Iterator[dict[str, object]]:
    """Give a row for each need, by column; what is not known is empty, never guessed."""
    for need in entry.needs:
        yield {
            "date": _date(entry, need),
            "place": _text(entry.meta.get("place")) or _slot(need, "where"),
            "who": _slot(need, "who") or _text(entry.meta.get("visited")),
            "label": language.names.get(need.label, need.label),
            "sub": language.names.get(need.sub, need.sub),
            "text": need.text,
            "amount": _slot(need, "amount"),
            "status": language.names.get(need.status, ""),
            "score": need.score,
            "reread": "?" if need.uncertain else "",
            "entry": entry.id,
        }


def _date(entry: TaggedEntry, need: Need) -> str:
    """Give the entry's own date; else the one written beside the need, if it has a year."""
    given = _text(entry.meta.get("date"))
    written = next((slot.value for slot in need.slots if slot.kind == "when"), "")
    return given or (written if written[:1].isdigit() and len(written) == 10 else "")


def _slot(need: Need, kind: str) -> str:
    return "、".join(slot.text for slot in need.slots if slot.kind == kind)


def _text(value: object) -> str:
    return str(value) if value else ""
