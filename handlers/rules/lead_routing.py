"""Where a lead goes (S43): four elements suggest the bodies; the director decides, and discipline is never left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

VERSION = "routing-1"
DISC, ACCT, EXTERNAL, FUNC = "disc", "acct", "external", "func:"

NATURES: Mapping[str, str] = {
    "discipline": "违纪", "duty_illegal": "职务违法", "crime": "涉嫌犯罪", "illegal_invest": "违规经营投资",
    "breach_rule": "违规", "mgmt": "管理问题",
}  # fmt: skip
LOSSES: Mapping[str, str] = {"none": "无", "small": "一般", "large": "较大", "major": "重大"}
GRAVITIES: Mapping[str, str] = {"minor": "轻微", "general": "一般", "serious": "较重", "grave": "严重"}
IMPACTS: Mapping[str, str] = {"none": "无", "small": "一般", "large": "较大", "major": "重大"}
ELEMENTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "nature": ("问题性质", NATURES),
    "loss_level": ("损失大小", LOSSES),
    "gravity": ("情节轻重", GRAVITIES),
    "impact": ("不良影响", IMPACTS),
}
_ALWAYS_DISC = frozenset({"discipline", "duty_illegal", "crime"})


@dataclass(frozen=True, slots=True)
class Elements:
    """The four elements, each "" while it is not known."""

    nature: str = ""
    loss_level: str = ""
    gravity: str = ""
    impact: str = ""

    def lacking(self) -> list[str]:
        return [name for name in ELEMENTS if not getattr(self, name)]


def question(name: str) -> str:
    """`不良影响（无/一般/较大/重大）`."""
    words, values = ELEMENTS[name]
    return f"{words}（{'/'.join(values.values())}）"


def suggest(elements: Elements, department: str = "") -> tuple[str, ...]:
    """The bodies that these elements speak for, in the order of S43 reversed: the most serious first.

    department: the functional department that answers for the matter, if known; "" leaves it to the director.
    ValueError while an element is missing.
    """
    if elements.lacking():
        raise ValueError("an element is missing")
    found = [name for name, speaks in (
        (DISC, _for_disc(elements)),
        (ACCT, _for_acct(elements)),
        (EXTERNAL, elements.nature == "crime" and elements.gravity == "grave"),
    ) if speaks]  # fmt: skip
    if DISC not in found and ACCT not in found:
        return (f"{FUNC}{department}",)
    return tuple(found)


def _for_disc(elements: Elements) -> bool:
    return elements.nature in _ALWAYS_DISC or elements.gravity == "grave" or elements.impact == "major"


def _for_acct(elements: Elements) -> bool:
    """Investment against the rules, and what broke rules and cost much (S50)."""
    costly = elements.loss_level in ("large", "major")
    return elements.nature == "illegal_invest" or (elements.nature not in ("discipline",) and costly)


def faults(elements: Elements, destinations: Iterable[str]) -> list[str]:
    """Why these destinations cannot stand, in words; the director may differ from the suggestion in all else."""
    where = list(destinations)
    if not where or f"{FUNC}" in where:
        return ["还差：移送去向（纪检监察机构/追责部门/哪个职能部门）。"]
    if elements.nature in _ALWAYS_DISC and DISC not in where:
        return [f"性质为{NATURES[elements.nature]}的，去向必须包括纪检监察机构。"]
    return []


def reportable(elements: Elements) -> bool:
    """Whether flash and real-time report are due (淄国资发〔2022〕23号): major loss, or large with grave effect."""
    return elements.loss_level == "major" or (elements.loss_level == "large" and elements.impact in ("large", "major"))
