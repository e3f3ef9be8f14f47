"""The task card of the responsible side: owed when a finding is assigned or returned, closed when it moves on."""

from __future__ import annotations

from bot.flow import Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import access, choosing, parties, stages
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import people
from storage.matters import Finding

DEFAULT_REQUIREMENT = "按要求整改到位，并提供佐证材料"


def send(turn: Turn, finding: Finding, title: str, note: str = "") -> list[str]:
    """Owe it to the responsible person, the liaisons and the heads, as far as they may see it; who that is."""
    told = [
        person
        for person in parties.unit_side(turn.session, finding, day_of(turn.now))
        if access.person_may(turn, person, Action.VIEW_FULL, finding)
    ]
    for person in told:
        turn.tell(person, _card(turn, finding, title, person, note), group=_group(finding), matter=finding.number)
    return told


def close(turn: Turn, finding: Finding, text: str) -> None:
    """Grey the cards of this cycle for everybody."""
    turn.close_cards(_group(finding), text)


def acknowledged(turn: Turn, finding: Finding) -> None:
    """收到 greys the task card for everybody; who said it gets the next steps as a card of his own."""
    turn.close_cards(_group(finding), f"已由{turn.actor.name}于{choosing.stamp(turn)}收到", deliver=True)
    buttons = [Button("填进展", f"{finding.number} 整改进展", Style.STRONG)]
    if access.allowed(turn, Action.APPLY_ACCEPTANCE, finding):
        buttons.append(Button("申请验收", f"{finding.number} 申请验收"))
    buttons.append(Button("申请延期", f"{finding.number} 申请延期"))
    facts = (("事项", choosing.title(finding)), ("时限", choosing.due_words(turn, finding)))
    card = Card(CardKind.BUTTONS, title=f"整改中 {finding.number}", facts=facts, buttons=tuple(buttons))
    turn.tell(turn.actor.userid, card, group=_group(finding), matter=finding.number, urgent=True)


def _group(finding: Finding) -> str:
    return f"{finding.number}:task:{finding.cycle}"


def _card(turn: Turn, finding: Finding, title: str, person: str, note: str) -> Card:
    """收到 stands on it while nobody has said so; afterwards the next steps."""
    number, new = finding.number, finding.state == "assigned"
    buttons = [Button("收到", f"收到 {number}", Style.STRONG)] if new else []
    buttons.append(Button("填进展", f"{number} 整改进展", Style.PLAIN if new else Style.STRONG))
    if access.person_may(turn, person, Action.APPLY_ACCEPTANCE, finding):
        buttons.append(Button("申请验收", f"{number} 申请验收"))
    if access.person_may(turn, person, Action.EXTEND, finding):
        buttons.append(Button("申请延期", f"{number} 申请延期"))
    name = people.name_of(turn.session, finding.resp_person) if finding.resp_person else "未定"
    facts = (
        ("事项", choosing.title(finding)),
        ("要求", finding.requirement or DEFAULT_REQUIREMENT),
        ("时限", choosing.due_words(turn, finding)),
        *((("节点", nodes),) if (nodes := stages.line(turn, finding).removeprefix("节点")) else ()),
        ("责任人", f"{finding.unit_name} {name}"),
    )
    return Card(CardKind.BUTTONS, title=f"{title} {number}", facts=facts, note=note, buttons=tuple(buttons))
