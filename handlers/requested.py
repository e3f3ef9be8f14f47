"""Which actions another system may ask for, what facts each takes, and the words in which it is put to the flow.

Not open by this way: leads, anonymous reports, deciding an extension. Pictures and files are not either: evidence is a
sentence that names it (docs/store.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.errors import UserError
from bot.flow import Lexicon, Meaning
from handlers.finding_words import LEAD_NOTE
from handlers.rules import amounts, categories, numbering, wording

Said = tuple[str, Meaning]
Kind = Callable[[str, Any, Lexicon], Any]
LONGEST = 4000
UNKNOWN_ACTION = "没有这个 action，可以请求的见 docs/store.md。"
AS_A_LEAD = "内容涉嫌违纪违法，不能以请求的方式提交，请本人在企业微信里办理。"
NO_MATTER = "这个 action 的 matter 要空着，编号由系统给出。"


def _fault(name: str, wanted: str) -> UserError:
    return UserError(f"facts 里的 {name} 应是{wanted}。")


def _text(name: str, value: Any, _names: Lexicon) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise _fault(name, f"不空的文字，最多{LONGEST}字")
    return value.strip()


def _day(name: str, value: Any, _names: Lexicon) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise _fault(name, "日期，如 2026-12-18") from None


def _fen(name: str, value: Any, _names: Lexicon) -> float | int:
    """Yuan, as the flows' slots have it."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= amounts.MOST_FEN:
        raise _fault(name, "以分计的整数，不小于0")
    return value // 100 if value % 100 == 0 else value / 100


def _percent(name: str, value: Any, _names: Lexicon) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise _fault(name, "0到100的整数")
    return value


def _unit(name: str, value: Any, names: Lexicon) -> str:
    """The canonical name of a unit that is given by its code or by that name."""
    found = [unit.name for unit in names.units if value in (unit.code, unit.name)]
    if len(found) != 1:
        raise _fault(name, "现有单位的代码或全称")
    return found[0]


def _person(name: str, value: Any, names: Lexicon) -> str:
    """The name behind an account; the flows know people by name, so two of one name cannot be told apart here."""
    found = next((person.name for person in names.people if person.userid == str(value).lower()), None)
    if found is None:
        raise _fault(name, "人员名册里的账号")
    if sum(person.name == found for person in names.people) > 1:
        raise UserError(f"{found}有同名人员，不能以请求的方式指定，请在企业微信里办理。")
    return found


def _category(name: str, value: Any, _names: Lexicon) -> str:
    code = categories.find_code(value) if isinstance(value, str) else None
    if not code:
        raise _fault(name, "问题类别的代码或名称，如 CW01")
    return code


def _one_of(*values: str) -> Kind:
    def kind(name: str, value: Any, _names: Lexicon) -> str:
        if value not in values:
            raise _fault(name, f" {'、'.join(values)} 之一")
        return str(value)

    return kind


def _finding(name: str, value: Any, _names: Lexicon) -> str:
    if not isinstance(value, str) or not _is_finding(value):
        raise _fault(name, "问题编号，如 WT-2026-0123")
    return value


def _is_finding(number: str) -> bool:
    return numbering.is_number(number) and numbering.prefix_of(number) == numbering.FINDING


@dataclass(frozen=True, slots=True)
class Requestable:
    """intent: whose flow hears it. facts: what each is. required: without these the flow would only ask.

    slots: under which name a fact reaches the flow. says: the words as a person would type them; the matter is {m}.
    """

    intent: str
    facts: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    creates: bool = False


_SUBMISSION: Mapping[str, Kind] = {
    "desc": _text, "unit": _unit, "amount_fen": _fen, "found_on": _day, "category": _category,
    "severity": _one_of(*wording.SEVERITIES), "basis": _text, "due": _day, "rect_type": _one_of(*wording.RECT_TYPES),
}  # fmt: skip
_STARS = {
    "measures": "措施", "evidence": "佐证", "root_cause": "原因", "accountability": "问责", "institution_fix": "制度",
}  # fmt: skip

