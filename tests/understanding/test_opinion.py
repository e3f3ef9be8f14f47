"""The second opinion: where its weights come from, what it decides and what it never decides."""

from __future__ import annotations

import re

import pytest

from bench.understanding import corpus, learning
from bot.understanding import opinion
from bot.understanding.engine import Understanding
from bot.understanding.explaining import explain
from tests.understanding import samples

ROWS = corpus.read()
NEVER = ("anonymous_report", "anonymous_submit", "confirm", "deny", "lead_decide", "appoint")


def test_the_weights_are_learnt_from_the_messages_as_they_are() -> None:
    """After a change of corpora or readers: make learn."""
    assert opinion.load().learnt_from == learning.digest(learning.distilled(ROWS))


def test_nobody_is_named() -> None:
    """Names, numbers and figures are left out before anything is learnt; a feature is two characters at most."""
    lines = opinion.FILE.read_text(encoding="utf-8").splitlines()[3:]
    features = [line.split("\t")[0] for line in lines]
    assert [one for one in features if not one.startswith("@") and len(one) > 2] == []
    assert [one for one in features if not one.startswith("@") and re.search("[0-9]", one)] == []
    for said in ROWS[::7]:
        read = corpus.engine(said.group).read(said.text, now=samples.NOW)
        left = opinion.masked(read)
        assert [hit for hit in read.people if hit.name in left] == []


def test_what_it_never_decides() -> None:
    asked = [said for said in ROWS if said.intent in NEVER]
    assert {said.intent for said in asked} == set(NEVER)
    for said in asked:
        read = corpus.engine(said.group).read(said.text, now=samples.NOW, roles=frozenset({said.role}))
        told = opinion.of(read, [])
        assert told.decided is None or told.decided.intent not in NEVER


@pytest.mark.parametrize("kept", ["urgent_report", "anonymous_report", "forbidden_access"])
def test_what_cannot_be_undone_is_not_taken_back(kept: str) -> None:
    read = corpus.engine("hengxin").read("WT-2026-0242系重复登记，申请撤回这一条", now=samples.NOW)
    assert opinion.of(read, [("register", 9.0)]).decided is not None
    assert opinion.of(read, [(kept, 9.0)]).decided is None


def test_a_lead_is_not_made_a_finding_by_a_likeness() -> None:
    said = "内控测评时看到恒信物流一笔付款的审批人和收款方法人是同一个人，登记一条问题"
    read = corpus.engine("hengxin").read(said, now=samples.NOW, roles=frozenset({"member_liaison"}))
    decided = opinion.of(read, [("query_stats", 9.0)]).decided
    assert decided is not None and decided.intent == "submit_finding"
    assert opinion.of(read, [("submit_lead", 9.0)]).decided is None


@pytest.mark.parametrize(
    ("said", "urgent"),
    [
        ("0123的罐子又漏氨了，大家快撤离", True),
        ("正在抢修，停电了，0123今天报不了", False),
        ("0123漏氨的事已经整改完", False),
    ],
)
def test_what_happens_just_now_is_urgent_rather_than_progress(said: str, urgent: bool) -> None:
    meaning = corpus.engine("hengxin").understand(said, now=samples.NOW, roles=frozenset({"unit_liaison"}))
    assert (meaning.intent == "urgent_report") is urgent


def test_a_unit_never_decides_on_its_own_matter() -> None:
    said = "0123延期申请，同意，转持续整改"
    for roles, may in ((frozenset({"member_head"}), True), (frozenset({"unit_liaison"}), False)):
        read = corpus.engine("hengxin").read(said, now=samples.NOW, roles=roles)
        found = opinion.of(read, []).decided
        assert (found is not None and found.intent == "decide_extension") is may


def test_a_guess_is_told_as_one() -> None:
    engine = Understanding(samples.hengxin(), samples.workday)
    said = "刚刚报的那条我想收回来"
    seen = explain(engine, said, now=samples.NOW, roles=frozenset({"member_liaison"}))
    assert seen.meaning.intent == "withdraw"
    assert not seen.meaning.explicit
    assert any("学过" in line for line in seen.meaning.why)
    assert seen.liked[0][0] == "withdraw"
    grounds = seen.liked[0][2].split()
    assert grounds and all(one.startswith("@") or one in said for one in grounds)


def test_the_page_is_read_as_it_was_written() -> None:
    page = opinion.written("x", ["accept", "return"], [0.5, -0.5], [("过", 2.0, [1.0, -0.02]), ("退", 3.0, [0.0, 0.8])])
    known = opinion.Weights(page)
    best, other = known.like(["过", "嗯"])
    assert (best.intent, round(best.score, 2)) == ("accept", 1.5)
    assert (other.intent, round(other.score, 2)) == ("return", -0.5)  # the light weight is left out
    assert known.grounds(["过", "退"], "return") == ["退"]
