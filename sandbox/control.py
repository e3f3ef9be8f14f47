"""The control address for tests, scripts and the page: JSON under /api, and /faults."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web

from sandbox.actions import ActionError, Actions
from sandbox.api import file_response
from sandbox.clock import ClockError, real_now
from sandbox.courier import Answer
from sandbox.errors import ApiError
from sandbox.faults import FaultError
from sandbox.organisation import ROLE_NAMES, Member
from sandbox.platform import Platform

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_PARALLEL_CAP = 500


class Control:
    """Handlers only; what they do lies in `actions.py` and the parts of the platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._actions = Actions(platform)

    def add_to(self, router: web.UrlDispatcher) -> None:
        gets: dict[str, Handler] = {
            "/api/state": self._state,
            "/api/people": self._people,
            "/api/messages": self._messages,
            "/api/record": self._record,
            "/api/stream": self._stream,
            "/api/clock": self._clock,
            "/api/verify": self._verify,
            "/api/media/{id}": self._media,
            "/faults": self._faults,
        }
        posts: dict[str, Handler] = {
            "/api/say": self._say,
            "/api/send_image": lambda request: self._send_file(request, "image"),
            "/api/send_file": lambda request: self._send_file(request, "file"),
            "/api/send_voice": lambda request: self._send_file(request, "voice"),
            "/api/send_video": lambda request: self._send_file(request, "video"),
            "/api/inbound": self._inbound,
            "/api/menu": self._menu,
            "/api/click": self._click,
            "/api/enter": self._enter,
            "/api/event": self._event,
            "/api/contact": self._contact,
            "/api/callback": self._callback,
            "/api/clock": self._turn,
            "/api/forget": self._forget,
            "/api/expire_tokens": self._expire_tokens,
            "/faults": self._set_faults,
        }
        for path, handler in gets.items():
            router.add_get(path, _guarded(handler))
        for path, handler in posts.items():
            router.add_post(path, _guarded(handler))

    async def _state(self, _request: web.Request) -> web.Response:
        return reply(self._platform.state())

    async def _people(self, _request: web.Request) -> web.Response:
        return reply([self._person(member) for member in self._platform.organisation.members.values()])

    def _person(self, member: Member) -> dict[str, Any]:
        last = self._platform.chats.last(member.userid)
        return {
            "userid": member.userid,
            "name": member.name,
            "unit": self._platform.organisation.unit_names(member),
            "roles": list(member.roles),
            "role_names": [ROLE_NAMES.get(role, role) for role in member.roles],
            "title": member.position,
            "last_seq": last["seq"] if last else 0,
        }

    async def _messages(self, request: web.Request) -> web.Response:
        """One person's conversation; without a userid everybody's, as an object by userid."""
        after = int(request.query.get("after", 0))
        if "userid" not in request.query:
            everyone = self._platform.organisation.members
            return reply({userid: self._platform.chats.of(userid, after) for userid in everyone})
        return reply(self._platform.chats.of(self._actions.member(request.query["userid"]).userid, after))

    async def _record(self, request: web.Request) -> web.Response:
        query = request.query
        rows = self._platform.record.rows(
            int(query.get("after", 0)),
            refused=query.get("all") == "1",
            api=query.get("api", ""),
            userid=query.get("userid", ""),
        )
        return reply(rows)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.content_type, response.charset = "text/event-stream", "utf-8"
        await response.prepare(request)
        await response.write(b": open\n\n")
        try:
            async for line in self._platform.hub.listen():
                await response.write(f"data: {line}\n\n".encode() if line else b": still here\n\n")
        except ConnectionError:
            return response  # the page was closed
        return response

    async def _clock(self, _request: web.Request) -> web.Response:
        if not self._platform.clock.turning:
            await self._platform.clock.ask(self._platform.courier.session)
        return reply(self._platform.clock.state())

    async def _turn(self, request: web.Request) -> web.Response:
        answer = await self._platform.clock.turn(self._platform.courier.session, await _json(request))
        return reply({**self._platform.clock.state(), **answer})

    async def _verify(self, _request: web.Request) -> web.Response:
        return reply({"ok": await self._platform.courier.verify()})

    async def _media(self, request: web.Request) -> web.Response:
        return file_response(self._platform.media.get(request.match_info["id"]), inline=True)

    async def _say(self, request: web.Request) -> web.Response:
        body = await _json(request)
        return reply(await self._actions.say(body.get("userid"), body.get("text")))

    async def _send_file(self, request: web.Request, kind: str) -> web.Response:
        if request.content_type.startswith("multipart/"):
            userid, name, data = await _form(request)
        else:
            body = await _json(request)
            userid, name = str(body.get("userid") or ""), str(body.get("name") or kind)
            data = base64.b64decode(str(body.get("data") or ""), validate=True)
        return reply(await self._actions.send_file(userid, kind, name, data))

    async def _inbound(self, request: web.Request) -> web.Response:
        body = await _json(request)
        return reply(await self._actions.inbound(body.pop("userid", ""), str(body.pop("kind", "")), body))

    async def _menu(self, request: web.Request) -> web.Response:
        body = await _json(request)
        return reply(await self._actions.event(body.get("userid"), "click", EventKey=str(body.get("key") or "")))

    async def _click(self, request: web.Request) -> web.Response:
        body = await _json(request)
        return reply(
            await self._actions.click(
                body.get("userid"),
                msgid=str(body.get("msgid") or ""),
                task_id=str(body.get("task_id") or ""),
                key=str(body.get("key") or ""),
                selected=body.get("selected"),
                force=bool(body.get("force")),
            )
        )

    async def _enter(self, request: web.Request) -> web.Response:
        body = await _json(request)
        return reply(await self._actions.event(body.get("userid"), "enter_agent", EventKey=""))

    async def _event(self, request: web.Request) -> web.Response:
        body = await _json(request)
        fields = dict(body.get("fields") or {})
        return reply(await self._actions.event(body.get("userid"), str(body.get("event") or ""), **fields))

    async def _contact(self, request: web.Request) -> web.Response:
        body = await _json(request)
        fields = dict(body.get("fields") or {})
        return reply(await self._actions.change_contact(str(body.get("change") or ""), **fields))

    async def _callback(self, request: web.Request) -> web.Response:
        """Raw delivery, out of any order: the same plaintext `times` over, every answer told."""
        body = await _json(request)
        settings, given = self._platform.settings, dict(body.get("xml_fields") or {})
        first = {"ToUserName": settings.corp_id, "FromUserName": "sys", "CreateTime": int(real_now().timestamp())}
        fields = {**first, "MsgType": "text", "AgentID": settings.agent_id, **given}
        times = min(int(body.get("times", 1)), _PARALLEL_CAP)
        once = self._platform.courier.once
        if body.get("parallel"):
            answers = await asyncio.gather(*(once(fields) for _ in range(times)))
        else:
            answers = [await once(fields) for _ in range(times)]
        return reply([_told(answer) for answer in answers])

    async def _forget(self, _request: web.Request) -> web.Response:
        self._platform.forget()
        return reply({"ok": True})

    async def _expire_tokens(self, _request: web.Request) -> web.Response:
        self._platform.tokens.kill_all()
        return reply({"ok": True, "issued": self._platform.tokens.issued})

    async def _faults(self, _request: web.Request) -> web.Response:
        return reply(self._platform.faults.state())

    async def _set_faults(self, request: web.Request) -> web.Response:
        self._platform.faults.change(await _json(request))
        state = self._platform.faults.state()
        self._platform.hub.tell("faults", faults=state)
        return reply(state)


