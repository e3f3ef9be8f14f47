"""The responsible side objects to a finding: kept in its words, put before the source; the time limit runs on (S9)."""

from __future__ import annotations

import re
from datetime import date

from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import access, choosing, hearing, judging, naming, owing, parties, tasks, texts
from handlers.reminding import Kind, Notice
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import moves, sides
from storage.duties import Obligation
from storage.matters import Finding
from storage.people import Actor
from storage.proceedings import Objection

KIND = "objection"
_OPEN = (*moves.IN_HAND, "pending_acceptance")
_DELETE = re.compile(r"删|去掉|抹掉|撤掉|撤销")
NO_DELETING = "登记内容不能由责任单位删除。可提交异议（说明+佐证），由来源监督主体答复。"  # S9
_NUMBER = re.compile(r"(?:[Ww][Tt][-－—_ ]?)?(?:20\d\d[-－—_ ]?)?\d{1,5}号?|对|我们?(?:公司|单位)?|这[条个]|的")
# What tells that it is wrong, and not yet what is wrong with it.
_NO_MORE = re.compile(r"(?:[有提出交要不属实对认可同意请要求把给它删掉除了去登记问题异议申诉\s，,。！!：:]|事实|不符)*")


def group(finding: Finding) -> str:
    return f"{finding.number}:objection:{finding.cycle}"


def start(turn: Turn) -> Reply:
    said = str(turn.meaning.slots.get("reason") or "")
    if said and not _NO_MORE.fullmatch(_NUMBER.sub("", said)):
        turn.draft["words"] = said
    turn.draft["delete"] = _DELETE.search(turn.text) is not None
    able = [finding for finding in tasks.open_tasks(turn) if access.allowed(turn, Action.OBJECT, finding)]
    found = naming.meant(turn, able, "对哪一条有异议？")
    return _open(turn, found) if isinstance(found, str) else found


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    _check(turn, finding)
    turn.draft["number"] = number
    choosing.touched(turn, finding)
    return _next(turn, finding)


def _check(turn: Turn, finding: Finding) -> None:
    if not access.allowed(turn, Action.OBJECT, finding):
        raise UserError("异议由责任单位提出。您的意见可以直接和监督办公室说。", keep=False)
    if finding.state not in _OPEN:
        raise UserError(f"{finding.number} 现在是“{tasks.label(finding)}”，不能提异议。", keep=False)
    pending = sides.pending_objection(turn.session, finding)
    if pending is not None:
        when = wording.day(pending.answer_by, day_of(turn.now))
        raise UserError(f"{finding.number} 已有一份异议在等答复（{when}前），请等答复。", keep=False)


def _next(turn: Turn, finding: Finding) -> Ask:
    draft = turn.draft
    if not draft.get("words"):
        lead = f"{NO_DELETING}\n" if draft.get("delete") else ""
        return Ask(f"{lead}对 {finding.number} 有什么异议？请写明哪里不对、依据是什么。", "words")
    today, by = day_of(turn.now), _answer_by(turn)
    lines = [f"请确认对 {finding.number}（{choosing.title(finding)}）提交异议：", f"异议：{draft['words']}"]
    lines += [f"来源监督主体{finding.source_name}须在{wording.day(by, today)}前答复。"]
    lines += [f"整改时限{choosing.due_words(turn, finding)}不停；要改直接说。", texts.CONFIRM]
    facts = (("编号", finding.number), ("异议", draft["words"]))
    return Ask("\n".join(lines), "confirm", Card(CardKind.BUTTONS, title="异议", facts=facts, buttons=judging.BUTTONS))


def _answer_by(turn: Turn) -> date:
    return turn.calendar.add_workdays(day_of(turn.now), turn.policy.objection_workdays)


