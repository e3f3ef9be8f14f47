"""The office reserves a finding's acceptance for a spot check (抽查): then it may accept or return it too (T8)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, hearing, judging, naming, parties, tasks, texts
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.rules.states import ENDED
from storage import moves
from storage.matters import Finding


def start(turn: Turn) -> Reply:
    found = naming.meant(turn, naming.shown_last(turn, Action.SPOT_CHECK), "要抽查哪一条？")
    return _open(turn, found) if isinstance(found, str) else found


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    _check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    lines = [f"请确认抽查 {number}（{choosing.title(finding)}，{finding.unit_name or '责任单位待定'}）："]
    lines += ["验收：来源部门 → 来源部门或监督办公室（抽查）", texts.CONFIRM]
    card = Card(CardKind.BUTTONS, title="抽查", facts=(("编号", number),), buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "confirm", card)


def _check(turn: Turn, finding: Finding) -> None:
    if not access.allowed(turn, Action.SPOT_CHECK, finding):
        office = texts.office_contact(turn)
        raise UserError(f"抽查由监督办公室安排。有建议请联系{office}。", keep=False)
    if finding.state == "closed":
        words = f"{finding.number} 已销号。查出问题可以重启：“重启 {finding.number}，原因：…，依据：…”。"
        raise UserError(words, keep=False)
    if finding.state in ENDED:
        raise UserError(f"{finding.number} 现在是“{tasks.label(finding)}”，不用抽查。", keep=False)
    if finding.spot_check:
        raise Overtaken(f"{finding.number} 已列为抽查，不用再设。", keep=False)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        return Ask("没有办理。" + texts.CONFIRM + "。", "confirm")
    finding = choosing.get(turn, turn.draft["number"])
    moves.lock(turn.session, finding)
    _check(turn, finding)
    moves.keep(turn.session, finding, turn.entry("spot_check"), spot_check=True)
    number = finding.number
    words = f"{number} {choosing.title(finding)}：监督办公室将抽查，可由办公室验收。"
    told = hearing.tell(turn, parties.trackers(turn.session, finding, day_of(turn.now)), finding, words)
    choosing.touched(turn, finding)
    heard = f"{heard}。" if (heard := choosing.told(turn, told)) else ""
    waits = f"正待验收，查好了请回复“同意销号 {number}”或“退回 {number}”。" if _waits(finding) else ""
    return Done(f"{number}：已列为抽查，监督办公室可以验收。{waits}{heard}{naming.rest(turn)}")


def _waits(finding: Finding) -> bool:
    return finding.state == "pending_acceptance"


FLOW = Flow(
    name="spot_check",
    title="抽查",
    intents=("spot_check",),
    start=start,
    steps={"which": take_which, "confirm": take_confirm},
)
