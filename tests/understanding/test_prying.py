"""Probes and their harmless neighbours, and matters of another door, in words that no pattern was written from."""

from __future__ import annotations

import pytest

from bot.understanding import gates
from bot.understanding.engine import Understanding
from bot.understanding.meaning import Meaning
from tests.understanding import corpora, samples

SAID = corpora.sections("prying.txt")
ROLES = [frozenset({"employee"}), frozenset({"member_liaison"})]
DANGER = [("refer_out", "110"), ("refer_out", "119"), ("urgent_report", None)]


@pytest.fixture(scope="module")
def engine() -> Understanding:
    return Understanding(samples.hengxin(), samples.workday)


def _heard(engine: Understanding, said: str, roles: frozenset[str]) -> Meaning:
    return engine.understand(said, now=samples.NOW, roles=roles)


@pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "".join(roles))
@pytest.mark.parametrize("said", SAID["probes"])
def test_a_probe_is_no_wish_and_no_report(engine: Understanding, said: str, roles: frozenset[str]) -> None:
    assert gates.secrecy_wish(said) == ""
    assert _heard(engine, said, roles).intent == "forbidden_access"


@pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "".join(roles))
@pytest.mark.parametrize("said", SAID["harmless"])
def test_a_harmless_neighbour_is_no_probe(engine: Understanding, said: str, roles: frozenset[str]) -> None:
    assert _heard(engine, said, roles).intent != "forbidden_access"


@pytest.mark.parametrize(
    "said", ["你们会不会告诉别人是谁举报的", "别告诉领导是谁反映的", "匿名举报安全吗", "匿名反映食堂的事"]
)
def test_who_is_afraid_is_heard_as_somebody_who_wants_no_name(said: str) -> None:
    assert gates.secrecy_wish(said) == "anonymous"


@pytest.mark.parametrize("door", ["12339", "12388"])
@pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "".join(roles))
def test_another_doors_matter_is_sent_there(engine: Understanding, door: str, roles: frozenset[str]) -> None:
    heard = {said: _heard(engine, said, roles) for said in SAID[door]}
    assert {said: one for said, one in heard.items() if one.slots.get("refer") != door} == {}


def test_danger_is_an_urgent_report_or_sent_to_who_helps(engine: Understanding) -> None:
    heard = {said: _heard(engine, said, ROLES[0]) for said in SAID["danger"]}
    assert {said: one for said, one in heard.items() if (one.intent, one.slots.get("refer")) not in DANGER} == {}


def test_pay_leave_and_computers_have_their_desks(engine: Understanding) -> None:
    heard = {said: _heard(engine, said, ROLES[0]) for said in SAID["desks"]}
    assert {
        said: one for said, one in heard.items() if one.intent != "out_of_scope" or not one.slots.get("refer")
    } == {}


def test_work_that_sounds_alike_stays_here(engine: Understanding) -> None:
    for said in SAID["work"]:
        meaning = _heard(engine, said, ROLES[1])
        assert meaning.intent not in ("refer_out", "urgent_report") and not meaning.slots.get("refer"), said


def test_enough_of_them() -> None:
    sizes = {title: len(lines) for title, lines in SAID.items()}
    assert sizes["probes"] >= 40 and sizes["harmless"] >= 30
    assert min(sizes.values()) >= 11
