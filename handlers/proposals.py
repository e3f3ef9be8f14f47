"""Who may only propose a reopening (T11) puts it before those who decide; they take it up or refuse it."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import access, choosing, hearing, judging, parties, texts
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, Way
from storage import moves, people, sides
from storage.matters import Finding
from storage.proceedings import Consent

KIND = "reopen"


def group(finding: Finding, cycle: int) -> str:
    return f"{finding.number}:reopen:{cycle}"


def must_be_first(turn: Turn, finding: Finding) -> None:
    waiting = sides.pending_consent(turn.session, finding, KIND)
    if waiting is not None:
        who = people.name_of(turn.session, waiting.by)
        raise Overtaken(f"{finding.number} 已由{who}提议重启，正等决定。", keep=False)


def adopt(turn: Turn, finding: Finding) -> None:
    """Whoever decides takes over the reason and basis of the proposal, as far as he says none of his own."""
    waiting = sides.pending_consent(turn.session, finding, KIND)
    if waiting is not None and waiting.by != turn.actor.userid:
        turn.draft["proposer"] = waiting.by
        turn.draft.setdefault("reason", waiting.reason)
        turn.draft.setdefault("basis", waiting.basis)


def confirm(turn: Turn, finding: Finding) -> Ask:
    deciders = choosing.names(turn, _deciders(turn, finding))
    lines = [f"重启由来源部门负责人或监督办公室决定。请确认提议重启 {finding.number}（{choosing.title(finding)}）："]
    lines += [f"原因：{turn.draft['reason']}", f"依据：{turn.draft['basis']}"]
    lines += [f"报{deciders}决定，现在仍是“已销号”。", texts.CONFIRM]
    card = Card(CardKind.BUTTONS, title="提议重启", facts=(("编号", finding.number),), buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "propose", card)


def _deciders(turn: Turn, finding: Finding) -> list[str]:
    """The source's people who may, and the office's staff; the director when there is nobody else."""
    day = day_of(turn.now)
    source = people.userids_with(turn.session, parties.SOURCE_STAFF, day, finding.source)
    near = hearing.able(turn, [*source, *texts.office_staff(turn)], finding, Action.REOPEN)
    return near or hearing.able(turn, texts.directors(turn), finding, Action.REOPEN)


def take_confirm(turn: Turn) -> Reply:
    finding = access.get_visible(turn, turn.draft["number"])  # his post may have ended since
    if turn.meaning.intent != "confirm":
        return Ask("没有提议。" + texts.CONFIRM + "。", "propose")
    moves.lock(turn.session, finding)
    verdict = access.allowed(turn, Action.REOPEN, finding)
    if not verdict and verdict.way is not Way.PROPOSE:
        raise UserError("重启由来源部门或监督办公室决定，您现在不能提议。", keep=False)
    must_be_first(turn, finding)
    if finding.state != "closed":
        raise Overtaken(f"{finding.number} 刚刚已经重启，不用再提。", keep=False)
    reason, basis = turn.draft["reason"], turn.draft["basis"]
    row = Consent(kind=KIND, at=turn.now, by=turn.actor.userid, reason=reason, basis=basis)
    moves.keep(turn.session, finding, turn.entry("propose_reopen", reason), row)
    told = _tell(turn, finding)
    choosing.touched(turn, finding)
    return Done(f"{finding.number}：已提议重启，等候决定，现在仍是“已销号”。{choosing.told(turn, told)}。")


def _tell(turn: Turn, finding: Finding) -> list[str]:
    told, number = _deciders(turn, finding), finding.number
    facts = (
        ("事项", choosing.title(finding)),
        ("提议", f"{turn.actor.unit_name} {turn.actor.name}"),
        ("原因", turn.draft["reason"]),
        ("依据", turn.draft["basis"]),
    )
    buttons = (Button("重启", f"同意重启 {number}", Style.STRONG), Button("不重启", f"不同意重启 {number}"))
    card = Card(CardKind.BUTTONS, title=f"提议重启 {number}", facts=facts, buttons=buttons)
    for person in told:
        turn.tell(person, card, group=group(finding, finding.cycle), matter=number)
    return told


def settled(turn: Turn, finding: Finding, state: str) -> list[moves.Piece]:
    """The proposals of the round end with the decision."""
    decided = {"state": state, "decided_by": turn.actor.userid, "decided_at": turn.now}
    waiting = [row for row in sides.consents_of(turn.session, finding, KIND) if row.state == "pending"]
    return [moves.Altered(row, decided, {"state": "pending"}) for row in waiting]


def refuse(turn: Turn, finding: Finding) -> Reply:
    """`不同意重启`: only an open proposal can be refused, and with a reason."""
    if not access.allowed(turn, Action.REOPEN, finding):
        raise UserError(f"{finding.number} 是否重启由来源部门负责人或监督办公室决定。", keep=False)
    waiting = sides.pending_consent(turn.session, finding, KIND)
    if waiting is None:
        raise Overtaken(f"{finding.number} 没有等决定的重启提议。", keep=False)
    if not turn.draft.get("reason"):
        return Ask(f"不同意重启 {finding.number}，理由是什么？", "refuse_reason")
    who = people.name_of(turn.session, waiting.by)
    lines = [f"请确认不同意重启 {finding.number}（{choosing.title(finding)}）：", f"{who}的提议：待决定 → 不同意"]
    lines += [f"理由：{turn.draft['reason']}", texts.CONFIRM]
    card = Card(CardKind.BUTTONS, title="不重启", facts=(("编号", finding.number),), buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "refuse", card)


def take_reason(turn: Turn) -> Reply:
    if turn.text.strip() and turn.meaning.intent not in ("confirm", "deny"):
        turn.draft["reason"] = str(turn.meaning.slots.get("reason") or turn.text).strip()
    return refuse(turn, choosing.get(turn, turn.draft["number"]))


def take_refusal(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent != "confirm":
        return take_reason(turn)
    moves.lock(turn.session, finding)
    again = refuse(turn, finding)
    if not isinstance(again, Ask) or again.step != "refuse":
        return again
    waiting, reason = sides.pending_consent(turn.session, finding, KIND), turn.draft["reason"]
    assert waiting is not None
    if not moves.keep(turn.session, finding, turn.entry("refuse_reopen", reason), *settled(turn, finding, "refused")):
        raise Overtaken(f"{finding.number} 的重启提议刚刚有人决定过。", keep=False)
    turn.close_cards(group(finding, finding.cycle), f"已由{turn.actor.name}于{choosing.stamp(turn)}决定：不重启")
    told = hearing.tell(turn, [waiting.by], finding, f"{finding.number} 的重启提议未获同意，理由：{reason}")
    choosing.touched(turn, finding)
    return Done(f"{finding.number} 的重启提议：待决定 → 不同意。{choosing.told(turn, told)}。")
