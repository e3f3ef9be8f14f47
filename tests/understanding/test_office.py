"""Reminders, the working calendar, meetings, plans, talks and joint inspections: intents exactly, slots as a lower bound."""

# ruff: noqa: E501 - word lists and tables read better one entry a line

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bot.understanding.engine import Understanding
from bot.understanding.meaning import Meaning
from tests.understanding import samples

ENGINES = {
    name: Understanding(lexicon(), samples.workday)
    for name, lexicon in (("hengxin", samples.hengxin), ("other", samples.other), ("third", samples.third))
}
KEPT = samples.KEPT | {"text", "points"}  # our piece holds the expected one
NESTED = frozenset({"days", "items"})


def say(text: str, *roles: str, group: str = "hengxin") -> Meaning:
    return ENGINES[group].understand(text, now=samples.NOW, roles=frozenset(roles))


def _fits(key: str, got: Any, want: Any) -> bool:
    if key in KEPT and isinstance(want, str):
        return isinstance(got, str) and want in got
    if key in NESTED and isinstance(want, list):
        pairs = zip(got or (), want, strict=False)
        return len(got or ()) == len(want) and all(_fits(k, g.get(k), w) for g, one in pairs for k, w in one.items())
    return bool(got == want) if key == "topics" else samples.fits(key, got, want)


def _misses(name: str) -> list[str]:
    out = []
    for row in samples.lines(name):
        meaning = say(row["text"], row["role"], group=row.get("group", "hengxin"))
        if meaning.intent != row["intent"]:
            out.append(f"{row['text']!r}: {meaning.intent} instead of {row['intent']}")
        wrong = {k: (meaning.slots.get(k), v) for k, v in row["slots"].items() if not _fits(k, meaning.slots.get(k), v)}
        if wrong:
            out.append(f"{row['text']!r}: {wrong}")
    return out


CORPORA = ("reminders.jsonl", "workdays.jsonl", "meetings.jsonl", "items.jsonl", "talks.jsonl")


@pytest.mark.parametrize("name", CORPORA)
def test_corpus(name: str) -> None:
    assert _misses(name) == []


@pytest.mark.parametrize("name", CORPORA)
def test_every_saying_stands_once_and_in_two_groups(name: str) -> None:
    rows = list(samples.lines(name))
    said = Counter((row["group"], row["role"], row["text"]) for row in rows)
    assert max(said.values()) == 1
    groups: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        groups.setdefault((row["intent"], str(row["slots"].get("action", ""))), set()).add(row["group"])
    assert [kind for kind, named in groups.items() if len(named) < 2] == []


def test_what_stands_beside_them() -> None:
    """Findings, progress, leads and questions that hold 放假, 会议, 计划, 约谈 or 提醒 and mean none of it."""
    assert len(list(samples.lines("office_beside.jsonl"))) >= 150
    assert _misses("office_beside.jsonl") == []


NUMBERS: list[tuple[str, str, str]] = [
    ("HY-2026-0001取消", "meeting", "HY-2026-0001"), ("ＨＹ－２０２６－０００１取消", "meeting", "HY-2026-0001"), ("hy2026 1取消", "meeting", "HY-2026-0001"),
    ("HY0001取消", "meeting", "HY-2026-0001"), ("采纳yt 2026 3", "interview", "YT-2026-0003"), ("YT—2026—0003采纳", "interview", "YT-2026-0003"), ("约谈建议0003采纳", "interview", "YT-2026-0003"),
    ("YT-2025-0003采纳", "interview", "YT-2025-0003"), ("同意LJ-3", "joint_inspection", "LJ-2026-0003"), ("联合检查0003同意", "joint_inspection", "LJ-2026-0003"), ("DB2026-0003完成了", "item", "DB-2026-0003"),
    ("0003号待办完成了", "item", "DB-2026-0003"), ("待办0003完成了", "item", "DB-2026-0003"), ("JH-2026-0002取消", "item", "JH-2026-0002"), ("审计计划0002取消", "item", "JH-2026-0002"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "number"), NUMBERS)
