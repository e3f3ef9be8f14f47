"""Applying for acceptance: what T7 wants is collected two things at a time, confirmed, and put before the acceptors."""

from __future__ import annotations

import re
from typing import Any

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Kind, Style
from handlers import access, choosing, parties, rectification, stars, task_card, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, Way
from storage import moves
from storage.matters import Finding
from storage.people import Actor
from storage.proceedings import Evidence, Progress

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
_NOTHING = re.compile(r"^\W*(?:没有?|无|暂无|还没有?|没有佐证(?:材料)?|无佐证(?:材料)?)\W*$")
_BARE_NO = re.compile(r"^\W*(?:无|没有?|不?(?:无需|无须|不需要?|不用))(?:问责|追责|完善|修订|制度)*\W*$")
_MEASURES = 600  # of what was reported so far; the newest counts most
_FIELDS = {"root_cause": 60, "accountability": 200, "institution_fix": 200}


def start(turn: Turn) -> Reply:
    said = choosing.numbers(turn)
    if said:
        return _open(turn, said[0], rest=said[1:])
    candidates = [f for f in tasks.open_tasks(turn) if access.allowed(turn, Action.APPLY_ACCEPTANCE, f)]
    only = choosing.single(turn, candidates)
    if only is not None:
        return _open(turn, only.number)
    if candidates:
        return choosing.ask_which(turn, candidates, "which", "要申请验收哪一条？")
    return Done(
        "没有找到您可以申请验收的问题。申请验收由责任单位联络员或负责人办理，请带上编号，如“WT-2026-0123 申请验收”。"
    )


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return _open(turn, number) if number else Ask("请回复序号或编号；不办了回复“取消”。", "which")


def _open(turn: Turn, number: str, rest: list[str] | None = None) -> Reply:
    finding = access.get_visible(turn, number)
    _check(turn, finding)
    turn.draft.update({"number": number, "rest": rest or []})
    choosing.touched(turn, finding)
    _prefill(turn, finding)
    return _next(turn, finding)


def _check(turn: Turn, finding: Finding) -> None:
    verdict = access.allowed(turn, Action.APPLY_ACCEPTANCE, finding)
    if finding.state == "pending_acceptance" and access.allowed(turn, Action.ACCEPT, finding):
        number = finding.number
        words = f"{number} 正等您验收：同意请回复“同意销号 {number}”，不同意请回复“退回 {number}”。"
        raise UserError(words, keep=False)
    if not verdict:
        day = day_of(turn.now)
        whom = parties.liaisons(turn.session, finding, day) or parties.heads(turn.session, finding, day)
        own = "您是责任人，" if verdict.way is Way.VIA_LIAISON else ""
        name = f"（{choosing.names(turn, whom)}）" if whom else ""
        raise UserError(f"{own}{finding.number} 的验收须由责任单位联络员或负责人申请{name}，请转告。", keep=False)
    if finding.state == "closed":
        raise UserError(f"{finding.number} 已销号，不用再申请。", keep=False)
    tasks.must_be_in_hand(turn, finding)
    if any(row.state == "pending" for row in moves.extensions_of(turn.session, finding)):
        raise UserError(f"{finding.number} 的延期申请还在审批，批复之前不能申请验收。", keep=False)


def _prefill(turn: Turn, finding: Finding) -> None:
    """What was reported since the last return is not asked again."""
    draft, since = turn.draft, moves.last_return(turn.session, finding)
    reports = [row for row in moves.progress_of(turn.session, finding) if since is None or row.at > since]
    proofs = [row for row in moves.evidence_of(turn.session, finding) if since is None or row.at > since]
    if reports:
        draft["measures"] = "；".join(row.text for row in reports)[-_MEASURES:]
    draft["had"] = len(proofs)
    for name in _FIELDS:
        if getattr(finding, name):
            draft[name] = getattr(finding, name)
    if finding.recovered_fen is not None:
        draft["recovered"] = wording.money_fen(finding.recovered_fen)
        draft["recovered_fen"] = finding.recovered_fen
    slots = turn.meaning.slots
    if slots.get("evidence_count") or slots.get("has_evidence"):
        _add_proof(draft, "sentence", turn.text.strip())


