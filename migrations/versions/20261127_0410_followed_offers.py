"""since when an offer's account follows it at its marketplace

Revision ID: 20261127_0410
Revises: 20261127_0405
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0410"
down_revision = "20261127_0405"
branch_labels = None
depends_on = None

TO_FOLLOW = sa.text("followed_at IS NULL AND gone_at IS NULL")


def upgrade() -> None:
    op.add_column("offer_links", sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_offer_links_to_follow",
        "offer_links",
        ["account_id"],
        sqlite_where=TO_FOLLOW,
        postgresql_where=TO_FOLLOW,
    )


def downgrade() -> None:
    op.drop_index("ix_offer_links_to_follow", "offer_links")
    op.drop_column("offer_links", "followed_at")
