"""Slots of talks with who answers for a unit (约谈, S46): weighed, suggested, decided, planned, held, reported back."""

from __future__ import annotations

import re
from typing import Any

from bot.understanding import describe, meetings
from bot.understanding.lazily import lazy
from bot.understanding.orders import future
from bot.understanding.reading import Reading
from bot.understanding.submission import numbered, place

Slots = dict[str, Any]
_OFFICE = frozenset({"office_director", "office_staff"})

_REPORTS = lazy(
    r"(?:约谈)?(?:整改)?回告(?:如下|内容|情况|材料|一下|,)*\s*[:]|^(?:现)?(?:约谈)?(?:整改)?(?:情况)?回告|约谈(?:后)?(?:的)?整改(?:情况|结果|报告)|○[\s,:]*(?:现)?(?:整改)?(?:情况)?(?:回告|报告|汇报)|回告[\s,]*○"
)
_HELD = lazy(
    r"(?:已经?|都|刚|今天|昨天|上午|下午)(?:约?谈|和[^,。;]{1,10}谈|找[^,。;]{1,10}谈)(?:过|了|完|毕)*|(?:约?谈|谈话)(?:完成|结束|完毕|过了?|完了?|已完成|已结束|已谈|好了)|已(?:经)?对[^,。;]{1,16}约谈|对[^,。;]{1,16}(?:进行|开展|实施)了约谈|约谈了|谈了[,。\s]|○[^,。;]{0,8}(?:谈过|谈完|已谈|谈了|完成|结束)"
)
_DECLINES = lazy(
    r"(?:不|别|暂不|先不|无需|不用|不必|没必要|免于?|免予|暂缓)(?:再|予|打算|需要?|同意|采纳|考虑|建议|对[^,。;]{1,12}|把[^,。;]{1,12}|向[^,。;]{1,12}|就|进行|要|开展|实施|,|\s)*(?:约?谈(?!完|过|到)|采纳|同意|接受)|(?:约谈|○)[^,。;]{0,10}(?:不采纳|不同意|不批|驳回|否决|不谈了?|不搞了?|不用(?:谈|搞)?了?|免了|算了|不约|先不|暂不|暂缓|不必)"
)
_ADOPTS = lazy(
    r"(?:采纳|同意|接受|批准|认可|照|按)(?:[^,。;]{0,12})(?:约谈|○)|○[^,。;]{0,10}(?:采纳|同意|接受|批准|可以|准了|准予|照办)|(?:约谈)(?:的)?(?:建议)?[\s,:]*(?:采纳|同意|接受|批准|照办|可以)|就按(?:建议)?约谈"
)
_CANCELS = lazy(
    r"(?:取消|撤销|撤回|停止|作废)[^,。;]{0,16}(?:约谈|○)|(?:约谈|○)[^,。;]{0,14}(?:取消|撤销|作废|撤了|黄了)"
)
_EVALUATES = lazy(
    r"要不要|该不该|是否(?:需要?|应该?|有必要|够|达到|可以)?|需不需要|应不应该|够不够|够得上|有没有必要|有必要|该约谈|符合|够(?:约谈)?条件|值得|评估|研判|能不能约谈|可不可以约谈"
)
_QUERIES = lazy(
    r"(?:要|想|会)约谈(?:我们?|咱们?|俺)|会(?:不会)?(?:被)?(?:约谈|找去谈)|被约谈[^,。;]{0,6}(?:吗|么|不|[?])|什么时候|啥时候|几点|几号|哪天|有哪些|哪几|哪些|谁|几次|几家|多少|进展|怎么样|到哪|清单|列表|记录|台账|(?<!说明)(?<!讲清)(?<!讲明)(?<!汇报)情况(?!回告|报告)|看看|(?<![检核抽审清督巡])查(?![出实处明])|吗|[?]|没(?:有)?[\s。?]*$|在哪"
)
_KINDS = (
    ("告诫", r"告诫|诫勉"),
    ("问责", r"问责"),
    ("提醒", r"提醒(?:性|类)?(?:谈话|约谈|$|,|。)|约谈类型[:是为]*提醒|提醒约谈"),
)
_POINTS = lazy(
    r"(?:提出?了?|明确|强调)?(?:整改)?(?:要求|要点|谈话要点|约谈要点|指出|重点)(?:如下|是|为|他们|其|该单位|单位|对方|:|,|\s)*"
)
_REASON = lazy(r"(?:理由|原因|因为|由于|因|鉴于)(?:是|为|:|\s)*")
_HOST = lazy(
    r"(?P<me>我|本人)(?:来|亲自)?主持|(?:由|请)?(?P<w>[一-龥]{2,8}?)(?:来)?主持|主持(?:人)?(?:是|为|:)?\s*(?P<n>[一-龥]{2,8})"
)


_BARE = lazy(
    r"(?:我)?(?:(?P<no>不(?:予|同意)?采纳|不约谈|不用约谈|先不约谈|暂不约谈)|(?:同意|予以|可以|都)?采纳)(?:这[条个]|该)?(?:建议|意见)?[吧了。!,;:\s]*(?:(?:理由|原因|因为|由于)[是为:,\s]*(?P<why>[^?]{2,}))?"
)


def answered(r: Reading) -> Slots | None:
    """What 采纳 and 不采纳，理由… say with nothing else: the office's answer to a suggestion."""
    found = _BARE.fullmatch(r.body.strip()) if r.roles & _OFFICE and not r.numbers else None
    if found is None or (found["why"] and not found["no"]):
        return None
    reason = _after(r, _REASON, "reason") if found["why"] else {}
    return {"action": "decline" if found["no"] else "adopt", **reason}


