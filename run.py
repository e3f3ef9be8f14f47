"""The command line, and the composition: the only file that knows all packages (contract.md, Commands).

Each command loads what it alone needs: a service starts sooner and stays smaller, and the others start at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Never, TypeVar

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import config as settings
from bot import loading, logs, org_commands, store_commands, store_faults, understand_command
from bot.almanac import Almanac
from bot.clock import CHINA, business_now, real_now
from bot.errors import ConfigError
from bot.flow import Lexicon, Turn
from bot.sealing import commands as sealing
from handlers.orientation_words import NAMES
from handlers.rules import ladders
from handlers.rules.calendar import Calendar
from storage import schema
from storage.database import open_engine
from storage.people import Actor

if TYPE_CHECKING:
    from bot.carrying import Report
    from bot.service import Rehearsal, Service
    from sandbox.settings import Settings as Sample

T = TypeVar("T")
HERE = Path(__file__).parent
DEMO_START = "2026-11-23T10:00:00+08:00"

app = typer.Typer(add_completion=False, no_args_is_help=False, help="大监督机器人", pretty_exceptions_enable=False)
app.add_typer(org_commands.app, name="org")
calendar = typer.Typer(help="工作日历", no_args_is_help=True)
app.add_typer(calendar, name="calendar")
app.add_typer(sealing.app)
app.add_typer(store_commands.app)
understand_command.register(app, NAMES, Calendar)
ConfigOption = Annotated[Path, typer.Option("--config", help="配置文件")]
DEFAULT_CONFIG = HERE / "config.toml"


def _fail(line: str, code: int = 2) -> Never:
    """One line naming the fault, and the exit code."""
    print(line, file=sys.stderr)
    raise typer.Exit(code)


def _load(path: Path) -> settings.Config:
    try:
        known = settings.load(path)
        ladders.check(known.policy.ladders)
    except ConfigError as error:
        _fail(str(error))
    except ValueError as error:
        _fail(f"policy.ladders: {error}")
    return known


def _engine(config: settings.Config) -> Engine:
    try:
        return open_engine(config.store.url)
    except (SQLAlchemyError, OSError, ImportError) as error:
        _fail(store_faults.line(error))


def _run(main: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main)


def _ears() -> asyncio.Event:
    """Set at Ctrl-C or SIGTERM; opened before anything starts, so that a start is ended as cleanly as a service."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Without a command: serve."""
    if context.invoked_subcommand is None:
        serve()


@app.command()
def serve(
    config: ConfigOption = DEFAULT_CONFIG,
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口，0 为任意空闲端口")] = None,
    clock: Annotated[str | None, typer.Option(help="演练：业务时钟的起点，如 2026-12-16T08:55:00+08:00")] = None,
    clock_rate: Annotated[float, typer.Option(help="演练：业务时钟走得多快")] = 1.0,
) -> None:
    """启动机器人（默认命令）。"""
    loading.begin()
    known = _load(config)
    logs.set_up(known.log.level, known.log.format)
    if missing := known.wecom.missing():
        _fail(f"{missing[0]}: missing (set JIANDU_WECOM__{missing[0].split('.')[1].upper()})")
    rehearsal = _rehearsal(known, clock, clock_rate)
    _run(_serve(known, host or known.server.host, known.server.port if port is None else port, rehearsal))


def _rehearsal(config: settings.Config, clock: str | None, rate: float) -> Rehearsal | None:
    from bot.service import Rehearsal

    if clock is None:
        return None
    if not config.rehearsal.enabled:
        _fail("--clock: allowed only with rehearsal.enabled = true")
    if not 0 <= rate <= 100_000:
        _fail("--clock-rate: must lie between 0 and 100000")
    try:
        start = datetime.fromisoformat(clock)
    except ValueError:
        _fail("--clock: must be an ISO moment such as 2026-12-16T08:55:00+08:00")
    return Rehearsal(start if start.tzinfo else start.replace(tzinfo=CHINA), rate)


