"""Who hears of a finding on a given day, and who may: domain.md 2.1, 2.3, 6.3, S8, read off the lists of the group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from tests.year.group import OFFICE, ROOT, Group, PostOf

LIAISONS = ("unit_liaison", "member_liaison")
HEADS = ("unit_head", "member_head")
SOURCE = ("audit_staff", "member_liaison", "member_head")


@dataclass(slots=True)
class Matter:
    """A finding as the oracle remembers it."""

    number: str
    source: str
    unit: str
    resp: str
    submitter: str
    assigner: str
    due: date
    assigned_on: date
    major: bool
    key: bool
    state: str = "assigned"
    restricted: bool = False
    cycle: int = 1
    returns: int = 0
    extensions: int = 0  # granted in this cycle
    asked: date | None = None  # the later date that waits for a decision
    asked_on: date | None = None
    applied_on: date | None = None
    reported: date | None = None  # the day of the last progress report

    @property
    def in_hand(self) -> bool:
        return self.state in ("assigned", "rectifying")


class People:
    """Looks everything up in the group's lists, day by day."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._at: dict[str, list[PostOf]] = defaultdict(list)
        self._of: dict[str, list[PostOf]] = defaultdict(list)
        for post in group.posts:
            self._at[post.unit].append(post)
            self._of[post.person].append(post)

    def holders(self, roles: tuple[str, ...], unit: str, day: date) -> list[str]:
        """Those appointed, in order of appointment; after them who stands in for one of them that day."""
        mine = [post.person for post in self._at[unit] if post.role in roles and post.holds(day)]
        return self.with_stand_ins(list(dict.fromkeys(mine)), day)

    def with_stand_ins(self, people: list[str], day: date) -> list[str]:
        away = [one for one in self._group.delegations if one.principal in people and one.holds(day)]
        return list(dict.fromkeys([*people, *(one.delegate for one in away)]))

    def nearest(self, roles: tuple[str, ...], unit: str, day: date) -> list[str]:
        """The unit's, else those of the nearest unit above that has any, never the group's."""
        for code in self._group.above(unit):
            if found := self.holders(roles, code, day):
                return found
        return []

    def who(self, audience: str, matter: Matter, day: date) -> list[str]:
        """The people of an audience on that day who may know of the matter."""
        found = getattr(self, f"_{audience}")(matter, day)
        return [person for person in found if self.may_see(person, matter, day)]

    def may_see(self, person: str, matter: Matter, day: date) -> bool:
        """A restricted finding is for its source and the director only (S8)."""
        return not matter.restricted or person in [*self._staff(matter, day), *self._director(matter, day)]

    def deciders(self, matter: Matter, day: date) -> list[str]:
        """T10: handlers and office; the director for a second, a long or a major one; the leading group for a third."""
        assert matter.asked is not None
        if matter.extensions >= 2:
            found = self._leading(matter, day)
        elif matter.extensions == 1 or matter.major or (matter.asked - matter.due).days > 30:
            found = self._director(matter, day)
        else:
            found = [*self.holders(("audit_staff",), matter.source, day), *self._office(matter, day)]
        return [person for person in found if self.may_see(person, matter, day)]

    def _resp(self, matter: Matter, day: date) -> list[str]:
        """He and who stands in for him while he serves the unit; else its heads."""
        if self._serves(matter.resp, matter.unit, day):
            return self.with_stand_ins([matter.resp], day)
        return self._head(matter, day)

    def _serves(self, person: str, unit: str, day: date) -> bool:
        """In the unit, in one below it, or in one above it short of the group."""
        mine = [post.unit for post in self._of[person] if post.holds(day)]
        return any(place in self._group.above(unit) or unit in self._group.above(place) for place in mine)

    def _liaison(self, matter: Matter, day: date) -> list[str]:
        return self.nearest(LIAISONS, matter.unit, day)

    def _head(self, matter: Matter, day: date) -> list[str]:
        return self.nearest(HEADS, matter.unit, day)

    def _staff(self, matter: Matter, day: date) -> list[str]:
        return self.holders(SOURCE, matter.source, day)

    def _source(self, matter: Matter, day: date) -> list[str]:
        """Who submitted or assigned it and is still in the source, else the source's first."""
        staff = self._staff(matter, day)
        known = [person for person in (matter.submitter, matter.assigner) if person in staff] or staff[:1]
        return self.with_stand_ins(known, day)

    def _judge(self, matter: Matter, day: date) -> list[str]:
        """The source's; the office too for a major one (2.3), or where the source has nobody."""
        staff = self._staff(matter, day)
        office = [*self._office(matter, day), *self._director(matter, day)] if matter.major or not staff else []
        return list(dict.fromkeys([*staff, *office]))

    def _office(self, _: Matter, day: date) -> list[str]:
        return self.office(day)

    def _director(self, _: Matter, day: date) -> list[str]:
        return self.director(day)

    def _leading(self, _: Matter, day: date) -> list[str]:
        return self.leading(day)

    def office(self, day: date) -> list[str]:
        """The office's staff; the director while there is none."""
        return self.holders(("office_staff",), OFFICE, day) or self.director(day)

    def director(self, day: date) -> list[str]:
        return self.holders(("office_director",), OFFICE, day)

    def leading(self, day: date) -> list[str]:
        return self.holders(("leading_group",), ROOT, day)
