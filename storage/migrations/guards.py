"""The triggers of revision 0002: what the machine forbids is refused by the store itself, one wording per database.

A state changes along the moves T1 to T12 only; a number never changes and no finding is deleted; reports and the
ledger's links are only appended; a closed round never changes (domain.md 3.4, 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

# Every pair of states that some row of the machine allows; tests/rules compare it with MOVES. A state may stay.
PAIRS: tuple[tuple[str, str], ...] = (
    ("submitted", "registered"), ("submitted", "need_more"), ("submitted", "rejected"), ("submitted", "merged"),
    ("submitted", "converted_to_lead"), ("submitted", "withdrawn"), ("need_more", "submitted"),
    ("need_more", "withdrawn"), ("registered", "assigned"), ("registered", "converted_to_lead"),
    ("registered", "withdrawn"), ("assigned", "rectifying"), ("assigned", "ongoing"),
    ("assigned", "converted_to_lead"), ("assigned", "withdrawn"), ("rectifying", "ongoing"),
    ("rectifying", "pending_acceptance"), ("rectifying", "converted_to_lead"), ("rectifying", "withdrawn"),
    ("ongoing", "pending_acceptance"), ("ongoing", "converted_to_lead"), ("ongoing", "withdrawn"),
    ("pending_acceptance", "closed"), ("pending_acceptance", "rectifying"),
    ("pending_acceptance", "converted_to_lead"), ("pending_acceptance", "withdrawn"), ("closed", "assigned"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guard:
    """A trigger: on this verb and table, unless `allowed` holds of OLD and NEW, refuse with these words."""

    name: str
    table: str
    verb: str
    forbidden: str
    words: str


_STATE = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in PAIRS)
GUARDS = (
    Guard(
        "findings_moves",
        "findings",
        "UPDATE",
        f"OLD.state <> NEW.state AND NOT ({_STATE})",
        "no such move of a finding",
    ),
    Guard("findings_number", "findings", "UPDATE", "OLD.number <> NEW.number", "a number never changes"),
    Guard("findings_stay", "findings", "DELETE", "1 = 1", "findings are never deleted"),
    Guard("progress_stays", "progress", "UPDATE", "1 = 1", "progress is append-only"),
    Guard("progress_kept", "progress", "DELETE", "1 = 1", "progress is append-only"),
    Guard("cycles_closed", "cycles", "UPDATE", "OLD.closed_at IS NOT NULL", "a closed round never changes"),
    Guard("cycles_kept", "cycles", "DELETE", "1 = 1", "a closed round never changes"),
    Guard("links_stay", "links", "UPDATE", "1 = 1", "links are append-only"),
    Guard("links_kept", "links", "DELETE", "1 = 1", "links are append-only"),
)


def make(connection: Connection) -> None:
    """Create every guard."""
    for guard in GUARDS:
        for statement in _WORDINGS[connection.dialect.name](guard):
            connection.execute(text(statement))


def _sqlite(guard: Guard) -> list[str]:
    return [
        f"CREATE TRIGGER {guard.name} BEFORE {guard.verb} ON {guard.table} WHEN {guard.forbidden} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.words}'); END"
    ]


def _postgresql(guard: Guard) -> list[str]:
    back = "OLD" if guard.verb == "DELETE" else "NEW"
    return [
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {guard.forbidden} THEN RAISE EXCEPTION '{guard.words}'; END IF; RETURN {back}; END $$",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.verb} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]


def _mariadb(guard: Guard) -> list[str]:
    return [
        f"CREATE TRIGGER {guard.name} BEFORE {guard.verb} ON {guard.table} FOR EACH ROW "
        f"IF {guard.forbidden} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{guard.words}'; END IF"
    ]


_WORDINGS = {"sqlite": _sqlite, "postgresql": _postgresql, "mysql": _mariadb, "mariadb": _mariadb}
