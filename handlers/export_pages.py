"""What every export carries beside its rows: whose copy it is, by what formulas it counts, what has been changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.flow import Turn
from bot.messages import Cell, Form, Sheet
from handlers import trail_words
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI
from storage import exports, figures, people
from storage.figures import Moments, Tally
from storage.grants import Scope
from storage.searches import Wanted

_FORMULAS = (
    ("应整改问题 A", "已登记且未作不予登记、并案、转线索、撤销处理的问题；苗头性问题不计入"),
    ("在办", "已交办、整改中、持续整改；不含待验收"),
    ("销号率（整改率）", "已销号 ÷ A"),
    ("整改完成率", "（待验收 + 已销号）÷ A"),
    ("逾期率", "已过时限且未提交验收的 ÷ 已到时限的；持续整改单列，不进分子分母"),
    ("时限状态", "按生成当日计算：逾期（红）、7日内到期（黄）、已销号（绿）、持续整改（蓝）"),
    ("时限", "批准延期后的有效时限；往轮为该轮最后有效的时限"),
    ("金额", "只列确定值，1万元＝10000元；约数在“金额说明”列，不计入合计；重启的问题只在最近一轮列金额"),
    ("行", "一行一个问题轮次；重启一次多一行"),
    ("以 = + - @ 开头的文字", "前面加了单引号，防止被当成公式"),
)


class Names(dict[str, str]):
    """Accounts -> names, each looked up once; nobody is an empty cell."""

    def __init__(self, turn: Turn) -> None:
        super().__init__({"": "", "system": "系统"})
        self._turn = turn

    def __missing__(self, userid: str) -> str:
        self[userid] = people.name_of(self._turn.session, userid)
        return self[userid]


def stamp(turn: Turn) -> str:
    """`2026-11-23 10:02`, when the file is made."""
    return f"{turn.now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def watermark(turn: Turn) -> str:
    """At the foot of every page (domain.md 7.6)."""
    return f"内部资料  导出人：{turn.actor.name}  {stamp(turn)}"


def explained(turn: Turn, wanted: Wanted, scope: Scope, subject: str, counts: tuple[int, int]) -> Sheet:
    """口径说明. counts: findings and rows."""
    today = turn.now.astimezone(SHANGHAI).date()
    rows: list[tuple[Cell, ...]] = [
        ("导出范围", subject),
        ("生成时间", stamp(turn)),
        ("导出人", f"{turn.actor.name}（{turn.actor.unit_name}）"),
        ("条数", f"问题{counts[0]}条，共{counts[1]}行"),
        *_figures(figures.tally(turn.session, wanted, scope, Moments(today))),
        *_FORMULAS,
        ("改后发回", "在聊天里把本文件发回，先列出差异，确认后才改；能改的列见差异预览"),
        ("使用要求", "内部资料，不含线索；请勿外传"),
    ]
    return Sheet("口径说明", ("项目", "说明"), tuple(rows), (24, 90), footer=watermark(turn), about=True)


def _figures(of: Tally) -> Iterator[tuple[Cell, ...]]:
    yield "应整改问题 A（条）", of.counted
    yield "已销号（条）", of.closed
    yield "待验收（条）", of.pending
    yield "在办（条）", of.in_hand
    yield "已到时限 / 其中逾期（条）", f"{of.come_due} / {of.overdue}"
    yield "销号率", wording.percent(of.closed, of.counted)
    yield "整改完成率", wording.percent(of.closed + of.pending, of.counted)
    yield "逾期率", wording.percent(of.overdue, of.come_due)


def trail(turn: Turn, ids: Sequence[int]) -> Sheet:
    """变更流水: as 留痕 shows it, without contents."""
    headings = ("问题编号", "时间", "经办人", "事项", "变更")
    widths, forms = (16, 17, 12, 16, 60), (Form.TEXT, Form.TEXT)
    return Sheet("变更流水", headings, _events(turn, ids), widths, forms, footer=watermark(turn))


def _events(turn: Turn, ids: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    history = exports.events_of(turn.session, ids, trail_words.LOOKS)
    for event, who, done, what in trail_words.parts(turn, history):
        yield event.matter, f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", who, done, what or None
