"""What the store means to do for a question: the plan of every statement that it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session


def plans(session: Session, ask: Callable[[Session, int], object]) -> list[str]:
    """The plan of every statement that the question runs, with its own parameters."""
    said: list[tuple[str, Any]] = []

    def hear(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool) -> None:
        if not statement.startswith("BEGIN"):
            said.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    try:
        ask(session, 1)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    lite = engine.dialect.name == "sqlite"
    lines = []
    for statement, parameters in said:
        rows = session.connection().exec_driver_sql(
            f"{'EXPLAIN QUERY PLAN' if lite else 'EXPLAIN'} {statement}", parameters
        )
        lines.append("\n".join(str(row[-1]) for row in rows))
    return lines
