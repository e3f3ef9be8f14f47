"""What the anonymous path asks of the flows and of the store: who gets a report, and by which keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from bot.flow import Struck, Turn
from bot.world import World
from storage import sealing_keys
from storage.vault import Report

T = TypeVar("T")


class Colleagues(Protocol):
    """What the path asks of the flows, each time in a turn of nobody's."""

    def chain(self, turn: Turn) -> Collection[str]:
        """Everybody to whom a new lead may ever come, without stand-ins."""

    def struck(self, turn: Turn, text: str) -> Struck:
        """Who of them a text strikes off; in doubt everybody who may be meant."""

    def handlers(self, turn: Turn, struck: Collection[str]) -> Collection[str]:
        """To whom a lead comes that strikes off these; nobody: to the superior body only."""

    def state(self, turn: Turn, number: str) -> str:
        """How the lead stands, in words for its reporter."""

    def own_lead(self, turn: Turn, person: str, text: str) -> str:
        """The number in the text, if it is a lead that this person reported under his name; otherwise ""."""

    def unname(self, turn: Turn, person: str, number: str) -> None:
        """Take his name off the lead, and off what was said to him about it; writes."""

    def new_number(self, turn: Turn) -> str:
        """A number that no lead has (contract.md)."""

    def file(self, turn: Turn, reports: Sequence[Report]) -> None:
        """Make leads of those that are none yet: the only one that writes, and it may be told of a report twice."""


@dataclass(frozen=True, slots=True)
class Key:
    """A recipient: whose (nobody of ours for a superior body), and its public half."""

    officer: str
    key_id: str
    public: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Office:
    """The flows' answers, each asked in a turn of nobody's that only reads. reading: the setting of anonymity.md."""

    world: World
    colleagues: Colleagues
    reading: str

    async def keys(self) -> list[Key]:
        """Of everybody to whom a report may come, and of the superior bodies."""
        return await self.ask(self._read_keys)

    async def ask(self, question: Callable[[Turn], T]) -> T:
        """On a connection that only reads."""
        return await self.world.turns.read(lambda session: question(self.turn(session)))

    async def do(self, deed: Callable[[Turn], None]) -> None:
        """In a turn that writes."""
        await self.world.turns.run(lambda session: deed(self.turn(session)))

    def turn(self, session: Session) -> Turn:
        """The box stays shut: who asks here is the path itself."""
        turn = self.world.turn(session)
        turn.box = None
        return turn

    def _read_keys(self, turn: Turn) -> list[Key]:
        chain = self.colleagues.chain(turn)
        rows = sealing_keys.recipients(turn.session, chain)
        if self.reading == "chat":
            rows += sealing_keys.recipients(turn.session, chain, sealing_keys.READING)
        above = sealing_keys.SUPERIOR
        found = {row.key_id: Key("" if row.kind == above else row.officer, row.key_id, row.public) for row in rows}
        return list(found.values())
