"""Keep the public keys that content is sealed to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "officer_keys",
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("public_key", sa.String(length=256), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('lead_manager', 'identity', 'superior', 'reading')", name=op.f("ck_officer_keys_kind")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_officer_keys")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(op.f("ix_officer_keys_kind_retired_on"), "officer_keys", ["kind", "retired_on"], unique=False)
    op.create_index(op.f("ix_officer_keys_officer"), "officer_keys", ["officer"], unique=False)
