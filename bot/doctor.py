"""Looks an installation over: one finding a line, each with what to do (contract.md, `run.py check`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import ledger
from bot.config import Config
from bot.errors import ConfigError
from bot.sealing.safe import Safe
from bot.wecom.client import WeComClient
from bot.wecom.crypto import BadCallback, Envelope
from bot.wecom.outcomes import NotSent, Rejected, Unknown
from storage import dues, failures, fetches, leads, outbox, people, schema, sealing_keys, units
from storage.matters import Unit

NEEDED_ROLES = {
    "office_director": "领导小组办公室主任",
    "office_staff": "办公室专人",
    "disc_manager": "纪检监察机构线索管理员",
    "sys_admin": "系统管理员",
}


HEADS = ("unit_head", "member_head")


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the doctor's. A warning (`ok=None`) does not fail the check."""

    ok: bool | None
    subject: str
    words: str

    def __str__(self) -> str:
        mark = {True: "通过", False: "未通过", None: "提醒"}[self.ok]
        return f"[{mark}] {self.subject}：{self.words}"


def look_at_credentials(config: Config) -> Iterator[Remark]:
    """The keys of [wecom], without calling anybody."""
    missing = config.wecom.missing()
    if missing:
        keys = "、".join(missing)
        yield Remark(False, "企业微信配置", f"缺少 {keys}，请设置环境变量 JIANDU_WECOM__…（见 README）")
    else:
        yield Remark(True, "企业微信配置", "五项齐全")
    if config.wecom.token and config.wecom.encoding_aes_key:
        yield _look_at_callback(config)


def _look_at_callback(config: Config) -> Remark:
    try:
        Envelope(config.wecom.token, config.wecom.encoding_aes_key, config.wecom.corp_id)
    except (BadCallback, ConfigError, ValueError):
        return Remark(False, "回调密钥", "encoding_aes_key 不是后台给的43位字符，请从“接收消息”页面重新复制")
    return Remark(True, "回调密钥", "格式正确；在后台保存回调地址时会验证 token 与 encoding_aes_key")


async def look_at_wecom(client: WeComClient) -> list[Remark]:
    """Ask WeCom for a token and for the visible range."""
    try:
        departments = await client.departments()
    except Rejected as no:
        return [Remark(False, "企业微信接口", f"错误码 {no.errcode}：{no.advice}")]
    except (NotSent, Unknown) as lost:
        return [Remark(False, "企业微信接口", f"连不上（{lost}）。请检查 api_base、网络和代理")]
    if not departments:
        return [Remark(None, "可见范围", "看不到任何部门，请在应用的“可见范围”里选上使用人员")]
    return [Remark(True, "企业微信接口", f"凭证有效，可见 {len(departments)} 个部门")]


def look_at_store(engine: Engine) -> Iterator[Remark]:
    """Reachable, and of the newest schema."""
    try:
        fits = schema.fits(engine)
    except Exception as error:
        yield Remark(False, "数据库", f"连不上（{type(error).__name__}）。请检查 [store] url 和数据库服务")
        return
    if not fits:
        yield Remark(False, "数据库", "表结构不是最新，请运行 python run.py migrate")
    else:
        yield Remark(True, "数据库", "可用，表结构最新")


def look_at_content(session: Session, today: date, uncertain: tuple[int, ...]) -> Iterator[Remark]:
    """Organisation, roles, calendar, what could not be sent and what failed."""
    if not units.all_units(session):
        yield Remark(False, "组织", "还没有导入，请运行 python run.py org import 文件")
        return
    for role, name in NEEDED_ROLES.items():
        if not people.userids_with(session, (role,), today):
            yield Remark(False, "角色", f"没有{name}（{role}），请在人员表里补上后重新导入")
    if not people.leaders(session, today):
        yield Remark(False, "角色", "没有领导小组组长（职务含“组长”），请在人员表里补上后重新导入")
    owing = [unit.name for unit in units.member_units(session, today) if not _has_liaison(session, unit.code, today)]
    if owing:
        yield Remark(None, "联络员", f"{'、'.join(owing)} 没有联络员或负责人，季度末提醒无人接收")
    yield from _look_at_posts(session, today)
    yield from _look_at_keys(session, today)
    yield from _look_at_calendar(uncertain)
    yield from _look_at_leftovers(session)


