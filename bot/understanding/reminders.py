"""Slots of reminding: why and when next, answers to a reminder, urging and its log, escalating, a changed policy."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from bot.understanding import spans
from bot.understanding.lazily import lazy
from bot.understanding.orders import future
from bot.understanding.reading import Reading
from bot.understanding.submission import numbered, place

Slots = dict[str, Any]

_MISSING = lazy(r"(?:没有?|未|不|没人|漏)(?:人|再|给|曾)?(?:提醒|催|通知|推送?|发)")
_SCOPES = (
    ("unconfirmed", r"(?:没有?|未|还没|尚未|不)(?:有)?(?:点|回复?|点击)?(?:确认|签收|收到|回应|应答|认领|接单|点头|反馈收到)|没(?:人)?理|没动静|没吭声|没回(?:的|复|话|音)"),
    ("unsubmitted", r"(?:没有?|未|还没|尚未|不)(?:有)?(?:按[期时])?(?:上)?(?:报|交|提交|报送|上报)(?:上来|过来|齐|送)?(?!进展|进度)|欠着|漏报"),
    ("overdue", r"(?:所有|全部|各)?[^,。]{0,3}(?:逾期|超期|过期|到期没|到期未)(?:的|单位|问题|没|未|了|部门|公司|$)"),
)  # fmt: skip
_EVERYDAY = lazy(r"每天|天天|每日|一天一次|每个?工作日|日催")
_WEEKLY = lazy(r"每周|每个?(?:星期|礼拜)|一周一次|周催|每[一]?周")
_HEADS = lazy(
    r"(?:抄送?|抄报|同步|知会|告知|带上|捎上|也(?:发|告诉|通知)|并(?:告知|通知|知会))(?:一下|给|到|至|他们?|一份|各|其|该|本|的|单位|公司|部门|主要|分管|\s)*(?:负责人|领导|一把手|负责同志|老总|头儿|总经理|部长)"
)


def about(r: Reading) -> Slots:
    """The matters that a question about reminders names, and the unit or person when one is named."""
    out: Slots = {**numbered(r), **{k: v for k, v in place(r).items() if k in ("unit", "units")}}
    if r.people:
        out["person"] = r.people[0].name
    if r.refs and not r.numbers:
        out["ref"] = r.refs[0].value
    return out


def why(r: Reading) -> Slots:
    """`missing`: it is asked why nobody was reminded."""
    return {**about(r), **({"missing": True} if _MISSING.search(r.flat) else {})}


_LOGGED = lazy(
    r"(?<![^特分个]别|不[用要])(?<!^别)(?<![甭莫])(?:催办?|提醒|督促|通知)(?:过|了)[^,。;]{0,10}(?:谁|哪|(?<!好)几|多少|吗|没(?:有)?[\s?。!呢啊]*$|么|[?])|(?:谁|哪些?|哪几|(?<!好)几[次回遍]|多少[次回遍])[^,。;]{0,8}(?:催|提醒)(?:办)?(?:过|了)"
    r"|(?:催办?|提醒|督促)(?:的)?(?:记录|台账|历史|清单|情况|明细|日志|次数|统计|流水|列表|名单|表)|(?:上次|上回|上一次|最近一次|最后一次|之前|前面)[^,。;]{0,10}(?:催|提醒)|(?:催|提醒)[^,。;]{0,6}(?:(?<!好)几[次回遍]|多少[次回遍])|催没催|谁(?:去|又)?(?:催|提醒)的|(?:什么时候|啥时候|哪天|几号)(?:催|提醒)的|有没有催|催了没|催过没"
)


_PUSHES = lazy(r"(?:催办?|盯|敲打|提醒|督促|问问|追|紧)(?:一?下|一?盯|一?催|紧|着|催|一遍)*\s*$")
_PUSHED_TO = lazy(r"\s*(?:$|[,。;!]|那|这|的|把|尽快|抓紧|赶紧|快|报|交|别|过|了|几)")


def _pushed(r: Reading) -> str | None:
    """A unit by a short name right behind the word for urging: 敲打一下港务."""
    hits = [h for h in r.units.short(r.flat, r.start, len(r.flat)) if _PUSHES.search(r.flat[: h.start])]
    hits = [h for h in hits if len(h.codes) == 1 and _PUSHED_TO.match(r.flat, h.end)]
    return r.units.name(hits[0].codes[0]) if hits else None


def urge(r: Reading) -> Slots:
    """Whom to urge: everybody of a scope, a unit, a person, the matters named. `log`: it is asked who was urged, how often."""
    out: Slots = {**numbered(r), **place(r)}
    if not out.keys() & {"unit", "units"} and (unit := _pushed(r)):
        out["unit"] = unit
    if r.people:
        out["person"] = r.people[0].name
    if _LOGGED.search(r.flat):
        return {**out, "log": True}
    scope = next((name for name, pattern in _SCOPES if re.search(pattern, r.flat)), None)
    if scope and (scope != "overdue" or (not r.numbers and "unit" not in out)):
        out["scope"] = scope
    if scope == "unsubmitted":
        out["quarter"] = _quarter(r)
    if _EVERYDAY.search(r.flat):
        out["repeat"] = "daily"
    elif _WEEKLY.search(r.flat):
        out["repeat"] = "weekly"
    if _HEADS.search(r.flat):
        out["cc"] = "unit_head"
    if due := future(r):
        out["due"] = due.isoformat()
    if out.get("unit") and any(h.weak for h in r.unit_hits) and not r.company() and "scope" in out:
        del out["unit"]
    return out


_STEP = lazy(
    r"升级|升到|升至|提级|上升|上报|呈报|报请|报给|报到|报至|捅|提交|请|报(?=[^告送表])|交给|交到|转给|反映|汇报|递|抬|让|往上"
)
_LEVELS = (
    ("office_director", r"(?:办公室|监督办)(?:的)?主任|何?主任(?!科员)"), ("leading_group", r"领导小组(?!办公室)|小组领导|(?:副)?组长|集团(?:主要|分管)?领导|集团一把手|董事长|党委书记|集团书记"),
    ("office", r"监督办(?:公室)?|领导小组办公室|办公室|专人"), ("unit_head", r"(?:单位|公司|部门|他们)的?(?:主要|分管)?(?:负责人|领导|一把手|老总)|负责人|负责同志|一把手|总经理|部长|老总"),
)  # fmt: skip


def escalate(r: Reading) -> Slots:
    """`to` when a level is named; a mere 领导 names none."""
    out: Slots = {**numbered(r), **place(r)}
    step = _STEP.search(r.flat, r.start)
    told = r.flat[step.start() :] if step else r.flat
    level = next((name for name, pattern in _LEVELS if re.search(pattern, told)), None)
    return {**out, "to": level} if level else out


_PROMISE = lazy(
    r"(?:好的?|行|嗯|知道了|看到了|看见了|明白|收到|晓得了|可以|没问题)?[\s,。]*(?:(?:正在|还在|在)[^,。;\0№]{1,8}[,\s]+)?(?:№+(?:号|的|这条|那条)?)?[\s,]*(?P<me>我们?|我这边|我部|咱们?|俺们?|这边)?(?:这边|单位|公司|部门)?(?P<firm>争取|预计|大概|应该|肯定|一定|保证|力争|计划|打算|会|要|最晚|最迟|尽量|在|于|\s)*\0+(?:[上下]午|晚上|早上|一早|上班(?:前|后)?|下班(?:前|后)?|中午)?(?:[\d一二三四五六七八九十两]{1,3}[点时]半?)?(?:之?前|以前|之?内|以内|左右|就|一定|肯定|保证|会|能|可以|给您?|再|统一|把|材料|信息|全部|都|底|[\s,])*"
    r"(?:报(?!送?情况|送?进度)|交|上报(?!情况)|报送(?!情况|进度)|提交(?!情况)|反馈|办完|办好|办结|弄完|改完|搞定|搞完|完成|补齐?|补报|补交|处理完|弄好|改好|做完|回复|答复|整改完|整改到位|给(?=您|你|你们|$|[\s。!]))(?:进展|进度|情况|结果|上去|上来|上|过来|过去|给您?|你们?|您|齐|完|到位|好|吧|了|哈|啊|呢|[\s,。!])*"
)


def promises(r: Reading) -> bool:
    """周五前报, 明天交上: a day and the word that something comes by then, and nothing else but a number."""
    spot = _promised(r)
    if spot is None:
        return False
    flat = r.flat[: spot[0]] + "\0" * (spot[1] - spot[0]) + r.flat[spot[1] :]
    for n in r.numbers:
        flat = flat[: n.start] + "№" * (n.end - n.start) + flat[n.end :]
    found = _PROMISE.fullmatch(flat[r.start :])
    if not found:
        return False
    own = found["me"] or found["firm"] or r.roles & {"unit_liaison", "resp_person", "unit_head"}
    own = own or (not r.roles and re.search(r"报|交|给", r.flat[spot[1] :]))
    return not any(n.value.startswith("WT-") for n in r.numbers) or bool(
        own
    )  # 0123 12月20日前完成 is an order in the office's mouth


_WEEK = lazy(
    r"(?P<w>下下|下|这|本)(?:个)?(?:周|星期|礼拜)(?=(?:就|一定|再)?(?:报|交)(?!告|表|会|刊))"
)  # 下周报 is no 周报


_SOON = lazy(r"这[一两几二]?天(?:之?内)?(?=就|会|一定|肯定|报|交|给)")


def _promised(r: Reading) -> tuple[int, int] | None:
    """Where the one day stands that is promised: 周五, 下周, 过两天."""
    days = [d for d in r.dates if d.toward(r.today, "future").last >= r.today and not d.back]
    days = [d for d in days if d.kind != "length" or re.search(r"(?:过|再过|等)\s*$", r.flat[: d.start])]
    if len(days) == 1 and len(r.dates) == 1:
        led = re.search(r"(?:再?过|等)\s*$", r.flat[: days[0].start]) if days[0].kind == "length" else None
        return (led.start() if led else days[0].start, days[0].end)
    soon = _SOON.search(r.flat, r.start)
    week = soon or (_WEEK.search(r.flat, r.start) if not r.dates else None)
    return week.span() if week else None


def _told_day(r: Reading) -> date | None:
    if _SOON.search(r.flat, r.start):
        return r.today + timedelta(days=2)
    if week := _WEEK.search(r.flat, r.start):
        ahead = {"下": 1, "下下": 2}.get(week["w"], 0)
        return r.today + timedelta(days=6 - r.today.weekday() + 7 * ahead)
    return next((d.last for d in r.dates if d.kind in ("period", "length") and d.last >= r.today), None)


def acknowledge(r: Reading) -> Slots:
    out = numbered(r)
    day = future(r) or _told_day(r)
    if day:
        out["expect"] = day.isoformat()
    return out


_DONE = lazy(
    r"(?:收到|好的?|嗯|哦|知道了|明白|报告|回复|领导|您好|你好|谢谢|放心|别催了?|不用催了?|早|[\s,。!:])*(?:我们?|咱们?|俺们?|这边|我部|本部门|我单位|我公司|这个|那个|都|早就?|刚刚?|刚才|今天|昨天|前天|上周|上午|下午|早上|昨晚|全部?|也|就|其实|材料|资料|信息|报表|表|\0|[\s,])*"
    r"(?:(?P<past>已经?|均已|业已|都已经?|早已)(?:全部|按时|按期|按要求|都)?)?(?:给)?(?P<verb>办理?|报送?|上报|提交|递交|交|弄|处理|填报?|搞|完成|补报|补交|落实|做)(?P<end>(?:完成|完毕|完|好|妥|结|过|上去|上来|上|过去|齐|掉|定|到位|成|给你们?|给您)*(?:了|啦|咯|喽|过)?)(?:啊|哈|呀|呢|的|哦|噢|谢谢|不用催了?|别催了?|[\s,。!~])*"
)
_NOT_YET = lazy(r"[?]|吗|么|没|不(?!用)|未|吧|请|要(?!求)|怎")


def done(r: Reading) -> bool:
    """已办, 已经交了: it is done, and nothing is said of what."""
    if len(r.body) > 24 or r.numbers or r.acted_on is not None or r.unit_hits or _NOT_YET.search(r.body):
        return False
    if any(p.known for p in r.people):
        return False
    flat = r.flat
    for day in r.dates:
        flat = flat[: day.start] + "\0" * (day.end - day.start) + flat[day.end :]
    found = _DONE.fullmatch(flat[r.start :])
    if not found:
        return False
    return bool(
        found["past"] or re.search(r"了|啦|过|妥|咯|喽", found["end"]) or (found["verb"] + found["end"]) == "搞定"
    )


def _quarter(r: Reading) -> str:
    for hit in r.dates:
        if hit.kind in ("period", "end") and re.search(r"季度?|q[1-4]", r.flat[hit.start : hit.end]):
            return spans.quarter_of(hit.first)
    return spans.quarter_of(r.today)