def take_words(turn: Turn) -> Reply:
    finding = choosing.get(turn, turn.draft["number"])
    if turn.text.strip() and turn.meaning.intent not in ("confirm", "deny"):
        turn.draft["words"] = str(turn.meaning.slots.get("reason") or turn.text).strip()
    return _next(turn, finding)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "deny":
        return Ask("请把异议重新说一遍；不提了回复“取消”。", "words")
    if turn.meaning.intent != "confirm":
        return take_words(turn)
    finding = choosing.get(turn, turn.draft["number"])
    moves.lock(turn.session, finding)
    _check(turn, finding)
    words, by = turn.draft["words"], _answer_by(turn)
    row = Objection(at=turn.now, by=turn.actor.userid, text=words, answer_by=by)
    moves.keep(turn.session, finding, turn.entry("object", words), row)
    _plan(turn, finding, row)
    told = _tell(turn, finding, row)
    choosing.touched(turn, finding)
    days, when = turn.policy.objection_workdays, wording.day(by, day_of(turn.now))
    heard = f"\n{heard}。" if (heard := choosing.told(turn, told)) else ""
    return Done(
        f"{finding.number}：已转来源监督主体答复（{days} 个工作日内，{when}前），整改时限不停。{heard}\n"
        f"有附件请直接发来，再说“这是{finding.number}的佐证”。{naming.rest(turn)}"
    )


def _plan(turn: Turn, finding: Finding, row: Objection) -> None:
    """The morning after it should have been answered, the source hears of it again."""
    owing.begin(turn, KIND, finding, row.answer_by, source="S9", part=f"o{row.id}", objection=row.id)


def adopt(turn: Turn, finding: Finding) -> None:
    row = sides.pending_objection(turn.session, finding)
    if row is not None:
        _plan(turn, finding, row)


def _tell(turn: Turn, finding: Finding, row: Objection) -> list[str]:
    told, number = hearing.source_staff(turn, finding, Action.ANSWER_OBJECTION), finding.number
    facts = (
        ("事项", choosing.title(finding)),
        ("单位", f"{finding.unit_name} {turn.actor.name}"),
        ("异议", row.text),
        ("答复期限", wording.day(row.answer_by, day_of(turn.now))),
    )
    buttons = (Button("成立", f"{number}异议成立"), Button("不成立", f"{number}异议不成立", Style.STRONG))
    card = Card(CardKind.BUTTONS, title=f"待答复异议 {number}", facts=facts, buttons=buttons)
    for person in told:
        turn.tell(person, card, group=group(finding), matter=number)
    return told


def _waits(turn: Turn, obligation: Obligation) -> bool:
    finding = owing.finding_of(turn, obligation)
    row = sides.pending_objection(turn.session, finding) if finding is not None else None
    same = row is not None and row.id == obligation.facts.get("objection")
    return same and finding is not None and finding.state in _OPEN


def _people(turn: Turn, obligation: Obligation, name: str) -> list[str]:
    finding = owing.finding_of(turn, obligation)
    if finding is None or name != "source":
        return owing.audience(turn, obligation, name)
    return hearing.source_staff(turn, finding, Action.ANSWER_OBJECTION)


def _words_of(turn: Turn, notice: Notice) -> str:
    number, due = notice.obligation.matter, notice.obligation.due
    left = wording.days_left(due, notice.day, turn.calendar)
    return (
        f"{number} 的异议应于{wording.day(due, notice.day)}前答复，{left}。\n"
        f"回复“{number}异议成立”或“{number}异议不成立”，并写理由。"
    )


def _line(turn: Turn, obligation: Obligation, day: date) -> str:
    return f"{obligation.matter} 的异议待答复，{wording.days_left(obligation.due, day, turn.calendar)}"


KINDS = (
    Kind(
        KIND, "异议答复", "责任单位提出异议的，由来源监督主体在五个工作日内答复。",
        _waits, _people, _line, _words_of, adopt=owing.adopt(adopt),
    ),
)  # fmt: skip


def _help(actor: Actor) -> str | None:
    if not actor.has("resp_person", *parties.LIAISONS, *parties.HEADS) or actor.has("member_liaison", "member_head"):
        return None
    return "有异议：提交异议 WT-2026-0123：…"


FLOW = Flow(
    name="objection",
    title="提交异议",
    intents=("objection",),
    start=start,
    steps={"which": take_which, "words": take_words, "confirm": take_confirm},
    help=_help,
)
