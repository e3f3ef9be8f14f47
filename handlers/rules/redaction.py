"""What a bulletin may say of a finding: names, units and details taken out of its words (domain.md 7.7, S36).

Rather too much than too little: the office sees every change before anything is published.
"""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

PERSON, RESPONSIBLE, COMPANY, DEPARTMENT, OTHER = "×某", "责任人", "某权属企业", "某部门", "某单位"
LEAST = 3  # a smaller count is not told (contract.md, Small counts)
FEW = "少于3"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "石廖贾韦付白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵严覃武戴莫孔汤"
)
_TITLES = "同志|总经理|副总|经理|董事长|主任|书记|总监|部长|处长|科长|队长|厂长|站长|出纳|会计|老师|师傅|总(?=[，。；、,;\\s]|$)"
_SECRETS = re.compile(
    r"商业秘密|商业机密|技术秘密|标底|底价|报价(?:单|明细)|配方|客户(?:名单|信息|资料)|工艺(?:参数|图纸)|源代码|未公开"
)
_REPORTERS = re.compile(
    r"举报|检举|反映人|信访|来信|来访|匿名|知情人|内部人|有职工|职工反映|群众反映|热线|意见箱|(?:只有|仅)[^，。；]{0,8}(?:知道|知情|掌握|经手)"
)
_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?:WT|XS|JJ|BG|YT|HY|LJ|DB|JH)-\d{4}-[0-9A-Z]{4}(?![0-9A-Z])")
_CODE = re.compile(
    r"[A-Za-z]{2,}[-—_/A-Za-z]*\d[-—_/A-Za-z\d]*(?:号)?|[一-龥]{0,4}〔\d{4}〕\d+号|(?<![\d.])\d{7,}(?![\d.]*\s*(?:万|亿|元))"
)
_DAY = re.compile(
    r"(?:20\d\d\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*[日号](?:上午|下午|晚上?|凌晨)?|20\d\d[-./]\d{1,2}[-./]\d{1,2}|20\d\d\s*年\s*\d{1,2}\s*月(?:份)?"
)
_PLACE = re.compile(
    r"[一-龥]{2,6}?(?:路|街|巷|大道)\s*\d+\s*号|[一-龥]{0,6}\d+\s*(?:号楼|号仓库?|号车间|栋|单元|室)|“[^”]{1,20}”(?:项目|工程|标段)|《[^》]{1,30}(?:合同|协议)[^》]{0,10}》"
)
_COMPANY = re.compile(
    r"[^，。；、：:,;\s\ue000-\uefff与和及向给对由从把将被在为的是至到同经]{2,14}?(?:有限责任公司|股份有限公司|有限公司|公司|事务所|商行|经营部|商贸|建材厂|工厂)"
)
_MONEY = re.compile(
    r"(?:约|大概|近|共|合计)?(\d[\d,]*(?:\.\d+)?)\s*(亿|万)?元(?:左右|余)?|(\d[\d,]*(?:\.\d+)?)\s*(亿|万)(?![\d一-龥])"
)
_STEPS = ((10_000, "1万元以下"), (100_000, "1万元至10万元"), (500_000, "10万元至50万元"), (1_000_000, "50万元至100万元"),
          (5_000_000, "100万元至500万元"), (10_000_000, "500万元至1000万元"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Whom and what the store knows. people: names. responsible: of this finding. units: name -> what stands for it.

    own: short names of the finding's own unit, which may be ordinary words (建设).
    """

    people: Collection[str] = ()
    responsible: Collection[str] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    own: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Redacted:
    """The words as they may be published, and each change as (what, was, is)."""

    words: str
    changes: tuple[tuple[str, str, str], ...]


def barred(words: str, method: str = "") -> str:
    """Why a finding is left out altogether, or "": a third party's secrets, what could point to a reporter."""
    if _SECRETS.search(words):
        return "涉第三方商业秘密"
    return "可能反推反映人" if method == "hotline" or _REPORTERS.search(words) else ""


def redact(words: str, known: Known, *, names: bool = False, ranges: bool = False) -> Redacted:
    """names: units keep their names (the director's choice). ranges: amounts as ranges."""
    changes: list[tuple[str, str, str]] = []
    held: list[str] = []

    def put(what: str, pattern: str | re.Pattern[str], now: Callable[[re.Match[str]], str | None]) -> None:
        nonlocal words

        def one(hit: re.Match[str]) -> str:
            put_in = now(hit)
            if put_in is None:
                return hit[0]
            if put_in != hit[0]:
                changes.append((what, hit[0], put_in))
            held.append(put_in)
            return chr(0xE000 + len(held) - 1)  # no later pattern looks into it

        words = re.sub(pattern, one, words)

    words = re.sub(r"[\ue000-\uefff]", "", words)
    put("编号", _NUMBER, lambda _: "")
    units = known.units
    listed = sorted((name for name in units if len(name) > 2), key=len, reverse=True)
    if listed:
        put("单位", "|".join(map(re.escape, listed)), lambda hit: hit[0] if names else units[hit[0]])
    own = sorted((name for name in known.own if len(name) > 1), key=len, reverse=True)
    if own and not names:
        put("单位", "|".join(map(re.escape, own)), lambda hit: units.get(hit[0], COMPANY))
    for what, group, now in (("人名", known.responsible, RESPONSIBLE), ("人名", known.people, PERSON)):
        plain = sorted((name for name in group if len(name) > 1), key=len, reverse=True)
        spaced = "|".join(r"[\s·]*".join(map(re.escape, name)) for name in plain)
        if spaced:
            put(what, rf"(?:{spaced})(?:{_TITLES})?", lambda _, now=now: now)  # type: ignore[misc]
    put("第三方", _COMPANY, lambda _: OTHER)
    put(
        "人名",
        rf"(?:(?<![一-龥])|(?<=[由向给与和叫让的对经]))[{_SURNAMES}][一-龥]{{0,2}}?(?:{_TITLES})",
        lambda _: PERSON,
    )
    put("人名", rf"[老小][{_SURNAMES}](?![一-龥]{{0,1}}(?:公司|厂))", lambda _: PERSON)
    put(
        "人名",
        rf"(?<=(?:责任人|经办人|当事人|负责人|采购员|保管员))(?:为|是|:|：)?[{_SURNAMES}][一-龥]{{1,2}}(?=[，。；、,;\s]|$)",
        lambda _: "",
    )
    put(
        "人名",
        rf"(?:(?<![一-龥])|(?<=[由向给与和叫让对员]))[{_SURNAMES}][一-龥]{{1,2}}(?=将|把|私自|擅自|违规|利用|虚[报开]|负责|个人|挪|收[受取]|等|及|，|。|、|$)",
        lambda _: PERSON,
    )
    put("地点", _PLACE, lambda _: "某处")
    put("编号", _CODE, lambda _: "某编号")
    put("时间", _DAY, lambda _: "某日")
    if ranges:
        put("金额", _MONEY, lambda hit: _range(hit))
    for at, text in enumerate(held):
        words = words.replace(chr(0xE000 + at), text)
    return Redacted(words, tuple(changes))


def _range(hit: re.Match[str]) -> str:
    digits, unit = (hit[1], hit[2]) if hit[1] else (hit[3], hit[4])
    return span(float(digits.replace(",", "")) * {"亿": 1e8, "万": 1e4}.get(unit or "", 1.0))


def span(yuan: float) -> str:
    """An amount as the range in which it lies."""
    return next((words for limit, words in _STEPS if yuan < limit), "1000万元以上")


def count(many: int, unit: str = "个") -> str:
    """`12个`, and below three `少于3个`; none is 0."""
    return f"{many}{unit}" if many == 0 or many >= LEAST else f"{FEW}{unit}"


def part(some: int, whole: int) -> bool:
    """Whether `some` of `whole` may be told: neither it nor what is left over is a small count."""
    rest = whole - some
    return (some == 0 or some >= LEAST) and (rest == 0 or rest >= LEAST)


def cells(counts: list[tuple[str, int]]) -> tuple[list[tuple[str, int]], int]:
    """The cells that may be told, largest first, and how many lie in all small ones together.

    Where even those together are few, they are no part of what is published, so that no total gives them away.
    """
    shown = sorted((one for one in counts if one[1] >= LEAST), key=lambda one: (-one[1], one[0]))
    return shown, sum(many for _, many in counts if many < LEAST)
