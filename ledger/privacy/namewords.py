"""The words by which names are known: family names, given-name characters, titles, and what stands beside a name."""

import re
from functools import cache
from pathlib import Path

from minqing.corpora.lexicons import load_terms

# By how often they are names in plain text; those of the last group are everyday words first.
COMMON_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕"
    "丁任卢姚沈钟姜崔谭陆范汪廖石贾夏"
    "韦付方邹熊孟秦阎薛侯雷白龙段郝孔邵史毛覃赖樊施洪翟颜倪严牛尤温芦季俞章鲁葛伍申柯庞邢齐莫庄"
    "骆涂祝霍詹康裴柳窦左卜褚瞿蓝岑麦高陶"
    "劳聂郎卓滕穆尹毕易武戴贺顾龚万钱汤黎乔凌虞邱游童宁岳冉鲍项阮仇甘向江金文安殷常尚欧简古连池傅官巫卞苗萧于"
)
RARE_SURNAMES = (
    "栗喻芮羿储靳汲邴糜井邬宓蓬仲伊宫栾甄曲封荀羊於惠家邰从鄂索咸籍卓蔺屠蒙阴郁胥苍双闻莘党贡劳"
    "逄姬冉宰郦雍却璩桑桂濮寿通扈燕冀郏浦"
    "尚农别晏柴慕连茹习宦艾鱼容慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东沃利蔚越隆师巩厍晁勾敖"
    "融辛阚那饶空毋沙乜养鞠须丰巢关蒯相"
    "查后荆红权盖益桓公解宗应成车佟佘补单税蹇揭鲜占花原母但幸敬经盘凤戚解路申符冼云禤苟阳亓海印"
    "盖管明边屈时水祖包舒危刀罕岩玉厉丘贝"
    "卯强臧计伏纪麻梅盛刁席焦经房缪干邓郁杭诸吉嵇滑荣翁於甲家幸司韶郜薄印宿牧山谷弓全班仰秋仲伊"
    "暴甘斜赏南原相哈但区麦鄺鄧粱伦霍区司凌"
    "闫兰祁娄卫米柏隋丛苑迟鄢谌皮粟楼漆狄裘逯赫冶况仝亢展战帅禹"
    "邝鄺吴蒲牟解辛和冷景华肖芦尹楚费奚练植颜成尉胜朴玄权卿岑佘乐支宿郜邸晋闵"
)
COMPOUND_SURNAMES = (
    "欧阳|上官|司马|诸葛|司徒|皇甫|尉迟|令狐|公孙|慕容|宇文|长孙|夏侯|轩辕|东方|西门|南宫|端木|"
    "百里|呼延|钟离|范姜|张简|闻人"
)
# Alone these mean something everyday: only a title or a clear place makes them a name.
EVERYDAY = set(
    "金文安常方万白石牛马毛田江水时路成高易连于余和明成都那海花原母但幸经党边管权解关单应国广东"
    "南红全山云车查游古向任温严许麻乐"
    "高卫米柏迟皮楼兰况展战帅苑"
    "家从通益后公相胜景华强满利越隆丰须养空别容师阳印房费左支官池包干计山谷全班秋区黄"
)

