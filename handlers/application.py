"""Applying for acceptance: what T7 wants is collected two things at a time, confirmed, and put before the acceptors."""

from __future__ import annotations

import re
from typing import Any

from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import (
    access,
    application_bulk,
    applying,
    choosing,
    judging,
    naming,
    parties,
    proofs,
    requirements,
    stars,
    tasks,
    texts,
)
from handlers.rules import wording
from handlers.rules.permissions import Action
from storage.matters import Finding
from storage.people import Actor

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
_COMMAND = re.compile(r"^.*?(?:申请|提交|报请)(?:验收|销号)(?:销号)?\s*[:：，,。；;\s]*", re.DOTALL)
_NOTHING = re.compile(r"^\W*(?:没有?|无|暂无|还没有?|没有佐证(?:材料)?|无佐证(?:材料)?)\W*$")
_BARE_NO = re.compile(r"^\W*(?:无|没有?|不?(?:无需|无须|不需要?|不用))(?:问责|追责|完善|修订|制度)*\W*$")


def start(turn: Turn) -> Reply:
    said = naming.said(turn)
    if len(said) > 1:
        return application_bulk.open_list(turn, said)
    if said:
        return _open(turn, said[0])
    candidates = [f for f in tasks.open_tasks(turn) if access.allowed(turn, Action.APPLY_ACCEPTANCE, f)]
    only = choosing.single(turn, candidates)
    if only is not None:
        return _open(turn, only.number)
    if candidates:
        return choosing.ask_which(turn, candidates, "which", "要申请验收哪一条？")
    if judging.mine(turn):
        return Done("您没有要申请验收的问题。要通过等您验收的，请回复“都通过吧”，或“同意销号”加编号。")
    return Done(
        "没有找到您可以申请验收的问题。申请验收由责任单位联络员或负责人办理，请带上编号，如“WT-2026-0123 申请验收”。"
    )


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return _open(turn, number) if number else Ask("请回复序号或编号；不办了回复“取消”。", "which")


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    applying.check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    turn.draft |= applying.known(turn, finding)
    slots = turn.meaning.slots
    if slots.get("evidence_count") or slots.get("has_evidence"):
        _add_proof(turn.draft, "sentence", turn.text.strip())
    return _next(turn, finding, _put(turn, _said_at_once(turn.text)))


def _said_at_once(text: str) -> dict[str, str]:
    """0123 申请验收：措施：…；佐证：…: what stands behind the command is not asked again (voice.md)."""
    command = _COMMAND.match(text)
    return stars.read([], text[command.end() :]) if command else {}


def _add_proof(draft: dict[str, Any], kind: str, words: str | int) -> None:
    """A sentence by its words, a file by the id under which it is fetched."""
    draft.setdefault("evidence", []).append([kind, words])


def _next(turn: Turn, finding: Finding, note: str = "") -> Ask:
    draft = turn.draft
    draft["evidence"] = proofs.standing(turn, draft.get("evidence", []))
    lacking = applying.missing(requirements.needed(turn, finding), draft)
    if not lacking:
        return _confirm(turn, finding)
    asked = lacking[:2]
    draft["asked"] = [field.name for field in asked]
    questions = [field.question for field in asked]
    lines = questions if len(asked) == 1 else [f"{at} {question}" for at, question in enumerate(questions, 1)]
    return Ask("\n".join([f"{note}{finding.number} 申请验收，还需要：", *lines]), "answers")


