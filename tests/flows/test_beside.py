"""What is said beside a question that stands open is answered, or it is said that nothing came of it."""

from __future__ import annotations

import pytest

from storage import moves
from tests.flows.findings import AUDIT, LIAISON, NUMBER, OFFICE, actions, assigned, finding, seed
from tests.flows.harness import Rehearsal

ORDER = f"交办 {NUMBER} 恒信建设 责任人周涛 12月18日前"
UNUSED = "刚才这句没用上，还在等您答复："
LEFT = "还没办完，回复“继续”接着办"


@pytest.mark.parametrize("asked", ["这周有什么到期的", "上季度销号率多少", "现在谁手里活最多", "现在还有哪些没整改完"])
async def test_a_question_for_something_else_is_answered(world: Rehearsal, asked: str) -> None:
    await seed(world, unit=None)
    waiting = await world.say(OFFICE, ORDER)
    answer = await world.say(OFFICE, asked)
    assert UNUSED not in answer and waiting not in answer
    assert LEFT in answer
    assert await world.say(OFFICE, "继续") == waiting
    await world.say(OFFICE, "确认")
    assert actions(world) == ["assign"]


@pytest.mark.parametrize("asked", ["这周有什么到期的", "恒信建设逾期的有哪些", "我名下还有几条没改完"])
async def test_a_question_becomes_no_part_of_what_is_confirmed(world: Rehearsal, asked: str) -> None:
    await assigned(world)
    waiting = await world.say(LIAISON, f"{NUMBER} 整改进展：已清理一半，50%")
    assert LEFT in await world.say(LIAISON, asked)
    assert await world.say(LIAISON, "继续") == waiting
    await world.say(LIAISON, "确认")
    with world.session() as session:
        (report,) = moves.progress_of(session, finding(world))
    assert report.text == "已清理一半，50%"


async def test_what_goes_on_with_a_report_stays_in_it(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：已清理一半，50%")
    assert "另外三个科室下周完成" in await world.say(LIAISON, "另外三个科室下周完成")


async def test_words_of_which_nothing_came_are_not_passed_over(world: Rehearsal) -> None:
    await seed(world, unit=None)
    waiting = await world.say(OFFICE, ORDER)
    for _ in range(2):
        assert await world.say(OFFICE, "今天食堂吃啥") == f"{UNUSED}\n{waiting}"
    assert await world.say(OFFICE, "继续") == waiting
    assert actions(world) == []


async def test_an_answer_that_changes_something_is_taken_as_one(world: Rehearsal) -> None:
    await seed(world, unit=None)
    await world.say(OFFICE, ORDER)
    answer = await world.say(OFFICE, "改成12月25日")
    assert "12月25日" in answer and UNUSED not in answer and LEFT not in answer


async def test_words_that_fill_the_draft_are_no_question(world: Rehearsal) -> None:
    """The question stays the same, and what was said all the same was kept."""
    await world.say(AUDIT, "登记一份专项报告")
    waiting = await world.say(AUDIT, "招采专项检查")
    answer = await world.say(AUDIT, "恒信置业10月到11月")
    assert UNUSED not in answer and LEFT not in answer
    if answer == waiting:
        assert "恒信置业" in await world.say(AUDIT, "共3项")


async def test_a_talk_about_a_lead_begins_no_search(world: Rehearsal) -> None:
    await world.say(LIAISON, "报告问题线索：二公司有人收供应商的钱，去年十月")
    waiting = await world.say(LIAISON, "今天食堂吃啥")
    for _ in range(2):
        answer = await world.say(LIAISON, "恒信物流逾期的问题都是哪几条呢")
        assert LEFT not in answer
    assert waiting


SHEET = "台账模板"


@pytest.mark.parametrize(
    "order",
    [
        "给建设催办一下，0123那条整改没动静",
        "约谈一下建设的负责人，0123三次催办都没动静",
        f"把{NUMBER}派给恒信建设，12月18日前改完",
        "食堂后厨地面积水，没人管，恒信建设的",
    ],
)
async def test_an_order_is_heard_while_a_sheet_is_waited_for(world: Rehearsal, order: str) -> None:
    """Nothing but a file answers that question, so words are meant for something else."""
    await seed(world, unit=None)
    alone = await world.say(OFFICE, order)
    await world.say(OFFICE, "取消")
    waiting = await world.say(OFFICE, SHEET)
    assert "填好后直接发回来" in waiting
    beside = await world.say(OFFICE, order)
    assert UNUSED not in beside and alone.split("\n")[0] in beside
    if LEFT not in beside:  # it asks something itself
        await world.say(OFFICE, "取消")
    assert "填好后直接发回来" in await world.say(OFFICE, "继续")


async def test_a_template_asked_for_again_did_come_to_something(world: Rehearsal) -> None:
    await seed(world, unit=None)
    await world.say(OFFICE, SHEET)
    for _ in range(2):
        assert UNUSED not in await world.say(OFFICE, "模板")
    assert (await world.say(OFFICE, "今天食堂吃啥")).startswith(UNUSED)


@pytest.mark.parametrize(
    "said", ["这次一共12条", "我电脑打不开", "文件太大发不了", "等一下我填完再发", "收到，我知道了"]
)
async def test_what_names_nothing_is_no_order(world: Rehearsal, said: str) -> None:
    await seed(world, unit=None)
    await world.say(OFFICE, SHEET)
    assert (await world.say(OFFICE, said)).startswith(UNUSED)


@pytest.mark.parametrize("said", ["先约谈再交办", "工人受伤那件事", "约谈一下建设的负责人，三次催办都没动静"])
async def test_an_order_beside_a_question_is_not_guessed(world: Rehearsal, said: str) -> None:
    """It may be an answer that missed its question, and some orders are carried out at once."""
    await seed(world, unit=None)
    waiting = await world.say(OFFICE, ORDER)
    before = actions(world)
    assert waiting in await world.say(OFFICE, said)
    assert actions(world) == before
