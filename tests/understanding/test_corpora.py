"""The development list and another group's paraphrases, as a whole: intents, slots, and no wrong hard fact."""

from __future__ import annotations

import pytest

from bot.understanding.engine import Understanding
from tests.understanding import samples


@pytest.mark.parametrize(
    ("name", "least_intent", "least_slots"),
    [
        ("dev.jsonl", 0.97, 0.95),
        ("other_group.jsonl", 0.95, 0.95),
        ("more_paraphrases.jsonl", 0.95, 0.95),
        ("third_group.jsonl", 0.95, 0.95),
        ("life_third_group.jsonl", 0.97, 0.97),
        ("life_other_group.jsonl", 0.97, 0.97),
        ("life_hengxin.jsonl", 0.97, 0.97),
    ],
)
def test_corpus(name: str, least_intent: float, least_slots: float) -> None:
    lexicons = {
        "dev.jsonl": samples.hengxin,
        "third_group.jsonl": samples.third,
        "life_third_group.jsonl": samples.third,
        "life_hengxin.jsonl": samples.hengxin,
    }
    lexicon = lexicons.get(name, samples.other)()
    result = samples.score(name, Understanding(lexicon, samples.workday))
    print(f"\n{name}: intent {result.accuracy:.3f} of {result.lines}, slots F1 {result.f1:.3f}")
    print("\n".join(result.misses))
    assert result.accuracy >= least_intent
    assert result.f1 >= least_slots
    assert result.hard == []


def test_what_stands_beside_the_new_words() -> None:
    """Findings, progress, leads and questions that hold 登记, 任命, 代理 or 第二条 and mean none of it."""
    result = samples.score("life_beside.jsonl", Understanding(samples.hengxin(), samples.workday))
    assert result.misses == []


def test_free_wordings_of_the_whole_life() -> None:
    """A hundred more sayings, intents only."""
    result = samples.score("life_free.jsonl", Understanding(samples.hengxin(), samples.workday))
    assert result.misses == []


def test_three_voices_on_the_whole_life() -> None:
    """An engineer who dictates, a clerk who writes formally, a head of unit in his dialect."""
    result = samples.score("life_voices.jsonl", Understanding(samples.hengxin(), samples.workday))
    assert result.misses == []


def test_what_is_said_of_a_lead_on_its_way() -> None:
    """Steps, terms and looks by a lead's number, and what only sounds like them."""
    result = samples.score("leads.jsonl", Understanding(samples.hengxin(), samples.workday))
    assert result.misses == []


def test_description_is_a_piece_of_the_message() -> None:
    engine = Understanding(samples.hengxin(), samples.workday)
    for row in samples.lines("dev.jsonl"):
        slots = engine.understand(row["text"], now=samples.NOW).slots
        for key in ("desc", "reason", "basis", "amount_text"):
            if isinstance(slots.get(key), str) and "amounts" not in slots:
                assert slots[key] in row["text"], (key, slots[key])