def look_at_desk_key(session: Session, path: Path) -> Iterator[Remark]:
    """Whether the key of leads by name is there, is its owner's alone, and opens what is sealed."""
    newest = leads.newest_sealed(session)
    if newest is None and not path.exists():
        yield Remark(True, "线索密钥", "还没有线索，首次启动时生成，请勿放进备份")
        return
    try:
        safe = Safe.at(path, create=False)
    except ConfigError as error:
        yield Remark(False, "线索密钥", f"{error}；没有它，已登记的线索只能用受理人自己的密钥打开")
        return
    if newest is not None and safe.open("lead", newest.number, newest.sealed or "") is None:
        yield Remark(False, "线索密钥", f"{path} 打不开最近一件线索，请换回原来的密钥文件")
    else:
        yield Remark(True, "线索密钥", f"{path} 可用；与数据库分开存放更稳妥")


def _look_at_posts(session: Session, today: date) -> Iterator[Remark]:
    """Units that nobody heads, and people with posts whom no message reaches."""
    headless = [unit.name for unit in units.all_units(session, today) if not _is_headed(session, unit, today)]
    if headless:
        yield Remark(None, "单位负责人", f"{_some(headless)} 没有负责人，离任移交和升级提醒无人接收，请补进人员表")
    lost = [person.name for person in people.unreachable(session, today)]
    if lost:
        yield Remark(None, "账号", f"{_some(lost)} 任有职务，但企业微信账号收不到消息或已停用，请核对账号和可见范围")
    unknown = [person.name for person in people.never_seen(session, today)]
    if unknown:
        yield Remark(None, "账号", f"{_some(unknown)} 的账号没有在企业微信通讯录里见过，请核对人员表的账号列")


def _look_at_keys(session: Session, today: date) -> Iterator[Remark]:
    """Who could read an anonymous report. The ids are shown so that people compare them with their key files."""
    new = "请运行 python run.py keys new"
    above = sealing_keys.live(session, sealing_keys.SUPERIOR)
    if above:
        yield Remark(True, "上级密钥", "、".join(f"{key.officer}（{key.key_id}）" for key in above))
    else:
        yield Remark(None, "上级密钥", f"还没有登记，反映涉及全部受理人时无人能看，{new} 上级单位名称 --superior")
    managers = people.userids_with(session, ("disc_manager",), today, stand_ins=False)
    names = {userid: people.actor(session, userid, today).name for userid in managers}
    owned = {userid: sealing_keys.live(session, sealing_keys.LEAD_MANAGER, userid) for userid in managers}
    if lacking := [names[userid] for userid, keys in owned.items() if not keys]:
        yield Remark(None, "受理密钥", f"{_some(lacking)} 没有密钥，看不到不记名反映，{new} 账号")
    elif owned:
        listed = (f"{names[userid]}（{'、'.join(key.key_id for key in keys)}）" for userid, keys in owned.items())
        yield Remark(True, "受理密钥", "、".join(listed))


def _is_headed(session: Session, unit: Unit, today: date) -> bool:
    """The group's own head is its leader; a branch may be headed from the unit above it."""
    here: Unit | None = unit
    while here is not None and here.parent is not None:
        if people.userids_with(session, HEADS, today, here.code):
            return True
        here = units.get_unit(session, here.parent)
    return unit.parent is None or unit.kind == "部门"


def _some(names: list[str]) -> str:
    return "、".join(names[:8]) + (f"等{len(names)}个" if len(names) > 8 else "")


def _has_liaison(session: Session, unit: str, today: date) -> bool:
    return bool(people.userids_with(session, ("member_liaison", "member_head"), today, unit))


def _look_at_calendar(uncertain: tuple[int, ...]) -> Iterator[Remark]:
    if uncertain:
        years = "、".join(str(year) for year in uncertain)
        enter = "公布后请办公室在聊天里录入，或运行 python run.py calendar import 文件"
        yield Remark(None, "工作日历", f"{years}年放假安排还没有维护，暂按法定节假日推算；{enter}")
    else:
        yield Remark(True, "工作日历", "今明两年的放假安排都已维护")


def _look_at_leftovers(session: Session) -> Iterator[Remark]:
    if late := ledger.late_tail(session):
        yield Remark(None, "留痕", f"{late}；服务是否在运行？链是否完好，请运行 python run.py verify")
    dead = outbox.counts(session).get("dead", 0)
    given_up = dues.dead(session)
    failed = failures.open_codes(session)
    if dead:
        yield Remark(None, "未送达", f"{dead} 条消息多次发送失败，见 outbox 表 state='dead' 的 error 列")
    if given_up:
        yield Remark(None, "到期事项", f"{given_up} 件到期的事多次没有办成，见 dues 表 state='dead' 的行和日志")
    if lost := fetches.dead(session):
        yield Remark(None, "收文件", f"{lost} 份发来的文件没有收进来，见 fetches 表 state='dead' 的 error 列")
    if failed:
        codes = "、".join(failed[:8])
        yield Remark(None, "异常", f"{len(failed)} 条消息没有办成，代码 {codes}；修好后用 run.py replay 代码 补办")
