"""The oracle against days that were counted by hand, one rule at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from tests.year import days, group, oracle, story
from tests.year.group import Group, StandsIn
from tests.year.oracle import Year
from tests.year.story import Event

NUMBER = "WT-2026-0001"
Line = tuple[str, str, str]


@pytest.fixture
def small() -> Group:
    """C01 has everybody, its branch C37 has no liaison; D01 found it."""
    made = Group()
    made.unit("G", "集团", "", "集团")
    made.unit("G-JB", "监督办", "G", "部门")
    made.unit("D01", "集团一部", "G", "部门", quarterly=True)
    made.unit("C01", "一公司", "G", "权属企业")
    made.unit("C37", "一分公司", "C01", "权属企业")
    for person, unit, role in (
        ("lead", "G", "leading_group"), ("director", "G-JB", "office_director"), ("staff1", "G-JB", "office_staff"),
        ("dl", "D01", "member_liaison"), ("dh", "D01", "member_head"), ("l", "C01", "unit_liaison"),
        ("h", "C01", "unit_head"), ("r", "C01", "resp_person"), ("r2", "C01", "resp_person"),
        ("br", "C37", "resp_person"), ("bh", "C37", "unit_head"),
    ):  # fmt: skip
        made.post(person, unit, role)
    return made


def event(what: str, day: str, due: str = "", clock: str = "10:00", **fields: str | bool) -> Event:
    moment = days.moment(date.fromisoformat(f"2026-{day}"), clock)
    until = date.fromisoformat(f"2026-{due}") if due else None
    return Event(moment, what, NUMBER, due=until, **fields)  # type: ignore[arg-type]


def assigned(day: str, due: str, clock: str = "10:00", unit: str = "C01", person: str = "r", **fields: bool) -> Event:
    return event(
        "assign", day, due, clock, unit=unit, person=person, source="D01", submitter="dl", by="staff1", **fields
    )


def lines(year: Year, ladder: str = "rectification") -> list[Line]:
    """(rung, day, people) of one ladder in order of time."""
    by_rung: dict[tuple[date, str, str], list[str]] = {}
    for one in year.pushes:
        if one.ladder == ladder:
            by_rung.setdefault((one.day, one.clock, one.rung), []).append(one.person + ("~" if one.copied else ""))
    return [(rung, f"{day:%m-%d}", " ".join(who)) for (day, _, rung), who in sorted(by_rung.items())]


def tell(made: Group, *events: Event) -> Year:
    return oracle.Oracle(made).tell(sorted(events, key=lambda one: one.at))


def until(listed: Iterable[Line], rung: str) -> list[Line]:
    found = list(listed)
    return found[: [name for name, _, _ in found].index(rung) + 1]


def test_a_finding_that_nobody_touches_climbs_to_the_top(small: Group) -> None:
    """Assigned on Monday 2 March, due on Friday 10 April: 39 days, so half-way is 21 March, a Saturday."""
    year = tell(small, assigned("03-02", "04-10"))
    assert until(lines(year), "+20") == [
        ("half", "03-20", "r"),
        ("T-3", "04-07", "r l"),  # 清明 lies between it and 3 April, a week before: that one is merged into this
        ("T-0", "04-10", "r l h~"),
        ("+1", "04-13", "r h"),
        ("+3", "04-15", "r h dl"),
        ("+5", "04-17", "staff1"),
        ("+6", "04-20", "r h"),
        ("+6", "04-23", "r h"),
        ("+10", "04-24", "director"),
        ("+6", "04-28", "r h"),
        ("+6", "05-06", "r h"),  # three working days over 劳动节
        ("+6", "05-09", "r h"),  # a Saturday that is worked
        ("+20", "05-12", "lead"),
    ]
    assert lines(year, "confirm") == [("+2", "03-04", "r l")]


def test_key_supervision_is_one_notch_denser(small: Group) -> None:
    year = tell(small, assigned("03-02", "04-10", key=True))
    assert until(lines(year), "+10") == [
        ("half", "03-20", "r l"),
        ("T-15", "03-26", "r l"),
        ("T-3", "04-07", "r l h~"),
        ("T-1", "04-09", "r l h~"),
        ("T-0", "04-10", "r l h"),
        ("+1", "04-13", "r h dl"),
        ("+3o", "04-15", "staff1"),
        ("+3", "04-15", "r h dl"),
        ("+5r", "04-17", "r h"),
        ("+5", "04-17", "director"),
        ("+5r", "04-21", "r h"),
        ("+5r", "04-23", "r h"),
        ("+10", "04-24", "lead"),
    ]


def test_it_becomes_denser_half_way(small: Group) -> None:
    """From the moment on; what recurs goes on in the step of the denser ladder."""
    year = tell(small, assigned("03-02", "04-10"), event("supervise", "04-22"))
    assert [line for line in lines(year) if line[1] > "04-17"][:3] == [
        ("+6", "04-20", "r h"),
        ("+5r", "04-23", "r h"),
        ("+10", "04-24", "lead"),
    ]


def test_an_extension_begins_a_new_ladder_and_the_old_date_counts_until_then(small: Group) -> None:
    asked = event("ask", "04-08", "05-08")
    year = tell(small, assigned("03-02", "04-10"), asked, event("grant", "04-14", "05-08"))
    assert [line for line in lines(year) if line[1] > "04-08"][:6] == [
        ("T-0", "04-10", "r l h~"),
        ("+1", "04-13", "r h"),
        ("T-3", "04-30", "r l"),  # a week before is in the holidays, and so the same day
        ("T-0", "05-08", "r l h~"),
        ("+1", "05-09", "r h"),
        ("+3", "05-12", "r h dl"),
    ]
    refused = tell(small, assigned("03-02", "04-10"), asked, event("refuse", "04-14"))
    assert ("+3", "04-15", "r h dl") in lines(refused)


def test_an_application_moves_the_clock_to_the_acceptor(small: Group) -> None:
    """Applied on a Thursday: five working days later is the next Thursday, ten the one after."""
    year = tell(small, assigned("03-02", "04-10"), event("apply", "04-16"))
    assert [line[0] for line in lines(year)][-1] == "+3"
    assert lines(year, "acceptance") == [("+5", "04-23", "dl dh"), ("+10", "04-30", "dl dh staff1~")]
    assert ("dl", date(2026, 4, 17)) in year.digests  # it waits for his acceptance
    assert ("r", date(2026, 4, 17)) not in year.digests


def test_a_return_begins_anew_and_the_second_one_reaches_the_top(small: Group) -> None:
    story_of = [assigned("03-02", "03-12"), event("apply", "03-10"), event("return", "03-13", "03-27")]
    once = tell(small, *story_of)
    assert [line for line in lines(once) if line[1] > "03-13"][:3] == [
        ("T-7", "03-20", "r l"),
        ("T-3", "03-24", "r l"),
        ("T-0", "03-27", "r l h~"),
    ]
    assert not lines(once, "troubled")
    twice = tell(small, *story_of, event("apply", "03-26"), event("return", "03-30", "04-20"))
    assert lines(twice, "troubled") == [("+1", "03-31", "lead")]


def test_progress_quiets_what_recurs_and_nothing_else(small: Group) -> None:
    """Overdue since 10 April; reported on Sunday 19 April: five working days later is the 24th."""
    year = tell(small, assigned("03-02", "04-10"), event("progress", "04-19"))
    after = [line for line in lines(year) if line[1] > "04-19"]
    assert after[:2] == [("+10", "04-24", "director"), ("+6", "04-28", "r h")]


def test_reassigning_moves_the_people_and_keeps_the_date(small: Group) -> None:
    year = tell(small, assigned("03-02", "04-10"), event("reassign", "04-08", unit="C37", person="br"))
    assert [line for line in lines(year) if line[1] > "04-08"][:2] == [
        ("T-0", "04-10", "br l bh~"),  # the branch has no liaison: the unit above serves it
        ("+1", "04-13", "br bh"),
    ]


def test_absence_and_leaving(small: Group) -> None:
    small.delegations.append(StandsIn("r", "r2", date(2026, 4, 1), date(2026, 4, 7)))
    place = next(n for n, post in enumerate(small.posts) if post.person == "r")
    small.posts[place] = group.PostOf("r", "C01", "resp_person", "", None, date(2026, 4, 9))
    year = tell(small, assigned("03-02", "04-10"))
    assert [line for line in lines(year) if "04-01" < line[1] < "04-14"] == [
        ("T-3", "04-07", "r r2 l"),
        ("T-0", "04-10", "h l"),  # in his place, so he is told as the one who must act
        ("+1", "04-13", "h"),
    ]


def test_a_restricted_finding_is_kept_from_the_unit_and_the_office(small: Group) -> None:
    year = tell(small, assigned("03-02", "04-10"), event("restrict", "03-05"))
    assert lines(year) == [("+3", "04-15", "dl"), ("+10", "04-24", "director")]
    assert {person for person, day in year.digests if day > date(2026, 3, 6)} == set()


def test_a_late_start_plans_only_what_is_to_come(small: Group) -> None:
    """Due on Friday; assigned on the Tuesday before, before and after the hour of the singles."""
    early = lines(tell(small, assigned("04-21", "04-24", "08:55")))
    late = lines(tell(small, assigned("04-21", "04-24", "09:31")))
    assert early[0] == ("T-3", "04-21", "r l")
    assert late[0] == ("T-0", "04-24", "r l h~")


def test_what_makes_a_digest(small: Group) -> None:
    """Due on Friday 24 April, assigned on the 7th, confirmed on the 9th."""
    year = tell(small, assigned("04-07", "04-24"), event("confirm", "04-09"))
    mine = [f"{day:%m-%d}" for person, day in sorted(year.digests) if person == "r"]
    # Not confirmed on the 8th; a week before; near; overdue. On 9, 21, 24, 27 and 29 there is a message of its own.
    assert mine[:5] == ["04-08", "04-17", "04-22", "04-23", "04-28"]


def test_a_quarter(small: Group) -> None:
    """The third quarter of 2026: T-7 falls beside T-3. Reported on the last day, between its two reminders."""
    year = tell(small, Event(days.moment(date(2026, 9, 30), "11:00"), "report", "2026Q3", unit="D01"))
    mine = Year([one for one in year.pushes if "2026Q3" in one.matter and one.matter.endswith((":D01", ":office"))])
    assert lines(mine, "quarter") == [
        ("T-15", "09-15", "dl"),
        ("T-3", "09-24", "dl dh~"),
        ("T-1", "09-29", "dl dh"),
        ("D", "09-30", "dl dh"),
    ]
    others = [one for one in year.pushes if one.ladder == "quarter_office" and one.matter.startswith("2026Q3")]
    assert [(one.rung, one.person, f"{one.day:%m-%d}") for one in others] == [
        ("D", "staff1", "09-30"),
        ("+3", "staff1", "10-10"),
        ("+5", "director", "10-13"),
        ("+10", "lead", "10-20"),
    ]


def test_who_reported_early_is_not_reminded_at_all(small: Group) -> None:
    year = tell(small, Event(days.moment(date(2026, 3, 2), "11:00"), "report", "2026Q1", unit="D01"))
    assert [one for one in year.pushes if one.matter == "2026Q1:D01"] == []


def test_the_story_is_the_same_for_the_same_seed() -> None:
    made = group.build(3)
    assert story.write(made, 3, 40) == story.write(group.build(3), 3, 40)
    assert story.write(made, 3, 40) != story.write(made, 4, 40)
