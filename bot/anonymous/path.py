"""Hears before everybody else: whoever wants no name gets his answer here, and leaves no row, no line, no order."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from weakref import WeakValueDictionary

from bot.anonymous import parts, wording, words
from bot.anonymous.batch import Batch
from bot.anonymous.memory import LASTS, Memory, Session
from bot.anonymous.office import Key, Office
from bot.anonymous.pictures import Pictures, Refused
from bot.clock import CHINA
from bot.errors import LEADS_CLOSED
from bot.messages import Inbound, Kind
from bot.sealing import contents, envelope, receipts
from bot.sealing.contents import Manifest, Part
from bot.understanding import gates
from storage.vault import Report, Sealed, Vault

MOST_PARTS = 60
MOST_PICTURES = 9  # of one report
MOST_WAITING = 256 * 1024 * 1024  # bytes of everybody's parts in memory, beyond which no picture is taken
LONGEST = 4000  # characters of one part
_TYPED = (Kind.TEXT, Kind.MENU_CLICK)
_HIS_OWN = ("submit_lead", "unknown")
_ANYBODYS = (*_HIS_OWN, "submit_finding")

log = logging.getLogger("jiandu.anonymous")


@dataclass(slots=True)
class AnonymousPath:
    """`hear` says what to answer, or None for an ordinary message. Answers go in the callback's response only."""

    office: Office
    vault: Vault
    batch: Batch
    pepper: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    pictures: Pictures
    monotonic: Callable[[], float] = time.monotonic
    _memory: Memory = field(init=False, repr=False)
    _slow: ThreadPoolExecutor = field(init=False, repr=False)
    _asks_all_until: float = 0.0
    _locks: WeakValueDictionary[bytes, asyncio.Lock] = field(default_factory=WeakValueDictionary, repr=False)

    def __post_init__(self) -> None:
        self._memory = Memory(self.monotonic)
        self._slow = ThreadPoolExecutor(1, "receipts")

    def begin_anew(self) -> None:
        """Another process held the path a moment ago: for half an hour whoever seems to report something is asked."""
        self._asks_all_until = self.monotonic() + LASTS

    def close(self) -> None:
        self._slow.shutdown(wait=True)
        self.pictures.close()

    async def hear(self, inbound: Inbound, is_talking: Callable[[str], Awaitable[bool]]) -> str | None:
        """The words to answer with ("" for none); None when the message is an ordinary one."""
        if (before := self._memory.answer_of(inbound.key)) is not None:
            return before
        lock = self._locks.setdefault(self._memory.name(inbound.person), asyncio.Lock())
        async with lock:
            # A repeat may have come in, perhaps at another process, while the first was at work.
            if (before := self._memory.answer_of(inbound.key)) is not None:
                return before
            try:
                said = await self._hear(inbound, is_talking)
            except Exception as error:  # never the text of it: only what kind of fault
                log.error("anonymous path failed: %s", type(error).__name__)
                self._memory.end(inbound.person)
                said = words.FAILED
            if said is not None:
                self._memory.answered(inbound.key, said)
            return said

    async def _hear(self, inbound: Inbound, is_talking: Callable[[str], Awaitable[bool]]) -> str | None:
        session = self._memory.session(inbound.person)
        if session is not None:
            return await self._go_on(inbound, session)
        if inbound.kind not in _TYPED:
            return await self._without_words(inbound, is_talking)
        said = inbound.event_key or inbound.text
        if gates.code_kind(said) in ("receipt", "malformed"):
            return await self._open_mailbox(inbound.person, gates.receipt_code(said) or said)
        wish = gates.secrecy_wish(said)
        if wording.changes(said):
            number = await self.office.ask(lambda turn: self.office.colleagues.own_lead(turn, inbound.person, said))
            if number:
                self._memory.begin(inbound.person, "unnaming").lead = number
                return words.unname(number)
        if wish and gates.spying(said):
            self._memory.hush(inbound.person)
            return words.SPYING
        if wish == "anonymous":
            return await self._begin(inbound.person, said, wording.question(said))
        if wish == "ask" or await self._must_ask(inbound.person, said, is_talking):
            self._memory.begin(inbound.person, "choosing")
            return words.CHOOSE
        if not self._memory.is_quiet(inbound.person):
            return None
        if inbound.kind is Kind.MENU_CLICK or gates.ordinary(said):
            self._memory.speak(inbound.person)
            return None
        return None if await is_talking(inbound.person) else words.SILENT

    async def _without_words(self, inbound: Inbound, is_talking: Callable[[str], Awaitable[bool]]) -> str | None:
        """Clicks are ordinary; that somebody opened the app, or sent a picture, is not stored in his quiet time.

        Nor is a picture after a restart: its sender may have been in the midst of a report.
        """
        lost = inbound.kind is Kind.IMAGE and self.monotonic() < self._asks_all_until
        if inbound.kind is Kind.CARD_CLICK or not (lost or self._memory.is_quiet(inbound.person)):
            return None
        if inbound.kind in (Kind.ENTER, Kind.SUBSCRIBE):
            return ""
        return None if await is_talking(inbound.person) else words.RESTARTED if lost else words.SILENT

    async def _must_ask(self, person: str, said: str, is_talking: Callable[[str], Awaitable[bool]]) -> bool:
        """A plain employee's report; and after a restart anybody's, for he may have been in the midst of one.

        Of somebody with a post only what is no finding, no figure and no matter's next step: those are his work.
        """
        roles = self.office.world.roles.get(person, frozenset()) - {"employee"}
        lately = self.monotonic() < self._asks_all_until
        if (roles and not lately) or gates.ordinary(said) or not gates.report_like(said):
            return False
        if self._understood(person, said) not in (_HIS_OWN if roles else _ANYBODYS):
            return False
        return not await is_talking(person)

    def _understood(self, person: str, said: str) -> str:
        """The intent of the words, as an ordinary message's."""
        world = self.office.world
        roles = world.roles.get(person, frozenset())
        return world.understanding.understand(said, now=world.now(), roles=roles).intent

    async def _begin(self, person: str, said: str, asked: str = "") -> str:
        """asked: what the first words ask; a question is no part of a report."""
        if asked == "followup_receipt":
            self._memory.hush(person)
            return words.CODE_WANTED
        if not await self.office.keys():
            self._memory.hush(person)
            return words.NO_KEYS
        session = self._memory.begin(person, "writing")
        notice = words.notice(self.office.reading)
        if asked:
            return f"{notice}\n{words.ASKED}"
        if wording.is_bare(said):
            return notice
        ended = await self._keep(person, session, Part.of_text(said))
        return f"{notice}\n{words.BEGUN}" if ended is None else ended

    async def _go_on(self, inbound: Inbound, session: Session) -> str | None:
        if inbound.kind is Kind.CARD_CLICK:
            return None
        if inbound.kind in (Kind.ENTER, Kind.SUBSCRIBE):
            return ""
        if inbound.kind is Kind.IMAGE and inbound.media is not None:
            return await self._picture(inbound.person, session, inbound.media.media_id)
        if inbound.kind not in _TYPED:
            return words.VOICE if inbound.kind is Kind.VOICE else words.OTHER_KIND
        said = (inbound.event_key or inbound.text).strip()
        intent = wording.steering(said)
        if intent == "cancel":
            self._memory.end(inbound.person)
            return words.WIPED if session.step != "mailbox" else words.LEFT
        if session.step == "choosing":
            return await self._chosen(inbound.person, said)
        if session.step == "unnaming":
            return await self._unname(inbound.person, session, sure=intent == "confirm" or "改匿名" in said)
        if gates.code_kind(said) == "receipt":
            if session.parts:  # what he wrote so far would be lost
                return words.FIRST_END
            return await self._open_mailbox(inbound.person, gates.receipt_code(said) or "")
        if intent in ("anonymous_submit", "confirm"):
            return await self._finish(inbound.person, session)
        if inbound.kind is Kind.MENU_CLICK or gates.ordinary(said):
            return words.notice(self.office.reading) if gates.secrecy_wish(said) == "anonymous" else words.FIRST_END
        if session.step == "mailbox" and self._understood(inbound.person, said) == "forbidden_access":
            return LEADS_CLOSED  # a question, and no part of his report
        return await self._add(inbound.person, session, said)

    async def _chosen(self, person: str, said: str) -> str | None:
        choice = wording.choice(said)
        if choice == "anonymous":
            return await self._begin(person, "")
        self._memory.end(person)
        if choice == "named" or gates.ordinary(said):
            self._memory.speak(person)
            return words.NAMED if choice == "named" else None
        self._memory.begin(person, "choosing")
        return words.CHOOSE

    async def _add(self, person: str, session: Session, said: str) -> str:
        if not said:
            return words.EMPTY
        if len(said) > LONGEST or len(session.parts) >= MOST_PARTS:
            return words.TOO_LONG
        ended = await self._keep(person, session, Part.of_text(said))
        if ended is not None:
            return ended
        return words.NOTED if session.step == "writing" else words.ADDED.format(when=self._post(session))

    async def _picture(self, person: str, session: Session, media_id: str) -> str:
        """A further part, drawn anew from its pixels; whatever is wrong with it, the report goes on."""
        if session.step == "choosing":
            return words.CHOOSE
        if session.step == "unnaming":
            return words.unname(session.lead)
        if session.pictures >= MOST_PICTURES or len(session.parts) >= MOST_PARTS:
            return words.PICTURES_ENOUGH
        if self._memory.weight() + self.batch.weight() > MOST_WAITING:
            return words.PICTURES_FULL
        try:
            part = await self.pictures.take(media_id)
        except Refused as refused:
            return refused.wording
        ended = await self._keep(person, session, part)
        if ended is not None:
            return ended
        session.pictures += 1
        if session.step == "mailbox":
            return words.picture_added(self._post(session))
        return words.PICTURE if session.pictures == 1 else words.next_picture(session.pictures)

    async def _keep(self, person: str, session: Session, part: Part) -> str | None:
        """Seal one part at once; the words that end everything when it may not be taken in at all."""
        if gates.spying(part.text):  # the state security's alone, and no part of it is held here (domain.md 4.7)
            self._memory.end(person)
            return words.SPYING
        keys = await self.office.keys()
        struck = await self.office.ask(lambda turn: self.office.colleagues.struck(turn, part.text))
        if struck.above or not keys:
            self._memory.end(person)
            return words.SUPERIOR if struck.above else words.NO_KEYS
        session.record = session.record or secrets.token_hex(16)
        sealed = await asyncio.to_thread(parts.seal, [key.public for key in keys], part, session.record)
        session.parts.append(sealed)
        session.named |= dict.fromkeys(struck.shown)
        session.struck |= struck.officers
        named = {key.key_id for key in keys if key.officer in session.struck}
        session.readers = tuple(name for name in session.readers if name not in named)
        return None

    def _post(self, session: Session) -> str:
        """A further part of a report that is in the file: for those who have the report, and whom it does not name.

        When it will be in the file too, in words.
        """
        for part in session.parts:
            kept = parts.only_for(part, session.readers)
            if kept is not None:
                self.batch.add_part(Sealed(session.record, self._today(), kept))
        session.parts = []
        return words.moment(self.batch.next_hour())

    async def _finish(self, person: str, session: Session) -> str:
        if session.step == "mailbox":
            self._memory.end(person)
            return words.LEFT
        if not session.parts:
            return words.EMPTY
        handlers = await self.office.ask(lambda turn: self.office.colleagues.handlers(turn, session.struck))
        keys = [key for key in await self.office.keys() if key.officer in ("", *handlers)]
        readers = [key.key_id for key in keys]
        kept = [part for one in session.parts if (part := parts.only_for(one, readers)) is not None]
        if len(kept) != len(session.parts):
            self._memory.end(person)
            return words.NO_KEYS
        said = await self._file(session, keys, kept, await self._new_number())
        self._memory.end(person)
        return said

    async def _file(self, session: Session, keys: Collection[Key], kept: Collection[bytes], number: str) -> str:
        """Put it with what waits for the next batch; the words with the receipt."""
        code = receipts.new_code()
        receipt = await self._derive(partial(receipts.derive, code, self.pepper, self.salt))
        manifest = Manifest(tuple(session.named), len(kept)).to_bytes()
        sealed = envelope.seal([key.public for key in keys], manifest, contents.context("manifest", session.record))
        report = Report(
            session.record, receipt.lookup, receipt.tag, self._today(), receipt.mailbox.public, sealed, number,
            tuple(sorted(session.struck)),
        )  # fmt: skip
        self.batch.add(report, [Sealed(session.record, self._today(), part) for part in kept])
        return words.receipt(code, words.moment(self.batch.next_hour()), receipt.tag)

    async def _unname(self, person: str, session: Session, *, sure: bool) -> str:
        """A lead by name becomes one without: what he wrote stays where it is, his mailbox is new."""
        number = session.lead
        if not sure:
            return words.unname(number)
        session.record = secrets.token_hex(16)
        keys = await self.office.keys()
        if not keys:
            self._memory.end(person)
            return words.NO_KEYS
        said = await self._file(session, keys, [], number)
        await self.office.do(lambda turn: self.office.colleagues.unname(turn, person, number))
        self._memory.end(person)
        return said

    async def _new_number(self) -> str:
        """One that neither a lead has nor a report that waits to become one."""
        taken = await asyncio.to_thread(self.vault.numbers) | self.batch.numbers()
        while True:
            number = await self.office.ask(self.office.colleagues.new_number)
            if number not in taken:
                return number

    async def _open_mailbox(self, person: str, code: str) -> str:
        """State and replies; what is unknown, wrong or malformed costs the same time and hears the same words."""
        if not self._memory.may_try(person):
            return words.TOO_OFTEN
        receipt = await self._derive(partial(receipts.derive_any, code, self.pepper, self.salt))
        report = await asyncio.to_thread(self.vault.find, receipt.lookup)
        if report is None:
            self._memory.hush(person)
            if self.batch.is_waiting(receipt.lookup):
                return words.waiting(words.moment(self.batch.next_hour()))
            self._memory.tried_wrong(person)
            return words.WRONG_CODE
        lead, record = report.lead, report.record
        state = await self.office.ask(lambda turn: self.office.colleagues.state(turn, lead))
        replies = await asyncio.to_thread(self.vault.replies, record)
        bound = contents.context("reply", record)
        opened = [Part.from_bytes(envelope.open_([receipt.mailbox], one.sealed, bound)).text for one in replies]
        mailbox = self._memory.begin(person, "mailbox")
        mailbox.record, mailbox.readers = record, envelope.recipients_of(report.manifest)
        return words.state(state, report.day, opened)

    async def _derive(self, work: Callable[[], receipts.Receipt]) -> receipts.Receipt:
        """In a pool of its own: a slow receipt holds up nobody else."""
        return await asyncio.get_running_loop().run_in_executor(self._slow, work)

    def _today(self) -> date:
        return self.office.world.now().astimezone(CHINA).date()
