"""registered tablets, PINs, and by which way and on which tablet a session was begun"""

import sqlalchemy as sa
from alembic import op

import selection_center.core.db

revision = "20261125_1900"
down_revision = "20261125_1620"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS = ("password", "pin")


def upgrade() -> None:
    moment = selection_center.core.db.UtcDateTime(timezone=True)
    op.create_table(
        "devices",
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("idle_minutes", BigId, nullable=False),
        sa.Column("registered_by_id", BigId, nullable=False),
        sa.Column("registered_at", moment, nullable=False),
        sa.Column("last_seen_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.Column("id", BigId, nullable=False),
        sa.CheckConstraint("idle_minutes IN (2, 5, 15)", name=op.f("ck_devices_idle_minutes")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["users.id"], name=op.f("fk_devices_registered_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_devices_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_devices_token_digest")),
    )
    op.create_index(op.f("ix_devices_site_id"), "devices", ["site_id"])
    op.create_index(op.f("ix_devices_registered_by_id"), "devices", ["registered_by_id"])
    op.create_index(
        "ix_devices_site_id_name",
        "devices",
        ["site_id", "name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.add_column("users", sa.Column("pin_hash", sa.String(length=200), nullable=True))
    with op.batch_alter_table("sign_ins") as table:
        way = sa.Enum(*WAYS, name="way", native_enum=False, create_constraint=True, length=32)
        table.add_column(sa.Column("way", way, nullable=False, server_default="password"))
        table.add_column(sa.Column("tablet_id", BigId, nullable=True))
        table.create_foreign_key(op.f("fk_sign_ins_tablet_id"), "devices", ["tablet_id"], ["id"])
        table.create_index(op.f("ix_sign_ins_tablet_id"), ["tablet_id"])
    with op.batch_alter_table("sign_ins") as table:
        table.alter_column("way", server_default=None)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM sign_ins WHERE way = 'pin'"))
    with op.batch_alter_table("sign_ins") as table:
        table.drop_index(op.f("ix_sign_ins_tablet_id"))
        table.drop_constraint(op.f("fk_sign_ins_tablet_id"), type_="foreignkey")
        table.drop_constraint(op.f("ck_sign_ins_way"), type_="check")
        table.drop_column("tablet_id")
        table.drop_column("way")
    op.drop_column("users", "pin_hash")
    op.drop_table("devices")
