"""what papers and prices were compared with last, so that the database chooses those that differ

Revision ID: 20261127_1000
Revises: 20261127_0930
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_1000"
down_revision = "20261127_0930"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("printed_items", sa.Column("agrees_with", sa.Text(), nullable=True))
    op.add_column("printed_items", sa.Column("differs_from", sa.Text(), nullable=True))
    op.add_column("offer_links", sa.Column("compared_version", BIG_ID, nullable=True))
    op.add_column("offer_links", sa.Column("gap_seen", sa.String(16), nullable=False, server_default=""))
    op.create_table(
        "price_gaps",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("listing_id", BIG_ID, sa.ForeignKey("listings.id", name="fk_price_gaps_listing_id"), nullable=False),
        sa.Column("spec", sa.String(160), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_price_gaps_listing_id", "price_gaps", ["listing_id"])


def downgrade() -> None:
    op.drop_table("price_gaps")
    op.drop_column("offer_links", "gap_seen")
    op.drop_column("offer_links", "compared_version")
    op.drop_column("printed_items", "differs_from")
    op.drop_column("printed_items", "agrees_with")
