"""What a person may see of findings as one condition for lists: the matrix of permissions, asked once for each role."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from bot.flow import Turn
from handlers import parties
from handlers.rules.calendar import day_of
from handlers.rules.permissions import Action, may
from handlers.rules.relations import Relation
from storage import searches
from storage.people import PostFact
from storage.searches import Grant, Scope

_TIES = ("own", "own_unit", "subordinate", "own_source", "submitter")
_KINDS = ((False, False), (False, True), (True, False), (True, True))  # restricted, converted

Ties = frozenset[str]


def scope_of(turn: Turn) -> Scope:
    """Agrees with `access.view_level` on every single finding (tests/flows/test_queries.py)."""
    closed = not turn.policy.peer_cards
    full = _grants(turn, Action.VIEW_FULL, closed)
    peer = _grants(turn, Action.VIEW_PEER, closed)
    return Scope(_plain(full), _plain(peer))


def served(turn: Turn) -> frozenset[str]:
    """The units whose liaison or head he is: his own, and those that have nobody of their own."""
    return frozenset(unit for role in ("unit_liaison", "unit_head") for unit in _served(turn, role))


def _grants(turn: Turn, action: Action, peers_closed: bool) -> list[Grant]:
    person = turn.actor.userid
    found = [
        _grant(ties, restricted, converted, person, post)
        for post in turn.actor.posts
        for ties, restricted, converted in _rules(action, post.role, peers_closed)
    ]
    if any(_unconditional(grant) for grant in found):
        return found
    return found + _lent(turn, action, peers_closed)


def _lent(turn: Turn, action: Action, peers_closed: bool) -> list[Grant]:
    """What one is only for a certain finding, as `access` lends it: responsible person, or staff of a bare unit."""
    person, places = turn.actor.userid, _places(turn)
    found: list[Grant] = []
    for ties, restricted, converted in _rules(action, "resp_person", peers_closed) if places else ():
        if ties == {"own"}:
            found.append(Grant(restricted, converted, person, own=True, within=places))
    for role, holders in (("unit_liaison", parties.LIAISONS), ("unit_head", parties.HEADS)):
        posts = turn.actor.posts_as(*holders)
        own = {post.unit for post in posts}
        others = _served(turn, role) - own
        reach = tuple(post.path for post in posts)
        for ties, restricted, converted in _rules(action, role, peers_closed) if posts else ():
            for units, below in ((own, ()), (others, reach)):
                if ties == {"own_unit"} and units:
                    of_units = tuple(sorted(units))
                    found.append(Grant(restricted, converted, person, own_unit=True, units=of_units, below=below))
    return found


def _places(turn: Turn) -> tuple[str, ...]:
    """The paths of the units he belongs to: his own and all above them."""
    found: set[str] = set()
    for post in turn.actor.posts:
        parts = [part for part in post.path.split("/") if part]
        found.update("/" + "/".join(parts[:size]) + "/" for size in range(1, len(parts) + 1))
    return tuple(sorted(found))


def _served(turn: Turn, role: str) -> set[str]:
    """As `parties.nearest` finds them, for all units at once."""
    roles = parties.LIAISONS if role == "unit_liaison" else parties.HEADS
    if not turn.actor.posts_as(*roles):
        return set()
    by_role = searches.holders(turn.session, roles, day_of(turn.now))
    staff: dict[str, set[str]] = {}
    for units in by_role.values():
        for unit, people in units.items():
            staff.setdefault(unit, set()).update(people)
    above = searches.parents(turn.session)
    mine = {unit for unit in above if turn.actor.userid in staff.get(_nearest(unit, above, staff), ())}
    return mine | {post.unit for post in turn.actor.posts_as(*roles)}


def _nearest(unit: str, above: dict[str, str | None], staff: dict[str, set[str]]) -> str:
    here: str | None = unit
    while here is not None and above.get(here) is not None:
        if staff.get(here):
            return here
        here = above[here]
    return ""


@lru_cache(maxsize=256)
def _rules(action: Action, role: str, peers_closed: bool) -> tuple[tuple[Ties, bool | None, bool | None], ...]:
    """The least ties that let `role` see, with the kinds of finding for which they do (restricted, converted)."""
    found: list[tuple[Ties, bool | None, bool | None]] = []
    done: list[tuple[Ties, frozenset[tuple[bool, bool]]]] = []
    for size in range(len(_TIES) + 1):
        for chosen in combinations(_TIES, size):
            ties = frozenset(chosen)
            implied = {kind for smaller, kinds in done if smaller < ties for kind in kinds}
            kinds = frozenset(kind for kind in _KINDS if _sees(action, role, ties, kind, peers_closed)) - implied
            done.append((ties, frozenset(kinds)))
            found += [(ties, restricted, converted) for restricted, converted in _merged(kinds)]
    return tuple(found)


def _sees(action: Action, role: str, ties: Ties, kind: tuple[bool, bool], peers_closed: bool) -> bool:
    flags = dict.fromkeys(ties, True)
    relation = Relation(**flags, restricted=kind[0], converted=kind[1], peers_closed=peers_closed, registered=True)
    return may(action, [role], relation).allowed


def _merged(kinds: frozenset[tuple[bool, bool]]) -> list[tuple[bool | None, bool | None]]:
    """Fewest conditions for the same kinds, so that the store has less to check."""
    if len(kinds) == len(_KINDS):
        return [(None, None)]
    for restricted in (False, True):
        if kinds == {(restricted, False), (restricted, True)}:
            return [(restricted, None)]
    for converted in (False, True):
        if kinds == {(False, converted), (True, converted)}:
            return [(None, converted)]
    return list(kinds)


def _grant(ties: Ties, restricted: bool | None, converted: bool | None, person: str, post: PostFact) -> Grant:
    return Grant(
        restricted, converted, person, post.unit, post.path, own="own" in ties, own_unit="own_unit" in ties,
        subordinate="subordinate" in ties, own_source="own_source" in ties, submitter="submitter" in ties,
    )  # fmt: skip


def _unconditional(grant: Grant) -> bool:
    ties = (grant.own, grant.own_unit, grant.subordinate, grant.own_source, grant.submitter)
    return grant.restricted is None and grant.converted is None and not any(ties)


def _plain(grants: list[Grant]) -> tuple[Grant, ...]:
    """One that covers everything makes the others idle."""
    whole = [grant for grant in grants if _unconditional(grant)]
    return tuple(whole[:1] or dict.fromkeys(grants))
