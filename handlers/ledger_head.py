"""The head of the ledger's chain goes to the log auditor every working day (anonymity.md, Named leads).

Deleting the last entry is invisible to the chain alone; whoever noted a head finds it (`run.py verify --expect`).
"""

from __future__ import annotations

from datetime import datetime, time

from bot.flow import Done, Flow, Reply, Turn
from handlers import texts
from handlers.rules import wording
from handlers.rules.calendar import SHANGHAI
from storage import links, people
from storage.models import Due

KIND = "ledger_head"
ROLE = "log_auditor"
AT = time(9, 0)
DIGITS = 16  # of the digest's 64: enough to compare (storage/chain.py)


def daily(turn: Turn) -> None:
    """On working days, where somebody holds the office."""
    today = texts.today_of(turn)
    if turn.calendar.is_workday(today) and _auditors(turn):
        turn.plan(KIND, KIND, "daily", datetime.combine(today, AT, SHANGHAI))


def on_due(turn: Turn, row: Due) -> None:
    """To each of them once a day; after a longer silence the head of today alone."""
    today, head = texts.today_of(turn), links.head(turn.session)
    if head is None or row.day != today.isoformat():
        return
    short = head.digest[:DIGITS]
    groups = " ".join(short[at : at + 4] for at in range(0, DIGITS, 4))
    words = (
        f"【操作日志链头】{wording.day(today, today)}：已封存{head.seq}条。\n"
        f"链头摘要前{DIGITS}位：{groups}\n"
        f"请抄存。核对：在服务器上运行 python run.py verify --expect {short}，应显示“在链上”。"
    )
    for person in _auditors(turn):
        turn.tell(person, words, push_key=f"{KIND}|{person}|{row.day}")


def _auditors(turn: Turn) -> list[str]:
    return people.userids_with(turn.session, (ROLE,), texts.today_of(turn), stand_ins=False)


def _not_asked(_turn: Turn) -> Reply:
    return Done("操作日志链头每个工作日9:00发给日志审查员。")


FLOW = Flow(name="ledger_head", title="操作日志链头", intents=(), start=_not_asked, on_due={KIND: on_due}, daily=daily)
