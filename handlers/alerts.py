"""Alerts of business systems (预警), judged by people: one becomes a finding by its own 确认, or is closed (S58)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from bot.errors import Overtaken
from bot.flow import Ask, Done, Flow, Meaning, Reply, Step, Turn
from handlers import finding_source, finding_submit, lead_contents, texts
from handlers.alert_intake import KIND, STATES, matter, on_due
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI, day_of
from storage import alerts, events, people
from storage.events import Entry
from storage.models import Alert
from storage.people import Actor

OFFICE = ("office_staff", "office_director")
NONE = "现在没有等您研判的预警。"
GONE = "预警队列里没有第{at}条。发“预警”看现在的清单。"
WHY = "不予登记请写明理由（一句话即可）。"
HOW = "回复“预警1 登记为问题”，或“预警1 不予登记，理由：…”。"
_SHOWN, _TEXT = 8, 300
_OWN = "alert"  # where this talk keeps its own beside the draft of the finding
_EMPTY = re.compile(r"(?:没有|无|不需要|不用|确认|是|好|好的|可以)?[\s。，！]*")


def start(turn: Turn) -> Reply:
    slots = turn.meaning.slots
    if slots.get("action") in (None, "list"):
        return _list(turn)
    found = _meant(turn, int(slots.get("index") or 0))
    if found is None:
        return Done(GONE.format(at=slots.get("index")) if _mine(turn) else NONE)
    if slots["action"] == "show":
        return Done("\n".join([_line(turn, found), found.text[:_TEXT], HOW.replace("1", str(slots["index"]))]))
    if slots["action"] == "register":
        return _register(turn, found)
    turn.draft.update(id=found.id, reason=str(slots.get("reason") or ""))
    return _refusing(turn)


def _mine(turn: Turn) -> list[Alert]:
    """What waits for him: everything for the office, what goes to his supervising department for its people."""
    if turn.actor.has(*OFFICE):
        return alerts.pending(turn.session, None)
    owners = [source["code"] for source in finding_source.candidates(turn) if not source["self_check"]]
    return alerts.pending(turn.session, owners) if owners else []


def _list(turn: Turn) -> Done:
    found = _mine(turn)
    if not found:
        return Done(NONE)
    turn.recent["alerts"] = [one.id for one in found]  # what `预警2` means until he looks again
    lines = [f"{at}. {_line(turn, one)}" for at, one in enumerate(found[:_SHOWN], 1)]
    more = [f"另有{len(found) - _SHOWN}条，前面的研判后再看。"] if len(found) > _SHOWN else []
    return Done("\n".join([f"待研判预警{len(found)}条：", *lines, *more, HOW]))


def _line(turn: Turn, alert: Alert) -> str:
    """`恒信物流｜大额资金异常流出｜4.2万元｜11月20日 周五`."""
    facts = [alert.unit_name or "单位待定", alert.title]
    if alert.amount_fen is not None:
        facts.append(wording.money_fen(alert.amount_fen))
    if alert.at is not None:
        facts.append(wording.day(day_of(alert.at), texts.today_of(turn)))
    return "｜".join(facts)


def _meant(turn: Turn, at: int) -> Alert | None:
    """The one at this place of the list that he saw last, or of the queue as it is now; only one of his own."""
    mine = {one.id: one for one in _mine(turn)}
    listed = list(turn.recent.get("alerts") or mine)
    if not 0 < at <= len(listed):
        return None
    chosen = listed[at - 1]
    if chosen not in mine and _was_mine(turn, chosen):
        raise _overtaken(turn, chosen)
    return mine.get(chosen)


def _was_mine(turn: Turn, row: int) -> bool:
    return row in (turn.recent.get("alerts") or ())


def _overtaken(turn: Turn, row: int) -> Overtaken:
    done = alerts.get(turn.session, row)
    who = f"，由{people.name_of(turn.session, done.decided_by)}研判" if done.decided_by else ""
    became = f"（{done.finding}）" if done.finding else ""
    return Overtaken(f"这条预警已经{STATES[done.state]}{became}{who}，没有重复办理。", keep=False)


def _register(turn: Turn, alert: Alert) -> Reply:
    """The draft of a finding with what the system told; judged only with that finding's own 确认."""
    own = {"id": alert.id, "before": turn.recent.get("submitted")}
    slots: dict[str, Any] = {"desc": _words(alert), "method": "data_monitor"}
    if alert.unit:
        slots["unit"] = alert.unit_name
    if alert.amount_fen is not None:
        slots["amount_yuan"] = Decimal(alert.amount_fen) / 100
    if alert.at is not None:
        slots["found_at"] = day_of(alert.at).isoformat()
    turn.draft.clear()
    turn.text, turn.meaning = _words(alert), Meaning("submit_finding", slots, explicit=True)
    return _after(turn, own, finding_submit.start(turn))


