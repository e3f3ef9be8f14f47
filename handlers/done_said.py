"""已办: nothing ends on a word; whoever says so hears what the store knows, or what is missing (domain.md 6.7)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flow import Turn
from handlers import choosing, heard
from handlers.owed import Matter
from storage import answers
from storage.duties import AnswerGiven


def answered(turn: Turn, found: Sequence[Matter]) -> str:
    """One line for each matter."""
    return "\n".join(_one(turn, matter) for matter in found)


def _one(turn: Turn, matter: Matter) -> str:
    if matter.finding is not None:
        choosing.touched(turn, matter.finding)
    if matter.ended:
        return matter.ended
    if heard.was_told(turn, matter.key):
        said = AnswerGiven(person=turn.actor.userid, matter=matter.key, kind="done", at=turn.now)
        answers.add(turn.session, said)
        turn.record(matter.key, "done_said")
    return matter.missing or f"{matter.label}：系统里还没有登记办好。"
