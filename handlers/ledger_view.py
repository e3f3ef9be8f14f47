"""看操作日志 (domain.md 2.4): of any matter for the log auditor, of leads for their manager, of his own deeds else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import LEADS_CLOSED, UserError
from bot.flow import Done, Flow, Reply, Turn
from handlers import choosing, lead_access, ledger_words, trail
from handlers.rules.lead_permissions import LeadAction, LeadRelation, Sight, sight
from storage import events, leads
from storage.matters import Lead
from storage.models import Event
from storage.people import Actor

LIST = "ledger"  # what `全部` goes on with
VIEWED = "ledger_viewed"
MOST = 40  # entries of `全部`
DEPTH = 400  # how far back a list without a number looks
_LEADS = "XS-"


def start(turn: Turn) -> Reply:
    slots = turn.meaning.slots
    said = [slots.get("number"), *(slots.get("numbers") or ())]
    number = next((str(one) for one in said if one), "")
    if number:
        return _show(turn, number, whole=False)
    shown = choosing.recent(turn)
    if shown and not slots.get("own") and not slots.get("leads") and not turn.actor.has("log_auditor"):
        return trail.start(turn)  # 操作日志, said of the finding that he has before him
    return _list(turn, own=bool(slots.get("own")), whole=False)


def again(turn: Turn, spec: Mapping[str, Any]) -> Done:
    """`全部`, with the rights as they are now."""
    number = str(spec.get("number") or "")
    return _show(turn, number, whole=True) if number else _list(turn, own=bool(spec.get("own")), whole=True)


def _show(turn: Turn, number: str, *, whole: bool) -> Done:
    """Of one matter. Absent and hidden take the same way and raise the same words (2.5)."""
    found = lead_access.find_for_log(turn, number)
    history = events.history(turn.session, number)
    if found is not None and found[1] is Sight.OWN_LOOKS:
        history = [event for event in history if event.actor == turn.actor.userid]
    elif found is None and not (_kind(turn) is Sight.FULL and not number.startswith(_LEADS) and history):
        raise UserError.hidden()
    turn.recent["list"] = {"kind": LIST, "number": number}
    if number.startswith(("XS-", "WT-")):
        turn.recent["numbers"] = [number]
    own = "您的" if found is not None and found[1] is Sight.OWN_LOOKS else ""
    return _done(turn, f"{number}｜{own}操作日志", number, history, found[0] if found else None, whole=whole)


def _list(turn: Turn, *, own: bool, whole: bool) -> Done:
    """The newest entries of all that he may see."""
    kind = _kind(turn)
    if kind is Sight.NONE:
        raise UserError(LEADS_CLOSED, counts=True) if turn.meaning.slots.get("leads") else UserError.hidden()
    mine = own or kind is Sight.OWN_LOOKS
    prefix = _LEADS if kind is Sight.LEADS_ONLY and not own else ""
    found = events.newest(turn.session, DEPTH, actor=turn.actor.userid if mine else "", prefix=prefix)
    seen = _Seen(turn)
    history = [event for event in found if seen(event)][:MOST]
    history.reverse()
    turn.recent["list"] = {"kind": LIST, "own": own}
    title = "您的操作日志" if mine else "线索操作日志" if prefix else "操作日志"
    return _done(turn, f"{title}（最近）", "ledger", history, None, whole=whole)


def _done(turn: Turn, title: str, matter: str, history: Sequence[Event], lead: Lead | None, *, whole: bool) -> Done:
    shown = history if whole else history[-choosing.SHOWN :]
    named = matter == "ledger"
    lines = [f"{title}{len(history)}条", *ledger_words.lines(turn, shown, named=named)]
    after = {"count": len(shown)}  # looking leaves its own entry
    turn.record(matter, VIEWED, after=after)  # in office: 反映人 would say that he is one of the few who may
    if len(shown) < len(history):
        lines.append(f"以上是最近{len(shown)}条，回复“全部”看其余。")
    elif not history:
        lines = [f"{title}：还没有记录。"]
    return Done("\n".join([*lines, "只记谁、何时、做了什么，不含内容；本次查看已留痕。"]))


def _kind(turn: Turn) -> Sight:
    """What he may see of the logs at all, whichever lead it is about."""
    return sight(LeadAction.VIEW_LOG, turn.actor.posts, LeadRelation())


class _Seen:
    """Whether an entry may be shown: of a lead only to who is not kept out of it (S41), each lead asked once."""

    def __init__(self, turn: Turn) -> None:
        self._turn, self._known = turn, dict[str, bool]()

    def __call__(self, event: Event) -> bool:
        if not event.matter.startswith(_LEADS):
            return True
        if event.matter not in self._known:
            lead = leads.find(self._turn.session, event.matter)
            self._known[event.matter] = (
                lead is not None and lead_access.verdict(self._turn, lead, LeadAction.VIEW_LOG) is not Sight.NONE
            )
        return self._known[event.matter]


def _help(actor: Actor) -> str | None:
    return "查操作日志：“操作日志”" if actor.has("log_auditor", "disc_manager") else None


FLOW = Flow(
    name="ledger_view", title="查看操作日志", intents=("view_log",), start=start, aside=True, secret=True, help=_help
)
