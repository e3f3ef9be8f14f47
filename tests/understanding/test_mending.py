"""Slips are mended before a message is read; what is no slip stays, and slots hold the person's own characters."""

from __future__ import annotations

import pytest

from bench.understanding import corpus
from bot.understanding import mending, text, vocabulary
from bot.understanding.meaning import Meaning
from tests.understanding import samples
from tests.understanding.corpora import sections

SOME = corpus.read()[::6]  # reading all takes a minute
NAMES = vocabulary.guarded(["安全环保部", "法务部", "恒信建设"])
PEOPLE = vocabulary.guarded(["唐一鸣", "周涛", "鲍志强"])


def _mended(said: str) -> str:
    return mending.mend(said, text.flatten(said), NAMES, PEOPLE).flat


def say(said: str, role: str = "office_staff") -> Meaning:
    return corpus.engine("hengxin").understand(said, now=samples.NOW, roles=frozenset({role}))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("建意修订制度", "建议修订制度"),
        ("0141dengji一下", "0141登记一下"),
        ("恒信能源要不要yuetan", "恒信能源要不要约谈"),
        ("DB-2026-0003wancheng了", "db-2026-0003完成了"),
        ("已反馈馈", "已反馈"),
        ("整整改进展", "整改进展"),
        ("意同0212延期", "同意0212延期"),
        ("发务部牵头", "法务部牵头"),
        ("材料以交", "材料已交"),
        ("咋又摧我", "咋又催我"),
        ("查0715的流记录", "查0715的流转记录"),
        ("0141不予记登", "0141不予登记"),
        ("0625按程序申请复盒", "0625按程序申请复核"),
    ],
)
def test_a_slip_is_mended(said: str, meant: str) -> None:
    assert _mended(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "唐一鸣手头还有什么没整改的",
        "报告已出，共11项",
        "防护罩已经装上了",
        "会不开了",
        "最近一个月有多少新问题",
        "0623我报重了",
        "已约谈责任人",
        "立行立改",
        "予以处理",
        "他现在在哪",
        "看看采购类问题",
        "0710撤了吧",
        "金额12万，12月31日前改",
    ],
)
def test_what_is_no_slip_stays(said: str) -> None:
    assert _mended(said) == text.flatten(said)


def test_a_man_is_never_mended_into_another() -> None:
    assert _mended("举报鲍志墙收钱") == "举报鲍志墙收钱"


def test_slots_hold_what_was_written() -> None:
    said = "报送问题：恒信能源采购wenti三笔未招标，申申请材料不全"
    slots = say(said, "member_liaison").slots
    assert "wenti" in slots["desc"]
    assert slots["desc"] in said


def test_the_twin_keeps_its_length() -> None:
    for row in SOME:
        mended = mending.mend(row.text, text.flatten(row.text), NAMES)
        assert len(mended.raw) == len(mended.flat)
        assert mended.said == row.text


def test_letters_of_a_wish_to_stay_unknown_are_read() -> None:
    assert say("niming，附三张照片", "employee").intent == "anonymous_report"


def test_harmless_words_are_left_alone() -> None:
    """Of thousands of honest sayings hardly one is touched."""
    said = [one for title in sections("employee_talk.txt").values() for one in title]
    assert len(said) > 200
    touched = [one for one in said if _mended(one) != text.flatten(one)]
    assert len(touched) <= len(said) * 0.01, touched


def test_private_characters_of_the_sender_do_no_harm() -> None:
    said = "报送问题：\U000f0000恒信能源wenti"
    assert mending.mend(said, text.flatten(said)).raw == said


def test_what_says_nothing_is_read_with_one_more_slip() -> None:
    assert say("DB0007往后到推下周五").intent == say("DB0007往后推到下周五").intent == "item"


def test_a_consent_under_a_condition_is_not_read_again() -> None:
    assert say("同意登记0141，但要补金额").intent == "unknown"


def test_no_figure_and_no_negation_is_guessed() -> None:
    """A number, a unit of money, a day or a 不 is neither made nor taken away, however likely it would be."""
    for row in SOME:
        mended = mending.mend(row.text, text.flatten(row.text), NAMES)
        said = text.flatten(row.text)
        for twin in (mended, *mending.others(mended, NAMES)):
            for char in "0123456789不没未万亿元":
                assert twin.flat.count(char) == said.count(char), (row.text, twin.flat)


def test_the_hour_after_half_a_word_is_in_the_afternoon() -> None:
    assert say("下周三下3点开联席会").slots["time"] == "2026-12-02T15:00"
