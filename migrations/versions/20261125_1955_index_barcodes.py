"""index the goods' own barcodes: the floor looks styles up by them

Revision ID: 20261125_1955
Revises: 20261125_1920
"""

from alembic import op

revision = "20261125_1955"
down_revision = "20261125_1920"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_skus_barcode"), "skus", ["barcode"])


def downgrade() -> None:
    op.drop_index(op.f("ix_skus_barcode"), "skus")
