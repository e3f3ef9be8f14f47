"""What an appointment needs (who, which post, where, when), and what it makes of somebody's posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import UserError
from bot.flow import Turn
from handlers import colleagues, texts
from handlers.rules import appointing, moments
from storage import people, posts, units
from storage.matters import Post, Unit
from storage.people import Actor, PostFact

LIAISON = {"集团": "member_liaison", "部门": "member_liaison", "权属企业": "unit_liaison"}
HEAD = {"集团": "member_head", "部门": "member_head", "权属企业": "unit_head"}
OF_THE_OFFICE = ("office_staff", "office_director")
# What a post is called when only its name is said -> the role, or what that is by the kind of unit.
_WORDS: Mapping[str, str | Mapping[str, str]] = {
    "联络员": LIAISON,
    "负责人": HEAD,
    "责任人": "resp_person",
    "审计": "audit_staff",
    "线索管理员": "disc_manager",
    "承办人": "disc_handler",
    "追责": "acct_staff",
}


_CALLED = re.compile(r"(?:为|任|当)(联络员|负责人)(?=[，。,.\s]|$)")
_SORTS = {"联络员": "liaison", "负责人": "head", "责任人": "resp_person"}  # 取消联络员, with no unit to tell which


@dataclass(frozen=True, slots=True)
class Change:
    """The posts that end, with their last day, and the one that begins; `effective` is the first day of the new state.

    after: what he holds on that day.
    """

    ending: tuple[tuple[Post, Unit], ...]
    begins: Post | None
    begins_in: Unit | None
    last: date
    effective: date
    after: tuple[PostFact, ...]


def absorb(turn: Turn) -> None:
    """Take over person, role, unit and days, as far as this message says them."""
    draft, slots = turn.draft, turn.meaning.slots
    colleagues.absorb(turn)
    if slots.get("action") and "action" not in draft:
        draft["action"] = str(slots["action"])
    value = str(slots.get("value") or "") if slots.get("field") == "unit" else ""
    if turn.meaning.unit_options and not slots.get("unit"):
        draft["unit_options"] = list(turn.meaning.unit_options)
    name = str(slots.get("unit") or slots.get("lead_org") or value or "") or _picked(turn)
    unit = units.find_by_name(turn.session, name) if name and name != "SELF" else None
    if unit is not None:
        draft["unit"] = unit.code
        draft.pop("unit_options", None)
    if called := _CALLED.search(turn.text):
        draft["called"] = called[1]
    if role := slots.get("role") or _role_in(turn) or _role_called(turn):
        draft["role"] = str(role)
    elif draft.get("action") == "remove" and not draft.get("role"):
        draft["sort"] = next((sort for word, sort in _SORTS.items() if word in turn.text), draft.get("sort", ""))
    _absorb_days(turn)


def _picked(turn: Turn) -> str:
    options: list[str] = turn.draft.get("unit_options", [])
    at = texts.chosen(turn, options) if options else None
    return options[at] if at is not None else ""


def _role_in(turn: Turn) -> str | None:
    """`联络员` said alone: what that is depends on the unit."""
    role = next((role for word, role in _WORDS.items() if word in turn.text), None)
    if role is None or not turn.draft.get("asked_role"):
        return None
    if isinstance(role, str):
        return role
    unit = turn.draft.get("unit")
    return role.get(units.get_unit(turn.session, unit).kind) if unit else None


def _role_called(turn: Turn) -> str | None:
    """`任命吴刚为联络员` was said first, and the unit, which tells what that is, only now."""
    called, unit = _WORDS.get(turn.draft.get("called", "")), turn.draft.get("unit")
    if turn.draft.get("role") or turn.draft.get("action") == "remove" or not unit or not isinstance(called, Mapping):
        return None
    return called.get(units.get_unit(turn.session, unit).kind)


def _absorb_days(turn: Turn) -> None:
    draft, slots = turn.draft, turn.meaning.slots
    first, last = moments.said(slots, "from", "date_from"), moments.said(slots, "to", "date_to")
    day = moments.said(slots, "date", "due")
    if day and not first and not last:
        first = day
    if draft.get("action") == "remove":
        if said := last or first:  # 12月1日起不再担任: the day before is the last; 到12月31日: that day is
            inclusive = any(word in turn.text for word in ("到", "至", "止"))
            draft["last"] = (date.fromisoformat(said[:10]) - timedelta(days=0 if inclusive else 1)).isoformat()
        return
    if first:
        draft["first"] = first[:10]
    if last:
        draft["until"] = last[:10]


def first_day(turn: Turn) -> date:
    """The first day of the new state."""
    today, draft = texts.today_of(turn), turn.draft
    if draft.get("action") == "remove":
        return date.fromisoformat(draft["last"]) + timedelta(days=1) if draft.get("last") else today
    return date.fromisoformat(draft["first"]) if draft.get("first") else today


def default_unit(turn: Turn, role: str) -> str | None:
    """Where such a post is, when only one unit has it: the office's people are the office's."""
    roles = OF_THE_OFFICE if role in OF_THE_OFFICE else (role,)
    today = texts.today_of(turn)
    holders = people.userids_with(turn.session, roles, today, stand_ins=False)
    homes = {
        post.unit for userid in holders for post in people.actor(turn.session, userid, today).own if post.role in roles
    }
    return homes.pop() if len(homes) == 1 else None


def change(turn: Turn, who: str) -> Change:
    """What would become of his posts. Raises UserError where the speaker may not, or where nothing would change."""
    draft, today = turn.draft, texts.today_of(turn)
    effective = first_day(turn)
    current = posts.current_of(turn.session, who, today)
    unit = units.get_unit(turn.session, draft["unit"]) if draft.get("unit") else None
    ending = tuple(_ending(turn, current, unit))
    begins = None
    if draft["action"] != "remove":
        assert unit is not None
        until = date.fromisoformat(draft["until"]) if draft.get("until") else None
        begins = Post(
            userid=who, unit=unit.code, role=draft["role"], title=_title(current, unit.code),
            valid_from=effective, valid_to=until,
        )  # fmt: skip
        if draft["action"] == "appoint" and _holds(current, begins):
            begins = None
    if not ending and begins is None:
        words = colleagues.posts_words(_facts(current, effective))
        raise UserError(f"{people.name_of(turn.session, who)}的任职没有变化：现任{words}。", keep=False)
    for role in {post.role for post, _ in ending} | ({begins.role} if begins else set()):
        _must_be_his_to_give(turn, role)
    kept = [(post, at) for post, at in current if post not in [ended for ended, _ in ending]]
    after = _facts(kept, effective)
    if begins is not None and unit is not None:
        after = (*after, PostFact(begins.role, unit.code, unit.name, unit.path, begins.title))
    return Change(ending, begins, unit if begins else None, effective - timedelta(days=1), effective, after)


def _ending(turn: Turn, current: list[tuple[Post, Unit]], unit: Unit | None) -> list[tuple[Post, Unit]]:
    draft = turn.draft
    if draft["action"] == "appoint":
        return []
    if draft["action"] == "move":  # he goes: what he has elsewhere ends
        return [(post, at) for post, at in current if unit is not None and post.unit != unit.code]
    return [
        (post, at)
        for post, at in current
        if (unit is None or post.unit == unit.code)
        and draft.get("role") in (None, post.role)
        and post.role.endswith(draft.get("sort", ""))
    ]


def _title(current: list[tuple[Post, Unit]], unit: str) -> str:
    return next((post.title for post, _ in current if post.unit == unit), "")


def _holds(current: list[tuple[Post, Unit]], new: Post) -> bool:
    """Whether he has that very post for these days already."""
    return any(
        post.unit == new.unit
        and post.role == new.role
        and (post.valid_from is None or (new.valid_from is not None and post.valid_from <= new.valid_from))
        and (post.valid_to is None or (new.valid_to is not None and post.valid_to >= new.valid_to))
        for post, _ in current
    )


def _facts(current: list[tuple[Post, Unit]], day: date) -> tuple[PostFact, ...]:
    return tuple(
        PostFact(post.role, unit.code, unit.name, unit.path, post.title)
        for post, unit in current
        if (post.valid_from is None or post.valid_from <= day) and (post.valid_to is None or post.valid_to >= day)
    )


def _must_be_his_to_give(turn: Turn, role: str) -> None:
    own = {post.role for post in turn.actor.own}
    if appointing.may_give(own, role):
        return
    name = colleagues.role_name(role)
    if role in appointing.NOT_IN_CHAT:
        raise UserError(f"{name}的任免不在这里办理，由系统管理员按集团文件更新人员表。", keep=False)
    raise UserError(f"{name}只能由监督办公室主任{colleagues.director(turn)}任免，请转请他办理。", keep=False)


def as_after(who: str, name: str, planned: Change) -> Actor:
    """The person as he will be: for what he could no longer be responsible for."""
    return Actor(who, name, planned.after)
