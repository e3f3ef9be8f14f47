"""The API over real HTTP: tokens, sending, duplicates, member limits, cards, media, menu, contacts."""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import pytest

from tests.sandbox.conftest import World

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


async def test_tokens_are_issued_checked_and_expire(world: World) -> None:
    answer = await world.gettoken()
    assert answer["errcode"] == 0
    assert answer["expires_in"] == 7200
    assert (await world.gettoken(corpsecret="wrong"))["errcode"] == 40001
    assert (await world.gettoken(corpid="wrong"))["errcode"] == 40013
    assert (await world.raw("GET", "/cgi-bin/user/get?userid=hx_ban"))[1]["errcode"] == 41001
    assert (await world.raw("GET", "/cgi-bin/user/get?userid=hx_ban&access_token=x"))[1]["errcode"] == 40014
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 0
    await world.do("/api/expire_tokens")
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 42001


async def test_a_token_can_live_short_and_kill_the_older_one(world: World) -> None:
    await world.do("/faults", token_seconds=0)
    short = await world.gettoken()
    assert short["expires_in"] == 0
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 42001
    await world.do("/faults", token_seconds=7200, tokens_replace=True)
    world.token = (await world.gettoken())["access_token"]
    await world.gettoken()
    assert (await world.api("user/get", userid="hx_ban"))["errcode"] == 40014


async def test_paths_methods_and_bodies_that_are_wrong(world: World) -> None:
    assert (await world.api("nothing/here"))["errcode"] == 40035
    assert (await world.api("message/send"))["errcode"] == 43002
    assert (await world.api("user/get", {}))["errcode"] == 43001
    for data in (b"{", b"[1]", b"\xff"):
        status, answer = await world.raw("POST", f"/cgi-bin/message/send?access_token={world.token}", data=data)
        assert (status, answer["errcode"]) == (200, 47001)


async def test_a_text_reaches_its_receivers_and_the_record(world: World) -> None:
    answer = await world.api("message/send", world.text("请尽快填报", to="hx_ban|HX_Zhuren|nobody", toparty="99"))
    assert (answer["errcode"], answer["invaliduser"], answer["invalidparty"]) == (0, "nobody", "99")
    (row,) = await world.record()
    assert (row["to"], row["outcome"], row["dropped"]) == (["hx_ban", "hx_zhuren"], "accepted", [])
    assert row["payload"]["text"]["content"] == "请尽快填报"
    (entry,) = await world.chat("hx_zhuren")
    assert (entry["from"], entry["text"], entry["via"]) == ("app", "请尽快填报", "send")


async def test_receivers_that_cannot_be_reached(world: World) -> None:
    assert (await world.api("message/send", world.text(to="nobody")))["errcode"] == 81013
    await world.do("/faults", unlicensed=["hx_ban"], invisible=["hx_admin"])
    answer = await world.api("message/send", world.text(to="hx_ban|hx_admin|hx_zhuren"))
    assert (answer["unlicenseduser"], answer["invaliduser"]) == ("hx_ban", "hx_admin")
    assert (await world.api("message/send", world.text(to="hx_admin")))["errcode"] == 81013
    other = {**world.text(), "agentid": 7}
    assert (await world.api("message/send", other))["errcode"] == 301002
    assert [row["errcode"] for row in await world.record(all="1") if row["outcome"] == "refused"] == [
        81013,
        81013,
        301002,
    ]


async def test_everyone_and_a_department_with_all_below(world: World) -> None:
    await world.api("message/send", world.text(to="@all"))
    everyone = (await world.record())[0]["to"]
    assert len(everyone) == 14
    build = next(d for d in world.platform.organisation.departments.values() if d.code == "JS")
    await world.api("message/send", {**world.text(), "touser": "", "toparty": str(build.id)})
    assert set((await world.record())[1]["to"]) == {"hx_jianshe", "hx_jianshel", "hx_zhigong"}


async def test_identical_content_is_dropped_within_the_interval(world: World) -> None:
    first = await world.api("message/send", world.text("一次"))
    again = await world.api("message/send", world.text("一次", enable_duplicate_check=1))
    assert again["msgid"] == first["msgid"]
    await world.api("message/send", world.text("两次", enable_duplicate_check=1))
    await world.api("message/send", world.text("一次"))
    assert [row["outcome"] for row in await world.record()] == ["accepted", "duplicate", "accepted", "accepted"]
    assert len(await world.chat("hx_ban")) == 3


