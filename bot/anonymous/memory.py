"""What the anonymous path remembers: in memory only, under keys that are random per process and made anew every day.

Nobody's account stands here, only an HMAC of it; what was written stands here sealed.
"""

from __future__ import annotations

import hmac
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Step = Literal["choosing", "writing", "mailbox", "unnaming"]
LASTS = 30 * 60.0  # seconds of real time
REPEATS_LAST = 20 * 60.0  # a repeat is answered from memory: as long as a recorded callback passes the window
HOUR, DAY = 3600.0, 86400.0
WRONG_AN_HOUR, WRONG_OVERALL = 5, 200


@dataclass(slots=True)
class Session:
    """Where somebody stands. parts: envelopes; named, struck: whom he wrote of; readers: who has the report already."""

    step: Step
    until: float
    parts: list[bytes] = field(default_factory=list, repr=False)
    pictures: int = 0
    named: dict[str, None] = field(default_factory=dict, repr=False)
    struck: set[str] = field(default_factory=set, repr=False)
    record: str = field(default="", repr=False)
    readers: tuple[str, ...] = ()
    lead: str = field(default="", repr=False)  # the number that shall lose its reporter's name


@dataclass(slots=True)
class Memory:
    """Keyed by accounts' HMACs. now: monotonic seconds."""

    now: Callable[[], float]
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _made_at: float = field(init=False)
    _sessions: dict[bytes, Session] = field(default_factory=dict, repr=False)
    _quiet: dict[bytes, float] = field(default_factory=dict, repr=False)
    _answers: dict[bytes, tuple[float, str]] = field(default_factory=dict, repr=False)
    _wrong: dict[bytes, deque[float]] = field(default_factory=dict, repr=False)
    _all_wrong: deque[float] = field(default_factory=deque, repr=False)

    def __post_init__(self) -> None:
        self._made_at = self.now()

    def session(self, person: str) -> Session | None:
        """His session while it lasts; each look makes it last anew."""
        if not self._sessions:
            return None
        name = self.name(person)
        found = self._sessions.get(name)
        if found is None or found.until <= self.now():
            self._sessions.pop(name, None)
            return None
        found.until = self.now() + LASTS
        return found

    def begin(self, person: str, step: Step) -> Session:
        self._forget()
        session = self._sessions[self.name(person)] = Session(step, self.now() + LASTS)
        self.hush(person)
        return session

    def end(self, person: str) -> None:
        """Nothing of it is left; for an hour nothing he says is stored unless it is plainly ordinary."""
        self._sessions.pop(self.name(person), None)
        self.hush(person)

    def hush(self, person: str) -> None:
        self._quiet[self.name(person)] = self.now() + 2 * LASTS

    def is_quiet(self, person: str) -> bool:
        return bool(self._quiet) and self._quiet.get(self.name(person), 0.0) > self.now()

    def speak(self, person: str) -> None:
        """He began something ordinary of his own will."""
        if not self._quiet:
            return
        self._quiet.pop(self.name(person), None)

    def answer_of(self, callback: str) -> str | None:
        """What was answered to this callback before; None for a new one."""
        if not self._answers:
            return None
        found = self._answers.get(self.name(callback))
        return found[1] if found is not None and found[0] > self.now() else None

    def answered(self, callback: str, words: str) -> None:
        self._forget()
        self._answers[self.name(callback)] = (self.now() + REPEATS_LAST, words)

    def may_try(self, person: str) -> bool:
        """Whether he may try a receipt code: not after five wrong ones in an hour, or 200 of everybody's."""
        mine = self._wrong.get(self.name(person), deque())
        _drop_before(mine, self.now() - HOUR)
        _drop_before(self._all_wrong, self.now() - HOUR)
        return len(mine) < WRONG_AN_HOUR and len(self._all_wrong) < WRONG_OVERALL

    def tried_wrong(self, person: str) -> None:
        self._wrong.setdefault(self.name(person), deque()).append(self.now())
        self._all_wrong.append(self.now())

    def name(self, of: str) -> bytes:
        """What somebody is called here; it means nothing elsewhere, nor after today."""
        return hmac.digest(self._key, of.encode(), "sha256")

    def weight(self) -> int:
        """Bytes of all parts that wait for their 结束."""
        return sum(len(part) for session in self._sessions.values() for part in session.parts)

    def _forget(self) -> None:
        """What has lapsed goes; and once a day, when nobody is in the midst of it, everything with the key."""
        now = self.now()
        self._sessions = {name: one for name, one in self._sessions.items() if one.until > now}
        self._quiet = {name: until for name, until in self._quiet.items() if until > now}
        self._answers = {name: one for name, one in self._answers.items() if one[0] > now}
        self._wrong = {name: tries for name, tries in self._wrong.items() if tries and tries[-1] > now - HOUR}
        if now - self._made_at > DAY and not self._sessions:
            self._key, self._made_at = secrets.token_bytes(32), now
            self._quiet, self._answers, self._wrong = {}, {}, {}


def _drop_before(moments: deque[float], earliest: float) -> None:
    while moments and moments[0] < earliest:
        moments.popleft()
