"""The command line, and the composition: the only file that knows all packages (contract.md, Commands)."""

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
from typing import Annotated, Any, Never, TypeVar

import typer
from aiohttp import web
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import carrying, doctor, ical, interpreting, ledger, logs, org_commands, sheets
from bot import config as settings
from bot.almanac import Almanac
from bot.anonymous import sample as samples
from bot.clock import CHINA, business_now, real_now
from bot.errors import ConfigError
from bot.flow import Lexicon, Turn
from bot.sealing import commands as sealing
from bot.service import Rehearsal, Service, account
from bot.wecom.client import WeComClient
from bot.wecom.transport import open_session
from handlers import alert_intake, calendar_import, leaving, outlook, requested, unnamed
from handlers.menu import MENU
from handlers.orientation_words import NAMES
from handlers.registry import FLOWS
from handlers.rules import ladders
from handlers.rules.calendar import Calendar
from sandbox import settings as sandbox_settings
from sandbox.server import create_app
from storage import chain, schema
from storage.database import open_engine
from storage.people import Actor

T = TypeVar("T")
HERE = Path(__file__).parent
DEMO_START = "2026-11-23T10:00:00+08:00"
LATER_ISSUES = ("backup", "restore", "forget")

app = typer.Typer(add_completion=False, no_args_is_help=False, help="大监督机器人", pretty_exceptions_enable=False)
app.add_typer(org_commands.app, name="org")
calendar = typer.Typer(help="工作日历", no_args_is_help=True)
app.add_typer(calendar, name="calendar")
app.add_typer(sealing.app)
interpreting.register(app, NAMES, Calendar)
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
        _fail(f"store.url: {type(error).__name__}")


def _run(main: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main)


