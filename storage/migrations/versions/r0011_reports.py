"""Keep the office's papers: quarter reports and bulletins, version by version (domain.md S35, S36)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Utc

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LONG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", _LONG_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=32), server_default="", nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.CheckConstraint("kind IN ('quarter_summary', 'bulletin')", name=op.f("ck_reports_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'offered', 'final', 'withdrawn', 'replaced')", name=op.f("ck_reports_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("kind", "quarter", "version", name=op.f("uq_reports_kind_quarter_version")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_kind_state_quarter"), ["kind", "state", "quarter"], unique=False)