GIVEN = set(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国庆春生志文德福财发旺贵荣昌盛兴"
    "隆富裕顺祥瑞吉安康宁永长久远大广海洋江河湖山岭峰岩石"
    "林森木松柏竹菊莲荷花草芝芬芳香馨琴棋书画诗雨雪云霜露风雷电晨晓曦阳光辉耀明亮朗晴晶莹玲珑珍"
    "珠宝贝金银铜铁钢锋锐利剑武斌彬豪杰雄英俊才智慧聪颖"
    "悟思念怀忠孝仁义礼信诚实真善美好佳优良贤淑惠婉柔温和谦逊恭敬廉洁清白纯正直刚毅坚定恒立业成"
    "功胜利达通顺畅友朋伴亲爱心欣喜悦乐欢笑语言行动力量"
    "东西南北中正天地人世界宇宙星月日年岁时代新旧古今元亨贞乾坤龙凤虎豹鹏鹤燕雁鸿鹰狮马牛羊根枝"
    "叶苗禾麦谷田丰收秋冬夏仙圣佛道法祖宗先继承传家邦"
    "民众群公卿臣相将帅帆舟航程路道桥楼阁亭台堂庭院园圃泽源泉溪涧波浪潮汐浩瀚渊深沛沐润滋淳清澈"
    "澄洁涵淑渝沧海滨浦洲岛屿岳峦崇峻岚嵘嵩巍川州县乡"
    "镇城郡京都沪津渝蜀湘赣皖鲁豫冀晋陕甘宁蒙藏疆台港澳鑫淼焱垚旭昊昕昱晟晖煜炜炎焕灿烨熠燕艺琪"
    "琳瑶瑾璇璐瑜琼瑛珊瑚琦玥珂珏珺珮佩环钰铭锦绣绮纹绢纱缎"
    "丝绸线缨红朱丹彤紫青蓝碧翠绿黄白素黛墨玄皓皎娇妍婷婉娴姝妤妮妹姐姑娘嫂婶奶姨婆嫦娥媛嫣婧妙"
    "好妃姬娅嫒倩俏倪偲佑佐佗伦仲伯叔季孟元初一二三四五六七八九"
    "十百千万亿双全多满有余足盈增加进步升腾飞跃翔翱展宏图志向理想希望盼祈求愿保护卫守防安泰稳固"
    "牢凝聚合团结统和谐睦邻友善卉蓉蓓蕾蕊薇薰蔷茜茵萌萱葵菲菁菡"
    "芸芷苓茹荟莉莎莺蔓蕙蓝藕栋梁柱材栓桩柯桐梓楠楷榕槐樟桦杉杏桃李梨枣柳杨棠棣楚凡帆帝庚辛壬癸"
    "甲乙丙丁子丑寅卯辰巳午未申酉戌亥尚士仕儒学问博渊教育培养勤俭"
    "耕耘织纺牧渔樵猎商贾工匠医药轩宸辰逸哲皓博宇航睿泽涵梓豪浩轩子俊熙翔柏霖均沛恩愉允定宏廷延"
    "建彦律徽恬悠悦惟慈慎懿成戎承拓振捷掌揆敦斐旻昀昂昇"
    "智朔杞栩楠槿正毓汶沁沂治泓洵津济渊湛湘源滔漾澜瀚灏炳烽然熹燊犀猛玮珅珉珩琛琰瑄璋畅甫皑盟相"
    "真祺禄禛禹秉秋程稷穆穗竣端笙筠策箴纬纶绅维缘羿翊翰耀聿肃"
    "胤舜舟良芃苒若荃莘莞菱葭蒙蔚蕴虹衍裕西言诺谊谦豫贤赞超越轶辉达迅迎远迪逊遥遵邦郁鄞金钊钦钧"
    "铎锡镇镐镔镕长阳陆雁雯霄霆霁靖静韬韵顷颂颐飒馥驰驹骁骏骞高魁魏鸣"
    "麒麟黎鼎龄阿水土根火旺发财喜来福添丁招弟罔市腰桶柱拴锁狗蛋牛娃毛小老大二三幺满妹仔娣囡群满"
    "霞香桃杏菊芹藕嬌月娇美丽花枝招凤凰鸾媚娟绒线素珠翠钗环佩雅卉绍宏先开启"
    "再复又重双连接续延绵长万继传宝玺印章文武斌才俊益寿延年鹤龄松柏常青冬至立春雨水惊蛰清明谷雨"
    "芒种小满夏至大暑小雪冬雪运转时来好孩恩宠得保留存住添增盛茂繁荣"
    "本固源远流派衡平权均泰斗星辰昌珠渺晗宥柔睿翔豪晴子瑜轩蔚以俐穎彤卓勋靜錦賢清標哲睿靖冠宇庭"
    "瑞典益寿进固坚昭绪诏义甫氏华有来里"
    "彩如意满仓囤野原绪晏春昆仑坤昕雁碧培栽植收获笑朗润妞丫宝贝豆米粒团圆欢壮虎旦宽厚定"
)
GIVEN |= set("萍怡凯健琅灵巧漂震标彪威烈烁显绩韧凝熠颢渲毓苗茁萤筱箐箫笛笙")
# These end no name and stand in none: grammar and the verbs of telling.
NEVER_GIVEN = set(
    "的了是在我你他她它们这那哪个不没也都就还很又说讲问道把被给让到去过从向对和跟与及或但却只能"
    "会要想着吗呢吧啊呀什么谁怎为因"
    "所并而且如果若已将请帮叫找看见听做吃喝住走站坐拿买卖养种打骂哭用得等再最太每各某两几些此其"
    "之上下外前后间边侧旁处么咗嘅喺冇"
    "反映表示答应承认担保局病署头"
)
NOT_GIVEN_LAST = set("多少子家说讲在的是有和跟住患被把也都今去来里问想要从向对给让到人")
# These begin a sentence more often than a name: only a title makes them one.
# Names of villages end so.
PLACE_ENDS = set("山里村镇乡沟湾寨屯坝桥溪岔坡坪塘庄店集畈冲")
# Words that jieba counts among names, and stations that care for the old in Taiwan.
NO_NAMES = frozenset({"陈年", "康庄", "温泉", "文健", "江山", "黄金", "白露", "白云", "安宁", "高原", "高龄"})
# What is said of a child, and no name: 才六岁, 念小二.
NO_CHILDREN = set("念读上才刚今已满快也还都就有没在一二三四五六七八九十两几")
# Jobs before 小 and 老, where a rare family name is one: 电工小伍.
JOBS = re.compile("(?:工|员|师傅|医生?|长|会计|司机|护士|干部|老师)$")
JOINING = set("和与给到被把从由同于向")
# Of the ends of names of places: what stands before one of these is no person.
PLACE_AFTER = re.compile("[区街巷弄镇乡县市屯寨沟](?![长干])|路(?=[口边东西南北中]|[一二三四五六七八九十\\d])")
# Of those that only a title makes a name the ones that are no grammar: in a row of names they are one, too.
LISTED_TOO = set("农时司师伊花水管全付国")
ONLY_TITLED = set("从养国付都应但于和与把被家因由以同到给那水时后前公当能会要管司师甲伊花农全")

