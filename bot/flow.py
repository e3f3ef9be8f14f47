"""The contract a flow fulfils: what a step receives, and what it returns."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from sqlalchemy.orm import Session

from bot.messages import Card, Inbound, Media, Outgoing, Sheet, Text, pack
from bot.understanding.meaning import Lexicon as Lexicon  # flows take both from here
from bot.understanding.meaning import Meaning as Meaning
from bot.wecom.split import split_text
from storage import dues, events, fetches, outbox
from storage.events import Entry as Entry
from storage.models import Due, Fetch
from storage.people import Actor


class WorkingDays(Protocol):
    """The group's working calendar (domain.md 6.1). Dates are days in Asia/Shanghai."""

    def is_workday(self, day: date) -> bool: ...
    def add_workdays(self, day: date, count: int) -> date:
        """The count-th working day after `day` (before it for a negative count); `day` itself is not counted."""
        ...

    def roll_back(self, day: date) -> date: ...
    def roll_forward(self, day: date) -> date: ...
    def workdays_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when last < first."""
        ...

    def may_send(self, moment: datetime) -> datetime:
        """`moment` itself, or the next moment outside quiet hours and rest days (domain.md 6.7)."""
        ...

    def quarter_deadline(self, last: date) -> date:
        """The day by which a quarter that ends on `last` is to be reported (domain.md 6.2)."""
        ...

    def uncertain_years(self, first: int, last: int) -> tuple[int, ...]:
        """Years from `first` to `last` whose holidays nobody has made known."""
        ...

    def untold(self, year: int, told: Collection[date]) -> list[str]:
        """The festivals of an uncertain year of which `told` names no day off."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question; `step` (a name in the flow's `steps`) takes the answer. The card follows by message/send."""

    text: str
    step: str
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The conversation's end. `text` is the answer; a card, if any, follows by message/send."""

    text: str
    card: Card | None = None


Reply = Ask | Done
SafeUse = Literal["lead", "note", "identity"]
HIDDEN = "\x01hidden"  # marks what bot/discretion.py hides; no person's words begin so
VEIL = "~"  # how a matter begins that is not named
NOTHING_KEPT = "没有提交任何内容。"


class SealedBox(Protocol):
    """Anonymous reports, as far as a flow may handle them."""

    def read(self, lead: str, officer: str) -> list[str] | None:
        """The parts of the report that became this lead; None when there is none, or no key of his here opens it."""

    def answered_since(self, day: date) -> list[str]:
        """The public tags of the reports whose mailboxes got words on or after `day`."""

    def answer(self, lead: str, words: str, day: date) -> bool:
        """Leave words for the reporter in his mailbox; False when no report became this lead."""


class LeadSafe(Protocol):
    """Seals what is said of leads for the store, and opens it again; what it is given is never logged."""

    def seal(self, session: Session, use: SafeUse, record: str, words: str, officers: Collection[str]) -> str:
        """Words for a column: sealed to this process, and to the keys of these officers."""

    def open(self, use: SafeUse, record: str, kept: str) -> str | None:
        """Out of the column; None when it cannot be opened here."""

    def is_sealed(self, kept: str) -> bool:
        """Whether these are sealed words, whoever sealed them."""

    def open_nothing(self) -> None:
        """Costs what `open` costs."""

    def mark(self, words: str) -> str:
        """32 hex digits that stand for the words, and tell nobody without the key which."""

    def hide(self, value: Any) -> str:
        """A JSON value for the engine's own tables."""

    def show(self, hidden: str) -> Any:
        """What was hidden. Raises ValueError."""


