"""0123催过几次: who urged whom about a finding and when, for those who may urge about it and those who were urged."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Done, Turn
from handlers import access, choosing, urging_cases
from handlers.rules import wording
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action
from storage import people, urges


def start(turn: Turn) -> Done:
    numbers = choosing.numbers(turn) or choosing.recent(turn)
    if not numbers and turn.meaning.slots.get("number"):
        raise UserError.hidden()
    if len(numbers) != 1:
        return Done("请带上编号，如“0123催过几次”。")
    finding = access.get_visible(turn, numbers[0])
    mine = turn.actor.userid in (
        finding.resp_person,
        *[row.person for row in urges.of_matter(turn.session, numbers[0])],
    )
    if not mine and not access.allowed(turn, Action.URGE, finding):
        raise UserError(urging_cases.refusal(turn, numbers[0]), keep=False)
    rows = [row for row in urges.of_matter(turn.session, numbers[0]) if not row.copied]
    choosing.touched(turn, finding)
    if not rows:
        return Done(f"{numbers[0]} 还没有人工催办过。")
    today = day_of(turn.now)
    lines = [
        f"{wording.moment(row.at, today)} {people.name_of(turn.session, row.by)}催"
        f"{people.name_of(turn.session, row.person)}"
        for row in rows[-choosing.SHOWN :]
    ]
    return Done("\n".join([f"{numbers[0]} 共催办{len({row.at for row in rows})}次：", *lines]))
