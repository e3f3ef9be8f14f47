"""Evidence: fetched when it comes, attached when confirmed, shown to those with the right, or not taken (S47)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.messages import Attachment
from bot.wecom.errors_table import rejected
from storage import moves
from storage.models import Event, Fetch, File
from storage.proceedings import Evidence
from tests.flows.findings import AUDIT, FINANCE, LIAISON, NUMBER, OFFICE, OTHER, actions, assigned, finding, forget
from tests.flows.harness import JPEG, Rehearsal

HIDDEN = "未查询到该编号，或您无权查看。"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 100
OTHER_NUMBER = "WT-2026-0125"
APPLIED = "措施：已全部清理并入账；原因：制度缺失；问责：批评教育1人；制度：备用金办法"


def rows(world: Rehearsal, number: str = NUMBER) -> list[Evidence]:
    here = finding(world, number)
    with world.session() as session:
        return list(session.scalars(select(Evidence).where(Evidence.finding_id == here.id).order_by(Evidence.id)))


def fetched(world: Rehearsal) -> list[Fetch]:
    with world.session() as session:
        return list(session.scalars(select(Fetch).order_by(Fetch.id)))


def sent_files(world: Rehearsal, person: str) -> list[Attachment]:
    return [s.message for s in world.channel.sent if s.person == person and isinstance(s.message, Attachment)]


def events(world: Rehearsal, action: str, number: str = NUMBER) -> list[Event]:
    with world.session() as session:
        return list(session.scalars(select(Event).where(Event.matter == number, Event.action == action)))


async def progressed(world: Rehearsal, *media: str) -> None:
    """周涛 reports progress with pictures, and confirms."""
    await world.say(LIAISON, f"{NUMBER} 整改进展：已清理，60%")
    for one in media:
        await world.picture(LIAISON, one)
    assert "已记录" in await world.say(LIAISON, "确认")


async def test_s47_a_picture_is_on_our_disk_before_it_is_confirmed(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：已清理，60%")
    assert "佐证：1个图片或文件" in await world.picture(LIAISON, "P1")
    assert [(row.state, row.person) for row in fetched(world)] == [("stored", LIAISON)]
    await world.say(LIAISON, "确认")
    (row,) = rows(world)
    sha256 = hashlib.sha256(JPEG).hexdigest()
    assert (row.sha256, row.refused, row.kind) == (sha256, "", "image")
    assert (world.files / sha256[:2] / sha256[2:4] / sha256).read_bytes() == JPEG


async def test_evidence_that_was_confirmed_first_is_completed_with_its_own_event(world: Rehearsal) -> None:
    await assigned(world)
    world.channel.errors["P1"] = [rejected(-1)]
    await progressed(world, "P1")
    (row,) = rows(world)
    assert row.sha256 is None and row.refused == ""
    await try_again(world)
    (row,) = rows(world)
    assert row.sha256 == hashlib.sha256(JPEG).hexdigest()
    (event,) = events(world, "evidence_stored")
    assert event.actor == LIAISON and (event.after or {})["evidence"][0]["sha256"] == row.sha256


async def try_again(world: Rehearsal) -> None:
    """Instead of waiting for the back-off."""
    again = update(Fetch).where(Fetch.state == "due").values(not_before=datetime(2020, 1, 1, tzinfo=UTC))
    await world.turns.run(lambda session: session.execute(again))
    await world.settle()


async def test_a_file_that_is_refused_is_told_and_is_no_evidence(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：已清理，60%")
    await world.file(LIAISON, "工具.exe", EXE)
    told = world.told(LIAISON)
    assert any("“工具.exe”没有收下：是程序或脚本。改好后请重新发来。" in words for words in told), told
    await world.say(LIAISON, "确认")
    assert rows(world) == []
    assert not list(world.files.glob("??/??/*"))


async def test_t7_an_application_whose_only_evidence_was_refused_asks_again(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    asked = await world.say(LIAISON, APPLIED)
    assert "佐证" in asked and "回复“确认”提交" not in asked
    await world.file(LIAISON, "清单.xlsm", EXE)
    answer = await world.say(LIAISON, "确认")
    assert finding(world).state == "rectifying" and "佐证" in answer


async def test_t7_evidence_lost_after_the_application_reaches_applicant_and_acceptor(world: Rehearsal) -> None:
    await assigned(world)
    world.channel.errors["P1"] = [rejected(-1), rejected(40007)]
    await world.say(LIAISON, f"{NUMBER} 申请验收")
    await world.say(LIAISON, APPLIED)
    confirm = await world.picture(LIAISON, "P1")
    assert "图片或文件1个" in confirm
    assert "待验收" in await world.say(LIAISON, "确认")
    forget(world)
    await try_again(world)
    assert any("没有取到" in words and "请重新发来" in words for words in world.told(LIAISON))
    assert any("没有有效佐证" in words and "周涛" in words for words in world.told(FINANCE))
    assert "evidence_refused" in actions(world)
    assert "没有有效佐证" in await world.say(FINANCE, f"同意销号 {NUMBER}")
    assert finding(world).state == "pending_acceptance"

    await world.picture(LIAISON, "P2")
    assert "0份 → 1份" in await world.say(LIAISON, "确认")
    assert any("补充佐证" in words and "[通过]" in words for words in world.told(FINANCE))
    assert "请确认销号" in await world.say(FINANCE, f"同意销号 {NUMBER}")


async def test_a_picture_without_a_word_is_asked_about_and_confirmed(world: Rehearsal) -> None:
    await assigned(world)
    asked = await world.picture(LIAISON, "P1")
    assert f"作为 {NUMBER}" in asked and "图片1张" in asked and "0份 → 1份" in asked
    assert asked.endswith("回复“确认”提交，“取消”放弃")
    assert "2张" in await world.picture(LIAISON, "P2")
    forget(world)
    assert f"已记为 {NUMBER} 的佐证：0份 → 2份" in await world.say(LIAISON, "确认")
    assert [row.kind for row in rows(world)] == ["image", "image"]
    assert any("周涛补充佐证图片2张" in words for words in world.told(FINANCE))
    assert actions(world)[-1] == "evidence"


async def test_several_open_tasks_are_offered_by_number(world: Rehearsal) -> None:
    await assigned(world)
    await assigned(world, OTHER_NUMBER)
    asked = await world.picture(LIAISON, "P1")
    assert "是哪一条的佐证？" in asked or f"作为 {OTHER_NUMBER}" in asked
    if "是哪一条" in asked:
        asked = await world.say(LIAISON, "0125")
    assert f"作为 {OTHER_NUMBER}" in asked
    assert f"作为 {NUMBER}" in await world.say(LIAISON, "0123")
    await world.say(LIAISON, "确认")
    assert len(rows(world)) == 1 and rows(world, OTHER_NUMBER) == []


async def test_this_is_the_evidence_of_a_number_takes_the_loose_pictures(world: Rehearsal) -> None:
    await assigned(world)
    await assigned(world, OTHER_NUMBER)
    await world.picture(LIAISON, "P1")
    await world.picture(LIAISON, "P2")
    asked = await world.say(LIAISON, "这是0125的佐证")
    assert f"作为 {OTHER_NUMBER}" in asked and "图片2张" in asked
    answer = await world.say(LIAISON, "确认")
    assert "0份 → 2份" in answer and "还没办完" not in answer
    assert len(rows(world, OTHER_NUMBER)) == 2


async def test_this_is_the_evidence_without_pictures_asks_for_them(world: Rehearsal) -> None:
    await assigned(world)
    assert "请把图片或文件发来" in await world.say(LIAISON, "这是0123的佐证")
    assert "文件1个：回单.pdf" in await world.file(LIAISON, "回单.pdf", PDF)
    assert "0份 → 1份" in await world.say(LIAISON, "确认")
    (row,) = rows(world)
    assert row.name == "回单.pdf" and row.kind == "file"


async def test_loose_pictures_are_forgotten_after_cancelling(world: Rehearsal) -> None:
    await assigned(world)
    await world.picture(LIAISON, "P1")
    assert "已取消" in await world.say(LIAISON, "取消")
    assert "图片1张" in await world.picture(LIAISON, "P2")
    await world.say(LIAISON, "确认")
    assert [row.media_id for row in rows(world)] == ["P2"]


async def test_pictures_first_and_the_report_after_them_belong_together(world: Rehearsal) -> None:
    await assigned(world)
    await world.picture(LIAISON, "P1")
    asked = await world.say(LIAISON, f"{NUMBER} 整改进展：已清理，照片见上，60%")
    assert "佐证：1个图片或文件" in asked
    answer = await world.say(LIAISON, "确认")
    assert "已记录" in answer and "还没办完" not in answer
    assert [row.media_id for row in rows(world) if row.kind == "image"] == ["P1"]


async def test_who_has_nothing_open_is_told_what_to_say_and_nothing_is_fetched(world: Rehearsal) -> None:
    assert "没有保存" in await world.picture("hx_zhigong")
    assert fetched(world) == []


async def test_evidence_is_given_by_the_responsible_side_only(world: Rehearsal) -> None:
    await assigned(world)
    assert "由责任单位和配合单位提交" in await world.say(FINANCE, "这是0123的佐证")
    assert await world.say("hx_zhigong", "这是0123的佐证") == HIDDEN
    assert await world.say("hx_zhigong", "这是0999的佐证") == HIDDEN


async def test_a_unit_that_assists_may_bring_evidence(world: Rehearsal) -> None:
    await assigned(world)
    await world.say(OFFICE, f"{NUMBER}增加配合单位恒信物流")
    await world.say(OFFICE, "确认")
    assert "请把图片或文件发来" in await world.say(OTHER, "这是0123的佐证")
    await world.file(OTHER, "运单.pdf", PDF)
    assert "0份 → 1份" in await world.say(OTHER, "确认")
    assert rows(world)[0].by == OTHER and "1 运单.pdf" in await world.say(OTHER, "看0123的佐证")


async def test_the_list_and_a_file_by_its_number(world: Rehearsal) -> None:
    await assigned(world)
    await progressed(world, "P1")
    await world.say(LIAISON, "这是0123的佐证")
    await world.file(LIAISON, "回单.pdf", PDF)
    await world.say(LIAISON, "确认")
    shown = await world.say(FINANCE, "看0123的佐证")
    assert "共2份佐证" in shown and "1 图片（周涛" in shown and "2 回单.pdf（周涛" in shown, shown
    assert "已发给您：回单.pdf" in await world.say(FINANCE, "2")
    (file,) = sent_files(world, FINANCE)
    assert file.name == "回单.pdf" and not file.image
    assert (world.files / file.path).read_bytes() == PDF
    (seen,) = events(world, "evidence_viewed")
    (given,) = events(world, "evidence_sent")
    assert seen.actor == given.actor == FINANCE


async def test_all_of_it_and_one_by_its_place(world: Rehearsal) -> None:
    await assigned(world)
    await progressed(world, "P1", "P2")
    await world.say(OFFICE, "看0123的佐证")
    await world.say(OFFICE, "都发我")
    assert [file.image for file in sent_files(world, OFFICE)] == [True, True]
    assert "已发给您" in await world.say(OFFICE, "看0123的佐证第2个")
    assert len(sent_files(world, OFFICE)) == 3


async def test_an_open_list_does_not_hang_on(world: Rehearsal) -> None:
    await assigned(world)
    await progressed(world, "P1")
    await world.say(OFFICE, "看0123的佐证")
    assert "还没办完" not in await world.say(OFFICE, "统计")


async def test_a_foreign_number_and_none_are_answered_alike(world: Rehearsal) -> None:
    await assigned(world)
    await progressed(world, "P1")
    for person in ("hx_zhigong", OTHER):
        foreign = await world.say(person, "看0123的佐证")
        assert foreign == await world.say(person, "看0999的佐证") or "只给经办" in foreign
        assert sent_files(world, person) == []
    assert await world.say("hx_zhigong", "看0123的佐证") == HIDDEN
    assert events(world, "evidence_viewed") == []


async def test_p6_a_marked_name_stops_the_file_before_anything_is_kept(world: Rehearsal) -> None:
    await assigned(world)
    answer = await world.file(LIAISON, "机密★采购方案.docx", PDF)
    assert "国家秘密标志" in answer
    assert fetched(world) == [] and rows(world) == []
    with world.session() as session:
        assert session.scalars(select(Event).where(Event.matter == "secrecy")).one().actor == "system"


async def test_pictures_of_a_report_are_no_evidence_of_its_rectification(world: Rehearsal) -> None:
    await world.say(AUDIT, "报送问题：恒信建设备用金7个月没清，4.2万，11月20日审计发现")
    await world.picture(AUDIT, "P1")
    answer = await world.say(AUDIT, "确认")
    number = next(word for word in answer.replace("（", " ").split() if word.startswith("WT-"))
    (row,) = rows(world, number)
    assert row.cycle == 0 and row.sha256
    with world.session() as session:
        here = moves.find(session, number)
        assert here is not None and moves.evidence_of(session, here) == []
        assert AUDIT not in moves.fillers(session, here)


async def test_what_nobody_confirmed_is_swept_and_what_is_named_stays(world: Rehearsal) -> None:
    await assigned(world)
    await progressed(world, "P1")
    world.channel.media["P2"] = PDF
    await world.picture(LIAISON, "P2")
    await world.say(LIAISON, "取消")
    old = fetched(world)[0].at - timedelta(days=3)

    def age(session: Session) -> None:
        session.execute(update(File).values(at=old))
        session.execute(update(Fetch).values(at=old))

    assert await world.fetcher.sweep() == 0
    await world.turns.run(age)
    assert await world.fetcher.sweep() == 1
    left = [path.name for path in world.files.glob("??/??/*")]
    assert left == [hashlib.sha256(JPEG).hexdigest()]
