"""Looks over what lies around the program, for `run.py check`: settings, folders, key files, clocks, open doors."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path

import aiohttp
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from bot.clock import real_now
from bot.config import Config
from bot.doctor import Remark, look_at_wecom
from bot.errors import ConfigError
from bot.sealing import secret_file
from bot.wecom.client import WeComClient
from bot.wecom.crypto import Envelope
from bot.wecom.transport import Account, open_session

LITTLE, NOTHING_LEFT = 2 * 1024**3, 200 * 1024**2  # free bytes: a warning, a failure
SKEW = 60.0  # seconds that clocks may differ before it is said
WITHIN = aiohttp.ClientTimeout(total=6)
_SEALED = re.compile(r"<Encrypt><!\[CDATA\[(.+?)\]\]>.*<MsgSignature><!\[CDATA\[(\w+)\]\]>", re.DOTALL)


def _free(path: Path) -> int:
    return shutil.disk_usage(path).free


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK | os.X_OK)


@dataclass(frozen=True, slots=True)
class Disk:
    """How the system answers: free bytes of a folder's disk, and whether this process may make files in it."""

    free: Callable[[Path], int] = _free
    may_write: Callable[[Path], bool] = _may_write


def look(config: Config, file: Path, disk: Disk = Disk()) -> Iterator[Remark]:  # frozen
    """What can be told without the store and without calling anybody."""
    yield from _look_at_settings(config, file)
    yield from _look_at_folders(config, disk)
    yield from _look_at_key_files(config)


def look_at_clock(session: Session, now: Callable[[], datetime] = real_now) -> Iterator[Remark]:
    """Ours and the database server's: leases and due moments are compared over all processes."""
    dialect = session.get_bind().dialect.name
    if dialect == "sqlite":
        return
    query = "SELECT UTC_TIMESTAMP(6)" if dialect in ("mysql", "mariadb") else "SELECT now() AT TIME ZONE 'UTC'"
    theirs = session.execute(text(query)).scalar_one().replace(tzinfo=UTC)
    yield _skew("数据库时钟", abs((now() - theirs).total_seconds()), SKEW)


async def ask(config: Config, app: Account, url: str = "") -> list[Remark]:
    """What others say: WeCom, its clock, a service that runs here, and the callback's address from outside."""
    async with open_session() as http:
        found = await look_at_wecom(WeComClient(app, http))
        found += await _look_at_world_clock(config, http)
        found.append(await look_at_service(config, http))
        if config.cache.url:
            found.append(await look_at_cache(config))
        return [*found, await look_at_callback(config, http, url)] if url else found


def _look_at_settings(config: Config, file: Path) -> Iterator[Remark]:
    written = tomllib.loads(file.read_text("utf-8"))
    shown = [f"wecom.{key}" for key in ("secret", "token", "encoding_aes_key") if written.get("wecom", {}).get(key)]
    for section in ("store", "cache"):
        if make_url(written.get(section, {}).get("url") or "sqlite://").password:
            shown.append(f"{section}.url")
    if shown:
        yield Remark(
            None, "密钥位置", f"{'、'.join(shown)} 写在配置文件里，请移到环境变量（如 systemd 的 EnvironmentFile）"
        )
    if config.rehearsal.enabled:
        yield Remark(None, "演练", "演练时钟开着（rehearsal.enabled），正式使用前请关掉")
    if config.log.level == "DEBUG":
        yield Remark(None, "日志级别", "DEBUG 会写下每次调用的时刻，平时请用 INFO")
    if not config.wecom.replay_window_seconds:
        yield Remark(None, "重放窗口", "wecom.replay_window_seconds 为 0，七天前被录下的回调可以重放，请设为 600")
    if config.wecom.api_base.startswith("http://"):
        yield Remark(None, "接口地址", "wecom.api_base 不是 https，密钥会明文经过网络")
    if config.server.admin_port == 0 and not _is_local(config.server.host):
        yield Remark(None, "管理端口", "/metrics 与回调同在一个对外端口，请设 server.admin_port（-1 为不开）")
    if unkeyed := [source for source in config.ingest.sources if source not in config.ingest.keys]:
        yield Remark(None, "业务系统", f"{'、'.join(unkeyed)} 没有密钥，发不来预警，请设 JIANDU_INGEST__KEYS")
    url = make_url(config.store.url)
    if url.host and not _is_local(url.host) and not {"sslmode", "ssl", "ssl_ca", "ssl_mode"} & set(url.query):
        yield Remark(
            None, "数据库连接", "数据库在别的机器上而 store.url 没有要求加密，请加 sslmode=verify-full 或 ssl_ca"
        )


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _look_at_folders(config: Config, disk: Disk) -> Iterator[Remark]:
    url = make_url(config.store.url)
    own = [Path(url.database).parent] if url.get_backend_name() == "sqlite" and url.database else []
    folders = list(dict.fromkeys([*own, config.files.directory, config.anonymity.file.parent]))
    if os.geteuid() == 0:
        yield Remark(None, "运行账号", "正以 root 体检：看不出服务账号能否读写，请用服务账号再运行一次")
    closed = [str(path) for path in folders if not disk.may_write(_there(path))]
    if closed:
        yield Remark(False, "目录", f"{'、'.join(closed)} 写不进去，请把所有者改为运行服务的账号")
    free = {str(path): disk.free(_there(path)) for path in folders}
    where, least = min(free.items(), key=lambda one: one[1])
    words = f"{where} 所在磁盘还剩 {least / 1024**3:.1f} GB"
    if least < LITTLE:
        yield Remark(False if least < NOTHING_LEFT else None, "磁盘", f"{words}，请清理或扩容；写满后消息会答“未成功”")
    else:
        yield Remark(True, "磁盘", words)


