"""Says to the sender, in its words, what a call to WeCom came to."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

from bot.books import Books
from bot.config import Config
from bot.errors import UserError
from bot.messages import Attachment, CardUpdate, Chart, Document, Outgoing, Workbook, pack
from bot.parcels import Outcome
from bot.wecom.client import WeComClient
from bot.wecom.outcomes import Action, Delivered, NotSent, Rejected, Unknown
from bot.wecom.outcomes import Outcome as Called
from bot.wecom.transport import Account

log = logging.getLogger("jiandu.channel")


def account(config: Config) -> Account:
    """The app we speak for."""
    wecom = config.wecom
    return Account(wecom.corp_id, wecom.agent_id, wecom.secret, wecom.api_base)


class WeComChannel:
    """The self-built app as the sender sees it; never raises for what the platform answers.

    files: the folder under which the path of an attachment counts, unless it is absolute.
    books: makes the workbooks that have a source.
    """

    def __init__(self, client: WeComClient, files: Path = Path(), books: Books | None = None) -> None:
        self._client = client
        self._files = files
        self._books = books
        self._folder = tempfile.TemporaryDirectory(prefix="jiandu-")  # 0700, gone with the process

    def close(self) -> None:
        self._folder.cleanup()

    async def deliver(self, person: str, message: Outgoing, response_code: str, fence: bool) -> Outcome:
        if isinstance(message, CardUpdate):
            if not response_code:
                return Outcome("dead", error="no response code")
            return _outcome(await self._client.update_card([person], response_code, message.text))
        if isinstance(message, Workbook) and message.source is not None and self._books is not None:
            return await self._make_and_send(person, message, self._books, fence)
        if isinstance(message, Workbook | Chart | Document):
            message = await asyncio.to_thread(self._written, message)
        if isinstance(message, Attachment):
            message = replace(message, path=str(self._files / message.path))
            if not Path(message.path).is_file():
                return Outcome("dead", error="file is gone")
        return _outcome(await self._client.send(person, message, duplicate_check=fence))

    async def _make_and_send(self, person: str, book: Workbook, books: Books, fence: bool) -> Outcome:
        """Nothing of it stays on the disk: a second try makes it anew, with the rights of that moment."""
        path = Path(self._folder.name) / f"{uuid.uuid4().hex}.xlsx"
        try:
            await books.write(person, book, path)
            called = await self._client.send(person, Attachment(str(path), book.name), duplicate_check=fence)
            return _outcome(called)
        except UserError:
            return Outcome("dead", error="no right to it any more")
        except Exception as error:  # the store is out of reach, or the disk is full
            log.error("book not made source=%s error=%s", book.source[0] if book.source else "", type(error).__name__)
            return Outcome("retry", wait=5.0, grows=True, error=f"not made: {type(error).__name__}")
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def _written(self, made: Workbook | Chart | Document) -> Attachment:
        """On disk under the hash of what it says, so that a second try, or a second person, uploads nothing anew."""
        said = json.dumps(pack(made), ensure_ascii=False, sort_keys=True).encode()
        path = Path(self._folder.name) / f"{hashlib.sha256(said).hexdigest()}.{_ending(made)}"
        if not path.exists():
            path.write_bytes(_content(made))
        return Attachment(str(path), made.name, image=isinstance(made, Chart))


def _ending(made: Workbook | Chart | Document) -> str:
    return {Workbook: "xlsx", Chart: "png", Document: "docx"}[type(made)]


def _content(made: Workbook | Chart | Document) -> bytes:
    from bot import charts, documents, workbooks  # loaded by the first file: most processes live long without

    if isinstance(made, Chart):
        return charts.png(made)
    return workbooks.content(made) if isinstance(made, Workbook) else documents.content(made)


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
