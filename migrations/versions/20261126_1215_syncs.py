"""syncs with marketplaces, and styles that are not offered any more

Revision ID: 20261126_1215
Revises: 20261126_1130
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1215"
down_revision = "20261126_1130"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("skus", sa.Column("gone_at", Moment, nullable=True))
    op.create_table(
        "offer_links",
        sa.Column("listing_id", BigId, nullable=False),
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("gone_at", Moment, nullable=True),
        sa.Column("online", sa.JSON(), nullable=False),
        sa.Column("pictures_wanted_at", Moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["marketplace_accounts.id"], name=op.f("fk_offer_links_account_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_offer_links_listing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_links")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_offer_links_listing_id")),
    )
    op.create_index("ix_offer_links_account_seen", "offer_links", ["account_id", "seen_at"])
    op.create_table(
        "syncs",
        sa.Column("account_id", BigId, nullable=False),
        sa.Column("cursor", sa.String(400), nullable=True),
        sa.Column("total", BigId, nullable=True),
        *(sa.Column(f"{name}_count", BigId, nullable=False) for name in ("seen", "new", "changed", "gone", "refused")),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("pages_at", Moment, nullable=True),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["marketplace_accounts.id"], name=op.f("fk_syncs_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_syncs")),
    )
    op.create_index(op.f("ix_syncs_account_id"), "syncs", ["account_id"])
    op.create_index(
        "uq_syncs_one_open",
        "syncs",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("syncs")
    op.drop_index("ix_offer_links_account_seen", "offer_links")
    op.drop_table("offer_links")
    op.drop_column("skus", "gone_at")
