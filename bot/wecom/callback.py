"""The two doors that WeCom knocks at: URL verification (GET) and callbacks (POST), wecom.md 1.2 to 1.6.

Nothing that comes in can make a 500: bad input is refused with an empty 4xx, a failing store is answered in words; only
where nobody knows whether it was stored there is no answer at all.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.errors import OutcomeUnknown, StoreUnavailable
from bot.messages import Inbound
from bot.metrics import REFUSED
from bot.strangers import Stranger
from bot.wecom import reply, split
from bot.wecom.crypto import BadCallback, Envelope
from bot.wecom.parse import parse_inbound
from bot.wecom.tree import MAX_BYTES, parse_xml

log = logging.getLogger(__name__)

ANSWER_WITHIN = 3.5  # seconds; what is not ready by then goes by message/send
_GIVEN_UP_AFTER = 4.5  # the platform hangs up at 5 s: an answer written later may be read by nobody
_AGAIN_AFTER = 0.5
_REPEATED_AFTER = 3.0  # seconds; the platform waits 5 s for an answer, and its clock is not ours
_BODY_WITHIN = 10.0
_NOBODY = "sys"  # the sender of corp-level events
_SIGNATURE_NAMES = ("msg_signature", "msgsignature", "signature")
_FORBIDDEN = frozenset({"signature", "receiver", "stale", "group"})  # 403; every other reason is a 400
# Found only after the signature held: whoever sent it has the token, and is never shut out.
_SIGNED = frozenset({"cipher", "padding", "length", "field", "person", "number", "group", "timestamp", "stale"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back in the response. `row` is the outbox row to cancel once the bytes are out."""

    text: str = field(repr=False)
    row: int | None = None


Receive = Callable[[Inbound, float], Awaitable[Answer | None]]


