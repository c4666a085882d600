"""Alembic's way in: our metadata, our engine, one transaction for all."""

from typing import Any

from alembic import context

from selection_center.core.db import db, writing

NOT_OURS = ("listing_search", "alembic_version")
"""Tables made elsewhere: the full-text index by its own migration."""

JOB_ENGINES = {
    *("application_versions", "dbos_migrations", "notifications", "operation_outputs", "queues", "streams"),
    *("workflow_events", "workflow_events_history", "workflow_input", "workflow_output", "workflow_schedules"),
    "workflow_status",
}
"""The job engine's, which it makes by itself: beside ours on SQLite, in a schema of its own on PostgreSQL."""


def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    return not (kind == "table" and ((name or "").startswith(NOT_OURS) or name in JOB_ENGINES))


def run() -> None:
    with writing(), db.engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=is_ours,
            compare_type=True,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        context.run_migrations()


run()
