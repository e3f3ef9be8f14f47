"""Compares the group's organisation with a table of it, and makes the store equal: all or nothing (contract.md)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import departures, events, moves, people, units
from storage.matters import SUPERVISION_TYPES, Finding, Person, Post, Unit

KINDS = ("集团", "部门", "权属企业")
ROLES = (
    "leading_group", "office_director", "office_staff", "member_head", "member_liaison", "audit_staff", "disc_manager",
    "disc_handler", "acct_staff", "unit_head", "unit_liaison", "resp_person", "sub_office", "union_staff", "employee",
    "sys_admin", "log_auditor",
)  # fmt: skip
MAX_LEVELS = 5  # the group itself and four levels below it (domain.md 2.2)
UNIT_HEADINGS = ("编码", "名称", "上级编码", "类型")
PEOPLE_HEADINGS = ("账号", "姓名", "单位编码", "角色")
Row = tuple[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class UnitLine:
    code: str
    name: str
    parent: str | None
    kind: str
    aliases: tuple[str, ...]
    supervision_type: str | None
    quarterly: bool
    path: str = ""


@dataclass(frozen=True, slots=True)
class PostLine:
    userid: str
    name: str
    unit: str
    role: str
    title: str
    start: date | None
    end: date | None


@dataclass(slots=True)
class Plan:
    """What an import would do. errors: one line each, naming sheet and line; with any of them nothing is applied.

    notes: what the differences lead to, such as matters that somebody leaves behind.
    """

    errors: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    units: dict[str, UnitLine] = field(default_factory=dict)
    posts: list[PostLine] = field(default_factory=list)


def compare(session: Session, unit_rows: list[Row], people_rows: list[Row]) -> Plan:
    """Read both tables and tell how the store differs from them."""
    plan = Plan()
    _look_at_headings(plan, "单位", unit_rows, UNIT_HEADINGS)
    _look_at_headings(plan, "人员", people_rows, PEOPLE_HEADINGS)
    if plan.errors:
        return plan
    _read_units(plan, unit_rows)
    _place_units(plan)
    _read_posts(plan, people_rows)
    if not plan.errors:
        _differ(session, plan)
    return plan


def _look_at_headings(plan: Plan, sheet: str, rows: list[Row], needed: tuple[str, ...]) -> None:
    """An empty table would end everybody's appointment, a missing column silently change what a line means."""
    if not rows:
        plan.errors.append(f"{sheet}：表里没有内容")
        return
    missing = [heading for heading in needed if heading not in rows[0][1]]
    if missing:
        plan.errors.append(f"{sheet} 第1行：缺少列 {'、'.join(missing)}")


def _parts(cell: str) -> tuple[str, ...]:
    """The entries of a cell that holds several."""
    return tuple(part.strip() for part in re.split(r"[、,，;；]", cell) if part.strip())


def _read_units(plan: Plan, rows: list[Row]) -> None:
    for number, row in rows:
        code, name, kind = row.get("编码", ""), row.get("名称", ""), row.get("类型", "")
        faults = []
        if not code or not name:
            faults.append("编码和名称不能为空")
        if len(name) > 80:
            faults.append("名称80字以内")
        if not code.replace("-", "").replace("_", "").isalnum() or len(code) > 32:
            faults.append(f"编码“{code[:20]}”只能用字母、数字、横杠，32位以内")
        if code in plan.units:
            faults.append(f"编码 {code} 重复")
        elif code.casefold() in {known.casefold() for known in plan.units}:
            faults.append(f"编码 {code} 与另一编码只有大小写不同")  # SQLite's LIKE takes them for one path
        if kind not in KINDS:
            faults.append(f"类型应为{'、'.join(KINDS)}")
        if row.get("监督类型", "") not in ("", *SUPERVISION_TYPES):
            faults.append(f"监督类型应为{'、'.join(SUPERVISION_TYPES)}或空")
        if row.get("季度报送", "") not in ("", "是", "否"):
            faults.append("季度报送应为是或否")
        plan.errors += [f"单位 第{number}行：{fault}" for fault in faults]
        if not faults:
            plan.units[code] = UnitLine(
                code, name, row.get("上级编码") or None, kind, _parts(row.get("别名", "")),
                row.get("监督类型") or None, row.get("季度报送") == "是",
            )  # fmt: skip


