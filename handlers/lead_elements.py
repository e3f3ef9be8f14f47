"""The four elements of a lead while they are gathered (S43): what was told, what is asked next, two at a time."""

from __future__ import annotations

import re
from typing import Any

from bot.flow import Turn
from handlers.rules import lead_routing
from handlers.rules.lead_routing import ELEMENTS, NATURES, Elements
from storage.matters import Lead

MOST = 2  # voice.md: at most two things at a time


def of_lead(lead: Lead) -> dict[str, str]:
    """What the lead says already; the nature as its reporter told it is shown, and can be changed."""
    nature = lead.nature if lead.nature in NATURES else ""
    return {"nature": nature, "loss_level": lead.loss_level, "gravity": lead.gravity, "impact": lead.impact}


def absorb(turn: Turn, kept: dict[str, Any], *, answering: bool = False) -> None:
    """Take in what the message tells. answering: bare words answer what was asked, in its order: `较大 一般`."""
    for name in ELEMENTS:
        if turn.meaning.slots.get(name):
            kept[name] = str(turn.meaning.slots[name])
    asked = missing(kept)[:MOST]
    if not answering or not asked or any(turn.meaning.slots.get(name) for name in asked):
        return
    said = [word for word in re.split(r"[\s,，、;；。]+", turn.text.strip()) if word]
    for name, word in zip(asked, said, strict=False):
        code = next((code for code, label in ELEMENTS[name][1].items() if word == label), "")
        if code:
            kept[name] = code


def missing(kept: dict[str, Any]) -> list[str]:
    return elements(kept).lacking()


def elements(kept: dict[str, Any]) -> Elements:
    return Elements(**{name: str(kept.get(name) or "") for name in ELEMENTS})


def question(kept: dict[str, Any]) -> str:
    """`还差：不良影响（无/一般/较大/重大）。`"""
    return f"还差：{'、'.join(lead_routing.question(name) for name in missing(kept)[:MOST])}。"


def described(kept: dict[str, Any]) -> str:
    """`性质 违纪｜损失 较大｜情节 较重｜影响 一般`."""
    short = {"nature": "性质", "loss_level": "损失", "gravity": "情节", "impact": "影响"}
    return "｜".join(f"{short[name]} {ELEMENTS[name][1][str(kept[name])]}" for name in ELEMENTS)
