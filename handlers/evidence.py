"""Evidence given: pictures and files that come with a finding or without a word, confirmed, noted as they arrive."""

from __future__ import annotations

import re

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import (
    access,
    choosing,
    evidence_shown,
    evidence_words,
    ledger_import,
    orientation_words,
    parties,
    proofs,
    tasks,
    texts,
)
from handlers.evidence_words import counted
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import evidence, moves
from storage.matters import Finding
from storage.models import Fetch
from storage.people import Actor
from storage.proceedings import Evidence

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
SECRET_NAME = "文件名带有国家秘密标志"  # noqa: S105  bot/fetcher.py says so
_GIVEN = re.compile(r"^\s*(?:都?作为|当作?|算作?|归到?|是)")


def start(turn: Turn) -> Reply:
    if turn.meaning.intent == "media":
        return ledger_import.begin(turn) if ledger_import.is_one(turn) else _came(turn)
    if turn.meaning.slots.get("action") == "give" or _GIVEN.match(turn.text):
        return _give(turn)
    return evidence_shown.start(turn)


def _came(turn: Turn) -> Reply:
    """A picture without a word: which finding is it for? Who has none open is told what to say first."""
    candidates = proofs.candidates(turn)
    came = proofs.take(turn) if candidates else None
    if came is None:
        return Done(orientation_words.MEDIA)
    turn.draft["files"] = [came]
    proofs.keep_loose(turn, [came])
    return _which(turn, candidates)


def _give(turn: Turn) -> Reply:
    """`这是0125的佐证`: what was sent a moment ago, or what is sent next."""
    turn.draft["files"] = proofs.take_loose(turn)
    said = choosing.numbers(turn)
    if said:
        return _open(turn, said[0])
    candidates = proofs.candidates(turn)
    if not candidates:
        return Done("您名下现在没有需要佐证的问题。要给某一条，请带上编号，如“这是0125的佐证”。")
    return _which(turn, candidates)


def _which(turn: Turn, candidates: list[Finding]) -> Ask:
    only = choosing.single(turn, candidates)
    if only is not None:
        return _open(turn, only.number)
    lead = f"{_got(turn)}是哪一条的佐证？"
    return choosing.ask_which(turn, candidates, "which", lead)


def _got(turn: Turn) -> str:
    count = len(turn.draft["files"])
    return f"收到{count}个图片或文件，" if count else ""


def take_which(turn: Turn) -> Reply:
    if _more(turn):
        return Ask(f"{_got(turn)}是哪一条的佐证？回复序号或编号；不要了回复“取消”。", "which")
    number = choosing.chosen(turn)
    return _open(turn, number) if number else Ask("请回复序号或编号；不是佐证就回复“取消”。", "which")


def _more(turn: Turn) -> bool:
    came = proofs.take(turn)
    if came is None:
        return False
    turn.draft["files"] = [*turn.draft["files"], came][-proofs.MOST :]
    proofs.keep_loose(turn, turn.draft["files"])
    return True


def _open(turn: Turn, number: str) -> Ask:
    finding = access.get_visible(turn, number)
    _check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    if not turn.draft["files"]:
        return Ask(f"请把图片或文件发来，记为 {number}（{choosing.title(finding)}）的佐证。", "files")
    return _confirm(turn, finding)


def _check(turn: Turn, finding: Finding) -> None:
    """Who may report on it may show it, until it is accepted."""
    if not access.allowed(turn, Action.PROGRESS, finding):
        office = texts.office_contact(turn)
        raise UserError(f"{finding.number} 的佐证由责任单位和配合单位提交。有材料请联系{office}转达。", keep=False)
    if finding.state != "pending_acceptance":
        tasks.must_be_in_hand(turn, finding)


def take_files(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if _more(turn):
        return _confirm(turn, finding)
    return Ask(f"请发图片或文件，记为 {finding.number} 的佐证；不发了回复“取消”。", "files")


def _confirm(turn: Turn, finding: Finding) -> Ask:
    files = proofs.pieces(turn, turn.draft["files"])
    if not files:
        return Ask(f"刚才的文件没有收下。请重新发图片或文件，记为 {finding.number} 的佐证。", "files")
    had = len(moves.evidence_of(turn.session, finding))
    named = [row.name for row in files if row.name]
    lines = [f"请确认：作为 {finding.number}（{choosing.title(finding)}）的佐证"]
    lines.append(f"{counted(files)}{'：' + '、'.join(named[:3]) if named else ''}{'等' if len(named) > 3 else ''}")
    lines.append(f"佐证：{had}份 → {had + len(files)}份")
    lines.append("不是这一条就回复编号；" + texts.CONFIRM)
    facts = (("编号", finding.number), ("佐证", counted(files)))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="提交佐证", facts=facts, buttons=BUTTONS))


