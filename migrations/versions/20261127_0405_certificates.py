"""certificates of offers and factories

Revision ID: 20261127_0405
Revises: 20261127_0345
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0405"
down_revision = "20261127_0345"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)
KINDS = ("ccc", "ce", "rohs", "fcc", "fda", "cpc", "report", "standard", "audit", "patent", "other")


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", BigId, nullable=False),
        sa.Column("listing_id", BigId, nullable=True),
        sa.Column("supplier_id", BigId, nullable=True),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="certificatekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("picture", sa.String(length=24), nullable=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.CheckConstraint(
            "(listing_id IS NULL) <> (supplier_id IS NULL)", name=op.f("ck_certificates_of_an_offer_or_a_factory")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_certificates_listing_id_listings")),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"], name=op.f("fk_certificates_supplier_id_suppliers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
    )
    op.create_index(op.f("ix_certificates_listing_id"), "certificates", ["listing_id"])
    op.create_index(op.f("ix_certificates_supplier_id"), "certificates", ["supplier_id"])


def downgrade() -> None:
    op.drop_table("certificates")
