"""The pure parts of a submission: splitting, amounts, corrections, and whom words are about."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.meaning import Meaning, UnitName
from handlers import finding_draft, finding_split, subjects, urgent

TODAY = date(2026, 11, 23)
UNITS = (UnitName("WL", "恒信物流", ("物流", "物流公司")), UnitName("JS2", "恒信建设二公司", ("二公司",)))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("问题：1.差旅超标；2.无公函", 2),
        ("一、差旅超标\n二、无公函\n三、超编", 3),
        ("①差旅超标 ②无公函", 2),
        ("合计12.5万元，涉及3.6吨", 0),
        ("第1条规定没执行", 0),
        ("发现2处漏水", 0),
    ],
)
def test_numbered_items_are_found_and_decimals_are_none(text: str, count: int) -> None:
    assert len(finding_split.parts(text)) == count


def test_exact_amounts_only() -> None:
    assert finding_split.amounts("一份230万一份87.5万元，另约30万") == [230_000_000, 87_500_000]


@given(st.decimals(min_value=1, max_value=99_999, places=2))
def test_an_amount_in_ten_thousands_is_never_rounded(value: object) -> None:
    item: finding_draft.Item = {}
    finding_split.amount(item, f"共{value}万元")
    assert item["amount_fen"] == round(float(str(value)) * 1_000_000)


def test_an_exact_amount_and_an_uncertain_one_replace_each_other() -> None:
    item: finding_draft.Item = {}
    finding_draft.set_amount(item, "amount_text", "大概四五十万")
    finding_draft.set_amount(item, "amount_yuan", 450_000)
    assert item == {"amount_fen": 45_000_000}
    finding_draft.set_amount(item, "amount_text", "约50万")
    assert item == {"amount_text": "约50万"}


def test_a_future_day_is_no_day_of_finding() -> None:
    item = finding_draft.from_meaning(Meaning("submit_finding", {"found_at": "2026-12-31"}), "某事", TODAY, UNITS)
    assert item["found_at"] == "2026-11-23"


@pytest.mark.parametrize("text", ["我要报个问题", "报送问题", "报送问题：", "登记一下"])
def test_an_announcement_is_no_description(text: str) -> None:
    item = finding_draft.from_meaning(Meaning("submit_finding"), text, TODAY, UNITS)
    assert finding_draft.missing(item) == ["unit", "desc"]


def test_a_correction_names_its_finding() -> None:
    change = finding_draft.correction(
        Meaning("correct", {"field": "amount_yuan", "value": 30000}), "第2条金额改成3万", TODAY
    )
    assert change == finding_draft.Correction("amount_yuan", 30000, 1)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("恒信物流总经理违规发放补贴", "top_leader"),
        ("恒信资本副总经理超标用车", "team_member"),
        ("项目经理赵磊", ""),
        ("合同未经总经理签字", ""),
        ("直接上了总经理办公会", ""),
    ],
)
def test_leaders_are_recognised_as_subjects_only(text: str, level: str) -> None:
    assert subjects.level(text) == level


@pytest.mark.parametrize(
    ("text", "expected"),
    [("举报纪委办李主任打牌带彩", True), ("有人围标，我想直接给纪委的人说", False), ("恒信能源李主任", False)],
)
def test_the_receivers_of_leads_are_recognised(text: str, expected: bool) -> None:
    assert subjects.about_handlers(text) is expected


def test_what_the_groups_leaders_demanded_is_a_finding_like_any_other() -> None:
    assert not subjects.superior("集团领导要求的整改没有落实", "恒信集团", accused=False)
    assert subjects.superior("恒信集团董事长违规用车", "恒信集团", accused=False)
    assert subjects.superior("这事涉及集团领导", "恒信集团", accused=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("仓库着火", ["119", "1小时"]),
        ("塔吊出事了，一人受伤", ["120", "1小时"]),
        ("被电信诈骗转走860万", ["110", "银行止付"]),
        ("资金缺口过亿", ["5000万元"]),
        ("火已扑灭，无人员伤亡", []),
    ],
)
def test_emergencies_hear_what_cannot_wait(text: str, words: list[str]) -> None:
    said = "".join(urgent.advice(text))
    assert all(word in said for word in words)
    assert words or "119" not in said
