"""How meetings are called and told: kinds, the agenda's five parts, when and where, invitations (domain.md S30)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.flow import Turn
from bot.messages import Button, Style
from handlers import texts
from handlers.rules import moments, wording
from handlers.rules.calendar import day_of
from storage.gatherings import Meeting

KINDS = {
    "year_start": "年初领导小组会议", "mid_year": "年中领导小组会议", "ad_hoc": "临时会议",
    "joint_meeting": "联席会议", "consultation": "会商",
}  # fmt: skip
AGENDA = (
    "研究确定年度监督计划", "协调安排协同监督事项", "听取成员单位监督情况报告", "通报交流共享",
    "分析研判重大问题并提出处置意见",
)  # fmt: skip
STATES = {"planned": "已安排", "held": "已召开", "cancelled": "已取消"}
BUTTONS = (Button("确认提交", "确认", Style.STRONG), Button("取消", "取消"))
PLACE_OPEN = "地点待定"


def name(kind: str) -> str:
    return KINDS.get(kind, "会议")


def when(turn: Turn, at: datetime) -> str:
    return wording.moment(at, texts.today_of(turn))


def place(meeting: Meeting) -> str:
    return meeting.place or PLACE_OPEN


def line(turn: Turn, meeting: Meeting) -> str:
    """`HY-2026-0001 年初领导小组会议，2027年1月15日 周五 14:30，三楼会议室`."""
    return f"{meeting.number} {name(meeting.kind)}，{when(turn, meeting.at)}，{place(meeting)}"


def agenda(topics: Sequence[str]) -> str:
    """`研究确定年度监督计划等5项`, or all of them while they are few."""
    if not topics:
        return "待定"
    head = "；".join(topics) if len(topics) <= 2 else f"{topics[0]}等{len(topics)}项"
    own = [topic for topic in topics if topic not in AGENDA]
    return f"{head}，含{'；'.join(own)}" if own and len(topics) > 2 else head


def agenda_lines(topics: Sequence[str]) -> str:
    return "\n".join(f"{at} {topic}" for at, topic in enumerate(topics, 1)) or "议题待定"


def rest_day(turn: Turn, day: date) -> str:
    """`12月20日 周日是休息日，最近的工作日是12月18日 周五。`, or ""."""
    back, on = turn.calendar.roll_back(day), turn.calendar.roll_forward(day)
    near = moments.rest_day_note(day, turn.calendar.is_workday, back, on)
    if not near:
        return ""
    today = texts.today_of(turn)
    return f"{wording.day(day, today)}是休息日，最近的工作日是{wording.day(near[0], today)}。"


def invitation(turn: Turn, meeting: Meeting) -> str:
    urgent = "⚠ " if meeting.kind == "ad_hoc" else ""
    lines = [f"{urgent}会议通知 {meeting.number}：{name(meeting.kind)}", f"{when(turn, meeting.at)}，{place(meeting)}"]
    if meeting.agenda:
        lines.append(f"议题：{'；'.join(meeting.agenda)}")
    return "\n".join([*lines, "不能参加请回复“请假，由某某代为参会”。"])


def paper_call(turn: Turn, meeting: Meeting) -> str:
    """What a member's head hears of the material that his unit owes (S30)."""
    assert meeting.papers_due is not None
    due = wording.day(meeting.papers_due, texts.today_of(turn))
    title = f"{meeting.number} {name(meeting.kind)}（{wording.day(day_of(meeting.at), texts.today_of(turn))}）"
    return f"{title}需要贵部门报送监督情况报告，{due}前交。\n回复“会议材料：”加内容；要发文件，先说“交会议材料”。"
