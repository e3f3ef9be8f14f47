"""WeCom's contacts against the store: names, departments, who came and who is gone (wecom.md 3.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage import people, units
from storage.matters import Post, Unit
from storage.models import Counter

HEARD, DONE, DAY = "contacts-heard", "contacts-done", "contacts-day"
_FEW, _SHARE = 5, 5  # more people gone at once than this many, and than a fifth: the app's visible range shrank


@dataclass(frozen=True, slots=True)
class Department:
    """One department; the root's parent is 0."""

    id: int
    name: str
    parent: int


@dataclass(frozen=True, slots=True)
class Member:
    """One member; `userid` in lower case, `main` his main department, `barred` while he is disabled or has quit."""

    userid: str
    name: str
    main: int
    barred: bool = False


@dataclass(slots=True)
class Changes:
    """How the store is to change; JSON-ready, so that it can wait as the facts of a due row.

    people: [userid, name, home] of whom is new or otherwise than stored. gone: accounts to be ended.
    matched: unit -> department. renamed: unit -> its department's new name. lost: units whose department is gone.
    unknown: departments that no unit stands for. too_many: how many seemed gone, when that is not to be believed.
    """

    people: list[list[str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    matched: dict[str, int] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    too_many: int = 0

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}


def compare(session: Session, departments: Sequence[Department], members: Iterable[Member], day: date) -> Changes:
    """What differs. `gone` holds those who are barred, and those who are merely absent: ask for each of these again."""
    changes = Changes()
    homes = _departments(session, changes, departments, day)
    stored = {person.userid: person for person in people.all_people(session)}
    held = _with_posts(session, day)
    here: set[str] = set()
    barred = []
    for member in members:
        person, home = stored.get(member.userid), homes.get(member.main, homes[0])
        here.add(member.userid)
        if member.barred:
            if person is not None and (person.left_on is None or member.userid in held):
                barred.append(member.userid)
        elif person is None or (person.name, person.home, person.left_on) != (member.name, home, None):
            changes.people.append([member.userid, member.name, home])
    seen = {userid for userid, person in stored.items() if person.home is not None}
    missing = sorted(u for u in seen - here if stored[u].left_on is None or u in held)
    if len(missing) > max(_FEW, len(seen) // _SHARE):
        changes.too_many, missing = len(missing), []
    changes.gone = barred + missing
    return changes


def _with_posts(session: Session, day: date) -> set[str]:
    query = select(Post.userid).where(or_(Post.valid_to.is_(None), Post.valid_to >= day))
    return set(session.scalars(query.distinct()))


def _departments(session: Session, changes: Changes, departments: Sequence[Department], day: date) -> dict[int, str]:
    """Match them, and say the unit of each: its own, or that of the nearest department above (0: the group)."""
    listed = units.all_units(session, day)
    root = next((unit.code for unit in listed if unit.parent is None), "")
    by_id = {unit.department_id: unit for unit in listed if unit.department_id is not None}
    names = {department.id: department.name for department in departments}
    found: dict[int, str] = {0: root}
    for department in departments:
        if department.parent == 0 or department.parent not in names:
            found[department.id] = root  # the corporation itself goes by a name of its own
            continue
        unit = by_id.get(department.id) or _namesake(listed, department, names)
        if unit is None:
            changes.unknown.append(department.name)
        else:
            found[department.id] = unit.code
            if unit.department_id is None:
                changes.matched[unit.code] = department.id
            elif unit.name != department.name and department.name:
                changes.renamed[unit.code] = department.name
    changes.lost = sorted(unit.code for number, unit in by_id.items() if number not in names)
    parents = {department.id: department.parent for department in departments}
    return {number: _nearest(number, parents, found) for number in (0, *names)}


def _namesake(listed: Sequence[Unit], department: Department, names: dict[int, str]) -> Unit | None:
    """The one unmatched unit of exactly this name; of several, the one whose parent has the parent's name."""
    same = [unit for unit in listed if unit.department_id is None and unit.name == department.name]
    if len(same) > 1:
        above = {unit.code: unit.name for unit in listed}
        same = [unit for unit in same if unit.parent and above.get(unit.parent) == names.get(department.parent)]
    return same[0] if len(same) == 1 else None


def _nearest(number: int, parents: dict[int, int], found: dict[int, str]) -> str:
    seen: set[int] = set()
    while number not in found and number not in seen:
        seen.add(number)
        number = parents.get(number, 0)
    return found.get(number, found[0])


def marks(session: Session) -> dict[str, int]:
    """How many changes were heard, up to which they were taken over, and the day of the last full look."""
    query = select(Counter.name, Counter.value).where(Counter.name.in_((HEARD, DONE, DAY)))
    return {HEARD: 0, DONE: 0, DAY: 0} | dict(session.execute(query).tuples().all())


def mark(session: Session, name: str, value: int) -> None:
    row = session.get(Counter, name)
    if row is None:
        session.add(Counter(name=name, value=value))
    else:
        row.value = value
    session.flush()
