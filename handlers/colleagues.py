"""Which person is meant by a name, and how people are told apart by their posts."""

from __future__ import annotations

from bot.errors import UserError
from bot.flow import Ask, Turn
from handlers import texts
from handlers.rules.roles import NAMES, Role
from storage import people
from storage.people import PostFact


def role_name(role: str) -> str:
    """`单位联络员`; what this program does not know stays as it is written."""
    return NAMES[Role(role)] if role in NAMES else role


def posts_words(posts: tuple[PostFact, ...]) -> str:
    """`恒信建设 单位联络员、整改责任人；财务部 成员单位联络员`, or `无`."""
    by_unit: dict[str, list[str]] = {}
    for post in posts:
        by_unit.setdefault(post.unit_name, []).append(role_name(post.role))
    return "；".join(f"{unit} {'、'.join(dict.fromkeys(roles))}" for unit, roles in by_unit.items()) or "无"


def described(turn: Turn, userid: str) -> str:
    """`周涛（恒信建设综合部）`; somebody without posts is told by his account."""
    actor = people.actor(turn.session, userid, texts.today_of(turn))
    post = next(iter(actor.own), None)
    return f"{actor.name}（{(post.title or post.unit_name) if post else userid}）"


def director(turn: Turn) -> str:
    """The name of the office's director himself, or "" while the chair is empty."""
    own = people.userids_with(turn.session, ("office_director",), texts.today_of(turn), stand_ins=False)
    return texts.names(turn, own[:1])


def meant(turn: Turn, step: str, question: str) -> str | Ask:
    """The account of `draft["name"]`, or the question: which name, or which of several of one name.

    The answer is read by `absorb`. Raises UserError for a name that nobody in the house has.
    """
    draft = turn.draft
    if draft.get("who"):
        return str(draft["who"])
    name = draft.get("name")
    if not name:
        return Ask(question, step)
    found = [person.userid for person in people.named(turn.session, name)]
    if not found:
        draft.pop("name")
        raise UserError(f"没有查到叫{name}的在职人员。请核对姓名；新同事进入企业微信通讯录后才能办理。", keep=False)
    if len(found) > 1:
        draft["people"] = found
        lines = texts.options([described(turn, userid) for userid in found])
        return Ask(f"有{len(found)}位{name}，是哪一位？\n{lines}", step)
    draft["who"] = found[0]
    return found[0]


def absorb(turn: Turn) -> None:
    """Take a name, or the choice among several of one name, into the draft."""
    draft, slots = turn.draft, turn.meaning.slots
    if draft.get("people"):
        at = texts.chosen(turn, [described(turn, userid) for userid in draft["people"]])
        if at is not None:
            draft["who"] = draft.pop("people")[at]
            return
    value = slots.get("value") if slots.get("field") == "person" else None
    name = slots.get("person") or value or _bare_name(turn)
    if name and name != draft.get("name"):
        draft.pop("who", None)
        draft.pop("people", None)
        draft["name"] = str(name)


def _bare_name(turn: Turn) -> str | None:
    words = turn.text.strip(" ，。")
    return words if any(person.name == words for person in turn.lexicon.people) else None
