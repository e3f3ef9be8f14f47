"""What is done with the office's papers: 汇总报告定稿, 发布/看/撤回通报, and what is added to a report (S35, S36, S60)."""

# ruff: noqa: E501 - word lists and patterns read better one entry a line

from __future__ import annotations

import re
from typing import Any

from bot.understanding import describe, queries
from bot.understanding.lazily import lazy
from bot.understanding.reading import Reading

Slots = dict[str, Any]

_POLITE = r"(?:请|麻烦|帮我|给我|我要|我想|想|可以|能不能|现在|那就|就|把|将|你好|,|\s)*"
_QUARTER = r"(?:(?:20\d\d年?)?(?:第?[一二三四1-4]季度?|本季度?|这个?季度?|上个?季度?|当季)(?:的|那份|这份)?)?"
_BULLETIN = r"(?:(?:这份|那份|这个|那个|刚才的)?(?:给|发)?(?:监督(?:工作)?(?:情况)?|各?成员单位(?:的)?|问题)*通报(?:稿|草稿|文稿)?)"
_SUMMARY = r"(?:(?:这份|那份|这个|刚才的)?(?:监督(?:工作情况|工作|情况)?|季度|领导小组)*(?:的)?汇总(?:报告|材料|稿)?|(?:这份|那份)?季度(?:监督)?(?:工作)?(?:情况)?(?:的)?报告)(?:草稿)?"
_CHOICE = (
    r"(?:[,;\s]*(?:(?:单位)?不?显名|点名|显示单位(?:名称)?|写明单位|金额(?:用|按|写成|写)?区间|金额模糊)(?:处理)?)*"
)
_END = r"(?:吧|了|啊|呀|一下|给我|谢谢|[。!\s])*"
_ASKED = r"(?:吧|了|啊|呀|吗|没有|没|呢|一下|给我|谢谢|[,。!?\s])*"
_AGREED = r"(?:同意|批准|准予|确认|可以|没问题|审过了|看过了|无误|就|先|正式|马上|现在|,|\s)*"
_OUT = r"(?:对外|正式|公开)?(?:发布|印发|下发|发出去|公布)"
_TAKEN = r"(?:撤回来?|收回来?|撤销|撤下来?|召回|下架)"
_LOOK = r"(?:看看|看一?下|看|查看|查一?下|查|打开|调出来?|瞧瞧|要|下载|发我|发给我|发一份)"
_WAYS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (intent, report, lazy(pattern))
    for intent, report, pattern in (
        (
            "paper_publish",
            "bulletin",
            rf"{_POLITE}{_AGREED}(?:把|将)?{_OUT}(?:一下)?{_QUARTER}{_BULLETIN}{_CHOICE}{_END}",
        ),
        ("paper_publish", "bulletin", rf"{_POLITE}{_QUARTER}{_BULLETIN}{_AGREED}{_OUT}{_CHOICE}{_END}"),
        ("paper_withdraw", "bulletin", rf"{_POLITE}{_TAKEN}(?:已发布的|发布的|一下)?{_QUARTER}{_BULLETIN}{_END}"),
        ("paper_withdraw", "bulletin", rf"{_POLITE}{_QUARTER}{_BULLETIN}(?:要|先|给|需要|得|请)*{_TAKEN}{_END}"),
        ("paper_view", "bulletin", rf"{_POLITE}{_LOOK}(?:已发布的|发布的|最新的?)?{_QUARTER}{_BULLETIN}{_ASKED}"),
        (
            "paper_view",
            "bulletin",
            rf"{_POLITE}{_QUARTER}{_BULLETIN}(?:给我|让我|我)?(?:{_LOOK}|发来|拿来|在哪里?|(?:发布|出来?|下来)(?:了吗|了没有?|没有?))+{_ASKED}",
        ),
        ("paper_view", "quarter_summary", rf"{_POLITE}{_LOOK}(?:已定稿的|最新的?)?{_QUARTER}{_SUMMARY}{_ASKED}"),
        ("paper_finalise", "quarter_summary", rf"{_POLITE}{_QUARTER}{_SUMMARY}{_AGREED}(?:定稿|定版|定下来){_END}"),
        ("paper_finalise", "quarter_summary", rf"{_POLITE}{_AGREED}(?:定稿|定版)\s*:?\s*{_QUARTER}{_SUMMARY}{_END}"),
    )
)
_SECTIONS = r"(?P<business>监督?(?:服务|促进)经营|服务经营)|(?P<urgent>(?:重大、?)?紧急(?:情况|事项)|重大情况)"
_NOTE = lazy(
    rf"{_POLITE}(?:(?:补充|补写|补|添加|加上|写入|填写)(?:到|进|一下)?{_QUARTER}{_SUMMARY}(?:的|里|中|里的|中的)?(?:{_SECTIONS})"
    rf"|{_QUARTER}{_SUMMARY}(?:的|里|中|里的|中的)?(?:补充|补写|加上)?(?:{_SECTIONS.replace('business', 'b2').replace('urgent', 'u2')}))"
    r"(?:部分|小节|一节|一段|段)?(?:补充|补写)?\s*(?:为|如下)?[:,]\s*(?P<said>\S.*)",
    re.DOTALL,
)


_INTO = r"(?:列入|写入|写进|编入|纳入|放进|放入|加进|加入|进)"
_NUMBERED = r"(?:紧急(?:报告|情况|事项)?\s*)?(?:这件|这个|这条)?\s*"
_URGENT = lazy(
    rf"{_POLITE}{_AGREED}(?:把|将)?{_NUMBERED}\ue000\s*(?:这件|这个|这条|的?情况)?{_AGREED}(?P<out>不再?|不要|不用|别|取消)?{_INTO}(?:到|了)?"
    rf"{_QUARTER}{_SUMMARY}(?:里|中)?{_END}(?:[:,]\s*(?P<said>\S.*))?",
    re.DOTALL,
)


def of(r: Reading) -> tuple[str, Slots] | None:
    """The deed and its slots (report, quarter; of an addition section and text); None for anything else."""
    if not ("通报" in r.body or "汇总" in r.body or "季度" in r.body):
        return None
    if r.numbers:
        return _urgent(r)
    if (noted := _NOTE.fullmatch(r.body)) is not None:
        section = "business" if noted["business"] or noted["b2"] else "urgent"
        words = describe.trim(r, r.start + noted.start("said"), len(r.flat))
        return "paper_note", {**_quarter(r), "report": "quarter_summary", "section": section, "text": words}
    for intent, report, pattern in _WAYS:
        if pattern.fullmatch(r.body):
            return intent, {**_quarter(r), "report": report}
    return None


def _urgent(r: Reading) -> tuple[str, Slots] | None:
    """`JJ-2026-0007列入汇总报告：…`: which urgent report the quarter's report tells, and in which words."""
    one = r.numbers[0]
    if not one.value.startswith("JJ-"):
        return None
    before, after = r.flat[r.start : one.start], r.flat[one.end :]
    if (hit := _URGENT.fullmatch(f"{before}\ue000{after}")) is None:
        return None
    slots: Slots = {"number": one.value, "decision": "drop" if hit["out"] else "adopt"}
    if hit["said"]:
        slots["text"] = describe.trim(r, one.end + hit.start("said") - len(before) - 1, len(r.flat))
    return "paper_urgent", slots


def _quarter(r: Reading) -> Slots:
    quarter = queries.export(r).get("quarter")
    return {"quarter": quarter} if quarter else {}
