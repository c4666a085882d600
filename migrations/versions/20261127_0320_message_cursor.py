"""how far an account's kept messages were read

Revision ID: 20261127_0320
Revises: 20261126_2300
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0320"
down_revision = "20261126_2300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("marketplace_accounts", sa.Column("message_cursor", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("marketplace_accounts", "message_cursor")
