"""Keep the words of findings with an index of each database's own, and suggestions of common faults."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from storage.migrations import fulltext

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXT = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
_MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    op.create_index(op.f("ix_findings_quarter_state"), "findings", ["quarter", "state"], unique=False)
    op.create_index(op.f("ix_findings_submitted_at"), "findings", ["submitted_at"], unique=False)
    op.create_index(op.f("ix_findings_category_quarter"), "findings", ["category", "quarter"], unique=False)
    op.create_table(
        "finding_words",
        sa.Column("finding_id", _LONG, autoincrement=False, nullable=False),
        sa.Column("words", _TEXT, nullable=False),
        sa.Column("scheme", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_finding_words_finding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding_words")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    for statement in fulltext.statements(op.get_bind().dialect.name):
        op.execute(statement)
    op.create_table(
        "common_faults",
        sa.Column("id", _LONG, autoincrement=True, nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("suggested_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("reason", _TEXT, nullable=False),
        sa.CheckConstraint("state IN ('suggested', 'adopted', 'declined')", name=op.f("ck_common_faults_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_common_faults")),
        sa.UniqueConstraint("category", name=op.f("uq_common_faults_category")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
