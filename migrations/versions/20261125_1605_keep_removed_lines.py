"""keep removed lines, so that removing one can be taken back"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261125_1605"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("selection_lines") as table:
        table.add_column(sa.Column("removed_at", selection_center.core.db.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM selection_lines WHERE removed_at IS NOT NULL"))
    with op.batch_alter_table("selection_lines") as table:
        table.drop_column("removed_at")
