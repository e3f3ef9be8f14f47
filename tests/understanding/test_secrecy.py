"""Wishes to stay unknown in many voices: none is missed, harmless words are not swallowed (domain.md 2.6)."""

from __future__ import annotations

import pytest

from bot.understanding import gates
from tests.understanding import corpora

WISHES = corpora.sections("anonymous_wishes.txt")
HARMLESS = corpora.sections("anonymous_harmless.txt")


@pytest.mark.parametrize("section", WISHES)
def test_no_wish_is_missed(section: str) -> None:
    assert [message for message in WISHES[section] if gates.secrecy_wish(message) == ""] == []


@pytest.mark.parametrize("section", HARMLESS)
def test_no_harmless_message_is_swallowed(section: str) -> None:
    assert [message for message in HARMLESS[section] if gates.secrecy_wish(message)] == []


@pytest.mark.parametrize("section", WISHES)
def test_discretion_is_told_from_no_name(section: str) -> None:
    """Both kinds are asked about; which of the two is only worth nine in ten."""
    wanted = section.split(": ")[-1]
    right = sum(gates.secrecy_wish(message) == wanted for message in WISHES[section])
    assert right / len(WISHES[section]) >= 0.9


def test_the_old_question_is_the_new_one_answered() -> None:
    for message in ("我想匿名反映", "保密反映", "保密协议没签"):
        assert gates.anonymous_sounding(message) is (gates.secrecy_wish(message) != "")


def test_a_wish_inside_a_long_story_is_found() -> None:
    story = "我们队长每次发奖金都要收一份钱，材料员把旧料当新料报，大家都看不惯。" * 12
    assert gates.secrecy_wish(story) == ""
    assert gates.secrecy_wish(f"{story}别说是我讲的。{story}") == "anonymous"
    assert gates.secrecy_wish(f"{story}请保密。{story}") == "ask"


def test_enough_of_both() -> None:
    wishes = [message for section in WISHES.values() for message in section]
    harmless = [message for section in HARMLESS.values() for message in section]
    assert len(set(wishes)) == len(wishes) >= 330
    assert len(set(harmless)) == len(harmless) >= 330
    held = sum(len(messages) for title, messages in WISHES.items() if title.startswith("held out"))
    assert held >= len(wishes) / 3 > 110
