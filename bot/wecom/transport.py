"""One HTTP call to WeCom and its outcome: token, refresh-and-retry-once, brake, time limits, nothing secret in errors.

Failures are raised outside the `except` that found them: aiohttp's errors hold the URL, and with it the access token
and the corp secret, so none may hang on as the context (libraries.md, trap 5).
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.metrics import WECOM_ERRORS
from bot.wecom.errors_table import TABLE, rejected
from bot.wecom.limits import Brake
from bot.wecom.outcomes import Action, Failure, NotSent, Rejected, Unknown
from bot.wecom.token import Fetched, Sharing, Token

log = logging.getLogger(__name__)

_QUICK = aiohttp.ClientTimeout(total=10, connect=3)
_MEDIA = aiohttp.ClientTimeout(total=60, connect=3)
_CONNECTIONS = 80  # the sender's calls under way (bot/sender.py, AT_ONCE), and some for everything else
_IDLE = 15.0  # we hang up before the platform does: a POST on a connection it just closed would end as Unknown
_BAD_TOKEN = frozenset({40001, 40014, 42001})
_FREQUENT = 45009
_UNTRUSTED_IP = 60020
_LONGEST_LIFE = 86400 * 365  # seconds of a token; it is two hours
_MAX_JSON = 8 * 1024 * 1024  # a contact list of some ten thousand people
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
# Certainly before the request was written: refused, no such host, TLS, or no connection within its 3 s.
_BEFORE_WRITING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


@dataclass(frozen=True, slots=True)
class Account:
    """The self-built app we speak for."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    api_base: str = "https://qyapi.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a call's body. The name goes out in raw UTF-8: WeCom spoils escaped ones (wecom.md 3.6)."""

    name: str
    content: bytes = field(repr=False)
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is a file."""

    content: bytes = field(repr=False)
    content_type: str
    disposition: str = field(repr=False)


def open_session() -> aiohttp.ClientSession:
    """A session with a bounded pool; the caller closes it."""
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS, limit_per_host=_CONNECTIONS, keepalive_timeout=_IDLE)
    return aiohttp.ClientSession(connector=connector, timeout=_QUICK, auto_decompress=True)


class Transport:
    """Calls below `{api_base}/cgi-bin/`. Every method raises a Failure or gives a good answer."""

    def __init__(
        self, account: Account, session: aiohttp.ClientSession, brake: Brake, sharing: Sharing | None = None
    ) -> None:
        self._account = account
        self._session = session
        self._base = account.api_base.rstrip("/") + "/cgi-bin/"
        self._brake = brake
        self.token = Token(self._fetch_token, sharing=sharing)

    async def call(
        self,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        upload: Upload | None = None,
    ) -> dict[str, Any]:
        """A call with JSON in the answer; POST when there is something to send."""
        answer = await self._authorized(path, query or {}, body, upload, limit=_MAX_JSON)
        if isinstance(answer, Raw):
            raise Unknown("answer")
        return answer

    async def download(self, path: str, query: Mapping[str, str | int], limit: int, *, quiet: bool = False) -> Raw:
        """A call with a file in the answer, at most `limit` bytes of it (Rejected 45001 beyond).

        quiet: no line in the log tells of a failure, for not even its moment may be known afterwards.
        """
        answer = await self._authorized(path, query, None, None, limit=limit, quiet=quiet)
        if isinstance(answer, Raw):
            return answer
        raise Unknown("answer")

    async def _authorized(
        self,
        path: str,
        query: Mapping[str, str | int],
        body: Mapping[str, Any] | None,
        upload: Upload | None,
        limit: int,
        quiet: bool = False,
    ) -> dict[str, Any] | Raw:
        for attempt in (1, 2):
            self._check_brake()
            token = await self._token()
            answer = await self._request(path, {**query, "access_token": token}, body, upload, limit, quiet)
            code = 0 if isinstance(answer, Raw) else answer["errcode"]
            if code == 0:
                self._brake.release()
                return answer
            if code in _BAD_TOKEN:
                self.token.invalidate(token)
                if attempt == 1:
                    continue
            assert not isinstance(answer, Raw)
            raise self._rejection(path, answer, quiet)
        raise AssertionError

    def _check_brake(self) -> None:
        if (left := self._brake.left()) > 0:
            raise NotSent("brake", retry_after=left)

    async def _token(self) -> str:
        """A token, or why there is none. However its fetch ended, the call itself was not sent."""
        lost = False
        try:
            return await self.token.get()
        except Unknown:
            lost = True
        assert lost
        raise NotSent("token")

    async def _fetch_token(self) -> Fetched:
        query = {"corpid": self._account.corp_id, "corpsecret": self._account.secret}
        answer = await self._request("gettoken", query, None, None, _MAX_JSON)
        if isinstance(answer, Raw):
            raise Unknown("answer")
        if answer["errcode"] != 0:
            raise self._rejection("gettoken", answer)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
            raise Unknown("answer")
        if not 0 < seconds < _LONGEST_LIFE:
            raise Unknown("answer")
        return Fetched(token, float(seconds))

    def _rejection(self, path: str, answer: Mapping[str, Any], quiet: bool = False) -> Rejected:
        code = answer["errcode"]
        if not quiet:
            WECOM_ERRORS.labels(str(code) if code in TABLE else "other").inc()
            log.warning("wecom %s: errcode %d", path, code)
        retry_after = self._brake.pull() if code == _FREQUENT else 0.0
        found = _ADDRESS.search(str(answer.get("errmsg", ""))) if code == _UNTRUSTED_IP else None
        failure = rejected(code, retry_after=retry_after, hint=found[0] if found else "")
        if failure.action is Action.REFRESH:  # that has been done: what is left is time, or the administrator
            failure.action = Action.BACKOFF
        return failure

    async def _request(
        self,
        path: str,
        query: Mapping[str, str | int],
        body: Mapping[str, Any] | None,
        upload: Upload | None,
        limit: int,
        quiet: bool = False,
    ) -> dict[str, Any] | Raw:
        """One exchange. A dict has an int `errcode`; a Raw is a file."""
        failure: Failure
        if self._session.closed:
            raise NotSent("connect")
        try:
            async with self._session.request(
                "GET" if body is None and upload is None else "POST",
                self._base + path,
                params={name: str(value) for name, value in query.items()},
                data=_payload(body, upload),
                headers={"Content-Type": "application/json; charset=utf-8"} if body is not None else None,
                timeout=_MEDIA if upload or path.startswith("media/") else _QUICK,
                allow_redirects=False,  # a redirect would carry the token to wherever it points
            ) as response:
                return await _read(response, limit)
        except Failure as known:
            failure = known
        except _BEFORE_WRITING:
            failure = NotSent("connect")
        except TimeoutError:
            failure = Unknown("timeout")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = Unknown(type(error).__name__)
        failure.__context__ = None
        if not quiet:
            WECOM_ERRORS.labels("not sent" if isinstance(failure, NotSent) else "no answer").inc()
            log.warning("wecom %s: %s %s", path, type(failure).__name__, failure)
        raise failure


def _payload(body: Mapping[str, Any] | None, upload: Upload | None) -> Any:
    if upload is not None:
        form = aiohttp.FormData(quote_fields=False)
        # A stream: aiohttp warns of large bytes.
        form.add_field("media", io.BytesIO(upload.content), filename=upload.name, content_type=upload.content_type)
        return form
    if body is None:
        return None
    # Raw UTF-8, because some fields refuse \uXXXX (40033). Half a surrogate pair becomes "?" rather than an error.
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


async def _read(response: aiohttp.ClientResponse, limit: int) -> dict[str, Any] | Raw:
    if response.status >= 500:
        raise Unknown(f"http {response.status}")  # the platform may have done it before it stumbled
    if response.status >= 300:
        raise NotSent("http")  # something in between answered, or the address is wrong
    disposition = response.headers.get("Content-Disposition", "")
    kind = response.content_type
    is_file = bool(disposition) or not (kind.startswith("text/") or "json" in kind)
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > limit:
            raise rejected(45001) if is_file else Unknown("answer")
    return Raw(bytes(content), kind, disposition) if is_file else _answer(bytes(content))


def _answer(content: bytes) -> dict[str, Any]:
    answer: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        said = content.decode("utf-8", "replace")
        answer = json.loads(said)
        if "\\u" in said:  # it can say half of a pair, which nothing can store or send
            answer = json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    if not isinstance(answer, dict) or type(answer.get("errcode")) is not int:
        raise Unknown("answer")
    return answer
