"""An application for acceptance apart from its talk: who may, what is known, what it changes, who hears (T7)."""

from __future__ import annotations

from typing import Any

from bot.errors import Overtaken, UserError
from bot.flow import Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import accepting_due, access, choosing, parties, rectification, stars, task_card, tasks, texts
from handlers import proofs as attached
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, Way
from storage import moves
from storage.matters import Finding
from storage.proceedings import Evidence, Progress

FIELDS = {"root_cause": 60, "accountability": 200, "institution_fix": 200}
MEASURES = 600  # of what was reported so far; the newest counts most
Draft = dict[str, Any]


def check(turn: Turn, finding: Finding) -> None:
    """Raises why it cannot be applied for now, or not by the speaker."""
    why_not = refusal(turn, finding)
    if why_not is not None:
        raise why_not


def refusal(turn: Turn, finding: Finding) -> UserError | None:
    verdict, number = access.allowed(turn, Action.APPLY_ACCEPTANCE, finding), finding.number
    if finding.state == "pending_acceptance" and access.allowed(turn, Action.ACCEPT, finding):
        words = f"{number} 正等您验收：同意请回复“同意销号 {number}”，不同意请回复“退回 {number}”。"
        return UserError(words, keep=False)
    if not verdict:
        return UserError(_others(turn, finding, own=verdict.way is Way.VIA_LIAISON), keep=False)
    if finding.state == "closed":
        return UserError(f"{number} 已销号，不用再申请。", keep=False)
    if finding.state not in moves.IN_HAND:
        return tasks.not_in_hand(turn, finding)
    if any(row.state == "pending" for row in moves.extensions_of(turn.session, finding)):
        return UserError(f"{number} 的延期申请还在审批，批复之前不能申请验收。", keep=False)
    return None


def _others(turn: Turn, finding: Finding, *, own: bool) -> str:
    day = day_of(turn.now)
    whom = parties.liaisons(turn.session, finding, day) or parties.heads(turn.session, finding, day)
    name = f"（{choosing.names(turn, whom)}）" if whom else ""
    return f"{'您是责任人，' if own else ''}{finding.number} 的验收须由责任单位联络员或负责人申请{name}，请转告。"


def known(turn: Turn, finding: Finding) -> Draft:
    """What was reported since the last return, and what the record holds: not asked again."""
    draft: Draft = {}
    since = moves.last_return(turn.session, finding)
    reports = [row for row in moves.progress_of(turn.session, finding) if since is None or row.at > since]
    proofs = [row for row in moves.evidence_of(turn.session, finding) if since is None or row.at > since]
    if reports:
        draft["measures"] = "；".join(row.text for row in reports)[-MEASURES:]
    draft["had"] = len(proofs)
    draft |= {name: getattr(finding, name) for name in FIELDS if getattr(finding, name)}
    if not stars.accountability(finding.accountability)[0] and not finding.accountability_status:
        draft.pop("accountability", None)  # words that settle nothing are asked for again
    if finding.recovered_fen is not None:
        draft["recovered"] = wording.money_fen(finding.recovered_fen)
        draft["recovered_fen"] = finding.recovered_fen
    return draft


def missing(wanted: list[stars.Field], draft: Draft) -> list[stars.Field]:
    return stars.missing(wanted, {**draft, "evidence": draft.get("evidence") or draft.get("had")})


def proofs(draft: Draft) -> str:
    """`已交2份；银行回单；图片或文件1个`."""
    new = draft.get("evidence", [])
    words = [text for kind, text in new if kind == "sentence"]
    count = len(new) - len(words)
    parts = [f"已交{draft['had']}份"] if draft.get("had") else []
    parts += words + ([f"图片或文件{count}个"] if count else [])
    return "；".join(parts)


def carry_out(turn: Turn, finding: Finding, draft: Draft) -> list[str]:
    """T7 with all that belongs to it; who was told. Raises when somebody was faster."""
    moves.lock(turn.session, finding)
    check(turn, finding)
    tasks.begin(turn, finding)
    entry, pieces = turn.entry("apply_acceptance"), _pieces(turn, draft)
    fields = _fields(draft)
    if not moves.move(
        turn.session, finding, finding.state, "pending_acceptance", entry, *pieces, applied_at=turn.now, **fields
    ):
        raise Overtaken(f"{finding.number} 刚刚有人办理过，现在是“{tasks.label(finding)}”。", keep=False)
    rectification.stop(turn, finding.number)
    accepting_due.plan(turn, finding)
    task_card.close(turn, finding, f"{turn.actor.name}已于{choosing.stamp(turn)}申请验收")
    return _tell(turn, finding, draft)


def _fields(draft: Draft) -> dict[str, Any]:
    fields = {name: draft[name] for name in FIELDS if draft.get(name)}
    if draft.get("recovered_fen") is not None:
        fields["recovered_fen"] = draft["recovered_fen"]
    status, count, _ = stars.accountability(str(draft.get("accountability") or ""))
    if status:
        fields |= {"accountability_status": status, "accountability_count": count}
    return fields


def _pieces(turn: Turn, draft: Draft) -> list[moves.Piece]:
    """The measures are a report of the applicant: so he counts among those who may not accept it (T8)."""
    by, words = turn.actor.userid, str(draft["measures"])
    if draft.get("recovered") and draft.get("recovered_fen") is None:
        words += f"；挽回金额：{draft['recovered']}（约数，未计入合计）"
    report = Progress(at=turn.now, by=by, text=words, percent=100, recovered_fen=draft.get("recovered_fen"))
    pieces: list[moves.Piece] = [report]
    said = draft.get("evidence", [])
    pieces += [Evidence(at=turn.now, by=by, kind="sentence", text=text) for kind, text in said if kind == "sentence"]
    return [*pieces, *attached.pieces(turn, [file for kind, file in said if kind == "file"])]


def _tell(turn: Turn, finding: Finding, draft: Draft) -> list[str]:
    day = day_of(turn.now)
    told = [p for p in parties.judges(turn.session, finding, day) if access.person_may(turn, p, Action.ACCEPT, finding)]
    if not told:
        told = [p for p in texts.directors(turn) if access.person_may(turn, p, Action.ACCEPT, finding)]
    number = finding.number
    facts = (
        ("事项", choosing.title(finding)),
        ("单位", f"{finding.unit_name} {turn.actor.name}"),
        ("措施", str(draft["measures"])),
        ("佐证", proofs(draft)),
    )
    buttons = (
        Button("通过", f"同意销号 {number}", Style.STRONG),
        Button("退回", f"退回 {number}"),
        Button("看佐证", f"看{number}的佐证"),
    )
    card = Card(CardKind.BUTTONS, title=f"待验收 {number}", facts=facts, buttons=buttons)
    for person in told:
        turn.tell(person, card, group=f"{number}:accept:{finding.cycle}", matter=number)
    return told
