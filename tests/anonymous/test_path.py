"""One person's anonymous report from the notice to the answer under its receipt, and what must not be left of it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.anonymous import words
from bot.messages import Kind
from bot.sealing import contents, envelope
from bot.sealing.contents import Manifest, Part
from storage.types import Base
from storage.vault import Sealed
from tests.anonymous.world import Anonymous, anonymous, code_in
from tests.stores import Store

SECRET = "食堂承包商每月给后勤科长送两条烟"


@pytest_asyncio.fixture
async def world(sqlite: Store, tmp_path: Path) -> AsyncIterator[Anonymous]:
    made = anonymous(sqlite, tmp_path)
    yield made
    made.path.close()


def everything(world: Anonymous) -> str:
    """Every cell of every table of the main store."""
    with world.bot.store.session() as session:
        tables = {t.name: session.execute(select(t)).all() for t in Base.metadata.sorted_tables}
    return json.dumps({name: [[str(cell) for cell in row] for row in rows] for name, rows in tables.items()})


def opened(world: Anonymous, officer: str, number: str) -> list[str]:
    report = world.vault.of_lead(number)
    assert report is not None
    bound = contents.context("part", report.record)
    parts = [envelope.open_([world.keys[officer]], part.sealed, bound) for part in world.vault.parts(report.record)]
    return [Part.from_bytes(part).text for part in parts]


async def test_from_the_notice_to_the_answer_under_the_receipt(
    world: Anonymous, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = everything(world)
    assert await world.say("li", "匿名反映", key="m:secret-key") == words.notice("offline")
    assert await world.say("li", SECRET) == words.NOTED
    assert await world.say("li", "已经两年了") == words.NOTED
    answer = await world.say("li", "结束")
    code = code_in(answer)
    assert "下一次入库时间 12:00 之后凭码确认" in answer and "我们不会主动联系您" in answer
    assert await world.say("li", f"查回执 {code}") == words.waiting("12:00")
    assert everything(world) == before
    assert world.bot.channel.calls == []
    await world.path.batch.write()
    (number,) = world.office.filed
    assert opened(world, "qian", number) == opened(world, "上级纪委", number) == [SECRET, "已经两年了"]
    assert await world.say("li", f"查回执 {code}") == words.state("已受理", world.vault.of_lead(number).day, [])  # type: ignore[union-attr]
    assert everything(world) == before
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("jiandu"))
    assert all(word not in said + caplog.text for word in ("li ", "secret-key", SECRET[:4], code))
    assert world.bot.words.heard == []


async def test_replies_and_additions_go_through_the_mailbox(world: Anonymous) -> None:
    code = await world.report("li", SECRET)
    await world.path.batch.write()
    report = world.vault.of_lead(world.office.filed[0])
    assert report is not None
    asked = Part.of_text("是哪一家承包商？").to_bytes()
    sealed = envelope.seal([report.mailbox], asked, contents.context("reply", report.record))
    world.path.batch.add_reply(Sealed(report.record, report.day, sealed))
    await world.path.batch.write()
    assert world.vault.answered_since(report.day) == [report.tag]
    assert "是哪一家承包商？" in await world.say("li", f"查回执{code.replace('-', '')}")
    assert "12:00" in await world.say("li", "东风餐饮")
    assert await world.say("li", "结束") == words.LEFT
    await world.path.batch.write()
    assert opened(world, "qian", report.lead) == [SECRET, "东风餐饮"]


async def test_who_is_named_gets_no_key_in_any_part(world: Anonymous) -> None:
    await world.report("li", SECRET, "线索管理员钱七也收了")
    await world.path.batch.write()
    report = world.vault.of_lead(world.office.filed[0])
    assert report is not None
    with pytest.raises(envelope.Unsealable):
        opened(world, "qian", report.lead)
    assert len(opened(world, "sun", report.lead)) == 2
    manifest = envelope.open_([world.keys["sun"]], report.manifest, contents.context("manifest", report.record))
    assert Manifest.from_bytes(manifest) == Manifest(("钱七",), 2)
    assert world.keys["qian"].key_id not in envelope.recipients_of(report.manifest)


async def test_who_is_named_only_in_an_addition_does_not_get_the_addition(world: Anonymous) -> None:
    code = await world.report("li", SECRET)
    await world.path.batch.write()
    await world.say("li", f"查回执 {code}")
    await world.say("li", "线索管理员钱七也收了")
    await world.say("li", "还有一件")
    await world.say("li", "结束")
    await world.path.batch.write()
    report = world.vault.of_lead(world.office.filed[0])
    assert report is not None
    first, *added = world.vault.parts(report.record)
    mine = world.keys["qian"].key_id
    assert mine in envelope.recipients_of(first.sealed)
    assert [mine in envelope.recipients_of(part.sealed) for part in added] == [False, False]
    assert opened(world, "sun", report.lead) == [SECRET, "线索管理员钱七也收了", "还有一件"]


async def test_a_code_in_the_midst_of_writing_loses_nothing(world: Anonymous) -> None:
    await world.say("li", "匿名反映")
    await world.say("li", SECRET)
    assert await world.say("li", "查回执 4821-7390-5512-6047") == words.FIRST_END
    code_in(await world.say("li", "结束"))


async def test_when_all_are_named_only_the_superior_body_reads(world: Anonymous) -> None:
    await world.report("li", "钱七和孙八分了钱")
    await world.path.batch.write()
    number = world.office.filed[0]
    for officer in ("qian", "sun"):
        with pytest.raises(envelope.Unsealable):
            opened(world, officer, number)
    assert opened(world, "上级纪委", number) == ["钱七和孙八分了钱"]


async def test_cadres_of_the_superior_body_are_not_entered_at_all(world: Anonymous) -> None:
    await world.say("li", "匿名反映")
    assert await world.say("li", "上级党委的某副书记插手工程") == words.SUPERIOR
    assert await world.say("li", "还有别的") == words.SILENT
    await world.path.batch.write()
    assert world.office.filed == []


async def test_cancelling_wipes_everything(world: Anonymous) -> None:
    await world.say("li", "匿名反映")
    await world.say("li", SECRET)
    assert await world.say("li", "取消") == words.WIPED
    assert await world.say("li", "结束了吗") == words.SILENT
    await world.path.batch.write()
    assert world.vault.numbers() == set()


@pytest.mark.parametrize(
    "said", ["匿名这个我不弄了，前头打的字都给我清了", "还是不反映了，我前头打的那些全清掉", "不整了"]
)
async def test_who_wants_nothing_left_is_heard_in_his_own_words(world: Anonymous, said: str) -> None:
    await world.say("li", "匿名反映")
    await world.say("li", SECRET)
    assert await world.say("li", said) == words.WIPED
    assert await world.say("li", "结束") is not None and SECRET not in everything(world)


async def test_a_question_is_no_part_of_a_report(world: Anonymous) -> None:
    """Neither after an earlier one, nor how safe the way is: nothing of it is kept, and nothing is begun with it."""
    before = everything(world)
    assert await world.say("li", "上个月我匿名说的那档子事有信儿没") == words.CODE_WANTED
    assert await world.say("wang", "会不会查出是谁匿名告的状") == f"{words.notice('offline')}\n{words.ASKED}"
    assert await world.say("wang", "结束") == words.EMPTY
    assert everything(world) == before


async def test_the_first_words_may_hold_the_matter(world: Anonymous) -> None:
    answer = await world.say("li", f"匿名举报：{SECRET}")
    assert answer.startswith("【不记名反映】") and answer.endswith(words.BEGUN)
    code_in(await world.say("li", "没别的了，就这些"))
    await world.path.batch.write()
    assert opened(world, "sun", world.office.filed[0]) == [f"匿名举报：{SECRET}"]


async def test_a_repeat_is_answered_from_memory_and_does_nothing_twice(world: Anonymous) -> None:
    await world.say("li", "匿名反映")
    for _ in range(3):
        assert await world.say("li", SECRET, key="m:twice") == words.NOTED
    first = await world.say("li", "结束", key="m:end")
    assert await world.say("li", "结束", key="m:end") == first
    await world.path.batch.write()
    assert opened(world, "qian", world.office.filed[0]) == [SECRET]


async def test_wrong_codes_hear_the_same_and_are_slowed_down(world: Anonymous) -> None:
    for _ in range(5):
        assert await world.say("wang", "查回执 4821-7390-5512-6047") == words.WRONG_CODE
    assert await world.say("wang", "查回执 4821-7390-5512-6048") == words.TOO_OFTEN
    assert await world.say("zhao", "查回执 4821-7390-5512-6048") == words.WRONG_CODE


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.VOICE, words.VOICE),
        (Kind.IMAGE, words.PICTURE_LOST),
        (Kind.FILE, words.OTHER_KIND),
        (Kind.VIDEO, words.OTHER_KIND),
        (Kind.ENTER, ""),
    ],
)
async def test_what_is_no_text_is_not_taken(world: Anonymous, kind: Kind, said: str) -> None:
    await world.say("li", "匿名反映")
    before = everything(world)
    assert await world.send("li", kind) == said
    assert everything(world) == before


async def test_another_command_waits_until_the_report_is_done(world: Anonymous) -> None:
    await world.say("li", "匿名反映")
    assert await world.say("li", "查 WT-2026-0001") == words.FIRST_END
    await world.say("li", "取消")
    assert await world.say("li", "帮助") == "我能做：填表（unknown）"
    assert await world.say("li", "你好") == "我能做：填表（unknown）"


async def test_after_a_restart_whoever_may_be_in_the_midst_of_a_report_is_asked(world: Anonymous) -> None:
    world.bot.world.roles = {"wang": frozenset({"audit_staff"})}
    assert await world.say("wang", SECRET) == "我能做：填表（unknown）"
    world.path.begin_anew()
    before = everything(world)
    assert await world.say("wang", SECRET) == words.CHOOSE
    assert everything(world) == before
    assert await world.say("wang", "帮助") == "我能做：填表（unknown）"
    world.seconds.at += 2 * 3600
    assert await world.say("wang", SECRET) == "我能做：填表（unknown）"


async def test_a_session_lapses_and_what_follows_is_not_stored(world: Anonymous) -> None:
    await world.say("li", "匿名反映")
    world.seconds.at += 31 * 60
    before = everything(world)
    assert await world.say("li", SECRET) == words.CHOOSE
    assert await world.say("li", "算了") == words.WIPED
    assert await world.say("li", "嗯") == words.SILENT
    assert everything(world) == before


async def test_confidential_is_asked_before_anything_is_kept(world: Anonymous) -> None:
    before = everything(world)
    assert await world.say("li", "保密反映 二分公司 发票是买的") == words.CHOOSE
    assert everything(world) == before
    assert await world.say("li", "2") == words.NAMED
    assert await world.say("wang", "保密反映 二分公司 发票是买的") == words.CHOOSE
    assert await world.say("wang", "匿名") == words.notice("offline")


async def test_without_keys_nothing_is_taken_in(sqlite: Store, tmp_path: Path) -> None:
    world = anonymous(sqlite, tmp_path)
    with sqlite.session() as session:
        session.execute(Base.metadata.tables["officer_keys"].delete())
        session.commit()
    assert await world.say("li", f"匿名举报{SECRET}") == words.NO_KEYS
    world.path.close()


async def test_the_notice_says_who_reads_in_chat(sqlite: Store, tmp_path: Path) -> None:
    world = anonymous(sqlite, tmp_path, reading="chat")
    assert "受理人员在企业微信中查看，企业微信可能留存" in await world.say("li", "匿名反映")
    world.path.close()


async def test_a_click_says_clearly_that_something_ordinary_is_meant(world: Anonymous) -> None:
    """The command opens the conversation; what follows at once belongs to it, though no answer is out yet."""
    await world.say("li", "匿名反映")
    await world.say("li", "取消")
    click = world.bot.inbound("li", kind=Kind.MENU_CLICK, event_key="填表")
    answers = await asyncio.gather(world.hear(click), world.say("li", "甲"))
    assert list(answers) == ["名称是什么？", "名称：甲。回复“确认”提交"]


async def test_a_wish_does_not_wait_behind_the_persons_other_messages(world: Anonymous) -> None:
    answers = await asyncio.gather(world.say("li", "填表"), world.say("wang", "匿名反映"), world.say("li", "甲"))
    assert list(answers) == ["名称是什么？", words.notice("offline"), "名称：甲。回复“确认”提交"]
