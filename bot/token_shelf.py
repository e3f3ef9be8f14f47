"""One access token for all processes: it lies sealed in the store, and one of them at a time asks for the next.

Each fetch may put an end to the token before it (wecom.md 3.1), so processes that fetched their own would take them
from each other. The store does not hold the key: it is derived from the app's secret, and whoever has that may ask for
a token anyway. When it ends lies sealed with it, and it is renewed by a timer, so that its row tells of no call.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Now, real_now
from bot.errors import StoreUnavailable
from bot.turns import Turns
from bot.wecom.outcomes import Failure, NotSent
from bot.wecom.token import Ask, Fetched
from bot.wecom.transport import Account
from storage import leases, tokens

LEASE_NAME = "token"
LEASE = timedelta(seconds=15)  # longer than a call may take, shorter than anybody's patience with a dead process
PATIENCE = 12.0  # seconds that one waits for another process to bring the token
LOOK_AGAIN = 0.1
_NONCE = 12
_AWAY = (StoreUnavailable, SQLAlchemyError)

log = logging.getLogger("jiandu.token")


class TokenShelf:
    """Fulfils `bot.wecom.token.Sharing` over the store. Without a store to agree in, each process asks for itself."""

    def __init__(self, turns: Turns, account: Account, real: Now = real_now, patience: float = PATIENCE) -> None:
        self._turns = turns
        self._cipher = AESGCM(_key(account))
        self._real = real
        self._patience = patience
        self._holder = secrets.token_hex(8)

    async def get(self, ask: Ask, stale: str) -> Fetched:
        """The token that the processes share; when there is none but `stale`, the one that `ask` brings.

        Raises what `ask` raises, and NotSent when another process that was asking brought nothing in time.
        """
        give_up = time.monotonic() + self._patience
        while True:
            try:
                found, mine = await self._turns.run(partial(self._find_or_take, stale=stale))
            except _AWAY as error:
                log.warning("the shared token is out of reach: %s", type(error).__name__)
                return await ask()
            if found is not None:
                return found
            if mine:
                return await self._ask(ask)
            if time.monotonic() > give_up:
                raise NotSent("token")
            await asyncio.sleep(LOOK_AGAIN)

    async def _ask(self, ask: Ask) -> Fetched:
        try:
            fetched = await ask()
        except Failure:
            with suppress(*_AWAY):  # it lapses by itself
                await self._turns.run(self._give_back)
            raise
        with suppress(*_AWAY):  # the next one who needs it asks again
            await self._turns.run(partial(self._put, fetched=fetched))
        return fetched

    def _find_or_take(self, session: Session, stale: str) -> tuple[Fetched | None, bool]:
        """The token, or whether it is for us to ask. The lease first: what another one brings is seen after it."""
        mine = leases.take(session, LEASE_NAME, self._holder, self._real(), LEASE)
        found = self._opened(tokens.find(session) or "")
        if found is None or found.token == stale or found.seconds <= 0:
            return None, mine
        if mine:
            self._give_back(session)
        return found, False

    def _give_back(self, session: Session) -> None:
        leases.give_back(session, LEASE_NAME, self._holder)

    def _put(self, session: Session, fetched: Fetched) -> None:
        tokens.put(session, self._sealed(fetched))
        self._give_back(session)

    def _sealed(self, fetched: Fetched) -> str:
        ends = self._real().timestamp() + fetched.seconds
        plain = json.dumps({"token": fetched.token, "ends": ends, "life": fetched.seconds}).encode()
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, plain, b"")).decode()

    def _opened(self, sealed: str) -> Fetched | None:
        """None for what another app, or the same one with another secret, has put there."""
        try:
            content = base64.b64decode(sealed)
            kept = json.loads(self._cipher.decrypt(content[:_NONCE], content[_NONCE:], b""))
        except (InvalidTag, ValueError):
            return None
        return Fetched(kept["token"], kept["ends"] - self._real().timestamp(), kept["life"], asked=False)


def _key(account: Account) -> bytes:
    """Of this app on this platform: what one of them sealed no other can open."""
    info = json.dumps(["jiandu/token", account.corp_id, account.agent_id, account.api_base]).encode()
    return HKDF(hashes.SHA256(), 32, None, info).derive(account.secret.encode())
