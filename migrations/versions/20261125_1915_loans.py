"""loans

Revision ID: 20261125_1915
Revises: 20261125_1910
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261125_1915"
down_revision = "20261125_1910"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONDITIONS = ("fine", "worn", "incomplete", "damaged", "lost")
METHODS = ("cash", "wechat", "alipay", "bank")


def word(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    moment = selection_center.core.db.UtcDateTime(timezone=True)
    op.create_table(
        "loans",
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("kind", word("livestreamer", "buyer", "colleague", name="borrowerkind"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("company", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=True),
        sa.Column("consent_version", sa.String(length=16), nullable=True),
        sa.Column("colleague_id", BigId, nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signed_name", sa.String(length=80), nullable=False),
        sa.Column("lent_by_id", BigId, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("forgotten_at", moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint(
            "(kind = 'colleague') = (colleague_id IS NOT NULL)", name=op.f("ck_loans_colleague_is_a_user")
        ),
        sa.CheckConstraint("(phone IS NULL) = (consent_version IS NULL)", name=op.f("ck_loans_phone_has_consent")),
        sa.CheckConstraint(
            "forgotten_at IS NOT NULL OR signature <> '' OR signed_name <> ''", name=op.f("ck_loans_is_signed")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_loans_site_id")),
        sa.ForeignKeyConstraint(["colleague_id"], ["users.id"], name=op.f("fk_loans_colleague_id")),
        sa.ForeignKeyConstraint(["lent_by_id"], ["users.id"], name=op.f("fk_loans_lent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loans")),
    )
    op.create_index("ix_loans_site_due", "loans", ["site_id", "due_on"])
    for column in ("phone", "colleague_id"):
        op.create_index(op.f(f"ix_loans_{column}"), "loans", [column])
    op.create_table(
        "loan_items",
        sa.Column("loan_id", BigId, nullable=False),
        sa.Column("sample_id", BigId, nullable=False),
        sa.Column("condition", word(*CONDITIONS, name="condition"), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("photo", sa.String(length=24), nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_by_id", BigId, nullable=True),
        sa.Column("condition_back", word(*CONDITIONS, name="condition_back"), nullable=True),
        sa.Column("note_back", sa.String(length=200), nullable=False),
        sa.Column("photo_back", sa.String(length=24), nullable=True),
        sa.Column("outcome", word("shown_live", "published", "sold", "nothing", name="outcome"), nullable=True),
        sa.Column("sold", BigId, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (condition_back IS NULL)", name=op.f("ck_loan_items_back_in_a_condition")
        ),
        sa.CheckConstraint("condition <> 'lost'", name=op.f("ck_loan_items_lent_what_was_there")),
        sa.CheckConstraint(
            "sold >= 0 AND (outcome IS NOT NULL OR sold = 0)", name=op.f("ck_loan_items_sold_by_an_outcome")
        ),
        sa.CheckConstraint("outcome <> 'nothing' OR sold = 0", name=op.f("ck_loan_items_nothing_sold_by_nothing")),
        sa.CheckConstraint("outcome <> 'sold' OR sold > 0", name=op.f("ck_loan_items_sold_some")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_loan_items_loan_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_loan_items_sample_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_loan_items_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_items")),
    )
    for column in ("loan_id", "sample_id"):
        op.create_index(op.f(f"ix_loan_items_{column}"), "loan_items", [column])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_loan_items_one_open",
        "loan_items",
        ["sample_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "loan_extensions",
        sa.Column("loan_id", BigId, nullable=False),
        sa.Column("was_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint("due_on > was_due_on", name=op.f("ck_loan_extensions_later")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_loan_extensions_loan_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_loan_extensions_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_extensions")),
    )
    op.create_index(op.f("ix_loan_extensions_loan_id"), "loan_extensions", ["loan_id"])
    op.create_table(
        "loan_reminders",
        sa.Column("loan_id", BigId, nullable=False),
        sa.Column("way", word("phone", "wechat", "in_person", name="reminderway"), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_loan_reminders_loan_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_loan_reminders_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_reminders")),
    )
    op.create_index(op.f("ix_loan_reminders_loan_id"), "loan_reminders", ["loan_id"])
    op.create_table(
        "deposit_entries",
        sa.Column("loan_id", BigId, nullable=False),
        sa.Column("kind", word("taken", "given_back", "kept", name="depositkind"), nullable=False),
        sa.Column("amount_fen", BigId, nullable=False),
        sa.Column("method", word(*METHODS, name="depositmethod"), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by_id", BigId, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_deposit_entries_amount_above_zero")),
        sa.CheckConstraint("kind <> 'kept' OR note <> ''", name=op.f("ck_deposit_entries_kept_for_a_reason")),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.id"], name=op.f("fk_deposit_entries_loan_id")),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_deposit_entries_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_entries")),
    )
    op.create_index(op.f("ix_deposit_entries_loan_id"), "deposit_entries", ["loan_id"])


def downgrade() -> None:
    for table in ("deposit_entries", "loan_reminders", "loan_extensions", "loan_items", "loans"):
        op.drop_table(table)
