"""deliveries: samples that a factory has announced, and pieces that never came

Revision ID: 20261125_1910
Revises: 20261125_1905
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261125_1910"
down_revision = "20261125_1905"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REASONS = ("sold", "returned", "lost", "damaged", "off_shelf")


def upgrade() -> None:
    moment = selection_center.core.db.UtcDateTime(timezone=True)
    op.create_table(
        "deliveries",
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("supplier_id", BigId, nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_deliveries_site_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"], name=op.f("fk_deliveries_supplier_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deliveries_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    for column in ("site_id", "supplier_id"):
        op.create_index(op.f(f"ix_deliveries_{column}"), "deliveries", [column])
    op.create_table(
        "delivery_lines",
        sa.Column("delivery_id", BigId, nullable=False),
        sa.Column("listing_id", BigId, nullable=False),
        sa.Column("sku_id", BigId, nullable=True),
        sa.Column("pieces", BigId, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint("pieces >= 0", name=op.f("ck_delivery_lines_pieces_not_negative")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_lines_delivery_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_delivery_lines_listing_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_delivery_lines_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_lines")),
        sa.UniqueConstraint(
            "delivery_id", "listing_id", "sku_id", name=op.f("uq_delivery_lines_delivery_id_listing_id_sku_id")
        ),
    )
    op.create_index(op.f("ix_delivery_lines_listing_id"), "delivery_lines", ["listing_id"])
    op.create_index(
        "uq_delivery_lines_any_style",
        "delivery_lines",
        ["delivery_id", "listing_id"],
        unique=True,
        sqlite_where=sa.text("sku_id IS NULL"),
        postgresql_where=sa.text("sku_id IS NULL"),
    )
    # In the words of both databases: SQLite has them since 3.53, and a table that others name is not made anew there.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE samples ADD COLUMN delivery_line_id {number}"
        " CONSTRAINT fk_samples_delivery_line_id REFERENCES delivery_lines (id)"
    )
    op.create_index(op.f("ix_samples_delivery_line_id"), "samples", ["delivery_line_id"])
    allow(*REASONS, "never_came")


def downgrade() -> None:
    op.execute("UPDATE samples SET retired_reason = 'lost' WHERE retired_reason = 'never_came'")
    allow(*REASONS)
    op.drop_index(op.f("ix_samples_delivery_line_id"), "samples")
    op.execute("ALTER TABLE samples DROP COLUMN delivery_line_id")
    op.drop_table("delivery_lines")
    op.drop_table("deliveries")


def allow(*reasons: str) -> None:
    words = ", ".join(f"'{reason}'" for reason in reasons)
    op.execute("ALTER TABLE samples DROP CONSTRAINT ck_samples_retirereason")
    # SQLite takes "not known" for a breach while it looks at the rows that are there.
    check = f"retired_reason IS NULL OR retired_reason IN ({words})"
    op.execute(f"ALTER TABLE samples ADD CONSTRAINT ck_samples_retirereason CHECK ({check})")