def _add_proof(draft: dict[str, Any], kind: str, words: str) -> None:
    draft.setdefault("evidence", []).append([kind, words])


def _needed(turn: Turn, finding: Finding) -> list[stars.Field]:
    return stars.needed(finding, parties.audited(turn.session, finding, day_of(turn.now)))


def _next(turn: Turn, finding: Finding, note: str = "") -> Ask:
    draft = turn.draft
    have = {**draft, "evidence": draft.get("evidence") or draft.get("had")}
    lacking = stars.missing(_needed(turn, finding), have)
    if not lacking:
        return _confirm(turn, finding)
    asked = lacking[:2]
    draft["asked"] = [field.name for field in asked]
    questions = [field.question for field in asked]
    lines = questions if len(asked) == 1 else [f"{at} {question}" for at, question in enumerate(questions, 1)]
    return Ask("\n".join([f"{note}{finding.number} 申请验收，还需要：", *lines]), "answers")


def take_answers(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if _media(turn):
        return _next(turn, finding)
    asked = [field for field in stars.FIELDS if field.name in turn.draft.get("asked", ())]
    return _next(turn, finding, _put(turn, stars.read(asked, turn.text)))


def _media(turn: Turn) -> bool:
    inbound = turn.inbound
    if inbound is None or inbound.media is None or inbound.kind not in (Kind.IMAGE, Kind.FILE):
        return False
    _add_proof(turn.draft, str(inbound.kind), inbound.media.media_id)
    return True


def _put(turn: Turn, answers: dict[str, str]) -> str:
    """Keep what was answered; what to say of an answer that is none: 无 as evidence, 无需 without its reason."""
    note = ""
    for name, words in answers.items():
        if name == "evidence" and _NOTHING.match(words):
            note = "没有佐证不能申请验收；暂时没有就回复“取消”，备齐再来。\n"
        elif name == "evidence":
            _add_proof(turn.draft, "sentence", words)
        elif name == "recovered":
            turn.draft["recovered"] = words
            turn.draft["recovered_fen"] = stars.recovered_fen(words, turn.meaning.slots.get("amount_yuan"))
        elif name in ("accountability", "institution_fix") and _BARE_NO.match(words):
            note = "不需要的请写一句理由，例如“无需问责，属历史遗留，责任人已退休”。\n"
        elif name == "root_cause":
            turn.draft[name] = stars.cause(words)[: _FIELDS[name]]
            _note_recovered(turn, words)
        else:
            turn.draft[name] = words[: _FIELDS.get(name, len(words))]
    return note


def _note_recovered(turn: Turn, words: str) -> None:
    """原因是制度缺失，已挽回4.2万: the newer amount counts."""
    said, fen = stars.recovered_beside(words), stars.recovered_fen("", turn.meaning.slots.get("amount_yuan"))
    if said and fen is not None:
        turn.draft["recovered"], turn.draft["recovered_fen"] = wording.money_fen(fen), fen


def _proofs(draft: dict[str, Any]) -> str:
    new = draft.get("evidence", [])
    words = [text for kind, text in new if kind == "sentence"]
    count = len(new) - len(words)
    parts = [f"已交{draft['had']}份"] if draft.get("had") else []
    parts += words + ([f"图片或文件{count}个"] if count else [])
    return "；".join(parts)


def _confirm(turn: Turn, finding: Finding) -> Ask:
    draft = turn.draft
    lines = [f"请确认申请验收 {finding.number}（{choosing.title(finding)}）：", f"措施：{draft['measures']}"]
    lines.append(f"佐证：{_proofs(draft)}")
    stars_said = [(f.label, draft[f.name]) for f in _needed(turn, finding)[2:] if draft.get(f.name)]
    lines.append("；".join(f"{label}：{words}" for label, words in stars_said))
    if draft.get("recovered") and draft.get("recovered_fen") is None:
        lines[-1] += "（约数，未计入合计）"
    lines.append("要改直接说，如“原因：制度缺失”；" + texts.CONFIRM)
    facts = (("编号", finding.number), ("佐证", _proofs(draft)))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="申请验收", facts=facts, buttons=BUTTONS))


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent == "confirm":
        return _commit(turn, finding)
    if _media(turn):
        return _confirm(turn, finding)
    answers = stars.corrected(_needed(turn, finding), turn.text)
    if "more" in answers:
        turn.draft["measures"] = f"{turn.draft['measures']}；{answers.pop('more')}"[-_MEASURES:]
        return _confirm(turn, finding)
    if not answers:
        return Ask("要改哪一项？按“措施：…”“原因：…”的样子说；没有就" + texts.CONFIRM + "。", "confirm")
    if "evidence" in answers:
        turn.draft["evidence"] = [proof for proof in turn.draft.get("evidence", []) if proof[0] != "sentence"]
    return _next(turn, finding, _put(turn, answers))


