"""The wording of urging: the confirmation, what the urged hear, and the report of whom it reached (voice.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.flow import Turn
from handlers import texts
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.fatigue import Limit, Said
from handlers.urging_cases import Case, arrival
from storage import people

LIMITS = "同一件事对同一人，2个工作日内最多催1次，7天内最多催3次"
NO_DAILY = f"不能设成每天催：{LIMITS}。"
_SHOWN, _FEW = 6, 3


@dataclass(frozen=True, slots=True)
class Reach:
    """One person to be urged. cases: about what; counts: which time it will be, by matter."""

    person: str
    cases: tuple[Case, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody, or a whole matter (person ""), that is not urged, and why. often: the limit of three was met."""

    person: str
    label: str
    why: str
    often: bool = False


def why(limit: Limit, said: Said, today: date) -> str:
    """`今天已催过`, `已答应11月27日 周五前办`."""
    if limit is Limit.OFTEN:
        return "7天内已催3次"
    if limit is Limit.LATELY:
        return f"{texts.NEAR.get((said.urged[-1] - today).days) or wording.day(said.urged[-1], today)}已催过"
    if limit is Limit.PROMISED and said.promised is not None:
        return f"已答应{wording.day(said.promised, today)}前办"
    received = said.received or today
    return f"{texts.NEAR.get((received - today).days) or wording.day(received, today)}已回“收到”"


def confirmation(turn: Turn, reaches: Sequence[Reach], held: Sequence[Held], copied: Sequence[str], by: str) -> str:
    """Whom it will reach and whom not; ends as every confirmation does."""
    lines = [f"请确认催办{len(reaches)}人："]
    lines += [f"{at} {_reach(turn, reach)}" for at, reach in enumerate(reaches[:_SHOWN], 1)]
    lines += [f"等{len(reaches)}人"] if len(reaches) > _SHOWN else []
    lines += [f"不催：{_held(turn, held)}"] if held else []
    lines += [f"抄送：{texts.names(turn, list(copied))}"] if copied else []
    lines += [by] if by else []
    return "\n".join([*lines, texts.CONFIRM])


def message(turn: Turn, reach: Reach, by: str, copied: str) -> str:
    """What one person hears: who urges, the fact, the word to answer, and how often it was said."""
    head = f"{speaker(turn)}催办{'' if len(reach.cases) == 1 else f'{len(reach.cases)}件'}："
    if len(reach.cases) == 1:
        case = reach.cases[0]
        also = f"，已抄送{copied}" if copied else ""
        lines = [f"{head}{case.fact}。", by, f"{case.todo}（第{reach.counts[case.matter]}次催办{also}）"]
        return "\n".join(line for line in lines if line)
    lines = [f"{case.fact}（第{reach.counts[case.matter]}次）" for case in reach.cases[:_SHOWN]]
    more = f"等{len(reach.cases)}件，发“我名下的整改任务”看全部。" if len(reach.cases) > _SHOWN else ""
    also = f"已抄送{copied}。" if copied else ""
    todo = f"带编号回复“进展”填报或“延期”申请，如“{reach.cases[0].label} 进展”；知道了回“收到”。{also}"
    return "\n".join(line for line in [head, *lines, more, by, todo] if line)


def copy(turn: Turn, reaches: Sequence[Reach], by: str) -> str:
    """What a head hears of those of his unit."""
    lines = [
        f"{texts.names(turn, [reach.person])}：{case.fact}（第{reach.counts[case.matter]}次）"
        for reach in reaches
        for case in reach.cases
    ]
    more = f"等{len(lines)}件。" if len(lines) > _SHOWN else ""
    return "\n".join([f"抄送您：{speaker(turn)}催办", *lines[:_SHOWN], *filter(None, (more, by))])


def report(turn: Turn, reaches: Sequence[Reach], held: Sequence[Held], copied: Sequence[str]) -> str:
    """`已催办3人：周涛（WT-2026-0123）…；2人未催：陈静今天已催过。`"""
    named = [f"{texts.names(turn, [reach.person])}（{_labels(reach.cases)}）" for reach in reaches[:_SHOWN]]
    more = f"等{len(reaches)}人" if len(reaches) > _SHOWN else ""
    parts = [f"已催办{len(reaches)}人：{'、'.join(named)}{more}{when(turn)}"]
    if held:
        people_held = len({one.person for one in held if one.person})
        parts.append(f"{f'{people_held}人' if people_held else '另有'}未催：{_held(turn, held)}")
    lines = ["；".join(parts) + "。"]
    lines += [f"已抄送{texts.names(turn, list(copied))}。"] if copied else []
    return "\n".join(lines)


def nothing(turn: Turn, held: Sequence[Held], again: date | None) -> str:
    """Nobody is urged: why, and what else there is."""
    words = f"没有催：{_held(turn, held)}。" if held else "没有可催的事项。"
    if any(one.often for one in held):
        return f"{words}\n已催3次，建议升级或电话。"
    if again is not None:
        return f"{words}\n{wording.day(again, day_of(turn.now))}起可以再催；着急请电话联系。"
    return words


def names_of(turn: Turn, reaches: Sequence[Reach]) -> str:
    """`周涛、陈静等9人`."""
    more = f"等{len(reaches)}人" if len(reaches) > _SHOWN else ""
    return texts.names(turn, [reach.person for reach in reaches[:_SHOWN]]) + more


def deadline(turn: Turn, day: date | None) -> str:
    """`请于今天（11月23日 周一）反馈。`: the day that the speaker set; it moves no legal one."""
    return f"请于{texts.echoed(day, arrival(turn))}前反馈。" if day else ""


def speaker(turn: Turn) -> str:
    """`监督办公室李敏`."""
    actor = turn.actor
    where = texts.OFFICE if actor.has("office_staff", "office_director") else actor.unit_name
    return f"{where}{actor.name}"


def when(turn: Turn) -> str:
    """When it reaches them, if that is not now."""
    hold = turn.calendar.may_send(turn.now)
    return f"（免打扰时段，{wording.moment(hold, day_of(turn.now))}送达）" if hold > turn.now else ""


def _reach(turn: Turn, reach: Reach) -> str:
    name = people.name_of(turn.session, reach.person)
    if len(reach.cases) == 1:
        return f"{name}：{reach.cases[0].fact}（第{reach.counts[reach.cases[0].matter]}次）"
    return f"{name}（{len(reach.cases)}件）：{_labels(reach.cases)}"


def _labels(cases: Sequence[Case]) -> str:
    more = f"等{len(cases)}件" if len(cases) > _SHOWN else ""
    return "、".join(case.label for case in cases[:_SHOWN]) + more


def _held(turn: Turn, held: Iterable[Held]) -> str:
    """One reason once, with all it holds for: `陈静今天已催过（WT-2026-0130）；采购部、风控部等6项未设联络员`."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in held:
        grouped.setdefault((one.person, one.why), []).append(one.label)
    words = [_reason(turn, person, why, labels) for (person, why), labels in grouped.items()]
    return "；".join(words[:_SHOWN]) + (f"；等{len(words)}项" if len(words) > _SHOWN else "")


def _reason(turn: Turn, person: str, why: str, labels: Sequence[str]) -> str:
    first = "、".join(labels[:_FEW]) + (f"等{len(labels)}项" if len(labels) > _FEW else "")
    if person:
        return f"{people.name_of(turn.session, person)}{why}（{first}）"
    return f"{first} {why}" if first[-1].isdigit() else f"{first}{why}"