def _service(config: settings.Config, rehearsal: Rehearsal | None) -> Service:
    from bot.service import Service
    from handlers import alert_intake, requested, unnamed
    from handlers.menu import MENU
    from handlers.registry import FLOWS

    engine = _engine(config)
    try:
        if engine.dialect.name == "sqlite":
            schema.upgrade(engine)
        elif not schema.fits(engine):
            _fail("store: schema is not current, run: python run.py migrate", 1)
    except (SQLAlchemyError, OSError) as error:
        _fail(store_faults.line(error), 1)
    business = (requested, unnamed, alert_intake)
    return Service(config, engine, Almanac(config.policy, Calendar), FLOWS, MENU, rehearsal, *business)


async def _serve(config: settings.Config, host: str, port: int, rehearsal: Rehearsal | None) -> None:
    told = _ears()
    service = _service(config, rehearsal)
    try:
        await service.start(host, port)
    except ConfigError as error:
        _fail(str(error))
    except (OSError, OverflowError) as error:
        _fail(f"server.port: {getattr(error, 'strerror', '') or type(error).__name__}", 1)
    loading.end()
    print(f"listening on http://{host}:{service.port}{config.server.callback_path}", flush=True)
    await told.wait()
    await service.stop()


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="机器人的端口")] = 8080,
    page_port: Annotated[int, typer.Option(help="聊天页的端口")] = 8090,
    fresh: Annotated[bool, typer.Option("--fresh", help="清空演示数据，从头开始")] = False,
) -> None:
    """演示：机器人加一个仿企业微信，示例集团，可拨动的时钟。"""
    from bot.anonymous import sample as samples
    from sandbox import settings as sandbox_settings

    store = samples.ready(HERE / "data" / "demo.db", fresh)
    sample = sandbox_settings.Settings(port=page_port, callback=f"http://127.0.0.1:{port}/wecom/callback")
    os.environ.update({f"{settings.PREFIX}{key}": value for key, value in sample.bot_environment(store).items()})
    known = _load(DEFAULT_CONFIG)
    logs.set_up(known.log.level, known.log.format)
    _run(_demo(known, sample, port))


