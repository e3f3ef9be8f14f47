"""Taking a finding out (T12): its submitter before registration; afterwards the office, once its director agrees."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import access, choosing, extension_withdrawal, judging, naming, objection, parties, settling, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.rules.states import T, may_move
from storage import moves, people, searches, sides
from storage.matters import Finding
from storage.proceedings import Consent


def group(finding: Finding) -> str:
    return f"{finding.number}:withdraw"


def start(turn: Turn) -> Reply:
    if extension_withdrawal.asked(turn):
        return extension_withdrawal.start(turn)  # not the finding: only the application for a later date
    if turn.meaning.slots.get("reason"):
        turn.draft["reason"] = str(turn.meaning.slots["reason"]).strip()
    numbers = naming.said(turn)
    if not numbers:
        return _without_number(turn)
    if len(numbers) > 1:
        raise UserError("撤回请一条一条办，先说其中一个编号。", keep=False)
    return _open(turn, numbers[0])


def _without_number(turn: Turn) -> Reply:
    """撤回 alone: what the speaker touched or submitted last, said back before anything happens."""
    shown = choosing.recent(turn)
    if len(shown) == 1:
        return _open(turn, shown[0])
    mine = searches.last_submitted(turn.session, turn.actor.userid)
    if mine is not None and mine.number in (shown or [mine.number]) and may_move(T.TAKE_BACK, mine.state):
        return _open(turn, mine.number)
    return Ask("要撤回哪一条？请回复编号，如 WT-2026-0123。", "which")


def take_which(turn: Turn) -> Reply:
    numbers = choosing.numbers(turn)
    return _open(turn, numbers[0]) if numbers else Ask("请回复编号，如 WT-2026-0123；不办了回复“取消”。", "which")


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    _check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    return _next(turn, finding)


def _check(turn: Turn, finding: Finding) -> None:
    number, office = finding.number, texts.office_contact(turn)
    before = may_move(T.TAKE_BACK, finding.state)
    if before and finding.submitted_by == turn.actor.userid:
        return
    if _audited(turn, finding):
        raise UserError(f"{objection.NO_DELETING}\n回复“提交异议 {number}：”加说明即可。", keep=False)
    if not access.allowed(turn, Action.WITHDRAW, finding):
        if finding.submitted_by == turn.actor.userid:
            if not may_move(T.WITHDRAW, finding.state):
                raise settling.overtaken(turn, finding)
            raise UserError(f"{number} 已登记，撤销由监督办公室办理，请联系{office}。", keep=False)
        raise UserError(f"{number} 登记前由填报人撤回，登记后由监督办公室撤销，请联系{office}。", keep=False)
    if before:
        raise UserError(f"{number} 还没登记，由填报人撤回；不该登记的请回复“{number} 不予登记，理由：…”。", keep=False)
    if not may_move(T.WITHDRAW, finding.state):
        raise settling.overtaken(turn, finding)
    pending = sides.pending_consent(turn.session, finding, "withdraw")
    if pending is not None and not _decides(turn, finding):
        by, when = people.name_of(turn.session, pending.by), wording.moment(pending.at, day_of(turn.now))
        raise UserError(f"{number} 已由{by}于{when}提出撤销，正等办公室主任同意。", keep=False)


def _audited(turn: Turn, finding: Finding) -> bool:
    """Of the responsible side, while another body found it: he may only object (S9)."""
    ours = any(post.unit == finding.source for post in turn.actor.posts)
    return not ours and bool(access.allowed(turn, Action.OBJECT, finding))


def _own(finding: Finding) -> bool:
    """Before registration it is the submitter's own affair."""
    return may_move(T.TAKE_BACK, finding.state)


def _decides(turn: Turn, finding: Finding) -> bool:
    return bool(access.allowed(turn, Action.AGREE_WITHDRAW, finding))


def agreeing(turn: Turn, finding: Finding) -> list[str]:
    """Whose consent it takes."""
    return [p for p in texts.directors(turn) if access.person_may(turn, p, Action.AGREE_WITHDRAW, finding)]


def _next(turn: Turn, finding: Finding) -> Ask:
    number, reason = finding.number, turn.draft.get("reason")
    state = tasks.label(finding)
    if _own(finding):
        lines = [f"请确认撤回 {number}（{choosing.title(finding)}）："]
        lines += [f"理由：{reason}"] if reason else []
        lines += [f"状态：{state} → 已撤回", "编号保留，不再使用。" + texts.CONFIRM]
        return _ask(turn, finding, "撤回", lines)
    if not reason:
        return Ask(f"撤销 {number} 要写理由，为什么？（如“重复录入”）", "reason")
    unit = finding.unit_name or "责任单位待定"
    lines = [f"请确认撤销 {number}（{choosing.title(finding)}，{unit}）：", f"理由：{reason}"]
    if _decides(turn, finding):
        lines += [f"状态：{state} → 已撤回；提醒停止，编号保留", texts.CONFIRM]
        return _ask(turn, finding, "撤销问题", lines)
    who = choosing.names(turn, agreeing(turn, finding))
    if not who:
        raise UserError("现在没有在岗的办公室主任，撤销须经主任同意，请先确定主任或代理人。", keep=False)
    lines += [f"登记后撤销须{who}同意；同意前状态不变（{state}）", texts.CONFIRM]
    return _ask(turn, finding, "提请撤销", lines)


