"""The triggers of revision 0006: a lead's state changes along the moves of domain.md 3.5 only, its number never."""

from __future__ import annotations

from sqlalchemy import Connection, text

from storage.migrations.guards import Guard, statements

# Every pair of states that some row of the machine allows; tests/rules compares it with LEAD_MOVES. A state may stay.
PAIRS: tuple[tuple[str, str], ...] = (
    ("reported", "registered"), ("registered", "accepted"), ("registered", "not_accepted"), ("accepted", "triaged"),
    ("refused", "triaged"), ("triaged", "transferred"), ("refused", "transferred"), ("transferred", "signed"),
    ("transferred", "refused"), ("signed", "disposal"), ("disposal", "feedback"), ("feedback", "closed"),
    ("shelved", "closed"), ("shelved", "disposal"), ("shelved", "accepted"), ("closed", "reopened"),
    ("reopened", "accepted"), ("reported", "shelved"), ("registered", "shelved"), ("accepted", "shelved"),
    ("triaged", "shelved"), ("transferred", "shelved"), ("signed", "shelved"), ("refused", "shelved"),
    ("disposal", "shelved"), ("feedback", "shelved"), ("reopened", "shelved"),
)  # fmt: skip
_STATE = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in PAIRS)
GUARDS = (
    Guard(
        "leads_moves", "leads", "UPDATE", f"OLD.state <> NEW.state AND NOT ({_STATE})",
        "no such move of a lead (domain.md 3.5)",
    ),
    Guard("leads_number", "leads", "UPDATE", "OLD.number <> NEW.number", "a lead keeps its number"),
)  # fmt: skip


def make(connection: Connection) -> None:
    """Create every guard."""
    for guard in GUARDS:
        for statement in statements(connection, guard):
            connection.execute(text(statement))
