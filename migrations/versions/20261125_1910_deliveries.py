"""deliveries

Revision ID: 20261125_1910
Revises: 20261125_1905
"""

revision = "20261125_1910"
down_revision = "20261125_1905"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with its models."""


def downgrade() -> None:
    """Filled in with its models."""
