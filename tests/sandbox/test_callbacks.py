"""Callbacks to the bot: every kind, its timing and repeats, and the replies that come back in the response."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.sandbox.conftest import World
from tests.sandbox.echo import Fields

PNG = "iVBORw0KGgoAAAANSUhEUg=="


async def test_the_address_is_verified(world: World) -> None:
    assert (await world.raw("GET", "/api/verify"))[1] == {"ok": True}


async def test_a_text_goes_out_and_its_answer_comes_back(world: World) -> None:
    told = await world.do("/api/say", userid="hx_ban", text="在吗 ]]> <b>&")
    assert (told["reply"], told["status"], told["attempts"]) == ("你说：在吗 ]]> <b>&", "replied", 1)
    (got,) = world.bot.got
    assert (got["FromUserName"], got["MsgId"]) == ("hx_ban", told["msgid"])
    assert 0 < int(got["MsgId"]) < 2**64
    mine, answer = await world.chat("hx_ban")
    assert (mine["from"], mine["state"], answer["via"]) == ("member", "delivered", "reply")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/api/send_image", {"data": PNG, "name": "a.png"}, {"MsgType": "image"}),
        ("/api/send_file", {"data": PNG, "name": "清单.xlsx"}, {"MsgType": "file", "FileName": "清单.xlsx"}),
        ("/api/send_voice", {"data": "IyFBTVIKMDAw"}, {"MsgType": "voice", "Format": "amr"}),
        ("/api/send_video", {"data": "AAAAAGZ0eXBtcDQy"}, {"MsgType": "video"}),
        ("/api/inbound", {"kind": "location", "label": "淄博"}, {"MsgType": "location", "Label": "淄博"}),
        (
            "/api/inbound",
            {"kind": "link", "title": "通知", "url": "https://e.org"},
            {"MsgType": "link", "Title": "通知"},
        ),
        ("/api/enter", {}, {"Event": "enter_agent", "EventKey": ""}),
        ("/api/menu", {"key": "submit"}, {"Event": "click", "EventKey": "submit"}),
        ("/api/event", {"event": "subscribe"}, {"Event": "subscribe"}),
        ("/api/event", {"event": "unsubscribe"}, {"Event": "unsubscribe"}),
    ],
)
async def test_every_kind_arrives(world: World, path: str, body: dict[str, Any], expected: Fields) -> None:
    assert (await world.do(path, userid="hx_ban", **body))["status"] == "empty"
    (got,) = world.bot.got
    assert {name: got.get(name) for name in expected} == expected
    assert got["FromUserName"] == "hx_ban"
    assert ("MsgId" in got) == (got["MsgType"] != "event")


async def test_a_contact_change_comes_from_sys(world: World) -> None:
    await world.do("/api/contact", change="update_user", fields={"UserID": "hx_ban", "Department": "2"})
    (got,) = world.bot.got
    assert (got["FromUserName"], got["ChangeType"], got["UserID"]) == ("sys", "update_user", "hx_ban")


async def test_a_timeout_is_repeated_with_identical_content(world: World) -> None:
    await world.do("/faults", callback_timeout=0.05)

    async def slow_twice(call: int) -> int:
        if call <= 2:
            await asyncio.sleep(0.2)
        return 200

    world.bot.before = slow_twice
    told = await world.do("/api/say", userid="hx_ban", text="慢")
    assert (told["attempts"], told["https"], told["reply"]) == (3, [0, 0, 200], "你说：慢")
    assert len(set(world.bot.raw)) == 1


async def test_four_deliveries_and_no_more(world: World) -> None:
    async def refuse(_call: int) -> int:
        return 500

    world.bot.before = refuse
    told = await world.do("/api/say", userid="hx_ban", text="不收")
    assert (told["attempts"], told["status"], told["reply"]) == (4, "refused", None)
    assert (await world.chat("hx_ban"))[0]["state"] == "failed"
    await world.do("/faults", repeat_on_status=False)
    assert (await world.do("/api/say", userid="hx_ban", text="不收"))["attempts"] == 1


async def test_a_persons_next_message_waits_but_others_do_not(world: World) -> None:
    release = asyncio.Event()

    async def hold_first(call: int) -> int:
        if call == 1:
            await release.wait()
        return 200

    world.bot.before = hold_first
    first = asyncio.create_task(world.do("/api/say", userid="hx_ban", text="一"))
    while world.bot.calls < 1:
        await asyncio.sleep(0.005)
    second = asyncio.create_task(world.do("/api/say", userid="hx_ban", text="二"))
    assert (await world.do("/api/say", userid="hx_zhuren", text="三"))["status"] == "replied"
    assert not second.done()
    release.set()
    await asyncio.gather(first, second)
    assert [got["Content"] for got in world.bot.got] == ["三", "一", "二"]


async def test_raw_deliveries_in_parallel_tell_every_answer(world: World) -> None:
    fields = {"FromUserName": "hx_ban", "MsgType": "text", "Content": "同一条", "MsgId": 42}
    status, answers = await world.raw(
        "POST", "/api/callback", json={"xml_fields": fields, "times": 4, "parallel": True}
    )
    assert status == 200
    assert [(a["http"], a["reply"]) for a in answers] == [(200, "你说：同一条")] * 4
    assert {got["MsgId"] for got in world.bot.got} == {"42"}


def _reply(**fields: Any) -> Any:
    return lambda _asked: fields


async def test_a_card_click_brings_selection_and_a_fresh_code_and_greys_the_clickers_card(world: World) -> None:
    selects = [
        {"question_key": "q1", "title": "单位", "option_list": [{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}]},
    ]
    card = world.card("T-7", to="hx_ban|hx_zhuren")
    card["template_card"] = {
        "card_type": "multiple_interaction", "main_title": {"title": "请选择"}, "task_id": "T-7",
        "select_list": selects, "submit_button": {"text": "提交", "key": "go"},
    }  # fmt: skip
    code = (await world.api("message/send", card))["response_code"]
    world.bot.answer = _reply(MsgType="update_button", Button={"ReplaceName": "已提交"})
    told = await world.do("/api/click", userid="hx_ban", task_id="T-7", key="go", selected={"q1": "b"})
    assert (told["status"], told["reply_kind"]) == ("replied", "update_button")
    (got,) = world.bot.got
    assert (got["Event"], got["EventKey"], got["TaskId"], got["CardType"], got["Options"]) == (
        "template_card_event", "go", "T-7", "multiple_interaction", ["b"],
    )  # fmt: skip
    assert got["ResponseCode"] not in ("", code)
    (mine,), (others,) = await world.chat("hx_ban"), await world.chat("hx_zhuren")
    assert (mine["closed"], mine["replaced"], others["closed"]) == (True, "已提交", False)
    status, answer = await world.raw("POST", "/api/click", json={"userid": "hx_ban", "task_id": "T-7", "key": "go"})
    assert (status, answer["error"]) == (400, "这张卡片已不能点击")
    await world.do("/api/click", userid="hx_ban", task_id="T-7", key="go", force=True)
    agent = world.platform.settings.agent_id
    body = {
        "atall": 1,
        "agentid": agent,
        "response_code": got["ResponseCode"],
        "button": {"replace_name": "已由李敏提交"},
    }
    assert (await world.api("message/update_template_card", body))["errcode"] == 0
    assert (await world.chat("hx_zhuren"))[0]["replaced"] == "已由李敏提交"


async def test_a_click_can_be_answered_with_a_new_card(world: World) -> None:
    await world.api("message/send", world.card("T-8"))
    world.bot.answer = _reply(
        MsgType="update_template_card",
        TemplateCard={
            "CardType": "button_interaction", "MainTitle": {"Title": "已销号"}, "ReplaceText": "何敏已同意",
            "HorizontalContentList": [{"KeyName": "编号", "Value": "WT-2026-0001"}],
            "ButtonList": [{"Text": "同意", "Style": 1, "Key": "yes"}],
        },
    )  # fmt: skip
    await world.do("/api/click", userid="hx_ban", task_id="T-8", key="yes")
    (entry,) = await world.chat("hx_ban")
    assert entry["card"]["main_title"] == {"title": "已销号"}
    assert entry["card"]["horizontal_content_list"] == [{"keyname": "编号", "value": "WT-2026-0001"}]
    assert entry["card"]["button_list"] == [{"text": "同意", "style": 1, "key": "yes"}]
    assert (entry["closed"], entry["replaced"]) == (True, "何敏已同意")


async def test_a_tap_on_the_cards_menu_is_another_event(world: World) -> None:
    card = world.card("T-9", action_menu={"desc": "更多", "action_list": [{"text": "静音", "key": "mute"}]})
    await world.api("message/send", card)
    await world.do("/api/click", userid="hx_ban", task_id="T-9", key="mute")
    assert (world.bot.got[0]["Event"], world.bot.got[0]["EventKey"]) == ("template_card_menu_event", "mute")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"MsgType": "text", "Content": "长" * 700}, "2048"),
        ({"MsgType": "text", "Content": ""}, "为空"),
        ({"MsgType": "text", "Content": "x", "ToUserName": "hx_zhuren"}, "写错"),
        ({"MsgType": "markdown", "Content": "x"}, "markdown"),
        ({"MsgType": "update_button", "Button": {"ReplaceName": "x"}}, "卡片点击"),
    ],
)
async def test_replies_that_the_real_platform_would_not_show(world: World, answer: Fields, problem: str) -> None:
    world.bot.answer = lambda _asked: answer
    told = await world.do("/api/say", userid="hx_ban", text="试")
    assert told["status"] == "bad_reply"
    assert problem in told["problem"]
    assert (await world.chat("hx_ban"))[1]["from"] == "platform"


async def test_an_event_that_takes_no_reply(world: World) -> None:
    world.bot.answer = _reply(MsgType="text", Content="再见")
    assert "不接受回复" in (await world.do("/api/event", userid="hx_ban", event="unsubscribe"))["problem"]


async def test_a_reply_with_a_false_signature_is_not_shown(world: World) -> None:
    def forged(fields: Fields, answer: Fields) -> bytes:
        return (
            b"<xml><Encrypt>AAAA</Encrypt><MsgSignature>0</MsgSignature><TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>"
        )

    world.bot.sealed = forged  # type: ignore[method-assign]
    told = await world.do("/api/say", userid="hx_ban", text="试")
    assert (told["status"], told["reply"]) == ("bad_reply", None)
