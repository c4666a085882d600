"""own media, printers, and sheets that were begun

Revision ID: 20261126_2300
Revises: 20261126_1915
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "20261126_2300"
down_revision = "20261126_1915"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)
MEASURES = ("page_width", "page_height", "width", "height", "left", "top", "pitch_x", "pitch_y", "edge")
NUMBERS = (*MEASURES, "columns", "rows", "dpi")


def upgrade() -> None:
    op.create_table(
        "own_media",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("site_id", BigId, sa.ForeignKey("sites.id", name="fk_own_media_site_id")),
        sa.Column("name", sa.String(40), nullable=False),
        *(sa.Column(name, BigId, nullable=False) for name in NUMBERS),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("hidden_at", Moment),
    )
    op.create_index("ix_own_media_site_id", "own_media", ["site_id"])
    op.create_table(
        "printers",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("site_id", BigId, sa.ForeignKey("sites.id", name="fk_printers_site_id"), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("right_tenths", BigId, nullable=False),
        sa.Column("down_tenths", BigId, nullable=False),
        sa.UniqueConstraint("site_id", "name", name="uq_printers_site_id_name"),
    )
    op.create_index("ix_printers_site_id", "printers", ["site_id"])
    op.create_table(
        "begun_sheets",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("site_id", BigId, sa.ForeignKey("sites.id", name="fk_begun_sheets_site_id"), nullable=False),
        sa.Column("medium", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("used", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
    )
    op.create_index("ix_begun_sheets_site_id", "begun_sheets", ["site_id"])
    op.add_column("print_runs", sa.Column("used", sa.JSON, nullable=False, server_default="[]"))
    op.add_column(
        "print_runs",
        sa.Column("sheet_id", BigId, sa.ForeignKey("begun_sheets.id", name="fk_print_runs_sheet_id")),
        inline_references=True,
    )
    op.create_index("ix_print_runs_sheet_id", "print_runs", ["sheet_id"])
    op.add_column(
        "print_runs",
        sa.Column(
            "printer_id",
            BigId,
            sa.ForeignKey("printers.id", name="fk_print_runs_printer_id"),
        ),
        inline_references=True,
    )
    op.add_column("print_runs", sa.Column("rest_name", sa.String(40), nullable=False, server_default=""))
    for name in ("right_tenths", "down_tenths"):
        op.add_column("print_runs", sa.Column(name, BigId, nullable=False, server_default="0"))
    runs = sa.table("print_runs", sa.column("first_position", BigId), sa.column("used", sa.JSON))
    begun = op.get_bind().scalars(sa.select(runs.c.first_position).where(runs.c.first_position > 1).distinct())
    for first in list(begun):
        op.execute(runs.update().where(runs.c.first_position == first).values(used=list(range(1, first))))
    op.drop_column("print_runs", "first_position")


def downgrade() -> None:
    op.add_column("print_runs", sa.Column("first_position", BigId, nullable=False, server_default="1"))
    runs = sa.table(
        "print_runs", sa.column("id", BigId), sa.column("first_position", BigId), sa.column("used", sa.JSON)
    )
    for run_id, used in list(op.get_bind().execute(sa.select(runs.c.id, runs.c.used))):
        if gone := (json.loads(used) if isinstance(used, str) else used):
            op.execute(runs.update().where(runs.c.id == run_id).values(first_position=max(gone) + 1))
    op.drop_index("ix_print_runs_sheet_id", "print_runs")
    for name in ("down_tenths", "right_tenths", "rest_name", "printer_id", "sheet_id", "used"):
        op.drop_column("print_runs", name)
    for name in ("begun_sheets", "printers", "own_media"):
        op.drop_table(name)
