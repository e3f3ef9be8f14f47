"""A bot of the engine's small flows with the whole anonymous path: real file, real keys, real store."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.anonymous.batch import Batch, Hours, open_vault
from bot.anonymous.office import Office
from bot.anonymous.path import AnonymousPath
from bot.anonymous.pictures import Pictures, Source
from bot.dispatcher import Dispatcher
from bot.flow import Struck, Turn
from bot.messages import Inbound, Kind, Media
from bot.sealing import pairs, receipts
from bot.sealing.pairs import Pair
from storage import sealing_keys
from storage.sealing_keys import OfficerKey
from storage.vault import Report, Vault
from tests.anonymous.platform import Nowhere
from tests.engine.small import FLOWS, Small, small
from tests.stores import Store

DAY = date(2026, 11, 23)
NAMES = {"钱七": "qian", "孙八": "sun"}


@dataclass(slots=True)
class Colleagues:
    """Two managers of leads, and one lead after another."""

    filed: list[str] = field(default_factory=list)

    def chain(self, _turn: Turn) -> Collection[str]:
        return list(NAMES.values())

    def struck(self, _turn: Turn, text: str) -> Struck:
        found = {name: userid for name, userid in NAMES.items() if name in text}
        return Struck(frozenset(found.values()), tuple(found), "上级党委" in text)

    def handlers(self, _turn: Turn, struck: Collection[str]) -> Collection[str]:
        return [userid for userid in NAMES.values() if userid not in struck]

    def state(self, _turn: Turn, number: str) -> str:
        return "已受理" if number in self.filed else "已收到"

    def own_lead(self, _turn: Turn, _person: str, _text: str) -> str:
        return ""

    def unname(self, _turn: Turn, _person: str, _number: str) -> None:
        raise AssertionError("nobody reported under his name here")

    def new_number(self, _turn: Turn) -> str:
        return f"XS-2026-{secrets.token_hex(2).upper()}"

    def file(self, _turn: Turn, reports: Sequence[Report]) -> None:
        self.note(reports)

    def note(self, reports: Sequence[Report]) -> None:
        self.filed += [report.lead for report in reports if report.lead not in self.filed]


class Clockwork:
    """Monotonic seconds that a test moves; far from the start, so that nobody is asked as after a restart."""

    def __init__(self) -> None:
        self.at = 10_000.0

    def __call__(self) -> float:
        return self.at


@dataclass(slots=True)
class Anonymous:
    """What a test holds in its hands."""

    bot: Small
    path: AnonymousPath
    vault: Vault
    office: Colleagues
    seconds: Clockwork
    keys: dict[str, Pair]
    file: Path

    async def say(self, person: str, text: str, key: str = "") -> str:
        return await self.hear(self.bot.inbound(person, text, key=key))

    async def send(self, person: str, kind: Kind) -> str:
        return await self.hear(self.bot.inbound(person, kind=kind, media=Media("MEDIA-7")))

    async def event(self, person: str, kind: Kind, key: str = "", **fields: Any) -> str:
        """What comes without a message of its own: a window opened, a menu entry, a place reported."""
        return await self.hear(self.bot.inbound(person, kind=kind, key=key or f"e:{secrets.token_hex(20)}", **fields))

    async def hear(self, inbound: Inbound) -> str:
        answer = await self.bot.hear(inbound)
        return answer.text if answer is not None else ""

    async def report(self, person: str, *parts: str) -> str:
        """The receipt code of a whole report."""
        await self.say(person, "匿名反映")
        for part in parts:
            await self.say(person, part)
        return code_in(await self.say(person, "结束"))


def code_in(answer: str) -> str:
    return answer.split("回执码：")[1].split("\n")[0]


def anonymous(
    store: Store,
    folder: Path,
    reading: str = "offline",
    officers: Collection[str] = ("qian", "sun"),
    beside: Small | None = None,
    source: Source | None = None,
) -> Anonymous:
    bot = small(store) if beside is None else beside.another()
    colleagues, seconds = Colleagues(), Clockwork()
    keys = {name: pairs.new_pair() for name in (*officers, "上级纪委")} if beside is None else {}
    with store.session() as session:
        for officer, pair in keys.items():
            kind = sealing_keys.SUPERIOR if officer == "上级纪委" else sealing_keys.LEAD_MANAGER
            sealing_keys.add(session, OfficerKey(key_id=pair.key_id, officer=officer, kind=kind,
                public_key=pair.public.hex(), created_on=DAY))  # fmt: skip
        session.commit()
    vault = open_vault(folder / "anonymous.db")

    async def filed(reports: Sequence[Report]) -> None:
        colleagues.note(reports)

    batch = Batch(vault, bot.clock, Hours((6, 12, 18, 0)), filed)
    path = AnonymousPath(
        Office(bot.world, colleagues, reading), vault, batch, receipts.load_pepper(folder / "pepper"),
        vault.salt(receipts.new_salt()), Pictures(source or Nowhere()), seconds,
    )  # fmt: skip
    bot.dispatcher = Dispatcher(bot.world, FLOWS, bot.sender.kick, private=path)
    return Anonymous(bot, path, vault, colleagues, seconds, keys, folder / "anonymous.db")
