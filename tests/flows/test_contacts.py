"""WeCom's contacts over real HTTP from the stand-in: names, departments, who came, who is gone (wecom.md 3.9)."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date

import aiohttp
import pytest_asyncio
from aiohttp.test_utils import TestServer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.contacts_sync import ContactsSync
from bot.dispatcher import Dispatcher
from bot.wecom.client import WeComClient
from bot.wecom.parse import parse_inbound
from bot.wecom.transport import Account
from handlers.registry import FLOWS
from sandbox.organisation import Department, Member
from sandbox.platform import Platform
from sandbox.server import PLATFORM, create_app
from storage import events, people, units
from storage.matters import Person
from storage.models import Due
from tests.flows.findings import HEAD, LIAISON, NUMBER, OFFICE, OTHER, assigned, change, finding, forget
from tests.flows.harness import Rehearsal

TODAY = date(2026, 11, 23)
REFUSED = "未查询到该编号，或您无权查看。"


@dataclass
class Corp:
    """The corporation as the stand-in holds it, and the bot's look at it."""

    world: Rehearsal
    platform: Platform
    sync: ContactsSync
    serial: int = 1409659813

    async def refresh(self) -> bool:
        done = await self.sync.refresh()
        await self.world.scheduler.run_due()
        await self.world.settle()
        return done

    async def event(self, change_type: str, *, repeat: bool = False, **fields: str) -> None:
        """A change_contact callback as it stands decrypted."""
        self.serial += 0 if repeat else 1
        more = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        data = (
            "<xml><ToUserName>ww1</ToUserName><FromUserName>sys</FromUserName>"
            f"<CreateTime>{self.serial}</CreateTime><MsgType>event</MsgType><Event>change_contact</Event>"
            f"<ChangeType>{change_type}</ChangeType>{more}</xml>"
        )
        await self.dispatcher.receive(parse_inbound(data.encode()), time.monotonic() + 60)
        await self.world.scheduler.run_due()
        await self.world.settle()

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.world.world, FLOWS, self.world.sender.kick, self.sync.hear)

    def put(self, member: Member) -> None:
        self.platform.organisation.members[member.userid] = member
        self.platform.organisation._folded[member.userid.lower()] = member

    def remove(self, userid: str) -> None:
        member = self.platform.organisation.members.pop(userid)
        self.platform.organisation._folded.pop(member.userid.lower())

    def rename_department(self, code: str, name: str) -> None:
        number, found = next((n, d) for n, d in self.platform.organisation.departments.items() if d.code == code)
        self.platform.organisation.departments[number] = replace(found, name=name)

    def department(self, code: str) -> int:
        return next(n for n, d in self.platform.organisation.departments.items() if d.code == code)


@pytest_asyncio.fixture
async def corp(world: Rehearsal) -> AsyncIterator[Corp]:
    server = TestServer(create_app())
    await server.start_server()
    platform = server.app[PLATFORM]
    async with aiohttp.ClientSession() as session:
        known = platform.settings
        account = Account(known.corp_id, known.agent_id, known.secret, str(server.make_url("/")).rstrip("/"))
        client = WeComClient(account, session)
        corp = Corp(world, platform, ContactsSync(world.turns, world.clock, client))
        assert await corp.refresh()
        forget(world)
        yield corp
    await server.close()


def _person(world: Rehearsal, userid: str) -> Person | None:
    with world.session() as session:
        found = session.get(Person, userid)
        if found is not None:
            session.expunge(found)
        return found


def _roles(world: Rehearsal, userid: str) -> frozenset[str]:
    with world.session() as session:
        return people.actor(session, userid, TODAY).roles


async def test_departments_are_matched_by_name_and_people_by_their_main_department(corp: Corp) -> None:
    with corp.world.session() as session:
        assert units.get_unit(session, "JS").department_id == corp.department("JS")
        assert units.get_unit(session, "HX-JB").department_id == corp.department("HX-JB")
    person = _person(corp.world, LIAISON)
    assert person is not None and person.home == "JS"


