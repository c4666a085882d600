"""how often a job was tried, when it is tried next, its lane, and when duties are due

Revision ID: 20261126_1830
Revises: 20261126_1405
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1830"
down_revision = "20261126_1405"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "job_schedules",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("asked_at", Moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_schedules")),
        sa.UniqueConstraint("name", name=op.f("uq_job_schedules_name")),
    )
    with op.batch_alter_table("job_runs") as table:
        table.add_column(sa.Column("turn", BigId, nullable=False, server_default="1"))
        table.add_column(sa.Column("tries", BigId, nullable=False, server_default="0"))
    with op.batch_alter_table("job_runs") as table:
        table.alter_column("turn", server_default=None)
        table.alter_column("tries", server_default=None)
    op.add_column("job_runs", sa.Column("lane", sa.String(length=60), nullable=True))
    op.add_column("job_runs", sa.Column("due_at", Moment, nullable=True))


def downgrade() -> None:
    for name in ("due_at", "lane", "tries", "turn"):
        op.drop_column("job_runs", name)
    op.drop_table("job_schedules")
