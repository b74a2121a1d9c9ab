"""Where a household lives to the door, what it suffers from, how it was graded: what names it without a name."""

import re
from collections.abc import Iterator

from minqing.ledger.privacy.finds import Find

_N = r"(?:\d{1,4}|[一二三四五六七八九十百零〇两]{1,4})"
_S = r"[ ]?"

# Groups and teams of a village, neighbourhoods of Taiwan; then streets, houses, flats.
_GROUPS = (
    rf"(?:第{_S})?{_N}{_S}(?:村民小组|小组|组(?![织长合成建员装])|社(?![会区员长保交])|队(?![员长伍])|"
    rf"屯(?!长)|邻(?!长|里|居|近))"
)
# A group that has a name (坳上组) is one only where a place is told; 工作组 and 互助组 are none.
_NAMED_GROUP = (
    r"(?:(?<=[住在到从址去和至与：:（(，])|^)"
    r"(?![\u4e00-\u9fff]?(?:工作|互助|调查|领导|督导|调解|评议|帮扶|施工|医疗|巡逻|篮球|腰鼓|舞蹈|"
    r"先锋|驻村|考核|生产|关爱|早疗|排队|义工|志愿|车队|部队))"
    r"[\u4e00-\u9fff]{2,3}(?:村民小组|[组队](?![织长合成建员装里上伍])|[屯寨][一二三四五六七八九十]队)"
)
_ROAD = (
    r"(?:[\u4e00-\u9fff]{1,8}?(?:大道|路|街|巷|弄|村|坊|邨|寨|院|小区|花园|新村|苑|大厦|楼|阁|园|"
    r"庭|台|湾|沟|坳|坝|头|房|里(?=甲?\d+号)))"
)
_NUMBERED = rf"[甲乙丙丁A-Z]?{_N}(?:号院|号|栋|幢|座|单元|楼|层|室|门|巷|弄|房|字楼|大队)"
_STEP = (
    rf"(?:[一二三四五六七八九十\d]段(?=\d)|{_NUMBERED}|[A-Z]座|之\d{{1,4}}|附\d{{1,4}}号|{_N}之\d{{1,4}}号?|"
    rf"\d{{1,5}}户|门\d{{1,4}})"
)
_ADDRESS = re.compile(
    rf"(?:(?:{_GROUPS}|{_NAMED_GROUP}){_STEP}*|{_ROAD}{{0,2}}(?:甲)?{_STEP}+)(?:\d{{3,4}}(?!\d|元|块|斤|人|户|米))?"
)
# A road's name begins after the word that leads to it.
_LEADS = re.compile(r".*(?:[住在到从去给至址：:，]|戶籍|户籍|家在)")
# 3号 is a day, 12层 a count, 2楼 alone is where the lift stops.
_NO_ADDRESS = re.compile(
    r"^(?:[一二三四五六七八九十\d]{1,4}(?:号(?=上|下|晚|前|后|那天|开|文)|层|门|房|座|巷|弄|号(?=$)))$"
)
_AFTER_MONTH = re.compile(r"[月年]$|第$")

ILLNESSES = (
    "急性心肌梗死|心肌梗死|心肌梗塞|先天性心脏病|冠心病|心脏病|心力衰竭|高血压|脑梗死|脑梗塞|脑梗|"
    "脑溢血|脑出血|脑卒中|脑瘫|脑性麻痹|偏瘫|"
    "半身不遂|中风|糖尿病|痛风|甲亢|甲减|甲状腺结节|甲状腺癌|尿毒症|慢性肾衰竭|肾衰竭|肾结石|肾炎|"
    "肾病综合征|洗肾|肝硬化|肝癌|肝炎|乙肝|丙肝|"
    "肺结核|肺气肿|肺心病|肺癌|肺部感染|慢阻肺|尘肺|矽肺|哮喘|支气管炎|胃癌|胃溃疡|食道癌|食管癌|"
    "大肠癌|结肠癌|直肠癌|鼻咽癌|乳腺癌|乳癌|宫颈癌|"
    "子宫癌|卵巢癌|卵巢囊肿|子宫肌瘤|前列腺癌|前列腺炎|前列腺增生|前列腺|胰腺癌|膀胱癌|骨癌|淋巴癌|"
    "淋巴瘤|白血病|血友病|地中海贫血|再生障碍性贫血|"
    "系统性红斑狼疮|红斑狼疮|强直性脊柱炎|类风湿性关节炎|类风湿关节炎|类风湿|风湿性关节炎|风湿|"
    "关节炎|股骨头坏死|股骨颈骨折|骨折|骨质疏松|"
    "椎间盘突出|脊椎损伤|脊髓损伤|白内障|青光眼|黄斑病变|帕金森病|帕金森|阿尔茨海默病|阿兹海默症|"
    "认知障碍症|老年痴呆|痴呆|失智症|失智|癫痫|"
    "精神分裂症|精神分裂|思觉失调症|思觉失调|双相情感障碍|躁郁症|抑郁症|忧郁症|焦虑症|自闭症|孤独症|"
    "发展迟缓|唐氏综合征|唐氏症|艾滋病|梅毒|"
    "疝气|胆结石|阑尾炎|带状疱疹|牛皮癣|银屑病|肌肉萎缩|渐冻症|重症肌无力|多发性硬化"
)
_ILLNESS = re.compile(ILLNESSES)
# Talk of an illness in general, in a count or a campaign, tells of nobody.
_GENERAL_AFTER = re.compile(r"^(?:和|、|与)?(?:登记|筛查|防治|宣传|知识|讲座|患者\d|的最多|病人\d|健康教育|随访率)")

_GRADE = re.compile(
    r"(?<![一二三四五六七八九十\d])(?:[一二三四壹贰叁肆1-4]级|极重度|极严重|(?:最)?(?:轻度|中度|重度)|严重(?=残疾))"
)
# A grade is one of disability where the entry speaks of it at all: 一级公路 stands elsewhere.
_MARKS = re.compile(r"[，。；、：:,（）() ]")
_GRADE_CUES = re.compile(r"残|障碍|智障|肢体|视力|听力|言语|智力|智能|轮椅|弱智|护理补贴|评了|手册")


def find_details(simple: str) -> Iterator[Find]:
    """Find doors and groups, illnesses and grades in a text of simplified characters."""
    for match in _ADDRESS.finditer(simple):
        lead = _LEADS.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        if _is_address(
            simple[start : match.end()], simple[max(start - 2, 0) : start], simple[match.end() : match.end() + 2]
        ):
            yield Find(start, match.end(), "address")
    for match in _ILLNESS.finditer(simple):
        if not _GENERAL_AFTER.match(simple[match.end() : match.end() + 8]):
            yield Find(match.start(), match.end(), "illness")
    for match in _GRADE.finditer(simple):
        alone = _MARKS.search(simple[: match.start()][-1:] or "，") and _MARKS.match(simple[match.end() :][:1] or "，")
        if alone or _GRADE_CUES.search(simple):
            yield Find(match.start(), match.end(), "disability")


def _is_address(found: str, before: str, after: str) -> bool:
    """Say whether this is a door or a group: not a day of the month, a document or a count."""
    if not found or _AFTER_MONTH.search(before):
        return False
    return not (
        _NO_ADDRESS.match(found + after[:0]) and not before.endswith(("住", "在", "到", "是", "家", "：", "房"))
    )
