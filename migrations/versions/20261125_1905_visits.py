"""visits: who came in, and who cared for them

Revision ID: 20261125_1905
Revises: 20261125_1900
"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261125_1905"
down_revision = "20261125_1900"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("shop", "livestreamer", "cross_border", "community_group", "wholesaler", "corporate_gifts")
LEAVINGS = ("goodbye", "closing")


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    moment = selection_center.core.db.UtcDateTime(timezone=True)
    op.create_table(
        "visits",
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("company", sa.String(length=120), nullable=False),
        sa.Column("kind", words("buyerkind", *KINDS), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("looking_for", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=True),
        sa.Column("consent_version", sa.String(length=16), nullable=True),
        sa.Column("consent_at", moment, nullable=True),
        sa.Column("buyer_id", BigId, nullable=True),
        sa.Column("bound_at", moment, nullable=True),
        sa.Column("registered_by_id", BigId, nullable=False),
        sa.Column("cared_by_id", BigId, nullable=False),
        sa.Column("arrived_at", moment, nullable=False),
        sa.Column("left_at", moment, nullable=True),
        sa.Column("left_how", words("leaving", *LEAVINGS), nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyers.id"], name=op.f("fk_visits_buyer_id")),
        sa.ForeignKeyConstraint(["cared_by_id"], ["users.id"], name=op.f("fk_visits_cared_by_id")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["users.id"], name=op.f("fk_visits_registered_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_visits_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("code", name=op.f("uq_visits_code")),
    )
    for column in ("arrived_at", "buyer_id", "phone"):
        op.create_index(op.f(f"ix_visits_{column}"), "visits", [column])
    op.create_index("ix_visits_site_arrived", "visits", ["site_id", "arrived_at"])
    op.create_table(
        "visit_cares",
        sa.Column("visit_id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_visit_cares_user_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_cares_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_cares")),
    )
    op.create_index(op.f("ix_visit_cares_visit_id"), "visit_cares", ["visit_id"])


def downgrade() -> None:
    op.drop_table("visit_cares")
    op.drop_table("visits")
