"""The triggers that keep the ledger append-only, one wording per database."""

from __future__ import annotations

from sqlalchemy import Connection, text

REFUSAL = "events are append-only"


def make(connection: Connection) -> None:
    """Refuse UPDATE and DELETE on `events`."""
    for statement in _STATEMENTS[connection.dialect.name]:
        connection.execute(text(statement))


_SQLITE = [
    f"CREATE TRIGGER events_no_{verb} BEFORE {verb} ON events BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("update", "delete")
]
_POSTGRESQL = [
    f"CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
    "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_refuse()",
]
_MARIADB = [
    f"CREATE TRIGGER events_no_{verb} BEFORE {verb} ON events FOR EACH ROW "
    f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{REFUSAL}'"
    for verb in ("update", "delete")
]
_STATEMENTS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL, "mysql": _MARIADB, "mariadb": _MARIADB}
