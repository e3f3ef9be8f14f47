"""Alembic's entry: runs the revisions on the connection that storage.schema hands over."""

from __future__ import annotations

from alembic import context

from storage import duties, gatherings, matters, models, proceedings, reports, sealing_keys
from storage.types import Base

assert (
    duties and gatherings and matters and models and proceedings and reports and sealing_keys
)  # they fill the metadata


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
