"""What people call labels and statuses: the id, or the name in either script or in English."""

from collections.abc import Iterable
from functools import cache

from minqing.corpora.taxonomy import Term, load_taxonomy
from minqing.nlp.clean import clean
from minqing.nlp.script import simplify

_NOISE = str.maketrans("", "", " \t\u3000_-/／、·（）()：:“”\"'「」")

# Beside the names of the taxonomy: how offices write a status by hand.
_STATUS_WORDS = {
    "unmet": ("未办", "没解决", "没有解决", "尚未解决", "待解决", "未落实", "open", "not met"),
    "planned": ("承诺", "已答应", "计划", "计划中", "拟办", "promised"),
    "in_progress": ("在办", "正在办理", "处理中", "进行中", "已申请", "doing", "in progress"),
    "met": ("解决", "解决了", "已办结", "办结", "已办", "已落实", "done", "solved"),
    "declined": ("不要", "不愿意", "拒绝", "谢绝", "not wanted", "refused"),
}


def plain(name: str) -> str:
    """Write a name as names are compared: simplified, in small letters, without spaces and signs.

    >>> plain("飲水 水利"), plain("Roads & Transport")
    ('饮水水利', 'roads&transport')
    """
    return simplify(clean(name).text).casefold().translate(_NOISE)


def label_id(name: str) -> str:
    """Give the id of the label, first or second level, that ``name`` stands for, or ``""``.

    >>> label_id("飲水水利"), label_id("roads.farm_track"), label_id("月亮")
    ('water', 'roads.farm_track', '')
    """
    return _labels().get(plain(name), "")


def status_id(name: str) -> str:
    """Give the id of the status that ``name`` stands for, or ``""``.

    >>> status_id("已解決"), status_id("in progress"), status_id("在办")
    ('met', 'in_progress', 'in_progress')
    """
    return _statuses().get(plain(name), "")


@cache
def _labels() -> dict[str, str]:
    taxonomy = load_taxonomy()
    subs = [(sub, label) for label in taxonomy.label for sub in label.subs]
    names = _names(taxonomy.label)
    for sub, label in subs:
        # 饮水水利.农田灌溉 says both levels; it is no other label's name, whatever the second level alone may be.
        pairs = ((a, b) for a in _names_of(label) for b in _names_of(sub))
        names |= {plain(f"{a}.{b}"): sub.id for a, b in pairs}
    return {**_names([sub for sub, _ in subs]), **names}


@cache
def _statuses() -> dict[str, str]:
    words = {plain(word): status for status, said in _STATUS_WORDS.items() for word in said}
    return words | _names(load_taxonomy().status)


def _names(terms: Iterable[Term]) -> dict[str, str]:
    return {plain(name): term.id for term in terms for name in _names_of(term)}


def _names_of(term: Term) -> list[str]:
    return [name for name in (term.id, term.hans, term.hant, term.en) if name]