async def test_a_second_look_changes_nothing(corp: Corp) -> None:
    with corp.world.session() as session:
        before = len(session.scalars(select(Due).where(Due.kind == "contacts")).all())
    await corp.refresh()
    with corp.world.session() as session:
        assert len(session.scalars(select(Due).where(Due.kind == "contacts")).all()) == before
    assert corp.world.told(OFFICE) == []


async def test_somebody_new_comes_without_any_role(corp: Corp) -> None:
    corp.put(Member("HX_New", "钱进", (corp.department("JS2"),), (), "技术员"))
    await corp.event("create_user", UserID="HX_New")
    await corp.sync.tick()  # the change was heard: the first tick of a day only notes the day
    await corp.sync.tick()
    await corp.world.scheduler.run_due()
    person = _person(corp.world, "hx_new")
    assert person is not None and (person.name, person.home) == ("钱进", "JS2")
    assert _roles(corp.world, "hx_new") == frozenset()
    assert await corp.world.say("hx_new", f"查 {NUMBER}") == REFUSED


async def test_a_changed_name_is_taken_over_with_its_event(corp: Corp) -> None:
    corp.put(replace(corp.platform.organisation.members[LIAISON], name="周滔"))
    await corp.refresh()
    person = _person(corp.world, LIAISON)
    assert person is not None and person.name == "周滔"
    with corp.world.session() as session:
        event = events.history(session, f"person:{LIAISON}")[-1]
        assert (event.action, event.before, event.after, event.actor) == ("renamed", "周涛", "周滔", "system")
    assert _roles(corp.world, LIAISON) == {"unit_liaison", "resp_person"}


async def test_item_16_who_is_deleted_loses_everything_at_once(corp: Corp) -> None:
    await assigned(corp.world)
    corp.remove(LIAISON)
    await corp.event("delete_user", UserID=LIAISON)
    assert _roles(corp.world, LIAISON) == frozenset()
    assert finding(corp.world).resp_person == HEAD
    assert any("转由您负责" in words for words in corp.world.told(HEAD))
    office = corp.world.told(OFFICE)
    assert any("周涛已不在企业微信通讯录" in words and "恒信建设 单位联络员" in words for words in office)
    assert await corp.world.say(LIAISON, f"查 {NUMBER}") == REFUSED
    person = _person(corp.world, LIAISON)
    assert person is not None and person.left_on == TODAY and not person.reachable


async def test_a_repeated_callback_tells_nobody_twice(corp: Corp) -> None:
    corp.remove(LIAISON)
    await corp.event("delete_user", UserID=LIAISON)
    forget(corp.world)
    await corp.event("delete_user", repeat=True, UserID=LIAISON)
    assert corp.world.told(OFFICE) == []


async def test_who_is_disabled_is_treated_as_gone_and_comes_back_without_posts(corp: Corp) -> None:
    await corp.event("update_user", UserID=LIAISON, Status="2")
    assert _roles(corp.world, LIAISON) == frozenset()
    await corp.refresh()
    person = _person(corp.world, LIAISON)
    assert person is not None and person.left_on is None and person.reachable
    assert _roles(corp.world, LIAISON) == frozenset()


async def test_a_deletion_that_was_not_heard_is_found_by_night(corp: Corp) -> None:
    await assigned(corp.world)
    await corp.sync.tick()
    corp.remove(LIAISON)
    await corp.sync.tick()
    assert finding(corp.world).resp_person == LIAISON, "nobody looks before the night"
    await corp.world.turn_to("2026-11-24 03:01")
    await corp.sync.tick()
    await corp.world.scheduler.run_due()
    assert finding(corp.world).resp_person == HEAD


async def test_many_gone_at_once_are_not_believed(corp: Corp) -> None:
    for userid in (LIAISON, OTHER, HEAD, "hx_zhigong", "hx_gonghui", "hx_zhuize"):
        corp.remove(userid)
    await corp.refresh()
    assert _roles(corp.world, LIAISON) and _roles(corp.world, OTHER)
    assert any("一下少了6人" in words for words in corp.world.told(OFFICE))


