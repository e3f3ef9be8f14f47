"""People in a sentence: names of the lexicon, names behind a title or a label, and forms of address (李主任, 老刘)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.understanding import vocabulary
from bot.understanding.lazily import lazy
from bot.understanding.meaning import PersonName

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚"
    "程邢裴陆荣翁荀羊於惠甄曲家封芮储靳段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶黎薄印白怀蒲从索赖卓屠池乔闻翟谭姬申扶冉桑桂牛燕尚温庄晏柴瞿阎连习艾容向古易慎戈廖庾耿匡"
    "邝隋亢佟佘仝冼阚阙敖逄逯蔺邸亓晁檀滕粟缑覃谌鞠芦"
    "文寇广欧沃利师巩聂关荆游权盖益桓"
)
_S = f"[{_SURNAMES}]"
_TITLE = "总经理|副总经理|董事长|项目经理|副经理|经理|副主任|主任|主管|总监|副书记|书记|科长|副科长|处长|副处长|副部长|部长|队长|副队长|会计|出纳|厂长|副厂长|矿长|班长|组长|站长|所长|院长|局长|主席|专员|干事|工程师|负责人|董事|监事|总工|仓管|采购员|保管员|司机|工长|段长"
# A third character that goes on with the sentence rather than with the name.
_VERB = "涉收在利把违私贪挪虚倒与和将从向给用擅长有是的被未不没说又还每也都就同跟对为及等让要于去来负办牵调已现曾伙以经联承分改通参配做完吃拿骗打接受之这那到了吧呢啊处核查审"
_GIVEN = rf"[一-龥](?:(?![{_VERB}])[一-龥])?(?![一-龥]*?(?:部|公司)(?:牵头|负责))"
_PERSON = rf"{_S}{_GIVEN}"
_PARTS = "整改责任人|责任人|责任领导|被反映人|被举报人|承办人|经办人|联系人|负责人|报告人"
_LABELLED = lazy(
    rf"(?P<label>代理人|任命|聘任|免去|免掉|增补|委托|授权|{_PARTS}|反映人|举报人|人|由|改成|换成|换|改为|派给|交给|交|找|提醒|催|让|约谈)\s*[:是为由]?\s*(?P<post>[一-龥]{{0,10}}?(?:{_TITLE}))?(?P<name>{_PERSON})(?=$|[\s,。;、!?()/]|负责|牵头|办理?|来|去|今天|明天|尽快|[{_VERB}])"
)
_LABEL_BEFORE = lazy(rf"(?P<label>{_PARTS})\s*[:是为由]?\s*(?:[一-龥]{{0,6}}?(?:{_TITLE}))?$")
_AFTER_TITLE = lazy(rf"(?:{_TITLE})(?P<name>{_PERSON})")
_ADDRESS = lazy(
    rf"(?P<name>(?:老|小|阿|大){_S}(?!板|姐|妹|工|伙|家|区|时|组|车|队|事|店|学)|(?<!公){_S}(?:主任|总监|总工|总(?![办部公理金计额数量是])|书记|部长|处长|科长|经理|董(?!事)|工(?![程作资厂地会人期程业])|局长?|厂长|主席|队长|会计|师傅|副总))"
)
_SELF_NAME = lazy(
    rf"(?:我(?:叫|是)|[俺咱]叫|(?:^|[\s,。;])本人)(?:[^,。;我你他被]{{1,16}}(?:的|{_TITLE}))?(?P<name>{_S}[一-龥]{{1,2}})(?=[,。;、\s!]|$)|(?<!被)(?:报告人|反映人|举报人)\s*[:是为]?\s*(?:[一-龥]{{2,8}}?(?:部|公司|办|室|处))?(?P<name2>{_PERSON})"
)
_LOOSE = frozenset(["人", "由", "交", "找", "让", "换", "改成", "改为", "换成", "提醒", "催", "派给", "交给", "约谈"])
# Words that begin like a name; nobody is called so.
_COMMON = """
谈过 谈完 谈谈 谈一 谈话 谈下 谈不 谈心 谈妥 谈好 谈清 于时 高管 全部 安全 经理 公司 项目 和平 文件 单位 成员 任务 方面 计划 关于 时间 管理 应该 车辆 包括 施工 文员 明天 家属 何时 经营 任何 明确 主任 项目部 常务 连续 何人 全体 时点 谈话 安环 安环部 从严 单独
强制 大家 我们 咱们 他们 她们 你们 别人 人家 领导 各位 相关 有关 负责 车队长 水厂长 班长 组长 大队 小组 小区 老总 老师 师傅 时任 于是 水务 安监 全员 车间 路面 包工 包工头 单子 方案 管理员 储备 尤其
管网 平台 严肃 严格 步骤 全年 安排 相应 终止 解决 经费 施工方 雷同 纪委 纪检 党委 党组 党员 党支部 应急 左右 强调 文旅 文化 路线 连锁 时候 农民工 方便 向上 金额 司机 顾客 符合 印章 印鉴 白条 从来
从业 双方 尚未 容易 广场 利息 利润 巩固 关键 游客 权属 权限 盖章 全过程 全面 班组 班子 上级 下级 各家 有人 谁家 谁来 自己 对方 甲方 乙方 本人 专人 时限 期限 严重 金融 温度 万元 古建 易燃 广告
查处 席位
"""
_NOT_NAMES = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A person named at a place. label: the word before that says in what part (责任人, 被反映人 …), or empty."""

    start: int
    end: int
    name: str
    label: str = ""
    known: bool = False