def _place_units(plan: Plan) -> None:
    """Find every unit's path; a missing parent, a circle or a sixth level is an error."""
    for code in list(plan.units):
        chain: list[str] = []
        at: str | None = code
        while at is not None and at not in chain and at in plan.units:
            chain.append(at)
            at = plan.units[at].parent
        if at is not None:
            plan.errors.append(f"单位 {code}：上级编码 {at} {'形成循环' if at in chain else '不存在'}")
        elif len(chain) > MAX_LEVELS:
            plan.errors.append(f"单位 {code}：层级超过{MAX_LEVELS - 1}级")
        else:
            line = plan.units[code]
            path = "/" + "/".join(reversed(chain)) + "/"
            plan.units[code] = UnitLine(
                line.code, line.name, line.parent, line.kind, line.aliases, line.supervision_type, line.quarterly, path
            )
    siblings = Counter((line.parent, line.name) for line in plan.units.values())
    plan.errors += [f"单位：同一上级下有{count}个“{name}”" for (_, name), count in siblings.items() if count > 1]
    if plan.units and sum(1 for line in plan.units.values() if line.parent is None) != 1:
        plan.errors.append("单位：应当恰有一个没有上级编码的集团")


def _read_posts(plan: Plan, rows: list[Row]) -> None:
    names: dict[str, str] = {}
    for number, row in rows:
        userid, name, unit = row.get("账号", "").lower(), row.get("姓名", ""), row.get("单位编码", "")
        roles, title = _parts(row.get("角色", "")), row.get("职务", "")
        faults = []
        if not userid or not name or len(userid) > 64:
            faults.append("账号和姓名不能为空，账号64位以内")
        if re.search(r"[\s|]", userid):
            faults.append("账号里不能有空格和竖线")
        if len(name) > 40 or len(title) > 40:
            faults.append("姓名和职务各40字以内")
        if names.setdefault(userid, name) != name:
            faults.append(f"账号 {userid} 前后姓名不一致")
        if unit not in plan.units:
            faults.append(f"单位编码 {unit or '（空）'} 不存在")
        faults += [f"角色 {role} 不认识" for role in roles if role not in ROLES]
        start, end = _day(row.get("起", ""), faults), _day(row.get("止", ""), faults)
        if start and end and end < start:
            faults.append("“止”早于“起”")
        plan.errors += [f"人员 第{number}行：{fault}" for fault in faults]
        if not faults:
            plan.posts += [PostLine(userid, name, unit, role, title, start, end) for role in roles or ("employee",)]
    plan.posts = list(dict.fromkeys(plan.posts))  # a line that stands twice is one appointment