@dataclass(slots=True)
class Turn:
    """All that a step receives. Lives for one transaction; nothing of it outlives the step.

    now: business time, aware UTC. draft: the conversation's own JSON, kept between steps.
    meaning/text belong to this message. A due turn has neither inbound nor draft, and its actor is "system".
    recent: what "这条", "刚才那个" and "全部" may refer to; JSON, kept beside the conversation, empty again after
    30 minutes of silence. Agreed keys: "numbers" (the matters last shown or touched, newest list whole),
    "submitted" (the number the person submitted last), "list" (what `全部` shows; the query flow's own).
    A step cannot send: it owes (`tell`).
    """

    session: Session
    actor: Actor
    now: datetime
    calendar: WorkingDays
    policy: Any  # bot.config.Policy; typed there, read-only
    lexicon: Lexicon
    text: str = field(default="", repr=False)
    meaning: Meaning = field(default_factory=Meaning)
    inbound: Inbound | None = None
    draft: dict[str, Any] = field(default_factory=dict, repr=False)
    recent: dict[str, Any] = field(default_factory=dict, repr=False)
    group_name: str = ""
    box: SealedBox | None = field(default=None, repr=False)  # anonymous reports, where this process has them
    safe: LeadSafe | None = field(default=None, repr=False)  # where leads are sealed; every World has one
    spoke_at: datetime | None = None  # when this person was last answered, business time
    opened: dict[Any, Any] = field(default_factory=dict, repr=False)  # a lead's words, opened once a turn
    foreign_to: str = ""  # the other system on whose request the turn runs (docs/store.md)

    def tell(
        self,
        person: str,
        message: Outgoing | str,
        *,
        push_key: str | None = None,
        urgent: bool = False,
        at: datetime | None = None,
        group: str = "",
        matter: str = "",
        discreet: bool = False,
        apart: bool = False,
    ) -> bool:
        """Owe `message` to another person (or to the speaker, beside the answer).

        push_key: unique in the store; a second push under the same key is not owed again, and False comes back.
        at: not before this business moment; quiet hours and rest days push it on unless `urgent` (domain.md 6.7).
        group: cards told under one group are closed together. matter: the number it is about.
        discreet: the store must not show that this person is told of this matter (who reported a lead).
        apart: a file that takes long to make; what else the person is owed does not wait behind it.
        """
        value = Text(message) if isinstance(message, str) else message
        moment = at or self.now
        hold = moment if urgent else self.calendar.may_send(moment)
        parts = [Text(part) for part in split_text(value.content)] if isinstance(value, Text) else [value]
        owed = True
        for place, part in enumerate(parts):
            kind, body = pack(part)
            if discreet and self.safe is not None:
                body, matter = {HIDDEN: self.safe.hide(body)}, self.veiled(person, matter)
            owed &= outbox.add(
                self.session,
                person=person,
                kind=kind,
                body=body,
                hold_until=hold if hold > self.now else None,
                push_key=f"{push_key}#{place + 1}" if push_key and place else push_key,
                matter=matter,
                card_group=group,
                apart=apart,
                at=self.now,
            )
        return owed

    def veiled(self, person: str, matter: str) -> str:
        """What stands in the place of a matter of which this person is told discreetly."""
        if self.safe is None or not matter or matter.startswith(VEIL):
            return matter
        return VEIL + self.safe.mark(f"{person}|{matter}")

    def close_cards(self, group: str, text: str, *, deliver: bool = False) -> None:
        """Owe the greying of every card told under `group`, for all its receivers (wecom.md 3.4).

        deliver: cards that wait to be sent are sent all the same, as news, and greyed then.
        """
        outbox.close_group(self.session, group, text, at=self.now, deliver=deliver)

    def plan(self, kind: str, matter: str, rung: str, at: datetime, **facts: Any) -> bool:
        """Owe a turn of `on_due[kind]` at `at`. Unique by (kind, rung, matter, day): False when it stands already."""
        return dues.plan(self.session, kind=kind, matter=matter, rung=rung, at=at, facts=facts)

    def settle(self, matter: str, kind: str | None = None) -> None:
        """The matter is settled: its waiting due rows end, in this very transaction."""
        dues.settle(self.session, matter, kind)

    def record(self, matter: str, action: str, *, before: Any = None, after: Any = None, reason: str = "") -> None:
        """Append an event to the ledger; nothing changes a record without one (domain.md 3.2 `events`)."""
        events.append(self.session, self.entry(action, reason), matter, before, after)

    def entry(self, action: str, reason: str = "") -> Entry:
        """What the ledger says of a change beside the change itself; `storage.moves` and `findings.add` take it."""
        key = self.inbound.key if self.inbound else ""
        return Entry(self.now, self.actor.userid, action, reason, key, self.foreign_to)

    def fetch(self, kind: str, media: Media, matter: str = "", **facts: Any) -> int:
        """Owe the fetching of a file that came with a message; `Flow.on_fetched[kind]` hears of it. Returns its id."""
        return fetches.add(
            self.session, kind=kind, person=self.actor.userid, matter=matter, media_id=media.media_id,
            name=media.name, facts=facts,
        )  # fmt: skip

    @staticmethod
    def token() -> str:
        """A short random name for a card group."""
        return secrets.token_hex(6)