KIN = (
    "老太太|老太|老汉|老人|老师傅|大爷|大娘|大叔|大婶|大妈|大伯|大嫂|大哥|大姐|大姊|大姨|爷爷|"
    "奶奶|婆婆|老伯|老爹|阿婆|阿公|阿伯|阿姨|阿嬷|阿訇|"
    "阿迈|嫂子|婶子|妹子|伯母|伯伯|叔叔|师傅|师奶|先生|女士|太太|小姐|姑娘|妈妈|爸爸|小妹|小弟|姐夫|同学|夫妇|"
    "爷|奶|娘|哥|姐|弟|妹|姨|姑|舅|伯|叔|婶|嫂|婆|公|妈|爸|太|生|某某|某|氏"
)
ROLES = (
    "副书记|书记|支书|村支书|副主任|主任|村长|副镇长|镇长|乡长|县长|区长|组长|小组长|队长|站长|"
    "局长|校长|所长|院长|社长|会长|理事长|会计|文书|里长|邻长|"
    "里干事|长老|老师|老板|医生|大夫|护士|教授|助手|秘书|干事|科长|股长|技术员|村医|队员|工(?=$|"
    "[，。、；：！？\\s\\d（(看说测来帮讲电五四三二一六])|总(?=电|说|讲|来|收|$|[，。、])"
)
RELATION = "家(?![庄湾村坡沟寨坝桥坳屯岭集店畈冲塘坪长])"
TITLE = re.compile(f"(?:{ROLES}|{KIN}|{RELATION})")
# One character of kin is also a piece of other words: 公司, 生活, 老屋, 太多, 妹夫 …
PIECES = re.compile(
    "公(?:司|里|路|斤|分|安|社|告|开|共|示|章|益|家|园|物|所)|生(?:活|病|产|意|气|日|前|长|存|"
    "育)|老(?:屋|家|宅|板|百|年|乡|街|龄)|太(?:多|大|少|远|高|阳)|妈祖|伯利|爷们|妹夫|氏族"
)
PET = set("乐童妞丫毛豆明亮欢圆甜萌萱涵琪婷佳晨阳宝贝蛋娃牛虎妹弟丽芳强军兵星月朵果糖点米团浩楠轩彤文静")

