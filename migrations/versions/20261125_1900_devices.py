"""devices

Revision ID: 20261125_1900
Revises: 20261125_1620
"""

revision = "20261125_1900"
down_revision = "20261125_1620"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with its models."""


def downgrade() -> None:
    """Filled in with its models."""