Step = Callable[[Turn], Reply]
DueStep = Callable[[Turn, Due], None]
FetchStep = Callable[[Turn, Fetch], None]
Book = Callable[[Turn, Mapping[str, Any]], Iterable[Sheet]]


@dataclass(frozen=True, slots=True)
class Flow:
    """One thing the bot can do.

    name: stored with conversations, so renaming is a migration. intents: which meanings start it.
    steps: stored step names -> functions. on_due: due kinds ("quarter", "finding") -> what happens then.
    on_fetched: fetch kinds -> what happens when the file is on our disk, was refused, or is lost (see `Fetch`).
    tables: fetch kinds whose file is read as a spreadsheet; `facts["table"]` then holds its sheets. Of a secret flow
    the file is not kept, and `facts[HIDDEN]` holds them hidden (`turn.safe.show`).
    takes_lists: steps to which a message of several lines is the answer, whatever its lines seem to say.
    takes_files: steps that only a file answers: an order beside them that the step makes nothing of is heard.
    books: names of `Workbook.source` -> what makes the sheets as the file goes out; that turn may only read, its actor
    is the receiver with the rights that he has then (UserError: none any more), and rows are taken one by one.
    on_rungs: many rows of obligations that are due at one moment, in one turn instead of one each.
    gather: puts what fired due rows left to be told into messages; called after them until it returns 0.
    claims: a meaning of another flow's intent that begins this one (many findings in a file are imported).
    audit: how much it looked at, and what is missing by kind of fault; called once an hour (bot/auditor.py).
    daily: runs once a business day soon after midnight, and at the first start (plans what begins that day).
    cancelled: what stays or does not stay when the person calls it off.
    aside: it may be asked in the middle of another conversation, which then goes on (queries, urgent reports).
    fleeting: its open question is dropped without a word when the person begins anything else.
    secret: its messages are never kept for replay (leads). title: what the person is told he was doing.
    """

    name: str
    title: str
    intents: tuple[str, ...]
    start: Step
    steps: Mapping[str, Step] = field(default_factory=dict)
    on_due: Mapping[str, DueStep] = field(default_factory=dict)
    on_fetched: Mapping[str, FetchStep] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    takes_lists: tuple[str, ...] = ()
    takes_files: tuple[str, ...] = ()
    books: Mapping[str, Book] = field(default_factory=dict)
    daily: Callable[[Turn], None] | None = None
    on_rungs: Callable[[Turn, Sequence[Due]], None] | None = None
    gather: Callable[[Turn], int] | None = None
    audit: Callable[[Turn], tuple[int, dict[str, int]]] | None = None
    claims: Callable[[Meaning], bool] | None = None
    aside: bool = False
    fleeting: bool = False
    cancelled: str = NOTHING_KEPT
    secret: bool = False
    help: Callable[[Actor], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Struck:
    """Who must not have a report (S41). shown: as people read them; above: it is about cadres of the superior body."""

    officers: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()
    above: bool = False
