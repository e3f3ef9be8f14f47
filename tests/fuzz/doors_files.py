"""What comes as a file: organisation, working days, sheets of findings, the ledger back, evidence, pictures."""

# ruff: noqa: E501 - samples read better one kind a line

from __future__ import annotations

import csv
import io
import shutil
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import carrying, file_types, sheets
from bot.anonymous import pixels
from bot.anonymous.pixels import TooLarge, Unreadable
from bot.flow import Turn
from bot.messages import Media
from bot.sheets import SheetError
from handlers import calendar_import, finding_source, intake, leaving, ledger_import
from storage import people
from storage.models import Fetch
from tests.e2e import documents
from tests.engine import test_file_types as types
from tests.flows.books import made
from tests.flows.findings import FINANCE, OFFICE, assigned, forget, seed
from tests.flows.harness import SAMPLE as GROUP
from tests.flows.harness import Rehearsal
from tests.fuzz import dice as dices
from tests.fuzz.dice import Dice
from tests.fuzz.running import Door, Knock
from tests.fuzz.watching import Fault, LogWatch, Tables, differing

_HEADS = [
    "责任单位",
    "问题描述*（必填）",
    "问题类别",
    "严重程度",
    "涉及金额（万元）",
    "发现时间",
    "责任人",
    "制度依据",
    "整改建议",
    "建议时限",
]
_FINDINGS = [
    _HEADS, ["恒信物流", "备用金7个月没清", "财务资金", "一般", "4.2", "2026-11-20", "周涛", "办法第三条", "限期清理", "2026-12-20"],
    ["恒信建设", "采购未招标", "采购", "重大", "128.6", "46346", "", "", "", ""],
]  # fmt: skip
_DAYS = [
    ["日期", "是否工作日", "名称"],
    ["2027-02-13", "否", "春节"],
    ["2027/2/20", "是", "补班"],
    ["2027年10月1日", "否", ""],
]


class _Undo(Exception):
    """Ends a transaction of which nothing is to stay."""


def _spoilt(dice: Dice, rows: list[list[str]]) -> list[list[str]]:
    """A table with cells, lines and columns changed, doubled, left out or far too many."""
    out = [[dices.words(dice, (cell,), 6000) if dice.random() < 0.08 else cell for cell in row] for row in rows]
    for _ in range(dice.choice((0, 1, 2))):
        at = dice.randrange(len(out)) if out else 0
        match dice.randrange(6):
            case 0 if out:
                del out[at]
            case 1 if out:
                out += [out[at]] * dice.choice((1, 3, 600))
            case 2 if out and out[at]:
                column = dice.randrange(len(out[at]))
                out = [row[:column] + row[column + 1 :] for row in out]
            case 3 if out:
                out[at] = out[at] + ["x"] * dice.choice((1, 70, 2000))
            case 4 if out and out[at]:
                out[at][dice.randrange(len(out[at]))] = dice.choice((*dices.SNIPPETS, *dices.HALVES))
            case _:
                dice.shuffle(out)
    return out


