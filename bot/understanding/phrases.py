"""Phrases that no list of words can hold: people in danger, somebody who takes money, a plea to be let off."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re

_MEN = r"(?:有?人|工人|职工|员工|游客|旅客|乘客|司机|师傅|伤者|民工|群众|学生|老人|孩子|[\d一二两三四五六七八九十几]+多?[个名位]?人?)"
_HARMED = r"(?:掉|摔|坠|跌|困|埋|烧伤|烫伤|砸|撞|电[着到]|晕|昏|倒下|倒地|伤|亡|溺|淹|呛|窒息|卡在|压在|夹)"

# (pattern, concepts that it stands for, concepts that it speaks against)
_TABLE: tuple[tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), tuple(add.split()), tuple(drop.split()))
    for pattern, add, drop in (
        # somebody is in danger, now
        (
            rf"{_MEN}[^,。;]{{0,5}}{_HARMED}(?:了|下去?|下来|进|着|住|在|到|死|伤)|(?:困|挂|埋|压|堵|卡|悬)(?:着|住|了|在)[^,。;]{{0,6}}(?:[\d一二两三四五六七八九十几]多?[个名位]?人|人(?!员|民|事|工))",
            "EVENT NOW",
            "",
        ),
        (
            r"(?:火|洪水|水|泄漏|险情|火势|局面|人群|现场|事态|情况|明火)[^,。;]{0,4}(?:控制住|扑灭|灭了|堵住|排除|稳住|压住|平息|散了|止住)|(?:没|无|未)(?:有|造成)?(?:人(?:员)?)?(?:伤亡|伤人|受伤|死人|被困)|(?:伤者|伤员|被困人员|病人)[^,。;]{0,10}(?:医|稳定|脱离|获救|救出)",
            "EVENT",
            "DONE",
        ),
        (
            r"^\s*(?:接(?:着)?(?:上一?[条个]|前面|刚才|上面|上报)|续(?:报|:|上)|再报|后续|最新(?:情况|消息|进展)|更新)",
            "SUPPLEMENT",
            "",
        ),
        # somebody takes, or has done for himself
        (
            r"(?:收|拿|要|吃|索|占)(?:了|过|着|受|取)?[^,。;0-9]{0,8}(?:的)?(?:卡|红包|礼|烟酒|烟|好处|回扣|提成|黑钱|份子|干股|便宜)(?!片|号|口|车|位|机|顿|套|通)",
            "DISC",
            "",
        ),
        (
            r"(?:给|替|帮|为)(?:他|她|自己|自家|他们?家|她家|老板|领导)?(?:自己|自)?家?[^,。;]{0,4}(?:盖房|装修|干私活|搬家|修房|建房|办事|买单|打工|看孩子)|(?:让|叫|安排|指使)[^,。;]{1,10}(?:给|替|帮)(?:他|她|自己)家?",
            "DISC PERSONAL",
            "",
        ),
        (
            r"(?:钱|差价|公款|货款|油|料|材料|废铁|废料|物资|东西|配件)[^,。;]{0,6}(?:自己拿|揣|装|塞|弄|拉|运|搬|拿|倒)(?:进|到|回|走|去|了)?(?:自己|自家|家|腰包|兜|口袋|外面)",
            "DISC",
            "",
        ),
        (
            r"我们?(?:想|要|得)?(?:去)?(?:告(?!诉|知|别|示|一|急|捷|辞)|揭发|检举|举报)|(?:想|要)(?:告|举报|揭发|检举)(?:我们|一个|他|她|个)",
            "LEAD_CMD",
            "",
        ),
        (r"(?:拟作?|作为|列为|按)(?:问题)?线索(?:移交|移送|报送|处理|报告)", "LEAD_CMD", "TO_LEAD TRANSFER"),
        # a plea is no decision
        (
            r"(?:请|恳请|恳求|申请|请求|望|希望|提请|报请|烦请|能否|可否|能不能|可不可以|麻烦)(?:领导|贵部|贵司|你们|您|各位|审计部?|办公室|一下)?(?:给|帮忙?)?(?:予以|准予|给予|批准|组织|安排|尽快|及时|同意)?(?:给我们?)?(?:销号?|验收|核销|复核|验一下|销了|销掉)",
            "PLEA",
            "",
        ),
        # nothing was found
        (
            r"(?:啥|什么|任何|一个|一条|半个)(?:新)?(?:的)?问题[^,。;]{0,3}(?:也|都)?(?:没有?|未)(?:查到|发现|查出|碰到|遇到|有|看到)?|(?:没有?|未)(?:查到|查出|发现|碰到|遇到|检查出|看到|收集到)(?:啥|什么|任何|过|到)?(?:新|突出|明显)?(?:的)?(?:问题|毛病)(?!整改)|(?:没|无|没有)(?:啥|什么|任何)?(?:新)?(?:的)?问题(?:可|要|需要?|好)?(?:报|上报|报送|反映)",
            "NO_ISSUE",
            "DISCOVER DEFECT FINDING_CMD",
        ),
        # have we handed it in
        (
            r"(?:报|交|报送|提交|上报)(?:过|上去?|上来|齐|完|成功)?了?(?:没有|没|吗|么|不)[\s?。了呢啊!]*$",
            "WHO_NOT",
            "",
        ),
        (
            r"(?:谁|哪[些家个几][^,。]{0,4}|还有[^,。]{0,4})(?:还|都)?(?:没有?|未|拖着没?|欠着没?|差着没?)(?:报|交|提交|报送|上报)|(?:还|都)?(?:差|缺|剩|欠)(?:着)?(?:谁|哪|几)[^,。]{0,6}(?:没|未)?(?:报|交|齐)|(?:报|交)(?:得|的)?(?:怎么样|咋样|齐)了?",
            "WHO_NOT",
            "",
        ),
        # how much of all is done
        (r"(?:改|销|完成|解决|整改)(?:完|掉|了)*(?:几成|多少|几个|几条|百分之多少|的比例)", "COUNT2", ""),
    )
)
# One character of these must be there, line by line as in the table: a quick look before the pattern is tried.
_HINTS = tuple(
    map(frozenset, ("困埋掉摔坠跌烧烫砸撞电晕昏倒伤亡溺淹呛窒卡压夹挂堵悬", "控灭堵排稳压平散止伤亡困医获救", "接续再后最更", "卡包礼烟好回提黑份干便", "给替帮为让叫安指", "拿揣装塞弄拉运搬倒", "告揭检举", "线", "销验核复",
                    "没未无", "没吗么不", "报交", "改销完解整"))
)  # fmt: skip


def of(body: str) -> tuple[set[str], set[str]]:
    """Concepts that phrases add, and those that they take away."""
    added: set[str] = set()
    dropped: set[str] = set()
    letters = set(body)
    for hint, (pattern, add, drop) in zip(_HINTS, _TABLE, strict=True):
        if not letters.isdisjoint(hint) and pattern.search(body):
            added.update(add)
            dropped.update(drop)
    return added, dropped
