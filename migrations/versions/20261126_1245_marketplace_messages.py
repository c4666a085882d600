"""messages that marketplaces push

Revision ID: 20261126_1245
Revises: 20261126_1230
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1245"
down_revision = "20261126_1230"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    subjects = sa.Enum(
        *("order", "listing", "stock", "parcel", "other"),
        native_enum=False, create_constraint=True, length=32, name="subject",
    )  # fmt: skip
    op.create_table(
        "marketplace_messages",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("subject", subjects, nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("born_at", Moment, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["marketplace_accounts.id"], name=op.f("fk_marketplace_messages_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marketplace_messages")),
        sa.UniqueConstraint("account_id", "message_id", name=op.f("uq_marketplace_messages_account_id_message_id")),
    )
    op.create_index(op.f("ix_marketplace_messages_received_at"), "marketplace_messages", ["received_at"])


def downgrade() -> None:
    op.drop_table("marketplace_messages")
