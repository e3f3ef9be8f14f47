"""On whose behalf a finding is submitted: the supervising unit of the submitter, or his own unit (自查)."""

from __future__ import annotations

from typing import Any

from bot.errors import UserError
from bot.flow import Turn
from handlers import access, texts
from handlers.rules.matrix import Way
from handlers.rules.permissions import Action, Verdict
from storage import units
from storage.people import PostFact

NOT_YOURS = "您可以提交本单位的自查问题。其他单位的情况，请发“实名反映：”加内容。"
NOT_YOUR_LEVEL = "您只能报送本单位及下属单位的问题。其他单位的情况，请联系监督办公室。"
NO_BUSINESS = "系统管理员不经手业务内容，请由监督部门的联络员报送。"
NOT_OPEN = "本单位的子级办公室没有启用，请联系{office}。"


def why_not(turn: Turn) -> str:
    """What somebody hears none of whose posts lets him submit."""
    return NOT_OPEN.format(office=texts.office_contact(turn)) if turn.actor.has("sub_office") else NO_BUSINESS


def verdict(turn: Turn) -> Verdict:
    """The best that any of his posts allows."""
    return access.in_own_unit(turn, Action.SUBMIT)


def candidates(turn: Turn) -> list[dict[str, Any]]:
    """Every unit he may submit for, supervising ones first; each once."""
    found: dict[str, dict[str, Any]] = {}
    for self_check in (False, True):
        for post in turn.actor.posts:
            if _self_checking(turn, post) is self_check and post.unit not in found:
                found[post.unit] = _source(turn, post, self_check)
    supervising = [source for source in found.values() if not source["self_check"]]
    return supervising or list(found.values())


def _self_checking(turn: Turn, post: PostFact) -> bool | None:
    """None when the post lets him submit nothing."""
    judged = access.in_own_unit(turn, Action.SUBMIT, post)
    return judged.way is Way.SELF_CHECK if judged else None


def _source(turn: Turn, post: PostFact, self_check: bool) -> dict[str, Any]:
    unit = units.get_unit(turn.session, post.unit)
    return {
        "code": unit.code,
        "name": unit.name,
        "type": unit.supervision_type or "functional",
        "self_check": self_check,
        "level": unit.path if access.in_own_unit(turn, Action.SUBMIT, post).way is Way.WITHIN_LEVEL else "",
    }


def check_still(turn: Turn, source: dict[str, Any]) -> None:
    """He may have left the department between the question and his confirmation (domain.md 2.1: 即时失权)."""
    if source not in candidates(turn):
        raise UserError(f"您现在不能以{source['name']}的名义报送，这条没有提交。需要时请重新发一次。", keep=False)


def check_unit(turn: Turn, source: dict[str, Any], unit: str | None) -> None:
    """A unit's own people submit what they found in their own unit only (2.3 自查), a sub-office in its level (S61)."""
    if unit is None:
        return
    if source["self_check"] and unit != source["code"]:
        raise UserError(NOT_YOURS)
    if source.get("level") and not units.get_unit(turn.session, unit).path.startswith(source["level"]):
        raise UserError(NOT_YOUR_LEVEL)
