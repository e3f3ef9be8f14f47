"""The quarter-end reminders of the units, and the lists of who still owes for those above them (contract.md, 6.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.flow import Turn
from handlers import obligations, quarter_state, texts
from handlers.quarter_state import Standing, matter_of
from handlers.reminding import Kind, Notice
from handlers.rules import quarters as periods
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import obligations as records
from storage import people, pushes, units
from storage.duties import Obligation

KIND, LISTS = "quarter", "quarter_office"
OFFICE = "office"  # in the place of a unit's code: the lists that the office and those above it get
AFTER_DEADLINE = ("+1", "+3", "+5", "+10")
SHOWN = 8
_LAW = "指导意见要求各成员单位于每季度末向办公室提交监督工作信息和发现的问题。"


def plan(turn: Turn, quarter: str, owing: Iterable[str], *, office: bool = False) -> None:
    """The rungs still to come for the units that owe the quarter, and the lists that the office gets of them."""
    due = periods.deadline(quarter, turn.calendar)
    running = {
        row.matter for ladder in (KIND, LISTS) for row in records.of_ladder(turn.session, ladder) if row.due == due
    }
    for unit in owing:
        if matter_of(unit, quarter) not in running:
            obligations.begin(turn, KIND, matter_of(unit, quarter), due, owner=unit, source="S32")
    if office and matter_of(OFFICE, quarter) not in running:
        obligations.begin(turn, LISTS, matter_of(OFFICE, quarter), due, owner=OFFICE, source="S32")


def stop(turn: Turn, unit: str, quarter: str) -> None:
    """The report is complete: no reminder any more (domain.md 6.2)."""
    obligations.end(turn, KIND, matter_of(unit, quarter))


def heard_of_delay(turn: Turn, unit: str, quarter: str) -> list[str]:
    """Who was told after the deadline that this unit, or some unit, had not reported."""
    told = []
    for ladder, code in ((KIND, unit), (LISTS, OFFICE)):
        row = records.find(turn.session, ladder, matter_of(code, quarter))
        told += pushes.who_heard(turn.session, row.id, AFTER_DEADLINE) if row is not None else []
    return list(dict.fromkeys(told))


def _standing(turn: Turn, obligation: Obligation) -> Standing | None:
    quarter, _, code = obligation.matter.partition(":")
    unit = units.find_member(turn.session, code, day_of(turn.now))
    return quarter_state.standing(turn, unit, quarter) if unit is not None else None


def _owes(turn: Turn, obligation: Obligation) -> bool:
    state = _standing(turn, obligation)
    return state is not None and not state.complete


def _unit_people(turn: Turn, obligation: Obligation, name: str) -> list[str]:
    unit, day = obligation.matter.partition(":")[2], day_of(turn.now)
    holders = {"liaison": quarter_state.liaisons, "head": quarter_state.heads}.get(name)
    return holders(turn, unit, day) if holders is not None else []


def _unit_words(turn: Turn, notice: Notice) -> str:
    state = _standing(turn, notice.obligation)
    assert state is not None
    if notice.copied:
        return _copy(turn, state, notice.day, quarter_state.liaisons(turn, state.unit, notice.day))
    return _reminder(turn, state, notice.day)


def _unit_tail(_turn: Turn, notice: Notice) -> str:
    office = notice.rung.name == "+3" and notice.role == "liaison"
    above = notice.above or ("，已抄送" if office else "")
    joined = "" if above in ("", "，已抄送") else "、"
    return f"（第{notice.count}次提醒{above}{joined + '监督办' if office else ''}）"


def _unit_line(turn: Turn, obligation: Obligation, day: date) -> str:
    state = _standing(turn, obligation)
    assert state is not None
    return f"{state.label}监督工作待报，{quarter_state.time_left(state.deadline, day, turn.calendar)}"


def _owing(turn: Turn, obligation: Obligation) -> list[Standing]:
    quarter = obligation.matter.partition(":")[0]
    return [state for state in quarter_state.everybody(turn, quarter) if not state.complete]


def _list_people(turn: Turn, _obligation: Obligation, name: str) -> list[str]:
    if name == "leading":
        return people.userids_with(turn.session, ("leading_group",), day_of(turn.now))
    return texts.directors(turn) if name == "director" else texts.office_staff(turn)


def _list_words(turn: Turn, notice: Notice) -> str:
    return _office_list(turn, notice.obligation.matter.partition(":")[0], _owing(turn, notice.obligation), notice.day)


def _list_line(turn: Turn, obligation: Obligation, day: date) -> str:
    owing, quarter = _owing(turn, obligation), obligation.matter.partition(":")[0]
    left = quarter_state.time_left(obligation.due, day, turn.calendar)
    return f"{periods.short_name(quarter)}监督工作，还有{len(owing)}家未报，{left}"


KINDS = (
    Kind(
        KIND, "季度报送", _LAW, _owes, _unit_people, _unit_line, _unit_words, _unit_tail,
        adopt=lambda turn, matter: _adopt(turn, matter), apart=True,
    ),
    Kind(
        LISTS, "季度报送名单", _LAW, lambda turn, row: bool(_owing(turn, row)), _list_people, _list_line, _list_words,
        lambda _turn, _notice: "回复“还有谁没报”看最新情况。", apart=True,
    ),
)  # fmt: skip


def _adopt(turn: Turn, matter: str) -> None:
    quarter, _, code = matter.partition(":")
    plan(turn, quarter, [] if code == OFFICE else [code], office=code == OFFICE)


def _reminder(turn: Turn, state: Standing, day: date) -> str:
    deadline, left = wording.day(state.deadline, day), quarter_state.time_left(state.deadline, day, turn.calendar)
    if day > state.deadline:
        head = f"{state.label}监督工作应于{deadline}报送，{left}。"
    elif day == state.deadline:
        head = f"{state.label}监督工作待报，{left}（{deadline} 24:00前）。"
    else:
        head = f"{state.label}监督工作待报，{deadline}截止，{left}。"
    return f"{head}\n{_still(state)}"


def _still(state: Standing) -> str:
    if state.info_at:
        return f"还差：发现的问题。发“报送问题：…”；没有就回复“{state.which}无问题”可直接申报。"
    if state.findings or state.none_at:
        return "还差：监督工作信息，一两句即可。请发“监督工作信息：…”。"
    return f"请发“监督工作信息：…”和“报送问题：…”；没有问题，回复“{state.which}无问题”可直接申报。"


def _copy(turn: Turn, state: Standing, day: date, first: list[str]) -> str:
    deadline, left = wording.day(state.deadline, day), quarter_state.time_left(state.deadline, day, turn.calendar)
    who = f"已提醒联络员{texts.names(turn, first)}" if first else "本单位未设联络员，请您报送"
    return f"【抄送】{state.label}监督工作待报，{deadline}截止，{left}。\n{who}；您也可以代为报送。"


def _office_list(turn: Turn, quarter: str, owing: list[Standing], day: date) -> str:
    deadline = owing[0].deadline
    left = quarter_state.time_left(deadline, day, turn.calendar)
    total = len(units.member_units(turn.session, day))
    when = left if day == deadline else f"{wording.day(deadline, day)}截止，{left}"
    head = f"{periods.short_name(quarter)}监督工作报送，{when}：应报{total}家，还有{len(owing)}家未报。"
    marks = [
        f"{state.name}{'' if quarter_state.liaisons(turn, state.unit, day) else '（未设联络员）'}"
        for state in owing[:SHOWN]
    ]
    rest = f"等{len(owing)}家" if len(owing) > SHOWN else ""
    return f"{head}\n{'、'.join(marks)}{rest}"
