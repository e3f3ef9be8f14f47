"""Reports as people do, then looks at everything that is left, as a thief would. Prints one line a finding.

Run as a process of its own on a tree (`python -m tests.anonymous.probe FOLDER`), so that a test can run it on a copy
with a leak planted in it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from bot import backup
from bot.backup import Place
from bot.messages import Inbound, Kind
from bot.sealing import contents, envelope
from bot.sealing.contents import Part
from storage import schema
from storage.types import Base
from tests.anonymous import photos
from tests.anonymous.platform import Cloud, cloud
from tests.anonymous.world import Anonymous, anonymous, code_in
from tests.stores import Store

REPORTERS = [f"canary{number:02}person" for number in range(16)]
FEW = 6  # are enough for all that has nothing to do with order
PHOTOGRAPHER = REPORTERS[1]
NAMED = "钱七"
MATTER = "承包商{}号每月初五往后勤科长车里放两条烟"
MOMENT = re.compile(rb"2026-11-23[ T]\d\d:\d\d")
FARTHEST = 0.75  # Kendall's tau of 16 in random order is beyond this but once in some 30 000


def forms(word: str) -> Iterator[tuple[str, bytes]]:
    """The encodings in which a word may hide."""
    raw = word.encode()
    yield "utf-8", raw
    yield "utf-16", word.encode("utf-16-le")
    yield "gb18030", word.encode("gb18030")
    yield "base64", base64.b64encode(raw).rstrip(b"=")[:-1]
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "url", quote(word).encode()
    yield "json", word.encode("unicode_escape")
    for name in ("md5", "sha1", "sha256", "blake2b"):
        digest = hashlib.new(name, raw)
        yield name, digest.digest()
        yield f"{name} in hex", digest.hexdigest().encode()


def found_in(folder: Path, words: dict[str, str]) -> list[str]:
    """Where any of the words stands, in whatever form, in any file below the folder."""
    needles = [(what, form, needle) for what, word in words.items() for form, needle in forms(word) if len(needle) > 3]
    hits = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        body = path.read_bytes()
        hits += [f"{what} as {form} in {path.name}" for what, form, needle in needles if needle in body]
    return hits


def tau(order: list[int]) -> float:
    """Kendall's rank correlation of a permutation with 0, 1, 2 …"""
    pairs = [(first, second) for first in range(len(order)) for second in range(first + 1, len(order))]
    concordant = sum(1 if order[first] < order[second] else -1 for first, second in pairs)
    return concordant / len(pairs)


async def live(world: Anonymous, many: int, pictures: list[Inbound]) -> list[str]:
    """So many people report, with repeats, one names an officer, one asks with his code; what was seen on the way.

    One sends the pictures, the last of them when he comes back with his code.
    """
    faults, before = [], _dump(world)
    codes = []
    for number, person in enumerate(REPORTERS[:many]):
        await _open(world, person, by_menu=number % 2 == 1)
        for _ in range(2):
            await world.say(person, MATTER.format(f"{number:02}"), key=f"m:{person}:1")
        if number == 0:
            await world.say(person, f"{NAMED}也拿了")
        for picture in pictures[:-1] if person == PHOTOGRAPHER else []:
            for _ in range(2):
                if "收下了" not in await world.hear(picture):
                    faults.append("a picture was not taken")
        codes.append(code_in(await world.say(person, "写完了")))
    await world.say(REPORTERS[3], f"查回执 {codes[3]}")
    await world.say(REPORTERS[4], "匿名反映")
    await world.say(REPORTERS[4], "这一段最后取消")
    await world.say(REPORTERS[4], "取消")
    if _dump(world) != before:
        faults.append("the main store changed before the batch")
    if world.bot.channel.calls:
        faults.append("somebody was messaged before the batch")
    await world.path.batch.write()
    await world.say(REPORTERS[5], f"查回执 {codes[5]}")
    await world.say(PHOTOGRAPHER, f"查回执 {codes[REPORTERS.index(PHOTOGRAPHER)]}")
    await world.hear(pictures[-1])
    await world.path.batch.write()
    await world.bot.deliver()
    if any(call.person in REPORTERS for call in world.bot.channel.calls):
        faults.append("a reporter was messaged")
    return faults + _keys(world) + _pictures(world) + (_order(world) if many > FEW else [])


async def _open(world: Anonymous, person: str, *, by_menu: bool) -> None:
    """He comes into the app's window, twice as the platform says it, reports his place, and asks for the way in."""
    for _ in range(2):
        await world.event(person, Kind.ENTER, key=f"e:{person}:1")
    await world.event(person, Kind.OTHER, wire_kind="LOCATION", details={"Latitude": "36.8", "Longitude": "118.0"})
    if by_menu:
        await world.event(person, Kind.MENU_CLICK, key=f"e:{person}:2", event_key="匿名反映")
    else:
        await world.say(person, "我想匿名反映个事")


