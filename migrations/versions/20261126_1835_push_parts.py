"""the orders that a preview would make, the lines left out, and cancelling at the marketplace

Revision ID: 20261126_1835
Revises: 20261126_1830
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1835"
down_revision = "20261126_1830"
branch_labels = None
depends_on = None

Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("pushes", sa.Column("parts", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("pushes", sa.Column("left_out", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("placed_orders", sa.Column("call_off_at", Moment, nullable=True))
    op.add_column("placed_orders", sa.Column("call_off_problem", sa.String(32), nullable=False, server_default=""))
    op.add_column("placed_orders", sa.Column("call_off_said", sa.String(400), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("call_off_said", "call_off_problem", "call_off_at"):
        op.drop_column("placed_orders", name)
    for name in ("left_out", "parts"):
        op.drop_column("pushes", name)