def _day(text: str, faults: list[str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        faults.append(f"日期“{text[:12]}”应写成 2026-01-31")
        return None


def _differ(session: Session, plan: Plan) -> None:
    known = {unit.code: unit for unit in units.all_units(session)}
    for code, line in plan.units.items():
        if code not in known:
            plan.differences.append(f"+ 单位 {code} {line.name}")
        elif changes := _changes(known[code], line):
            plan.differences.append(f"~ 单位 {code} {line.name}：{'、'.join(changes)}")
    gone = [unit for unit in known.values() if unit.code not in plan.units and unit.valid_to is None]
    plan.differences += [f"- 单位 {unit.code} {unit.name}" for unit in gone]
    plan.differences += _renamed(session, plan)
    _take_over_beginnings(session, plan)
    old = {_key(post) for post in people.all_posts(session) if not _ended(post, plan)}
    new = set()
    for post in plan.posts:
        key = (post.userid, post.unit, post.role, post.title, post.start, post.end)
        new.add(key)
        if key not in old:
            plan.differences.append(f"+ 任职 {post.name}（{post.userid}）{post.unit} {post.role}")
    names = {person.userid: person.name for person in people.all_people(session)}
    gone_posts = sorted(old - new, key=str)
    plan.differences += [f"- 任职 {names[userid]}（{userid}）{unit} {role}" for userid, unit, role, *_ in gone_posts]
    plan.notes += _left_behind(session, plan, {userid: names[userid] for userid, *_ in gone_posts})


def _left_behind(session: Session, plan: Plan, losers: Mapping[str, str]) -> list[str]:
    """Who of those that lose a post leaves open findings of units in which he then has no part."""
    found = []
    for userid, name in losers.items():
        paths = [plan.units[post.unit].path for post in plan.posts if post.userid == userid]
        left = [row for row in departures.matters_of(session, userid) if not _within(paths, _path(plan, row))]
        if left:
            found.append(f"! {name}（{userid}）名下在办{len(left)}条，应用后转单位负责人并告知监督办公室")
    return found


def _path(plan: Plan, finding: Finding) -> str:
    return plan.units[finding.unit].path if finding.unit in plan.units else finding.unit_path


def _within(paths: list[str], unit: str) -> bool:
    """In the unit or below it, or above it short of the group: as `handlers.parties.serves` has it."""
    return any(path.startswith(unit) or (unit.startswith(path) and path.count("/") > 2) for path in paths)


def _take_over_beginnings(session: Session, plan: Plan) -> None:
    """A line that names no first day is the appointment that stands, whenever that began (in chat, or by a table)."""
    open_posts = {_key(post)[:4]: post.valid_from for post in people.all_posts(session) if post.valid_to is None}
    exact = {_key(post) for post in people.all_posts(session)}
    for at, line in enumerate(plan.posts):
        what = (line.userid, line.unit, line.role, line.title)
        if line.start is None and line.end is None and (*what, None, None) not in exact and open_posts.get(what):
            plan.posts[at] = replace(line, start=open_posts[what])


def _renamed(session: Session, plan: Plan) -> list[str]:
    before = {person.userid: person.name for person in people.all_people(session)}
    now = {post.userid: post.name for post in plan.posts}
    changed = [userid for userid, name in now.items() if before.get(userid, name) != name]
    return [f"~ 人员 {userid} {before[userid]}：姓名改为{now[userid]}" for userid in changed]


def _ended(post: Post, plan: Plan) -> bool:
    """An appointment that an earlier import ended: it is history, not a difference."""
    listed = {(p.userid, p.unit, p.role, p.title, p.start, p.end) for p in plan.posts}
    return post.valid_to is not None and _key(post) not in listed


def _key(post: Post) -> tuple[str, str, str, str, date | None, date | None]:
    return (post.userid, post.unit, post.role, post.title, post.valid_from, post.valid_to)


def _changes(unit: Unit, line: UnitLine) -> list[str]:
    pairs = (
        ("名称", unit.name, line.name), ("上级", unit.parent, line.parent), ("类型", unit.kind, line.kind),
        ("别名", tuple(unit.aliases), line.aliases), ("监督类型", unit.supervision_type, line.supervision_type),
        ("季度报送", unit.quarterly, line.quarterly), ("停用", unit.valid_to, None),
    )  # fmt: skip
    return [name for name, before, after in pairs if before != after]


def apply(session: Session, plan: Plan, today: date) -> list[str]:
    """Make the store equal to the plan. Whoever and whatever is no longer listed ends yesterday; nothing is deleted.

    Returns the accounts that lost a post: what they leave behind is the caller's to hand on, in this transaction.
    """
    yesterday = today - timedelta(days=1)
    for line in sorted(plan.units.values(), key=lambda unit: unit.path.count("/")):
        unit = session.get(Unit, line.code) or Unit(code=line.code)
        if unit.path not in (None, line.path):
            _move_findings(session, line)
        if unit.name not in (None, line.name):
            unit.department_id = None  # the table calls it otherwise than WeCom does: they are matched anew by name
        unit.name, unit.parent, unit.path, unit.kind = line.name, line.parent, line.path, line.kind
        unit.aliases, unit.supervision_type, unit.quarterly = list(line.aliases), line.supervision_type, line.quarterly
        unit.valid_to = None
        session.add(unit)
        session.flush()
    for unit in units.all_units(session):
        if unit.code not in plan.units and unit.valid_to is None:
            unit.valid_to = yesterday
    return _apply_posts(session, plan, yesterday)


def _move_findings(session: Session, line: UnitLine) -> None:
    """Who may see a finding follows the unit to its new place; only its name stays as it was (domain.md 2.2)."""
    entry = events.Entry(datetime.now(UTC), "system", "move_unit")
    for finding in session.scalars(select(Finding).where(Finding.unit == line.code).order_by(Finding.id)).all():
        moves.keep(session, finding, entry, unit_path=line.path)


def _apply_posts(session: Session, plan: Plan, yesterday: date) -> list[str]:
    for line in plan.posts:
        person = session.get(Person, line.userid) or Person(userid=line.userid)
        person.name = line.name
        session.add(person)
    session.flush()
    wanted = {(p.userid, p.unit, p.role, p.title, p.start, p.end) for p in plan.posts}
    losers: list[str] = []
    for post in people.all_posts(session):
        if _key(post) in wanted:
            wanted.discard(_key(post))
        elif post.valid_to is None or post.valid_to > yesterday:
            post.valid_to = yesterday
            losers.append(post.userid)
    order = {(p.userid, p.unit, p.role, p.title, p.start, p.end): place for place, p in enumerate(plan.posts)}
    for userid, unit, role, title, start, end in sorted(wanted, key=lambda key: order[key]):
        session.add(Post(userid=userid, unit=unit, role=role, title=title, valid_from=start, valid_to=end))
    session.flush()
    return list(dict.fromkeys(losers))
