"""Keep what a quarter's final report counted (domain.md 7.4 历史期次固化)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations import guards
from storage.types import JsonBody, Utc

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quarter_figures",
        sa.Column("quarter", sa.String(length=6), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("frozen_at", Utc(), nullable=False),
        sa.Column("frozen_by", sa.String(length=64), nullable=False),
        sa.Column("body", JsonBody, nullable=False),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_quarter_figures")),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    guards.make(op.get_bind(), guards.FROZEN)
