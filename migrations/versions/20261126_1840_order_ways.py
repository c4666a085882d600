"""how an order's goods come to the buyer

Revision ID: 20261126_1840
Revises: 20261126_1835
"""

from alembic import op

revision = "20261126_1840"
down_revision = "20261126_1835"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """In words of its own: alembic would write the whole table anew on SQLite, and others refer to it."""
    check = "CONSTRAINT ck_orders_orderway CHECK (way IN ('sent', 'dropship', 'pickup'))"
    op.execute(f"ALTER TABLE orders ADD COLUMN way VARCHAR(32) NOT NULL DEFAULT 'sent' {check}")


def downgrade() -> None:
    op.drop_column("orders", "way")