def reply(content: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(content, ensure_ascii=False).encode(),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


def _guarded(handler: Handler) -> Handler:
    """What was asked wrongly is told as JSON, in words the page can show."""

    async def act(request: web.Request) -> web.StreamResponse:
        if _foreign(request):
            return reply({"error": "只接受本页面的操作"}, 403)
        try:
            return await handler(request)
        except (ActionError, FaultError) as error:
            return reply({"error": str(error)}, 400)
        except ClockError as error:
            return reply({"error": str(error)}, error.status if error.status in (400, 404, 409, 422) else 502)
        except ApiError as error:
            return reply(error.body(), 404)
        except (binascii.Error, ValueError, TypeError, KeyError):
            return reply({"error": "请求格式不对"}, 400)

    return act


def _foreign(request: web.Request) -> bool:
    """Whether another site's page is asking in the user's browser; scripts send no Origin."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


async def _json(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    body = json.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise ValueError("an object is needed")
    return body


async def _form(request: web.Request) -> tuple[str, str, bytes]:
    reader, userid, name, data = await request.multipart(), "", "", b""
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "userid":
            userid = await part.text()
        elif part.filename:
            name, data = part.filename, bytes(await part.read(decode=False))
    return userid, name, data


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "http": answer.http,
        "reply": answer.reply.text if answer.reply.kind == "text" else None,
        "reply_kind": answer.reply.kind,
        "problem": answer.reply.problem,
        "trouble": answer.trouble,
        "ms": round(answer.ms, 1),
    }
