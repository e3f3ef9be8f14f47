"""Give a finding its whole life: rounds, stages, objections, consents, files, the ledger's chain, requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from storage.migrations import guards, views
from storage.types import Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _make_rounds(connection: sa.Connection) -> None:
    """A round for every finding that was assigned before rounds were kept."""
    old = sa.MetaData()
    findings, acceptances = (sa.Table(name, old, autoload_with=connection).c for name in ("findings", "acceptances"))
    cycles = sa.Table("cycles", old, autoload_with=connection)
    closer = (
        sa.select(acceptances.by)
        .where(acceptances.finding_id == findings.id, acceptances.cycle == findings.cycle)
        .where(acceptances.result == "accepted", findings.closed_at.is_not(None))
        .order_by(acceptances.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rounds = {
        "finding_id": findings.id, "seq": findings.cycle, "started_at": findings.assigned_at,
        "reopen_reason": sa.literal(""), "reopen_basis": sa.literal(""), "closed_at": findings.closed_at,
        "unit": sa.func.coalesce(findings.unit, ""), "unit_name": findings.unit_name,
        "resp_person": sa.func.coalesce(findings.resp_person, ""), "due": findings.due,
        "applied_at": findings.applied_at, "closed_by": sa.func.coalesce(closer, ""), "returned": findings.returned,
    }  # fmt: skip
    query = sa.select(*rounds.values()).where(findings.assigned_at.is_not(None)).order_by(findings.id)
    connection.execute(cycles.insert().from_select(list(rounds), query))


def upgrade() -> None:
    op.create_table(
        "fetches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("media_id", sa.String(length=512), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("not_before", Utc(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=60), nullable=False),
        sa.CheckConstraint("state IN ('due', 'stored', 'refused', 'dead', 'cancelled')", name=op.f("ck_fetches_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetches")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("fetches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fetches_matter"), ["matter"], unique=False)
        batch_op.create_index(batch_op.f("ix_fetches_state_not_before"), ["state", "not_before"], unique=False)

    op.create_table(
        "files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_files")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("system", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=64), server_default="", nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="new", nullable=False),
        sa.Column("outcome", sa.String(length=400), server_default="", nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", Utc(), nullable=True),
        sa.CheckConstraint("state IN ('new', 'done', 'refused', 'failed')", name=op.f("ck_requests_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("system", "reference", name=op.f("uq_requests_system_reference")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "delegations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("principal", sa.String(length=64), nullable=False),
        sa.Column("delegate", sa.String(length=64), nullable=False),
        sa.Column("roles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["delegate"], ["people.userid"], name=op.f("fk_delegations_delegate")),
        sa.ForeignKeyConstraint(["principal"], ["people.userid"], name=op.f("fk_delegations_principal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegations_delegate"), ["delegate"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegations_principal"), ["principal"], unique=False)

    op.create_table(
        "links",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_links_event_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_links")),
        sa.UniqueConstraint("event_id", name=op.f("uq_links_event_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "special_reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=True),
        sa.Column("formed_on", sa.Date(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("submitted_by", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", Utc(), nullable=False),
        sa.Column("complete_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["units.code"], name=op.f("fk_special_reports_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_reports")),
        sa.UniqueConstraint("number", name=op.f("uq_special_reports_number")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("special_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_special_reports_source"), ["source"], unique=False)

    op.create_table(
        "co_units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("unit_name", sa.String(length=80), nullable=False),
        sa.Column("unit_path", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_co_units_finding_id")),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name=op.f("fk_co_units_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_units")),
        sa.UniqueConstraint("finding_id", "unit", name=op.f("uq_co_units_finding_id_unit")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("co_units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_co_units_unit"), ["unit"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column(
            "reason",
            sa.Text().with_variant(mysql.MEDIUMTEXT(), "mariadb").with_variant(mysql.MEDIUMTEXT(), "mysql"),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Text().with_variant(mysql.MEDIUMTEXT(), "mariadb").with_variant(mysql.MEDIUMTEXT(), "mysql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.CheckConstraint("kind IN ('withdraw', 'reopen', 'close')", name=op.f("ck_consents_kind")),
        sa.CheckConstraint("state IN ('pending', 'agreed', 'refused', 'lapsed')", name=op.f("ck_consents_state")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_consents_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_finding_id_id"), ["finding_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consents_state"), ["state"], unique=False)

    op.create_table(
        "cycles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column(
            "reopen_reason",
            sa.Text().with_variant(mysql.MEDIUMTEXT(), "mariadb").with_variant(mysql.MEDIUMTEXT(), "mysql"),
            nullable=False,
        ),
        sa.Column(
            "reopen_basis",
            sa.Text().with_variant(mysql.MEDIUMTEXT(), "mariadb").with_variant(mysql.MEDIUMTEXT(), "mysql"),
            nullable=False,
        ),
        sa.Column("closed_at", Utc(), nullable=True),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("unit_name", sa.String(length=80), nullable=False),
        sa.Column("resp_person", sa.String(length=64), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("applied_at", Utc(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_cycles_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
        sa.UniqueConstraint("finding_id", "seq", name=op.f("uq_cycles_finding_id_seq")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "milestones",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_milestones_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("milestones", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestones_finding_id_cycle"), ["finding_id", "cycle"], unique=False)

    op.create_table(
        "objections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column(
            "text",
            sa.Text().with_variant(mysql.MEDIUMTEXT(), "mariadb").with_variant(mysql.MEDIUMTEXT(), "mysql"),
            nullable=False,
        ),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column(
            "reply",
            sa.Text().with_variant(mysql.MEDIUMTEXT(), "mariadb").with_variant(mysql.MEDIUMTEXT(), "mysql"),
            nullable=False,
        ),
        sa.Column("answered_by", sa.String(length=64), nullable=False),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'upheld', 'dismissed')", name=op.f("ck_objections_state")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_objections_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("objections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objections_finding_id_id"), ["finding_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objections_state"), ["state"], unique=False)

    # In place: SQLite would make a table anew for a default, and other rows point at this one.
    with op.batch_alter_table("events", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("foreign_to", sa.String(length=32), server_default="", nullable=False))

    with op.batch_alter_table("evidence", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("refused", sa.String(length=60), server_default="", nullable=False))

    with op.batch_alter_table("findings", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("occurred_at", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("content_domain", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("control_phase", sa.String(length=8), server_default="", nullable=False))
        batch_op.add_column(sa.Column("focus", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("subject_level", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("source_ref", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("loss_fen", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("resp_leader", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("tracker", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("accountability_status", sa.String(length=8), server_default="", nullable=False))
        batch_op.add_column(sa.Column("accountability_count", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("lead_number", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("spot_check", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("review_on", sa.Date(), nullable=True))

    with op.batch_alter_table("people", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("home", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("left_on", sa.Date(), nullable=True))

    with op.batch_alter_table("progress", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("recovered_fen", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("units", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("sub_office", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("department_id", sa.Integer(), nullable=True))

    _make_rounds(op.get_bind())
    views.make(op.get_bind())
    guards.make(op.get_bind())
