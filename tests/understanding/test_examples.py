"""The second opinion: where its examples come from, how well it guesses alone, and what it never decides."""

from __future__ import annotations

import re

import pytest

from bench.understanding import corpus
from bench.understanding import examples as making
from bot.understanding import examples
from bot.understanding.engine import Understanding
from bot.understanding.explaining import explain
from tests.understanding import samples

ROWS = corpus.read()
NEVER = (
    "urgent_report",
    "anonymous_report",
    "anonymous_submit",
    "forbidden_access",
    "confirm",
    "lead_decide",
    "appoint",
)


def test_the_file_is_what_the_corpora_give() -> None:
    """After a change of corpora or readers: python -m bench.understanding.examples."""
    assert examples.FILE.read_text(encoding="utf-8") == making.page(making.distilled(ROWS))


def test_nobody_is_named() -> None:
    text = examples.FILE.read_text(encoding="utf-8")
    for lexicon in (make() for make in corpus.LEXICONS.values()):
        assert [unit.name for unit in lexicon.units if len(unit.name) > 4 and unit.name in text] == []
    assert re.search("[0-9]", text) is None


@pytest.mark.parametrize("file", ["third_group", "harbour_group", "steel_group", "metro_group"])
def test_a_group_that_it_has_not_seen(file: str) -> None:
    alone = making.without(file, ROWS)
    assert alone.right >= 0.75 * alone.asked
    assert alone.offered >= 0.88 * alone.asked


def test_what_it_never_decides() -> None:
    asked = [said for said in ROWS if said.intent in NEVER]
    assert {said.intent for said in asked} == set(NEVER)
    for said in asked:
        read = corpus.engine(said.group).read(said.text, now=samples.NOW, roles=frozenset({said.role}))
        opinion = examples.opinion(read, [])
        assert opinion.decided is None or opinion.decided.intent not in NEVER


def test_it_is_not_asked_where_the_rules_are_sure() -> None:
    read = corpus.engine("hengxin").read("收到，马上安排", now=samples.NOW)
    assert examples.opinion(read, [("return", 10.0)]) == examples.Opinion()
    assert examples.opinion(read, [("return", 9.0)]).decided is not None


def test_a_guess_is_told_as_one() -> None:
    engine = Understanding(samples.hengxin(), samples.workday)
    said = "刚刚报的那条我想收回来"
    seen = explain(engine, said, now=samples.NOW, roles=frozenset({"member_liaison"}))
    assert seen.meaning.intent == "withdraw"
    assert not seen.meaning.explicit
    assert any("例句" in line for line in seen.meaning.why)
    assert seen.liked[0][0] == "withdraw"
    assert seen.liked[0][2] in examples.FILE.read_text(encoding="utf-8")
