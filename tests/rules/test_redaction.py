"""What a bulletin may not say (domain.md 7.7): names, units, details, small counts."""

from __future__ import annotations

import pytest

from handlers.rules import redaction
from handlers.rules.redaction import COMPANY, DEPARTMENT, Known, cells, redact

KNOWN = Known(
    people={"王建国", "陈静"}, responsible={"周涛"},
    units={"恒信建设": COMPANY, "建设公司": COMPANY, "建设": COMPANY, "财务部": DEPARTMENT, "恒信物流": COMPANY},
    own={"恒信建设", "建设"},
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("恒信建设周涛将备用金4.2万元长期未清", "某权属企业责任人将备用金4.2万元长期未清"),
        ("恒信物流的陈 静垫付货款", "某权属企业的×某垫付货款"),
        ("王建国经理11月20日与宏达建材有限公司签订合同", "×某某日与某单位签订合同"),
        ("老刘在仓库私自处置废铁", "×某在仓库私自处置废铁"),
        ("采购员张三虚报数量", "采购员×某虚报数量"),
        ("李强挪用货款1200万元", "×某挪用货款1200万元"),
        ("合同HT-2026-018未经会签", "合同某编号未经会签"),
        ("财务部审核不严，见WT-2026-0123", "某部门审核不严，见"),
        ("2026年11月未盘点", "某日未盘点"),
        ("车间主任未按规定验收", "车间主任未按规定验收"),
        ("备用金7个月未清", "备用金7个月未清"),
    ],
)
def test_names_units_and_details_go(said: str, told: str) -> None:
    assert redact(said, KNOWN).words == told


def test_every_change_is_told() -> None:
    changes = redact("恒信建设周涛11月20日签字", KNOWN).changes
    assert changes == (("单位", "恒信建设", COMPANY), ("人名", "周涛", "责任人"), ("时间", "11月20日", "某日"))


def test_the_director_may_let_units_stand_but_no_person() -> None:
    done = redact("恒信建设周涛与宏达建材有限公司串通", KNOWN, names=True)
    assert done.words == "恒信建设责任人与某单位串通"


@pytest.mark.parametrize(
    ("said", "told"),
    [("涉及4.2万元", "涉及1万元至10万元"), ("约300元", "1万元以下"), ("共1,200万元", "1000万元以上"),
     ("12.86万元", "10万元至50万元"), ("1亿元", "1000万元以上"), ("3笔未清", "3笔未清")],
)  # fmt: skip
def test_amounts_as_ranges(said: str, told: str) -> None:
    assert redact(said, Known(), ranges=True).words == told


@pytest.mark.parametrize(
    ("said", "method", "why"),
    [("标底泄露", "", "涉第三方商业秘密"), ("职工举报食堂账目", "", "可能反推反映人"),
     ("账目不清", "hotline", "可能反推反映人"),
     ("只有出纳知道的账户", "", "可能反推反映人"), ("备用金未清", "audit", "")],
)  # fmt: skip
def test_what_is_left_out_altogether(said: str, method: str, why: str) -> None:
    assert redaction.barred(said, method) == why


def test_small_cells_are_added_up() -> None:
    assert cells([("a", 8), ("b", 2), ("c", 5), ("d", 1)]) == ([("a", 8), ("c", 5)], 3)
    assert cells([("a", 2)]) == ([], 2)


@pytest.mark.parametrize(("some", "whole", "told"), [(0, 10, True), (2, 10, False), (7, 10, True), (8, 10, False),
                                                     (9, 10, False),
                                                     (10, 10, True), (3, 6, True)])  # fmt: skip
def test_a_part_is_told_when_neither_side_is_small(some: int, whole: int, told: bool) -> None:
    assert redaction.part(some, whole) is told


def test_marks_of_our_own_in_the_words_do_no_harm() -> None:
    assert redact("\ue000\ue001甲\uefff", KNOWN).words == "甲"
