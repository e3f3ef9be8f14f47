"""The doctor's look at what lies around the program: each fault that is planted has its line, and says what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import premises
from bot.config import Anonymity, Config, Files, Ingest, Log, Rehearsal, Server, Store, WeCom
from bot.doctor import Remark
from bot.messages import Inbound
from bot.premises import Disk
from bot.sealing import secret_file
from bot.wecom.callback import Answer, Callback
from bot.wecom.crypto import Envelope
from tests import stores
from tests.wecom import wire

WECOM: dict[str, Any] = {
    "corp_id": wire.CORP,
    "agent_id": 1,
    "secret": "s",
    "token": wire.TOKEN,
    "encoding_aes_key": wire.KEY,
}


def made(folder: Path, **sections: Any) -> Config:
    """A sound installation with its data in one folder and its keys in another, but for what a test plants."""
    keys = folder / "keys"
    keys.mkdir(exist_ok=True)
    base: dict[str, Any] = {
        "wecom": WeCom(**WECOM), "store": Store(url=f"sqlite:///{folder}/data/store.db"),
        "files": Files(directory=folder / "data" / "files"),
        "anonymity": Anonymity(
            file=folder / "data" / "anonymous.db", pepper_file=keys / "pepper", desk_key_file=keys / "desk-key"
        ),
    }  # fmt: skip
    return Config(**{**base, **sections})


PLENTY = Disk(free=lambda _path: 500 * 1024**3)  # the disk that a test runs on is nobody's business


def found(config: Config, folder: Path, text: str = "", disk: Disk = PLENTY) -> dict[str, tuple[bool | None, str]]:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    remarks = [one for one in premises.look(config, file, disk) if one.subject != "运行账号"]
    assert all("\n" not in str(one) for one in remarks)
    return {one.subject: (one.ok, one.words) for one in remarks}


def test_a_sound_installation_has_nothing_to_mend(tmp_path: Path) -> None:
    assert found(made(tmp_path), tmp_path) == {"磁盘": (True, f"{tmp_path}/data 所在磁盘还剩 500.0 GB")}


PLANTED: list[tuple[dict[str, Any], str, str, str]] = [
    ({"rehearsal": Rehearsal(enabled=True)}, "", "演练", "rehearsal.enabled"),
    ({"log": Log(level="DEBUG")}, "", "日志级别", "INFO"),
    ({"wecom": WeCom(**WECOM, replay_window_seconds=0)}, "", "重放窗口", "600"),
    ({"wecom": WeCom(**WECOM, api_base="http://10.0.0.1")}, "", "接口地址", "https"),
    ({"server": Server(host="0.0.0.0")}, "", "管理端口", "server.admin_port"),
    ({"ingest": Ingest(keys={"erp": "k" * 24}, sources={"erp": "A", "oa": "B"})}, "", "业务系统", "oa 没有密钥"),
    ({}, '[wecom]\nsecret = "x"\ntoken = "y"\n', "密钥位置", "wecom.secret、wecom.token"),
    ({}, '[store]\nurl = "postgresql+psycopg://u:pa55@127.0.0.1/x"\n', "密钥位置", "store.url"),
    ({}, '[cache]\nurl = "redis://:pa55@127.0.0.1/0"\n', "密钥位置", "cache.url"),
    ({"store": Store(url="postgresql+psycopg://u:pa55@db.internal/x")}, "", "数据库连接", "sslmode"),
]


@pytest.mark.parametrize(("sections", "text", "subject", "part"), PLANTED, ids=[row[2] for row in PLANTED])
def test_a_setting_that_is_no_good_in_production(
    tmp_path: Path, sections: dict[str, Any], text: str, subject: str, part: str
) -> None:
    remarks = found(made(tmp_path, **sections), tmp_path, text)
    ok, words = remarks.pop(subject)
    assert ok is None and part in words and set(remarks) == {"磁盘"}
    assert "pa55" not in words


@pytest.mark.parametrize(
    ("server", "store"),
    [({"host": "0.0.0.0", "admin_port": 9080}, "u@127.0.0.1/x"), ({}, "u@db.internal/x?sslmode=verify-full")],
)
def test_what_was_mended_is_not_said_again(tmp_path: Path, server: dict[str, Any], store: str) -> None:
    config = made(tmp_path, server=Server(**server), store=Store(url=f"postgresql+psycopg://{store}"))
    assert set(found(config, tmp_path)) == {"磁盘"}


@pytest.mark.parametrize(("free", "verdict"), [(50 * 1024**2, False), (1024**3, None)])
def test_a_disk_that_runs_full(tmp_path: Path, free: int, verdict: bool | None) -> None:
    ok, words = found(made(tmp_path), tmp_path, disk=Disk(free=lambda _path: free))["磁盘"]
    assert ok is verdict and "请清理或扩容" in words


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Root may write everywhere, so the answer of the system is what a test gives."""
    closed = tmp_path / "data" / "files"
    closed.mkdir(parents=True)
    disk = Disk(free=PLENTY.free, may_write=lambda path: path != closed)
    assert found(made(tmp_path), tmp_path, disk=disk)["目录"] == (
        False,
        f"{closed} 写不进去，请把所有者改为运行服务的账号",
    )


