"""Whom a person serves: the units whose liaison or head he is, and those below them that have nobody of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.flow import Turn
from handlers import parties
from handlers.rules.calendar import day_of
from storage import staffing
from storage.people import Actor, PostFact
from storage.staffing import Staffed

CLASSES: Mapping[str, tuple[str, ...]] = {"unit_liaison": parties.LIAISONS, "unit_head": parties.HEADS}
STAFF = (*parties.LIAISONS, *parties.HEADS)


@dataclass(frozen=True, slots=True)
class Service:
    """He is `role` (unit_liaison or unit_head) for the unit `unit`, by his appointment `post`."""

    role: str
    unit: str
    path: str
    post: PostFact


def services(turn: Turn, actor: Actor) -> list[Service]:
    """All that he serves, as `parties.nearest` finds the servant; what is asked of the store depends on him alone."""
    posts = [post for post in actor.posts_as(*STAFF) if post.path]
    if not posts:
        return []
    tree = staffing.below(turn.session, sorted({post.path for post in posts}), STAFF, day_of(turn.now))
    return [
        Service(role, unit.code, unit.path, post)
        for role, holders in CLASSES.items()
        for unit in tree.values()
        for post in posts
        if post.role in holders and (post.unit == unit.code or post.unit == _nearest(unit, tree, holders))
    ]


def places(actor: Actor) -> tuple[str, ...]:
    """The paths of the units he belongs to: his own and all above them."""
    found: set[str] = set()
    for post in actor.posts:
        parts = [part for part in post.path.split("/") if part]
        found.update("/" + "/".join(parts[:size]) + "/" for size in range(1, len(parts) + 1))
    return tuple(sorted(found))


def above(actor: Actor) -> tuple[str, ...]:
    """The paths of his units, short of the group: a small branch below them is run from there."""
    return tuple(sorted({post.path for post in actor.posts if _depth(post.path) > 1}))


def belongs(actor: Actor, path: str) -> bool:
    """To the unit at `path`: in it, below it, or in one above it."""
    return bool(path) and (path in places(actor) or path.startswith(above(actor)))


def _nearest(unit: Staffed, tree: Mapping[str, Staffed], holders: tuple[str, ...]) -> str:
    """The first of the unit and those above it, never the group, that has staff; "" for none within `tree`."""
    path = unit.path
    while path in tree and _depth(path) > 1:
        if tree[path].roles & set(holders):
            return tree[path].code
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return ""


def _depth(path: str) -> int:
    return len([part for part in path.split("/") if part])
