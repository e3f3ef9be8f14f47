"""`run.py backup`, `restore`, `verify` and `forget`: the store as a whole, away from any conversation (contract.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Never

import typer
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import backup, ledger, restoring, store_faults
from bot import config as settings
from bot.backup import Manifest, Place
from bot.clock import CHINA, business_now
from bot.config import Config
from bot.errors import BackupError, ConfigError
from storage import chain, events, people, retention
from storage.database import open_engine

app = typer.Typer(add_completion=False)
ConfigOption = Annotated[Path, typer.Option("--config", help="配置文件")]
DEFAULT_CONFIG = Path(__file__).parents[1] / "config.toml"


def _fail(line: str, code: int) -> Never:
    typer.echo(line, err=True)
    raise typer.Exit(code)


@contextmanager
def _store(known: Config) -> Iterator[Engine]:
    """An engine for one command; what goes wrong with it is one line."""
    try:
        engine = open_engine(known.store.url)
    except (SQLAlchemyError, OSError, ImportError) as error:
        _fail(store_faults.line(error), 2)
    try:
        yield engine
    except (SQLAlchemyError, OSError) as error:
        _fail(store_faults.line(error), 1)
    except BackupError as error:
        _fail(str(error), 1)
    finally:
        engine.dispose()


def _load(path: Path) -> Config:
    try:
        return settings.load(path)
    except ConfigError as error:
        _fail(str(error), 2)


def _place(known: Config) -> Place:
    return Place(known.anonymity.file, known.files.directory)


@app.command("backup")
def make(
    path: Annotated[Path, typer.Argument(help="一个还没有的文件夹（或空文件夹）")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """备份：运行中也可以；数据库、匿名库、佐证文件连同清单，放进一个文件夹。不含任何密钥。"""
    known = _load(config)
    url = make_url(known.store.url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        _fail(f"store.url: {url.database}: 没有这个文件", 1)
    with _store(known) as engine:
        manifest = backup.make(engine, _place(known), path)
    typer.echo(f"已备份到 {path}\n{_contents(manifest)}")
    if not manifest.anonymous:
        typer.echo(
            f"注意：没有匿名库（anonymity.file：{known.anonymity.file}），未备份；有人匿名反映过的话，请在存放它的机器上备份"
        )
    if manifest.missing:
        typer.echo(f"注意：{len(manifest.missing)}个文件在盘上找不到或已损坏，名单在 {backup.MANIFEST}")
    typer.echo("不在备份里、要另外保管的：pepper、desk-key、阅看密钥（位置见配置 [anonymity]）和环境变量里的密钥")


def _contents(manifest: Manifest) -> str:
    at = f"{manifest.taken_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    reports = "，含匿名库" if manifest.anonymous else ""
    return (
        f"{at}，表结构{manifest.revision}，{len(manifest.tables)}张表{manifest.rows}行，"
        f"文件{manifest.files}个（{manifest.bytes / 1_000_000:.1f} MB）{reports}"
    )


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="backup 做的文件夹")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """恢复到空库，三种数据库都可以：先核对清单，全部恢复或一点不动，最后验证留痕；留痕不完好则退出码为 1。"""
    known = _load(config)
    with _store(known) as engine:
        restored = restoring.restore(engine, _place(known), path)
        with engine.connect().execution_options(reading=True) as connection, Session(connection) as session:
            now = business_now(session)
    typer.echo(f"已恢复，行数与清单一致\n{_contents(restored.manifest)}")
    typer.echo("\n".join(ledger.lines(restored.proof, now)))
    typer.echo("\n".join(["备份里没有、要另外带来的：", *restoring.to_bring(known.anonymity)]))
    typer.echo("启动前请确认旧机器已停用：两边同时运行，提醒会发两遍")
    raise typer.Exit(0 if ledger.whole(restored.proof) else 1)


@app.command()
def verify(
    expect: Annotated[str, typer.Option(help="以前记下的摘要（全部64位，或前16位以上），核对它是否还在链上")] = "",
    folder: Annotated[Path | None, typer.Option("--backup", help="不看数据库，核对这个备份文件夹")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """验证留痕：逐环核对，指出第一处断开的地方和尚未封存的事件；不完好则退出码为 1。"""
    if folder is not None:
        _verify_backup(folder, expect)
    with (
        _store(_load(config)) as engine,
        engine.connect().execution_options(reading=True) as connection,
        Session(connection) as session,
    ):
        proof, now = chain.walk(session, expect), business_now(session)
    typer.echo("\n".join(ledger.lines(proof, now)))
    raise typer.Exit(0 if ledger.whole(proof) else 1)


def _verify_backup(folder: Path, expect: str) -> Never:
    try:
        manifest = backup.read(folder)
        proof = backup.prove(folder, manifest, expect)
    except BackupError as error:
        _fail(str(error), 1)
    typer.echo(f"清单和每个文件完好\n{_contents(manifest)}")
    typer.echo("\n".join(ledger.lines(proof, manifest.taken_at)))
    raise typer.Exit(0 if ledger.whole(proof) else 1)


_KINDS: Mapping[str, str] = {
    "drafts": "没有办完的会话（草稿）", "answers": "答复原文", "failed": "留待重办的消息", "sent": "发给本人的消息原文",
    "fetched": "收发文件时的名称和内容", "home": "通讯录里的部门",
}  # fmt: skip
STAYS = "依规定保留：姓名和任职，问题台账和佐证、线索（档案规定），操作留痕（至少六个月，只增不删）"


@app.command()
def forget(
    person: Annotated[str, typer.Argument(help="账号")],
    yes: Annotated[bool, typer.Option("--yes", help="看过差异后，直接清除")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """清除一个人可以清除的个人内容：先显示差异，加 --yes 才清除；台账和留痕不动。"""
    person = person.strip().lower()
    with _store(_load(config)) as engine, engine.begin() as connection, Session(connection) as session:
        name = people.name_of(session, person) if people.find_person(session, person) else ""
        found = retention.forget(session, person) if yes else retention.counts_of(session, person)
        if yes and found:
            events.append(
                session, events.Entry(business_now(session), "system", "forgotten"), "people", None,
                {"userid": person, **found},
            )  # fmt: skip
            session.flush()
    if not name and not found:
        _fail(f"{person}: 没有这个账号", 1)
    total = sum(found.values())
    typer.echo(f"{name or '（不在人员里）'} {person}")
    typer.echo("\n".join([f"  {_KINDS[kind]}：{count}处" for kind, count in found.items()] or ["  没有可以清除的内容"]))
    typer.echo(STAYS)
    if found:
        typer.echo(f"已清除 {total} 处，并留痕" if yes else f"共 {total} 处；确认无误后加 --yes 清除")