def named(r: Reading) -> Slots:
    values = [n.value for n in r.numbers if n.value.startswith("YT-")]
    return {} if not values else {"number": values[0]} if len(values) == 1 else {"numbers": values}


def action(r: Reading) -> str | None:
    """What is done to a talk; None leaves it open whether one is wished or asked about."""
    flat = r.flat
    body = r.flat[r.start :]
    for n in r.numbers:
        if n.value.startswith("YT-"):
            body = body.replace(flat[n.start : n.end], "○" * (n.end - n.start))
    body = re.sub("○+", "○", body)
    asked = bool(re.search(r"[?]|(?:吗|么|没|没有|呢)[\s。!]*$|谁|哪[些几家个]|几[家次个]", body))
    if _EVALUATES.search(body):
        return "evaluate"
    if not asked and _CANCELS.search(body):
        return "cancel"
    if not asked and _DECLINES.search(body):
        return "decline"
    if not asked and _REPORTS.search(body):
        return "report"
    if not asked and _HELD.search(body) and not re.search(r"没(?:有)?(?:约?谈|谈)", body):
        return "held"
    if not asked and _ADOPTS.search(body):
        return "adopt"
    moment = meetings.moment(r)
    if named(r) or re.search(r"改到|改在|改为|改成|推迟|提前到", body):
        return "plan" if moment and not asked else "query"
    if _QUERIES.search(body):
        return "evaluate" if re.search(r"会不会", body) and r.company() and not re.search(r"我|咱", body) else "query"
    return (
        "create"
        if moment
        or r.people
        or place(r)
        or re.search(r"(?:安排|发起|组织|启动|建议|拟|准备|新建|登记)[^,。;]{0,12}约谈", body)
        else None
    )


def interview(r: Reading) -> Slots:
    what = action(r)
    out: Slots = {**named(r), **_unit(r)}
    if r.numbers and "number" not in out and re.search(r"责任人|负责", r.flat):
        out.update(numbered(r))  # whom it is about, when nobody else is named
    if what:
        out["action"] = what
    if what in ("evaluate", "query"):
        return out
    out.update(_who(r))
    if what in ("create", "plan", "adopt"):
        out.update({**meetings.moment(r), **meetings.place(r)})
    if kind := next((name for name, pattern in _KINDS if re.search(pattern, r.flat)), None):
        out["kind"] = kind
    if what == "decline" or what == "cancel":
        return {**out, **_after(r, _REASON, "reason")}
    if what == "report":
        return {**out, **_report(r)}
    return {**out, **_after(r, _POINTS, "points"), **_due(r), **_after(r, _REASON, "reason")}


def _unit(r: Reading) -> Slots:
    """The unit called, by a short name too behind 约谈, 对, 找."""
    out = {k: v for k, v in place(r).items() if k in ("unit", "units")}
    if not out:
        hits = [
            h
            for h in r.units.short(r.flat, r.start, len(r.flat))
            if re.search(r"(?:约谈|对|谈|找|向)\s*$", r.flat[: h.start])
        ]
        if len(hits) == 1 and len(hits[0].codes) == 1:
            out = {"unit": r.units.name(hits[0].codes[0])}
    return out


def _who(r: Reading) -> Slots:
    hosts = [m for m in _HOST.finditer(r.flat) if not m["me"]]
    folk = [p.name for p in r.people if not any(m.start() <= p.start < m.end() for m in hosts)]
    out: Slots = {"person": folk[0]} if folk else {}
    if len(folk) > 1:
        out["persons"] = folk
    host = _HOST.search(r.flat)
    if host:
        out["host"] = (
            "SELF"
            if host["me"]
            else next((p.name for p in r.people if host.start() <= p.start < host.end()), host["w"] or host["n"])
        )
    return out


def _due(r: Reading) -> Slots:
    """The day by which the unit reports back: 12月20日前回告."""
    told = [
        d
        for d in r.dates
        if d.kind in ("day", "end")
        and re.match(
            r"(?:之?前|以前|底前|之?内|以内)?[^,。;]{0,6}(?:回告|报告|反馈|报回|报整改|报结果|书面报)", r.flat[d.end :]
        )
    ]
    told = told or [
        d for d in r.dates if re.search(r"(?:回告|整改)(?:期限|时限|截止|时间)?(?:是|为|:|\s|到)*$", r.flat[: d.start])
    ]
    if told:
        return {"due": told[-1].toward(r.today, "future").last.isoformat()}
    before = [d for d in r.dates if d.before]
    day = future(r, last=True) if before else None
    return {"due": day.isoformat()} if day else {}


def _after(r: Reading, mark: re.Pattern[str], key: str) -> Slots:
    """What stands behind a word, up to the next sentence or the day by which to report back."""
    found = mark.search(r.flat, r.start)
    if not found:
        return {}
    stop = re.search(r"[。;\n]|,(?=[^,]{0,14}(?:回告|期限|时限|理由|原因))", r.flat[found.end() :])
    words = describe.trim(r, found.end(), found.end() + stop.start() if stop else len(r.flat))
    return {key: words} if len(words) >= 2 else {}


def _report(r: Reading) -> Slots:
    mark = re.search(r"(?:回告|报告|汇报|整改情况|整改结果)(?:如下|内容|情况|一下|,|:|\s)*", r.flat[r.start :])
    words = describe.trim(r, r.start + mark.end(), len(r.flat)) if mark else ""
    return {"desc": words} if len(words) >= 2 else {}
