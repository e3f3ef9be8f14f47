"""The client's other calls: card updates, recall, menu, contacts, files up and down."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.messages import Attachment, Text
from bot.wecom import media
from bot.wecom.contacts import Department, Member
from bot.wecom.menu import MenuButton
from bot.wecom.outcomes import Action, Delivered, NotSent, Rejected, Unknown
from tests.wecom import server
from tests.wecom.server import http, says
from tests.wecom.world import World, rejected


async def test_update_card(world: World) -> None:
    world.platform.answers["message/update_template_card"] = {"invaliduser": ["wang"]}
    outcome = await world.client.update_card(["zhou", "wang"], "RC", "何敏已确认")
    assert outcome == Delivered(invalid=("wang",))
    assert world.platform.bodies("message/update_template_card") == [
        {
            "userids": ["zhou", "wang"],
            "agentid": 1000002,
            "response_code": "RC",
            "button": {"replace_name": "何敏已确认"},
        }
    ]
    world.platform.fault("message/update_template_card", says(42052))
    rejected(await world.client.update_card(["zhou"], "RC", "x"), 42052, Action.GIVE_UP)
    rejected(await world.client.update_card(["zhou"] * 1001, "RC", "x"), 40032, Action.GIVE_UP)


async def test_recall_and_menu(world: World) -> None:
    assert await world.client.recall("M1") == Delivered("M1")
    await world.client.create_menu(
        [
            MenuButton("帮助", "help"),
            MenuButton("更多", sub=(MenuButton("逾期清单", "overdue"), MenuButton("首页", url="https://example.com"))),
        ]
    )
    (body,) = world.platform.bodies("menu/create")
    assert body["button"][0] == {"type": "click", "name": "帮助", "key": "help"}
    assert [b["type"] for b in body["button"][1]["sub_button"]] == ["click", "view"]
    for wrong in ([], [MenuButton("按钮名字太长了", "k")], [MenuButton("无键")], [MenuButton("a", "k")] * 4):
        with pytest.raises(ValueError, match="menu"):
            await world.client.create_menu(wrong)


async def test_contacts(world: World) -> None:
    world.platform.answers |= {
        "department/list": {"department": [{"id": 2, "name": "审计部", "parentid": 1}, "odd"]},
        "user/simplelist": {"userlist": [{"userid": "Zhou", "name": "周涛", "department": [2]}, {"name": "x"}]},
        "user/get": {"userid": "Zhou", "name": "周涛", "department": [2], "position": "主任", "status": 2},
    }
    assert await world.client.departments() == [Department(2, "审计部", 1)]
    assert await world.client.users(2) == [Member("Zhou", "周涛", (2,))]
    assert await world.client.get_user("Zhou") == Member("Zhou", "周涛", (2,), "主任", False, status=2)
    world.platform.fault("user/get", says(60111))
    with pytest.raises(Rejected):
        await world.client.get_user("nobody")


async def test_a_file_goes_up_once_for_many(world: World, tmp_path: Path) -> None:
    world.platform.answers["media/upload"] = {"media_id": "MEDIA"}
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    file = Attachment(str(path), '逾期"清单\n.xlsx')
    for person in ("zhou", "wang"):
        assert isinstance(await world.client.send(person, file), Delivered)
    ((header, _, content),) = world.platform.bodies("media/upload")
    assert content == b"0123456789"
    assert header == 'form-data; name="media"; filename="逾期_清单_.xlsx"'
    assert world.platform.bodies("message/send")[0]["file"] == {"media_id": "MEDIA"}
    path.write_bytes(b"other content")
    await world.client.send("zhou", file)
    assert len(world.platform.bodies("media/upload")) == 2
    world.platform.fault("message/send", says(40007))
    assert isinstance(await world.client.send("wang", file), Delivered)
    assert len(world.platform.bodies("media/upload")) == 3
    world.platform.fault("message/send", says(40007), says(40007))
    rejected(await world.client.send("zhou", file), 40007, Action.REUPLOAD)


async def test_thirty_at_once_wait_for_one_upload_and_nobody_gets_an_id_twice(world: World, tmp_path: Path) -> None:
    """What one person asks for again is another message: WeCom's duplicate check would drop it under the same id."""
    world.platform.answers["media/upload"] = {"media_id": "MEDIA"}
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    file = Attachment(str(path), "清单.xlsx")
    await asyncio.gather(*(world.client.send(f"p{at}", file) for at in range(30)))
    assert len(world.platform.bodies("media/upload")) == 1
    world.platform.answers["media/upload"] = {"media_id": "SECOND"}
    await world.client.send("p7", file)
    await world.client.send("p8", file)
    assert [body["file"]["media_id"] for body in world.platform.bodies("message/send")[-2:]] == ["SECOND", "SECOND"]
    await world.client.send("p7", file, media_id="KEPT")
    assert len(world.platform.bodies("media/upload")) == 2
    assert world.platform.bodies("message/send")[-1]["file"] == {"media_id": "KEPT"}


