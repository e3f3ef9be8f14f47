"""What the sender hands to the channel, what comes back, and for how long each of them counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.messages import Outgoing

RENEW_SECONDS = 20.0  # between two signs that a file is still being made
LEASE = timedelta(seconds=90)  # longer than the slowest call with its token refresh
# wecom.md 3.2: the platform's duplicate check reaches four hours back; the rest is for slow calls and other clocks.
FENCE = timedelta(hours=3, minutes=55)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call. state: sent / retry / unknown / dead.

    wait: seconds before the next try, doubled with each try up to a minute when it `grows`.
    free: the try does not count against the row (frequency brake, connection refused).
    brake: the whole app is too fast; every process must pause.
    gone: the account is not reachable any more.
    """

    state: str
    wait: float = 0.0
    grows: bool = False
    free: bool = False
    brake: bool = False
    gone: bool = False
    error: str = ""
    msgid: str = ""
    response_code: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that lies with WeCom for one row. `key`: the digest of what it says (bot/making.py).

    WeCom's duplicate check compares the media id: who sends the row again must send the same one.
    """

    key: str
    media_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed row, detached from its session. `attempt` tells this claim from a later one; `claimed_at` is real.

    apart: it takes long to make, so its lease is renewed meanwhile. uploaded: by an earlier try.
    """

    id: int
    attempt: int
    person: str
    message: Outgoing
    response_code: str
    fence: bool
    claimed_at: datetime
    apart: bool = False
    uploaded: Uploaded | None = None


Keep = Callable[[Uploaded], Awaitable[bool]]


class Channel(Protocol):
    """What the sender needs of `bot/wecom`; it never raises.

    keep: writes down what was uploaded before it is sent; False when the row is not this claim's any more.
    """

    async def deliver(self, parcel: Parcel, keep: Keep) -> Outcome: ...
