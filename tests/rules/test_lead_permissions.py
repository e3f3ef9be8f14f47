"""Who sees what of a lead."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest

from handlers.rules.lead_permissions import LeadAction, LeadRelation, Sight, may_lead, sight
from handlers.rules.roles import Role

NOTHING = LeadRelation()
ALL = LeadRelation(submitter=True, in_session=True, registering=True, handled=True, transferred=True)

# domain.md 2.4 with no relation at all, and with every relation; everybody is an employee too.
STATUS = {
    "employee": ("none", "three_states"),
    "resp_person": ("none", "three_states"),
    "unit_liaison": ("none", "three_states"),
    "unit_head": ("none", "three_states"),
    "member_liaison": ("none", "three_states"),
    "member_head": ("none", "full"),  # S43: what was handed to his department
    "audit_staff": ("none", "three_states"),
    "union_staff": ("none", "three_states"),
    "office_staff": ("full", "full"),
    "office_director": ("full", "full"),
    "leading_group": ("totals", "three_states"),
    "disc_manager": ("full", "full"),
    "disc_handler": ("none", "full"),
    "acct_staff": ("none", "full"),
    "sub_office": ("none", "three_states"),
    "sys_admin": ("none", "none"),
    "log_auditor": ("none", "none"),
}
CONTENT = {
    "member_head": ("none", "full"),
    "office_staff": ("none", "full"),
    "office_director": ("full", "full"),
    "disc_manager": ("full", "full"),
    "disc_handler": ("none", "full"),
    "acct_staff": ("none", "full"),
}


@pytest.mark.parametrize("role", list(Role))
def test_status_and_content(role: Role) -> None:
    assert tuple(sight(LeadAction.VIEW_STATUS, [role], relation) for relation in (NOTHING, ALL)) == STATUS[role]
    content = CONTENT.get(role, ("none", "none"))
    assert tuple(sight(LeadAction.VIEW_CONTENT, [role], relation) for relation in (NOTHING, ALL)) == content


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_report_but_the_reader_of_logs(role: Role) -> None:
    assert may_lead(LeadAction.SUBMIT, [role], NOTHING) is (role is not Role.LOG_AUDITOR)


def test_somebody_without_a_post_is_an_employee() -> None:
    assert may_lead(LeadAction.SUBMIT, [], NOTHING)
    assert sight(LeadAction.VIEW_STATUS, [], LeadRelation(submitter=True)) is Sight.THREE_STATES
    assert not may_lead(LeadAction.VIEW_STATUS, [], NOTHING)


def test_a_total_tells_nothing_of_one_lead() -> None:
    assert sight(LeadAction.VIEW_STATUS, ["leading_group"], NOTHING) is Sight.TOTALS
    assert not may_lead(LeadAction.VIEW_STATUS, ["leading_group"], NOTHING)


@pytest.mark.parametrize(("role", "action"), list(product(Role, (LeadAction.VIEW_CONTENT, LeadAction.VIEW_STATUS))))
def test_recusal_takes_everything(role: Role, action: LeadAction) -> None:
    recused = LeadRelation(True, True, True, True, True, True, recused=True)
    assert sight(action, [role, "office_director", "disc_manager"], recused) is Sight.NONE


def test_the_offices_reading_can_be_switched_off() -> None:
    relation = LeadRelation(registering=True, office_reads=False)
    assert not may_lead(LeadAction.VIEW_CONTENT, ["office_staff"], relation)


def test_what_one_reported_oneself() -> None:
    mine = LeadRelation(submitter=True)
    assert may_lead(LeadAction.VIEW_OWN, ["member_liaison"], mine)
    assert may_lead(LeadAction.VIEW_OWN, ["unit_head"], mine)
    assert not may_lead(LeadAction.VIEW_OWN, ["employee"], mine)
    assert may_lead(LeadAction.VIEW_OWN, ["employee"], LeadRelation(submitter=True, in_session=True))
    assert not may_lead(LeadAction.VIEW_OWN, ["member_liaison"], NOTHING)
    assert not may_lead(LeadAction.VIEW_OWN, ["sys_admin"], ALL)


@dataclass(frozen=True)
class Post:
    role: str
    lent_by: str
    unit: str = "HX-JW"
    path: str = "/HX/HX-JW/"


@pytest.mark.parametrize(("role", "action"), list(product(Role, LeadAction)))
def test_a_lent_post_shows_nothing_of_leads(role: Role, action: LeadAction) -> None:
    """Who stands in for somebody is what he is without it: 代理不能代理线索查看 (domain.md 2.1)."""
    assert sight(action, [Post(role, "hx_jiwei")], ALL) is sight(action, [], ALL)
    assert sight(action, [Post(role, "")], ALL) is sight(action, [role], ALL)