async def _until_told() -> None:
    """Return at Ctrl-C or SIGTERM."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()


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
    known = _load(config)
    logs.set_up(known.log.level, known.log.format)
    if missing := known.wecom.missing():
        _fail(f"{missing[0]}: missing (set JIANDU_WECOM__{missing[0].split('.')[1].upper()})")
    rehearsal = _rehearsal(known, clock, clock_rate)
    _run(_serve(known, host or known.server.host, known.server.port if port is None else port, rehearsal))


def _rehearsal(config: settings.Config, clock: str | None, rate: float) -> Rehearsal | None:
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
    engine = _engine(config)
    try:
        if engine.dialect.name == "sqlite":
            schema.upgrade(engine)
        elif schema.present(engine) != schema.newest():
            _fail("store: schema is not current, run: python run.py migrate", 1)
    except (SQLAlchemyError, OSError) as error:
        _fail(f"store.url: out of reach ({type(error).__name__})", 1)
    business = (requested, unnamed, alert_intake)
    return Service(config, engine, Almanac(config.policy, Calendar), FLOWS, MENU, rehearsal, *business)


async def _serve(config: settings.Config, host: str, port: int, rehearsal: Rehearsal | None) -> None:
    service = _service(config, rehearsal)
    try:
        await service.start(host, port)
    except ConfigError as error:
        _fail(str(error))
    except (OSError, OverflowError) as error:
        _fail(f"server.port: {getattr(error, 'strerror', '') or type(error).__name__}", 1)
    print(f"listening on http://{host}:{service.port}{config.server.callback_path}", flush=True)
    await _until_told()
    await service.stop()


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="机器人的端口")] = 8080,
    page_port: Annotated[int, typer.Option(help="聊天页的端口")] = 8090,
    fresh: Annotated[bool, typer.Option("--fresh", help="清空演示数据，从头开始")] = False,
) -> None:
    """演示：机器人加一个仿企业微信，示例集团，可拨动的时钟。"""
    store = samples.ready(HERE / "data" / "demo.db", fresh)
    sample = sandbox_settings.Settings(port=page_port, callback=f"http://127.0.0.1:{port}/wecom/callback")
    os.environ.update({f"{settings.PREFIX}{key}": value for key, value in sample.bot_environment(store).items()})
    known = _load(DEFAULT_CONFIG)
    logs.set_up(known.log.level, known.log.format)
    _run(_demo(known, sample, port))


async def _demo(config: settings.Config, sample: sandbox_settings.Settings, port: int) -> None:
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
    await _until_told()
    await runner.cleanup()
    await service.stop()


@app.command()
def migrate(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """把数据库升级到最新表结构。"""
    engine = _engine(_load(config))
    try:
        schema.upgrade(engine)
    except (SQLAlchemyError, OSError) as error:
        _fail(f"store.url: {type(error).__name__}", 1)
    print(f"表结构已是最新（{schema.newest()}）")


@app.command()
def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """体检：配置、数据库、企业微信、日历、角色；有一项未通过则退出码为 1。"""
    known = _load(config)
    logs.set_up("ERROR", known.log.format)
    remarks = [doctor.Remark(True, "配置", f"{config.name} 可读"), *doctor.look_at_credentials(known)]
    engine = _engine(known)
    remarks += doctor.look_at_store(engine)
    if all(remark.ok is not False or remark.subject != "数据库" for remark in remarks):
        today = real_now().astimezone(CHINA).date()
        with Session(engine) as session:
            days = Almanac(known.policy, Calendar).look(session, real_now())
            remarks += doctor.look_at_content(session, today, days.uncertain_years(today.year, today.year + 1))
            remarks += doctor.look_at_desk_key(session, known.anonymity.desk_key_file)
    if not known.wecom.missing():
        remarks += asyncio.run(_ask_wecom(known))
    print("\n".join(str(remark) for remark in remarks))
    raise typer.Exit(1 if any(remark.ok is False for remark in remarks) else 0)


@app.command()
def verify(
    expect: Annotated[str, typer.Option(help="以前记下的摘要（全部64位，或前16位以上），核对它是否还在链上")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """验证留痕：逐环核对，指出第一处断开的地方和尚未封存的事件；不完好则退出码为 1。"""
    engine = _engine(_load(config))
    try:
        with engine.connect().execution_options(reading=True) as connection, Session(connection) as session:
            proof, now = chain.walk(session, expect), business_now(session)
    except (SQLAlchemyError, OSError) as error:
        _fail(f"store.url: {type(error).__name__}", 1)
    print("\n".join(ledger.lines(proof, now)))
    raise typer.Exit(0 if ledger.whole(proof) else 1)


async def _ask_wecom(config: settings.Config) -> list[doctor.Remark]:
    async with open_session() as session:
        return await doctor.look_at_wecom(WeComClient(account(config), session))


@org_commands.app.command("import")
def org_import(
    path: Annotated[Path, typer.Argument(help="一个 .xlsx，或含 单位.csv 与 人员.csv 的文件夹")],
    yes: Annotated[bool, typer.Option("--yes", help="看过差异后，直接应用")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """导入组织和人员：先显示差异，加 --yes 才应用；有错误则一行都不改。"""
    _carry_in(config, lambda turn: carrying.people(turn, path, leaving.settle, apply=yes))


@calendar.command("import")
def import_days(
    path: Annotated[Path, typer.Argument(help="一个 .csv，列为 日期,是否工作日,名称")],
    yes: Annotated[bool, typer.Option("--yes", help="看过差异后，直接应用")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """导入一年的放假安排：先显示差异，加 --yes 才应用；有错误则一行都不改。"""
    _carry_in(config, lambda turn: carrying.days(turn, path, calendar_import.carry_in, apply=yes))


def _carry_in(config: Path, work: Callable[[Turn], carrying.Report]) -> Never:
    known = _load(config)
    engine = _engine(known)
    try:
        report = _carried(engine, known, work)
    except sheets.SheetError as error:
        _fail(str(error), 1)
    except SQLAlchemyError as error:
        _fail(f"store.url: {type(error).__name__}", 1)
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


def _not_open(name: str) -> None:
    anything = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(name, context_settings=anything, hidden=True)(lambda: _fail(f"{name}: 尚未开放", 2))


for _name in LATER_ISSUES:
    _not_open(_name)

if __name__ == "__main__":
    logging.captureWarnings(True)
    app()
