"""What is said of evidence: the list, what was refused and why, who is told what."""

from __future__ import annotations

from bot.flow import Turn
from bot.messages import Button, Card, CardKind, Style
from handlers import choosing
from handlers.rules import wording
from handlers.rules.calendar import day_of
from storage import people
from storage.matters import Finding
from storage.models import Fetch
from storage.proceedings import Evidence

SHOWN = choosing.SHOWN
_QUOTED = 30
MARKED = (
    "刚才的文件名带有国家秘密标志，已停止接收，没有保存。企业微信不能传递国家秘密。\n"
    "请在手机上删除它，改走机要渠道；不确定密级的，请先联系保密部门。"
)


def label(row: Evidence) -> str:
    """`回单.pdf`, `图片`, or the sentence."""
    if row.kind == "sentence":
        return f"“{_cut(row.text)}”"
    return row.name or ("图片" if row.kind == "image" else "文件")


def _cut(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= _QUOTED else f"{flat[: _QUOTED - 1]}…"


def listed(turn: Turn, rows: list[Evidence]) -> str:
    """At most eight numbered lines, the newest; the numbers are those of the whole list."""
    first = max(0, len(rows) - SHOWN)
    lines = [_line(turn, at, row) for at, row in enumerate(rows[first:], first + 1)]
    return "\n".join(([f"（更早的第1至{first}份也可按序号取）"] if first else []) + lines)


def _line(turn: Turn, at: int, row: Evidence) -> str:
    when = wording.moment(row.at, day_of(turn.now))
    coming = "，正在接收" if row.kind != "sentence" and row.sha256 is None else ""
    return f"{at} {label(row)}（{people.name_of(turn.session, row.by)}，{when}{coming}）"


def counted(files: list[Evidence]) -> str:
    """`图片2张、文件1个`."""
    pictures = sum(row.kind == "image" for row in files)
    parts = [f"图片{pictures}张"] if pictures else []
    parts += [f"文件{len(files) - pictures}个"] if len(files) > pictures else []
    return "、".join(parts)


def not_taken(fetch: Fetch, secret: bool, numbers: list[str]) -> str:
    """For the sender: which file, why, and what to do."""
    if secret:
        return MARKED
    what = f"“{fetch.name}”" if fetch.name else "刚才发的图片或文件"
    of = f"，不计入 {'、'.join(numbers)} 的佐证" if numbers else ""
    if fetch.state == "dead":
        return f"{what}没有取到{of}：{fetch.error}。请重新发来。"
    return f"{what}没有收下{of}：{fetch.error}。改好后请重新发来。"


def nothing_left(finding: Finding, applicant: str, why: str) -> str:
    """For the acceptors: the application's only evidence was not taken."""
    return (
        f"{finding.number}（{choosing.title(finding)}）申请验收的佐证没能收下：{why}，现在没有有效佐证，不能销号。\n"
        f"已请{applicant}补发，补齐后再告知您；要退回请回复“退回 {finding.number}”。"
    )


def to_add(finding: Finding, why: str) -> str:
    """For the applicant: his application stands without evidence."""
    return (
        f"{finding.number} 的验收申请现在没有有效佐证（{why}），验收人不能销号。\n"
        f"请直接把图片或文件发来，再说“这是{finding.number}的佐证”。"
    )


def judge_card(turn: Turn, finding: Finding, files: list[Evidence], count: int) -> Card:
    """The acceptors' card again, once evidence was added to a pending application."""
    number = finding.number
    facts = (
        ("事项", choosing.title(finding)),
        ("单位", f"{finding.unit_name} {turn.actor.name}"),
        ("补充", counted(files)),
        ("佐证", f"共{count}份"),
    )
    buttons = (
        Button("通过", f"同意销号 {number}", Style.STRONG),
        Button("退回", f"退回 {number}"),
        Button("看佐证", f"看{number}的佐证"),
    )
    return Card(CardKind.BUTTONS, title=f"待验收 {number} 补充佐证", facts=facts, buttons=buttons)
