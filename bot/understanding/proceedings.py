"""Slots of what leads go through, and of inspections that several carry out together (S39, S40)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re

from bot.understanding import categories, describe, leads
from bot.understanding.lazily import lazy
from bot.understanding.orders import Slots, days_of, with_reason
from bot.understanding.posts import span
from bot.understanding.reading import Reading, blank
from bot.understanding.submission import numbered, place

_TRANSFER = lazy(r"移送|移交|转交|转送|转|编号|^xs|按.{0,4}处理")

_TARGETS = (
    ("disc", r"纪检|纪委|监委|派驻|案管"),
    ("acct", r"追责|责任追究|违规经营投资"),
    ("external", r"公安|检察|司法|上级"),
    ("office", r"监督办|领导小组办公室|办公室"),
)


def transfer(r: Reading) -> Slots:
    out = numbered(r)
    mark = re.search(r"(?:移送|移交|转交|转送|转给|转至|转到|转办|转|移给|移至|交给|送交|送|递)(?:至|给|到)?", r.flat)
    tail = r.flat[mark.end() :] if mark else r.flat
    for name, pattern in _TARGETS[:3]:
        if re.match(rf"[^,。;]{{0,10}}(?:{pattern})", tail):
            out["target"] = name
            break
    else:
        functional = [h for h in r.departments() if mark and 0 <= h.start - mark.end() <= 1]
        if functional:
            out["target"] = "func:" + r.units.name(functional[0].codes[0])
        elif re.search(r"纪检|纪委", r.flat) or not out or not mark:
            out["target"] = "disc"
    where = leads.targets(r)
    if len(where) == 1 and not mark:
        out["target"] = where[0]
    if len(where) > 1:
        out["targets"] = where
    out |= {**leads.elements(r.flat), **leads.material(r)}
    if not out.get("number") and not out.get("numbers"):
        said = describe.reason(r, re.compile(r"移送|移交|转交|转纪|转追|一下$"))
        if said:
            out["desc"] = said
        out.setdefault("target", "disc")
        return out
    out = with_reason(r, out, _TRANSFER)
    if "reason" not in out and mark and (why := _between(r, mark.start())):
        out["reason"] = why
    elif _POINTED.fullmatch(str(out.get("reason", ""))):
        del out["reason"]
    return out


_POINTED = lazy(r"[\w-]{4,14}?(?:号)?[这那][件条个]?(?:线索)?(?:就|请|先)?送?(?:给|到)?[^,。]{0,8}吧?")


def _between(r: Reading, until: int) -> str | None:
    """What is told between the number and the order: XS-2026-8C2P涉及盲目上马换电柜项目，移交追责部门."""
    ends = [n.end for n in r.numbers if n.end <= until]
    told = describe.trim(r, ends[-1], until) if ends else ""
    told = re.sub(r"^[这那][件条个](?:线索)?(?:就|先)?(?=情节|涉嫌|涉及|不)", "", told)
    told = re.sub(r"[\s,，、。;；](?:建议|请|拟|现|就|先|予以|直接|给|把)?[^,，。]{0,3}$", "", told)
    return told if len(told) >= 4 and not re.match(r"[这那][件条个]|请|帮|把|给", told) else None


_DISPOSALS = (
    ("prelim_verify", r"初步核实|初核"), ("talk_inquiry", r"谈话函询|函询"), ("shelved", r"暂存"), ("filed", r"立案"), ("concluded", r"了结"),
)  # fmt: skip


_WAYS = frozenset({"prelim_verify", "talk_inquiry", "shelved", "concluded"})  # the four ways of disposing of a lead


_AFTER = lazy(r"(?<![超经通不查看问核用去])过\s*$")  # 过三个月再看
_HANDLES = lazy(r"\s*(?:承办|主办|经办)(?!人)")


def decide_lead(r: Reading) -> Slots:
    out = numbered(r)
    flat = r.flat
    for name, pattern in _DISPOSALS:
        if re.search(pattern, flat):
            out["disposal"] = name
            break
    clocks = ["ack"] if re.search(r"受理(?!范围)", flat) else []
    clocks += ["disposal"] if out.get("disposal") in _WAYS else []
    if clocks:
        out["clocks"], out["clock"] = clocks, clocks[-1]
    if re.search(r"退回|不属于|不予受理|不受理|打回", flat):
        out["decision"] = "return" if not re.search(r"不予受理", flat) or re.search(r"退回", flat) else "reject"
    elif re.search(r"了结", flat):
        out["decision"] = "close"
    elif re.search(r"办结|核查终结|结案|(?:这|那)[件条个](?:已经?|都)?结了", flat):
        out["decision"] = "closed"
        out |= leads.result(flat)
    elif re.search(r"受理|收下|接收|接下|(?:我们?|咱们?|这边)[^,。;]{0,3}接了", flat):
        out["decision"] = "accept"
    if re.search(r"澄清", flat):
        out["clarify"] = True
    if (
        re.search(
            r"追责那边|反向衔接|违规追责.{0,6}(?:再|跟|要不要)|责任追究[^。;]{0,8}(?:再|跟|要不要)|推送追责|党内警告|党纪|政务处分",
            flat,
        )
        and out.get("decision") == "closed"
    ):
        out["backflow"] = True
    holder = [
        p for p in r.people if p.label in ("承办人", "经办人", "负责人", "由", "交给") or _HANDLES.match(flat, p.end)
    ]
    if holder:
        out["person"] = holder[0].name
    if out.get("disposal") == "shelved":
        later = [
            d for d in r.dates if d.kind in ("day", "end") or (d.last > r.today and _AFTER.search(flat[: d.start]))
        ]
        if later:
            out["remind_at"] = later[0].toward(r.today, "future").last.isoformat()
    else:
        out.update(days_of(r))
    return with_reason(r, out, re.compile(r"退回|受理|核实|了结|暂存|函询|立案|办结|承办|^xs"))


_JOINT_NO = lazy(r"不(?:同意|批|准|予|采纳|搞|组织|可以?|行)|驳回|否决|没必要|不用|算了|暂缓|先不|暂不")
_JOINT_YES = lazy(r"同意|批准|准予|准了|批了(?!没|吗)|可以(?!吗|不)|照办|照此|通过(?!了?(?:吗|没))|采纳")
_JOINT_ASKS = lazy(
    r"批了(?:没|吗)|通过了(?:没|吗)|有哪些|哪几[个次家]|清单|列表|记录|几次|进展|到哪|怎么样了?|咋样|什么时候|啥时候|什么情况|^(?:请|帮我|给我)?查(?:一?下)?|看看|结果"
)
_MERGES = lazy(
    r"合到一起|合并|都要去|一起去|一块去|并到一起|并成|重复(?:检查|监督)|拼|合起来|合在一起|合成一次|并为一次|一次查"
)


def joint(r: Reading) -> Slots:
    """A joint inspection: proposed, two plans merged into one, decided upon, or asked about; who, whom, of what, when."""
    numbered_ = [n.value for n in r.numbers if n.value.startswith("LJ-")]
    out: Slots = {"number": numbered_[0]} if len(numbered_) == 1 else {"numbers": numbered_} if numbered_ else {}
    out.update(_parties(r))
    if category := r.category or _faulty(r):
        out["category"] = category
    out["action"] = _joint_action(r, bool(numbered_))
    if out["action"] in ("propose", "merge"):
        out.update(span(r))
    said = re.search(r"(?:理由|原因|因为|由于|鉴于)(?:是|为|:|\s)*", r.flat)
    words = describe.trim(r, said.end(), len(r.flat)) if said else ""
    return {**out, **({"reason": words} if words else {})}


_FAULTS = lazy(r"毛病|问题|老出|频发|多发|突出|共性")
_INSPECTORS = lazy(r"[一-龥]{1,4}(?:部|处|办|室|科|中心)(?!门)|工会|纪检|纪委|审计")


def _faulty(r: Reading) -> str | None:
    """The category of what goes wrong everywhere (各矿消防上老出毛病); who looks and who is looked at says nothing of it."""
    if not _FAULTS.search(r.body):
        return None
    said = blank(r.flat, [(hit.start, hit.end) for hit in r.unit_hits])[r.start :]
    guess = categories.suggest(_INSPECTORS.sub("", said))
    return guess[0] if guess else None


def _joint_action(r: Reading, numbered_: bool) -> str:
    asked = bool(re.search(r"[?]|(?:吗|么|没|没有|呢)[\s。!]*$", r.body))
    if _JOINT_ASKS.search(r.body):
        return "query"
    if not asked and _JOINT_NO.search(r.body):
        return "decline"
    if (
        not asked
        and _JOINT_YES.search(r.body)
        and (
            numbered_
            or re.search(r"同意了?[\s。!吧]*$", r.body)
            or re.match(r"(?:我|领导|[\s,])*(?:同意|批准|准予|可以|采纳)", r.body)
        )
    ):
        return "approve"
    if numbered_:
        return "query"
    return "merge" if _MERGES.search(r.flat) else "propose"


def _parties(r: Reading) -> Slots:
    """`unit` or `units` that are looked at, `orgs` that look."""
    orgs = list(dict.fromkeys(r.units.name(h.codes[0]) for h in r.departments() if len(h.codes) == 1))
    out = {k: v for k, v in place(r).items() if k in ("unit", "units")}
    if out.get("unit") in orgs or not r.company():
        out = {}
    return {**out, **({"orgs": orgs} if orgs else {})}
