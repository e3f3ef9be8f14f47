"""What is told of a lead stands in its own row, and nowhere else once its reporter has his answer."""

from __future__ import annotations

from sqlalchemy import select, text

from storage.models import Failure, Outbox
from tests.flows.findings import AUDIT, FINANCE
from tests.flows.harness import Rehearsal

SECRET = "王某收受回扣"


async def test_an_answer_that_was_delivered_keeps_no_words(world: Rehearsal) -> None:
    assert SECRET in await world.say(AUDIT, f"报告问题线索：恒信物流{SECRET}，凭据：聊天截图")
    await world.say(AUDIT, "确认")
    with world.session() as session:
        for row in session.scalars(select(Outbox)):
            assert SECRET not in str(row.body), (row.state, row.kind)


async def test_a_repeat_still_hears_the_answer(world: Rehearsal) -> None:
    first = await world.say(FINANCE, "帮助", key="m:900")
    await world.say(FINANCE, "帮助")  # by now the first one's safety net is gone
    assert await world.say(FINANCE, "帮助", key="m:900") == first


async def test_a_finding_that_goes_on_as_a_lead_is_not_kept_when_it_fails(world: Rehearsal) -> None:
    await world.say(AUDIT, "报送问题：恒信物流采购员收了供应商回扣，4.2万")
    assert "请确认线索" in await world.say(AUDIT, "按线索处理")
    await world.turns.run(lambda session: session.execute(text("DROP TABLE leads")))
    answer = await world.say(AUDIT, "确认")
    assert "内容没有保存" in answer, answer
    with world.session() as session:
        kept = session.scalars(select(Failure)).one()
        assert kept.message is None and kept.person is None