class People:
    """The people of one lexicon, by name."""

    def __init__(self, people: Iterable[PersonName]) -> None:
        self.names = frozenset(p.name for p in people if len(p.name) >= 2)
        self.guarded = vocabulary.guarded(self.names)
        self._index: dict[str, list[str]] = {}
        for name in sorted(self.names, key=len, reverse=True):
            self._index.setdefault(name[0], []).append(name)

    def known(self, flat: str) -> list[PersonHit]:
        out: list[PersonHit] = []
        for at, char in enumerate(flat):
            for name in self._index.get(char, ()):
                if flat.startswith(name, at):
                    out.append(PersonHit(at, at + len(name), name, known=True))
                    break
        return out

    def find(self, flat: str, raw: str) -> list[PersonHit]:
        """Everybody named, in order: labelled ones with their label."""
        out = self.known(flat)
        for pattern in (_LABELLED, _AFTER_TITLE, _ADDRESS):
            for m in pattern.finditer(flat):
                start, end = m.span("name")
                label = m.groupdict().get("label") or ""
                at = next((i for i, h in enumerate(out) if h.start <= start < h.end or start <= h.start < end), None)
                if at is not None:
                    if label and not out[at].label:
                        out[at] = PersonHit(out[at].start, out[at].end, out[at].name, label, out[at].known)
                elif self._believable(flat, start, end, label, pattern is _ADDRESS):
                    out.append(PersonHit(start, end, raw[start:end], label))
        out = [self._labelled(h, flat) if h.known and not h.label else h for h in out]
        titled = {h.start for h in out if h.known}
        out = [h for h in out if h.known or h.end not in titled or h.label]  # 车队长|贾文涛 is one man
        return sorted(out, key=lambda h: h.start)

    @staticmethod
    def _labelled(hit: PersonHit, flat: str) -> PersonHit:
        """Somebody of the lexicon whose surname the list does not have: 承办人原振东."""
        said = _LABEL_BEFORE.search(flat[max(0, hit.start - 16) : hit.start])
        return PersonHit(hit.start, hit.end, hit.name, said["label"], known=True) if said else hit

    @staticmethod
    def _believable(flat: str, start: int, end: int, label: str, address: bool) -> bool:
        """A stranger's name behind a loose word (人, 交, 让) counts only where a phrase ends."""
        if flat[start:end] in _NOT_NAMES or flat[start : start + 2] in _NOT_NAMES:
            return False
        return address or label not in _LOOSE or _boundary(flat, end)


