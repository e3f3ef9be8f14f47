"""Count and list many findings without reading what was not asked for (docs/performance.md)."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


_ADDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "acceptances": (("finding_id", "cycle", "result"),),
    "findings": (
        ("quarter", "state", "cycle"), ("submitted_at", "category", "state"), ("unit", "category"),
        ("category", "state", "due", "visibility", "unit", "resp_person"), ("cycle", "state"),
    ),
}  # fmt: skip
_WIDENED: tuple[tuple[str, ...], ...] = (("quarter", "state"), ("submitted_at",))


def upgrade() -> None:
    for table, indexes in _ADDED.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    for columns in _WIDENED:
        op.drop_index(op.f(f"ix_findings_{'_'.join(columns)}"), "findings")
