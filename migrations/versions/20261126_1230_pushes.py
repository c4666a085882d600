"""orders handed on to marketplaces

Revision ID: 20261126_1230
Revises: 20261126_1215
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1230"
down_revision = "20261126_1215"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def word(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, create_constraint=True, length=32, name=name)


def upgrade() -> None:
    states = word("pushstate", "waiting", "sending", "held", "unknown", "placed", "dropped")
    op.create_table(
        "pushes",
        sa.Column("order_id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("agreed_fen", BigId, nullable=False),
        sa.Column("asked_fen", BigId, nullable=True),
        sa.Column("freight_fen", BigId, nullable=True),
        sa.Column("problem", sa.String(32), nullable=False),
        sa.Column("said", sa.String(400), nullable=False),
        sa.Column("sent_at", Moment, nullable=True),
        sa.Column("looked_up_at", Moment, nullable=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["marketplace_accounts.id"], name=op.f("fk_pushes_account_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_pushes_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
        sa.UniqueConstraint("order_id", name=op.f("uq_pushes_order_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_pushes_reference")),
    )
    op.create_index(op.f("ix_pushes_account_id"), "pushes", ["account_id"])
    op.create_index(op.f("ix_pushes_state"), "pushes", ["state"])
    there = word("remotestate", "unpaid", "paid", "shipped", "received", "done", "cancelled", "other")
    op.create_table(
        "placed_orders",
        sa.Column("push_id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("remote_id", sa.String(40), nullable=False),
        sa.Column("state", there, nullable=False),
        sa.Column("said", sa.String(60), nullable=False),
        sa.Column("total_fen", BigId, nullable=True),
        sa.Column("freight_fen", BigId, nullable=True),
        sa.Column("refund", sa.String(60), nullable=False),
        sa.Column("refund_fen", BigId, nullable=True),
        sa.Column("parcels", sa.JSON(), nullable=False),
        sa.Column("changed_at", Moment, nullable=True),
        sa.Column("followed_at", Moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["marketplace_accounts.id"], name=op.f("fk_placed_orders_account_id")),
        sa.ForeignKeyConstraint(["push_id"], ["pushes.id"], name=op.f("fk_placed_orders_push_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placed_orders")),
        sa.UniqueConstraint("account_id", "remote_id", name=op.f("uq_placed_orders_account_id_remote_id")),
    )
    op.create_index(op.f("ix_placed_orders_push_id"), "placed_orders", ["push_id"])


def downgrade() -> None:
    op.drop_table("placed_orders")
    op.drop_table("pushes")