class Callback:
    """The handlers of one callback path.

    receive: takes an inbound and its deadline (monotonic seconds), returns when the turn is committed. The deadline
    has passed already for kinds whose response can hold no text, so that their answers are owed to the outbox.
    delivered: told when an answer's bytes are out. known: whether a dedup key stands in the store.
    now: the machine's clock in epoch seconds, never the business clock. replay_window_seconds: 0 is off.
    """

    def __init__(
        self,
        envelope: Envelope,
        receive: Receive,
        delivered: Callable[[Answer], None],
        known: Callable[[str], Awaitable[bool]],
        *,
        replay_window_seconds: float = 600,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._envelope = envelope
        self._receive = receive
        self._delivered = delivered
        self._known = known
        self._window = replay_window_seconds
        self._now = now
        self._monotonic = monotonic

    def routes(self, path: str) -> list[web.RouteDef]:
        return [web.get(path, self.get, allow_head=False), web.post(path, self.post)]

    async def get(self, request: web.Request) -> web.StreamResponse:
        """URL verification: the decrypted bytes and nothing else. Needs no store, so that it is there within 1 s.

        Of a verification only: whoever recorded a callback must not have it opened here.
        """
        try:
            # A "+" that was not escaped arrives as a space, which base64 never holds.
            plain = self._open(request, request.query.get("echostr", "").replace(" ", "+"))
            if b"<" in plain:  # a message that somebody recorded: its signature holds here too, its words stay shut
                raise BadCallback("message")
        except BadCallback as bad:
            return _refuse(bad)
        return web.Response(body=plain, content_type="text/plain")

    async def post(self, request: web.Request) -> web.StreamResponse:
        started = self._monotonic()
        try:
            encrypted = self._unwrap(await _body(request))
            inbound = parse_inbound(self._open(request, encrypted))
            await self._check_age(request, inbound)
        except BadCallback as bad:
            return _refuse(bad)
        try:
            answer = await self._answer(inbound, started, self._may_repeat(request))
        except OutcomeUnknown:
            return _hang_up(request)
        response, spoken = self._respond(inbound, answer, started)
        return await self._write(request, response, spoken)

    def _open(self, request: web.Request, encrypted: str) -> bytes:
        query = request.query
        signature = next((query[name] for name in _SIGNATURE_NAMES if name in query), "")
        self._envelope.check(signature, query.get("timestamp", ""), query.get("nonce", ""), encrypted)
        return self._envelope.open(encrypted)

    def _unwrap(self, body: bytes) -> str:
        fields = parse_xml(body)
        encrypted = fields.get("Encrypt")
        if not isinstance(encrypted, str) or not encrypted:
            raise BadCallback("envelope")
        if fields.get("ToUserName") != self._envelope.receive_id:
            raise BadCallback("receiver")
        return encrypted.strip()

    async def _check_age(self, request: web.Request, inbound: Inbound) -> None:
        """Refuse an old or future timestamp, unless the message is known: a repeat is always answered (contract.md)."""
        text = request.query.get("timestamp", "")
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise BadCallback("timestamp")
        if not self._window or abs(self._now() - int(text)) <= self._window:
            return
        try:
            known = await self._known(inbound.key)
        except Exception as error:
            log.error("callback: looking for an old key failed: %s", type(error).__name__)
            known = False
        if not known:
            raise BadCallback("stale")

    def _may_repeat(self, request: web.Request) -> bool:
        """Whether the platform may have brought this before: a repeat is as it was, with its old timestamp."""
        return self._now() - int(request.query["timestamp"]) >= _REPEATED_AFTER

    async def _answer(self, inbound: Inbound, started: float, doubtful: bool) -> Answer | None:
        """Raises OutcomeUnknown where this callback may be stored, now or from an earlier attempt, and nobody can say.

        Until then it is carried out again and again: that finds what was stored. doubtful: there may be an earlier one.
        """
        deadline = started + ANSWER_WITHIN if reply.takes_text(inbound) else started
        while True:
            try:
                return await self._receive(inbound, deadline)
            except Exception as error:
                log.error("callback: kind=%s failed: %s", inbound.kind, type(error).__name__)
                doubtful = doubtful or isinstance(error, OutcomeUnknown)
                if not doubtful:  # nothing is stored, so the person must hear that
                    return Answer(StoreUnavailable.wording)
                if self._monotonic() - started > _GIVEN_UP_AFTER:
                    raise OutcomeUnknown from error
            await asyncio.sleep(_AGAIN_AFTER)

    def _respond(self, inbound: Inbound, answer: Answer | None, started: float) -> tuple[web.Response, Answer | None]:
        """The response, and the answer that is in it, if any. What stays out, the sender delivers from its row."""
        if answer is None or not answer.text or inbound.person == _NOBODY:
            return web.Response(), None
        text = answer.text
        late = self._monotonic() - started > _GIVEN_UP_AFTER
        # Without a row nobody else would ever say it: then a doubtful chance is better than none.
        if answer.row is not None and (late or not split.fits(text) or not reply.takes_text(inbound)):
            return web.Response(), None
        second = int(self._now())
        xml = reply.text_reply(inbound.person, self._envelope.receive_id, split.cut(text, split.LIMIT), second)
        sealed = self._envelope.seal(xml, secrets.token_hex(8), str(second))
        return web.Response(text=sealed, content_type="application/xml"), answer

    async def _write(self, request: web.Request, response: web.Response, spoken: Answer | None) -> web.StreamResponse:
        if spoken is None:
            return response
        try:
            await response.prepare(request)
            await response.write_eof()
        except OSError:  # the platform hung up: the row stays, the sender delivers it
            return response
        if request.transport is not None and not request.transport.is_closing():
            self._report(spoken)
        return response

    def _report(self, spoken: Answer) -> None:
        try:
            self._delivered(spoken)
        except Exception as error:
            log.error("callback: noting a delivery failed: %s", type(error).__name__)


def _hang_up(request: web.Request) -> web.Response:
    """No answer, so that the platform repeats it: the repeat finds what was stored, or carries it out."""
    log.error("callback: nobody knows whether it was stored")
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=503)


async def _body(request: web.Request) -> bytes:
    """At most 1 MB, within 10 s, whatever Content-Length says."""
    if (request.content_length or 0) > MAX_BYTES:
        raise BadCallback("size")
    if request.content.is_eof() and request.content.exception() is None:  # it came with the head, as nearly all do
        return _bounded(request.content.read_nowait())
    parts = bytearray()
    reason = ""
    try:
        async with asyncio.timeout(_BODY_WITHIN):
            async for chunk in request.content.iter_any():
                parts += chunk
                if len(parts) > MAX_BYTES:
                    raise BadCallback("size")
    except TimeoutError:
        reason = "slow"
    except (OSError, web.RequestPayloadError, HttpProcessingError):
        reason = "body"
    if reason:
        raise BadCallback(reason)
    return bytes(parts)


def _bounded(body: bytes) -> bytes:
    if len(body) > MAX_BYTES:
        raise BadCallback("size")
    return body


def _refuse(bad: BadCallback) -> web.Response:
    log.warning("callback refused: %s", bad.reason)
    REFUSED.labels(bad.reason).inc()
    status = 413 if bad.reason == "size" else 403 if bad.reason in _FORBIDDEN else 400
    return web.Response(status=status) if bad.reason in _SIGNED else Stranger(status=status)