def test_key_files_that_others_read_that_are_lost_or_that_lie_beside_the_data(tmp_path: Path) -> None:
    config = made(tmp_path)
    secret_file.load(config.anonymity.pepper_file, "x")
    assert set(found(config, tmp_path)) == {"磁盘"}
    config.anonymity.pepper_file.chmod(0o640)
    ok, words = found(config, tmp_path)["密钥文件"]
    assert ok is False and "chmod 600" in words and "pepper" in words
    config.anonymity.pepper_file.unlink()
    (tmp_path / "data").mkdir()
    config.anonymity.file.touch()
    assert found(config, tmp_path)["密钥文件"][1].startswith("缺少")
    near = made(tmp_path, anonymity=Anonymity(
        file=tmp_path / "data" / "anonymous.db", pepper_file=tmp_path / "data" / "pepper",
        desk_key_file=tmp_path / "keys" / "desk-key", reading_keys=(tmp_path / "gone.json",),
    ))  # fmt: skip
    secret_file.load(near.anonymity.pepper_file, "x")
    file = tmp_path / "config.toml"
    said = [str(one) for one in premises.look(near, file) if one.subject == "密钥文件"]
    assert [line[:5] for line in said] == ["[未通过]", "[提醒] "] and "gone.json" in said[0] and "移到别处" in said[1]


def test_several_processes_compare_their_keys_by_fingerprints(tmp_path: Path) -> None:
    config = made(tmp_path, store=Store(url="postgresql+psycopg://u@127.0.0.1/x"))
    secret = secret_file.load(config.anonymity.pepper_file, "x")
    ok, words = found(config, tmp_path)["多个进程"]
    assert ok is True and "pepper " in words and secret.hex()[:8] not in words
    assert found(config, tmp_path)["多个进程"][1] == words
    config.anonymity.pepper_file.unlink()
    secret_file.load(config.anonymity.pepper_file, "x")
    assert found(config, tmp_path)["多个进程"][1] != words


def test_the_database_servers_clock(store: stores.Store) -> None:
    with store.session() as session:
        lines = list(premises.look_at_clock(session))
        assert [one.ok for one in lines] == ([] if store.name == "sqlite" else [True])
        ahead = premises.look_at_clock(session, lambda: datetime.now(UTC) + timedelta(minutes=3))
        assert [one.ok for one in ahead] == ([] if store.name == "sqlite" else [False])


async def _nothing(_inbound: Inbound, _deadline: float) -> Answer | None:
    return None


async def _unknown(_key: str) -> bool:
    return False


async def knocked(config: Config, key: str = wire.KEY, path: str = "/wecom/callback") -> Remark:
    """At a service that runs with `key`."""
    served = Callback(Envelope(wire.TOKEN, key, wire.CORP), _nothing, lambda _: None, _unknown)
    app = web.Application()
    app.add_routes(served.routes("/wecom/callback"))
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        return await premises.look_at_callback(config, http, str(server.make_url(path)))


async def test_the_callback_is_knocked_at_as_the_console_does(tmp_path: Path) -> None:
    config = made(tmp_path)
    assert (await knocked(config)).ok is True
    other = await knocked(config.model_copy(update={"wecom": WeCom(**{**WECOM, "token": "another"})}))
    assert other.ok is False and "不认签名" in other.words
    lost = await knocked(config, path="/elsewhere")
    assert lost.ok is False and "404" in lost.words
    async with aiohttp.ClientSession() as http:
        away = await premises.look_at_callback(config, http, "http://127.0.0.1:1/wecom/callback")
    assert away.ok is False and "连不上" in away.words


@pytest.mark.parametrize(("late", "verdict"), [(0, True), (100, None), (400, False)])
async def test_the_platforms_clock(tmp_path: Path, late: float, verdict: bool | None) -> None:
    async def root(_request: web.Request) -> web.Response:
        then = datetime.now(UTC) - timedelta(seconds=late)
        return web.Response(headers={"Date": then.strftime("%a, %d %b %Y %H:%M:%S GMT")})

    app = web.Application()
    app.router.add_get("/", root)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        config = made(tmp_path, wecom=WeCom(**WECOM, api_base=str(server.make_url("/"))))
        (remark,) = await premises._look_at_world_clock(config, http)
    assert remark.ok is verdict


@pytest.mark.parametrize(("status", "verdict"), [(200, True), (503, None), (0, None)])
async def test_a_service_that_runs_here(tmp_path: Path, status: int, verdict: bool | None) -> None:
    async def ready(_request: web.Request) -> web.Response:
        return web.Response(status=status, text="schema is not current\n")

    app = web.Application()
    app.router.add_get("/readyz", ready)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        port = server.port if status else 1
        assert port is not None
        remark = await premises.look_at_service(made(tmp_path, server=Server(port=port)), http)
    assert remark.ok is verdict and (status != 503 or "schema is not current" in remark.words)
