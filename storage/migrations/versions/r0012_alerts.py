"""Alerts of business systems, until a person judges them (domain.md S58)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import LongId, LongText, Utc

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", LongId, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("unit_name", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", LongText, nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", LongId, nullable=True),
        sa.Column("at", Utc(), nullable=True),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("finding", sa.String(length=16), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'registered', 'refused')", name=op.f("ck_alerts_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("source", "reference", name=op.f("uq_alerts_source_reference")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(op.f("ix_alerts_state_owner"), "alerts", ["state", "owner"])
