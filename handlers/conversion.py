"""A finding that turns out to be a case lead (T3, S49): handed over, and gone for everybody outside the circle."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import (
    access,
    choosing,
    judging,
    lead_contents,
    lead_submit,
    lead_terms,
    naming,
    parties,
    recusals,
    settling,
    tasks,
    texts,
)
from handlers.lead_contents import Contents
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.rules.recusal import ABOVE, SUPERIOR, Decision
from handlers.rules.states import T, may_move
from storage import leads, moves, outbox, sides
from storage.matters import Finding

DONE_WITH = "已转办理"  # all that anybody hears of it but the lead's own circle (S49)


def start(turn: Turn) -> Reply:
    said = turn.meaning.slots.get("reason") or turn.meaning.slots.get("desc")
    if said:
        turn.draft["reason"] = str(said).strip()
    numbers = naming.said(turn)
    if len(numbers) > 1:
        raise UserError("转线索请一条一条办，先说其中一个编号。", keep=False)
    if numbers:
        return _open(turn, numbers[0])
    shown = naming.shown_last(turn, Action.REJECT)
    if len(shown) == 1:
        return _open(turn, shown[0].number)
    return Ask("要把哪一条转为问题线索？请回复编号，如 WT-2026-0123。", "convert_which")


def take_which(turn: Turn) -> Reply:
    numbers = choosing.numbers(turn)
    return (
        _open(turn, numbers[0]) if numbers else Ask("请回复编号，如 WT-2026-0123；不办了回复“取消”。", "convert_which")
    )


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    _check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    return _next(turn, finding)


def _check(turn: Turn, finding: Finding) -> None:
    if not access.allowed(turn, Action.REJECT, finding):
        office = texts.office_contact(turn)
        raise UserError(
            f"问题转线索由来源部门负责人或监督办公室办理，请联系{office}。\n您掌握的情况也可以发“报告问题线索：”加内容。",
            keep=False,
        )
    if finding.state == "need_more":
        raise UserError(f"{finding.number} 正等填报人补正，补正后再转；也可以直接报告问题线索。", keep=False)
    if not may_move(T.CONVERT, finding.state):
        raise settling.overtaken(turn, finding)


def _next(turn: Turn, finding: Finding) -> Ask:
    reason = turn.draft.get("reason")
    if not reason:
        return Ask(
            f"{finding.number} 转为问题线索要写理由：涉嫌什么？（一句话即可，只有线索管理人员看得到）", "convert_reason"
        )
    turn.draft["state"] = finding.state
    lines = [
        f"请确认把 {finding.number}（{choosing.title(finding)}）转为问题线索：",
        f"理由：{reason}",
        f"状态：{tasks.label(finding)} → 已转线索；提醒停止，不能撤回",
        f"责任单位和填报人只看到“{DONE_WITH}”。",
        "理由要改直接说；" + texts.CONFIRM,
    ]
    facts = (("编号", finding.number), ("状态", f"{tasks.label(finding)} → 已转线索"))
    return Ask(
        "\n".join(lines),
        "convert_confirm",
        Card(CardKind.BUTTONS, title="转问题线索", facts=facts, buttons=judging.BUTTONS),
    )


def take_reason(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    words = settling.reason_said(turn)
    if not words:
        return Ask("请用一句话写理由，如“涉嫌侵占备用金”；不办了回复“取消”。", "convert_reason")
    turn.draft["reason"] = words
    return _next(turn, finding)


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent == "deny":
        return Done(f"好的，{finding.number} 没有转，仍是“{tasks.label(finding)}”。")
    if turn.meaning.intent != "confirm":
        if len(turn.text.strip()) > 1:
            turn.draft["reason"] = turn.text.strip()
        return _next(turn, finding)
    moves.lock(turn.session, finding)
    _check(turn, finding)
    if finding.state != turn.draft["state"]:
        raise settling.overtaken(turn, finding)
    return _commit(turn, finding)


def _commit(turn: Turn, finding: Finding) -> Done:
    unit_side = parties.unit_side(turn.session, finding, day_of(turn.now)) if finding.assigned_at else []
    hear = settling.able(turn, [*settling.sources(turn, finding), *settling.office(turn, finding)], finding)
    number = lead_submit.new_number(turn, day_of(turn.now).year)
    found = _write_lead(turn, finding, number)
    entry, pieces = turn.entry("convert_to_lead"), _lapsed(turn, finding)  # the reason stands in the lead, P8
    settling.moved(turn, finding, "converted_to_lead", entry, *pieces)
    _hush(turn, finding)
    settling.end(turn, finding, DONE_WITH)
    lead_submit.tell_receivers(turn, number, found)
    hidden = set(unit_side) - {finding.submitted_by} | {turn.actor.userid}
    told = [person for person in hear if person not in hidden]
    for person in told:
        turn.tell(person, f"{finding.number}：{DONE_WITH}。", matter=finding.number)
    turn.recent["numbers"] = [number]
    return Done(
        f"{finding.number}：已转办理，登记为线索 {number}。\n内容仅线索管理人员可见，提醒已停止。\n"
        f"您可凭编号查询办理节点：查 {number}"
    )


def _hush(turn: Turn, finding: Finding) -> None:
    """What waits for the morning is not sent to the submitter, nor to anybody who may not read of it any more."""
    waiting = outbox.waiting_for(turn.session, finding.number)
    blind = [p for p in waiting if not access.person_may(turn, p, Action.VIEW_FULL, finding)]
    outbox.drop_waiting(turn.session, finding.number, [*blind, finding.submitted_by])


def _lapsed(turn: Turn, finding: Finding) -> list[moves.Piece]:
    """A withdrawal that waits for its consent has nothing left to withdraw."""
    row = sides.pending_consent(turn.session, finding, "withdraw")
    return [moves.Altered(row, {"state": "lapsed"}, {"state": "pending"})] if row is not None else []


def _write_lead(turn: Turn, finding: Finding, number: str) -> Decision:
    """The lead begins with everything the finding said; its reporter is who recognised it.

    Nobody can be asked whom a finding's words mean, so whoever may be meant is struck off (S41).
    """
    reason, subject = turn.draft["reason"], finding.named_person
    contents = Contents(
        f"{finding.desc}\n转线索理由：{reason}\n原问题编号：{finding.number}", f"{finding.raw_text}\n{reason}", subject,
        "",
        finding.amount_fen, finding.amount_text, finding.unit or "", finding.unit_name,
    )  # fmt: skip
    found = recusals.decide_quietly(turn, subject, contents.written, finding.unit)
    if found.route in (ABOVE, SUPERIOR):
        raise UserError(f"{texts.SUPERIOR}\n{finding.number} 没有转线索。", keep=False)
    leads.add(
        turn.session, apart=recusals.apart(turn, found),
        number=number, state="reported", source=None, nature="", real_name=False, reported_at=turn.now,
        **lead_contents.keep(turn, number, contents, found.handlers, recusals.keepers(turn, found)),
        **recusals.columns(found),
    )  # fmt: skip
    fields = ["desc", "unit"] if finding.unit else ["desc"]
    lead_contents.record(turn, None, number, "report_lead", after={"state": "reported", "fields": fields})
    lead_terms.begin(turn, number, real_name=False)
    return found


FLOW = Flow(
    name="conversion",
    title="转线索",
    intents=("convert_to_lead",),
    start=start,
    steps={"convert_which": take_which, "convert_reason": take_reason, "convert_confirm": take_confirm},
    secret=True,
)
