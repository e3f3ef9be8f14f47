"""Where am I and what can you do: help, greetings, small talk, what is refused, and what was not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.flow import Ask, Done, Flow, Meaning, Reply, Step, Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import forbidden, helping, meeting_windows, not_open, orientation_words, texts
from handlers.orientation_words import GUESSES
from handlers.rules import quarters, wording
from storage import conversations

URGENT_WORDS = ("紧急报告", "紧急情况", "紧急", "急")
_THANKS = re.compile(r"谢|辛苦|感谢|多谢|收到|好的|ok|OK|知道了")
_HELLO = re.compile(r"你好|您好|早|上午好|下午好|晚上好|在吗|在不在|hi|hello|嗨|哈喽", re.IGNORECASE)
_WHO = re.compile(r"机器人|真人|人工|你是谁|客服")
_RUDE = re.compile(r"傻|笨|蠢|垃圾|废物|滚|智障|没用|破(?:程序|玩意|系统)|烂|妈的")


def flow(work: Sequence[Flow]) -> Flow:
    """The flow of everything that is no work of its own; it may start one of `work` that was guessed at."""
    by_intent = {intent: one for one in work for intent in one.intents}

    def start(turn: Turn) -> Reply:
        return _answer(turn, work, by_intent)

    def take_guess(turn: Turn) -> Reply:
        return _take_guess(turn, by_intent)

    steps: dict[str, Step] = {"guess": take_guess}
    for one in work:
        if not one.secret:  # the words of a secret flow may stand in no other flow's name
            steps |= {f"{one.name}.{name}": _relayed(one, step) for name, step in one.steps.items()}
    return Flow(
        name="orientation", title="刚才的事", intents=_free(by_intent), start=start, steps=steps, aside=True,
    )  # fmt: skip


_OWN = ("enter", "unusable_kind", "media", "menu", "unknown", "help", "greeting", "chitchat", "out_of_scope",
        "refer_out", "forbidden_access", "secret_content", "multi_intent")  # fmt: skip


def _free(by_intent: Mapping[str, Flow]) -> tuple[str, ...]:
    return tuple(intent for intent in (*_OWN, *not_open.INTENTS) if intent not in by_intent)


def _relayed(one: Flow, step: Step) -> Step:
    return lambda turn: _renamed(one, step(turn))


def _renamed(one: Flow, reply: Reply) -> Reply:
    return replace(reply, step=f"{one.name}.{reply.step}") if isinstance(reply, Ask) else reply


def _answer(turn: Turn, work: Sequence[Flow], by_intent: Mapping[str, Flow]) -> Reply:
    intent = turn.meaning.intent
    if intent == "forbidden_access":
        return _forbidden(turn, by_intent)
    if intent in ("help", "menu"):
        return Done(help_text(turn, work))
    later = not_open.answer(turn)
    if later is not None:
        return Done(later)
    known = _ANSWERS.get(intent)
    return Done(known(turn)) if known is not None else _unknown(turn, work, by_intent)


def _forbidden(turn: Turn, by_intent: Mapping[str, Flow]) -> Reply:
    """A question that sounds prying may still come from somebody with the right: the query itself decides."""
    slots = turn.meaning.slots
    intent = "query_by_number" if slots.get("number") else "query_by_unit" if slots.get("unit") else ""
    asked = by_intent.get(intent)
    if asked is None or slots.get("probe"):
        raise forbidden.refusal(turn)
    turn.meaning = replace(turn.meaning, intent=intent)
    return _renamed(asked, asked.start(turn))


def help_text(turn: Turn, work: Sequence[Flow]) -> str:
    topic = str(turn.meaning.slots.get("topic") or "")
    if topic == "deadline":
        return _deadline(turn)
    if topic in orientation_words.TOPICS:
        return orientation_words.TOPICS[topic]
    return helping.text(turn.actor, work, whole=helping.ALL.search(turn.text) is not None)


def _deadline(turn: Turn) -> str:
    today = texts.today_of(turn)
    said = str(turn.meaning.slots.get("quarter") or "")
    quarter = said if re.fullmatch(r"\d{4}Q[1-4]", said) else quarters.quarter_of(today)
    day = quarters.deadline(quarter, turn.calendar)
    left = wording.days_left(day, today, turn.calendar)
    return (
        f"{quarters.short_name(quarter)}报送截止{wording.day(day, today)}，{left}。\n"
        "要交两样：监督工作信息，以及本季问题或“本季度无问题”。"
    )


def _enter(turn: Turn) -> str:
    talk = conversations.peek(turn.session, turn.actor.userid)
    silence = timedelta(minutes=turn.policy.conversation_minutes)
    if talk and talk.frames and talk.touched_at and turn.now - talk.touched_at <= silence:
        return orientation_words.OPEN_MATTER
    name = turn.actor.name if turn.actor.known else ""
    if turn.actor.roles <= {"employee"}:
        return f"{name}您好。反映情况发“实名反映：”加内容；急事发“紧急：”加内容。其他发“帮助”。"
    return f"{name}您好。直接说要办的事就行，例如“报送问题：”“查 0123”。发“帮助”看全部。"


def _unusable(turn: Turn) -> str:
    return orientation_words.KINDS.get(str(turn.meaning.slots.get("kind")), orientation_words.OTHER_KIND)


def _chat(turn: Turn) -> str:
    if _RUDE.search(turn.text):
        return "抱歉没帮上忙。请直接说要办的事，或发“帮助”。"
    if _WHO.search(turn.text):
        return f"我是监督工作的机器人，不是真人。要找人请联系{texts.office_contact(turn)}。"
    if _THANKS.search(turn.text):
        return "不客气，有事随时发。"
    if _HELLO.search(turn.text):
        return "您好，我在。要办什么直接说，或发“帮助”。"
    return "收到。要办什么直接说，或发“帮助”。"


def _elsewhere(turn: Turn) -> str:
    refer = str(turn.meaning.slots.get("refer") or "")
    if refer:
        return f"这件事请找{refer.replace('/', '或')}；要作为情况反映，可发“实名反映：”加内容。"
    return "这件事我帮不上。我只办监督工作：报问题、报线索、填进展、查询。发“帮助”看例子。"


def _refer(turn: Turn) -> str:
    refer = str(turn.meaning.slots.get("refer") or "12339")
    return orientation_words.DOORS.get(refer, f"这类情况请直接联系{refer}，本渠道不登记，刚才的内容没有保存。")


def _nothing_open(turn: Turn) -> str:
    last = turn.recent.get("submitted")
    if last and turn.meaning.intent == "confirm":
        return f"{last} 已经办好了，不用再确认。"
    return "现在没有等您确认或选择的内容。要办什么直接说，或发“帮助”。"


def _several(turn: Turn) -> str:
    named = [GUESSES[str(one)][0] for one in turn.meaning.slots.get("intents") or () if str(one) in GUESSES]
    listed = f"（{'、'.join(named)}）" if named else ""
    return f"您说了几件事{listed}，请一件一件说，免得弄错。"


_ANSWERS: Mapping[str, Callable[[Turn], str]] = {
    "enter": _enter,
    "unusable_kind": _unusable,
    "media": lambda _: orientation_words.MEDIA,
    "greeting": _chat,
    "chitchat": _chat,
    "out_of_scope": _elsewhere,
    "refer_out": _refer,
    "secret_content": lambda _: orientation_words.CLASSIFIED,
    "multi_intent": _several,
    "confirm": _nothing_open,
    "deny": _nothing_open,
    "select": _nothing_open,
    "correct": _nothing_open,
}


def _unknown(turn: Turn, work: Sequence[Flow], by_intent: Mapping[str, Flow]) -> Reply:
    urgent = next((one for one in work if "urgent_report" in one.intents), None)
    if urgent is not None and turn.text.strip(" 。!！") in URGENT_WORDS:  # the menu's word, and nobody may be lost here
        return _renamed(urgent, urgent.start(turn))
    if meeting_windows.only_a_day(turn) and "meeting" in by_intent:  # the answer to a reminder (domain.md S29)
        turn.meaning = replace(turn.meaning, intent="meeting", slots={**turn.meaning.slots, "action": "create"})
        return _renamed(by_intent["meeting"], by_intent["meeting"].start(turn))
    if not turn.text.strip():
        return Done("没有收到文字。要办什么直接说，或发“帮助”。")
    guesses = _guesses(turn, work)
    plain = turn.actor.roles <= {"employee"}
    if len(guesses) < 2 or (plain and set(guesses) <= {"submit_finding", "submit_lead"}):
        return Done(_lost(turn, work, plain))
    turn.draft.update(guesses=guesses)
    if not plain:  # what an employee writes may be a report: nothing of it is kept before he chose how (2.6)
        turn.draft.update(text=turn.text, slots=_plain_slots(turn.meaning), units=list(turn.meaning.unit_options))
    labels = [GUESSES[intent][0] for intent in guesses]
    listed = "，还是 ".join(f"{at} {label}" for at, label in enumerate(labels, start=1))
    return Ask(f"没太明白。您是想 {listed}？\n回复序号，或换个说法。", "guess", _buttons(labels))


def _guesses(turn: Turn, work: Sequence[Flow]) -> list[str]:
    """The two likeliest that he is ever offered, and the third when it is not much less likely."""
    fitting = [
        (intent, score) for intent, score in turn.meaning.options if intent in GUESSES and _may(turn, work, intent)
    ]
    return [intent for at, (intent, score) in enumerate(fitting[:3]) if at < 2 or score * 2 >= fitting[0][1]]


def _buttons(labels: Sequence[str]) -> Card:
    """A button says its number, as if it had been typed; the likeliest is the strong one."""
    first, second, *more = labels
    buttons = (Button(first, "1", Style.STRONG), Button(second, "2"), *(Button(label, "3") for label in more[:1]))
    return Card(CardKind.BUTTONS, title="您是想办哪一件？", desc="也可以换个说法", buttons=buttons)


def _may(turn: Turn, work: Sequence[Flow], intent: str) -> bool:
    """Whether he is ever offered it: what help does not name to him is no guess either. Help itself is everybody's."""
    meant = next((one for one in work if intent in one.intents), None)
    return intent == "help" or (meant is not None and helping.line_of(turn.actor, meant) is not None)