async def test_the_duplicate_check_lapses(world: World) -> None:
    await world.api("message/send", world.text("一次", enable_duplicate_check=1))
    for sent in world.platform.sending._contents.values():
        object.__setattr__(sent, "at", sent.at - 2)
    await world.api("message/send", world.text("一次", enable_duplicate_check=1, duplicate_check_interval=1))
    assert [row["outcome"] for row in await world.record()] == ["accepted", "accepted"]


async def test_more_than_thirty_a_minute_vanish_silently(world: World) -> None:
    for number in range(33):
        assert (await world.api("message/send", world.text(str(number))))["errcode"] == 0
    dropped = [row for row in await world.record() if row["dropped"]]
    assert len(dropped) == 3
    assert len(await world.chat("hx_ban")) == 30
    await world.do("/faults", member_limit=False)
    await world.api("message/send", world.text("还能收到"))
    assert (await world.chat("hx_ban"))[-1]["text"] == "还能收到"


async def test_a_card_is_closed_once_by_its_code(world: World) -> None:
    answer = await world.api("message/send", world.card("T-1", to="hx_ban|hx_zhuren"))
    update = {
        "userids": ["hx_ban", "hx_caiwu"], "agentid": world.platform.settings.agent_id,
        "response_code": answer["response_code"], "button": {"replace_name": "已由何敏确认"},
    }  # fmt: skip
    assert (await world.api("message/update_template_card", update))["invaliduser"] == ["hx_caiwu"]
    (closed,), (open_,) = await world.chat("hx_ban"), await world.chat("hx_zhuren")
    assert (closed["closed"], closed["replaced"], open_["closed"]) == (True, "已由何敏确认", False)
    assert (await world.api("message/update_template_card", update))["errcode"] == 40058
    assert [r["to"] for r in await world.record(api="message/update_template_card")] == [["hx_ban"]]


async def test_a_card_can_be_replaced_for_all_until_72_hours_have_passed(world: World) -> None:
    agent = world.platform.settings.agent_id
    first = await world.api("message/send", world.card("T-1", to="hx_ban|hx_zhuren"))
    late = await world.api("message/send", world.card("T-2"))
    card = {
        "card_type": "button_interaction", "main_title": {"title": "已办结"}, "replace_text": "已确认",
        "button_list": [{"text": "确认", "key": "yes"}],
    }  # fmt: skip
    body = {"atall": 1, "agentid": agent, "response_code": first["response_code"], "template_card": card}
    assert (await world.api("message/update_template_card", body))["errcode"] == 0
    for userid in ("hx_ban", "hx_zhuren"):
        entry = (await world.chat(userid))[0]
        assert (entry["card"]["main_title"]["title"], entry["replaced"]) == ("已办结", "已确认")
    world.platform.cards.age(72 * 3600 + 1)
    body["response_code"] = late["response_code"]
    assert (await world.api("message/update_template_card", body))["errcode"] == 42052
    broken = {**body, "template_card": {**card, "button_list": []}}
    assert (await world.api("message/update_template_card", broken))["errcode"] == 42052


async def test_an_invalid_new_card_leaves_the_code_usable(world: World) -> None:
    answer = await world.api("message/send", world.card("T-1"))
    agent = world.platform.settings.agent_id
    body = {"atall": 1, "agentid": agent, "response_code": answer["response_code"]}
    broken = {**body, "template_card": {"card_type": "button_interaction", "main_title": {"title": "无按钮"}}}
    assert (await world.api("message/update_template_card", broken))["errcode"] == 42036
    good = {**body, "button": {"replace_name": "已处理"}}
    assert (await world.api("message/update_template_card", good))["errcode"] == 0


async def test_a_task_id_is_used_once(world: World) -> None:
    assert (await world.api("message/send", world.card("T-1")))["errcode"] == 0
    assert (await world.api("message/send", world.card("T-1", to="hx_zhuren")))["errcode"] == 40058


async def test_recall_within_a_day(world: World) -> None:
    answer = await world.api("message/send", world.text("发错了"))
    assert (await world.api("message/recall", {"msgid": answer["msgid"]}))["errcode"] == 0
    assert (await world.chat("hx_ban"))[0]["state"] == "recalled"
    assert (await world.api("message/recall", {"msgid": "foreign"}))["errcode"] == 40058
    world.platform.cards.age(24 * 3600 + 1)
    assert (await world.api("message/recall", {"msgid": answer["msgid"]}))["errcode"] == 42052


