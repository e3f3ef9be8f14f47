"""What comes from WeCom's people: the bytes of a callback, the words in it, and the turn that hears them."""

# ruff: noqa: E501 - samples read better one kind a line

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.messages import Inbound, Kind
from bot.understanding import gates
from bot.wecom.crypto import BadCallback, Envelope
from bot.wecom.parse import parse_inbound
from bot.wecom.tree import parse_xml
from tests.flows.harness import START, Rehearsal
from tests.fuzz import dice as dices
from tests.fuzz import wire
from tests.fuzz.dice import Dice
from tests.fuzz.running import Door, Knock
from tests.fuzz.samples import SAMPLE, utterances
from tests.fuzz.watching import Fault, LogWatch, Tables, differing

# What a message may leave that changes no matter: it was heard, what is being talked about, what is answered.
PASSING = ("seen", "conversations", "outbox", "refusals", "fetches", "files", "counters", "leases")
OWN_WORDS = {
    "confirm",
    "urgent_report",
    "secret_content",
    "select",
    "ack_reminder",
    "congress_intake",
    "export_report",
}  # these do what they say


@asynccontextmanager
async def _parser(_folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    envelope = Envelope(SAMPLE.token, SAMPLE.aes_key, SAMPLE.corp_id)

    async def knock(dice: Dice) -> str:
        now = time.time()
        try:
            if dice.random() < 0.2:
                _, body = wire.refused(dice, now)
                parse_xml(body if dice.random() < 0.5 else dices.raw(dice, body))
                return "envelope read"
            if dice.random() < 0.15:
                return f"opened {len(envelope.open(dices.sound(dices.words(dice, (wire.ENVELOPE.seal(b'<xml/>'),)))))}"
            heard = parse_inbound(wire.hostile(dice, now, ""))
        except BadCallback as bad:
            return bad.reason
        _storable(heard)
        return "heard"

    yield knock


def _storable(heard: Inbound) -> None:
    """Everything in it can be stored and sent: no half of a pair, no NUL."""
    said = repr(
        (heard.person, heard.key, heard.text, heard.event_key, heard.task_id, dict(heard.details), dict(heard.selected))
    )
    if "\\ud" in said.encode("ascii", "backslashreplace").decode() and "\\x00" in said:
        raise Fault("what cannot be stored was heard")
    said.encode()


@asynccontextmanager
async def _words(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    world = Rehearsal(folder)
    understanding = world.world.understanding
    understanding.load()
    roles = [
        frozenset(one)
        for one in ({"employee"}, {"member_liaison"}, {"office_staff"}, {"disc_manager", "unit_head"}, set())
    ]

    async def knock(dice: Dice) -> str:
        text = dices.words(dice, utterances(), 700)
        if dice.random() < 0.004:  # longer than WeCom brings
            text = (text or "我") * 40
            text = text[: dice.choice((4000, 9000))]
        meaning = understanding.understand(text, now=START, roles=dice.choice(roles))
        json.dumps([meaning.intent, meaning.slots, meaning.options], ensure_ascii=False, default=str).encode()
        gates.secret_mark(text), gates.secrecy_wish(text), gates.code_kind(text), gates.receipt_code(text)
        gates.report_like(text), gates.spying(text), gates.ordinary(text)
        return meaning.intent

    yield knock
    world.turns.close()


@asynccontextmanager
async def _talk(folder: Path, log: LogWatch) -> AsyncIterator[Knock]:
    """The dispatcher on a real store, the anonymous path before it; nothing runs beside, so every row is a case's own."""
    world = Rehearsal(folder)
    world.open_anonymous()
    tables = Tables(folder / "store.db", but=PASSING)
    before, counts = tables.contents(), tables.counts()

    async def knock(dice: Dice) -> str:
        mark = dices.canary(dice)
        try:
            heard = parse_inbound(wire.hostile(dice, world.clock().timestamp(), mark))
        except BadCallback as bad:
            return bad.reason
        said = heard.text or heard.event_key
        intent = world.world.understanding.understand(said, now=world.clock()).intent if said else ""
        if intent in OWN_WORDS or heard.kind is Kind.CONTACT_CHANGE:
            return f"left out: {intent or heard.kind}"
        answer = await world.dispatcher.receive(heard, time.monotonic() + 60)
        if answer is not None:
            answer.text.encode()
        if found := log.take([mark]):
            raise Fault("; ".join(found[:3]))
        if (after := tables.counts()) != counts:
            changed = [name for name in after if after[name] != counts[name]]
            counts.update(after)
            raise Fault(f"intent {intent or heard.kind} changed {changed}")
        return "answered" if answer is not None else "silent"

    yield knock
    world.turns.close()
    if changed := differing(before, tables.contents()):
        raise Fault(f"rows were changed in {changed}")
    tables.close()


DOORS = (
    Door("parser", 404, _parser, 50_000),
    Door("words", 60, _words, 20_000),
    Door("talk", 65, _talk, 1000),
)
