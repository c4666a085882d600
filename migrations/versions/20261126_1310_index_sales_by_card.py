"""index what a phone asks for with every scan: the newest sale of its card

Revision ID: 20261126_1310
Revises: 20261126_1245
"""

from alembic import op

revision = "20261126_1310"
down_revision = "20261126_1245"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_sales_card_id"), "sales", ["card_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sales_card_id"), "sales")
