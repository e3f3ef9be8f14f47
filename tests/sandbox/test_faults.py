"""The fault switches, and the control address beside them."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from tests.sandbox.conftest import World


async def test_counts_are_used_up(world: World) -> None:
    await world.do("/faults", busy=2, only="/cgi-bin/message/")
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 0
    codes = [(await world.api("message/send", world.text(str(n))))["errcode"] for n in range(3)]
    assert codes == [-1, -1, 0]
    assert len(await world.record()) == 1


async def test_frequency_expired_token_and_500(world: World) -> None:
    await world.do("/faults", frequency=1)
    await world.gettoken()
    await world.do("/faults", frequency=1)
    assert (await world.gettoken())["errcode"] == 45009
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 0
    await world.do("/faults", expired_token=1)
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 42001
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 42001
    world.token = ""
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 0
    await world.do("/faults", http_500=1)
    async with world.http.get(world.url + "/cgi-bin/gettoken") as response:
        assert response.status == 500


@pytest.mark.parametrize(("switch", "sent"), [("reset_before", 0), ("reset", 0), ("reset_after", 1)])
async def test_a_connection_is_cut_before_or_after_the_message_was_taken(world: World, switch: str, sent: int) -> None:
    await world.gettoken()
    await world.api("user/get", userid="hx_ban")
    await world.do("/faults", **{switch: 1})
    with pytest.raises(aiohttp.ClientError):
        await world.api("message/send", world.text())
    assert len(await world.record()) == sent
    assert (await world.api("message/send", world.text()))["errcode"] == 0


async def test_a_broken_network_passes_nothing_in_either_direction(world: World) -> None:
    await world.api("user/get", userid="hx_ban")
    await world.do("/faults", network_down=True)
    with pytest.raises(aiohttp.ClientError):
        await world.api("message/send", world.text())
    told = await world.do("/api/say", userid="hx_ban", text="断了")
    assert (told["status"], told["attempts"], world.bot.calls) == ("lost", 4, 0)
    assert await world.record() == []


async def test_a_message_said_while_the_network_is_down_arrives_with_a_repeat(world: World) -> None:
    await world.do("/faults", network_down=True, repeat_seconds=0.3)
    saying = asyncio.create_task(world.do("/api/say", userid="hx_ban", text="等等"))
    while not await world.chat("hx_ban"):
        await asyncio.sleep(0.01)
    await world.do("/faults", network_down=False)
    told = await saying
    assert (told["status"], told["reply"]) == ("replied", "你说：等等")
    assert told["attempts"] > 1


async def test_every_callback_can_be_repeated(world: World) -> None:
    await world.do("/faults", callback_repeat=2)
    told = await world.do("/api/say", userid="hx_ban", text="重复")
    assert (told["attempts"], told["reply"], world.bot.calls) == (3, "你说：重复", 3)
    assert [entry["from"] for entry in await world.chat("hx_ban")] == ["member", "app"]


async def test_an_empty_object_clears_everything(world: World) -> None:
    before = (await world.raw("GET", "/faults"))[1]
    await world.do("/faults", busy=9, slow_ms=1, network_down=True, only="user", token_seconds=1, invisible=["hx_ban"])
    assert (await world.raw("GET", "/faults"))[1] != before
    assert await world.do("/faults") == before


@pytest.mark.parametrize("wrong", [{"bussy": 1}, {"busy": "viel"}, {"busy": -1}, {"busy": True}, {"invisible": "x"}])
async def test_an_unknown_switch_is_named_and_nothing_changes(world: World, wrong: dict[str, object]) -> None:
    before = (await world.raw("GET", "/faults"))[1]
    status, answer = await world.raw("POST", "/faults", json={"slow_ms": 5, **wrong})
    assert status == 400
    assert next(iter(wrong)) in answer["error"]
    assert (await world.raw("GET", "/faults"))[1] == before


async def test_people_carry_what_the_page_shows(world: World) -> None:
    people = (await world.raw("GET", "/api/people"))[1]
    assert len(people) == 14
    first = next(person for person in people if person["userid"] == "hx_jianshel")
    assert (first["name"], first["unit"], first["title"]) == ("周涛", "恒信建设", "恒信建设综合部")
    assert first["role_names"] == ["单位联络员", "责任人"]


async def test_messages_after_a_revision_hold_what_is_new_or_changed(world: World) -> None:
    await world.api("message/send", world.card("T-1"))
    (card,) = await world.chat("hx_ban")
    await world.do("/api/click", userid="hx_ban", task_id="T-1", key="yes")
    changed = (await world.raw("GET", f"/api/messages?userid=hx_ban&after={card['rev']}"))[1]
    assert [entry["seq"] for entry in changed] == [card["seq"]]
    assert changed[0]["clicked"] == "yes"


async def test_the_stream_tells_what_happens(world: World) -> None:
    async with world.http.get(world.url + "/api/stream") as stream:
        assert await stream.content.readline() == b": open\n"
        await world.api("message/send", world.text("推送"))
        while not (line := await stream.content.readline()).startswith(b'data: {"type": "message"'):
            continue
        event = json.loads(line.removeprefix(b"data: "))
    assert (event["type"], event["userid"], event["message"]["text"]) == ("message", "hx_ban", "推送")


async def test_the_clock_is_the_bots(world: World) -> None:
    state = (await world.raw("GET", "/api/clock"))[1]
    assert (state["now"][:16], state["rehearsal"]) == ("2026-12-10T09:00", True)
    turned = await world.do("/api/clock", now="2026-12-31T09:10:00+08:00", rate=1)
    assert turned["now"].startswith("2026-12-31T09:10")
    await world.api("message/send", world.text("到期"))
    assert (await world.chat("hx_ban"))[0]["business_at"].startswith("2026-12-31T09:10")


async def test_a_second_turn_waits_its_turn(world: World) -> None:
    world.bot.turn_seconds = 0.02
    first = asyncio.create_task(world.do("/api/clock", now="2026-12-20T09:10:00+08:00"))
    while not world.platform.clock.turning:
        await asyncio.sleep(0.005)
    status, _ = await world.raw("POST", "/api/clock", json={"now": "2026-12-21T09:10:00+08:00"})
    assert status == 409
    assert (await first)["turning"] is False


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/say", {"userid": "nobody", "text": "x"}), ("/api/say", {"userid": "hx_ban"}),
     ("/api/click", {"userid": "hx_ban"}), ("/api/send_file", {"userid": "hx_ban", "data": "***"}),
     ("/api/inbound", {"userid": "hx_ban", "kind": "?"})],
)  # fmt: skip
async def test_wrong_control_calls_are_told_in_words(world: World, path: str, body: dict[str, str]) -> None:
    status, answer = await world.raw("POST", path, json=body)
    assert status == 400
    assert answer["error"]


async def test_forgetting_begins_anew(world: World) -> None:
    await world.do("/api/say", userid="hx_ban", text="一")
    await world.do("/api/forget")
    assert await world.chat("hx_ban") == []


async def test_another_sites_page_may_not_pull_the_switches(world: World) -> None:
    headers = {"Origin": "https://example.org"}
    status, _ = await world.raw("POST", "/faults", json={"busy": 1}, headers=headers)
    assert status == 403
    assert (await world.raw("POST", "/faults", json={"busy": 1}, headers={"Origin": world.url}))[0] == 200


async def test_a_push_during_a_turn_carries_the_moment_of_its_stop(world: World) -> None:
    world.bot.turn_seconds = 0.001
    world.bot.at_stop = lambda: world.api("message/send", world.text("到期"))
    await world.do("/api/clock", now="2026-12-14T09:00:00+08:00")
    moments = [row["business_at"][:16] for row in await world.record()]
    assert moments == ["2026-12-11T09:00", "2026-12-12T09:00", "2026-12-13T09:00"]
    assert [entry["business_at"][:16] for entry in await world.chat("hx_ban")] == moments
