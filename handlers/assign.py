"""Assigning a finding to a unit and a person by a date, and handing it on to somebody else (T4, T6)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Style
from handlers import access, assign_words, assignment, choosing, handing_over, parties, tasks, texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, Way
from handlers.rules.states import LABELS, OPEN, FindingState
from storage import moves, people
from storage.matters import Finding, Unit
from storage.people import Actor

BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
_ALL = ("都", "全部", "全", "几条", "三条", "两条")
_BEFORE = ("submitted", "registered")
_ACROSS = (*parties.OFFICE, "sub_office")  # T6: from one unit to another it is the office's


def start(turn: Turn) -> Reply:
    assignment.absorb(turn)
    numbers = choosing.numbers(turn)
    listed, index = choosing.recent(turn), turn.meaning.slots.get("index")
    if not numbers and isinstance(index, int) and 0 < index <= len(listed):
        numbers = [listed[index - 1]]  # 交办第一个, after a list
    shown = [number for number in choosing.before_him(turn) if number.startswith("WT-")]
    if not numbers and any(word in turn.text for word in _ALL):
        numbers = listed
    if not numbers and len(shown) == 1:
        numbers = shown
    if not numbers and (able := _assignable(turn, shown)):
        return choosing.ask_which(turn, able, "which", "要交办哪一条？")
    if not numbers:
        return Ask("要交办哪一条？请回复编号，如 WT-2026-0123。", "which")
    return _with(turn, numbers)


def _assignable(turn: Turn, numbers: list[str]) -> list[Finding]:
    """Those that the speaker may assign: a peer's card shows no title, and rights may have ended since."""
    found = [moves.find(turn.session, number) for number in numbers]
    return [finding for finding in found if finding and access.allowed(turn, Action.ASSIGN, finding)]


def take_which(turn: Turn) -> Reply:
    numbers = choosing.numbers(turn) or [number for number in [choosing.chosen(turn)] if number]
    assignment.absorb(turn)
    return _with(turn, numbers) if numbers else Ask("请回复问题编号，如 WT-2026-0123；不办了回复“取消”。", "which")


def _with(turn: Turn, numbers: list[str]) -> Reply:
    findings = [access.get_visible(turn, number) for number in numbers]
    for finding in findings:
        _check(turn, finding)
    if len({finding.state in OPEN for finding in findings}) > 1:
        raise UserError("这几条里有的还没交办，有的已在整改，请分开办理。", keep=False)
    turn.draft["numbers"] = [finding.number for finding in findings]
    turn.draft["states"] = [finding.state for finding in findings]
    turn.draft["before"] = [[finding.unit, finding.resp_person] for finding in findings]
    choosing.touched(turn, *findings)
    return _next(turn)


def _check(turn: Turn, finding: Finding) -> None:
    verdict = access.allowed(turn, Action.ASSIGN, finding)
    within = verdict.way is Way.WITHIN_UNIT
    if not verdict or (within and finding.state in _BEFORE):
        raise UserError(
            f"只有监督办公室或来源部门可以交办。需要交办{finding.number}，请联系{texts.office_contact(turn)}。"
        )
    if within and turn.draft.get("unit", finding.unit) != finding.unit:
        raise UserError(f"您只能在本单位内换责任人；要转给其他单位，请联系{texts.office_contact(turn)}。")
    if finding.state in OPEN and turn.draft.get("unit", finding.unit) != finding.unit and not turn.actor.has(*_ACROSS):
        words = f"{finding.number} 已在整改，换到其他单位只能由监督办公室办理，请联系{texts.office_contact(turn)}。"
        raise UserError(words, keep=False)
    if finding.state not in _BEFORE and finding.state not in OPEN:
        raise UserError(f"{finding.number} 现在是“{tasks.label(finding)}”，不能交办或改派。")


def _findings(turn: Turn) -> list[Finding]:
    return [choosing.get(turn, number) for number in turn.draft["numbers"]]