def _words(alert: Alert) -> str:
    return alert.text if alert.text.startswith(alert.title) else f"{alert.title}：{alert.text}"


def _after(turn: Turn, own: dict[str, Any], reply: Reply) -> Reply:
    if isinstance(reply, Ask):
        turn.draft[_OWN] = own
        return replace(reply, step=f"{_OWN}.{reply.step}")
    number = str(turn.recent.get("submitted") or "")
    if not number or number == own["before"]:
        return reply
    is_finding = number.startswith("WT-")  # a lead's number stands nowhere beside what became it
    if is_finding:
        _decide(turn, own["id"], "registered", finding=number)
    else:
        _decide_lead(turn, own["id"])
    return replace(reply, text=f"{reply.text}\n这条预警：待研判 → {STATES['registered'] if is_finding else '已研判'}。")


def _inside(step: Step) -> Step:
    """A step of the finding's submission, with this talk's own put aside meanwhile."""

    def take(turn: Turn) -> Reply:
        own = turn.draft.pop(_OWN)
        if alerts.get(turn.session, own["id"]).state != "pending":
            raise _overtaken(turn, own["id"])
        return _after(turn, own, step(turn))

    return take


def _refusing(turn: Turn) -> Reply:
    alert = alerts.get(turn.session, turn.draft["id"])
    if _EMPTY.fullmatch(turn.draft["reason"]):
        return Ask(WHY, "alert_reason")
    lines = ["请确认不予登记：", _line(turn, alert), f"理由：{turn.draft['reason'][:200]}", "状态：待研判 → 不予登记"]
    return Ask("\n".join([*lines, texts.CONFIRM]), "alert_refuse")


def take_reason(turn: Turn) -> Reply:
    turn.draft["reason"] = re.sub(r"^\s*(?:理由|原因)\s*[:：是为]*\s*", "", turn.text).strip()
    return _refusing(turn)


def take_refusal(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        return take_reason(turn) if turn.text.strip() and turn.meaning.intent != "deny" else Done("好的，没有改动。")
    if turn.draft["id"] not in {one.id for one in _mine(turn)}:
        raise _overtaken(turn, turn.draft["id"])
    _decide(turn, turn.draft["id"], "refused", reason=turn.draft["reason"][:400])
    return Done("这条预警：待研判 → 不予登记，已留痕。")


def _decide(turn: Turn, row: int, state: str, *, reason: str = "", finding: str = "") -> None:
    """Of two at once one wins; the other's finding is rolled back with his turn."""
    if not alerts.decide(turn.session, row, state, turn.actor.userid, turn.now, reason=reason, finding=finding):
        raise _overtaken(turn, row)
    after = {"state": state, **({"finding": finding} if finding else {})}
    turn.record(matter(row), f"alert_{state}", before={"state": "pending"}, after=after, reason=reason)
    turn.recent.pop("alerts", None)


def _decide_lead(turn: Turn, row: int) -> None:
    """It went on as a lead: neither its words nor who reported them stand on here in clear."""
    midnight = turn.now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    if not alerts.decide(turn.session, row, "registered", "", midnight.astimezone(UTC), emptied=True):
        raise _overtaken(turn, row)
    entry = Entry(turn.now, lead_contents.REPORTER, "alert_registered")
    events.append(turn.session, entry, matter(row), {"state": "pending"}, {"state": "registered"})
    turn.recent.pop("alerts", None)


def _help(actor: Actor) -> str | None:
    return "业务系统预警：发“预警”查看和研判" if actor.has(*OFFICE) else None


FLOW = Flow(
    name="alerts",
    title="预警研判",
    intents=("alerts",),
    start=start,
    steps={
        "alert_reason": take_reason,
        "alert_refuse": take_refusal,
        **{f"{_OWN}.{name}": _inside(step) for name, step in finding_submit.FLOW.steps.items()},
    },
    on_due={KIND: on_due},
    help=_help,
)
