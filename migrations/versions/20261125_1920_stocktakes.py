"""stocktakes

Revision ID: 20261125_1920
Revises: 20261125_1915
"""

revision = "20261125_1920"
down_revision = "20261125_1915"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with its models."""


def downgrade() -> None:
    """Filled in with its models."""
