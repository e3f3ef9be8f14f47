"""The triggers of revision 0002: what the machine forbids is refused by the store itself, one wording per database.

A state changes along the moves T1 to T12 only, and what a state needs is there; a number never changes and no finding
is deleted; reports, decisions and the ledger's links are only appended; a closed round never changes; a request is
answered once (domain.md 3.4, 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


_IN_HAND = "('assigned', 'rectifying', 'ongoing', 'pending_acceptance')"
_FINDING_DAYS = ("found_at", "occurred_at", "due", "review_on")
_FINDING_MOMENTS = ("submitted_at", "assigned_at", "confirmed_at", "applied_at", "closed_at")
_FINDING_SUMS = ("amount_fen", "recovered_fen", "loss_fen", "accountability_count", "cycle", "returned")


@dataclass(frozen=True, slots=True)
class Guard:
    """A trigger: on this verb and table, unless what is `forbidden` of OLD and NEW does not hold, refuse with `words`.

    words: at most 128 characters (MariaDB), for the engineer who reads the error. only: the one dialect that needs it.
    """

    name: str
    table: str
    verb: str
    forbidden: str
    words: str
    only: str = ""


def _lacking(row: str) -> str:
    """In the unit's hands or before the acceptors, but nobody's or without a date (T4)."""
    empty = " OR ".join(f"{row}.{name} IS NULL OR {row}.{name} = ''" for name in ("unit", "resp_person"))
    return f"({row}.state IN {_IN_HAND} AND ({empty} OR {row}.due IS NULL))"


def _negative(row: str) -> str:
    return " OR ".join(f"{row}.{name} < 0" for name in _FINDING_SUMS)


def _misshapen(row: str) -> str:
    """SQLite keeps whatever it is given; the other two have types for it."""
    days = [f"date({row}.{name}) IS NOT {row}.{name}" for name in _FINDING_DAYS]
    moments = [f"datetime({row}.{name}) IS NOT substr({row}.{name}, 1, 19)" for name in _FINDING_MOMENTS]
    sums = [f"typeof({row}.{name}) NOT IN ('integer', 'null')" for name in _FINDING_SUMS]
    return " OR ".join(days + moments + sums)


def _both(name: str, table: str, forbidden: Callable[[str], str], words: str, only: str = "") -> tuple[Guard, Guard]:
    """The same of a new row and of a changed one; a row that was wrong before may still be changed otherwise."""
    changed = f"({forbidden('NEW')}) AND NOT COALESCE({forbidden('OLD')}, 1 = 0)"
    return (
        Guard(f"{name}_new", table, "INSERT", forbidden("NEW"), words, only),
        Guard(f"{name}_changed", table, "UPDATE", changed, words, only),
    )


def _append_only(table: str, update: str, delete: str) -> tuple[Guard, Guard]:
    words = f"{table} is append-only"
    return Guard(update, table, "UPDATE", "1 = 1", words), Guard(delete, table, "DELETE", "1 = 1", words)


_STATE = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in PAIRS)
_ASKED = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in ("system", "reference", "person", "action"))
GUARDS = (
    Guard(
        "findings_moves",
        "findings",
        "UPDATE",
        f"OLD.state <> NEW.state AND NOT ({_STATE})",
        "no such move of a finding (domain.md 3.4): ask for it by a row in requests",
    ),
    Guard("findings_number", "findings", "UPDATE", "OLD.number <> NEW.number", "a number never changes"),
    Guard("findings_stay", "findings", "DELETE", "1 = 1", "findings are never deleted: ask for their withdrawal"),
    *_both("findings_whose", "findings", _lacking, "a finding in hand needs unit, resp_person and due"),
    *_both(
        "findings_applied",
        "findings",
        lambda row: f"{row}.state = 'pending_acceptance' AND {row}.applied_at IS NULL",
        "a finding that waits for acceptance needs applied_at",
    ),
    *_both(
        "findings_closed",
        "findings",
        lambda row: f"{row}.state = 'closed' AND {row}.closed_at IS NULL",
        "a closed finding needs closed_at",
    ),
    *_both("findings_sums", "findings", _negative, "amounts (in fen) and counts are not negative"),
    *_both(
        "findings_forms",
        "findings",
        _misshapen,
        "days are YYYY-MM-DD, moments YYYY-MM-DD HH:MM:SS in UTC, amounts whole fen",
        only="sqlite",
    ),
    *_append_only("progress", "progress_stays", "progress_kept"),
    Guard(
        "progress_share",
        "progress",
        "INSERT",
        "NEW.percent < 0 OR NEW.percent > 100",
        "percent lies between 0 and 100",
    ),
    Guard("progress_sums", "progress", "INSERT", "NEW.recovered_fen < 0", "amounts (in fen) are not negative"),
    *_append_only("acceptances", "acceptances_stay", "acceptances_kept"),
    *_both(
        "extensions_later",
        "extensions",
        lambda row: f"{row}.state = 'approved' AND {row}.new_due < {row}.old_due",
        "an extension is not approved to an earlier day",
    ),
    Guard(
        "extensions_decided",
        "extensions",
        "UPDATE",
        "OLD.state <> 'pending' AND NEW.state <> OLD.state",
        "a decided extension is not decided again",
    ),
    Guard("cycles_closed", "cycles", "UPDATE", "OLD.closed_at IS NOT NULL", "a closed round never changes"),
    Guard("cycles_kept", "cycles", "DELETE", "1 = 1", "a closed round never changes"),
    *_append_only("links", "links_stay", "links_kept"),
    Guard("requests_begin", "requests", "INSERT", "NEW.state <> 'new'", "a request begins as new"),
    Guard("requests_answered", "requests", "UPDATE", "OLD.state <> 'new'", "a request that was answered never changes"),
    Guard("requests_asked", "requests", "UPDATE", _ASKED, "what was asked never changes: insert another request"),
    Guard("requests_stay", "requests", "DELETE", "1 = 1", "requests are never deleted"),
)  # fmt: skip


# Of revision 0009: what a final report counted stays as it was (domain.md 7.4 历史期次固化).
FROZEN: tuple[Guard, ...] = (
    Guard("quarter_figures_stay", "quarter_figures", "UPDATE", "1 = 1", "the figures of a final report never change"),
    Guard("quarter_figures_kept", "quarter_figures", "DELETE", "1 = 1", "the figures of a final report never change"),
)


def make(connection: Connection, guards: Sequence[Guard] = GUARDS) -> None:
    """Create every guard."""
    name = connection.dialect.name
    for guard in guards:
        if guard.only and guard.only != name:
            continue
        for statement in statements(connection, guard):
            connection.execute(text(statement))


def statements(connection: Connection, guard: Guard) -> list[str]:
    """What creates it in this database's wording."""
    return _WORDINGS[connection.dialect.name](guard)


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