async def test_who_was_never_seen_in_the_contacts_is_not_gone(corp: Corp) -> None:
    def add(session: Session) -> None:
        session.add(Person(userid="hx_later", name="尚未开通"))

    await corp.world.turns.run(add)
    await corp.refresh()
    person = _person(corp.world, "hx_later")
    assert person is not None and person.left_on is None


async def test_a_renamed_department_renames_the_unit_and_keeps_the_old_name_as_an_alias(corp: Corp) -> None:
    await assigned(corp.world)
    corp.rename_department("JS", "恒信建工")
    await corp.refresh()
    with corp.world.session() as session:
        unit = units.get_unit(session, "JS")
        assert unit.name == "恒信建工" and "恒信建设" in unit.aliases
        assert events.history(session, "unit:JS")[-1].action == "renamed"
    assert finding(corp.world).unit_name == "恒信建设", "what was found then keeps the name of then"
    assert any("恒信建设 → 恒信建工" in words for words in corp.world.told(OFFICE))


async def test_an_unknown_department_is_reported_once_and_never_invented(corp: Corp) -> None:
    departments = corp.platform.organisation.departments
    departments[99] = Department(99, "X", "数字化部", 1)
    await corp.refresh()
    told = [words for words in corp.world.told(OFFICE) if "数字化部" in words]
    assert len(told) == 1 and "没有对应的单位" in told[0]
    await corp.refresh()
    assert not any("数字化部" in words for words in corp.world.told(OFFICE))
    with corp.world.session() as session:
        assert units.find_by_name(session, "数字化部") is None
    corp.put(Member("hx_digital", "钱多", (99,), (), ""))
    await corp.refresh()
    person = _person(corp.world, "hx_digital")
    assert person is not None and person.home == "HX"


async def test_a_department_that_is_gone_leaves_its_unit(corp: Corp) -> None:
    del corp.platform.organisation.departments[corp.department("HX-CG")]
    await corp.event("delete_party", Id="9")
    await corp.refresh()
    with corp.world.session() as session:
        unit = units.get_unit(session, "HX-CG")
        assert unit.department_id is None and unit.valid_to is None
    assert any("采购部" in words and "单位未改动" in words for words in corp.world.told(OFFICE))


async def test_a_new_account_takes_over_posts_and_open_matters(corp: Corp) -> None:
    await assigned(corp.world)
    corp.put(replace(corp.platform.organisation.members[LIAISON], userid="zhoutao"))
    corp.remove(LIAISON)
    await corp.event("update_user", UserID=LIAISON, NewUserID="ZhouTao")
    assert _roles(corp.world, LIAISON) == frozenset()
    assert _roles(corp.world, "zhoutao") == {"unit_liaison", "resp_person"}
    assert finding(corp.world).resp_person == "zhoutao"
    assert "责任人周涛" in await corp.world.say("zhoutao", f"查 {NUMBER}")
    assert not any("转由您负责" in words for words in corp.world.told(HEAD))


async def test_a_network_that_fails_leaves_everything_as_it_was(corp: Corp) -> None:
    await assigned(corp.world)
    await change(corp.world)
    corp.remove(LIAISON)
    corp.rename_department("JS", "恒信建工")
    corp.platform.faults.network_down = True
    assert not await corp.refresh()
    assert _roles(corp.world, LIAISON) == {"unit_liaison", "resp_person"}
    with corp.world.session() as session:
        assert units.get_unit(session, "JS").name == "恒信建设"
    corp.platform.faults.network_down = False
    assert await corp.refresh()
    assert _roles(corp.world, LIAISON) == frozenset()


async def test_only_the_platform_itself_reports_changes(corp: Corp) -> None:
    data = (
        "<xml><ToUserName>ww1</ToUserName><FromUserName>hx_wuliul</FromUserName><CreateTime>1409659899</CreateTime>"
        "<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>delete_user</ChangeType>"
        f"<UserID>{LIAISON}</UserID></xml>"
    )
    await corp.dispatcher.receive(parse_inbound(data.encode()), time.monotonic() + 60)
    await corp.world.scheduler.run_due()
    assert _roles(corp.world, LIAISON) == {"unit_liaison", "resp_person"}
