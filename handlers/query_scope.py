"""What a person may see of findings as one condition for lists: the matrix of permissions, asked once for each role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from bot.flow import Turn
from handlers import access, serving
from handlers.rules.permissions import Action, may
from handlers.rules.relations import HEADS, Relation
from handlers.serving import Service
from storage import staffing, units
from storage.grants import Grant, Scope
from storage.people import PostFact

_TIES = ("own", "own_unit", "subordinate", "own_source", "submitter", "co_unit", "own_level")
_KINDS = ((False, False), (False, True), (True, False), (True, True))  # restricted, converted

Ties = frozenset[str]
Rule = tuple[Ties, bool | None, bool | None]


def scope_of(turn: Turn) -> Scope:
    """Agrees with `access.view_level` on every single finding (tests/flows/test_queries.py)."""
    closed = not turn.policy.peer_cards
    return Scope(_grants(turn, Action.VIEW_FULL, closed), _grants(turn, Action.VIEW_PEER, closed))


def export_scope(turn: Turn) -> Scope:
    """The same of what the person may take away as a file (2.3 export); of peers' cards there is none."""
    return Scope(_grants(turn, Action.EXPORT, peers_closed=True))


def served(turn: Turn) -> frozenset[str]:
    """The units whose liaison or head he is: his own, and those that have nobody of their own."""
    return frozenset(service.unit for service in serving.services(turn, turn.actor))


def _grants(turn: Turn, action: Action, peers_closed: bool) -> tuple[Grant, ...]:
    sub_offices = staffing.open_sub_offices(turn.session) if turn.actor.has("sub_office") else frozenset()
    found = [
        grant
        for post in turn.actor.posts
        for rule in _rules(action, post.role, peers_closed, post.unit in sub_offices)
        for grant in _of_post(turn, rule, post)
    ]
    if not any(_unconditional(grant) for grant in found):
        found += _lent(turn, action, peers_closed)
    return _plain([one for grant in found for one in _without_concerned(turn, grant)])


def _of_post(turn: Turn, rule: Rule, post: PostFact) -> Iterator[Grant]:
    """A lent post counts for both people (domain.md 2.1)."""
    ties, restricted, converted = rule
    level = tuple(units.subtree(turn.session, post.path)) if "own_level" in ties else ()
    for person in dict.fromkeys((turn.actor.userid, post.lent_by or turn.actor.userid)):
        yield Grant(
            restricted, converted, person, post.unit, post.path, own="own" in ties, own_unit="own_unit" in ties,
            subordinate="subordinate" in ties, own_source="own_source" in ties, submitter="submitter" in ties,
            co_units=(post.unit,) if "co_unit" in ties else (), sources=level,
        )  # fmt: skip


def _lent(turn: Turn, action: Action, peers_closed: bool) -> list[Grant]:
    """What one is only for a certain finding, as `access` lends it: responsible person, or staff of a bare unit."""
    found: list[Grant] = []
    places, reach = serving.places(turn.actor), serving.above(turn.actor)
    for ties, restricted, converted in _rules(action, "resp_person", peers_closed, False) if places else ():
        if ties == {"own"}:
            found.append(Grant(restricted, converted, turn.actor.userid, own=True, within=places, below=reach))
    services = serving.services(turn, turn.actor)
    for role in serving.CLASSES:
        for ties, restricted, converted in _rules(action, role, peers_closed, False):
            found += _serving(ties, restricted, converted, [one for one in services if one.role == role])
    return found


def _serving(ties: Ties, restricted: bool | None, converted: bool | None, services: list[Service]) -> list[Grant]:
    codes = tuple(dict.fromkeys(service.unit for service in services))
    if not codes:
        return []
    if ties == {"own_unit"}:
        return [Grant(restricted, converted, own_unit=True, units=codes)]
    return [Grant(restricted, converted, co_units=codes)] if ties == {"co_unit"} else []


def _without_concerned(turn: Turn, grant: Grant) -> list[Grant]:
    """Who heads a unit sees no restricted finding about it (S8)."""
    heads = (post.unit for post in access.everything(turn, turn.actor) if post.role in HEADS and post.unit)
    concerned = tuple(sorted(set(heads)))
    if not concerned or grant.restricted is False:
        return [grant]
    closed = replace(grant, restricted=True, outside=concerned)
    return [closed] if grant.restricted else [replace(grant, restricted=False), closed]


@lru_cache(maxsize=256)
def _rules(action: Action, role: str, peers_closed: bool, sub_office: bool) -> tuple[Rule, ...]:
    """The least ties that let `role` see, with the kinds of finding for which they do (restricted, converted)."""
    found: list[Rule] = []
    done: list[tuple[Ties, frozenset[tuple[bool, bool]]]] = []

    def sees(ties: Ties, kind: tuple[bool, bool]) -> bool:
        flags = dict.fromkeys(ties, True) | {"sub_office": sub_office, "peers_closed": peers_closed}
        return may(action, [role], Relation(**flags, restricted=kind[0], converted=kind[1], registered=True)).allowed

    possible = _TIES if sub_office else _TIES[:-1]  # nothing is of a closed sub-office's own level
    for size in range(len(possible) + 1):
        for chosen in combinations(possible, size):
            ties = frozenset(chosen)
            implied = {kind for smaller, kinds in done if smaller < ties for kind in kinds}
            kinds = frozenset(kind for kind in _KINDS if sees(ties, kind)) - implied
            done.append((ties, frozenset(kinds)))
            found += [(ties, restricted, converted) for restricted, converted in _merged(kinds)]
    return tuple(found)


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


def _unconditional(grant: Grant) -> bool:
    ties = (
        grant.own,
        grant.own_unit,
        grant.subordinate,
        grant.own_source,
        grant.submitter,
        grant.co_units,
        grant.sources,
    )
    return grant.restricted is None and grant.converted is None and not any(ties)


def _plain(grants: list[Grant]) -> tuple[Grant, ...]:
    """One that covers everything makes the others idle."""
    whole = [grant for grant in grants if _unconditional(grant)]
    return tuple(whole[:1] or dict.fromkeys(grants))
