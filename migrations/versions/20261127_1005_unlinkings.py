"""offers that somebody unlinked from what is sold online, so that it can be taken back

Revision ID: 20261127_1005
Revises: 20261127_1000
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1005"
down_revision = "20261127_1000"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "unlinkings",
        sa.Column("id", BigId, nullable=False),
        sa.Column("listing_id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("external_id", sa.String(64), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("left_as", sa.String(64), nullable=False),
        sa.Column("account_id", BigId, nullable=True),
        sa.Column("online", sa.JSON(), nullable=False),
        sa.Column("pictures_from", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_unlinkings_listing_id_listings")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_unlinkings_user_id_users")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["marketplace_accounts.id"], name=op.f("fk_unlinkings_account_id_marketplace_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlinkings")),
    )
    op.create_index(op.f("ix_unlinkings_listing_id"), "unlinkings", ["listing_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_unlinkings_listing_id"), "unlinkings")
    op.drop_table("unlinkings")
