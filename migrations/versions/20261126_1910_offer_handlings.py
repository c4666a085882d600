"""what people did about offers that are not online as they stand here

Revision ID: 20261126_1910
Revises: 20261126_1840
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1910"
down_revision = "20261126_1840"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    how = sa.Enum(
        *("done", "ignored", "reopened"), native_enum=False, create_constraint=True, length=32, name="how",
    )  # fmt: skip
    op.create_table(
        "offer_handlings",
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("listing_id", BigId, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("seen", sa.String(64), nullable=False),
        sa.Column("how", how, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_offer_handlings_site_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_offer_handlings_listing_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_offer_handlings_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_handlings")),
    )
    op.create_index("ix_offer_handlings_site_listing", "offer_handlings", ["site_id", "listing_id"])


def downgrade() -> None:
    op.drop_table("offer_handlings")