async def _demo(config: settings.Config, sample: Sample, port: int) -> None:
    from aiohttp import web

    from bot import carrying
    from bot.anonymous import sample as samples
    from bot.service import Rehearsal
    from handlers import leaving
    from sandbox.server import create_app

    told = _ears()
    engine = _engine(config)
    schema.upgrade(engine)
    sample_group = HERE / "sandbox" / "hengxin"
    _carried(engine, config, lambda turn: carrying.people(turn, sample_group, leaving.settle, apply=True))
    samples.prepare(engine, config.anonymity.reading_keys)
    engine.dispose()
    service = _service(config, Rehearsal(datetime.fromisoformat(DEMO_START), 1.0))
    try:
        await service.start("127.0.0.1", port)
        runner = web.AppRunner(create_app(sample), access_log=None, shutdown_timeout=2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", sample.port).start()
    except (OSError, OverflowError) as error:
        _fail(f"port {port} or {sample.port}: {getattr(error, 'strerror', '') or type(error).__name__}", 1)
    print(f"\n  聊天页  http://127.0.0.1:{sample.port}/\n  在浏览器里打开，选一个人开始聊；Ctrl-C 停止。\n", flush=True)
    await told.wait()
    await runner.cleanup()
    await service.stop()


@app.command()
def migrate(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """把数据库升级到最新表结构。"""
    engine = _engine(_load(config))
    try:
        schema.upgrade(engine)
    except (SQLAlchemyError, OSError) as error:
        _fail(store_faults.line(error), 1)
    print(f"表结构已是最新（{schema.newest()}）")


@app.command()
def check(
    config: ConfigOption = DEFAULT_CONFIG,
    url: Annotated[str, typer.Option(help="回调地址，像企业微信后台一样去敲一次，如 https://…/wecom/callback")] = "",
) -> None:
    """体检：配置、目录、密钥文件、时钟、数据库、企业微信、日历、角色；有一项未通过则退出码为 1。"""
    from bot import checkup
    from bot.channel import account

    known = _load(config)
    logs.set_up("ERROR", known.log.format)
    almanac = Almanac(known.policy, Calendar)
    remarks = checkup.look(known, config, _engine(known), almanac, account(known), url)
    print("\n".join(str(remark) for remark in remarks))
    raise typer.Exit(1 if any(remark.ok is False for remark in remarks) else 0)


@org_commands.app.command("import")
def org_import(
    path: Annotated[Path, typer.Argument(help="一个 .xlsx，或含 单位.csv 与 人员.csv 的文件夹")],
    yes: Annotated[bool, typer.Option("--yes", help="看过差异后，直接应用")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """导入组织和人员：先显示差异，加 --yes 才应用；有错误则一行都不改。"""
    from bot import carrying
    from handlers import leaving

    _carry_in(config, lambda turn: carrying.people(turn, path, leaving.settle, apply=yes))


@calendar.command("import")
def import_days(
    path: Annotated[Path, typer.Argument(help="一个 .csv，列为 日期,是否工作日,名称")],
    yes: Annotated[bool, typer.Option("--yes", help="看过差异后，直接应用")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """导入一年的放假安排：先显示差异，加 --yes 才应用；有错误则一行都不改。"""
    from bot import carrying
    from handlers import calendar_import

    _carry_in(config, lambda turn: carrying.days(turn, path, calendar_import.carry_in, apply=yes))


def _carry_in(config: Path, work: Callable[[Turn], Report]) -> Never:
    from bot import sheets

    known = _load(config)
    engine = _engine(known)
    try:
        report = _carried(engine, known, work)
    except sheets.SheetError as error:
        _fail(str(error), 1)
    except SQLAlchemyError as error:
        _fail(store_faults.line(error), 1)
    print("\n".join(report.lines or ["没有差异"]))
    if report.errors:
        _fail(report.verdict, 1)
    print(report.verdict, end="\n" if report.verdict else "")
    raise typer.Exit


def _carried(engine: Engine, config: settings.Config, work: Callable[[Turn], T]) -> T:
    """One transaction of the machine's own."""
    if engine.dialect.name == "sqlite":
        schema.upgrade(engine)
    with engine.begin() as connection, Session(connection, join_transaction_mode="create_savepoint") as session:
        now = business_now(session)
        days = Almanac(config.policy, Calendar).look(session, now)
        report = work(Turn(session, Actor("system", "系统"), now, days, config.policy, Lexicon()))
        session.commit()
    return report


@app.command()
def plan(
    first: Annotated[str, typer.Option("--from", help="从哪天，如 2026-12-01")],
    last: Annotated[str, typer.Option("--to", help="到哪天")],
    unit: Annotated[str, typer.Option(help="只看一个单位（编码或名称）及其下属")] = "",
    ics: Annotated[Path | None, typer.Option(help="另存为日历文件（.ics）")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """预看提醒：这段时间里谁会在什么时候因为什么收到提醒；只有编号，没有内容。"""
    from bot import ical
    from handlers import outlook

    known = _load(config)
    try:
        report = _carried(_engine(known), known, lambda turn: outlook.report(turn, first, last, unit))
        if ics is not None and report.entries:
            ics.write_bytes(ical.content([(one.at, one.words, one.to) for one in report.entries], real_now()))
    except (SQLAlchemyError, OSError) as error:
        _fail(f"{'store.url' if isinstance(error, SQLAlchemyError) else '--ics'}: {type(error).__name__}", 1)
    print("\n".join(report.lines)) if not report.fault else _fail(report.fault)


@app.command()
def replay(
    code: Annotated[str, typer.Argument(help="异常代码，见 run.py check")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """把一条因程序异常没有办成的消息重新办一遍；答复按平时的方式发给本人。"""
    known = _load(config)
    logs.set_up(known.log.level, known.log.format)
    if missing := known.wecom.missing():
        _fail(f"{missing[0]}: missing")

    async def run() -> bool:
        service = _service(known, None)
        await service.start("127.0.0.1", 0, alone=False)
        try:
            return await service.replay(code.upper())
        finally:
            await service.stop()

    if not asyncio.run(run()):
        _fail(f"{code}: 没有这个代码，或者它没有保留消息，或者已经补办过", 1)
    print("已补办")


if __name__ == "__main__":
    logging.captureWarnings(True)
    app()
