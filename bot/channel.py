"""Says to the sender, in its words, what a call to WeCom came to."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import tempfile
from dataclasses import replace
from pathlib import Path

from bot import documents, workbooks
from bot.messages import Attachment, CardUpdate, Document, Outgoing, Workbook, pack
from bot.parcels import Outcome
from bot.wecom.client import WeComClient
from bot.wecom.outcomes import Action, Delivered, NotSent, Rejected, Unknown
from bot.wecom.outcomes import Outcome as Called

log = logging.getLogger("jiandu.channel")


class WeComChannel:
    """The self-built app as the sender sees it; never raises for what the platform answers.

    files: the folder under which the path of an attachment counts, unless it is absolute.
    """

    def __init__(self, client: WeComClient, files: Path = Path()) -> None:
        self._client = client
        self._files = files
        self._folder = tempfile.TemporaryDirectory(prefix="jiandu-")  # 0700, gone with the process

    async def deliver(self, person: str, message: Outgoing, response_code: str, fence: bool) -> Outcome:
        if isinstance(message, CardUpdate):
            if not response_code:
                return Outcome("dead", error="no response code")
            return _outcome(await self._client.update_card([person], response_code, message.text))
        if isinstance(message, Workbook | Document):
            message = await asyncio.to_thread(self._written, message)
        if isinstance(message, Attachment):
            message = replace(message, path=str(self._files / message.path))
            if not Path(message.path).is_file():
                return Outcome("dead", error="file is gone")
        return _outcome(await self._client.send(person, message, duplicate_check=fence))

    def _written(self, message: Workbook | Document) -> Attachment:
        """On disk under the hash of what it says, so that a second try, or a second person, uploads nothing anew."""
        said = json.dumps(pack(message), ensure_ascii=False, sort_keys=True).encode()
        ending = "xlsx" if isinstance(message, Workbook) else "docx"
        path = Path(self._folder.name) / f"{hashlib.sha256(said).hexdigest()}.{ending}"
        if not path.exists():
            path.write_bytes(
                workbooks.content(message) if isinstance(message, Workbook) else documents.content(message)
            )
        return Attachment(str(path), message.name)


def _outcome(called: Called) -> Outcome:
    match called:
        case Delivered():
            if called.invalid:
                return Outcome("dead", gone=True, error="invalid user")
            return Outcome("sent", msgid=called.msgid, response_code=called.response_code)
        case Unknown():
            return Outcome("unknown", wait=1.0, grows=True, free=True, error=f"unknown: {called.reason}")
        case NotSent():
            wait, grows = called.retry_after or 1.0, not called.retry_after
            return Outcome("retry", wait=wait, grows=grows, free=True, error=f"not sent: {called.reason}")
        case Rejected():
            return _rejected(called)


def _rejected(called: Rejected) -> Outcome:
    if called.tell_admin:
        log.error("wecom errcode=%s advice=%s", called.errcode, called.advice)
    error = f"errcode {called.errcode}"
    match called.action:
        case Action.RETRY | Action.REUPLOAD:
            return Outcome("retry", wait=1.0, grows=True, error=error)
        case Action.BACKOFF | Action.REFRESH:
            return Outcome("retry", wait=30.0, grows=True, free=True, error=error)
        case Action.BRAKE:
            return Outcome("retry", wait=1.0, free=True, brake=True, error=error)  # its wait is the brake's
        case Action.DROP_MEMBER:
            return Outcome("dead", gone=True, error=error)
        case _:
            return Outcome("dead", error=error)
