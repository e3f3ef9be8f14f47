"""Requests of other systems: each becomes one turn under the rights of the person in whose name it is asked.

A request is carried out by the very flow that the person would talk to. It is put into the words and slots of a
message (the script, `handlers/requested.py`), heard in a conversation that is nobody's and is thrown away, and when the
flow shows its confirmation, 确认 is said once. So there is no second way into the rules: guards, rights, ledger, cards
and the word to everybody concerned are those of the chat. What differs: nobody is answered, the answer is the row's
`outcome`; whatever the flow still asks for refuses the request with that question; the events bear the system's name
(`foreign_to`) and `q:<id>` as their message; and the person hears in one line what was done in his name.

Turn and outcome are one transaction, so nothing is done twice and nothing is done without being said. Refused look-ups
are not counted against the person: another system must not be able to slow him down.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot import gate
from bot.clock import CHINA, real_now
from bot.conversation import Conversation, index
from bot.errors import UserError
from bot.flow import Flow, Lexicon, Meaning, Turn
from bot.messages import Inbound, Kind
from bot.metrics import TURNS
from bot.understanding import gates
from bot.world import World
from storage import people, requests
from storage.conversations import Talk
from storage.people import Actor
from storage.requests import Asked

LEASE = timedelta(seconds=120)
AT_ONCE = 20
MAX_ATTEMPTS = 5
CONFIRMATION = "回复“确认”提交，“取消”放弃"  # contract.md, Confirmation: every confirmation ends with it
UNKNOWN_PERSON = "这个账号不在本单位的人员名册里。"
ONLY_HIMSELF = "匿名反映和查回执只能由本人在企业微信里办理，内容没有保存。"
_UNFIT = re.compile("[\0\ud800-\udfff]")  # no store takes these
NOT_JSON = "facts 不是 JSON 对象。"
NOT_TEXT = "facts 里有不能保存的字符（半个字符或空字符）。"
NO_SYSTEM = "system 和 reference 不能为空。"
FAILED = "办理时程序出现异常，没有办成，已告知管理员。"
_SLOTS_OF_CHAT = ("number", "numbers", "index")  # a request names its matter in its own column

Said = tuple[str, Meaning]


class Asking(Protocol):
    """What the business says of requests; the module `handlers/requested.py` is one."""

    def script(self, action: str, matter: str, facts: Mapping[str, Any], names: Lexicon) -> Sequence[Said]:
        """What the person would say, without the 确认. Raises UserError with what is wrong with the request."""
        ...

    def doubt(self, confirmation: str) -> str | None:
        """Why only the person himself may confirm this, in the words of the refusal; None when the bot may."""
        ...


log = logging.getLogger("jiandu.requests")


class _Stopped(Exception):
    """What the gates let nobody say. leave_mark: an event without content is recorded."""

    def __init__(self, wording: str, leave_mark: bool) -> None:
        super().__init__("stopped")
        self.wording = wording
        self.leave_mark = leave_mark


class Requests:
    """Carries out what stands in `requests`. Holds no state: any process may stop at any moment."""

    def __init__(
        self, world: World, flows: Sequence[Flow], asking: Asking, kick: Callable[[], None] = lambda: None
    ) -> None:
        self._world = world
        self._flows, self._by_intent = index(flows)
        self._asking = asking
        self._kick = kick

    async def tick(self) -> None:
        """Carry out everything that is new, oldest first."""
        while taken := await self._world.turns.run(lambda s: requests.claim(s, real_now(), AT_ONCE, LEASE)):
            for asked in taken:
                await self._carry_out(asked)
            self._kick()

    async def _carry_out(self, asked: Asked) -> None:
        fault: Exception | None = None
        said: list[Said] = []
        try:
            said = self._understood(asked)
        except Exception as error:
            fault = error  # whatever is wrong with it is written back like any other failure

        def work(session: Session) -> None:
            if fault is not None:
                raise fault
            self._turn(session, asked, said)

        try:
            await self._world.turns.run(work, lambda session, error: self._rescue(session, asked, error))
        except Exception as error:
            log.error("request not written back id=%s error=%s", asked.id, type(error).__name__)

    def _understood(self, asked: Asked) -> list[Said]:
        facts = _facts(asked)
        _pass_the_gates(facts)
        if not asked.system.strip():
            raise UserError(NO_SYSTEM)
        script = self._asking.script(asked.action, asked.matter, facts, self._world.understanding.lexicon)
        return [(text, self._completed(text, meaning)) for text, meaning in script]

    def _completed(self, text: str, given: Meaning) -> Meaning:
        """What the words themselves tell, as in chat, below what was given; None takes a slot away."""
        if not text:
            return given
        heard = self._world.understanding.understand(text, now=self._world.now(), roles=frozenset())
        slots = {key: value for key, value in heard.slots.items() if key not in _SLOTS_OF_CHAT} | dict(given.slots)
        slots = {key: value for key, value in slots.items() if value is not None}
        options = () if "unit" in given.slots else heard.unit_options
        return Meaning(given.intent, slots, given.explicit, unit_options=options)

    def _turn(self, session: Session, asked: Asked, said: Sequence[Said]) -> None:
        if not requests.is_new(session, asked.id):
            return
        now = self._world.now()
        actor = self._actor(session, asked, now)
        before = requests.last_event(session)
        outcome, flow, last = self._talk(session, asked, actor, said, now)
        written = requests.matters_written(session, _key(asked), before)
        if not written:
            raise UserError(outcome)
        matter = asked.matter or written[0]
        requests.finish(session, asked.id, "done", outcome, now, matter)
        words = f"{asked.system}以您的名义办理了{self._flows[flow].title}：{outcome.splitlines()[0]}"
        last.tell(actor.userid, words, push_key=f"request:{asked.id}|{actor.userid}", matter=matter)
        TURNS.labels(flow).inc()

    @staticmethod
    def _actor(session: Session, asked: Asked, now: datetime) -> Actor:
        userid = asked.person.strip().lower()
        listed = people.find_person(session, userid)
        if listed is None or listed.left_on is not None:
            raise UserError(UNKNOWN_PERSON)
        return people.actor(session, userid, now.astimezone(CHINA).date())

    def _talk(
        self, session: Session, asked: Asked, actor: Actor, said: Sequence[Said], now: datetime
    ) -> tuple[str, str, Turn]:
        """The words that end it, the flow that said them, and its turn. Raises UserError with what it still asks."""
        talk, left, confirmed = Talk(actor.userid), list(said), False
        while True:
            text, meaning = left.pop(0)
            turn = self._make_turn(session, asked, actor, text, meaning, now)
            talking = Conversation(self._flows, self._by_intent, talk, turn, timedelta.max)
            heard = talking.hear()
            talk.recent = turn.recent
            if not talk.frames or (confirmed and not left):
                return heard.text, talking.flow_name, turn
            if not left and CONFIRMATION not in heard.text:
                raise UserError(heard.text)
            if not left and (doubt := self._asking.doubt(heard.text)) is not None:
                raise UserError(doubt)
            if not left:
                left, confirmed = [("确认", Meaning("confirm", explicit=True))], True

    def _make_turn(
        self, session: Session, asked: Asked, actor: Actor, text: str, meaning: Meaning, now: datetime
    ) -> Turn:
        inbound = Inbound(Kind.TEXT, actor.userid, _key(asked), now, text=text)
        return self._world.turn(
            session, actor, now, text=text, meaning=meaning, inbound=inbound, foreign_to=asked.system
        )

    def _rescue(self, session: Session, asked: Asked, error: Exception) -> None:
        """The turn was rolled back; what stands is what became of the request."""
        if not requests.is_new(session, asked.id):
            return
        now = self._world.now()
        if isinstance(error, UserError):
            requests.finish(session, asked.id, "refused", error.wording, now)
        elif isinstance(error, _Stopped):
            self._stop(session, asked, error, now)
        elif asked.attempts < MAX_ATTEMPTS:
            log.error("request failed id=%s error=%s", asked.id, type(error).__name__)
            requests.put_off(session, asked.id, real_now() + timedelta(seconds=min(600, 5 * 2**asked.attempts)))
        else:
            log.error("request given up id=%s error=%s", asked.id, type(error).__name__)
            self._give_up(session, asked, now)

    def _stop(self, session: Session, asked: Asked, stopped: _Stopped, now: datetime) -> None:
        requests.blank(session, asked.id)
        requests.finish(session, asked.id, "refused", stopped.wording, now)
        if stopped.leave_mark:
            turn = self._make_turn(session, asked, Actor("system", "system"), "", Meaning(), now)
            turn.inbound, turn.foreign_to = None, ""
            turn.record("secrecy", "blocked")

    def _give_up(self, session: Session, asked: Asked, now: datetime) -> None:
        requests.finish(session, asked.id, "failed", FAILED, now)
        turn = self._make_turn(session, asked, Actor("system", "系统"), "", Meaning(), now)
        words = f"外部系统的一条请求多次没有办成（requests 表第{asked.id}号）。请查看日志。"
        for admin in people.userids_with(session, ("sys_admin",), now.astimezone(CHINA).date()):
            turn.tell(admin, words, push_key=f"request:{asked.id}|{admin}|failed")


def _key(asked: Asked) -> str:
    return f"q:{asked.id}"


def _facts(asked: Asked) -> dict[str, Any]:
    try:
        facts = json.loads(asked.facts)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        _pass_the_gates(asked.facts)
        raise UserError(NOT_JSON)
    return facts


def _pass_the_gates(facts: object) -> None:
    """What nobody may say in chat is not taken by this way either (domain.md 3.6 P6)."""
    texts = _texts(facts)
    if any(map(gates.secret_mark, texts)):
        raise _Stopped(gate.HAS_MARK, leave_mark=True)
    if any(gates.receipt_code(text) or gates.anonymous_sounding(text) for text in texts):
        raise _Stopped(ONLY_HIMSELF, leave_mark=False)
    if any(map(_UNFIT.search, _texts(facts, names=True))):
        raise UserError(NOT_TEXT)


def _texts(value: object, *, names: bool = False) -> list[str]:
    """Every text in it, however deep; names of facts, which are ours, are none unless asked for."""
    found, left = list[str](), [value]
    while left:
        match left.pop():
            case str(text):
                found.append(text)
            case dict(inner):
                left += inner.values()
                found += inner if names else ()
            case list(inner):
                left += inner
    return found
