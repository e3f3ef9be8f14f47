"""WeCom's contacts applied: people come without roles and go with their posts, names follow (wecom.md 3.9)."""

from __future__ import annotations

import hashlib

from bot.flow import Turn
from handlers import colleagues, leaving, texts
from storage import delegations, departures, moves, people, posts, units
from storage.matters import Person, Post
from storage.models import Due

KIND = "contacts"
SHOWN = 5


def apply(turn: Turn, due: Due) -> None:
    """One due row's worth; each part looks again, so that a second time changes nothing."""
    facts = due.facts
    for userid, name, home in facts.get("people", ()):
        _meet(turn, userid, name, home)
    _match(turn, facts.get("matched", {}), facts.get("lost", ()))
    _rename_units(turn, facts.get("renamed", {}))
    for userid in facts.get("gone", ()):
        _gone(turn, userid)
    if facts.get("account"):
        old, new = facts["account"]
        _new_account(turn, old, new)
    if facts.get("unknown"):
        _unknown(turn, list(facts["unknown"]))
    if facts.get("too_many"):
        text = (
            f"企业微信通讯录里一下少了{facts['too_many']}人，为防误停权限，没有改动。请系统管理员核对应用的可见范围。"
        )
        _tell_office(turn, text, f"contacts-few:{facts['too_many']}:{texts.today_of(turn)}")


def _meet(turn: Turn, userid: str, name: str, home: str) -> None:
    person = people.find_person(turn.session, userid)
    if person is None:
        turn.session.add(Person(userid=userid[:64], name=name[:40], home=home or None))
        turn.session.flush()
        turn.record(_matter(userid), "met", after=name[:40])
        return
    if person.name != name[:40]:
        turn.record(_matter(userid), "renamed", before=person.name, after=name[:40])
        person.name = name[:40]
    if person.left_on is not None:
        turn.record(_matter(userid), "back", before=person.left_on.isoformat())
        person.left_on, person.reachable = None, True
    if home and home != person.home:
        turn.record(_matter(userid), "main_department", before=person.home, after=home)
        person.home = home
    turn.session.flush()


def _matter(userid: str) -> str:
    return f"person:{userid}"[:64]


def _gone(turn: Turn, userid: str) -> None:
    """Deleted or disabled: his posts end at once, and what hung on them finds its owner."""
    person, today = posts.lock_person(turn.session, userid), texts.today_of(turn)
    if person is None:
        return
    words = colleagues.posts_words(people.actor(turn.session, userid, today).own)
    ended = posts.end_all(turn.session, userid, today)
    if person.left_on is None:
        person.left_on, person.reachable = today, False
        turn.record(_matter(userid), "left", before=[[post.unit, post.role] for post, _ in ended])
    turn.session.flush()
    leaving.settle(turn, userid)
    if any(post.role != "employee" for post, _ in ended):
        _tell_office(
            turn, f"{person.name}已不在企业微信通讯录，权限即时停止（原任{words}）。\n请补任，如“任命某某为…”。"
        )


def _new_account(turn: Turn, old: str, new: str) -> None:
    """A changed userid: the new account takes over posts and open matters; the books keep the old one's name."""
    former, today = posts.lock_person(turn.session, old), texts.today_of(turn)
    if former is None:
        return
    if people.find_person(turn.session, new) is None:
        turn.session.add(Person(userid=new[:64], name=former.name, home=former.home))
        turn.session.flush()
    for post, _ in posts.current_of(turn.session, old, today):
        begins, until = max(post.valid_from or today, today), post.valid_to
        copy = Post(userid=new, unit=post.unit, role=post.role, title=post.title, valid_from=begins, valid_to=until)
        posts.add(turn.session, copy)
    posts.end_all(turn.session, old, today)
    for finding in departures.matters_of(turn.session, old):
        moves.keep(turn.session, finding, turn.entry("account_changed"), resp_person=new)
    for row in delegations.open_with(turn.session, old, today):
        row.principal = new if row.principal == old else row.principal
        row.delegate = new if row.delegate == old else row.delegate
    former.left_on, former.reachable = today, False
    turn.record(_matter(old), "account_changed", before=old, after=new)
    turn.session.flush()
    leaving.settle(turn, old)


def _match(turn: Turn, matched: dict[str, int], lost: list[str]) -> None:
    for code, number in matched.items():
        units.lock(turn.session, code).department_id = number
        turn.record(f"unit:{code}", "department", after=number)
    gone = [units.lock(turn.session, code) for code in lost]
    for unit in gone:
        if unit.department_id is not None:
            turn.record(f"unit:{unit.code}", "department", before=unit.department_id)
            unit.department_id = None
    turn.session.flush()
    if gone:
        names = [unit.name for unit in gone]
        _tell_office(turn, f"企业微信通讯录里已没有{_listed(names)}对应的部门，单位未改动。\n如已撤并，请更新组织表。")


def _rename_units(turn: Turn, renamed: dict[str, str]) -> None:
    said = []
    for code, name in renamed.items():
        unit = units.lock(turn.session, code)
        if unit.name == name or len(name) > 80:
            continue
        said.append(f"{unit.name} → {name}")
        turn.record(f"unit:{code}", "renamed", before=unit.name, after=name)
        unit.aliases = list(dict.fromkeys([*(alias for alias in unit.aliases if alias != name), unit.name]))
        unit.name = name
    turn.session.flush()
    if said:
        _tell_office(
            turn, f"单位名称已随企业微信通讯录更新：{_listed(said)}。\n旧名作为别名保留，已有问题仍显示当时的名称。"
        )


def _unknown(turn: Turn, names: list[str]) -> None:
    """Reported, never invented: once for each set of them."""
    digest = hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]
    text = f"企业微信通讯录有{len(names)}个部门没有对应的单位：{_listed(names)}。\n需要纳入监督的，请补进组织表后导入。"
    _tell_office(turn, text, f"departments:{digest}")


def _listed(names: list[str]) -> str:
    return "、".join(names[:SHOWN]) + ("等" if len(names) > SHOWN else "")


def _tell_office(turn: Turn, text: str, key: str = "") -> None:
    for person in texts.office_staff(turn):
        turn.tell(person, text, push_key=f"{key}|{person}" if key else None)
