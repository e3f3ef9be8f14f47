"""Keeps names and departments as WeCom's contacts have them: after each change that is heard, and every night.

Fetching waits for a network, so it happens here; what it finds waits as a due row and is applied in a turn of its own.
"""

from __future__ import annotations

import hashlib
import logging
import time
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.clock import CHINA, Now, real_now
from bot.messages import Inbound
from bot.turns import Turns
from bot.wecom.client import WeComClient
from bot.wecom.outcomes import Failure, Rejected
from bot.wecom.parse import normal_userid
from storage import contacts, counters, dues, seen
from storage.contacts import Changes, Department, Member

KIND = "contacts"
NIGHT = 3  # o'clock, business time
_BARRED = (2, 5)  # disabled, quit; 4 has not activated his account yet
_NO_SUCH_MEMBER = 60111
_SYSTEM = "sys"  # who sends corp-level events
_PATIENCE = (60.0, 120.0, 300.0, 600.0)  # seconds until the next attempt after one that failed

log = logging.getLogger("jiandu.contacts")


class ContactsSync:
    """`hear` for every callback about contacts, `tick` every few seconds: what a failure leaves undone, it tries."""

    def __init__(self, turns: Turns, now: Now, client: WeComClient) -> None:
        self._turns, self._now, self._client = turns, now, client
        self._failures, self._not_before = 0, 0.0

    async def hear(self, inbound: Inbound) -> None:
        """Returns when the change is safe in the store. Who is deleted, disabled or renamed needs no network."""
        if inbound.person == _SYSTEM:
            await self._turns.run(
                lambda session: self._note(session, inbound), lambda session, error: _again(session, error, inbound)
            )

    def _note(self, session: Session, inbound: Inbound) -> None:
        if seen.find(session, inbound.key) is not None:
            return
        seen.add(session, inbound.key, "", real_now(), None, None)
        counters.next_value(session, contacts.HEARD)
        facts = _known_at_once(inbound)
        if facts:
            self._owe(session, inbound.key, facts, self._now())

    @staticmethod
    def _owe(session: Session, key: str, facts: dict[str, Any], at: datetime) -> None:
        digest = hashlib.sha256(key.encode()).hexdigest()
        dues.plan(session, kind=KIND, matter=digest, rung="change", at=at, facts={**facts, "urgent": True})

    async def tick(self) -> None:
        """Look whether there is something to take over, and do it."""
        marks = await self._turns.read(contacts.marks)
        local = self._now().astimezone(CHINA)
        today = local.date().toordinal()
        if marks[contacts.DAY] == 0:
            await self._turns.run(lambda session: contacts.mark(session, contacts.DAY, today))
            return
        night = local.hour >= NIGHT and marks[contacts.DAY] < today
        if (not night and marks[contacts.HEARD] <= marks[contacts.DONE]) or time.monotonic() < self._not_before:
            return
        await self.refresh()

    async def refresh(self) -> bool:
        """Read everything and take it over; False when WeCom could not be asked, and everything is as it was."""
        heard = (await self._turns.read(contacts.marks))[contacts.HEARD]
        try:
            changes = await self._differences()
        except Failure as failure:
            self._not_before = time.monotonic() + _PATIENCE[min(self._failures, len(_PATIENCE) - 1)]
            self._failures += 1
            log.warning("contacts not read: %s", failure)
            return False
        self._failures, self._not_before = 0, 0.0
        await self._turns.run(lambda session: self._finish(session, changes, heard))
        return True

    def _finish(self, session: Session, changes: Changes, heard: int) -> None:
        now = self._now()
        if facts := changes.facts():
            self._owe(session, f"refresh:{real_now().isoformat()}", facts, now)
        contacts.mark(session, contacts.DONE, heard)
        contacts.mark(session, contacts.DAY, now.astimezone(CHINA).date().toordinal())

    async def _differences(self) -> Changes:
        departments = [Department(d.id, d.name, d.parent_id) for d in await self._client.departments()]
        members: dict[str, Member] = {}
        for department in departments:
            for found in await self._client.members(department.id):
                userid, main = normal_userid(found.userid), found.main or next(iter(found.departments), 0)
                members[userid] = Member(userid, found.name or userid, main, found.status in _BARRED)
        if not members:
            return Changes()  # nothing is in the app's visible range: that is a setting, not a change
        day = self._now().astimezone(CHINA).date()
        changes = await self._turns.read(lambda session: contacts.compare(session, departments, members.values(), day))
        changes.gone = [userid for userid in changes.gone if userid in members or await self._is_gone(userid)]
        return changes

    async def _is_gone(self, userid: str) -> bool:
        """Only who WeCom does not know any more; somebody out of our sight is still there."""
        try:
            await self._client.get_user(userid)
        except Rejected as no:
            return no.errcode == _NO_SUCH_MEMBER
        return False


def _again(session: Session, error: Exception, inbound: Inbound) -> None:
    """Another replica noted the same callback first; any other failure asks the platform to repeat it."""
    if seen.find(session, inbound.key) is None:
        raise error


def _known_at_once(inbound: Inbound) -> dict[str, Any]:
    told = inbound.details
    change, userid = told.get("ChangeType", ""), normal_userid(told.get("UserID", ""))
    if not userid:
        return {}
    new = normal_userid(told.get("NewUserID", ""))
    if change == "update_user" and new and new != userid:
        return {"account": [userid, new]}
    barred = change == "update_user" and told.get("Status") in {str(status) for status in _BARRED}
    return {"gone": [userid]} if change == "delete_user" or barred else {}
