"""When an alert arrived in real time, for the limit of a minute that all processes keep (S58); the causes of a common
fault and the advice, as the office enters them (S37)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import LongText, Utc

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("arrived_at", Utc(), nullable=True))
    op.create_index(op.f("ix_alerts_source_arrived_at"), "alerts", ["source", "arrived_at"])
    op.add_column("common_faults", sa.Column("causes", LongText, nullable=True))
    op.add_column("common_faults", sa.Column("advice", LongText, nullable=True))
