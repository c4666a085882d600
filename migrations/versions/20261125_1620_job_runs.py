"""what we know of background jobs, and which workers live"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261125_1620"
down_revision = "20261125_1615"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("waiting", "running", "done", "failed", "cancelled")


def upgrade() -> None:
    moment = selection_center.core.db.UtcDateTime(timezone=True)
    op.create_table(
        "job_runs",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="jobstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("done", BigId, nullable=False),
        sa.Column("total", BigId, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("attempts", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("site_id", BigId, nullable=True),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("cancel_asked_at", moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_job_runs_site_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_job_runs_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
        sa.UniqueConstraint("key", name=op.f("uq_job_runs_key")),
    )
    for column in ("created_at", "site_id", "state", "user_id"):
        op.create_index(op.f(f"ix_job_runs_{column}"), "job_runs", [column])
    op.create_table(
        "job_workers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_workers")),
        sa.UniqueConstraint("name", name=op.f("uq_job_workers_name")),
    )
    op.create_index(op.f("ix_job_workers_seen_at"), "job_workers", ["seen_at"])


def downgrade() -> None:
    op.drop_table("job_workers")
    op.drop_table("job_runs")
