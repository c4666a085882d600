"""stocktakes, what was seen while counting, and stickers over our tags"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261125_1920"
down_revision = "20261125_1915"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("stand", "scanned", "ticked", "put_back", "unknown")
SKIPPED = ("moved", "retired", "lent", "stand_closed")
CHANGES = ("placed", "store_room", "lost")


def word(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    moment = selection_center.core.db.UtcDateTime(timezone=True)
    op.create_table(
        "stocktakes",
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("zone_id", BigId, nullable=True),
        sa.Column("stand_id", BigId, nullable=True),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("begun_by_id", BigId, nullable=True),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("closed_by_id", BigId, nullable=True),
        sa.Column("applied_at", moment, nullable=True),
        sa.Column("applied_by_id", BigId, nullable=True),
        sa.Column("cancelled_at", moment, nullable=True),
        sa.Column("cancelled_by_id", BigId, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint("zone_id IS NULL OR stand_id IS NULL", name=op.f("ck_stocktakes_one_scope")),
        sa.CheckConstraint(
            "applied_at IS NULL OR closed_at IS NOT NULL", name=op.f("ck_stocktakes_applied_was_closed")
        ),
        sa.CheckConstraint(
            "applied_at IS NULL OR cancelled_at IS NULL", name=op.f("ck_stocktakes_applied_or_cancelled")
        ),
        to("stocktakes", "site_id", "sites"),
        to("stocktakes", "zone_id", "zones"),
        to("stocktakes", "stand_id", "stands"),
        *(to("stocktakes", f"{what}_by_id", "users") for what in ("begun", "closed", "applied", "cancelled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktakes")),
    )
    op.create_index(op.f("ix_stocktakes_site_id"), "stocktakes", ["site_id"])
    op.create_table(
        "stocktake_expected",
        sa.Column("stocktake_id", BigId, nullable=False),
        sa.Column("placement_id", BigId, nullable=False),
        sa.Column("sample_id", BigId, nullable=False),
        sa.Column("stand_id", BigId, nullable=False),
        sa.Column("id", BigId, nullable=False),
        *(to("stocktake_expected", f"{one}_id", f"{one}s") for one in ("stocktake", "sample", "stand")),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placements.id"],
            name=op.f("fk_stocktake_expected_placement_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_expected")),
        sa.UniqueConstraint("stocktake_id", "sample_id", name=op.f("uq_stocktake_expected_stocktake_id_sample_id")),
    )
    op.create_index("ix_stocktake_expected_stand", "stocktake_expected", ["stocktake_id", "stand_id"])
    op.create_table(
        "sightings",
        sa.Column("stocktake_id", BigId, nullable=False),
        sa.Column("kind", word("sightingkind", KINDS), nullable=False),
        sa.Column("stand_id", BigId, nullable=False),
        sa.Column("sample_id", BigId, nullable=True),
        sa.Column("tag_id", BigId, nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=True),
        sa.Column("follows_id", BigId, nullable=True),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint(
            "kind IN ('stand', 'unknown') OR sample_id IS NOT NULL", name=op.f("ck_sightings_seen_sample")
        ),
        sa.CheckConstraint("kind <> 'unknown' OR text IS NOT NULL", name=op.f("ck_sightings_unknown_has_text")),
        to("sightings", "follows_id", "sightings"),
        *(to("sightings", f"{one}_id", f"{one}s") for one in ("stocktake", "stand", "sample", "tag", "user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
    )
    op.create_index(
        "uq_sightings_one_counts",
        "sightings",
        ["stocktake_id", "sample_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_sightings_stand", "sightings", ["stocktake_id", "stand_id"])
    op.create_table(
        "stocktake_changes",
        sa.Column("stocktake_id", BigId, nullable=False),
        sa.Column("sample_id", BigId, nullable=False),
        sa.Column("change", word("change", CHANGES), nullable=False),
        sa.Column("before_id", BigId, nullable=True),
        sa.Column("to_id", BigId, nullable=True),
        sa.Column("skipped", word("skipped", SKIPPED), nullable=True),
        sa.Column("id", BigId, nullable=False),
        to("stocktake_changes", "stocktake_id", "stocktakes"),
        to("stocktake_changes", "sample_id", "samples"),
        to("stocktake_changes", "before_id", "stands"),
        to("stocktake_changes", "to_id", "stands"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_changes")),
        sa.UniqueConstraint("stocktake_id", "sample_id", name=op.f("uq_stocktake_changes_stocktake_id_sample_id")),
    )
    op.create_table(
        "tag_findings",
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("stand_id", BigId, nullable=True),
        sa.Column("stocktake_id", BigId, nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("removed_at", moment, nullable=True),
        sa.Column("removed_by_id", BigId, nullable=True),
        sa.Column("taken_back_at", moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint(
            "removed_at IS NULL OR taken_back_at IS NULL", name=op.f("ck_tag_findings_removed_or_taken_back")
        ),
        *(to("tag_findings", f"{one}_id", f"{one}s") for one in ("site", "stand", "stocktake", "user")),
        to("tag_findings", "removed_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_findings")),
    )
    op.create_index("ix_tag_findings_site_open", "tag_findings", ["site_id", "removed_at"])
    op.create_index(op.f("ix_tag_findings_stocktake_id"), "tag_findings", ["stocktake_id"])


def downgrade() -> None:
    for table in ("tag_findings", "stocktake_changes", "sightings", "stocktake_expected", "stocktakes"):
        op.drop_table(table)
