"""What a finding must have before it is closed, by its source, weight and history (domain.md 3.2 ★, S16, S48)."""

from __future__ import annotations

from bot.flow import Turn
from handlers import parties, stars
from handlers.rules import quarters
from handlers.rules.calendar import day_of
from storage import evidence, moves, sides
from storage.matters import Finding

_OTHER = "QT"  # what fits no category is not one fault


def needed(turn: Turn, finding: Finding) -> list[stars.Field]:
    """The fields of its application, in the order of asking."""
    audited = parties.audited(turn.session, finding, day_of(turn.now))
    return stars.needed(finding, audited, common(turn, finding))


def common(turn: Turn, finding: Finding) -> bool:
    """Whether the same fault stands in several units, or comes often, within four quarters (S37)."""
    if finding.category == _OTHER:
        return False
    since = quarters.quarter_of(day_of(turn.now))
    for _ in range(3):
        since = quarters.previous_quarter(since)
    places, found = sides.alike(turn.session, finding.category, since)
    return bool(places >= turn.policy.common_units or found >= turn.policy.common_findings)


def lacking(turn: Turn, finding: Finding) -> str:
    """Why it cannot be closed yet although it was applied for, or "" (S16, S48)."""
    if not moves.evidence_of(turn.session, finding) and evidence.refused_in(turn.session, finding):
        return "申请里的图片或文件没能收下，现在没有有效佐证。"
    names = {field.name for field in needed(turn, finding)}
    if "accountability" in names and not _settled(finding):
        why = "为重大问题" if finding.severity == "major" else "来源为内部审计"
        return f"该问题{why}，销号前须填写问责情况（已问责/无需问责及理由）。"
    if "institution_fix" in names and not finding.institution_fix:
        return f"该问题{_why_institution(finding)}，销号前须填写制度完善情况（制度名称和文号，或无需及理由）。"
    return ""


def _settled(finding: Finding) -> bool:
    """Filled in, in so many words; older records have the words only."""
    return bool(finding.accountability) and (
        bool(finding.accountability_status) or bool(stars.accountability(finding.accountability)[0])
    )


def _why_institution(finding: Finding) -> str:
    if finding.cycle > 1:
        return "重启过"
    if finding.severity == "major":
        return "为重大问题"
    return "为重复发生" if finding.is_repeat else "属共性问题"
