"""How the world stands before a script of tests/flows/scripts.py begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.config import Policy
from storage import events, leads
from storage.matters import Person, Post
from tests.flows.findings import AUDIT, DIRECTOR, FINANCE, LIAISON, NUMBER, OFFICE, applied, assigned, seed
from tests.flows.harness import Rehearsal
from tests.flows.snapshots import once

TARGET = "WT-2026-0125"
LEAD, TALK = "XS-2026-7K3M", "YT-2026-0001"
YES, CONFIRM = "确认", "回复“确认”提交，“取消”放弃"  # handlers.texts.CONFIRM, by hand


@dataclass(frozen=True, slots=True)
class Arranged:
    """A world on top of another one: what is done there, and what people then say and confirm."""

    after: str = ""
    done: Callable[[Rehearsal], Awaitable[None]] | None = None
    said: tuple[tuple[str, str], ...] = ()

    async def arrange(self, world: Rehearsal) -> None:
        if self.done is not None:
            await self.done(world)
        for person, words in self.said:
            await _settled(world, person, words)


async def _settled(world: Rehearsal, person: str, words: str) -> None:
    """Somebody says something, and confirms it."""
    asked = await world.say(person, words)
    assert asked.endswith(CONFIRM), (words, asked)
    answer = await world.say(person, YES)
    assert CONFIRM not in answer, (words, answer)


@once
async def alarmed(world: Rehearsal) -> None:
    """What is urgent is stored and told at once, and asked about afterwards."""
    assert "JJ-2026-0001" in await world.say(LIAISON, "紧急：恒信建设二公司塔吊倾倒")


@once
async def submitted(world: Rehearsal) -> None:
    await seed(world, state="submitted")
    await seed(world, TARGET)


@once
async def undated(world: Rehearsal) -> None:
    await seed(world, state="submitted", found_at=None)
    await seed(world, TARGET, state="submitted")


@once
async def bare(world: Rehearsal) -> None:
    await seed(world, unit=None)
    await seed(world, TARGET)


@once
async def common(world: Rehearsal) -> None:
    """One second-level category in three units, put before the office."""
    for number, unit in ((NUMBER, "JS"), (TARGET, "WL"), ("WT-2026-0127", "NY")):
        await seed(world, number, unit=unit)
    await world.turn_to("2026-11-24 09:00")


@once
async def phased(world: Rehearsal) -> None:
    await assigned(world, due="2027年3月31日")


@once
async def overdue(world: Rehearsal) -> None:
    await assigned(world, due="11月25日")
    await world.turn_to("2026-11-27 10:00")


@once
async def outdated(world: Rehearsal) -> None:
    """A ladder that was begun under rules that are no longer those of the office."""
    world.world.policy = Policy(ladders={"rectification": ("T-3 -3w 09:10 resp+liaison single",)})
    await assigned(world)


@once
async def major(world: Rehearsal) -> None:
    await applied(world, severity="major")


@once
async def second(world: Rehearsal) -> None:
    await assigned(world, TARGET)


@once
async def second_applied(world: Rehearsal) -> None:
    await applied(world, TARGET)


@once
async def ready(world: Rehearsal) -> None:
    for number in (NUMBER, TARGET):
        await assigned(world, number, root_cause="制度缺失")
        await _settled(world, LIAISON, f"{number} 整改进展：已清理，100%，佐证见附件银行回单")


async def pictured(world: Rehearsal) -> None:
    await world.picture(LIAISON, "P1")
    assert "0份 → 1份" in await world.say(LIAISON, YES)


@once
async def lead(world: Rehearsal, *, real_name: bool = False) -> None:
    """One that was reported, under a number that a script can name."""

    def work(session: Session) -> None:
        at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
        said: dict[str, Any] = {
            "desc": "仓库主管倒卖废铁",
            "raw_text": "仓库主管倒卖废铁",
            "unit": "NY",
            "unit_name": "恒信能源",
        }
        leads.add(session, number=LEAD, state="reported", reporter=FINANCE, reported_at=at, real_name=real_name, **said)
        events.add(session, at=at, actor=FINANCE, matter=LEAD, action="arranged")

    await world.turns.run(work)


@once
async def named_lead(world: Rehearsal) -> None:
    await lead(world, real_name=True)


@once
async def tan(world: Rehearsal) -> None:
    """A handler of the discipline body beside its manager."""

    def work(session: Session) -> None:
        session.add(Person(userid="hx_tan", name="谭笑"))
        session.flush()
        session.add(Post(userid="hx_tan", unit="HX-JW", role="disc_handler", title="纪检专员"))

    await world.turns.run(work)


KEEPER = "hx_jiwei"
SENT = f"{LEAD}移送纪检，违纪，损失一般，情节一般，影响一般"
CALLED = "约谈恒信建设王建国，11月30日上午10点，我主持"


@once
async def next_year(world: Rehearsal) -> None:
    await world.turn_to("2027-01-15 17:00")


@once
async def merged(world: Rehearsal) -> None:
    assert "是否合并" in await world.say(FINANCE, "财务部12月22日去恒信能源检查资金")
    await _settled(world, FINANCE, "合并")


PLAN = "0123分三个节点：12月20日完成清理，1月31日完成入账，3月底完善制度"
LATER = f"{NUMBER} 申请延期至2026年12月31日，原因：3间商铺原租户诉讼未结"
REOPEN = f"重启 {NUMBER}，原因：又发现3笔备用金未清，依据：审计复核报告"
WORLDS: dict[str, Arranged] = {
    "nothing": Arranged(),
    "submitted": Arranged(done=submitted),
    "undated": Arranged(done=undated),
    "sent_back": Arranged("submitted", said=((OFFICE, "0123退回补正：缺责任单位和发现时间"),)),
    "bare": Arranged(done=bare),
    "registered": Arranged(done=seed),
    "handed_over": Arranged("registered", said=((OFFICE, f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前"),)),
    "assigned": Arranged(done=assigned),
    "overdue": Arranged(done=overdue),
    "outdated": Arranged(done=outdated),
    "two": Arranged("assigned", second),
    "common": Arranged(done=common),
    "ready": Arranged(done=ready),
    "phased": Arranged(done=phased),
    "planned": Arranged("phased", said=((LIAISON, PLAN),)),
    "later": Arranged("assigned", said=((LIAISON, LATER),)),
    "objected": Arranged("assigned", said=((LIAISON, "提交异议 0123：金额有误，附对账单"),)),
    "supervised": Arranged("assigned", said=((OFFICE, "0123列为重点督办"),)),
    "assisted": Arranged("assigned", said=((OFFICE, "0123增加配合单位恒信物流"),)),
    "pictured": Arranged("assigned", pictured),
    "asked_away": Arranged("assigned", said=((OFFICE, "撤销0123，录重了"),)),
    "applied": Arranged(done=applied),
    "both_applied": Arranged("applied", second_applied),
    "major": Arranged(done=major),
    "closed": Arranged("applied", said=((FINANCE, f"同意销号 {NUMBER}"),)),
    "asked_again": Arranged("closed", said=((FINANCE, REOPEN),)),
    "report": Arranged(said=((AUDIT, "登记专项报告：恒信置业经责审计，共3项，11月20日形成"),)),
    "own": Arranged(said=((LIAISON, "报送问题：本单位备用金7个月没清，4.2万"),)),
    "declared": Arranged(said=((FINANCE, "本季度无问题"),)),
    "delegated": Arranged(said=((LIAISON, "今天到12月4日由陈静代理我"),)),
    "called": Arranged(said=((DIRECTOR, CALLED),)),
    "lead": Arranged(done=lead),
    "accepted_lead": Arranged("lead", said=((KEEPER, f"{LEAD}受理"),)),
    "sent_lead": Arranged("accepted_lead", said=((DIRECTOR, SENT),)),
    "signed_lead": Arranged("sent_lead", said=((KEEPER, f"签收{LEAD}"),)),
    "inquired_lead": Arranged("signed_lead", said=((KEEPER, f"{LEAD}谈话函询"),)),
    "done_lead": Arranged("inquired_lead", said=((KEEPER, f"{LEAD}办结，结果谈话提醒"),)),
    "closed_lead": Arranged("done_lead", said=((KEEPER, f"{LEAD}结案"),)),
    "named_lead": Arranged(done=named_lead),
    "handled_lead": Arranged("named_lead", tan, said=((KEEPER, f"{LEAD}受理，拟初步核实，承办人谭笑"),)),
    "answerable_lead": Arranged(
        "named_lead",
        said=(
            (KEEPER, f"{LEAD}受理"),
            (DIRECTOR, SENT),
            (KEEPER, f"签收{LEAD}"),
            (KEEPER, f"{LEAD}办结，结果谈话提醒"),
        ),
    ),
    "meeting": Arranged(said=((OFFICE, "定一下：领导小组年初会议2027年1月15日下午2点半，三楼会议室"),)),
    "held": Arranged("meeting", next_year),
    "to_do": Arranged(said=((OFFICE, "登记待办：恒信资本账户清理，审计部牵头，12月18日前"),)),
    "visiting": Arranged(said=((AUDIT, "审计部12月8日去恒信能源检查"),)),
    "joint": Arranged("visiting", merged),
    "offered": Arranged(said=((OFFICE, "出一份给成员单位的通报"),)),
    "urgent": Arranged(done=alarmed),
    "sub_office": Arranged(said=((DIRECTOR, "启用恒信建设子级办公室，专人王建国"),)),
}