def _csv(dice: Dice, rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[dices.sound(cell) for cell in row] for row in _spoilt(dice, rows)])
    said = out.getvalue().encode(dice.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16")), "replace")
    return said if dice.random() < 0.8 else dices.raw(dice, said)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def _undone(world: Rehearsal, work: Callable[[Session], str]) -> str:
    """What `work` comes to, in a transaction that is undone."""
    said: list[str] = []

    def undone(session: Session) -> None:
        said.append(work(session))
        raise _Undo

    try:
        await world.turns.run(undone)
    except _Undo:
        return said[0]
    raise Fault("not undone")


@asynccontextmanager
async def _imports(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    """`org import` and `calendar import` with --yes, each in a transaction that is undone."""
    world = Rehearsal(folder)
    tables = Tables(folder / "store.db")
    before = tables.contents()
    units, people = _rows(GROUP / "单位.csv"), _rows(GROUP / "人员.csv")
    book = documents.sheet(*units)
    place, single = folder / "org", folder / "a.xlsx"

    def carry(session: Session, path: Path) -> str:
        turn = world.world.turn(session)
        try:
            if path.suffix == ".csv":
                report = carrying.days(turn, path, calendar_import.carry_in, apply=True)
            else:
                report = carrying.people(turn, path, leaving.settle, apply=True)
        except SheetError as fault:
            str(fault).encode()
            return "unreadable"
        "\n".join([*report.lines, report.verdict]).encode()
        session.flush()
        if report.errors and session.new | session.dirty | session.deleted:
            raise Fault("errors, and something was changed")
        return "errors" if report.errors else "applied"

    async def knock(dice: Dice) -> str:
        way = dice.random()
        if way < 0.3:
            path = folder / "days.csv"
            path.write_bytes(_csv(dice, _DAYS))
        elif way < 0.32:
            path = single
            path.write_bytes(dices.package(dice, book))
        else:
            path = place
            place.mkdir(exist_ok=True)
            (place / "单位.csv").write_bytes(_csv(dice, units))
            (place / "人员.csv").write_bytes(
                _csv(dice, people) if dice.random() < 0.7 else (GROUP / "人员.csv").read_bytes()
            )
        return await _undone(world, lambda session: carry(session, path))

    yield knock
    world.turns.close()
    if changed := differing(before, tables.contents()):
        raise Fault(f"rows were changed in {changed}")
    tables.close()


@asynccontextmanager
async def _tables(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    """What members send: read as the fetcher reads it, heard as the flow hears it, nothing registered before 确认."""
    world = Rehearsal(folder)
    await world.start()
    await assigned(world)
    await seed(world, "WT-2026-0777", state="rectifying", title="=cmd", desc="长" * 300)
    await world.say(OFFICE, "导出台账")
    exported = await made(world, OFFICE)
    forget(world)
    await world.stop()
    (folder / "ledger.xlsx").write_bytes(exported)
    ((_, ledger), *_) = sheets.read_any(folder / "ledger.xlsx", "ledger.xlsx")
    world._assemble(world.clock())

    def hear(session: Session, table: Any, kind: str) -> str:
        counting = text(
            "SELECT (SELECT count(*) FROM findings), (SELECT count(*) FROM events), (SELECT count(*) FROM leads)"
        )
        before = session.execute(counting).one()
        actor = people.actor(session, FINANCE, world.clock().date())
        turn: Turn = world.world.turn(session, actor)
        row = turn.fetch(kind, Media("M", "a.xlsx"), source=finding_source.candidates(turn)[0], report="")
        fetch = session.get(Fetch, row)
        assert fetch is not None
        fetch.state, fetch.facts = "stored", {**fetch.facts, "table": table}
        (intake if kind == intake.KIND else ledger_import).on_fetched(turn, fetch)
        session.flush()
        if session.execute(counting).one() != before:
            raise Fault("registered before anybody said so")
        return kind

    async def knock(dice: Dice) -> str:
        kind = dice.choice((intake.KIND, ledger_import.KIND))
        rows = _FINDINGS if kind == intake.KIND else ledger
        way = dice.random()
        path = folder / ("a.csv" if way < 0.98 else "a.xlsx")
        if way < 0.5:
            table = [("表", [[dices.sound(cell)[:4000] for cell in row[:60]] for row in _spoilt(dice, rows)[:2000]])]
        else:
            path.write_bytes(_csv(dice, rows) if path.suffix == ".csv" else dices.package(dice, exported))
            try:
                table = sheets.read_any(path, path.name)
            except SheetError as fault:
                return str(fault)[:8]
        return await _undone(world, lambda session: hear(session, table, kind))

    yield knock
    world.turns.close()


def _pdf() -> bytes:
    packed = zlib.compress(b"1 0 2 20 << /Type /Catalog >> << /Subtype /text#2Fxml /EmbeddedFile >>")
    return (
        b"%PDF-1.7\n1 0 obj << /Type /ObjStm /N 2 /First 8 /Length "
        + str(len(packed)).encode()
        + b" >>\nstream\n"
        + packed
        + b"\nendstream endobj\n"
        b"2 0 obj << /Type /EmbeddedFile /Subtype /text#2Fxml /Length 3 >> stream\n<x>\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
    )


def _files() -> list[tuple[bytes, str]]:
    out = [
        (documents.document("您好"), "a.docx"),
        (documents.document("您好", macro=True), "a.docx"),
        (documents.sheet(*_FINDINGS), "a.xlsx"),
        (_pdf(), "a.pdf"),
    ]
    out += [
        (types.compound({"WordDocument": b"\xec\xa5" + b"\0" * 600}), "a.doc"),
        (types.compound({"Workbook": b"\x09\x08\x10\0" + b"\0" * 900}), "a.xls"),
    ]
    out += [(_picture(kind), f"a.{kind}") for kind in ("png", "jpeg", "gif", "tiff", "webp", "bmp")]
    out += [
        (b"{\\rtf1 x}", "a.rtf"),
        ("说明".encode("gb18030") * 9, "a.txt"),
        (b"<html>x</html>", "a.html"),
        (b"a,b\n1,2\n", "a.csv"),
        (b"#!/bin/sh\n", "a.sh"),
    ]
    return [*out, (b"\0\0\0\x18ftypheic" + b"\0" * 40, "a.heic")]


def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((24, 16), 50).convert("RGB").save(out, kind)
    return out.getvalue()


@asynccontextmanager
async def _evidence(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    samples = _files()
    allowed = {file_types.judge(*one).media_type for one in samples} | {""}

    async def knock(dice: Dice) -> str:
        content, name = dice.choice(samples)
        spoil = dices.package if content.startswith(b"PK") else dices.raw
        name = dices.words(dice, (name, "a.pdf", "回单.PDF "), 200) if dice.random() < 0.3 else name
        found = file_types.judge(spoil(dice, content), name)
        if bool(found.refusal) == bool(found.media_type):
            raise Fault("neither taken nor refused")
        return "refused" if found.refusal else "taken" if found.media_type in allowed else found.media_type

    yield knock


@asynccontextmanager
async def _pictures(folder: Path, _log: LogWatch) -> AsyncIterator[Knock]:
    samples = [_picture("png"), _picture("jpeg"), documents.picture("x" * 200)]

    async def knock(dice: Dice) -> str:
        content = dices.raw(dice, dice.choice(samples))
        try:
            part = pixels.redraw(content)
        except (Unreadable, TooLarge) as no:
            return type(no).__name__
        if part.kind not in ("jpeg", "png") or b"xxxxxxxx" in part.body:
            raise Fault("something came along")
        return "drawn"

    yield knock
    shutil.rmtree(folder, ignore_errors=True)


DOORS = (
    Door("imports", 15, _imports, 2000),
    Door("tables", 20, _tables, 2000),
    Door("evidence", 120, _evidence, 50_000),
    Door("pictures", 30, _pictures, 50_000),
)