def _dump(world: Anonymous) -> list[str]:
    """Every cell of the main store, and a copy of them in a file that is searched: a server's own are out of reach."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "leases"]
    with world.bot.store.session() as session:
        lines = [f"{table.name}: {tuple(row)!r}" for table in tables for row in session.execute(select(table)).all()]
    (world.file.parent / "store.txt").write_text("\n".join(lines), encoding="utf-8")
    return lines


def _parts(world: Anonymous, record: str, officer: str) -> list[Part]:
    bound = contents.context("part", record)
    return [
        Part.from_bytes(envelope.open_([world.keys[officer]], part.sealed, bound)) for part in world.vault.parts(record)
    ]


def _opened(world: Anonymous, record: str, officer: str) -> list[str]:
    return [part.text for part in _parts(world, record, officer)]


def _pictures(world: Anonymous) -> list[str]:
    """What the officers open is a picture, and nothing that the phone wrote beside it."""
    kept = [part for report in world.vault.filed() for part in _parts(world, report.record, "上级纪委")]
    bodies = [part.body for part in kept if part.kind != "text"]
    faults = [] if len(bodies) == 3 else [f"{len(bodies)} of 3 pictures are kept"]
    if any(needle in body for body in bodies for mark in photos.MARKS for _, needle in forms(mark)):
        faults.append("what the phone wrote is in a picture that is kept")
    return faults


def _keys(world: Anonymous) -> list[str]:
    """The named officer opens nothing of the report that names him."""
    for report in world.vault.filed():
        if any(NAMED in part for part in _opened(world, report.record, "上级纪委")):
            try:
                _opened(world, report.record, "qian")
            except envelope.Unsealable:
                return []
    return ["who is named can read it"]


def _order(world: Anonymous) -> list[str]:
    """No order of the file's is that of the submissions, nor of its copy's: of rows, of keys, of bytes."""
    came = {}
    for report in world.vault.filed():
        text = _opened(world, report.record, "上级纪委")[0]
        came[report.record] = int(text.split("承包商")[1][:2])
    copy = world.file.with_name("copy.db")
    world.vault.copy_to(copy)
    faults, orders = [], {"keys": sorted(came)}
    for name, body in (("bytes", world.file.read_bytes()), ("the copy's bytes", copy.read_bytes())):
        orders[name] = sorted(came, key=lambda record, body=body: body.find(record.encode()))  # type: ignore[misc]
        if MOMENT.search(body):
            faults.append("a time finer than the day in the anonymous file")
    for name, order in orders.items():
        if abs(tau([came[record] for record in order])) > FARTHEST:
            faults.append(f"the order of {name} is that of the submissions")
    return faults


async def look(folder: Path, store: Store, many: int = len(REPORTERS)) -> list[str]:
    """Everything that was found; `store` is empty."""
    shots = photos.jpeg(6), photos.png(), photos.jpeg()  # made here, where their making is not logged
    logging.basicConfig(filename=folder / "bot.log", level=logging.DEBUG, force=True)
    async with cloud() as there:
        return await _look(folder, store, many, there, shots)


async def _look(folder: Path, store: Store, many: int, there: Cloud, shots: Sequence[bytes]) -> list[str]:
    words = {"a reporter": REPORTERS[2], "a content": MATTER.format("02"), "what was cancelled": "这一段最后取消"}
    words |= {f"what the phone wrote ({mark.split()[0]})": mark for mark in photos.MARKS}
    pictures = []
    for number, content in enumerate(shots):
        inbound, traces = there.picture(PHOTOGRAPHER, content)
        pictures.append(inbound)
        words |= {f"{name} ({number})": trace for name, trace in traces.items()}
    words |= {"a photographer": PHOTOGRAPHER, "a picture's name": "canaryname.jpg"}
    world = anonymous(store, folder, source=there.client)
    faults = await live(world, many, pictures)
    await world.say("ordinary9person", "填表")
    await world.say("ordinary9person", "普通聊天里的一句话")
    _dump(world)
    backup.make(store.open(), Place(world.file, folder / "files"), folder / "backup")
    alive = found_in(folder, words)  # logs of the database and all
    world.path.close()
    store.close()
    plain = {"a person": "ordinary9person", "a content": "普通聊天里的一句话"}
    if len({hit.split(" as ")[0] for hit in found_in(folder, plain)}) < len(plain):
        faults.append("the search is blind: it does not find what ordinary chats leave")
    return list(dict.fromkeys(faults + alive + found_in(folder, words)))


def main(folder: Path, many: int) -> None:
    store = Store("sqlite", f"sqlite:///{folder}/store.db")
    schema.upgrade(store.open())
    print("\n".join(asyncio.run(look(folder, store, many))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
