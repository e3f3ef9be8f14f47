"""Keep for whom the lead manager approved that he may know who reported a lead (domain.md 2.4 经批准)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("leads", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("approved_handler", sa.String(length=64), server_default="", nullable=False))
