"""who settled a charge by hand, and since when its money goes back

Revision ID: 20261126_1330
Revises: 20261126_1315
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1330"
down_revision = "20261126_1315"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    person = sa.ForeignKey("users.id", name=op.f("fk_charges_settled_by_id"))
    op.add_column("charges", sa.Column("settled_by_id", BigId, person, nullable=True), inline_references=True)
    op.add_column("charges", sa.Column("wanted_back_at", Moment, nullable=True))
    # What was paid and belongs to no sale was on its way back, though nothing said so.
    op.execute(
        "UPDATE charges SET wanted_back_at = settled_at WHERE state = 'returned' OR (state = 'paid' AND NOT EXISTS"
        " (SELECT 1 FROM sale_payments WHERE sale_payments.charge_id = charges.id))"
    )


def downgrade() -> None:
    op.drop_column("charges", "wanted_back_at")
    op.drop_column("charges", "settled_by_id")
