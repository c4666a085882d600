"""how often an account's offers are fetched by themselves

Revision ID: 20261126_1915
Revises: 20261126_1910
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1915"
down_revision = "20261126_1910"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("marketplace_accounts", sa.Column("fetch_every_hours", BigId, nullable=False, server_default="24"))


def downgrade() -> None:
    op.drop_column("marketplace_accounts", "fetch_every_hours")
