"""The organisation changes under matters that are in hand: units move, people leave, tables hold odd lines."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

import run
from bot import carrying, sheets
from bot.config import Config
from handlers import leaving
from storage import dues, organisation, people
from tests.flows.findings import AUDIT, FINANCE, HEAD, LIAISON, NUMBER, OFFICE, OTHER, assigned, finding, forget, seed
from tests.flows.harness import SAMPLE, START, Rehearsal
from tests.regressions.people import dismiss

UNIT = {"编码": "X1", "名称": "新公司", "上级编码": "HX", "类型": "权属企业"}
PERSON = {"账号": "x1", "姓名": "钱进", "单位编码": "HX", "角色": "employee"}


async def _import(world: Rehearsal, **parents: str) -> None:
    """The sample group once more, with some units under other parents."""
    tables = sheets.read(SAMPLE, ("单位", "人员"))
    rows = [(at, row | {"上级编码": parents.get(row["编码"], row["上级编码"])}) for at, row in tables["单位"]]

    def work(session: Session) -> None:
        plan = organisation.compare(session, rows, tables["人员"])
        assert not plan.errors, plan.errors
        organisation.apply(session, plan, START.date())

    await world.turns.run(work)


async def test_a_unit_that_moved_keeps_its_people_at_their_matters(world: Rehearsal) -> None:
    await assigned(world)
    await _import(world, JS="NY", JS2="JS")
    assert finding(world).unit_path == "/HX/NY/JS/"
    answer = await world.say(LIAISON, f"查 {NUMBER}")
    assert "责任人周涛" in answer, answer
    await world.turn_to("2026-12-11 09:30")
    assert any(NUMBER in words for words in world.told(LIAISON))


async def test_who_left_hears_of_no_reminder_and_his_head_does(world: Rehearsal) -> None:
    await assigned(world)
    await dismiss(world, LIAISON)
    await world.turn_to("2026-12-22 18:00")
    assert world.told(LIAISON) == []
    assert any(NUMBER in words for words in world.told(HEAD))


async def test_a_tendency_is_not_looked_at_again_by_somebody_who_left(world: Rehearsal) -> None:
    await seed(world, nature="tendency", submitted_at=START - timedelta(days=89))

    def plan(session: Session) -> None:
        dues.plan(session, kind="tendency", matter=NUMBER, rung="90d", at=START.replace(day=24, hour=9, minute=10))

    await world.turns.run(plan)
    await dismiss(world, FINANCE)
    await world.turn_to("2026-11-24 18:00")
    assert world.told(FINANCE) == []
    assert any("请复看" in words for words in world.told("hx_caiwufz") + world.told(OFFICE))


@pytest.mark.parametrize(
    ("unit", "person", "said"),
    [
        ({"编码": "js"}, {}, "大小写"),
        ({"名称": "很" * 81}, {}, "80字"),
        ({}, {"姓名": "长" * 41}, "40字"),
        ({}, {"职务": "长" * 41}, "40字"),
        ({}, {"账号": "a|b"}, "账号"),
    ],
)
async def test_a_table_that_no_store_can_hold_is_refused_by_line(
    anywhere: Rehearsal, unit: dict[str, str], person: dict[str, str], said: str
) -> None:
    tables = sheets.read(SAMPLE, ("单位", "人员"))
    units, persons = [*tables["单位"], (99, UNIT | unit)], [*tables["人员"], (98, PERSON | person)]

    def work(session: Session) -> list[str]:
        plan = organisation.compare(session, units, persons)
        if not plan.errors:
            organisation.apply(session, plan, date(2026, 11, 23))
        return plan.errors

    errors = await anywhere.turns.run(work)
    assert len(errors) == 1 and said in errors[0] and "第9" in errors[0], errors


async def test_a_picture_with_the_longest_name_that_the_wire_lets_in(anywhere: Rehearsal) -> None:
    await assigned(anywhere)
    await anywhere.say(LIAISON, f"{NUMBER} 整改进展：制度已修订，60%")
    await anywhere.picture(LIAISON, "M" * 512)
    assert "已记录" in await anywhere.say(LIAISON, "确认")


async def test_the_actor_costs_one_statement_with_or_without_delegates(anywhere: Rehearsal) -> None:
    await anywhere.say(LIAISON, "今天到12月4日由陈静代理我")
    await anywhere.say(LIAISON, "确认")
    for userid, lent in ((AUDIT, 0), (OTHER, 2), (HEAD, 0)):
        with anywhere.session() as session:
            seen: list[str] = []
            event.listen(anywhere.engine, "before_cursor_execute", lambda *args, seen=seen: seen.append(args[2]))
            actor = people.actor(session, userid, date(2026, 11, 23))
            assert len([words for words in seen if words.startswith("SELECT")]) == 1
            assert len([post for post in actor.posts if post.lent_by == LIAISON]) == lent
            assert _holders(session) == [LIAISON, OTHER]


def _holders(session: Session) -> list[str]:
    return people.userids_with(session, ("unit_liaison",), date(2026, 11, 23), "JS")


def _table(path: Path, without: str = "", renamed: str = "") -> Path:
    """The sample group's two files, without the lines of `without`, with 恒信建设 called `renamed`."""
    path.mkdir(exist_ok=True)
    for name in ("单位.csv", "人员.csv"):
        lines = (SAMPLE / name).read_text(encoding="utf-8-sig").splitlines(keepends=True)
        kept = [line for line in lines if not (without and line.startswith(f"{without},"))]
        text = "".join(kept)
        if renamed:
            text = text.replace("JS,恒信建设,HX,权属企业,建设公司", f"JS,{renamed},HX,权属企业,恒信建设、建设公司")
        (path / name).write_text(text, encoding="utf-8")
    return path


