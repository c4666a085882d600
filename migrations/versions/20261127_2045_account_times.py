"""when a marketplace last answered an account, and when it last did not or refused

Revision ID: 20261127_2045
Revises: 20261127_2040
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_2045"
down_revision = "20261127_2040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("marketplace_accounts", sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("marketplace_accounts", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE marketplace_accounts SET succeeded_at = checked_at WHERE failure = ''")
    op.execute("UPDATE marketplace_accounts SET failed_at = coalesce(checked_at, created_at) WHERE failure <> ''")


def downgrade() -> None:
    op.drop_column("marketplace_accounts", "failed_at")
    op.drop_column("marketplace_accounts", "succeeded_at")