async def _upload(world: World, kind: str, name: str, data: bytes) -> dict[str, Any]:
    await world.api("user/get", userid="hx_ban")
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", io.BytesIO(data), filename=name, content_type="application/octet-stream")
    path = f"/cgi-bin/media/upload?access_token={world.token}&type={kind}"
    answer: dict[str, Any] = (await world.raw("POST", path, data=form))[1]
    return answer


async def test_media_goes_up_is_sent_and_comes_down(world: World) -> None:
    up = await _upload(world, "file", "逾期清单.csv", "编号,单位\n".encode())
    assert up["errcode"] == 0
    agent = world.platform.settings.agent_id
    message = {"touser": "hx_ban", "msgtype": "file", "agentid": agent, "file": {"media_id": up["media_id"]}}
    assert (await world.api("message/send", message))["errcode"] == 0
    assert (await world.chat("hx_ban"))[0]["media"]["name"] == "逾期清单.csv"
    path = f"/cgi-bin/media/get?access_token={world.token}&media_id={up['media_id']}"
    async with world.http.get(world.url + path) as response:
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "逾期清单.csv"
        assert await response.text() == "编号,单位\n"
    message["file"] = {"media_id": "gone"}
    assert (await world.api("message/send", message))["errcode"] == 40007
    assert (await world.api("media/get", media_id="gone"))["errcode"] == 40007


@pytest.mark.parametrize(
    ("kind", "data", "errcode"),
    [
        ("image", b"12345", 40006), ("image", b"not a picture", 40005), ("image", PNG, 0), ("nothing", PNG, 40004),
        ("voice", b"#!AMR\n" + b"0" * 2 * 1024 * 1024, 45001), ("voice", b"#!AMR\n000", 0), ("video", PNG, 40005),
    ],
)  # fmt: skip
async def test_what_may_be_uploaded(world: World, kind: str, data: bytes, errcode: int) -> None:
    assert (await _upload(world, kind, "a.png", data))["errcode"] == errcode


async def test_the_menu(world: World) -> None:
    agent = str(world.platform.settings.agent_id)
    assert (await world.api("menu/get", agentid=agent))["errcode"] == 46003
    menu = {"button": [{"name": "办事", "sub_button": [{"type": "click", "name": "报送问题", "key": "submit"}]}]}
    assert (await world.api("menu/create", menu, agentid=agent))["errcode"] == 0
    assert (await world.api("menu/get", agentid=agent))["button"] == menu["button"]
    assert (await world.api("menu/create", menu, agentid="9"))["errcode"] == 40056
    assert (await world.api("menu/create", {"button": [{"name": "空"}]}, agentid=agent))["errcode"] == 40017
    await world.api("menu/delete", agentid=agent)
    assert (await world.api("menu/get", agentid=agent))["errcode"] == 46003


async def test_contacts(world: World) -> None:
    person = await world.api("user/get", userid="HX_jianshel")
    assert (person["userid"], person["name"], person["position"]) == ("hx_jianshel", "周涛", "恒信建设综合部")
    assert "mobile" not in person
    assert (await world.api("user/get", userid="nobody"))["errcode"] == 60111
    root = (await world.api("department/get", id=1))["department"]
    assert (root["name"], root["parentid"]) == ("恒信集团", 0)
    whole = (await world.api("department/list"))["department"]
    assert [d["id"] for d in whole] == [d["id"] for d in (await world.api("department/simplelist"))["department_id"]]
    assert len(whole) == 20
    second = next(d for d in whole if d["name"] == "恒信建设二公司")
    assert [u["userid"] for u in (await world.api("user/list", department_id=second["id"]))["userlist"]] == [
        "hx_zhigong"
    ]
    simple = (await world.api("user/simplelist", department_id=second["parentid"]))["userlist"]
    assert {u["userid"] for u in simple} == {"hx_jianshe", "hx_jianshel"}
    assert (await world.api("user/list", department_id=99))["errcode"] == 60003
    page = await world.api("user/list_id", {"limit": 10})
    rest = await world.api("user/list_id", {"limit": 10, "cursor": page["next_cursor"]})
    assert len(page["dept_user"]) + len(rest["dept_user"]) == 14
    assert rest["next_cursor"] == ""
