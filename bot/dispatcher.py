"""One inbound message, one turn, one transaction: gates, the person's order, dedup, the answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from sqlalchemy.orm import Session

from bot import failure, gate, tracing
from bot.clock import CHINA, real_now
from bot.conversation import Conversation, Heard, index, owe_card
from bot.discretion import LEAD, Discretion, hidden_words, open_talk, shown_words, text_body
from bot.errors import UserError
from bot.flow import Flow, Turn
from bot.gate import Private
from bot.greeting import OPENED, Greeter
from bot.messages import Inbound, Kind
from bot.metrics import TURN_SECONDS, TURNS
from bot.understanding.meaning import Meaning
from bot.wecom.callback import Answer
from bot.wecom.split import split_text
from bot.world import World
from storage import conversations, failures, outbox, people, seen

RESCUE_AFTER = timedelta(seconds=20)  # architecture.md 4: the safety net behind an answer in the response
GRACE = 1.0  # seconds past the deadline that a turn which promised the response may still take
SPOKEN = (Kind.TEXT, Kind.CARD_CLICK, Kind.MENU_CLICK)
IGNORED = (Kind.UNSUBSCRIBE, Kind.CONTACT_CHANGE)
UNUSABLE = (Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK, Kind.CARD_MENU)
# What names a lead or a finding to look at it; a lead is probed by any of its steps (domain.md 2.5).
LOOKUPS = frozenset({
    "query_by_number", "forbidden_access", "trail", "lead_view", "lead_list", "lead_decide", "lead_term",
    "lead_feedback", "lead_tolerance", "lead_reopen", "transfer_lead", "transfer_receipt", "view_log",
    "lead_approval", "lead_register",
})  # fmt: skip
LONGEST_ACCOUNT = 64  # wecom.md 3.9; members of linked corporations come with their CorpId before it
STRANGER = "您的账号不属于本单位，这里不能为您办理，刚才的内容没有保存。"
TOO_MANY = "查询次数过多，请稍后再试。"

log = logging.getLogger("jiandu.turn")


@dataclass(slots=True)
class _Trace:
    """How far a turn had come when it failed."""

    turn: str = field(default_factory=tracing.new_id)
    meaning: Meaning = field(default_factory=Meaning)
    flow: str = ""
    in_step: bool = False


class Dispatcher:
    """Hears every callback. `receive` never runs the same callback twice and keeps each person's order."""

    def __init__(
        self,
        world: World,
        flows: Sequence[Flow],
        kick: Callable[[], None] = lambda: None,
        contacts: Callable[[Inbound], Awaitable[None]] | None = None,
        private: Private | None = None,
        origins: tracing.Origins | None = None,
    ) -> None:
        self._world = world
        self._origins = origins or tracing.Origins()
        self._contacts = contacts
        self._flows, self._by_intent = index(flows)
        self._discretion = Discretion.of(flows)
        self._private = private
        self._greeter = Greeter(world, self._by_intent)
        self._kick = kick
        self._several = world.turns.engine.dialect.name != "sqlite"
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._inflight: dict[str, asyncio.Task[Answer | None]] = {}

    async def receive(self, inbound: Inbound, deadline: float) -> Answer | None:
        """The answer for the callback's own response, or None when there is none or it goes by the outbox.

        deadline: `time.monotonic()` after which the response is too late. Raises StoreUnavailable only.
        """
        if not inbound.person.islower():
            inbound = replace(inbound, person=inbound.person.lower())
        if inbound.kind is Kind.CONTACT_CHANGE and self._contacts is not None:
            await self._contacts(inbound)
        if _says_nothing(inbound):
            return None
        if len(inbound.person) > LONGEST_ACCOUNT:
            return Answer(STRANGER, None)
        running = self._inflight.get(inbound.key)
        if running is None:
            running = asyncio.ensure_future(self._hear(inbound, deadline))
            self._inflight[inbound.key] = running
            running.add_done_callback(lambda task: self._ended(inbound.key, task))
        try:
            async with asyncio.timeout(max(0.05, deadline - time.monotonic()) + GRACE):
                return await asyncio.shield(running)
        except TimeoutError:
            running.add_done_callback(self._release)
            # A 200 before the commit would promise what a kill can still undo: the platform hangs up and repeats.
            await asyncio.shield(running)
            return None

    def _ended(self, key: str, task: asyncio.Task[Answer | None]) -> None:
        self._inflight.pop(key, None)
        if not task.cancelled():
            task.exception()  # whoever waited has it; a turn that nobody waited for is not "never retrieved"

    def _release(self, task: asyncio.Task[Answer | None]) -> None:
        """The response was given up before the turn ended: its answer goes by the outbox at once."""
        answer = task.result() if not task.cancelled() and task.exception() is None else None
        if answer is not None and answer.row is not None:
            row = answer.row
            self._world.turns.later(lambda session: outbox.release(session, row))
            self._kick()

    async def known(self, key: str) -> bool:
        """Whether a callback was carried out before (then a late repeat of it is still answered)."""
        return await self._world.turns.read(lambda session: seen.find(session, key)) is not None

    def delivered(self, answer: Answer) -> None:
        """The response is on the wire: its safety net goes with the next batch."""
        row = answer.row
        if row is not None:
            self._world.turns.gather(outbox.cancel_answers, row)
            self._kick()

    async def replay(self, code: str) -> bool:
        """Carry out again the message that was kept under a failure's code; False when there is none to replay."""
        kept = await self._world.turns.run(lambda session: failures.take(session, code, real_now()))
        if kept is None:
            return False
        try:
            await self._hear(failure.unpack(kept, code), deadline=0.0)
        except Exception:
            await self._world.turns.run(lambda session: failures.give_back(session, code))
            raise
        return True

    async def _hear(self, inbound: Inbound, deadline: float) -> Answer | None:
        started = time.perf_counter()
        marked = inbound.kind not in OPENED and gate.is_marked(inbound)
        if not marked and self._private is not None:
            said = await self._private.hear(inbound, self._is_talking)
            if said is not None:
                return Answer(said, None)
        if inbound.kind in OPENED:
            return await self._greeter.greet(inbound)
        lock = self._locks.setdefault(inbound.person, asyncio.Lock())
        trace = _Trace()
        async with lock:
            if marked:
                answer = await self._stop(inbound, gate.HAS_MARK)
            else:
                answer = await self._carry_out(inbound, deadline, trace)
        # Of what is about leads only that it is: a counter's history tells moments, and so who reported one.
        TURNS.labels("lead" if trace.flow in self._discretion.flows else trace.flow or "none").inc()
        TURN_SECONDS.observe(time.perf_counter() - started)
        self._kick()
        return answer

    async def _stop(self, inbound: Inbound, wording: str) -> Answer | None:
        """A message with a secrecy mark. Of two replicas at once one fails at the key, and then finds it there."""
        return await self._world.turns.run(
            lambda session: self._blocked(session, inbound, wording),
            lambda session, _error: self._blocked(session, inbound, wording),
        )

    async def _carry_out(self, inbound: Inbound, deadline: float, trace: _Trace) -> Answer | None:
        try:
            trace.meaning = self._understand(inbound)
            fault = None
        except Exception as error:
            fault = error  # a message that we choke on gets its code like any other failure

        def work(session: Session) -> Answer | None:
            if fault is not None:
                raise fault
            return self._turn(session, inbound, trace, deadline)

        def rescue(session: Session, error: Exception) -> Answer | None:
            return self._rescue(session, inbound, error, deadline, trace)

        return await self._world.turns.run(tracing.bound(trace.turn, work), tracing.bound(trace.turn, rescue))

    async def _is_talking(self, person: str) -> bool:
        """Asked under the person's lock: an earlier message of his may open a talk just now."""
        async with self._locks.setdefault(person, asyncio.Lock()):
            return await self._has_open_talk(person)

    async def _has_open_talk(self, person: str) -> bool:
        now = self._world.now()
        talk = await self._world.turns.read(lambda session: conversations.peek(session, person))
        if talk is None or talk.touched_at is None or not talk.frames:
            return False
        return now - talk.touched_at <= timedelta(minutes=self._world.policy.conversation_minutes)

    def _understand(self, inbound: Inbound) -> Meaning:
        """The words of a message, or the pseudo-intent of one that has none (see handlers/orientation.py)."""
        if inbound.kind in UNUSABLE or inbound.kind is Kind.OTHER:
            return Meaning("unusable_kind", {"kind": str(inbound.kind)}, explicit=True)
        if inbound.kind in (Kind.IMAGE, Kind.FILE):
            return Meaning("media", {"kind": str(inbound.kind)})
        roles = self._world.roles.get(inbound.person, frozenset())
        return self._world.understanding.understand(_spoken(inbound), now=self._world.now(), roles=roles)

    def _turn(self, session: Session, inbound: Inbound, trace: _Trace, deadline: float) -> Answer | None:
        if (before := seen.find(session, inbound.key)) is not None:
            return self._again(session, before)
        now = self._world.now()
        talk = self._talk(session, inbound.person, now)
        if self._several and (before := seen.find(session, inbound.key)) is not None:
            return self._again(session, before)  # another replica was at it while this one waited for the lock
        actor = people.actor(session, inbound.person, now.astimezone(CHINA).date())
        turn = self._make_turn(session, actor, now, inbound, trace.meaning)
        self._slow_down(session, inbound.person, trace.meaning)
        talking = self._conversation(talk, turn)
        try:
            heard = talking.hear()
        finally:
            trace.flow, trace.in_step = talking.flow_name, talking.in_step
        talk.recent = turn.recent
        discreet = self._discretion.is_about_leads(heard.flow, talk, heard.text)
        self._save(session, talk, now)
        return self._answer(session, turn, heard, deadline, discreet=discreet)

    def _talk(self, session: Session, person: str, now: datetime) -> conversations.Talk:
        talk = conversations.lock(session, person, now)
        open_talk(talk, self._world.safe)
        return talk

    def _save(self, session: Session, talk: conversations.Talk, at: datetime) -> None:
        self._discretion.close(talk, self._world.safe)
        conversations.save(session, talk, at)

    def _conversation(self, talk: conversations.Talk, turn: Turn) -> Conversation:
        minutes = timedelta(minutes=self._world.policy.conversation_minutes)
        return Conversation(self._flows, self._by_intent, talk, turn, minutes)

    def _make_turn(
        self, session: Session, actor: people.Actor, now: datetime, inbound: Inbound, meaning: Meaning
    ) -> Turn:
        return self._world.turn(session, actor, now, text=_spoken(inbound), meaning=meaning, inbound=inbound)

    def _answer(
        self, session: Session, turn: Turn, heard: Heard, deadline: float, *, discreet: bool = False
    ) -> Answer | None:
        """Owe the answer (response or outbox, decided once, here, before the commit) and remember it for repeats."""
        assert turn.inbound is not None
        real, person = real_now(), turn.actor.userid
        first, *rest = split_text(heard.text) or [""]
        safe = self._world.safe if discreet else None
        in_time = time.monotonic() < deadline
        row = None
        if first:
            until = real + RESCUE_AFTER if in_time else real
            row = outbox.add_answer(session, person, text_body(first, safe), turn.now, until)
            self._origins.note(row)
        for part in rest:
            outbox.add(session, person=person, kind="text", body=text_body(part, safe), at=turn.now)
        owe_card(turn, heard, discreet=discreet)
        kept = hidden_words(first, safe) if safe is not None and first else first
        seen.add(session, turn.inbound.key, person, real, kept, row)
        return Answer(first, row) if first and in_time else None

    def _again(self, session: Session, before: tuple[str | None, int | None, str | None]) -> Answer | None:
        """A repeat hears the stored answer; nothing if that went by the outbox or is on its way (architecture.md 4)."""
        reply, row, state = before
        if not reply or state == "sent":
            return None
        if row is not None:
            outbox.hold_back(session, row, real_now() + RESCUE_AFTER)
        words = shown_words(reply, self._world.safe)
        return Answer(words, row) if words else None

    def _slow_down(self, session: Session, person: str, meaning: Meaning) -> None:
        if meaning.intent not in LOOKUPS:
            return
        if seen.refusals_since(session, person, self._window()) >= self._world.policy.refused_lookups:
            raise UserError(TOO_MANY)

    def _window(self) -> datetime:
        return real_now() - timedelta(minutes=self._world.policy.refused_minutes)

    def _count_refusal(self, session: Session, person: str, now: datetime) -> None:
        limit = self._world.policy.refused_lookups
        seen.count_refusal(session, person, real_now(), since=self._window(), limit=limit, business=now)

    def _blocked(self, session: Session, inbound: Inbound, wording: str) -> Answer | None:
        """A message with a secrecy mark: a fixed word and an empty event, nothing else (domain.md 3.6 P6)."""
        if (before := seen.find(session, inbound.key)) is not None:
            return Answer(before[0] or "", None)
        self._world.turn(session).record("secrecy", "blocked")
        seen.add(session, inbound.key, "", real_now(), wording, None)
        return Answer(wording, None)

    def _rescue(
        self, session: Session, inbound: Inbound, error: Exception, deadline: float, trace: _Trace
    ) -> Answer | None:
        """The turn was rolled back; beside it stand the dedup row, the reply and what counts anyway."""
        now = self._world.now()
        talk = self._talk(session, inbound.person, now)
        if (before := seen.find(session, inbound.key)) is not None:
            return self._again(session, before)  # another replica carried it out first
        actor = people.Actor(inbound.person, inbound.person)
        turn = self._make_turn(session, actor, now, inbound, trace.meaning)
        outbox.renew_code(session, inbound.task_id, inbound.response_code, inbound.person)
        if not isinstance(error, UserError):
            words = failure.note(turn, error, trace.flow, self._may_keep(talk, trace))
            return self._answer(session, turn, Heard(words), deadline)
        if error.counts:
            self._count_refusal(session, inbound.person, now)
        words = error.wording + self._conversation(talk, turn).refused(leave=trace.in_step and not error.keep)
        if talk.frames or trace.in_step:
            self._save(session, talk, talk.touched_at or now)
        return self._answer(session, turn, Heard(words), deadline, discreet=LEAD in words)

    def _may_keep(self, talk: conversations.Talk, trace: _Trace) -> bool:
        """Whether a failed message may be stored: never one that is, or might be, a lead (architecture.md 4)."""
        open_flows = [frame["flow"] for frame in talk.frames]
        started = self._by_intent.get(trace.meaning.intent)
        names = {trace.flow, *open_flows, started.name if started else ""} - {""}
        understood = bool(open_flows) or trace.meaning.intent != "unknown"
        slots = trace.meaning.slots
        said = [slots.get("number"), *(slots.get("numbers") or ()), *(talk.recent.get("numbers") or ())]
        if self._discretion.needs(talk.frames) or any(str(number).startswith(LEAD) for number in said):
            return False
        return understood and not names & self._discretion.flows


def _says_nothing(inbound: Inbound) -> bool:
    """Events that ask for no answer: the corporation's own, and kinds of events that we do not know."""
    unknown_event = inbound.kind is Kind.OTHER and not inbound.key.startswith("m:")
    return inbound.kind in IGNORED or inbound.person in ("", "sys") or unknown_event


def _spoken(inbound: Inbound) -> str:
    """What the person said: his words, or the words that the clicked button or menu entry stands for."""
    if inbound.kind not in SPOKEN:
        return ""
    if inbound.selected:
        return "、".join(option for chosen in inbound.selected.values() for option in chosen)
    return inbound.event_key or inbound.text
