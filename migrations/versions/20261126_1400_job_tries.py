"""when a job is tried again and how often it was, whose limits it keeps, and schedules

Revision ID: 20261126_1400
Revises: 20261126_1330
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1400"
down_revision = "20261126_1330"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("job_runs", sa.Column("due_at", Moment, nullable=True))
    # Code of the release before writes rows without these two.
    op.add_column("job_runs", sa.Column("tries", BigId, nullable=False, server_default="0"))
    op.add_column("job_runs", sa.Column("deaths", BigId, nullable=False, server_default="0"))
    op.add_column("job_runs", sa.Column("ticket", sa.String(length=140), nullable=True))
    op.add_column("job_runs", sa.Column("partition", sa.String(length=64), nullable=True))
    op.create_table(
        "job_schedules",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("ticked_at", Moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_schedules")),
        sa.UniqueConstraint("name", name=op.f("uq_job_schedules_name")),
    )


def downgrade() -> None:
    op.drop_table("job_schedules")
    for column in ("partition", "ticket", "deaths", "tries", "due_at"):
        op.drop_column("job_runs", column)
