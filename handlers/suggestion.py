"""The discipline body's advice on a finding goes to a body that may know of it; no state changes (domain.md S12)."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, hearing, judging, naming, parties, tasks, texts
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.rules.states import ENDED
from storage import moves, people, units
from storage.matters import Finding, Unit

_STAFF = ("audit_staff", "member_liaison", "member_head", "union_staff", "acct_staff", "unit_liaison", "unit_head",
          *parties.OFFICE)  # fmt: skip
_MOST = 300


def start(turn: Turn) -> Reply:
    _take(turn)
    found = naming.meant(turn, naming.shown_last(turn, Action.SUGGEST), "建议针对哪一条问题？")
    return _open(turn, found) if isinstance(found, str) else found


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _take(turn: Turn) -> None:
    slots, draft = turn.meaning.slots, turn.draft
    named = slots.get("target_org") or slots.get("unit")
    if named:
        draft["org"] = str(named)
    if slots.get("desc"):
        draft["words"] = str(slots["desc"])[:_MOST]


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    if not access.allowed(turn, Action.SUGGEST, finding):
        office = texts.office_contact(turn)
        raise UserError(f"提醒建议由纪检监察机构提出。您的意见请联系{office}转达。", keep=False)
    if finding.state in ENDED - {"closed"}:
        raise UserError(f"{number} 现在是“{tasks.label(finding)}”，不用再提建议。", keep=False)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    return _next(turn, finding)


def _next(turn: Turn, finding: Finding) -> Reply:
    draft = turn.draft
    unit = units.find_by_name(turn.session, draft["org"]) if draft.get("org") else None
    asked = [] if unit else ["请哪个部门或单位关注？"]
    asked += [] if draft.get("words") else ["建议关注什么？"]
    if unit is None or asked:
        return Ask(f"{finding.number} 的提醒建议：{' '.join(asked)}", "details")
    if not _hearers(turn, finding, unit):
        draft.pop("org")
        return Ask(f"{unit.name}没有可以查看 {finding.number} 的人员，不能发给它。换一个部门？", "details")
    lines = [f"请确认就 {finding.number}（{choosing.title(finding)}）提醒{unit.name}："]
    lines += [f"建议：{draft['words']}", "只提醒，问题的状态和时限不变。", texts.CONFIRM]
    card = Card(CardKind.BUTTONS, title="提醒建议", facts=(("编号", finding.number), ("发给", unit.name)),
                buttons=judging.BUTTONS)  # fmt: skip
    return Ask("\n".join(lines), "confirm", card)


def _hearers(turn: Turn, finding: Finding, unit: Unit) -> list[str]:
    """Its people who may read the finding, or at least know of it: the advice itself names number and matter only."""
    staff = people.userids_with(turn.session, _STAFF, day_of(turn.now), unit.code)
    seeing = hearing.able(turn, staff, finding)
    return seeing or hearing.able(turn, staff, finding, Action.VIEW_PEER)


def take_details(turn: Turn) -> Reply:
    before = dict(turn.draft)
    _take(turn)
    if not turn.draft.get("words") and turn.draft == before and turn.text.strip():
        turn.draft["words"] = turn.text.strip()[:_MOST]
    return _next(turn, choosing.get(turn, turn.draft["number"]))


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        _take(turn)
        return _next(turn, finding)
    again = _open(turn, finding.number)  # rights and people once more
    if not isinstance(again, Ask) or again.step != "confirm":
        return again
    unit = units.find_by_name(turn.session, turn.draft["org"])
    assert unit is not None
    moves.lock(turn.session, finding)
    words = turn.draft["words"]
    turn.record(finding.number, "suggest", after={"target": unit.code, "text": words})
    told = _hearers(turn, finding, unit)
    who = f"{turn.actor.unit_name} {turn.actor.name}"
    text = f"{who}对 {finding.number} 提出建议：{words}\n供{unit.name}工作参考，问题的状态不变。"
    for person in told:
        turn.tell(person, text, matter=finding.number)
    return Done(f"{finding.number} 的提醒建议已发{unit.name}，状态不变。{choosing.told(turn, told)}。")


FLOW = Flow(
    name="suggestion",
    title="提醒建议",
    intents=("suggest",),
    start=start,
    steps={"which": take_which, "details": take_details, "confirm": take_confirm},
)
