"""The stand-in as one aiohttp application: API, control, page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from sandbox.api import Api
from sandbox.control import Control
from sandbox.platform import Platform
from sandbox.settings import Settings

PLATFORM: web.AppKey[Platform] = web.AppKey("platform", Platform)
_PAGE = Path(__file__).resolve().parent / "page"
_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'",
}
_BODY_CAP = 32 * 1024 * 1024


def create_app(settings: Settings | None = None) -> web.Application:
    """Everything of one corp on one address; state lives as long as the application."""
    platform = Platform(settings or Settings())
    app = web.Application(client_max_size=_BODY_CAP)
    app[PLATFORM] = platform
    app.router.add_route("*", "/cgi-bin/{path:.*}", Api(platform).handle)
    Control(platform).add_to(app.router)
    for file in sorted(_PAGE.iterdir()):
        app.router.add_get("/" if file.name == "index.html" else f"/{file.name}", _file(file))
    app.on_startup.append(lambda _app: platform.start())
    app.on_shutdown.append(_close_streams)
    app.on_cleanup.append(lambda _app: platform.stop())
    return app


async def _close_streams(app: web.Application) -> None:
    app[PLATFORM].hub.close()


def _file(path: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def act(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers=_PAGE_HEADERS)

    return act
