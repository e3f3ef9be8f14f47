"""Random talk by everybody of the sample group, with a fixed seed: nothing crashes, and the ledger tells it all again.

Hundreds of plausible messages about a handful of findings, in any order, at any moment of any conversation.
"""

from __future__ import annotations

import csv
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import events, replay
from storage.matters import FINDING_STATES, Finding
from storage.migrations.guards import PAIRS
from storage.models import Event, Failure
from storage.proceedings import Cycle
from tests.flows.findings import seed
from tests.flows.harness import SAMPLE, Rehearsal
from tests.flows.watch import unexplained

MEASURES = "措施：已全部清理并入账；佐证：银行回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法"
PEOPLE = [row["账号"] for row in csv.DictReader((SAMPLE / "人员.csv").read_text(encoding="utf-8").splitlines())]
NUMBERS = [f"WT-2026-{place:04}" for place in range(121, 126)]
LIKELY = {  # what moves things, by those who do it day by day
    "hx_ban": ("登记 {n}，类别资金管理", "交办 {n} 恒信建设 责任人周涛 12月18日前", "同意延期 {n}"),
    "hx_jianshel": (
        "收到 {n}",
        "{n} 申请验收",
        "{n} 整改进展：已收回3万元，完成60%",
    ),
    "hx_caiwu": ("同意销号 {n}，整改到位", "退回 {n}，理由：回单不全，12月31日前补齐"),
    "hx_zhuren": ("重启{n}，原因：又发现，依据：审计报告", "交办 {n} 恒信建设 责任人周涛 12月25日前"),
}
MESSAGES = """
交办 {n} 恒信建设 责任人周涛 12月18日前
登记 {n}，类别资金管理
{n}退回补正：缺发现时间
{n}不予登记，理由：不属于监督事项
{n}并到{m}
{n}补充：发现时间是11月3日
撤回{n}，录重了
同意撤销{n}
不同意撤销{n}，理由：还要查
收到
收到 {n}
{n} 整改进展：已收回3万元，完成60%
{n} 申请延期到12月30日，理由：对方配合慢
同意延期 {n}
不同意延期 {n}，理由：抓紧
{n} 申请验收
{n} 申请验收，措施：已清理入账；佐证：银行回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法
措施：已全部清理并入账；佐证：银行回单；原因：制度缺失；问责：批评教育1人；制度：备用金办法
同意销号 {n}，整改到位
同意销号 {n}，整改到位
退回 {n}，理由：回单不全，12月31日前补齐
重启{n}，原因：又发现，依据：审计报告
{n}这条不属实，金额有误
答复{n}的异议：核实无误，异议不成立
{n}异议成立，金额更正为8万
{n}列为重点督办
取消{n}的重点督办
{n}请法务合规部配合
{n}办公室抽查
{n}责任人改成王建国
{n}类别改为采购招标
{n}严重程度调成重大
建议审计部关注{n}的合同主体
{n}转问题线索
留痕 {n}
查 {n}
看{n}的佐证
{n}分两个节点：12月10日完成清理，12月18日完成入账
{n}第一个节点完成了
逾期清单
我们的问题清单
全部
第1个
统计
帮助
取消
报送问题：恒信物流备用金7个月没清，4.2万
？
好的
1
理由：资料不全
""".strip().split("\n")


def _spoken(chance: random.Random) -> tuple[str, str]:
    n, m = chance.sample(NUMBERS, 2)
    if chance.random() < 0.5:
        person = chance.choice(list(LIKELY))
        return person, chance.choice(LIKELY[person]).format(n=n)
    return chance.choice(PEOPLE), chance.choice(MESSAGES).format(n=n, m=m)


def _closed_rounds(world: Rehearsal) -> dict[int, dict[str, Any]]:
    columns = [column.key for column in Cycle.__table__.columns]
    with world.session() as session:
        rows = session.scalars(select(Cycle).where(Cycle.closed_at.is_not(None)))
        return {row.id: {key: getattr(row, key) for key in columns} for row in rows}


def _moves(world: Rehearsal) -> set[tuple[str, str]]:
    """Every pair of states that the ledger tells of."""
    with world.session() as session:
        told = [
            event for number in session.scalars(select(Finding.number)) for event in events.history(session, number)
        ]
    pairs = [(e.before["state"], e.after["state"]) for e in told if e.before and e.after and "state" in e.before]
    return {(old, new) for old, new in pairs if old != new}


def _crashed(world: Rehearsal) -> list[str]:
    with world.session() as session:
        return [f"{failure.flow}: {failure.error}" for failure in session.scalars(select(Failure))]


async def _begin(world: Rehearsal) -> None:
    for number in NUMBERS[:2]:
        await seed(world, number, state="submitted")
    for number in NUMBERS[2:]:
        await seed(world, number)


@pytest.mark.parametrize("chosen", [1, 2])
async def test_random_talk_never_crashes_and_is_told_again(world: Rehearsal, chosen: int) -> None:
    chance = random.Random(chosen)
    await _begin(world)
    closed: dict[int, dict[str, Any]] = {}
    for place in range(180):
        person, words = _spoken(chance)
        answer = await world.say(person, words)
        if "申请验收，还需要" in answer:
            answer = await world.say(person, MEASURES)
        if "回复“确认”提交" in answer and chance.random() < 0.9:
            await world.say(person, "确认")
        assert _crashed(world) == [], (place, person, words)
        assert unexplained(world) == {}, (place, person, words)
        now = _closed_rounds(world)
        assert closed.items() <= now.items(), (place, person, words)  # a closed round never changes
        closed = now
        if place % 60 == 59:
            await world.turn_to(world.clock() + timedelta(days=2))
    assert _moves(world) <= set(PAIRS)

    assert len(_moves(world)) >= 5
    assert closed  # some of it got as far as that
    with world.session() as session:
        assert set(session.scalars(select(Finding.state))) <= set(FINDING_STATES)
        foreign = select(Event.matter).where(Event.action.in_((replay.FOREIGN, replay.BASELINE)))
        assert session.scalars(foreign).all() == []  # the nights found nothing that no event explains
