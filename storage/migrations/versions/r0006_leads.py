"""Keep what becomes of a lead: who may not have it, where it goes, by which way it is disposed of, with what result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from storage.migrations import lead_guards
from storage.types import Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LONG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LONG_TEXT = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mariadb").with_variant(mysql.MEDIUMTEXT(), "mysql")
_WORDS = (
    ("route", 12), ("loss_level", 8), ("gravity", 8), ("impact", 8), ("drafted_by", 64), ("handler", 64),
    ("disposal", 16), ("result_class", 16), ("tolerance", 8), ("backflow", 8), ("not_accepted", 12),
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("leads", schema=None, recreate="never") as batch_op:
        for name, length in _WORDS:
            batch_op.add_column(sa.Column(name, sa.String(length=length), server_default="", nullable=False))
        for name in ("recused", "in_place", "destinations"):
            batch_op.add_column(sa.Column(name, sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("consented", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("cycle", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("accepted_at", Utc(), nullable=True))
        batch_op.add_column(sa.Column("closed_at", Utc(), nullable=True))

    op.create_table(
        "lead_slips",
        sa.Column("id", _LONG_ID, autoincrement=True, nullable=False),
        sa.Column("lead_id", _LONG_ID, nullable=False),
        sa.Column("destination", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("sent_by", sa.String(length=64), nullable=False),
        sa.Column("sent_at", Utc(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.CheckConstraint("state IN ('sent', 'signed', 'refused', 'done')", name=op.f("ck_lead_slips_state")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_slips_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_slips")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("lead_slips", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_slips_lead_id_id"), ["lead_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_slips_destination_state"), ["destination", "state"], unique=False)

    op.create_table(
        "lead_notes",
        sa.Column("id", _LONG_ID, autoincrement=True, nullable=False),
        sa.Column("lead_id", _LONG_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("body", _LONG_TEXT, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_lead_notes_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_notes")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("lead_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_notes_lead_id_kind_id"), ["lead_id", "kind", "id"], unique=False)

    lead_guards.make(op.get_bind())
