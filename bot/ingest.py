"""`POST /ingest/alert`: business systems warn, each under its own key; none of their words is logged (S58)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import re
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Protocol

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy.orm import Session

from bot import gate
from bot.clock import CHINA, real_now
from bot.config import Ingest as Settings
from bot.errors import StoreUnavailable
from bot.flow import Turn
from bot.metrics import REFUSED
from bot.strangers import Count, Stranger, alone
from bot.understanding import gates
from bot.world import World

PATH = "/ingest/alert"
MOST_BYTES = 64 * 1024
_MINUTE = timedelta(minutes=1)
BEARER = {"WWW-Authenticate": "Bearer"}
PATIENCE = 10.0  # seconds for a body
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # PostgreSQL takes no NUL, and no system means the others

log = logging.getLogger("jiandu.ingest")


class Body(BaseModel):
    """What a system sends. id: its own number. at: when it happened; without an offset, Shanghai's time."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)
    id: Annotated[str, Field(min_length=1, max_length=64)]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    text: Annotated[str, Field(min_length=1, max_length=8000)]
    source: Annotated[str, Field(max_length=32)] = ""
    unit: Annotated[str, Field(max_length=64)] = ""
    level: Annotated[str, Field(max_length=16)] = ""
    at: datetime | None = None
    amount_yuan: Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2)] | None = None

    @field_validator("id", "title", "text", "source", "unit", "level")
    @classmethod
    def _printable(cls, value: str) -> str:
        if _CONTROL.search(value):
            raise ValueError("must not hold control characters")
        return value

    @field_validator("at")
    @classmethod
    def _of_our_time(cls, value: datetime | None) -> datetime | None:
        if value is None:
            return None
        if not 2000 <= value.year < 2100:
            raise ValueError("must lie between 2000 and 2099")
        return value if value.tzinfo else value.replace(tzinfo=CHINA)


class Receiving(Protocol):
    """What the business makes of an alert; the module `handlers/alert_intake.py` is one."""

    def receive(
        self, turn: Turn, source: str, owner: str, facts: Mapping[str, Any], arrived_at: datetime, most: int
    ) -> tuple[str, int]:
        """Keep it once; the words for how it stands now, or "" and in how many seconds there is room again."""
        ...


class Ingest:
    """The door for systems. New alerts of a minute are counted in the store, for all processes; requests of any kind,
    those that are refused too, by each process for itself, and `together` where there is a cache."""

    def __init__(
        self, world: World, settings: Settings, receiving: Receiving,
        kick: Callable[[], None] = lambda: None, real: Callable[[], datetime] = real_now, together: Count = alone,
    ) -> None:  # fmt: skip
        self._world = world
        self._settings = settings
        self._receiving = receiving
        self._kick = kick
        self._real = real
        self._together = together
        self._keys = {source: _digest(key) for source, key in settings.keys.items()}
        self._lately: dict[str, deque[datetime]] = {source: deque() for source in self._keys}

    async def serve(self, request: web.Request) -> web.Response:
        source = self._source(request.headers.get("Authorization", ""))
        if source is None:
            REFUSED.labels("key").inc()
            said = json.dumps({"error": "unknown key"})
            return Stranger(status=401, text=said, content_type="application/json", headers=BEARER)
        wait = self._wait(source) or await self._wait_together(source)
        if wait:
            return _refused(429, "too many", {"Retry-After": str(wait)})
        try:
            raw = await asyncio.wait_for(_read(request), PATIENCE)
        except TimeoutError:
            return _refused(408, "the body did not come")
        except Exception:  # a broken encoding, a lost connection: the caller's affair
            return _refused(400, "the body cannot be read")
        if raw is None:
            return _refused(413, "more than 64 KiB")
        try:
            body = Body.model_validate_json(raw)
        except ValidationError as error:
            return _refused(400, _fault(error))
        if body.source and body.source != source:
            return _refused(400, "source: is not the key's own")
        return await self._keep(source, body)

    async def _keep(self, source: str, body: Body) -> web.Response:
        turns = self._world.turns
        try:
            if any(gates.secret_mark(text) for text in _texts(body)):
                await turns.run(lambda session: self._world.turn(session).record("secrecy", "blocked"))
                log.warning("alert refused source=%s reason=secrecy", source)
                return _refused(422, gate.HAS_MARK.partition("\n")[0])
            facts = body.model_dump()

            def work(session: Session) -> tuple[str, int]:
                owner, turn = self._settings.sources.get(source, ""), self._world.turn(session)
                return self._receiving.receive(turn, source, owner, facts, self._real(), self._settings.per_minute)

            state, wait = await turns.run(
                work, lambda session, _error: work(session)
            )  # of two at once one finds the other's
        except StoreUnavailable:
            return _refused(503, "store is out of reach", {"Retry-After": "5"})
        if wait:
            return _refused(429, "too many", {"Retry-After": str(wait)})
        self._kick()
        return web.json_response({"id": body.id, "state": state}, dumps=lambda one: json.dumps(one, ensure_ascii=False))

    def _source(self, header: str) -> str | None:
        """Whose key it is; every key is compared, so that the time tells nothing."""
        scheme, _, said = header.partition(" ")
        given, found = _digest(said.strip()), None
        for source, key in self._keys.items():
            if hmac.compare_digest(given, key):
                found = source
        return found if scheme.lower() == "bearer" else None

    def _wait(self, source: str) -> int:
        """Seconds until it may send again; 0 now, which is counted."""
        now, lately = self._real(), self._lately[source]
        while lately and now - lately[0] >= _MINUTE:
            lately.popleft()
        if len(lately) >= self._settings.per_minute:
            return max(1, int((lately[0] + _MINUTE - now).total_seconds()) + 1)
        lately.append(now)
        return 0

    async def _wait_together(self, source: str) -> int:
        """The same by what all processes counted in this minute of the clock."""
        counted = await self._together(f"alert|{source}")
        if counted is None or counted <= self._settings.per_minute:
            return 0
        return 60 - int(self._real().timestamp() % 60)


async def _read(request: web.Request) -> bytes | None:
    """The body, or None when it is too large; no more of it is held than that."""
    if (request.content_length or 0) > MOST_BYTES:
        return None
    raw = bytearray()
    async for chunk in request.content.iter_chunked(8192):
        raw += chunk
        if len(raw) > MOST_BYTES:
            return None
    return bytes(raw)


def _texts(body: Body) -> list[str]:
    return [body.id, body.title, body.text, body.unit, body.level, f"{body.title}\n{body.text}"]


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def _fault(error: ValidationError) -> str:
    """Which key is wrong and why, without what it held; a key that we do not know is not said back."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = str(first["loc"][0]) if first["loc"] else ""
    named = where if where in Body.model_fields else "body"
    return f"{named}: {first['type']}"


def _refused(status: int, why: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response(
        {"error": why}, status=status, headers=headers, dumps=lambda one: json.dumps(one, ensure_ascii=False)
    )
