"""What every turn needs, in one place: put together once by the service, handed to whoever makes turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import Now
from bot.config import Policy
from bot.flow import LeadSafe, SealedBox, Turn, WorkingDays
from bot.messages import Inbound
from bot.sealing.safe import Safe
from bot.turns import Turns
from bot.understanding.engine import Understanding
from bot.understanding.meaning import Meaning
from storage.people import Actor

SYSTEM = Actor("system", "系统")


@dataclass(slots=True)
class World:
    """`understanding` and `calendar` are swapped whole. safe: the service gives the one whose key is kept."""

    turns: Turns
    now: Now
    calendar: WorkingDays
    understanding: Understanding
    policy: Policy
    group_name: str = ""
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)  # a hint for understanding, never for rights
    box: SealedBox | None = None  # set once the anonymous path is open
    safe: LeadSafe = field(default_factory=Safe.new)

    def turn(
        self,
        session: Session,
        actor: Actor = SYSTEM,
        now: datetime | None = None,
        *,
        text: str = "",
        meaning: Meaning | None = None,
        inbound: Inbound | None = None,
        foreign_to: str = "",
    ) -> Turn:
        """A turn in this transaction. now: business time, the present moment unless it is said."""
        return Turn(
            session=session, actor=actor, now=now or self.now(), calendar=self.calendar, policy=self.policy,
            lexicon=self.understanding.lexicon, text=text, meaning=meaning or Meaning(), inbound=inbound,
            group_name=self.group_name, box=self.box, safe=self.safe, foreign_to=foreign_to,
        )  # fmt: skip
