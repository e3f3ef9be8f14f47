"""What a message says of a talk: what is to be done, its number, who, when, where, and of which kind."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from bot.flow import Turn
from handlers import talk_words
from handlers.rules import numbering
from handlers.rules.calendar import SHANGHAI

ACTIONS = ("evaluate", "adopt", "decline", "plan", "held", "report", "query", "cancel")
_NUMBER = re.compile(r"[Yy][Tt]\s*[-－—_ ]?\s*\d{4}\s*[-－—_ ]?\s*\d{4,}")
_CLOCK = re.compile(
    r"(?P<part>上午|下午|晚上|早上|中午|傍晚)?\s*(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*"
    r"(?:[:：](?P<minute>\d{2})|[点时](?:(?P<spoken>\d{1,2})分?|(?P<half>半))?)"
)
_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_HOST = re.compile(r"(?:主持人?[:：是]?\s*|由)?(?P<who>我|本人|[\u4e00-\u9fff]{2,4}?)(?:来|亲自)?主持")
_HOST_AFTER = re.compile(r"主持人?\s*(?:[:：是为改成]+)\s*(?P<who>我|本人|[\u4e00-\u9fff]{2,4})")
_REPORTED = re.compile(r"^[^，。；要求]{0,24}回告\s*[:：]")  # before anything that the report itself says
_WORDS = (
    ("cancel", r"取消"), ("decline", r"不约谈|不用约谈|不需要约谈|不采纳|不予约谈"), ("adopt", r"采纳|同意"),
    ("report", r"回告"), ("held", r"已约谈|约谈过了|谈完了|约谈完"), ("query", r"清单|列表|有哪些|情况|查"),
    ("plan", r"改到|改成|改期|改为"),
)  # fmt: skip


def number(turn: Turn) -> str:
    """The talk's number in this message, or ""."""
    slots = turn.meaning.slots
    said = [slots.get("number"), *(slots.get("numbers") or ())]
    found = next((str(one) for one in said if str(one).startswith(f"{numbering.TALK}-")), "")
    if found:
        return found
    spoken = _NUMBER.search(turn.text)
    digits = re.sub(r"\D", "", spoken[0]) if spoken else ""
    return f"{numbering.TALK}-{digits[:4]}-{digits[4:]}" if digits else ""


def action(turn: Turn) -> str:
    """What is to be done; a unit or a person alone means to plan one."""
    said = str(turn.meaning.slots.get("action") or "")
    if _REPORTED.search(turn.text):
        return "report"
    if said == "create":
        return "plan"
    if said in ACTIONS:
        return said
    return next((name for name, pattern in _WORDS if re.search(pattern, turn.text)), "plan")


def names(turn: Turn) -> list[str]:
    """The persons that are named."""
    slots = turn.meaning.slots
    said = [*(slots.get("persons") or ()), slots.get("person")]
    said += [slots.get("value")] if slots.get("field") == "person" else []
    return list(dict.fromkeys(str(one) for one in said if one))


def day(turn: Turn) -> date | None:
    slots = turn.meaning.slots
    for key in ("time", "date", "value"):
        found = re.match(r"\d{4}-\d{2}-\d{2}", str(slots.get(key) or ""))
        if found:
            return date.fromisoformat(found[0])
    return None


def clock(turn: Turn) -> time | None:
    """`10:00` of 上午10点, 14:30 of 下午两点半."""
    said = re.search(r"T(\d{2}):(\d{2})", str(turn.meaning.slots.get("time") or ""))
    if said:
        return time(int(said[1]), int(said[2]))
    found = _CLOCK.search(_NUMBER.sub("", turn.text))
    if found is None:
        return None
    hour = int(found["hour"]) if found["hour"].isdecimal() else _numeral(found["hour"])
    if found["part"] in ("下午", "晚上", "傍晚") and hour < 12:
        hour += 12
    minute = 30 if found["half"] else int(found["minute"] or found["spoken"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _numeral(words: str) -> int:
    """`十一` and `三`, as hours are said."""
    if words[0] == "十":
        return 10 + (_NUMERALS[words[1]] if len(words) > 1 else 0)
    return _NUMERALS[words[0]] * (10 if words[1:2] == "十" else 1) + (_NUMERALS[words[2]] if len(words) > 2 else 0)


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI)


def host(turn: Turn) -> str:
    """A name, 我, or ""."""
    told = str(turn.meaning.slots.get("host") or "")
    if told:
        return "我" if told == "SELF" else told
    found = _HOST_AFTER.search(turn.text) or _HOST.search(turn.text)
    who = found["who"] if found else ""
    listed = {person.name for person in turn.lexicon.people}
    return who if who in ("我", "本人") or who in listed else next((n for n in listed if n and who.endswith(n)), "")


def kind(turn: Turn) -> str:
    """`告诫` of 告诫约谈, or "" when it is not said."""
    said = f"{turn.meaning.slots.get('kind') or ''}约谈 {turn.text}"
    wanted = (name for name in talk_words.KINDS if re.search(rf"{name}性?(?:约谈|谈话)|类型.{{0,3}}{name}", said))
    return next(wanted, "")


def due(turn: Turn) -> date | None:
    """The day by which the unit has put it right and reports back."""
    for key in ("due", "new_due"):
        said = str(turn.meaning.slots.get(key) or "")
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
            return date.fromisoformat(said)
    return day(turn)


def reason(turn: Turn) -> str:
    said = turn.meaning.slots.get("reason")
    if said:
        return str(said).strip()
    found = re.search(r"(?:理由|原因)\s*[:：是]?\s*(?P<why>.{2,})$", turn.text.strip(), re.DOTALL)
    return found["why"].strip() if found else ""


def after(turn: Turn, slot: str, mark: str) -> str:
    """The words of a slot, or those behind the mark: `要点：…`, `回告：…`."""
    said = turn.meaning.slots.get(slot)
    if said:
        return str(said).strip()
    found = re.search(rf"(?:{mark})\s*[:：是]?\s*(?P<words>.{{2,}})$", turn.text.strip(), re.DOTALL)
    return found["words"].strip(" ，。;；") if found else ""
