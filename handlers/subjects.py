"""Whom a report is about, as far as its words tell: leaders of a unit (S8), superior officials and handlers (S41)."""

from __future__ import annotations

import re

_TOP = re.compile(
    r"(?<!副)董事长|(?<!副)总经理|党委书记|党总支书记|党支部书记|一把手|主要负责人|法定代表人|法人代表|老总|(?<!副)厂长"
)
_TEAM = re.compile(
    r"副董事长|副总经理|副总(?!监|工)|党委副书记|纪委书记|总会计师|总工程师|总经济师|总法律顾问|财务总监|工会主席|班子成员|领导班子"
)
# A leader who is only named as the one who signs, meets or was told is not the subject.
_ASIDE = re.compile(
    r"(?:未经|经|报|由|向|请|须|需|待|无|没有?|缺|未)(?:过|报)?[^，。；、\s]{0,4}"
    r"(?:董事长|总经理|党委书记|主要负责人|班子成员|领导班子|法定代表人)(?:办公会|签字|审批|批准|审核|同意|批示)?"
    r"|(?:总经理|董事长|书记)(?:办公会|办公室|助理|专题会|信箱)|(?:董事长|总经理|主要负责人|书记)(?:签字|审批|批准|批示|签批)"
)
_SUPERIOR = re.compile(
    r"集团(?:公司)?(?:党委)?(?:的)?(?:领导|主要领导|党委书记|书记|董事长|总经理|副总经理|副总|班子|一把手|高管|大领导)"
    r"|上级(?:党组织)?(?:管理)?(?:的)?(?:领导|干部)|国资委(?:领导|主任|副主任|书记|处长)|省管干部|市管干部|中管干部"
)
_BLAMED = re.compile(
    r"违规|违纪|违法|涉嫌|收受|挪用|侵占|贪|受贿|行贿|举报|反映|包庇|打招呼|插手|谋私|超标|利益输送"
    r"|涉及|牵涉|牵扯|有问题|吃请|拿了|收了|报销"
)
_HANDLERS = re.compile(
    r"(?:纪委办公室|纪委办|纪委|纪检监察室|纪检监察机构|纪检部门|纪检室|纪检|监督办公室|监督办|领导小组办公室|追责部门|追责部|违规责任追究部)"
    r"(?:的)?(?:人|[\u4e00-\u9fff]{0,3}(?:主任|书记|部长|干部|科长|专员|经办|办事员|工作人员|领导))"
)
_TO_HANDLERS = re.compile(r"(?:给|向|找|请|交|(?<!举)报|转|送|由)(?:到|给)?$")


def level(text: str) -> str:
    """`top_leader`, `team_member` or "" (S8)."""
    plain = _ASIDE.sub("", text)
    if _TEAM.search(plain):
        # 副总经理 holds 总经理 only behind its 副, which the look-behind of _TOP excludes.
        return "top_leader" if _TOP.search(plain) else "team_member"
    return "top_leader" if _TOP.search(plain) else ""


def superior(text: str, group: str, *, accused: bool) -> bool:
    """Whether it is about officials whom the superior body manages (S41 b).

    accused: the words are a report about somebody anyway; otherwise a word of blame must stand beside it, since
    findings also mention what the group's leaders demanded.
    """
    short = re.escape(group) if group else "\0"
    named = bool(_SUPERIOR.search(text)) or bool(
        re.search(rf"{short}(?:的)?(?:董事长|总经理|党委书记|副总经理|领导|纪委书记|党委副书记)", text)
    )
    return named and (accused or bool(_BLAMED.search(text)))


def about_handlers(text: str) -> bool:
    """Whether it is about the people who would receive it (S41 a); 想直接给纪委 only names them as the addressee."""
    return any(not _TO_HANDLERS.search(text[: found.start()]) for found in _HANDLERS.finditer(text))
