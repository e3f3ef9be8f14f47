"""Papers and sheets that are asked for by name: which way makes them (domain.md 7.1)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.flow import Done, Flow, Reply, Step, Turn
from handlers import bulletin, paper_rights, quarter_paper, texts
from storage.people import Actor

WAYS: Mapping[str, Step] = {"quarter_summary": quarter_paper.start, "bulletin": bulletin.start}
STEPS: Mapping[str, Step] = {bulletin.OFFER: bulletin.take_offer}


def start(turn: Turn) -> Reply:
    way = WAYS.get(str(turn.meaning.slots.get("report") or ""))
    if way is not None:
        return way(turn)
    meanwhile = "可以先发“统计”或“逾期清单”查看数字。"
    if turn.actor.has("office_staff"):
        return Done(f"导出功能尚未开通，请先按线下办法办理。{meanwhile}")
    return Done(f"导出功能尚未开通，请先联系{texts.office_contact(turn)}。{meanwhile}")


def _help(actor: Actor) -> str | None:
    return "文稿：生成三季度监督情况汇总报告；出一份给成员单位的通报" if actor.has(*paper_rights.OFFICE) else None


FLOW = Flow(name="export", title="导出", intents=("export_report",), start=start, steps=STEPS, help=_help)