_BEFORE_WORDS = (
    r"(?:我|你|他|她|咱|人|部|店|厂|一早|太太|老伴|侄子|堂弟|堂哥|表哥|表弟|父亲|外婆|大队|村民|"
    r"户主|戶主|户|戶|组长|主任|书记|党员|老人|丈夫|男人|妻子?|妻|爱人|老婆|老公|老伴|媳妇|儿媳|"
    r"女婿|儿子|女儿|子|女|孙|孙子|孙女|外孙|闺女|孩子|娃|哥|"
    r"弟|姐|妹|姐姐|妹妹|弟弟|哥哥|母亲|父亲|妈妈|爸爸|祖母|邻居|对门|隔壁|贫困户|低保户|监护人|"
    r"记录人|审核|联系人|负责人|牵头人|借款人|收款人|来访人|收件人|"
    r"户名|地主|个案|案主|业主|雇主|司机|医生|护士|技士|员|电工|会计|班主任|社工|个管师|队长|长辈|"
    r"长者|独居|走访农户|农户|慰问|学生|班|本名|大名|小名|名字|姓名|"
    r"叫|姓|同|和|跟|与|及|给|到|访|看|看望|找|问|陪|帮|替|请|让|被|由|对|向|把|将|为|听|见|见到|"
    r"碰见|说|讲|写的|是|名叫|打|联系|名册|名单|签到|夫妻|对方|前者|"
    r"动员|派|教|照顾|扶养|老大|老二|老三|大的|小的|户上叫|签名|者|今天|会上|的|院|老母亲|当场|"
    r"回访|有|家长|隔离屋|住着|遇到|告诉|称|报|接|送|扶|嘱咐|安排|"
    r"负责|一户|二户|三户|四户|五户|刚到|了|点)$"
)
# 老 and 生 are titles behind a name, but before one the middle of 老师 and 学生.
_TITLES_BEFORE = "|".join(title for title in KIN.split("|") if title not in ("老", "生", "公", "太", "氏", "某"))
DOUBLED_WORDS = frozenset({"星星", "娃娃", "点点", "团团", "弟弟", "妹妹", "宝宝", "明明", "静静", "文文"})

BEFORE = re.compile(rf"{_BEFORE_WORDS}|(?:{ROLES}|{_TITLES_BEFORE})$")
AFTER = re.compile(
    r"(?:说|讲|问|答|告诉|反映|表示|叫|喊|哭|笑|要|想|盼|愁|怕|愿|肯|在|住|家|的|从|去|来|回|到|"
    r"走|坐|站|躺|拿|带|递|端|捧|攥|拉|扛|背|种|养|卖|买|做|开|跑|骑|打|当|是|"
    r"也|都|就|还|又|不|没|有|今年|今|去年|刚|前年|患|病|得|被|把|给|向|跟|和|与|拖|欠|缺|差|承认|"
    r"答应|同意|反对|提|喂|帮|替|请|报|记|量|等|负责|统计|建议|夜里|"
    r"早|一|二|三|四|五|六|七|八|九|十|两|岁|男|女|读|上|受伤|摔|夫妇|同名|贝|入狱|高龄|嫁|讨|领|"
    r"收|找|接|逢|看|医|讀|發|話|唔|喺|嘅|申|烘|戴|常|另|行|洗|视|听力|智力|肢体|精神|言语|腌|出|"
    r"上|下|用|嘴|手|脚|眼|身|病|话|自|只|正|已)"
)
CHILD_AFTER = re.compile(
    r"^[^。；;]{0,14}?(?:[（(]?(?:[一二三四五六七八九十]|1[0-7]|[1-9])个?(?:岁|歲)|年级|小学|初[一二三中]|"
    r"高[一二]|国[一二三小中]|小[一二三四五六](?![组队])|中一|"
    r"幼儿园|大班|学前|上学|吃奶|读书|书桌|书枱|送去|想补|补课|发烧)"
)
# A child is called by its given name alone: after what it is to somebody, or where it is said what it is called.
_CHILDREN = "孙子|孙女|外孙女?|儿子|女儿|闺女|囡囡|弟弟|妹妹|孩子|娃娃?|小孩|宝宝|学生"
CALLED = re.compile("(?:小名|乳名|奶名|大名|名字|取名|名)(?:就?叫|是)?|(?:孙|女|儿子|娃|孩子|弟|妹|宝宝|学生|仔)就?叫")
CHILD = re.compile(_CHILDREN)
CHILD_BEFORE = re.compile(
    r"(?:孙子|孙女|孙|外孙|外孙女|儿子|女儿|小儿子|大女儿|个女|个仔|孩子|孩子叫|娃|娃叫|小名叫?|"
    r"大名|同学|学生|弟弟|妹妹|小学生|留守娃|小男孩|小女孩|岁的)[^，。；、]{0,4}$"
)

