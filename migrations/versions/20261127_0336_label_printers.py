"""what label printers take that have no driver

Revision ID: 20261127_0336
Revises: 20261127_0320
"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0336"
down_revision = "20261127_0320"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("printers", "print_runs"):
        op.add_column(table, sa.Column("file_kind", sa.String(4), nullable=False, server_default="pdf"))
    op.add_column("printers", sa.Column("dots_per_mm", BigId, nullable=False, server_default="8"))
    op.add_column("printers", sa.Column("speed", BigId))
    op.add_column("printers", sa.Column("darkness", BigId))
    op.add_column("printers", sa.Column("gap_tenths", BigId, nullable=False, server_default="20"))


def downgrade() -> None:
    for column in ("gap_tenths", "darkness", "speed", "dots_per_mm", "file_kind"):
        op.drop_column("printers", column)
    op.drop_column("print_runs", "file_kind")
