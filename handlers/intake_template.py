"""The sheet that people fill in: its columns, two examples, and how each column is meant."""

from __future__ import annotations

from bot.flow import Turn
from bot.messages import Sheet, Workbook
from handlers.rules import categories, wording

NAME = "问题导入模板.xlsx"
HEADINGS = (
    "责任单位", "问题描述", "问题类别", "严重程度", "涉及金额（元）",
    "发现时间", "责任人", "制度依据", "整改建议", "建议时限",
)  # fmt: skip
_WIDTHS = (18, 48, 18, 10, 16, 14, 12, 24, 28, 14)
_MEANT = (
    ("责任单位", "必填；写全称或常用简称，暂不清楚写“待定”"),
    ("问题描述", "必填；一条问题一行，500字以内"),
    ("问题类别", "可空，按“其他”登记；可写一级或二级类别，见“类别”页"),
    ("严重程度", f"可空，按“一般”；{'、'.join(wording.SEVERITIES.values())}"),
    ("涉及金额（元）", "可空；只写确定的数字，约数照写文字，不计入合计"),
    ("发现时间", "可空，按导入当天；写成 2026-11-20"),
    ("建议时限", "可空；交办时由监督办公室确定"),
)


def send(turn: Turn) -> None:
    """Owe the template to the speaker."""
    turn.tell(turn.actor.userid, book(), urgent=True)


def book() -> Workbook:
    kinds = tuple((code, categories.name_of(code)) for code in (*categories.TOP, *categories.SUB))
    return Workbook(
        NAME,
        (
            Sheet("问题", HEADINGS, (), _WIDTHS),
            Sheet("填写说明", ("列", "怎么填"), _MEANT, (18, 60)),
            Sheet("类别", ("代码", "名称"), tuple(sorted(kinds)), (10, 40)),
        ),
    )
