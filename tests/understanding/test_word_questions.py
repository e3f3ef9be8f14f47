"""Questions by words of the text, and what only looks like one (bot/understanding/asking.py)."""

from __future__ import annotations

import pytest

from bot.understanding.engine import Understanding
from tests.understanding import samples

ENGINE = Understanding(samples.hengxin(), samples.workday)


@pytest.mark.parametrize(
    ("said", "ref"),
    [
        ("查一下刚才那条的进展", "last_submitted_by_me"),
        ("看看刚才报的那条", "last_submitted_by_me"),
        ("查一下那条问题的进展", "this"),
    ],
)
def test_what_points_at_a_matter_is_no_word_of_one(said: str, ref: str) -> None:
    meaning = ENGINE.understand(said, now=samples.NOW)
    assert (meaning.intent, meaning.slots.get("ref")) == ("query_by_number", ref)


def test_a_word_of_the_text_is_still_looked_up() -> None:
    meaning = ENGINE.understand("查一下围标的问题", now=samples.NOW)
    assert (meaning.intent, meaning.slots["words"]) == ("query_by_unit", ["围标"])
