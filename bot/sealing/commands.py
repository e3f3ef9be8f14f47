"""`run.py keys …` and `run.py unseal`: keys are made and listed beside the store, content is read far away from it."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Never, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import config as settings
from bot.errors import ConfigError, JianduError
from bot.sealing import bundle, key_store, keyring, lead_bundle, pairs, reader
from bot.sealing.bundle import BadBundle, Item, Reply
from bot.sealing.key_store import BadKey
from bot.sealing.keyring import BadKeyFile, Owned
from bot.sealing.pairs import Pair
from storage import events, sealing_keys
from storage.sealing_keys import OfficerKey
from storage.vault import Report, Sealed, Vault

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
KINDS = {
    sealing_keys.LEAD_MANAGER: "线索管理员",
    sealing_keys.IDENTITY: "身份保管人",
    sealing_keys.SUPERIOR: "上级单位",
    sealing_keys.READING: "聊天内阅看",
}
END = "结束"
SHORTEST_REASON = 2

app = typer.Typer(add_completion=False)
keys = typer.Typer(help="受理人的密钥", no_args_is_help=True)
app.add_typer(keys, name="keys")
ConfigOption = Annotated[Path, typer.Option("--config", help="配置文件")]
DEFAULT_CONFIG = ROOT / "config.toml"


@keys.command("new")
def new(
    officer: Annotated[str, typer.Argument(help="受理人的账号；上级单位写名称")],
    superior: Annotated[bool, typer.Option("--superior", help="上级单位的密钥")] = False,
    identity: Annotated[bool, typer.Option("--identity", help="只用来看实名反映人的身份")] = False,
    reading: Annotated[bool, typer.Option("--reading", help="由机器人保管，在聊天里给他看内容")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="密钥文件存到哪里，如U盘；默认在个人目录")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """做一对密钥：公钥登记，私钥用本人的口令锁进文件，由本人带走。"""
    with _one_line():
        known = settings.load(config)
        kind = _kind(superior, identity, reading)
        officer = officer.strip() if kind == sealing_keys.SUPERIOR else officer.strip().lower()
        name, day = _stored(
            known, lambda session: (key_store.name_of(session, officer, kind), key_store.today(session))
        )
        owned = Owned(pairs.new_pair(), officer, kind, day)
        path = out if out is not None else Path.home() / f"jiandu-key-{owned.pair.key_id}.json"
        keyring.refuse_place(path, _data_folders(known))
        passphrase = _passphrase(twice=True)
        keyring.check_passphrase(passphrase)
        keyring.save(path, keyring.wrap(owned, passphrase))
        older = _registered(known, owned, path)
    typer.echo(f"已登记{name}的密钥，用途是{KINDS[kind]}：{owned.pair.key_id}")
    typer.echo(f"密钥文件：{path}\n请本人立即移走并另存一份，服务器上不要留；忘了口令无法找回。")
    for one in older:
        typer.echo(f"原有的 {one} 仍在用；确认新密钥能用后，运行 python run.py keys retire {one}")


@keys.command("list")
def list_(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """列出登记过的公钥。"""
    with _one_line():
        rows = _stored(settings.load(config), lambda session: [_row(key) for key in sealing_keys.all_keys(session)])
    typer.echo("\n".join(rows or ["还没有密钥"]))


@keys.command("retire")
def retire(
    key_id: Annotated[str, typer.Argument(help="密钥编号，见 keys list")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """停用一个公钥：今后不再用它加密；以前的内容仍要靠它的私钥打开。"""
    with _one_line():
        wanted = key_id.strip().lower()
        note = _stored(settings.load(config), lambda session: key_store.retire(session, wanted))
    typer.echo(f"已停用 {wanted}；它的密钥文件请留到旧件办结")
    if note:
        typer.echo(f"注意：{note}")


@keys.command("export")
def export(
    key_id: Annotated[str, typer.Argument(help="受理人的密钥编号，见 keys list")],
    out: Annotated[Path, typer.Option("--out", help="导出到哪个文件，如U盘")],
    leads: Annotated[bool, typer.Option("--leads", help="导出实名线索，而不是不记名反映")] = False,
    reason: Annotated[str, typer.Option("--reason", help="导出实名线索的理由，留痕")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """导出加密给这个密钥的不记名反映（或实名线索），带到离线的电脑上用 unseal 看；别人的不会导出。"""
    with _one_line():
        wanted, known = key_id.strip().lower(), settings.load(config)
        if leads:
            if len(reason.strip()) < SHORTEST_REASON:
                _fail("导出实名线索要写明理由：--reason")
            count = _stored(known, lambda session: _exported(session, wanted, out, reason.strip()))
        else:
            vault = Vault(known.anonymity.file)
            vault.prepare()
            items = [item for report in vault.filed() if (item := _item(vault, report)).is_for(wanted)]
            if not items:
                _fail("没有加密给这个密钥的反映")
            bundle.write(out, items)
            count = len(items)
    typer.echo(f"已导出{count}件：{out}")


def _exported(session: Session, key_id: str, out: Path, reason: str) -> int:
    """The file, and in the same transaction the entry for every lead in it: which key, why."""
    items = lead_bundle.collect(session, key_id)
    if not items:
        _fail("没有加密给这个密钥的线索")
    at = key_store.now(session)
    for item in items:
        after = {"key": key_id, "uses": sorted({use for use, _, _ in item.envelopes})}
        events.add(
            session, at=at, actor="system", matter=item.number, action="lead_exported", after=after, reason=reason
        )  # fmt: skip
    lead_bundle.write(out, items)
    return len(items)


@keys.command("deliver")
def deliver(
    file: Annotated[Path, typer.Argument(help="unseal --reply 存下的答复文件")], config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """把离线写好的答复放进反映人的信箱；他凭回执码查看，不会推送。"""
    with _one_line():
        known = settings.load(config)
        vault, replies = Vault(known.anonymity.file), bundle.read_replies(file)
        vault.prepare()
        stored = {report.record for report in vault.filed()}
        if strange := [reply for reply in replies if reply.record not in stored]:
            _fail(f"有{len(strange)}条答复对不上这里的反映，一条也没有放")
        day = _stored(known, key_store.today)
        vault.write((), (), [Sealed(reply.record, day, reply.sealed) for reply in replies])
    typer.echo(f"已放进{len(replies)}条答复")


def _item(vault: Vault, report: Report) -> Item:
    parts = tuple(part.sealed for part in vault.parts(report.record))
    week = bundle.monday(report.day)
    return Item(report.record, week, report.tag, report.mailbox, report.manifest, parts)


@app.command()
def unseal(
    file: Annotated[Path, typer.Argument(help="导出的密件文件")],
    key: Annotated[list[Path], typer.Option("--key", help="本人的密钥文件；换过密钥的，可以给几个")],
    tag: Annotated[str, typer.Option(help="只看这个标识的")] = "",
    save: Annotated[Path | None, typer.Option(help="图片存到哪个文件夹")] = None,
    answers: Annotated[Path | None, typer.Option("--reply", help="看完后写答复，加密存进这个文件")] = None,
) -> None:
    """离线看密件：先看涉及谁、有没有要回避的，再看内容；不连网，不用数据库。"""
    with _one_line():
        if bundle.kind_of(file) == bundle.LEADS:
            _show_leads(file, key)
            return
        items = [item for item in bundle.read(file) if not tag or item.tag == tag.strip().upper()]
        if not items:
            _fail("没有这样的密件")
        mine = [keyring.load(path, _passphrase(f"{path.name} 的口令：")).pair for path in key]
        if answers is not None and answers.exists():
            _fail(f"{answers}：文件已经存在，请换一个名字")
        replies = []
        for number, item in enumerate(items, 1):
            typer.echo(f"第{number}件，共{len(items)}件")
            if _shown(item, mine, save) and answers is not None and (text := _asked_text()):
                replies.append(reader.reply(item, text))
        _keep(answers, replies)


def _show_leads(file: Path, key: list[Path]) -> None:
    mine = [keyring.load(path, _passphrase(f"{path.name} 的口令：")).pair for path in key]
    for item in lead_bundle.read(file):
        shown = lead_bundle.lines(item, mine)
        typer.echo("\n".join([f"线索 {item.number}", *(shown or ["  这一件不是用您的公钥加密的，已跳过"])]))


def _shown(item: Item, mine: list[Pair], save: Path | None) -> bool:
    """Whether the content was shown: not to whom it was not sealed, and not to who says that he is in conflict."""
    seen = reader.manifest(item, mine)
    if seen is None:
        typer.echo("  这一件不是用您的公钥加密的，已跳过")
        return False
    typer.echo("\n".join(reader.manifest_lines(item, seen)))
    if _conflict():
        typer.echo("  已跳过，内容没有打开。请把回避情况告诉负责人")
        return False
    opened = reader.parts(item, mine)
    saved = reader.save_pictures(save, item, opened) if save is not None else []
    typer.echo("\n".join(reader.content_lines(opened, saved)))
    return True


def _conflict() -> bool:
    while True:
        typer.echo("是否需要回避？（是/否）", nl=False)
        answer = _line().strip().lower()
        if answer in ("是", "需要", "y", "yes"):
            return True
        if answer in ("否", "不是", "不需要", "n", "no"):
            return False


def _asked_text() -> str:
    typer.echo(f"答复反映人（可写多行，最后一行只写“{END}”；直接写“{END}”则不答复）：")
    lines: list[str] = []
    while (line := _line().rstrip("\r\n")).strip() != END:
        lines.append(line)
    return "\n".join(lines).strip()


def _line() -> str:
    line = sys.stdin.readline()
    if not line:
        _fail("没有等到回答，已停止")
    return line


def _keep(path: Path | None, replies: list[Reply]) -> None:
    if path is not None and replies:
        bundle.write_replies(path, replies)
        typer.echo(f"{len(replies)} 条答复已加密存入 {path}，请交系统管理员导入")


def _kind(superior: bool, identity: bool, reading: bool) -> str:
    chosen = {sealing_keys.SUPERIOR: superior, sealing_keys.IDENTITY: identity, sealing_keys.READING: reading}
    wished = [kind for kind, yes in chosen.items() if yes]
    if len(wished) > 1:
        _fail("--superior、--identity、--reading 只能选一个")
    return wished[0] if wished else sealing_keys.LEAD_MANAGER


def _row(key: OfficerKey) -> str:
    state = f"{key.retired_on:%Y-%m-%d}停用" if key.retired_on else "在用"
    return f"{key.key_id}  {KINDS[key.kind]}  {key.officer}  {key.created_on:%Y-%m-%d}登记  {state}"


def _registered(config: settings.Config, owned: Owned, path: Path) -> list[str]:
    """A key file without its registered half is harmless, the other way round not: so the file stays in any case."""
    try:
        return _stored(config, lambda session: key_store.register(session, owned))
    except (SQLAlchemyError, JianduError) as error:
        _fail(f"store.url: {type(error).__name__}；请用 keys list 核对，没有登记上的话，删掉 {path}")


def _data_folders(config: settings.Config) -> list[Path]:
    anonymity = config.anonymity
    return [ROOT / "data", config.files.directory, anonymity.file.parent, anonymity.pepper_file.parent]


def _stored(config: settings.Config, work: Callable[[Session], T]) -> T:
    return key_store.in_store(config.store.url, work)


def _passphrase(words: str = "口令：", *, twice: bool = False) -> str:
    """From the environment, or typed without an echo."""
    if (given := os.environ.get(settings.PASSPHRASE)) is not None:
        return given
    if not sys.stdin.isatty():
        _fail(f"没有口令：请在终端里运行，或设置环境变量 {settings.PASSPHRASE}")
    typed = getpass.getpass(words)
    if twice and getpass.getpass("再输一遍：") != typed:
        _fail("两次输入的口令不同")
    return typed


@contextmanager
def _one_line() -> Iterator[None]:
    """Whatever is wrong becomes one line, and the exit code 1 (2 for the configuration)."""
    try:
        yield
    except ConfigError as error:
        _fail(str(error), 2)
    except (BadKey, BadKeyFile, BadBundle) as error:
        _fail(str(error))
    except (SQLAlchemyError, JianduError, OSError, ValueError) as error:
        _fail(f"{'store.url' if isinstance(error, SQLAlchemyError) else '出错'}: {type(error).__name__}")


def _fail(line: str, code: int = 1) -> Never:
    typer.echo(line, err=True)
    raise typer.Exit(code)
