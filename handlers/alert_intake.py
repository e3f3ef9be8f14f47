"""What business systems warn of comes into the queue 待研判: once, without a number, and told in one line (S58)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.flow import Turn
from handlers import texts
from handlers.rules import amounts
from storage import alerts, people
from storage.models import Due

Received = tuple[str, int]  # the words for how it stands, or "" and the seconds until the source may send again
KIND = "alerts"
STATES = {"pending": "待研判", "registered": "已登记为问题", "refused": "不予登记"}
JUDGES = ("member_liaison", "member_head", "audit_staff", "disc_manager", "union_staff", "acct_staff")


def receive(turn: Turn, source: str, owner: str, facts: Mapping[str, Any], arrived_at: datetime, most: int) -> Received:
    """Keep it once. facts: the fields of `bot/ingest.py`'s Body. arrived_at: in real time; most: new ones a minute."""
    full = alerts.full_since(turn.session, source, arrived_at, most)
    known = alerts.find(turn.session, source, facts["id"])
    if known is not None:
        return STATES[known.state], 0
    if full is not None:
        return "", 1 + int((full + alerts.WINDOW - arrived_at).total_seconds())
    code, name = _unit(turn, facts["unit"])
    row = alerts.add(
        turn.session,
        source=source, reference=facts["id"], owner=owner, unit=code, unit_name=name, title=facts["title"],
        text=facts["text"], level=facts["level"], amount_fen=amounts.fen_of(facts["amount_yuan"]), at=facts["at"],
        received_at=turn.now, arrived_at=arrived_at, state="pending", decided_by="", decided_at=None, reason="",
        finding="",
    )  # fmt: skip
    turn.record(matter(row), "alert", after={"state": "pending", "source": source})
    _plan_word(turn)
    return STATES["pending"], 0


def matter(row: int) -> str:
    """How the ledger calls it: it has no number that people see."""
    return f"alert:{row}"


def _unit(turn: Turn, said: str) -> tuple[str, str]:
    """The one unit of this code, name or alias; otherwise the words alone."""
    found = [one for one in turn.lexicon.units if said and said in (one.code, one.name, *one.aliases)]
    exact = [one for one in found if said in (one.code, one.name)] or found
    return (exact[0].code, exact[0].name) if len(exact) == 1 else ("", said)


def _plan_word(turn: Turn) -> None:
    """One word for all that come within the hour, at a time when people may be disturbed."""
    hour = turn.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    at = turn.calendar.may_send(hour)
    turn.plan(KIND, KIND, f"{at:%d%H%M}", at)


def on_due(turn: Turn, _row: Due) -> None:
    """Everybody hears how many wait for him; who has none hears nothing."""
    waiting, today = alerts.waiting(turn.session), texts.today_of(turn)
    heard = dict.fromkeys(texts.office_staff(turn), sum(waiting.values()))
    for owner, count in waiting.items():
        for person in people.userids_with(turn.session, JUDGES, today, owner) if owner else ():
            heard[person] = heard.get(person, 0) or count
    for person, count in heard.items():
        if count:
            turn.tell(person, f"有{count}条预警待研判，发“预警”查看", push_key=f"{KIND}:{turn.now:%Y%m%d%H%M}|{person}")
