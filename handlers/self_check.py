"""The self-check of the system: which of its eight parts are in use, by what the store holds (S6)."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import UserError
from bot.flow import Done, Flow, Reply, Turn
from handlers import texts
from handlers.rules import quarters
from storage import people, surveys, units
from storage.people import Actor

MAY = ("office_staff", "office_director", "leading_group")


def start(turn: Turn) -> Reply:
    if not turn.actor.has(*MAY):
        raise UserError(f"体系自查由监督办公室和领导小组使用。有建议请联系{texts.office_contact(turn)}。", keep=False)
    items = _items(turn)
    missing = [name for name, used, _ in items if not used]
    lines = [f"体系自查：{len(items)}项中{len(items) - len(missing)}项已启用。"]
    lines.append("已启用：" + ("；".join(f"{name}（{fact}）" for name, used, fact in items if used) or "无"))
    lines.append("未启用：" + ("；".join(f"{name}（{fact}）" for name, used, fact in items if not used) or "无"))
    return Done("\n".join([*lines, f"另：{_beside(turn)}"]))


def _items(turn: Turn) -> list[tuple[str, bool, str]]:
    """Name, whether it is in use, and the fact that shows it: the eight of S6, in their order."""
    session, today = turn.session, texts.today_of(turn)
    leaders = people.leaders(session, today)
    directors = people.userids_with(session, ("office_director",), today, stand_ins=False)
    staff = people.userids_with(session, ("office_staff",), today, stand_ins=False)
    members = units.member_units(session, today)
    served = surveys.units_with(session, ("member_liaison", "member_head"), today)
    lacking = [unit.name for unit in members if unit.code not in served]
    managers = people.userids_with(session, ("disc_manager",), today, stand_ins=False)
    quarter = quarters.quarter_of(today)
    tasks, findings = surveys.quarter_tasks(session, quarter), surveys.findings(session)
    year_ago = turn.now - timedelta(days=365)
    talks, closed = surveys.events_since(session, "talk", year_ago), findings.get("closed", 0)
    reporting = bool(members) and not lacking and tasks > 0
    return [
        ("领导小组", bool(leaders), f"组长{texts.names(turn, leaders[:1])}" if leaders else "组长空缺"),
        ("办公室", bool(directors), f"主任{texts.names(turn, directors[:1])}" if directors else "主任空缺"),
        ("专人", bool(staff), texts.names(turn, staff[:2]) if staff else "没有在岗专人"),
        ("季度报送", reporting, _reporting(lacking, len(members), tasks)),
        ("台账", sum(findings.values()) > 0, f"{sum(findings.values())}条" if findings else "没有登记过问题"),
        ("线索流程", bool(managers), f"线索管理员{len(managers)}人" if managers else "没有线索管理员"),
        ("约谈", talks > 0, f"近一年{talks}次" if talks else "近一年没有登记约谈"),
        ("销号", closed > 0, f"已销号{closed}条" if closed else "还没有销号"),
    ]


def _reporting(lacking: list[str], members: int, tasks: int) -> str:
    if not members:
        return "没有指定成员单位"
    if lacking:
        return f"{'、'.join(lacking[:3])}{'等' if len(lacking) > 3 else ''}没有联络员"
    return f"本季{tasks}家" if tasks else "本季没有报送任务"


def _beside(turn: Turn) -> str:
    """What S61 adds, and what this program does not keep."""
    on = [unit.name for unit in units.all_units(turn.session, texts.today_of(turn)) if unit.sub_office]
    sub_offices = f"子级办公室已启用{len(on)}家（{'、'.join(on[:3])}）" if on else "子级办公室未启用"
    return f"{sub_offices}。"


def _help(actor: Actor) -> str | None:
    return "体系自查：发“体系自查”" if actor.has("office_staff", "office_director") else None


FLOW = Flow(name="self_check", title="体系自查", intents=("self_check",), start=start, aside=True, help=_help)
