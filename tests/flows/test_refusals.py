"""What one may not see and what does not exist sound alike and take the same way through the store (domain.md 2.5)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from bot.errors import NOT_FOUND_OR_FORBIDDEN
from bot.messages import Inbound, Kind
from storage import leads, urgents
from storage.matters import SpecialReport
from storage.models import Conversation, Refusal
from tests.flows.findings import seed
from tests.flows.harness import Rehearsal

# A line for each way of asking; add one with each new wish that names a number.
WAYS = (
    "查 {}",
    "{}",
    "查 {} 进展",
    "{} 谁负责",
    "看下{}的整改措施和责任人",
    "{}什么时候到期",
    "留痕 {}",
    "{}的办理记录",
    "看{}的佐证",
    "把{}的附件发我",
    "这是{}的佐证",
    "{} 申请验收",
    "{} 整改进展：已清理一半，60%",
    "{} 申请延期至2026-12-31，原因：对方账户未解冻",
    "{}同意延期",
    "同意销号 {}",
    "退回 {}，理由：缺会议纪要",
    "交办 {} 恒信建设 责任人周涛 12月20日前",
    "登记 {}",
    "{}不予登记，理由：不属于监督事项",
    "{}退回补正：缺责任单位和发现时间",
    "补正 {}：发现时间是11月3日",
    "把{}并到WT-2026-0998",
    "撤回{}",
    "同意撤销{}",
    "重启{}，原因：又发现同类问题，依据：审计报告",
    "提交异议 {}：金额有误，附对账单",
    "{}不实，删掉",
    "答复{}的异议：金额核实无误，异议不成立",
    "建议审计部关注{}的合同主体",
    "{}列为重点督办",
    "{}办公室抽查",
    "{}第一个节点完成了",
    "{}请法务合规部和财务部配合",
    "{}类别改为采购招标",
    "这条别当问题报，当线索：{}",
)
LEAD_WAYS = (
    "查 {}",
    "{}",
    "{}办到哪了",
    "留痕 {}",
    "{}谁负责",
    "{}受理",
    "{}拟初步核实，承办人张伟",
    "{}移送纪检",
    "{}同意分办",
    "签收{}",
    "退回{}，理由：缺材料",
    "{}办结，结果失实",
    "{}反馈反映人：已说明",
    "{}快报已报",
    "{} 拟适用容错，试点失败",
    "重启{}，新线索：录音",
    "看{}的内容",
    "看{}反映人身份，理由：告知受理情况",
)
ABSENT, ABSENT_LEAD = "WT-2026-0999", "XS-2026-9ZZZ"
# What there is, and cannot be seen by these: a stranger, an employee, and the people of another unit.
HIDDEN: dict[str, dict[str, Any]] = {
    "WT-2026-0201": {},
    "WT-2026-0202": {"visibility": "restricted"},
    "WT-2026-0203": {"state": "converted_to_lead", "resp_person": None},
    "WT-2026-0204": {"state": "pending_acceptance"},
    "WT-2026-0205": {"state": "submitted", "unit": None, "resp_person": None},
    "WT-2026-0206": {"state": "closed", "unit": "JS2"},
}
OUTSIDERS = ("nobody", "hx_zhigong", "hx_wuliul", "hx_admin")
# Who sees all the others, or some of them, and may not see these.
KEPT_OUT = {
    "hx_ban": ("WT-2026-0202",),
    "hx_zuzhang": ("WT-2026-0202",),
    "hx_caiwu": ("WT-2026-0202",),
    "hx_jianshe": ("WT-2026-0202",),
    "hx_jianshel": ("WT-2026-0202", "WT-2026-0203", "WT-2026-0205"),  # 0203 never was his task
    "hx_wuliul": tuple(HIDDEN),
}


@dataclass
class Rig:
    """A world without a sender, so that every statement on the wire belongs to the message."""

    world: Rehearsal
    serial: int = 0

    async def ask(self, person: str, text: str) -> tuple[str, list[str]]:
        """The answer, and the statements that made it, in order; each time as if for the first time."""
        await self.world.turns.run(self._forget)
        self.serial += 1
        inbound = Inbound(Kind.TEXT, person, f"m:{self.serial:05d}", self.world.clock(), text=text)
        with self._statements() as said:
            answer = await self.world.dispatcher.receive(inbound, time.monotonic() + 60)
        return (answer.text if answer else ""), said

    def _forget(self, session: Session) -> None:
        session.execute(delete(Refusal))
        session.execute(delete(Conversation))

    @contextmanager
    def _statements(self) -> Iterator[list[str]]:
        said: list[str] = []

        def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            said.append(statement)

        event.listen(self.world.engine, "before_cursor_execute", hear)
        try:
            yield said
        finally:
            event.remove(self.world.engine, "before_cursor_execute", hear)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    world = Rehearsal(Path(tmp_path_factory.mktemp("refusals")))
    always = {"source": "HX-SJ", "submitted_by": "hx_shenji", "resp_person": "hx_jianshel", "due": date(2026, 12, 10)}
    for number, values in HIDDEN.items():
        await seed(world, number, **always | values)

    def lead(session: Session) -> None:
        at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
        urgents.add(
            session, number="JJ-2026-0001", reporter="hx_jianshel", at=at, raw_text="塔吊", unit_name="恒信建设"
        )
        session.add(
            SpecialReport(
                number="BG-2026-0001", name="恒信建设经责审计", source="HX-SJ", count=11, submitted_by="hx_shenji",
                submitted_at=at,
            )
        )  # fmt: skip
        leads.add(
            session, number="XS-2026-7K3M", state="transferred", reporter="hx_caiwu", desc="内容", raw_text="内容",
            reported_at=datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
        )  # fmt: skip

    await world.turns.run(lead)
    yield Rig(world)
    world.turns.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("person", OUTSIDERS)
async def test_strangers_hear_of_a_hidden_one_as_of_none(rig: Rig, person: str, way: str) -> None:
    """S8, 2.5: byte for byte the same answer by the same statements, however it is asked."""
    answer, statements = await rig.ask(person, way.format(ABSENT))
    for number in HIDDEN:
        heard, said = await rig.ask(person, way.format(number))
        assert heard.replace(number, ABSENT) == answer, (person, number)
        assert said == statements, (person, number)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("person", list(KEPT_OUT))
async def test_those_with_rights_hear_so_of_what_is_kept_from_them(rig: Rig, person: str, way: str) -> None:
    answer, statements = await rig.ask(person, way.format(ABSENT))
    for number in KEPT_OUT[person]:
        heard, said = await rig.ask(person, way.format(number))
        assert heard.replace(number, ABSENT) == answer, (person, number)
        assert said == statements, (person, number)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", LEAD_WAYS)
@pytest.mark.parametrize("person", ["nobody", "hx_zhigong", "hx_wuliul", "hx_jianshe", "hx_zuzhang", "hx_zhuize"])
async def test_a_lead_is_nowhere_for_those_outside_its_circle(rig: Rig, person: str, way: str) -> None:
    """8.2-5: the liaison who asks for a lead's number hears what he hears of a number that does not exist."""
    answer, statements = await rig.ask(person, way.format(ABSENT_LEAD))
    heard, said = await rig.ask(person, way.format("XS-2026-7K3M"))
    assert heard.replace("XS-2026-7K3M", ABSENT_LEAD) == answer
    assert said == statements


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", ["查 {}", "{}", "{}录了几条", "{}还差多少"])
@pytest.mark.parametrize("person", ["nobody", "hx_wuliul", "hx_caiwu"])
async def test_other_peoples_reports_sound_like_none(rig: Rig, person: str, way: str) -> None:
    for hidden, absent in (("JJ-2026-0001", "JJ-2026-0999"), ("BG-2026-0001", "BG-2026-0999")):
        answer, statements = await rig.ask(person, way.format(absent))
        heard, said = await rig.ask(person, way.format(hidden))
        assert heard.replace(hidden, absent) == answer and said == statements, hidden


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("person", OUTSIDERS)
async def test_the_words_themselves(rig: Rig, person: str) -> None:
    for words in ("查 {}", "{}", "查 {} 进展", "{} 申请验收", "同意销号 {}", "退回 {}，理由：缺会议纪要"):
        for number in (ABSENT, *HIDDEN):
            assert (await rig.ask(person, words.format(number)))[0] == NOT_FOUND_OR_FORBIDDEN, (words, number)


@pytest.mark.asyncio(loop_scope="module")
async def test_among_several_numbers_a_hidden_one_reads_as_none(rig: Rig) -> None:
    one, said = await rig.ask("hx_jianshel", "WT-2026-0201 WT-2026-0202 一起查下")
    other, also = await rig.ask("hx_jianshel", f"WT-2026-0201 {ABSENT} 一起查下")
    assert one.replace("WT-2026-0202", ABSENT) == other and said == also
