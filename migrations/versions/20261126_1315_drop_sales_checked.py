"""drop what went into exit_checks

Revision ID: 20261126_1315
Revises: 20261126_1310
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1315"
down_revision = "20261126_1310"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_column("sales", "checked")


def downgrade() -> None:
    op.add_column("sales", sa.Column("checked", BigId, nullable=True))
    op.execute(
        "UPDATE sales SET checked = (SELECT seen FROM exit_checks WHERE exit_checks.sale_id = sales.id"
        " ORDER BY exit_checks.id DESC LIMIT 1)"
    )
