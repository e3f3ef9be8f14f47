"""转问题整改 (3.5.1 结案): a lead that is closed this way may become a finding, of which nothing is the lead's.

The finding holds what is written anew, description and unit, and comes in by the door of all findings; its number
stands in an entry of the lead's. Nothing of the finding names the lead: the unit concerned reads the finding.
"""

from __future__ import annotations

import re
from typing import Any

from bot.errors import UserError
from bot.flow import Ask, Turn
from handlers import finding_draft, finding_record, finding_source, lead_contents, lead_steps, subjects, texts
from handlers.rules import quarters
from storage.matters import Lead

RESULT = "rectify"
OFFER, WRITE = "close_offer", "close_finding"  # steps
_CHANGE = re.compile(r"^(?:问题|描述|问题描述|责任单位|单位)?(?:改成|改为|应为|是)[:：\s]*")
_CHOICES = ["登记", "不登记"]
_HOW = "请另写责任单位和问题描述（不写反映内容、反映对象和反映人），如“恒信能源：废旧物资出库没有双人复核”。"


def question(turn: Turn) -> Ask | None:
    """What must be settled before the lead can be closed; None: nothing."""
    kept = turn.draft.get("finding")
    if kept is None and _source(turn) is None:
        return None
    if kept is None:
        words = f"转问题整改：是否同时登记一条整改问题？\n{texts.options(_CHOICES)}\n责任单位只看到问题，看不到线索。"
        return Ask(words, OFFER)
    if not kept:
        return None
    if not kept.get("unit"):
        return Ask(_HOW if not kept.get("desc") else "责任单位是哪家？", WRITE)
    return None if kept.get("desc") else Ask("具体是什么问题？（一两句即可，不写反映内容）", WRITE)


def take_offer(turn: Turn) -> Ask | None:
    """None: it is decided."""
    at = texts.chosen(turn, _CHOICES)
    if at is None and turn.meaning.intent in ("confirm", "deny"):
        at = 0 if turn.meaning.intent == "confirm" else 1
    if at is None and "登记" in turn.text:
        at = 1 if "不" in turn.text else 0
    if at is None:
        return Ask(f"请回复序号：是否同时登记一条整改问题？\n{texts.options(_CHOICES)}", OFFER)
    turn.draft["finding"] = {"new": True} if at == 0 else {}
    return None


def take_words(turn: Turn, lead: Lead) -> Ask | None:
    """Unit and description as they are written now; None: taken in, as far as they go."""
    kept: dict[str, Any] = turn.draft["finding"]
    words = _CHANGE.sub("", lead_steps.words_said(turn))
    said = turn.meaning.slots.get("unit")
    named = [str(said)] if said and said != "SELF" else finding_draft.units_named(turn.lexicon.units, words)
    if len(named) > 1:
        return Ask(f"请只写一个责任单位：{'、'.join(named[:4])}？", WRITE)
    if named:
        finding_draft.set_unit(kept, named[0], turn.lexicon.units)
    rest = _without(words, [named[0], *_called(turn, named[0])] if named else [])
    if rest and not (named and kept.get("desc")):
        if _tells(turn, lead, rest):
            return Ask("问题描述里不要写反映对象，也不要照抄反映内容，请换个写法。", WRITE)
        kept["desc"] = rest[: finding_draft.DESC_LIMIT]
    return None


def lines(turn: Turn) -> list[str]:
    """The finding as it will stand, for the confirmation."""
    kept, source = turn.draft.get("finding"), _source(turn)
    if not kept or source is None:
        return []
    return [
        f"同时登记整改问题：{kept['unit_name']}｜{kept['desc']}",
        f"来源：{source['name']}；责任单位只看到这条问题，看不到线索。",
    ]


def file(turn: Turn, lead: Lead) -> str:
    """Write it by the door of all findings; what the closer hears of it, or ""."""
    kept, source = turn.draft.get("finding"), _source(turn)
    if not kept:
        return ""
    if source is None:
        raise UserError("您现在不能登记问题，这次没有提交。", keep=False)
    finding_source.check_unit(turn, source, kept["unit"])
    today, desc = texts.today_of(turn), str(kept["desc"])
    item = {
        "desc": desc, "raw": desc, "unit": kept["unit"], "unit_name": kept["unit_name"], "level": subjects.level(desc),
        "found_at": today.isoformat(), "quarter": quarters.quarter_of(today),
    }  # fmt: skip
    turn.draft.update(items=[item], source=source, raw=[desc], media=[])
    told = finding_record.file_all(turn)
    assert turn.safe is not None
    hidden = turn.safe.hide(turn.recent["numbers"][0])  # it stands in clear, with the unit that the lead is about
    turn.record(lead.number, "lead_rectify", after={"finding": hidden})
    return f"\n{told}"


def _source(turn: Turn) -> dict[str, Any] | None:
    """On whose behalf the closer reports findings, if on anybody's."""
    return next((one for one in finding_source.candidates(turn) if not one["self_check"]), None)


def _called(turn: Turn, name: str) -> list[str]:
    return [alias for unit in turn.lexicon.units if unit.name == name for alias in unit.aliases]


def _without(words: str, names: list[str]) -> str:
    """The description without the unit before it: `恒信能源：…`."""
    for name in sorted(names, key=len, reverse=True):
        if words.startswith(name):
            return words[len(name) :].lstrip(" ：:，,｜|")
    return words


def _tells(turn: Turn, lead: Lead, words: str) -> bool:
    """Whether the words name whom the lead is about, or are the lead's own."""
    contents = lead_contents.read(turn, lead)
    if contents is None:
        return False
    return (len(contents.subject) > 1 and contents.subject in words) or words in contents.written
