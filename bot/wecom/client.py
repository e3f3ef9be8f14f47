"""What the bot says to WeCom: messages, card updates, files, the menu, and questions about the contacts.

`send`, `update_card` and `recall` return an Outcome; the other calls return what they fetched or raise a Failure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp

from bot.messages import Attachment
from bot.wecom import bodies, contacts, media
from bot.wecom.contacts import Department, Member
from bot.wecom.errors_table import rejected
from bot.wecom.limits import Brake
from bot.wecom.media import Downloaded, UploadKind, Uploads
from bot.wecom.menu import MenuButton, menu_body
from bot.wecom.outcomes import Action, Delivered, Failure, NotSent, Outcome, Rejected, Unknown
from bot.wecom.token import Sharing
from bot.wecom.transport import Account, Transport

_BAD_BODY = 40058
_NO_SUCH_MEMBER = 60111
_NO_LICENCE = 701008
_MAX_PERSON = 128
_MANY = 1000  # receivers of one card update
_NOT_ONE_PERSON = frozenset({"", "@all", "sys"})


class WeComClient:
    """The client of one app. `session` comes from `transport.open_session()` and is closed by whoever opened it.

    sharing: with the other processes that speak as this app; without it the token is this client's own.
    """

    def __init__(
        self, account: Account, session: aiohttp.ClientSession, brake: Brake | None = None,
        sharing: Sharing | None = None,
    ) -> None:  # fmt: skip
        self._account = account
        self._transport = Transport(account, session, brake or Brake(), sharing)
        self._uploads = Uploads(self._transport)

    async def send(
        self,
        person: str,
        message: bodies.Sendable,
        *,
        duplicate_check: bool = False,
        media_id: str = "",
        before: Callable[[str], Awaitable[None]] | None = None,
    ) -> Outcome:
        """Send one message to one person. Text must be split already (`split.split_text`).

        How often one person may be told something is the caller's business: it counts over all processes.
        duplicate_check: WeCom drops an identical message within 4 hours; for pushes, and for repeats after Unknown.
        media_id: the file lies with WeCom already; nothing is uploaded then. before: is told the id of what was
        uploaded before it is sent, and may raise a Failure to stop it.
        """
        try:
            if person in _NOT_ONE_PERSON or "|" in person or len(person) > _MAX_PERSON:
                raise rejected(_NO_SUCH_MEMBER)
            if media_id:
                return await self._send_body(person, message, media_id, duplicate_check)
            return await self._send(person, message, duplicate_check, before)
        except (Rejected, Unknown, NotSent) as failure:
            return _outcome(failure)

    async def update_card(self, userids: Sequence[str], response_code: str, replace_text: str) -> Outcome:
        """Turn the card's button into the dead `replace_text` for `userids`. A code works once, within 72 hours."""
        if len(userids) > _MANY:
            return rejected(40032)
        body = {
            "userids": list(userids),
            "agentid": self._account.agent_id,
            "response_code": response_code,
            "button": {"replace_name": replace_text},
        }
        try:
            answer = await self._transport.call("message/update_template_card", body=body)
        except (Rejected, Unknown, NotSent) as failure:
            return _outcome(failure)
        return Delivered(invalid=_people(answer.get("invaliduser")))

    async def recall(self, msgid: str) -> Outcome:
        """Take back a message within 24 hours of sending it."""
        try:
            await self._transport.call("message/recall", body={"msgid": msgid})
        except (Rejected, Unknown, NotSent) as failure:
            return _outcome(failure)
        return Delivered(msgid)

    async def upload(self, path: Path, name: str, kind: UploadKind) -> str:
        """The media id of an uploaded file, valid for three days."""
        return await media.upload(self._transport, path, name, kind)

    async def download(self, media_id: str, to: Path, max_bytes: int) -> Downloaded:
        """Fetch what a member sent to `to`; Rejected 45001 beyond `max_bytes`, 40007 after three days."""
        return await media.download(self._transport, media_id, to, max_bytes)

    async def fetch(self, media_id: str, max_bytes: int) -> bytes:
        """As `download`, into memory only, without its name and without a line in the log."""
        return (await self._transport.download("media/get", {"media_id": media_id}, max_bytes, quiet=True)).content

    async def create_menu(self, buttons: Sequence[MenuButton]) -> None:
        await self._transport.call("menu/create", query={"agentid": self._account.agent_id}, body=menu_body(buttons))

    async def departments(self) -> list[Department]:
        """Every department in the app's visible range."""
        return contacts.departments_in(await self._transport.call("department/list"))

    async def users(self, department: int) -> list[Member]:
        """The members of one department, not of those below it."""
        return contacts.members_in(await self._transport.call("user/simplelist", query={"department_id": department}))

    async def members(self, department: int) -> list[Member]:
        """The same with status and main department."""
        return contacts.members_in(await self._transport.call("user/list", query={"department_id": department}))

    async def get_user(self, userid: str) -> Member:
        return contacts.member_in(await self._transport.call("user/get", query={"userid": userid}))

    async def check_token(self) -> None:
        """Have a token that lives: renewed in time, whether anybody calls or not. Raises what keeps us from one."""
        await self._transport.token.get()

    async def _send(
        self,
        person: str,
        message: bodies.Sendable,
        duplicate_check: bool,
        before: Callable[[str], Awaitable[None]] | None,
    ) -> Delivered:
        for attempt in (1, 2):
            media_id = await self._media_id(message, person, fresh=attempt == 2)
            if media_id and before is not None:
                await before(media_id)
            try:
                return await self._send_body(person, message, media_id, duplicate_check)
            except Rejected as failure:
                expired = failure.action is Action.REUPLOAD and isinstance(message, Attachment)
                if not expired or attempt == 2:
                    raise
        raise AssertionError

    async def _media_id(self, message: bodies.Sendable, person: str, *, fresh: bool) -> str:
        if not isinstance(message, Attachment):
            return ""
        lost = False
        try:
            return await self._uploads.media_id(message, person, fresh=fresh)
        except Unknown:
            lost = True
        assert lost
        raise NotSent("upload")  # an upload alone shows nobody anything: it may be repeated

    async def _send_body(
        self, person: str, message: bodies.Sendable, media_id: str, duplicate_check: bool
    ) -> Delivered:
        bad = False
        try:
            content = bodies.message_body(message, media_id)
        except ValueError:
            bad = True
        if bad:
            raise rejected(_BAD_BODY)
        body = bodies.envelope(person, self._account.agent_id, content, duplicate_check=duplicate_check)
        answer = await self._transport.call("message/send", body=body)
        # errcode 0 is not enough: WeCom sends to whom it can and lists the rest (wecom.md 3.2).
        if _people(answer.get("invaliduser")):
            raise rejected(_NO_SUCH_MEMBER)
        if _people(answer.get("unlicenseduser")):
            raise rejected(_NO_LICENCE)
        return Delivered(str(answer.get("msgid") or ""), str(answer.get("response_code") or ""))


def _people(value: object) -> tuple[str, ...]:
    """Userids from a `|`-joined string or a list."""
    found = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(str(person) for person in found if person)


def _outcome(failure: Failure) -> Outcome:
    assert isinstance(failure, Rejected | Unknown | NotSent)
    failure.__traceback__ = None  # a value from here on; its frames would keep the message alive
    return failure