def _commit(turn: Turn, finding: Finding) -> Done:
    moves.lock(turn.session, finding)
    _check(turn, finding)
    label = tasks.label(finding)
    tasks.begin(turn, finding)
    draft, before = turn.draft, finding.state
    fields = {name: draft[name] for name in _FIELDS if draft.get(name)}
    if draft.get("recovered_fen") is not None:
        fields["recovered_fen"] = draft["recovered_fen"]
    entry, pieces = turn.entry("apply_acceptance"), _pieces(turn)
    if not moves.move(
        turn.session, finding, before, "pending_acceptance", entry, *pieces, applied_at=turn.now, **fields
    ):
        raise Overtaken(f"{finding.number} 刚刚有人办理过，现在是“{tasks.label(finding)}”。", keep=False)
    rectification.stop(turn, finding.number)
    task_card.close(turn, finding, f"{turn.actor.name}已于{choosing.stamp(turn)}申请验收")
    told = _tell(turn, finding)
    choosing.touched(turn, finding)
    rest = f"\n{'、'.join(draft['rest'])} 请接着一条一条申请。" if draft.get("rest") else ""
    return Done(f"{finding.number}：{label} → 待验收，整改提醒已停。{choosing.told(turn, told)}。{rest}".rstrip())


def _pieces(turn: Turn) -> list[moves.Piece]:
    """The measures are a report of the applicant: so he counts among those who may not accept it (T8)."""
    by = turn.actor.userid
    pieces: list[moves.Piece] = [Progress(at=turn.now, by=by, text=turn.draft["measures"], percent=100)]
    for kind, words in turn.draft.get("evidence", []):
        text, media = (words, "") if kind == "sentence" else ("", words)
        pieces.append(Evidence(at=turn.now, by=by, kind=kind, text=text, media_id=media))
    return pieces


def _tell(turn: Turn, finding: Finding) -> list[str]:
    day = day_of(turn.now)
    told = [p for p in parties.judges(turn.session, finding, day) if access.person_may(turn, p, Action.ACCEPT, finding)]
    if not told:
        told = [p for p in texts.directors(turn) if access.person_may(turn, p, Action.ACCEPT, finding)]
    number = finding.number
    facts = (
        ("事项", choosing.title(finding)),
        ("单位", f"{finding.unit_name} {turn.actor.name}"),
        ("措施", turn.draft["measures"]),
        ("佐证", _proofs(turn.draft)),
    )
    buttons = (Button("通过", f"同意销号 {number}", Style.STRONG), Button("退回", f"退回 {number}"))
    card = Card(CardKind.BUTTONS, title=f"待验收 {number}", facts=facts, buttons=buttons)
    for person in told:
        turn.tell(person, card, group=f"{number}:accept:{finding.cycle}", matter=number)
    return told


def _help(actor: Actor) -> str | None:
    return "申请验收：WT-2026-0123 申请验收" if actor.has(*parties.LIAISONS, *parties.HEADS) else None


FLOW = Flow(
    name="application",
    title="申请验收",
    intents=("apply_acceptance",),
    start=start,
    steps={"which": take_which, "answers": take_answers, "confirm": take_confirm},
    help=_help,
)
