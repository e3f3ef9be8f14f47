"""A bot of four tiny flows, so that the engine is tested without any business."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from bot.config import Policy
from bot.discretion import shown_body
from bot.dispatcher import Dispatcher
from bot.errors import UserError
from bot.flow import Ask, Done, Flow, Reply, Turn
from bot.messages import Button, Card, CardKind, Inbound, Kind, Style
from bot.sender import Sender
from bot.tracing import Origins
from bot.turns import Turns
from bot.understanding.engine import Understanding
from bot.understanding.meaning import Lexicon, Meaning
from bot.wecom.callback import Answer
from bot.world import World
from storage import counters
from tests.engine.world import Channel, Clock, people
from tests.stores import Store

CARD = Card(
    CardKind.BUTTONS, "请确认", buttons=(Button("确认", "确认", Style.STRONG), Button("取消", "取消", Style.DANGER))
)
WORDS = {"填表": "form", "取消": "cancel", "确认": "confirm", "密报": "secret", "旁问": "aside", "旁填": "second"}


@dataclass(slots=True)
class Words:
    """Understands a few words, and chokes on one."""

    lexicon: Lexicon = field(default_factory=Lexicon)
    heard: list[str] = field(default_factory=list)

    def understand(self, text: str, *, now: datetime, roles: frozenset[str] = frozenset()) -> Meaning:
        assert now.tzinfo is not None
        self.heard.append(text)
        if text.startswith("噎"):
            raise RuntimeError(text)
        if text.startswith("查"):
            return Meaning("query_by_number", {"number": text[1:]}, explicit=True)
        return Meaning(WORDS.get(text, "unknown"), explicit=text in WORDS)


class Always:
    """Every day is a working day; sending is allowed but for the hours that a test forbids."""

    forbidden_until: datetime | None = None

    def is_workday(self, day: date) -> bool:
        return True

    def may_send(self, moment: datetime) -> datetime:
        return max(moment, self.forbidden_until) if self.forbidden_until else moment

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def _start(_turn: Turn) -> Ask:
    return Ask("名称是什么？", "name")


def _take_name(turn: Turn) -> Reply:
    _trouble(turn)
    turn.draft["name"] = turn.text
    return Ask(f"名称：{turn.text}。回复“确认”提交", "confirm", CARD)


def _take_confirm(turn: Turn) -> Reply:
    _trouble(turn)
    if turn.meaning.intent != "confirm":
        turn.draft["name"] = turn.text
        return Ask(f"改为：{turn.text}。回复“确认”提交", "confirm", CARD)
    number = counters.next_value(turn.session, "T")
    turn.record(f"T-{number}", "submitted", after=turn.draft["name"])
    turn.tell("boss", f"新登记：T-{number}", urgent=True)
    turn.recent["numbers"] = [f"T-{number}"]
    return Done(f"已提交 T-{number}")


def _trouble(turn: Turn) -> None:
    if turn.text.startswith("炸"):
        turn.record("T-0", "half")
        turn.tell("boss", "不该有")
        raise RuntimeError(turn.text)
    if turn.text == "错":
        turn.tell("boss", "不该有")
        raise UserError("格式不对，请再说一次。")
    if turn.text == "没了":
        raise UserError("这件事已经有人办了。", keep=False)


def _look(turn: Turn) -> Done:
    if turn.meaning.slots["number"] == "隐":
        raise UserError.hidden()
    return Done(f"结果：{turn.meaning.slots['number']}")


def _long(turn: Turn) -> Done:
    if turn.text == "长":
        return Done("\n".join(f"第{number}行" + "长" * 60 for number in range(60)))
    return Done(f"我能做：填表（{turn.meaning.intent}）" if turn.actor.known else "请联系管理员。")


def _secretly(turn: Turn) -> Reply:
    _trouble(turn)
    return Done("收到")


FORM = Flow(
    "form", "登记", ("form",), _start, {"name": _take_name, "confirm": _take_confirm}
)  # fmt: skip
SECOND = Flow("second", "另一件", ("second",), lambda _turn: Ask("另一件叫什么？", "name"), {"name": _take_name})
ASIDE = Flow("aside", "旁问", ("aside",), lambda _turn: Done("旁答"), aside=True)
QUERY = Flow("query", "查询", ("query_by_number",), _look, aside=True)
SECRET = Flow("secret", "密报", ("secret",), lambda _turn: Ask("请说", "say"), {"say": _secretly}, secret=True)
OTHER = Flow("orientation", "说明", ("unknown", "enter", "unusable_kind", "media"), _long)
FLOWS = (FORM, SECOND, ASIDE, QUERY, SECRET, OTHER)


class Small:
    """One process of the small bot."""

    def __init__(self, store: Store, clock: Clock, channel: Channel, flows: Sequence[Flow] = FLOWS) -> None:
        self.store, self.clock, self.channel = store, clock, channel
        self.turns: Turns = store.turns()
        self.words = Words()
        self.calendar = Always()
        understanding = cast(Understanding, self.words)
        self.world = World(self.turns, clock, cast(Any, self.calendar), understanding, Policy(), "集团")
        self.origins = Origins()
        self.sender = Sender(self.turns, clock, channel, shown=self.shown, origins=self.origins)
        self.dispatcher = Dispatcher(self.world, flows, self.sender.kick, origins=self.origins)

    def shown(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return shown_body(body, self.world.safe)

    _serial = itertools.count(1)

    def inbound(self, person: str, text: str = "", *, key: str = "", kind: Kind = Kind.TEXT, **fields: Any) -> Inbound:
        return Inbound(kind, person, key or f"m:{next(self._serial)}", self.clock(), text=text, **fields)

    async def hear(self, inbound: Inbound, within: float = 30.0) -> Answer | None:
        return await self.dispatcher.receive(inbound, time.monotonic() + within)

    async def say(self, person: str, text: str, *, key: str = "") -> str:
        """The answer in the response; its bytes reach the person."""
        answer = await self.hear(self.inbound(person, text, key=key))
        if answer is not None:
            self.dispatcher.delivered(answer)
        return answer.text if answer else ""

    async def deliver(self) -> None:
        """Let the sender carry out what may go now, and stop it again."""
        running = asyncio.create_task(self.sender.run())
        assert await self.sender.idle(10)
        await self.sender.stop()
        await running
        self.sender = Sender(self.turns, self.clock, self.channel, shown=self.shown, origins=self.origins)

    async def click(self, person: str, key: str, *, card: int = -1, code: str = "fresh") -> str:
        """Click a card that was delivered to `person`; the answer goes by the outbox, as the platform has it."""
        cards = [call.message for call in self.channel.calls if call.person == person and call.words == "Card"]
        shown = cards[card]
        assert isinstance(shown, Card)
        inbound = self.inbound(
            person, kind=Kind.CARD_CLICK, event_key=key, task_id=shown.task_id, response_code=code
        )  # fmt: skip
        before = len(self.channel.words(person))
        assert await self.dispatcher.receive(inbound, time.monotonic() - 1) is None
        await self.deliver()
        return next(words for words in self.channel.words(person)[before:] if not words.startswith("update:"))

    def another(self, flows: Sequence[Flow] = FLOWS) -> Small:
        """A second process beside this one."""
        return Small(self.store, self.clock, self.channel, flows)

    def restarted(self, flows: Sequence[Flow] = FLOWS) -> Small:
        """A process after this one."""
        self.turns.close()
        return self.another(flows)


def small(store: Store) -> Small:
    """The small bot with three people; nobody else is known."""
    with store.session() as session:
        people(session, "li", "wang", "boss")
        session.commit()
    return Small(store, Clock(), Channel())
