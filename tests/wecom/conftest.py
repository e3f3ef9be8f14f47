"""A client and the platform it talks to, for every test of this folder that asks for `world`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from bot.wecom import transport
from tests.wecom.server import Platform
from tests.wecom.world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    platform = Platform()
    async with TestServer(platform.app) as served, transport.open_session() as session:
        made = World(str(served.make_url("/")), session)
        made.platform = platform
        yield made
        platform.release.set()
