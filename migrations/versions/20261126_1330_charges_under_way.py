"""charges on their way back, and what people wrote down of charges

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
STATES = ("asked", "waiting", "paid", "refused", "unknown", "returned")


def upgrade() -> None:
    op.create_table(
        "settlements",
        sa.Column("charge_id", BigId, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(*STATES, name="chargestate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_settlements_by_id")),
        sa.ForeignKeyConstraint(["charge_id"], ["charges.id"], name=op.f("fk_settlements_charge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
    )
    op.create_index(op.f("ix_settlements_charge_id"), "settlements", ["charge_id"])
    op.add_column("charges", sa.Column("wanted_back_at", Moment, nullable=True))
    # What was paid and belongs to no sale was on its way back, though nothing said so.
    op.execute(
        "UPDATE charges SET wanted_back_at = settled_at WHERE state = 'returned' OR (state = 'paid' AND NOT EXISTS"
        " (SELECT 1 FROM sale_payments WHERE sale_payments.charge_id = charges.id))"
    )


def downgrade() -> None:
    op.drop_column("charges", "wanted_back_at")
    op.drop_table("settlements")
