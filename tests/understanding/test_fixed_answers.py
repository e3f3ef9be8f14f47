"""Questions that are never answered, and matters of another door: probes, 12339, 12388, 110, 119 (domain.md 2.5)."""

from __future__ import annotations

import pytest

from bot.understanding.engine import Understanding
from tests.understanding import corpora, samples

SAID = corpora.sections("fixed_answers.txt")
DOORS = [title for title in SAID if title.isdecimal()]


@pytest.fixture(scope="module")
def engine() -> Understanding:
    return Understanding(samples.hengxin(), samples.workday)


@pytest.mark.parametrize("role", ["employee", "unit_head"])
def test_prying_is_known_for_what_it_is(engine: Understanding, role: str) -> None:
    heard = {said: engine.understand(said, now=samples.NOW, roles=frozenset({role})) for said in SAID["probes"]}
    assert {said: meaning.intent for said, meaning in heard.items() if meaning.intent != "forbidden_access"} == {}


def test_a_probe_carries_no_name_and_no_words_into_the_answer(engine: Understanding) -> None:
    for said in SAID["probes"]:
        slots = engine.understand(said, now=samples.NOW, roles=frozenset({"employee"})).slots
        assert set(slots) <= {"probe", "number", "numbers", "unit", "units"}, said


@pytest.mark.parametrize("door", DOORS)
def test_another_doors_matter_is_sent_there(engine: Understanding, door: str) -> None:
    for said in SAID[door]:
        meaning = engine.understand(said, now=samples.NOW, roles=frozenset({"employee"}))
        urgent = door in ("110", "119") and meaning.intent == "urgent_report"
        assert urgent or (meaning.intent, meaning.slots.get("refer")) == ("refer_out", door), (said, meaning)


@pytest.mark.parametrize(
    "said",
    [
        "检查发现仓库着火应急预案没有演练",
        "报送问题：宿舍起火隐患未整改",
        "国资委检查反馈的问题整改了吗",
        "审计发现海外项目图纸管理混乱",
        "去年车间打架的事处理了吗",
    ],
)
def test_work_that_sounds_alike_stays_here(engine: Understanding, said: str) -> None:
    assert engine.understand(said, now=samples.NOW).intent != "refer_out"


def test_enough_of_them() -> None:
    assert len(SAID["probes"]) >= 75
    assert sum(len(SAID[door]) for door in DOORS) >= 40