def take_answers(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if _media(turn) or turn.meaning.intent == "confirm":
        return _next(turn, finding)  # a mere “确认” answers no question
    asked = [field for field in stars.FIELDS if field.name in turn.draft.get("asked", ())]
    return _next(turn, finding, _put(turn, stars.read(asked, turn.text)))


def _media(turn: Turn) -> bool:
    came = proofs.take(turn)
    if came is None:
        return False
    _add_proof(turn.draft, "file", came)
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
            turn.draft["recovered_fen"] = stars.recovered_fen(words, _yuan(turn))
        elif name == "accountability":
            note = _put_accountability(turn.draft, words) or note
        elif name == "institution_fix" and _BARE_NO.match(words):
            note = "不需要的请写一句理由，例如“无需，现有办法已有规定，属执行不到位”。\n"
        elif name == "root_cause":
            turn.draft[name] = stars.cause(words)[: applying.FIELDS[name]]
            _note_recovered(turn, words)
        else:
            turn.draft[name] = words[: applying.FIELDS.get(name, len(words))]
    return note


def _put_accountability(draft: dict[str, Any], words: str) -> str:
    """S16 wants how many and how, or why nobody; what is missing of it is asked for, and the first half kept."""
    whole = "，".join([half, words]) if (half := draft.pop("half", "")) else words
    status, _, wanted = stars.accountability(whole)
    if status:
        draft["accountability"] = whole[: applying.FIELDS["accountability"]]
        return ""
    draft.pop("accountability", None)
    if not _BARE_NO.match(whole):
        draft["half"] = whole[: applying.FIELDS["accountability"]]
    return f"{wanted}\n"


def _note_recovered(turn: Turn, words: str) -> None:
    """原因是制度缺失，已挽回4.2万: the newer amount counts."""
    said, fen = stars.recovered_beside(words), stars.recovered_fen("", _yuan(turn))
    if said and fen is not None:
        turn.draft["recovered"], turn.draft["recovered_fen"] = wording.money_fen(fen), fen


def _yuan(turn: Turn) -> object:
    """The amount that the words call recovered; else the only one they name."""
    slots = turn.meaning.slots
    return slots.get("recovered_yuan", slots.get("amount_yuan"))


def _confirm(turn: Turn, finding: Finding) -> Ask:
    draft = turn.draft
    lines = [f"请确认申请验收 {finding.number}（{choosing.title(finding)}）：", f"措施：{draft['measures']}"]
    lines.append(f"佐证：{applying.proofs(draft)}")
    stars_said = [(f.label, draft[f.name]) for f in requirements.needed(turn, finding)[2:] if draft.get(f.name)]
    lines.append("；".join(f"{label}：{words}" for label, words in stars_said))
    if draft.get("recovered") and draft.get("recovered_fen") is None:
        lines[-1] += "（约数，未计入合计）"
    lines.append("要改直接说，如“原因：制度缺失”；" + texts.CONFIRM)
    facts = (("编号", finding.number), ("佐证", applying.proofs(draft)))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="申请验收", facts=facts, buttons=BUTTONS))


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent == "confirm":
        return _commit(turn, finding)
    if _media(turn):
        return _confirm(turn, finding)
    answers = stars.corrected(requirements.needed(turn, finding), turn.text)
    if "more" in answers:
        turn.draft["measures"] = f"{turn.draft['measures']}；{answers.pop('more')}"[-applying.MEASURES :]
        return _confirm(turn, finding)
    if not answers:
        return Ask("要改哪一项？按“措施：…”“原因：…”的样子说；没有就" + texts.CONFIRM + "。", "confirm")
    if "evidence" in answers:
        turn.draft["evidence"] = [proof for proof in turn.draft.get("evidence", []) if proof[0] != "sentence"]
    return _next(turn, finding, _put(turn, answers))


def _commit(turn: Turn, finding: Finding) -> Reply:
    turn.draft["evidence"] = proofs.standing(turn, turn.draft.get("evidence", []))
    if applying.missing(requirements.needed(turn, finding), turn.draft):
        return _next(turn, finding, "刚才的文件没有收下。\n")
    label = tasks.label(finding)
    told = applying.carry_out(turn, finding, turn.draft)
    choosing.touched(turn, finding)
    return Done(f"{finding.number}：{label} → 待验收，整改提醒已停。{choosing.told(turn, told)}。")


def _help(actor: Actor) -> str | None:
    return "申请验收：WT-2026-0123 申请验收" if actor.has(*parties.LIAISONS, *parties.HEADS) else None


FLOW = Flow(
    name="application",
    title="申请验收",
    intents=("apply_acceptance",),
    start=start,
    steps={
        "which": take_which,
        "answers": take_answers,
        "confirm": take_confirm,
        "bulk": application_bulk.take_confirm,
    },
    help=_help,
)
