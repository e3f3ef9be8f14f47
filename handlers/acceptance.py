"""Accepting a finding or returning it: one wins, none judges his own report, a consent with a 但 is none (T8, T9)."""

from __future__ import annotations

import re

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, forwarding, judging, naming, parties, returning, texts, triage
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import moves
from storage.matters import Finding
from storage.people import Actor
from storage.proceedings import Acceptance

_BULK = re.compile(r"都|全部|全都|一起|统统|批量")
_EXCEPT = re.compile(r"除(?!非)|以外|不要|去掉|不含|先不|暂不|别(?!的)|不(?:通过|同意|行|算|销)")
_REST_NOT = re.compile(r"(?:其余|其他|其它|剩下|剩余|别的).{0,6}(?:不|先|暂|别|再)")


def start(turn: Turn) -> Reply:
    """`accept` and `return` share the way to the finding."""
    draft, numbers = turn.draft, choosing.numbers(turn)
    draft["decision"] = "returned" if turn.meaning.intent == "return" else "accepted"
    if draft["decision"] == "accepted" and numbers and _BULK.search(turn.text) and _leaves_out(turn):
        rest = [finding.number for finding in judging.mine(turn) if finding.number not in numbers]
        return _bulk(turn, rest) if rest else Done("除此之外，现在没有等您验收的问题。")
    condition = turn.meaning.slots.get("conditional") or judging.CONDITION.search(turn.text)
    if draft["decision"] == "accepted" and condition:
        draft["decision"], draft["conditional"] = "conditional", turn.text.strip()
    judging.take_words(turn)
    if draft["decision"] == "accepted" and (len(numbers) > 1 or turn.meaning.slots.get("bulk")):
        return _bulk(turn, numbers)
    if numbers:
        naming.one_by_one(turn)
        return _open(turn, numbers[0])
    waiting = judging.mine(turn)
    if not waiting:
        return Done("现在没有等您验收的问题。要看某一条，请带上编号，如“查 WT-2026-0123”。")
    if draft["decision"] == "accepted" and len(waiting) > 1 and _BULK.search(turn.text):
        return _bulk(turn, [])
    only = choosing.single(turn, waiting)
    return _open(turn, only.number) if only else choosing.ask_which(turn, waiting, "which", "是哪一条？")


def take_which(turn: Turn) -> Reply:
    number = choosing.chosen(turn)
    return _open(turn, number) if number else Ask("请回复序号或编号；不办了回复“取消”。", "which")


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    if turn.draft["decision"] == "conditional":
        judging.check(turn, finding, accepting=False)
        return returning.offer(finding)
    if turn.draft["decision"] == "returned":
        if triage.returned(turn, finding):
            return triage.send_back(turn, number)
        judging.check(turn, finding, accepting=False)
        return returning.ask_or_confirm(turn, finding)
    judging.check(turn, finding, accepting=True)
    if judging.needs_director(turn, finding):
        return forwarding.offer(turn, finding)
    return _confirm_accept(turn, finding)


def _confirm_accept(turn: Turn, finding: Finding) -> Ask:
    reports, proofs = moves.progress_of(turn.session, finding), moves.evidence_of(turn.session, finding)
    lines = [f"请确认销号 {finding.number}（{choosing.title(finding)}，{finding.unit_name}）："]
    if reports:
        lines.append(f"措施：{reports[-1].text[:120]}")
    named = "；".join(row.text[:40] for row in proofs if row.text)
    lines.append(f"佐证：{len(proofs)}份{'，' + named if named else ''}")
    lines.append(f"状态：待验收 → 已销号；意见：{turn.draft.get('words') or '同意销号'}")
    lines.append("不同意就回复“退回”并说理由；" + texts.CONFIRM)
    facts = (("编号", finding.number), ("单位", finding.unit_name), ("意见", turn.draft.get("words") or "同意销号"))
    return Ask(
        "\n".join(lines), "accept", Card(CardKind.BUTTONS, title="验收销号", facts=facts, buttons=judging.BUTTONS)
    )


