"""marketplace accounts

Revision ID: 20261126_1110
Revises: 20261126_0210
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1110"
down_revision = "20261126_0210"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "marketplace_accounts",
        sa.Column("connector", sa.String(24), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("supplier_id", BigId, nullable=True),
        sa.Column("calls_per_minute", BigId, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("paused_at", Moment, nullable=True),
        sa.Column("checked_at", Moment, nullable=True),
        sa.Column("checked_as", sa.String(120), nullable=False),
        sa.Column("failure", sa.String(32), nullable=False),
        sa.Column("failure_said", sa.String(400), nullable=False),
        sa.Column("failures", BigId, nullable=False),
        sa.Column("rests_until", Moment, nullable=True),
        sa.Column("next_call_at", Moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint("calls_per_minute BETWEEN 1 AND 6000", name=op.f("ck_marketplace_accounts_pace_sane")),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"], name=op.f("fk_marketplace_accounts_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marketplace_accounts")),
    )
    op.create_index(op.f("ix_marketplace_accounts_supplier_id"), "marketplace_accounts", ["supplier_id"])
    op.create_table(
        "marketplace_calls",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("on", sa.String(10), nullable=False),
        sa.Column("call", sa.String(80), nullable=False),
        sa.Column("count", BigId, nullable=False),
        sa.Column("failed", BigId, nullable=False),
        sa.Column("total_ms", BigId, nullable=False),
        sa.Column("slowest_ms", BigId, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["marketplace_accounts.id"], name=op.f("fk_marketplace_calls_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marketplace_calls")),
        sa.UniqueConstraint("account_id", "on", "call", name=op.f("uq_marketplace_calls_account_id_on_call")),
    )


def downgrade() -> None:
    op.drop_table("marketplace_calls")
    op.drop_index(op.f("ix_marketplace_accounts_supplier_id"), "marketplace_accounts")
    op.drop_table("marketplace_accounts")
