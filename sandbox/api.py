"""The API of the platform: /cgi-bin/… over HTTP, always status 200 with an errcode, as the real one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from sandbox.errors import ApiError
from sandbox.media import Media
from sandbox.platform import Platform

Body = dict[str, Any]
_UPLOAD_CAP = 21 * 1024 * 1024


class Api:
    """Dispatches by path and method, after token and faults."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        contacts, menu = platform.contacts, platform.menu
        self._gets: dict[str, Callable[[Mapping[str, Any]], Body]] = {
            "department/simplelist": contacts.department_simplelist,
            "department/list": contacts.department_list,
            "department/get": contacts.department_get,
            "user/get": contacts.user_get,
            "user/list": contacts.user_list,
            "user/simplelist": contacts.user_simplelist,
            "menu/get": lambda query: self._of_agent(query, menu.get),
            "menu/delete": lambda query: self._of_agent(query, menu.delete),
        }
        self._posts: dict[str, Callable[[Mapping[str, Any], Body], Body]] = {
            "message/send": lambda _query, body: platform.sending.send(body),
            "message/update_template_card": lambda _query, body: self._recorded("update_template_card", body),
            "message/recall": lambda _query, body: self._recorded("recall", body),
            "menu/create": lambda query, body: self._of_agent(query, lambda: menu.create(body)),
            "user/list_id": lambda _query, body: contacts.user_list_id(body),
        }
        self._special: dict[str, tuple[str, Callable[[web.Request], Awaitable[web.Response]]]] = {
            "media/upload": ("POST", self._upload),
            "media/get": ("GET", self._download),
        }

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        faults = self._platform.faults
        if faults.network_down:
            return _cut(request)
        touched = faults.touches(path)
        if touched and faults.slow_ms:
            await asyncio.sleep(faults.slow_ms / 1000)
        if touched and faults.strikes("reset_before"):
            return _cut(request)
        if touched and faults.strikes("http_500"):
            return web.Response(status=500, text="Internal Server Error")
        response = await self._answer(request, path, touched)
        if faults.network_down or (touched and faults.strikes("reset_after")):
            return _cut(request)
        return response

    async def _answer(self, request: web.Request, path: str, touched: bool) -> web.Response:
        try:
            self._strike(request, path, touched)
            return await self._call(request, path)
        except ApiError as error:
            return _json(error.body())

    def _strike(self, request: web.Request, path: str, touched: bool) -> None:
        faults = self._platform.faults
        if not touched:
            return
        if path != "gettoken" and faults.strikes("expired_token"):
            self._platform.tokens.kill(request.query.get("access_token"))
            raise ApiError(42001)
        if faults.strikes("busy"):
            raise ApiError(-1)
        if faults.strikes("frequency"):
            raise ApiError(45009)

    async def _call(self, request: web.Request, path: str) -> web.Response:
        query = request.query
        if path == "gettoken":
            _expect(request, "GET")
            return _json(self._platform.tokens.issue(query.get("corpid", ""), query.get("corpsecret", "")))
        self._platform.tokens.check(query.get("access_token"))
        if path in self._gets:
            _expect(request, "GET")
            return _json(self._gets[path](query))
        if path in self._posts:
            _expect(request, "POST")
            body = await _body(request)
            await self._platform.hear_clock()
            return _json(self._posts[path](query, body))
        if path in self._special:
            method, act = self._special[path]
            _expect(request, method)
            return await act(request)
        raise ApiError(40035, "unknown path")

    def _recorded(self, name: str, body: Body) -> Body:
        cards = self._platform.cards
        try:
            return cards.recall(body) if name == "recall" else cards.update(body)
        except ApiError as error:
            self._platform.record.add(f"message/{name}", "refused", to=[], errcode=error.errcode, payload=body)
            raise

    def _of_agent(self, query: Mapping[str, Any], act: Callable[[], Body]) -> Body:
        if query.get("agentid") != str(self._platform.settings.agent_id):
            raise ApiError(40056)
        return act()

    async def _upload(self, request: web.Request) -> web.Response:
        kind = request.query.get("type", "")
        if not request.content_type.startswith("multipart/"):
            raise ApiError(40058, "multipart is needed")
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if isinstance(part, BodyPartReader) and part.name == "media" and part.filename:
                media = self._platform.media.add(kind, part.filename, await _read(part))
                return _json({"type": kind, "media_id": media.id, "created_at": str(int(media.created_at))})
        raise ApiError(44001, "a part named media with a filename is needed")

    async def _download(self, request: web.Request) -> web.Response:
        return file_response(self._platform.media.get(request.query.get("media_id", "")))


def file_response(media: Media, *, inline: bool = False) -> web.Response:
    """The bytes with a name; only pictures may be shown in place, so that nothing uploaded runs in the page."""
    shown = inline and media.type.startswith("image/")
    disposition = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(media.name, safe='')}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return web.Response(body=media.data, content_type=media.type, headers=headers)


async def _read(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(65536):
        data += chunk
        if len(data) > _UPLOAD_CAP:
            raise ApiError(45001)
    return bytes(data)


def _expect(request: web.Request, method: str) -> None:
    if request.method != method:
        raise ApiError(43002 if method == "POST" else 43001)


async def _body(request: web.Request) -> Body:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise ApiError(47001) from error
    if not isinstance(body, dict):
        raise ApiError(47001)
    return body


def _json(content: Body) -> web.Response:
    whole = {"errcode": 0, "errmsg": "ok", **content}
    return web.Response(
        body=json.dumps(whole, ensure_ascii=False).encode(), content_type="application/json", charset="utf-8"
    )


def _cut(request: web.Request) -> web.Response:
    """Ends the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
