"""How grounds and talks are put into words: numbers first, and who decides last (S46)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.flow import Turn
from handlers import texts
from handlers.rules import categories, wording
from handlers.rules.talks import Ground
from storage import people, units
from storage.gatherings import Talk

FIXED = "约谈事项以办公室通知为准。"  # S46: for everybody without the right, whether or not there is one
DECIDES = "决定权在主任。"
LABELS: Mapping[str, str] = {
    "suggested": "待决定", "declined": "不约谈", "adopted": "已采纳，待安排", "planned": "已安排",
    "held": "已约谈，待回告", "reported": "已回告", "cancelled": "已取消",
}  # fmt: skip
KINDS = ("提醒", "告诫", "问责")
_NAMED = 3  # numbers told beside a count


def ground(one: Ground, named: int = _NAMED) -> str:
    """`近四季度登记12条（阈值10）`; a few numbers stand behind what is about single findings."""
    if one.rule in _COUNTS:
        return f"{_COUNTS[one.rule]}{one.count}条（阈值{one.limit}）"
    if one.rule == "category":
        return f"重复发生{one.count}条（{categories.SUB[one.category]}）"
    if one.rule == "rate":
        return f"逾期率{wording.percent(one.count, one.whole)}（{one.count}条逾期，阈值{one.limit}%）"
    what = _SINGLE[one.rule].format(limit=one.limit)
    return f"{what}{one.count}条：{_numbers(one.numbers, named)}"


_COUNTS = {"year": "近四季度登记", "quarter": "本季度登记", "major": "近四季度重大问题"}
_SINGLE = {
    "reopened": "销号后重启", "overdue": "逾期超{limit}个工作日", "returned": "退回{limit}次以上",
    "extended": "延期{limit}次以上",
}  # fmt: skip


def _numbers(numbers: Sequence[str], named: int) -> str:
    more = f"等{len(numbers)}条" if len(numbers) > named else ""
    return "、".join(numbers[:named]) + more


def grounds(found: Sequence[Ground]) -> str:
    return "；".join(ground(one) for one in found)


def unit_name(turn: Turn, talk: Talk) -> str:
    return units.get_unit(turn.session, talk.unit).name


def persons(turn: Turn, accounts: Sequence[str]) -> str:
    """`王建国（恒信建设总经理）`."""
    return "、".join(person(turn, account) for account in accounts)


def person(turn: Turn, account: str) -> str:
    own = people.actor(turn.session, account, texts.today_of(turn)).own
    title = next((post.title or post.unit_name for post in own), "")
    name = people.name_of(turn.session, account)
    return f"{name}（{title}）" if title else name


def when(turn: Turn, talk: Talk) -> str:
    """`11月27日 周五 10:00`, and where."""
    if talk.at is None:
        return "时间未定"
    place = f"，{talk.place}" if talk.place else ""
    return wording.moment(talk.at, texts.today_of(turn)) + place


def line(turn: Turn, talk: Talk) -> str:
    """`YT-2026-0003 恒信建设｜已安排｜11月27日 周五 10:00`."""
    moment = f"｜{when(turn, talk)}" if talk.state == "planned" else ""
    due = f"｜{wording.day(talk.due, texts.today_of(turn))}前回告" if talk.state == "held" and talk.due else ""
    return f"{talk.number} {unit_name(turn, talk)}｜{LABELS[talk.state]}{moment}{due}"


def card(turn: Turn, talk: Talk, found: Sequence[Ground]) -> str:
    """What somebody who may know of a talk reads of it; `found` are its grounds as they stand now, for him."""
    today = texts.today_of(turn)
    lines = [line(turn, talk)]
    if talk.persons:
        lines.append(f"{talk.kind}约谈：{persons(turn, talk.persons)}；主持：{people.name_of(turn.session, talk.host)}")
    if found:
        lines.append(f"依据：{grounds(found)}。")
    if talk.decided_at and talk.decided_by:
        by, at = people.name_of(turn.session, talk.decided_by), wording.moment(talk.decided_at, today)
        lines.append(f"{by}于{at}决定" + (f"，理由：{talk.reason}" if talk.reason else ""))
    lines += [f"要求：{talk.points}"] if talk.points else []
    lines += [f"回告：{talk.report}"] if talk.report else []
    return "\n".join(lines)