def take_confirm(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.meaning.intent == "confirm":
        return _commit(turn, finding)
    if _more(turn):
        return _confirm(turn, finding)
    said = choosing.numbers(turn)
    if said and said[0] != finding.number:
        return _open(turn, said[0])
    if turn.meaning.intent == "deny":
        return choosing.ask_which(turn, proofs.candidates(turn), "which", "好，那是哪一条的佐证？")
    return _confirm(turn, finding)


def _commit(turn: Turn, finding: Finding) -> Reply:
    moves.lock(turn.session, finding)
    finding = access.get_visible(turn, finding.number)
    _check(turn, finding)
    files = proofs.pieces(turn, turn.draft["files"])
    if not files:
        return _confirm(turn, finding)
    had = len(moves.evidence_of(turn.session, finding))
    tasks.begin(turn, finding)
    moves.keep(turn.session, finding, turn.entry("evidence"), *files)
    turn.recent.pop("loose", None)
    choosing.touched(turn, finding)
    told = choosing.told(turn, _tell(turn, finding, files, had + len(files)))
    return Done(f"已记为 {finding.number} 的佐证：{had}份 → {had + len(files)}份。{told}{'。' if told else ''}")


def _tell(turn: Turn, finding: Finding, files: list[Evidence], count: int) -> list[str]:
    """Those who follow it up hear of it; while it waits for acceptance, the acceptors have a fresh card."""
    day, number = day_of(turn.now), finding.number
    judges = _judges(turn, finding) if finding.state == "pending_acceptance" else []
    group = f"{number}:accept:{finding.cycle}"
    for person in judges:
        turn.tell(person, evidence_words.judge_card(turn, finding, files, count), group=group, matter=number)
    words = (
        f"{number} {choosing.title(finding)}：{turn.actor.name}补充佐证{counted(files)}。回复“看{number}的佐证”查看。"
    )
    others = [
        person
        for person in parties.other_side(turn.session, finding, day)
        if person not in (turn.actor.userid, *judges)
        and access.person_may(turn, person, Action.EVIDENCE_VIEW, finding)
        and access.person_may(turn, person, Action.VIEW_FULL, finding)
    ]
    for person in others:
        turn.tell(person, words, matter=number)
    return [*judges, *others]


def _judges(turn: Turn, finding: Finding) -> list[str]:
    able = parties.judges(turn.session, finding, day_of(turn.now)) + texts.directors(turn)
    return [person for person in dict.fromkeys(able) if access.person_may(turn, person, Action.ACCEPT, finding)]


def on_fetched(turn: Turn, fetch: Fetch) -> None:
    """The file is here, or it will never be: whatever names it learns so, and of a loss its sender hears."""
    waiting = evidence.waiting_for(turn.session, fetch.person, fetch.media_id)
    if fetch.state == "stored":
        for finding, row in waiting:
            _note(turn, finding, row, "evidence_stored", sha256=fetch.sha256, name=fetch.name or row.name)
        return
    for finding, row in waiting:
        name = "" if fetch.error == SECRET_NAME else row.name
        _note(turn, finding, row, "evidence_refused", refused=fetch.error, name=name)
    seen = [f for f, _ in waiting if access.person_may(turn, fetch.person, Action.VIEW_FULL, f)]
    numbers = list(dict.fromkeys(finding.number for finding in seen))
    words = evidence_words.not_taken(fetch, fetch.error == SECRET_NAME, numbers)
    turn.tell(fetch.person, words, urgent=True)  # an answer to what he just did
    for finding in dict.fromkeys(finding for finding, _ in waiting):
        _nothing_left(turn, finding, fetch.error)


def _note(turn: Turn, finding: Finding, row: Evidence, action: str, **values: str | None) -> None:
    """An ended round never changes (domain.md 3.2): its evidence is completed, nothing of the finding is touched."""
    piece = moves.Altered(row, values, {"sha256": None, "refused": ""})
    if not moves.keep(turn.session, finding, turn.entry(action), piece):
        raise LookupError("evidence changed meanwhile")  # tried again, and then it waits no more


def _nothing_left(turn: Turn, finding: Finding, why: str) -> None:
    """An application whose only evidence was not taken must not look as if it had some (T7)."""
    if finding.state != "pending_acceptance" or moves.evidence_of(turn.session, finding):
        return
    number, by = finding.number, _applicant(turn, finding)
    judges = _judges(turn, finding)
    turn.close_cards(f"{number}:accept:{finding.cycle}", "佐证没有收下")
    name = choosing.names(turn, [by])
    for person in judges:
        turn.tell(person, evidence_words.nothing_left(finding, name, why), matter=number)
    if access.person_may(turn, by, Action.VIEW_FULL, finding):
        turn.tell(by, evidence_words.to_add(finding, why), urgent=True, matter=number)


def _applicant(turn: Turn, finding: Finding) -> str:
    """Whose measures came with the application."""
    reports = [row for row in moves.progress_of(turn.session, finding) if row.at == finding.applied_at]
    return reports[-1].by if reports else turn.actor.userid


def _help(actor: Actor) -> str | None:
    if not actor.has("resp_person", *parties.LIAISONS, *parties.HEADS):
        return None
    return "交佐证：先发图片或文件，再说“这是0125的佐证”"


FLOW = Flow(
    name="evidence",
    title="佐证",
    intents=("evidence", "media"),
    start=start,
    steps={
        "which": take_which, "files": take_files, "confirm": take_confirm,
        "number": evidence_shown.take_number, "pick": evidence_shown.take_pick,
        ledger_import.STEP: ledger_import.take,
    },
    on_fetched={proofs.KIND: on_fetched},
    aside=True,
    fleeting=True,
    help=_help,
)  # fmt: skip
