"""What stands in a labelling sheet, in three languages: names of columns, verdicts, and the guide."""

from minqing.corpora.label_names import plain
from minqing.corpora.taxonomy import load_taxonomy

# The format of the sheet: the first part of every key. A sheet of another format is not guessed at.
FORMAT = "m1"

COLUMNS: dict[str, dict[str, str]] = {
    "key": {"zh_CN": "编号（勿改）", "zh_TW": "編號（勿改）", "en": "Key (keep)"},
    "entry": {"zh_CN": "条目（勿改）", "zh_TW": "條目（勿改）", "en": "Entry (keep)"},
    "text": {"zh_CN": "原文", "zh_TW": "原文", "en": "Text"},
    "evidence": {"zh_CN": "依据", "zh_TW": "依據", "en": "Evidence"},
    "label": {"zh_CN": "诉求类别", "zh_TW": "訴求類別", "en": "Label"},
    "status": {"zh_CN": "状态", "zh_TW": "狀態", "en": "Status"},
    "verdict": {"zh_CN": "判断", "zh_TW": "判斷", "en": "Verdict"},
    "remark": {"zh_CN": "备注", "zh_TW": "備註", "en": "Remark"},
    "who": {"zh_CN": "标注人", "zh_TW": "標註人", "en": "Checked by"},
    "when": {"zh_CN": "标注日期", "zh_TW": "標註日期", "en": "Date checked"},
    "score": {"zh_CN": "把握", "zh_TW": "把握", "en": "Score"},
    "predicted": {"zh_CN": "模型所说（勿改）", "zh_TW": "模型所說（勿改）", "en": "Model said (keep)"},
    "model": {"zh_CN": "模型（勿改）", "zh_TW": "模型（勿改）", "en": "Model (keep)"},
}
# The columns a person never needs to touch.
PROTECTED = ("key", "entry", "text", "score", "predicted", "model")

VERDICTS: dict[str, dict[str, str]] = {
    "right": {"zh_CN": "对", "zh_TW": "對", "en": "right"},
    "wrong": {"zh_CN": "错", "zh_TW": "錯", "en": "wrong"},
    "missing": {"zh_CN": "漏", "zh_TW": "漏", "en": "missing"},
}
_SAID_OTHERWISE = {
    "right": ("正确", "是", "√", "✓", "✔", "y", "yes", "ok", "1", "对的", "无误"),
    "wrong": ("错误", "不对", "否", "×", "x", "n", "no", "0", "不是", "误"),
    "missing": ("遗漏", "漏掉", "漏了", "补", "新增", "add", "new", "+"),
}

SHEETS = {
    "zh_CN": ("标注", "说明", "选项"),
    "zh_TW": ("標註", "說明", "選項"),
    "en": ("Labels", "Guide", "Options"),
}
OPTIONS = {"zh_CN": "可选类别", "zh_TW": "可選類別", "en": "Labels to choose from"}

GUIDE = {
    "zh_CN": (
        "每一行是模型在一条日记里看到的一项诉求；没有看到诉求的条目也有一行，类别空着。",
        "读原文，在“判断”里选：对、错、漏。",
        "对：这项诉求确实有。类别或状态不对时，直接改成对的，再选“对”。",
        "错：这里没有这项诉求。",
        "漏：模型没看到的诉求。在空行里写条目编号（从同一条目的行复制），填类别、状态，把说明它的那句话抄进“依据”，选“漏”。",
        "条目里确实没有诉求、类别也空着时，选“对”。",
        "一条日记的各行都判断了，这条才会用来训练。排序、筛选、加列都可以；标着“勿改”的列请不要动。",
        "状态：未解决＝还没人答应；已承诺＝有人答应了；办理中＝已经动手；已解决；不需要＝本人不要。",
    ),
    "zh_TW": (
        "每一列是模型在一則日記裡看到的一項訴求；沒有看到訴求的條目也有一列，類別空著。",
        "讀原文，在「判斷」裡選：對、錯、漏。",
        "對：這項訴求確實有。類別或狀態不對時，直接改成對的，再選「對」。",
        "錯：這裡沒有這項訴求。",
        "漏：模型沒看到的訴求。在空白列裡寫條目編號（從同一條目的列複製），填類別、狀態，把說明它的那句話抄進「依據」，選「漏」。",
        "條目裡確實沒有訴求、類別也空著時，選「對」。",
        "一則日記的各列都判斷了，這則才會用來訓練。排序、篩選、加欄都可以；標著「勿改」的欄請不要動。",
        "狀態：未解決＝還沒人答應；已承諾＝有人答應了；辦理中＝已經動手；已解決；不需要＝本人不要。",
    ),
    "en": (
        "Each row is one need that the model sees in an entry; an entry without any has a row too, its label empty.",
        "Read the text and choose a verdict: right, wrong, missing.",
        "right: the need is there. If its label or status is not, put the right one in its place and choose right.",
        "wrong: there is no such need.",
        "missing: a need the model did not see. In an empty row write the entry (copy it), the label, the status, and "
        "as evidence the words that show it; choose missing.",
        "If an entry holds no need and its label is empty, choose right.",
        "An entry teaches once all its rows are judged. Sort, filter, add columns; leave those marked keep alone.",
        "Statuses: unmet = nobody promised; planned = promised; in progress = begun; met; declined = not wanted.",
    ),
}


def code_of(language: str) -> str:
    """Give the language a sheet is written in; any other than Chinese is English."""
    return language if language in COLUMNS["key"] else "en"


def columns_of(names: list[str]) -> dict[str, str]:
    """Give, for each name of a column that is known, in whatever language and wording, what it is."""
    known = {_bare(name): column for column, said in COLUMNS.items() for name in said.values()}
    return {name: known[_bare(name)] for name in names if _bare(name) in known}


def _bare(name: str) -> str:
    """Compare names of columns without what people add or drop in brackets."""
    return plain(name.replace("(", "（").partition("（")[0])


def verdict_of(cell: str) -> str | None:
    """Give what a cell of verdicts means: ``""`` for none, nothing for what is not understood.

    >>> verdict_of("錯"), verdict_of(" √ "), verdict_of(""), verdict_of("大概")
    ('wrong', 'right', '', None)
    """
    said = plain(cell) or cell.strip()
    if not said:
        return ""
    for verdict, names in VERDICTS.items():
        if said in {plain(name) or name for name in (*names.values(), *_SAID_OTHERWISE[verdict], verdict)}:
            return verdict
    return None


def label_names(language: str) -> list[str]:
    """Give the names to choose from: each label, and under it ``label.second level``."""
    return [
        name
        for label in load_taxonomy().label
        for name in (label.name(language), *(f"{label.name(language)}.{sub.name(language)}" for sub in label.subs))
    ]
