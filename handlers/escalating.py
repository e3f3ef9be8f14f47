"""报给领导: an overdue finding is raised by one level at once, beside the ladder that does so by itself (6.3)."""

from __future__ import annotations

from bot.errors import Overtaken, UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Card, CardKind
from handlers import access, choosing, escalating_levels, judging, naming, tasks, texts, urging_words
from handlers.escalating_levels import TITLES, Level
from handlers.owed import PROMISE
from handlers.rules import fatigue, wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from handlers.urging_cases import arrival
from storage import moves, people, pushes, units, urges
from storage.matters import Finding
from storage.people import Actor

OVERDUE_STATES = moves.IN_HAND
_MOST = 50  # overdue findings of a unit among which it is asked


def possible(turn: Turn, finding: Finding) -> bool:
    """Whether the speaker may raise it, and there is somebody above."""
    return _may(turn, finding) and _late(turn, finding) and escalating_levels.following(turn, finding) is not None


def start(turn: Turn) -> Reply:
    if not choosing.numbers(turn) and turn.meaning.slots.get("number"):
        raise UserError.hidden()  # leads and urgent reports take their own ways
    found = naming.meant(turn, _candidates(turn), "要上报哪一条？")
    return _open(turn, found) if isinstance(found, str) else found


def take_which(turn: Turn) -> Reply:
    number = naming.answered(turn)
    return _open(turn, number) if isinstance(number, str) else number


def _candidates(turn: Turn) -> list[Finding]:
    """The unit's overdue ones when a unit is named, else what was shown last."""
    name = turn.meaning.slots.get("unit")
    unit = units.find_by_name(turn.session, str(name)) if name else None
    if unit is None:
        return naming.shown_last(turn, Action.SUPERVISE)
    codes = units.subtree(turn.session, unit.path)
    found = urges.candidates(turn.session, _MOST, due_before=arrival(turn), units=codes)
    return [finding for finding in found if _may(turn, finding)]


def _open(turn: Turn, number: str) -> Reply:
    finding = access.get_visible(turn, number)
    level = _check(turn, finding)
    turn.draft["number"], turn.draft["level"] = number, level.name
    choosing.touched(turn, finding)
    lines = [
        f"请确认升级 {number}（{choosing.title(finding)}，{finding.unit_name}）：",
        f"应于{_due(turn, finding)}完成整改，{_grounds(turn, finding)}",
        f"报给：{_named(turn, level)}",
        *_one_at_a_time(turn, level),
        texts.CONFIRM,
    ]
    facts = (("编号", number), ("报给", _named(turn, level)))
    card = Card(CardKind.BUTTONS, title="升级督办", facts=facts, buttons=judging.BUTTONS)
    return Ask("\n".join(lines), "confirm", card)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent != "confirm":
        return Ask("没有办理。" + texts.CONFIRM + "。", "confirm")
    finding = choosing.get(turn, turn.draft["number"])
    moves.lock(turn.session, finding)
    level = _check(turn, finding)
    if level.name != turn.draft["level"]:
        return _open(turn, finding.number)  # somebody raised it meanwhile: the next level is another one
    words = _message(turn, finding)
    for person in level.persons:
        turn.tell(person, words, matter=finding.number)
    after = {"level": level.name, "told": list(level.persons)}
    turn.record(finding.number, escalating_levels.ACTION, after=after)
    choosing.touched(turn, finding)
    return Done(f"{finding.number} 已报给{_named(turn, level)}{urging_words.when(turn)}。{naming.rest(turn)}")


def _check(turn: Turn, finding: Finding) -> Level:
    """The level that it goes up to, or the reason why it does not."""
    if not _may(turn, finding):
        office = texts.office_contact(turn)
        raise UserError(f"升级由来源部门或监督办公室办理。需要的话请联系{office}。", keep=False)
    number = finding.number
    if finding.state not in OVERDUE_STATES:
        raise Overtaken(f"{number} 现在是“{tasks.label(finding)}”，没有可升级的逾期。", keep=False)
    if not _late(turn, finding):
        due = choosing.due_words(turn, finding)
        raise UserError(f"{number} 时限{due}，还没有逾期。可以先催办：“催办{number}”。", keep=False)
    today, before = arrival(turn), escalating_levels.last_act(turn, finding)
    if before is not None:
        after = turn.calendar.add_workdays(day_of(before.at), fatigue.SPAN_WORKDAYS)
        if today < after:
            when = wording.moment(before.at, today)
            again = wording.day(after, today)
            words = f"{number} 已于{when}报给{TITLES.get(before.level, '上级')}，{again}起可以再往上报。"
            raise Overtaken(words, keep=False)
    level = escalating_levels.following(turn, finding)
    if level is None:
        raise UserError(f"{number} 已报到最高一级，没有更高的可报。急事请电话联系。", keep=False)
    return level


def _may(turn: Turn, finding: Finding) -> bool:
    """The office and the source: whoever may put it under key supervision (domain.md 2.3)."""
    return bool(access.allowed(turn, Action.SUPERVISE, finding))


def _late(turn: Turn, finding: Finding) -> bool:
    overdue = finding.due is not None and finding.due < arrival(turn)
    return overdue and finding.state in OVERDUE_STATES


def _one_at_a_time(turn: Turn, level: Level) -> list[str]:
    """Who names somebody higher hears that it goes up step by step."""
    wanted = escalating_levels.named(str(turn.meaning.slots.get("to") or ""))
    higher = wanted is not None and escalating_levels.rank(wanted) > escalating_levels.rank(level.name)
    return ["升级逐级进行，先报上面这一级。"] if higher else []


def _message(turn: Turn, finding: Finding) -> str:
    who = people.name_of(turn.session, finding.resp_person) if finding.resp_person else "未定"
    return "\n".join(
        [
            f"升级督办：{finding.number} {choosing.title(finding)}，应于{_due(turn, finding)}完成整改。",
            f"依据：{_grounds(turn, finding)}。责任单位{finding.unit_name}，责任人{who}。",
            f"{urging_words.speaker(turn)}上报。回复“查 {finding.number}”看进展。",
        ]
    )


def _due(turn: Turn, finding: Finding) -> str:
    """In words of the day on which it arrives."""
    assert finding.due is not None
    return wording.day(finding.due, arrival(turn))


def _grounds(turn: Turn, finding: Finding) -> str:
    """`已逾期5个工作日，已提醒2次，催办1次`, of this round."""
    assert finding.due is not None
    since = finding.assigned_at or finding.submitted_at
    told = pushes.about(turn.session, finding.resp_person or "", finding.number)
    told = [push for push in told if push.ladder != PROMISE and push.told_at is not None and push.told_at >= since]
    urged = urges.acts(turn.session, finding.number, since)
    parts = [wording.days_left(finding.due, arrival(turn), turn.calendar)]
    parts += [f"已提醒{len(told)}次"] if told else []
    return "，".join(parts + ([f"催办{urged}次"] if urged else []))


def _named(turn: Turn, level: Level) -> str:
    return f"{TITLES[level.name]}{texts.names(turn, list(level.persons))}"


def _help(actor: Actor) -> str | None:
    return "逾期升级：0123报给领导" if actor.has("office_staff", "office_director") else None


FLOW = Flow(
    name="escalating",
    title="升级督办",
    intents=("escalate",),
    start=start,
    steps={"which": take_which, "confirm": take_confirm},
    help=_help,
)