def _boundary(flat: str, end: int) -> bool:
    """After a loose label only a name that ends a phrase counts; 交办 and 让下属 are no names."""
    return not flat[end : end + 1] or not "一" <= flat[end] <= "龥"


_POST = f"{_TITLE}|[员师工长]|保管|库管|仓管|调度|采购|管理"  # how what stands before a name ends
_FIELD = lazy(rf"(?:[^()]*?(?:{_POST}|\s|部|科|室|队|处|站|厂|公司))?(?P<name>{_S}[一-龥]{{1,2}})\s*(?:\([^()]*\))?")


_SOMEBODY = lazy(rf"[^()]*?(?:{_POST})\s*(?P<name>{_S}[一-龥]{{1,2}})\s*")
_UNIT_END = lazy(r"(?:公司|[部司厂站室队所处科院校店场矿库办局行社班房组段区])\s*$")


def somebody(flat: str, raw: str, start: int, end: int) -> str | None:
    """Who stands behind his post in a field that may hold a unit as well: 仓库保管毕延涛, and not 印务部."""
    found = _SOMEBODY.fullmatch(flat, start, end)
    if found is None or found["name"] in _NOT_NAMES or _UNIT_END.search(flat, start, end):
        return None
    return raw[found.start("name") : found.end("name")]


def in_field(flat: str, raw: str, known: list[PersonHit], span: tuple[int, int]) -> str | None:
    """Who stands in a field of a form: 副经理佟海军, 邵兵(保管员), 票务部 谢婷; what is no name is taken as it is."""
    start, end = span
    inside = [p for p in known if start <= p.start < end]
    if staff := [p for p in inside if p.known]:
        return staff[-1].name
    found = _FIELD.fullmatch(flat, start, end)
    if found and found["name"] not in _NOT_NAMES:
        return raw[found.start("name") : found.end("name")]
    if inside:
        return inside[-1].name
    return raw[start:end].strip(" ,;。、")[:12] or None


_IN_POST = lazy(
    rf"(?:由|让|请|叫|委托|授权|指定|任命|聘任|明确|确定|安排|免去|换成|改成|人是|人:|人为|员是|员:|员为|^|[\s,。;])(?P<name>{_S}[一-龥]{{1,2}}?)(?=担任|接任|兼任|任|代理|代管|代我|替我|顶|暂代|为|不再|不当|不是|调|卸任|接替|离职|退休|[\s,。]|$)"
)


def in_post(flat: str, raw: str, known: list[PersonHit]) -> str | None:
    """Who takes, leaves or stands in for a post: a person of the lexicon, or a name where such words want one."""
    if known:
        return known[0].name
    for found in _IN_POST.finditer(flat):
        if found["name"] not in _NOT_NAMES and found["name"][:2] not in _NOT_NAMES:
            return raw[found.start("name") : found.end("name")]
    return None


_AT_POST = lazy(
    rf"的?(?:(?!的)[一-龥]){{0,6}}?(?:库管|仓管|[员师工长任理监计纳记席机班]|负责人|车队|班组|车间|科室|项目部)(?P<name>(?!班{_S}){_S}(?:(?![{_VERB}])[一-龥])(?:(?![{_VERB}倒泄盗偷卖买]|监守|监管|自|串|勾)[一-龥])?)(?=$|[\s,。;、!?()]|[{_VERB}倒泄盗偷卖买自串勾监])"
)


def at_post(flat: str, raw: str, start: int) -> str | None:
    """The name behind a post that stands at `start`, behind a unit's: 恒信能源|库管李四收受…; posts by their endings."""
    found = _AT_POST.match(flat, start)
    if found is None or found["name"] in _NOT_NAMES or found["name"][:2] in _NOT_NAMES:
        return None
    return raw[found.start("name") : found.end("name")]


def speaker(flat: str, raw: str) -> str | None:
    """The name under which the speaker reports: 我叫王建国, 报告人：财务部刘洋."""
    found = _SELF_NAME.search(flat)
    if not found:
        return None
    start, end = found.span("name") if found["name"] else found.span("name2")
    return raw[start:end]
