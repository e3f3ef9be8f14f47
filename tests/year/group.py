"""The simulated group as plain data: sixty units, who holds which post from when to when, who stands in for whom."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

ROOT, OFFICE, AUDIT, DISCIPLINE = "G", "G-JB", "D03", "D02"
DEPARTMENTS = tuple(f"D{n:02}" for n in range(1, 13))
SUBSIDIARIES = tuple(f"C{n:02}" for n in range(1, 49))
WITHOUT_LIAISON = ("C07", "C37", "C38", "C44", "D12")  # reminders go to the unit above, or to nobody
WITHOUT_HEAD = ("C39", "C40")  # branches that are run from above
BEGIN = date(2025, 12, 1)  # before the story: posts without a beginning hold since ever
_SUPERVISION = {"D01": "party", "D02": "party", "D03": "special", "D10": "democratic"}


@dataclass(frozen=True, slots=True)
class UnitOf:
    code: str
    name: str
    parent: str
    kind: str
    supervision: str = ""
    quarterly: bool = False


@dataclass(frozen=True, slots=True)
class PostOf:
    """One appointment; the days are inclusive, None is open."""

    person: str
    unit: str
    role: str
    title: str = ""
    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class StandsIn:
    principal: str
    delegate: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(slots=True)
class Group:
    units: dict[str, UnitOf] = field(default_factory=dict)
    posts: list[PostOf] = field(default_factory=list)  # in order of appointment
    delegations: list[StandsIn] = field(default_factory=list)

    def unit(
        self, code: str, name: str, parent: str, kind: str, supervision: str = "", quarterly: bool = False
    ) -> None:
        self.units[code] = UnitOf(code, name, parent, kind, supervision, quarterly)

    def post(self, person: str, unit: str, role: str, title: str = "") -> None:
        self.posts.append(PostOf(person, unit, role, title))

    def people(self) -> list[str]:
        return list(dict.fromkeys(post.person for post in self.posts))

    def above(self, code: str) -> list[str]:
        """The unit and those above it, nearest first, without the group itself."""
        chain = []
        while self.units[code].parent:
            chain.append(code)
            code = self.units[code].parent
        return chain


def build(seed: int) -> Group:
    """The same group for the same seed."""
    group, dice = Group(), random.Random(f"group{seed}")
    _top(group)
    for code in DEPARTMENTS:
        _department(group, code)
    for place, code in enumerate(SUBSIDIARIES):
        parent = ROOT if place < 36 else SUBSIDIARIES[place - 36]
        group.unit(code, f"恒信第{code[1:]}公司", parent, "权属企业")
        _subsidiary(group, code, dice)
    _changes(group, dice)
    _absences(group, dice)
    return group


def _top(group: Group) -> None:
    group.unit(ROOT, "恒信集团", "", "集团")
    group.unit(OFFICE, "监督工作领导小组办公室", ROOT, "部门")
    group.post("lead0", ROOT, "leading_group", "党委书记（组长）")
    for n in (1, 2, 3):
        group.post(f"lead{n}", ROOT, "leading_group", "成员")
    group.post("director", OFFICE, "office_director", "主任")
    group.post("staff1", OFFICE, "office_staff", "专员")
    group.post("staff2", OFFICE, "office_staff", "专员")
    group.post("admin", ROOT, "sys_admin", "信息中心")


def _department(group: Group, code: str) -> None:
    group.unit(code, f"集团第{code[1:]}部", ROOT, "部门", _SUPERVISION.get(code, "functional"), quarterly=True)
    if code not in WITHOUT_LIAISON:
        group.post(f"{code.lower()}l", code, "member_liaison")
    group.post(f"{code.lower()}h", code, "member_head")
    for n in (1, 2, 3) if code == AUDIT else ():
        group.post(f"audit{n}", code, "audit_staff")


def _subsidiary(group: Group, code: str, dice: random.Random) -> None:
    name = code.lower()
    if code not in WITHOUT_LIAISON:
        for n in range(dice.choice((1, 1, 2))):
            group.post(f"{name}l{n + 1}", code, "unit_liaison")
    if code not in WITHOUT_HEAD:
        group.post(f"{name}h", code, "unit_head")
    for n in range(dice.choice((2, 2, 3))):
        group.post(f"{name}r{n + 1}", code, "resp_person")


def _changes(group: Group, dice: random.Random) -> None:
    """Some leave during the year; most have a successor some days later, some have none."""
    leaving = dice.sample([place for place, post in enumerate(group.posts) if _may_leave(group, post)], 16)
    for place in leaving:
        post = group.posts[place]
        last = date(2026, 2, 1) + timedelta(days=dice.randrange(300))
        group.posts[place] = PostOf(post.person, post.unit, post.role, post.title, None, last)
        if post.role == "unit_head" or dice.random() < 0.6:
            wait = 1 if post.role == "unit_head" else dice.choice((1, 5, 20))
            first = last + timedelta(days=wait)
            group.posts.append(PostOf(f"{post.person}n", post.unit, post.role, post.title, first))


def _may_leave(group: Group, post: PostOf) -> bool:
    """Not the top, and nobody who is the only one of a department."""
    return post.unit in SUBSIDIARIES or post.person in ("audit2", "staff2", "d05l")


def _absences(group: Group, dice: random.Random) -> None:
    """Colleagues of the same unit stand in; a few absences each month, never two of one person at a time."""
    for _ in range(60):
        post = dice.choice(group.posts)
        first = date(2026, 1, 5) + timedelta(days=dice.randrange(350))
        last = first + timedelta(days=dice.randrange(2, 15))
        colleagues = [one for one in group.posts if one.unit == post.unit and one.person != post.person]
        if post.role in ("leading_group", "sys_admin") or not colleagues:
            continue
        delegate = dice.choice(colleagues)
        whole = all(one.holds(first) and one.holds(last) for one in (post, delegate))
        busy = {name for one in group.delegations if one.first <= last and first <= one.last for name in _both(one)}
        if whole and not busy & {post.person, delegate.person}:
            group.delegations.append(StandsIn(post.person, delegate.person, first, last))


def _both(one: StandsIn) -> tuple[str, str]:
    return one.principal, one.delegate