def take_accept(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent in ("return", "deny"):
        return returning.begin(turn, finding)
    if judging.CONDITION.search(turn.text):
        turn.draft["conditional"] = turn.text.strip()
        return returning.offer(finding)
    if turn.meaning.intent not in ("confirm", "accept"):
        return Ask("没太明白。同意销号" + texts.CONFIRM + "；不同意回复“退回”。", "accept")
    _accept(turn, finding)
    choosing.touched(turn, finding)
    told = judging.close(turn, finding, "已销号")
    return Done(f"{finding.number}：待验收 → 已销号（{wording.day(day_of(turn.now), day_of(turn.now))}）。{told}")


def take_forward(turn: Turn) -> Reply:
    """The opinion on a major finding."""
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent in ("deny", "return"):
        return returning.begin(turn, finding)
    if judging.CONDITION.search(turn.text):
        turn.draft["conditional"] = turn.text.strip()
        return returning.offer(finding)
    if turn.meaning.intent not in ("confirm", "accept"):
        return Ask("没太明白。同意销号" + texts.CONFIRM + "；不同意回复“退回”。", forwarding.STEP)
    return forwarding.put_forward(turn, finding)


def _accept(turn: Turn, finding: Finding) -> None:
    judging.check(turn, finding, accepting=True)
    if judging.needs_director(turn, finding):
        raise UserError(f"{finding.number} 为重大问题，须由办公室主任确认销号。", keep=False)
    opinion, by = turn.draft.get("words") or "同意销号", turn.actor.userid
    pieces: list[moves.Piece] = [Acceptance(at=turn.now, by=by, result="accepted", opinion=opinion)]
    pieces += _end_of_round(turn, finding) + judging.settled_opinions(turn, finding, "agreed")
    entry = turn.entry("accept", opinion)
    if not moves.move(turn.session, finding, "pending_acceptance", "closed", entry, *pieces, closed_at=turn.now):
        raise Overtaken(judging.overtaken(turn, finding), keep=False)


def _end_of_round(turn: Turn, finding: Finding) -> list[moves.Piece]:
    """The round is closed as it was then, and never changes again (domain.md 3.2 `cycles[]`)."""
    here = moves.cycle_of(turn.session, finding)
    facts = {
        "closed_at": turn.now, "closed_by": turn.actor.userid, "unit": finding.unit or "",
        "unit_name": finding.unit_name, "resp_person": finding.resp_person or "", "due": finding.due,
        "applied_at": finding.applied_at, "returned": finding.returned,
    }  # fmt: skip
    return [moves.Altered(here, facts, {"closed_at": None})] if here is not None else []


def _bulk(turn: Turn, numbers: list[str]) -> Reply:
    """Only what is listed now is accepted by the next 确认 (P3)."""
    found = [access.get_visible(turn, number) for number in numbers] if numbers else judging.mine(turn)
    able = [finding for finding in found if _goes(turn, finding)]
    if not able:
        for finding in found[:1]:
            judging.check(turn, finding, accepting=True)
            return _open(turn, finding.number)  # a major one: his opinion goes to the director
        return Done("现在没有等您验收的问题。")
    listed = able[: choosing.SHOWN]
    turn.draft["bulk"] = [finding.number for finding in listed]
    choosing.touched(turn, *listed)
    left = len(found) - len(listed)
    more = f"\n另有{left}条不在其中，请之后单独办理。" if left else ""
    lines = "\n".join(f"{at} {f.number} {choosing.title(f)}（{f.unit_name}）" for at, f in enumerate(listed, 1))
    words = f"请确认对以下{len(listed)}条同意销号：\n{lines}{more}\n只通过其中几条，请回复编号；" + texts.CONFIRM
    facts = (("条数", f"{len(listed)}条"),)
    return Ask(words, "bulk", Card(CardKind.BUTTONS, title="批量销号", facts=facts, buttons=judging.BUTTONS))


def _goes(turn: Turn, finding: Finding) -> bool:
    """Whether the speaker can close it himself, now."""
    return judging.refusal(turn, finding, accepting=True) is None and not judging.needs_director(turn, finding)


def _leaves_out(turn: Turn) -> bool:
    """除了0403: the numbers said are those that are not meant."""
    return bool(_EXCEPT.search(turn.text)) and not _REST_NOT.search(turn.text)


def take_bulk(turn: Turn) -> Reply:
    listed: list[str] = turn.draft["bulk"]
    said = [number for number in choosing.numbers(turn) if number in listed]
    if said and _leaves_out(turn):
        rest = [number for number in listed if number not in said]
        return _bulk(turn, rest) if rest else Done("好的，没有办理，都还在待验收。")
    if said and turn.meaning.intent != "confirm":
        return _bulk(turn, said)
    if turn.meaning.intent not in ("confirm", "accept") or judging.CONDITION.search(turn.text):
        return Ask("没有办理。同意以上各条" + texts.CONFIRM + "；只通过其中几条，请回复编号。", "bulk")
    done, failed = [], []
    for number in listed:
        finding = choosing.get(turn, number)
        why_not = judging.refusal(turn, finding, accepting=True)
        if why_not is not None:
            failed.append(why_not.wording)
            continue
        _accept(turn, finding)
        judging.close(turn, finding, "已销号")
        done.append(number)
    head = f"已销号{len(done)}条：{'、'.join(done)}，已告知责任单位。" if done else "没有销号。"
    return Done("\n".join([head, *failed]))


def _help(actor: Actor) -> str | None:
    if not actor.has(*parties.ACCEPTING):
        return None
    return "验收：同意销号 WT-2026-0123；退回 WT-2026-0123，理由：…"


FLOW = Flow(
    name="acceptance",
    title="验收",
    intents=("accept", "return"),
    start=start,
    steps={
        "which": take_which,
        "accept": take_accept,
        "bulk": take_bulk,
        forwarding.STEP: take_forward,
        "conditional": returning.take_conditional,
        "reason": returning.take_reason,
        "confirm_return": returning.take_confirm,
        **triage.STEPS,
    },
    help=_help,
)