def test_numbers_of_other_things_than_findings(text: str, intent: str, number: str) -> None:
    meaning = say(text, "office_director")
    assert (meaning.intent, meaning.slots.get("number")) == (intent, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0123会议纪要已补，正在走审批", "WT-2026-0123"), ("0123约谈了责任人", "WT-2026-0123"), ("0125计划下周完成合同补签", "WT-2026-0125"),
        ("0123联合检查时又发现一处，已整改", "WT-2026-0123"), ("查0123", "WT-2026-0123"), ("0003号改完了吗", "WT-2026-0003"),
    ],
)  # fmt: skip
def test_a_finding_stays_a_finding_beside_these_words(text: str, number: str) -> None:
    assert say(text, "unit_liaison").slots.get("number") == number


@pytest.mark.parametrize("text", ["15号会议改到1月20日", "12号会议取消"])
def test_a_day_is_no_meeting_number(text: str) -> None:
    assert "number" not in say(text, "office_staff").slots


@pytest.mark.parametrize(
    "text",
    ["为什么提醒我", "0123下次什么时候提醒", "催办记录", "按新规则重排提醒", "2027年2月13日上班", "取消年初会", "待办清单", "DB-2026-0003完成了", "采纳约谈建议YT-2026-0001", "同意联合检查LJ-2026-0003"],
)  # fmt: skip
def test_a_whole_command_leaves_an_open_form(text: str) -> None:
    assert say(text, "office_director").explicit


@pytest.mark.parametrize(
    "text",
    [
        "依据是什么",
        "下次呢",
        "已办",
        "已报了",
        "换到二楼",
        "什么时候开",
        "议题：年度计划、两金压降",
        "周五前报",
        "2027年1月15日下午2点半",
    ],
)
def test_what_may_be_an_answer_leaves_none(text: str) -> None:
    assert not say(text, "office_director").explicit


def test_a_bare_moment_is_an_answer_with_its_time() -> None:
    meaning = say("2027年1月15日下午2点半")
    assert meaning.intent == "unknown"
    assert {"date": "2027-01-15", "time": "2027-01-15T14:30"}.items() <= dict(meaning.slots).items()


@pytest.mark.parametrize(
    "text",
    ["同意约谈恒信能源，但先谈话了解", "同意联合检查LJ-2026-0003，不过要推到明年", "原则同意联合检查LJ-2026-0003"],
)
def test_a_condition_is_no_consent_here_either(text: str) -> None:
    meaning = say(text, "office_director")
    assert meaning.slots.get("action") not in ("adopt", "approve")


def test_done_tells_no_day_and_no_matter() -> None:
    assert dict(say("昨天就报上去了").slots) == {"done": True}


@pytest.mark.parametrize("text", ["已办了吗", "报了没", "还没交", "0123已办", "这条已办", "没办完", "备用金已经交了"])
def test_what_is_asked_or_told_of_a_matter_is_not_done(text: str) -> None:
    assert "done" not in say(text, "unit_liaison").slots


def test_a_span_over_the_turn_of_the_year() -> None:
    days = say("12月30日至1月2日放假", "office_staff").slots["days"]
    assert [(d["from"], d["to"]) for d in days] == [("2026-12-30", "2027-01-02")]


@pytest.mark.parametrize("text", ["2月30日放假", "13月1日上班", "2027年2月29日补班"])
def test_a_day_that_is_none_is_not_kept(text: str) -> None:
    assert not say(text, "office_staff").slots.get("days")


def test_two_wishes_are_both_named() -> None:
    meaning = say("为什么催我，另外0123申请延期到12月31日", "unit_liaison")
    assert meaning.intent == "multi_intent"
    assert meaning.slots["intents"] == ["why_reminded", "apply_extension"]


def test_as_people_speak() -> None:
    """Short, loose, with what matters at the end: nine of them were misread at first."""
    assert len(list(samples.lines("spoken.jsonl"))) >= 100
    assert _misses("spoken.jsonl") == []
