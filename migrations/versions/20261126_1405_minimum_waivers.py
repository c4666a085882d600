"""words that a factory gets an order below its minimum, and how far a cashier goes alone

Revision ID: 20261126_1405
Revises: 20261126_1330
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1405"
down_revision = "20261126_1330"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "minimum_waivers",
        sa.Column("sale_line_id", BigId, nullable=False),
        sa.Column("pieces", BigId, nullable=False),
        sa.Column("minimum", BigId, nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("approved_by_id", BigId, nullable=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_minimum_waivers_pieces_positive")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_minimum_waivers_for_a_reason")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["users.id"], name=op.f("fk_minimum_waivers_approved_by_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_minimum_waivers_by_id")),
        sa.ForeignKeyConstraint(["sale_line_id"], ["sale_lines.id"], name=op.f("fk_minimum_waivers_sale_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minimum_waivers")),
    )
    op.create_index(op.f("ix_minimum_waivers_sale_line_id"), "minimum_waivers", ["sale_line_id"])
    with op.batch_alter_table("till_rules") as table:
        table.add_column(sa.Column("minimum_permille", BigId, nullable=False, server_default="0"))
        table.create_check_constraint(op.f("ck_till_rules_minimum_permille"), "minimum_permille BETWEEN 0 AND 1000")
    with op.batch_alter_table("till_rules") as table:
        table.alter_column("minimum_permille", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("till_rules") as table:
        table.drop_constraint(op.f("ck_till_rules_minimum_permille"), type_="check")
        table.drop_column("minimum_permille")
    op.drop_table("minimum_waivers")
