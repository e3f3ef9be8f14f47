"""Papers as files in the chat (导出): which paper was asked for, and who makes it; each in a module of its own."""

from __future__ import annotations

from collections.abc import Mapping

from bot.flow import Done, Flow, Reply, Step, Turn
from handlers import export_ledger, ledger_import, texts
from storage.people import Actor

# The slot `report` (bot/understanding/queries.py, export) -> what makes it.
WAYS: Mapping[str, Step] = {
    "ledger": export_ledger.ledger,
    "overdue_list": export_ledger.overdue_list,
    "unit_sheet": export_ledger.unit_sheet,
}
_MEANWHILE = "可以先发“统计”或“逾期清单”查看数字。"


def start(turn: Turn) -> Reply:
    way = WAYS.get(str(turn.meaning.slots.get("report") or "ledger"))
    return way(turn) if way is not None else Done(_not_open(turn))


def _not_open(turn: Turn) -> str:
    """The one polite sentence for papers that a later version brings."""
    if turn.actor.has("office_staff"):
        return f"导出功能尚未开通，请先按线下办法办理。{_MEANWHILE}"
    return f"导出功能尚未开通，请先联系{texts.office_contact(turn)}。{_MEANWHILE}"


_NOTHING_TO_EXPORT = {"sys_admin", "log_auditor", "employee", "resp_person", "disc_handler", "acct_staff"}


def _help(actor: Actor) -> str | None:
    if not actor.posts or actor.roles <= _NOTHING_TO_EXPORT:
        return None
    sheet = "，“导出整改情况单”" if actor.has("unit_head", "unit_liaison") else ""
    return f"导出 Excel：“导出台账”，可加季度、单位、类别、来源；“导出逾期清单”{sheet}"


FLOW = Flow(
    name="export",
    title="导出",
    intents=("export_report",),
    start=start,
    on_fetched={ledger_import.KIND: ledger_import.on_fetched},
    tables=(ledger_import.KIND,),
    books={export_ledger.BOOK: export_ledger.book},
    aside=True,
    help=_help,
)
