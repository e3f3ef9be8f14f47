"""What the responsible side hears when it wants a registered entry changed: it may only object (domain.md S9, S13)."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Turn
from handlers import access, choosing, texts
from handlers.rules.permissions import Action
from handlers.rules.roles import UNIT_ROLES, Role
from storage.matters import Finding

REGISTERED = frozenset(
    {"category", "severity", "nature", "amount_yuan", "amount_text", "title", "desc", "found_at", "found_quarter"}
)
ONLY_OBJECT = "登记内容不能由责任单位修改。可提交异议（说明+佐证），由来源监督主体答复：发“提交异议 {number}：理由”。"
_UNIT_SIDE = UNIT_ROLES | {Role.EMPLOYEE}


def check(turn: Turn) -> None:
    """Raises for a correction of what is registered by somebody who may not correct it."""
    if turn.meaning.slots.get("field") not in REGISTERED:
        return
    shown = choosing.recent(turn)
    numbers = choosing.numbers(turn) or (shown if len(shown) == 1 else [])
    if numbers:
        finding = access.get_visible(turn, numbers[0])
        if not access.allowed(turn, Action.CLASSIFY, finding):
            raise refusal(turn, finding)
    elif turn.actor.posts and turn.actor.roles <= _UNIT_SIDE:
        raise UserError(ONLY_OBJECT.format(number="编号"), keep=False)


def refusal(turn: Turn, finding: Finding) -> UserError:
    """The way to object for those who may, otherwise who may correct it."""
    if access.allowed(turn, Action.OBJECT, finding):
        return UserError(ONLY_OBJECT.format(number=finding.number), keep=False)
    who = f"{finding.source_name}或{texts.office_contact(turn)}"
    return UserError(f"{finding.number} 的登记内容由{who}更改，请把情况告诉他们。", keep=False)
