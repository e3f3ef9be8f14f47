"""What 这条, 第二条 and 刚才那个 point at: settled here once, before any flow begins, so that flows read numbers only.

Only what this person was shown or touched in his last half hour counts (domain.md P10; turn.recent expires by
itself). One candidate is taken, of several it is asked, and nothing is guessed. Whether he still may see the one that
is meant is decided by the flow, as if he had said its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.flow import Ask, Done, Flow, Meaning, Reply, Step, Turn
from handlers import access, choosing, query_words
from handlers.rules import categories
from storage import moves

STEP = "meant"  # where the answer to "which of them" is heard; every flow that can be pointed at has it
WHICH = "您说的是哪一条？请带上编号，如“0125”。"
_AGAIN = "请回复序号或编号，如“0125”；不办了回复“取消”。"
_POINTING = ("ref", "refs")
_CHOICE = ("index", "indexes")
_OWN = "last_submitted_by_me"  # a flow's own: whoever says so means his report, whatever was shown since
# At the head of a message it stands where the number would stand.
_HEAD = re.compile(
    r"^\s*(?:就|上面|前面|刚才|刚刚)?的?(?:第\s?[\d一二三四五六七八九十]{1,3}\s?|最后一?|倒数第[\d一二三四五六七八九十]{1,3}|[这那该]一?|上一?)[条个件](?:问题)?"
)


def pointed(flow: Flow) -> Flow:
    """The same flow, begun with numbers instead of references."""

    def start(turn: Turn) -> Reply:
        return _begin(turn, flow.start)

    def take(turn: Turn) -> Reply:
        return _take(turn, flow.start)

    steps: dict[str, Step] = {**flow.steps, STEP: take}
    return replace(flow, start=start, steps=steps)


def _begin(turn: Turn, start: Step) -> Reply:
    slots = turn.meaning.slots
    if not _points(turn):
        return start(turn)
    places = _places(slots)
    if places:
        return _by_place(turn, start, places)
    several = slots["ref"] == "these"  # 这两条 are of the list, and of nothing that came since
    candidates = _candidates(turn, choosing.shown(turn) if several else choosing.before_him(turn))
    if len(candidates) == 1 or (several and 0 < len(candidates) <= choosing.SHOWN):
        return _go_on(turn, start, candidates)
    if several and candidates:
        return Done(f"刚才列了{len(candidates)}条，请说清是哪几条，如“第一条和第三条”。")
    return _ask(turn, candidates)


def _points(turn: Turn) -> bool:
    """Whether something is meant without its number. 第二条 alone goes on with a list: the query looks it up itself."""
    meaning = turn.meaning
    if any(meaning.slots.get(key) for key in ("number", "numbers")) or meaning.slots.get("ref") == _OWN:
        return False
    return bool(meaning.slots.get("ref") or meaning.slots.get("refs") or _chooses(meaning))


def _chooses(meaning: Meaning) -> bool:
    return meaning.intent == "select" and bool(meaning.slots.get("index") or meaning.slots.get("indexes"))


def _places(slots: Mapping[str, Any]) -> list[int]:
    """Places in the list, from 1, or -1 for its last; none where a word such as 这条 points."""
    if isinstance(slots.get("ref"), str):
        return []
    said = slots.get("refs") or ([slots["ref"]] if "ref" in slots else None)
    said = said or slots.get("indexes") or [slots.get("index")]
    return [place for place in said if isinstance(place, int)]


def _candidates(turn: Turn, numbers: list[str]) -> list[str]:
    """What can be meant: a deed is done to findings, a question may be about anything with a number."""
    asks = turn.meaning.intent in ("query_by_number", "select")
    return [number for number in numbers if asks or number.startswith("WT-")]


def _by_place(turn: Turn, start: Step, places: list[int]) -> Reply:
    listed = choosing.listed_last(turn)
    if not listed:
        return start(turn) if turn.meaning.intent == "select" else _ask(turn, [])
    missing = [place for place in places if not _within(place, len(listed))]
    if missing:
        names = "、".join(f"第{place}" if place > 0 else f"倒数第{-place}" for place in missing)
        return Done(f"刚才只列了{len(listed)}条，没有{names}条。")
    found = [listed[place - 1 if place > 0 else place] for place in places]
    if len(_candidates(turn, found)) < len(found):
        return _ask(turn, [])
    choosing.keep_list(turn)
    spec = turn.recent.get("list") if turn.meaning.intent == "select" else None
    reply = _go_on(turn, start, list(dict.fromkeys(found)))
    if spec is not None:  # 全部 still goes on with the list of which one was looked at
        turn.recent["list"] = spec
    return reply


def _within(place: int, count: int) -> bool:
    return 0 < place <= count or -count <= place < 0


def _ask(turn: Turn, candidates: list[str]) -> Reply:
    """Which of those shown; what he may no longer see is not named again."""
    meaning, query = turn.meaning, turn.meaning.intent in ("query_by_number", "select")
    labels = {number: label for number in candidates if (label := _label(turn, number))}
    if not labels:
        text = WHICH
    else:
        lines = [f"{at} {label}" for at, label in enumerate(list(labels.values())[: choosing.SHOWN], 1)]
        text = "\n".join(["您说的是哪一条？", *lines, "回复序号或编号即可。"])
    if query:  # the answer is a question of its own, and nobody is kept waiting for it
        turn.recent["numbers"] = list(labels)
        turn.recent.pop("listed", None)
        return Done(text)
    kept = {key: list(value) if isinstance(value, tuple) else value for key, value in meaning.slots.items()}
    turn.draft["meant"] = {"intent": meaning.intent, "slots": kept, "text": turn.text}
    turn.draft["choices"] = list(labels)
    return Ask(text, STEP)


def _label(turn: Turn, number: str) -> str:
    """Its line for the choice, as far as the person may see it."""
    finding = moves.find(turn.session, number) if number.startswith("WT-") else None
    level = access.view_level(turn, finding) if finding else None
    if finding is None or level is None:
        return "" if number.startswith("WT-") else number
    if level == "peer":
        kind = f"{categories.name_of(finding.category)}｜{finding.unit_name or '单位待定'}"
        return f"{number}｜{kind}｜{query_words.peer_state(finding.state)}"
    return choosing.line(turn, finding)


def _take(turn: Turn, start: Step) -> Reply:
    number = choosing.chosen(turn)
    if number is None:
        return Ask(_AGAIN, STEP)
    meant = turn.draft["meant"]
    turn.draft.clear()
    turn.text = str(meant["text"])
    turn.meaning = Meaning(str(meant["intent"]), meant["slots"])
    return _go_on(turn, start, [number])


def _go_on(turn: Turn, start: Step, numbers: list[str]) -> Reply:
    """As if the numbers had been said."""
    meaning = turn.meaning
    gone = _POINTING + (_CHOICE if meaning.intent == "select" else ())
    slots = {key: value for key, value in meaning.slots.items() if key not in gone}
    slots |= {"number": numbers[0]} if len(numbers) == 1 else {"numbers": numbers}
    intent = "query_by_number" if meaning.intent == "select" else meaning.intent
    turn.meaning = replace(meaning, intent=intent, slots=slots)
    if len(numbers) == 1:
        turn.text = _HEAD.sub(f"{numbers[0]} ", turn.text)
    return start(turn)
