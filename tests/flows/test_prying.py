"""Probes end to end: fixed sentence, brake after five, event without content; and doors that keep nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.errors import LEADS_CLOSED, NOT_FOUND_OR_FORBIDDEN
from handlers import orientation_words, texts, urgent
from storage.matters import Urgent
from storage.models import Event
from storage.types import Base
from tests.flows.harness import Rehearsal
from tests.flows.test_unnamed import _keys
from tests.understanding import corpora

SAID = corpora.sections("prying.txt")
EMPLOYEE, LIAISON, HEAD = "hx_zhigong", "hx_caiwu", "hx_jianshe"
BRAKE = "查询次数过多，请稍后再试。"


def _everything(world: Rehearsal) -> str:
    with world.session() as session:
        return "\n".join(
            repr(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(select(table))
        )


@pytest.mark.parametrize("person", [EMPLOYEE, LIAISON])
@pytest.mark.parametrize("at", range(0, len(SAID["probes"]), 5))
async def test_five_probes_hear_the_fixed_sentence_and_the_sixth_the_brake(
    world: Rehearsal, person: str, at: int
) -> None:
    _keys(world)
    world.open_anonymous()
    five = SAID["probes"][at : at + 5]
    for said in five:
        assert await world.say(person, said) in (LEADS_CLOSED, NOT_FOUND_OR_FORBIDDEN), said
    assert await world.say(person, five[0]) == BRAKE
    with world.session() as session:
        (event,) = session.scalars(select(Event).where(Event.matter == "security"))
        assert (event.actor, event.after) == (person, {"count": 5})
    kept = _everything(world)
    assert [said for said in five if said in kept] == []


async def test_many_numbers_asked_one_after_another_are_slowed_down(world: Rehearsal) -> None:
    for number in range(5):
        assert await world.say(EMPLOYEE, f"查 XS-2026-7K3{number}") == NOT_FOUND_OR_FORBIDDEN
    assert await world.say(EMPLOYEE, "查 XS-2026-7K39") == BRAKE
    assert await world.say(HEAD, "查 XS-2026-7K39") == NOT_FOUND_OR_FORBIDDEN


@pytest.mark.parametrize("said", SAID["12339"])
async def test_spying_is_sent_to_12339_and_nothing_of_it_stays(world: Rehearsal, said: str) -> None:
    assert await world.say(LIAISON, said) == orientation_words.DOORS["12339"]
    assert said not in _everything(world)
    with world.session() as session:
        assert session.scalars(select(Urgent)).all() == []


async def test_superiors_are_sent_to_12388_and_nothing_of_it_stays(world: Rehearsal) -> None:
    for said in SAID["12388"]:
        assert (await world.say(LIAISON, said)).startswith(texts.SUPERIOR), said
        assert said not in _everything(world)


async def test_danger_hears_first_whom_to_call(world: Rehearsal) -> None:
    for said in SAID["danger"]:
        answer = await world.say(EMPLOYEE, said)
        assert any(number in answer for number in ("110", "119", "120")), (said, answer)
        await world.say(EMPLOYEE, "没了")


AT_WORK = [
    "二公司塔吊出事了，一人受伤", "三号库房着火了", "一个工人从脚手架上摔下来了", "井下冒顶，三个人被埋",
    "锅炉房爆炸了", "高坠一人死亡", "工地上有人触电昏过去了", "基坑塌方，两人被困", "车间氨气泄漏，有人中毒",
    "起重机倒了砸伤一人", "施工现场打桩机倾覆，一人受伤", "工人作业时突发晕倒后坠落受伤",
]  # fmt: skip
OTHERWISE = [
    "门口有人打架，一人受伤", "职工突发心脏病死亡", "有人晕倒了没有呼吸", "有人要跳楼", "食堂好多人中毒上吐下泻",
    "下班路上车祸，一人死亡", "财务被骗转走八十万", "客户数据泄漏了", "记者堵在门口采访", "供应商带人堵大门",
    "服务器系统中毒", "危化品仓库许可证明天到期",
]  # fmt: skip


@pytest.mark.parametrize("said", AT_WORK)
async def test_an_accident_at_work_has_its_statutory_hour(world: Rehearsal, said: str) -> None:
    assert urgent.STATUTORY in await world.say("hx_jianshel", f"紧急：{said}")


@pytest.mark.parametrize("said", OTHERWISE)
async def test_what_is_none_has_not(world: Rehearsal, said: str) -> None:
    answer = await world.say("hx_jianshel", f"紧急：{said}")
    assert "JJ-2026-0001" in answer and "1小时" not in answer