def _next(turn: Turn) -> Reply:
    """Ask for what is missing, one thing that decides the next; then say everything back."""
    findings, draft, today = _findings(turn), turn.draft, day_of(turn.now)
    if draft.get("unit_options"):
        return Ask("是哪个单位？\n" + texts.options(draft["unit_options"]), "unit")
    unit = assignment.unit_of(turn, findings[0])
    if unit is None or not assignment.in_being(unit, today):
        return Ask("交给哪个单位整改？可以连责任人和期限一起说，如“恒信建设 周涛 12月20日前”。", "details")
    if not all(access.may_hand_to(turn, finding, unit) for finding in findings):
        raise UserError(f"您只能交办给本单位及下属单位；要交给{unit.name}，请联系{texts.office_contact(turn)}。")
    if (
        assign_words.reassigned(findings)
        and unit.code == findings[0].unit
        and not (draft.get("person_name") or draft.get("due"))
    ):
        return Ask("换成谁负责？请回复姓名。", "details")
    if not draft.get("person"):
        asked = _settle_person(turn, unit)
        if asked is not None:
            return asked
    if assign_words.reassigned(findings):
        return (
            _refuse_new_due(turn, findings[0])
            if draft.get("due")
            else assign_words.confirmation(turn, findings, unit, BUTTONS)
        )
    _, due = assignment.kind_and_due(turn, findings[0])
    if due < today:
        draft.pop("due", None)
        return Ask(f"{wording.day(due, today)}已经过了。整改期限定在哪天？（今天或以后）", "details")
    return assign_words.confirmation(turn, findings, unit, BUTTONS)


def _refuse_new_due(turn: Turn, finding: Finding) -> Reply:
    """A new date for a finding in hand is an extension in disguise; it leaves its own trace (T10)."""
    turn.draft.pop("due")
    person, unit = turn.draft.get("person"), turn.draft.get("unit") or finding.unit
    words = f"{finding.number} 已交办，时限{choosing.due_words(turn, finding)}不能直接改，须由责任单位申请延期。"
    if person == finding.resp_person and unit == finding.unit:
        return Done(words)
    again = _next(turn)
    return Ask(f"{words}\n{again.text}", again.step, again.card) if isinstance(again, Ask) else again


def _settle_person(turn: Turn, unit: Unit) -> Ask | None:
    draft = turn.draft
    found, name = assignment.candidates(turn, unit), draft.get("person_name")
    if len(found) == 1:
        draft["person"] = found[0]
        return None
    if found:
        draft["people"] = found
        lines = texts.options([assignment.title_of(turn, userid) for userid in found])
        return Ask(f"{unit.name}有{len(found)}位{name}，是哪一位？\n{lines}", "person")
    draft.pop("person_name", None)
    default = assignment.candidates(turn, unit)
    if not default:
        return _nobody(turn, unit, name)
    way_out = f"；不指定就由{choosing.names(turn, default)}负责，回复“不指定”"
    return Ask(f"{unit.name}现在没有叫{name}的在岗人员。请换一位责任人{way_out}。", "details")


def _nobody(turn: Turn, unit: Unit, name: str | None) -> Ask:
    """A unit that has nobody, nor anybody above it: the ways out are another unit, or people first."""
    tried = f"也没有叫{name}的在岗人员" if name else "没有在岗的联络员和负责人"
    return Ask(
        f"{'、'.join(turn.draft['numbers'])}还不能交办：{unit.name}{tried}。\n"
        "可以换一个责任单位（直接说单位和责任人），或请系统管理员先登记该单位人员；先不办回复“取消”。",
        "details",
    )


def _elsewhere(turn: Turn) -> Reply | None:
    if not choosing.elsewhere(turn, turn.draft["numbers"], "assign"):
        return None
    turn.draft.clear()
    return start(turn)


