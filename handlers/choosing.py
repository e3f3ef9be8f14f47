"""Which finding is meant: from the number, from what was shown last, from the only one, or by asking."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time, timedelta

from bot.errors import UserError
from bot.flow import Ask, Turn
from handlers import access
from handlers.rules import calendar, wording
from handlers.rules.permissions import Action
from storage import moves, outbox, people, pushes
from storage.matters import Finding

_TITLE, _LEAST_TITLE = 24, 6  # characters: of a title, and of what may stand for a longer one
_LEADING = re.compile(r"\s*(?:[Ww][Tt][-－—_ ]?)?(?:20\d\d[-－—_ ]?)?\d{3,4}(?![\d.]|元|万|年|月)")
SHOWN = 8  # contract.md: lists show eight
LATELY = timedelta(minutes=30)  # domain.md P10


def numbers(turn: Turn) -> list[str]:
    """The findings' numbers of this message, each once."""
    slots = turn.meaning.slots
    said = [slots.get("number"), *slots.get("numbers", ())]
    return list(dict.fromkeys(number for number in said if isinstance(number, str) and number.startswith("WT-")))


def recent(turn: Turn) -> list[str]:
    """What was shown or touched last (domain.md P10)."""
    return [number for number in shown(turn) if number.startswith("WT-")]


def shown(turn: Turn) -> list[str]:
    """The same of every kind: also reports (BG-), urgent ones (JJ-) and leads (XS-). Else what he was reminded of."""
    said = turn.recent.get("numbers")
    return [str(number) for number in said] if said else reminded(turn)


def before_him(turn: Turn) -> list[str]:
    """What 这条 may mean: findings of which cards came since he last spoke, the newest first, and what was shown last.

    Where nothing was shown to him, the cards of his last half hour.
    """
    said = turn.recent.get("numbers")
    since = turn.now - LATELY
    if said and turn.spoke_at is not None:
        since = max(since, turn.spoke_at)
    told = outbox.matters_told(turn.session, turn.actor.userid, since)
    came = [matter for matter in told if matter.startswith("WT-")]
    return list(dict.fromkeys([*came, *(shown(turn) if said or not came else [])]))


def reminded(turn: Turn) -> list[str]:
    """What today's last reminder told him, in the order in which it stood there."""
    midnight = calendar.at(calendar.day_of(turn.now), time(0))
    rows = pushes.latest(turn.session, turn.actor.userid, midnight)
    listed = next((row.facts["shown"] for row in rows if row.facts.get("shown")), None)
    return [str(matter) for matter in listed] if listed else list(dict.fromkeys(row.matter for row in rows))


def listed_last(turn: Turn) -> list[str]:
    """Where 第二条 counts: the list shown last, also after one of it was looked at."""
    now, before = shown(turn), turn.recent.get("listed") or []
    return list(before) if len(now) == 1 and now[0] in before else now


def keep_list(turn: Turn) -> None:
    """The list goes on counting while one of it is dealt with."""
    turn.recent["listed"] = listed_last(turn)


def touched(turn: Turn, *findings: Finding) -> None:
    """From now on "这条" means these."""
    keep_list(turn)
    turn.recent["numbers"] = [finding.number for finding in findings]


def elsewhere(turn: Turn, current: Sequence[str], intent: str) -> bool:
    """Whether the answer begins the same thing for another finding: `0002给建设，周涛负责` while 0001 is open."""
    said = numbers(turn)
    if not said or any(number in current for number in said):
        return False
    return turn.meaning.intent == intent or _LEADING.match(turn.text) is not None


def single(turn: Turn, candidates: Sequence[Finding]) -> Finding | None:
    """The only candidate, or the only one of them that was shown last."""
    if len(candidates) == 1:
        return candidates[0]
    shown = set(recent(turn))
    meant = [finding for finding in candidates if finding.number in shown]
    return meant[0] if len(meant) == 1 else None


def ask_which(turn: Turn, candidates: Sequence[Finding], step: str, lead: str) -> Ask:
    """A numbered choice; `chosen` reads the answer."""
    turn.draft["choices"] = [finding.number for finding in candidates]
    more = f"\n另有{len(candidates) - SHOWN}条，可直接回复编号。" if len(candidates) > SHOWN else ""
    return Ask(f"{lead}\n{listed(turn, candidates)}{more}\n回复序号或编号即可。", step)


def listed(turn: Turn, findings: Sequence[Finding]) -> str:
    """At most eight numbered lines."""
    return "\n".join(f"{index} {line(turn, finding)}" for index, finding in enumerate(findings[:SHOWN], 1))


def chosen(turn: Turn) -> str | None:
    """The number that an answer to `ask_which` means."""
    said = numbers(turn)
    if said:
        return said[0]
    choices: list[str] = turn.draft.get("choices", [])
    slots, text = turn.meaning.slots, turn.text.strip()
    index = slots.get("index", slots.get("ref"))  # the open question's own list comes before what was shown
    if index is None and text.isdecimal():
        index = int(text)
    if not isinstance(index, int) or not (0 < index <= len(choices) or -len(choices) <= index < 0):
        return None
    return choices[index - 1 if index > 0 else index]


def line(turn: Turn, finding: Finding) -> str:
    due = f"，{due_words(turn, finding)}" if finding.due else ""
    return f"{finding.number} {title(finding)}{due}"


def title(finding: Finding) -> str:
    return short(finding.title or finding.desc)


def short(text: str) -> str:
    """At most 24 characters: what is longer ends with the last clause that fits, a long first clause with “…”."""
    if len(text) <= _TITLE:
        return text
    end = max(text.rfind(mark, 0, _TITLE) for mark in "，。；,;")
    return text[:end] if end >= _LEAST_TITLE else f"{text[: _TITLE - 1]}…"


def due_words(turn: Turn, finding: Finding) -> str:
    """`12月25日 周五`."""
    return wording.day(finding.due, calendar.day_of(turn.now)) if finding.due else "未定"


def names(turn: Turn, userids: Sequence[str]) -> str:
    """`周涛、王建国`."""
    return "、".join(people.name_of(turn.session, userid) for userid in userids)


def stamp(turn: Turn) -> str:
    """`11月23日 10:02`, for what a closed card says."""
    local = turn.now.astimezone(calendar.SHANGHAI)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def told(turn: Turn, userids: Sequence[str]) -> str:
    """`已告知周涛`, and when it reaches him if that is not now (domain.md 6.7)."""
    others = [userid for userid in userids if userid != turn.actor.userid]
    if not others:
        return ""
    hold = turn.calendar.may_send(turn.now)
    when = f"（免打扰时段，{wording.moment(hold, calendar.day_of(turn.now))}送达）" if hold > turn.now else ""
    return f"已告知{names(turn, others)}{when}"


def get(turn: Turn, number: str) -> Finding:
    """Read again what a step goes on with; it was visible a moment ago, unless it has become a lead since (S49)."""
    finding = moves.find(turn.session, number)
    if finding is None:
        raise UserError.hidden()
    if finding.state == "converted_to_lead" and not access.allowed(turn, Action.VIEW_FULL, finding):
        raise UserError(f"{number}：已转办理。", keep=False)
    return finding
