"""`python -m sandbox`: the stand-in alone, with its chat page."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from sandbox.server import create_app
from sandbox.settings import Settings

_STOP_SECONDS = 1.0  # open pages and deliveries under way do not hold up Ctrl-C


def main(arguments: list[str] | None = None) -> None:
    settings = parse(arguments)
    where = f"聊天页面 http://{settings.host}:{settings.port}/  （回调 {settings.callback}）"
    web.run_app(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        print=lambda _text: print(where, flush=True),  # called once the port is open
        access_log=None,
        shutdown_timeout=_STOP_SECONDS,
    )


def parse(arguments: list[str] | None) -> Settings:
    """The command line as settings; what is not given keeps the sample's value."""
    sample = Settings()
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A stand-in WeCom with a chat page.")
    parser.add_argument("--host", default=sample.host)
    parser.add_argument("--port", type=int, default=sample.port)
    parser.add_argument("--callback", default=sample.callback)
    parser.add_argument("--clock-url", default=sample.clock_url)
    parser.add_argument("--org", type=Path, default=sample.org)
    parser.add_argument("--corp-id", default=sample.corp_id)
    parser.add_argument("--agent-id", type=int, default=sample.agent_id)
    parser.add_argument("--secret", default=sample.secret)
    parser.add_argument("--token", default=sample.token)
    parser.add_argument("--aes-key", default=sample.aes_key)
    return replace(sample, **vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
