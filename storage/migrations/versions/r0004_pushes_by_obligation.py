"""Find what one obligation has owed, and what one person was told of a day, without reading the whole past."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_pushes_obligation_state"), "pushes", ["obligation", "state"], unique=False)
    op.create_index(op.f("ix_pushes_person_told_at"), "pushes", ["person", "told_at"], unique=False)
    op.drop_index(op.f("ix_pushes_obligation_rung"), "pushes")
