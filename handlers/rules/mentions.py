"""Who of some people is meant in a text: by name, by name as it sounds, by surname with title, by post, by body (S41).

Two degrees only: sure, so that he is struck off, and doubtful, so that the writer is asked. A full name is always sure:
the notice promises that whoever is written of by name does not see the content (contract.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from handlers.rules.sounds import alike


class Degree(StrEnum):
    SURE = "sure"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may come to handle a lead. bodies: what his units are called. units, paths: their codes and paths.

    above: the superior body manages him (上级管理干部). leader: he leads the leading group.
    """

    userid: str
    name: str
    roles: frozenset[str]
    titles: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    above: bool = False
    leader: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """Who is meant, how surely, and by which words (for the writer's eyes alone)."""

    userid: str
    degree: Degree
    words: str


_DISC, _OFFICE, _ACCT = ("disc_manager", "disc_handler"), ("office_director", "office_staff"), ("acct_staff",)
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "皇甫", "尉迟", "东方", "公孙", "令狐", "慕容", "端木")
# Surnames common enough that a name written by ear would begin with one.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤章岳温康施文牛樊葛邢安齐易"
    "乔伍庞颜倪庄聂鲁骆祝申欧耿关焦柳阮裴柯宁童纪梅盛霍翟尤左丛娄翁蓝单车连桂佘辛管柴蒙鲍华喻祁蒲房滕屈饶解牟艾"
    "路谈尚米苗凌郎荣闻强贝池杭景应苟冉芦晏雍隋寇冀敖蔺谷茅甘幸瞿扈燕浦仇栾甄曲封芮储靳井乌巴仲伊宫厉戎符詹司郜薄印宿怀索赖卓屠胥"
)
_WORDS = (
    "书记|主任|部长|处长|科长|组长|局长|院长|主席|委员|董事长"
    "|总经理|总监|经理|主管|专员|干事|会计|出纳|队长|厂长|站长|所长|总|董|工"
)
_ROLE_WORDS = {
    "office_director": ("主任", "书记", "总"), "office_staff": ("主任", "专员"),
    "disc_manager": ("主任", "书记", "委员"), "disc_handler": ("主任", "专员"), "acct_staff": ("主任", "专员"),
    "leading_group": ("书记", "董事长", "董", "总", "组长"),
}  # fmt: skip
_SOME = r"的?(?:全体|所有|几个|某个|有|那些?|个别)?"
_ANYBODY = rf"{_SOME}(?:人(?!员)|干部|同志|领导|负责人)"
_STAFF = rf"{_SOME}(?:工作人员|经办人?|专员|专人|办事员|干事)"
_HEAD = re.compile(r"(?<!副)(?:主任|书记|组长|部长|处长)|负责人")
_TO = re.compile(r"(?:给|向|找|请|交|(?<!举)报|转|送|由|跟|对|抄|呈)(?:到|给|送|请|告)?$")
# Surname and 老 or 小 that may be another word; then he is asked about.
_NOT_CALLED = re.compile(
    r"小(?:金[库额属]|高[层压]|时|师|米|康|龙虾|马[拉路]|区|组|学|于|石子|白[菜鼠]|江湖|车|方面)|老(?:师|毛病)"
)
_OTHER_OFFICE = re.compile(
    r"(?:综合|党委|总经理|行政|董事会|党群|党政|经理|项目部?|公司|厂|矿|分部|团委|工会|财务|部门?)$"
)
_BODIES = (
    (_DISC, ("纪委办公室", "纪委办", "纪委", "纪检监察室", "纪检监察机构", "纪检部门", "纪检室", "纪检")),
    (_OFFICE, ("监督工作领导小组办公室", "领导小组办公室", "监督办公室", "监督办")),
    (_ACCT, ("违规责任追究部", "追责部门", "追责部")),
)  # fmt: skip
# Posts that name one person without any name.
_POSTS: tuple[tuple[str, str], ...] = (
    ("office_director", r"(?:监督|领导小组)?办公室(?:的)?(?:主任|一把手|负责人)"),
    ("office_director", r"监督办(?:的)?(?:主任|一把手|负责人)"),
    ("office_director", r"纪委(?:的)?书记|纪检(?:的)?书记"),
    ("disc_manager", r"纪委书记|纪检书记"),
    ("disc_manager", r"(?:纪委办(?:公室)?|纪检监察室|纪检室|纪检部门|纪检)(?:的)?(?:主任|一把手|负责人)"),
    ("disc_manager", r"线索管理员"),
    ("disc_handler", r"(?:纪检|线索)(?:的)?承办人"),
    ("acct_staff", r"追责(?:部门?)?(?:的)?(?:部长|主任|经办|专员|负责人)"),
    ("office_staff", r"(?:监督办公室|监督办|领导小组办公室)(?:的)?(?:专人|专员|经办人?)"),
)  # fmt: skip


def is_head(member: Member) -> bool:
    """The office's director, or who heads the discipline body."""
    if "office_director" in member.roles:
        return True
    return bool(member.roles & {"disc_manager", "disc_handler"}) and any(_HEAD.search(one) for one in member.titles)


def surname(name: str) -> str:
    return next((one for one in _COMPOUND if name.startswith(one)), name[:1])


