"""exit checks, and one cart of a card

Revision ID: 20261126_1130
Revises: 20261126_1110
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261126_1130"
down_revision = "20261126_1110"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = selection_center.core.db.UtcDateTime(timezone=True)
IN_HAND = "channel = 'phone' AND till_id IS NULL AND state IN ('open', 'held')"


def upgrade() -> None:
    op.create_table(
        "exit_checks",
        sa.Column("sale_id", BigId, nullable=False),
        sa.Column("pieces", BigId, nullable=False),
        sa.Column("seen", BigId, nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint("seen BETWEEN 0 AND pieces", name=op.f("ck_exit_checks_seen_within_pieces")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_exit_checks_by_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sales.id"], name=op.f("fk_exit_checks_sale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_checks")),
    )
    op.create_index(op.f("ix_exit_checks_sale_id"), "exit_checks", ["sale_id"])
    op.execute(
        """INSERT INTO exit_checks (sale_id, pieces, seen, by_id, at)
        SELECT s.id, max_of.pieces, s.checked, s.paid_by_id, s.paid_at FROM sales s JOIN (
            SELECT sales.id, CASE WHEN coalesce(sum(l.quantity), 0) > sales.checked
                THEN sum(l.quantity) ELSE sales.checked END AS pieces
            FROM sales LEFT JOIN sale_lines l ON l.sale_id = sales.id AND l.removed_at IS NULL
            WHERE sales.checked IS NOT NULL GROUP BY sales.id, sales.checked
        ) max_of ON max_of.id = s.id WHERE s.paid_by_id IS NOT NULL AND s.paid_at IS NOT NULL"""
    )
    op.add_column("sales", sa.Column("forgotten_at", Moment, nullable=True))
    op.execute(
        f"""UPDATE sales SET state = 'void', void_reason = '被新的购物车代替' WHERE {IN_HAND} AND EXISTS (
            SELECT 1 FROM sales newer WHERE newer.site_id = sales.site_id AND newer.card_id = sales.card_id
            AND newer.id > sales.id AND newer.channel = 'phone' AND newer.till_id IS NULL
            AND newer.state IN ('open', 'held'))"""  # noqa: S608 - our own words
    )
    where = sa.text(IN_HAND)
    op.create_index(
        "uq_sales_one_cart",
        "sales",
        ["site_id", "card_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    op.drop_index("uq_sales_one_cart", "sales")
    op.drop_column("sales", "forgotten_at")
    op.drop_table("exit_checks")
