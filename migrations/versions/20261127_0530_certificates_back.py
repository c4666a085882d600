"""a certificate that was taken away can come back

Revision ID: 20261127_0530
Revises: 20261127_0415
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0530"
down_revision = "20261127_0415"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("certificates", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("certificates", "hidden_at")
