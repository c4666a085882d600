"""from where the pictures of a fetched offer and its styles came

Revision ID: 20261127_0415
Revises: 20261127_0410
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0415"
down_revision = "20261127_0410"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offer_links", sa.Column("pictures_from", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("offer_links", "pictures_from")