# Name words of other peoples of China and of Taiwan, which follow no family name.
ETHNIC = (
    "买买提|艾力|阿不都|热合曼|艾合买提|库尔班|依不拉音|热依汗|帕提|古丽|巴哈尔|阿依|吐尔逊|玉素甫|"
    "迪丽|努尔|卡德尔|麦麦提|阿布都|"
    "扎西|卓玛|次仁|尼玛|德吉|央宗|丹增|旺堆|格桑|白玛|央金|达瓦|普布|边巴|罗布|顿珠|平措|拉姆|多吉|才让|卓嘎|"
    "巴图|其木格|斯琴|高娃|乌力罕|哈斯|图雅|乌云|色音|那仁|萨仁|格日勒|巴特尔|苏和|其其格|"
    "阿牛|马依布|吉克|沙马|木呷|阿莎|依布|马海|拉黑|伍呷|妞妞|吉木|曲比|"
    "岩温罕|岩温|玉波|玉香|玉罕|岩罕|"
    "巴奈|卡努|伊布|拉拜|尤命|瓦旦|达耐|比令|撒韵|伊斯坦大|阿布娪"
)
ETHNIC_NAME = re.compile(f"(?:{ETHNIC})(?:·?(?:{ETHNIC}))*")
# Of women who married to Taiwan: 阮氏紅, 黎氏花.
VIETNAMESE_NAME = re.compile(
    "[阮黎陈范武黄裴邓杜胡吴杨潘]氏[\u4e00-\u9fff]{1,2}?(?=[^\u4e00-\u9fff]|$|[想要说讲来去的在和是有考读问住嫁])"
)
DOTTED_NAME = re.compile(r"[\u4e00-\u9fff]{2,6}(?:·[\u4e00-\u9fff]{2,6})+")


@cache
def _rows() -> tuple[tuple[str, str], ...]:
    """Give the words of jieba's dictionary that are not rare, and the kind of each."""
    import jieba

    path = Path(jieba.__file__).with_name("dict.txt")
    rows = (line.split(" ") for line in path.read_text("utf-8").splitlines())
    return tuple((word, kind) for word, count, kind in rows if 2 <= len(word) <= 3 and int(count) >= 3)


@cache
def words() -> frozenset[str]:
    """Give the everyday words of two and three characters, those of jieba but for names, and our own terms."""
    own = frozenset(term.text for term in load_terms() if 2 <= len(term.text) <= 3)
    return own | frozenset(word for word, kind in _rows() if not kind.startswith("nr"))


@cache
def doings() -> frozenset[str]:
    """Give the words that tell what is done, how or when: seldom a given name, unlike things and virtues."""
    return frozenset(word for word, kind in _rows() if kind[0] in "vdtc")


HAN = re.compile(r"[\u3400-\u9fff]")
COMMON, _RARE = set(COMMON_SURNAMES), set(RARE_SURNAMES)
_COMPOUND = re.compile(COMPOUND_SURNAMES)


def surname_at(simple: str, at: int) -> str:
    """Give the family name that stands at a place, or ""."""
    compound = _COMPOUND.match(simple, at)
    if compound:
        return compound[0]
    char = simple[at : at + 1]
    return char if char in COMMON or char in _RARE else ""
