"""Why somebody was reminded and what comes next, in at most five lines without a name of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.flow import Turn
from handlers import kinds, obligations, owed, reminded
from handlers.owed import PROMISE
from handlers.reminding import NAMES
from handlers.rules import ladders, wording
from handlers.rules.calendar import SHANGHAI, day_of
from handlers.rules.ladders import Rung, RungAt
from storage import answers, people, pushes, urges
from storage import told as hearers
from storage.duties import Obligation, Push

_RANKS = {name: rank for rank, name in enumerate(NAMES)}
OVER = "现在已经不用再办，不会再提醒您。"
MORNING_LIST = (
    "最近一条是每个工作日上午的事项摘要：列出您今天到期、快到期、逾期和等您办理的事项，一天一条。\n"
    "要问其中某一件，请带编号，如“0123为什么提醒我”。"
)


def label(turn: Turn, matter: str) -> str:
    """`WT-2026-0123 备用金长期未清`; of what is no finding and no report, the name of its ladder."""
    found = owed.find(turn, matter)
    if found is not None:
        return found.label
    mine = _heard(turn, matter)
    title = kinds.of(mine[-1].ladder).title if mine else ""
    return f"{matter} {title}".strip() if reminded.numbered(matter) else title


def concerns(turn: Turn, matter: str) -> bool:
    """Whether he still is one of those whom the ladders of this matter may tell of it."""
    if owed.find(turn, matter) is not None:
        return True
    rows = obligations.open_of(turn, matter)
    return any(_roles(turn, row) for row in rows) or (not rows and not matter.startswith("XS-"))


def reasons(turn: Turn, matter: str) -> str:
    """Rule, law, since when and by when, how often, who else, what comes next; "" when he never was told."""
    heard, me = _heard(turn, matter), turn.actor.userid
    urged = urges.of_person(turn.session, me, matter)
    if not heard:
        return "\n".join([f"{label(turn, matter)}：系统还没有提醒过您。", *_urged(turn, matter)]) if urged else ""
    push = heard[-1]
    row = turn.session.get(Obligation, push.obligation) if push.obligation is not None else None
    kind = kinds.of(push.ladder)
    lines = [f"{label(turn, matter)}：{kind.title}。依据：{kind.law}"]
    lines += [_since(turn, row, push, len(heard))] if row is not None else []
    others = sorted(hearers.roles_beside(turn.session, push), key=lambda name: _RANKS.get(name, 0))
    lines += [f"这一次同时提醒：{'、'.join(NAMES[name] for name in others if name in NAMES)}。"] if others else []
    lines += _urged(turn, matter)
    return "\n".join([*lines, _next(turn, matter)])


def following(turn: Turn, matter: str) -> str:
    """Only what comes next; "" when the matter is none of his."""
    his = _heard(turn, matter) or any(_roles(turn, row) for row in obligations.open_of(turn, matter))
    if not his and not _to_do(turn, matter):
        return ""
    return f"{label(turn, matter)}：{_next(turn, matter)}"


def _to_do(turn: Turn, matter: str) -> bool:
    found = owed.find(turn, matter)
    return found is not None and found.mine and not found.ended


def _heard(turn: Turn, matter: str) -> list[Push]:
    told = pushes.about(turn.session, turn.actor.userid, matter)
    return [push for push in told if push.ladder != PROMISE] or told


def _since(turn: Turn, row: Obligation, push: Push, count: int) -> str:
    today = day_of(turn.now)
    role = f"您是{NAMES[push.role]}，" if push.role in NAMES else ""
    begun, due = wording.short_day(day_of(row.begins_at), today), wording.day(row.due, today)
    return f"{begun}起算，时限{due}；{role}已提醒您{count}次。"


def _urged(turn: Turn, matter: str) -> list[str]:
    """`李敏12月3日催办过您。`"""
    rows = urges.of_person(turn.session, turn.actor.userid, matter)
    if not rows:
        return []
    last, today = rows[-1], day_of(turn.now)
    often = f"，共{len(rows)}次" if len(rows) > 1 else ""
    name = people.name_of(turn.session, last.by)
    return [f"{name}{wording.short_day(day_of(last.at), today)}催办过您{often}。"]


def _next(turn: Turn, matter: str) -> str:
    """The next rung for him, and the day on which it goes up."""
    standing = [row for row in obligations.open_of(turn, matter) if kinds.of(row.ladder).stands(turn, row)]
    if not standing:
        return "没有给您安排提醒。" if _to_do(turn, matter) else OVER
    coming = [(at, rung, row) for row in standing for at, rung in _rungs(turn, row)]
    mine = [at for at, rung, row in coming if set(rung.audience) & _roles(turn, row) and not _silenced(turn, at, row)]
    first = min(mine, default=None)
    when, whom = _upwards(turn, coming)
    words = f"下次{_half_day(turn, first)}提醒您" if first is not None else "后面没有给您的提醒了"
    if when is None:
        return f"{words}。"
    return f"{words}，同时{whom}。" if when == first else f"{words}；{_half_day(turn, when)}仍未办好，{whom}。"


def _silenced(turn: Turn, at: datetime, row: Obligation) -> bool:
    """What he promised a later day for is silent until then."""
    promise = answers.find_promise(turn.session, turn.actor.userid, row.matter)
    if row.ladder == PROMISE:
        return row.owner != turn.actor.userid
    return promise is not None and promise.until is not None and day_of(at) < promise.until


def _upwards(turn: Turn, coming: list[tuple[datetime, Rung, Obligation]]) -> tuple[datetime | None, str]:
    """When it first goes above him, and `报单位负责人` or `抄送单位负责人`."""
    found: list[tuple[datetime, str, bool]] = []
    for at, rung, row in coming:
        mine = max((_RANKS.get(name, 0) for name in _roles(turn, row)), default=0)
        above = [name for name in rung.audience if _RANKS.get(name, -1) > mine and _somebody(turn, row, name)]
        found += [(at, name, name in rung.copied) for name in above]
    first = min((at for at, _, _ in found), default=None)
    names = [(name, copied) for at, name, copied in found if at == first]
    reported = "、".join(dict.fromkeys(NAMES[name] for name, copied in names if not copied))
    copies = "、".join(dict.fromkeys(NAMES[name] for name, copied in names if copied))
    return first, "，".join(filter(None, [reported and f"报{reported}", copies and f"抄送{copies}"]))


def _somebody(turn: Turn, row: Obligation, name: str) -> bool:
    return any(person != turn.actor.userid for person in kinds.of(row.ladder).people(turn, row, name))


def _rungs(turn: Turn, row: Obligation) -> Iterator[tuple[datetime, Rung]]:
    """What is still to come, a repeated rung with its next time."""
    for rung in obligations.days(turn, row):
        at = _coming(turn, rung)
        if at is not None:
            yield at, rung.rung


def _coming(turn: Turn, rung: RungAt) -> datetime | None:
    at: datetime | None = rung.at
    while at is not None and at <= turn.now:
        at = ladders.again(rung.rung, at, turn.calendar)
    return at


def _roles(turn: Turn, row: Obligation) -> set[str]:
    """In which of the ladder's audiences he is today."""
    kind = kinds.of(row.ladder)
    names = {name for line in row.rungs for name in ladders.parse_rung(line).audience}
    return {name for name in names if turn.actor.userid in kind.people(turn, row, name)}


def _half_day(turn: Turn, at: datetime) -> str:
    """`12月14日 周一上午`; the minute is each person's own."""
    return f"{wording.day(day_of(at), day_of(turn.now))}{'上午' if at.astimezone(SHANGHAI).hour < 12 else '下午'}"
