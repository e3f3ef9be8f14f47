"""Leads change in one place, with an event that tells no content, and along the machine's moves only."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import events, lead_moves, leads
from storage.events import Entry
from storage.matters import Lead, LeadNote, LeadSlip
from storage.moves import Altered
from tests.stores import Store

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER = "XS-2026-7K3M"


def entry(action: str) -> Entry:
    return Entry(NOW, "manager", action)


def arrange(store: Store, state: str = "triaged") -> None:
    with store.session() as session:
        leads.add(
            session, number=NUMBER, state=state, reporter="a", desc="赵磊收礼", raw_text="赵磊收礼", reported_at=NOW
        )
        session.commit()


def test_a_move_is_written_with_its_rows_and_an_event_without_content(store: Store) -> None:
    arrange(store)
    with store.session() as session:
        lead = leads.find(session, NUMBER)
        assert lead is not None
        slip = LeadSlip(destination="disc", state="sent", sent_by="manager", sent_at=NOW)
        note = LeadNote(kind="reason", by="manager", at=NOW, body="赵磊收礼三次")
        values = {"destinations": ["disc"], "review_on": date(2027, 3, 1), "gravity": "grave", "recused": ["zhang"]}
        assert lead_moves.move(session, lead, "triaged", "transferred", entry("send"), slip, note, **values)
        assert not lead_moves.move(session, lead, "triaged", "transferred", entry("send again"))
        done = Altered(slip, {"state": "signed", "decided_by": "b", "decided_at": NOW}, {"state": "sent"})
        assert lead_moves.move(session, lead, "transferred", "signed", entry("sign"), done)
        assert not lead_moves.keep(session, lead, entry("sign again"), done)
        session.commit()
        told = [(event.action, event.before, event.after) for event in events.history(session, NUMBER)]
    written = json.dumps(told, ensure_ascii=False)
    assert not [word for word in ("赵磊", "收礼", "grave", "zhang") if word in written]
    assert [action for action, _, _ in told] == ["send", "sign"]
    after = told[0][2] or {}
    assert (after["state"], after["destinations"], after["review_on"]) == ("transferred", ["disc"], "2027-03-01")
    assert after["fields"] == ["gravity", "recused"]
    assert (after["lead_slips"][0]["state"], after["lead_notes"][0]["kind"]) == ("sent", "reason")


@pytest.mark.parametrize("change", ["state = 'closed'", "number = 'XS-2026-0000'"])
def test_the_store_itself_refuses_other_moves_and_another_number(store: Store, change: str) -> None:
    arrange(store)
    with store.session() as session, pytest.raises(DBAPIError, match="lead"):
        session.execute(text(f"UPDATE leads SET {change}"))


def test_lists_follow_the_ledger_and_the_bodies(store: Store) -> None:
    arrange(store)
    with store.session() as session:
        lead = leads.find(session, NUMBER)
        assert lead is not None
        session.add(LeadSlip(lead_id=lead.id, destination="acct", state="sent", sent_by="m", sent_at=NOW))
        session.flush()
        found: list[Lead] = leads.handled_or_sent(session, ["closed"], "x", ["acct"])
        assert [one.number for one in found] == [NUMBER]
        assert leads.handled_or_sent(session, ["closed"], "x", ["disc"]) == []
        assert [one.number for one in leads.in_hand(session, ["closed"])] == [NUMBER]
        assert leads.in_hand(session, ["triaged"]) == []
