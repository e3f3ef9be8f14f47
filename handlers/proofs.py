"""Pictures and files on their way to being evidence: fetched when they come, attached when the person confirms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.flow import Turn
from bot.messages import Kind
from handlers import access, parties
from handlers.rules.permissions import Action
from storage import evidence, fetches, units
from storage.matters import Finding
from storage.models import Fetch
from storage.proceedings import Evidence

KIND = "evidence"  # the kind of fetch that the evidence flow hears of
LOST = ("refused", "dead", "cancelled")
MOST = 20  # files of one message


def take(turn: Turn) -> int | None:
    """Have the picture or file of this message fetched now; its id, or None when the message is none."""
    inbound = turn.inbound
    if inbound is None or inbound.media is None or inbound.kind not in (Kind.IMAGE, Kind.FILE):
        return None
    return turn.fetch(KIND, inbound.media, form=str(inbound.kind))


def usable(turn: Turn, ids: Iterable[int]) -> list[int]:
    """Those of `ids` that were not refused; held until the turn ends, so that it stays true."""
    return [row.id for row in _mine(turn, ids)]


def standing(turn: Turn, pairs: Iterable[list[Any]]) -> list[list[Any]]:
    """Of a draft's [kind, words or id] those that count: sentences, and files that were not refused meanwhile."""
    kept = list(pairs)
    good = usable(turn, [said for kind, said in kept if kind == "file"])
    return [[kind, said] for kind, said in kept if kind != "file" or said in good]


def pieces(turn: Turn, ids: Iterable[int], cycle: int | None = None) -> list[Evidence]:
    """New rows for what was sent under `ids`; what was refused meanwhile is left out, its sender knows."""
    return [_piece(turn, row, cycle) for row in _mine(turn, ids)]


def _mine(turn: Turn, ids: Iterable[int]) -> list[Fetch]:
    wanted = list(ids)
    if not wanted:
        return []
    held = fetches.lock(turn.session, wanted)
    return [row for row in held if row.state not in LOST and row.person == turn.actor.userid]


def _piece(turn: Turn, row: Fetch, cycle: int | None) -> Evidence:
    made = Evidence(
        at=turn.now, by=turn.actor.userid, kind=str(row.facts.get("form", "file")), media_id=row.media_id,
        name=row.name, sha256=row.sha256,
    )  # fmt: skip
    if cycle is not None:
        made.cycle = cycle
    return made


def forget(turn: Turn, ids: Iterable[int]) -> None:
    """Do not fetch it, or let the sweep take it: nothing is to show that it was sent."""
    fetches.cancel(turn.session, ids)


def keep_loose(turn: Turn, ids: list[int]) -> None:
    """Remember what was sent without saying what for, as long as the person's last 30 minutes."""
    turn.recent["loose"] = ids[-MOST:]


def take_loose(turn: Turn) -> list[int]:
    """What was sent so, once."""
    return usable(turn, turn.recent.pop("loose", []))


def candidates(turn: Turn) -> list[Finding]:
    """Open findings to which the speaker may bring evidence: as responsible side, or for a unit that assists."""
    posts = turn.actor.posts_as(*parties.LIAISONS, *parties.HEADS)
    served = {unit for post in posts for unit in units.subtree(turn.session, post.path)}
    found = evidence.may_need(turn.session, turn.actor.userid, served)
    return [finding for finding in found if access.allowed(turn, Action.PROGRESS, finding)]
