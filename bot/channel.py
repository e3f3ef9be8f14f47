"""Says to the sender, in its words, what a call to WeCom came to."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.books import Books
from bot.config import Config
from bot.errors import UserError
from bot.messages import Attachment, CardUpdate, Chart, Document, Workbook, pack
from bot.parcels import Keep, Outcome, Parcel, Uploaded
from bot.wecom.client import WeComClient
from bot.wecom.outcomes import Action, Delivered, NotSent, Rejected, Unknown
from bot.wecom.outcomes import Outcome as Called
from bot.wecom.transport import Account

File = Attachment | Workbook | Chart | Document

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

    async def deliver(self, parcel: Parcel, keep: Keep) -> Outcome:
        message = parcel.message
        if isinstance(message, CardUpdate):
            if not parcel.response_code:
                return Outcome("dead", error="no response code")
            return _outcome(await self._client.update_card([parcel.person], parcel.response_code, message.text))
        if isinstance(message, File):
            return await self._deliver_file(parcel, message, keep)
        return _outcome(await self._client.send(parcel.person, message, duplicate_check=parcel.fence))

    async def _deliver_file(self, parcel: Parcel, message: File, keep: Keep) -> Outcome:
        """Under one media id however often it is tried, or WeCom's duplicate check would take it for another file."""
        try:
            async with self._made(parcel.person, message) as (file, key):
                return _outcome(await self._send_file(parcel, file, key, keep))
        except UserError:
            return Outcome("dead", error="no right to it any more")
        except FileNotFoundError:
            return Outcome("dead", error="file is gone")
        except Exception as error:  # the store is out of reach, or the disk is full
            log.error("file not made kind=%s error=%s", type(message).__name__, type(error).__name__)
            return Outcome("retry", wait=5.0, grows=True, error=f"not made: {type(error).__name__}")

    async def _send_file(self, parcel: Parcel, file: Attachment, key: str, keep: Keep) -> Called:
        async def before(media_id: str) -> None:
            if not await keep(Uploaded(key, media_id)):
                raise NotSent("overtaken")

        kept = parcel.uploaded
        if kept is not None and kept.key == key:
            called = await self._client.send(
                parcel.person, file, duplicate_check=parcel.fence, media_id=kept.media_id
            )  # fmt: skip
            if not (isinstance(called, Rejected) and called.action is Action.REUPLOAD):
                return called
        return await self._client.send(parcel.person, file, duplicate_check=parcel.fence, before=before)

    @asynccontextmanager
    async def _made(self, person: str, message: File) -> AsyncIterator[tuple[Attachment, str]]:
        """The file on the disk, and the digest of what it says. Raises UserError, FileNotFoundError, what a store says.

        Of a book with a source nothing stays: a second try makes it anew, with the rights of that moment, and what
        then says the same is the same file.
        """
        if isinstance(message, Workbook) and message.source is not None and self._books is not None:
            path = Path(self._folder.name) / f"{uuid.uuid4().hex}.xlsx"
            try:
                digest = await self._books.write(person, message, path)
                yield Attachment(str(path), message.name), digest
            finally:
                await asyncio.to_thread(path.unlink, missing_ok=True)
        elif isinstance(message, Attachment):
            file = replace(message, path=str(self._files / message.path))
            if not Path(file.path).is_file():
                raise FileNotFoundError
            yield file, _digest(message)
        else:
            yield await asyncio.to_thread(self._written, message), _digest(message)

    def _written(self, made: Workbook | Chart | Document) -> Attachment:
        """On disk under the hash of what it says, so that a second try, or a second person, uploads nothing anew."""
        path = Path(self._folder.name) / f"{_digest(made)}.{_ending(made)}"
        if not path.exists():
            path.write_bytes(_content(made))
        return Attachment(str(path), made.name, image=isinstance(made, Chart))


def _digest(message: File) -> str:
    said = json.dumps(pack(message), ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(said).hexdigest()


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
