"""Ten lines to overfit: what a tiny model is trained on in the tests."""

from minqing.corpora.taxonomy import load_taxonomy
from minqing.nlp.concepts import ConceptLexicon, Term
from minqing.nlp.records import Entry, LabelledEntry, Need
from minqing.nlp.training import Recipe

LINES = (
    ("村口的水渠断了，浇不上地。", "水渠断了", "water.irrigation", "unmet"),
    ("自来水管又爆了，水厂已经派人在挖。", "自来水管又爆了", "water.drinking", "in_progress"),
    ("进组的路塌了半边，镇上答应月底来修。", "进组的路塌了半边", "roads.village_road", "planned"),
    ("路灯装好了，夜里不用摸黑。", "路灯装好了", "roads.safety_lighting", "met"),
    ("他家想养羊，差两万本钱。", "差两万本钱", "funding.startup", "unmet"),
    ("信用社的贷款批不下来。", "贷款批不下来", "funding.loan", "unmet"),
    ("低保办下来了，老人很高兴。", "低保办下来了", "welfare.dibao", "met"),
    ("送轮椅她不要，说自己走得动。", "送轮椅她不要", "health.mental_rehab", "declined"),
    ("天晴，走了三里路到组上。", "", "", ""),
    ("学习会上讲了贷款和低保的政策。", "", "", ""),
)


def entry(text: str, span: str, sub: str, status: str, number: int) -> LabelledEntry:
    start = text.find(span)
    needs = (Need(sub.partition(".")[0], sub, status, 1.0, start, start + len(span), span),) if span else ()
    return LabelledEntry(Entry(str(number), text), needs, {"author_level": "town_village"}, f"author {number % 4}")


LABELLED = tuple(entry(*line, number) for number, line in enumerate(LINES * 4))

LEXICON = ConceptLexicon.of(
    [Term("水渠", "water"), Term("断了", "broken"), Term("塌了", "broken"), Term("答应", "promise")]
)

RECIPE = Recipe("tiny", load_taxonomy().label_set(), LEXICON, {"公所": "镇政府"})


def silent(_: str) -> None:
    """Take a line of progress and say nothing."""