def _plain_slots(meaning: Meaning) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in meaning.slots.items()}


def _lost(turn: Turn, work: Sequence[Flow], plain: bool) -> str:
    if plain:
        return (
            "没太明白，刚才的内容没有保存。\n要反映情况，发“实名反映：”加内容；急事发“紧急：”加内容。\n其他发“帮助”。"
        )
    examples = helping.lines(turn.actor, work)[:2]
    return "\n".join(["没太明白。您可以这样说：", *examples, "全部做法发“帮助”。"])


def _take_guess(turn: Turn, by_intent: Mapping[str, Flow]) -> Reply:
    guesses: list[str] = turn.draft["guesses"]
    at = texts.chosen(turn, [GUESSES[intent][0] for intent in guesses])
    if at is None:
        return _again(turn, by_intent)
    intent = guesses[at]
    meant = by_intent.get(intent)
    if meant is None or meant.secret or "text" not in turn.draft:
        return Done(f"请这样说：{GUESSES[intent][1]}")
    return _begin(turn, meant, intent)


def _begin(turn: Turn, meant: Flow, intent: str) -> Reply:
    """Carry out the guessed-at intent with the words said before, so that nobody types them twice."""
    kept = dict(turn.draft)
    turn.draft.clear()
    turn.text = str(kept["text"])
    turn.meaning = Meaning(intent, kept["slots"], unit_options=tuple(kept["units"]))
    return _renamed(meant, meant.start(turn))


def _again(turn: Turn, by_intent: Mapping[str, Flow]) -> Reply:
    """Another wording instead of a choice: it may be understood now."""
    meant = by_intent.get(turn.meaning.intent)
    if meant is not None and meant.secret:
        return Done(f"请这样说：{GUESSES['submit_lead'][1]}")
    if meant is not None:
        turn.draft.clear()
        return _renamed(meant, meant.start(turn))
    return Done("还是没太明白。发“帮助”看看怎么说。")
