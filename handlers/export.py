"""Papers as files in the chat (导出): which paper was asked for, and who makes it; each in a module of its own."""

from __future__ import annotations

from collections.abc import Mapping

from bot.flow import Flow, Reply, Step, Turn
from handlers import bulletin, export_ledger, ledger_import, overdue_weekly, paper_rights, quarter_paper
from storage.people import Actor

# The slot `report` (bot/understanding/queries.py, export) -> what makes it.
WAYS: Mapping[str, Step] = {
    "ledger": export_ledger.ledger,
    "overdue_list": export_ledger.overdue_list,
    "unit_sheet": export_ledger.unit_sheet,
    "quarter_summary": quarter_paper.start,
    "bulletin": bulletin.start,
}


def start(turn: Turn) -> Reply:
    return WAYS[str(turn.meaning.slots.get("report") or "ledger")](turn)


_NOTHING_TO_EXPORT = {"sys_admin", "log_auditor", "employee", "resp_person", "disc_handler", "acct_staff"}


def _help(actor: Actor) -> str | None:
    if not actor.posts or actor.roles <= _NOTHING_TO_EXPORT:
        return None
    sheet = "，“导出整改情况单”" if actor.has("unit_head", "unit_liaison") else ""
    if actor.has(*paper_rights.OFFICE):
        return "导出与文稿：导出台账；导出逾期清单；生成三季度监督情况汇总报告；出一份给成员单位的通报"
    return f"导出 Excel：“导出台账”，可加季度、单位、类别、来源；“导出逾期清单”{sheet}"


FLOW = Flow(
    name="export",
    title="导出",
    intents=("export_report",),
    start=start,
    steps={bulletin.OFFER: bulletin.take_offer},
    on_fetched={ledger_import.KIND: ledger_import.on_fetched},
    tables=(ledger_import.KIND,),
    books={export_ledger.BOOK: export_ledger.book},
    on_due={overdue_weekly.KIND: overdue_weekly.on_due},
    daily=overdue_weekly.daily,
    aside=True,
    help=_help,
)
