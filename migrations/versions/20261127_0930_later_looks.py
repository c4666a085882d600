"""orders at marketplaces are looked at ever later while nothing new is said of them

Revision ID: 20261127_0930
Revises: 20261127_0530
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0930"
down_revision = "20261127_0530"
branch_labels = None
depends_on = None

Count = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("pushes", sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("pushes", sa.Column("looks", Count, nullable=False, server_default="0"))
    op.execute("UPDATE pushes SET look_at = changed_at WHERE state = 'placed'")
    op.create_index("ix_pushes_look_at", "pushes", ["look_at"])


def downgrade() -> None:
    op.drop_index("ix_pushes_look_at", "pushes")
    op.drop_column("pushes", "looks")
    op.drop_column("pushes", "look_at")
