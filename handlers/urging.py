"""催办: people urge people, within the limits of fatigue; whom it reaches is shown before, and said after (6.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import (
    access,
    choosing,
    colleagues,
    escalating,
    judging,
    texts,
    urging_cases,
    urging_log,
    urging_plan,
    urging_targets,
    urging_words,
)
from handlers.rules import fatigue
from handlers.rules.permissions import Action
from handlers.urging_cases import Case
from handlers.urging_plan import Plan
from handlers.urging_words import Reach
from storage import urges
from storage.matters import Finding
from storage.people import Actor

WHOM = "要催谁？请带上编号、姓名或单位，如“催办0123”“催一下没报的”。"
_ROLES = ("office_staff", "office_director", "leading_group", "member_head", "audit_staff", "unit_head")


def start(turn: Turn) -> Reply:
    if turn.meaning.slots.get("log"):
        return urging_log.start(turn)
    wish = urging_targets.wished(turn)
    turn.draft["wish"] = wish
    if not wish.keys() & {"numbers", "scope", "unit"} and not turn.meaning.slots.get("person"):
        shown = [number for number in choosing.recent(turn) if _may(turn, number)]
        if shown and wish.get("repeat"):
            wish["numbers"] = shown  # 每天催他一遍: whose matter was shown last
    colleagues.absorb(turn)
    return _next(turn)


def take_target(turn: Turn) -> Reply:
    """The answer to 催谁, or to which of several of one name."""
    if turn.meaning.intent not in ("confirm", "deny"):
        colleagues.absorb(turn)
        turn.draft["wish"] |= urging_targets.wished(turn)
    return _next(turn)


def _next(turn: Turn) -> Reply:
    wish = turn.draft["wish"]
    if turn.draft.get("name") and not wish.get("numbers"):
        who = colleagues.meant(turn, "target", WHOM)
        if isinstance(who, Ask):
            return who
        wish["who"] = who
    options = list(turn.meaning.unit_options)
    if options and not wish.get("unit"):
        return Ask(f"是哪个单位？\n{texts.options(options)}\n请回复单位全称。", "target")
    if not wish.keys() & {"numbers", "scope", "who", "unit"}:
        refused = urging_words.NO_DAILY if wish.get("repeat") else ""
        return Ask(f"{refused}{WHOM}", "target")
    found = urging_targets.cases(turn, wish)
    if not found:
        return Done(f"没有查到您可以催办的事项。需要的话请联系{texts.office_contact(turn)}。")
    turn.draft["targets"] = [[case.matter, person] for case in found for person in case.persons or ("",)]
    return _shown(turn, urging_plan.made(turn, found))


def _shown(turn: Turn, plan: Plan) -> Reply:
    wish = turn.draft["wish"]
    refused = urging_words.NO_DAILY if wish.get("repeat") else ""
    if not plan.reaches:
        card = _step_up(turn, plan)
        return Done(refused + urging_words.nothing(turn, plan.held, plan.again), card)
    offer = "这次可加上抄送单位负责人，回复“抄送负责人”。\n" if refused and not wish.get("cc") else ""
    copied = plan.copied(turn.draft["wish"].get("cc"))
    words = urging_words.confirmation(turn, plan.reaches, plan.held, copied, _deadline(turn))
    first = urging_words.names_of(turn, plan.reaches)
    card = Card(CardKind.BUTTONS, title="催办", facts=(("对象", first),), buttons=judging.BUTTONS)
    return Ask("\n".join(filter(None, [refused + offer.strip(), words])), "confirm", card)


def take_confirm(turn: Turn) -> Reply:
    if turn.meaning.intent == "confirm":
        return _commit(turn)
    wish, before = turn.draft["wish"], dict(turn.draft["wish"])
    said = urging_targets.wished(turn)
    if said.get("numbers") or said.get("unit") or said.get("scope"):
        turn.draft.clear()
        return start(turn)
    if "抄送" in turn.text:
        said["cc"] = "" if any(word in turn.text for word in ("不抄送", "别抄送", "不用抄送")) else "unit_head"
    wish |= said
    if wish == before:
        return Ask("没有催办。要抄送负责人或写明期限，直接说；不改就" + texts.CONFIRM + "。", "confirm")
    return _shown(turn, _replanned(turn))


def _replanned(turn: Turn) -> Plan:
    """As the store has it now: somebody may have urged, answered or reported meanwhile."""
    return urging_plan.of_shown(turn, turn.draft["targets"], turn.draft["wish"].get("who", ""))


def _commit(turn: Turn) -> Reply:
    plan = _replanned(turn)
    if not plan.reaches:
        return Done(urging_words.nothing(turn, plan.held, plan.again), _step_up(turn, plan))
    copied, by = plan.copied(turn.draft["wish"].get("cc")), _deadline(turn)
    for reach in plan.reaches:
        also = "单位负责人" if set(copied) & {head for case in reach.cases for head in case.heads} else ""
        matter = reach.cases[0].matter if len(reach.cases) == 1 else ""
        turn.tell(reach.person, urging_words.message(turn, reach, by, also), matter=matter)
        for case in reach.cases:
            urges.add(turn.session, by=turn.actor.userid, person=reach.person, matter=case.matter, at=turn.now)
    for head in copied:
        theirs = [Reach(one.person, _of_head(one, head), one.counts) for one in plan.reaches if _of_head(one, head)]
        turn.tell(head, urging_words.copy(turn, theirs, by))
        for matter in dict.fromkeys(case.matter for one in theirs for case in one.cases):
            urges.add(turn.session, by=turn.actor.userid, person=head, matter=matter, at=turn.now, copied=True)
    _record(turn, plan, copied)
    choosing.keep_list(turn)
    numbers = [case.matter for reach in plan.reaches for case in reach.cases if case.matter.startswith("WT-")]
    turn.recent["numbers"] = list(dict.fromkeys(numbers)) or turn.recent.get("numbers", [])
    words = urging_words.report(turn, plan.reaches, plan.held, copied)
    return Done(words + _hint(turn, plan))


def _of_head(reach: Reach, head: str) -> tuple[Case, ...]:
    return tuple(case for case in reach.cases if head in case.heads)


def _record(turn: Turn, plan: Plan, copied: Sequence[str]) -> None:
    """Who urged whom about which matter, one event a matter."""
    whom: dict[str, dict[str, int]] = {}
    heads: dict[str, list[str]] = {}
    for reach in plan.reaches:
        for case in reach.cases:
            whom.setdefault(case.matter, {})[reach.person] = reach.counts[case.matter]
            heads[case.matter] = [head for head in case.heads if head in copied]
    for matter, counts in whom.items():
        turn.record(matter, "urge", after={"urged": counts, "copied": heads[matter]})


def _deadline(turn: Turn) -> str:
    said = turn.draft["wish"].get("due")
    day = date.fromisoformat(said) if said else None
    return urging_words.deadline(turn, day if day is None or day >= urging_cases.arrival(turn) else None)


def _hint(turn: Turn, plan: Plan) -> str:
    """After the third time in vain the next step is another one."""
    often = [case.matter for one in plan.reaches for case in one.cases if one.counts[case.matter] >= fatigue.MOST]
    number = next((matter for matter in often if matter.startswith("WT-") and _may_raise(turn, matter)), "")
    return f"\n已催{fatigue.MOST}次仍无进展的，可回复“{number} 报给领导”升级。" if number else ""


def _step_up(turn: Turn, plan: Plan) -> Card | None:
    """升级 as a button, where the limit was met and he may."""
    number = next((one.label for one in plan.held if one.often and _may_raise(turn, one.label)), "")
    if not number:
        return None
    button = Button("升级", f"{number} 报给领导", Style.STRONG)
    return Card(CardKind.BUTTONS, title=f"已催3次 {number}", desc="建议升级或电话", buttons=(button,))


def _may_raise(turn: Turn, number: str) -> bool:
    finding = _finding(turn, number)
    return finding is not None and escalating.possible(turn, finding)


def _may(turn: Turn, number: str) -> bool:
    finding = _finding(turn, number)
    return finding is not None and bool(access.allowed(turn, Action.URGE, finding))


def _finding(turn: Turn, number: str) -> Finding | None:
    found = access.find_visible(turn, number) if number.startswith("WT-") else None
    return found[0] if found else None


def _help(actor: Actor) -> str | None:
    return "催办：“催办0123”“催一下没报的”" if actor.has(*_ROLES) else None


FLOW = Flow(
    name="urging",
    title="催办",
    intents=("urge",),
    start=start,
    steps={"target": take_target, "confirm": take_confirm},
    help=_help,
)