def _run_import(world: Rehearsal, folder: Path, *, yes: bool = True) -> carrying.Report:
    """What `run.py org import` does, in its own transaction."""
    report = run._carried(world.engine, Config(), lambda turn: carrying.people(turn, folder, leaving.settle, apply=yes))
    assert report.errors == 0, report.lines
    return report


async def test_an_import_names_what_people_leave_behind_and_hands_it_on_at_once(
    world: Rehearsal, tmp_path: Path
) -> None:
    await assigned(world)
    await world.say(LIAISON, f"{NUMBER} 整改进展：制度已修订，60%")
    forget(world)
    folder = _table(tmp_path / "table", without=LIAISON)
    shown = _run_import(world, folder, yes=False).lines
    assert f"- 任职 周涛（{LIAISON}）JS unit_liaison" in shown
    assert f"! 周涛（{LIAISON}）名下在办1条，应用后转单位负责人并告知监督办公室" in shown
    assert finding(world).resp_person == LIAISON, "shown, not applied"
    _run_import(world, folder)
    assert finding(world).resp_person == HEAD
    assert "已记录" not in await world.say(LIAISON, "确认")
    assert await world.say(LIAISON, f"查 {NUMBER}") == "未查询到该编号，或您无权查看。"
    assert len([words for words in world.told(HEAD) if "转由您负责" in words]) == 1
    assert len([words for words in world.told(OFFICE) if "已转单位负责人王建国" in words]) == 1
    await world.turn_to("2026-11-25 09:00")
    assert not any("转由您负责" in words for words in world.told(HEAD))


async def test_an_import_that_fails_in_the_handing_on_leaves_the_posts(
    world: Rehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await assigned(world)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(leaving, "settle", fail)
    with pytest.raises(RuntimeError):
        _run_import(world, _table(tmp_path / "table", without=LIAISON))
    with world.session() as session:
        assert people.actor(session, LIAISON, START.date()).roles == {"unit_liaison", "resp_person"}


async def test_an_old_finding_keeps_the_name_that_its_unit_had(world: Rehearsal, tmp_path: Path) -> None:
    await assigned(world)
    _run_import(world, _table(tmp_path / "table", renamed="恒信建工"))
    assert finding(world).unit_name == "恒信建设"
    assert "恒信建设" in await world.say(OFFICE, f"查 {NUMBER}")


async def test_what_was_appointed_in_chat_is_no_difference_to_the_table_that_follows(
    world: Rehearsal, tmp_path: Path
) -> None:
    await world.say(OFFICE, "任命陈静为恒信能源联络员")
    await world.say(OFFICE, "确认")
    folder = _table(tmp_path / "table")
    with (folder / "人员.csv").open("a", encoding="utf-8") as file:
        file.write("hx_wuliul,陈静,NY,unit_liaison,,,\n")
    assert _run_import(world, folder, yes=False).lines == []


@pytest.mark.parametrize(("picked", "code"), [("1", "JS9"), ("恒信物流·二公司", "WL9")])
async def test_two_units_of_one_name_are_asked_about_with_their_parents(
    world: Rehearsal, tmp_path: Path, picked: str, code: str
) -> None:
    folder = _table(tmp_path / "table")
    text = (folder / "单位.csv").read_text(encoding="utf-8").replace("二公司、建设二公司", "建设二公司")
    (folder / "单位.csv").write_text(
        text + "JS9,二公司,JS,权属企业,,,否\nWL9,二公司,WL,权属企业,,,否\n", encoding="utf-8"
    )
    with (folder / "人员.csv").open("a", encoding="utf-8") as file:
        file.write("a1,甲一,JS9,unit_head,,,\na2,甲二,WL9,unit_head,,,\n")
    _run_import(world, folder)
    await world.restart()
    await seed(world, unit=None)
    answer = await world.say(OFFICE, f"交办 {NUMBER} 给二公司，12月18日前")
    assert "1 恒信建设·二公司" in answer and "2 恒信物流·二公司" in answer
    assert "回复“确认”提交" in await world.say(OFFICE, picked)
    await world.say(OFFICE, "确认")
    assert (finding(world).unit, finding(world).unit_name) == (code, "二公司")


async def test_appointing_standing_in_and_leaving_on_every_store(anywhere: Rehearsal) -> None:
    await assigned(anywhere)
    await anywhere.say(LIAISON, "今天到12月4日由陈静代理我")
    await anywhere.say(LIAISON, "确认")
    await anywhere.say(OFFICE, "周涛调到恒信能源任联络员")
    assert "已转单位负责人王建国" in await anywhere.say(OFFICE, "确认")
    assert finding(anywhere).resp_person == HEAD
    assert await anywhere.say(OTHER, f"查 {NUMBER}") == "未查询到该编号，或您无权查看。"
    await dismiss(anywhere, HEAD, date(2026, 11, 24))
    await anywhere.turn_to("2026-11-25 09:00")
    assert any("没有单位负责人可接" in words for words in anywhere.told(OFFICE))
    await anywhere.say("hx_zhuren", "启用恒信能源子级办公室，专人周涛")
    assert "已办理" in await anywhere.say("hx_zhuren", "确认")
