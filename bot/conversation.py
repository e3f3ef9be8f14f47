"""One person's talk inside a turn: which step of which flow hears the message, and where the talk goes next."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.clock import CHINA
from bot.errors import UserError
from bot.flow import HIDDEN, NOTHING_KEPT, Ask, Done, Flow, Reply, Turn
from bot.messages import Card, Kind, pack
from bot.understanding.meaning import Meaning
from bot.understanding.reading import is_question
from storage import outbox
from storage.conversations import Talk

MAX_FRAMES = 3
BARE = 8  # characters: a command alone, such as 报告问题线索
KEEP_LAPSED = timedelta(days=1)  # what was never confirmed is not kept for ever
CONTROL = ("confirm", "deny", "correct", "select")
RESUME_WORDS = frozenset({"继续", "接着", "继续填", "接着填", "继续办", "接着办", "继续吧"})
WORD = 5  # characters; as short as that it may be any answer
QUESTION = "query_"  # what the intents of questions begin with
LIKELY, SURE = 0.6, 0.75  # how sure understanding is of a question that is answered beside, or before, an open one
CONFIRM = "confirm"  # the step of that name takes corrections and additions
AT_ONCE = frozenset({"ack_reminder", "urgent_report"})  # done without a confirmation, so never by a guess
NAMED = ("number", "numbers", "unit")  # slots: of an order that says what it is about
ORIENTATION = "orientation"  # the flow of what is no matter of ours
UNUSED = "刚才这句没用上，还在等您答复："
TO_STOP = "不办了请回复“取消”。"
LOST_STEP = "抱歉，程序刚刚更新过，刚才的{title}没有提交，请重新发一次。"


@dataclass(slots=True)
class Heard:
    """What came of a message: the words of the answer, and the card that follows it."""

    text: str
    card: Card | None = None
    card_group: str = ""
    flow: str = ""


@dataclass(slots=True)
class Conversation:
    """The talk of one person for the length of one turn; `flows` by name, `by_intent` for starting."""

    flows: dict[str, Flow]
    by_intent: dict[str, Flow]
    talk: Talk
    turn: Turn
    silence: timedelta
    flow_name: str = ""
    in_step: bool = field(default=False, init=False)
    lapsed: str = field(default="", init=False)

    def hear(self) -> Heard:
        """Carry the message out. May raise UserError, after which the talk must not be saved."""
        self._expire()
        self.turn.recent = self.talk.recent
        self.turn.spoke_at = self.talk.touched_at
        heard = self._route()
        if self.lapsed:
            heard.text = f"{self.lapsed}\n{heard.text}"
        return heard

    def refused(self, leave: bool) -> str:
        """After a UserError: the person did speak, so his place stays fresh; with `leave` he is led out of the step.

        Returns what is to be said after the refusal.
        """
        if not self.talk.frames or self._is_silent():
            return ""
        self.talk.touched_at = self.turn.now
        if not leave:
            return ""
        self._drop("已失效")
        return self._standing()

    def _is_silent(self) -> bool:
        touched = self.talk.touched_at
        return touched is not None and self.turn.now - touched > self.silence

    def _expire(self) -> None:
        touched = self.talk.touched_at
        if touched is None or not self._is_silent():
            return
        if self.talk.frames:
            title = self._title(self.talk.frames[-1])
            minutes = int(self.silence.total_seconds() // 60)
            self.lapsed = f"（刚才的{title}超过{minutes}分钟没有确认，没有提交。回复“继续”可接着办）"
            self._close_cards("已超时")
            self.talk.recent = {"lapsed": self.talk.frames}
            self.talk.frames = []
        elif "lapsed" not in self.talk.recent or self.turn.now - touched > KEEP_LAPSED:
            self.talk.recent = {}
        else:
            self.talk.recent = {"lapsed": self.talk.recent["lapsed"]}

    def _route(self) -> Heard:
        meaning = self.turn.meaning
        if self._stale_click():
            return Heard("这张卡片对应的操作已经结束，没有重复办理。" + self._standing())
        if meaning.intent == "cancel":
            return self._cancel()
        if self.turn.text.strip("。！!~ ") in RESUME_WORDS:
            return self._resume()
        if self.talk.frames and not self._leaves(meaning.intent):
            return self._step()
        return self._start(self._begun_by(meaning) or self.by_intent["unknown"])

    def _begun_by(self, meaning: Meaning) -> Flow | None:
        """The flow that claims the meaning, else the one of its intent."""
        claiming = (flow for flow in self.flows.values() if flow.claims is not None and flow.claims(meaning))
        return next(claiming, None) or self.by_intent.get(meaning.intent)

    def _leaves(self, intent: str) -> bool:
        """Whether an explicit command begins something else in the middle of an open conversation."""
        if intent in CONTROL or intent not in self.by_intent:
            return False
        flow = self.by_intent[intent]
        if self.turn.inbound is not None and self.turn.inbound.kind is Kind.MENU_CLICK:
            return True
        if "\n" in self.turn.text.strip() and self._wants_a_list():
            return False
        return self.turn.meaning.explicit and (flow.aside or self.turn.meaning.intent != "unknown")

    def _wants_a_list(self) -> bool:
        top = self.talk.frames[-1]
        asking = self.flows.get(top["flow"])
        return asking is not None and top["step"] in asking.takes_lists

    def _stale_click(self) -> bool:
        inbound = self.turn.inbound
        if inbound is None or inbound.kind is not Kind.CARD_CLICK or not inbound.task_id:
            return False
        card = outbox.renew_code(self.turn.session, inbound.task_id, inbound.response_code, inbound.person)
        if card is None or not card.card_group.startswith("c:"):
            return False
        open_group = self.talk.frames[-1].get("card") if self.talk.frames else None
        return card.card_group != open_group

    def _start(self, flow: Flow) -> Heard:
        turn = self.turn
        self.flow_name = flow.name
        turn.draft = {}
        top = self.talk.frames[-1] if self.talk.frames else None
        if top is not None and self._gives_way(top, flow):
            self._drop("已更新")
        reply = flow.start(turn)
        if isinstance(reply, Done):
            return self._finish(reply, flow)
        if len(self.talk.frames) >= MAX_FRAMES:
            reply = self._make_room(reply, flow)
        bare = len(turn.text.strip()) <= BARE
        self.talk.frames.append({"flow": flow.name, "step": "", "draft": {}, "card": None, "asked": "", "bare": bare})
        return self._ask(reply, flow)

    def _gives_way(self, top: dict[str, Any], flow: Flow) -> bool:
        """Whether the open question falls: nobody waits for it, or only its name had been said so far."""
        asking = self.flows.get(top["flow"])
        return (asking is not None and asking.fleeting) or (top["flow"] == flow.name and bool(top.get("bare")))

    def _make_room(self, reply: Ask, flow: Flow) -> Ask:
        """What may be asked in the middle of everything displaces the oldest talk, and says so; the rest must wait."""
        if not flow.aside:
            raise UserError("您有几件事都还没办完，请先确认或取消前面的，再办这一件。")
        oldest = self.talk.frames.pop(0)
        if oldest.get("card"):
            outbox.close_group(self.turn.session, oldest["card"], "已放下", at=self.turn.now)
        return replace(reply, text=f"{reply.text}\n（{self._title(oldest)}已放下，没有提交）")

    def _step(self) -> Heard:
        frame = self.talk.frames[-1]
        flow = self.flows.get(frame["flow"])
        step = flow.steps.get(frame["step"]) if flow else None
        if flow is None or step is None:
            self._drop("已失效")
            return Heard(LOST_STEP.format(title=flow.title if flow else "填报"))
        self.flow_name = flow.name
        frame["bare"] = False
        if frame["step"] == CONFIRM and (other := self._other_question(flow, SURE)) and is_question(self.turn.text):
            return self._start(other)  # it is no correction, and would be written down as part of what is confirmed
        self.turn.draft = deepcopy(frame["draft"])
        self.in_step = True
        reply = step(self.turn)
        if isinstance(reply, Done):
            at = self.turn.now.astimezone(CHINA)
            self._drop(f"{self.turn.actor.name[:12]}于{at.month}月{at.day}日 {at:%H:%M}办理")
            return self._finish(reply, flow)
        if self._passed_by(flow, frame, reply):
            return self._beside(reply, flow)
        unwilling = self.turn.meaning.intent == "deny" and reply.text == frame["asked"]
        heard = self._ask(reply, flow)
        if unwilling:  # 否 to 联合检查哪些单位？ answers nothing; the same question alone would be deaf
            heard.text = f"{heard.text}\n{TO_STOP}"
        return heard

    def _passed_by(self, flow: Flow, frame: dict[str, Any], reply: Ask) -> bool:
        """Whether typed words came to nothing: the draft is as it was, and the same is asked again, word for word.

        Where a file is waited for, in whatever words.
        """
        typed = self.turn.inbound is not None and self.turn.inbound.kind is Kind.TEXT
        again = (reply.step, self.turn.draft) == (frame["step"], frame["draft"])
        same = reply.text == frame["asked"] or reply.step in flow.takes_files
        return typed and again and same and self.turn.meaning.intent not in CONTROL

    def _beside(self, reply: Ask, flow: Flow) -> Heard:
        """What was meant for something else is heard after all; of other words it is said that nothing came of them."""
        if (other := self._other_question(flow, LIKELY) or self._other_order(flow)) is not None:
            self.in_step = False
            return self._start(other)
        heard = self._ask(reply, flow)
        heard.text = f"{UNUSED}\n{heard.text}"
        return heard

    def _other_question(self, flow: Flow, least: float) -> Flow | None:
        """The flow of a question that may be asked at any time, if the words are one."""
        meaning = self.turn.meaning
        if not meaning.intent.startswith(QUESTION) or meaning.confidence < least:
            return None
        meant = self._meant_beside(flow)
        return meant if meant is not None and meant.aside else None

    def _other_order(self, flow: Flow) -> Flow | None:
        """The flow of an order that names what it is about, where nothing but a file is waited for.

        Elsewhere it may as well be a long answer that missed its question, and would lead away from it.
        """
        meaning = self.turn.meaning
        if self.talk.frames[-1]["step"] not in flow.takes_files or meaning.intent in AT_ONCE:
            return None
        if not any(meaning.slots.get(name) for name in NAMED):
            return None
        meant = self._meant_beside(flow)
        return meant if meant is not None and meant.name != ORIENTATION else None

    def _meant_beside(self, flow: Flow) -> Flow | None:
        """The flow that the words would begin, were `flow` not open; None for one that is open, and for a short word.

        What is said in a talk about a lead, its own or one behind a dot (bot/discretion.py), stands in no other's.
        """
        meant = self._begun_by(self.turn.meaning)
        if meant is None or flow.secret or "." in self.talk.frames[-1]["step"]:
            return None
        is_open = any(frame["flow"] == meant.name for frame in self.talk.frames)
        return None if is_open or len(self.turn.text.strip()) <= WORD else meant

    def _ask(self, reply: Ask, flow: Flow) -> Heard:
        frame = self.talk.frames[-1]
        self._close_cards("已更新")
        group = f"c:{self.turn.token()}" if reply.card else None
        frame.update(step=reply.step, draft=self.turn.draft, asked=reply.text, card=group)
        return Heard(reply.text, reply.card, group or "", flow.name)

    def _finish(self, reply: Reply, flow: Flow) -> Heard:
        text = reply.text
        if self.talk.frames and flow.name != ORIENTATION:
            text = f"{text}\n（{self._title(self.talk.frames[-1])}还没办完，回复“继续”接着办）"
        return Heard(text, reply.card, flow=flow.name)

    def _cancel(self) -> Heard:
        if not self.talk.frames:
            self.talk.recent.pop("lapsed", None)  # nor is it to come back with 继续
            self.lapsed = ""
            return Heard("好的，现在没有进行中的填报，没有提交任何内容。")
        title = self._title(self.talk.frames[-1])
        flow = self.flows.get(self.talk.frames[-1]["flow"])
        kept = flow.cancelled if flow else NOTHING_KEPT
        self._drop("已取消")
        again = "请重新说一遍。" if self.turn.meaning.slots.get("restart") else ""
        return Heard(f"已取消{title}，{kept}{again}{self._standing()}")

    def _resume(self) -> Heard:
        if not self.talk.frames and self.talk.recent.get("lapsed"):
            self.talk.frames = self.talk.recent.pop("lapsed")
            self.lapsed = ""
        if not self.talk.frames:
            return Heard("现在没有进行中的填报。发“帮助”看看我能做什么。")
        return Heard(self.talk.frames[-1]["asked"])

    def _drop(self, text: str) -> None:
        self._close_cards(text)
        self.talk.frames.pop()

    def _close_cards(self, text: str) -> None:
        group = self.talk.frames[-1].get("card") if self.talk.frames else None
        if group:
            outbox.close_group(self.turn.session, group, text, at=self.turn.now)
            self.talk.frames[-1]["card"] = None

    def _standing(self) -> str:
        if not self.talk.frames:
            return ""
        return f"\n（{self._title(self.talk.frames[-1])}还没办完，回复“继续”接着办）"

    def _title(self, frame: dict[str, Any]) -> str:
        flow = self.flows.get(frame["flow"])
        return flow.title if flow else "填报"


def index(flows: Sequence[Flow]) -> tuple[dict[str, Flow], dict[str, Flow]]:
    """Flows by name and by intent. Raises ValueError when two claim the same name or intent."""
    names: dict[str, Flow] = {}
    intents: dict[str, Flow] = {}
    for flow in flows:
        if flow.name in names:
            raise ValueError(f"two flows named {flow.name}")
        names[flow.name] = flow
        for intent in flow.intents:
            if intent in intents:
                raise ValueError(f"two flows for {intent}")
            intents[intent] = flow
    return names, intents


def owe_card(turn: Turn, heard: Heard, *, discreet: bool = False) -> None:
    """The short card with the buttons follows the answer by message/send (contract.md, Confirmation)."""
    if heard.card is None:
        return
    kind, body = pack(heard.card)
    if discreet and turn.safe is not None:
        body = {HIDDEN: turn.safe.hide(body)}
    outbox.add(turn.session, person=turn.actor.userid, kind=kind, body=body, at=turn.now, card_group=heard.card_group)
