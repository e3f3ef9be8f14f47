"""Files that take long go beside what else a person is owed; which urgent matters the quarter's report tells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import LongText

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("apart", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("urgents", sa.Column("told", LongText, nullable=True))
