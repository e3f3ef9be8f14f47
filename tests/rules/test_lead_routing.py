"""Where a lead goes (S43): every combination of the four elements."""

from __future__ import annotations

from itertools import product

import pytest

from handlers.rules import lead_routing
from handlers.rules.lead_routing import GRAVITIES, IMPACTS, LOSSES, NATURES, Elements

ALL = [Elements(*values) for values in product(NATURES, LOSSES, GRAVITIES, IMPACTS)]

# A few by hand, from S43, S50 and domain.md 3.5.1.
BY_HAND = {
    ("discipline", "none", "minor", "none"): ("disc",),
    ("discipline", "major", "grave", "major"): ("disc",),
    ("duty_illegal", "none", "general", "small"): ("disc",),
    ("duty_illegal", "large", "serious", "large"): ("disc", "acct"),
    ("crime", "none", "general", "none"): ("disc",),
    ("crime", "none", "grave", "large"): ("disc", "external"),
    ("crime", "major", "grave", "major"): ("disc", "acct", "external"),
    ("illegal_invest", "large", "general", "small"): ("acct",),
    ("illegal_invest", "major", "grave", "major"): ("disc", "acct"),
    ("breach_rule", "none", "minor", "none"): ("func:法务合规部",),
    ("breach_rule", "large", "general", "none"): ("acct",),
    ("breach_rule", "none", "general", "major"): ("disc",),
    ("mgmt", "small", "general", "small"): ("func:法务合规部",),
    ("mgmt", "major", "serious", "small"): ("acct",),
}


@pytest.mark.parametrize(("values", "wanted"), list(BY_HAND.items()))
def test_by_hand(values: tuple[str, str, str, str], wanted: tuple[str, ...]) -> None:
    assert lead_routing.suggest(Elements(*values), "法务合规部") == wanted


def test_every_lead_goes_somewhere_and_the_suggestion_is_never_at_fault() -> None:
    assert len(ALL) == 6 * 4 * 4 * 4
    for elements in ALL:
        where = lead_routing.suggest(elements, "财务部")
        assert where and len(set(where)) == len(where)
        assert lead_routing.faults(elements, where) == []


def test_discipline_is_never_left_out() -> None:
    for elements in ALL:
        bound = NATURES[elements.nature] in ("违纪", "职务违法", "涉嫌犯罪")
        assert ("disc" in lead_routing.suggest(elements)) >= bound
        assert bool(lead_routing.faults(elements, ["acct", "func:财务部"])) is bound
        assert lead_routing.faults(elements, ["acct", "disc"]) == []


def test_investment_against_the_rules_always_reaches_the_accountability_body() -> None:
    assert all("acct" in lead_routing.suggest(elements) for elements in ALL if elements.nature == "illegal_invest")


def test_without_a_department_the_director_has_to_name_one() -> None:
    where = lead_routing.suggest(Elements("mgmt", "none", "minor", "none"))
    assert where == ("func:",)
    assert lead_routing.faults(Elements("mgmt", "none", "minor", "none"), where) != []


@pytest.mark.parametrize("name", ["nature", "loss_level", "gravity", "impact"])
def test_a_missing_element_is_asked_for(name: str) -> None:
    elements = Elements(**({"nature": "mgmt", "loss_level": "none", "gravity": "minor", "impact": "none"} | {name: ""}))
    assert elements.lacking() == [name]
    with pytest.raises(ValueError, match="missing"):
        lead_routing.suggest(elements)


def test_the_words_of_s43() -> None:
    assert lead_routing.question("impact") == "不良影响（无/一般/较大/重大）"


def test_what_is_reported_at_once() -> None:
    """淄国资发〔2022〕23号: a major loss, or a large one with a grave consequence."""
    for elements in ALL:
        wanted = elements.loss_level == "major" or (
            elements.loss_level == "large" and elements.impact in ("large", "major")
        )
        assert lead_routing.reportable(elements) is wanted
