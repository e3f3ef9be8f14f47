"""A tendency (苗头性问题) is looked at again after ninety days, by who submitted it (domain.md S19)."""

from __future__ import annotations

from datetime import date, timedelta

from bot.flow import Turn
from handlers import access, obligations, owing, parties, texts
from handlers.reminding import Kind, Notice
from handlers.rules.permissions import Action
from handlers.rules.states import ENDED
from storage import findings
from storage.duties import Obligation
from storage.matters import Finding

KIND = "tendency"
DAYS = 90


def plan(turn: Turn, number: str, source: str) -> None:
    due = texts.today_of(turn) + timedelta(days=DAYS)
    obligations.begin(turn, KIND, number, due, owner=source, source="S19")


def _adopt(turn: Turn, finding: Finding) -> None:
    due = finding.submitted_at.date() + timedelta(days=DAYS)
    obligations.begin(turn, KIND, finding.number, due, owner=finding.source, source="S19")


def _stands(turn: Turn, obligation: Obligation) -> bool:
    finding = findings.find(turn.session, obligation.matter)
    return finding is not None and finding.state not in ENDED


def _people(turn: Turn, obligation: Obligation, _name: str) -> list[str]:
    """The submitter while he may see it; then his department, then the office."""
    finding = findings.find(turn.session, obligation.matter)
    if finding is None:
        return []
    trackers = parties.trackers(turn.session, finding, texts.today_of(turn))
    for circle in ([finding.submitted_by], trackers, texts.office_staff(turn)):
        able = [person for person in circle if access.person_may(turn, person, Action.VIEW_FULL, finding)]
        if able:
            return able
    return []


def _words(_turn: Turn, notice: Notice) -> str:
    number = notice.obligation.matter
    return f"{number} 苗头性问题登记已满90天，请复看是否消除。\n回复“查 {number}”看当时的内容。"


def _line(_turn: Turn, obligation: Obligation, _day: date) -> str:
    return f"{obligation.matter} 苗头性问题满90天，请复看"


KINDS = (
    Kind(
        KIND, "苗头性问题复看", "苗头性、倾向性问题登记九十天后复看，不计入整改率。",
        _stands, _people, _line, _words, adopt=owing.adopt(_adopt),
    ),
)  # fmt: skip
