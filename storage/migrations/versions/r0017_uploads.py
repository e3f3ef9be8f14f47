"""Which file of a message lies with WeCom already, so that a second try sends the same one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("media_key", sa.String(length=64), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("media_id", sa.String(length=512), server_default="", nullable=False))