def take_unit(turn: Turn) -> Reply:
    other = _elsewhere(turn)
    if other is not None:
        return other
    options: list[str] = turn.draft["unit_options"]
    at = texts.chosen(turn, options)
    if at is not None:
        assignment.set_unit(turn, options[at])
    else:
        assignment.absorb(turn)
    return _again(turn)


def take_person(turn: Turn) -> Reply:
    other = _elsewhere(turn)
    if other is not None:
        return other
    found: list[str] = turn.draft["people"]
    at = texts.chosen(turn, [assignment.title_of(turn, userid) for userid in found])
    if at is not None:
        turn.draft["person"] = found[at]
    else:
        assignment.absorb(turn)
    return _again(turn)


def take_details(turn: Turn) -> Reply:
    other = _elsewhere(turn)
    if other is not None:
        return other
    if "不指定" not in turn.text:
        assignment.absorb(turn)
    return _again(turn)


def _again(turn: Turn) -> Reply:
    for finding in _findings(turn):
        _check(turn, finding)
    return _next(turn)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "confirm":
        return _commit(turn)
    other = _elsewhere(turn)
    if other is not None:
        return other
    if turn.meaning.intent == "deny" and not assignment.absorb(turn):
        return Ask("哪里要改？直接说，如“责任人改成周涛”“12月18日前”；不办了回复“取消”。", "confirm")
    assignment.absorb(turn)
    return _again(turn)


def _commit(turn: Turn) -> Reply:
    findings, today = _findings(turn), day_of(turn.now)
    for at, finding in enumerate(findings):
        moves.lock(turn.session, finding)
        _check(turn, finding)
        as_shown = [turn.draft["states"][at], *turn.draft["before"][at]]
        if [finding.state, finding.unit, finding.resp_person] != as_shown:
            raise Overtaken(
                f"{finding.number} 刚刚有人办理过，现在是“{tasks.label(finding)}”。请重新查看后再办。", keep=False
            )
    unit = assignment.unit_of(turn, findings[0])
    assert unit is not None
    if not assignment.in_being(unit, today):
        return _next(turn)  # it was closed meanwhile (T4)
    if not assign_words.reassigned(findings) and assignment.kind_and_due(turn, findings[0])[1] < today:
        return _next(turn)  # it was confirmed on a later day: the date is asked for again
    if not parties.serves(turn.session, people.actor(turn.session, turn.draft["person"], today), unit):
        turn.draft.pop("person")
        raise UserError("责任人刚刚不在岗了，请换一位责任人。")
    told: list[str] = []
    for finding in findings:
        step = handing_over.hand_on if finding.state in OPEN else handing_over.assign
        told += step(turn, finding, unit)
    choosing.touched(turn, *findings)
    return Done(_done(turn, findings, list(dict.fromkeys(told))))


def _done(turn: Turn, findings: list[Finding], told: list[str]) -> str:
    first = findings[0]
    moved = turn.draft["states"][0]
    change = "已改派" if moved in OPEN else f"{LABELS[FindingState(moved)]} → {tasks.label(first)}"
    numbers = "、".join(finding.number for finding in findings)
    who = f"{first.unit_name} {choosing.names(turn, [turn.draft['person']])}"
    lines = [
        f"{numbers}：{change}。",
        f"责任：{who}，{choosing.due_words(turn, first)}前完成。",
        f"{heard}。" if (heard := choosing.told(turn, told)) else "",
    ]
    return "\n".join(line for line in lines if line)


def _help(actor: Actor) -> str | None:
    if actor.has("office_staff", "office_director", "audit_staff", "union_staff"):
        return "交办：交办 WT-2026-0123 恒信建设 责任人周涛 12月20日前"
    return "换责任人：WT-2026-0123 责任人改成周涛" if actor.has("unit_head") else None


FLOW = Flow(
    name="assign",
    title="交办",
    intents=("assign",),
    start=start,
    steps={
        "which": take_which,
        "unit": take_unit,
        "person": take_person,
        "details": take_details,
        "confirm": take_confirm,
    },
    help=_help,
)
