"""A stand-in on a free port with an echo bot behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from sandbox.platform import Platform
from sandbox.server import PLATFORM, create_app
from sandbox.settings import Settings
from tests.sandbox.echo import EchoBot

QUICK = Settings(repeat_seconds=0.02)


@dataclass
class World:
    """The running stand-in and bot, with short forms of the calls that tests make."""

    url: str
    platform: Platform
    bot: EchoBot
    http: aiohttp.ClientSession
    token: str = ""

    async def raw(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        async with self.http.request(method, self.url + path, **more) as response:
            return response.status, await response.json()

    async def api(self, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
        """A call of the platform's API with a valid token."""
        if not self.token:
            self.token = (await self.gettoken())["access_token"]
        params = {"access_token": self.token, **{k: str(v) for k, v in query.items()}}
        method = "GET" if body is None else "POST"
        answer: dict[str, Any] = (await self.raw(method, f"/cgi-bin/{path}", params=params, json=body))[1]
        return answer

    async def gettoken(self, **change: str) -> dict[str, Any]:
        settings = self.platform.settings
        params = {"corpid": settings.corp_id, "corpsecret": settings.secret, **change}
        answer: dict[str, Any] = (await self.raw("GET", "/cgi-bin/gettoken", params=params))[1]
        return answer

    async def do(self, path: str, **body: Any) -> dict[str, Any]:
        """A POST to the control address that must succeed."""
        status, answer = await self.raw("POST", path, json=body)
        assert status == 200, answer
        result: dict[str, Any] = answer
        return result

    async def chat(self, userid: str) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = (await self.raw("GET", f"/api/messages?userid={userid}"))[1]
        return answer

    async def record(self, **query: str) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = (await self.raw("GET", "/api/record", params=query))[1]
        return answer

    def text(self, content: str = "您好", to: str = "hx_ban", **more: Any) -> dict[str, Any]:
        agent = self.platform.settings.agent_id
        return {"touser": to, "msgtype": "text", "agentid": agent, "text": {"content": content}, **more}

    def card(self, task_id: str, to: str = "hx_ban", **blocks: Any) -> dict[str, Any]:
        card = {
            "card_type": "button_interaction",
            "main_title": {"title": "请确认"},
            "task_id": task_id,
            "button_list": [{"text": "确认提交", "style": 1, "key": "yes"}, {"text": "取消", "style": 2, "key": "no"}],
            **blocks,
        }
        agent = self.platform.settings.agent_id
        return {"touser": to, "msgtype": "template_card", "agentid": agent, "template_card": card}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    bot = EchoBot(QUICK)
    behind = TestServer(bot.app())
    await behind.start_server()
    app = create_app(replace(QUICK, callback=str(behind.make_url("/wecom/callback"))))
    front = TestServer(app)
    await front.start_server()
    async with aiohttp.ClientSession() as http:
        yield World(str(front.make_url("")).rstrip("/"), app[PLATFORM], bot, http)
    await front.close()
    await behind.close()
