"""loans

Revision ID: 20261125_1915
Revises: 20261125_1910
"""

revision = "20261125_1915"
down_revision = "20261125_1910"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with its models."""


def downgrade() -> None:
    """Filled in with its models."""
