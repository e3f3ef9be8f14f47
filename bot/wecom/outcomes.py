"""How a call to WeCom ended: delivered, rejected, unknown, or certainly not sent. There is no fifth way.

The three failures are exceptions for calls that fetch something, and plain values for calls that deliver something
(`send`, `update_card`, `recall` return them). None of them ever holds a token, a secret or a message's text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import JianduError


class Action(StrEnum):
    """What helps against an error."""

    RETRY = "retry"  # again soon, at most three times
    BACKOFF = "backoff"  # again later and later; the administrator may have to act first
    REFRESH = "refresh"  # a fresh token, then once more; the client has done that already when you see BACKOFF
    BRAKE = "brake"  # the whole app must be silent for a while; the client brakes by itself
    REUPLOAD = "reupload"  # upload the file again, then once more
    DROP_MEMBER = "drop_member"  # this person cannot be reached; the others can
    GIVE_UP = "give_up"  # the same call will never succeed


@dataclass(frozen=True, slots=True)
class Delivered:
    """WeCom took it. `response_code` closes the card once within 72 h; `msgid` recalls the message within 24 h."""

    msgid: str = ""
    response_code: str = field(default="", repr=False)
    invalid: tuple[str, ...] = ()  # of several receivers, those who got nothing


class Failure(JianduError):
    """The common root of the three failures."""


class Rejected(Failure):
    """WeCom said no, with a reason. Nothing was sent.

    advice: one short Chinese sentence for whoever runs the program. retry_after: seconds, for BRAKE.
    """

    def __init__(
        self, errcode: int, action: Action, advice: str, *, tell_admin: bool = False, retry_after: float = 0.0
    ) -> None:
        super().__init__(f"errcode {errcode}")
        self.errcode = errcode
        self.action = action
        self.advice = advice
        self.tell_admin = tell_admin
        self.retry_after = retry_after


class Unknown(Failure):
    """The request left us and no clear answer came: the platform may have it. Repeat only with the duplicate check."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotSent(Failure):
    """It certainly did not go out. Try again after `retry_after` seconds (0: by your own back-off).

    reason: "connect", "token", "upload", "http" or "brake" (the app was too fast: the attempt should not count).
    """

    def __init__(self, reason: str, *, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


Outcome = Delivered | Rejected | Unknown | NotSent
