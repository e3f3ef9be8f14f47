"""Says to the sender, in its words, what a call to WeCom came to."""

from __future__ import annotations

import logging
from pathlib import Path

from bot.books import Books
from bot.config import Config
from bot.making import Filed, Maker, NotMadeError
from bot.messages import Attachment, CardUpdate
from bot.parcels import Keep, Outcome, Parcel, Uploaded
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
        self._maker = Maker(files, books)

    def close(self) -> None:
        self._maker.close()

    async def deliver(self, parcel: Parcel, keep: Keep) -> Outcome:
        message = parcel.message
        if isinstance(message, CardUpdate):
            if not parcel.response_code:
                return Outcome("dead", error="no response code")
            return _outcome(await self._client.update_card([parcel.person], parcel.response_code, message.text))
        if isinstance(message, Filed):
            return await self._deliver_file(parcel, message, keep)
        return _outcome(await self._client.send(parcel.person, message, duplicate_check=parcel.fence))

    async def _deliver_file(self, parcel: Parcel, message: Filed, keep: Keep) -> Outcome:
        try:
            async with self._maker.made(parcel.person, message) as (file, key):
                return _outcome(await self._send_file(parcel, file, key, keep))
        except NotMadeError as error:
            if error.final:
                return Outcome("dead", error=error.reason)
            return Outcome("retry", wait=5.0, grows=True, error=error.reason)

    async def _send_file(self, parcel: Parcel, file: Attachment, key: str, keep: Keep) -> Called:
        """Under one media id however often it is tried, or WeCom's duplicate check would take it for another file.

        No other message to this person has that id, so the check may always be asked: it can only drop a repeat.
        """

        async def before(media_id: str) -> None:
            if not await self._kept(keep, Uploaded(key, media_id)):
                raise NotSent("overtaken")

        known = parcel.uploaded
        if known is not None and known.key == key:
            called = await self._client.send(parcel.person, file, duplicate_check=True, media_id=known.media_id)
            if not (isinstance(called, Rejected) and called.action is Action.REUPLOAD):
                return called
        return await self._client.send(parcel.person, file, duplicate_check=True, before=before)

    @staticmethod
    async def _kept(keep: Keep, uploaded: Uploaded) -> bool:
        failed = ""
        try:
            return await keep(uploaded)
        except Exception as error:  # the store is out of reach
            failed = type(error).__name__
        log.error("upload not written down error=%s", failed)
        raise NotSent("store")


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