def find(members: Iterable[Member], text: str, elsewhere: Collection[str] = ()) -> list[Mention]:
    """At most one mention a member, the surest. elsewhere: names of units in which none of them sits."""
    foreign = _ending(elsewhere)
    return [best for member in members if (best := _best(member, text, foreign)) is not None]


def _best(member: Member, text: str, foreign: re.Pattern[str] | None) -> Mention | None:
    """The first that is sure, else the first that is not."""
    doubtful = None
    for look in (_by_name, _by_post, _by_body, _by_title, _as_called, _by_sound):
        for mention in look(member, text, foreign):
            if mention.degree is Degree.SURE:
                return mention
            doubtful = doubtful or mention
    return doubtful


def _ending(names: Collection[str]) -> re.Pattern[str] | None:
    """Whether another unit's name, and perhaps a department of it, stands right before."""
    known = sorted((re.escape(name) for name in names if len(name) > 1), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(known)})(?:的)?[\u4e00-\u9fff]{{0,4}}$") if known else None


def _degree(text: str, at: int, foreign: re.Pattern[str] | None) -> Degree:
    """Doubtful when another unit stands before it, or the words are only addressed to him."""
    before = text[max(0, at - 24) : at]
    elsewhere = foreign is not None and foreign.search(before) is not None
    return Degree.DOUBTFUL if elsewhere or _TO.search(before) else Degree.SURE


def _by_name(member: Member, text: str, _: re.Pattern[str] | None) -> Iterable[Mention]:
    spaced = re.sub(r"(?<=[\u4e00-\u9fff])[\s·.　]+(?=[\u4e00-\u9fff])", "", text)
    for name in (member.name, *member.aliases, member.userid):
        if len(name) > (3 if name == member.userid else 1) and (name in text or name in spaced):
            yield Mention(member.userid, Degree.SURE, name)


def _by_post(member: Member, text: str, foreign: re.Pattern[str] | None) -> Iterable[Mention]:
    patterns = [pattern for role, pattern in _POSTS if role in member.roles]
    patterns += [re.escape(title) for title in _plain_titles(member) if len(title) > 3]
    for pattern in patterns:
        for hit in re.finditer(pattern, text):
            before = text[max(0, hit.start() - 24) : hit.start()]
            other = hit[0].startswith("办公室") and _OTHER_OFFICE.search(before)
            if other or (foreign is not None and foreign.search(before)):
                continue  # 恒信能源党委书记, 综合办公室主任
            yield Mention(member.userid, _degree(text, hit.start(), None), hit[0])


def _plain_titles(member: Member) -> list[str]:
    return [re.sub(r"[（(].*?[)）]", "", title) for title in member.titles]


def _by_body(member: Member, text: str, foreign: re.Pattern[str] | None) -> Iterable[Mention]:
    names = {name for roles, names in _BODIES if member.roles & set(roles) for name in names}
    if member.roles & {*_DISC, *_OFFICE, *_ACCT}:
        names |= {name for name in member.bodies if len(name) > 1}
    if not names:
        return
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    lower = "" if is_head(member) else f"{_STAFF}|"
    pattern = rf"(?:{listed})(?:{_ANYBODY}|{lower}(?!{_STAFF})的?[\u4e00-\u9fff]{{0,3}}?(?:{_WORDS}))"
    for hit in re.finditer(pattern, text):
        before = text[max(0, hit.start() - 24) : hit.start()]
        if not _TO.search(before) and not (foreign is not None and foreign.search(before)):
            yield Mention(member.userid, Degree.SURE, hit[0])


def _by_title(member: Member, text: str, foreign: re.Pattern[str] | None) -> Iterable[Mention]:
    """何主任 of a director is he; 何经理, or 何主任 of another unit, may be another."""
    held = {word for title in member.titles for word in _WORDS.split("|") if word in title}
    held |= {word for role in member.roles for word in _ROLE_WORDS.get(role, ())}
    held |= {"总"} if held & {"总经理", "总监", "董事长"} else set()
    pattern = rf"{re.escape(surname(member.name))}(?:副)?(?P<word>{_WORDS})"
    for hit in re.finditer(pattern, text):
        degree = _degree(text, hit.start(), foreign)
        if hit["word"] not in held:
            if foreign is not None and foreign.search(text[max(0, hit.start() - 24) : hit.start()]):
                continue
            degree = Degree.DOUBTFUL
        yield Mention(member.userid, degree, hit[0])


def _as_called(member: Member, text: str, foreign: re.Pattern[str] | None) -> Iterable[Mention]:
    """老刘, 小刘, 刘哥, 刘老师."""
    own = re.escape(surname(member.name))
    for hit in re.finditer(rf"[老小阿]{own}|{own}(?:[哥姐叔]|老师|老板|老(?![一-龥]))", text):
        another = _NOT_CALLED.match(text, hit.start()) is not None
        yield Mention(member.userid, Degree.DOUBTFUL if another else _degree(text, hit.start(), foreign), hit[0])


def _by_sound(member: Member, text: str, _: re.Pattern[str] | None) -> Iterable[Mention]:
    name, size = member.name, len(member.name)
    if size < 2:
        return
    for at in range(len(text) - size + 1):
        said = text[at : at + size]
        plausible = said[0] in _SURNAMES or said.startswith(_COMPOUND)
        if said != name and plausible and alike(said, name):
            yield Mention(member.userid, Degree.DOUBTFUL, said)