def _ask(turn: Turn, finding: Finding, title: str, lines: list[str]) -> Ask:
    turn.draft["state"] = finding.state
    facts = (("编号", finding.number), ("事项", choosing.title(finding)), ("状态", tasks.label(finding)))
    card = Card(CardKind.BUTTONS, title=title, facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "confirm", card)


def take_reason(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    words = settling.reason_said(turn)
    if not words:
        return Ask("请用一句话写理由，如“重复录入”；不办了回复“取消”。", "reason")
    turn.draft["reason"] = words
    return _next(turn, finding)


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent == "deny":
        return Done(f"好的，{finding.number} 没有撤回，仍是“{tasks.label(finding)}”。")
    if turn.meaning.intent not in ("confirm", "withdraw"):
        if len(turn.text.strip()) > 1:
            turn.draft["reason"] = str(turn.meaning.slots.get("reason") or turn.text).strip()
        return _next(turn, finding)
    finding = access.get_visible(turn, finding.number)  # his post may have ended since
    moves.lock(turn.session, finding)
    _check(turn, finding)
    if finding.state != turn.draft["state"]:
        raise settling.overtaken(turn, finding)
    choosing.touched(turn, finding)
    if _own(finding):
        return Done(_take_back(turn, finding))
    if _decides(turn, finding):
        return Done(carry_out(turn, finding, turn.draft["reason"]))
    return Done(_propose(turn, finding))


def _take_back(turn: Turn, finding: Finding) -> str:
    old, told_before = tasks.label(finding), settling.office(turn, finding)
    settling.moved(turn, finding, "withdrawn", turn.entry("take_back", str(turn.draft.get("reason") or "")))
    note = settling.end(turn, finding, f"已由填报人于{choosing.stamp(turn)}撤回")
    words = f"{finding.number} {choosing.title(finding)}：填报人{turn.actor.name}已撤回，不用再登记。"
    told = settling.tell(turn, told_before, finding, words)
    return f"{finding.number}：{old} → 已撤回，编号保留不再使用。{settling.proof(turn, told)}{note}"


def _propose(turn: Turn, finding: Finding) -> str:
    reason = str(turn.draft["reason"])
    row = Consent(kind="withdraw", at=turn.now, by=turn.actor.userid, reason=reason)
    moves.keep(turn.session, finding, turn.entry("ask_withdraw", reason), row)
    number = finding.number
    facts = (
        ("事项", choosing.title(finding)), ("责任单位", finding.unit_name or "待定"),
        ("状态", tasks.label(finding)), ("提出", turn.actor.name),
    )  # fmt: skip
    buttons = (Button("不同意", f"不同意撤销 {number}", Style.STRONG), Button("同意撤销", f"同意撤销 {number}"))
    card = Card(CardKind.BUTTONS, f"提请撤销 {number}", facts=facts, note=f"理由：{reason}", buttons=buttons)
    told = settling.tell(turn, agreeing(turn, finding), finding, card, group(finding))
    return f"{number}：已提请撤销，同意前仍是“{tasks.label(finding)}”。{settling.proof(turn, told)}"


def carry_out(turn: Turn, finding: Finding, reason: str, row: Consent | None = None) -> str:
    """T12 itself, with the consent that allows it if somebody else had proposed it; who hears of it is told."""
    old, sides = tasks.label(finding), _sides(turn, finding)
    settling.moved(turn, finding, "withdrawn", turn.entry("withdraw", reason), *decided(turn, row, "agreed"))
    note = settling.end(turn, finding, settling.stamped(turn, "撤销"))
    words = f"{finding.number} {choosing.title(finding)}：已由{turn.actor.name}{'同意' if row else ''}撤销，不再办理。"
    told = settling.tell(turn, sides, finding, f"{words}\n理由：{reason}")
    return f"{finding.number}：{old} → 已撤回，编号保留不再使用。{settling.proof(turn, told)}{note}"


def decided(turn: Turn, row: Consent | None, state: str) -> list[moves.Piece]:
    """The consent's change, if it still waits."""
    if row is None:
        return []
    facts = {"state": state, "decided_by": turn.actor.userid, "decided_at": turn.now}
    return [moves.Altered(row, facts, {"state": "pending"})]


def _sides(turn: Turn, finding: Finding) -> list[str]:
    """Submitter, follower and office; and once it was assigned, the unit, whose task ends."""
    day = day_of(turn.now)
    unit = parties.unit_side(turn.session, finding, day) if finding.assigned_at else []
    return [*settling.sources(turn, finding), *settling.office(turn, finding), *unit]


FLOW = Flow(
    name="withdrawal",
    title="撤回",
    intents=("withdraw",),
    start=start,
    steps={
        "which": take_which,
        "reason": take_reason,
        "confirm": take_confirm,
        "which_back": extension_withdrawal.take_which,
        "back": extension_withdrawal.take_confirm,
    },
)
