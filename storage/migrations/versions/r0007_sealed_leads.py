"""Keep the words and the reporters of leads sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LONG_TEXT = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mariadb").with_variant(mysql.MEDIUMTEXT(), "mysql")


def upgrade() -> None:
    with op.batch_alter_table("leads", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("sealed", _LONG_TEXT, nullable=True))
        batch_op.add_column(sa.Column("identity", _LONG_TEXT, nullable=True))
