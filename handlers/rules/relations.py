"""How a person stands to a finding: the plain facts on which permissions are decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from handlers.rules.roles import Role

# Whom a finding about the head of their unit concerns (S8, S26).
HEADS = frozenset({Role.UNIT_HEAD, Role.MEMBER_HEAD, Role.OFFICE_DIRECTOR})


class Post(Protocol):
    """An appointment; a post of `storage.people` is one. `path` runs from the group down: `/HX/JS/`."""

    @property
    def role(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def lent_by(self) -> str:
        """The principal's account when the post is lent by a delegation, else ""."""
        ...


@dataclass(frozen=True, slots=True)
class Relation:
    """One person (in one post) and one finding; for a list, the unit that is asked about.

    own: he is the responsible person. own_unit: the responsible unit is his. subordinate: it is below his.
    own_source: he belongs to the source. filler: he filled in progress of this cycle. restricted: S8.
    converted: it became a lead. registered: it is past T2. transferred: it was handed to his body.
    recused: it is about himself, a relative or his superior. spot_check: the office checks at random.
    co_unit: his unit assists. sub_office: his unit's sub-office is switched on; own_level: and the source lies in
    that unit's subtree (S61). audited: he is of the responsible side, and another body found it (S13).
    concerned: he heads the unit that it is about (S8). nobodys: no unit is responsible yet.
    peers_closed: the group switched the redacted view off for liaisons. extension_no: which extension is asked
    for, from 1; extension_limit: days up to which the source decides a first one.
    """

    own: bool = False
    own_unit: bool = False
    subordinate: bool = False
    own_source: bool = False
    submitter: bool = False
    filler: bool = False
    restricted: bool = False
    converted: bool = False
    registered: bool = False
    major: bool = False
    transferred: bool = False
    recused: bool = False
    spot_check: bool = False
    peers_closed: bool = False
    extension_no: int = 1
    extension_days: int = 0
    extension_limit: int = 30
    co_unit: bool = False
    sub_office: bool = False
    own_level: bool = False
    audited: bool = False
    concerned: bool = False
    nobodys: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store says of one finding; units and the source are codes, people are accounts.

    co_units: the units that assist. sub_offices: the units whose sub-office is switched on (S61).
    """

    unit: str = ""
    unit_path: str = ""
    source: str = ""
    source_path: str = ""
    co_units: frozenset[str] = frozenset()
    sub_offices: frozenset[str] = frozenset()
    resp_person: str = ""
    submitter: str = ""
    fillers: frozenset[str] = frozenset()
    restricted: bool = False
    converted: bool = False
    registered: bool = False
    major: bool = False
    transferred_to: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    spot_check: bool = False
    peers_closed: bool = False
    extension_no: int = 1
    extension_days: int = 0
    extension_limit: int = 30


def relation_of(userid: str, post: Post, facts: Facts, posts: Iterable[Post] = ()) -> Relation:
    """Post by post, so that being head of one unit lends nothing to being liaison of another.

    A lent post is judged for both people: whoever of them filled it in, is recused or responsible counts.
    posts: everything the two hold, for what a person may not do whichever post he acts in.
    """
    both = {userid, post.lent_by} - {""}
    everything = [held for held in (post, *posts) if held.unit]
    enabled = bool(post.unit) and post.unit in facts.sub_offices
    return Relation(
        own=facts.resp_person in both,
        own_unit=bool(post.unit) and post.unit == facts.unit,
        subordinate=_below(facts.unit_path, post.path),
        own_source=bool(post.unit) and post.unit == facts.source,
        submitter=facts.submitter in both,
        filler=bool(both & facts.fillers),
        restricted=facts.restricted,
        converted=facts.converted,
        registered=facts.registered,
        major=facts.major,
        transferred=post.unit in facts.transferred_to,
        recused=bool(both & facts.recused),
        spot_check=facts.spot_check,
        peers_closed=facts.peers_closed,
        extension_no=facts.extension_no,
        extension_days=facts.extension_days,
        extension_limit=facts.extension_limit,
        co_unit=post.unit in facts.co_units,
        sub_office=enabled,
        own_level=enabled and (post.unit == facts.source or _below(facts.source_path, post.path)),
        audited=_audited(both, everything, facts),
        concerned=any(held.role in HEADS and held.unit == facts.unit for held in everything),
        nobodys=not facts.unit,
    )


def _audited(both: set[str], posts: Iterable[Post], facts: Facts) -> bool:
    """On the responsible side of what another body found; a sub-office is over its unit, not of it."""
    held = {post.unit for post in posts if post.role != Role.SUB_OFFICE}
    return (facts.unit in held or facts.resp_person in both) and facts.source not in held


def _below(path: str, ancestor: str) -> bool:
    root = ancestor.rstrip("/") + "/"
    return bool(ancestor.strip("/")) and path.rstrip("/") + "/" != root and path.startswith(root)
