"""What a client test holds: the platform, the client, and the clock of its limiter."""

from __future__ import annotations

import aiohttp

from bot.wecom import transport
from bot.wecom.client import WeComClient
from bot.wecom.limits import Brake
from bot.wecom.outcomes import Action, Outcome, Rejected
from tests.wecom import server
from tests.wecom.server import Platform


class World:
    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.clock = 1000.0
        self.base = base
        self.session = session
        self.platform = Platform()
        self.client = self.make()

    def make(self, base: str = "", secret: str = server.SECRET) -> WeComClient:
        account = transport.Account("ww1", 1000002, secret, base or self.base)
        return WeComClient(account, self.session, Brake(clock=lambda: self.clock))


def rejected(outcome: Outcome, code: int, action: Action) -> Rejected:
    assert isinstance(outcome, Rejected), outcome
    assert (outcome.errcode, outcome.action) == (code, action)
    return outcome
