"""How a person stands to a finding: the plain facts on which permissions are decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Post(Protocol):
    """An appointment; a post of `storage.people` is one. `path` runs from the group down: `/HX/JS/`."""

    @property
    def role(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Relation:
    """One person (in one post) and one finding; for a list, the unit that is asked about.

    own: he is the responsible person. own_unit: the responsible unit is his. subordinate: it is below his.
    own_source: he belongs to the source. filler: he filled in progress of this cycle. restricted: S8.
    converted: it became a lead. registered: it is past T2. transferred: it was handed to his body.
    recused: it is about himself, a relative or his superior. spot_check: the office checks at random.
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


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store says of one finding; unit and source are codes, people are accounts."""

    unit: str = ""
    unit_path: str = ""
    source: str = ""
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


def relation_of(userid: str, post: Post, facts: Facts) -> Relation:
    """Post by post, so that being head of one unit lends nothing to being liaison of another."""
    return Relation(
        own=bool(userid) and userid == facts.resp_person,
        own_unit=bool(post.unit) and post.unit == facts.unit,
        subordinate=_below(facts.unit_path, post.path),
        own_source=bool(post.unit) and post.unit == facts.source,
        submitter=bool(userid) and userid == facts.submitter,
        filler=userid in facts.fillers,
        restricted=facts.restricted,
        converted=facts.converted,
        registered=facts.registered,
        major=facts.major,
        transferred=post.unit in facts.transferred_to,
        recused=userid in facts.recused,
        spot_check=facts.spot_check,
        peers_closed=facts.peers_closed,
        extension_no=facts.extension_no,
        extension_days=facts.extension_days,
        extension_limit=facts.extension_limit,
    )


def _below(path: str, ancestor: str) -> bool:
    root = ancestor.rstrip("/") + "/"
    return bool(ancestor.strip("/")) and path.rstrip("/") + "/" != root and path.startswith(root)