async def test_uploads_that_fail(world: World, tmp_path: Path) -> None:
    missing = Attachment(str(tmp_path / "none"), "x.png", image=True)
    rejected(await world.client.send("zhou", missing), 44001, Action.GIVE_UP)
    big = tmp_path / "big.png"
    with big.open("wb") as out:
        out.truncate(10 * 1024 * 1024 + 1)
    rejected(await world.client.send("zhou", Attachment(str(big), "b.png", image=True)), 45001, Action.GIVE_UP)
    assert world.platform.calls == []
    small = tmp_path / "small.png"
    small.write_bytes(b"0123456789")
    world.platform.fault("media/upload", http(500))
    outcome = await world.client.send("zhou", Attachment(str(small), "s.png", image=True))
    assert isinstance(outcome, NotSent) and outcome.reason == "upload"
    world.platform.answers["media/upload"] = {"media_id": "IMG"}
    assert await world.client.upload(small, "s.png", "image") == "IMG"


async def test_downloads(world: World, tmp_path: Path) -> None:
    to = tmp_path / "got"

    def sent(content: bytes, kind: str, disposition: str) -> tuple[bytes, dict[str, str]]:
        return content, {"Content-Type": kind} | ({"Content-Disposition": disposition} if disposition else {})

    world.platform.files = {
        "pic": sent(b"\x89PNG" * 10, "image/png", 'attachment; filename="照片.png"'),
        "json": sent(b'{"errcode": 1}', "application/json", "attachment; filename=a.json"),
        "star": sent(b"x", "text/plain", "attachment; filename*=UTF-8''%E5%90%88..%2F.pdf"),
        "bare": sent(b"x", "image/jpeg", ""),
    }
    for media_id, size, name in (
        ("pic", 40, "照片.png"),
        ("json", 14, "a.json"),
        ("star", 1, "合.._.pdf"),
        ("bare", 1, ""),
    ):
        got = await world.client.download(media_id, to, 100)
        assert (got.size, got.name, to.stat().st_size) == (size, name, size)
    to.unlink()
    with pytest.raises(Rejected, match="45001"):
        await world.client.download("pic", to, 39)
    world.platform.fault("media/get", says(40007))
    with pytest.raises(Rejected, match="40007"):
        await world.client.download("pic", to, 100)
    world.platform.fault("media/get", server.half)
    with pytest.raises(Unknown):
        await world.client.download("pic", to, 100)
    world.platform.valid.clear()
    assert (await world.client.download("bare", to, 100)).size == 1  # renewed in between
    assert [p.name for p in tmp_path.iterdir()] == ["got"]


async def test_what_no_store_takes_is_never_handed_on(world: World) -> None:
    """JSON can say half of a pair, and a header any byte: such a name made the turn fail that was to note the file."""
    world.platform.answers["message/send"] = {"msgid": "m\ud800", "response_code": "r\udfff"}
    assert await world.client.send("zhou", Text("您好")) == Delivered("m?", "r?")
    world.platform.answers["user/get"] = {"userid": "zhou", "name": "张\ud83d"}
    assert (await world.client.get_user("zhou")).name == "张?"
    said = b'{"errcode": 0, "userid": "zhou", "name": "\xe5\xbc\xa0\xed\xa0\x80"}'
    world.platform.fault("user/get", server.says_exactly(said))  # the bytes of half a pair, which json lets pass
    assert (await world.client.get_user("zhou")).name == "张\ufffd\ufffd\ufffd"
    for named in ("filename*=UTF-8''\udcff\udcfe.pdf", 'filename="\udcff\udcfe.pdf"', "filename=\udcff\udcfe.pdf"):
        assert media._name_in(f"attachment; {named}") == "\ufffd\ufffd.pdf"  # as aiohttp hands it to us


@pytest.mark.parametrize("lives", [10**400, float("nan"), float("inf"), -1, 0, "7200"])
async def test_a_token_of_no_sensible_life_is_none(world: World, lives: object) -> None:
    """10**400 seconds ended in an OverflowError instead of an outcome; NaN had a token fetched for every call."""
    world.platform.lives = lives  # type: ignore[assignment]
    assert isinstance(await world.client.send("zhou", Text("您好")), NotSent)