ACTIONS: Mapping[str, Requestable] = {
    "submit_finding": Requestable(
        "submit_finding",
        _SUBMISSION,
        ("desc",),
        {"amount_fen": "amount_yuan", "found_on": "found_at"},
        "报送问题：{desc}",
        creates=True,
    ),
    "register": Requestable(
        "register", {"category": _category, "unit": _unit, "found_on": _day}, slots={"found_on": "found_at"}
    ),
    "ask_more": Requestable("ask_more", {"reason": _text}, ("reason",)),
    "complete": Requestable("complete", {"text": _text}, ("text",), {"text": "desc"}, "补正 {m}：{text}"),
    "reject": Requestable("reject", {"reason": _text}, ("reason",)),
    "merge": Requestable("merge", {"target": _finding, "reason": _text}, ("target", "reason")),
    "assign": Requestable(
        "assign",
        {
            "unit": _unit,
            "resp_person": _person,
            "due": _day,
            "requirement": _text,
            "rect_type": _one_of(*wording.RECT_TYPES),
        },
        slots={"resp_person": "person"},
    ),
    "submit_progress": Requestable(
        "submit_progress",
        {"text": _text, "percent": _percent, "recovered_fen": _fen},
        ("text",),
        {"recovered_fen": "recovered_yuan", "text": ""},
        "{m} 整改进展：{text}",
    ),
    "apply_extension": Requestable(
        "apply_extension", {"due": _day, "reason": _text}, ("due", "reason"), {"due": "new_due"}
    ),
    "apply_acceptance": Requestable("apply_acceptance", {**dict.fromkeys(_STARS, _text), "recovered_fen": _fen}),
    "accept": Requestable("accept", {"opinion": _text}, says="同意销号 {m}"),
    "return": Requestable("return", {"reason": _text, "due": _day}, ("reason",), {"due": "new_due"}),
    "withdraw": Requestable("withdraw", {"reason": _text}),
}


def script(action: str, matter: str, facts: Mapping[str, Any], names: Lexicon) -> list[Said]:
    """What the person would say, without the 确认. Raises UserError with what is wrong with the request."""
    known = ACTIONS.get(action)
    if known is None:
        raise UserError(UNKNOWN_ACTION)
    if known.creates and matter:
        raise UserError(NO_MATTER)
    if not known.creates and not _is_finding(matter):
        raise UserError.hidden()
    values = _checked(known, facts, names)
    if action == "apply_acceptance":
        return _application(matter, values)
    return [
        (_words(action, known, matter, values), Meaning(known.intent, _slots(known, matter, values), explicit=True))
    ]


def _checked(known: Requestable, facts: Mapping[str, Any], names: Lexicon) -> dict[str, Any]:
    strange = [name for name in facts if name not in known.facts]
    if strange:
        raise UserError(f"facts 里有不认识的项：{strange[0][:40]}。可以有的是：{'、'.join(known.facts) or '（无）'}。")
    lacking = [name for name in known.required if name not in facts]
    if lacking:
        raise UserError(f"facts 里缺 {lacking[0]}。")
    return {name: known.facts[name](name, value, names) for name, value in facts.items()}


def _slots(known: Requestable, matter: str, values: Mapping[str, Any]) -> dict[str, Any]:
    slots = {known.slots.get(name, name): value for name, value in values.items()}
    slots.pop("", None)
    if matter:
        slots["number"] = matter
    if "unit" in slots:
        slots["units"] = None  # it is said; what else the words name is only mentioned
    if "amount_yuan" in slots:
        slots |= {"amounts": [slots["amount_yuan"]], "amount_text": None}
    return slots


def _words(action: str, known: Requestable, matter: str, values: Mapping[str, Any]) -> str:
    words = known.says.replace("{m}", matter)
    for name in ("desc", "text"):
        words = words.replace(f"{{{name}}}", str(values.get(name, "")))
    return f"{words}，{values['opinion']}" if action == "accept" and "opinion" in values else words


def _application(matter: str, values: Mapping[str, Any]) -> list[Said]:
    """The application is opened, and one answer holds all that was given, each under its label."""
    opened = ("", Meaning("apply_acceptance", {"number": matter}, explicit=True))
    lines = [f"{label}：{' '.join(values[name].split())}" for name, label in _STARS.items() if name in values]
    slots: dict[str, Any] = {}
    if "recovered_fen" in values:
        lines.append(f"挽回金额：{values['recovered_fen']}元" if values["recovered_fen"] else "挽回金额：无")
        slots["amount_yuan"] = values["recovered_fen"]
    return [opened, ("\n".join(lines), Meaning("unknown", slots))] if lines else [opened]


def doubt(confirmation: str) -> str | None:
    """A finding that may have to be a lead is for its submitter to decide, not for a program (domain.md 2.4)."""
    return AS_A_LEAD if LEAD_NOTE in confirmation else None
