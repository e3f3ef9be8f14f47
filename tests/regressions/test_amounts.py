"""A figure that no store can hold is kept in its words; it never costs anybody his message."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from handlers.rules.amounts import MOST_FEN, fen_of
from storage.matters import Finding, Urgent
from storage.proceedings import Progress
from tests.flows.findings import FINANCE, LIAISON, NUMBER, OFFICE, assigned
from tests.flows.harness import Rehearsal

HUGE = "99999999999999999999元"


@given(st.integers(-MOST_FEN, MOST_FEN))
def test_every_sum_in_fen_comes_back_as_it_was(fen: int) -> None:
    assert fen_of(Decimal(fen).scaleb(-2)) == fen


@pytest.mark.parametrize(("yuan", "fen"), [(1.005, 101), (0.285, 29), (128600.0, 12860000), (True, None), ("1", None),
                                           (10**20, None), (float("nan"), None), (float("inf"), None)])  # fmt: skip
def test_odd_figures(yuan: object, fen: int | None) -> None:
    assert fen_of(yuan) == fen


@pytest.mark.parametrize("sums", [HUGE, "九千亿亿元", f"{HUGE}，另有4万元"])
async def test_a_finding_with_an_impossible_sum_is_recorded(anywhere: Rehearsal, sums: str) -> None:
    await anywhere.say(FINANCE, f"报送问题：恒信物流备用金没清，{sums}")
    answer = await anywhere.say(FINANCE, "确认")
    if "已登记" not in answer:  # two sums: which of them counts
        answer = await anywhere.say(FINANCE, "1") + await anywhere.say(FINANCE, "确认")
    assert "已登记 WT-2026-0001" in answer, answer
    with anywhere.session() as session:
        row = session.scalars(select(Finding)).one()
        assert row.amount_fen is None or row.amount_fen <= MOST_FEN
        assert HUGE in row.raw_text or "九千" in row.raw_text


async def test_an_urgent_report_with_an_impossible_sum_goes_out_at_once(anywhere: Rehearsal) -> None:
    answer = await anywhere.say("hx_zhigong", f"紧急：二公司塔吊倒了，一人受伤，损失{HUGE}")
    assert "已登记紧急报告 JJ-2026-0001" in answer
    assert any(HUGE in words for words in anywhere.told(OFFICE))
    with anywhere.session() as session:
        assert session.scalars(select(Urgent)).one().amount_fen is None


async def test_progress_with_an_impossible_sum_is_recorded(anywhere: Rehearsal) -> None:
    await assigned(anywhere)
    await anywhere.say(LIAISON, f"{NUMBER} 整改进展：挽回{HUGE}，60%")
    assert "已记录" in await anywhere.say(LIAISON, "确认")
    with anywhere.session() as session:
        assert HUGE in session.scalars(select(Progress)).one().text


async def test_an_application_with_an_impossible_sum_is_recorded(anywhere: Rehearsal) -> None:
    await assigned(anywhere, amount_fen=420)
    await anywhere.say(LIAISON, f"{NUMBER} 申请验收")
    await anywhere.say(LIAISON, f"措施：已清理；佐证：回单；原因：制度缺失；挽回：{HUGE}")
    assert "待验收" in await anywhere.say(LIAISON, "确认")
