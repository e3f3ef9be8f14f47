"""The stand-in WeCom with its pictures, and a real client that fetches from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp.test_utils import TestServer

from bot.messages import Inbound
from bot.wecom import transport
from bot.wecom.client import WeComClient
from bot.wecom.errors_table import rejected
from bot.wecom.parse import parse_inbound
from sandbox import xml
from sandbox.platform import Platform
from sandbox.server import PLATFORM, create_app
from sandbox.settings import Settings


class Nowhere:
    """No picture was ever sent."""

    async def fetch(self, media_id: str, max_bytes: int) -> bytes:
        raise rejected(40007)


@dataclass(slots=True)
class Cloud:
    """What a test holds of it."""

    client: WeComClient
    platform: Platform
    address: str

    def picture(self, person: str, content: bytes) -> tuple[Inbound, dict[str, str]]:
        """Somebody's picture message as the wire tells it, and what must never be kept of it, by name."""
        media = self.platform.media.add("image", "canaryname.jpg", content)
        return self.lost_picture(person, media.id)

    def lost_picture(self, person: str, media_id: str) -> tuple[Inbound, dict[str, str]]:
        """The same of whatever id."""
        url = f"{self.address}/canarypicurl/{media_id[-8:]}"
        fields = self.platform.events.image(person, media_id, url)
        return parse_inbound(xml.write(fields)), {"a media id": media_id, "a picture's address": url}


@asynccontextmanager
async def cloud() -> AsyncIterator[Cloud]:
    """A platform on a port of its own; its own access log is none of ours."""
    settings = Settings()
    app = create_app(settings)
    server = TestServer(app)
    await server.start_server(access_log=None)
    address = str(server.make_url("")).rstrip("/")
    try:
        async with transport.open_session() as session:
            account = transport.Account(settings.corp_id, settings.agent_id, settings.secret, address)
            yield Cloud(WeComClient(account, session), app[PLATFORM], address)
    finally:
        await server.close()