def _there(path: Path) -> Path:
    """The path, or the nearest folder above it that exists: the program makes the rest."""
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())


def _look_at_key_files(config: Config) -> Iterator[Remark]:
    named = {"pepper_file": config.anonymity.pepper_file, "desk_key_file": config.anonymity.desk_key_file}
    marks = []
    for name, path in named.items():
        if not path.exists():
            continue
        try:
            marks.append(f"{path.name} {_fingerprint(secret_file.load(path, f'anonymity.{name}', create=False))}")
        except ConfigError as error:
            yield Remark(False, "密钥文件", f"{error} {path}")
    if not named["pepper_file"].exists() and config.anonymity.file.exists():
        yield Remark(
            None, "密钥文件", f"缺少 {named['pepper_file']}；若已有不记名反映，请放回原文件，否则回执码都查不到"
        )
    for path in config.anonymity.reading_keys:
        if not path.exists():
            yield Remark(False, "密钥文件", f"缺少 {path}（anonymity.reading_keys），请放回或从配置里去掉")
        elif path.stat().st_mode & 0o077:
            yield Remark(False, "密钥文件", f"别人也能读 {path}，请运行 chmod 600")
    beside = [path for path in named.values() if path.exists() and path.parent == config.anonymity.file.parent]
    if beside:
        yield Remark(None, "密钥文件", f"{beside[0].parent} 里密钥与数据同在一处，整个目录被拷走就都没有了，请移到别处")
    if marks and make_url(config.store.url).get_backend_name() != "sqlite":
        yield Remark(True, "多个进程", f"各机器上须相同：{'、'.join(marks)}；{config.files.directory} 须是共用的目录")


def _fingerprint(secret: bytes) -> str:
    """Tells two files apart and nothing about them: the secret is 32 random bytes."""
    return hashlib.sha256(b"jiandu/fingerprint" + secret).hexdigest()[:8]


def _skew(subject: str, seconds: float, most: float) -> Remark:
    if seconds <= SKEW:
        return Remark(True, subject, f"与本机相差 {seconds:.0f} 秒")
    verdict = False if seconds > most else None
    return Remark(verdict, subject, f"与本机相差 {seconds:.0f} 秒，请打开时间同步（timedatectl set-ntp true）")


async def _look_at_world_clock(config: Config, http: aiohttp.ClientSession) -> list[Remark]:
    """By WeCom's own clock: callbacks beyond the window are refused, and people would get no answers."""
    try:
        async with http.get(config.wecom.api_base, timeout=WITHIN, allow_redirects=False) as response:
            theirs = parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
        return []  # that it cannot be reached was said already
    window = config.wecom.replay_window_seconds or 600
    return [_skew("时钟", abs((datetime.now(UTC) - theirs).total_seconds()), window / 2)]


async def look_at_service(config: Config, http: aiohttp.ClientSession) -> Remark:
    """Whether a process of ours answers on this machine, and says that it is ready."""
    host = "127.0.0.1" if config.server.host in ("0.0.0.0", "::") else config.server.host  # noqa: S104
    address = f"http://[{host}]" if ":" in host else f"http://{host}"
    try:
        async with http.get(f"{address}:{config.server.port}/readyz", timeout=WITHIN) as response:
            words = (await response.text())[:80].strip()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Remark(None, "服务", f"{config.server.port} 端口上没有在运行；启动：python run.py serve")
    if response.status == 200:
        return Remark(True, "服务", f"{config.server.port} 端口上在运行，已就绪")
    return Remark(None, "服务", f"{config.server.port} 端口上在运行但没有就绪（{words}），原因见日志")


async def look_at_cache(config: Config) -> Remark:
    """Whether the Redis answers that processes count in; nobody is kept waiting when it does not."""
    from bot.cache import Cache, secret_of

    cache = Cache(config.cache.url, secret_of(config.wecom.encoding_aes_key))
    try:
        fault = await cache.ping()
    finally:
        await cache.close()
    if not fault:
        return Remark(True, "缓存", "Redis 有应答，各进程合并计数")
    return Remark(
        None, "缓存", f"Redis 连不上（{fault}），消息照常办理，限流由各进程分别计数；请检查 cache.url 和 Redis 服务"
    )


async def look_at_callback(config: Config, http: aiohttp.ClientSession, url: str) -> Remark:
    """Knock at the callback's address as WeCom's console does."""
    said, moment, nonce = secrets.token_hex(8), str(int(time.time())), secrets.token_hex(6)
    wecom = config.wecom
    sealed = _SEALED.search(Envelope(wecom.token, wecom.encoding_aes_key, wecom.corp_id).seal(said, nonce, moment))
    assert sealed is not None
    query = {"msg_signature": sealed[2], "timestamp": moment, "nonce": nonce, "echostr": sealed[1]}
    try:
        async with http.get(url, params=query, timeout=WITHIN, allow_redirects=False) as response:
            heard = (await response.content.read(100)).decode(errors="replace")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Remark(False, "回调地址", f"{url} 连不上（{type(error).__name__}），请检查域名、证书、防火墙和反向代理")
    if heard == said:
        return Remark(True, "回调地址", f"{url} 通，token 与 encoding_aes_key 与运行中的服务一致")
    if response.status in (400, 403):
        return Remark(False, "回调地址", f"{url} 有人应答但不认签名，请核对运行中的服务所用的环境变量，改后重启")
    return Remark(False, "回调地址", f"{url} 应答 {response.status}，不是本程序的回调，请检查反向代理的路径")
