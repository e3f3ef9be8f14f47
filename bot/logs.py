"""One line an event on standard error, as text or JSON; never the text of a message."""

from __future__ import annotations

import json
import logging
import sys

from bot import tracing

QUIET = ("apscheduler", "aiohttp.access", "jieba", "sqlalchemy", "alembic", "asyncio")


class JsonLine(logging.Formatter):
    """An event as one JSON object, with the turn and row that it belongs to; exceptions are never rendered."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **tracing.current(),
        }
        return json.dumps(event, ensure_ascii=False)


class TextLine(logging.Formatter):
    """An event as one line; exceptions are never rendered."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.exc_info, record.exc_text, record.stack_info = None, None, None
        names = "".join(f" {name}={said}" for name, said in tracing.current().items())
        return super().format(record) + names


def set_up(level: str, form: str) -> None:
    """Send everything to standard error in the chosen form; libraries speak only from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if form == "json" else TextLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.access").disabled = True
